"""What the reader takes over from HTML and from other dialects, in all four formats."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

import pytest

from output_text import words_of
from polyvita import build, read_text
from polyvita.config.theme import DocumentInfo, Theme
from polyvita.writers.to_pandoc import to_pandoc
from polyvita.writers.typst_source import typst_source

HTML = {
    "div": "<div class='core'>w1 <b>w2</b> &amp; w3</div>",
    "div with Markdown": "<div>\n\n**w1** w2\n\n- w3\n\n</div>",
    "p": "<p align=center>w1<br>w2 <em>w3</em></p>",
    "ul": "<ul><li>w1<li>w2<ul><li>w3</ul></ul>",
    "ol": "<ol start=3><li>w1</li><li>w2</li></ol>",
    "li with Markdown": "<ul>\n<li>\n\nw1 *w2*\n\n</li>\n</ul>",
    "h2": "<h2 id=x>w1 w2</h2>",
    "dl": "<dl><dt>w1<dd>w2<dd><p>w3<p>w4</dl>",
    "table": "<table><caption>w1</caption><tr><th>w2<th>w3<tr><td>w4<td><ul><li>w5<li>w6</ul></table>",
    "table in a table": "<table><tr><td>w1<td><table><tr><td>w2<td>w3<tr><td>w4</table></table>",
    "center": "<center>w1</center>",
    "blockquote": "<blockquote>w1 <q>w2</q></blockquote>",
    "pre": "<pre>\nw1\n  w2</pre>",
    "figure": "<figure><figcaption>w1</figcaption></figure>",
    "section": "<section><article>w1</article> <header>w2</header></section>",
    "details": "<details><summary>w1</summary>\n\nw2\n\n</details>",
    "hr": "w1\n\n<hr>\n\nw2",
    "inline": "w1 <small>w2</small> <del>w3</del> <ins>w4</ins> <mark>w5</mark> <code>w6</code> <time>w7</time>",
    "font": "<font color=red>w1</font>\n\n<div><font>w2</font> <button>w3</button></div>",
}
OTHERS = {
    "grid table": "+----+----+\n| w1 | w2 |\n+====+====+\n| w3 | w4 |\n|    |    |\n|    | w5 |\n+----+----+",
    "simple table": "w1    w2\n----- -----\nw3    w4\nw5    w6",
    "kramdown table": "| w1 | w2 |\n| w3 | w4 |",
    "line block": "| w1 w2\n| w3",
    "definitions": "w1\n:   w2\n\n    w3\n\nw4\n:   w5\n:   w6",
    "kramdown": "w1\n{: .core}\n\n[w2](https://w.example){:target='_blank'}",
}
CASES = HTML | OTHERS
FORMATS = ("html", "docx", "pdf", "txt")
WORD = re.compile(r"\bw\d+x\d+\b")


@pytest.fixture(scope="module")
def outputs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """Build one CV with all cases in its sections. The words of case n are w1xn, w2xn and so on."""
    folder: Path = tmp_path_factory.mktemp("native")
    (folder / "filters").mkdir()
    (folder / "filters/all.yaml").write_text(f"formats: [{', '.join(FORMATS)}]\n")
    sections = [
        f"# Case {number}\n\n" + re.sub(r"\bw(\d+)\b", rf"w\1x{number}", text) + "\n"
        for number, text in enumerate(CASES.values())
    ]
    (folder / "cv.md").write_text("---\nname: A B\nlang: en\n---\n\n" + "\n".join(sections), encoding="utf-8")
    result = build(folder / "cv.md", timestamp=0)
    assert result.exit_status == 0, result
    return {format: (folder / f"outputs/all.{format}").read_bytes() for format in FORMATS}


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize("number", range(len(CASES)), ids=list(CASES))
def test_the_same_words_are_in_all_formats(outputs: dict[str, bytes], number: int, format: str) -> None:
    written = [f"w{word}x{number}" for word in re.findall(r"\bw(\d+)\b(?!\.)", list(CASES.values())[number])]
    found = [word for word in WORD.findall(words_of(outputs[format], format)) if word.endswith(f"x{number}")]
    assert found == written


@pytest.mark.parametrize("format", FORMATS)
def test_paragraphs_of_a_definition_are_apart(outputs: dict[str, bytes], format: str) -> None:
    number = list(CASES).index("definitions")
    assert re.search(rf"w2x{number}\s*\n\s*w3x{number}", words_of(outputs[format], format))


FORMULAS = """\
Energy is $E = mc^2$ in words.

$$
\\sum_{i=1}^n x_i
= 1
$$

Wrong: $\\frac{1$ here.
"""


def test_formulas_in_all_formats(tmp_path: Path) -> None:
    """Each PDF is checked by Typst: it conforms to PDF/UA-1 and PDF/A-2a, which asks for a text for each formula."""
    (tmp_path / "filters").mkdir()
    (tmp_path / "filters/all.yaml").write_text(f"formats: [{', '.join(FORMATS)}]\n")
    (tmp_path / "cv.md").write_text(f"---\nname: A B\nlang: en\n---\n\n# Bio\n\n{FORMULAS}", encoding="utf-8")
    result = build(tmp_path / "cv.md", timestamp=0)
    assert result.exit_status == 0
    assert [finding.code for finding in result.findings] == ["PV046"]
    content = {format: (tmp_path / f"outputs/all.{format}").read_bytes() for format in FORMATS}
    page = content["html"].decode()
    assert page.count("<math ") == 2
    assert "mc^2" not in page
    with zipfile.ZipFile(tmp_path / "outputs/all.docx") as package:
        document = package.read("word/document.xml").decode()
    assert document.count("<m:oMath>") == 2
    assert "Energy is E = mc² in words." in content["txt"].decode()
    assert "∑_(i = 1)ⁿ x_i = 1" in content["txt"].decode()
    for format in FORMATS:
        assert "Wrong: $\\frac{1$ here." in words_of(content[format], format)


def test_the_pdf_says_how_a_formula_reads() -> None:
    source = typst_source(to_pandoc(read_text(FORMULAS)), Theme(), DocumentInfo("T", "A"), Path())
    assert '#[#set math.equation(alt: "E = mc²");$E = m c^2$]' in source
