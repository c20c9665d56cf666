"""Read an ORCID record, version 3.0, as JSON or XML.

Accepted are the `record` of the public API, its parts (person, activities, works, one work …), and the archive that a
person downloads from the settings of ORCID: a ZIP file with one XML file for the person and one for each activity.
XML and JSON have the same names, so both become the same fields.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

from polyvita.core.dates import parse_date
from polyvita.core.diagnostics import InputError, error
from polyvita.core.location import Location
from polyvita.importers.csl import csl_date, doi_of, item_text
from polyvita.importers.fields import Fields, fields_of
from polyvita.importers.model import (
    Block,
    Entry,
    ImportedCv,
    Item,
    ItemList,
    LeftOut,
    Link,
    Paragraph,
    ReadAs,
)
from polyvita.importers.pandoc_read import convert
from polyvita.importers.places import country_name, language_of, place_of
from polyvita.importers.sections import SectionBuilder
from polyvita.importers.texts import escape, inline, plain_blocks, unescape_html

NAMESPACE = "http://www.orcid.org/ns/"
_TEXT_KEYS = ("value",)

_BOOKKEEPING = {
    "put-code": "",
    "path": "",
    "visibility": "",
    "display-index": "",
    "created-date": "",
    "last-modified-date": "",
    "transient": "",
    "external-id-normalized": "",
    "external-id-normalized-error": "",
    "host": "",
    "verified": "",
    "primary": "",
    "source": "who added an entry to ORCID",
    "preferences": "a setting of ORCID",
    "history": "the history of the record at ORCID",
    "disambiguated-organization": "the number of an organisation in a registry",
    "external-id-relationship": "how an identifier relates to an entry",
    "review-identifiers": "the number of a single review",
}
"""Fields that are not about the person, and why they are left out. Without a reason, they are numbers and dates of the
database that ORCID itself does not show."""

_ROOTS = {
    "record": (),
    "person": (),
    "activities-summary": (),
    "works": ("activities-summary",),
    "fundings": ("activities-summary",),
    "employments": ("activities-summary",),
    "educations": ("activities-summary",),
    "distinctions": ("activities-summary",),
    "invited-positions": ("activities-summary",),
    "memberships": ("activities-summary",),
    "qualifications": ("activities-summary",),
    "services": ("activities-summary",),
    "peer-reviews": ("activities-summary",),
    "research-resources": ("activities-summary",),
    "bulk": ("activities-summary", "works"),
    "work": ("activities-summary", "works"),
    "funding": ("activities-summary", "fundings"),
    "employment": ("activities-summary", "employments"),
    "education": ("activities-summary", "educations"),
    "distinction": ("activities-summary", "distinctions"),
    "invited-position": ("activities-summary", "invited-positions"),
    "membership": ("activities-summary", "memberships"),
    "qualification": ("activities-summary", "qualifications"),
    "service": ("activities-summary", "services"),
    "peer-review": ("activities-summary", "peer-reviews"),
    "research-resource": ("activities-summary", "research-resources"),
}
"""The root elements of ORCID's files, with the place of each in a record."""


def record_of(data: dict[str, Any], name: str) -> Fields | None:
    """Return JSON data as an ORCID record, or None if they are not of ORCID. Raises `InputError` for other versions."""
    if "orcid-profile" in data or "orcid-config" in data:
        raise _other_version("1.2", name)
    root = ""
    if "person" in data and ("activities-summary" in data or "orcid-identifier" in data):
        root = "record"
    elif "bulk" in data:
        root = "bulk"
    elif "group" in data and (
        found := re.search(r"/(works|fundings|peer-reviews|research-resources)$", str(data.get("path")))
    ):
        root = found[1]
    elif "group" in data:
        root = "works"
    elif "affiliation-group" in data and (found := re.search(r"/([a-z-]+)$", str(data.get("path")))):
        root = found[1]
    elif "name" in data and "other-names" in data and "external-identifiers" in data:
        root = "person"
    elif "employments" in data and "works" in data:
        root = "activities-summary"
    elif "put-code" in data and "title" in data and ("journal-title" in data or "citation" in data):
        root = "work"
    if root not in _ROOTS:
        return None
    if root == "record" and _is_version_2(data):
        raise _other_version("2.0 or 2.1", name)
    return _in_record([fields_of(data, root, text_labels=_TEXT_KEYS)])


