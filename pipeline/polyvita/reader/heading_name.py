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
    r"简历|簡歷|履歴|経歴|略歴|業績|プロフィール|이력서|경력|자기소개|резюме|біографія|автобиография|سيرة|קורות|"
    r"βιογραφικό|życiorys|životopis|önéletrajz|özgeçmiş|hoja de vida",
    re.IGNORECASE,
)
_LATIN = re.compile(r"[A-Za-z]")


def name_from_heading(document: Document) -> tuple[Document, Finding | None]:
    """Return the document with the name in its front matter instead of in its first heading, and a note about it.

    The heading must be the only one of level 1, stand above all others, have no tags and keys, and look like a name. A
    name in the front matter must contain it; then the output would show the name twice. Otherwise the document is
    unchanged.
    """
    *before, last = document.blocks or (None,)
    if not isinstance(last, Section) or any(isinstance(block, Section) for block in before):
        return document, None
    written, name = str(document.meta.get("name", "")), " ".join(plain_text(last.heading).split())
    sections = [block for block in last.blocks if isinstance(block, Section)]
    has_marks = bool(last.attr.tags or last.attr.keys) or any(section.attr.get("date") for section in sections)
    if last.heading.level != 1 or not sections or has_marks or not _is_name(name, last.heading):
        return document, None
    if written and name.casefold() not in written.casefold():
        return document, None
    chosen = name if not written or _OTHER_TITLE.search(written) else written
    location = last.heading.location
    message = (
        f"the heading “{name}” is used as the name" if chosen == name else f"the heading “{name}” repeats the name"
    )
    hint = f"write name: {name} in the front matter" if chosen == name else "delete the heading"
    meta, locations = {**document.meta, "name": chosen}, {**document.locations}
    locations.setdefault("name", location)
    blocks = (*document.blocks[:-1], *last.blocks)
    return structs.replace(document, blocks=blocks, meta=meta, locations=locations), info(
        "PV047", message, location, hint
    )


def _is_name(text: str, heading: Node) -> bool:
    if _OTHER_TITLE.search(text) or any(isinstance(node, Image | Note | RawInline) for node in walk(heading)):
        return False
    words = text.split()
    return 2 <= len(words) <= _MOST_WORDS if _LATIN.search(text) else 0 < len(words) <= _MOST_WORDS
