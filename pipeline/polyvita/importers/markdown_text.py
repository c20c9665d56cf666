"""Read the Markdown that other CV tools allow in their fields: emphasis, links, code and lists."""

from __future__ import annotations

import re

from polyvita.importers.model import Block, Item, ItemList, Paragraph

_BULLET = re.compile(r"([ \t]*)(?:[-*+•]|(\d{1,3})[.)])[ \t]+(?=\S)")
_SPECIAL = re.compile(r"[{}$~^|]|(?<![\w\\])@|\[(?=\^)|<(?!https?:|mailto:)")
"""What has a meaning in this program's Markdown, but not in that of other CV tools."""


def markdown_inline(text: str) -> str:
    """Return inline Markdown of another tool as inline Markdown of this program, on one line.

    >>> markdown_inline("**C++** for {robots}, 5$")
    '**C++** for \\\\{robots\\\\}, 5\\\\$'
    """
    return _SPECIAL.sub(r"\\\g<0>", " ".join(text.replace("\\$", "$").split()))


def markdown_blocks(text: str) -> list[Block]:
    """Return a field as paragraphs and lists. Items that are indented become lists inside their item."""
    blocks: list[Block] = []
    lists: list[tuple[int, ItemList]] = []
    """The open lists, each with the indentation of its items."""
    lines: list[str] = []

    def close() -> None:
        joined = markdown_inline(" ".join(lines))
        lines.clear()
        if joined:
            blocks.append(Paragraph(text=joined))

    for line in text.replace("\r\n", "\n").split("\n"):
        if not line.strip():
            close()
            continue
        match = _BULLET.match(line)
        if not match:
            if lists and line[:1] in " \t" and not lines:
                item = _last_item(lists[-1][1])
                item.text = f"{item.text} {markdown_inline(line)}"
                continue
            lists.clear()
            lines.append(line)
            continue
        close()
        indent, number = len(match[1].expandtabs(4)), match[2]
        while lists and lists[-1][0] > indent:
            lists.pop()
        if not lists or lists[-1][0] < indent:
            new = ItemList(items=[], start=int(number) if number else None)
            outer: list[Block] = _last_item(lists[-1][1]).blocks if lists else blocks
            outer.append(new)
            lists.append((indent, new))
        lists[-1][1].items.append(Item(text=markdown_inline(line[match.end() :])))
    close()
    return blocks


def _last_item(block: ItemList) -> Item:
    return block.items[-1]
