"""One hash of a tree, with the places of its nodes; parts that several trees share are looked at once."""

from __future__ import annotations

from typing import Any

from pipeline.document import Attributes, Document, Node, fields
from pipeline.manifest import of_text
from pipeline.place import Place


class Digests:
    """Hashes of nodes, kept for as long as this is; the nodes are kept with them."""

    def __init__(self) -> None:
        self._known: dict[int, tuple[Node, str]] = {}

    def document(self, document: Document) -> str:
        """The hash of a document: of its blocks and its front matter."""
        return of_text(repr(sorted(document.meta.items())), *map(self.node, document.blocks))

    def node(self, node: Node) -> str:
        known = self._known.get(id(node))
        if known is None:
            values = (self._of(getattr(node, name)) for name in (*fields(type(node)), "place"))
            known = self._known[id(node)] = node, of_text(type(node).__name__, *values)
        return known[1]

    def _of(self, value: Any) -> str:
        match value:
            case Node():
                return self.node(value)
            case tuple():
                return "(" + "".join(map(self._of, value)) + ")"
            case Place(line=line, column=column):
                return f"{line}:{column}"
            case Attributes(id=id, tags=tags, keys=keys):
                return repr((id, tags, keys)) if value else ""
            case _:
                return repr(value)
