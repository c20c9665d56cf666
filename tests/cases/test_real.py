"""Whole CVs in the manner of other tools: what is read, what is reported, and the text of four formats.

`real/NAME.md` is a CV of an invented person, and `real/NAME.txt` what becomes of it. Expectations are compared whole.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from output_text import words_of
from polyvita import build
from polyvita.core.diagnostics import render, sorted_findings
from polyvita.core.document import Heading, Node, Section, Text, child_fields, children, fields
from polyvita.core.source import CV, read_source
from polyvita.reader import read_document
from repository import MOMENT, TESTS

FOLDER = TESTS / "cases" / "real"
FORMATS = ("html", "docx", "pdf", "txt")
WITHOUT_PDF = {"arabic", "chinese", "hebrew", "japanese", "japanese-tables", "korean"}
"""CVs whose script needs a font that not every machine has. `test_direction` looks at the PDF of the first script."""
ABOUT_FONTS = ("PV351", "PV352")
"""Findings that depend on the fonts of the machine."""
NAMES = sorted(path.stem for path in FOLDER.glob("*.md"))


def tree(node: Node, depth: int = 0) -> Iterator[str]:
    """Yield one line for each node: its class, its location, its attributes and its values."""
    values = [
        repr(getattr(node, name)) for name in fields(type(node)) if name not in ("attr", *child_fields(type(node)))
    ]
    shown = " ".join(value for value in values if value not in ("None", "False", "''"))
    attr = node.attr
    written = [f"#{attr.id}"] * bool(attr.id) + [f".{tag}" for tag in attr.tags] + [f"{k}={v}" for k, v in attr.keys]
    name = shown if isinstance(node, Text) else f"{type(node).__name__} {shown}".rstrip()
    attributes = f" {{{' '.join(written)}}}" if written else ""
    yield f"{'  ' * depth}{name}{attributes} @{node.location.line}:{node.location.column}"
    for child in children(node):
        yield from tree(child, depth if isinstance(node, Section) and isinstance(child, Heading) else depth + 1)


@pytest.mark.parametrize("name", NAMES)
def test_a_real_cv(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    monkeypatch.chdir(tmp_path)
    Path("filters").mkdir()
    formats = FORMATS if name not in WITHOUT_PDF else ("html", "docx", "txt")
    Path("filters/all.yaml").write_text(f"formats: [{', '.join(formats)}]\n")
    Path("cv.md").write_bytes((FOLDER / f"{name}.md").read_bytes())
    document, findings = read_document(read_source(Path("cv.md"), "cv.md", kind=CV))
    result = build("cv.md", timestamp=MOMENT)
    assert all(status.path.exists() for status in result.results), result.findings
    notes = (note for note in (*findings, *result.notes) if note.severity == "info" and note.code not in ABOUT_FONTS)
    findings = sorted_findings([*notes, *result.findings])
    lines = [line for block in document.blocks for line in tree(block)]
    texts = {format: words_of(Path(f"outputs/all.{format}").read_bytes(), format) for format in formats}
    parts = {"tree": "\n".join(lines), "findings": render(findings), **texts}
    actual = "".join(f"==== {part}\n{text.strip()}\n\n" for part, text in parts.items())
    actual = re.sub(
        r" +$", "", actual, flags=re.MULTILINE
    )  # In a PDF, blanks at the end of lines depend on the layout.
    expected = FOLDER / f"{name}.txt"
    if request.config.getoption("--update"):
        expected.write_text(actual, encoding="utf-8")
    assert actual == expected.read_text(encoding="utf-8")
