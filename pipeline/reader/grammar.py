"""The rules by which blocks begin, in the order in which they are tried.

A rule gets the reader, the innermost block that the line continues, and the line. It opens a block, goes past
what it has read and says True, or leaves all as it is and says False. A line that is used up is put beyond its
end.
"""

from __future__ import annotations

from pipeline.reader import containers, leaves
from pipeline.reader.structure import BlockStart

STARTS: tuple[BlockStart, ...] = (
    containers.start_quote,
    leaves.start_heading,
    leaves.start_fenced_code,
    leaves.start_html,
    leaves.start_table,
    leaves.start_setext_heading,
    leaves.start_rule,
    containers.start_item,
    containers.start_div,
    containers.start_note,
    containers.start_definition,
    leaves.start_indented_code,
)
