"""Turn entries of BibTeX and BibLaTeX into CSL-JSON.

Pandoc knows what each field means and converts its LaTeX. It would lower the case of titles, and drop dates, names and
types that it does not know; those are read here. Each result is compared with its entry: words that Pandoc has lost
are taken from the entry, without commands.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any, NamedTuple
from urllib.parse import unquote

from polyvita.core.bibliography import (
    CSL_PREFIX,
    DATE_VARIABLES,
    FIELD_VARIABLES,
    NAME_VARIABLES,
    PREPRINT,
    TEXT_VARIABLES,
    BibEntry,
)
from polyvita.core.diagnostics import ExternalError, Finding, closest_name, warning
from polyvita.core.pandoc import run_pandoc
from polyvita.reader.bibliography.bibtex import RawEntry
from polyvita.reader.bibliography.dates import read_date, read_year_and_month
from polyvita.reader.bibliography.journals import JOURNALS
from polyvita.reader.bibliography.latex import (
    PROTECTED,
    as_html,
    is_safe,
    marked_text,
    plain_text,
    prepare_field,
    simple_commands,
)
from polyvita.reader.bibliography.names import read_annotations, read_names

Item = dict[str, Any]
"""An item of CSL-JSON."""


class _Type(NamedTuple):
    """A type of BibLaTeX: the type that Pandoc reads it as, and what Pandoc does not know."""

    pandoc: str
    csl: str = ""
    genre: str = ""


_PANDOC_TYPES = {
    "article": "article-journal", "book": "book", "inbook": "chapter", "incollection": "chapter",
    "inproceedings": "paper-conference", "proceedings": "book", "booklet": "pamphlet", "manual": "book",
    "thesis": "thesis", "mastersthesis": "thesis", "phdthesis": "thesis", "techreport": "report", "report": "report",
    "unpublished": "manuscript", "online": "webpage", "patent": "patent", "software": "software", "dataset": "dataset",
    "periodical": "periodical", "collection": "book", "mvbook": "book", "mvcollection": "book", "mvproceedings": "book",
    "inreference": "entry-encyclopedia", "reference": "book", "mvreference": "book", "suppbook": "chapter",
    "suppcollection": "chapter", "suppperiodical": "article-journal", "bookinbook": "chapter", "artwork": "graphic",
    "audio": "song", "movie": "motion_picture", "image": "graphic", "letter": "personal_communication",
}  # fmt: skip
"""The types of CSL, by those types of BibLaTeX that Pandoc knows."""

_TYPES = {name: _Type(name) for name in _PANDOC_TYPES} | {
    "conference": _Type("inproceedings"),
    "misc": _Type("misc", "document"),
    "electronic": _Type("online"),
    "www": _Type("online"),
    "webpage": _Type("online"),
    "video": _Type("movie"),
    "music": _Type("audio"),
    "performance": _Type("misc", "performance"),
    "standard": _Type("report", "standard"),
    "legislation": _Type("misc", "legislation"),
    "legal": _Type("misc", "legislation"),
    "jurisdiction": _Type("misc", "legal_case"),
    "commentary": _Type("book"),
    "review": _Type("article", "review"),
    "newspaper": _Type("article", "article-newspaper"),
    "magazine": _Type("article", "article-magazine"),
    "newsarticle": _Type("article", "article-newspaper"),
    "preprint": _Type("misc", "article", PREPRINT),
    "eprint": _Type("misc", "article", PREPRINT),
    "talk": _Type("unpublished", "speech"),
    "presentation": _Type("unpublished", "speech"),
    "lecture": _Type("unpublished", "speech"),
    "poster": _Type("inproceedings", "speech", "Poster"),
    "bachelorthesis": _Type("thesis", "thesis", "Bachelor’s thesis"),
    "bachelorsthesis": _Type("thesis", "thesis", "Bachelor’s thesis"),
    "masterthesis": _Type("mastersthesis"),
    "diplomathesis": _Type("thesis", "thesis", "Diploma thesis"),
    "habilitation": _Type("thesis", "thesis", "Habilitation thesis"),
    "softwareversion": _Type("software"),
    "softwaremodule": _Type("software"),
    "codefragment": _Type("software"),
    "code": _Type("software"),
    "data": _Type("dataset"),
    "database": _Type("dataset"),
    "map": _Type("misc", "map"),
    "interview": _Type("misc", "interview"),
    "podcast": _Type("audio", "song"),
    "blog": _Type("online", "post-weblog"),
    "entry": _Type("inreference"),
    "chapter": _Type("incollection"),
    "journal": _Type("article"),
    "paper": _Type("inproceedings"),
    "custom": _Type("misc", "document"),
    "set": _Type("misc", "document"),
}
_OTHER = _Type("misc", "document")

_TITLES = frozenset(
    ("title", "subtitle", "titleaddon", "booktitle", "booksubtitle", "booktitleaddon", "maintitle", "mainsubtitle")
) | {"maintitleaddon", "issuetitle", "issuesubtitle", "eventtitle", "shorttitle", "origtitle", "reprinttitle", "series"}
"""The fields whose case Pandoc would change."""


_NAMES = {
    "author": "author", "editor": "editor", "translator": "translator", "bookauthor": "container-author",
    "holder": "author", "director": "director", "introduction": "", "commentator": "",
}  # fmt: skip


def map_entries(entries: Sequence[RawEntry]) -> tuple[list[BibEntry], list[Finding]]:
    """Return the entries with their items of CSL-JSON, and what could not be converted."""
    findings: list[Finding] = []
    items = _convert(entries, findings)
    mapped = [_Mapper(entry, items.get(index), findings).run() for index, entry in enumerate(entries)]
    return mapped, findings


# ---------------------------------------------------------------- Pandoc


def _convert(entries: Sequence[RawEntry], findings: list[Finding]) -> dict[int, Item]:
    """Return the items that one Pandoc process makes of all entries, by the index of the entry."""
    texts: list[str] = []
    lines = [_for_pandoc(index, entry, texts) for index, entry in enumerate(entries)]
    left = dict(enumerate(lines))
    for _ in range(_MOST_RUNS):
        if not left:
            return {}
        order = list(left)
        try:
            output = run_pandoc(
                ["--sandbox", "--from=biblatex", "--to=csljson"],
                "\n".join(left.values()).encode(),
                task="read the bibliography",
                timeout=60,
            )
            return {int(item["id"][1:]): _with_texts(item, texts) for item in json.loads(output)}
        except ExternalError as problem:
            # Each entry is one line, so the line in Pandoc's message says which one it cannot read.
            found = re.search(r"\(?line (\d+)", str(problem))
            number = int(found[1]) if found else 0
            if not 1 <= number <= len(order):
                findings.append(_not_converted(entries[0].location, str(problem)))
                return {}
            del left[order[number - 1]]
    return {}


_MOST_RUNS = 10


def _not_converted(location: Any, reason: str) -> Finding:
    message = f"{reason}; the entries of this file are shown without markup"
    return warning("PV081", message, location, "report this as a bug, with the file")


def _for_pandoc(index: int, entry: RawEntry, texts: list[str]) -> str:
    """Return an entry as one line for Pandoc, with the fields that it reads.

    A text without markup becomes a word with its number in `texts`: so Pandoc need not parse it, which is slow.
    """
    fields = {
        name: value
        for name, value in entry.fields.items()
        if name in FIELD_VARIABLES and is_safe(value) and len(value) < _LONGEST_FIELD
    }
    parts = []
    for name, value in fields.items():
        is_title = name in _TITLES
        text = prepare_field(value, protect=is_title)
        simple = _without_escapes(text)
        if name not in _TRANSLATED and not _MARKUP.search(simple):
            text = f"Zq{len(texts)}qZ"
            texts.append(simple)
        if is_safe(text):
            parts.append(f"{name}={{{{{text}}}}}" if is_title else f"{name}={{{text}}}")
    name = entry.type.lower()
    kind = (_TYPES.get(name) or _TYPES.get(closest_name(name, _TYPES)) or _OTHER).pandoc
    return f"@{kind}{{e{index},{','.join(parts)}}}"


def _without_escapes(text: str) -> str:
    text = text.replace("{" + PROTECTED[0], PROTECTED[0]).replace(PROTECTED[1] + "}", PROTECTED[1])
    return re.sub(r"\\([%#&$_])", r"\1", simple_commands(text)) if "\\" in text else text


def _with_texts(item: Item, texts: Sequence[str]) -> Item:
    """Return an item with its texts instead of the words that stand for them."""
    return {
        name: _PLACE.sub(lambda found: texts[int(found[1])], value) if isinstance(value, str) else value
        for name, value in item.items()
    }


_PLACE = re.compile(r"Zq(\d+)qZ")
_MARKUP = re.compile(r"[\\{}~^]|--|``|''|\$")
_TRANSLATED = frozenset(
    ("type", "pubstate", "language", "langid", "edition", "volume", "number", "issue", "pages", "chapter", "version")
) | {"volumes", "pagetotal", "isbn", "issn", "eid", "part", "pmid", "pmcid"}
"""The fields of which Pandoc uses parts, or which are short."""

_LONGEST_FIELD = 5000
"""The number of characters of a field that Pandoc reads. Only abstracts are longer."""

# ---------------------------------------------------------------- one entry


class _Mapper:
    def __init__(self, entry: RawEntry, item: Item | None, findings: list[Finding]) -> None:
        self.entry, self.fields, self.findings = entry, entry.fields, findings
        self.type = entry.type.lower()
        self.item: Item = dict(item or {})
        self.is_converted = item is not None
        self.marks: dict[int, tuple[str, ...]] = {}

    def run(self) -> BibEntry:
        self.replace_journal_command()
        item = {"id": self.entry.key, "type": "", **{k: v for k, v in self.item.items() if k not in ("id", "type")}}
        self.item = {key: _clean(value) for key, value in item.items() if key != "issued"}
        self.set_type()
        self.set_names()
        self.set_dates()
        self.set_identifiers()
        self.set_texts()
        self.set_preprint()
        self.set_variables()
        keywords = _keywords(self.fields.get("keywords") or self.fields.get("keyword") or "")
        if keywords:
            self.item["keyword"] = ", ".join(keywords)
        self.check_words()
        self.item = {name: value for name, value in self.item.items() if value}
        if not self.item.get("title"):
            self.warn("PV070", f"entry “{self.entry.key}” has no title", "title", "write the field “title”")
        entry = self.entry
        return BibEntry(entry.key, self.item, entry.location, entry.fields, entry.type, keywords, self.marks)

    def warn(self, code: str, message: str, field: str, hint: str) -> None:
        self.findings.append(warning(code, message, self.entry.at(field), hint))

    def replace_journal_command(self) -> None:
        r"""Read `journal = {\\apj}`, and show the name of another command that is all of a field."""
        for field in ("journal", "journaltitle", "booktitle"):
            if found := re.fullmatch(r"\\([A-Za-z]+)\s*(?:\{\})?", self.fields.get(field, "").strip()):
                name = JOURNALS.get(found[1], "")
                self.item["container-title"] = name or found[1]
                if not name:
                    message = f"the command “\\{found[1]}” is not known; its name is shown"
                    self.warn("PV081", message, field, "write the name of the journal")

    def set_type(self) -> None:
        known = _TYPES.get(self.type)
        if not known and not re.fullmatch(r"custom[a-f]?|bibnote", self.type):
            near = closest_name(self.type, _TYPES)
            known = _TYPES.get(near)
            hint = f"did you mean “{near}”?" if near else "use a type of BibLaTeX, such as “misc”"
            message = f"unknown type “{self.entry.type}”; the entry is read as {f'“{near}”' if near else 'a document'}"
            self.warn("PV076", message, "", hint)
        known = known or _OTHER
        kind = known.csl or _PANDOC_TYPES.get(known.pandoc, "document")
        subtype = plain_text(self.fields.get("entrysubtype", "")).lower()
        if kind == "article-journal" and subtype in ("newspaper", "magazine"):
            kind = f"article-{subtype}"
        self.item["type"] = kind
        if known.genre and not self.item.get("genre"):
            self.item["genre"] = known.genre
        if self.type in ("mastersthesis", "phdthesis") and not self.item.get("genre"):
            self.item["genre"] = {"mastersthesis": "Master’s thesis", "phdthesis": "PhD thesis"}[self.type]

    def set_names(self) -> None:
        for field, variable in _NAMES.items():
            text = self.fields.get(field, "")
            if not text.strip() or not variable or (field == "holder" and self.fields.get("author")):
                continue
            names = read_names(text)
            role = self.fields.get("editortype", "").strip().lower() if variable == "editor" else ""
            if names.names:
                self.item[_EDITOR_TYPES.get(role, variable)] = list(names.names)
            else:
                self.warn(
                    "PV074", f"field “{field}” has no names that can be read", field, "write “Family, Given and …”"
                )
            if variable == "author":
                self.marks = {**names.marks}
            if names.guess:
                count = len(names.names)
                self.warn(
                    "PV084",
                    f"the names are separated by “{names.guess}”, not by “and”; read as {count} names",
                    field,
                    "write “and” between names",
                )
        for name, text in self.fields.items():
            if name.split(":")[0] == "author+an":
                for index, marks in read_annotations(plain_text(text)).items():
                    self.marks[index] = tuple(dict.fromkeys((*self.marks.get(index, ()), *marks)))

    def set_dates(self) -> None:
        fields = self.fields
        date, year = plain_text(fields.get("date", "")), plain_text(fields.get("year", ""))
        # A tilde is a blank in LaTeX, but in EDTF it means “about”.
        issued = read_date(re.sub(r"\s", "", fields.get("date", ""))) if date else None
        field = "date" if date else "year"
        if issued:
            self.item["issued"] = issued
        elif date or year:
            read = read_year_and_month(
                date or year, plain_text(fields.get("month", "")), plain_text(fields.get("day", ""))
            )
            if read.problem and date and year and (other := read_year_and_month(year)).csl and not other.problem:
                read = other._replace(problem=date)
            if read.csl:
                self.item["issued"] = read.csl
            if read.state and not self.item.get("status"):
                self.item["status"] = read.state
            if read.problem:
                hint = "write “year = {2015}” or “date = {2015-07-10}”; for “in press” use the field “pubstate”"
                self.warn("PV077", f"“{read.problem}” is not a date", field, hint)
            elif read.state and "literal" in (read.csl or {}):
                hint = "add “date” with the expected year, and write the state into “pubstate”"
                self.warn("PV071", f"“{read.state}” is not a date; the entry is sorted as one without", field, hint)
        for name, variable in (("urldate", "accessed"), ("eventdate", "event-date"), ("origdate", "original-date")):
            self.item.pop(variable, None)
            if text := plain_text(fields.get(name, "")):
                found = read_date(text)
                found = found or read_year_and_month(text).csl or {"literal": text}
                self.item[variable] = found

    def set_identifiers(self) -> None:
        fields = self.fields
        if doi := _verbatim(fields.get("doi", "")):
            number = clean_doi(doi)
            if number != doi and ADDRESS.match(doi):
                message = "“doi” contains an address; only the number behind it is used"
                self.warn("PV078", message, "doi", f"write “doi = {{{number}}}”")
            elif not number.startswith("10."):
                self.warn(
                    "PV078", f"“{doi}” is not a DOI", "doi", "a DOI starts with “10.”; write addresses into “url”"
                )
            self.item["DOI"] = number
        else:
            self.item.pop("DOI", None)
        url = _verbatim(fields.get("url", "")) or _address_in(fields.get("howpublished", ""))
        if url:
            self.item["URL"] = url
            if self.item.get("publisher") == url:  # Pandoc takes the publisher from `howpublished`.
                del self.item["publisher"]
        for name in ("PMID", "PMCID"):
            if value := _verbatim(fields.get(name.lower(), "")):
                self.item[name] = value
        archive = _archive(fields)
        number = _verbatim(fields.get("eprint", ""))
        if archive and number:
            number = re.sub(r"^(?:https?://arxiv\.org/abs/|arxiv:\s*)", "", number, flags=re.IGNORECASE)
            base = _ARCHIVES.get(archive.lower())
            if base and "URL" not in self.item:
                self.item["URL"] = base + number
            self.item["archive"] = "arXiv" if archive.lower() == "arxiv" else archive
            self.item["archive_location"] = number
        elif number and "URL" not in self.item and number.startswith("http"):
            self.item["URL"] = number

    def set_texts(self) -> None:
        fields, item = self.fields, self.item
        for name in ("abstract", "annote", "annotation"):
            if text := fields.get(name, ""):
                item["abstract" if name == "abstract" else "annote"] = as_html(plain_text(text))
        if "event" in item:
            item["event-title"] = item.pop("event")
        if pages := fields.get("pages", ""):
            item["page"] = re.sub(r"\s*(?:--+|–|—)\s*", "-", plain_text(pages))
        if self.type in ("inproceedings", "conference") and fields.get("address") and fields.get("location"):
            # The ACM exports the place of the publisher as `address`, and that of the conference as `location`.
            item.setdefault("event-place", plain_text(fields["location"]))
        article = plain_text(fields.get("eid", "") or fields.get("articleno", "") or fields.get("article-number", ""))
        if article:
            item.setdefault("number", article)
            item.setdefault("page", article)
        if (number := plain_text(fields.get("numpages", ""))) and number.isdigit() and int(number):
            item.setdefault("number-of-pages", number)

    def set_preprint(self) -> None:
        """Give a preprint its type. Exporters write it as @misc, @article, @online or @unpublished."""
        venue = str(self.item.get("container-title", ""))
        archive = self.item.get("archive", "")
        how = plain_text(" ".join(self.fields.get(name, "") for name in ("howpublished", "publisher", "note", "type")))
        kind = self.item["type"]
        is_preprint = (
            (kind in ("document", "webpage", "manuscript") and (archive or _SERVERS.match(how)) and not venue)
            or (kind in ("article-journal", "document", "webpage", "manuscript") and _SERVERS.match(venue))
            or self.item.get("DOI", "").lower().startswith(_SERVER_DOIS)
        )
        if is_preprint and archive.lower() in _NOT_PREPRINTS:
            return
        if is_preprint and kind in ("document", "webpage", "manuscript", "article-journal", "report"):
            self.item["type"], self.item["genre"] = "article", PREPRINT
        if self.item["type"] == "article" and self.item.get("genre") == PREPRINT:
            number = self.item.get("archive_location") or _arxiv_number(venue, how, str(self.item.get("URL", "")))
            if number and archive in ("", "arXiv") and re.match(r"\d{4}\.\d{4,5}|[a-z-]+(?:\.[A-Z]{2})?/\d{7}", number):
                self.item["number"] = f"arXiv:{number}"
                self.item.setdefault("URL", f"https://arxiv.org/abs/{number}")
                self.item["archive"], self.item["archive_location"] = "arXiv", number
                # Google Scholar writes the number into the journal, and ADS into the pages: show it once.
                if shorter := re.sub(rf"[\s,:(]*arxiv:\s*{re.escape(number)}(?:v\d+)?\)?$", "", venue, flags=re.I):
                    self.item["container-title"] = shorter
                if _arxiv_number(str(self.item.get("page", ""))) == number:
                    del self.item["page"]
            if self.item.get("archive") and not venue and not self.item.get("publisher"):
                self.item["publisher"] = self.item["archive"]

    def set_variables(self) -> None:
        """Read the variables of CSL that BibLaTeX has no fields for, as the format `bib` writes them."""
        for field, text in self.fields.items():
            variable = field.removeprefix(CSL_PREFIX)
            if variable == field:
                continue
            if variable == "type":
                self.item["type"] = plain_text(text)
            elif variable in NAME_VARIABLES:
                self.item[variable] = list(read_names(text).names)
            elif variable in DATE_VARIABLES:
                self.item[variable] = read_date(text) or {"literal": plain_text(text)}
            elif variable in TEXT_VARIABLES:
                self.item[variable] = marked_text(text, protect=True)

    # ------------------------------------------------------------ checks

    def check_words(self) -> None:
        """Take from the entry what Pandoc has lost, field by field."""
        seen = _words(" ".join(value for value in self.item.values() if isinstance(value, str)))
        texts = {field: _clean(plain_text(self.fields[field])) for field in FIELD_VARIABLES if self.fields.get(field)}
        found = {field for field, text in texts.items() if _words(text) <= seen}
        shown = {FIELD_VARIABLES[field] for field in found} - _JOINED
        lost = [field for field in texts if field not in found | _NOT_COMPARED and FIELD_VARIABLES[field] not in shown]
        for field in lost:
            variable = FIELD_VARIABLES[field]
            has_rest = variable in _JOINED and field not in ("title", "note") and self.item.get(variable)
            text = marked_text(self.fields[field], protect=field in _TITLES)
            self.item[variable] = f"{self.item[variable]}. {text}" if has_rest else text
        # A field without commands is missing only because Pandoc has no use for it in an entry of this type.
        with_commands = [field for field in lost if re.search(r"[\\{}$]", self.fields[field])]
        if with_commands:
            names = f"field{'s' if len(with_commands) > 1 else ''} {', '.join(f'“{field}”' for field in with_commands)}"
            message = f"{names} of entry “{self.entry.key}”: Pandoc cannot read the LaTeX; the text is used without it"
            self.warn("PV081", message, with_commands[0], "replace the commands by the characters themselves")


_JOINED = frozenset(("title", "note"))
"""The variables that Pandoc joins from several fields. Of others, it may use one field and leave out another."""
_NOT_COMPARED = frozenset(("language", "langid", "pubstate", "edition", "type", "pages"))
"""The fields that Pandoc translates or that are read here."""
_EDITOR_TYPES = {"compiler": "compiler", "director": "director", "organizer": "organizer"}
ADDRESS = re.compile(r"(?:https?://)?(?:dx\.|www\.)?(?:doi\.org/|doi\.acm\.org/)|https?://|doi:", re.IGNORECASE)
_ARCHIVES = {
    "arxiv": "https://arxiv.org/abs/",
    "pubmed": "https://pubmed.ncbi.nlm.nih.gov/",
    "jstor": "https://www.jstor.org/stable/",
    "hdl": "https://hdl.handle.net/",
    "hal": "https://hal.science/",
}
_NOT_PREPRINTS = frozenset(("pubmed", "jstor", "hdl", "googlebooks", "pmc"))
_SERVERS = re.compile(
    r"\W*(?:(?:e-?prints?|preprints?)\W+)*(?:ar\s?xiv|corr\b|bio\s?rxiv|med\s?rxiv|chem\s?rxiv|psy\s?arxiv|socarxiv|"
    r"eartharxiv|edarxiv|engrxiv|osf\s?preprints?|ssrn|research\s?square|preprints?(?:\.org)?\b|techrxiv|authorea|"
    r"essoar|nber working papers?$)",
    re.IGNORECASE,
)
_SERVER_DOIS: tuple[str, ...] = (
    "10.48550/",
    "10.1101/20",
    "10.31234/",
    "10.31235/",
    "10.31219/",
    "10.26434/chemrxiv",
    "10.21203/rs.",
)
_SERVER_DOIS += ("10.2139/ssrn", "10.20944/preprints", "10.36227/techrxiv", "10.22541/au", "10.31223/")


def clean_doi(text: str) -> str:
    """Return a DOI without the address before it.

    >>> clean_doi("https://doi.org/10.1000/xyz123")
    '10.1000/xyz123'
    """
    found = re.search(r"10\.\d{3,9}(?:\.\d+)*/\S+", unquote(text) if "%" in text else text)
    return found[0].rstrip(".,;") if found else text


def _arxiv_number(*texts: str) -> str:
    for text in texts:
        found = re.search(
            r"(?:arxiv:\s*|arxiv\.org/(?:abs|pdf)/|abs/)(\d{4}\.\d{4,5}|[a-z-]+(?:\.[A-Z]{2})?/\d{7})", text, re.I
        )
        if found:
            return found[1]
    return ""


def _archive(fields: dict[str, str]) -> str:
    return plain_text(fields.get("eprinttype") or fields.get("archiveprefix") or "")


def _verbatim(text: str) -> str:
    r"""Return an address or a number without the escapes of LaTeX, such as `\_` and `\url{…}`."""
    text = text.strip()
    if found := re.fullmatch(r"\\(?:url|path|nolinkurl|href)\s*\{(.*)\}", text, re.DOTALL):
        text = found[1]
    text = re.sub(r"\\([_%#&$~/{}^-])(?:\{\})?", r"\1", text)
    text = text.replace(r"\textasciitilde", "~").replace("{~}", "~").replace("{_}", "_").replace("{\\_}", "_")
    text = text.replace("&amp;", "&")
    return re.sub(r"(?<!\\)[{}]|\s", "", text)


def _address_in(text: str) -> str:
    found = re.search(r"\\url\s*\{([^{}]*)\}|(https?://[^\s{}]+)", text)
    return _verbatim((found[1] or found[2]).rstrip(".,;")) if found else ""


def _keywords(text: str) -> tuple[str, ...]:
    words = re.split(r"\s*;\s*" if ";" in text else r"\s*,\s*", plain_text(text))
    return tuple(dict.fromkeys(word for word in words if word))


def _clean(value: Any) -> Any:
    return re.sub(r"[ \n]+", " ", as_html(value)).strip().rstrip(",;").rstrip() if isinstance(value, str) else value


def _words(text: str) -> frozenset[str]:
    text = re.sub(r"</?[a-z][^<>]*>", "", text)
    return frozenset(re.findall(r"[^\W_]{3,}", text))
