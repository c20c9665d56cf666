"""Write the co-authors of the last 48 months as a spreadsheet, for NSF's table of collaborators and other affiliations.

NSF accepts its own spreadsheet only, so the rows are pasted into it. The columns are those of its table of co-authors.
"""

from __future__ import annotations

import datetime
import io
import re
from collections.abc import Iterable, Iterator
from typing import Any

from msgspec import Struct

from polyvita.core.bibliography import BibEntry
from polyvita.core.diagnostics import ExternalError, InputError, error
from polyvita.core.letters import letters_with_offsets
from polyvita.writers import WriterOptions
from polyvita.writers.pandoc_ast import Ast
from polyvita.writers.prepare import PreparedDocument
from polyvita.writers.word.xml import pack, unpack

_MONTHS = 48
"""NSF asks for the co-authors of the last 48 months."""
_HEAD = (
    "A",
    "Name: Last Name, First Name, Middle Initial",
    "Organizational Affiliation",
    "Optional",
    "Last Active Date",
)
_WIDTHS = (5, 42, 42, 24, 18)
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f]")


class CoAuthor(Struct):
    """A person with whom the owner of the CV has published."""

    family: str
    given: str
    affiliation: str = ""
    last: str = ""
    """The date of the newest work: `2025`, `2025-03` or `2025-03-14`. Empty if no work has a date."""

    @property
    def name(self) -> str:
        return f"{self.family}, {self.given}" if self.given else self.family


def write(_: Ast | PreparedDocument, options: WriterOptions) -> bytes:
    """Return the spreadsheet. Raises `InputError` without entries, and `ExternalError` without the library for it."""
    if not options.entries:
        message = "the filter shows no entries of a bibliography; coa is not written"
        hint = "name a bibliography in the front matter; a list in Markdown has no fields that could be written"
        raise InputError(error("PV327", message, hint=hint))
    try:
        from openpyxl import Workbook
    except ImportError:
        raise ExternalError("a spreadsheet needs openpyxl", "run “pip install 'polyvita[coa]'”") from None
    made = datetime.datetime.fromtimestamp(options.info.timestamp, datetime.UTC).replace(tzinfo=None)
    workbook = Workbook()
    workbook.properties.created = made
    workbook.properties.creator = "polyvita"
    workbook.remove(workbook.worksheets[0])
    sheet = workbook.create_sheet("Co-authors")
    sheet.freeze_panes = "A2"
    people = co_authors(options.entries, options.info.author, made.date())
    rows = [("A", person.name, person.affiliation, "", person.last) for person in people]
    for number, row in enumerate((_HEAD, *rows), 1):
        for column, text in enumerate(row, 1):
            cell = sheet.cell(number, column, _UNPRINTABLE.sub(" ", text) or None)
            if text:
                cell.data_type = "s"  # A name that starts with “=” is not a formula.
    for letter, width in zip("ABCDE", _WIDTHS, strict=True):
        sheet.column_dimensions[letter].width = width
    buffer = io.BytesIO()
    workbook.save(buffer)
    return _with_fixed_time(buffer.getvalue(), made)


def _with_fixed_time(file: bytes, made: datetime.datetime) -> bytes:
    """Return a spreadsheet in which the time of the build replaces the time of writing."""
    parts = unpack(file)
    core = parts["docProps/core.xml"].decode()
    parts["docProps/core.xml"] = re.sub(r"(<dcterms:modified[^>]*>)[^<]*", rf"\g<1>{made.isoformat()}Z", core).encode()
    return pack(parts)


def co_authors(entries: Iterable[BibEntry], owner: str, today: datetime.date) -> list[CoAuthor]:
    """Return the co-authors of works of the last 48 months, and of works without a date, sorted by name.

    One person with several spellings is one row, if the spellings differ only in initials.
    """
    month = today.year * 12 + today.month - 1 - _MONTHS
    first = f"{month // 12:04}-{month % 12 + 1:02}"
    people: dict[tuple[str, str], CoAuthor] = {}
    for entry in entries:
        date = _date_of(entry)
        if date and (f"{date}-12" if len(date) == 4 else date)[:7] < first:
            continue
        for name in entry.csl.get("author") or ():
            person = _person(name, date)
            if person.family and not _is_owner(person, owner):
                _add(people, person)
    return sorted(people.values(), key=lambda person: (person.family.casefold(), person.given.casefold()))


def _date_of(entry: BibEntry) -> str:
    parts = (entry.csl.get("issued") or {}).get("date-parts") or [[]]
    numbers = [int(part) for part in parts[0] if str(part).isdecimal()][:3]
    return "-".join(f"{number:0{4 if i == 0 else 2}}" for i, number in enumerate(numbers))


def _person(name: dict[str, Any], date: str) -> CoAuthor:
    particle = str(name.get("non-dropping-particle") or name.get("dropping-particle") or "")
    family = " ".join(filter(None, (particle, str(name.get("family") or name.get("literal") or ""))))
    given = " ".join(filter(None, (str(name.get("given") or ""), str(name.get("suffix") or ""))))
    return CoAuthor(family, given, ", ".join(_affiliations(name.get("affiliation"))), date)


def _affiliations(value: Any) -> Iterator[str]:
    """Yield affiliations as CSL-JSON of Crossref has them: a text, or a list of texts or of objects with a name."""
    for part in value if isinstance(value, list) else [value]:
        text = part.get("name") if isinstance(part, dict) else part
        if isinstance(text, str) and text.strip():
            yield text.strip()


def _letters(text: str) -> str:
    return letters_with_offsets(text)[0]


def _is_owner(person: CoAuthor, owner: str) -> bool:
    """Return whether a person has the last name and the first initial of the owner of the CV."""
    family, words = _letters(person.family), owner.split()
    if not words or not _letters(owner).endswith(family):
        return False
    return not person.given or _letters(person.given)[:1] == _letters(owner)[:1]


def _add(people: dict[tuple[str, str], CoAuthor], person: CoAuthor) -> None:
    """Add a person, or the newer date and the longer name to the same person."""
    family = _letters(person.family)
    same = [key for key, known in people.items() if key[0] == family and _may_be_same(known.given, person.given)]
    if len(same) != 1:
        people.setdefault((family, _letters(person.given)), person)
        return
    known = people.pop(same[0])
    longer = max(known, person, key=lambda each: len(each.given))
    affiliation, newest = person.affiliation or known.affiliation, max(known.last, person.last)
    people[family, _letters(longer.given)] = CoAuthor(longer.family, longer.given, affiliation, newest)


def _may_be_same(one: str, other: str) -> bool:
    """Return whether given names differ only in initials: “Ada M.” and “A.”, but not “Ada” and “Anna”."""
    pairs = list(zip(_given_names(one), _given_names(other), strict=False))
    return bool(pairs) and all(a.startswith(b) or b.startswith(a) for a, b in pairs)


def _given_names(text: str) -> list[str]:
    return [letters for word in re.split(r"[\s.-]+", text) if (letters := _letters(word))]
