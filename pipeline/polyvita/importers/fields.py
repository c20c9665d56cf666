"""Structured files (JSON, YAML, XML, CSV) as one kind of tree whose nodes remember whether their text was used.

An importer takes the texts that it knows. What it has not taken in the end is not lost: `untaken` returns it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from polyvita.importers.model import Block, Item, ItemList, LeftOut
from polyvita.importers.texts import escape, plain_blocks, without_markup


@dataclass(eq=False)
class Fields:
    """A value with its label. A list is several nodes with the same label, as it is in XML.

    `text` is the text of a single value, and empty for a group. An XML element with attributes has both: each attribute
    is a node inside.
    """

    label: str = ""
    text: str = ""
    inside: list[Fields] = field(default_factory=list)
    taken: bool = False

    def all(self, *path: str) -> list[Fields]:
        """Return all nodes at `path`: `all("works", "group")` are the groups of all works."""
        nodes = [self]
        for label in path:
            nodes = [node for outer in nodes for node in outer.inside if node.label == label]
        return nodes

    def at(self, *path: str) -> Fields:
        """Return the first node at `path`, or an empty one."""
        return next(iter(self.all(*path)), Fields())

    def take(self, *path: str) -> str:
        """Return the text of the first node at `path` that has one, and remember that it was used."""
        for node in self.all(*path):
            if text := node.text.strip():
                node.taken = True
                return text
        return ""

    def take_all(self, *path: str) -> list[str]:
        """Return the texts of all nodes at `path`, and remember that they were used."""
        return [text for node in self.all(*path) if (text := node.take())]

    def take_first(self, *labels: str) -> str:
        """Return the text of the first of several nodes inside that has one."""
        return next((text for label in labels if (text := self.take(label))), "")

    def nodes(self) -> Iterator[Fields]:
        """Yield this node and all inside it."""
        yield self
        for node in self.inside:
            yield from node.nodes()

    def texts(self) -> list[str]:
        """Return all texts of this node and of those inside it."""
        return [node.text for node in self.nodes() if node.text.strip()]

    def readable_texts(self) -> list[str]:
        """Return all texts as a person reads them: without the tags of HTML and the numbers of list items."""
        return [without_markup(text) for text in self.texts()]

    def leave_out(self, reason: str, *labels: str) -> Iterator[LeftOut]:
        """Take the texts of all nodes in this one with one of the `labels` (default: of all nodes), and yield them."""
        for node in [node for node in self.nodes() if node.label in labels] if labels else [self]:
            for inner in node.nodes():
                if inner.text.strip() and not inner.taken:
                    inner.taken = True
                    yield LeftOut(inner.text.strip(), reason)

    def untaken(self) -> list[Fields]:
        """Return the outermost nodes with texts of which none was used, in order."""
        if not any(node.taken for node in self.nodes()):
            return [self] if self.texts() else []
        own = [Fields(self.label, self.text)] if self.text.strip() and not self.taken else []
        return own + [rest for node in self.inside for rest in node.untaken()]

    def take_rest(self) -> list[Block]:
        """Take the texts that were not used, and return them as a list of labels and values; nothing if there are none.

        The list is what an importer adds to an entry, or to the section “To sort”.
        """
        rest = self.untaken()
        for node in self.nodes():
            node.taken = True
        return [ItemList(items=[_as_item(node) for node in rest])] if rest else []


def _as_item(node: Fields) -> Item:
    label = escape(readable(node.label))
    blocks: list[Block] = plain_blocks(node.text) if "\n" in node.text.strip() else []
    first = "" if blocks else escape(node.text.strip())
    if inner := [item for item in node.inside if item.texts()]:
        blocks.append(ItemList(items=[_as_item(item) for item in inner]))
    return Item(text=f"{label}: {first}" if first else label, blocks=blocks)


def readable(label: str) -> str:
    """Return the name of a field as words.

    >>> readable("jobTitle"), readable("job-title"), readable("SpokenInteraction"), readable("job_URL")
    ('Job title', 'Job title', 'Spoken interaction', 'Job URL')
    """
    words: list[str] = []
    for char, before in zip(label, " " + label, strict=False):
        if char in "-_ .":
            words.append("")
        elif char.isupper() and not before.isupper():
            words.append(char)
        else:
            words[-1:] = [(words[-1] if words else "") + char]
    known = (word.upper() if word.lower() in _ABBREVIATIONS else word for word in words if word)
    plain = " ".join(word if word.isupper() and len(word) > 1 else word.lower() for word in known)
    return plain[:1].upper() + plain[1:]


_ABBREVIATIONS = frozenset(("gpa", "url", "doi", "isbn", "issn", "id"))


def fields_of(
    value: Any, label: str = "", *, rename: Callable[[str], str] = str, text_labels: Iterable[str] = ()
) -> Fields:
    """Return plain data (as from JSON or YAML) as fields.

    A group with one of the `text_labels`, as in ORCID's `{"value": "Title", "language-code": "en"}`, is a node with
    that text. `rename` returns the label for the name of a field.
    """
    names = frozenset(text_labels)

    def build(value: Any, label: str) -> Fields:
        if not isinstance(value, Mapping):
            return Fields(label, _text_of(value))
        node = Fields(label)
        for key, inner in value.items():
            if key in names and not isinstance(inner, Mapping | list):
                node.text = _text_of(inner)
                continue
            name = rename(str(key))
            node.inside += [build(part, name) for part in _flat(inner)]
        return node

    return (
        Fields(label, inside=[build(part, label) for part in _flat(value)])
        if isinstance(value, list)
        else build(value, label)
    )


def _flat(value: Any) -> list[Any]:
    """Return the parts of a list, also of lists inside it; any other value is one part."""
    return [part for inner in value for part in _flat(inner)] if isinstance(value, list) else [value]


def _text_of(value: Any) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case _:
            return str(value)