def _is_version_2(data: dict[str, Any]) -> bool:
    """Return whether a record is of version 2, in which affiliations are not in groups."""
    activities = data.get("activities-summary") or {}
    employments = activities.get("employments") or {}
    return any(f"{kind}-summary" in (activities.get(f"{kind}s") or {}) for kind in ("employment", "education")) or (
        "distinctions" not in activities and bool(employments) and "affiliation-group" not in employments
    )


def record_of_xml(roots: Iterable[tuple[Fields, str]], name: str) -> Fields | None:
    """Return the root elements of ORCID's XML files as one record, or None if none is of ORCID.

    Each root has its namespace. Raises `InputError` if a file is of another version.
    """
    known = []
    for root, namespace in roots:
        if not namespace.startswith(NAMESPACE):
            continue
        if root.label in ("orcid-message", "orcid-profile"):
            raise _other_version("1.2", name)
        if (
            root.label == "record"
            and not root.all("activities-summary", "employments", "affiliation-group")
            and (
                root.all("activities-summary", "employments", "employment-summary")
                or root.all("activities-summary", "educations", "education-summary")
            )
        ):
            raise _other_version("2.0 or 2.1", name)
        if root.label in _ROOTS:
            known.append(root)
    return _in_record(known) if known else None


def _other_version(version: str, name: str) -> InputError:
    return InputError(
        error(
            "PV505",
            f"this ORCID record has version {version}; only version 3.0 can be read",
            Location(name),
            "download it again: https://pub.orcid.org/v3.0/YOUR-ID/record, or in the settings of ORCID",
        )
    )


def _in_record(roots: list[Fields]) -> Fields:
    """Return a record that contains all these roots."""
    record = next((root for root in roots if root.label == "record"), None) or Fields("record")
    for root in roots:
        if root is record:
            continue
        outer = record
        for label in _ROOTS[root.label]:
            inner = next(iter(outer.all(label)), None)
            if inner is None:
                inner = Fields(label)
                outer.inside.append(inner)
            outer = inner
        if root.label == "activities-summary" and (known := record.all("activities-summary")):
            known[0].inside += root.inside
        else:
            outer.inside.append(root)
    return record


def import_orcid(record: Fields) -> ImportedCv:
    """Return an ORCID record as a CV."""
    cv = ImportedCv()
    for node in record.nodes():
        node.text = unescape_html(node.text)
    _leave_out_bookkeeping(record, cv)
    cv.texts = record.readable_texts()
    builder = SectionBuilder(cv)
    _person(record, cv, builder)
    activities = record.at("activities-summary")
    affiliations = (
        ("employments", "employment", "positions"),
        ("invited-positions", "invited-position", "positions"),
        ("educations", "education", "education"),
        ("qualifications", "qualification", "education"),
        ("distinctions", "distinction", "awards"),
        ("memberships", "membership", "service"),
        ("services", "service", "service"),
    )
    for plural, kind, section in affiliations:
        for node in _summaries(activities.at(plural), kind):
            builder.add(section, _affiliation(node, kind, cv))
    for node in _summaries(activities.at("fundings"), "funding"):
        builder.add("funding", _funding(node, cv))
    for group in _peer_reviews(activities.at("peer-reviews")):
        builder.add("service", _peer_review(group, cv))
    for node in _summaries(activities.at("research-resources"), "research-resource"):
        builder.add("", _research_resource(node, cv), title="Research Resources")
    works = list(_works(activities.at("works")))
    citations = _read_citations([node for node, _ in works])
    for number, (node, versions) in enumerate(works):
        _add_work(node, versions, citations.get(number, {}), cv, builder)
    _leave_out_group_ids(activities, cv)
    builder.finish(newest_first=True)
    cv.to_sort += record.take_rest()
    return cv


