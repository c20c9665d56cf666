"""The fixture of the attacks: a folder, and the commands that run in it."""

from __future__ import annotations

from pathlib import Path

import pytest

from attack_runner import Attack


@pytest.fixture
def attack(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Attack:
    """Return an empty folder in which commands run."""
    return Attack(tmp_path, capsys)
