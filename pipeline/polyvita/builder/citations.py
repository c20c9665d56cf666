"""Show the entries of bibliographies as a filter asks for: in its style and language, with as many authors."""

from __future__ import annotations

from collections.abc import Iterable

from polyvita.builder.job import Job
from polyvita.config.filter import Authors, Citations
from polyvita.core.bibliography import BibEntry
from polyvita.core.diagnostics import Finding, join_names, warning
from polyvita.core.document import BulletList, Document, ListItem, Node, OrderedList, plain_text, rewrite_document, walk
from polyvita.core.formats import format_of
from polyvita.reader.bibliography.citeproc import References, format_entries
from polyvita.reader.bibliography.insert import is_entry_item, replace_reference
from polyvita.reader.bibliography.load import document_language
from polyvita.reader.bibliography.people import People
from polyvita.reader.bibliography.styles import DEFAULT_STYLE, PLAIN, StyleOptions

_NAMED = 4
"""The most entries that a finding names."""


def set_citations(document: Document, job: Job) -> tuple[Document, tuple[Finding, ...]]:
    """Return selected content with its entries as the filter shows them, and the findings about them.

    The reader has already set the entries in the style and the language of the CV.
    """
    citations = job.filter.citations or Citations()
    options = style_options(citations)
    shown = [document.entries[key] for key in dict.fromkeys(entry_keys(document))]
    assert job.citation_style
    if not shown or _is_set(document, job, options):
        return document, ()
    people = People.from_meta(document.meta)
    keep = isinstance(citations.authors, Authors) and citations.authors.keep == "own"
    texts = format_entries(shown, job.citation_style, people, lang=job.lang, options=options, keep_owner=keep)

    def change(node: Node) -> Node:
        if isinstance(node, ListItem) and is_entry_item(node) and (text := texts.get(node.attr.get("id"))):
            return replace_reference(node, text)
        return node

    return rewrite_document(document, change), tuple(_find_hidden_owner(shown, texts, people, job))


def find_items_without_fields(document: Document, job: Job) -> tuple[Finding, ...]:
    """Return a finding if a list has entries and also items in Markdown, which `bib` and the like cannot contain."""
    names = [output.path.name for output in job.outputs if "entries" in format_of(output.format).inputs]
    items: list[ListItem] = []
    for node in walk(document) if names else ():
        blocks = getattr(node, "blocks", ())
        listed = [item for block in blocks if isinstance(block, BulletList | OrderedList) for item in block.items]
        if any(is_entry_item(item) for item in listed):
            items += [item for item in listed if not is_entry_item(item)]
    if not items:
        return ()
    count = f"{len(items)} item{'s' if len(items) > 1 else ''}"
    message = f"{join_names(names)} cannot contain {count} of the CV that are beside entries but are text"
    hint = "add an entry for each publication to the bibliography, and delete the text"
    return (warning("PV328", message, items[0].location, hint),)


def style_options(citations: Citations) -> StyleOptions:
    """Return the options of a style that a filter asks for."""
    authors = citations.authors
    return StyleOptions(
        most=authors.most if isinstance(authors, Authors) else 0,
        et_al_as_styled=authors == "style",
        year_suffixes=citations.year_suffixes,
        repeated_authors=citations.repeated_authors,
    )


def entry_keys(document: Document) -> Iterable[str]:
    """Return the keys of the entries in a document, in its order."""
    return (node.attr.get("id") for node in walk(document) if isinstance(node, ListItem) and is_entry_item(node))


def _is_set(document: Document, job: Job, options: StyleOptions) -> bool:
    """Return whether the reader has set the entries as the filter asks for."""
    if options != PLAIN or job.lang != document_language(document):
        return False
    name = job.filter.citations and job.filter.citations.style
    return not name or name == (document.meta.get("csl") or DEFAULT_STYLE)


def _find_hidden_owner(shown: Iterable[BibEntry], texts: References, people: People, job: Job) -> Iterable[Finding]:
    """Yield a finding if shortened lists of authors leave the owner out."""
    hidden = []
    for entry in shown:
        owners = [name for name in entry.csl.get("author") or () if people.is_owner(name)]
        text = plain_text(texts[entry.key])
        if owners and not any(str(name.get("family") or name.get("literal")) in text for name in owners):
            hidden.append(entry)
    if hidden:
        more = [f"{len(hidden) - _NAMED} more"] if len(hidden) > _NAMED else []
        keys = join_names([*(entry.key for entry in hidden[:_NAMED]), *more])
        message = f"“et al.” leaves the owner of the CV out: {keys}"
        yield warning("PV092", message, job.filter.location("citations"), "write authors: {most: 6, keep: own}")