def _leave_out_bookkeeping(record: Fields, cv: ImportedCv) -> None:
    """Remove the fields of the database, and list those with words as left out, each text once."""
    reasons: dict[tuple[str, str], None] = {}

    def visit(node: Fields) -> None:
        kept = []
        for inner in node.inside:
            if inner.label in _BOOKKEEPING and not (
                inner.label == "path" and node.label in ("orcid-identifier", "contributor-orcid")
            ):
                if reason := _BOOKKEEPING[inner.label]:
                    reasons.update(dict.fromkeys((text.strip(), reason) for text in inner.texts()))
            else:
                kept.append(inner)
                visit(inner)
        node.inside = kept

    identifier = record.at("orcid-identifier")
    cv.person.orcid = identifier.at("path").text or record.at("path").text.strip("/") or _orcid_in_paths(record)
    visit(record)
    for node in identifier.nodes():
        node.taken = True
    identifier.inside = []
    cv.left_out += [LeftOut(text, reason) for text, reason in reasons]


def _orcid_in_paths(record: Fields) -> str:
    """Return the ORCID iD in the `path` of some node, as parts of a record have it."""
    paths = (node.text for node in record.nodes() if node.label == "path")
    found = next(
        (match for path in paths if (match := re.match(r"/(\d{4}-\d{4}-\d{4}-\d{3}[\dX])(?:/|$)", path))), None
    )
    return found[1] if found else ""


# ---------------------------------------------------------------- the person


def _person(record: Fields, cv: ImportedCv, builder: SectionBuilder) -> None:
    root, person = record.at("person"), cv.person
    names = root.at("name")
    full = " ".join(part for part in (names.take("given-names"), names.take("family-name")) if part)
    credit = names.take("credit-name")
    person.name = credit or full
    known = [full, *(other.take() or other.take("content") for other in root.all("other-names", "other-name"))]
    person.own_names = [name for name in dict.fromkeys(known) if name and name != person.name]
    biography = root.at("biography")
    if text := biography.take() or biography.take("content"):
        builder.extend("bio", plain_blocks(text))
    for node in root.all("researcher-urls", "researcher-url"):
        url = node.take("url")
        if label := node.take("url-name") or re.sub(r"^https?://|/$", "", url):
            person.links.append(Link(label, url))
    for node in root.all("emails", "email"):
        if address := node.take("email") or node.take():
            if person.email:
                person.facts.append(("E-mail", address))
            else:
                person.email = address
    for node in root.all("addresses", "address"):
        if code := node.take("country"):
            country = country_name(code, cv.lang)
            cv.read_as.append(ReadAs(code, country))
            person.location = ", ".join(part for part in (person.location, country) if part)
    keywords = [node.take() or node.take("content") for node in root.all("keywords", "keyword")]
    if text := ", ".join(escape(keyword) for keyword in keywords if keyword):
        builder.add("research", Paragraph(text=text))
    for node in root.all("external-identifiers", "external-identifier"):
        label = ": ".join(part for part in (node.take("external-id-type"), node.take("external-id-value")) if part)
        url = node.take("external-id-url")
        if label or url:
            person.links.append(Link(label or url, url))


# ---------------------------------------------------------------- affiliations


def _summaries(outer: Fields, kind: str) -> list[Fields]:
    """Return the entries of one kind: the first of each group, as ORCID shows them, and those outside groups.

    The others of a group are the same entry from other sources.
    """
    found: list[Fields] = [*outer.all(kind), *outer.all("bulk", kind)]
    groups = [*outer.all("affiliation-group"), *outer.all("group")]
    for group in groups:
        for label in (f"{kind}-summary", kind):
            found += [*group.all("summaries", label), *group.all(label)]
    return found


def _date(node: Fields, label: str, cv: ImportedCv) -> str:
    """Return a date in the parts year, month and day as EDTF, or an empty text."""
    outer = node.at(label)
    parts = [outer.take(part) for part in ("year", "month", "day")]
    text = "-".join(part.zfill(4 if number == 0 else 2) for number, part in enumerate(parts) if part)
    if not text:
        return ""
    try:
        parse_date(text)
    except ValueError:
        for inner in outer.nodes():
            inner.taken = False
        return ""
    cv.read_as += [ReadAs(part, text) for part in parts if part]
    return text


def _period(node: Fields, cv: ImportedCv) -> str:
    start, end = _date(node, "start-date", cv), _date(node, "end-date", cv)
    if not start:
        return end
    return _valid_interval(start, end) if end else f"{start}/.."


