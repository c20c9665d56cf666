"""The private values of all people of a batch, for the search in everything that is written."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress

from polyvita.batch.people import Person
from polyvita.checks.disclosure import PRIVATE_KEYS
from polyvita.checks.other_people import OtherValue, OtherValues, other_values
from polyvita.config.faculty import Faculty
from polyvita.config.filter_file import load_filter
from polyvita.config.front_matter import FrontMatter, read_front_matter
from polyvita.core.diagnostics import InputError
from polyvita.core.source import CV, read_source
from polyvita.reader import load_private


def read_private_values(people: Sequence[Person], faculty: Faculty, hash: str) -> OtherValues:
    """Return the private values of all people. If those of a CV cannot be read, its outputs are not written."""
    langs = _languages(faculty)
    return OtherValues((value for person in people for value in _values_of(person, langs)), hash)


def _languages(faculty: Faculty) -> set[str]:
    langs = {aggregate.lang for aggregate in faculty.aggregate}
    for path in (faculty.folder / faculty.filters).glob("[!.]*.yaml"):
        with suppress(InputError):
            langs.add(load_filter(path).lang)
    return langs - {""}


def _values_of(person: Person, langs: set[str]) -> Iterator[OtherValue]:
    private: FrontMatter | None = None
    front = FrontMatter()
    with suppress(InputError):
        private = load_private(person.source)
    with suppress(InputError):
        text = read_source(person.source, kind=CV).text
        if private or any(f"{key}:" in text for key in PRIVATE_KEYS):
            front, _ = read_front_matter(text.split("\n"), str(person.source))
    if private or any(key in front.values for key in PRIVATE_KEYS):
        lang = str(front.values.get("lang") or "en")
        yield from other_values(person.id, front.values, front.locations, private, {*langs, lang})
