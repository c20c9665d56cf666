"""The rules by which blocks begin, in the order in which they are tried.

A rule gets the reader, the innermost block that the line continues, and the line. It opens a block, goes past
what it has read and says True, or leaves all as it is and says False. A line that is used up is put beyond its
end.
"""

from __future__ import annotations

from polyvita.reader import block_rules_container, block_rules_leaf
from polyvita.reader.block_parser import BlockStart

STARTS: tuple[BlockStart, ...] = (
    block_rules_container.start_quote,
    block_rules_leaf.start_heading,
    block_rules_leaf.start_fenced_code,
    block_rules_leaf.start_html,
    block_rules_leaf.start_table,
    block_rules_leaf.start_setext_heading,
    block_rules_leaf.start_rule,
    block_rules_container.start_item,
    block_rules_container.start_div,
    block_rules_container.start_note,
    block_rules_container.start_definition,
    block_rules_leaf.start_indented_code,
)