def _valid_interval(start: str, end: str) -> str:
    if start == end:
        return start
    try:
        parse_date(f"{start}/{end}")
    except ValueError:
        return start
    return f"{start}/{end}"


def _organization(node: Fields, cv: ImportedCv, label: str = "organization") -> tuple[str, str]:
    """Return the name and the place of an organisation."""
    outer = node.at(label)
    address = outer.at("address")
    place, read_as = place_of(address.take("city"), address.take("region"), address.take("country"), cv.lang)
    cv.read_as += read_as
    return outer.take("name"), place


def _identifiers(node: Fields, cv: ImportedCv) -> list[tuple[str, str, str]]:
    """Return type, value and address of each external identifier."""
    found = []
    for one in node.all("external-ids", "external-id"):
        kind = one.take("external-id-type")
        cv.read_as.append(ReadAs(kind, ""))
        found.append((kind, one.take("external-id-value"), one.take("external-id-url")))
    return found


def _links(identifiers: Iterable[tuple[str, str, str]], names: dict[str, str]) -> Iterator[str]:
    """Yield identifiers as inline Markdown: a link if there is an address."""
    for kind, value, url in identifiers:
        name = "" if kind in ("uri", "url") else names.get(kind, kind.replace("_", " ").replace("-", " "))
        label = " ".join(part for part in (name, value) if part)
        if url and url.rstrip("/") != value.rstrip("/"):
            yield f"[{escape(label)}](<{url}>)"
        elif url:
            yield f"<{url}>" if _is_address(url) else escape(url)
        elif label:
            yield _show_url(label)


def _is_address(text: str) -> bool:
    return bool(re.fullmatch(r"https?://[^\s<>]+", text))


def _show_url(url: str) -> str:
    return f"<{url}>" if _is_address(url) else escape(url)


def _affiliation(node: Fields, kind: str, cv: ImportedCv) -> Block:
    role, department = node.take("role-title"), node.take("department-name")
    organization, place = _organization(node, cv)
    date = _period(node, cv)
    if kind in ("distinction", "qualification") and date.endswith("/.."):
        date = date.removesuffix("/..")
    details = list(_links(_identifiers(node, cv), {}))
    if url := node.take("url"):
        details.append(_show_url(url))
    extra: list[Block] = [Paragraph(text=" · ".join(details))] if details else []
    extra += node.take_rest()
    if kind in ("distinction", "membership", "service"):
        title = role or {"membership": "Member"}.get(kind, "") or department or organization
        where = [part for part in (department, organization, place) if part and part != title]
        text = ", ".join([f"**{inline(title)}**", *map(inline, where)])
        return ItemList(items=[Item(text=text, date=date, blocks=extra)])
    org = ", ".join(part for part in (department, organization) if part)
    if not role:
        return Entry(title=inline(org), date=date, place=place, blocks=extra)
    return Entry(title=inline(role), date=date, org=org, place=place, blocks=extra)


# ---------------------------------------------------------------- funding, reviews, resources


def _title(node: Fields, cv: ImportedCv) -> tuple[str, str]:
    """Return the title, with a subtitle, and the translated title."""
    outer = node.at("title")
    title, subtitle = outer.take("title"), outer.take("subtitle")
    translated = outer.take("translated-title")
    cv.left_out += outer.leave_out("the language of a title", "language-code")
    separator = "" if not subtitle else " " if title.endswith((":", "?", "!", ".")) else ": "
    return f"{title}{separator}{subtitle}", translated if translated != title else ""


def _funding(node: Fields, cv: ImportedCv) -> Block:
    title, translated = _title(node, cv)
    organization, place = _organization(node, cv)
    amount = " ".join(part for part in (node.take("amount"), node.take("amount", "currency-code")) if part)
    own_type = node.take("organization-defined-type")
    kind = node.take("type")
    parts = [f"**{inline(title)}**"] if title else []
    parts += [escape(part) for part in (organization, place) if part]
    notes = [escape(part) for part in (translated, own_type or _spaced(kind), amount) if part]
    if own_type and kind:
        notes.append(escape(_spaced(kind)))
    notes += _links(_identifiers(node, cv), {"grant_number": "grant"})
    if url := node.take("url"):
        notes.append(_show_url(url))
    if people := [_contributor(one, cv) for one in node.all("contributors", "contributor")]:
        notes.append(escape(", ".join(people)))
    text = ", ".join(parts) + (f" ({'; '.join(notes)})" if notes else "")
    blocks = plain_blocks(node.take("short-description"))
    return ItemList(items=[Item(text=text, date=_period(node, cv), blocks=[*blocks, *node.take_rest()])])


