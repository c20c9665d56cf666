"""Lines of a document: their dates, and whether they look like the title of an entry."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from polyvita.core.date_patterns import is_date
from polyvita.core.written_dates import WrittenDate, find_written_dates
from polyvita.importers.contact import words_of
from polyvita.importers.model import ImportedCv, ReadAs
from polyvita.importers.runs import OBJECT, TAB, Run, Runs, cut, plain, split, trim, words
from polyvita.importers.stream import Line, ListBlock, Piece, TableBlock

ENTRIES = ("positions", "education")
"""Sections whose dated parts are entries."""
PUBLICATIONS = (
    "publications",
    "journal-articles",
    "conference-papers",
    "books",
    "book-chapters",
    "preprints",
    "patents",
)
"""Sections whose items keep their dates in the text."""
_BEFORE_DATE = re.compile(r"\w,?\s((?:in|on|im|am|en|au|em|op|nel|nell[’'])\s*)$")
"""The word before a date that is not needed without it: “in Berlin, in June 2019”."""
_JOINED = re.compile(r"[\d\u3040-\u30ff\u3400-\u9fff][^\W\d_]")
"""A date in a script without spaces that the text goes on after: “2025年現在”."""
_SEVERAL_YEARS = re.compile(
    r"(?:(?:19|20)\d\d(?: \([^)]*\))?,\s*){2,}(?:and |und )?(?:19|20)\d\d(?: \([^)]*\))?[.;]?\s*$"
)
"""A list of years at the end of a line. It stays in the text, because the latest year alone is the date."""
_BULLET = re.compile(rf"[ {TAB}]*[•●▪■◦∙‣➢➤►✓✔*·o–—-][ \u00a0{TAB}]+(?=\S)")


class LineReader:
    """Reads dates in the languages of the CV. What is read is noted in the CV."""

    def __init__(self, lang: str) -> None:
        self.cv = ImportedCv()
        self.lang = lang
        self.langs: tuple[str, ...] = ("en",)

    def _dates(self, line: Line) -> tuple[WrittenDate, ...]:
        return self._dates_in(plain(line.runs))

    def _dates_in(self, text: str) -> tuple[WrittenDate, ...]:
        """Return the date of a text, or nothing. A date that fills a cell between tabs counts first.

        Of several other dates, the one at the start or end counts.
        """
        if years := _SEVERAL_YEARS.search(text):
            latest = max(re.findall(r"\b(?:19|20)\d\d\b", years[0]))
            return (WrittenDate(latest, len(text), len(text)),)
        alone: list[WrittenDate] = []
        at = 0
        for cell in text.split(TAB) if TAB in text else []:
            found = self._find(cell)
            if found and not (cell[: found[0].start] + cell[found[0].end :]).strip(" ,;|\u00a0"):
                alone.append(found[0]._replace(start=at, end=at + len(cell)))
            at += len(cell) + 1
        if len(alone) == 1:
            return tuple(alone)
        found = self._find(text.replace(TAB, "\t"))
        if len({date.start for date in found}) <= 1:
            return found[:1]
        cells = [date for date in found if _is_alone(text, date)]
        return tuple(cells[:1]) if len({date.start for date in cells}) == 1 else ()

    def _find(self, text: str) -> tuple[WrittenDate, ...]:
        found = find_written_dates(text.replace(OBJECT, " "), self.langs)
        return tuple(date for date in found if is_date(date.date) and not _JOINED.match(text, max(date.end - 1, 0)))

    def _rest_of(self, line: Line) -> Runs:
        """Return the line without its date."""
        date = self._dates(line)[0]
        return [*cut(line.runs, 0, date.start), *cut(line.runs, date.end)]

    def _without_date(self, runs: Runs, date: WrittenDate) -> Runs:
        text = plain(runs)
        if date.start == date.end:
            return runs
        before_date = _BEFORE_DATE.search(text[: date.start])
        if before_date and not re.match(r"\s*\w", text[date.end :]):
            date = date._replace(start=before_date.start(1))
        self.cv.read_as.append(ReadAs(words_of(text[date.start : date.end]), date.date))
        before, after = cut(runs, 0, date.start), cut(runs, date.end)
        if plain(after)[:1] in (".", ",", ";", ":"):
            before = cut(before, 0, len(plain(before).rstrip()))
        middle = (
            [Run(TAB)] if plain(before).strip() and plain(after).strip() and TAB in text[date.start : date.end] else []
        )
        if plain(before).strip() and plain(after).strip() and not middle and not plain(before).endswith(" "):
            middle = [Run(" ")] if plain(after)[:1].isalnum() else []
        chars = f" \n\u00a0,;:|–—-{TAB}"
        out = [*before, *middle, *after]
        return trim(out, chars) if words(trim(out, chars)) else trim(out)


def all_lines(pieces: Iterable[Piece]) -> Iterator[Line]:
    """Yield the lines of pieces, and those in the cells of tables."""
    for piece in pieces:
        match piece:
            case Line():
                yield piece
            case TableBlock():
                for row in piece.rows:
                    for cell in row:
                        yield from all_lines(cell)


def is_short_title(text: str) -> bool:
    """Return whether a text can be a heading: short, with letters, and not a sentence."""
    return (
        0 < len(text) <= 60
        and len(text.split()) <= 8
        and not text.endswith((".", ",", ";"))
        and bool(re.search(r"[^\W\d_]{3}", text))
    )


def is_second_line(piece: Piece) -> bool:
    """Return whether a line can be one of the first lines of an entry: short, and not a sentence."""
    if not isinstance(piece, Line) or len(piece.text) >= 130:
        return False
    return not re.search(r"[.!?:]$", piece.text.rstrip("\u00a0 ")) or (is_title(piece) and len(piece.text) < 80)


def is_title(piece: Piece) -> bool:
    """Return whether a line starts in bold, small capitals or underlined."""
    first = (
        next((run for run in piece.runs if run.raw or run.text.strip(f" {TAB}\u00a0")), None)
        if isinstance(piece, Line)
        else None
    )
    return first is not None and bool({"bold", "smallcaps", "underline"} & first.marks)


def bold(runs: Runs) -> Runs:
    """Return text in bold."""
    return [run._replace(marks=run.marks | {"bold"}) for run in runs]


def has_raw(runs: Iterable[Run]) -> bool:
    """Return whether one of the runs is Markdown, such as a picture or a footnote."""
    return any(run.raw for run in runs)


def joined_lines(lines: Iterable[Runs], by: str = ", ") -> Runs:
    """Return lines as one, with tabs and line ends written as `by`."""
    out: Runs = []
    for runs in lines:
        for part in split(runs, rf"[ {TAB}]*[\n{TAB}][ \n{TAB}]*"):
            if not (words(part) or has_raw(part)):
                continue
            before = plain(out)[-1:]
            mark = by if by == "\n" or before not in tuple(",;:–.") else " "
            out += [*([Run(mark)] if out else []), *part]
    return out


def _with_continued_lists(pieces: list[Piece]) -> list[Piece]:
    """Return the pieces with the paragraphs between the items of a numbered list inside these items.

    Word numbers on behind a paragraph. The last item gets as many paragraphs as the one before it.
    """
    out: list[Piece] = []
    lines: list[Piece] = []
    size = 0
    for piece in [*pieces, None]:
        last = out[-1] if out else None
        numbered = isinstance(last, ListBlock) and last.start is not None
        if isinstance(piece, Line) and numbered and not piece.level and len(lines) < 4:
            lines.append(piece)
            continue
        follows = (
            isinstance(piece, ListBlock)
            and isinstance(last, ListBlock)
            and last.start is not None
            and piece.start == last.start + len(last.items)
        )
        if lines and isinstance(last, ListBlock) and (follows or size):
            count = len(lines) if follows else size
            out[-1] = replace(last, items=[*last.items[:-1], [*last.items[-1], *lines[:count]]])
            lines = lines[count:]
        if follows and isinstance(piece, ListBlock) and isinstance(last := out[-1], ListBlock):
            size = len(last.items[-1]) - 1
            out[-1] = replace(last, items=[*last.items, *piece.items])
        else:
            out += lines + ([piece] if piece else [])
            size = 0
        lines = []
    return out


def as_bulleted(pieces: Iterable[Piece]) -> list[Piece]:
    """Return the pieces, with lists in place of lines that start with a bullet."""
    out: list[Piece] = []
    for piece in pieces:
        if isinstance(piece, Line) and not piece.level and (found := _BULLET.match(plain(piece.runs))):
            item: list[Piece] = [replace(piece, runs=trim(cut(piece.runs, found.end())))]
            if out and isinstance(out[-1], ListBlock) and out[-1].start is None:
                out[-1] = replace(out[-1], items=[*out[-1].items, item])
            else:
                out.append(ListBlock([item]))
        elif (
            isinstance(piece, ListBlock)
            and piece.start is None
            and out
            and isinstance(out[-1], ListBlock)
            and (out[-1].start is None)
        ):
            out[-1] = replace(out[-1], items=[*out[-1].items, *piece.items])
        else:
            out.append(piece)
    return _with_continued_lists(out)


def _is_alone(text: str, date: WrittenDate) -> bool:
    before, after = text[: date.start].rstrip(" "), text[date.end :].lstrip(" ")
    return not before or not after or before.endswith((TAB, "\n")) or after.startswith((TAB, "\n"))
