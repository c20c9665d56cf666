"""Bibliographies in the manner of real programs and people, compared whole with what is read from them.

Beside each file `NAME` of `tests/cases/bibliographies`, `NAME.expected` has the entries and the findings. Write them
again with `pytest tests/cases/test_bibliographies.py --update`.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from polyvita.core.bibliography import Bibliography
from polyvita.core.diagnostics import render
from polyvita.core.source import read_source
from polyvita.reader.bibliography import read_bibliography
from polyvita.reader.bibliography.load import BIBLIOGRAPHY

FOLDER = Path(__file__).parent / "bibliographies"
FILES = sorted(path for path in FOLDER.iterdir() if path.suffix != ".expected")


def shown(bibliography: Bibliography) -> str:
    """Return the entries, one variable a line, and the findings, as the expectations have them."""
    lines = []
    for entry in bibliography.entries:
        lines.append(f"{entry.key}: {entry.entry_type} in line {entry.location.line}, a {entry.kind}")
        variables = {**entry.csl, "keywords": entry.keywords, "marks": entry.marks}
        lines += [
            f"    {name}: {json.dumps(value, ensure_ascii=False)}"
            for name, value in sorted(variables.items())
            if value and name not in ("id", "keyword")
        ]
    return "\n".join([*lines, "", render(bibliography.findings), ""])


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_a_bibliography_is_read_whole(path: Path, request: pytest.FixtureRequest) -> None:
    found = shown(read_bibliography([read_source(path, path.name, kind=BIBLIOGRAPHY)]))
    expected = FOLDER / f"{path.name}.expected"
    if request.config.getoption("--update"):
        expected.write_text(found, encoding="utf-8")
    assert found == expected.read_text(encoding="utf-8")
