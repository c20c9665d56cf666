"""Join the publications that two files of the same person share, such as an ORCID record and a bibliography.

ORCID has few authors, volumes and pages, so the entry of the bibliography wins. It takes the place of the other one, in
the section for its type.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Any

from polyvita.importers.model import Block, Entry, ImportedCv, Item, ItemList, LeftOut, Quote, Section


def join_same_works(cv: ImportedCv) -> None:
    """Keep each publication once. An entry with an `id`, as bibliographies have it, replaces others of the same work.

    Two publications are the same if they have the same DOI, or the same title and no different DOIs or years.
    """
    lists = [block for block in cv.all_blocks() if isinstance(block, ItemList) and any(i.csl for i in block.items)]
    items = [item for block in lists for item in block.items if item.csl]
    if len({"id" in (item.csl or {}) for item in items}) < 2:
        return
    own = [item for item in items if "id" in (item.csl or {})]
    by_doi = {doi: item for item in own if (doi := _doi(item))}
    by_title = {_title(item): item for item in own}
    placed: dict[int, Item] = {}
    for block in lists:
        for number, item in enumerate(block.items):
            if not item.csl or "id" in item.csl:
                continue
            same = by_doi.get(_doi(item)) or by_title.get(_title(item))
            if same is None or _differ(item, same):
                continue
            cv.left_out.append(
                LeftOut(f"{item.text} {item.date}".replace("\\", ""), "the same work in the bibliography")
            )
            if again := placed.get(id(same)):
                again.blocks += item.blocks
                block.items[number] = Item(text="")
                continue
            date, blocks = same.date or item.date, [*same.blocks, *item.blocks]
            placed[id(same)] = Item(text=same.text, date=date, csl=same.csl, blocks=blocks)
            block.items[number] = placed[id(same)]
    for block in lists:
        block.items = [item for item in block.items if item.text and id(item) not in placed]
    for section in cv.sections:
        _remove_empty_lists(section.blocks)
    shown = [item.csl for block in lists for item in block.items if item.csl]
    ids = {entry.get("id") for entry in shown}
    cv.bibliography = [entry for entry in cv.bibliography if entry.get("id") in ids or _is_shown(entry, shown)]


def _is_shown(entry: dict[str, Any], shown: list[dict[str, Any]]) -> bool:
    without_id = {key: value for key, value in entry.items() if key != "id"}
    return any(without_id == {key: value for key, value in one.items() if key != "id"} for one in shown)


def _remove_empty_lists(blocks: list[Block]) -> None:
    for block in blocks:
        if isinstance(block, Section | Entry | Quote):
            _remove_empty_lists(block.blocks)
    blocks[:] = [block for block in blocks if not (isinstance(block, ItemList) and not block.items)]


def _doi(item: Item) -> str:
    return str((item.csl or {}).get("DOI", "")).casefold()


def _title(item: Item) -> str:
    text = re.sub(r"<[^<>]*>", "", str((item.csl or {}).get("title", "")))
    plain = "".join(char for char in unicodedata.normalize("NFKD", text) if not unicodedata.combining(char))
    return " ".join(re.findall(r"\w+", plain.casefold()))


def _year(item: Item) -> str:
    parts = ((item.csl or {}).get("issued") or {}).get("date-parts") or [[""]]
    return str(parts[0][0])


def _differ(item: Item, other: Item) -> bool:
    """Return whether two publications with the same title are different works: their DOIs or years differ."""
    if _doi(item) and _doi(item) == _doi(other):
        return False
    return bool(_doi(item) and _doi(other)) or bool(_year(item) and _year(other) and _year(item) != _year(other))
