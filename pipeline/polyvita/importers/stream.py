"""Flatten Pandoc's blocks to a stream of lines, lists and tables. Tables that only make a layout are unwrapped."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias

from polyvita.importers.runs import (
    OBJECT,
    TAB,
    Notes,
    Run,
    Runs,
    common_marks,
    cut,
    from_pandoc,
    is_all_caps,
    plain,
    trim,
    words,
)


@dataclass(frozen=True)
class Look:
    """How a paragraph looks. `size` is in half points, 0 if unknown; `style` is the name of its style."""

    size: int = 0
    bold: bool = False
    caps: bool = False
    border: bool = False
    style: str = ""


@dataclass(frozen=True)
class Line:
    """A paragraph or heading. `level` is the level of a heading, 0 for a paragraph."""

    runs: Runs
    level: int = 0
    look: Look = field(default_factory=Look)

    @property
    def text(self) -> str:
        """The text without tabs, on one line."""
        return words(self.runs)

    @property
    def signature(self) -> tuple[Any, ...]:
        """What lines that look alike have in common."""
        marks = common_marks(self.runs)
        caps = is_all_caps(self.text) or self.look.caps
        is_bold = "bold" in marks or self.look.bold
        return (self.level, is_bold, caps, "smallcaps" in marks, "underline" in marks, self.look.size)

    @property
    def is_emphatic(self) -> bool:
        """Whether the line stands out as a heading does."""
        _, is_bold, caps, small, underline, _ = self.signature
        return bool(is_bold or caps or small or underline or self.look.border)


@dataclass(frozen=True)
class ListBlock:
    """A list. `start` is None for bullets."""

    items: list[list[Piece]]
    start: int | None = None


@dataclass(frozen=True)
class TableBlock:
    """A table: rows of cells, each cell with its pieces. `has_head` says that the first row is the head."""

    rows: list[list[list[Piece]]]
    has_head: bool = False


@dataclass(frozen=True)
class TermsBlock:
    """Terms with definitions."""

    terms: list[tuple[Runs, list[Piece]]]


@dataclass(frozen=True)
class CodePiece:
    text: str


Piece: TypeAlias = Line | ListBlock | TableBlock | TermsBlock | CodePiece


def flatten(blocks: Iterable[dict[str, Any]], notes: Notes, look: Look | None = None) -> list[Piece]:
    """Return Pandoc's blocks as pieces."""
    return list(_flatten(blocks, notes, look or Look()))


def _flatten(blocks: Iterable[dict[str, Any]], notes: Notes, look: Look) -> Iterator[Piece]:
    for block in blocks:
        kind: str = block["t"]
        content: Any = block.get("c")
        match kind:
            case "Para" | "Plain":
                yield from _lines(from_pandoc(content, notes), look)
            case "LineBlock":
                for line in content:
                    yield from _lines(from_pandoc(line, notes), look)
            case "Header":
                runs = from_pandoc(content[2], notes)
                runs = [run._replace(text=run.text.replace("\n", " ")) for run in runs]
                if words(runs) or OBJECT in plain(runs):
                    yield Line(trim(runs), content[0], look)
            case "BulletList":
                yield _list(content, None, notes)
            case "OrderedList":
                yield _list(content[1], content[0][0], notes)
            case "DefinitionList":
                yield TermsBlock(
                    [
                        (from_pandoc(term, notes), [piece for part in parts for piece in flatten(part, notes)])
                        for term, parts in content
                    ]
                )
            case "Table":
                yield from _table(content, notes)
            case "BlockQuote":
                # Pandoc takes indented paragraphs of Word for quotations. A CV has no others.
                yield from _flatten(content, notes, look)
            case "CodeBlock":
                yield CodePiece(content[1])
            case "RawBlock":
                notes.raw.append(content[1])
            case "Div":
                yield from _flatten(content[1], notes, _look_of(content[0], look))
            case "Figure":
                yield from _flatten(content[2], notes, look)
                yield from _flatten(content[1][1], notes, look)
            case "HorizontalRule":
                pass
            case _:
                raise AssertionError(kind)


_HINT = re.compile(r"pv\|(.*)")


def _look_of(attr: list[Any], look: Look) -> Look:
    style = dict(attr[2]).get("custom-style", "")
    found = _HINT.fullmatch(style)
    if not found:
        return replace(look, style=style) if style else look
    new = Look()
    for part in found[1].split("|"):
        key, _, value = part.partition("=")
        if key == "size":
            new = replace(new, size=int(value))
        elif key == "style":
            new = replace(new, style=value)
        elif key == "bold":
            new = replace(new, bold=True)
        elif key == "caps":
            new = replace(new, caps=True)
        elif key == "border":
            new = replace(new, border=True)
    return new


