"""The report about all people of a batch, as data, as a table (CSV) and as a page (HTML)."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from importlib.resources import files
from string import Template
from typing import Any

from polyvita.batch.model import PersonResult
from polyvita.batch.people import Person
from polyvita.config.faculty import Faculty
from polyvita.core.diagnostics import Finding, finding_as_data, sorted_findings

NAME = "report"
MAX_SLOWEST = 10
_RULES = ("PV401", "PV430")
"""The first code of a rule of a recipient that is broken, and the one after the last."""
STATES = {
    "built": "built",
    "unchanged": "unchanged",
    "failed": "not written",
    "broken": "not built",
}
"""The states of a filter of one person, and how the page calls them."""


def report_data(
    faculty: Faculty,
    people: Sequence[Person],
    results: Mapping[str, PersonResult],
    *,
    filters: Sequence[str],
    left_out: Iterable[Finding],
    findings: Iterable[Finding],
    aggregates: Sequence[Mapping[str, object]],
) -> dict[str, Any]:
    """Return the report as values for JSON.

    `filters` are the names of all filters, `left_out` the findings about people who were left out, and `findings` those
    about all people.
    """
    rows = [_person_data(person, results[person.id], filters) for person in people]
    outputs = [output for row in rows for entry in row["filters"].values() for output in entry["outputs"]]
    slowest = sorted(rows, key=lambda row: -row["seconds"])[:MAX_SLOWEST]
    left_out = sorted_findings(left_out)
    return {
        "file": faculty.file,
        "totals": {
            "people": len(rows),
            "with_errors": sum(row["errors"] > 0 for row in rows),
            "left_out": len(left_out),
            "outputs": len(outputs),
            **{
                state: sum(output["state"] == state for output in outputs) for state in ("built", "unchanged", "failed")
            },
        },
        "people": rows,
        "left_out": [_finding(finding) for finding in left_out],
        "findings": [_finding(finding) for finding in sorted_findings(findings)],
        "counts": _counts(faculty, people, results),
        "slowest": [{"id": row["id"], "seconds": row["seconds"]} for row in slowest],
        "aggregates": list(aggregates),
    }


def _person_data(person: Person, result: PersonResult, filters: Sequence[str]) -> dict[str, Any]:
    entries = {name: _filter_data(name, result) for name in filters}
    everything = [finding for found in result.findings.values() for finding in found]
    return {
        "id": person.id,
        "name": person.columns.get("name") or result.name,
        "unit": person.unit or result.affiliation,
        "source": str(person.source),
        "seconds": result.seconds,
        "errors": sum(finding.severity == "error" for finding in everything),
        "warnings": sum(finding.severity == "warning" for finding in everything),
        "filters": {name: entry for name, entry in entries.items() if entry},
        "findings": [_finding(finding) for finding in result.findings.get("", ())],
    }


def _filter_data(name: str, result: PersonResult) -> dict[str, Any]:
    """Return what became of a filter of one person, or nothing if the CV could not be read."""
    rows = [row for row in result.outputs if row.filter == name]
    if not rows and name not in result.broken:
        return {}
    outputs = [
        {
            "name": row.name,
            "pages": row.pages,
            "state": "failed" if row.failed else "unchanged" if row.unchanged else "built",
        }
        for row in rows
    ]
    states = {output["state"] for output in outputs}
    findings = result.findings.get(name, ())
    return {
        "state": "broken" if not rows else next(state for state in ("failed", "built", "unchanged") if state in states),
        "pages": next((row.pages for row in rows if row.pages), None),
        "outputs": outputs,
        "findings": [_finding(finding) for finding in findings],
        "rules": sorted({f.code for f in findings if _RULES[0] <= f.code < _RULES[1] and f.severity != "info"}),
    }


def _finding(finding: Finding) -> dict[str, Any]:
    """Return a finding without the line of its source, which a report for many readers should not quote."""
    data = finding_as_data(finding._replace(location=finding.location._replace(width=0)))
    return {key: value for key, value in data.items() if key not in ("width", "quote")}


def _counts(
    faculty: Faculty, people: Sequence[Person], results: Mapping[str, PersonResult]
) -> dict[str, dict[str, dict[str, int]]]:
    """Return the number of items by group, expression and year."""
    counts: dict[str, dict[str, dict[str, int]]] = {}
    for person in people:
        result = results[person.id]
        column = faculty.report.by
        group = person.columns.get(column) or (result.affiliation if column == "unit" else "")
        for expression, by_year in zip(faculty.report.count, result.counts, strict=False):
            total = counts.setdefault(group, {}).setdefault(expression.text, {})
            for year, number in by_year.items():
                total[year] = total.get(year, 0) + number
    return {
        group: {text: dict(sorted(by_year.items())) for text, by_year in by_text.items()}
        for group, by_text in sorted(counts.items())
    }


# ---------------------------------------------------------------- files


def as_json(data: Mapping[str, Any]) -> bytes:
    """Return the report as JSON."""
    return json.dumps(data, ensure_ascii=False, indent=1).encode(errors="replace") + b"\n"


_COLUMNS = (
    *("id", "name", "unit", "filter", "state", "built", "unchanged", "not written", "pages", "errors", "warnings"),
    *("rules broken", "findings", "seconds"),
)


def as_csv(data: Mapping[str, Any]) -> bytes:
    """Return the report as a table with one row for each person and filter. Excel opens it as UTF-8."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(_COLUMNS)
    for person in data["people"]:
        first = [person["id"], person["name"], person["unit"]]
        if person["findings"] or not person["filters"]:
            state = "" if person["filters"] else STATES["broken"]
            numbers = [_count(person["findings"], severity) for severity in ("error", "warning")]
            row = [*first, "", state, "", "", "", "", *numbers, "", _texts(person["findings"]), person["seconds"]]
            writer.writerow(map(_cell, row))
        for name, entry in person["filters"].items():
            states = [output["state"] for output in entry["outputs"]]
            row = [
                *(*first, name, STATES[entry["state"]]),
                *(states.count(state) for state in ("built", "unchanged", "failed")),
                entry["pages"] or "",
                *(_count(entry["findings"], severity) for severity in ("error", "warning")),
                *(" ".join(entry["rules"]), _texts(entry["findings"]), ""),
            ]
            writer.writerow(map(_cell, row))
    for finding in data["left_out"]:
        writer.writerow(map(_cell, ["", "", "", "", STATES["broken"], *[""] * 4, 1, 0, "", _texts([finding]), ""]))
    return b"\xef\xbb\xbf" + text.getvalue().encode(errors="replace")


