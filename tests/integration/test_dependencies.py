"""The dependencies: each has its reason and an upper bound, and each ignored finding of the security rules its reason."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from repository import ROOT

TEXT = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
PROJECT = tomllib.loads(TEXT)["project"]
REQUIREMENTS = [*PROJECT["dependencies"], *(r for extra in PROJECT["optional-dependencies"].values() for r in extra)]


@pytest.mark.parametrize("requirement", [each for each in REQUIREMENTS if not each.startswith("polyvita[")])
def test_a_dependency_has_an_upper_bound_and_a_reason(requirement: str) -> None:
    assert re.search(r"<\d", requirement)
    assert re.search(rf'"{re.escape(requirement)}",? *# \w', TEXT)


def test_each_ignored_finding_of_the_security_rules_has_its_reason() -> None:
    folders = ("pipeline", "tests", "docs/scripts", "benchmarks")
    files = (path for folder in folders for path in (ROOT / folder).rglob("*.py"))
    ignored = [(path, line) for path in files for line in lines_of(path) if re.search(r"noqa: [A-Z0-9, ]*\bS\d", line)]
    assert ignored
    assert [(path.name, line) for path, line in ignored if not re.search(r"noqa: [A-Z0-9, ]+ [-–] \S", line)] == []


def lines_of(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").split("\n")
