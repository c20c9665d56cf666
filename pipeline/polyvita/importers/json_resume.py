"""Read JSON Resume 1.x, as JSON or YAML, and YAMLResume, which has the same fields in another place.

The texts of JSON Resume are plain; those of YAMLResume are Markdown. `writers/json_resume.py` writes what is read here.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from polyvita.importers.fields import Fields, fields_of
from polyvita.importers.markdown_text import markdown_blocks
from polyvita.importers.model import Block, Entry, ImportedCv, Item, ItemList, Link, Paragraph, ReadAs
from polyvita.importers.sections import SectionBuilder
from polyvita.importers.texts import edtf, escape, inline, period, plain_blocks, unescape_html

_SECTIONS = (
    "work", "volunteer", "education", "awards", "certificates", "publications", "skills", "languages", "interests",
    "references", "projects",
)  # fmt: skip


def _months(start: str, end: str) -> tuple[str, str]:
    """Return the dates without their days if these are only there because the format wants them.

    >>> _months("2019-03-01", "2021-06-30"), _months("1933-01-01", "1955-01-01"), _months("2019-03-01", "2021-06-17")
    (('2019-03', '2021-06'), ('1933', '1955'), ('2019-03-01', '2021-06-17'))
    """
    days = re.compile(r"(\d{4})-(\d\d)-(?:01|2[89]|3[01])")
    first, last = days.fullmatch(start.strip()), days.fullmatch(end.strip())
    is_exact = re.match(r"\d{4}-\d\d-(?!01)", start.strip()) or (not last and re.match(r"\d{4}-\d\d-", end.strip()))
    if is_exact:
        return start, end
    if first and last and first[0].endswith("-01-01") and last[0].endswith("-01-01"):
        return first[1], last[1]
    return (f"{first[1]}-{first[2]}" if first else start), (f"{last[1]}-{last[2]}" if last else end)


def is_json_resume(data: dict[str, Any]) -> bool:
    """Return whether plain data are a JSON Resume."""
    if isinstance(data.get("basics"), dict) and "content" not in data:
        return True
    return "$schema" in data and any(isinstance(data.get(name), list) for name in _SECTIONS)


def is_yaml_resume(data: dict[str, Any]) -> bool:
    """Return whether plain data are of YAMLResume."""
    content = data.get("content")
    return isinstance(content, dict) and isinstance(content.get("basics"), dict)


def import_json_resume(data: dict[str, Any]) -> ImportedCv:
    """Return a JSON Resume as a CV."""
    root = fields_of(data)
    for node in root.nodes():
        node.text = unescape_html(node.text)
    return _Importer(root, plain_blocks).run()


def import_yaml_resume(data: dict[str, Any]) -> ImportedCv:
    """Return a file of YAMLResume as a CV."""
    root = fields_of(data)
    content, basics = root.at("content"), root.at("content", "basics")
    lang = root.take("locale", "language")
    for label in ("location", "profiles"):
        for node in content.all(label):
            content.inside.remove(node)
            basics.inside.append(node)
    layout = [*root.leave_out("the layout of YAMLResume", "layouts", "layout", "locale")]
    cv = _Importer(content, markdown_blocks, lang.replace("_", "-")).run()
    cv.to_sort += root.take_rest()
    cv.texts = root.readable_texts()
    cv.left_out += layout
    if lang:
        cv.read_as.append(ReadAs(lang, "lang"))
    return cv


class _Importer:
    """Reads the sections of a resume. `read` turns the text of a field into blocks."""

    def __init__(self, root: Fields, read: Callable[[str], list[Block]], lang: str = "") -> None:
        self.root, self.read = root, read
        self.cv = ImportedCv(lang=lang, texts=root.readable_texts())
        self.builder = SectionBuilder(self.cv)

    def run(self) -> ImportedCv:
        """Return the CV."""
        self._basics(self.root.at("basics"))
        readers: dict[str, Callable[[Fields], None]] = {
            "work": self._work,
            "volunteer": self._volunteer,
            "education": self._education,
            "awards": self._award,
            "certificates": self._certificate,
            "publications": self._publication,
            "skills": self._skill,
            "languages": self._language,
            "interests": self._interest,
            "references": self._reference,
            "projects": self._project,
        }
        for label, reader in readers.items():
            for node in self.root.all(label):
                if node.inside:
                    reader(node)
        self.cv.left_out += self.root.leave_out("the schema and its version", "$schema", "meta")
        self.builder.finish()
        self.cv.to_sort += self.root.take_rest()
        return self.cv

    # ------------------------------------------------------------ the person

    def _basics(self, basics: Fields) -> None:
        person = self.cv.person
        person.name = " ".join(basics.take("name").split())
        person.email, person.phone = basics.take("email"), basics.take("phone")
        person.headline = basics.take_first("label", "headline")
        self._location(basics.at("location"))
        if url := basics.take_first("url", "website"):
            label = re.sub(r"^https?://|/$", "", url)
            person.links.append(Link(label, url if "://" in url else f"https://{url}"))
        for node in basics.all("profiles"):
            network, username, url = node.take("network"), node.take("username"), node.take("url")
            label = ": ".join(part for part in (network, username) if part) or url
            if label:
                person.links.append(Link(label, url))
        if image := basics.take_first("image", "picture"):
            person.links.append(Link("Photo", image))
            self.cv.guesses.append("the address of the photo is a link; to show it, save the image and use “photo”")
        self.builder.extend("bio", self.read(basics.take("summary")))

    def _location(self, node: Fields) -> None:
        person = self.cv.person
        street, postal = node.take("address"), node.take("postalCode")
        city, region = node.take("city"), node.take("region")
        country = node.take_first("countryCode", "country")
        person.location = ", ".join(part for part in (city, region, country) if part)
        if street or postal:
            lines = [line.strip() for line in street.split("\n") if line.strip()]
            person.private_address = [*lines, postal] if postal else lines

    # ------------------------------------------------------------ entries

    def _dates(self, node: Fields, *, ends_if_missing: bool = False) -> str:
        """Return the dates of an entry. Without an end it is still going on, unless `ends_if_missing`."""
        start, end = _months(node.at("startDate").text, node.at("endDate").text)
        if not start.strip() and end.strip() and not ends_if_missing:
            date = period("", end)
            date = f"../{date}" if date and "/" not in date else date
        else:
            date = period(start, end, is_open=True)
        if date is None:
            return ""
        if ends_if_missing and start.strip() and date == edtf(end):  # A degree with an end alone is another fact.
            date = f"{date}/{date}"
        for label in ("startDate", "endDate"):
            if text := node.take(label):
                self.cv.read_as.append(ReadAs(text, date))
        return date

    def _date(self, node: Fields, label: str) -> str:
        text, _ = _months(node.at(label).text, "")
        if date := period(text, "") or "":
            self.cv.read_as.append(ReadAs(node.take(label), date))
        return date

    def _entry(self, section: str, entry: Entry, node: Fields, title: tuple[str, str] = ("", "")) -> None:
        entry.blocks += node.take_rest()
        if not entry.title:
            entry.title, entry.org = inline(entry.org) or "…", ""
            entry.keys["title"] = "org"  # This tells the writer of JSON Resume that the heading is no position.
        self.builder.add(section, entry, title[0], title[1:])

    def _details(self, node: Fields, highlights: str = "highlights") -> list[Block]:
        """Return address, summary and highlights."""
        blocks: list[Block] = []
        if url := node.take_first("url", "website"):
            blocks.append(Paragraph(text=_address(url)))
        blocks += self.read(node.take("summary"))
        if texts := node.take_all(highlights):
            blocks.append(ItemList(items=[self._item(text) for text in texts]))
        for label, name in (("keywords", "Keywords"), ("roles", "Roles")):
            if texts := node.take_all(label):
                blocks.append(Paragraph(text=f"*{name}:* {escape(_joined(texts))}"))
        if kind := node.take("type"):
            blocks.append(Paragraph(text=f"*Type:* {escape(kind)}"))
        return blocks

    def _item(self, text: str) -> Item:
        """Return a text as a list item: its first paragraph, and what follows."""
        match self.read(text):
            case [Paragraph(text=first), *rest]:
                return Item(text=first, blocks=rest)
            case _:
                return Item(text=inline(text))

    def _description(self, node: Fields) -> list[Block]:
        """Return what an organisation or a project is, as a paragraph in italics."""
        text = node.take("description")
        return [Paragraph(text=f"*{inline(text)}*")] if text else []

    def _work(self, node: Fields) -> None:
        entry = Entry(
            title=inline(node.take("position")),
            date=self._dates(node),
            org=node.take_first("name", "company"),
            place=node.take("location"),
        )
        entry.blocks = [*self._description(node), *self._details(node)]
        self._entry("positions", entry, node)

    def _volunteer(self, node: Fields) -> None:
        entry = Entry(
            title=inline(node.take("position")),
            date=self._dates(node),
            org=node.take("organization"),
            place=node.take("location"),
        )
        entry.blocks = self._details(node)
        self._entry("volunteering", entry, node, _VOLUNTEER)

    def _education(self, node: Fields) -> None:
        degree, area = node.take_first("studyType", "degree"), node.take("area")
        title, keys = ", ".join(part for part in (degree, area) if part), {}
        if split_degree(title) != (degree, area):
            keys["area"] = area or "–"
        entry = Entry(
            title=inline(title), date=self._dates(node, ends_if_missing=True), org=node.take("institution"), keys=keys
        )
        entry.place = node.take("location")
        if score := node.take_first("score", "gpa"):
            entry.blocks.append(Paragraph(text=f"*Score:* {escape(score)}"))
        entry.blocks += self._details(node, "courses")
        self._entry("education", entry, node)

    def _project(self, node: Fields) -> None:
        entry = Entry(title=inline(node.take("name")), date=self._dates(node), org=node.take("entity"))
        entry.blocks = [*self._description(node), *self._details(node)]
        self._entry("projects", entry, node, _PROJECTS)

    # ------------------------------------------------------------ items

    def _add_item(self, section: str, node: Fields, item: Item, title: tuple[str, str] = ("", "")) -> None:
        item.blocks += self.read(node.take("summary"))
        item.blocks += node.take_rest()
        self.builder.add(section, ItemList(items=[item]), title[0], title[1:])

    def _titled(self, title: str, url: str, by: str) -> str:
        """Return a title in bold, which is a link if there is an address, and who gave or published it."""
        text = (
            f"**[{inline(title)}](<{url}>)**" if title and _is_address(url) else f"**{inline(title)}**" if title else ""
        )
        parts = [text, inline(by)] if by else [text]
        if url and (not title or not _is_address(url)):
            parts.append(_address(url))
        return ", ".join(part for part in parts if part)

    def _award(self, node: Fields) -> None:
        text = self._titled(node.take("title"), node.take("url"), node.take("awarder"))
        self._add_item("awards", node, Item(text=text, date=self._date(node, "date")))

    def _certificate(self, node: Fields) -> None:
        text = self._titled(node.take("name"), node.take("url"), node.take("issuer"))
        self._add_item("certificates", node, Item(text=text, date=self._date(node, "date")), _CERTIFICATES)

    def _publication(self, node: Fields) -> None:
        text = self._titled(node.take("name"), node.take("url"), node.take("publisher"))
        self._add_item("publications", node, Item(text=text, date=self._date(node, "releaseDate")))

    def _named(self, section: str, node: Fields, name: str, level: str = "") -> None:
        """Add a name with a level in parentheses and with keywords, which become a list if they contain commas."""
        text = f"**{inline(name)}**" if name else ""
        text += f" ({inline(level)})" if level else ""
        item = Item(text=text)
        keywords = node.take_all("keywords")
        if any(re.search(r", |\n", keyword) for keyword in keywords):
            item.blocks.append(ItemList(items=[Item(text=inline(keyword)) for keyword in keywords]))
        elif keywords:
            item.text = f"{text}: {', '.join(map(inline, keywords))}" if text else ", ".join(map(inline, keywords))
        self._add_item(section, node, item)

    def _skill(self, node: Fields) -> None:
        self._named("skills", node, node.take("name"), node.take("level"))

    def _language(self, node: Fields) -> None:
        self._named("languages", node, node.take("language"), node.take("fluency"))

    def _interest(self, node: Fields) -> None:
        self._named("interests", node, node.take("name"))

    def _reference(self, node: Fields) -> None:
        item = Item(text=f"**{inline(node.take('name'))}**")
        if relationship := node.take("relationship"):
            item.text += f", {inline(relationship)}"
        for label in ("email", "phone"):
            if text := node.take(label):
                item.text += f", {escape(text)}"
        item.blocks = self.read(node.take("reference"))
        self._add_item("references", node, item)


_VOLUNTEER, _PROJECTS, _CERTIFICATES = ("Volunteering", "service"), ("Projects", "project"), ("Certificates", "skill")
"""Title and tag of sections that are not in the vocabulary."""


def split_degree(title: str) -> tuple[str, str]:
    """Return degree and subject of a title such as “Bachelor, Physics”."""
    degree, _, area = title.partition(", ")
    return degree, area


def _joined(texts: list[str]) -> str:
    return ("; " if any(", " in text for text in texts) else ", ").join(texts)


def _is_address(url: str) -> bool:
    return bool(re.fullmatch(r"(?:https?|mailto|ftp):[^\s<>]+", url))


def _address(url: str) -> str:
    return f"<{url}>" if _is_address(url) else escape(url)
