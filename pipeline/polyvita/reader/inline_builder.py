"""From a leaf's tokens to inline nodes."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from msgspec import structs

from polyvita.core.document import (
    NO_ATTRIBUTES,
    Attributes,
    Block,
    Code,
    Emph,
    Image,
    Inline,
    LineBreak,
    Link,
    Note,
    RawInline,
    SoftBreak,
    Span,
    Strikeout,
    Strong,
    Subscript,
    Superscript,
    Text,
)
from polyvita.core.location import Location
from polyvita.reader import html
from polyvita.reader.inlines import MOST_NESTED, Token
from polyvita.reader.source import Source, shown
from polyvita.reader.source_map import MappedText

_NESTED: dict[str, Callable[..., Inline]] = {
    "emphasis": Emph,
    "strong": Strong,
    "strikethrough": Strikeout,
    "superscript": Superscript,
    "subscript": Subscript,
}
_BRACE = re.compile(r"[{}]")
_LIKE_ATTRIBUTES = re.compile(r"(?<![\w.])[.#]\w|\w=")

NoteReader = Callable[[str], tuple[Block, ...] | None]
"""Gives the blocks of the footnote of that label; None inside of a footnote, where no other can stand."""
_OpenTag = tuple[html.Tag, Token, list[Inline]]
"""A tag whose end has not come yet: the tag, its token, and the nodes before it."""


class InlineBuilder:
    """The leaf whose tokens are being built; in the `cell` of a table, bars in code are escaped."""

    def __init__(self, source: Source, stretch: MappedText, text: str, note: NoteReader, *, cell: bool = False) -> None:
        self.source, self.stretch, self.text, self.note, self.cell = source, stretch, text, note, cell
        self.depth = 0
        self.only_html: set[str] = set()
        self.in_comment = False

    def location(self, token: Token) -> Location:
        return self.stretch.location(self.source.file, token["start"], token["end"])

    def nodes(self, tokens: Sequence[Token]) -> list[Inline]:
        """The nodes of sibling tokens. Between a tag and the one that closes it is one node's inside."""
        out: list[Inline] = []
        open_tags: list[_OpenTag] = []
        index, hidden = 0, False
        self.depth += 1
        while index < len(tokens):
            token = tokens[index]
            index += 1
            if token["type"] == "text":
                run = [token]
                while index < len(tokens) and tokens[index]["type"] == "text":
                    run.append(tokens[index])
                    index += 1
                out.append(self._text(run))
            elif token["type"] in ("softbreak", "linebreak"):
                _end_line(out, self._node(token))
            elif token["type"] == "raw" and not self.source.keeps_raw(token["format"], self.location(token)):
                hidden = True
            elif token["type"] != "inline_html" or self.source.plain:
                self.depth += len(open_tags)
                out.extend(self.source.without_empty_link(self._node(token)))
                self.depth -= len(open_tags)
            elif html.is_comment(token["raw"]):
                hidden = True
            else:
                out = self._tag(token, out, open_tags)
        while open_tags:
            out = self._unpaired(out, open_tags)
        self.depth -= 1
        return _joined(out) if hidden else out

    def _tag(self, token: Token, out: list[Inline], open_tags: list[_OpenTag]) -> list[Inline]:
        """Take in a tag; the list that the nodes after it go into."""
        tag = html.parse_tag(token["raw"])
        if tag is None or tag.name not in html.PAIRED | html.SINGLE:
            if tag is None or not tag.closes or tag.name not in self.only_html:
                self._only_html(token)
            self.only_html |= {tag.name} if tag else set()
        elif tag.name in html.SINGLE:
            out.append(html.single(tag, self.location(token)))
            return out
        elif not tag.closes:
            if self.depth + len(open_tags) < MOST_NESTED:
                open_tags.append((tag, token, out))
                return []
            self._only_html(token)
        elif any(opened.name == tag.name for opened, _, _ in open_tags):
            while open_tags[-1][0].name != tag.name:
                out = self._unpaired(out, open_tags)
            opened, start, before = open_tags.pop()
            whole = {"start": start["start"], "end": token["end"]}
            node = html.paired(opened, out, self.location(whole))
            before.extend(self.source.without_empty_link(node))
            return before
        else:
            hint = f"take it out, or write <{tag.name}> where it begins"
            self.source.warn("PV021", f"{token['raw']} closes nothing", self.location(token), hint)
        out.append(RawInline("html", token["raw"], location=self.location(token)))
        return out

    def _unpaired(self, out: list[Inline], open_tags: list[_OpenTag]) -> list[Inline]:
        tag, token, before = open_tags.pop()
        self.source.warn(
            "PV021", f"{token['raw']} is not closed", self.location(token), f"write </{tag.name}> where it ends"
        )
        return [*before, RawInline("html", token["raw"], location=self.location(token)), *out]

    def _only_html(self, token: Token) -> None:
        raw = token["raw"].split("\n")[0]
        message = f"{raw} is shown by HTML alone; docx, pdf and txt leave it out"
        self.source.warn("PV020", message, self.location(token), "write it in Markdown")

    def _text(self, run: Sequence[Token]) -> Text:
        for token in run:
            if not self.source.plain:
                self._doubt(token)
        whole = {"start": run[0]["start"], "end": run[-1]["end"]}
        return Text("".join(token["raw"] for token in run), location=self.location(whole))

    def _doubt(self, token: Token) -> None:
        """A warning where text looks as if it had been meant as more."""
        start: int = token["start"]
        match token:
            case {"no_note": str(mark)}:
                location = self.stretch.location(self.source.file, start, start + len(mark))
                self.source.warn("PV014", f"there is no footnote {mark}", location, f"write it: {mark}: …")
            case {"open_comment": True} if not self.in_comment:
                self.in_comment = True  # another that opens in it is part of it
                message = "the comment that opens here is not closed in this paragraph, and is shown as text"
                location = self.stretch.location(self.source.file, start, start + len("<!--"))
                self.source.warn("PV023", message, location, "write --> before the next blank line")
            case {"brace": (_, int(end))}:
                self.source.warn_astray(self.text[start:end], self.stretch.location(self.source.file, start, end))
            case {"brace": (bool(carried), None)}:
                self._doubt_braces(start, carried=carried)

    def _doubt_braces(self, start: int, *, carried: bool) -> None:
        stop = _BRACE.search(self.text, start + 1)
        end = stop.start() if stop else len(self.text)
        closed = self.text[end : end + 1] == "}"
        at_their_place = closed and self.text[start + 1 : end].strip() and (carried or end + 1 == len(self.text))
        if at_their_place or _LIKE_ATTRIBUTES.search(self.text, start, end):
            location = self.stretch.location(self.source.file, start, end + closed)
            message = f"{shown(self.text[start : end + closed])} looks like attributes but is none, and stays text"
            self.source.warn("PV012", message, location, _how_to_write(self.text[start : end + closed]))

    def _node(self, token: Token) -> Inline:
        location = self.location(token)
        match token["type"]:
            case "codespan":
                text = token["raw"].replace("\\|", "|") if self.cell else token["raw"]
                return Code(text, attr=self._attributes(token), location=location)
            case "softbreak":
                return SoftBreak(location=location)
            case "linebreak":
                return LineBreak(location=location)
            case "inline_html":
                return RawInline("html", token["raw"], location=location)
            case "raw":
                return RawInline(token["format"], token["raw"], location=location)
            case "span":
                return Span(tuple(self.nodes(token["children"])), attr=self._attributes(token), location=location)
            case "note":
                return self._note(token, location)
            case "link" | "image":
                return self._link(token, location)
            case kind:
                return _NESTED[kind](tuple(self.nodes(token["children"])), location=location)

    def _attributes(self, token: Token) -> Attributes:
        written: list[tuple[int, int, Attributes]] = token.get("attributes", [])
        if not written:
            return NO_ATTRIBUTES
        merged = written[0][2]
        for _, _, more in written[1:]:
            merged = Attributes(more.id or merged.id, merged.tags + more.tags, merged.keys + more.keys)
        return self.source.located(merged, self.stretch, written[0][0], written[-1][1])

    def _link(self, token: Token, location: Location) -> Inline:
        target, own = token["target"], self._attributes(token)
        attr = structs.replace(own, tags=target.attr.tags + own.tags, keys=target.attr.keys + own.keys)
        if "auto" in token:
            attr = structs.replace(attr, tags=(token["auto"], *attr.tags))
        kind = Link if token["type"] == "link" else Image
        return kind(tuple(self.nodes(token["children"])), target.url, target.title, attr=attr, location=location)

    def _note(self, token: Token, location: Location) -> Inline:
        blocks = self.note(token["label"])
        if blocks is None:
            message = f"{token['raw']} stands in a footnote itself and stays text"
            self.source.warn("PV016", message, location, "take the mark out, or write here what it leads to")
            return Text(token["raw"], location=location)
        return Note(blocks, location=location)


