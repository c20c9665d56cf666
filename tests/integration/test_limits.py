"""Extreme input ends soon, with a message: odd Markdown is read in linear time, and everything else has limits."""

from __future__ import annotations

import os
import re
import time
from pathlib import Path

import hypothesis.strategies as st
import pytest
import yaml
from hypothesis import given

from polyvita import read, read_text
from polyvita.cli.main import main
from polyvita.config.yaml_loader import max_nesting
from polyvita.core import pandoc_worker
from polyvita.core.diagnostics import ExternalError
from polyvita.core.source import CV
from polyvita.writers import pandoc
from polyvita.writers.nonbreaking import HYPHENATED_INITIALS, NUMBER_RANGE, keep_together

N = 5000
ODD = {
    "emphasis": "*a **a " * N + "b" + " a** a*" * N,
    "emphasis that is open": "*a " * 4 * N,
    "underscores": "_a __a " * N,
    "quotes": ">" * 5 * N + " a",
    "brackets": "[" * 10 * N,
    "pairs of brackets": "[" * 5 * N + "]" * 5 * N,
    "links in links": "[a](" * N,
    "images": "![" * 5 * N,
    "less-than signs": "<" * 10 * N,
    "tags": "<b>" * 4 * N,
    "comments": "<!--" * 3 * N,
    "code": "".join("`" * i + " " for i in range(1, 300)),
    "attributes": "[a]{.b" * 3 * N,
    "lists in lists": "- " * N + "a",
    "lists in steps": "".join("  " * i + "- a\n" for i in range(700)),
    "divs": "::: {.a}\n" * N + ":::\n" * N,
    "notes": "".join(f"[^{i}]" for i in range(N)) + "\n\n" + "".join(f"[^{i}]: x\n" for i in range(N)),
    "a long table": "| a | b |\n|---|---|\n" + "| c | d |\n" * N,
    "a wide table": "|a" * N + "|\n" + "|-" * N + "|\n" + "|b" * N + "|\n",
    "strikes": "~a ~~a ^a " * N,
}


@pytest.mark.slow
@pytest.mark.parametrize("name", ODD)
def test_odd_text_is_read_in_seconds(name: str) -> None:
    """Each takes less than a second. Quadratic time would be minutes."""
    started = time.process_time()
    assert read_text(ODD[name]).blocks or name == "comments"
    assert time.process_time() - started < 15


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "filters").mkdir()
    (tmp_path / "filters/one.yaml").write_text("formats: txt\n")
    (tmp_path / "cv.md").write_text("# Bio\n\nHello.\n")
    return tmp_path


def test_a_source_that_is_too_large_is_refused(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "cv.md").write_text("a" * CV.largest)
    assert read("cv.md").blocks
    (project / "cv.md").write_text("a" * (CV.largest + 1))
    assert main(["build"]) == 2
    assert capsys.readouterr().err == (
        "cv.md: error[PV007]: the file is larger than 5 MB, the maximum size\n"
        "  hint: check that the file is a CV; images belong in separate files\n"
    )


def test_a_pandoc_process_that_does_not_end_is_stopped(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (project / "filters/forever.lua").write_text("function Str(s) while true do end end\n")
    (project / "filters/one.yaml").write_text("formats: txt\npandoc_filters: forever.lua\n")
    monkeypatch.setattr(pandoc, "TIMEOUT_SECONDS", 1.0)
    started = time.monotonic()
    assert main(["build"]) == 3
    assert time.monotonic() - started < 60
    assert capsys.readouterr().err == (
        "filters/one.yaml:2:17: error[PV301]: Pandoc could not run the filters: stopped after 1 seconds\n"
        "  2 | pandoc_filters: forever.lua\n"
        "    |                 ^^^^^^^^^^^\n"
        "  hint: fix the filter, or remove it from “pandoc_filters”\n"
    )
    assert not (project / "outputs").exists()


@pytest.mark.skipif(os.name == "nt", reason="the replacement for Pandoc is a shell script")
def test_a_worker_that_does_not_answer_is_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    silent = tmp_path / "pandoc"
    silent.write_text("#!/bin/sh\nexec sleep 60\n")
    silent.chmod(0o755)
    monkeypatch.setattr(pandoc_worker, "pandoc_path", lambda: str(silent))
    monkeypatch.setattr(pandoc_worker, "_idle_workers", [])
    monkeypatch.setattr(pandoc_worker, "TIMEOUT_SECONDS", 0.2)
    started = time.monotonic()
    with pytest.raises(ExternalError, match=r"Pandoc could not write plain: stopped after 0\.2 seconds"):
        pandoc_worker.convert({"pandoc-api-version": [1, 23, 1], "meta": {}, "blocks": []}, "plain", {})
    assert time.monotonic() - started < 30
    assert pandoc_worker._idle_workers == []


WORDS = st.text("ab :-?[]{}'\"#\n", max_size=6)
NESTED = st.recursive(
    WORDS, lambda inner: st.lists(inner, max_size=2) | st.dictionaries(WORDS, inner, max_size=2), max_leaves=40
)


@given(NESTED, st.sampled_from([None, True, False]), st.integers(1, 4), st.booleans())
def test_nesting_of_yaml_is_never_underestimated(value: object, flow: bool | None, indent: int, wide: bool) -> None:
    text = yaml.safe_dump(value, default_flow_style=flow, indent=indent, width=1000 if wide else 1)
    depth = found = 0
    for event in yaml.parse(text):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        found = max(found, depth)
    assert found <= max_nesting(text)


def test_names_are_kept_together_in_linear_time() -> None:
    started = time.monotonic()
    for odd in (
        "1–" * 50_000,
        "1.2" * 50_000,
        "(1):" * 50_000,
        "A-" * 50_000,
        "Ab " * 50_000,
        "Ab C-D " * 20_000,
        "Dr. " * 50_000,
    ):
        assert keep_together(
            odd, re.compile(f"({HYPHENATED_INITIALS}|{NUMBER_RANGE})"), lambda piece: {"t": "Str", "c": piece}
        )
    assert time.monotonic() - started < 5
