"""Read the archive of LinkedIn (“Get a copy of your data”): a ZIP file of tables, which have English headings always.

Messages, contacts, applications and advertisements are in the archive, too. They are no part of a CV and are not read.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import PurePosixPath

from polyvita.importers.csl import csl_date, doi_of, item_text
from polyvita.importers.fields import Fields
from polyvita.importers.html_text import field_blocks, field_inline
from polyvita.importers.model import Block, Entry, ImportedCv, Item, ItemList, LeftOut, Link, Paragraph, ReadAs
from polyvita.importers.sections import SectionBuilder
from polyvita.importers.texts import edtf, escape, inline, period, unescape_html

_TABLES = {
    "profile": ("First Name", "Headline"),
    "profile summary": ("Profile Summary",),
    "positions": ("Company Name",),
    "education": ("School Name",),
    "skills": ("Name",),
    "languages": ("Name",),
    "publications": ("Name",),
    "honors": ("Title",),
    "certifications": ("Name",),
    "projects": ("Title",),
    "volunteering": ("Company Name", "Role"),
    "courses": ("Name",),
    "organizations": ("Name",),
    "patents": ("Title",),
    "test scores": ("Name",),
    "email addresses": ("Email Address",),
    "phonenumbers": ("Number",),
    "recommendations received": ("Text",),
    "causes you care about": ("Supported Cause",),
}
"""The tables that are read, each with columns that its line of headings has."""
_OTHER_NAMES = {
    "phone numbers": "phonenumbers",
    "emailaddresses": "email addresses",
    "honors and awards": "honors",
    "volunteer experiences": "volunteering",
    "volunteering experiences": "volunteering",
    "licenses and certifications": "certifications",
    "test scores ": "test scores",
}


def is_linkedin(names: list[str]) -> bool:
    """Return whether the files of an archive are those of LinkedIn."""
    known = {_table_name(name) for name in names}
    return bool(known & {"profile", "positions", "education"}) and any(name.lower().endswith(".csv") for name in names)


def is_not_read(name: str) -> bool:
    """Return whether a file of an archive is a table that is no part of a CV."""
    return name.lower().endswith(".csv") and _table_name(name) not in _TABLES


def table_of(name: str, text: str) -> Fields | None:
    """Return a single table of the archive as fields with one node for each row, or None if it is none.

    Lines of notes before the line of headings are skipped.
    """
    table = _table_name(name)
    if table not in _TABLES:
        return None
    rows = [row for row in csv.reader(io.StringIO(text.lstrip("\ufeff"))) if any(cell.strip() for cell in row)]
    wanted = {column.lower() for column in _TABLES[table]}
    for number, row in enumerate(rows):
        columns = [cell.strip() for cell in row]
        if wanted & {column.lower() for column in columns}:
            return Fields(table, inside=[_row(table, columns, cells) for cells in rows[number + 1 :]])
    return Fields(table, inside=[_row(table, [], cells) for cells in rows])


def _row(table: str, columns: list[str], cells: list[str]) -> Fields:
    labels = [column.title() if column.islower() else column for column in columns]
    labels += [f"Column {number}" for number in range(len(labels) + 1, len(cells) + 1)]
    texts = (unescape_html(cell).strip() for cell in cells)
    return Fields(table, inside=[Fields(label, text) for label, text in zip(labels, texts, strict=False) if text])


def _table_name(path: str) -> str:
    stem = PurePosixPath(path.replace("\\", "/")).stem.lower().replace("_", " ").strip()
    stem = re.sub(r" ?\(\d+\)$| \d{6,}$", "", stem)  # downloaded twice, or with the number of the member
    return _OTHER_NAMES.get(stem, stem)


def import_linkedin(files: Mapping[str, str]) -> ImportedCv:
    """Return the tables of an archive, by their names, as a CV."""
    cv = ImportedCv()
    tables: dict[str, Fields] = {}
    for name, text in files.items():
        table = table_of(name, text)
        if table is None:
            cv.left_out.append(LeftOut(name, "not part of a CV"))
        elif table.label in tables:
            tables[table.label].inside += table.inside
        else:
            tables[table.label] = table
    cv.texts = [text for table in tables.values() for text in table.readable_texts()]
    builder = SectionBuilder(cv)
    importer = _Importer(cv, builder)
    for label, read in importer.readers().items():
        for row in tables.get(label, Fields()).inside:
            read(row)
    importer.add_skills()
    builder.finish()
    for table in tables.values():
        cv.to_sort += table.take_rest()
    return cv


class _Importer:
    """Reads the rows of each table."""

    def __init__(self, cv: ImportedCv, builder: SectionBuilder) -> None:
        self.cv, self.builder = cv, builder
        self.skills: list[str] = []

    def readers(self) -> dict[str, Callable[[Fields], None]]:
        """Return the function that reads a row, by table, in the order of the CV."""
        return {
            "profile": self._profile,
            "profile summary": self._summary,
            "email addresses": self._email,
            "phonenumbers": self._phone,
            "positions": self._position,
            "education": self._education,
            "certifications": self._certification,
            "honors": self._honor,
            "publications": self._publication,
            "patents": self._patent,
            "projects": self._project,
            "volunteering": self._volunteering,
            "organizations": self._organization,
            "courses": self._course,
            "test scores": self._test_score,
            "languages": self._language,
            "skills": self._skill,
            "recommendations received": self._recommendation,
            "causes you care about": self._cause,
        }

    # ------------------------------------------------------------ the person

    def _profile(self, row: Fields) -> None:
        person = self.cv.person
        person.name = " ".join(part for part in (row.take("First Name"), row.take("Last Name")) if part)
        if maiden := row.take("Maiden Name"):
            person.own_names.append(" ".join([*person.name.split()[:1], maiden]))
        person.headline, person.location = row.take("Headline"), row.take("Geo Location")
        lines = [row.take("Address"), row.take("Zip Code")]
        person.private_address = [line for line in lines if line]
        if born := edtf(row.at("Birth Date").text):
            self.cv.read_as.append(ReadAs(row.take("Birth Date"), born))
            person.born = born
        self.builder.extend("bio", field_blocks(row.take("Summary")))
        for kind, label, url in _websites(row.take("Websites")):
            self.cv.read_as.append(ReadAs(kind, label))
            person.links.append(Link(label, url))
        for handle in _listed(row.take("Twitter Handles")):
            person.links.append(Link(f"X: {handle}", f"https://x.com/{handle}"))
        for messenger in _listed(row.take("Instant Messengers")):
            person.facts.append(("Messenger", messenger))
        if industry := row.take("Industry"):
            self.cv.left_out.append(LeftOut(industry, "the industry for LinkedIn’s search"))

    def _summary(self, row: Fields) -> None:
        text = row.take("Profile Summary")
        if text and not any(section.id == "bio" for section in self.cv.sections):
            self.builder.extend("bio", field_blocks(text))
        elif text:
            self.cv.left_out.append(LeftOut(text, "the summary of the profile once more"))

    def _email(self, row: Fields) -> None:
        address, person = row.take("Email Address"), self.cv.person
        primary = row.take("Primary").lower() == "yes"
        self.cv.left_out += row.leave_out("a setting of LinkedIn", "Confirmed", "Updated On")
        self.cv.read_as.append(ReadAs(row.at("Primary").text, ""))
        if not person.email:
            person.email = address
        elif primary:
            person.facts.append(("E-mail", person.email))
            person.email = address
        else:
            person.facts.append(("E-mail", address))

    def _phone(self, row: Fields) -> None:
        number = " ".join(part for part in (row.take("Extension"), row.take("Number")) if part)
        kind, person = row.take("Type"), self.cv.person
        self.cv.read_as.append(ReadAs(kind, ""))
        if kind.lower() == "work" and not person.phone:
            person.phone = number
        elif not person.mobile:
            person.mobile = number
        elif number:
            person.facts.append(("Phone", number))

    # ------------------------------------------------------------ entries

    def _dates(self, row: Fields, start: str = "Started On", end: str = "Finished On", *, is_open: bool = True) -> str:
        date = period(row.at(start).text, row.at(end).text, is_open=is_open)
        if date is None:
            return ""
        for label in (start, end):
            if text := row.take(label):
                self.cv.read_as.append(ReadAs(text, date))
        return date

    def _entry(self, section: str, entry: Entry, row: Fields, title: str = "", tags: tuple[str, ...] = ()) -> None:
        if not entry.title:
            entry.title, entry.org = inline(entry.org), ""
        entry.blocks += row.take_rest()
        self.builder.add(section, entry, title, tags)

    def _position(self, row: Fields) -> None:
        entry = Entry(
            title=field_inline(row.take("Title")),
            date=self._dates(row),
            org=row.take("Company Name"),
            place=row.take("Location"),
            blocks=[*field_blocks(row.take("Description")), *_url(row, "Company URL")],
        )
        self._entry("positions", entry, row)

    def _education(self, row: Fields) -> None:
        entry = Entry(
            title=field_inline(row.take("Degree Name")),
            date=self._dates(row, "Start Date", "End Date", is_open=False),
            org=row.take("School Name"),
            blocks=[*field_blocks(row.take("Notes")), *field_blocks(row.take("Activities"))],
        )
        self._entry("education", entry, row)

    def _project(self, row: Fields) -> None:
        entry = Entry(
            title=field_inline(row.take("Title")),
            date=self._dates(row),
            blocks=[*_url(row), *field_blocks(row.take("Description"))],
        )
        self._entry("projects", entry, row, "Projects", ("project",))

    def _volunteering(self, row: Fields) -> None:
        cause = row.take("Cause")
        blocks: list[Block] = [Paragraph(text=escape(_cause_name(cause)))] if cause else []
        if cause:
            self.cv.read_as.append(ReadAs(cause, _cause_name(cause)))
        blocks += field_blocks(row.take("Description"))
        entry = Entry(
            title=field_inline(row.take("Role")), date=self._dates(row), org=row.take("Company Name"), blocks=blocks
        )
        self._entry("service", entry, row)

    def _organization(self, row: Fields) -> None:
        entry = Entry(
            title=field_inline(row.take("Position")),
            date=self._dates(row),
            org=row.take("Name"),
            blocks=field_blocks(row.take("Description")),
        )
        self._entry("service", entry, row)

    # ------------------------------------------------------------ items

    def _item(self, section: str, item: Item, row: Fields, title: str = "", tags: tuple[str, ...] = ()) -> None:
        item.blocks += row.take_rest()
        self.builder.add(section, ItemList(items=[item]), title, tags)

    def _certification(self, row: Fields) -> None:
        parts = [_bold(row.take("Name")), field_inline(row.take("Authority"))]
        if number := row.take("License Number"):
            parts.append(f"no. {escape(number)}")
        parts += [block.text for block in _url(row)]
        date = self._dates(row, is_open=False)
        self._item("certificates", Item(text=_joined(parts), date=date), row, "Certificates", ("skill",))

    def _honor(self, row: Fields) -> None:
        item = Item(text=_bold(row.take("Title")), date=self._dates(row, "Issued On", "", is_open=False))
        item.blocks = field_blocks(row.take("Description"))
        self._item("awards", item, row)

    def _publication(self, row: Fields) -> None:
        csl = {"type": "document", "title": row.take("Name")}
        if publisher := row.take("Publisher"):
            csl["container-title"] = publisher
        url = row.take("Url")
        if doi := doi_of(url):
            csl["DOI"] = doi
            self.cv.read_as.append(ReadAs(url, f"https://doi.org/{doi}"))
        elif url:
            csl["URL"] = url
        date = self._dates(row, "Published On", "", is_open=False)
        structured = {**csl, "issued": csl_date(date)} if date else csl
        item = Item(text=item_text(structured), date=date, csl=structured)
        item.blocks = field_blocks(row.take("Description"))
        self._item("publications", item, row)

    def _patent(self, row: Fields) -> None:
        number = " ".join(part for part in (row.take("Issuer"), row.take_first("Number", "Patent Number")) if part)
        dates = self._dates(row, "Issued On", "", is_open=False) or self._dates(row, "Filed On", "", is_open=False)
        item = Item(text=_joined([_bold(row.take("Title")), escape(number)]), date=dates)
        item.blocks = [*_url(row), *field_blocks(row.take("Description"))]
        self._item("patents", item, row)

    def _course(self, row: Fields) -> None:
        text = _joined([field_inline(row.take("Name")), escape(row.take("Number"))])
        self._item("courses", Item(text=text), row, "Courses", ("skill",))

    def _test_score(self, row: Fields) -> None:
        name, score = row.take("Name"), row.take("Score")
        date = self._dates(row, "Date", "", is_open=False)
        item = Item(text=f"{_bold(name)}: {escape(score)}" if score else _bold(name), date=date)
        item.blocks = field_blocks(row.take("Description"))
        self._item("test-scores", item, row, "Test Scores", ("skill",))

    def _language(self, row: Fields) -> None:
        name, level = row.take("Name"), row.take("Proficiency")
        self._item("languages", Item(text=f"{_bold(name)} ({escape(level)})" if level else _bold(name)), row)

    def _skill(self, row: Fields) -> None:
        self.skills.append(row.take("Name"))

    def add_skills(self) -> None:
        """Add all skills as one paragraph: LinkedIn has fifty and more."""
        distinct = list(dict.fromkeys(skill for skill in self.skills if skill))
        self.cv.left_out += [LeftOut(skill, "the same skill twice") for skill in _repeated(self.skills)]
        if distinct:
            separator = "; " if any("," in skill for skill in distinct) else ", "
            self.builder.add("skills", Paragraph(text=separator.join(map(escape, distinct))))

    def _recommendation(self, row: Fields) -> None:
        name = " ".join(part for part in (row.take("First Name"), row.take("Last Name")) if part)
        about = _joined([_bold(name), escape(row.take("Job Title")), escape(row.take("Company"))])
        self.cv.left_out += row.leave_out("a setting of LinkedIn", "Status")
        if date := edtf(row.at("Creation Date").text.partition(",")[0]):
            self.cv.read_as.append(ReadAs(row.take("Creation Date"), date))
        item = Item(text=about, date=date, blocks=field_blocks(row.take("Text")))
        self._item("references", item, row)

    def _cause(self, row: Fields) -> None:
        cause = row.take("Supported Cause")
        self.cv.read_as.append(ReadAs(cause, _cause_name(cause)))
        self._item("interests", Item(text=escape(_cause_name(cause))), row)


def _repeated(texts: list[str]) -> Iterator[str]:
    seen: set[str] = set()
    for text in texts:
        if text in seen:
            yield text
        seen.add(text)


def _bold(text: str) -> str:
    return f"**{field_inline(text)}**" if text else ""


def _joined(parts: list[str]) -> str:
    return ", ".join(part for part in parts if part)


def _url(row: Fields, label: str = "Url") -> list[Paragraph]:
    url = row.take(label) or row.take(label.upper())
    if not url:
        return []
    return [Paragraph(text=f"<{url}>" if re.fullmatch(r"https?://[^\s<>]+", url) else escape(url))]


def _cause_name(cause: str) -> str:
    """Return a cause in words: LinkedIn writes `scienceAndTechnology` or `SCIENCE_AND_TECHNOLOGY`."""
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", cause).replace("_", " ").lower()
    return spaced[:1].upper() + spaced[1:]


def _listed(text: str) -> list[str]:
    """Return the values of a list in brackets: `[one,two]`."""
    return [part.strip() for part in text.strip("[] ").split(",") if part.strip()]


def _websites(text: str) -> Iterator[tuple[str, str, str]]:
    """Yield kind, label and address of each web page in `[PORTFOLIO:https://example.org,OTHER:https://example.com]`."""
    for kind, url in re.findall(r"(?:([A-Za-z_ ]+):)?(https?://[^\s,\]]+)", text):
        address = re.sub(r"^https?://(?:www\.)?|/$", "", url)
        yield kind, f"{kind.capitalize()}: {address}" if kind and kind.lower() != "other" else address, url
