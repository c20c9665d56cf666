"""The head of the first page, from the front matter: name, what this output is, and how to reach the owner."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec import structs

from polyvita.core.dates import parse_date, show_date
from polyvita.core.document import Attributes, Div, Document, Inline, Link, Paragraph, Text
from polyvita.core.i18n import format_birth


def add_letterhead(document: Document, *, title: str, lang: str, private: bool = False) -> Document:
    """The document with a `letterhead` div before its blocks. Private facts are in it only where asked for."""
    meta = document.meta
    name = " ".join(part for part in (_text(meta, "honorific"), _text(meta, "name")) if part)
    contact: list[list[tuple[Inline, ...]]] = [
        [(Text(line),) for line in (*_lines(meta, "affiliation"), *_lines(meta, "address"))],
        [*_mail(meta), *_phones(meta, private), *_links(meta)],
        _birth(meta, lang) if private else [],
    ]
    if not name:  # the page still needs a name of its own
        name, title = title, ""
    blocks = [
        _part("name", [(Text(name),)]) if name else None,
        _part("subtitle", [(Text(title),)]) if title else None,
        _part("contact", [_joined(line) for line in contact if line]) if any(contact) else None,
    ]
    head = Div(tuple(block for block in blocks if block), attr=Attributes(tags=("letterhead",)))
    return structs.replace(document, blocks=(head, *document.blocks)) if head.blocks else document


def _part(tag: str, lines: list[tuple[Inline, ...]]) -> Div:
    return Div(tuple(Paragraph(line) for line in lines), attr=Attributes(tags=(tag,)))


def _joined(parts: list[tuple[Inline, ...]]) -> tuple[Inline, ...]:
    out: list[Inline] = []
    for part in parts:
        out += [Text(" · "), *part] if out else part
    return tuple(out)


def _text(meta: Mapping[str, Any], key: str) -> str:
    return str(meta.get(key) or "")


def _lines(meta: Mapping[str, Any], key: str) -> list[str]:
    value = meta.get(key) or []
    return [value] if isinstance(value, str) else [str(line) for line in value]


def _mail(meta: Mapping[str, Any]) -> list[tuple[Inline, ...]]:
    return [(Link((Text(mail),), f"mailto:{mail}"),) for mail in _lines(meta, "email")]


def _phones(meta: Mapping[str, Any], private: bool) -> list[tuple[Inline, ...]]:
    numbers = [*_lines(meta, "phone"), *(_lines(meta, "mobile") if private else [])]
    return [(Text(number.replace(" ", "\u00a0")),) for number in numbers]


def _links(meta: Mapping[str, Any]) -> list[tuple[Inline, ...]]:
    return [(Link((Text(link["label"]),), link["url"]),) for link in meta.get("links") or ()]


def _birth(meta: Mapping[str, Any], lang: str) -> list[tuple[Inline, ...]]:
    if not (born := _text(meta, "born")):
        return []
    return [(Text(format_birth(show_date(parse_date(born), lang), lang)),)]