def _contributor(node: Fields, cv: ImportedCv) -> str:
    """Return the name of a contributor with the role in parentheses. Addresses of other people are left out."""
    name = node.take("credit-name")
    role = _spaced(node.take("contributor-attributes", "contributor-role"))
    cv.left_out += node.leave_out("the ORCID iD or address of another person", "contributor-orcid", "contributor-email")
    cv.left_out += node.leave_out("the position of an author", "contributor-sequence")
    return f"{name} ({role})" if role and name else name or role


def _spaced(text: str) -> str:
    return text.replace("_", " ").replace("-", " ").lower() if re.fullmatch(r"[A-Za-z_-]+", text) else text


def _peer_reviews(outer: Fields) -> list[list[Fields]]:
    """Return the reviews of each journal or organisation."""
    groups: dict[str, list[Fields]] = {}
    single = [*outer.all("peer-review"), *outer.all("group", "peer-review-group", "peer-review-summary")]
    single += outer.all("group", "peer-review-summary")
    for number, node in enumerate(single):
        groups.setdefault(node.at("review-group-id").text or str(number), []).append(node)
    return list(groups.values())


def _peer_review(group: list[Fields], cv: ImportedCv) -> Block:
    """Return one item for all reviews of one journal: role, journal or organisation, number, years."""
    roles, names, notes, urls = (_Distinct(cv) for _ in range(4))
    dates = []
    for node in group:
        roles.add(_spaced(node.take("reviewer-role")) or "reviewer")
        organization, place = _organization(node, cv, "convening-organization")
        for name in (node.take("subject-container-name"), organization, place):
            names.add(name)
        if group_id := node.take("review-group-id"):
            prefix, _, number = group_id.partition(":")
            notes.add(f"ISSN {number}" if prefix.lower() == "issn" else "", group_id)
        kind = _spaced(node.take("review-type"))
        notes.add("" if kind == "review" else kind, kind)
        if date := _date(node, "review-completion-date", cv) or _date(node, "completion-date", cv):
            dates.append(date)
        subject = node.at("subject-name")
        notes.add(subject.take("title"))
        notes.add(subject.take("translated-title"))
        for label in ("review-url", "subject-url", "url"):
            urls.add(node.take(label))
        cv.left_out += node.leave_out("the number of a single review", "external-ids", "subject-external-identifier")
        cv.left_out += node.leave_out("the language of a title", "language-code")
        cv.left_out += node.leave_out("the kind of a reviewed work", "subject-type")
    role = ", ".join(roles)
    shown = [f"{len(group)} reviews"] if len(group) > 1 else []
    text = f"{escape(role[:1].upper() + role[1:])}, {escape(', '.join(names))}"
    details = [*shown, *map(escape, notes), *map(_show_url, urls)]
    rest = [block for node in group for block in node.take_rest()]
    text = text.removesuffix(", ") + (f" ({', '.join(details)})" if details else "")
    return ItemList(items=[Item(text=text, date=_span(dates), blocks=rest)])


class _Distinct(dict[str, None]):
    """Texts without repetitions. What is not shown again is listed as left out."""

    def __init__(self, cv: ImportedCv) -> None:
        super().__init__()
        self.cv = cv

    def add(self, shown: str, text: str = "") -> None:
        """Add a text, which the input writes as `text` (default: the same)."""
        if not shown or shown in self:
            if text or shown:
                self.cv.left_out.append(LeftOut(text or shown, "the same in several reviews"))
        else:
            self[shown] = None


def _span(dates: list[str]) -> str:
    """Return the years from the first to the last date."""
    if len(dates) < 2:
        return "".join(dates)
    years = sorted(date[:4] for date in dates)
    return years[0] if years[0] == years[-1] else f"{years[0]}/{years[-1]}"


