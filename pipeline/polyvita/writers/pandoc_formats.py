"""Write all other formats of Pandoc (LaTeX, EPUB, ODT, Markdown, …) with the default layout of Pandoc."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from polyvita.core.formats import format_of
from polyvita.writers import WriterOptions
from polyvita.writers.html import POLICY
from polyvita.writers.images import data_url
from polyvita.writers.pandoc import write_with_pandoc
from polyvita.writers.pandoc_ast import Ast, NodeRewrites, rewrite_ast, split_texts
from polyvita.writers.prepare import (
    INLINE_DATE,
    LABELS,
    NUMBERED_RUNS,
    RIGHT_DATE,
    SECOND_LINE,
    TITLE_LINE,
    Inlines,
    PreparedDocument,
    prepare,
    without_icons,
    without_runs,
)


def write(ast: Ast | PreparedDocument, options: WriterOptions) -> bytes:
    """Return a standalone file in the Pandoc format that `options` name.

    Raises `InputError` if an image that the file should contain is missing, and `ExternalError` if Pandoc fails.
    """
    prepared, info = prepare(ast), options.info
    head = prepared.letterhead
    lines: list[Inlines] = [head.name, head.headline, head.subtitle, *map(without_icons, head.contact)] if head else []
    embeds = format_of(options.format).holds_images
    rewrites: NodeRewrites = {**_UNWRAP, "Image": _embed_from(options.folder)} if embeds else _UNWRAP
    photo = rewrite_ast([{"t": "Para", "c": head.photo}], rewrites) if head and head.photo else []
    blocks = [{"t": "Para", "c": line} for line in lines if line] + photo
    blocks += rewrite_ast(split_texts(prepared.blocks), rewrites)
    metadata = [f"--metadata={key}:{value}" for key, value in (("pagetitle", info.title), ("lang", info.lang)) if value]
    if options.format.startswith("html") and not info.unsafe_html:
        metadata.append(f"--variable=header-includes:{_POLICY}")
    return write_with_pandoc(prepared.ast(blocks), options.format, ["--standalone", *metadata])


_POLICY = POLICY.replace("img-src data:", "img-src data: file: 'self'")
"""The content security policy of Pandoc’s web pages. Their images stay files beside them."""


def _unwrap_date(node: Ast) -> Ast | list[Ast]:
    match node["c"]:
        case [[_, [name], _], inlines] if name == RIGHT_DATE:
            return [{"t": "Space"}, *inlines]
        case [[_, [name], _], inlines] if name in (INLINE_DATE, TITLE_LINE, *LABELS):
            return list(inlines)
        case _:
            return node


def _unwrap_div(node: Ast) -> Ast | list[Ast]:
    match node["c"]:
        case [[_, [name], _], blocks] if name == SECOND_LINE:
            return list(blocks)
        case [[_, [name], _], _] if name == NUMBERED_RUNS:
            return without_runs(node)
        case _:
            return node


def _embed_from(folder: Path) -> Callable[[Ast], Ast]:
    """Return a function that puts the content of an image into the tree, because Pandoc opens no files here."""

    def embed(node: Ast) -> Ast:
        attr, inlines, [url, title] = node["c"]
        return {"t": "Image", "c": [attr, inlines, [data_url(url, folder), title]]}

    return embed


_UNWRAP: NodeRewrites = {"Span": _unwrap_date, "Div": _unwrap_div}
"""Removes the classes that `prepare` adds, because only the writers of this package use them."""
