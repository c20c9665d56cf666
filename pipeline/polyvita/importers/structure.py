"""Turn the stream of a document into a CV: the head, sections by their headings, entries and items with dates."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from polyvita.core.dates import parse_date
from polyvita.core.written_dates import WrittenDate, find_written_dates
from polyvita.importers.contact import (
    CV_TITLE,
    ORGANISATION,
    Head,
    is_name,
    labels_name,
    without_cv_title,
    words_of,
)
from polyvita.importers.model import (
    Block,
    Code,
    Definitions,
    Entry,
    ImportedCv,
    Item,
    ItemList,
    LeftOut,
    Paragraph,
    ReadAs,
    Section,
    Table,
)
from polyvita.importers.places import country_codes
from polyvita.importers.runs import (
    OBJECT,
    PLACE,
    REMARK,
    TAB,
    Run,
    Runs,
    common_marks,
    cut,
    is_all_caps,
    plain,
    split,
    to_markdown,
    trim,
    without_marks,
    words,
)
from polyvita.importers.stream import CodePiece, Line, ListBlock, Look, Piece, TableBlock, TermsBlock, text_of
from polyvita.importers.vocabulary import NUMBER, Recognised, known_heading, recognise, spelled_out, standard_sections

_ENTRIES = ("positions", "education")
_OFTEN_FIRST = ("bio", "personal-data", "positions", "education", "skills")
"""Sections whose dated parts are entries."""
_PUBLICATIONS = (
    "publications",
    "journal-articles",
    "conference-papers",
    "books",
    "book-chapters",
    "preprints",
    "patents",
)
"""Sections whose items keep their dates in the text."""
_BULLET = re.compile(rf"[ {TAB}]*[•●▪■◦∙‣➢➤►✓✔*·o–—-][ \u00a0{TAB}]+(?=\S)")
_NUMBER = re.compile(
    rf"[ {TAB}]*(?:\[(\d{{1,3}})\]|(\d{{1,3}})[.)]|[A-Z]{{1,2}}[-.]?(\d{{1,3}})[.):])[ \u00a0{TAB}]*(?=\S)"
)
_FOOTER = re.compile(
    r"©|copyright\b|last (?:updated?|modified|revised)|(?:updated|revised)(?: on)?:?\s|stand:?\s|"
    r"letzte aktualisierung|zuletzt "
    r"aktualisiert|derni[èe]re mise [àa] jour|mise [àa] jour|[úu]ltima actualizaci[óo]n|ultimo aggiornamento|laatst "
    r"bijgewerkt|(?:page|seite|pagina|página) \d+(?: \w+ \d+)?$",
    re.IGNORECASE,
)
_YEAR = re.compile(r"(?<![\d/.:-])((?:19[3-9]|20[0-4])\d)(?![\d-]|\.\d)")


def build_cv(
    pieces: Sequence[Piece],
    *,
    margins: Sequence[Line] = (),
    title: str = "",
    author: str = "",
    lang: str = "",
) -> ImportedCv:
    """Return the CV in a stream of pieces. `margins` are the lines of page headers and footers.

    `title` and `author` are those that the document gives apart from its text, and `lang` its language. The language of
    the headings has priority.
    """
    return _Builder(list(pieces), list(margins), title, author, lang).build()


def footnote_blocks(pieces: list[Piece]) -> list[Block]:
    """Return the blocks of a footnote."""
    return _Builder([], [], "", "", "en")._plain_blocks(pieces, "bio")


@dataclass
class _Heading:
    """A line that was found to be a heading: its level from 1, its section of the vocabulary, and what was guessed."""

    line: Line
    level: int
    found: Recognised | None
    guess: str = ""


@dataclass
class _Part:
    """A heading and the pieces up to the next heading of the same or a higher level."""

    heading: _Heading | None
    pieces: list[Piece] = field(default_factory=list)
    parts: list[_Part] = field(default_factory=list)


class _Builder:
    def __init__(self, pieces: list[Piece], margins: list[Line], title: str, author: str, lang: str) -> None:
        self.cv = ImportedCv()
        self.margins = margins
        self.pieces, self.title, self.author = pieces, title, author
        self.langs: tuple[str, ...] = ("en",)
        self.lang = lang
        self.ids: set[str] = set()
        self.lines_before = 1

    def build(self) -> ImportedCv:
        self._find_language()
        pieces = [*self._open_tables(self.pieces)]
        pieces = self._without_signature(self._without_document_titles(pieces))
        head, rest = self._split_head(pieces)
        top = self._parts(rest)
        self._read_head([*head, *self.margins], top)
        for part in top.parts:
            self.cv.sections.append(self._section(part, ""))
        self._add_facts()
        self.cv.lang = self.lang
        return self.cv

    # ------------------------------------------------------------ language

    def _find_language(self) -> None:
        counts: Counter[str] = Counter()
        for piece in _all_lines(self.pieces):
            if len(piece.text) < 60 and (found := recognise(piece.text, self.lang)) and found.exact:
                counts[found.lang] += 1
        best = counts.most_common(1)
        if best and best[0][0] != self.lang.partition("-")[0]:
            self.lang = best[0][0]
        self.lang = self.lang or "en"
        self.langs = tuple(dict.fromkeys((self.lang, "en")))

    # ------------------------------------------------------------ headings

    def _without_document_titles(self, pieces: list[Piece]) -> list[Piece]:
        """Leave out “Curriculum vitae” where it is alone on a line."""
        kept: list[Piece] = []
        for piece in pieces:
            if isinstance(piece, Line) and CV_TITLE.fullmatch(spelled_out(piece.text)):
                self.cv.left_out.append(LeftOut(piece.text, "the title of the document"))
            elif isinstance(piece, Line) and len(piece.text) < 70 and _FOOTER.match(piece.text):
                self.cv.left_out.append(LeftOut(piece.text, "a footer"))
            else:
                kept.append(piece)
        return kept

    def _without_signature(self, pieces: list[Piece]) -> list[Piece]:
        """Leave out place and date of the signature at the end: “Kassel, den 1. Februar 2024”."""
        last = pieces[-1] if pieces else None
        if isinstance(last, Line) and len(last.text) < 60 and (found := self._dates(last)):
            rest = last.text[: found[0].start] if found[0].end >= len(plain(last.runs).rstrip()) else "-"
            if len(found[0].date) == 10 and re.fullmatch(
                r"[^\W\d][\w .-]{2,30},?\s*(?:den|le|the|am|il|a)?\s*,?\s*", rest
            ):
                self.cv.left_out.append(LeftOut(last.text, "place and date of the signature"))
                return pieces[:-1]
        return pieces

    def _exact(self, line: Line) -> Recognised | None:
        text = line.text
        if len(text) > 70 or (text.endswith((".", ",", ";")) and not re.match(r"^[\w.]{1,5}\s", text)):
            return None
        found = recognise(text, self.lang)
        return found if found and found.exact else None

    def _heading_signatures(self, pieces: list[Piece]) -> tuple[set[tuple[object, ...]], set[tuple[object, ...]]]:
        """Return how lines look that are headings of sections, and of sections in sections."""
        main: Counter[tuple[object, ...]] = Counter()
        sub: Counter[tuple[object, ...]] = Counter()
        for piece in pieces:
            if isinstance(piece, Line) and (found := self._exact(piece)):
                (sub if found.section.parent else main)[piece.signature] += 1
        return set(main), set(sub) - set(main)

    def _find_headings(self, pieces: list[Piece]) -> dict[int, _Heading]:
        """Return the headings of sections by the index of their line."""
        main, sub = self._heading_signatures(pieces)
        real = {
            piece.level
            for piece in pieces
            if isinstance(piece, Line) and piece.level and recognise(piece.text, self.lang)
        }
        exact_real = {piece.level for piece in pieces if isinstance(piece, Line) and piece.level and self._exact(piece)}
        first_level = min(exact_real or real, default=0) or min(
            (piece.level for piece in pieces if isinstance(piece, Line) and piece.level), default=0
        )
        has_real = bool(real)
        out: dict[int, _Heading] = {}
        open_id = ""
        for index, piece in enumerate(pieces):
            if not isinstance(piece, Line):
                continue
            heading = self._as_heading(piece, first_level, main, sub, open_id, has_real=has_real)
            if heading and not self._is_only_label(pieces, index, heading):
                out[index] = heading
                if heading.found and heading.level == 1:
                    open_id = heading.found.section.id
                elif heading.level == 1:
                    open_id = ""
        return out

    def _is_only_label(self, pieces: list[Piece], index: int, heading: _Heading) -> bool:
        """Return whether a guessed heading is none: nothing follows, or it is the title of an entry with a date."""
        if not heading.guess or heading.found:
            return bool(heading.guess) and index + 1 == len(pieces)
        for piece in pieces[index + 1 : index + 3]:
            if not isinstance(piece, Line) or not _is_second_line(piece):
                return False
            if found := self._dates(piece):
                return found[0].start > 0 or not words(self._rest_of(piece))
            if _is_title(piece):
                return False
        return index + 1 == len(pieces)

    def _as_heading(
        self,
        line: Line,
        first_level: int,
        main: set[tuple[object, ...]],
        sub: set[tuple[object, ...]],
        open_id: str,
        *,
        has_real: bool,
    ) -> _Heading | None:
        text = line.text
        exact = self._exact(line)
        if line.level:
            if not text:
                return None
            found = exact or recognise(text, self.lang)
            level = max(1, line.level - first_level + 1)
            guess = "" if not found or found.exact else f"the heading “{text}” is “{found.section.id}”"
            return _Heading(line, level, found, guess)
        if TAB in plain(line.runs).strip(TAB + " ") or OBJECT in plain(line.runs):
            return None
        if exact and (line.is_emphatic or not has_real or line.signature in main | sub):
            inside = bool(exact.section.parent) and open_id in (exact.section.parent, "publications")
            is_plain = not line.is_emphatic and line.signature not in sub
            if is_plain and (text[:1].islower() or len(text.split()) > 5 or (main and line.signature not in main)):
                return None
            if is_plain and self.main_is_emphatic(main):
                return None
            guess = "" if line.is_emphatic else f"the line “{text}” is a heading"
            if has_real and line.signature not in main | sub:
                return _Heading(line, 2, exact, guess) if inside or open_id else _Heading(line, 1, exact, guess)
            return _Heading(line, 2 if inside else 1, exact, guess)
        if has_real or not line.is_emphatic or not _is_short_title(text):
            return None
        if self._dates(line):
            return None
        if line.signature in main and not (is_name(text) and not open_id):
            found = recognise(text, self.lang)
            return _Heading(line, 1, found, f"the line “{text}” is a heading")
        if line.signature in sub and open_id in _PUBLICATIONS:
            return _Heading(line, 2, recognise(text, self.lang), f"the line “{text}” is a heading")
        return None

    def main_is_emphatic(self, main: set[tuple[object, ...]]) -> bool:
        """Return whether all headings of sections stand out."""
        return bool(main) and all(any(bool(part) for part in signature[1:5]) for signature in main)

    def _split_head(self, pieces: list[Piece]) -> tuple[list[Piece], list[Piece]]:
        """Return the pieces before the first section, and the others. A heading with a name belongs to the head."""
        self.headings = self._find_headings(pieces)
        self._find_name_heading()
        first = min(self.headings, default=len(pieces))
        shifted = {index - first: heading for index, heading in self.headings.items()}
        self.headings = shifted
        return pieces[:first], pieces[first:]

    def _find_name_heading(self) -> None:
        """Take the heading with the name of the owner out of the headings; those below it go up."""
        for index in sorted(self.headings)[:2]:
            heading = self.headings[index]
            text, _ = without_cv_title(heading.line.text)
            later = [self.headings[other].level for other in self.headings if other > index]
            is_above = heading.line.level and later and min(later) > heading.level
            if heading.found and heading.found.exact:
                if is_above and index == min(self.headings):
                    continue
                return
            if is_name(text) or (is_above and index == min(self.headings)):
                del self.headings[index]
                if later and min(later) > 1:
                    shift = min(later) - 1
                    for other in self.headings.values():
                        other.level = max(1, other.level - shift)
                return

    def _parts(self, pieces: list[Piece]) -> _Part:
        top = _Part(None)
        stack: list[tuple[int, _Part]] = [(0, top)]
        for index, piece in enumerate(pieces):
            if heading := self.headings.get(index):
                while stack[-1][0] >= heading.level:
                    stack.pop()
                part = _Part(heading)
                stack[-1][1].parts.append(part)
                stack.append((heading.level, part))
            else:
                stack[-1][1].pieces.append(piece)
        return top

    # ------------------------------------------------------------ tables

    def _open_tables(self, pieces: Iterable[Piece]) -> Iterator[Piece]:
        """Yield the pieces, with headings and lines for the tables that stand for them."""
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
            if title and len(cells) > 1:
                yield title
                for cell in cells[1:]:
                    yield from self._open_tables(cell)
            elif len(cells) == 1 or (max(map(len, cells)) > 2 and not self._is_dated(cells)):
                for cell in cells:
                    yield from self._open_tables(cell)
            else:
                yield from self._row_as_lines(cells)

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
                return line if line.is_emphatic or line.level else Line(_bold(line.runs), look=line.look)
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

    # ------------------------------------------------------------ the head

    def _read_head(self, head: list[Piece], top: _Part) -> None:
        reader = Head(self.cv, self.langs)
        pieces = self._take_name(reader, list(head))
        bio: list[Block] = []
        for piece in pieces:
            if isinstance(piece, Line):
                rest = reader.read(piece.runs, is_head=True)
                if len(rest) == 1 and words(rest[0]) == piece.text and len(piece.text.split()) > 12:
                    bio.append(Paragraph(text=to_markdown(piece.runs)))
                else:
                    self.cv.to_sort += [
                        Paragraph(text=to_markdown(part)) for part in rest if words(part) or _has_raw(part)
                    ]
            else:
                self.cv.to_sort += self._plain_blocks([piece], "")
        self._personal_sections(top, reader)
        if bio:
            section = standard_sections()["bio"]
            title = _title_in(self.lang, "bio")
            self.ids.add("bio")
            self.cv.sections.append(
                Section(
                    title=title,
                    id="bio",
                    tags=section.tags,
                    blocks=bio,
                    guess="the text before the first heading is “bio”",
                )
            )

    def _is_known_heading(self, text: str) -> bool:
        """Return whether a text is a heading that looks like a name, as “Summary Statement”."""
        found = recognise(text, self.lang)
        return found is not None and (found.exact or found.section.id in _OFTEN_FIRST)

    def _take_name(self, reader: Head, head: list[Piece]) -> list[Piece]:
        """Find the name of the owner, and return the head without it."""
        lines = [(index, piece) for index, piece in enumerate(head) if isinstance(piece, Line)]
        if any(labels_name(line.text) for _, line in lines):
            return head
        biggest = max((line.look.size for _, line in lines), default=0)
        ordered = sorted(
            lines,
            key=lambda pair: (
                pair[1].look.style.casefold() not in ("title", "titel", "name"),
                -pair[1].level if pair[1].level else 0,
                not (pair[1].look.size == biggest and biggest > 0 and len({line.look.size for _, line in lines}) > 1),
            ),
        )
        for index, line in ordered:
            parts = split(line.runs, rf"\n|[ {TAB}]*{TAB}[ {TAB}]*|\s[|·•]\s|\s[–—]\s")
            for number, part in enumerate(parts):
                text = words(part)
                turned = re.sub(r"^([^\W\d_]{2,}(?: [^\W\d_]{2,})?), ([^\W\d_][\w.-]*)$", r"\2 \1", text)  # “DOE, Jane”
                if turned != text and text.partition(",")[0].isupper():
                    text = turned
                if is_name(without_cv_title(text)[0]) and not self._is_known_heading(text):
                    reader.set_name(text)
                    before, after = parts[:number], parts[number + 1 :]
                    others = [
                        Line(other, look=line.look) for other in (*before, *after) if words(other) or _has_raw(other)
                    ]
                    return [*head[:index], *others, *head[index + 1 :]]
            first, comma, _ = line.text.partition(", ")
            if comma and is_name(first) and TAB not in plain(line.runs) and index == lines[0][0]:
                reader.set_name(first)
                at = plain(line.runs).index(",") + 1
                return [*head[:index], Line(trim(cut(line.runs, at)), look=line.look), *head[index + 1 :]]
        for source in (self.title, self.author):
            name, _ = without_cv_title(source)
            if is_name(name) and not self._is_known_heading(name):
                reader.set_name(name)
                self.cv.guesses.append(f"the name “{self.cv.person.name}” is from the properties of the file")
                break
        if (
            not self.cv.person.name
            and ordered
            and (ordered[0][1].level or ordered[0][1].look.style.casefold() == "title")
        ):
            index, line = ordered[0]
            reader.set_name(line.text)
            return [*head[:index], *head[index + 1 :]]
        return head

    def _personal_sections(self, top: _Part, reader: Head) -> None:
        """Read the facts about the person in a section such as “Contact”; the section goes if nothing remains."""
        for part in list(top.parts):
            if not (part.heading and part.heading.found and part.heading.found.section.id == "personal-data"):
                continue
            rest: list[Piece] = []
            for piece in part.pieces:
                rest += self._read_personal(piece, reader)
            part.pieces = rest
            if not rest and not part.parts:
                top.parts.remove(part)
                self.cv.left_out.append(LeftOut(part.heading.line.text, "the heading of personal data"))

    def _read_personal(self, piece: Piece, reader: Head) -> list[Piece]:
        match piece:
            case Line():
                rest = reader.read(piece.runs, is_head=False)
                joined: Runs = []
                for part in rest:
                    joined += [*([Run(", ")] if joined else []), *part]
                return [replace(piece, runs=joined)] if joined else []
            case ListBlock():
                items = [
                    [left for inner in item for left in self._read_personal(inner, reader)] for item in piece.items
                ]
                kept = [item for item in items if item]
                return [replace(piece, items=kept)] if kept else []
            case TermsBlock():
                out: list[Piece] = []
                for term, pieces in piece.terms:
                    line = [*term, Run(TAB), *_first_runs(pieces)]
                    out += self._read_personal(Line(line), reader) + [p for p in pieces if not isinstance(p, Line)]
                return out
            case _:
                return [piece]

    def _add_facts(self) -> None:
        """Write private facts as a section that no filter shows unless it asks for it."""
        if not self.cv.person.facts:
            return
        items = [
            Item(text=to_markdown([Run(f"{label}: " if label else ""), Run(value)]))
            for label, value in self.cv.person.facts
        ]
        section = next((section for section in self.cv.sections if section.id == "personal-data"), None)
        if section:
            section.blocks.insert(0, ItemList(items=items))
        else:
            standard = standard_sections()["personal-data"]
            title = _title_in(self.lang, "personal-data")
            self.cv.sections.append(
                Section(title=title, id="personal-data", tags=standard.tags, blocks=[ItemList(items=items)])
            )
        self.cv.person.facts = []

    # ------------------------------------------------------------ sections

    def _section(self, part: _Part, outer: str) -> Section:
        heading = part.heading
        assert heading
        found = heading.found
        id_ = found.section.id if found else ""
        kind = id_ or outer
        tags = found.section.tags if found else ()
        if outer and id_ == outer:
            id_, tags = "", ()
        own_id = id_ if id_ not in self.ids else ""
        self.ids |= {own_id} if own_id else set()
        runs = without_marks(heading.line.runs)
        text = plain(runs)
        title = to_markdown(runs)
        if found and (number := NUMBER.match(text)) and number[0].strip():
            self.cv.left_out.append(LeftOut(number[0].strip(), "the number of a heading"))
            runs = trim(cut(runs, number.end()))
            text, title = plain(runs), to_markdown(runs)
        if (spaced := spelled_out(text)) != text:
            spaced = ((found and known_heading(text, found)) or spaced).upper()
            title = to_markdown([Run(spaced)])
            self.cv.read_as.append(ReadAs(text, spaced))
        if is_all_caps(text) and found:
            title = to_markdown([Run(_in_lower_case(plain(trim(runs)) if spaced == text else spaced, found.lang))])
        if title.rstrip().endswith(":"):
            title = title.rstrip()[:-1]
        section = Section(title=title, id=own_id, tags=tags, guess=heading.guess)
        section.blocks += self._blocks_of(part.pieces, kind)
        children: list[Block] = []
        for child in part.parts:
            if entry := self._entry_of(child, kind):
                children.append(entry)
            else:
                children.append(self._section(child, kind))
        section.blocks += children
        if kind in _PUBLICATIONS and _has_dates(section.blocks) and kind != outer:
            section.keys["dates"] = "hidden"
        return section

    def _entry_of(self, part: _Part, kind: str) -> Entry | None:
        """Return a heading and its pieces as an entry if it has a date or organisation."""
        heading = part.heading
        assert heading
        if kind in _PUBLICATIONS or (heading.found and heading.found.exact and not self._dates(heading.line)):
            return None
        if not self._dates(heading.line) and self._has_own_entries(part.pieces):
            return None
        group = _Group()
        self._put_line(group, heading.line)
        pieces = list(part.pieces)
        while pieces and isinstance(pieces[0], Line) and len(group.head) < 4 and not group.body:
            line = pieces[0]
            has_date = bool(self._dates(line))
            is_where = line.look.style.casefold() in ("where", "entry place", "subtitle") or bool(
                common_marks(line.runs)
            )
            if has_date and not group.date and len(line.text) < 130:
                self._put_line(group, line)
            elif not has_date and len(group.head) < 2 and (is_where or _is_second_line(line)) and len(line.text) < 130:
                group.head.append(line.runs)
            else:
                break
            pieces.pop(0)
        if not group.date and not (kind in _ENTRIES and len(group.head) > 1):
            return None
        group.body = pieces
        entry = self._as_entry(group, kind)
        for child in part.parts:
            entry.blocks.append(self._entry_of(child, kind) or self._section(child, kind))
        return entry

    def _open_lists(self, pieces: list[Piece]) -> list[Piece]:
        """Return the pieces with lines in place of lists whose items are entries: most of them have a date."""
        pieces = _as_bulleted(pieces)
        if any(isinstance(piece, Line) and self._dates(piece) for piece in pieces):
            return pieces
        out: list[Piece] = []
        for piece in pieces:
            items = piece.items if isinstance(piece, ListBlock) else []
            firsts = [item[0] for item in items if item and isinstance(item[0], Line)]
            dated = sum(1 for line in firsts if self._dates(line))
            if items and dated * 2 >= len(items) and len(firsts) == len(items):
                for item in items:
                    out += item
            else:
                out.append(piece)
        return out

    def _has_own_entries(self, pieces: list[Piece]) -> bool:
        """Return whether lines below a heading are entries: several have dates and titles, or one has a bold title."""
        dated = [piece for piece in pieces if isinstance(piece, Line) and not piece.level and self._dates(piece)]
        titled = [line for line in dated if words(self._rest_of(line))]
        if len(titled) > 1:
            return True
        return any(_is_title(Line(trim(self._rest_of(line)))) for line in titled[:1])

    def _blocks_of(self, pieces: list[Piece], kind: str) -> list[Block]:
        """Return the blocks of a section without headings."""
        if kind in _PUBLICATIONS:
            return self._publications(pieces)
        if kind in ("bio", "research"):
            return self._plain_blocks(pieces, kind)
        if kind in _ENTRIES:  # In these, a list of dates is a list of entries.
            pieces = self._open_lists(pieces)
        groups, before = self._groups(pieces)
        if not groups:
            return self._undated(before, kind)
        return [*self._undated(before, kind), *self._as_blocks(groups, kind)]

    # ------------------------------------------------------------ dates

    def _dates(self, line: Line) -> tuple[WrittenDate, ...]:
        return self._dates_in(plain(line.runs))

    def _dates_in(self, text: str) -> tuple[WrittenDate, ...]:
        """Return the date of a text, or nothing. A date that fills a cell between tabs counts first.

        Of several other dates, the one at the start or end counts.
        """
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
        return tuple(date for date in found if _is_date(date.date))

    def _rest_of(self, line: Line) -> Runs:
        """Return the line without its date."""
        date = self._dates(line)[0]
        return [*cut(line.runs, 0, date.start), *cut(line.runs, date.end)]

    def _without_date(self, runs: Runs, date: WrittenDate) -> Runs:
        text = plain(runs)
        self.cv.read_as.append(ReadAs(words_of(text[date.start : date.end]), date.date))
        before, after = cut(runs, 0, date.start), cut(runs, date.end)
        middle = (
            [Run(TAB)] if plain(before).strip() and plain(after).strip() and TAB in text[date.start : date.end] else []
        )
        if plain(before).strip() and plain(after).strip() and not middle and not plain(before).endswith(" "):
            middle = [Run(" ")] if plain(after)[:1].isalnum() else []
        chars = f" \n\u00a0,;:|–—-{TAB}"
        out = [*before, *middle, *after]
        return trim(out, chars) if words(trim(out, chars)) else trim(out)

    # ------------------------------------------------------------ groups of lines

    def _put_line(self, group: _Group, line: Line) -> None:
        """Add a line to the head of a group, with its date taken out."""
        runs = line.runs
        if not group.date and (found := self._dates(line)):
            group.date = found[0].date
            group.exact = found[0].exact
            runs = self._without_date(runs, found[0])
        if words(runs) or _has_raw(runs):
            group.head.append(runs)

    def _groups(self, pieces: list[Piece]) -> tuple[list[_Group], list[Piece]]:
        """Return groups of pieces, each with a date, and the pieces before the first group."""
        pieces = _as_bulleted(pieces)
        dated = [isinstance(piece, Line) and bool(self._dates(piece)) for piece in pieces]
        if not any(dated):
            return [], pieces
        first = dated.index(True)
        is_title_first = (
            first > 0
            and isinstance(pieces[first - 1], Line)
            and _is_second_line(pieces[first - 1])
            and (first == 1 or not isinstance(pieces[first - 2], Line) or _is_title(pieces[first - 2]))
        )
        start = first
        while is_title_first and start > 0 and first - start < 2 and _is_second_line(pieces[start - 1]):
            start -= 1
        if self._is_date_last(pieces, dated, first):
            is_title_first, start, self.lines_before = True, 0, first
        else:
            self.lines_before = 1
        groups: list[_Group] = []
        for index in range(start, len(pieces)):
            piece = pieces[index]
            group = groups[-1] if groups else None
            if not isinstance(piece, Line):
                (group or self._new(groups)).body.append(piece)
                continue
            if dated[index]:
                if group and not group.date and not group.body and len(group.head) <= 3:
                    self._put_line(group, piece)
                else:
                    self._put_line(self._new(groups), piece)
            elif group is None or self._starts_group(pieces, dated, index, group, is_title_first):
                self._put_line(self._new(groups), piece)
            elif (
                not group.body
                and not plain(piece.runs).startswith(TAB)
                and (not group.head or (len(group.head) < 3 and _is_second_line(piece)))
            ):
                group.head.append(piece.runs)
            else:
                group.body.append(piece)
        return groups, pieces[:start]

    def _is_date_last(self, pieces: list[Piece], dated: list[bool], first: int) -> bool:
        """Return whether the date is alone on the last line of each group, as the first group shows."""
        line = pieces[first]
        assert isinstance(line, Line)
        if not 0 < first <= 3 or words(self._rest_of(line)) or not all(map(_is_second_line, pieces[:first])):
            return False
        return not (first == 1 and dated[2:3] == [True])

    def _new(self, groups: list[_Group]) -> _Group:
        groups.append(_Group())
        return groups[-1]

    def _starts_group(
        self, pieces: list[Piece], dated: list[bool], index: int, group: _Group, is_title_first: bool
    ) -> bool:
        """Return whether an undated line is the first line of the next group: the date follows it."""
        line = pieces[index]
        assert isinstance(line, Line)
        if not group.date or not group.head:
            return False
        reach = max(3, self.lines_before + 1)
        following = [number for number in range(index + 1, min(index + reach, len(pieces))) if dated[number]]
        if not following or not _is_second_line(line):
            return False
        between = pieces[index + 1 : following[0]]
        if not all(isinstance(piece, Line) and _is_second_line(piece) for piece in between):
            return False
        return _is_title(line) if not is_title_first else _is_title(line) or following[0] <= index + self.lines_before

    def _as_blocks(self, groups: list[_Group], kind: str) -> list[Block]:
        """Return groups as entries, or as the items of one list if they are short."""
        rich = sum(1 for group in groups if group.body or len(_fields(group)) > 1)
        if kind in _ENTRIES or (kind not in ("languages", "skills", "awards", "talks") and rich * 2 > len(groups)):
            return [self._as_entry(group, kind) for group in groups]
        items = []
        for group in groups:
            text = _joined_lines(group.head)
            blocks = self._plain_blocks(group.body, kind)
            items.append(Item(text=to_markdown(text), date=group.date, blocks=blocks))
        return [ItemList(items=[item for item in items if item.text or item.blocks or item.date])]

    def _as_entry(self, group: _Group, kind: str) -> Entry:
        parts = _fields(group)
        title, org, place, rest = self._title_org_place(parts)
        entry = Entry(title=to_markdown(without_marks(title)) or "–", date=group.date, org=org, place=place)
        if not group.exact and group.date:
            entry.guess = f"the date {group.date}"
        entry.blocks += [Paragraph(text=to_markdown(part)) for part in rest]
        entry.blocks += self._plain_blocks(group.body, kind)
        return entry

    def _title_org_place(self, parts: list[Runs], *, is_ordered: bool = False) -> tuple[Runs, str, str, list[Runs]]:
        """Return title, organisation and place of an entry, and the lines that are none of them."""
        if not parts:
            return [], "", "", []
        marked = [part for part in parts if plain(part)[:1] in (PLACE, REMARK)]
        if marked and (unmarked := [part for part in parts if part not in marked]):
            title, org, place, rich = self._title_org_place(unmarked, is_ordered=True)
            places = [words(part) for part in marked if plain(part)[:1] == PLACE]
            return (
                title,
                org,
                ", ".join(places) or place,
                [*rich, *(part for part in marked if plain(part)[:1] == REMARK)],
            )
        title, rest = _split_title(parts[0])
        if rest and (len(parts) == 1 or ORGANISATION.search(words(rest))):
            left = [part for part in parts[1:] if not _is_place(words(part)) and not ORGANISATION.search(words(part))]
            parts = [title, rest, *(part for part in parts[1:] if part not in left)]
        else:
            left = []
        is_org = [bool(ORGANISATION.search(words(part))) for part in parts]
        if not is_ordered and len(parts) > 1 and is_org[0] and not is_org[1] and not _is_place(words(parts[1])):
            first, second, *others = parts
            parts = [second, first, *others]
        title, *others = parts
        for index, part in enumerate(others):
            marks = [run for run in part if run.raw.startswith("[^")]
            if marks and not any(run.url for run in part):
                title = [*title, *marks]
                others[index] = [run for run in part if run not in marks]
        if others and any(_has_raw(part) or any(run.url for run in part) for part in others):
            plain_parts = [part for part in others if not (_has_raw(part) or any(run.url for run in part))]
            rich = [*(part for part in others if part not in plain_parts), *left]
        else:
            plain_parts, rich = others, left
        texts = [words(part).strip(" ,;|–—") for part in plain_parts]
        texts = [text for text in texts if text]
        if not texts:
            return title, "", "", rich
        if len(texts) == 1:
            org, place = _split_place(texts[0])
            if not org:
                org, place = place, ""
            return title, org, place, rich
        *orgs, last = texts
        if _is_place(last):
            return title, ", ".join(orgs), last, rich
        org, place = _split_place(", ".join(texts))
        return title, org or place, place if org else "", rich

    # ------------------------------------------------------------ blocks without dates

    def _undated(self, pieces: list[Piece], kind: str) -> list[Block]:
        if kind in ("skills", "languages", "interests"):
            short = [isinstance(piece, Line) and not piece.level and len(piece.text) < 60 for piece in pieces]
            if sum(short) > 1 and all(short) and not any(piece.text.endswith(".") for piece in _all_lines(pieces)):
                return [ItemList(items=[Item(text=self._paragraph(piece).text) for piece in _all_lines(pieces)])]
        return self._plain_blocks(pieces, kind)

    def _plain_blocks(self, pieces: Sequence[Piece], kind: str) -> list[Block]:
        """Return pieces as blocks, without looking for entries. The dates of list items become keys."""
        out: list[Block] = []
        rows: list[ItemList] = []
        for piece in _as_bulleted(pieces):
            match piece:
                case Line(look=Look(style="row")):
                    item = Item(text=self._paragraph(piece).text)
                    if out and isinstance(out[-1], ItemList) and out[-1] in rows:
                        out[-1].items.append(item)
                    else:
                        rows.append(ItemList(items=[item]))
                        out.append(rows[-1])
                case Line():
                    if _has_raw(piece.runs) or words(piece.runs):
                        out.append(self._paragraph(piece))
                case ListBlock():
                    out.append(ItemList(items=[self._item(item, kind) for item in piece.items], start=piece.start))
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
            cells = [cell for cell in split(runs, rf"[ {TAB}]*{TAB}[ {TAB}]*") if words(cell) or _has_raw(cell)]
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
        if kind in _PUBLICATIONS:
            date = _year(plain(runs))
        elif (found := self._dates(pieces[0])) and found[0].exact and len(words(runs)) < 400:
            date = found[0].date
            runs = self._without_date(runs, found[0])
        text = to_markdown(_joined_lines([runs]))
        return Item(text=text, date=date, blocks=self._plain_blocks(pieces[1:], kind))

    def _table(self, table: TableBlock) -> list[Block]:
        rows = [[to_markdown(_joined_lines(_cell_lines(cell), "\n")) for cell in row] for row in table.rows]
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
            definition = Definitions(terms=[(to_markdown(term), to_markdown(_joined_lines(lines, "\n")) or "–")])
            if out and isinstance(out[-1], Definitions) and not rest:
                out[-1].terms += definition.terms
            else:
                out.append(definition)
            out += self._plain_blocks(rest, kind)
        return out

    # ------------------------------------------------------------ publications

    def _publications(self, pieces: list[Piece]) -> list[Block]:
        """Return publications as items with a date each. Numbers in the text become those of the list."""
        out: list[Block] = []
        numbers: list[str] = []
        for piece in _as_bulleted(pieces):
            last = out[-1] if out else None
            if not isinstance(piece, Line):
                if isinstance(piece, ListBlock):
                    items = [self._item(item, "publications") for item in piece.items]
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
            item = Item(text=to_markdown(_joined_lines([runs])), date=year)
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


@dataclass
class _Group:
    """The lines and blocks of one entry or item: the lines of its head without the date, then its body."""

    head: list[Runs] = field(default_factory=list)
    date: str = ""
    exact: bool = True
    body: list[Piece] = field(default_factory=list)


# ---------------------------------------------------------------- helpers


def _all_lines(pieces: Iterable[Piece]) -> Iterator[Line]:
    for piece in pieces:
        match piece:
            case Line():
                yield piece
            case TableBlock():
                for row in piece.rows:
                    for cell in row:
                        yield from _all_lines(cell)


def _is_short_title(text: str) -> bool:
    return (
        0 < len(text) <= 60
        and len(text.split()) <= 8
        and not text.endswith((".", ",", ";"))
        and bool(re.search(r"[^\W\d_]{3}", text))
    )


def _is_second_line(piece: Piece) -> bool:
    """Return whether a line can be one of the first lines of an entry: short, and not a sentence."""
    if not isinstance(piece, Line) or len(piece.text) >= 130:
        return False
    return not re.search(r"[.!?:]$", piece.text.rstrip("\u00a0 ")) or (_is_title(piece) and len(piece.text) < 80)


def _is_title(piece: Piece) -> bool:
    return isinstance(piece, Line) and bool(
        {"bold", "smallcaps", "underline"} & {m for run in piece.runs[:1] for m in run.marks}
    )


def _bold(runs: Runs) -> Runs:
    return [run._replace(marks=run.marks | {"bold"}) for run in runs]


def _has_raw(runs: Iterable[Run]) -> bool:
    return any(run.raw for run in runs)


def _first_runs(pieces: list[Piece]) -> Runs:
    out: Runs = []
    for piece in pieces:
        if isinstance(piece, Line):
            out += [*([Run(", ")] if out else []), *piece.runs]
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


def _joined_lines(lines: Iterable[Runs], by: str = ", ") -> Runs:
    """Return lines as one, with tabs and line ends written as `by`."""
    out: Runs = []
    for runs in lines:
        for part in split(runs, rf"[ {TAB}]*[\n{TAB}][ \n{TAB}]*"):
            if not (words(part) or _has_raw(part)):
                continue
            before = plain(out)[-1:]
            mark = by if by == "\n" or before not in tuple(",;:–.") else " "
            out += [*([Run(mark)] if out else []), *part]
    return out


def _fields(group: _Group) -> list[Runs]:
    """Return the parts of the head of a group that tabs, bars and line ends separate."""
    return [
        part
        for runs in group.head
        for part in split(runs, rf"[ {TAB}]*{TAB}[ {TAB}]*|\n|\s[|•·]\s|(?<=\w)\s[–—]\s(?=[^\W\d])")
        if words(part) or _has_raw(part)
    ]


def _split_title(runs: Runs) -> tuple[Runs, Runs]:
    """Return the title of an entry, and the rest of its line: the organisation and the place."""
    text = plain(runs)
    if len(text) > 200:
        return runs, []
    bold_end = 0
    for run in runs:
        if "bold" in run.marks or (not run.text.strip(" ,;:–—-") and bold_end):
            bold_end += len(run.text)
        else:
            break
    if 0 < bold_end < len(text.rstrip()):
        title = trim(cut(runs, 0, bold_end), " ,;:–—-\u00a0")
        rest = trim(cut(runs, bold_end), " ,;:–—-\u00a0")
        if words(title) and re.search(r"\w", words(rest)):
            return title, rest
    parts = [found.start() for found in re.finditer(r",\s", text)]
    for at, end in zip([0, *(part + 2 for part in parts)], [*parts, len(text)], strict=True):
        if at and ORGANISATION.search(text[at:end]):
            return trim(cut(runs, 0, at), " ,"), trim(cut(runs, at))
    if parts and ORGANISATION.search(text[: parts[0]]):
        return runs, []
    return runs, []


_STATE = re.compile(r"[A-Z]{2}(?:\s\d{5})?")


def _is_place(text: str) -> bool:
    """Return whether a text is a place: its last part is a country or a state of the USA."""
    parts = re.split(r",\s*", text.strip(" ()."))
    last = parts[-1].strip(" ()")
    if len(parts) > 4 or ORGANISATION.search(text):
        return False
    return last.casefold().strip(".") in country_codes() or bool(len(parts) > 1 and _STATE.fullmatch(last))


def _split_place(text: str) -> tuple[str, str]:
    """Return the organisation and the place in a text: “University of X, Berlin, Germany”, “CNRS (Paris, France)”."""
    found = re.fullmatch(r"(.+?)\s*[(\[]([^()\[\]]+)[)\]]", text)
    if found and _is_place(found[2]):
        return found[1].strip(" ,"), found[2]
    parts = re.split(r",\s*", text)
    for count in (2, 3, 1):
        tail = ", ".join(parts[-count:])
        if len(parts) > count and _is_place(tail):
            return ", ".join(parts[:-count]), tail
    if _is_place(text):
        return "", text
    return text, ""


def _is_alone(text: str, date: WrittenDate) -> bool:
    before, after = text[: date.start].rstrip(" "), text[date.end :].lstrip(" ")
    return not before or not after or before.endswith((TAB, "\n")) or after.startswith((TAB, "\n"))


def _is_date(text: str) -> bool:
    try:
        parse_date(text)
    except ValueError:
        return False
    return True


def _year(text: str) -> str:
    """Return the year of a publication: the one in parentheses, or else the last one in the text."""
    text = re.sub(r"https?://\S+|doi:?\s*\S+|arXiv:?\s*\S+|\b10\.\d{4,9}/\S+", " ", text, flags=re.IGNORECASE)
    text = re.sub(r"\b(?:pp?\.?|S\.|pages?|Seiten?)\s*\d+(?:\s*[–—-]\s*\d+)?|\d+\s*[–—-]\s*\d+(?!\d)", " ", text)
    groups = re.findall(r"[(\[]\s*(?:\w+\.? )?((?:19[3-9]|20[0-4])\d)[a-z]?\s*[)\]]", text)
    years = groups or _YEAR.findall(text)
    return years[0] if groups else years[-1] if years else ""


def _has_dates(blocks: Iterable[Block]) -> bool:
    return any(
        (isinstance(block, ItemList) and any(item.date for item in block.items))
        or (isinstance(block, Section) and _has_dates(block.blocks))
        for block in blocks
    )


def _continues(text: str) -> bool:
    """Return whether a line belongs to the publication before it."""
    return bool(re.match(r"[a-z(\[]|https?:|doi|DOI|arXiv|\*|IF\b|Impact|Note|Cited|Citations", text))


def _descends(numbers: list[str]) -> bool:
    return len(numbers) > 1 and int(numbers[-2]) - int(numbers[-1]) == 1


def _as_bulleted(pieces: Iterable[Piece]) -> list[Piece]:
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
    return out


_SMALL_WORDS = frozenset(
    word
    for words_ in (
        "and of the in for to on at or with",
        "und der die das in für von zu an mit im",
        "y e de la del los las en",
    )
    for word in words_.split()
)


def _in_lower_case(text: str, lang: str) -> str:
    """Return a heading in capitals as it is usually written. Words of up to three letters may be abbreviations.

    >>> _in_lower_case("PREISE UND STIPENDIEN", "de"), _in_lower_case("PRIX ET DISTINCTIONS", "fr")
    ('Preise und Stipendien', 'Prix et distinctions')
    """
    out: list[str] = []
    for index, word in enumerate(re.split(r"(\s+|-)", text)):
        lower = word.casefold() if word != "ß" else word
        if not index:
            out.append(word[:1] + word[1:].lower() if len(word) > 3 else word)
        elif lower in _SMALL_WORDS or lang not in ("en", "de"):
            out.append(word.lower())
        else:
            out.append(word[:1] + word[1:].lower() if len(word) > 3 else word)
    return "".join(out)


def _title_in(lang: str, id_: str) -> str:
    """Return the heading of a standard section in a language."""
    section = standard_sections()[id_]
    headings = section.headings.get(lang.partition("-")[0])
    if lang.startswith("en") or not headings:
        return section.title
    return _in_lower_case(headings[0].upper(), lang.partition("-")[0])
