"""Write projects as XML for the form “Current and Pending (Other) Support” of SciENcv, which NIH and NSF require.

SciENcv fills in the form from the file; the person completes and certifies it there. The elements, their order and
their lengths are those of the upload template, as the NIH SciENcv Playbook of the Fritsche Lab documents it (read on
2026-11-27; the official article KA-05499 of the NLM was not available). Elements of unknown content stay empty, as the
template allows.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import NamedTuple
from xml.etree import ElementTree as ET

from polyvita.core.dates import Date, parse_date
from polyvita.core.diagnostics import Finding, join_names, list_places, warning
from polyvita.core.document import (
    Div,
    Document,
    Inline,
    ListItem,
    Node,
    Paragraph,
    Section,
    Span,
    Strong,
    children,
    plain_text,
)
from polyvita.core.location import NOWHERE
from polyvita.core.sciencv import SUPPORT_KEYS
from polyvita.writers import WriterOptions
from polyvita.writers.pandoc_ast import Ast
from polyvita.writers.prepare import PreparedDocument

_LENGTHS = {
    "projecttitle": 300, "awardnumber": 50, "supportsource": 60, "location": 60, "inkinddescription": 500,
    "overallobjectives": 1500, "potentialoverlap": 5000,
}  # fmt: skip
"""The most characters of an element."""
_NAMES = {"awardnumber": "award", "supportsource": "org", "location": "place", "potentialoverlap": "overlap"}
"""The key of an item that an element has its text from. Other texts come from the item itself."""
_STATUSES, _CONTRIBUTIONS = ("current", "pending"), ("award", "inkind")
_ASCII = str.maketrans(
    {"“": '"', "”": '"', "„": '"', "‘": "'", "’": "'", "–": "-", "—": "-", "•": "-", "‑": "-", "\u00a0": " "}
)
"""Signs that are known to break in SciENcv, and those to write in their place."""
_PARTICLE = re.compile(r"(?<=\s)(?=(?:[a-zà-ÿ][\w’'-]*\s+)+\S+$)")
"""The start of a last name such as “van der Berg”."""
_EFFORT = re.compile(r"(?:(\d{4}):)?(\d{1,2}(?:\.\d{1,2})?)")


class _Item(NamedTuple):
    """A project or a position of the CV."""

    node: ListItem | Section
    keys: Mapping[str, str]

    @property
    def title(self) -> str:
        return _title(self.node)[0]

    @property
    def date(self) -> Date | None:
        try:
            return parse_date(self.keys.get("date", ""))
        except ValueError:
            return None


def write(_: Ast | PreparedDocument, options: WriterOptions) -> bytes:
    """Return the file with the projects of an output. It may have none, so that it can be looked at already."""
    document = options.document
    assert document is not None  # Only formats without the input "document" get none.
    profile = ET.Element("profile")
    _add_person(profile, document, options.info.author)
    today = datetime.datetime.fromtimestamp(options.info.timestamp, datetime.UTC).date()
    _add_positions(profile, document, today)
    funding = ET.SubElement(profile, "funding")
    for item in _find(document, "project"):
        _add_support(funding, item)
    ET.indent(profile)
    text: bytes = ET.tostring(profile, encoding="utf-8", xml_declaration=True, short_empty_elements=False)
    return text + b"\n"


def find_losses(document: Document) -> tuple[Finding, ...]:
    """Return warnings about what is cut, what cannot be read, and what is to be filled in by hand."""
    items = list(_find(document, "project"))
    if not items:
        hint = "select items with the tag “project”, such as those of the section “funding”"
        return (warning("PV329", "the file for SciENcv is empty: the output has no project", NOWHERE, hint),)
    return (*_find_long_texts(items), *_find_wrong_values(items), *_find_missing_facts(items))


# ---------------------------------------------------------------- the CV


def _find(document: Document, tag: str) -> Iterator[_Item]:
    """Yield the outermost entries and list items that have a tag, or inherit it."""

    def inside(nodes: Iterable[Node], has_tag: bool, outer: Mapping[str, str]) -> Iterator[_Item]:
        for node in nodes:
            if isinstance(node, Div) and "letterhead" in node.attr.tags:
                continue
            tagged = has_tag or tag in node.attr.tags
            own = dict(node.attr.keys)
            is_entry = isinstance(node, Section) and not {"date", "org", "place"}.isdisjoint(own)
            if tagged and isinstance(node, ListItem | Section) and (is_entry or isinstance(node, ListItem)):
                yield _Item(node, {**outer, **own})
                continue
            inherited = {key: value for key, value in own.items() if key in ("org", "place", *SUPPORT_KEYS)}
            yield from inside(children(node), tagged, {**outer, **inherited})

    return inside(document.blocks, False, {})


def _title(node: ListItem | Section) -> tuple[str, str]:
    """Return the title of a project. “**Title**, Foundation” in a list also says who pays."""
    if isinstance(node, Section):
        return _text(node.heading.inlines), ""
    first = node.blocks[0] if node.blocks and isinstance(node.blocks[0], Paragraph) else None
    if first is None:
        return "", ""
    text = _text(first.inlines)
    bold = plain_text(first.inlines[0]) if first.inlines and isinstance(first.inlines[0], Strong) else ""
    if bold and re.match(r"[,(]", rest := text.removeprefix(bold).lstrip()):
        payer = re.split(r"\s\(|;", rest.lstrip(", "), maxsplit=1)[0] if rest.startswith(",") else ""
        return bold.strip(), payer.strip(" .")
    return text.rstrip(". "), ""


def _objectives(node: ListItem | Section) -> str:
    blocks = node.blocks[1:] if isinstance(node, ListItem) else node.blocks
    shown = [block for block in blocks if not (isinstance(block, Div) and "where" in block.attr.tags)]
    return re.sub(r"\s+", " ", " ".join(map(plain_text, shown))).strip()


def _text(inlines: Iterable[Inline]) -> str:
    """Return inlines as a line of text, without the date that an output shows."""
    shown = (node for node in inlines if not (isinstance(node, Span) and "when" in node.attr.tags))
    return re.sub(r"\s+", " ", "".join(map(plain_text, shown))).strip()


# ---------------------------------------------------------------- the file


def _add(parent: ET.Element, name: str, text: str = "", **attributes: str) -> ET.Element:
    element = ET.SubElement(parent, name, attributes)
    element.text = text.translate(_ASCII)
    return element


def _add_person(profile: ET.Element, document: Document, author: str) -> None:
    identification = ET.SubElement(profile, "identification")
    _add(identification, "id", str(document.meta.get("orcid") or ""), idtype="orcid")
    _add(identification, "account", accounttype="eRA-Commons")
    name = ET.SubElement(identification, "name", current="yes")
    start = _PARTICLE.search(author)
    given, last = (author[: start.start()], author[start.start() :]) if start else author.rpartition(" ")[::2]
    first, _, middle = given.strip().partition(" ")
    for element, text in (("firstname", first), ("middlename", middle.strip()), ("lastname", last)):
        _add(name, element, text)


def _add_positions(profile: ET.Element, document: Document, today: datetime.date) -> None:
    """Add the positions that are held today. The first one is the featured one."""
    employment = ET.SubElement(profile, "employment")
    current = [item for item in _find(document, "position") if item.date and item.date.last >= today]
    for number, item in enumerate(current):
        featured = "false" if number else "true"
        position = ET.SubElement(employment, "position", {"featured": featured, "current": "yes"})
        _add(position, "positiontitle", item.title)
        organization = ET.SubElement(position, "organization")
        _add(organization, "orgname", item.keys.get("org", ""))
        city, *rest = (part.strip() for part in item.keys.get("place", "").split(","))
        _add(organization, "city", city)
        _add(organization, "stateorprovince", ", ".join(rest[:-1]))
        _add(organization, "country", rest[-1] if rest else "")
        if item.date and item.date.start:
            _add(ET.SubElement(position, "startdate"), "year", str(item.date.start.year))


def _add_support(funding: ET.Element, item: _Item) -> None:
    support = ET.SubElement(funding, "support")
    for name, text in _texts_of(item).items():
        _add(support, name, _cut(text, _LENGTHS.get(name)))
    start, end = (item.date.start, item.date.end) if item.date else (None, None)
    for name, point in (("startdate", start), ("enddate", end)):
        _add(support, name, point.first.isoformat() if point else "")
    status = item.keys.get("status", "current")
    _add(support, "supporttype", status if status in _STATUSES else "")
    commitment = ET.SubElement(support, "commitment")
    for year, months in _effort(item).items():
        _add(commitment, "personmonth", months, year=str(year))


def _texts_of(item: _Item) -> dict[str, str]:
    """Return the texts of a project before its dates, in the order of the template."""
    title, payer = _title(item.node)
    keys = item.keys
    in_kind = keys.get("kind") == "inkind"
    return {
        "projecttitle": "" if in_kind else title,
        "awardnumber": keys.get("award", ""),
        "supportsource": keys.get("org", "") or payer,
        "location": "" if in_kind else keys.get("place", ""),
        "contributiontype": "inkind" if in_kind else "award",
        "awardamount": _amount(keys.get("amount", "")) or "",
        "inkinddescription": title if in_kind else "None",
        "overallobjectives": _objectives(item.node),
        "potentialoverlap": keys.get("overlap", ""),
    }


def _cut(text: str, most: int | None) -> str:
    return text if most is None or len(text) <= most else text[: most - 4].rsplit(" ", 1)[0] + " ..."


def _amount(text: str) -> str | None:
    """Return an amount in US dollars as digits, or None if it is not one: `$1,200,000` is `1200000`."""
    digits = re.sub(r"[$,\s]|\.00$|USD", "", text)
    return digits if re.fullmatch(r"\d{1,13}", digits) else None


def _effort(item: _Item) -> dict[int, str]:
    """Return the person-months of each year: `effort=1.2` is for all, `effort="2026:1 2027:2.5"` for single years."""
    date = item.date
    first = date.start.year if date and date.start else 0
    last = date.end.year if date and date.end else first
    years = dict.fromkeys(range(first, min(last, first + 99) + 1) if first else (), "")
    for year, months in _EFFORT.findall(item.keys.get("effort", "")):
        if year:
            years[int(year)] = months
        else:
            years = dict.fromkeys(years, months)
    return dict(sorted(years.items()))


# ---------------------------------------------------------------- findings


def _find_long_texts(items: Iterable[_Item]) -> Iterator[Finding]:
    for item in items:
        for name, text in _texts_of(item).items():
            most = _LENGTHS.get(name, len(text))
            if len(text) > most:
                key = _NAMES.get(name, "text" if name == "overallobjectives" else "title")
                length = f"{len(text)} characters; the file for SciENcv has the first {most}"
                yield warning("PV329", f"the {key} of a project has {length}", item.node.location, f"shorten the {key}")


_VALUES: dict[str, tuple[str, Callable[[str], bool]]] = {
    "status": (" or ".join(_STATUSES), lambda text: text in _STATUSES),
    "kind": (" or ".join(_CONTRIBUTIONS), lambda text: text in _CONTRIBUTIONS),
    "amount": ("US dollars, as in 150000", lambda text: _amount(text) is not None),
    "effort": ("person-months in a year, as in 1.2 or 2026:1", lambda text: not _EFFORT.sub("", text).strip(" ,;")),
}
"""For each key, what SciENcv reads, and a test of a value."""


def _find_wrong_values(items: Iterable[_Item]) -> Iterator[Finding]:
    for item in items:
        for key, (expected, is_valid) in _VALUES.items():
            text = item.keys.get(key, "")
            if text and not is_valid(text):
                message = f"SciENcv cannot read {key}=“{text}” of a project"
                yield warning("PV329", message, item.node.location, f"write {expected}")


def _find_missing_facts(items: Iterable[_Item]) -> Iterator[Finding]:
    """Yield one warning about the facts that SciENcv requires and that projects lack."""
    lacking = [(item, keys) for item in items if (keys := _missing_keys(item))]
    if lacking:
        lines = (item.node.location.line for item, _ in lacking)
        names = join_names(sorted({key for _, keys in lacking for key in keys}))
        message = f"some projects lack {names}, which SciENcv asks for{list_places(lines)}"
        hint = "add these keys, or fill in the fields in SciENcv"
        yield warning("PV329", message, lacking[0][0].node.location, hint)


def _missing_keys(item: _Item) -> list[str]:
    texts = _texts_of(item)
    missing = [key for key in ("amount", "effort") if not item.keys.get(key)]
    missing += [] if item.date else ["date"]
    missing += [] if texts["supportsource"] else ["org"]
    return missing + ([] if texts["location"] or texts["contributiontype"] == "inkind" else ["place"])
