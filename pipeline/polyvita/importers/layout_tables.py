"""Tables that only arrange a CV: dates beside entries, headings beside blocks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from polyvita.importers.headings import HeadingFinder
from polyvita.importers.lines import bold, is_title
from polyvita.importers.runs import TAB, Run, Runs, plain, words
from polyvita.importers.stream import Line, Look, Piece, TableBlock, TermsBlock, text_of
from polyvita.importers.vocabulary import recognise


class TableOpener(HeadingFinder):
    """Turns the tables of a stream into lines, except those with data."""

    def _open_tables(self, pieces: Iterable[Piece]) -> Iterator[Piece]:
        """Yield the pieces, with headings and lines in place of tables that only arrange the text."""
        for piece in pieces:
            if isinstance(piece, TableBlock):
                yield from self._open_table(piece)
            elif isinstance(piece, TermsBlock) and self._has_dates_as_terms(piece):
                for term, inner in piece.terms:
                    cells: list[list[Piece]] = [[Line(term)], inner]
                    yield from self._row_as_lines(cells)
            else:
                yield piece

    def _has_dates_as_terms(self, block: TermsBlock) -> bool:
        dated = sum(1 for term, _ in block.terms if self._dates(Line(term)))
        return dated * 2 >= len(block.terms)

    def _open_table(self, table: TableBlock) -> Iterator[Piece]:
        if self._is_data(table):
            yield table
            return
        for row in table.rows:
            cells = [cell for cell in row if cell]
            title = self._title_of_row(row)
            if paired := self._with_column_of_dates(cells):
                yield from paired
            elif title and len(cells) > 1:
                yield title
                for cell in cells[1:]:
                    yield from self._open_tables(cell)
            elif len(cells) == 1 or (max(map(len, cells)) > 2 and not self._is_dated(cells)):
                for cell in cells:
                    yield from self._open_tables(cell)
            else:
                yield from self._row_as_lines(cells)

    def _with_column_of_dates(self, cells: list[list[Piece]]) -> list[Piece]:
        """Return the pieces of a row of two cells with the dates of one at the titles in the other, or nothing.

        Before them, there may be one cell with a heading.
        """
        if len(cells) == 3 and len(cells[0]) == 1:
            rest = self._with_column_of_dates(cells[1:])
            return [*cells[0], *rest] if rest else []
        if len(cells) != 2:
            return []
        for dates, others in (cells, reversed(cells)):
            lines = [piece for piece in dates if isinstance(piece, Line)]
            if len(lines) < 2 or len(lines) < len(dates) or not all(self._is_only_date(line) for line in lines):
                continue
            pieces = list(self._open_tables(others))
            titles = [
                index
                for index, piece in enumerate(pieces)
                if isinstance(piece, Line) and (piece.level or is_title(piece))
            ]
            if len(titles) == len(lines):
                for index, line in zip(titles, lines, strict=True):
                    title = pieces[index]
                    assert isinstance(title, Line)
                    pieces[index] = replace(title, level=0, runs=[*bold(title.runs), Run(TAB), *line.runs])
                return pieces
        return []

    def _is_only_date(self, line: Line) -> bool:
        return len(line.text) < 40 and bool(self._dates(line)) and not words(self._rest_of(line))

    def _is_data(self, table: TableBlock) -> bool:
        """Return whether a table has data, such as grants with amounts. Other tables only arrange entries and blocks.

        Word says of most tables that they have a head, so the head must look like one.
        """
        cells = [cell for row in table.rows for cell in row]
        filled = [cell for cell in cells if cell]
        if len(table.rows) < 2 or any(len(cell) > 1 or len(text_of(cell)) > 200 for cell in filled):
            return False
        if any(not isinstance(cell[0], Line) or "\n" in plain(cell[0].runs) for cell in filled):
            return False
        width = max(map(len, table.rows))
        head = [text_of(cell) for cell in table.rows[0]]
        is_head = all(head) and len(head) == width and not any(len(text) > 40 or self._dates_in(text) for text in head)
        if table.has_head and is_head and not recognise(head[0], self.lang):
            return True
        if table.has_head and is_head and width > 2:
            return True
        if width < 3 or len(filled) * 10 < len(cells) * 7 or any(map(self._title_of_row, table.rows)):
            return False
        return not self._has_dates_in_first_column(table) and not self._has_dates_in_last_column(table)

    def _is_dated(self, cells: list[list[Piece]]) -> bool:
        """Return whether the first or last cell of a row is a date."""
        ends = [cell[0] for cell in (cells[0], cells[-1]) if len(cell) <= 2 and isinstance(cell[0], Line)]
        return any(len(line.text) < 40 and bool(self._dates(line)) for line in ends)

    def _title_of_row(self, row: list[list[Piece]]) -> Line | None:
        """Return the first cell if it is the heading of the row."""
        first = row[0] if row else []
        if len(first) == 1 and isinstance(first[0], Line) and not self._dates(first[0]):
            line = first[0]
            is_long = len(text_of(piece for cell in row[1:] for piece in cell)) > 25
            if self._exact(line) and is_long:
                return line if line.is_emphatic or line.level else Line(bold(line.runs), look=line.look)
        return None

    def _row_as_lines(self, cells: list[list[Piece]]) -> Iterator[Piece]:
        """Yield a row as one line with tabs between the first lines of its cells, then the other lines."""
        firsts: list[Runs] = []
        rest: list[Piece] = []
        look = Look()
        for cell in cells:
            pieces = list(self._open_tables(cell))
            if pieces and isinstance(pieces[0], Line):
                firsts.append(pieces[0].runs)
                look = look if look.size else pieces[0].look
                rest += pieces[1:]
            else:
                rest += pieces
        joined: Runs = []
        for runs in firsts:
            joined += [*([Run(TAB)] if joined else []), *runs]
        if joined:
            yield Line(joined, look=replace(look, style="row"))
        yield from rest

    def _has_dates_in_first_column(self, table: TableBlock) -> bool:
        return self._column_has_dates([row[0] for row in table.rows if row and row[0]])

    def _has_dates_in_last_column(self, table: TableBlock) -> bool:
        return self._column_has_dates([row[-1] for row in table.rows if row and row[-1]])

    def _column_has_dates(self, cells: list[list[Piece]]) -> bool:
        dated = sum(
            1 for cell in cells if isinstance(cell[0], Line) and len(cell[0].text) < 40 and self._dates(cell[0])
        )
        return dated * 2 >= len(cells) > 0