def _research_resource(node: Fields, cv: ImportedCv) -> Block:
    proposal = node.at("proposal") if node.all("proposal") else node
    title, translated = _title(proposal, cv)
    hosts = [_host(one, cv) for one in proposal.all("hosts", "organization")]
    notes = [escape(translated)] if translated else []
    notes += _links(_identifiers(proposal, cv), {"proposal_id": "proposal"})
    if url := proposal.take("url"):
        notes.append(_show_url(url))
    text = ", ".join([f"**{inline(title)}**", *map(escape, hosts)]) + (f" ({'; '.join(notes)})" if notes else "")
    items = []
    for one in node.all("resource-items", "resource-item"):
        parts = [one.take("resource-name"), _spaced(one.take("resource-type"))]
        parts += [_host(host, cv) for host in one.all("hosts", "organization")]
        shown = [escape(part) for part in parts if part] + list(_links(_identifiers(one, cv), {}))
        if url := one.take("url"):
            shown.append(_show_url(url))
        items.append(Item(text=", ".join(shown)))
    blocks: list[Block] = [ItemList(items=items)] if items else []
    return ItemList(items=[Item(text=text, date=_period(proposal, cv), blocks=[*blocks, *node.take_rest()])])


def _host(node: Fields, cv: ImportedCv) -> str:
    name, place = _organization(Fields(inside=[node]), cv, node.label)
    return ", ".join(part for part in (name, place) if part)


# ---------------------------------------------------------------- works


_WORK_TYPES: dict[str, tuple[str, str]] = {
    "journal-article": ("journal-articles", "article-journal"),
    "magazine-article": ("journal-articles", "article-magazine"),
    "review": ("journal-articles", "article-journal"),
    "review-article": ("journal-articles", "article-journal"),
    "data-paper": ("journal-articles", "article-journal"),
    "conference-paper": ("conference-papers", "paper-conference"),
    "conference-proceedings": ("books", "book"),
    "conference-abstract": ("conference-papers", "paper-conference"),
    "conference-poster": ("talks", "speech"),
    "conference-presentation": ("talks", "speech"),
    "conference-output": ("conference-papers", "paper-conference"),
    "lecture-speech": ("talks", "speech"),
    "public-speech": ("talks", "speech"),
    "book": ("books", "book"),
    "edited-book": ("books", "book"),
    "dissertation": ("books", "thesis"),
    "dissertation-thesis": ("books", "thesis"),
    "manual": ("books", "book"),
    "book-chapter": ("book-chapters", "chapter"),
    "preprint": ("preprints", "article"),
    "working-paper": ("preprints", "article"),
    "data-set": ("software", "dataset"),
    "software": ("software", "software"),
    "patent": ("patents", "patent"),
    "registered-copyright": ("patents", "patent"),
    "report": ("", "report"),
    "book-review": ("", "review-book"),
    "encyclopedia-entry": ("book-chapters", "entry-encyclopedia"),
    "dictionary-entry": ("book-chapters", "entry-dictionary"),
    "newspaper-article": ("", "article-newspaper"),
    "newsletter-article": ("", "article-magazine"),
    "online-resource": ("", "webpage"),
    "website": ("", "webpage"),
    "blog-post": ("", "post-weblog"),
    "translation": ("", "book"),
    "supervised-student-publication": ("supervision", "thesis"),
    "teaching-material": ("teaching", "document"),
}
"""The section and the CSL type for each type of work. All other types are other publications."""


def _works(outer: Fields) -> Iterator[tuple[Fields, list[Fields]]]:
    """Yield each work with its other versions: the same work from other sources, which ORCID shows as one."""
    for group in outer.all("group"):
        versions = [*group.all("work-summary"), *group.all("work")]
        versions.sort(key=lambda node: -len(node.all("contributors", "contributor")))
        if versions:
            yield versions[0], versions[1:]
    for node in [*outer.all("work"), *outer.all("bulk", "work")]:
        yield node, []


