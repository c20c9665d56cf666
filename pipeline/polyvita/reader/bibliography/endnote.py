"""Read EndNote XML through Pandoc."""

from __future__ import annotations

import json
import re

from polyvita.core.bibliography import BibEntry
from polyvita.core.diagnostics import ExternalError, Finding, warning
from polyvita.core.location import Location
from polyvita.core.pandoc import run_pandoc
from polyvita.core.source import Source
from polyvita.reader.bibliography.csl_json import entry_of_csl


def read_endnote(source: Source) -> tuple[list[BibEntry], list[Finding]]:
    """Return the entries of a file that EndNote has exported as XML."""
    text = source.text
    if "<!ENTITY" in text:
        # Entities that contain each other may fill the memory.
        message, hint = "the file defines entities of XML; it is not read", "export the bibliography again from EndNote"
        return [], [warning("PV074", message, Location(source.name), hint)]
    try:
        output = run_pandoc(
            ["--sandbox", "--from=endnotexml", "--to=csljson"], text.encode(), task=f"read {source.name}", timeout=60
        )
        items = json.loads(output)
    except ExternalError as problem:
        hint = "export the bibliography again from EndNote, as XML"
        return [], [warning("PV074", str(problem), Location(source.name), hint)]
    lines = [text.count("\n", 0, found.start()) + 1 for found in re.finditer(r"<record(?=[\s>])", text)]
    records = re.split(r"<record(?=[\s>])", text)[1:]
    findings: list[Finding] = []
    entries = []
    for index, item in enumerate(items):
        line = lines[index] if len(lines) == len(items) else 1
        location = Location(source.name, line)
        if len(lines) == len(items) and not item.get("issued", {}).get("date-parts"):
            year = re.sub(r"<[^>]*>", "", "".join(re.findall(r"<year>(.*?)</year>", records[index], re.DOTALL)))
            item["issued"] = {"raw": year} if year else {}
        entries.append(entry_of_csl(item, location, findings))
    if len(lines) != len(items):
        message = f"{len(items)} of {len(lines)} records could be read"
        findings.append(warning("PV074", message, Location(source.name), "export them again as RIS or BibTeX"))
    return entries, findings