def _how_to_write(attributes: str) -> str:
    """What would make attributes of something that looks like them."""
    if not attributes.endswith("}"):
        return "add the brace that closes them: }"
    if tag := re.fullmatch(r"\{\s*([\w-]+)\s*\}", attributes):
        return f"a tag begins with a dot: {{.{tag[1]}}}"
    if any(quote in attributes for quote in "“”„‘’«»"):
        return 'quotes around a value are straight: key="a value"'
    if re.search(r",\s*[.#]", attributes):
        return "no commas stand between tags: {.one .two}"
    return 'attributes are written {#id .tag key=value key="a value"}; write \\{ for a brace'


def _end_line(out: list[Inline], line_break: Inline) -> None:
    """Append a break, without blanks before it, and without a soft one before a hard one."""
    if out and isinstance(out[-1], Text):
        out[-1:] = without_blanks_after(out[-1])
    if out and isinstance(out[-1], SoftBreak):
        out.pop()
    out.append(line_break)


def _joined(nodes: list[Inline]) -> list[Inline]:
    """Without the second of two blanks or breaks where a note to oneself stood between them."""
    out: list[Inline] = []
    for node in nodes:
        match out[-1] if out else None, node:
            case Text(text=before), Text() if before.endswith(" "):
                out.extend(without_blanks_before(node))
            case SoftBreak() | LineBreak() | None, SoftBreak():
                pass
            case _:
                out.append(node)
    return out


def without_blanks_after(node: Text) -> list[Text]:
    """`node` without blanks at its end; nothing where it is nothing else."""
    text = node.text.rstrip(" ")
    if text == node.text:
        return [node]
    location = node.location._replace(width=max(1, node.location.width - len(node.text) + len(text)))
    return [structs.replace(node, text=text, location=location)] if text else []


def without_blanks_before(node: Text) -> list[Text]:
    """`node` without blanks at its beginning; nothing where it is nothing else."""
    text = node.text.lstrip(" ")
    if text == node.text:
        return [node]
    blanks = len(node.text) - len(text)
    column, width = node.location.column + blanks, max(1, node.location.width - blanks)
    location = node.location._replace(column=column, width=width)
    return [structs.replace(node, text=text, location=location)] if text else []
