"""Every shipped HTML file in a browser: within reach of everybody, valid, alone, as wide as its window, printable."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from browser import PHONE, View, axe_violations_in_all_views, nu_messages, opened, requests_beyond
from conftest import ROOT, Outputs
from playwright.sync_api import Browser
from pypdf import PdfReader
from test_outputs import FILTERS
from test_word import job_of, pages_of

from pipeline.filter_file import load_filter

WITH_HTML = [name for name in FILTERS if "html" in load_filter(ROOT / f"filters/{name}.yaml").formats]


def html_of(outputs: Outputs, name: str) -> Path:
    return next(output.path for output in job_of(outputs, name).outputs if output.format == "html")


@pytest.mark.parametrize("name", WITH_HTML)
def test_axe_finds_nothing_at_a_desk_or_on_a_phone_light_or_dark(outputs: Outputs, browser: Browser, name: str) -> None:
    assert axe_violations_in_all_views(browser, html_of(outputs, name).as_uri()) == []


def test_the_nu_checker_finds_nothing(outputs: Outputs) -> None:
    assert nu_messages(*(html_of(outputs, name) for name in WITH_HTML)) == []


@pytest.mark.parametrize("name", WITH_HTML)
def test_asks_for_nothing_from_elsewhere(outputs: Outputs, browser: Browser, name: str) -> None:
    assert requests_beyond(browser, html_of(outputs, name).as_uri()) == []


@pytest.mark.parametrize("name", WITH_HTML)
@pytest.mark.parametrize("width", [PHONE, 320])
def test_scrolls_in_one_direction(outputs: Outputs, browser: Browser, name: str, width: int) -> None:
    with opened(browser, html_of(outputs, name).as_uri(), View(width)) as page:
        assert page.evaluate("document.documentElement.scrollWidth") == width


@pytest.mark.parametrize("name", WITH_HTML)
def test_prints_to_about_as_many_pages_as_our_pdf(outputs: Outputs, browser: Browser, name: str) -> None:
    with opened(browser, html_of(outputs, name).as_uri()) as page:
        printed = len(PdfReader(io.BytesIO(page.pdf(prefer_css_page_size=True))).pages)
    ours = pages_of(job_of(outputs, name))
    assert abs(printed - ours) <= ours // 5  # a machine may lack the typeface
