"""Turn the stream of a document into a CV: the head, sections by their headings, entries and items with dates."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace

from polyvita.importers.contact import CV_TITLE, Head, is_name, labels_name, without_cv_title
from polyvita.importers.entries import EntryBuilder, Group
from polyvita.importers.headings import Part
from polyvita.importers.layout_tables import TableOpener
from polyvita.importers.lines import ENTRIES, PUBLICATIONS, all_lines, has_raw, is_second_line
from polyvita.importers.model import Block, Entry, ImportedCv, Item, ItemList, LeftOut, Paragraph, ReadAs, Section
from polyvita.importers.runs import (
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
from polyvita.importers.stream import Line, ListBlock, Piece, TermsBlock
from polyvita.importers.vocabulary import (
    NUMBER,
    in_lower_case,
    known_heading,
    recognise,
    spelled_out,
    standard_sections,
    standard_title,
)

_OFTEN_FIRST = ("bio", "personal-data", "positions", "education", "skills")
"""Sections whose heading often stands first, in the place of a name."""
_FOOTER = re.compile(
    r"©|copyright\b|last (?:updated?|modified|revised)|(?:updated|revised)(?: on)?:?\s|stand:?\s|"
    r"letzte aktualisierung|zuletzt "
    r"aktualisiert|derni[èe]re mise [àa] jour|mise [àa] jour|[úu]ltima actualizaci[óo]n|ultimo aggiornamento|laatst "
    r"bijgewerkt|(?:page|seite|pagina|página) \d+(?: \w+ \d+)?$",
    re.IGNORECASE,
)


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


class _Builder(EntryBuilder, TableOpener):
    """Makes a CV from a stream of pieces: its head here, its sections with the methods of the base classes."""

    def __init__(self, pieces: list[Piece], margins: list[Line], title: str, author: str, lang: str) -> None:
        super().__init__(lang)
        self.margins = margins
        self.pieces, self.title, self.author = pieces, title, author
        self.ids: set[str] = set()

    def build(self) -> ImportedCv:
        self._find_language()
        pieces = self._with_name_first(self._without_odd_styles([*self._open_tables(self.pieces)]))
        pieces = self._without_signature(self._without_document_titles(pieces))
        head, rest = self._split_head(pieces)
        top = self._parts(rest)
        self._read_head([*head, *self.margins], top)
        for part in top.parts:
            self.cv.sections.append(self._section(part, ""))
        self._add_facts()
        self.cv.lang = self.lang
        return self.cv

    def _find_language(self) -> None:
        counts: Counter[str] = Counter()
        for piece in all_lines(self.pieces):
            if len(piece.text) < 60 and (found := recognise(piece.text, self.lang)) and found.exact:
                counts[found.lang] += 1
        best = counts.most_common(1)
        if best and best[0][0] != self.lang.partition("-")[0]:
            self.lang = best[0][0]
        self.lang = self.lang or "en"
        self.langs = tuple(dict.fromkeys((self.lang, *(lang for lang, _ in counts.most_common()), "en")))

    def _with_name_first(self, pieces: list[Piece]) -> list[Piece]:
        """Return the pieces with the name of the owner first, if it is the biggest text and stands further below.

        A name in two lines becomes one line. Text boxes and tables may put other text before the name.
        """
        sizes = [piece.look.size for piece in pieces if isinstance(piece, Line)]
        biggest = max(sizes, default=0)
        at = [index for index, piece in enumerate(pieces) if isinstance(piece, Line) and piece.look.size == biggest]
        lines = [piece for index in at if isinstance(piece := pieces[index], Line)]
        if biggest < 36 or not 1 <= len(at) <= 2 or at[-1] - at[0] >= len(at):
            return pieces
        if any(CV_TITLE.fullmatch(line.text) for line in lines) or (len(at) > 1 and is_name(lines[0].text)):
            return pieces
        runs: Runs = []
        for line in lines:
            runs += [*([Run(" ")] if runs else []), *line.runs]
        name = words(runs)
        if not is_name(without_cv_title(name)[0]) or self._is_known_heading(name):
            return pieces
        first = replace(lines[0], runs=runs, level=0)
        others = [piece for index, piece in enumerate(pieces) if index not in at]
        return [first, *others] if at[0] > 5 else [*pieces[: at[0]], first, *pieces[at[-1] + 1 :]]

    def _with_labels_joined(self, pieces: list[Piece]) -> list[Piece]:
        """Return the pieces with each label such as “Phone:” on the line of its value, which may follow it."""
        out: list[Piece] = []
        for piece in pieces:
            before = out[-1] if out else None
            if (
                isinstance(piece, Line)
                and isinstance(before, Line)
                and re.fullmatch(r"[^\W\d][^:]{0,28}:", before.text)
                and not re.match(r"[^\W\d][^:/@]{0,28}:", piece.text)
            ):
                out[-1] = replace(before, runs=[*before.runs, Run(" "), *piece.runs])
            else:
                out.append(piece)
        return out

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

    def _read_head(self, head: list[Piece], top: Part) -> None:
        reader = Head(self.cv, self.langs)
        pieces = self._take_name(reader, self._with_labels_joined(head))
        bio: list[Block] = []
        for piece in pieces:
            if isinstance(piece, Line) and self._is_only_date(piece):
                self.cv.left_out.append(LeftOut(piece.text, "the date of the document"))
            elif isinstance(piece, Line):
                rest = reader.read(piece.runs, is_head=True)
                if len(rest) == 1 and words(rest[0]) == piece.text and len(piece.text.split()) > 12:
                    bio.append(Paragraph(text=to_markdown(piece.runs)))
                else:
                    self.cv.to_sort += [
                        Paragraph(text=to_markdown(part)) for part in rest if words(part) or has_raw(part)
                    ]
            else:
                self.cv.to_sort += self._plain_blocks([piece], "")
        self._personal_sections(top, reader)
        if bio:
            section = standard_sections()["bio"]
            title = standard_title("bio", self.lang)
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
                linked = [run for run in part if run.url]
                if linked and not is_name(text):  # An icon that links to a profile.
                    text = words([run for run in part if not run.url])
                else:
                    linked = []
                if is_name(without_cv_title(text)[0]) and not self._is_known_heading(text):
                    reader.set_name(text)
                    before, after = parts[:number], [*([linked] if linked else []), *parts[number + 1 :]]
                    others = [
                        Line(other, look=line.look) for other in (*before, *after) if words(other) or has_raw(other)
                    ]
                    return [*head[:index], *others, *head[index + 1 :]]
            first, comma, _ = line.text.partition(", ")
            if comma and is_name(first) and TAB not in plain(line.runs) and index == lines[0][0]:
                reader.set_name(first)
                at = plain(line.runs).index(",") + 1
                return [*head[:index], Line(trim(cut(line.runs, at)), look=line.look), *head[index + 1 :]]
        sources = [self.title, self.author]
        if self.author and self.author in self.title:  # “Ada Lind’s CV”
            sources.reverse()
        for source in sources:
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

    def _personal_sections(self, top: Part, reader: Head) -> None:
        """Read the facts about the person in a section such as “Contact”; the section goes if nothing remains."""
        for part in list(top.parts):
            if not (part.heading and part.heading.found and part.heading.found.section.id == "personal-data"):
                continue
            rest: list[Piece] = []
            for piece in self._with_labels_joined(part.pieces):
                rest += self._read_personal(piece, reader)
            part.pieces = rest
            if not rest and not part.parts:
                top.parts.remove(part)
                self.cv.left_out.append(LeftOut(part.heading.line.text, "the heading of personal data"))

    def _read_personal(self, piece: Piece, reader: Head) -> list[Piece]:
        match piece:
            case Line():
                rest = reader.read(trim(piece.runs, f" {TAB}\u00a0"), is_head=False)
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
            title = standard_title("personal-data", self.lang)
            self.cv.sections.append(
                Section(title=title, id="personal-data", tags=standard.tags, blocks=[ItemList(items=items)])
            )
        self.cv.person.facts = []

    def _section(self, part: Part, outer: str) -> Section:
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
            title = to_markdown([Run(in_lower_case(plain(trim(runs)) if spaced == text else spaced, found.lang))])
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
        if kind in PUBLICATIONS and _has_dates(section.blocks) and kind != outer:
            section.keys["dates"] = "hidden"
        return section

    def _entry_of(self, part: Part, kind: str) -> Entry | None:
        """Return a heading and its pieces as an entry if it has a date or organisation."""
        heading = part.heading
        assert heading
        if kind in PUBLICATIONS or (heading.found and heading.found.exact and not self._dates(heading.line)):
            return None
        if not self._dates(heading.line) and self._has_own_entries(part.pieces):
            return None
        group = Group()
        self._put_line(group, heading.line)
        pieces = list(part.pieces)
        below = part.parts[0].heading if len(part.parts) == 1 and not pieces else None
        if below and not group.date and not (below.found and below.found.exact) and self._dates(below.line):
            self._put_line(group, below.line)  # A title, and the organisation with the date as a heading below it.
            part = part.parts[0]
            pieces = list(part.pieces)
        while pieces and isinstance(pieces[0], Line) and len(group.head) < 4 and not group.body:
            line = pieces[0]
            has_date = bool(self._dates(line))
            is_where = line.look.style.casefold() in ("where", "entry place", "subtitle") or bool(
                common_marks(line.runs)
            )
            if has_date and not group.date and len(line.text) < 130:
                self._put_line(group, line)
            elif not has_date and len(group.head) < 2 and (is_where or is_second_line(line)) and len(line.text) < 130:
                group.head.append(line.runs)
            else:
                break
            pieces.pop(0)
        if not group.date and not (kind in ENTRIES and len(group.head) > 1):
            return None
        group.body = pieces
        entry = self._as_entry(group, kind)
        for child in part.parts:
            entry.blocks.append(self._entry_of(child, kind) or self._section(child, kind))
        return entry


def _first_runs(pieces: list[Piece]) -> Runs:
    out: Runs = []
    for piece in pieces:
        if isinstance(piece, Line):
            out += [*([Run(", ")] if out else []), *piece.runs]
    return out


def _has_dates(blocks: Iterable[Block]) -> bool:
    return any(
        (isinstance(block, ItemList) and any(item.date for item in block.items))
        or (isinstance(block, Section) and _has_dates(block.blocks))
        for block in blocks
    )
