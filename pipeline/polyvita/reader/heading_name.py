"""Take the name of the owner from the first heading, if the front matter has no name.

Most CVs in Markdown begin with `# Jane Doe` and have their sections on level 2.
"""

from __future__ import annotations

import re

from msgspec import structs

from polyvita.core.diagnostics import Finding, info
from polyvita.core.document import Document, Image, Node, Note, RawInline, Section, plain_text, walk

_MOST_WORDS = 6
_OTHER_TITLE = re.compile(
    r"\b(?:cvs?|vitae|vitæ|r[eé]sum[eé]|lebenslauf|curr[ií]culo?|curriculum|biosketch|biograph\w*|portfolio|readme|"
    r"publications?|publikationen|experience|education|about|profile|projects?|hi|hello|welcome)\b|[\d:!?@/|]|"
    r"简历|履歴書|이력서|резюме|سيرة",
    re.IGNORECASE,
)
_LATIN = re.compile(r"[A-Za-z]")


def name_from_heading(document: Document) -> tuple[Document, Finding | None]:
    """Return the document with the name in its front matter instead of in its first heading, and a note about it.

    The heading must be the only one of level 1, stand above all others, have no attributes and look like a name.
    Otherwise, or if the front matter has a name, return the document unchanged.
    """
    if document.meta.get("name") or len(document.blocks) != 1 or not isinstance(first := document.blocks[0], Section):
        return document, None
    sections = [block for block in first.blocks if isinstance(block, Section)]
    name = " ".join(plain_text(first.heading).split())
    has_marks = bool(first.attr.raw) or any(section.attr.get("date") for section in sections)
    if first.heading.level != 1 or not sections or has_marks or not _is_name(name, first.heading):
        return document, None
    location = first.heading.location
    note = info(
        "PV047", f"the heading “{name}” is used as the name", location, f"write name: {name} in the front matter"
    )
    meta, locations = {**document.meta, "name": name}, {**document.locations, "name": location}
    return structs.replace(document, blocks=first.blocks, meta=meta, locations=locations), note


def _is_name(text: str, heading: Node) -> bool:
    if _OTHER_TITLE.search(text) or any(isinstance(node, Image | Note | RawInline) for node in walk(heading)):
        return False
    words = text.split()
    return 2 <= len(words) <= _MOST_WORDS if _LATIN.search(text) else 0 < len(words) <= _MOST_WORDS
