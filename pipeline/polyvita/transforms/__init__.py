"""What happens to the tree between reading and writing, one transform per file.

A transform is a pure function from a Document (and options by keyword) to a Document. `build` holds their order.
"""

from polyvita.transforms.author_names import mark_author_names
from polyvita.transforms.char_counts import show_char_counts
from polyvita.transforms.counts import fill_counts
from polyvita.transforms.entries import show_entries
from polyvita.transforms.language import only_language
from polyvita.transforms.letterhead import add_letterhead
from polyvita.transforms.limit import limit_items
from polyvita.transforms.numbering import keep_numbers, reverse_numbers
from polyvita.transforms.outline import outline_sections
from polyvita.transforms.sections import order_sections, retitle_sections
from polyvita.transforms.select import select_units
from polyvita.transforms.since import only_since
from polyvita.transforms.sort import sort_items
from polyvita.transforms.wordings import choose_wordings

__all__ = [
    "add_letterhead",
    "choose_wordings",
    "fill_counts",
    "keep_numbers",
    "limit_items",
    "mark_author_names",
    "only_language",
    "only_since",
    "order_sections",
    "outline_sections",
    "retitle_sections",
    "reverse_numbers",
    "select_units",
    "show_char_counts",
    "show_entries",
    "sort_items",
]
