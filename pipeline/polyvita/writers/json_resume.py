"""Write JSON Resume (schema 1.0.0), which other CV tools read, from the content that a filter shows.

Sections are recognised by the ids and tags of the standard vocabulary (docs/vocabulary.md). JSON Resume is plain text
and has fewer places than a CV, so `find_losses` reports what it cannot say. `importers/json_resume.py` reads the
result.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from polyvita.core.dates import parse_date
from polyvita.core.diagnostics import Finding, warning
from polyvita.core.document import (
    Block,
    BlockQuote,
    BulletList,
    Code,
    CodeBlock,
    DefinitionList,
    Div,
    Document,
    Emph,
    Inline,
    LineBreak,
    Link,
    ListItem,
    Node,
    OrderedList,
    Paragraph,
    Section,
    SoftBreak,
    Span,
    Strong,
    Table,
    Text,
    plain_text,
)
from polyvita.core.location import NOWHERE, Location
from polyvita.writers import WriterOptions
from polyvita.writers.pandoc_ast import Ast
from polyvita.writers.prepare import PreparedDocument

SCHEMA = "https://raw.githubusercontent.com/jsonresume/resume-schema/v1.0.0/schema.json"

_IDS = {
    "bio": "summary", "positions": "work", "education": "education", "awards": "awards",
    "publications": "publications", "patents": "publications", "certificates": "certificates", "skills": "skills",
    "languages": "languages", "research": "interests", "interests": "interests", "references": "references",
    "projects": "projects", "funding": "projects", "software": "projects", "talks": "projects",
    "volunteering": "volunteer", "service": "volunteer",
}  # fmt: skip
"""The part of a resume for each standard section."""
_TAGS = {
    "bio": "summary", "position": "work", "degree": "education", "award": "awards", "publication": "publications",
    "patent": "publications", "skill": "skills", "language": "languages", "research": "interests",
    "interest": "interests", "reference": "references", "project": "projects", "software": "projects",
    "talk": "projects", "service": "volunteer",
}  # fmt: skip
"""The same for sections with other ids, by their tags."""
_KINDS = {"talks": "talk", "talk": "talk", "software": "software", "funding": "funding"}
"""The `type` of a project, by the id or tag of its section."""
_PARTS = (
    "work", "volunteer", "education", "awards", "certificates", "publications", "skills", "languages", "interests",
    "references", "projects",
)  # fmt: skip
_PRESENTATION = frozenset(("letterhead", "where"))
_LABEL = re.compile(r"(Score|Keywords|Roles|Type):\s*(.*)", re.DOTALL)


def write(_: Ast | PreparedDocument, options: WriterOptions) -> bytes:
    """Return the content of an output as JSON."""
    assert options.document is not None  # Only formats without the input "document" get none.
    resume, _losses = convert(options.document)
    return (json.dumps(resume, ensure_ascii=False, indent=2) + "\n").encode()


def find_losses(document: Document) -> list[Finding]:
    """Return a warning for each kind of content that JSON Resume has no place for."""
    _, losses = convert(document)
    hint = "give readers another format as well, if they need this"
    return [
        warning("PV506", f"JSON Resume has no place for {what}" + (f" ({count})" if count > 1 else ""), where, hint)
        for (what, where), count in losses.items()
    ]


def convert(document: Document) -> tuple[dict[str, Any], dict[tuple[str, Location], int]]:
    """Return a document as a JSON Resume, and what is lost, with the first location and the number of places."""
    converter = _Converter(document)
    for block in document.blocks:
        converter.top_block(block)
    resume = {"$schema": SCHEMA, "basics": converter.basics(), **converter.parts}
    return {key: value for key, value in resume.items() if value}, converter.losses


class _Title(NamedTuple):
    """The first line of an item: a name, who gave it, and an address."""

    name: str
    by: str
    url: str


class _Converter:
    """Collects the parts of a resume."""

    def __init__(self, document: Document) -> None:
        self.document, self.meta = document, document.meta
        self.parts: dict[str, list[dict[str, Any]]] = {name: [] for name in _PARTS}
        self.summary: list[str] = []
        self.losses: dict[tuple[str, Location], int] = {}

    def lose(self, what: str, where: Location = NOWHERE) -> None:
        """Note that content is lost. The location is that of the first place."""
        key = next((known for known in self.losses if known[0] == what), (what, where))
        self.losses[key] = self.losses.get(key, 0) + 1

    # ------------------------------------------------------------ the person

    def basics(self) -> dict[str, Any]:
        """Return the person."""
        meta = self.meta
        name = " ".join(part for part in (_text(meta, "honorific"), _text(meta, "name")) if part)
        links = [(str(link["label"]), str(link["url"])) for link in meta.get("links") or ()]
        own = next((url for label, url in links if url and _bare(label) == _bare(url)), "")
        image = next((url for label, url in links if label == "Photo" and url), "")
        profiles = [_profile(label, url) for label, url in links if url not in (own, image) or not url]
        if orcid := _text(meta, "orcid"):
            profiles.append({"network": "ORCID", "username": orcid, "url": f"https://orcid.org/{orcid}"})
        for line in _lines(meta, "affiliation"):
            if not any(line in (entry.get("name"), entry.get("location")) for entry in self.parts["work"]):
                self.lose("the affiliation in the front matter", self.document.locations.get("affiliation", NOWHERE))
        values: dict[str, Any] = {
            "name": name,
            "label": _text(meta, "headline"),
            "image": image,
            "email": (_lines(meta, "email") or [""])[0],
            "phone": _text(meta, "phone"),
            "url": own,
            "summary": "\n\n".join(self.summary),
            "location": _location(_text(meta, "location"), _lines(meta, "address")),
            "profiles": profiles,
        }
        return {key: value for key, value in values.items() if value}

    # ------------------------------------------------------------ sections

    def top_block(self, block: Block, part: str = "", kind: str = "") -> None:
        """Read a block outside entries. `part` is that of the section around it."""
        match block:
            case Div() if set(block.attr.tags) & _PRESENTATION:
                return
            case Section() if part and _is_entry(block, part):
                self.entry(block, part, kind)
            case Section():
                own = self._own_id(block)
                tags = [tag for tag in block.attr.tags if tag in _TAGS]
                found = _IDS.get(own) or next((_TAGS[tag] for tag in tags), "") or part
                own_kind = _KINDS.get(own) or next((_KINDS[tag] for tag in tags if tag in _KINDS), kind)
                if not found:
                    self.lose(f"the section “{_plain(block.heading.inlines)}”", block.location)
                    return
                for inner in block.blocks:
                    self.top_block(inner, found, own_kind)
            case Div(blocks=blocks) | BlockQuote(blocks=blocks):
                for inner in blocks:
                    self.top_block(inner, part, kind)
            case BulletList(items=items) | OrderedList(items=items) if part == "summary":
                self.summary.append("\n".join(f"- {_item_text(item)}" for item in items))
            case BulletList(items=items) | OrderedList(items=items):
                for item in items:
                    self.item(item, part, kind)
            case DefinitionList(items=terms):
                for term in terms:
                    text = "\n\n".join(_texts(definition.blocks) for definition in term.definitions)
                    self.named(part, _plain(term.term), "", [text] if text else [], term)
            case Paragraph():
                self.paragraph(block, part)
            case Table():
                self.lose("a table", block.location)
            case _:
                if text := plain_text(block).strip():
                    self.lose("a block of code" if isinstance(block, CodeBlock) else f"“{text[:40]}”", block.location)

    def _own_id(self, section: Section) -> str:
        """Return the standard id of a section. The front matter may give standard sections other names."""
        sections = self.meta.get("sections")
        names = {str(own): standard for standard, own in sections.items()} if isinstance(sections, Mapping) else {}
        return str(names.get(section.attr.id, section.attr.id))

    def paragraph(self, block: Paragraph, part: str) -> None:
        text = _plain(block.inlines)
        if part == "summary":
            self.summary.append(text)
        elif part in ("skills", "interests", "languages"):
            separator = ";" if ";" in text else ","
            for name in text.split(separator):
                self.named(part, name.strip(" ."), "", [], block)
        elif text:
            self.lose("text outside entries and lists", block.location)

    # ------------------------------------------------------------ entries

    def entry(self, section: Section, part: str, kind: str) -> None:
        """Read a heading with a date, an organisation or a place."""
        title = _plain(section.heading.inlines)
        keys = dict(section.attr.keys)
        org, place, date = keys.get("org", ""), keys.get("place", ""), keys.get("date", "")
        if keys.get("title") == "org":
            title, org = "", title if title != "…" else ""
        details = _Details.of(section.blocks)
        for what, where in details.lost:
            self.lose(what, where)
        url = details.url or _first_url(section.heading.inlines)
        if part in ("volunteer", "education", "projects") and place:
            self.lose("the places of degrees, projects and volunteering", section.location)
        labels = details.labels
        used: tuple[str, ...] = ()
        values: dict[str, Any]
        match part:
            case "work":
                values = {
                    "name": org, "position": title, **_period(date), "location": place, "url": url,
                    "description": details.description, "summary": details.summary, "highlights": details.highlights,
                }  # fmt: skip
            case "volunteer":
                values = {
                    "organization": org, "position": title, **_period(date), "url": url, "summary": details.all_text,
                    "highlights": details.highlights,
                }  # fmt: skip
            case "education":
                degree, area = _degree_and_area(title, keys.get("area"))
                if details.all_text:
                    self.lose("the text of degrees", section.location)
                used = ("Score",)
                values = {
                    "institution": org, "studyType": degree, "area": area, **_period(date, point="endDate"), "url": url,
                    "score": labels.get("Score", ""), "courses": details.highlights,
                }  # fmt: skip
            case "projects":
                used = ("Keywords", "Roles", "Type")
                values = {
                    "name": title, "entity": org, **_period(date), "url": url, "description": details.description,
                    "highlights": [*_paragraphs(details.summary), *details.highlights],
                    "keywords": _split(labels.get("Keywords", "")), "roles": _split(labels.get("Roles", "")),
                    "type": labels.get("Type", kind),
                }  # fmt: skip
            case _:
                text = "\n\n".join([details.all_text, *details.highlights]).strip()
                by = ", ".join(text for text in (org, place) if text)
                self.titled(part, _Title(title, by, url), date, text, section)
                return
        for label in labels.keys() - set(used):
            self.lose(f"“{label}” of {part}", section.location)
        self.add(part, values)

    def add(self, part: str, values: dict[str, Any]) -> None:
        """Add an entry without empty values."""
        if found := {key: value for key, value in values.items() if value}:
            self.parts[part].append(found)

    # ------------------------------------------------------------ items

    def item(self, item: ListItem, part: str, kind: str) -> None:
        """Read a list item as one award, publication, skill …"""
        first, rest = _first_paragraph(item.blocks)
        date = item.attr.get("date") or ""
        if (entry := self.document.entries.get(item.attr.get("id") or "")) is not None:
            self.bibliography_entry(entry.csl, date, _texts(rest), item)
            return
        if part in ("skills", "languages", "interests"):
            self.skill(part, first, rest, item)
            return
        title = _title_of(first, is_work=part == "publications")
        text = _texts(rest)
        if part in ("work", "volunteer", "education", "projects"):
            self.entry_from_item(part, title, date, text, kind)
            return
        if part == "publications" and not _has_bold_title(first):
            self.lose("the authors of publications", item.location)
        self.titled(part, title, date, text, item)

    def titled(self, part: str, title: _Title, date: str, text: str, node: Node) -> None:
        """Add something with a title, a date and a text."""
        when, url = _point(date), title.url
        match part:
            case "awards":
                self.lose_url(url, node)
                self.add(part, {"title": title.name, "date": when, "awarder": title.by, "summary": text})
            case "certificates":
                if text:
                    self.lose("the text of certificates", node.location)
                self.add(part, {"name": title.name, "date": when, "issuer": title.by, "url": url})
            case "publications":
                values = {"name": title.name, "publisher": title.by, "releaseDate": when, "url": url, "summary": text}
                self.add(part, values)
            case "references":
                name = ", ".join(part for part in (title.name, title.by) if part)
                self.lose_url(url, node)
                self.add(part, {"name": name, "reference": text})
            case "skills" | "languages" | "interests":
                self.named(part, title.name, title.by, _split(text), node)
            case _:
                self.lose(f"an item of {part}", node.location)

    def lose_url(self, url: str, node: Node) -> None:
        if url:
            self.lose("the addresses of awards and references", node.location)

    def entry_from_item(self, part: str, title: _Title, date: str, text: str, kind: str) -> None:
        """Add a position, degree or project that is a list item."""
        summary = {"summary": text}
        values: dict[str, Any]
        match part:
            case "work":
                values = {"name": title.by, "position": title.name, **_period(date), "url": title.url, **summary}
            case "volunteer":
                values = {
                    "organization": title.by,
                    "position": title.name,
                    **_period(date),
                    "url": title.url,
                    **summary,
                }
            case "education":
                degree, area = _degree_and_area(title.name, None)
                dates = _period(date, point="endDate")
                values = {"institution": title.by, "studyType": degree, "area": area, **dates, "url": title.url}
                if text:
                    self.lose("the text of degrees")
            case _:
                values = {"name": title.name, "entity": title.by, **_period(date), "url": title.url, "type": kind}
                values["highlights"] = _paragraphs(text)
        self.add(part, values)

    def bibliography_entry(self, csl: Mapping[str, Any], date: str, text: str, item: ListItem) -> None:
        """Add an entry of a bibliography, from its fields."""
        if csl.get("author") or csl.get("editor"):
            self.lose("the authors of publications", item.location)
        publisher = str(csl.get("container-title") or csl.get("publisher") or "")
        url = f"https://doi.org/{csl['DOI']}" if csl.get("DOI") else str(csl.get("URL") or "")
        name = re.sub(r"</?(?:i|b|sup|sub|span)\b[^<>]*>", "", str(csl.get("title", "")))
        self.titled("publications", _Title(name, publisher, url), date, text, item)

    def skill(self, part: str, first: tuple[Inline, ...], rest: tuple[Block, ...], item: ListItem) -> None:
        """Read a skill, a language or an interest: “**Name** (level): one, two”."""
        title, after = _bold_start(first)
        text = _plain(after if title else first)
        if not title:
            title, _, text = text.partition(":")
            text = f":{text}" if text else ""
        found = re.match(r"\s*\(([^()]*(?:\([^()]*\)[^()]*)*)\)", text)
        level = found[1] if found else ""
        words = re.sub(r"^\s*[:–—-]?\s*", "", text[found.end() :] if found else text)
        keywords = _split(words)
        for block in rest:
            match block:
                case BulletList(items=items) | OrderedList(items=items):
                    keywords += [_item_text(inner) for inner in items]
                case Paragraph():
                    keywords.append(_plain(block.inlines))
                case _:
                    self.lose("the text of skills", item.location)
        self.named(part, title.strip(), level, keywords, item)

    def named(self, part: str, name: str, level: str, keywords: list[str], node: Node) -> None:
        if not name:
            return
        match part:
            case "languages":
                fluency = level or ", ".join(keywords)
                self.add(part, {"language": name, "fluency": fluency})
                if level and keywords:
                    self.lose("the certificates of languages", node.location)
            case "interests":
                self.add(part, {"name": name, "keywords": keywords})
            case "skills":
                self.add(part, {"name": name, "level": level, "keywords": keywords})
            case _:
                self.titled(part, _Title(name, level, ""), "", "\n\n".join(keywords), node)


class _Details(NamedTuple):
    """What follows the heading of an entry."""

    description: str
    url: str
    labels: dict[str, str]
    summary: str
    highlights: list[str]
    lost: list[tuple[str, Location]]

    @property
    def all_text(self) -> str:
        return "\n\n".join(part for part in (self.description, self.summary) if part)

    @classmethod
    def of(cls, blocks: Iterable[Block]) -> _Details:
        description, url = "", ""
        labels: dict[str, str] = {}
        summary: list[str] = []
        highlights: list[str] = []
        lost: list[tuple[str, Location]] = []
        for block in blocks:
            match block:
                case Div() if set(block.attr.tags) & _PRESENTATION:
                    pass
                case Paragraph(inlines=(Link(url=address) as link,)) if not url and plain_text(link) == address:
                    url = address
                case Paragraph(inlines=(Emph(inlines=inlines),)) if not (description or summary or url or highlights):
                    description = _plain(inlines)
                case Paragraph(inlines=(Emph(), *_)) if found := _LABEL.fullmatch(_plain(block.inlines)):
                    labels[found[1]] = found[2]
                case Paragraph():
                    summary.append(_plain(block.inlines))
                case BulletList(items=items) | OrderedList(items=items):
                    highlights += [_item_text(item) for item in items]
                case Section():
                    highlights += [f"{_plain(block.heading.inlines)}: {_texts(block.blocks)}".strip(": ")]
                case Table():
                    lost.append(("a table", block.location))
                case _:
                    summary.append(_texts((block,)))
        text = "\n\n".join(part for part in summary if part)
        return cls(description, url, labels, text, [part for part in highlights if part], lost)


# ---------------------------------------------------------------- texts


def _is_entry(section: Section, part: str) -> bool:
    """Return whether a section is an entry: it has a date, an organisation or a place, or is a plain subsection."""
    if any(key in ("date", "org", "place") for key, _ in section.attr.keys):
        return True
    is_group = section.attr.id in _IDS or any(isinstance(block, Section) for block in section.blocks)
    return part in ("work", "volunteer", "education", "projects") and not is_group


def _text(meta: Mapping[str, Any], key: str) -> str:
    return str(meta.get(key) or "").strip()


def _lines(meta: Mapping[str, Any], key: str) -> list[str]:
    value = meta.get(key) or []
    return [value] if isinstance(value, str) else [str(line) for line in value]


def _plain(inlines: Iterable[Inline]) -> str:
    """Return inlines as plain text with line ends. The date that an output shows is not part of it.

    A link is its text, with the address in parentheses if the text is another one.
    """
    out: list[str] = []
    for node in inlines:
        match node:
            case Text(text=text) | Code(text=text):
                out.append(text)
            case LineBreak():
                out.append("\n")
            case SoftBreak():
                out.append(" ")
            case Span(attr=attr) if "when" in attr.tags:
                continue
            case Link(inlines=inner, url=url):
                text = _plain(inner)
                is_shown = _bare(text) == _bare(url) or not re.match(r"https?:", url)
                out.append(text if is_shown else f"{text} ({url})")
            case _:
                nested = getattr(node, "inlines", None)
                out.append(_plain(nested) if isinstance(nested, tuple) else plain_text(node))
    return re.sub(r"[ \t]*\n[ \t]*", "\n", "".join(out)).strip()


def _texts(blocks: Iterable[Block]) -> str:
    """Return blocks as plain text, with a blank line between paragraphs."""
    parts = []
    for block in blocks:
        match block:
            case Paragraph(inlines=inlines):
                parts.append(_plain(inlines))
            case BulletList(items=items) | OrderedList(items=items):
                parts.append("\n".join(f"- {_item_text(item)}" for item in items))
            case Div(blocks=inner) | BlockQuote(blocks=inner):
                parts.append(_texts(inner))
            case _:
                parts.append(plain_text(block).strip())
    return "\n\n".join(part for part in parts if part)


def _item_text(item: ListItem) -> str:
    return _texts(item.blocks)


def _paragraphs(text: str) -> list[str]:
    return [part for part in text.split("\n\n") if part]


def _split(text: str) -> list[str]:
    """Return the parts of a list in a sentence, at semicolons or else at commas outside parentheses."""
    separator = r";\s*" if ";" in text else r",\s+(?![^()]*\))"
    return [part for part in re.split(separator, text.strip()) if part]


def _first_paragraph(blocks: tuple[Block, ...]) -> tuple[tuple[Inline, ...], tuple[Block, ...]]:
    match blocks:
        case (Paragraph(inlines=inlines), *rest):
            return inlines, tuple(rest)
        case _:
            return (), blocks


def _without_date(inlines: tuple[Inline, ...]) -> tuple[Inline, ...]:
    return tuple(node for node in inlines if not (isinstance(node, Span) and "when" in node.attr.tags))


def _bold_start(inlines: tuple[Inline, ...]) -> tuple[str, tuple[Inline, ...]]:
    match inlines:
        case (Strong(inlines=bold), *rest):
            return plain_text(bold), tuple(rest)
        case _:
            return "", inlines


def _has_bold_title(inlines: tuple[Inline, ...]) -> bool:
    return bool(_bold_start(inlines)[0])


def _title_of(inlines: tuple[Inline, ...], *, is_work: bool) -> _Title:
    """Return the parts of an item: “**Name**, by whom, address”; for a publication, what is in quotes and italics."""
    inlines = _without_date(inlines)
    url = _first_url(inlines)
    name, rest = _bold_start(inlines)
    if name:
        by = _plain(node for node in rest if not (isinstance(node, Link) and node.url == url))
        return _Title(name, by.strip(" ,.–—:"), url)
    text = _plain(inlines)
    quoted = re.search(r"[“„\"«](.{4,}?)[”“\"»]", text) if is_work else None
    if not quoted:
        return _Title(text.strip(), "", "" if url and url in text and not is_work else url)
    italics = next((_plain(node.inlines) for node in inlines if isinstance(node, Emph)), "")
    return _Title(quoted[1].strip(" .,"), italics, url)


def _first_url(inlines: Iterable[Inline]) -> str:
    for node in inlines:
        if isinstance(node, Link) and re.match(r"https?:", node.url):
            return node.url
        inner = getattr(node, "inlines", None)
        if isinstance(inner, tuple) and (found := _first_url(inner)):
            return found
    return ""


def _degree_and_area(title: str, area: str | None) -> tuple[str, str]:
    """Return degree and subject. The key `area` says which part of the title is the subject, or “–” for none."""
    if area == "–":
        return title, ""
    if area and title.endswith(area):
        return title.removesuffix(area).removesuffix(", "), area
    degree, _, subject = title.partition(", ")
    return degree, subject


# ---------------------------------------------------------------- dates, addresses and places


def _period(date: str, point: str = "") -> dict[str, str]:
    """Return start and end of an EDTF date. A date that is no interval is both, or only the key `point`."""
    try:
        found = parse_date(date)
    except ValueError:
        return {}
    start, end = (str(part) if part and part.year >= 1000 else "" for part in (found.start, found.end))
    if not found.interval and point:
        return {point: end}
    return {"startDate": start, "endDate": end}


def _point(date: str) -> str:
    """Return the end of a date, or its start if it is open."""
    dates = _period(date)
    return dates.get("endDate") or dates.get("startDate", "")


def _bare(address: str) -> str:
    return re.sub(r"^(?:https?://)?(?:www\.)?|/+$", "", address.strip()).casefold()


_HOSTS = {
    "github.com": "GitHub", "gitlab.com": "GitLab", "linkedin.com": "LinkedIn", "twitter.com": "Twitter",
    "x.com": "X", "orcid.org": "ORCID", "scholar.google.com": "Google Scholar", "researchgate.net": "ResearchGate",
    "bsky.app": "Bluesky", "stackoverflow.com": "Stack Overflow", "youtube.com": "YouTube",
}  # fmt: skip


def _profile(label: str, url: str) -> dict[str, str]:
    """Return a link as a profile: “Network: name” has both parts; else the address tells the network."""
    network, colon, username = label.partition(": ")
    if not colon:
        host = _bare(url).partition("/")[0]
        known = next((name for key, name in _HOSTS.items() if host == key or host.endswith(f".{key}")), "")
        network, username = known or label, _bare_path(url) if known else ""
    values = {"network": network, "username": username, "url": url}
    return {key: value for key, value in values.items() if value}


def _bare_path(url: str) -> str:
    path = re.sub(r"^(?:https?://)?[^/]+/", "", url).strip("/")
    return re.sub(r"^(?:in|users|profile|citations\?user=|@)/?=?", "", path)


def _location(place: str, address: list[str]) -> dict[str, str]:
    """Return “City, region, country” and the lines of an address in parts. A country of two letters is a code."""
    parts = [part for part in place.split(", ") if part]
    values: dict[str, str] = {}
    if len(parts) > 1 and re.fullmatch("[A-Z]{2}", parts[-1]):
        values["countryCode"] = parts.pop()
    elif len(parts) > 1 and (code := _country_codes().get(parts[-1].casefold())):
        values["countryCode"] = code
        parts.pop()
    if parts:
        values["city"], *region = parts
        values["region"] = ", ".join(region)
    lines = list(address)
    if lines and len(lines) > 1 and re.fullmatch(r"[\w -]{3,10}", lines[-1]) and re.search(r"\d", lines[-1]):
        values["postalCode"] = lines.pop()
    values["address"] = "\n".join(lines)
    return {key: value for key, value in values.items() if value}


def _country_codes() -> dict[str, str]:
    from polyvita.core.dates import babel_locale

    territories: Any = babel_locale("en").territories
    return {str(name).casefold(): code for code, name in territories.items() if len(code) == 2 and code.isalpha()}
