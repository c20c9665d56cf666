"""Paragraphs, lists and tables of a section, and its publications as items."""

from __future__ import annotations

import re
from collections.abc import Sequence

from polyvita.importers.lines import PUBLICATIONS, LineReader, all_lines, as_bulleted, has_raw, joined_lines
from polyvita.importers.model import Block, Code, Definitions, Item, ItemList, LeftOut, Paragraph, Table
from polyvita.importers.runs import TAB, Run, Runs, cut, plain, split, to_markdown, trim, words
from polyvita.importers.stream import CodePiece, Line, ListBlock, Look, Piece, TableBlock, TermsBlock

_NUMBER = re.compile(
    rf"[ {TAB}]*(?:\[(\d{{1,3}})\]|(\d{{1,3}})[.)]|[A-Z]{{1,2}}[-.]?(\d{{1,3}})[.):])[ \u00a0{TAB}]*(?=\S)"
)
_YEAR = re.compile(r"(?<![\d/.:-])((?:19[3-9]|20[0-4])\d)(?![\d-]|\.\d)")


class BlockBuilder(LineReader):
    """Makes blocks of the CV from pieces of a document."""

    def _undated(self, pieces: list[Piece], kind: str) -> list[Block]:
        if kind in ("skills", "languages", "interests"):
            short = [isinstance(piece, Line) and not piece.level and len(piece.text) < 60 for piece in pieces]
            if sum(short) > 1 and all(short) and not any(piece.text.endswith(".") for piece in all_lines(pieces)):
                return [ItemList(items=[Item(text=self._paragraph(piece).text) for piece in all_lines(pieces)])]
        return self._plain_blocks(pieces, kind)

    def _plain_blocks(self, pieces: Sequence[Piece], kind: str) -> list[Block]:
        """Return pieces as blocks, without looking for entries. The dates of list items become keys."""
        out: list[Block] = []
        rows: list[ItemList] = []
        for piece in as_bulleted(pieces):
            match piece:
                case Line(look=Look(style="row")):
                    item = Item(text=self._paragraph(piece).text)
                    if out and isinstance(out[-1], ItemList) and out[-1] in rows:
                        out[-1].items.append(item)
                    else:
                        rows.append(ItemList(items=[item]))
                        out.append(rows[-1])
                case Line():
                    if has_raw(piece.runs) or words(piece.runs):
                        out.append(self._paragraph(piece))
                case ListBlock():
                    items = [self._item(item, kind) for item in piece.items]
                    if kept := [item for item in items if item.text or item.blocks or item.date]:
                        out.append(ItemList(items=kept, start=piece.start))
                case TableBlock():
                    out += self._table(piece)
                case TermsBlock():
                    out += self._terms(piece, kind)
                case CodePiece():
                    out.append(Code(text=piece.text))
        return out

    def _paragraph(self, line: Line) -> Paragraph:
        runs = line.runs
        if TAB in plain(runs):
            cells = [cell for cell in split(runs, rf"[ {TAB}]*{TAB}[ {TAB}]*") if words(cell) or has_raw(cell)]
            first = words(cells[0]) if cells else ""
            mark = ": " if len(cells) == 2 and not first.endswith((":", ",")) else " "
            joined: Runs = []
            for cell in cells:
                joined += [*([Run(mark)] if joined else []), *cell]
            runs = joined
        return Paragraph(text=to_markdown(runs))

    def _item(self, pieces: list[Piece], kind: str) -> Item:
        if not pieces or not isinstance(pieces[0], Line):
            return Item(text="", blocks=self._plain_blocks(pieces, kind))
        runs = pieces[0].runs
        date = ""
        if kind in PUBLICATIONS:
            date = _year(plain(runs))
        elif (found := self._dates(pieces[0])) and found[0].exact and 0 < len(words(self._rest_of(pieces[0]))) < 400:
            date = found[0].date
            runs = self._without_date(runs, found[0])
        text = to_markdown(joined_lines([runs]))
        return Item(text=text, date=date, blocks=self._plain_blocks(pieces[1:], kind))

    def _table(self, table: TableBlock) -> list[Block]:
        rows = [[to_markdown(joined_lines(_cell_lines(cell), "\n")) for cell in row] for row in table.rows]
        notes: list[Block] = []
        for row in table.rows:
            for cell in row:
                others: list[Piece] = [piece for piece in cell if not isinstance(piece, Line | ListBlock)]
                notes += self._plain_blocks(others, "")
        head = rows.pop(0) if table.has_head and len(rows) > 1 else []
        return [Table(rows=rows, head=head), *notes]

    def _terms(self, terms: TermsBlock, kind: str) -> list[Block]:
        out: list[Block] = []
        for term, pieces in terms.terms:
            lines = [piece.runs for piece in pieces if isinstance(piece, Line)]
            rest = [piece for piece in pieces if not isinstance(piece, Line)]
            definition = Definitions(terms=[(to_markdown(term), to_markdown(joined_lines(lines, "\n")) or "–")])
            if out and isinstance(out[-1], Definitions) and not rest:
                out[-1].terms += definition.terms
            else:
                out.append(definition)
            out += self._plain_blocks(rest, kind)
        return out

    def _publications(self, pieces: list[Piece]) -> list[Block]:
        """Return publications as items with a date each. Numbers in the text become those of the list."""
        out: list[Block] = []
        numbers: list[str] = []
        for piece in as_bulleted(pieces):
            last = out[-1] if out else None
            if not isinstance(piece, Line):
                if isinstance(piece, ListBlock):
                    items = [self._item(item, "publications") for item in piece.items if item]
                    if isinstance(last, ItemList) and last.start is None and piece.start is None:
                        last.items += items
                    else:
                        out.append(ItemList(items=items, start=piece.start))
                else:
                    out += self._plain_blocks([piece], "publications")
                continue
            runs, number = piece.runs, None
            if found := _NUMBER.match(plain(runs)):
                number = found[1] or found[2] or found[3]
                if not (found[1] or found[2]) or (found[2] and len(found[2]) > 3):
                    number = None
                else:
                    runs = trim(cut(runs, found.end()))
            year = _year(plain(runs))
            if number is None and not year and isinstance(last, ItemList) and _continues(words(runs)):
                last.items[-1].blocks.append(Paragraph(text=to_markdown(runs)))
                continue
            if number is None and not year and not _continues(words(runs)):
                out.append(self._paragraph(piece))
                continue
            item = Item(text=to_markdown(joined_lines([runs])), date=year)
            if number is not None:
                numbers.append(number)
                expected = (
                    last.start + len(last.items) if isinstance(last, ItemList) and last.start is not None else None
                )
                if isinstance(last, ItemList) and expected == int(number):
                    last.items.append(item)
                elif isinstance(last, ItemList) and last.start is not None and _descends(numbers):
                    last.items.append(item)
                    last.start, self.cv.counts_down = 1, True
                else:
                    out.append(ItemList(items=[item], start=int(number)))
            elif isinstance(last, ItemList) and last.start is None:
                last.items.append(item)
            else:
                out.append(ItemList(items=[item]))
        if numbers:
            self.cv.left_out.append(LeftOut(" ".join(numbers), "numbers of list items"))
        return out