def _cell(value: object) -> str:
    """Return a value as a cell. A spreadsheet would run a text that starts like a formula."""
    text = str(value)
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text


def _count(findings: Iterable[Mapping[str, Any]], severity: str) -> int:
    return sum(finding["severity"] == severity for finding in findings)


def _texts(findings: Iterable[Mapping[str, Any]]) -> str:
    return " | ".join(f"{_place(one)}{one['severity']}[{one['code']}]: {one['message']}" for one in findings)


def _place(finding: Mapping[str, Any]) -> str:
    if not finding.get("file"):
        return ""
    return f"{finding['file']}:{finding['line']}: " if finding["line"] else f"{finding['file']}: "


def as_html(data: Mapping[str, Any]) -> bytes:
    """Return the report as a page that needs no network. It can be read without its script, which sorts and filters."""
    from base64 import b64encode
    from hashlib import sha256

    folder = files("polyvita.batch")
    style, script = (folder.joinpath(name).read_text(encoding="utf-8") for name in ("report.css", "report.js"))
    page = Template(folder.joinpath("report.template").read_text(encoding="utf-8"))

    def source(text: str) -> str:
        return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"

    policy = f"default-src 'none'; style-src 'unsafe-inline'; script-src {source(script)}; base-uri 'none'"
    sections = (_people_table(data), _counts_tables(data), _aggregates(data), _slowest(data))
    return page.substitute(
        policy=policy,
        style=style,
        script=script,
        summary=_summary(data),
        findings=_finding_list([*data["findings"], *data["left_out"]]),
        main="\n".join(section for section in sections if section),
    ).encode(errors="replace")


def _summary(data: Mapping[str, Any]) -> str:
    totals = data["totals"]
    parts = [f"{totals['people']} people", f"{totals['with_errors']} with errors"]
    parts += [f"{totals['left_out']} left out"] if totals["left_out"] else []
    parts += [f"{totals['outputs']} outputs"]
    parts += [f"{totals[state]} {STATES[state]}" for state in ("built", "unchanged", "failed") if totals[state]]
    return escape(" · ".join(parts))


