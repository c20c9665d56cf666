"""The preview of a copy of the real CV in a real browser: it updates after each save, is safe and is accessible."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote, urlsplit

import pytest
from playwright.sync_api import Browser, FrameLocator, Locator, Page, expect

from browser_checks import DESK, VIEWS, View, axe_violations, nu_messages, opened, requests_beyond, too_wide
from output_text import words_of
from repository import ROOT

pytestmark = pytest.mark.skipif(os.name == "nt", reason="no Ctrl-C is sent to a program there")

FUNDING = "# Third-Party Funded Research Projects"
COUNTED = re.compile("finding|error|warning")
"""The status after a build."""
expect.set_options(timeout=20_000)


@pytest.fixture
def cv(tmp_path: Path) -> Path:
    shutil.copytree(ROOT / "filters", tmp_path / "filters")
    return Path(shutil.copy(ROOT / "cv.md", tmp_path))


@pytest.fixture
def url(cv: Path) -> Iterator[str]:
    with served(cv) as address:
        yield address


@contextmanager
def served(cv: Path, *, port: str = "0", editor: str = "vscode") -> Iterator[str]:
    command = [
        sys.executable,
        "-m",
        "polyvita",
        "preview",
        "--no-open",
        "--port",
        port,
        "--editor",
        editor,
        "-s",
        str(cv),
    ]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT)
    try:
        assert process.stdout
        yield process.stdout.readline().partition("/?")[0].strip()
    finally:
        process.terminate()
        process.wait(20)


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def frame(page: Page) -> FrameLocator:
    return page.frame_locator("iframe:not(.loading)")


def evaluate_in_frame(page: Page, script: str) -> float:
    """Return the value of an expression in the shown frame, evaluated as the script of the page would."""
    expect(page.locator("iframe:not(.loading)")).to_have_count(1)
    found: float = page.evaluate(f"document.querySelector('iframe:not(.loading)').contentWindow.{script}")
    return found


def status(page: Page) -> Locator:
    return page.get_by_role("status")


@contextmanager
def opened_preview(browser: Browser, url: str, view: View = DESK) -> Iterator[Page]:
    with opened(browser, url, view) as page:
        expect(status(page)).to_have_text(COUNTED)
        yield page


# ---------------------------------------------------------------- it updates after each save


def test_new_text_appears_and_the_scroll_position_is_kept(cv: Path, url: str, browser: Browser) -> None:
    with opened_preview(browser, f"{url}/?filter=full&show=html") as page:
        expect(frame(page).get_by_role("heading", name="Short Bio")).to_be_visible()
        page.evaluate("document.querySelector('iframe').contentWindow.scrollTo(0, 4000)")
        heading = "document.getElementById('service').getBoundingClientRect().top"
        before, top = evaluate_in_frame(page, "scrollY"), evaluate_in_frame(page, heading)
        assert before == 4000
        change(cv, FUNDING, "# Funded and Renamed Projects")
        expect(frame(page).get_by_role("heading", name="Funded and Renamed Projects")).to_have_count(1)
        assert evaluate_in_frame(page, "scrollY") == 4000
        assert evaluate_in_frame(page, heading) == top
        change(
            cv, "# Professional Experience", "# An Added Part\n\n" + "More. " * 500 + "\n\n# Professional Experience"
        )
        expect(frame(page).get_by_role("heading", name="An Added Part")).to_have_count(1)
        assert evaluate_in_frame(page, heading) == pytest.approx(top, abs=2), "the text in the window does not move"
        assert evaluate_in_frame(page, "scrollY") > 4300


def test_a_save_with_errors_keeps_the_last_page_and_shows_findings(cv: Path, url: str, browser: Browser) -> None:
    with opened_preview(browser, f"{url}/?filter=full&show=html") as page:
        stale = page.get_by_text("This is the last good version")
        expect(stale).to_be_hidden()
        change(cv, "{#funding .core", "{#funding .cor")
        expect(stale).to_be_visible()
        finding = page.locator("#findings > li")
        expect(finding).to_have_count(1)
        expect(finding).to_contain_text("error PV112 · cv.md:442:50")
        link = finding.get_by_role("link", name="cv.md:442:50")
        expect(link).to_have_attribute("href", f"vscode://file{quote(str(cv))}:442:50")
        expect(status(page)).to_contain_text("1 error")
        expect(finding).to_contain_text("the front matter does not list the tag “cor”")
        expect(finding).to_contain_text("did you mean “core”?")
        expect(finding.locator("mark")).to_have_text(".cor")
        expect(frame(page).get_by_role("heading", name="Third-Party Funded Research Projects")).to_have_count(1)
        change(cv, ".cor ", ".core ")
        expect(stale).to_be_hidden()
        expect(finding).to_have_count(0)


def test_errors_in_other_filters_are_counted_and_shown(cv: Path, url: str, browser: Browser) -> None:
    with opened_preview(browser, f"{url}/?filter=full&show=html") as page:
        expect(status(page)).to_contain_text("no findings")
        (cv.parent / "filters/bio-50.yaml").write_text("formats: [txt\n")
        (cv.parent / "filters/bio-100.yaml").write_text("formats: pdf\nfont: No Such Font\n")
        expect(status(page)).to_have_text(re.compile("1 error, 1 warning"))
        expect(page.get_by_role("heading", name="No findings in this output")).to_be_visible()
        elsewhere = page.get_by_role("list", name="In other filters").get_by_role("listitem")
        expect(elsewhere.filter(has_text="error")).to_contain_text("PV122 · filters/bio-50.yaml:1:")
        expect(page.get_by_text("This is the last good version")).to_be_hidden()
        expect(frame(page).get_by_role("heading", name="Short Bio")).to_have_count(1)
        looks = [
            elsewhere.filter(has_text=word)
            .locator(".severity")
            .first.evaluate("it => getComputedStyle(it).backgroundColor")
            for word in ("error", "warning")
        ]
        assert looks[0] != looks[1], "an error and a warning differ in more than the colour of the word"
        page.get_by_role("listitem").filter(has_text="bio-50").get_by_role("link", name="Text").first.click()
        expect(page.get_by_role("heading", name="bio-50, Text")).to_be_visible()
        expect(page.locator("#findings > li")).to_contain_text("PV122")
        expect(status(page)).to_contain_text("1 error")
        shutil.copy(ROOT / "filters/bio-50.yaml", cv.parent / "filters")
        shutil.copy(ROOT / "filters/bio-100.yaml", cv.parent / "filters")
        expect(status(page)).to_contain_text("no findings")


def test_a_reload_keeps_the_output_the_view_and_the_scroll_position(url: str, browser: Browser) -> None:
    with opened_preview(browser, f"{url}/") as page:
        page.get_by_role("listitem").filter(has_text="full").get_by_role("link", name="HTML").first.click()
        expect(frame(page).get_by_role("heading", name="Short Bio")).to_be_visible()
        page.evaluate("document.querySelector('iframe:not(.loading)').contentWindow.scrollTo(0, 3000)")
        page.reload()
        expect(frame(page).get_by_role("heading", name="Short Bio")).to_have_count(1)
        assert evaluate_in_frame(page, "scrollY") == 3000
        assert page.url.endswith("/?filter=full&show=html")
        page.get_by_role("link", name="Review: what is left out").click()
        expect(page.get_by_role("heading", name="full, review")).to_be_visible()
        page.reload()
        expect(page.get_by_role("heading", name="full, review")).to_be_visible()
        page.get_by_role("link", name="Back to the output").click()
        expect(page.get_by_role("heading", name="full, HTML")).to_be_visible()
        page.go_back()
        expect(page.get_by_role("heading", name="full, review")).to_be_visible()


def test_the_review_marks_what_is_left_out(url: str, browser: Browser) -> None:
    with opened_preview(browser, f"{url}/?filter=funding&show=review") as page:
        expect(frame(page).locator(".out").first).to_be_attached()


def test_a_word_download_has_the_latest_changes(cv: Path, url: str, browser: Browser, tmp_path: Path) -> None:
    with opened_preview(browser, f"{url}/?filter=full&show=docx") as page:
        link = page.get_by_role("link", name="Download full.docx")
        before = link.get_attribute("href")
        change(cv, FUNDING, "# Funded and Renamed Projects")
        expect(link).not_to_have_attribute("href", before or "")
        with page.expect_download() as asked:
            link.click()
        assert asked.value.suggested_filename == "full.docx"
        asked.value.save_as(tmp_path / "got.docx")
    assert "Funded and Renamed Projects" in words_of((tmp_path / "got.docx").read_bytes(), "docx")


def test_plain_text_updates(cv: Path, url: str, browser: Browser) -> None:
    with opened_preview(browser, f"{url}/?filter=bio-50&show=txt") as page:
        expect(frame(page).locator("pre")).to_contain_text("Sebastian Lapuschkin")
        change(cv, "name: Sebastian Lapuschkin", "name: Ada Example")
        expect(frame(page).locator("pre")).to_contain_text("Ada Example")


def test_a_pdf_stays_on_its_page(cv: Path, url: str, browser: Browser) -> None:
    with opened_preview(browser, f"{url}/?filter=full&show=pdf") as page:
        shown = page.locator("iframe:not(.loading)")
        if not page.evaluate("navigator.pdfViewerEnabled"):
            expect(page.get_by_role("link", name="Download full.pdf")).to_be_visible()
            return
        expect(shown).to_have_attribute("src", re.compile("^output/full/pdf.*#page=1&"))
        page.get_by_role("button", name="Next page").click()
        expect(page.get_by_text(re.compile(r"page 2 of \d+"))).to_be_visible()
        expect(shown).to_have_attribute("src", re.compile("#page=2&"))
        before = shown.get_attribute("src")
        change(cv, FUNDING, "# Funded and Renamed Projects")
        expect(shown).not_to_have_attribute("src", before or "")
        expect(shown).to_have_attribute("src", re.compile("#page=2&"))
        page.reload()
        expect(page.get_by_text(re.compile(r"page 2 of \d+"))).to_be_visible()


def test_the_list_shows_new_and_deleted_filters(cv: Path, url: str, browser: Browser) -> None:
    with opened_preview(browser, f"{url}/?filter=full&show=html") as page:
        (cv.parent / "filters/aaa.yaml").write_text("title: Quite new\nformats: [html]\n")
        expect(page.get_by_text("Quite new")).to_be_visible()
        (cv.parent / "filters/aaa.yaml").unlink()
        expect(page.get_by_text("Quite new")).to_have_count(0)
        (cv.parent / "filters/full.yaml").unlink()
        expect(page.get_by_text("This is the last good version")).to_be_visible()
        expect(page.locator("#findings > li")).to_contain_text("filter “full” not found")


def test_the_page_shows_that_the_preview_stopped_and_reconnects(cv: Path, browser: Browser) -> None:
    with served(cv) as url:
        context = browser.new_context()
        page = context.new_page()
        page.goto(f"{url}/?filter=full&show=html")
        expect(status(page)).to_contain_text("no findings")
    expect(status(page)).to_contain_text("The preview has stopped")
    change(cv, FUNDING, "# Funded and Renamed Projects")
    with served(cv, port=str(urlsplit(url).port)) as again:
        assert again == url
        expect(frame(page).get_by_role("heading", name="Funded and Renamed Projects")).to_have_count(1)
    context.close()


# ---------------------------------------------------------------- it is safe


def test_no_script_runs_in_an_output_and_links_open_a_new_tab(cv: Path, url: str, browser: Browser) -> None:
    change(cv, FUNDING, "<script>document.title = 'run'; top.document.title = 'run'</script>\n\n" + FUNDING)
    with opened_preview(browser, f"{url}/?filter=full&show=html") as page:
        expect(frame(page).get_by_role("heading", name="Short Bio")).to_be_visible()
        assert page.title() != "run"
        link = frame(page).get_by_role("link", name="github.com/sebastian-lapuschkin").first
        expect(link).to_have_attribute("target", "_blank")
        page.goto(f"{url}/output/full/html")
        assert page.title() != "run", "no script runs outside the frame either"


def test_another_site_cannot_read_outputs(cv: Path, url: str, browser: Browser, tmp_path: Path) -> None:
    other_page = tmp_path / "other.html"
    other_page.write_text(f"<!doctype html><iframe src='{url}/?filter=full&amp;show=html'></iframe>")
    with opened(browser, other_page.as_uri()) as page:
        got = page.evaluate(f"fetch('{url}/output/full/html').then(() => 'answered', () => 'refused')")
        assert got == "refused"
        assert "cv.md" not in page.frames[-1].content()


# ---------------------------------------------------------------- it is accessible


def break_cv(cv: Path) -> None:
    change(cv, "{#funding .core", "{#funding .cor")


def violations(page: Page) -> list[str]:
    """Return the violations of the page with its whole list visible. Outputs in frames have their own tests."""
    size = page.viewport_size
    assert size
    page.set_viewport_size({"width": size["width"], "height": 3000})
    return [line for line in axe_violations(page) if not line.startswith("undecided: frame-tested")]


@pytest.mark.parametrize("view", VIEWS, ids=str)
def test_axe_finds_nothing(cv: Path, url: str, browser: Browser, view: View) -> None:
    with opened_preview(browser, f"{url}/?filter=full&show=html", view) as page:
        expect(page.locator("iframe:not(.loading)")).to_have_count(1)
        assert violations(page) == []
        (cv.parent / "filters/bio-100.yaml").write_text("formats: pdf\nfont: No Such Font\n")
        break_cv(cv)
        expect(page.locator("#findings > li.error")).to_have_count(1)
        expect(page.locator("#elsewhere > li.warning")).to_have_count(1)
        assert violations(page) == []
    with opened_preview(browser, f"{url}/?filter=full&show=docx", view) as page:
        assert violations(page) == []


def test_the_nu_checker_finds_nothing(cv: Path, url: str, browser: Browser, tmp_path: Path) -> None:
    break_cv(cv)
    with opened_preview(browser, f"{url}/?filter=full&show=html") as page:
        expect(page.locator("#list > li").first).to_be_visible()
        (tmp_path / "page.html").write_text("<!doctype html>\n" + page.locator("html").evaluate("it => it.outerHTML"))
        page.goto(f"{url}/output/bio-50/txt?frame")
    assert nu_messages(tmp_path / "page.html") == []


def test_the_page_requests_nothing_from_elsewhere(url: str, browser: Browser) -> None:
    assert requests_beyond(browser, f"{url}/?filter=full&show=html", f"{url}/") == []


def test_no_page_is_wider_than_a_phone(url: str, browser: Browser) -> None:
    for show in ("html", "docx", "review"):
        assert too_wide(browser, f"{url}/?filter=full&show={show}") == []


def test_the_keyboard_reaches_every_part(url: str, browser: Browser) -> None:
    with opened_preview(browser, f"{url}/?filter=full&show=html") as page:
        expect(page.locator("iframe:not(.loading)")).to_have_count(1)
        names = []
        for _ in range(60):
            page.keyboard.press("Tab")
            names.append(page.evaluate("(document.activeElement.textContent || document.activeElement.tagName).trim()"))
            if names[-1] == "Open full.html in a tab":
                break
        assert names[0] == "Skip to the output"
        assert "Word" in names
        assert "Review: what is left out" in names
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.tagName") == "SELECT", "the list of themes"
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.tagName") == "IFRAME"


def test_a_theme_is_tried_and_stays_in_the_address(url: str, browser: Browser) -> None:
    page = browser.new_page()
    page.goto(f"{url}?filter=full&show=html")
    bar = frame(page).locator("main")
    expect(bar).to_have_css("padding-left", "0px")
    page.get_by_label("Theme").select_option("timeline")
    expect(bar).not_to_have_css("padding-left", "0px")
    page.reload()
    expect(page.get_by_label("Theme")).to_have_value("timeline")
    expect(bar).not_to_have_css("padding-left", "0px")
    page.get_by_label("Theme").select_option("")
    expect(bar).to_have_css("padding-left", "0px")
    page.close()
