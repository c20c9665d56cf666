"""A new format is one module and one line in the registry: everything else finds it there."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from polyvita import build
from polyvita.core.formats import FORMATS, Format, format_of
from polyvita.preview.editors import NO_EDITOR
from polyvita.preview.payload import entries_as_data, snapshot_as_data
from polyvita.preview.session import Selection, Session
from polyvita.writers import is_format
from polyvita.writers.pandoc import output_formats

MODULE = """\
from polyvita.writers import text

def write(ast, options):
    return text.write(ast, options).decode().upper().encode()
"""


@pytest.fixture
def cv(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a CV with a filter that writes a made-up format, plain text in capitals."""
    (tmp_path / "made_up_capitals.py").write_text(MODULE)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "made_up_capitals", raising=False)
    monkeypatch.setitem(FORMATS, "upper", Format("upper", "Capitals", "up", "made_up_capitals:write"))
    (tmp_path / "filters").mkdir()
    (tmp_path / "filters/one.yaml").write_text("formats: [upper, txt]\n")
    (tmp_path / "cv.md").write_text("---\nname: Ada Example\n---\n\n# Bio\n\nHello.\n")
    return tmp_path / "cv.md"


def test_a_filter_can_write_it(cv: Path) -> None:
    assert [result.path.name for result in build(cv).results] == ["one.up", "one.txt"]
    written = cv.with_name("outputs") / "one.up"
    assert written.read_text() == written.with_suffix(".txt").read_text().upper()


def test_the_privacy_check_reads_it(cv: Path) -> None:
    """The writer adds the value, so that only the finished file contains it."""
    module = cv.with_name("made_up_capitals.py")
    module.write_text(module.read_text().replace(".upper()", '.upper().replace("HELLO", "0171/5550192")'))
    (cv.with_name("cv.private.yaml")).write_text("mobile: +49 (171) 555-0192\n")
    built = build(cv)
    assert [result.path.name for result in built.results if result.problem] == ["one.up"]
    assert [finding.code for finding in built.findings] == ["PV320"]


def test_the_preview_shows_it(cv: Path) -> None:
    session, selection = Session(cv, cv.with_name("preview")), Selection("one", "upper")
    [entry] = entries_as_data(session.entries())
    assert [(form["format"], form["name"]) for form in entry["formats"]] == [("upper", "Capitals"), ("txt", "Text")]
    good = snapshot_as_data(selection, session.snapshot(selection), cv.parent, NO_EDITOR)["good"]
    assert (good["name"], good["kind"]) == ("one.up", "text")


def test_other_formats_are_those_of_pandoc() -> None:
    assert (format_of("rst").label, format_of("rst").suffix) == ("rst", "rst")
    assert format_of("latex").suffix == "tex"
    assert is_format("rst")
    assert not is_format("upper")
    own = {name for name, format in FORMATS.items() if ".pandoc_formats:" not in format.writer}
    data = {"bib", "ris", "csljson", "jsonresume", "coa", "atom", "sciencv"}
    assert own == {"docx", "txt", "html", "html-fragment", "pdf", *data}
    assert FORMATS.keys() - own <= output_formats()
