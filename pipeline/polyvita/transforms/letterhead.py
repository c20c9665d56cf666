"""The letterhead of the first page, from the front matter: name, title of the output, and contact details."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Literal
from urllib.parse import urlsplit

from msgspec import structs

from polyvita.core.dates import parse_date, show_date
from polyvita.core.document import Attributes, Div, Document, Image, Inline, Link, Paragraph, Span, Text
from polyvita.core.i18n import format_birth

ContactLayout = Literal["line", "stacked", "icons"]
Items = list[tuple[Inline, ...]]
ICON = "icon-"
"""The tag of a part of the address starts with this, and ends with the name of its icon, as in `icon-email`."""


def add_letterhead(
    document: Document,
    *,
    title: str,
    lang: str,
    private: bool = False,
    contact: ContactLayout = "line",
    photo: Image | None = None,
) -> Document:
    """Return the document with a `letterhead` div before its blocks. With `private`, it shows private data, too.

    `contact` is how the parts of the address are set. With `icons`, each has a tag that names its icon. A
    `photo` follows.
    """
    meta = document.meta
    name = " ".join(part for part in (_text(meta, "honorific"), _text(meta, "name")) if part)
    headline: Items = [(Text(line),) for line in _lines(meta, "headline")]
    lines: list[Items] = [
        [
            *((Text(line),) for line in _lines(meta, "affiliation")),
            *((Text(_whole_parts(line)),) for key in ("address", "location") for line in _lines(meta, key)),
        ],
        [*_email_links(meta), *_phone_numbers(meta, private), *_orcid_link(meta), *_web_links(meta)],
        _birth_date(meta, lang) if private else [],
    ]
    icons = dict.fromkeys(_lines(meta, "affiliation"), "institution")
    icons |= {part.text: "calendar" for line in lines[-1] for part in line if isinstance(part, Text)}
    if not name:  # The page still needs a name, so the title takes its place.
        name, title = title, ""
    blocks = [
        _div("name", [(Text(name),)]) if name else None,
        _div("headline", headline) if headline else None,
        _div("subtitle", [(Text(title),)]) if title else None,
        _div("contact", _set_lines(lines, contact, icons)) if any(lines) else None,
        _div("photo", [(photo,)]) if photo else None,
    ]
    head = Div(tuple(block for block in blocks if block), attr=Attributes(tags=("letterhead",)))
    return structs.replace(document, blocks=(head, *document.blocks)) if head.blocks else document


def _set_lines(lines: list[Items], layout: ContactLayout, known: Mapping[str, str]) -> Items:
    """Return the lines of the address, each from its parts. `known` has the icons of some texts."""
    lines = [line for line in lines if line]
    match layout:
        case "line":
            return [_join_with_bars(line) for line in lines]
        case "stacked":
            return [part for line in lines for part in line]
        case "icons":
            return [_join_with_spaces([_with_icon(part, known) for part in line]) for line in lines]


def _with_icon(part: tuple[Inline, ...], known: Mapping[str, str]) -> Inline:
    return Span(part, attr=Attributes(tags=(f"{ICON}{_icon_for(part, known)}",)))


def _icon_for(part: tuple[Inline, ...], known: Mapping[str, str]) -> str:
    """Return the name of the icon of a part of the address. `known` has the icons of some texts."""
    match part:
        case (Text(text=text),) if text in known:
            return known[text]
        case (Link(url=url),):
            host = urlsplit(url).netloc.removeprefix("www.")
            return "email" if url.startswith("mailto:") else _ICONS_OF_SITES.get(host, "web")
        case (Text(text=text),) if text[:1] in ("+", "(") or (text[:1].isdigit() and not any(map(str.isalpha, text))):
            return "phone"
        case _:
            return "place"


_ICONS_OF_SITES = {
    "orcid.org": "orcid",
    "github.com": "code",
    "gitlab.com": "code",
    "codeberg.org": "code",
    "linkedin.com": "person",
    "scholar.google.com": "scholar",
}


def _join_with_spaces(parts: list[Inline]) -> tuple[Inline, ...]:
    return tuple(inline for part in parts for inline in (Text(" "), part))[1:]


def _div(tag: str, lines: list[tuple[Inline, ...]]) -> Div:
    return Div(tuple(Paragraph(line) for line in lines), attr=Attributes(tags=(tag,)))


def _join_with_bars(parts: list[tuple[Inline, ...]]) -> tuple[Inline, ...]:
    joined: list[Inline] = []
    for part in parts:
        joined += [Text(" | "), *part] if joined else part
    return tuple(joined)


def _text(meta: Mapping[str, Any], key: str) -> str:
    return str(meta.get(key) or "").strip()


def _lines(meta: Mapping[str, Any], key: str) -> list[str]:
    value = meta.get(key) or []
    return [value] if isinstance(value, str) else [str(line) for line in value]


def _email_links(meta: Mapping[str, Any]) -> list[tuple[Inline, ...]]:
    return [(Link((Text(mail),), f"mailto:{mail}"),) for mail in _lines(meta, "email")]


def _phone_numbers(meta: Mapping[str, Any], private: bool) -> list[tuple[Inline, ...]]:
    numbers = [*_lines(meta, "phone"), *(_lines(meta, "mobile") if private else [])]
    return [(Text(number.replace(" ", "\u00a0")),) for number in numbers]


def _orcid_link(meta: Mapping[str, Any]) -> list[tuple[Inline, ...]]:
    """Return the address of the ORCID record as a link, as ORCID asks for."""
    address = f"https://orcid.org/{orcid}" if (orcid := _text(meta, "orcid")) else ""
    return [(Link((Text(address),), address),)] if address else []


def _web_links(meta: Mapping[str, Any]) -> list[tuple[Inline, ...]]:
    """Return the links of the front matter. One without an address, because it was not allowed, is its label."""
    pages = [(Text(_link_label(page["label"], page["url"])), page["url"]) for page in meta.get("links") or ()]
    return [(Link((label,), url),) if url else (label,) for label, url in pages]


def _link_label(label: str, url: str) -> str:
    """Return how a link is shown. A label that is the address gets its scheme, by which programs recognise it.

    An address with a query, such as that of a profile at Google Scholar, says nothing to a reader, and programs break
    it. So the name of the site takes its place.
    """
    if not url or _bare(label) != _bare(url):
        return label
    site = urlsplit(url).netloc.removeprefix("www.")
    return _NAMES_OF_SITES.get(site.partition(":")[0], site) if "?" in url else url.rstrip("/")


def _bare(address: str) -> str:
    return re.sub(r"^(https?://)?(www\.)?", "", address.strip().lower()).rstrip("/")


_NAMES_OF_SITES = {"scholar.google.com": "Google Scholar", "scopus.com": "Scopus", "youtube.com": "YouTube"}


def _whole_parts(address: str) -> str:
    """Return an address that breaks only after commas, so that a postal code stays with its city."""
    return re.sub(r"(?<![,;]) +(?=\S)", "\u00a0", address)


def _birth_date(meta: Mapping[str, Any], lang: str) -> list[tuple[Inline, ...]]:
    if not (born := _text(meta, "born")):
        return []
    return [(Text(format_birth(show_date(parse_date(born), lang), lang)),)]
