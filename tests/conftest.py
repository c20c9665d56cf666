"""What all tests share."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

from polyvita import build
from polyvita.builder.plan import plan
from repository import CV_FILE, MOMENT
from shipped_outputs import Outputs

if TYPE_CHECKING:
    from playwright.sync_api import Browser


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


@pytest.fixture(scope="session")
def outputs(tmp_path_factory: pytest.TempPathFactory) -> Outputs:
    folder = tmp_path_factory.mktemp("outputs")
    built = build(CV_FILE, outputs=folder, timestamp=MOMENT)
    assert [str(finding) for finding in built.report] == []
    assert built.exit_status == 0
    return Outputs(folder, plan(CV_FILE, (), (), folder, MOMENT))


@pytest.fixture(scope="module")  # no longer: while it runs, no other test in the process can have an event loop
def browser() -> Iterator[Browser]:
    from browser_checks import chromium

    with chromium() as running:
        yield running
