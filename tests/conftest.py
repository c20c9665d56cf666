"""What all tests share."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from extract import words_of
from hypothesis import HealthCheck, settings

from polyvita import build
from polyvita.builder.plan import Plan, plan

if TYPE_CHECKING:
    from playwright.sync_api import Browser

ROOT = Path(__file__).parents[1]
MOMENT = 1_767_225_600  # 1 January 2026, UTC

# Two profiles: quick while writing, thorough where nobody waits. Both are deterministic, so that a red test stays red.
settings.register_profile("quick", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("thorough", settings.get_profile("quick"), max_examples=1000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "quick"))


@pytest.fixture(autouse=True)
def _one_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """Commands called in a test do all in its process, where it can watch them."""
    monkeypatch.setattr("polyvita.builder.workers.default_processes", lambda: 1)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update", action="store_true", help="write what is seen now into the expectations")


def files_in(folder: Path) -> list[str]:
    """All files below, by their path from there."""
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


@dataclass(frozen=True)
class Outputs:
    """What the shipped filters make of the real CV, built once for all tests."""

    folder: Path
    plan: Plan

    @property
    def files(self) -> list[str]:
        return [name for name in files_in(self.folder) if name != "manifest.json"]

    def read(self, name: str) -> bytes:
        return (self.folder / name).read_bytes()

    def text(self, name: str) -> str:
        return words_of(self.read(name), name.rpartition(".")[2])


@pytest.fixture(scope="session")
def outputs(tmp_path_factory: pytest.TempPathFactory) -> Outputs:
    folder = tmp_path_factory.mktemp("outputs")
    built = build(ROOT / "cv.md", outputs=folder, timestamp=MOMENT)
    assert [str(finding) for finding in built.report] == []
    assert built.exit_status == 0
    return Outputs(folder, plan(ROOT / "cv.md", (), (), folder, MOMENT))


@pytest.fixture(scope="module")  # no longer: while it runs, no other test in the process can have an event loop
def browser() -> Iterator[Browser]:
    from browser import chromium

    with chromium() as running:
        yield running
