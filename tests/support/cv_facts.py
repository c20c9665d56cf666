"""The facts of this repository's CV (`tests/data/cv-facts.txt`), and ways to look them up in `cv.md` and in outputs."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

import polyvita
from polyvita.core.dates import parse_date, show_date
from polyvita.core.document import BulletList, Document, Node, OrderedList, Section, Table, plain_text, walk
from repository import CV_FILE, TESTS

FACTS_FILE = TESTS / "data" / "cv-facts.txt"

_PART = re.compile(r"== (?P<id>[a-z-]+) (?P<count>\d+) ==")
_KEY = re.compile(r"(?P<key>date|org|place): (?P<value>.+)")
_SAME_SIGN = str.maketrans({"“": '"', "”": '"', "„": '"', "’": "'", "‘": "'"})
_HYPHENS_AND_SPACE = re.compile(r"[\s\u00ad\u2010-\u2013-]+")


@dataclass(frozen=True)
class Part:
    """A section of the CV: its id, and the facts of each of its items."""

    id: str
    items: tuple[tuple[str, ...], ...]


def read_facts(text: str) -> tuple[Part, ...]:
    """Return the parts of a file of facts.

    Raises ValueError if the file has no part, or if the number of items in a part is not the number that its title
    announces.
    """
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    head, *rest = re.split(r"(?m)^(?===)", "\n".join(lines))
    if head.strip() or not rest:
        raise ValueError("a file of facts starts with a part")
    return tuple(_read_part(part) for part in rest)


def _read_part(text: str) -> Part:
    title, _, body = text.partition("\n")
    match = _PART.fullmatch(title)
    if not match:
        raise ValueError(f"not the start of a part: {title}")
    found = tuple(tuple(item.splitlines()) for item in re.split(r"\n{2,}", body.strip()) if item)
    if len(found) != int(match["count"]) or not found:
        raise ValueError(f"{match['id']} announces {match['count']} items and has {len(found)}")
    return Part(match["id"], found)


@cache
def facts() -> tuple[Part, ...]:
    """Return all facts of the CV."""
    return read_facts(FACTS_FILE.read_text(encoding="utf-8"))


def missing_facts(text: str, lang: str = "en", leave_out: frozenset[str] = frozenset()) -> list[str]:
    """Return the facts that the text of an output lacks, except those of the parts with the ids `leave_out`.

    White space and hyphens are ignored, because lines break at both. Dates are compared as `lang` shows them.
    """
    squeezed = _squeeze(text)
    wanted = [fact for part in facts() if part.id not in leave_out for item in part.items for fact in item]
    return [fact for fact in wanted if _squeeze(shown_fact(fact, lang)) not in squeezed]


def shown_fact(fact: str, lang: str) -> str:
    """Return a fact as an output in `lang` shows it: the value of a key, a date in words, or the text itself."""
    match = _KEY.fullmatch(fact)
    if not match:
        return fact
    return show_date(parse_date(match["value"]), lang) if match["key"] == "date" else match["value"]


def _squeeze(text: str) -> str:
    return _HYPHENS_AND_SPACE.sub("", text.translate(_SAME_SIGN))


def normal_space(text: str) -> str:
    """Return the text with straight quotes and with single spaces."""
    return " ".join(text.translate(_SAME_SIGN).split())


@cache
def shipped_cv() -> Document:
    """Return `cv.md`, read once."""
    return polyvita.read(CV_FILE)


def cv_section(id: str) -> Section:
    """Return the section of `cv.md` with this id."""
    found = [node for node in walk(shipped_cv()) if isinstance(node, Section) and node.attr.id == id]
    assert len(found) == 1, f"{len(found)} sections have the id {id}"
    return found[0]


def items_of(section: Section) -> tuple[Node, ...]:
    """Return the entries, list items and table rows of a section; if it has none, the section itself."""
    found: list[Node] = []
    for block in section.blocks:
        match block:
            case Section():
                found.append(block)
            case BulletList(items=inside) | OrderedList(items=inside):
                found += inside
            case Table(rows=rows):
                found += rows
            case _:
                pass
    return tuple(found) or (section,)


def missing_in_item(node: Node, wanted: tuple[str, ...]) -> list[str]:
    """Return the facts that neither the text of the node nor the keys of the node and its descendants hold."""
    words = normal_space(plain_text(node))
    keys = {f"{key}: {value}" for inside in walk(node) for key, value in inside.attr.keys}
    return [fact for fact in wanted if (fact not in keys if _KEY.fullmatch(fact) else normal_space(fact) not in words)]