def _people_table(data: Mapping[str, Any]) -> str:
    rows = []
    for person in data["people"]:
        entries = dict(person["filters"])
        if person["findings"] or not entries:
            state = "" if entries else "broken"
            entries = {"": {"state": state, "pages": None, "rules": [], "findings": person["findings"]}, **entries}
        rows += [_row(person, name, entry) for name, entry in entries.items()]
    head = ("Id", "Name", "Unit", "Filter", "State", "Pages", "Errors", "Warnings", "Rules broken", "Findings")
    return _table("People and filters", head, rows, id="people")


def _row(person: Mapping[str, Any], filter: str, entry: Mapping[str, Any]) -> str:
    """Return the row of a filter of one person, or of the CV itself if there is no filter."""
    findings = entry["findings"]
    errors, warnings = (_count(findings, severity) for severity in ("error", "warning"))
    cells = [person["id"], person["name"], person["unit"], filter, STATES.get(entry["state"], "")]
    texts = [*cells, entry["pages"] or "", errors or "", warnings or "", " ".join(entry["rules"])]
    folded = f"<details><summary>{len(findings)}</summary>{_finding_list(findings)}</details>" if findings else ""
    kind = "error" if errors or entry["state"] in ("failed", "broken") else "fine"
    return f'<tr class="{kind}">{_cells(texts)}<td>{folded}</td></tr>'


def _cells(texts: Iterable[object]) -> str:
    first, *rest = (escape(str(text)) for text in texts)
    return f'<th scope="row">{first}</th>' + "".join(f"<td>{text}</td>" for text in rest)


def _table(caption: str, head: Sequence[str], rows: Sequence[str], id: str = "") -> str:
    columns = "".join(f'<th scope="col">{escape(name)}</th>' for name in head)
    name = f' id="{id}"' if id else ""
    return (
        f'<table class="sortable"{name}>\n<caption>{escape(caption)}</caption>\n'
        f"<thead><tr>{columns}</tr></thead>\n<tbody>\n" + "\n".join(rows) + "\n</tbody>\n</table>"
    )


def _finding_list(findings: Sequence[Mapping[str, Any]]) -> str:
    if not findings:
        return ""
    return f"<ul>{''.join(map(_finding_item, findings))}</ul>"


def _finding_item(finding: Mapping[str, Any]) -> str:
    hint = f" <i>{escape(finding['hint'])}</i>" if finding["hint"] else ""
    kind = f"<b>{finding['severity']}[{finding['code']}]</b>"
    return f'<li class="{finding["severity"]}">{escape(_place(finding))}{kind}: {escape(finding["message"])}{hint}</li>'


def _counts_tables(data: Mapping[str, Any]) -> str:
    counts: Mapping[str, Mapping[str, Mapping[str, int]]] = data["counts"]
    years = sorted({year for by_text in counts.values() for by_year in by_text.values() for year in by_year})
    rows = []
    for group, by_text in counts.items():
        for text, by_year in by_text.items():
            numbers = [by_year.get(year, "") for year in years]
            rows.append(f"<tr>{_cells([group or '(none)', text, *numbers, sum(by_year.values())])}</tr>")
    head = ["Group", "Items", *(year or "undated" for year in years), "All"]
    return _table("Items by year", head, rows) if rows else ""


def _aggregates(data: Mapping[str, Any]) -> str:
    tables = []
    for aggregate in data["aggregates"]:
        rows = [
            [one["number"], "merged", ", ".join(one["reasons"]), _sources(one["sources"])]
            for one in aggregate["merged"]
        ]
        for one in aggregate["twins"]:
            numbers, sources = " and ".join(map(str, one["numbers"])), "; ".join(map(_sources, one["sources"]))
            rows.append([numbers, "both shown", one["difference"], sources])
        if rows:
            caption = f"{aggregate['name']}: {aggregate['items']} works; those of several sources"
            head = ["Number", "What was done", "Why", "Sources"]
            tables.append(_table(caption, head, [f"<tr>{_cells(row)}</tr>" for row in rows]))
    return "\n".join(tables)


def _sources(sources: Iterable[Mapping[str, Any]]) -> str:
    return ", ".join(f"{one['person']} ({one['file']}:{one['line']})" for one in sources)


def _slowest(data: Mapping[str, Any]) -> str:
    rows = [f"<tr>{_cells([one['id'], one['seconds']])}</tr>" for one in data["slowest"]]
    return _table("Slowest CVs", ["Id", "Seconds"], rows)
