"""Transforms of the document tree between reading and writing, one per file.

A transform is a pure function: it takes a document, and options as keyword arguments, and returns a document.
`polyvita.builder.steps` defines their order.
"""

from polyvita.transforms.author_names import mark_author_names
from polyvita.transforms.char_counts import show_char_counts
from polyvita.transforms.clean_html import clean_html
from polyvita.transforms.counts import fill_counts
from polyvita.transforms.entries import label_by_year, show_entries
from polyvita.transforms.language import drop_other_languages
from polyvita.transforms.letterhead import add_letterhead
from polyvita.transforms.limit import limit_items
from polyvita.transforms.numbering import keep_numbers, prefix_numbers, reverse_numbers
from polyvita.transforms.outline import outline_sections
from polyvita.transforms.read_dates import read_dates
from polyvita.transforms.remote_images import is_remote, link_remote_images, replace_images
from polyvita.transforms.section_names import add_standard_tags, name_sections
from polyvita.transforms.sections import order_sections, retitle_sections
from polyvita.transforms.select import select_units
from polyvita.transforms.since import drop_ended_before
from polyvita.transforms.sort import sort_items
from polyvita.transforms.unwritten import drop_unwritten_sections
from polyvita.transforms.wordings import choose_wordings

__all__ = [
    "add_letterhead",
    "add_standard_tags",
    "choose_wordings",
    "clean_html",
    "drop_ended_before",
    "drop_other_languages",
    "drop_unwritten_sections",
    "fill_counts",
    "is_remote",
    "keep_numbers",
    "label_by_year",
    "limit_items",
    "link_remote_images",
    "mark_author_names",
    "name_sections",
    "order_sections",
    "outline_sections",
    "prefix_numbers",
    "read_dates",
    "replace_images",
    "retitle_sections",
    "reverse_numbers",
    "select_units",
    "show_char_counts",
    "show_entries",
    "sort_items",
]
