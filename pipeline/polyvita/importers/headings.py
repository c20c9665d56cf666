"""Headings in a document, also those that are only bold lines or lines in capitals, and the parts below them."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field, replace

from polyvita.importers.contact import is_name, without_cv_title
from polyvita.importers.lines import (
    ENTRIES,
    PUBLICATIONS,
    LineReader,
    bold,
    is_second_line,
    is_short_title,
    is_title,
)
from polyvita.importers.runs import OBJECT, TAB, plain, words
from polyvita.importers.stream import Line, Piece
from polyvita.importers.vocabulary import Recognised, recognise

_NOT_HEADING = re.compile(r"\d{5}|@|://")
_NEVER_INSIDE = ("bio", "personal-data", "positions", "references")
"""Sections that are never a part of another one."""


@dataclass
class Heading:
    """A line that was found to be a heading: its level from 1, its section of the vocabulary, and what was guessed."""

    line: Line
    level: int
    found: Recognised | None
    guess: str = ""


@dataclass
class Part:
    """A heading and the pieces up to the next heading of the same or a higher level."""

    heading: Heading | None
    pieces: list[Piece] = field(default_factory=list)
    parts: list[Part] = field(default_factory=list)


class HeadingFinder(LineReader):
    """Finds the headings of a stream of lines."""

    headings: dict[int, Heading]

    def _exact(self, line: Line) -> Recognised | None:
        text = line.text
        if (
            len(text) > 70
            or _NOT_HEADING.search(text)
            or (text.endswith((".", ",", ";")) and not re.match(r"^[\w.]{1,5}\s", text))
        ):
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

    def _without_odd_styles(self, pieces: list[Piece]) -> list[Piece]:
        """Return the pieces with titles of entries for the lines whose heading style means no section.

        In many Word files the headings of sections are bold lines, and a heading style makes something else bold.
        """
        known = [piece for piece in pieces if isinstance(piece, Line) and self._exact(piece)]
        styled = sum(1 for line in known if line.level)
        looks = sum(1 for line in known if not line.level and line.is_emphatic)
        if styled >= looks:
            return pieces
        return [
            replace(piece, level=0, runs=bold(piece.runs))
            if isinstance(piece, Line) and piece.level and not self._exact(piece)
            else piece
            for piece in pieces
        ]

    def _settle_levels(self, pieces: list[Piece], headings: dict[int, Heading]) -> None:
        """Put headings with dates below the section before them, if they have the same style as its heading."""
        section: Heading | None = None
        shift = False
        for index, heading in sorted(headings.items()):
            is_dated = bool(self._dates(heading.line))
            if heading.found and heading.found.exact and not is_dated:
                is_lower = section is not None and heading.level > section.level
                if (
                    is_lower
                    and (shift or heading.found.section.id in _NEVER_INSIDE)
                    and not heading.found.section.parent
                ):
                    heading.level = section.level if section else 1
                section, shift = (heading, False) if not section or heading.level <= section.level else (section, shift)
            elif not section:
                continue
            elif heading.level <= section.level and heading.line.level:
                is_entry = bool(section.found and section.found.section.id in ENTRIES)
                shift = is_dated or (is_entry and self._has_date_below(pieces, index))
                if shift:
                    heading.level, heading.found, heading.guess = section.level + 1, None, ""
                else:
                    section = heading
            elif shift:
                heading.level += 1

    def _has_date_below(self, pieces: list[Piece], index: int) -> bool:
        """Return whether one of the two lines below a heading has a date."""
        below = pieces[index + 1 : index + 3]
        return any(isinstance(piece, Line) and len(piece.text) < 130 and self._dates(piece) for piece in below)

    def _find_headings(self, pieces: list[Piece]) -> dict[int, Heading]:
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
        out: dict[int, Heading] = {}
        open_id = ""
        for index, piece in enumerate(pieces):
            if not isinstance(piece, Line) or (not out and _NOT_HEADING.search(piece.text)):
                continue
            heading = self._as_heading(piece, first_level, main, sub, open_id, has_real=has_real)
            if heading and not self._is_only_label(pieces, index, heading):
                out[index] = heading
                if heading.found and heading.level == 1:
                    open_id = heading.found.section.id
                elif heading.level == 1:
                    open_id = ""
        self._settle_levels(pieces, out)
        return out

    def _is_only_label(self, pieces: list[Piece], index: int, heading: Heading) -> bool:
        """Return whether a guessed heading is none: nothing follows, or it is the title of an entry with a date."""
        if not heading.guess or heading.found:
            return bool(heading.guess) and index + 1 == len(pieces)
        for piece in pieces[index + 1 : index + 3]:
            if not isinstance(piece, Line) or not is_second_line(piece):
                return False
            if found := self._dates(piece):
                return found[0].start > 0 or not words(self._rest_of(piece))
            if is_title(piece):
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
    ) -> Heading | None:
        text = line.text
        exact = self._exact(line)
        if line.level:
            if not text:
                return None
            found = exact or recognise(text, self.lang)
            level = max(1, line.level - first_level + 1)
            guess = "" if not found or found.exact else f"the heading “{text}” is “{found.section.id}”"
            return Heading(line, level, found, guess)
        if TAB in plain(line.runs).strip(TAB + " ") or OBJECT in plain(line.runs):
            return None
        if plain(line.runs).startswith(TAB) and not exact:  # It belongs to the column beside the dates.
            return None
        if exact and (line.is_emphatic or not has_real or line.signature in main | sub):
            inside = bool(exact.section.parent) and open_id in (exact.section.parent, "publications")
            is_plain = not line.is_emphatic and line.signature not in sub
            if is_plain and (text[:1].islower() or len(text.split()) > 5 or (main and line.signature not in main)):
                return None
            if is_plain and self._main_is_emphatic(main):
                return None
            guess = "" if line.is_emphatic else f"the line “{text}” is a heading"
            if has_real and line.signature not in main | sub:
                return Heading(line, 2, exact, guess) if inside or open_id else Heading(line, 1, exact, guess)
            return Heading(line, 2 if inside else 1, exact, guess)
        if has_real or not line.is_emphatic or not is_short_title(text) or _NOT_HEADING.search(text):
            return None
        if self._dates(line):
            return None
        found = recognise(text, self.lang)
        *marks, _ = line.signature
        is_alike = line.signature in main or (
            sum(map(bool, marks[1:])) > 1 and any(tuple(marks) == m[:-1] for m in main)
        )
        if is_alike and not (is_name(text) and not open_id and not found):
            return Heading(line, 1, found, f"the line “{text}” is a heading")
        if line.signature in sub and open_id in PUBLICATIONS:
            return Heading(line, 2, found, f"the line “{text}” is a heading")
        return None

    def _main_is_emphatic(self, main: set[tuple[object, ...]]) -> bool:
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

    def _parts(self, pieces: list[Piece]) -> Part:
        top = Part(None)
        stack: list[tuple[int, Part]] = [(0, top)]
        for index, piece in enumerate(pieces):
            if heading := self.headings.get(index):
                while stack[-1][0] >= heading.level:
                    stack.pop()
                part = Part(heading)
                stack[-1][1].parts.append(part)
                stack.append((heading.level, part))
            else:
                stack[-1][1].pieces.append(piece)
        return top
