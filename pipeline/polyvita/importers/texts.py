"""Turn the texts of structured files into blocks: plain text with line ends and bullets, HTML, Markdown, and dates."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable

from polyvita.core.dates import parse_date
from polyvita.core.written_dates import find_written_dates
from polyvita.importers.markdown import escape
from polyvita.importers.model import Block, Item, ItemList, Paragraph

__all__ = ["edtf", "escape", "inline", "is_html", "period", "plain_blocks", "unescape_html", "without_markup"]

_BULLET = re.compile(r"[ \t]*(?:[•●▪■‣◦∙·➢➤►✓✔*–—-]|o(?=\s{2,}))[ \t\u00a0]+(?=\S)")
_BULLET_INSIDE = re.compile(r"\s*[•●▪■‣◦➢➤►]\s+")
_NUMBERED = re.compile(r"[ \t]*(\d{1,2})[.)][ \t]+(?=\S)")
_ENTITY = re.compile(r"&(?:#\d+|#x[0-9a-fA-F]+|[a-zA-Z]{2,8});")
_TAG = re.compile(r"</?(?:p|br|ul|ol|li|strong|em|b|i|u|a|div|span|h[1-6])\b[^<>]*>", re.IGNORECASE)
_PRESENT = frozenset(
    [
        "present",
        "now",
        "current",
        "currently",
        "today",
        "ongoing",
        "heute",
        "aktuell",
        "laufend",
        "actuel",
        "présent",
        "actual",
        "actualidad",
        "presente",
        "oggi",
        "attuale",
        "atual",
        "heden",
    ]
)


def unescape_html(text: str) -> str:
    """Return a text with the characters that HTML entities stand for; some sites export `R&amp;D`."""
    return html.unescape(text) if _ENTITY.search(text) else text


def is_html(text: str) -> bool:
    """Return whether a text has tags of HTML."""
    return bool(_TAG.search(text))


def without_markup(text: str) -> str:
    """Return a text without the tags of HTML, or without numbers before the lines of a list."""
    if is_html(text):
        return unescape_html(re.sub(r"<[^<>]*>", " ", text))
    return re.sub(rf"^{_NUMBERED.pattern}", "", unescape_html(text), flags=re.MULTILINE)


def inline(text: str) -> str:
    """Return a plain text as inline Markdown on one line."""
    return escape(" ".join(text.split()))


def plain_blocks(text: str) -> list[Block]:
    """Return a plain text as paragraphs and lists.

    Each line that starts with a bullet is a list item; so is each part of a line that has several bullets inside. A
    line end within a paragraph stays one.
    """
    blocks: list[Block] = []
    lines: list[str] = []

    def close() -> None:
        if lines:
            blocks.append(Paragraph(text="\\\n".join(lines)))
            lines.clear()

    for line in _lines(text):
        if not line.strip():
            close()
        elif match := _BULLET.match(line) or _NUMBERED.match(line):
            close()
            _add_item(blocks, inline(line[match.end() :]), int(match[1]) if match.re is _NUMBERED else None)
        else:
            lines.append(inline(line))
    close()
    return blocks


def _lines(text: str) -> Iterable[str]:
    """Yield the lines of a text. Bullets inside a line start new lines."""
    for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n"):
        first, *rest = _BULLET_INSIDE.split(line)
        if not rest:
            yield line
            continue
        if first.strip():
            yield first
        yield from (f"• {part}" for part in rest if part.strip())


def _add_item(blocks: list[Block], text: str, number: int | None) -> None:
    """Add a list item to the last list, or start a new list."""
    last = blocks[-1] if blocks else None
    if isinstance(last, ItemList) and (last.start is None) == (number is None):
        last.items.append(Item(text=text))
    else:
        blocks.append(ItemList(items=[Item(text=text)], start=number))


# ---------------------------------------------------------------- dates


def edtf(text: str, languages: Iterable[str] = ()) -> str:
    """Return a written date as EDTF, or an empty text if it is none, or more than one.

    >>> edtf("Sep 1, 2016"), edtf("2018-09"), edtf("2021-03-04T00:00:00Z"), edtf("soon")
    ('2016-09-01', '2018-09', '2021-03-04', '')
    """
    text = re.sub(r"(\d{4}-\d{2}-\d{2})T[\d:.]+(?:Z|[+-]\d\d:?\d\d)?", r"\1", " ".join(text.split()))
    try:
        parse_date(text)
    except ValueError:
        found = find_written_dates(text, languages)
        return found[0].date if len(found) == 1 and found[0].exact else ""
    return text


def period(start: str, end: str, *, is_open: bool = False, languages: Iterable[str] = ()) -> str | None:
    """Return the date from `start` to `end` as EDTF: an empty text without both, None if one of them is not a date.

    The date is open if `end` says so (“present”), or if `is_open` is true and there is a start but no end.

    >>> period("2018", "2020-05"), period("Jan 2018", "Present"), period("2018", "", is_open=True), period("", "2020")
    ('2018/2020-05', '2018-01/..', '2018/..', '2020')
    >>> print(period("long ago", "2020"))
    None
    """
    is_open = end.strip(" .").lower() in _PRESENT or (is_open and not end.strip())
    first = edtf(start, languages)
    last = "" if is_open else edtf(end, languages)
    if (start.strip() and not first) or (end.strip() and not is_open and not last):
        return None
    if not (first and (last or is_open)):
        return first or last
    date = f"{first}/{'..' if is_open else last}"
    try:
        parse_date(date)
    except ValueError:
        return None
    return first if first == last else date
