"""Read the YAML of RenderCV. Its sections have titles of the user. The keys of an entry tell its kind, one of nine."""

from __future__ import annotations

import re
from typing import Any

from polyvita.importers.csl import csl_date, doi_of, item_text
from polyvita.importers.fields import Fields, fields_of
from polyvita.importers.markdown_text import markdown_blocks, markdown_inline
from polyvita.importers.model import Block, Entry, ImportedCv, Item, ItemList, LeftOut, Link, Paragraph, ReadAs, Section
from polyvita.importers.places import language_code
from polyvita.importers.sections import SectionBuilder, append
from polyvita.importers.texts import edtf, inline, period
from polyvita.importers.vocabulary import recognise

_NETWORKS = {
    "linkedin": "https://linkedin.com/in/",
    "github": "https://github.com/",
    "gitlab": "https://gitlab.com/",
    "instagram": "https://instagram.com/",
    "orcid": "https://orcid.org/",
    "stackoverflow": "https://stackoverflow.com/users/",
    "researchgate": "https://researchgate.net/profile/",
    "youtube": "https://youtube.com/@",
    "google scholar": "https://scholar.google.com/citations?user=",
    "telegram": "https://t.me/",
    "leetcode": "https://leetcode.com/u/",
    "x": "https://x.com/",
    "twitter": "https://x.com/",
    "bluesky": "https://bsky.app/profile/",
    "reddit": "https://reddit.com/user/",
    "imdb": "https://imdb.com/name/",
}
"""The addresses of profiles, before the name of the user."""


def is_rendercv(data: dict[str, Any]) -> bool:
    """Return whether plain data are of RenderCV."""
    cv = data.get("cv")
    return isinstance(cv, dict) and ("sections" in cv or "name" in cv)


def import_rendercv(data: dict[str, Any]) -> ImportedCv:
    """Return a file of RenderCV as a CV."""
    cv = ImportedCv()
    data = {**data, "cv": {**data["cv"]}}
    sections = data["cv"].pop("sections", None) or {}
    root = fields_of(data)
    cv.lang = language_code(root.at("locale", "language").text or root.at("locale_catalog", "language").text)
    settings = root.leave_out(
        "a setting of RenderCV", "design", "locale", "locale_catalog", "settings", "rendercv_settings"
    )
    cv.left_out += settings
    cv.texts = root.readable_texts()
    _person(root.at("cv"), cv)
    if isinstance(sections, dict):
        for key, entries in sections.items():
            _section(str(key), fields_of(entries or [], "entry"), cv)
    elif sections:
        rest = fields_of(sections, "sections")
        cv.texts += rest.texts()
        cv.to_sort += rest.take_rest()
    SectionBuilder(cv).finish(sort=False)
    cv.to_sort += root.take_rest()
    return cv


def _person(root: Fields, cv: ImportedCv) -> None:
    person = cv.person
    person.name, person.headline = root.take("name"), root.take_first("headline", "label")
    person.location = root.take("location")
    addresses = root.take_all("email")
    phones = [re.sub(r"^tel:", "", phone).replace("-", " ") for phone in root.take_all("phone")]
    cv.read_as += [ReadAs("tel", "phone")] * len(phones)
    person.email, person.phone = "".join(addresses[:1]), "".join(phones[:1])
    person.facts += [("E-mail", text) for text in addresses[1:]] + [("Phone", text) for text in phones[1:]]
    for url in root.take_all("website"):
        person.links.append(Link(re.sub(r"^https?://|/$", "", url), url))
    for node in root.all("social_networks"):
        network, username = node.take("network"), node.take("username")
        if network.lower() == "orcid":
            person.orcid = username
            cv.read_as.append(ReadAs(network, "orcid"))
        elif network.lower() == "mastodon" and username.count("@") == 2:
            _, user, host = username.split("@")
            person.links.append(Link(f"{network}: {username}", f"https://{host}/@{user}"))
        elif username:
            base = _NETWORKS.get(network.lower(), "")
            person.links.append(Link(f"{network}: {username}", base and base + username))
    for node in root.all("custom_connections"):
        label, url = node.take("placeholder"), node.take("url")
        cv.left_out += node.leave_out("a symbol of RenderCV", "fontawesome_icon")
        if label or url:
            person.links.append(Link(label or url, url))
    cv.left_out += root.leave_out("the file of the photo; copy it beside the CV, and write “photo”", "photo")


def title_of(key: str) -> str:
    """Return the heading for a key of `sections`, as RenderCV writes it.

    >>> title_of("selected_honors"), title_of("Welcome to RenderCV")
    ('Selected Honors', 'Welcome to RenderCV')
    """
    if " " in key or re.search(r"[A-Z]", key):
        return key
    words = key.split("_")
    small = {"of", "and", "in", "the", "for", "to", "a", "an", "on", "with"}
    return " ".join(
        word if number and word in small else word[:1].upper() + word[1:] for number, word in enumerate(words)
    )


