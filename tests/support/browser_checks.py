"""Pages as a reader's browser shows them: Chromium, with axe-core for accessibility, and the Nu HTML checker beside it.

A test that takes the fixture `browser` holds a page with a line for each of these:

    assert axe_violations_in_all_views(browser, file.as_uri()) == []
    assert nu_messages(file) == []
    assert requests_beyond(browser, file.as_uri()) == []
    assert too_wide(browser, file.as_uri()) == []
"""

from __future__ import annotations

import io
import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from playwright.sync_api import Browser, Page, Route, sync_playwright
from pypdf import PdfReader

from required_programs import npm_file, program

PHONE = 390


@dataclass(frozen=True)
class View:
    """How a page is looked at: the width of the window in CSS pixels, by day or by night."""

    width: int = 1280
    scheme: Literal["light", "dark"] = "light"

    def __str__(self) -> str:
        return f"{self.width} px, {self.scheme}"


DESK = View()
VIEWS = [DESK, View(scheme="dark"), View(PHONE), View(PHONE, "dark")]


@contextmanager
def chromium() -> Iterator[Browser]:
    """The machine's own Chromium, running; the fixture `browser` of conftest.py is it."""
    path = program("chromium", "Chromium")
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        try:
            yield running
        finally:
            running.close()


@contextmanager
def opened(browser: Browser, address: str, view: View = DESK) -> Iterator[Page]:
    """A page with the address (`file:…` or `http:…`) open in it; narrow windows are a phone's, with touch."""
    phone = view.width <= PHONE
    context = browser.new_context(
        viewport={"width": view.width, "height": 800}, color_scheme=view.scheme, is_mobile=phone, has_touch=phone
    )
    try:
        page = context.new_page()
        page.goto(address)
        yield page
    finally:
        context.close()


def axe_violations(page: Page) -> list[str]:
    """What axe-core objects to on the page as it stands, by all its rules: “rule: what is wrong, at which element”.

    What it cannot decide, as the contrast of text on a picture, counts too, with “undecided” before it: a page of which
    nothing can be said would pass otherwise.
    """
    page.evaluate(npm_file("axe-core/axe.min.js").read_text(encoding="utf-8"))
    found: dict[str, list[dict[str, Any]]] = page.evaluate("async () => await axe.run()")
    return [
        f"{before}{rule['id']}: {rule['help']}, at {' '.join(map(str, node['target']))}"
        for outcome, before in (("violations", ""), ("incomplete", "undecided: "))
        for rule in found[outcome]
        for node in rule["nodes"]
    ]


def axe_violations_in_all_views(browser: Browser, address: str) -> list[str]:
    """The same for a page at a desk and on a phone, light and dark, each with its view before it."""
    found = []
    for view in VIEWS:
        with opened(browser, address, view) as page:
            found += [f"{view}: {violation}" for violation in axe_violations(page)]
    return found


def nu_messages(*files: Path) -> list[str]:
    """What the Nu HTML checker says of the files, errors and warnings alike: “file:line: error: text”."""
    jar = npm_file("vnu-jar/build/dist/vnu.jar")
    command = [program("java", "Java"), "-jar", jar, "--format", "json", "--stdout", "--exit-zero-always", *files]
    said = subprocess.run(command, check=True, capture_output=True, text=True, timeout=120).stdout
    return [
        f"{message.get('url', '').rpartition('/')[2]}:{message.get('lastLine', '')}: "
        f"{message.get('subType') or message['type']}: {message['message']}"
        for message in json.loads(said)["messages"]
    ]


def requests_beyond(browser: Browser, address: str, own: str = "") -> list[str]:
    """What the page at `address` asks for, on the screen and in print, from elsewhere; nothing of it is answered.

    Its own are the page itself and, if `own` is given, all addresses that start with it. `data:` addresses lead nowhere.
    """
    asked: list[str] = []

    def answer(route: Route) -> None:
        url = route.request.url
        if url == address or (own and url.startswith(own)):
            route.continue_()
        else:
            asked.append(url)
            route.abort()

    context = browser.new_context()
    try:
        context.route("**/*", answer)
        page = context.new_page()
        page.goto(address)
        page.emulate_media(media="print")
        page.wait_for_timeout(300)  # milliseconds; nothing tells when a page will ask for no more
    finally:
        context.close()
    return asked


def too_wide(browser: Browser, address: str) -> list[int]:
    """Of a phone's widths, 390 and 320 CSS pixels, those at which the page has to be scrolled sideways."""
    found = []
    for width in (PHONE, 320):
        with opened(browser, address, View(width)) as page:
            if page.evaluate("document.documentElement.scrollWidth") > width:
                found.append(width)
    return found


def printed_pages(browser: Browser, address: str) -> int:
    """The sheets of paper that the page takes, of the size it asks for."""
    with opened(browser, address) as page:
        return len(PdfReader(io.BytesIO(page.pdf(prefer_css_page_size=True))).pages)
