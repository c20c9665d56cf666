"""Every HTML output of this repository in a browser: accessible, valid, self-contained, narrow and printable."""

from __future__ import annotations

import datetime
import io
import re
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser
from pypdf import PdfReader

from browser_checks import (
    VIEWS,
    View,
    axe_violations,
    axe_violations_in_all_views,
    nu_messages,
    opened,
    printed_pages,
    requests_beyond,
    too_wide,
)
from polyvita import build
from polyvita.checks.rules.report_page import write_report_page
from polyvita.config.filter_file import load_filter
from polyvita.explain.review_copy import render_review_copy
from repository import FILTERS, ROOT, TESTS
from required_programs import NPM, npm_file, program
from shipped_outputs import Outputs, job_of, pdf_page_count

WITH_HTML = [name for name in FILTERS if "html" in load_filter(ROOT / f"filters/{name}.yaml").formats]
PIXEL = "data:image/gif;base64,R0lGODlhAQABAAAAACH5BAEAAAAALAAAAAABAAEAAAIA"


def html_of(outputs: Outputs, name: str) -> Path:
    return next(output.path for output in job_of(outputs, name).outputs if output.format == "html")


@pytest.mark.parametrize("name", [name for name in WITH_HTML if not name.startswith("bio-")])
def test_axe_finds_nothing_in_any_view(outputs: Outputs, browser: Browser, name: str) -> None:
    assert axe_violations_in_all_views(browser, html_of(outputs, name).as_uri()) == []


def test_the_nu_checker_finds_no_errors_and_no_warnings(outputs: Outputs) -> None:
    assert nu_messages(*(html_of(outputs, name) for name in WITH_HTML)) == []


@pytest.mark.parametrize("name", WITH_HTML)
def test_a_page_requests_nothing_else(outputs: Outputs, browser: Browser, name: str) -> None:
    assert requests_beyond(browser, html_of(outputs, name).as_uri()) == []


@pytest.mark.parametrize("name", WITH_HTML)
def test_no_page_is_wider_than_a_phone(outputs: Outputs, browser: Browser, name: str) -> None:
    assert too_wide(browser, html_of(outputs, name).as_uri()) == []


@pytest.mark.parametrize("width", [1280, 550])
@pytest.mark.parametrize("medium", ["screen", "print"])
def test_a_date_is_at_the_right_edge_of_the_first_line(
    outputs: Outputs, browser: Browser, width: int, medium: Literal["screen", "print"]
) -> None:
    with opened(browser, html_of(outputs, "full").as_uri(), View(width)) as page:
        page.emulate_media(media=medium)
        dates = page.evaluate(
            """() => [...document.querySelectorAll('.when')].map(when => {
              const line = when.previousElementSibling.getClientRects()[0], date = when.getBoundingClientRect()
              const first = document.createRange(); first.selectNodeContents(when.previousElementSibling)
              const around = when.parentElement.getBoundingClientRect()
              return {text: when.textContent, right: around.right - date.right, gap: date.left - line.right,
                      below: date.top + date.height / 2 - first.getClientRects()[0].bottom}
            })"""
        )
    assert len(dates) > 70
    assert [date for date in dates if abs(date["right"]) > 1 or date["gap"] < 8 or date["below"] > 0] == []


@pytest.mark.parametrize("width", [1280, 550, 390])
def test_no_line_of_the_address_begins_or_ends_with_a_bar(outputs: Outputs, browser: Browser, width: int) -> None:
    with opened(browser, html_of(outputs, "full").as_uri(), View(width)) as page:
        bars = page.evaluate(
            """() => { const edge = document.querySelector('address').getBoundingClientRect().left
              return [...document.querySelectorAll('.bar')].filter(bar => bar.offsetWidth).map(bar => {
                const before = bar.parentElement.previousElementSibling.getBoundingClientRect()
                const box = bar.getBoundingClientRect()
                return {hidden: box.right <= edge + 1, beside: Math.abs(before.bottom - box.bottom) < box.height / 2}
              }) }"""
        )
    assert [bar for bar in bars if bar["hidden"] == bar["beside"]] == []
    assert sum(bar["beside"] for bar in bars) == {1280: 3, 550: 2, 390: 0}[width]


@pytest.mark.parametrize("medium", ["screen", "print"])
def test_a_link_is_told_from_text_without_its_colour(
    outputs: Outputs, browser: Browser, medium: Literal["screen", "print"]
) -> None:
    with opened(browser, html_of(outputs, "full").as_uri()) as page:
        page.emulate_media(media=medium)
        lines = page.evaluate("[...document.links].map(a => getComputedStyle(a).textDecorationLine)")
    assert set(lines) == {"underline"}


