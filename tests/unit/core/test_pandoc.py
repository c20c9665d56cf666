"""The bridge to Pandoc."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from polyvita.core import pandoc
from polyvita.core.diagnostics import ExternalError
from polyvita.core.pandoc import read_with_pandoc, run_pandoc


def test_texts_are_read_without_other_files(tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("a secret")
    ast = read_with_pandoc(f"See\n\n.. include:: {tmp_path / 'secret.txt'}\n", "rst")
    assert ast["blocks"] == [{"t": "Para", "c": [{"t": "Str", "c": "See"}]}]


def test_what_pandoc_says_is_in_the_message() -> None:
    with pytest.raises(ExternalError, match=r"^Pandoc could not read nonsense: Unknown input format nonsense"):
        read_with_pandoc("a", "nonsense+smart")


@pytest.mark.skipif(os.name == "nt", reason="the replacement for Pandoc is a shell script")
def test_a_run_has_a_time_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    silent = tmp_path / "pandoc"
    silent.write_text("#!/bin/sh\nexec sleep 60\n")
    silent.chmod(0o755)
    monkeypatch.setattr(pandoc, "pandoc_path", lambda: str(silent))
    with pytest.raises(ExternalError, match=r"^Pandoc could not count: stopped after 0\.1 seconds$") as caught:
        run_pandoc([], task="count", timeout=0.1, hint="wait")
    assert caught.value.hint == "wait"
