"""The report of a batch in a real browser: it sorts and filters, can be read without its script, and is accessible."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from browser_checks import axe_violations_in_all_views, chromium, nu_messages, requests_beyond
from inline_engine import InlineEngine
from polyvita.batch.run import run_batch

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture
def report(tmp_path: Path) -> Path:
    (tmp_path / "faculty.yaml").write_text("people: people/*/cv.md\nreport: {count: publication}\n")
    (tmp_path / "filters").mkdir()
    for name in ("one", "two"):
        (tmp_path / "filters" / f"{name}.yaml").write_text("formats: txt\n")
    for id in ("ada", "bob", "eve"):
        home = tmp_path / "people" / id
        home.mkdir(parents=True)
        text = f"---\nname: {id.title()} Example\n---\n\n# Papers {{.publication}}\n\n- One {{date=2025}}\n"
        (home / "cv.md").write_text(text if id != "bob" else "")
    run_batch(tmp_path / "faculty.yaml", engine=InlineEngine())
    return tmp_path / "outputs" / "report.html"


def test_the_report_sorts_and_filters_and_needs_no_script(report: Path, browser: Browser) -> None:
    for scripted in (True, False):
        context = browser.new_context(java_script_enabled=scripted)
        page = context.new_page()
        problems: list[str] = []
        page.on("console", lambda message, problems=problems: problems.append(message.text))  # type: ignore[misc]
        page.goto(report.as_uri())
        rows = page.locator("#people tbody tr:visible")
        assert [row.split("\t")[0] for row in rows.all_inner_texts()] == ["ada", "ada", "bob", "eve", "eve"]
        if scripted:
            for _ in range(2):
                page.locator("#people thead button").first.click()
            page.get_by_label("Filter").select_option("two")
            assert [row.split("\t")[0] for row in rows.all_inner_texts()] == ["eve", "ada"]
            page.get_by_label("Filter").select_option("")
            page.get_by_label("Search").fill("PV003")
            assert [row.split("\t")[0] for row in rows.all_inner_texts()] == ["bob"]
        assert problems == []
        context.close()


def test_the_report_is_valid_accessible_and_loads_nothing(report: Path, browser: Browser) -> None:
    assert nu_messages(report) == []
    assert axe_violations_in_all_views(browser, report.as_uri()) == []
    assert requests_beyond(browser, report.as_uri()) == []
