"""What a web page shows of a publication besides its reference: its type, links, BibTeX and abstract, and a search.

A theme with `publications: badge` asks for it. All of it is raw HTML in the tree, so no other format shows it. Without
a script, BibTeX and abstracts unfold; the search is hidden, and the script shows it.
"""

from __future__ import annotations

import base64
import hashlib
import html
import re
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from urllib.parse import quote

from polyvita.core.bibliography import PREPRINT, BibEntry
from polyvita.core.i18n import publication_type, publication_words
from polyvita.writers.bibliography import bibtex_to_cite
from polyvita.writers.pandoc_ast import Ast, rewrite_ast

_CLASS, _SEARCH_CLASS = "facts", "search"
_OPENING, _SEARCH_OPENING = f'<div class="{_CLASS}"', f'<form class="{_SEARCH_CLASS}"'
_SEARCH = re.compile(rf"{_SEARCH_OPENING}.*?</form>\n?", re.DOTALL)
LEAST_FOR_SEARCH = 6
"""The number of publications from which on a page has a search."""
_LINK_FIELDS = {"pdf": "PDF", "code": "Code", "slides": "Slides", "video": "Video", "poster": "Poster"}
"""Fields of entries with addresses, as websites of researchers use them, and the texts of their links."""
_ACCESS_FIELDS = ("openaccess", "open-access", "open_access", "oa")
_NOT_OPEN = {"", "no", "false", "0", "closed", "none"}


def publication_facts(entry: BibEntry, lang: str) -> str:
    """Return the HTML below the reference of a publication."""
    words, kind = publication_words(lang), publication_type(entry.kind, lang)
    year = _year(entry)
    badges = [f'<span class="badge">{html.escape(kind)}</span>'] if kind else []
    links = [(html.escape(text), html.escape(url)) for text, url in _links(entry, lang)]
    badges += [f'<a class="badge" href="{url}">{text}</a>' for text, url in links]
    parts = [f"<p>{' '.join(badges)}</p>"] if badges else []
    if abstract := _abstract(entry):
        parts.append(_folded(words.abstract, f"<p>{abstract}</p>"))
    bibtex = html.escape(bibtex_to_cite(entry).strip())
    parts.append(_folded("BibTeX", f'<pre tabindex="0"><code>{bibtex}</code></pre>'))
    data = f' data-year="{year}" data-type="{html.escape(kind)}"'
    return f"{_OPENING}{data}>\n{''.join(parts)}</div>"


def search_form(entries: Iterable[BibEntry], lang: str) -> str:
    """Return the HTML of the search for these publications; empty if they are few."""
    entries = list(entries)
    if len(entries) < LEAST_FOR_SEARCH:
        return ""
    words = publication_words(lang)
    years = sorted({year for entry in entries if (year := _year(entry))}, reverse=True)
    kinds = sorted({kind for entry in entries if (kind := publication_type(entry.kind, lang))})
    fields = [f'<label>{html.escape(words.search)} <input type="search" name="words" autocomplete="off"></label>']
    for name, label, values in (("year", words.year, years), ("type", words.type, kinds)):
        if len(values) > 1:
            options = "".join(f"<option>{html.escape(value)}</option>" for value in values)
            every = f'<option value="">{html.escape(words.all)}</option>'
            fields.append(f'<label>{html.escape(label)} <select name="{name}">{every}{options}</select></label>')
    fields.append('<output aria-live="polite"></output>')
    return f'{_SEARCH_OPENING} role="search" hidden>\n' + "\n".join(fields) + "\n</form>"


def without_facts(blocks: list[Ast]) -> list[Ast]:
    """Return the blocks without what only web pages show, for other formats."""
    found: list[Ast] = rewrite_ast(blocks, {"RawBlock": lambda node: [] if _is_fact(node) else node})
    return found


def _is_fact(node: Ast) -> bool:
    format, text = node["c"]
    return format == "html" and str(text).startswith((_OPENING, _SEARCH_OPENING))


def without_search(page: str) -> str:
    """Return a page without the search, for one without the script."""
    return _SEARCH.sub("", page)


def style_for(page: str) -> str:
    """Return the CSS that the publications of a page need."""
    return _read("publications.css") if _OPENING in page else ""


def script_for(page: str) -> str:
    """Return the script element that the search of a page needs."""
    return f"<script>{_read('publications.js')}</script>\n" if _SEARCH_OPENING in page else ""


@cache
def script_source() -> str:
    """Return the source of the script in a content security policy: only this script may run."""
    digest = hashlib.sha256(_read("publications.js").encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"


@cache
def _read(name: str) -> str:
    return Path(__file__).with_name(name).read_text(encoding="utf-8")


# ---------------------------------------------------------------- parts of an entry


def _folded(summary: str, content: str) -> str:
    return f"<details><summary>{html.escape(summary)}</summary>{content}</details>\n"


def _year(entry: BibEntry) -> str:
    try:
        return f"{int(entry.csl['issued']['date-parts'][0][0]):04}"
    except (KeyError, IndexError, TypeError, ValueError):
        return ""


def _links(entry: BibEntry, lang: str) -> Iterator[tuple[str, str]]:
    """Yield the texts and addresses of the links of a publication."""
    if doi := str(entry.csl.get("DOI") or ""):
        yield "DOI", doi_address(doi)
    if url := open_access_address(entry):
        yield publication_words(lang).open_access, url
    for field, text in _LINK_FIELDS.items():
        if (value := entry.fields.get(field, "").strip()).startswith(("https://", "http://")):
            yield text, value


def doi_address(doi: str) -> str:
    """Return the web address of a DOI."""
    return f"https://doi.org/{quote(doi, safe='/():;.')}"


def open_access_address(entry: BibEntry) -> str:
    """Return where everybody can read a publication; empty if the entry does not say so.

    An entry says so by a number of PubMed Central or arXiv, as a preprint, by an open licence, by a field `openaccess`,
    or by the keyword “open access”.
    """
    csl = entry.csl
    address = str(csl.get("URL") or "") or (doi_address(str(csl["DOI"])) if csl.get("DOI") else "")
    if pmcid := str(csl.get("PMCID") or ""):
        return f"https://www.ncbi.nlm.nih.gov/pmc/articles/{quote('PMC' + pmcid.upper().removeprefix('PMC'))}/"
    if csl.get("archive") == "arXiv" and csl.get("archive_location"):
        return f"https://arxiv.org/abs/{quote(str(csl['archive_location']))}"
    own = {**(csl.get("custom") or {}), **entry.fields}
    access = next((str(own[name]).strip() for name in _ACCESS_FIELDS if name in own), "")
    if access.startswith(("https://", "http://")):
        return access
    licence = str(own.get("license") or own.get("licence") or "").casefold()
    keywords = {re.sub(r"[\W_]+", " ", keyword.casefold()).strip() for keyword in entry.keywords}
    is_open = access.casefold() not in _NOT_OPEN or bool(re.match(r"cc[ 0-]|.*creativecommons", licence))
    is_open = is_open or "open access" in keywords or entry.kind == PREPRINT
    return address if is_open and address.startswith(("https://", "http://")) else ""


def _abstract(entry: BibEntry) -> str:
    """Return the abstract as HTML text. In CSL, it can have markup."""
    text = re.sub(r"</?[a-zA-Z][^<>]*>", "", str(entry.csl.get("abstract") or ""))
    return html.escape(html.unescape(text), quote=False).strip()
