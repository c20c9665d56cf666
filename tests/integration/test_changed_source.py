"""A finding quotes the line that was read, even if the file changes between reading and reporting."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from polyvita.cli.main import main
from polyvita.core import diagnostics, location
from polyvita.core.location import Location

CV = "# Bio\n\nA line {.a,b} with a mistake.\n"
FILTER = "formats: txt\nselect: nothing\n"


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project whose files all change as soon as the first finding is about to be quoted."""
    (tmp_path / "filters").mkdir()
    (tmp_path / "cv.md").write_text(CV)
    (tmp_path / "filters/one.yaml").write_text("formats: txt\n")
    monkeypatch.chdir(tmp_path)
    original = diagnostics.quote

    def quote_after_a_save(at: Location) -> diagnostics.Quote | None:
        (tmp_path / "cv.md").write_text("Other\ntext\non every\nline.\n")
        (tmp_path / "filters/one.yaml").unlink(missing_ok=True)
        return original(at)

    monkeypatch.setattr(diagnostics, "quote", quote_after_a_save)
    return tmp_path


def test_the_terminal_quotes_what_was_read(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["build"]) == 0
    assert "  3 | A line {.a,b} with a mistake.\n    |        ^^^^^^\n" in capsys.readouterr().err
    assert "mistake" not in (project / "cv.md").read_text()


def test_json_quotes_what_was_read(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["build", "--json"]) == 0
    [finding] = json.loads(capsys.readouterr().out)["findings"]
    assert finding["quote"] == {"before": "A line ", "marked": "{.a,b}", "after": " with a mistake."}


def test_filters_are_quoted_as_they_were_read(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "filters/one.yaml").write_text(FILTER)
    assert main(["build"]) == 2
    assert "  2 | select: nothing\n    |         ^^^^^^^\n" in capsys.readouterr().err
    assert not (project / "filters/one.yaml").exists()


def test_a_build_without_changes_quotes_the_findings_again(
    project: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    main(["build"])
    first = capsys.readouterr().err
    monkeypatch.setattr(location, "_texts", {})  # as in a new process
    (project / "cv.md").write_text(CV)
    (project / "filters/one.yaml").write_text("formats: txt\n")
    assert main(["build"]) == 0
    assert capsys.readouterr().err == first
