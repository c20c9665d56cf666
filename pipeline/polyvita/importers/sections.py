"""Collect the sections of an imported CV by their standard ids."""

from __future__ import annotations

from collections.abc import Iterable

from polyvita.core.dates import parse_date
from polyvita.importers.csl import with_keys
from polyvita.importers.model import Block, Entry, ImportedCv, Item, ItemList, Section
from polyvita.importers.vocabulary import standard_sections, standard_title


class SectionBuilder:
    """Adds blocks to sections, and the sections to a CV. A section is created when it gets its first block."""

    def __init__(self, cv: ImportedCv) -> None:
        self.cv = cv
        self._sections: dict[str, Section] = {}

    def section(self, id_: str, title: str = "", tags: Iterable[str] = ()) -> Section:
        """Return the section with this id, or without an id the one with this title. Create it if there is none.

        A section with a standard id has its title and tags from the vocabulary.
        """
        key = id_ or title
        if found := self._sections.get(key):
            return found
        standard = standard_sections().get(id_)
        own_tags = standard.tags if standard else tuple(tags)
        section = Section(title=title or standard_title(id_, self.cv.lang), id=id_, tags=own_tags)
        self._sections[key] = section
        if standard and standard.parent and not title:
            self.section(standard.parent).blocks.append(section)
        else:
            self.cv.sections.append(section)
        return section

    def add(self, id_: str, block: Block, title: str = "", tags: Iterable[str] = ()) -> None:
        """Add a block to a section. A list item joins the list before it."""
        self.extend(id_, [block], title, tags)

    def extend(self, id_: str, blocks: Iterable[Block], title: str = "", tags: Iterable[str] = ()) -> None:
        """Add several blocks to a section."""
        for block in blocks:
            append(self.section(id_, title, tags).blocks, block)

    def finish(self, *, newest_first: bool = False, sort: bool = True) -> None:
        """Put the publications into the bibliography and, with `sort`, the sections in the order of the vocabulary."""
        order = {id_: number for number, id_ in enumerate(standard_sections())}
        if sort:
            self.cv.sections.sort(key=lambda section: order.get(section.id, len(order)))
        for section in self._sections.values():
            if section.id == "publications":
                section.blocks.sort(key=lambda block: order.get(getattr(block, "id", ""), len(order)))
            if newest_first:
                section.blocks = _newest_first(section.blocks)
        lists = (block for block in self.cv.all_blocks() if isinstance(block, ItemList))
        self.cv.bibliography = with_keys(item.csl for block in lists for item in block.items if item.csl)


def append(blocks: list[Block], block: Block) -> None:
    """Add a block. The items of a list join a list of the same kind before it."""
    last = blocks[-1] if blocks else None
    if isinstance(block, ItemList) and isinstance(last, ItemList) and (block.start is None) == (last.start is None):
        last.items += block.items
    else:
        blocks.append(block)


def _newest_first(blocks: list[Block]) -> list[Block]:
    """Return entries by their dates, and the items of lists by theirs. Other blocks keep their places."""
    for block in blocks:
        if isinstance(block, ItemList):
            block.items.sort(key=_age)
    entries = sorted((block for block in blocks if isinstance(block, Entry)), key=_age)
    rest = iter(entries)
    return [next(rest) if isinstance(block, Entry) else block for block in blocks]


def _age(node: Entry | Item) -> tuple[int, int]:
    if not node.date:
        return 0, 0
    date = parse_date(node.date)
    return -date.last.toordinal(), -date.first.toordinal()
