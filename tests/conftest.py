"""Fixtures, options and settings that all tests share. Helpers that tests import are in `tests/support`."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

from polyvita import build
from polyvita.builder.plan import make_plan
from polyvita.writers import fonts
from repository import CV_FILE, MOMENT
from shipped_outputs import Outputs

if TYPE_CHECKING:
    from playwright.sync_api import Browser

# Both profiles try the same examples in each run, so that a red test stays red.
settings.register_profile(
    "quick", max_examples=40, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("thorough", settings.get_profile("quick"), max_examples=1000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "quick"))

for name in ("NO_COLOR", "FORCE_COLOR"):  # Tests compare what commands print.
    os.environ.pop(name, None)

MARKS_OF_FIXTURES = {"outputs": "slow", "browser": "browser", "in_libreoffice": "office"}
"""A test that takes one of these fixtures gets the mark without being decorated."""
SLOW_FOLDERS = {"attacks", "cases", "fuzz", "integration", "laws"}
"""The folders of `tests/` whose tests are slow, most of them because they build whole projects."""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update", action="store_true", help="write the present results into the expectation files")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if SLOW_FOLDERS.intersection(item.path.parts):
            item.add_marker("slow")
        for fixture in getattr(item, "fixturenames", ()):
            if mark := MARKS_OF_FIXTURES.get(fixture):
                item.add_marker(mark)


@pytest.fixture(autouse=True)
def _one_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make commands called in a test work in the test's own process, so that the test can observe them."""
    monkeypatch.setattr("polyvita.builder.workers.default_processes", lambda: 1)


@pytest.fixture
def bare_machine(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Simulate a machine without fonts, so that only the bundled fonts and those beside a CV are found."""
    families = fonts._find_families
    fonts.clear_font_cache()
    monkeypatch.setattr(fonts, "_find_families", lambda folders: families(folders) if folders is not None else {})
    yield
    fonts._add_substitutes.cache_clear()


@pytest.fixture(scope="session")
def outputs(tmp_path_factory: pytest.TempPathFactory) -> Outputs:
    """Build the filters of this repository once. It takes several seconds."""
    folder = tmp_path_factory.mktemp("outputs")
    built = build(CV_FILE, outputs=folder, timestamp=MOMENT)
    assert [str(finding) for finding in built.findings] == []
    assert built.exit_status == 0
    return Outputs(folder, make_plan(CV_FILE, outputs=folder, timestamp=MOMENT))


# Playwright keeps an event loop, and no other test of the process can have one meanwhile: a module, not the session.
@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Run the Chromium of this machine, or skip the test."""
    from browser_checks import chromium

    with chromium() as running:
        yield running