def _section(key: str, root: Fields, cv: ImportedCv) -> None:
    title = title_of(key)
    cv.texts += [title, *root.readable_texts()]
    if not root.texts():
        cv.left_out.append(LeftOut(title, "a section without content"))
        return
    found = recognise(title, cv.lang)
    used = {block.id for block in cv.all_blocks() if isinstance(block, Section)}
    id_ = found.section.id if found and found.section.id not in used else ""
    section = Section(title=markdown_inline(title), id=id_, tags=found.section.tags if found else ())
    if found and not found.exact:
        section.guess = f"“{title}” is the section “{found.section.id}”"
    cv.sections.append(section)
    nodes = root.inside if not root.text else [root]
    for node in nodes:
        for block in _entry(node, cv):
            append(section.blocks, block)


def _entry(node: Fields, cv: ImportedCv) -> list[Block]:
    labels = {inner.label for inner in node.inside}
    if not labels:
        return markdown_blocks(node.take())
    for label in ("bullet", "number", "reversed_number"):
        if label in labels:
            start = None if label == "bullet" else 1
            return [ItemList(items=[_with_rest(_item(node.take(label)), node)], start=start)]
    if {"label", "details"} <= labels:
        text = f"**{markdown_inline(node.take('label'))}**: {markdown_inline(node.take('details'))}"
        return [ItemList(items=[_with_rest(Item(text=text), node)])]
    if "authors" in labels:
        return [_publication(node, cv)]
    if labels & {"institution", "company", "name", "title"}:
        return [_heading(node, cv)]
    return node.take_rest()


def _item(text: str) -> Item:
    """Return a text as an item. Lists in it become lists inside the item; so does “First - one - two”."""
    first, *inner = re.split(r" - (?=\S)", text)
    if len(inner) > 1 and "\n" not in text:
        items = [Item(text=markdown_inline(part)) for part in inner]
        return Item(text=markdown_inline(first), blocks=[ItemList(items=items)])
    blocks = markdown_blocks(text)
    if blocks and isinstance(first := blocks[0], Paragraph):
        return Item(text=first.text, blocks=blocks[1:])
    return Item(text=markdown_inline(text))


def _with_rest(item: Item, node: Fields) -> Item:
    item.blocks += node.take_rest()
    return item


def _dates(node: Fields, cv: ImportedCv) -> tuple[str, list[Block]]:
    """Return the date of an entry, and text for a date that cannot be read, such as “Fall 2023”."""
    free = node.at("date").text.strip()
    if free:
        date = edtf(free, [cv.lang])
    else:
        date = period(node.at("start_date").text, node.at("end_date").text, is_open=True, languages=[cv.lang]) or ""
    texts = [text for label in ("date", "start_date", "end_date") if (text := node.take(label))]
    if date:
        cv.read_as += [ReadAs(text, date) for text in texts]
        return date, []
    return "", [Paragraph(text=inline(" – ".join(texts)))] if texts else []


def _heading(node: Fields, cv: ImportedCv) -> Block:
    """Return a degree, a position or another entry."""
    org = node.take_first("institution", "company")
    parts = [node.take("position"), node.take("degree"), node.take("area"), node.take_first("name", "title")]
    title = ", ".join(part for part in parts if part)
    date, blocks = _dates(node, cv)
    entry = Entry(title=markdown_inline(title or org), date=date, org=_plain(org) if title else "", blocks=blocks)
    entry.place = _plain(node.take("location"))
    entry.blocks += _link_of(org)
    entry.blocks += markdown_blocks(node.take("summary"))
    if url := node.take("url"):
        entry.blocks.append(Paragraph(text=f"<{url}>" if re.fullmatch(r"https?://[^\s<>]+", url) else inline(url)))
    items = [_item(text) for text in node.take_all("highlights")]
    entry.blocks += [ItemList(items=items)] if items else []
    entry.blocks += node.take_rest()
    return entry


def _plain(text: str) -> str:
    """Return Markdown as plain text, for a key such as `org`."""
    text = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", text)
    return re.sub(r"(\*\*|__|\*|(?<!\w)_|_(?!\w)|`)", "", text)


def _link_of(text: str) -> list[Block]:
    """Return the address of a link in Markdown, which the key `org` cannot have."""
    return [Paragraph(text=f"<{url}>") for url in re.findall(r"\]\((https?://[^)\s]+)\)", text)]


def _publication(node: Fields, cv: ImportedCv) -> Block:
    csl: dict[str, Any] = {"type": "article-journal", "title": _plain(node.take("title"))}
    people = []
    for text in node.take_all("authors"):
        name = _plain(text)
        if name != text and name not in (cv.person.name, *cv.person.own_names):
            cv.person.own_names.append(name)
        *given, family = name.split() or [""]
        people.append({"family": family, "given": " ".join(given)} if given else {"literal": name})
    csl["author"] = people
    if journal := node.take("journal"):
        csl["container-title"] = _plain(journal)
    date, blocks = _dates(node, cv)
    if date:
        csl["issued"] = csl_date(date)
    doi, url = node.take("doi"), node.take("url")
    if doi:
        csl["DOI"] = doi_of(doi) or doi
    if url and not (doi and doi_of(url) == csl["DOI"]):
        csl["URL"] = url
        if doi:
            blocks.append(Paragraph(text=f"<{url}>"))
    elif url:
        cv.left_out.append(LeftOut(url, "the address of the DOI"))
    blocks += markdown_blocks(node.take("summary"))
    return ItemList(items=[_with_rest(Item(text=item_text(csl), date=date, csl=csl, blocks=blocks), node)])
