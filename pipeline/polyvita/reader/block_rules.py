"""The block starts, in the order in which the parser tries them.

A block start is a function of the parser, the innermost block that the line continues, and the line. If the line begins
with the marker of its block, it opens the block, moves the line past the marker and returns True. A block start that
reads the whole line consumes it. If the marker does not match, the function changes nothing and returns False.
"""

from __future__ import annotations

from polyvita.reader import block_rules_container, block_rules_leaf
from polyvita.reader.block_parser import BlockStart

BLOCK_STARTS: tuple[BlockStart, ...] = (
    block_rules_container.start_quote,
    block_rules_leaf.start_heading,
    block_rules_leaf.start_fenced_code,
    block_rules_leaf.start_html,
    block_rules_leaf.start_table,
    block_rules_leaf.start_setext_heading,
    block_rules_leaf.start_thematic_break,
    block_rules_container.start_list_item,
    block_rules_container.start_or_close_div,
    block_rules_container.start_footnote,
    block_rules_container.start_definition,
    block_rules_leaf.start_indented_code,
)
EXTENDED_BLOCK_STARTS: tuple[BlockStart, ...] = (
    block_rules_leaf.start_display_math,
    block_rules_leaf.start_block_attributes,
    *BLOCK_STARTS,
)
"""The block starts of this program's own dialect; `BLOCK_STARTS` alone reads as Pandoc does."""
