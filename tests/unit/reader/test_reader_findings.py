"""The findings of the reader about text with mistakes: code, location and message."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from polyvita import read, read_text
from polyvita.core.diagnostics import InputError
from polyvita.core.document import plain_text
from polyvita.reader import parse_text
from repository import PACKAGE

ATTRIBUTES_HINT = 'write attributes as {#id .tag key=value key="a value"}, or a literal brace as \\{'


def findings(text: str) -> list[str]:
    """Return all findings about a text, each with location, severity, code and message."""
    try:
        _, found = parse_text(text, file="cv.md")
    except InputError as problem:
        found = problem.findings
    return [f"{one.location}: {one.severity} {one.code} {one.message}" for one in found]


CASES = {
    "front matter that is not YAML": (
        "---\nname: A\n  b: c\n---\n",
        ["cv.md:3:4: error PV004 the front matter is not valid YAML: unexpected colon before a space"],
    ),
    "front matter that is a list": (
        "---\n- a\n---\n",
        ["cv.md:2:1: error PV004 the front matter must contain keys such as “lang: en”"],
    ),
    "front matter that is not closed": (
        "---\nname: A\n\ntext\n",
        ["cv.md:1:1: error PV004 the front matter is not closed"],
    ),
    "front matter with a control character": (
        "---\nname: \x07\n---\n",
        ["cv.md:2:7: error PV004 the front matter is not valid YAML: the character U+0007 is not allowed"],
    ),
    "front matter nested too deep": (
        f"---\nname: {'[' * 3000}\n---\n",
        ["cv.md:2:106: error PV004 the front matter is not valid YAML: lists and groups are nested too deeply"],
    ),
    "an unknown key": ("---\nnmae: A\n---\n", ["cv.md:2:1: error PV005 unknown key “nmae” in the front matter"]),
    "a key twice": ("---\nname: A\nname: B\n---\n", ["cv.md:3:1: error PV006 the key “name” occurs twice"]),
    "values of the wrong kind": (
        "---\nname: [A]\nlinks: x\nown_names: [A, [B]]\nemail:\n---\n",
        [
            "cv.md:2:7: error PV006 “name” must be text, not a list",
            "cv.md:3:8: error PV006 “links” must be a list of links, each with label and url, not “x”",
            "cv.md:4:16: error PV006 “own_names” must be text, not a list",
            "cv.md:5:7: error PV006 “email” has no value",
        ],
    ),
    "a link without a url": (
        "---\nlinks:\n  - {label: x}\n---\n",
        ["cv.md:3:5: error PV006 “url” is missing in “links”"],
    ),
    "an invisible character": (
        "a\n\nb\x07c\n",
        ["cv.md:3:2: warning PV008 the character U+0007 cannot be displayed; it is replaced by �"],
    ),
    "unclosed divs": (
        "::: a\n\n- ::: b\n  x\n\ny\n",
        [
            "cv.md:1:1: error PV010 the fenced div that opens here is not closed",
            "cv.md:3:3: error PV010 the fenced div that opens here is not closed",
        ],
    ),
    "a fence without an open div": (
        "::: a\nx\n:::\n\n:::\n",
        ["cv.md:5:1: warning PV011 there is no open div for this fence to close; the fence is kept as text"],
    ),
    "attributes that are not valid": (
        "p {.a,.b}\n\nq {a b}\n\n# H {# a}\n\nx {.a y\n\nx{.a b=} {k='v}\n",
        [
            "cv.md:1:3: warning PV012 {.a,.b} looks like attributes but is not valid; it is kept as text",
            "cv.md:3:3: warning PV012 {a b} looks like attributes but is not valid; it is kept as text",
            "cv.md:5:5: warning PV012 {# a} looks like attributes but is not valid; it is kept as text",
            "cv.md:7:3: warning PV012 {.a y looks like attributes but is not valid; it is kept as text",
            "cv.md:9:2: warning PV013 the attributes {.a b=} have no element to belong to; they are kept as text",
            "cv.md:9:10: warning PV012 {k='v} looks like attributes but is not valid; it is kept as text",
        ],
    ),
    "braces that are not attributes": ("the set {1, 2} and {} and \\{.a} and `{.b}` hold\n", []),
    "attributes without an element": (
        "*a*{.b} x {.c} y {.d}\n\n| a {.e} | b |\n|---|---|\n{.f\n.g}\n",
        [
            "cv.md:1:4: warning PV013 the attributes {.b} have no element to belong to; they are kept as text",
            "cv.md:1:11: warning PV013 the attributes {.c} have no element to belong to; they are kept as text",
            "cv.md:3:5: warning PV013 the attributes {.e} have no element to belong to; they are kept as text",
            "cv.md:5:1: warning PV013 the attributes {.f .g} have no element to belong to; they are kept as text",
        ],
    ),
    "footnotes": (
        "a[^1] b[^2] c[^no]\n\n[^1]: x[^2]\n[^2]: y\n[^2]: z\n[^3]: w\n",
        [
            "cv.md:1:14: warning PV014 footnote [^no] is not defined; the mark is kept as text",
            "cv.md:3:8: warning PV016 [^2] is inside a footnote, where footnotes are not possible; the mark is kept as text",
            "cv.md:5:1: warning PV017 footnote [^2] is defined twice; the first definition is used",
            "cv.md:6:1: warning PV015 the text does not refer to footnote [^3]; the footnote is left out",
        ],
    ),
    "a link that looks like a footnote": ("[^a](/u) and [^b]\n\n[^b]: x\n", []),
    "a row with too many cells": (
        "| a |\n|---|\n| b | c |\n| d | {.e} |\n",
        ["cv.md:3:7: warning PV018 this row has more cells than the table header (1); the extra cell is left out"],
    ),
    "markup of one format": (
        "`a`{=html} `b`{=Typst} c\n\n```{=openxml}\n<w:p\n```\n\n```{=latex}\nd\n```\n",
        [
            "cv.md:1:1: warning PV020 raw html markup appears only in html output; the other formats leave it out",
            "cv.md:1:12: warning PV024 raw Typst markup is not allowed; every output leaves it out",
            "cv.md:3:1: warning PV024 raw openxml markup is not allowed; every output leaves it out",
            "cv.md:7:1: warning PV020 raw latex markup appears only in latex output; the other formats leave it out",
        ],
    ),
    "a line separator that only YAML counts as a line end": (
        "---\nname: a\u2028b\nlang: [x]\n---\n",
        ["cv.md:3:7: error PV006 “lang” must be a language such as en or de-AT, not a list"],
    ),
    "raw HTML": (
        "<form class=x>\ny z\n</form>\n\na <foo> b <!X y>\n\n<div>\nc <iframe></iframe>\n</div>\n",
        [
            "cv.md:1:1: warning PV020 <form class=x> appears only in HTML output; docx, pdf and txt leave it out "
            "with its 2 words",
            "cv.md:5:3: warning PV020 <foo> appears only in HTML output; docx, pdf and txt leave it out",
            "cv.md:5:11: warning PV020 <!X y> appears only in HTML output; docx, pdf and txt leave it out",
            "cv.md:8:3: warning PV020 <iframe> appears only in HTML output; docx, pdf and txt leave it out",
        ],
    ),
    "Markdown between HTML tags": (
        "<p>\n**a** and `b`\n[c](d)</p>\n",
        [
            "cv.md:2:1: warning PV039 **a** is between HTML tags, where Markdown is not read; every output shows it as "
            "text (2 places)"
        ],
    ),
    "HTML blocks that are not paired": (
        "<div>\n\na\n\n</section>\n",
        [
            "cv.md:1:1: warning PV021 <div> is not closed; the element ends here",
            "cv.md:5:1: warning PV021 </section> has no start tag before it; every output leaves it out",
        ],
    ),
    "formulas": (
        "A $\\frac{1$ and $x$.\n",
        ["cv.md:1:3: warning PV046 $\\frac{1$ is not a formula in TeX; every output shows it as text"],
    ),
    "a name in the first heading": (
        "# Jane Doe\n\n## Bio\n",
        ["cv.md:1:1: info PV047 the heading “Jane Doe” is used as the name"],
    ),
    "titles in the first heading": ("# 職務経歴書\n\n## 経歴\n", []),
    "a table that does not fit": (
        "+-+-+\n|  aaaaaaa  |  b |\n+-+-+\n",
        ["cv.md:1:1: warning PV048 this looks like a table, but its columns do not fit; it is kept as text"],
    ),
    "tags that are not paired": (
        "a <b> c </i> <b>x <i>y</b>\n",
        [
            "cv.md:1:3: warning PV021 <b> is not closed; docx, pdf and txt leave it out",
            "cv.md:1:9: warning PV021 </i> has no start tag before it; docx, pdf and txt leave it out",
            "cv.md:1:19: warning PV021 <i> is not closed; docx, pdf and txt leave it out",
        ],
    ),
    "HTML tables with unsupported content": (
        "<table>x<tr><td><div>a</div> <a href=''>b</a> <table></table></td></tr></table>\n",
        [
            "cv.md:1:8: warning PV020 x is at a place where HTML allows no text; it follows as a paragraph",
            "cv.md:1:30: warning PV022 this link has no target; only its text is kept",
            "cv.md:1:47: warning PV020 tables cannot be nested; each row of this one becomes a line of the cell around it",
        ],
    ),
    "emphasis beside signs of East Asia": (
        "在大学**（系）**工作\n",
        [
            "cv.md:1:4: warning PV040 ** between a letter and a sign does not mark emphasis; every output shows it as "
            "text (2 places: line 1)",
        ],
    ),
    "a blank in bold text": (
        "**a **b\n",
        ["cv.md:1:1: warning PV045 **a ** has a blank beside **, so it is not bold; every output shows it as text"],
    ),
    "a ** without a partner": (
        "**a** [b](/c)**\n\n2 ** 3\n",
        ["cv.md:1:14: warning PV049 this ** has no partner, so nothing is bold; every output shows it as text"],
    ),
    "marks of a footnote": ("A. Mora**\n\n** both are first authors\n", []),
    "a list in a line": ("a <ul><li>b<li>c</ul> d <ol start='3'><li>e</li></ol>\n", []),
    "a list that breaks a numbered list": (
        "1. a\n * b\n",
        [
            "cv.md:2:2: warning PV041 “b” is not indented enough to be in the numbered list, so the list ends here",
        ],
    ),
    "links without a target": (
        "[a](#) [b]() <a href='#'>c</a> [d](#e)\n",
        ["cv.md:1:1: warning PV022 this link has no target; only its text is kept (3 places: line 1)"],
    ),
    "a comment that is not closed": (
        "a\n\n<!-- b\n\nc\n",
        ["cv.md:3:1: warning PV023 the comment that opens here is not closed; it hides all text after it"],
    ),
}


@pytest.mark.parametrize(("text", "expected"), CASES.values(), ids=CASES)
def test_findings(text: str, expected: list[str]) -> None:
    assert findings(text) == expected


def test_hints() -> None:
    with pytest.raises(InputError) as caught:
        read_text("---\nnmae: A\ncolour: b\n---\n::: a\n\nx {.a,b}")
    assert [found.hint for found in caught.value.findings] == [
        "did you mean “name”?",
        "to show it, write it in the text below the front matter; otherwise delete it",
        "write ::: on a separate line where the div ends",
        ATTRIBUTES_HINT,
    ]


def test_text_with_warnings_is_read() -> None:
    assert plain_text(read_text("p {.a,.b} [x](#) [^1]\n\n:::\n")) == "p {.a,.b} x [^1]\n:::"


# ---------------------------------------------------------------- files


def read_error(path: Path) -> str:
    with pytest.raises(InputError) as caught:
        read(path)
    [found] = caught.value.findings
    return f"{found.location.file.removeprefix(str(path.parent))}:{found.location.line}:{found.location.column} {found.code} {found.message}"


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    assert read_error(tmp_path / "no.md") == "/no.md:0:1 PV001 file not found"
    (tmp_path / "folder.md").mkdir()
    assert read_error(tmp_path / "folder.md") == "/folder.md:0:1 PV001 this is a folder, not a file"
    (tmp_path / "empty.md").write_text("\n \n")
    assert read_error(tmp_path / "empty.md") == "/empty.md:0:1 PV003 the file is empty"
    (tmp_path / "latin.md").write_bytes("# Ä\r\n\r\nüb".encode() + b"\xe9r")
    assert read_error(tmp_path / "latin.md") == "/latin.md:3:3 PV002 the byte 0xE9 is not UTF-8"


def test_locations_have_the_name_of_the_file(tmp_path: Path) -> None:
    path = tmp_path / "cv.md"
    path.write_bytes(b"\xef\xbb\xbf---\r\nname: A\r\n---\r\n\r\n# B\r\n")
    document = read(path)
    assert document.file == str(path)
    assert dict(document.meta) == {"name": "A"}
    assert str(document.blocks[0].location) == f"{path}:5:1"


# ---------------------------------------------------------------- the codes


def test_every_code_has_a_case() -> None:
    """Every code in the reader occurs in a case above, or in the test of unreadable files or of foreign markup."""
    paths = [*PACKAGE.glob("reader/*.py"), PACKAGE / "config/front_matter.py"]
    for tested_elsewhere in ("foreign_markup", "private_file"):
        paths.remove(PACKAGE / f"reader/{tested_elsewhere}.py")
    used = {code for path in paths for code in re.findall(r"PV\d+", path.read_text())}
    expected_codes = {line.split()[2] for _, expected in CASES.values() for line in expected}
    assert expected_codes | {"PV003"} == used


def test_html_that_is_nested_too_deeply_stays_raw() -> None:
    assert findings("<b>" * 20 + "x" + "</b>" * 20) == [
        "cv.md:1:58: warning PV020 <b> appears only in HTML output; docx, pdf and txt leave it out",
        "cv.md:1:138: warning PV021 </b> has no start tag before it; docx, pdf and txt leave it out",
    ]
