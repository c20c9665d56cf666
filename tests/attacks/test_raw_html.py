"""Raw HTML that runs code or loads something: left out, with a finding at its place; harmless HTML stays."""

from __future__ import annotations

import pytest

from attack_runner import Attack, write_project
from polyvita.core.document import RawBlock, RawInline, plain_text, walk
from polyvita.reader import parse_text
from polyvita.transforms import clean_html

FORBIDDEN = {
    "Some <script>run()</script> text": [(1, 6)],
    "<script>\nrun()\n</script>": [(1, 1)],
    "<script>run()": [(1, 1)],
    "Some <svg onload=run()> text": [(1, 6)],
    "<svg><script>run()</script></svg>": [(1, 1), (1, 6)],
    "<math><mtext><img src=x onerror=run()></mtext></math>": [(1, 1), (1, 7)],
    '<iframe src="https://evil.example/"></iframe>': [(1, 1)],
    "<form action=https://evil.example/><p>x</p></form>": [(1, 1)],
    "<base href=https://evil.example/>": [(1, 1)],
    '<meta http-equiv="refresh" content="0;url=https://evil.example/">': [(1, 1)],
    "<link rel=stylesheet href=https://evil.example/>": [(1, 1)],
    "<object data=x></object> <embed src=x>": [(1, 1), (1, 26)],
    "<style>@import url(https://evil.example/)</style>": [(1, 1)],
    '<div><img src="https://evil.example/a.png"></div>': [(1, 6)],
    "```{=html}\n<p>x</p>\n<script>run()</script>\n```": [(3, 1)],
    "`<img src=x onerror=run()>`{=html5}": [(1, 2), (1, 2)],
    "`<script>run()</script>`{=markdown}": [(1, 2)],
    "<video src=https://evil.example/ autoplay></video>": [(1, 1)],
    '<noscript><p title="</noscript><img src=x onerror=x>">': [(1, 1)],
}
NATIVE = [
    "<div>\n<p onclick=run()>x</p>\n</div>",
    '<div style="color: red; background: url(https://evil.example/)">\n\nx\n\n</div>',
    '- <div>\n  <a href="java&#10;script:run()">x</a>\n  </div>',
    '<table background="https://evil.example/"><tr onclick="run()"><td style="background: url(evil)">x</table>',
    '<ul data-x="1" onmouseover="run()"><li formaction=run()>x</ul>',
]
HARMLESS = [
    "<details open>\n<summary>More</summary>\n\nText *here*.\n\n</details>",
    "Some <mark>marked</mark> and <small>small</small> text",
    '<div style="color: red" class="a" id="b" lang="de" data-x="1">\n\nText\n\n</div>',
    "<p>One</p>\n<!-- a comment -->\n<p>Two</p>",
]


def raw(text: str) -> tuple[str, list[tuple[int, int]], set[str]]:
    """Return the raw HTML that stays, and the places and codes of the findings."""
    document, findings = clean_html(parse_text(text)[0])
    kept = "".join(node.text for node in walk(document) if isinstance(node, RawBlock | RawInline))
    return kept, [(f.location.line, f.location.column) for f in findings], {f.code for f in findings}


@pytest.mark.parametrize("text", FORBIDDEN)
def test_forbidden_html_is_left_out(text: str) -> None:
    kept, places, codes = raw(text)
    assert codes == {"PV332"}
    assert places[: len(FORBIDDEN[text])] == FORBIDDEN[text]
    assert not any(word in kept for word in ("run()", "<script", "evil", "<iframe", "<svg", "<base", "<meta", "<form"))


@pytest.mark.parametrize("text", NATIVE)
def test_html_that_becomes_native_has_nothing_that_runs(text: str) -> None:
    document, _ = clean_html(parse_text(text)[0])
    assert plain_text(document) == "x"
    assert not any(isinstance(node, RawBlock | RawInline) for node in walk(document))
    assert not any(word in repr(document) for word in ("run()", "evil", "script:"))


@pytest.mark.parametrize("text", HARMLESS)
def test_harmless_html_stays(text: str) -> None:
    kept, places, _ = raw(text)
    assert places == []
    assert kept.count("<") - kept.count("</") == kept.count("</")
    assert "comment" not in kept


def test_no_finding_says_that_html_shows_what_it_leaves_out(attack: Attack) -> None:
    write_project(attack.folder, "# A {#a}\n\nText <script>run()</script>.\n\n<form><i>Kept</i></form>\n")
    shown = [line for line in attack.run().err.splitlines() if "PV020" in line]
    assert [line.partition("]: ")[2].partition(";")[0] for line in shown] == ["<i>Kept</i> appears only in HTML output"]


def test_the_owner_of_a_filter_can_keep_all_html(attack: Attack) -> None:
    cv = "# A {#a}\n\nText <script>window.ran = 1</script>.\n"
    filters = {"filters__own_yaml": "formats: html\nunsafe_html: true\n", "filters__other_yaml": "formats: html\n"}
    write_project(attack.folder, cv, **filters)
    run = attack.run()
    assert (run.status, run.codes) == (0, {"PV020", "PV332"})
    own, other = ((attack.folder / "outputs" / f"{name}.html").read_text() for name in ("own", "other"))
    assert "<script>window.ran = 1</script>" in own
    assert "Content-Security-Policy" not in own
    assert "<script" not in other
    assert "Content-Security-Policy" in other
    assert attack.run("build", "--force", "own").codes == {"PV020"}