def test_a_printed_page_does_not_end_with_the_head_of_an_entry(outputs: Outputs, browser: Browser) -> None:
    with opened(browser, html_of(outputs, "full").as_uri()) as page:
        heads = page.evaluate("[...document.querySelectorAll('h2, h3, h4, .where')].map(e => e.innerText)")
        # The margins decide which entries are at the ends of pages.
        printed = [page.pdf(height=f"{mm}mm", margin={"top": "10mm", "bottom": "10mm"}) for mm in (240, 262, 284)]
    last = [
        part.extract_text().strip().splitlines()[-1]
        for pdf in printed
        for part in PdfReader(io.BytesIO(pdf)).pages[:-1]
    ]
    assert len(last) > 25
    assert [line for line in last if line in {part for head in heads for part in head.split("\n")}] == []


def test_a_table_is_as_wide_as_its_content(outputs: Outputs, browser: Browser) -> None:
    with opened(browser, html_of(outputs, "full").as_uri()) as page:
        table, main = page.evaluate("['table', 'main'].map(name => document.querySelector(name).offsetWidth)")
    assert table < main / 2


@pytest.mark.parametrize("name", WITH_HTML)
def test_a_printed_page_is_about_as_long_as_the_pdf(outputs: Outputs, browser: Browser, name: str) -> None:
    pdf_pages = pdf_page_count(job_of(outputs, name))
    printed = printed_pages(browser, html_of(outputs, name).as_uri())
    assert abs(printed - pdf_pages) <= pdf_pages // 5  # A typeface may be missing.


def test_a_review_copy_passes_the_same_checks(outputs: Outputs, browser: Browser, tmp_path: Path) -> None:
    name = "funding"
    page = tmp_path / f"{name}.review.html"
    page.write_bytes(render_review_copy(job_of(outputs, name), ROOT))
    assert axe_violations_in_all_views(browser, page.as_uri()) == []
    assert nu_messages(page) == []
    assert requests_beyond(browser, page.as_uri()) == []
    assert too_wide(browser, page.as_uri()) == []


def test_the_report_of_a_check_passes_the_same_checks(browser: Browser, tmp_path: Path) -> None:
    (tmp_path / "filters").mkdir()
    (tmp_path / "filters/one.yaml").write_text("formats: [docx, pdf]\nrules: [dfg, erc]\n")
    (tmp_path / "cv.md").write_text("---\nname: Ada Example\n---\n\n# Bio\n\nHas an h-index of 12.\n")
    result = build(tmp_path / "cv.md", strict=True)
    page = tmp_path / "report.html"
    findings = [*result.findings, *result.notes]
    write_report_page(page, tmp_path / "cv.md", result.verdicts, findings, datetime.date(2026, 11, 27))
    assert axe_violations_in_all_views(browser, page.as_uri()) == []
    assert nu_messages(page) == []
    assert requests_beyond(browser, page.as_uri()) == []
    assert too_wide(browser, page.as_uri()) == []


@pytest.mark.parametrize("name", ["arabic", "hebrew"])
def test_pages_from_right_to_left_pass_the_same_checks(browser: Browser, name: str, tmp_path: Path) -> None:
    (tmp_path / "filters").mkdir()
    (tmp_path / "filters/one.yaml").write_text("formats: html\n")
    text = (TESTS / f"cases/real/{name}.md").read_text(encoding="utf-8")
    # axe-core cannot decide about the arrow of a footnote, which is a sign and not a text.
    (tmp_path / "cv.md").write_text(text.replace("[^1]: ", "").replace("[^1]", ""), encoding="utf-8")
    assert build(tmp_path / "cv.md").exit_status == 0
    page = tmp_path / "outputs/one.html"
    assert axe_violations_in_all_views(browser, page.as_uri()) == []
    assert nu_messages(page) == []
    assert too_wide(browser, page.as_uri()) == []
    with opened(browser, page.as_uri()) as shown:
        left, right = shown.evaluate(
            "[...document.querySelectorAll('h3')].map(h => [h.querySelector('.when'), h.firstChild])[0].map(node => {"
            " const range = document.createRange(); range.selectNodeContents(node);"
            " return range.getBoundingClientRect().left; })"
        )
    assert left < right  # The date is at the left edge, the title at the right one.


def test_html_outputs_are_found() -> None:
    assert len(WITH_HTML) >= 7


# ---------------------------------------------------------------- the checks above can fail


@pytest.fixture
def page(outputs: Outputs, tmp_path: Path) -> Path:
    """Return a copy of an HTML output, which the test may change."""
    copy = tmp_path / "short-bio.html"
    copy.write_bytes(html_of(outputs, "short-bio").read_bytes())
    return copy


