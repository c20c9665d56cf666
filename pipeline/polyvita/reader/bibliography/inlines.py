"""Convert the text of a reference, as Pandoc returns it, to inline nodes of the document."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from polyvita.core import document as d
from polyvita.core.location import Location
from polyvita.reader.bibliography.people import Name, split_names

PandocNode = dict[str, Any]
NOTE_START = "\ue004"
"""At the start of a note, so that Pandoc does not take “demo: …” in it for a variable."""

_WRAPPERS: dict[str, Callable[..., d.Inline]] = {
    "Emph": d.Emph,
    "Strong": d.Strong,
    "Superscript": d.Superscript,
    "Subscript": d.Subscript,
    "Strikeout": d.Strikeout,
    "Underline": d.Underline,
}
_ADDRESS = re.compile(r"<?(?P<url>https?://[^\s<>“”\"]*[^\s<>“”\".,;:!?)\]])>?")
_FORMULA = re.compile(r"(?<![\\$])\$([^\s$](?:[^$]*[^\s$\\])?)\$(?![\d$])")
"""A formula between dollar signs, by the rules of Pandoc's Markdown."""
ME, URI = d.Attributes(tags=("me",)), d.Attributes(tags=("uri",))


def reference_text(blocks: Iterable[PandocNode]) -> list[PandocNode]:
    """Return the inlines of one reference. A style may set it in several blocks or columns."""
    out: list[PandocNode] = []
    for block in blocks:
        inner = reference_text(block["c"][1]) if block["t"] == "Div" else list(block["c"])
        out += [{"t": "Space"}, *inner] if out and inner else inner
    return out


def convert_inlines(
    nodes: Sequence[PandocNode], names: Sequence[Name], signs: Sequence[str], location: Location, *, periods: bool
) -> tuple[d.Inline, ...]:
    """Return the inline nodes of a reference, with the owner's name as a span with the tag `me`.

    `names` are the names of the entry, `signs` the signs of marked authors. `periods` says whether the style sets
    periods after initials.
    """
    return tuple(_Converter(names, signs, location, periods).convert(nodes))


class _Converter:
    def __init__(
        self, names: Sequence[Name], signs: Sequence[str], location: Location, periods: bool, *, links: bool = True
    ) -> None:
        self.names, self.signs, self.location, self.periods, self.links = names, signs, location, periods, links

    def convert(self, nodes: Sequence[PandocNode]) -> Iterator[d.Inline]:
        text = ""
        for node in _flatten(nodes):
            match node["t"]:
                case "Str":
                    text += node["c"]
                    continue
                case "Space" | "SoftBreak" | "LineBreak":
                    text += " "
                    continue
            yield from self.text(text)
            text = ""
            yield from self.node(node)
        yield from self.text(text)

    def node(self, node: PandocNode) -> Iterator[d.Inline]:
        kind: str = node["t"]
        content: Any = node.get("c")
        match kind:
            case "Link":
                _, inlines, [url, _] = content
                attr = URI if inlines == [{"t": "Str", "c": url}] else d.NO_ATTRIBUTES
                inside = _Converter(self.names, self.signs, self.location, self.periods, links=False).convert(inlines)
                yield d.Link(tuple(inside), url, attr=attr, location=self.location)
            case "Code":
                yield d.Code(content[1], location=self.location)
            case "RawInline":  # CSL-JSON has no raw markup.
                yield from self.text(content[1])
            case _ if kind in _WRAPPERS:
                yield _WRAPPERS[kind](tuple(self.convert(content)), location=self.location)
            case _:
                raise TypeError(f"unknown inline in a reference: {kind}")

    def text(self, text: str) -> Iterator[d.Inline]:
        """Yield a text with formulas, with addresses as links, and with marked names."""
        for index, part in enumerate(_FORMULA.split(text.replace(NOTE_START, ""))):
            if index % 2:
                yield d.Math(part, location=self.location)
            else:
                yield from self.with_links(part)

    def with_links(self, text: str) -> Iterator[d.Inline]:
        at = 0
        for match in _ADDRESS.finditer(text) if self.links else ():
            yield from self.named(text[at : match.start()])
            url = match["url"]
            yield d.Link((d.Text(url, location=self.location),), url, attr=URI, location=self.location)
            at = match.end()
        yield from self.named(text[at:])

    def named(self, text: str) -> Iterator[d.Inline]:
        for run in split_names(text, self.names, self.signs, periods=self.periods):
            if not run.text:
                continue
            node = d.Text(run.text, location=self.location)
            if run.owner:
                yield d.Span((node,), attr=ME, location=self.location)
            elif run.is_sign:
                yield d.Superscript((node,), location=self.location)
            else:
                yield node


def _flatten(nodes: Iterable[PandocNode]) -> Iterator[PandocNode]:
    """Yield inlines without spans, quotation and capitals that are only a matter of style."""
    for node in nodes:
        match node["t"]:
            case "Span":
                yield from _flatten(node["c"][1])
            case "SmallCaps":
                yield from _flatten(node["c"])
            case "Quoted":
                quotes = "“”" if node["c"][0]["t"] == "DoubleQuote" else "‘’"
                yield {"t": "Str", "c": quotes[0]}
                yield from _flatten(node["c"][1])
                yield {"t": "Str", "c": quotes[1]}
            case _:
                yield node
