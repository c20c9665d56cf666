"""What the head of a web page says about the page: to search engines, and to programs that show links to it.

All of it is also on the page, or in the public part of the front matter.
"""

from __future__ import annotations

import html
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from polyvita.config.theme import DocumentInfo
from polyvita.core.bibliography import BibEntry
from polyvita.core.document import (
    Attributes,
    Block,
    BulletList,
    Div,
    Document,
    Inline,
    OrderedList,
    Paragraph,
    Section,
    Span,
    plain_text,
)
from polyvita.writers.publications import doi_address

LONGEST_DESCRIPTION = 160
"""The number of characters of a description that search engines show."""
_NAMED = {"positions": "position", "education": "degree"}
"""The ids of the sections with positions and with degrees in the standard vocabulary, and the tags of their entries."""


def page_head(info: DocumentInfo, document: Document | None) -> str:
    """Return the elements of the head that describe the page."""
    description = _description(info, document)
    names = {"author": info.author, "description": description, "keywords": ", ".join(info.keywords)}
    properties = {
        "og:type": "profile" if info.person else "website",
        "og:title": info.title,
        "og:description": description,
        "og:locale": info.lang.replace("-", "_"),
        "og:url": info.url,
    }
    lines = [f'<meta name="{name}" content="{html.escape(value)}">' for name, value in names.items() if value]
    lines += [f'<meta property="{name}" content="{html.escape(value)}">' for name, value in properties.items() if value]
    if info.url:
        lines.append(f'<link rel="canonical" href="{html.escape(info.url)}">')
    return "\n".join(lines)


def _description(info: DocumentInfo, document: Document | None) -> str:
    """Return what the person is, or the first text of the page, or the title of the output."""
    facts = dict(info.person)
    if role := facts.get("jobTitle"):
        return ", ".join(filter(None, (f"{info.author}: {role}", facts.get("affiliation"))))
    first = document and next(_paragraphs(document.blocks), None)
    return _shortened(plain_text(first)) if first else info.subject or info.title


def _paragraphs(blocks: Iterable[Block]) -> Iterator[Paragraph]:
    """Yield the paragraphs of text at the start of the sections, but not those in lists."""
    for block in blocks:
        match block:
            case Paragraph() if len(plain_text(block)) > LONGEST_DESCRIPTION // 3:
                yield block
            case Section(blocks=inside):
                yield from _paragraphs(inside)


