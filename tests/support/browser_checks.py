"""Checks of web pages in Chromium: accessibility with axe-core, and HTML with the Nu checker.

A test with the fixture `browser` needs one line for each check:

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
    """A window: its width in CSS pixels, and its colour scheme."""

    width: int = 1280
    scheme: Literal["light", "dark"] = "light"

    def __str__(self) -> str:
        return f"{self.width} px, {self.scheme}"


DESK = View()
VIEWS = [DESK, View(scheme="dark"), View(PHONE), View(PHONE, "dark")]


@contextmanager
def chromium() -> Iterator[Browser]:
    """Run the Chromium of this machine. Tests use the fixture `browser` instead."""
    path = program("chromium", "Chromium")
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        try:
            yield running
        finally:
            running.close()


@contextmanager
def opened(browser: Browser, address: str, view: View = DESK) -> Iterator[Page]:
    """Open the address (`file:…` or `http:…`) in a page. Narrow windows are those of a phone, with touch."""
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
    """Return the violations of all rules of axe-core on the page, as “rule: what is wrong, at which element”.

    Results that axe-core cannot decide are included, with “undecided” before them. An example is the contrast of text
    on a picture. Otherwise a page that axe-core cannot judge would pass.
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
    """Return the violations in a wide and a narrow window, light and dark, each with its window before it."""
    found = []
    for view in VIEWS:
        with opened(browser, address, view) as page:
            found += [f"{view}: {violation}" for violation in axe_violations(page)]
    return found


def nu_messages(*files: Path) -> list[str]:
    """Return the errors and warnings of the Nu HTML checker, as “file:line: error: text”."""
    jar = npm_file("vnu-jar/build/dist/vnu.jar")
    command = [program("java", "Java"), "-jar", jar, "--format", "json", "--stdout", "--exit-zero-always", *files]
    output = subprocess.run(command, check=True, capture_output=True, text=True, timeout=120).stdout
    return [
        f"{message.get('url', '').rpartition('/')[2]}:{message.get('lastLine', '')}: "
        f"{message.get('subType') or message['type']}: {message['message']}"
        for message in json.loads(output)["messages"]
        # A script of the type application/ld+json is data: browsers do not run it, and no policy applies to it.
        if "blocked by “script-src” directive" not in message["message"]
    ]


def requests_beyond(browser: Browser, address: str, own: str = "") -> list[str]:
    """Return the requests of the page to other addresses, on the screen and in print. They get no answer.

    Own addresses are the page itself and, if `own` is given, all addresses that start with it. `data:` addresses cause
    no request.
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
        page.wait_for_timeout(300)  # milliseconds; a page does not signal that it will send no more requests
    finally:
        context.close()
    return asked


def too_wide(browser: Browser, address: str) -> list[int]:
    """Return the widths of a phone, 390 and 320 CSS pixels, at which the page has to be scrolled sideways."""
    found = []
    for width in (PHONE, 320):
        with opened(browser, address, View(width)) as page:
            if page.evaluate("document.documentElement.scrollWidth") > width:
                found.append(width)
    return found


def printed_pages(browser: Browser, address: str) -> int:
    """Return the number of printed sheets of the page, in the paper size that the page sets."""
    with opened(browser, address) as page:
        return len(PdfReader(io.BytesIO(page.pdf(prefer_css_page_size=True))).pages)
