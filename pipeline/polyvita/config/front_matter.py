"""Front matter: the block of YAML about the owner of the CV, and the file of private data, which has the same keys."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Annotated, Any

from msgspec import field, structs, to_builtins

from polyvita.config.json_schema import json_schema
from polyvita.config.other_tools import split_keys
from polyvita.config.settings import Language, Settings, about, keys_of, read_into
from polyvita.config.yaml_loader import Codes, Value, YamlKind, parse_yaml
from polyvita.core.addresses import forbidden_address, forbidden_scheme
from polyvita.core.dates import parse_date
from polyvita.core.diagnostics import Finding, InputError, error
from polyvita.core.location import Location

_CODES = Codes(
    not_yaml="PV004",
    no_keys="PV004",
    wrong_key="PV005",
    duplicate_key="PV006",
    unknown_key="PV005",
    wrong_value="PV006",
    missing_key="PV006",
)
_FRONT_MATTER = YamlKind(
    "the front matter",
    "lang: en",
    if_no_keys="for a horizontal line, write --- with a blank line below it",
    codes=_CODES,
)
_PRIVATE_DATA = YamlKind("the private file", "born: 1984-05-06", codes=_CODES)


class BirthDate(str):
    """A date of any precision. The search for private data in outputs needs a date that can be parsed."""

    __slots__ = ()

    @classmethod
    def from_text(cls, text: str, _location: Location) -> BirthDate:
        try:
            parse_date(text)
        except ValueError:
            # Logs are often public, so the message does not have the text.
            raise ValueError("the text is not a date; write a date as 1984-05-06") from None
        return cls(text)


class Orcid(str):
    """An ORCID iD: sixteen characters in groups of four, without the address before them."""

    __slots__ = ()

    @classmethod
    def from_text(cls, text: str, _location: Location) -> Orcid:
        found = re.fullmatch(r"(?:https?://)?(?:www\.)?(?:orcid\.org/)?((?:\d{4}[- ]?){3}\d{3}[\dXx])/?", text.strip())
        if not found:
            raise ValueError(f"“{text}” is not an ORCID iD; write it as 0000-0002-1825-0097")
        digits = re.sub(r"[- ]", "", found[1]).upper()
        if digits[-1] != orcid_check_digit(digits[:-1]):
            raise ValueError(f"“{text}” is not an ORCID iD: its last character does not match the others")
        return cls("-".join(digits[place : place + 4] for place in range(0, 16, 4)))


def orcid_check_digit(digits: str) -> str:
    """Return the check digit for the first 15 digits of an ORCID iD (ISO 7064, MOD 11-2).

    >>> orcid_check_digit("000000021825009"), orcid_check_digit("000000021694233")
    ('7', 'X')
    """
    total = 0  # Twice the remainder is carried from digit to digit, as the standard defines it.
    for digit in digits:
        total = (total + int(digit)) * 2
    rest = (12 - total % 11) % 11
    return "X" if rest == 10 else str(rest)


class WebPage(Settings, frozen=True):
    label: Annotated[str, about("the text of the link", "github.com/name")]
    url: Annotated[str, about("the address", "https://github.com/name")]


class Mark(Settings, frozen=True):
    """A mark of authors. In YAML, a text alone is the sign."""

    sign: Annotated[str, about("the sign after the name", "*")]
    names: Annotated[list[str], about("authors who have this mark in every entry", ["Doe J"])] = field(
        default_factory=list
    )

    @classmethod
    def from_text(cls, text: str, _location: Location) -> Mark:
        return cls(text)


class Photo(Settings, frozen=True):
    """A portrait of the owner. In YAML, a text alone is the file."""

    file: Annotated[str, about("image file, relative to the folder of the CV", "portrait.jpg")]
    alt: Annotated[str, about("what the photo shows, for readers who cannot see it", "Portrait of Ada Example")] = ""

    @classmethod
    def from_text(cls, text: str, _location: Location) -> Photo:
        return cls(text)


class FrontMatter(Settings, frozen=True, omit_defaults=True):
    """Facts about the owner of the CV. They stay text as written: YAML would change a telephone number or a date."""

    name: Annotated[str, about("the owner of the CV")] = ""
    honorific: Annotated[str, about("title before the name")] = ""
    headline: Annotated[str, about("what the owner is, in one line", "Professor of Examples")] = ""
    affiliation: Annotated[str | list[str], about("where the owner works; a list for several lines")] = ""
    address: Annotated[str | list[str], about("postal address; a list for several lines")] = ""
    location: Annotated[str, about("city and country, without a street", "Berlin, Germany")] = ""
    email: Annotated[str, about("e-mail address")] = ""
    phone: Annotated[str, about("telephone number")] = ""
    mobile: Annotated[str, about("mobile number; this is private, so prefer to keep it in cv.private.yaml")] = ""
    born: Annotated[
        BirthDate | None, about("date of birth; this is private, so prefer to keep it in cv.private.yaml")
    ] = None
    orcid: Annotated[Orcid | None, about("ORCID iD; outputs show it as a link", "0000-0002-1825-0097")] = None
    links: Annotated[
        list[WebPage] | Mapping[str, str],
        about(
            "web pages, each with label and url",
            expected="a list of links, each with label and url",
            hint="write links: [{label: github.com/name, url: https://github.com/name}]",
        ),
    ] = field(default_factory=list)
    photo: Annotated[
        Photo | None,
        about(
            "a portrait; filters with `photo: true` show it",
            {"file": "portrait.jpg", "alt": "Portrait of Ada Example"},
            hint="write photo: {file: portrait.jpg, alt: Portrait of …}",
        ),
    ] = None
    lang: Annotated[Language, about("language of the CV (BCP 47), such as en or de-AT")] = ""
    own_names: Annotated[list[str], about("all spellings of the owner’s name in lists of authors")] = field(
        default_factory=list
    )
    tags: Annotated[
        Mapping[str, str | None] | list[str],
        about(
            "the tags that the CV can use, and the meaning of each",
            expected="tags with their meanings, or a list of tags",
            hint="write tags: {core: in every version}",
        ),
    ] = field(default_factory=dict)
    keys: Annotated[list[str], about("attribute keys of your own that no filter uses", "[role, budget]")] = field(
        default_factory=list
    )
    smart: Annotated[
        bool, about("make -- and --- dashes, ... an ellipsis, and straight quotes the quotes of the language")
    ] = False
    bibliography: Annotated[
        list[str], about("files with publications: BibTeX, BibLaTeX, CSL-JSON, RIS or EndNote XML", "publications.bib")
    ] = field(default_factory=list)
    csl: Annotated[str, about("citation style: its name, or a .csl file beside the CV; by default `cv`", "apa")] = ""
    types: Annotated[
        Mapping[str, str],
        about("the tag of each type of publication, by its name in CSL", {"article-journal": "journal"}),
    ] = field(default_factory=dict)
    sections: Annotated[
        Mapping[str, str],
        about(
            "ids of your sections, by their names in the [standard vocabulary](vocabulary.md) that the filters of"
            " recipients use",
            {"positions": "experience"},
        ),
    ] = field(default_factory=dict)
    marks: Annotated[
        Mapping[str, Mark],
        about("signs after the names of authors, by the annotation in the bibliography", {"supervised": "*"}),
    ] = field(default_factory=dict)
    locations: Mapping[str, Location] = {}
    line_count: int = 0
    """The number of source lines that the front matter takes up."""

    @property
    def web_pages(self) -> list[WebPage]:
        """The links, however they are written."""
        return [WebPage(*link) for link in self.links.items()] if isinstance(self.links, Mapping) else self.links

    @property
    def values(self) -> dict[str, Any]:
        """The keys that have values, as plain data: links as a list of groups, tags as a group with their meanings.

        A link whose address is not allowed has an empty one, so only its label is shown.
        """
        links = [WebPage(link.label, "" if forbidden_scheme(link.url) else link.url) for link in self.web_pages]
        tags = self.tags if isinstance(self.tags, Mapping) else dict.fromkeys(self.tags)
        meanings = {tag: meaning or "" for tag, meaning in tags.items()}
        data = structs.replace(self, links=links, tags=meanings, locations={}, line_count=0)
        values: dict[str, Any] = to_builtins(data, enc_hook=str)
        return values


def read_front_matter(lines: list[str], file: str) -> tuple[FrontMatter, tuple[Finding, ...]]:
    """Return the front matter at the start of `lines`, which may be empty, and the findings about it.

    Front matter is YAML between lines of `---`, or TOML between lines of `+++`.
    """
    opening = lines[0].rstrip() if lines else ""
    if opening not in _CLOSINGS or not "".join(lines[1:2]).strip():
        return FrontMatter(), ()
    ends = (number for number, line in enumerate(lines[1:], 1) if line.rstrip() in _CLOSINGS[opening])
    end = next(ends, None)
    if end is None:
        if ":" in lines[1] or opening == _TOML_FENCE:
            hint = f"write {opening} on a separate line below the last key"
            return FrontMatter(), (error("PV004", "the front matter is not closed", Location(file, 1, 1, 3), hint),)
        return FrontMatter(), ()
    parse = parse_yaml
    if opening == _TOML_FENCE:
        from polyvita.config.toml_loader import parse_toml

        parse = parse_toml
    notes: tuple[Finding, ...] = ()
    try:
        value, notes = split_keys(parse("\n".join(["", *lines[1:end]]), file, _FRONT_MATTER), keys_of(FrontMatter))
        front_matter = _read(value, _FRONT_MATTER)
    except InputError as problem:
        return FrontMatter(line_count=end + 1), (*notes, *problem.findings)
    return structs.replace(front_matter, line_count=end + 1), (*notes, *find_forbidden_links(front_matter))


def find_forbidden_links(front_matter: FrontMatter) -> Iterator[Finding]:
    """Yield a warning for each link whose address is not allowed."""
    for index, page in enumerate(front_matter.web_pages):
        if scheme := forbidden_scheme(page.url):
            named = isinstance(front_matter.links, Mapping)
            path = f"links.{page.label}" if named else f"links[{index}].url"
            yield forbidden_address(scheme, front_matter.locations[path])


_TOML_FENCE = "+++"
_CLOSINGS = {"---": ("---", "..."), _TOML_FENCE: (_TOML_FENCE,)}
"""The lines that end front matter, by the line that opens it."""


def read_private_data(text: str, file: str) -> FrontMatter:
    """Return the private data in `text`, a whole file of YAML. Raises `InputError`."""
    private = _read(parse_yaml(text, file, _PRIVATE_DATA), _PRIVATE_DATA)
    if forbidden := tuple(find_forbidden_links(private)):
        raise InputError(*forbidden)
    return private


def _read(value: Value, kind: YamlKind) -> FrontMatter:
    """Return the front matter with these keys. The location of a key replaces that of its value."""
    front_matter, findings = read_into(FrontMatter, value, kind)
    if front_matter is None:
        raise InputError(*findings)
    values = {path: location for path, location in front_matter.locations.items() if not path.startswith("#")}
    keys = {path[1:]: location for path, location in front_matter.locations.items() if path.startswith("#")}
    return structs.replace(front_matter, locations=values | keys)


def schema() -> dict[str, Any]:
    """Return the JSON Schema of front matter and private data."""
    return json_schema(FrontMatter, "polyvita front matter and private data")
