r"""Write the entries of bibliographies that a filter shows: as BibLaTeX, RIS or CSL-JSON.

An entry that was read from BibTeX or RIS is written to the same format as it was. For another format, its variables of
CSL are written.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from polyvita.core.bibliography import (
    CSL_PREFIX,
    DATE_VARIABLES,
    FIELD_VARIABLES,
    LOCAL_FIELDS,
    MARKS_FIELD,
    NAME_VARIABLES,
    PREPRINT,
    TEXT_VARIABLES,
    BibEntry,
)
from polyvita.core.diagnostics import InputError, error
from polyvita.writers import WriterOptions
from polyvita.writers.pandoc_ast import Ast
from polyvita.writers.prepare import PreparedDocument

# ---------------------------------------------------------------- BibLaTeX

_BIB_TYPES = {
    "article-journal": "article", "article-magazine": "article", "article-newspaper": "article", "book": "book",
    "chapter": "incollection", "paper-conference": "inproceedings", "thesis": "thesis", "report": "report",
    "manuscript": "unpublished", "webpage": "online", "patent": "patent", "software": "software", "dataset": "dataset",
    "pamphlet": "booklet", "entry-encyclopedia": "inreference", "periodical": "periodical", "document": "misc",
}  # fmt: skip
"""The types of BibLaTeX that are read as the same type of CSL. Others are `misc` with the type in a field."""
_BIB_FIELDS = {
    "title": "title", "title-short": "shorttitle", "collection-title": "series", "volume": "volume", "page": "pages",
    "edition": "edition", "DOI": "doi", "URL": "url", "ISBN": "isbn", "ISSN": "issn", "abstract": "abstract",
    "keyword": "keywords", "PMID": "pmid", "PMCID": "pmcid", "event-title": "eventtitle", "event-place": "venue",
    "number-of-pages": "pagetotal", "number-of-volumes": "volumes", "chapter-number": "chapter",
    "issued": "date", "accessed": "urldate", "event-date": "eventdate", "original-date": "origdate",
    "author": "author", "editor": "editor", "translator": "translator", "container-author": "bookauthor",
}  # fmt: skip
"""The fields of BibLaTeX for variables of CSL. They are read in the same way in entries of each type."""
_BIB_FIELDS_OF_TYPE = {
    "article-journal": {"container-title": "journaltitle", "container-title-short": "shortjournal", "issue": "number"},
    "paper-conference": {"container-title": "booktitle", "publisher": "publisher", "publisher-place": "location"},
    "chapter": {"container-title": "booktitle", "publisher": "publisher", "publisher-place": "location"},
    "book": {"publisher": "publisher", "publisher-place": "location"},
    "thesis": {"publisher": "institution", "publisher-place": "location", "genre": "type"},
    "report": {"publisher": "institution", "publisher-place": "location", "number": "number"},
    "dataset": {"publisher": "publisher"},
    "software": {"publisher": "organization", "version": "version"},
    "patent": {"number": "number"},
    "article-magazine": {"container-title": "journaltitle"},
    "article-newspaper": {"container-title": "journaltitle"},
}
_VERBATIM = ("DOI", "URL", "ISBN", "ISSN", "PMID", "PMCID")


def write_bib(_: Ast | PreparedDocument, options: WriterOptions) -> bytes:
    """Return the entries as a file for BibLaTeX. Raises `InputError` if there are none."""
    return "\n".join(_bib_entry(entry) for entry in _entries(options)).encode()


def _bib_entry(entry: BibEntry, only: Collection[str] = ()) -> str:
    """Return an entry as BibLaTeX, with all of its fields or with some `only`."""
    is_bibtex = entry.fields and not _is_ris(entry)
    kind = entry.entry_type if is_bibtex else _bib_type(entry)
    fields = _bibtex_fields(entry) if is_bibtex else _biblatex_fields(entry)
    lines = [f"  {name} = {{{value}}},\n" for name, value in fields if value and (not only or name in only)]
    return f"@{kind}{{{_bib_key(entry.key)},\n{''.join(lines)}}}\n"


def bibtex_to_cite(entry: BibEntry) -> str:
    """Return an entry as readers need it to cite the publication: without abstract, notes and other fields."""
    return _bib_entry(entry, _CITED_FIELDS)


_CITED_FIELDS = frozenset({
    *FIELD_VARIABLES, *NAME_VARIABLES, "archiveprefix", "bookauthor", "date", "doi", "entrysubtype", "eprint",
    "eprinttype", "eventdate", "month", "origdate", "primaryclass", "url", "urldate", "year",
} - {"note", "addendum"})  # fmt: skip
"""The fields that a citation of an entry can need. Notes are remarks on a list of publications."""


def _is_ris(entry: BibEntry) -> bool:
    return "TY" in entry.fields


def _bib_key(key: str) -> str:
    return re.sub(r"[\s,{}\"=#%\\~()]+", "-", key)


def _bibtex_fields(entry: BibEntry) -> Iterator[tuple[str, str]]:
    """Yield the fields of an entry of BibTeX. Those of a parent entry are among them, so the link to it goes."""
    for name, value in entry.fields.items():
        if name not in ("crossref", "xdata") and not name.startswith(LOCAL_FIELDS):
            yield name, value


def _bib_type(entry: BibEntry) -> str:
    return "online" if _has_eprint(entry) else _BIB_TYPES.get(entry.kind, "misc")


def _has_eprint(entry: BibEntry) -> bool:
    """Return whether an entry is a preprint with a number, which is read as one from the fields for it."""
    return entry.kind == PREPRINT and entry.csl.get("archive") == "arXiv" and bool(entry.csl.get("archive_location"))


def _biblatex_fields(entry: BibEntry) -> Iterator[tuple[str, str]]:
    """Yield the fields for the variables of CSL."""
    csl, kind = entry.csl, entry.kind
    if kind not in _BIB_TYPES and not _has_eprint(entry):
        yield f"{CSL_PREFIX}type", str(csl.get("type", ""))
    if kind in ("article-magazine", "article-newspaper"):
        yield "entrysubtype", kind.removeprefix("article-")
    if _has_eprint(entry):
        yield "eprinttype", str(csl["archive"])
        yield "eprint", str(csl.get("archive_location", ""))
    names = {**_BIB_FIELDS, **_BIB_FIELDS_OF_TYPE.get(kind, {})}
    for variable, value in csl.items():
        name = names.get(variable) or f"{CSL_PREFIX}{variable}"
        if variable in ("id", "type"):
            continue
        if variable in NAME_VARIABLES:
            yield name, _bib_names(value)
        elif variable in DATE_VARIABLES:
            yield from _bib_date(name, value)
        elif variable in _VERBATIM:
            yield name, str(value)
        elif variable == "page":
            yield name, _latex(str(value)).replace("-", "--")
        elif variable == "custom" and isinstance(value, Mapping):
            yield from ((_field_name(str(key)), _latex(str(text))) for key, text in value.items())
        elif isinstance(value, str) and (variable in names or variable in TEXT_VARIABLES):
            yield name, _latex(value)


def _field_name(text: str) -> str:
    return re.sub(r"[^\w.+-]+", "-", text) or "custom"


def _bib_names(names: Iterable[Mapping[str, Any]]) -> str:
    return " and ".join(_bib_name(name) for name in names)


def _bib_name(name: Mapping[str, Any]) -> str:
    if literal := name.get("literal"):
        return "others" if literal == "others" else f"{{{_latex(str(literal))}}}"
    family, given = _latex(str(name.get("family", ""))), _latex(str(name.get("given", "")))
    particle = _latex(str(name.get("non-dropping-particle") or name.get("dropping-particle") or ""))
    if " " in family or not given:
        family = f"{{{family}}}{'{}' if not given and not particle else ''}"
    last = f"{particle} {family}" if particle else family
    return ", ".join(part for part in (last, _latex(str(name.get("suffix", ""))), given) if part)


def _bib_date(name: str, date: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    if text := _edtf(date):
        yield name, text
    elif date.get("literal"):
        yield "year" if name == "date" else name, _latex(str(date["literal"]))


def _edtf(date: Mapping[str, Any]) -> str:
    points = ["-".join(f"{int(part):02}" for part in point) for point in date.get("date-parts") or () if point]
    if date.get("season") and points and "-" not in points[0]:
        points[0] += f"-2{date['season']}"
    return "/".join(points) + ("~" if date.get("circa") and points else "")


_ESCAPES = {"\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "$": r"\$", "&": r"\&", "%": r"\%", "#": r"\#"}
_ESCAPES |= {"_": r"\_", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}", "\u00a0": "~"}
_COMMANDS = {"i": r"\emph{", "b": r"\textbf{", "sup": r"\textsuperscript{", "sub": r"\textsubscript{", "span": "{"}
_TAG = re.compile(r"<(/?)(i|b|sup|sub|span)(\s[^<>]*)?>")


def _latex(text: str) -> str:
    """Return a text of CSL as LaTeX."""
    parts: list[str] = []
    at = 0
    open_tags: list[str] = []
    for found in _TAG.finditer(text):
        parts.append(_escape(text[at : found.start()]))
        at = found.end()
        if not found[1]:
            open_tags.append(found[2])
            small = found[2] == "span" and "small-caps" in (found[3] or "")
            parts.append(r"\textsc{" if small else _COMMANDS[found[2]])
        elif found[2] in open_tags:
            open_tags.remove(found[2])
            parts.append("}")
    return "".join([*parts, _escape(text[at:]), "}" * len(open_tags)])


def _escape(text: str) -> str:
    """Return a text as LaTeX. Mathematics between dollar signs stays as it is."""
    parts = _MATH.split(text)
    return "".join(part if index % 2 else "".join(_ESCAPES.get(c, c) for c in part) for index, part in enumerate(parts))


_MATH = re.compile(r"(\$[^$]*\\[^$]*\$)")


# ---------------------------------------------------------------- RIS

_RIS_TYPES = {
    "article-journal": "JOUR", "article-magazine": "MGZN", "article-newspaper": "NEWS", "book": "BOOK",
    "chapter": "CHAP", "paper-conference": "CPAPER", "thesis": "THES", "report": "RPRT", "manuscript": "UNPB",
    PREPRINT: "UNPB", "dataset": "DATA", "software": "COMP", "patent": "PAT", "webpage": "ELEC",
    "post-weblog": "BLOG", "motion_picture": "MPCT", "song": "SOUND", "musical_score": "MUSIC", "map": "MAP",
    "standard": "STAND", "speech": "SLIDE", "pamphlet": "PAMP", "personal_communication": "PCOMM",
    "legislation": "STAT", "bill": "BILL", "legal_case": "CASE", "hearing": "HEAR", "graphic": "ART",
    "entry-encyclopedia": "ENCYC", "entry-dictionary": "DICT", "figure": "FIGURE", "periodical": "JFULL",
    "classic": "CLSWK",
}  # fmt: skip
_RIS_TAGS = {
    "title": "TI", "title-short": "ST", "container-title": "T2", "container-title-short": "J2",
    "collection-title": "T3", "volume": "VL", "issue": "IS", "number": "M1", "edition": "ET", "publisher": "PB",
    "publisher-place": "CY", "ISBN": "SN", "ISSN": "SN", "DOI": "DO", "URL": "UR", "abstract": "AB", "note": "N1",
    "language": "LA", "genre": "M3", "number-of-volumes": "NV", "call-number": "CN", "source": "DB",
    "event-place": "C1",
}  # fmt: skip


def write_ris(_: Ast | PreparedDocument, options: WriterOptions) -> bytes:
    """Return the entries as a file of RIS. Raises `InputError` if there are none."""
    return "\r\n".join(_ris_entry(entry) for entry in _entries(options)).encode()


def _ris_entry(entry: BibEntry) -> str:
    tags = _kept_tags(entry) if _is_ris(entry) else _ris_tags(entry)
    lines = [f"{tag}  - {' '.join(value.split())}\r\n" for tag, value in tags if value]
    return "".join([*lines, "ER  - \r\n"])


def _kept_tags(entry: BibEntry) -> Iterator[tuple[str, str]]:
    for tag, values in entry.fields.items():
        yield from ((tag, value) for value in values.split("\n") if tag != "ID")
    yield "ID", entry.key


def _ris_tags(entry: BibEntry) -> Iterator[tuple[str, str]]:
    csl, kind = entry.csl, entry.kind
    yield "TY", _RIS_TYPES.get(kind, "GEN")
    for variable, tag in (("author", "AU"), ("editor", "ED"), ("translator", "A4"), ("collection-editor", "A3")):
        yield from ((tag, _ris_name(name)) for name in csl.get(variable, ()))
    for variable, tag in _RIS_TAGS.items():
        if variable in csl:
            yield tag, _plain(str(csl[variable]))
    first, _, last = str(csl.get("page", "")).partition("-")
    yield "SP", first.strip()
    yield "EP", last.strip()
    issued = csl.get("issued") or {}
    if parts := [point for point in issued.get("date-parts") or () if point]:
        yield "PY", f"{int(parts[0][0]):04}"
        if len(parts[0]) > 1:
            yield "DA", "/".join(f"{int(part):02}" for part in parts[0])
    elif issued.get("literal"):
        yield "PY", str(issued["literal"])
    if accessed := _edtf(csl.get("accessed") or {}):
        yield "Y2", accessed.partition("/")[0].replace("-", "/")
    yield from (("KW", word) for word in entry.keywords)
    yield "ID", entry.key


def _ris_name(name: Mapping[str, Any]) -> str:
    if literal := name.get("literal"):
        return "" if literal == "others" else str(literal)
    particle = name.get("non-dropping-particle") or name.get("dropping-particle")
    family = " ".join(str(part) for part in (particle, name.get("family")) if part)
    return ", ".join(str(part) for part in (family, name.get("given"), name.get("suffix")) if part)


def _plain(text: str) -> str:
    return _TAG.sub("", text)


# ---------------------------------------------------------------- CSL-JSON


def write_csl_json(_: Ast | PreparedDocument, options: WriterOptions) -> bytes:
    """Return the entries as CSL-JSON. Raises `InputError` if there are none."""
    items = [_csl_item(entry) for entry in _entries(options)]
    return (json.dumps(items, ensure_ascii=False, indent=2) + "\n").encode()


def _csl_item(entry: BibEntry) -> dict[str, Any]:
    """Return the item of an entry, with the fields of BibTeX that CSL has no variable for in `custom`."""
    fields = () if _is_ris(entry) else _bibtex_fields(entry)
    custom = {name: value for name, value in fields if value and name not in _IN_CSL}
    if entry.marks:
        marks = (f"{index + 1}={','.join(words)}" for index, words in entry.marks.items())
        custom[MARKS_FIELD] = ";".join(marks)
    return {**entry.csl, "custom": {**entry.csl.get("custom", {}), **custom}} if custom else dict(entry.csl)


_IN_CSL = frozenset({
    *FIELD_VARIABLES, "author", "editor", "translator", "bookauthor", "holder", "director", "date", "year", "month",
    "day", "urldate", "eventdate", "origdate", "doi", "url", "keywords", "keyword", "eprint", "eprinttype",
    "archiveprefix", "abstract", "annote", "annotation", "articleno", "numpages", "pmid", "pmcid",
})  # fmt: skip
"""Fields of BibTeX that are variables of CSL."""


# ---------------------------------------------------------------- all formats


def _entries(options: WriterOptions) -> tuple[BibEntry, ...]:
    if not options.entries:
        message = f"the filter shows no entries of a bibliography; {options.format} is not written"
        hint = "name a bibliography in the front matter; a list in Markdown has no fields that could be written"
        raise InputError(error("PV327", message, hint=hint))
    return options.entries
