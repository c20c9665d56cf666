"""Addresses that run code or open files: each becomes its text, with a finding, in every format."""

from __future__ import annotations

import pytest

from attack_runner import Attack, write_project
from polyvita.core.addresses import SCHEMES, forbidden_scheme
from polyvita.reader import parse_text

FORBIDDEN = [
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "java&#10;script:x",
    "java&Tab;script:x",
    "&#106;avascript:x",
    "&#x1;javascript:x",
    "java\u00adscript:x",
    "java\u200bscript:x",
    "%6Aavascript:x",
    "javascript%3Ax",
    "javascript&colon;x",
    "vbscript:x",
    "data:text/html,x",
    "data:image/svg+xml,x",
    "file:///etc/passwd",
    "view-source:https://example.org",
    "ms-word:ofe|u|https://example.org/a.docx",
    "blob:https://example.org/1",
    "localhost:8080",
    ":x",
]
WAYS = ["[text]({})", "[text](<{}> 'title')", '<a href="{}">text</a>', "[text]\n\n[text]: <{}>", "a ^[ [text](<{}>) ]"]


@pytest.mark.parametrize("url", FORBIDDEN)
@pytest.mark.parametrize("way", WAYS[:4])
def test_a_link_becomes_its_text(way: str, url: str) -> None:
    document, findings = parse_text(way.format(url))
    assert [finding.code for finding in findings] == ["PV331"]
    assert [(f.location.line, f.location.column) for f in findings] == [(1, 1)]
    assert "url=" not in repr(document)


@pytest.mark.parametrize("markup", ["<javascript:alert(1)>", "<file:///etc/passwd>", "![a](javascript:x)"])
def test_autolinks_and_images_become_text(markup: str) -> None:
    document, findings = parse_text(markup)
    assert [finding.code for finding in findings] == ["PV331"]
    assert "Link(" not in repr(document)
    assert "Image(" not in repr(document)


@pytest.mark.parametrize(
    "url", [*(f"{s}:x" for s in SCHEMES), "a/b:c", "?a:b", "#a:b", "//host/a:b", "100%", "a b.pdf"]
)
def test_other_addresses_stay(url: str) -> None:
    assert forbidden_scheme(url) == ""


@pytest.mark.parametrize("links", ["- {label: Page, url: 'JavaScript:x'}", "{Page: 'java\\tscript:x'}"])
def test_links_of_the_front_matter(attack: Attack, links: str) -> None:
    links = links.replace("'java\\tscript:x'", '"java\\tscript:x"')
    front_matter = f"---\nname: Ada\nlinks:\n  {links}\n---\n\n# A\n\nText.\n"
    write_project(attack.folder, front_matter, filters__all_yaml="formats: [html, docx, pdf, txt, gfm]\n")
    run = attack.run()
    assert (run.status, run.codes) == (0, {"PV331"})
    for path in (attack.folder / "outputs").iterdir():
        assert b"script:x" not in path.read_bytes().lower()
    assert "Page" in (attack.folder / "outputs" / "all.txt").read_text()