def _shortened(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= LONGEST_DESCRIPTION else text[:LONGEST_DESCRIPTION].rsplit(" ", 1)[0] + " …"


def person_data(info: DocumentInfo, document: Document | None, entries: Iterable[BibEntry]) -> str:
    """Return a script element with a `Person` of schema.org. A key that occurs twice becomes a list."""
    if not info.person:
        return ""
    facts = [*info.person, *(_career(document, dict(info.person)) if document else ())]
    person: dict[str, Any] = {"@context": "https://schema.org", "@type": "Person"}
    for key, value in dict.fromkeys(facts):
        item = {"@type": _TYPES[key], "name": value} if key in _TYPES else value
        match person.get(key):
            case None:
                person[key] = item
            case list() as items:
                items.append(item)
            case first:
                person[key] = [first, item]
    if works := [_work(entry) for entry in entries]:
        person["@reverse"] = {"author": works}
    text = json.dumps(person, ensure_ascii=False, indent=1).replace("</", "<\\/").replace("<!--", "<\\u0021--")
    return f'<script type="application/ld+json">\n{text}\n</script>'


_TYPES = {"affiliation": "Organization", "worksFor": "Organization", "alumniOf": "CollegeOrUniversity"}


def _career(document: Document, known: dict[str, str]) -> Iterator[tuple[str, str]]:
    """Yield what the entries of the page say about present positions and about degrees."""
    for section in document.blocks:
        if not isinstance(section, Section):
            continue
        for entry in section.blocks:
            if not isinstance(entry, Section) or not (place := entry.attr.get("org")):
                continue
            if _is(section, entry, "education"):
                yield "alumniOf", place
            elif _is(section, entry, "positions") and entry.attr.get("date", "").endswith("/.."):
                yield "worksFor", place
                if "jobTitle" not in known:
                    yield "jobTitle", _title(entry.heading.inlines)


def _is(section: Section, entry: Section, id: str) -> bool:
    return section.attr.id == id or _NAMED[id] in (*section.attr.tags, *entry.attr.tags)


def _title(inlines: Iterable[Inline]) -> str:
    """Return the text of a heading without its date."""
    shown = [part for part in inlines if not (isinstance(part, Span) and "when" in part.attr.tags)]
    return "".join(map(plain_text, shown)).strip()


def _work(entry: BibEntry) -> dict[str, str]:
    csl = entry.csl
    year = str((csl.get("issued", {}).get("date-parts") or [[""]])[0][0])
    doi = str(csl.get("DOI") or "")
    work = {
        "@type": _KINDS.get(entry.kind, "CreativeWork"),
        "name": re.sub(r"</?[a-z][^<>]*>", "", str(csl.get("title") or "")),
        "datePublished": year,
        "sameAs": doi_address(doi) if doi else str(csl.get("URL") or ""),
    }
    return {key: value for key, value in work.items() if value}


_KINDS = {
    **dict.fromkeys(("article-journal", "paper-conference", "preprint", "article"), "ScholarlyArticle"),
    **{
        "book": "Book",
        "chapter": "Chapter",
        "thesis": "Thesis",
        "dataset": "Dataset",
        "software": "SoftwareSourceCode",
    },
}
"""The types of CSL in schema.org."""

_DOI_IN_ITEM = re.compile(r'<li(?P<rest>[^>]*)>(?=(?:(?!</?li)[\s\S])*?href="https://doi\.org/(?P<doi>[^"]+)")')
_HEAD = re.compile(r"<thead>.*?</thead>", re.DOTALL)


def with_ids_of_works(main: str, document: Document | None = None) -> str:
    """Return the page with an id for each publication, so that links can lead to it.

    An item with a DOI gets its id from the DOI. Other publications of `document` get theirs from the key in the
    bibliography, or from the title and the year. So it stays the same when other publications are added.
    """
    if "https://doi.org/" in main:
        main = _with_ids_of_dois(main)
    names = dict(_works_without_id(document.blocks, False)) if document else {}
    if not names:
        return main
    taken = _ids_in(main)
    seen: Counter[str] = Counter()

    def add(found: re.Match[str]) -> str:
        name = names.get(_letters(html.unescape(re.sub(r"<[^>]*>", "", found["text"]))))
        if name is None or " id=" in found["rest"]:
            return found[0]
        seen[name] += 1
        id = f"{name}-{seen[name]}" if seen[name] > 1 else name
        return found[0] if id in taken else f'<li id="{id}"{found["rest"]}>{found["text"]}'

    return _ITEM.sub(add, main)


_ITEM = re.compile(r'<li(?P<rest>(?: [^>]*)?)>(?P<text>(?:(?!</?li[ >]|<[ou]l[ >]|<div class="facts").)*)', re.DOTALL)
_TITLES = (re.compile(r"[“„«»‘‚\"]([^“”«»‘’\"]{3,})"), re.compile(r"\(\d{4}[a-z]?\)[.,:]?(.+)", re.DOTALL))
"""Where the title of a publication is: in the first quotation marks, or after the year in parentheses."""
_WORDS_OF_ID = 6


def _works_without_id(blocks: Iterable[Block], inside: bool) -> Iterator[tuple[str, str]]:
    """Yield the letters of publications without an id, each with its new id. `inside` is for a section of them."""
    for block in blocks:
        match block:
            case Section(attr=attr, blocks=content) | Div(attr=attr, blocks=content):
                yield from _works_without_id(content, inside or _are_works(attr))
            case BulletList(attr=attr, items=items) | OrderedList(attr=attr, items=items):
                for item in items:
                    text = plain_text(item.blocks[:1])
                    if (inside or _are_works(attr) or _are_works(item.attr)) and not item.attr.id and text:
                        yield _letters(text), _id_of_work(item.attr.get("id"), text)


def _are_works(attr: Attributes) -> bool:
    return attr.id == "publications" or attr.has("publication")


def _id_of_work(key: str, text: str) -> str:
    if not key:
        title = next((found[1] for pattern in _TITLES if (found := pattern.search(text))), text)
        year = re.search(r"\b(?:1[5-9]|20)\d\d\b", text)
        last = [year[0]] if year else []
        key = "-".join([*[word for word in re.findall(r"[^\W_]+", title) if word not in last][:_WORDS_OF_ID], *last])
    return "work-" + re.sub(r"[\W_]+", "-", key.lower()).strip("-")


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text))


def _with_ids_of_dois(main: str) -> str:
    taken = _ids_in(main)

    def add(found: re.Match[str]) -> str:
        id = "doi-" + re.sub(r"[^a-z0-9]+", "-", found["doi"].lower()).strip("-")
        if id in taken or " id=" in found["rest"]:
            return found[0]
        taken.add(id)
        return f'<li id="{id}"{found["rest"]}>'

    return _DOI_IN_ITEM.sub(add, main)


def _ids_in(main: str) -> set[str]:
    return set(re.findall(r'\sid="([^"]*)"', main))


def with_scopes(main: str) -> str:
    """Return the page with the header cells of tables marked as headers of their columns."""
    return _HEAD.sub(lambda head: re.sub(r"<th(?=[ >])(?![^>]*scope=)", '<th scope="col"', head[0]), main)
