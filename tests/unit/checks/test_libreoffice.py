"""The fonts with which LibreOffice counts the pages of a Word file."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from polyvita.checks.rules.libreoffice import office_environment
from polyvita.writers.fonts import BUNDLED_FONTS
from required_programs import program


@pytest.mark.parametrize("family", ["Cambria", "Caladea", "Caladea:bold"])
def test_libreoffice_uses_the_bundled_font_for_cambria(family: str, tmp_path: Path) -> None:
    command = [program("fc-match", "fontconfig"), "-f", "%{file}", family]
    run = subprocess.run(command, env=office_environment(tmp_path), check=True, capture_output=True, text=True)
    assert Path(run.stdout).parent == BUNDLED_FONTS