def _read_citations(works: list[Fields]) -> dict[int, dict[str, Any]]:
    """Return the BibTeX that ORCID stores for works, as CSL-JSON, by the number of the work.

    Only such a citation has the authors if nobody entered contributors, and it alone has volume and pages.
    """
    sources = {}
    for number, node in enumerate(works):
        kind = node.at("citation", "citation-type").text.lower().replace("_", "-")
        text = node.at("citation", "citation-value").text.strip()
        if kind == "bibtex" and (found := re.match(r"@\s*(\w+)\s*\{\s*[^,\s]*\s*,", text)) and text.endswith("}"):
            sources[number] = f"@{found[1]}{{work{number},{text[found.end() :]}"
    return {int(entry["id"].removeprefix("work")): entry for entry in _entries_of(list(sources.values()))}


def _entries_of(sources: list[str]) -> list[dict[str, Any]]:
    """Return BibTeX entries as CSL-JSON. One that cannot be read is left out, and the others go on."""
    if not sources:
        return []
    try:
        found = convert("\n\n".join(sources).encode(), "bibtex", "csljson")
    except InputError:
        half = len(sources) // 2
        return [*_entries_of(sources[:half]), *_entries_of(sources[half:])] if half else []
    entries: list[dict[str, Any]] = json.loads(found)
    return [entry for entry in entries if re.fullmatch(r"work\d+", str(entry.get("id")))]


_FROM_CITATION = (
    "author",
    "editor",
    "volume",
    "issue",
    "page",
    "publisher",
    "publisher-place",
    "genre",
    "number",
    "collection-title",
)


def _add_work(
    node: Fields, versions: list[Fields], citation: dict[str, Any], cv: ImportedCv, builder: SectionBuilder
) -> None:
    kind = node.take("type").lower().replace("_", "-")
    cv.read_as.append(ReadAs(kind, ""))
    csl, notes = _csl(node, kind, cv)
    if not (csl.keys() & {"author", "editor"}) or "volume" not in csl:
        taken = {key: citation[key] for key in _FROM_CITATION if key in citation and key not in csl}
        csl |= {key: value for key, value in taken.items() if key != "author" or "editor" not in csl}
    section, _ = _WORK_TYPES.get(kind, ("", "document"))
    blocks: list[Block] = []
    if description := node.take("short-description"):
        blocks += plain_blocks(description)
    blocks += notes
    for version in versions:
        _complete(csl, version, cv)
    blocks += node.take_rest()
    item = Item(text=item_text(csl), date=_date_of(csl), csl=csl, blocks=blocks)
    block = ItemList(items=[item])
    if section:
        builder.add(section, block)
    else:
        builder.add("", block, title="Other Publications", tags=("publication",))


def _date_of(csl: dict[str, Any]) -> str:
    parts = (csl.get("issued") or {}).get("date-parts") or [[]]
    return "-".join(f"{part:04}" if number == 0 else f"{part:02}" for number, part in enumerate(parts[0]))


def _csl(node: Fields, kind: str, cv: ImportedCv) -> tuple[dict[str, Any], list[Block]]:
    """Return a work as CSL-JSON, and what has no place in it."""
    title, translated = _title(node, cv)
    csl: dict[str, Any] = {"type": _WORK_TYPES.get(kind, ("", "document"))[1], "title": title or "Untitled"}
    details: list[str] = []
    if translated:
        details.append(escape(translated))
    if journal := node.take("journal-title"):
        csl[
            "publisher" if csl["type"] in ("book", "thesis", "report", "software", "dataset") else "container-title"
        ] = journal
    if date := _date(node, "publication-date", cv):
        csl["issued"] = csl_date(date)
    people: dict[str, list[dict[str, str]]] = {}
    for one in node.all("contributors", "contributor"):
        role = _spaced(one.take("contributor-attributes", "contributor-role"))
        name = one.take("credit-name")
        cv.left_out += one.leave_out("the ORCID iD or address of a co-author", "contributor-orcid", "contributor-email")
        cv.left_out += one.leave_out("the position of an author", "contributor-sequence")
        if name:
            target = "editor" if role == "editor" else "translator" if "translator" in role else "author"
            people.setdefault(target, []).append(_name(name))
        if role and role not in ("author", "editor", "translator", "chair or translator"):
            cv.left_out.append(LeftOut(role, "the role of an author"))
        elif role:
            cv.read_as.append(ReadAs(role, ""))
    csl |= people
    for identifier in _identifiers(node, cv):
        _add_identifier(csl, identifier, details, cv)
    if url := node.take("url"):
        _add_url(csl, url, details, cv)
    if language := node.take("language-code"):
        csl["language"] = language_of(language) or language
        cv.read_as.append(ReadAs(language, ""))
    if country := node.take("country"):
        cv.left_out.append(LeftOut(country, "the country of a publication"))
    citation = node.at("citation")
    style, text = citation.take("citation-type"), citation.take("citation-value")
    if text:
        cv.left_out.append(
            LeftOut(text, f"the citation that ORCID stores beside the fields ({_spaced(style) or 'text'})")
        )
    if style:
        cv.left_out.append(LeftOut(style, "the style of a stored citation"))
    return csl, [Paragraph(text="; ".join(details))] if details else []


