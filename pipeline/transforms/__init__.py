"""What happens to the tree between reading and writing, one transform per file.

A transform is a pure function from a Document (and options by keyword) to a Document. `build` holds their order.
"""

from pipeline.transforms.counts import fill_counts
from pipeline.transforms.entries import show_entries
from pipeline.transforms.language import only_language
from pipeline.transforms.lengths import show_lengths
from pipeline.transforms.letterhead import add_letterhead
from pipeline.transforms.limit import limit_items
from pipeline.transforms.numbering import keep_numbers, reverse_numbers
from pipeline.transforms.outline import outline_sections
from pipeline.transforms.own_names import embolden_own_names
from pipeline.transforms.sections import order_sections, retitle_sections
from pipeline.transforms.select import select_units
from pipeline.transforms.since import only_since
from pipeline.transforms.sort import sort_items
from pipeline.transforms.wordings import choose_wordings

__all__ = [
    "add_letterhead",
    "choose_wordings",
    "embolden_own_names",
    "fill_counts",
    "keep_numbers",
    "limit_items",
    "only_language",
    "only_since",
    "order_sections",
    "outline_sections",
    "retitle_sections",
    "reverse_numbers",
    "select_units",
    "show_entries",
    "show_lengths",
    "sort_items",
]
