"""Entries in a section: the lines that belong to each, with date, title, organisation and place."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from polyvita.importers.blocks import BlockBuilder
from polyvita.importers.contact import ORGANISATION
from polyvita.importers.lines import ENTRIES, PUBLICATIONS, as_bulleted, has_raw, is_second_line, is_title, joined_lines
from polyvita.importers.model import Block, Entry, Item, ItemList, Paragraph
from polyvita.importers.places import country_codes
from polyvita.importers.runs import PLACE, REMARK, TAB, Runs, cut, plain, split, to_markdown, trim, without_marks, words
from polyvita.importers.stream import Line, ListBlock, Piece


@dataclass
class Group:
    """The lines and blocks of one entry or item: the lines of its head without the date, then its body."""

    head: list[Runs] = field(default_factory=list)
    date: str = ""
    exact: bool = True
    dated: Runs = field(default_factory=list)
    body: list[Piece] = field(default_factory=list)


class EntryBuilder(BlockBuilder):
    """Groups the lines of a section to entries, or to items with dates."""

    lines_before = 1

    def _blocks_of(self, pieces: list[Piece], kind: str) -> list[Block]:
        """Return the blocks of a section without headings."""
        if kind in PUBLICATIONS:
            return self._publications(pieces)
        if kind in ("bio", "research"):
            return self._plain_blocks(pieces, kind)
        if kind in ENTRIES:  # In these, a list of dates is a list of entries.
            pieces = self._open_lists(pieces)
        groups, before = self._groups(pieces)
        if not groups:
            return self._undated(before, kind)
        return [*self._undated(before, kind), *self._as_blocks(groups, kind)]

    def _open_lists(self, pieces: list[Piece]) -> list[Piece]:
        """Return the pieces with lines in place of lists whose items are entries: most of them have a date."""
        pieces = as_bulleted(pieces)
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
        return any(is_title(Line(trim(self._rest_of(line)))) for line in titled[:1])

    def _put_line(self, group: Group, line: Line) -> None:
        """Add a line to the head of a group, with its date taken out."""
        runs = line.runs
        if not group.date and (found := self._dates(line)):
            group.date, group.exact, group.dated = found[0].date, found[0].exact, runs
            runs = self._without_date(runs, found[0])
        if words(runs) or has_raw(runs):
            group.head.append(runs)

    def _groups(self, pieces: list[Piece]) -> tuple[list[Group], list[Piece]]:
        """Return groups of pieces, each with a date, and the pieces before the first group."""
        pieces = as_bulleted(pieces)
        dated = [isinstance(piece, Line) and bool(self._dates(piece)) for piece in pieces]
        if not any(dated):
            return [], pieces
        first = dated.index(True)
        is_title_first = (
            first > 0
            and isinstance(pieces[first - 1], Line)
            and is_second_line(pieces[first - 1])
            and (first == 1 or not isinstance(pieces[first - 2], Line) or is_title(pieces[first - 2]))
        )
        start = first
        while is_title_first and start > 0 and first - start < 2 and is_second_line(pieces[start - 1]):
            start -= 1
        if self._is_date_last(pieces, dated, first):
            is_title_first, start, self.lines_before = True, 0, first
        else:
            self.lines_before = 1
        groups: list[Group] = []
        for index in range(start, len(pieces)):
            piece = pieces[index]
            group = groups[-1] if groups else None
            if not isinstance(piece, Line):
                (group or self._new(groups)).body.append(piece)
                continue
            if dated[index] and group and group.date and _is_remark(pieces, index):
                group.body.append(piece)
            elif dated[index]:
                if group and not group.date and not group.body and len(group.head) <= 3:
                    self._put_line(group, piece)
                else:
                    self._put_line(self._new(groups), piece)
            elif group is None or self._starts_group(pieces, dated, index, group, is_title_first):
                self._put_line(self._new(groups), piece)
            elif (
                not group.body
                and not plain(piece.runs).startswith(TAB)
                and not (group.head and _ABOUT.match(piece.text))
                and (not group.head or (len(group.head) < 3 and is_second_line(piece)))
            ):
                group.head.append(piece.runs)
            else:
                group.body.append(piece)
        return groups, pieces[:start]

    def _is_date_last(self, pieces: list[Piece], dated: list[bool], first: int) -> bool:
        """Return whether the date is alone on the last line of each group, as the first group shows."""
        line = pieces[first]
        assert isinstance(line, Line)
        if not 0 < first <= 3 or words(self._rest_of(line)) or not all(map(is_second_line, pieces[:first])):
            return False
        return not (first == 1 and dated[2:3] == [True])

    def _new(self, groups: list[Group]) -> Group:
        groups.append(Group())
        return groups[-1]

    def _starts_group(
        self, pieces: list[Piece], dated: list[bool], index: int, group: Group, is_title_first: bool
    ) -> bool:
        """Return whether an undated line is the first line of the next group: the date follows it."""
        line = pieces[index]
        assert isinstance(line, Line)
        if not group.date or not group.head:
            return False
        reach = max(3, self.lines_before + 1)
        following = [number for number in range(index + 1, min(index + reach, len(pieces))) if dated[number]]
        if not following or not is_second_line(line):
            return False
        between = pieces[index + 1 : following[0]]
        if not all(isinstance(piece, Line) and is_second_line(piece) for piece in between):
            return False
        return is_title(line) if not is_title_first else is_title(line) or following[0] <= index + self.lines_before

    def _as_blocks(self, groups: list[Group], kind: str) -> list[Block]:
        """Return groups as entries, or as the items of one list if they are short."""
        alone = [group for group in groups if not group.head and not group.body]
        if alone:  # Dates that belong to no text stay as they are.
            rest = [group for group in groups if group not in alone]
            blocks = self._as_blocks(rest, kind) if rest else []
            return [*blocks, *(Paragraph(text=to_markdown(group.dated)) for group in alone)]
        rich = sum(1 for group in groups if group.body or len(_fields(group)) > 1)
        if kind in ENTRIES or (kind not in ("languages", "skills", "awards", "talks") and rich * 2 > len(groups)):
            return [self._as_entry(group, kind) for group in groups]
        items = []
        for group in groups:
            text = joined_lines(group.head)
            blocks = self._plain_blocks(group.body, kind)
            items.append(Item(text=to_markdown(text), date=group.date, blocks=blocks))
        return [ItemList(items=[item for item in items if item.text or item.blocks or item.date])]

    def _as_entry(self, group: Group, kind: str) -> Entry:
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
        has_label = len(parts) > 1 and re.match(r"[^\W\d_]+:\s", words(parts[1]))
        if (
            not is_ordered
            and len(parts) > 1
            and is_org[0]
            and not (is_org[1] or has_label or _is_place(words(parts[1])))
        ):
            first, second, *others = parts
            parts = [second, first, *others]
        title, *others = parts
        for index, part in enumerate(others):
            marks = [run for run in part if run.raw.startswith("[^")]
            if marks and not any(run.url for run in part):
                title = [*title, *marks]
                others[index] = [run for run in part if run not in marks]
        if others and any(has_raw(part) or any(run.url for run in part) for part in others):
            plain_parts = [part for part in others if not (has_raw(part) or any(run.url for run in part))]
            rich = [*(part for part in others if part not in plain_parts), *left]
        else:
            plain_parts, rich = others, left
        texts = [re.sub(r"(?<=[a-zà-ÿ]{4})\.$", "", words(part).strip(" ,;|–—")) for part in plain_parts]
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


_ABOUT = re.compile(
    r"(?:[\w’'-]+ )?(?:thesis|dissertation|advis[oe]r|supervisors?|committee|honou?rs|gpa|grade|thema|note|"
    r"abschlussnote|\w*arbeit|betreuer(?:in)?|th[èe]se|m[ée]moire|directeur|tesis|tese|tesi|relatore|orientador|scriptie)"
    r"(?: title)?: ",
    re.IGNORECASE,
)
"""The start of a line that says more about an entry, and is not its organisation."""
_LABEL = re.compile(r"[^\W\d_][^\W\d_ ]{2,}(?: [^\W\d_]+)?:\s")


def _is_remark(pieces: list[Piece], index: int) -> bool:
    """Return whether a line has a label and stands below another one that has: “Thesis: …”, “Awards: …, 2020”."""
    pair = pieces[index - 1 : index + 1] if index else []
    return len(pair) == 2 and all(isinstance(piece, Line) and _LABEL.match(piece.text) for piece in pair)


def _fields(group: Group) -> list[Runs]:
    """Return the parts of the head of a group that tabs, bars and line ends separate."""
    return [
        part
        for runs in group.head
        for part in split(runs, rf"[ {TAB}]*{TAB}[ {TAB}]*|\n|\s[|•·]\s|(?<=\w)\s[–—]\s(?=[^\W\d])")
        if words(part) or has_raw(part)
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
