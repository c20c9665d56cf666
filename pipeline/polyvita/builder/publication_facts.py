"""Add to each publication what a web page shows of it, and a search to the section of the first one."""

from __future__ import annotations

from msgspec import structs

from polyvita.core.document import Block, Document, ListItem, Node, RawBlock, Section, rewrite, walk
from polyvita.reader.bibliography.insert import is_entry_item
from polyvita.writers.publications import publication_facts, search_form


def add_publication_facts(document: Document, lang: str) -> Document:
    """Return the document with types, links, BibTeX and abstracts below the entries of its bibliographies."""
    keys = [node.attr.get("id") for node in walk(document) if isinstance(node, ListItem) and is_entry_item(node)]
    if not keys:
        return document

    def change(node: Node) -> Node:
        if not isinstance(node, ListItem) or not is_entry_item(node):
            return node
        facts = RawBlock("html", publication_facts(document.entries[node.attr.get("id")], lang))
        return structs.replace(node, blocks=(*node.blocks, facts))

    blocks = [rewrite(block, change) for block in document.blocks]
    if form := search_form([document.entries[key] for key in dict.fromkeys(keys)], lang):
        index = next(i for i, block in enumerate(document.blocks) if _has_entry(block))
        blocks[index : index + 1] = _with_search(blocks[index], RawBlock("html", form))
    return structs.replace(document, blocks=tuple(blocks))


def _has_entry(block: Block) -> bool:
    return any(isinstance(node, ListItem) and is_entry_item(node) for node in walk(block))


def _with_search(block: Block, form: RawBlock) -> list[Block]:
    """Put the search below the heading of a section, or before another block."""
    return [structs.replace(block, blocks=(form, *block.blocks))] if isinstance(block, Section) else [form, block]
