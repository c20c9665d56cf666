"""What tests borrow from the machine: programs and files that the program itself does not need.

A test that lacks one is skipped where somebody works, with the reason; where `CI` is set it fails, for there nobody would
notice that it never ran.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import NoReturn

import pytest

NPM = "POLYVITA_TEST_NPM"
"""The environment variable that names the folder in which `npm install` put axe-core and vnu-jar."""


def program(name: str, called: str) -> str:
    """The path of the program `name`; the test ends here without it."""
    return shutil.which(name) or _lacking(f"{called} is not on this machine")


def npm_file(path: str) -> Path:
    """A file of a package from npm, `path` below node_modules; the test ends here without it."""
    folder = os.environ.get(NPM)
    if not folder:
        _lacking(f"{NPM} does not say where npm installed {path.partition('/')[0]}; CONTRIBUTING.md tells how")
    file = Path(folder, "node_modules", path)
    return file if file.is_file() else _lacking(f"{file} is not there; CONTRIBUTING.md tells how to install it")


def _lacking(reason: str) -> NoReturn:
    if os.environ.get("CI"):
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)