def _cell_lines(cell: list[Piece]) -> list[Runs]:
    """Return the lines of a table cell. Items of lists in it are lines with a bullet."""
    out: list[Runs] = []
    for piece in cell:
        if isinstance(piece, Line):
            out.append(piece.runs)
        elif isinstance(piece, ListBlock):
            for item in piece.items:
                lines = _cell_lines(item)
                out += [[Run("• "), *lines[0]], *lines[1:]] if lines else []
    return out


def _year(text: str) -> str:
    """Return the year of a publication: the one in parentheses, or else the last one in the text."""
    text = re.sub(r"https?://\S+|doi:?\s*\S+|arXiv:?\s*\S+|\b10\.\d{4,9}/\S+", " ", text, flags=re.IGNORECASE)
    text = re.sub(r"\b(?:pp?\.?|S\.|pages?|Seiten?)\s*\d+(?:\s*[–—-]\s*\d+)?|\d+\s*[–—-]\s*\d+(?!\d)", " ", text)
    groups = re.findall(r"[(\[]\s*(?:\w+\.? )?((?:19[3-9]|20[0-4])\d)[a-z]?\s*[)\]]", text)
    years = groups or _YEAR.findall(text)
    return years[0] if groups else years[-1] if years else ""


def _continues(text: str) -> bool:
    """Return whether a line belongs to the publication before it."""
    return bool(re.match(r"[a-z(\[]|https?:|doi|DOI|arXiv|\*|IF\b|Impact|Note|Cited|Citations", text))


def _descends(numbers: list[str]) -> bool:
    return len(numbers) > 1 and int(numbers[-2]) - int(numbers[-1]) == 1