def _name(text: str) -> dict[str, str]:
    """Return the name of an author for CSL. “Doe, Jane” has both parts; others stay as written."""
    family, comma, given = text.partition(",")
    if comma and given.strip() and "," not in given:
        return {"family": family.strip(), "given": given.strip()}
    words = text.split()
    if len(words) < 2 or len(words) > 4:
        return {"literal": text}
    start = next((n for n, word in enumerate(words) if n and word.lower() in _PARTICLES), len(words) - 1)
    return {"family": " ".join(words[start:]), "given": " ".join(words[:start])}


_PARTICLES = frozenset(
    [
        "van",
        "von",
        "de",
        "der",
        "den",
        "del",
        "della",
        "di",
        "da",
        "du",
        "la",
        "le",
        "ten",
        "ter",
        "zu",
        "zur",
        "dos",
        "das",
        "el",
        "al",
    ]
)


def _add_identifier(csl: dict[str, Any], identifier: tuple[str, str, str], details: list[str], cv: ImportedCv) -> None:
    kind, value, url = identifier[0].lower(), *identifier[1:]
    doi = doi_of(value) or doi_of(url)
    known = {"isbn": "ISBN", "issn": "ISSN", "pmid": "PMID", "pmc": "PMCID"}
    if kind == "doi" and doi:
        if "DOI" not in csl:
            csl["DOI"] = doi
            cv.read_as += [ReadAs(text, f"https://doi.org/{doi}") for text in (value, url) if text]
        elif csl["DOI"].lower() != doi.lower():
            details.append(f"<https://doi.org/{doi}>")
            cv.read_as += [ReadAs(text, f"https://doi.org/{doi}") for text in (value, url) if text]
        else:
            cv.read_as += [ReadAs(text, f"https://doi.org/{doi}") for text in (value, url) if text]
        return
    if kind in known and known[kind] not in csl:
        csl[known[kind]] = value
        if kind == "issn":
            cv.left_out.append(LeftOut(value, "the number of a journal"))
        if kind in ("issn", "isbn") and not url:
            return
    details += _links([(known.get(kind, kind), value, url)], {"wosuid": "Web of Science", "eid": "Scopus EID"})


def _add_url(csl: dict[str, Any], url: str, details: list[str], cv: ImportedCv) -> None:
    if (doi := doi_of(url)) and doi.lower() == csl.get("DOI", "").lower():
        cv.read_as.append(ReadAs(url, f"https://doi.org/{doi}"))
    elif "URL" not in csl and _is_address(url):
        csl["URL"] = url
        if "DOI" in csl:
            details.append(_show_url(url))
    else:
        details.append(_show_url(url))


def _complete(csl: dict[str, Any], version: Fields, cv: ImportedCv) -> None:
    """Add what a work lacks from another version of it. The rest of that version is left out."""
    other, _ = _csl(version, csl["type"], ImportedCv())
    for key in ("container-title", "issued", "DOI", "author", "URL"):
        if key in other and key not in csl and not (key == "URL" and "DOI" in csl):
            csl[key] = other[key]
    for node in version.nodes():
        node.taken = False
    cv.left_out += version.leave_out("the same work from another source")


def _leave_out_group_ids(activities: Fields, cv: ImportedCv) -> None:
    """Leave out what ORCID repeats for each group: the identifiers of its entries."""
    for label in ("group", "affiliation-group", "peer-review-group"):
        for group in [node for node in activities.nodes() if node.label == label]:
            for ids in group.all("external-ids"):
                cv.left_out += ids.leave_out("the same identifier as in the entry")
