"""Build inline nodes from the tokens of a leaf block."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from itertools import groupby

from msgspec import structs

from polyvita.core.document import (
    NO_ATTRIBUTES,
    Attributes,
    Block,
    Code,
    Image,
    Inline,
    LineBreak,
    Link,
    Math,
    Note,
    RawInline,
    SoftBreak,
    Span,
    Text,
)
from polyvita.core.location import Location
from polyvita.reader import html
from polyvita.reader.inlines import MAX_INLINE_DEPTH
from polyvita.reader.parse_context import ParseContext, on_one_line
from polyvita.reader.source_map import MappedText
from polyvita.reader.tokens import (
    Brace,
    BreakToken,
    CodeToken,
    Element,
    HtmlToken,
    LinkToken,
    MathToken,
    NoteToken,
    RawToken,
    SpanToken,
    StyledToken,
    TextToken,
    Token,
)

_BRACE = re.compile(r"[{}]")
_LIKE_ATTRIBUTES = re.compile(r"(?<![\w.])[.#]\w|\w=")

FootnoteReader = Callable[[str], tuple[Block, ...] | None]
"""Returns the blocks of the footnote with a label; None inside a footnote, which cannot contain another one."""
_OpenTag = tuple[html.Tag, HtmlToken, list[Inline]]
"""A start tag without its end tag: the tag, its token, and the sibling nodes before it."""


class InlineBuilder:
    """Builds the nodes of one leaf block.

    `mapped` is the text of the block with its locations, and `text` the part of it that was tokenized. In a table cell
    (`cell`), bars in code are escaped.
    """

    def __init__(
        self, context: ParseContext, mapped: MappedText, text: str, read_footnote: FootnoteReader, *, cell: bool = False
    ) -> None:
        self.context, self.mapped, self.text, self.cell = context, mapped, text, cell
        self.read_footnote = read_footnote
        self.depth = 0
        self.raw_tag_names: set[str] = set()
        """The names of tags that are reported as raw HTML; their end tags are not reported again."""
        self.in_unclosed_comment = False
        self.last_stars: TextToken | None = None
        """The last `**` that is text."""
        self.lists: list[int] = []
        """For each HTML list that is open in the line, the number of its last item; -1 if items have no numbers."""
        self.closed_list = False

    def _location(self, token: Token, last: Token | None = None) -> Location:
        """Return the location of a token, or of all tokens from `token` to `last`."""
        return self.mapped.location(self.context.file, token.start, (last or token).end)

    def build(self, tokens: Sequence[Token]) -> list[Inline]:
        """Return the nodes of sibling tokens. The nodes between a start tag and its end tag become its content."""
        out: list[Inline] = []
        open_tags: list[_OpenTag] = []
        removed = False
        self.depth += 1
        for is_text, run in groupby(tokens, key=lambda token: isinstance(token, TextToken)):
            if is_text:
                out.append(self._text([token for token in run if isinstance(token, TextToken)]))
                continue
            for token in run:
                match token:
                    case BreakToken():
                        node_class = LineBreak if token.is_hard else SoftBreak
                        _append_break(out, node_class(location=self._location(token)))
                    case RawToken() if not self.context.accepts_raw_markup(token.format, self._location(token)):
                        removed = True
                    case HtmlToken() if not self.context.like_pandoc and html.is_comment(token.text):
                        removed = True
                    case HtmlToken() if not self.context.like_pandoc:
                        out = self._add_tag(token, out, open_tags)
                    case _:
                        self.depth += len(open_tags)
                        out.extend(self.context.without_unusable_link(self._node(token)))
                        self.depth -= len(open_tags)
        while open_tags:
            out = self._keep_unclosed_tag(out, open_tags)
        while self.closed_list and out and isinstance(out[-1], LineBreak):
            out.pop()
        self.depth -= 1
        return _without_double_spaces(out) if removed else out

    def _add_tag(self, token: HtmlToken, out: list[Inline], open_tags: list[_OpenTag]) -> list[Inline]:
        """Process a tag, and return the list to which the nodes after the tag are added."""
        tag = html.parse_tag(token.text)
        if tag and tag.name in html.LIST_TAGS and (not tag.closes or self.lists):
            self._add_list_tag(tag, out, self._location(token))
            return out
        if tag is None or tag.name not in html.PAIRED_TAGS | html.VOID_TAGS:
            if tag is None or not tag.closes or tag.name not in self.raw_tag_names:
                self._warn_html_only(token)
            self.raw_tag_names |= {tag.name} if tag else set()
        elif tag.name in html.VOID_TAGS:
            out.extend(self.context.without_unusable_link(html.void_element(tag, self._location(token))))
            return out
        elif not tag.closes:
            if self.depth + len(open_tags) < MAX_INLINE_DEPTH:
                open_tags.append((tag, token, out))
                return []
            self._warn_html_only(token)
        elif any(start_tag.name == tag.name for start_tag, _, _ in open_tags):
            while open_tags[-1][0].name != tag.name:
                out = self._keep_unclosed_tag(out, open_tags)
            start_tag, start_token, before = open_tags.pop()
            node = html.paired_element(start_tag, out, self._location(start_token, token))
            before.extend(self.context.without_unusable_link(node))
            return before
        else:
            message = f"{token.text} has no start tag before it; docx, pdf and txt leave it out"
            hint = f"delete {token.text}, or add <{tag.name}> where the element begins"
            self.context.warn("PV021", message, self._location(token), hint)
        out.append(RawInline("html", token.text, location=self._location(token)))
        return out

    def _add_list_tag(self, tag: html.Tag, out: list[Inline], location: Location) -> None:
        """Process a tag of a list inside a line, such as a table cell: each item becomes a line with a bullet."""
        match tag.name, tag.closes:
            case "li", False:
                if any(not isinstance(node, Text) or node.text.strip() for node in out):
                    _append_break(out, LineBreak(location=location))
                number = self.lists.pop() if self.lists else -1
                number += number >= 0
                self.lists.append(number)
                out.append(Text(f"{number}. " if number >= 0 else "• ", location=location))
            case _, False:
                start = tag.attributes.get("start", "")
                self.lists.append((int(start) - 1 if start.isdecimal() else 0) if tag.name == "ol" else -1)
            case "ul" | "ol", True:
                self.lists.pop()
                if not self.lists:
                    self.closed_list = True
                    _append_break(out, LineBreak(location=location))
            case _:
                pass

    def _keep_unclosed_tag(self, out: list[Inline], open_tags: list[_OpenTag]) -> list[Inline]:
        """Keep the innermost open tag as raw HTML; return the nodes before it, the tag, and the nodes after it."""
        tag, token, before = open_tags.pop()
        message = f"{token.text} is not closed; docx, pdf and txt leave it out"
        self.context.warn("PV021", message, self._location(token), f"add </{tag.name}> where the element ends")
        return [*before, RawInline("html", token.text, location=self._location(token)), *out]

    def _warn_html_only(self, token: HtmlToken) -> None:
        self.context.warn_html_only(token.text.split("\n")[0], self._location(token))

    def _text(self, run: Sequence[TextToken]) -> Text:
        for token in run:
            if not self.context.like_pandoc:
                self._check_text(token)
        return Text("".join(token.text for token in run), location=self._location(run[0], run[-1]))

    def _check_text(self, token: TextToken) -> None:
        """Warn if text looks like markup with a mistake in it."""
        start = token.start
        if mark := token.undefined_note:
            location = self.mapped.location(self.context.file, start, start + len(mark))
            message = f"footnote {mark} is not defined; the mark is kept as text"
            self.context.warn("PV014", message, location, f"add the footnote on a separate line: {mark}: …")
        elif token.is_unclosed_comment and not self.in_unclosed_comment:
            self.in_unclosed_comment = True  # another “<!--” after this one belongs to the same comment
            message = "the comment that opens here is not closed in this paragraph; it is kept as text"
            location = self.mapped.location(self.context.file, start, start + len("<!--"))
            self.context.warn("PV023", message, location, "write --> before the next blank line")
        elif token.text[:1] in ("*", "_"):
            if self._hides_emphasis(start, token.end):
                self.context.lost_emphasis.append((token.text, self._location(token)))
            elif token.text == "**":
                self._check_strong(token)
        match token.brace:
            case Brace(attributes_end=int(end)):
                location = self.mapped.location(self.context.file, start, end)
                self.context.warn_misplaced_attributes(self.text[start:end], location)
            case Brace(after_element=after_element):
                self._check_braces(start, after_element=after_element)

    def _check_strong(self, token: TextToken) -> None:
        """Warn about `**bold **`, where a blank beside one of the marks hides them both."""
        before, self.last_stars = self.last_stars, token
        around = self.text[max(0, token.start - 1) : token.start], self.text[token.end : token.end + 1]
        is_mark = around[0].isalnum() or not "".join(around).strip()  # “Mora**”, “c**d”, “** both authors”
        if around != (" ", " "):  # “2 ** 3”
            self.context.lone_stars.append((self._location(token), is_mark))
        if before is None or before.end >= token.start:
            return
        text = self.text[before.end : token.start]
        outside = self.text[before.start - 1 : before.start]
        starts, ends = text[:1].isspace(), text[-1:].isspace()
        # After a letter, ** is a mark of a footnote, and between blanks it is a sign: “2 ** 3”.
        is_bold = ends and not starts if outside.isspace() else starts != ends
        if is_bold and "\n" not in text and not outside.isalnum():
            written = self.text[before.start : token.end]
            message = f"{written} has a blank beside **, so it is not bold; every output shows it as text"
            hint = f"write **{text.strip()}**"
            self.context.warn("PV045", message, self._location(before, token), hint)
            self.last_stars = None
            del self.context.lone_stars[-2:]

    def _hides_emphasis(self, start: int, end: int) -> bool:
        """Return whether these delimiters are between a letter of East Asia and a sign.

        CommonMark reads emphasis there only if a blank is beside the delimiters, but these scripts have no blanks.
        """
        before, after = self.text[start - 1 : start], self.text[end : end + 1]
        if not before or not after or self.text[start:end].strip("*_"):
            return False
        return (_is_wide_letter(before) and _is_sign(after)) or (_is_sign(before) and _is_wide_letter(after))

    def _check_braces(self, start: int, *, after_element: bool) -> None:
        """Warn if the braces that open at `start` look like attributes but cannot be parsed as attributes."""
        brace = _BRACE.search(self.text, start + 1)
        end = brace.start() if brace else len(self.text)
        closed = self.text[end : end + 1] == "}"
        has_content = bool(self.text[start + 1 : end].strip())
        where_attributes_go = after_element or end + 1 == len(self.text)
        if (closed and has_content and where_attributes_go) or _LIKE_ATTRIBUTES.search(self.text, start, end):
            written = self.text[start : end + closed]
            location = self.mapped.location(self.context.file, start, end + closed)
            message = f"{on_one_line(written)} looks like attributes but is not valid; it is kept as text"
            self.context.warn("PV012", message, location, _hint_for_attributes(written))

    def _node(self, token: Token) -> Inline:
        location = self._location(token)
        match token:
            case CodeToken(text=text):
                code = text.replace("\\|", "|") if self.cell else text
                return Code(code, attr=self._attributes(token), location=location)
            case HtmlToken(text=text):
                return RawInline("html", text, location=location)
            case MathToken(text=text, display=display):
                return Math(text, display, location=location)
            case RawToken(format=format, text=text):
                return RawInline(format, text, location=location)
            case SpanToken(children=children):
                return Span(tuple(self.build(children)), attr=self._attributes(token), location=location)
            case StyledToken(children=children):
                return token.node_class(tuple(self.build(children)), location=location)
            case NoteToken():
                return self._note(token, location)
            case LinkToken():
                return self._link(token, location)
            case _:
                raise TypeError(f"unexpected kind of token: {type(token).__name__}")

    def _attributes(self, token: Element) -> Attributes:
        """Return all attributes after an element, merged."""
        parts = token.attributes
        if not parts:
            return NO_ATTRIBUTES
        merged = parts[0][2]
        for _, _, more in parts[1:]:
            merged = Attributes(more.id or merged.id, merged.tags + more.tags, merged.keys + more.keys)
        return self.context.locate_attributes(merged, self.mapped, parts[0][0], parts[-1][1])

    def _link(self, token: LinkToken, location: Location) -> Inline:
        target, own = token.target, self._attributes(token)
        attr = structs.replace(own, tags=target.attr.tags + own.tags, keys=target.attr.keys + own.keys)
        if token.autolink:
            attr = structs.replace(attr, tags=(token.autolink, *attr.tags))
        node_class = Image if token.is_image else Link
        content = tuple(self.build(token.children))
        return node_class(content, target.url, target.title, attr=attr, location=location)

    def _note(self, token: NoteToken, location: Location) -> Inline:
        blocks = self.read_footnote(token.label)
        if blocks is None:
            message = f"{token.text} is inside a footnote, where footnotes are not possible; the mark is kept as text"
            self.context.warn("PV016", message, location, "delete the mark, or write the text of that footnote here")
            return Text(token.text, location=location)
        return Note(blocks, location=location)


def _is_wide_letter(char: str) -> bool:
    return char.isalnum() and unicodedata.east_asian_width(char) in "WF"


def _is_sign(char: str) -> bool:
    return unicodedata.category(char)[0] in "PS"


def _hint_for_attributes(written: str) -> str:
    """Return how to make valid attributes of text that looks like attributes."""
    if not written.endswith("}"):
        return "add the closing brace: }"
    if tag := re.fullmatch(r"\{\s*([\w-]+)\s*\}", written):
        return f"put a dot before the tag: {{.{tag[1]}}}"
    if any(quote in written for quote in "“”„‘’«»"):
        return 'use straight quotes around the value: key="a value"'
    if re.search(r",\s*[.#]", written):
        return "separate tags by spaces, not by commas: {.one .two}"
    return 'write attributes as {#id .tag key=value key="a value"}, or a literal brace as \\{'


def _append_break(out: list[Inline], line_break: Inline) -> None:
    """Append a soft break or line break; remove spaces before it, and a soft break before a line break."""
    if out and isinstance(out[-1], Text):
        out[-1:] = without_spaces_after(out[-1])
    if out and isinstance(out[-1], SoftBreak):
        out.pop()
    out.append(line_break)


def _without_double_spaces(nodes: list[Inline]) -> list[Inline]:
    """Return `nodes` without the second of two spaces or soft breaks that surround a removed comment."""
    out: list[Inline] = []
    for node in nodes:
        match out[-1] if out else None, node:
            case Text(text=before), Text() if before.endswith(" "):
                out.extend(without_spaces_before(node))
            case SoftBreak() | LineBreak() | None, SoftBreak():
                pass
            case _:
                out.append(node)
    return out


def without_spaces_after(node: Text) -> list[Text]:
    """Return `node` without spaces at its end, in a list that is empty if no text remains."""
    text = node.text.rstrip(" ")
    if text == node.text:
        return [node]
    location = node.location._replace(width=max(1, node.location.width - len(node.text) + len(text)))
    return [structs.replace(node, text=text, location=location)] if text else []


def without_spaces_before(node: Text) -> list[Text]:
    """Return `node` without spaces at its start, in a list that is empty if no text remains."""
    text = node.text.lstrip(" ")
    if text == node.text:
        return [node]
    spaces = len(node.text) - len(text)
    column, width = node.location.column + spaces, max(1, node.location.width - spaces)
    location = node.location._replace(column=column, width=width)
    return [structs.replace(node, text=text, location=location)] if text else []
