"""Find the markup of other tools in a source: Liquid, shortcodes, LaTeX, code chunks, and mistakes in Markdown.

Text that was meant as markup must not reach an output unnoticed. `foreign_constructs` lists what is looked for.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from polyvita.core.diagnostics import Finding, list_places, sorted_findings, warning
from polyvita.core.location import NOWHERE, Location
from polyvita.reader.attributes import parse_attributes
from polyvita.reader.block_parser import BlockParser
from polyvita.reader.block_rules import BLOCK_STARTS
from polyvita.reader.blocks import Block, FencedCode, IndentedCode, LeafLine, Paragraph
from polyvita.reader.foreign_constructs import (
    CONSTRUCTS,
    HEADING,
    VALID_TARGET,
    Construct,
    is_heading_without_blank,
)
from polyvita.reader.source_map import MappedText


class Foreign(NamedTuple):
    """A piece of foreign markup. `column` and `width` are its range on its first line, and `text` is this range."""

    construct: Construct
    line: int
    column: int
    width: int
    text: str

    @property
    def kind(self) -> str:
        return self.construct.kind

    @property
    def tool(self) -> str:
        return self.construct.tool


Skip = Callable[[int, int], bool]
"""Returns whether the markup at a line and column is meant as it is, for example because a filter uses its tag."""


def find_foreign(lines: Sequence[str], skip: Skip | None = None) -> Iterator[Foreign]:
    """Yield the foreign markup in the lines of a source, in their order. Code and front matter are left out."""
    start = _front_matter_end(lines)
    root = BlockParser(BLOCK_STARTS).parse(list(lines[start:]), start + 1)
    return find_in_blocks(root, lines, start, skip)


def find_in_blocks(root: Block, lines: Sequence[str], start: int = 0, skip: Skip | None = None) -> Iterator[Foreign]:
    """Yield the foreign markup in the blocks that the block parser has read.

    `lines` is the whole source; the blocks begin after its first `start` lines.
    """
    labels = {label[1].casefold() for line in lines if (label := _REFERENCE.match(line))}
    found: list[Foreign] = []
    taken: set[int] = set()
    pending = [root]
    while pending:
        block = pending.pop()
        pending += block.children
        taken.update(number for _, number, _ in block.lines)
        if block.lines and not isinstance(block, FencedCode | IndentedCode):
            found += find_in_lines(block.lines, labels, is_paragraph=isinstance(block, Paragraph))
    for number, line in enumerate(lines[start:], start + 1):
        if number not in taken and line.strip():  # A fence of code or of a div, or the definition of a reference.
            at = len(line) - len(_MARKERS.sub("", line, count=1))
            found += find_in_lines([(line[at:], number, at + 1)], labels)
    for foreign in sorted(found, key=lambda each: (each.line, each.column)):
        if not (skip and skip(foreign.line, foreign.column)):
            yield foreign


def find_in_lines(
    lines: Sequence[LeafLine], labels: Collection[str] = (), *, is_paragraph: bool = False
) -> Iterator[Foreign]:
    """Yield the foreign markup in the lines of one block. `labels` are those of link references, in lower case."""
    mapped = MappedText.from_lines(lines)
    for construct, start, end in _matches(_BlockText(mapped.text), labels, is_paragraph=is_paragraph):
        width = mapped.width(start, end)
        yield Foreign(construct, *mapped.position(start), width, mapped.text[start : start + width])


def find_in_texts(texts: Iterable[tuple[str, Location]]) -> Iterator[Foreign]:
    """Yield the foreign markup in the texts of text nodes, each with its location.

    Constructs at the start of a line are left out, because a text node can begin anywhere. The column is exact if no
    entity and no escape is before it.
    """
    for text, location in texts:
        for construct, start, end in _matches(_BlockText(text), (), at_line_starts=False):
            yield Foreign(construct, location.line, location.column + start, end - start, text[start:end])


def find_in_front_matter(values: Mapping[str, Any], locations: Mapping[str, Location]) -> Iterator[Finding]:
    """Yield one finding about all markup in the front matter that outputs would show: its values are plain text.

    `locations` has the location of each key, and of each item of a list.
    """
    found: list[tuple[str, str, Location]] = []
    for key in _SHOWN_KEYS:
        value = values.get(key)
        for i, text in enumerate([value] if isinstance(value, str) else value or ()):
            markup = _MARKUP.search(text) or next((match for match in _matches(_BlockText(text), ())), None)
            if markup:
                quoted = markup[0] if isinstance(markup, re.Match) else text[markup[1] : markup[2]]
                found.append((key, quoted, locations.get(f"{key}[{i}]") or locations.get(key, NOWHERE)))
    if found:
        (key, quoted, location), places = found[0], list_places(where.line for _, _, where in found)
        message = f"{quoted} in “{key}” is not read as markup, because the front matter is plain text{places}"
        yield warning("PV044", message, location, "write plain text; write a list for several lines")


_SHOWN_KEYS = ("name", "honorific", "headline", "affiliation", "address", "location", "email", "phone")
_MARKUP = re.compile(
    r"\*\*[^*]+\*\*|__[^_]+__|\[[^\]]+\]\([^)\s]+\)|</?[A-Za-z][^<>@]*>|&(?:[a-z]+|#\d+);|<!--|`[^`]+`"
)


def _front_matter_end(lines: Sequence[str]) -> int:
    """Return the number of lines of the front matter, in YAML or TOML."""
    fence = lines[0].rstrip() if lines else ""
    ends = {"---": ("---", "..."), "+++": ("+++",)}.get(fence, ())
    return next((number for number, line in enumerate(lines[1:], 2) if line.rstrip() in ends), 0)


_REFERENCE = re.compile(r"^[ \t>]*\[([^\]\[]+)\]:")
_MARKERS = re.compile(r"^(?:[ \t]|>|(?:[-*+]|\d{1,9}[.)])(?=[ \t]))*")
"""The markers of containers at the start of a line."""


# ---------------------------------------------------------------- the text of one block


def _matches(
    block: _BlockText, labels: Collection[str], *, is_paragraph: bool = False, at_line_starts: bool = True
) -> Iterator[tuple[Construct, int, int]]:
    """Yield the constructs in a block with their ranges; of those that overlap, the first and longest.

    Without `at_line_starts`, those that begin a line are left out.
    """
    after_line_end = f"\n{block.text}"  # Signs of constructs at the start of a line contain the line end.
    is_fence = block.text.startswith(("`", "~"))
    found = [
        (match.start(), match.end(), construct)
        for construct in CONSTRUCTS
        if construct.sign in after_line_end
        and (is_fence or construct.scope != "fence")
        and (at_line_starts or not construct.at_line_start)
        for match in construct.pattern.finditer(block.text)
        if block.can_contain(construct, match.start()) and not _is_innocent(construct, match, labels)
    ]
    heading = HEADING.pattern.match(block.text) if is_paragraph else None
    if heading and is_heading_without_blank(heading[1], heading[2], alone="\n" not in block.text):
        found.append((0, heading.end(), HEADING))
    end = 0
    for start, stop, construct in sorted(found, key=lambda each: (each[0], -each[1])):
        if start >= end:
            yield construct, start, stop
            end = stop


def _is_innocent(construct: Construct, match: re.Match[str], labels: Collection[str]) -> bool:
    """Return whether a match is not foreign, for reasons that are not in its pattern."""
    text = match.string
    match construct.kind:
        case "wikilink" | "toc":
            return match[0].strip("![] \t").casefold() in labels
        case "image":
            return bool(VALID_TARGET.fullmatch(match[0].partition("](")[2]))
        case "bullet":  # In a line such as “Berlin • Germany”, the bullet is a separator.
            before = text[: match.start()].rpartition("\n")[0].rpartition("\n")[2]
            return match[0] in before[1:]
        case _:
            return False


_OPAQUE = re.compile(
    r"""(?P<tex>\\\((?:[^\\]|\\[^()\[\]])+\\\) | \\\[(?:[^\\]|\\[^()\[\]])+\\\])
    | (?P<escape>\\[!-/:-@\[-`{-~])
    | (?P<code>`+)
    | (?P<comment><!--)
    | <(?P<raw>script|style|pre|textarea|code|kbd|samp)\b[^<>]*>
    | (?P<math>\$\$.+?\$\$ | \$(?=[^\s$])(?:\\.|[^$\\])*?(?<=[^\s\\])\$(?!\d))
    | (?P<brace>\{)
    | (?P<address>
        </?[A-Za-z][^<>]*> | <[A-Za-z][\w+.-]*:[^\s<>]*> | <[^\s<>@]+@[^\s<>]+>
        | \]\((?:[^()]|\([^()]*\))*\) | \b(?:https?|ftp)://[^\s<>]+ | \bwww\.[^\s<>]+
        | ^[ \t]*\[[^\]\n]+\]:[ \t]*\S+)""",
    re.VERBOSE | re.DOTALL | re.MULTILINE | re.IGNORECASE,
)
_KRAMDOWN_ATTRIBUTES = re.compile(r"\{:(?!toc\b)[^{}:/\n][^{}\n]*\}")


class _BlockText:
    """The text of one block, and the ranges in it that are code, math, comments, attributes, addresses or tags."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._spans: tuple[_Spans, _Spans, set[int]] | None = None

    def can_contain(self, construct: Construct, start: int) -> bool:
        """Return whether a construct that starts at this offset counts."""
        if construct.scope == "fence":
            return True
        if self._spans is None:
            self._spans = _find_spans(self.text)
        opaque, addresses, code = self._spans
        if construct.scope == "code":
            return start in code
        return not opaque.contain(start) and (construct.scope == "source" or not addresses.contain(start))


class _Spans:
    """Ranges of a text, in ascending order."""

    def __init__(self) -> None:
        self.starts: list[int] = []
        self.ends: list[int] = []

    def add(self, start: int, end: int) -> None:
        self.starts.append(start)
        self.ends.append(end)

    def contain(self, offset: int) -> bool:
        index = bisect_right(self.starts, offset) - 1
        return index >= 0 and offset < self.ends[index]


def _find_spans(text: str) -> tuple[_Spans, _Spans, set[int]]:
    """Return where markup is only text (code, math, comments, attributes, escapes), addresses, and starts of code."""
    opaque, addresses, code = _Spans(), _Spans(), set[int]()
    unclosed: set[str] = set()

    def end_of(closing: str) -> int:
        """Return the end of the next match of `closing`, or 0. It is searched in vain only once."""
        found = None if closing in unclosed else re.compile(closing, re.IGNORECASE).search(text, at)
        if not found:
            unclosed.add(closing)
        return found.end() if found else 0

    at = 0
    while found := _OPAQUE.search(text, at):
        start, at = found.span()
        match found.lastgroup:
            case "escape":
                opaque.add(start + 1, at)
            case "code" if end := end_of(rf"(?<!`){found[0]}(?!`)"):
                code.add(start)
                opaque.add(start + 1, at := end)
            case "comment" if end := end_of("-->"):
                opaque.add(start, at := end)
            case "raw" if end := end_of(f"</{found['raw']}>"):
                opaque.add(start, at := end)
            case "math" | "tex":
                opaque.add(start, at)
            case "brace":
                if attributes := parse_attributes(text, start):
                    opaque.add(start, at := attributes[1])
                elif kramdown := _KRAMDOWN_ATTRIBUTES.match(text, start):
                    opaque.add(start, at := kramdown.end())
            case "address":
                addresses.add(start, at)
            case _:
                pass
    return opaque, addresses, code


# ---------------------------------------------------------------- findings


def foreign_findings(found: Iterable[Foreign], file: str) -> tuple[Finding, ...]:
    """Return one finding for each kind of markup, at its first place, with the number and lines of all."""
    kinds: dict[tuple[str, ...], list[Foreign]] = {}
    for foreign in found:
        kinds.setdefault((foreign.kind, foreign.construct.hint, foreign.construct.effect), []).append(foreign)
    return tuple(_finding(pieces[0], list_places(piece.line for piece in pieces), file) for pieces in kinds.values())


def without_repetitions(findings: Iterable[Finding], found: Iterable[Foreign]) -> tuple[Finding, ...]:
    """Return the findings of the reader without those that foreign markup has caused, because that is reported itself.

    They are about braces and HTML tags inside it, and about the fence that closes a div of another tool.
    """
    places: dict[int, list[Foreign]] = {}
    for foreign in found:
        places.setdefault(foreign.line, []).append(foreign)
    openers = sorted(line for line, pieces in places.items() if any(_OPENS_DIV.match(each.text) for each in pieces))
    out = []
    for finding in sorted_findings(findings):
        at = finding.location
        if finding.code in _ABOUT_BRACES_AND_TAGS and any(
            foreign.column <= at.column < foreign.column + foreign.width for foreign in places.get(at.line, ())
        ):
            continue
        if finding.code == "PV011" and openers and openers[0] < at.line:
            openers.pop(0)
            continue
        out.append(finding)
    return tuple(out)


_ABOUT_BRACES_AND_TAGS = frozenset({"PV012", "PV013", "PV020", "PV021"})
_OPENS_DIV = re.compile(r":{3,}[ \t]*(?:\{[A-Za-z]|\w+[ \t]*[^\s:])")


_LONGEST_QUOTE = 40


def _finding(foreign: Foreign, places: str, file: str) -> Finding:
    construct = foreign.construct
    location = Location(file, foreign.line, foreign.column, foreign.width)
    hint, tool, effect = construct.hint, construct.tool, construct.effect or "every output shows it as text"
    text = foreign.text.rstrip()
    quoted = text if len(text) <= _LONGEST_QUOTE else text[:_LONGEST_QUOTE].rstrip() + "…"
    match construct.group:
        case "template":
            return warning("PV030", f"{quoted} was written for {tool}; {effect}{places}", location, hint)
        case "code":
            return warning("PV031", f"{quoted} is code that {tool} runs; {effect}{places}", location, hint)
        case "latex":
            return warning("PV032", f"{quoted} is markup of {tool}; {effect}{places}", location, hint)
        case "markup":
            return warning("PV033", f"{quoted} is markup of {tool}; {effect}{places}", location, hint)
        case "bullet":
            message = f"{quoted} at the start of a line does not start a list item; {effect}{places}"
            return warning("PV034", message, location, hint)
        case "heading":
            return warning(
                "PV035", f"{quoted} is not a heading without a blank after #; {effect}{places}", location, hint
            )
        case "comment":
            return warning("PV036", f"{quoted} ends no comment; {effect}{places}", location, hint)
        case "image":
            message = f"the address in {quoted} contains a blank; {effect}{places}"
            return warning("PV037", message, location, hint)
        case "citation":
            message = f"{quoted} cites a reference, but the CV has no bibliography; {effect}{places}"
            return warning("PV042", message, location, hint)
        case "entity":
            return warning("PV038", f"{quoted} is not a valid entity; {effect}{places}", location, hint)