def _lines(runs: Runs, look: Look) -> Iterator[Line]:
    """Yield a paragraph, or each of its lines if they are lines of a list: with tabs, dates or bullets, or short."""
    runs = trim([run if run.raw else run._replace(text=_tidy(run.text)) for run in runs], " \n\u00a0")
    if not runs:
        return
    text = plain(runs)
    lines = text.split("\n")
    if len(lines) > 1 and _are_separate(lines):
        at = 0
        for line in lines:
            part = trim(cut(runs, at, at + len(line)), " \n\u00a0")
            at += len(line) + 1
            if part:
                yield Line(part, look=look)
    else:
        yield Line(runs, look=look)


_LEADERS = re.compile(r" ?(?:[.·_…] ?){5,}|…{2,}")
_SPACED_MONTH = re.compile(r"(?<![\d/])(\d{1,2}) ?/ ?((?:19|20)\d\d)(?!\d)")


def _tidy(text: str) -> str:
    """Return a text with a tab in place of the dots that lead to a date, and “07 / 2025” without blanks."""
    return _SPACED_MONTH.sub(r"\1/\2", _LEADERS.sub(TAB, text))


def _are_separate(lines: list[str]) -> bool:
    filled = [line for line in lines if line.strip()]
    if any(TAB in line.strip(TAB + " ") or re.match(r"\s*[•●▪■–-]\s", line) for line in filled):
        return True
    dated = sum(1 for line in filled if re.search(r"\b(?:19|20)\d\d\b", line))
    return (dated * 2 >= len(filled) and dated > 1) or all(len(line) < 90 for line in filled)


def _list(items: list[Any], start: int | None, notes: Notes) -> ListBlock:
    return ListBlock([flatten(item, notes) for item in items], start)


# ---------------------------------------------------------------- tables


def _table(content: list[Any], notes: Notes) -> Iterator[Piece]:
    _, _, _, head, bodies, foot = content
    head_rows = [row for row in head[1] if any(cell[4] for cell in row[1])]
    rows = head_rows + [row for body in bodies for part in (body[2], body[3]) for row in part] + list(foot[1])
    cells = [[flatten(cell[4], notes) for cell in row[1]] for row in rows]
    cells = [row for row in cells if any(row)]
    if not cells:
        return
    width = max(len(row) for row in cells)
    for column in reversed(range(width)):
        if not any(len(row) > column and row[column] for row in cells):
            for row in cells:
                del row[column : column + 1]
    width = max(len(row) for row in cells)
    if width == 1 or _is_layout(cells):
        for row in cells:
            for cell in row:
                yield from cell
        return
    yield TableBlock(cells, bool(head_rows))


def _is_layout(rows: list[list[list[Piece]]]) -> bool:
    """Return whether a table only puts blocks side by side: few rows with many blocks in a cell, or nested tables."""
    biggest = max(len(cell) for row in rows for cell in row)
    if any(isinstance(piece, TableBlock) for row in rows for cell in row for piece in cell):
        return True
    if any(2 <= len(row) <= 3 and any(map(_is_column_of_dates, row)) for row in rows):
        return False
    return len(rows) <= 2 and biggest >= 6


def _is_column_of_dates(cell: list[Piece]) -> bool:
    """Return whether a cell has only short lines with a year."""
    texts = [piece.text if isinstance(piece, Line) else "" for piece in cell]
    return len(texts) > 1 and all(len(text) < 40 and re.search(r"\b(?:19|20)\d\d\b", text) for text in texts)


def text_of(pieces: Iterable[Piece]) -> str:
    """Return the text of pieces, each line on a line of its own."""
    return "\n".join(line for piece in pieces for line in _texts(piece))


def _texts(piece: Piece) -> Iterator[str]:
    match piece:
        case Line():
            yield piece.text
        case ListBlock():
            for item in piece.items:
                yield text_of(item)
        case TableBlock():
            for row in piece.rows:
                yield from (text_of(cell) for cell in row)
        case TermsBlock():
            for term, pieces in piece.terms:
                yield words(term)
                yield text_of(pieces)
        case CodePiece():
            yield piece.text


def single_run(text: str) -> Runs:
    """Return plain text as runs."""
    return [Run(text)]
