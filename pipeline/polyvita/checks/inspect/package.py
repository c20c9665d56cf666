"""The reading of files that have no inspector of their own: text, and ZIP files of XML such as ODT and EPUB."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from functools import cached_property
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, TreeBuilder

from polyvita.checks.inspect.model import HiddenString, Inspection

_ZIP = b"PK"


class Package(Inspection):
    """A ZIP file of XML. The text of all parts is visible; each piece of it is on a line of its own."""

    @cached_property
    def parts(self) -> dict[str, bytes]:
        """The parts of the file by name."""
        with zipfile.ZipFile(io.BytesIO(self.content)) as file:
            return {name: file.read(name) for name in file.namelist()}

    @cached_property
    def xml(self) -> dict[str, Xml]:
        """The parts that are XML, by name."""
        return {name: xml for name, part in self.parts.items() if (xml := parse_xml(part))}

    @cached_property
    def text(self) -> str:
        return "\n".join([text for xml in self.xml.values() for text in xml.root.itertext()])

    @cached_property
    def hidden(self) -> tuple[HiddenString, ...]:
        return tuple(HiddenString(name, text) for name in self.parts for text in (name, *self.strings(name)))

    def strings(self, name: str) -> Iterator[str]:
        """Yield the strings of a part that are not in `text`."""
        from polyvita.checks.inspect.images import data_url_strings, image_strings

        if name not in self.xml:
            yield from image_strings(self.parts[name])
            return
        for string in self.xml[name].strings():
            yield string
            yield from data_url_strings(string)


class PlainText(Inspection):
    """A text, all of which is visible."""

    @cached_property
    def text(self) -> str:
        return as_text(self.content)


def as_text(content: bytes) -> str:
    """Return bytes as text. Those that are not UTF-8 become replacement characters."""
    return content.decode(errors="replace")


def inspect(content: bytes) -> Inspection:
    """Read a file in any format."""
    return Package(content) if content.startswith(_ZIP) else PlainText(content)


class Xml:
    """An XML document: its root element, without comments and processing instructions, and the texts of these."""

    def __init__(self, root: Element, comments: list[str]) -> None:
        self.root, self.comments = root, comments

    def strings(self) -> Iterator[str]:
        """Yield the comments and the values of all attributes, each once."""
        yield from self.comments
        yield from dict.fromkeys(value for element in self.root.iter() for value in element.attrib.values())


class _Builder(TreeBuilder):
    """A builder that keeps comments and processing instructions apart from the tree."""

    def __init__(self) -> None:
        super().__init__()
        self.comments: list[str] = []

    def comment(self, text: str | None, /) -> Element:
        self.comments.append(text or "")
        return Element("comment")

    def pi(self, target: str, text: str | None = None, /) -> Element:
        self.comments.append(f"{target} {text or ''}")
        return Element("pi")


def parse_xml(content: bytes) -> Xml | None:
    """Parse XML. Return None if `content` is something else, such as an image."""
    builder = _Builder()
    # This program has just written the file. Its template may come from the user; expat resolves no external entities.
    parser = ElementTree.XMLParser(target=builder)  # noqa: S314 - a part of a file just written
    try:
        parser.feed(content)
        return Xml(parser.close(), builder.comments)
    except ElementTree.ParseError:
        return None
