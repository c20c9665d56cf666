"""Set the entries of a bibliography in a citation style, with Pandoc's citeproc.

One process sets all entries that are not in the cache. Pandoc gets CSL-JSON and a style that `styles` has adapted, in
a temporary file. It gets no metadata of the CV: citeproc would read and fetch files that the metadata name.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec

from polyvita.core.bibliography import BibEntry
from polyvita.core.content_cache import cache_name, read_cached, write_cached
from polyvita.core.document import Inline
from polyvita.core.i18n import primary_language
from polyvita.core.pandoc import run_pandoc
from polyvita.core.source import hash_bytes
from polyvita.reader.bibliography.inlines import NOTE_START, PandocNode, convert_inlines, reference_text
from polyvita.reader.bibliography.people import NAME_SIGNS, People, sign_names
from polyvita.reader.bibliography.styles import PLAIN, Style, StyleOptions, adapt_style

_MAX_CACHED = 20_000
"""The most entries that are cached for one style."""

_PERIODS = re.compile(r'initialize-with="[^"]*\.')
"""What a style contains that sets periods after initials."""

References = Mapping[str, tuple[Inline, ...]]
"""The text of each entry in one style, by key."""


def format_entries(
    entries: Sequence[BibEntry],
    style: Style,
    people: People,
    *,
    lang: str,
    options: StyleOptions = PLAIN,
    keep_owner: bool = False,
) -> References:
    """Return the entries as a list of publications in the language `lang` shows them.

    The text of an entry does not depend on the others, unless `options` ask for that. Raises `ExternalError` if Pandoc
    fails.
    """
    adapted = adapt_style(style, options)
    items = [prepare_item(sign_names(entry, people, most=options.most, keep_owner=keep_owner)) for entry in entries]
    texts = _format(items, adapted, lang if _needs_language(adapted, lang) else "", options)
    signs, periods = list(people.signs.values()), bool(_PERIODS.search(adapted))
    # The text is not in the file as it is. A width of 1 says that nothing can be located inside.
    locations = [entry.location._replace(width=1) for entry in entries]
    return {
        entry.key: convert_inlines(text, _names(entry), signs, location, periods=periods)
        for entry, text, location in zip(entries, texts, locations, strict=True)
    }


def prepare_item(csl: Mapping[str, Any]) -> dict[str, Any]:
    """Return an entry in a form in which Pandoc loses nothing.

    Pandoc takes a line “word: …” at the start of a note for a variable. A date that is only words, such as “in press”,
    becomes the status. The number of proceedings that are in no series is the issue of their volume.
    """
    item = dict(csl)
    if item.get("volume") and "collection-title" not in item and "collection-number" in item:
        item.setdefault("issue", item.pop("collection-number"))
    if item.get("note"):
        item["note"] = f"{NOTE_START}{item['note']}"
    issued = item.get("issued")
    if isinstance(issued, Mapping) and not issued.get("date-parts"):
        words = str(issued.get("literal") or issued.get("raw") or "")
        if words:
            item.setdefault("status", words)
            del item["issued"]
    return item


def _names(entry: BibEntry) -> list[Mapping[str, Any]]:
    return [name for role in ("author", "editor") for name in entry.csl.get(role) or () if isinstance(name, Mapping)]


def _needs_language(style: str, lang: str) -> bool:
    """Return whether Pandoc must be told the language. A style that is made for the same language keeps its variety."""
    _, _, rest = style.partition('default-locale="')
    return bool(lang) and primary_language(rest.partition('"')[0]) != primary_language(lang)


def _format(items: Sequence[dict[str, Any]], style: str, lang: str, options: StyleOptions) -> list[list[PandocNode]]:
    """Return the text of each item, from the cache where it has them."""
    encoded = [msgspec.json.encode(item, order="sorted") for item in items]
    together = b"".join(encoded) if options.depends_on_others else b""
    name = cache_name("references", style, lang, together)
    known = _read_known(name)
    hashes = [hash_bytes(data) for data in encoded]
    missing = {hash: item for hash, item in zip(hashes, items, strict=True) if hash not in known}
    if missing:
        todo = dict(zip(hashes, items, strict=True)) if options.depends_on_others else missing
        new = dict(zip(todo, _run_citeproc(list(todo.values()), style, lang), strict=True))
        known = {**known, **new}
        write_cached(name, msgspec.json.encode(dict(list(known.items())[-_MAX_CACHED:])))
    return [known[hash] for hash in hashes]


def _read_known(name: str) -> dict[str, list[PandocNode]]:
    content = read_cached(name)
    if content:
        try:
            return msgspec.json.decode(content, type=dict[str, list[PandocNode]])
        except msgspec.DecodeError:  # Another program has changed the file.
            pass
    return {}


def _run_citeproc(items: Sequence[dict[str, Any]], style: str, lang: str) -> list[list[PandocNode]]:
    """Return the text of each item, as Pandoc sets it."""
    numbered = [{**item, "id": str(number)} for number, item in enumerate(items)]
    with tempfile.TemporaryDirectory(prefix="polyvita-") as folder:
        path = Path(folder, "style.csl")
        path.write_text(style, encoding="utf-8")
        arguments = ["--from=csljson", "--to=json", "--citeproc", "--sandbox", f"--csl={path}"]
        arguments += [f"--metadata=lang:{lang}"] if lang else []
        output = run_pandoc(arguments, msgspec.json.encode(numbered), task="set the bibliography")
    ast = msgspec.json.decode(output)
    texts: dict[str, list[PandocNode]] = {}
    for block in ast["blocks"]:
        if block["t"] == "Div" and block["c"][0][0] == "refs":
            texts = {div["c"][0][0].removeprefix("ref-"): reference_text(div["c"][1]) for div in block["c"][1]}
    return [texts.get(item["id"], []) for item in numbered]


def shows(text: str, family: str) -> bool:
    """Return whether the text of a reference shows a surname."""
    return NAME_SIGNS.sub("", family) in NAME_SIGNS.sub("", text)
