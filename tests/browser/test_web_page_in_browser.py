"""A web page with a photo, a search and publications that unfold: accessible, self-contained, and useful printed."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from browser_checks import View, axe_violations_in_all_views, nu_messages, opened, requests_beyond, too_wide
from polyvita import build
from small_web_page import write_web_project


@pytest.fixture(scope="module")
def web_page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = write_web_project(tmp_path_factory.mktemp("web"))
    build(folder / "cv.md", ["web"])
    return folder / "outputs/web.html"


def shown(page: Page) -> list[str]:
    return page.eval_on_selector_all(
        ".facts", "all => all.filter(facts => facts.offsetParent).map(facts => facts.dataset.year)"
    )


def test_the_page_is_accessible_valid_narrow_and_alone(web_page: Path, browser: Browser) -> None:
    address = web_page.as_uri()
    assert axe_violations_in_all_views(browser, address) == []
    # The Nu checker takes each image in the page for one that “img-src data:” forbids. Browsers show it.
    assert [text for text in nu_messages(web_page) if "blocked by “img-src” directive" not in text] == []
    assert requests_beyond(browser, address) == []
    assert too_wide(browser, address) == []


def test_the_search_finds_words_years_and_types(web_page: Path, browser: Browser) -> None:
    with opened(browser, web_page.as_uri()) as page:
        errors: list[str] = []
        page.on("console", lambda message: errors.append(message.text))
        assert len(shown(page)) == 7
        page.fill("[name=words]", "MULLER zeit")
        assert (shown(page), page.text_content("output")) == (["2021"], "1 / 7")
        assert page.is_hidden("#other")
        page.fill("[name=words]", "")
        page.select_option("[name=year]", "2021")
        assert shown(page) == ["2021", "2021"]
        page.select_option("[name=type]", "Book")
        assert shown(page) == ["2021"]
        page.press("[name=words]", "Enter")
        assert shown(page) == ["2021"]
        assert errors == []


def test_without_a_script_publications_unfold_and_nothing_is_dead(web_page: Path, browser: Browser) -> None:
    context = browser.new_context(java_script_enabled=False)
    try:
        page = context.new_page()
        page.goto(web_page.as_uri())
        assert page.is_hidden("form.search")
        assert page.is_hidden("text=@book{four")
        page.locator("li:has-text('The Book') summary").click()
        assert page.is_visible("text=@book{four")
    finally:
        context.close()


def test_the_photo_is_beside_the_name_and_above_it_on_a_phone(web_page: Path, browser: Browser) -> None:
    for width, is_beside in ((1280, True), (375, False)):
        with opened(browser, web_page.as_uri(), View(width)) as page:
            photo, name = (page.locator(part).bounding_box() for part in (".photo", "h1"))
            assert photo
            assert name
            assert (photo["y"] < name["y"] + name["height"] and photo["x"] > name["x"]) == is_beside
            assert page.evaluate("getComputedStyle(document.querySelector('.photo')).objectFit") == "cover"


def test_print_leaves_the_buttons_out(web_page: Path, browser: Browser) -> None:
    with opened(browser, web_page.as_uri()) as page:
        page.emulate_media(media="print")
        assert shown(page) == []
        assert page.is_hidden("form.search")
        assert page.is_visible("text=The Book")
