"""The web page of every built-in theme: accessible, valid, and with its dates where the theme has them."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from browser_checks import PHONE, View, axe_violations, nu_messages, opened, too_wide
from polyvita import build
from polyvita.config.theme import theme_names
from repository import TESTS

THEMES = theme_names(Path("nowhere"))


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Return the page of each theme."""
    folder = tmp_path_factory.mktemp("themes")
    (folder / "filters").mkdir()
    (folder / "cv.md").write_bytes((TESTS / "data/themes.md").read_bytes())
    for theme in THEMES:
        text = f"title: Curriculum vitae\nformats: html\ntheme: {theme}\n"
        (folder / f"filters/{theme}.yaml").write_text(text, encoding="utf-8")
    build(folder / "cv.md", timestamp=0)
    return {theme: folder / f"outputs/{theme}.html" for theme in THEMES}


@pytest.mark.parametrize("theme", THEMES)
def test_axe_finds_nothing_in_a_light_wide_and_in_a_dark_narrow_window(
    pages: dict[str, Path], browser: Browser, theme: str
) -> None:
    for view in (View(), View(PHONE, "dark")):
        with opened(browser, pages[theme].as_uri(), view) as page:
            assert (str(view), axe_violations(page)) == (str(view), [])
    assert too_wide(browser, pages[theme].as_uri()) == []


def test_the_nu_checker_finds_nothing_in_any_theme(pages: dict[str, Path]) -> None:
    assert nu_messages(*pages.values()) == []


@pytest.mark.parametrize(("theme", "at_left"), [("classic", False), ("timeline", True)])
def test_dates_of_entries_and_items_are_in_one_column(
    pages: dict[str, Path], browser: Browser, theme: str, at_left: bool
) -> None:
    with opened(browser, pages[theme].as_uri()) as page:
        found = page.evaluate(
            "[...document.querySelectorAll('.when')].map(date => {"
            " const text = date.parentElement.querySelector('span:not(.when)');"
            " const [one, other] = [date, text].map(node => node.getBoundingClientRect());"
            " return {edge: Math.round(one.left), end: Math.round(one.right), before: one.left < other.left,"
            " beside: Math.abs(one.top - other.top) < 8}; })"
        )
    assert len(found) > 10
    assert {row["before"] for row in found} == {at_left}
    assert {row["beside"] for row in found} == {True}
    assert len({row["edge" if at_left else "end"] for row in found}) == 1
