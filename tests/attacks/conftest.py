"""The fixture of the attacks: a folder, and the commands that run in it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import NoReturn

import pytest

from attack_runner import Attack


@pytest.fixture
def attack(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Attack:
    """Return an empty folder in which commands run."""
    return Attack(tmp_path, capsys)


@pytest.fixture(autouse=True)
def _what_windows_lacks(monkeypatch: pytest.MonkeyPatch) -> None:
    """On Windows, skip a test that makes a pipe or a link."""

    def skip(*_: object, **__: object) -> NoReturn:
        pytest.skip("Windows has no pipes with names, and no links without special rights")

    if os.name == "nt":
        monkeypatch.setattr("os.mkfifo", skip, raising=False)
        monkeypatch.setattr("pathlib.Path.symlink_to", skip)