def plant(page: Path, fault: str, replaced: str = "</main>") -> str:
    """Replace a part of the page by a fault, and return the address of the page."""
    text = page.read_text(encoding="utf-8")
    assert text.count(replaced) == 1
    page.write_text(text.replace(replaced, fault), encoding="utf-8")
    return page.as_uri()


def test_axe_finds_a_fault_only_in_the_views_that_have_it(page: Path, browser: Browser) -> None:
    address = plant(
        page,
        f"""<style>@media (prefers-color-scheme: dark) {{ .pale {{ color: #404040; }} }}
        @media (min-width: 34rem) {{ .phone {{ display: none; }} }}</style>
        <p class="pale">Pale</p> <p class="phone"><img src="{PIXEL}"></p> <h5>Deep</h5>""",
    )
    found = {str(view): set[str]() for view in VIEWS}
    for line in axe_violations_in_all_views(browser, address):
        view, rule, *_ = line.split(": ")
        found[view].add(rule)
    assert found == {
        "1280 px, light": {"heading-order"},
        "1280 px, dark": {"heading-order", "color-contrast"},
        "390 px, light": {"heading-order", "image-alt"},
        "390 px, dark": {"heading-order", "image-alt", "color-contrast"},
    }


def test_axe_reports_undecided_checks(page: Path, browser: Browser) -> None:
    with opened(browser, plant(page, f"<p style='background: url({PIXEL})'>On a picture</p>")) as shown:
        (line,) = axe_violations(shown)
    assert line.startswith("undecided: color-contrast: ")


def test_the_nu_checker_finds_errors_and_warnings(page: Path) -> None:
    plant(page, f"<p>A <span>broken<div>nesting</div></span></p><img src='{PIXEL}'><section>No heading</section>")
    found = [line.partition(":")[2].partition(": ")[2] for line in nu_messages(page)]
    assert {line.partition(": ")[0] for line in found} == {"error", "warning"}
    assert any("“img” element must have an “alt” attribute" in line for line in found)
    assert any(line.startswith("error: No “p” element in scope") for line in found)
    assert any(line.startswith("warning: Section lacks heading") for line in found)


def test_requests_of_a_page_are_found(page: Path, browser: Browser) -> None:
    stylesheet = page.parent / "beside.css"
    stylesheet.write_text("p { color: black; }")
    text = page.read_text(encoding="utf-8")  # The policy of the page would block the requests before they start.
    page.write_text(re.sub(r"<meta http-equiv=[^>]*Content-Security-Policy[^>]*>", "", text), encoding="utf-8")
    address = plant(
        page,
        """<link rel="stylesheet" href="beside.css"> <img src="https://example.org/image" alt="Example">
        <style>@media print { body { background: url(https://example.org/print); } }</style>
        <script>fetch("https://example.org/script").catch(() => 0)</script>""",
    )
    elsewhere = {f"https://example.org/{name}" for name in ("image", "print", "script")}
    assert set(requests_beyond(browser, address)) == {stylesheet.as_uri(), *elsewhere}
    assert set(requests_beyond(browser, address, own=page.parent.as_uri())) == elsewhere


@pytest.mark.parametrize(
    ("fault", "replaced", "widths"),
    [
        ("<p style='width: 400px'>Wide</p>", "</main>", [390, 320]),
        ("<p style='width: 350px'>Wide</p>", "</main>", [320]),
        ("<meta name='view'", '<meta name="viewport"', [390, 320]),
    ],
)
def test_a_page_that_is_too_wide_is_found(
    page: Path, browser: Browser, fault: str, replaced: str, widths: list[int]
) -> None:
    assert too_wide(browser, plant(page, fault, replaced)) == widths


def test_a_printed_page_that_is_too_long_is_found(page: Path, browser: Browser) -> None:
    assert printed_pages(browser, plant(page, "<style>@media print { p { font-size: 40pt; } }</style>")) > 2


def test_a_missing_program_skips_a_test_locally_and_fails_it_in_ci(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    missing = {
        "Example is not installed": lambda: program("no-such-program", "Example"),
        f"{tmp_path}/node_modules/axe-core/axe.min.js not found": lambda: npm_file("axe-core/axe.min.js"),
    }
    monkeypatch.setenv(NPM, str(tmp_path))
    for in_ci, outcome in (("", pytest.skip.Exception), ("true", pytest.fail.Exception)):
        monkeypatch.setenv("CI", in_ci)
        for reason, require in missing.items():
            # Both exceptions are caught, because an unexpected skip would skip this test too.
            with pytest.raises((pytest.skip.Exception, pytest.fail.Exception), match=re.escape(reason)) as caught:
                require()
            assert caught.type is outcome
