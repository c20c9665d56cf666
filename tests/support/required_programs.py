"""Programs and files of the machine that tests need, and polyvita itself does not.

A test that lacks one is skipped, and the reason is printed. If `CI` is set, the test fails instead, because a skipped
test would stay unnoticed there.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from typing import NoReturn

import pytest

NPM = "POLYVITA_TEST_NPM"
"""The environment variable with the folder in which `npm install` put axe-core, vnu-jar and @jsonresume/schema."""


def program(name: str, called: str) -> str:
    """Return the path of the program `name`. Without it, skip or fail the test."""
    return shutil.which(name) or _skip_or_fail(f"{called} is not installed")


def font_files(family: str, package: str) -> list[Path]:
    """Return the files of an installed font. Without them, skip or fail the test; `package` is the one of Debian."""
    command = [program("fc-list", "fontconfig"), f":family={family}", "file"]
    listed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    found = sorted(Path(line.rstrip(": ")) for line in listed.splitlines())
    return found or _skip_or_fail(f"the font {family} is not installed; it is in the package {package}")


def npm_file(path: str) -> Path:
    """Return a file of an npm package; `path` starts below node_modules. Without the file, skip or fail the test."""
    folder = os.environ.get(NPM)
    if not folder:
        _skip_or_fail(f"{NPM} is not set, so {path.partition('/')[0]} is not found; CONTRIBUTING.md explains how")
    file = Path(folder, "node_modules", path)
    return file if file.is_file() else _skip_or_fail(f"{file} not found; CONTRIBUTING.md explains how to install it")


def _skip_or_fail(reason: str) -> NoReturn:
    if os.environ.get("CI"):
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)
