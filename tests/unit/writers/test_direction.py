"""Text from right to left in all formats, and phrases in the other direction inside of it."""

from __future__ import annotations

import io
import re
import subprocess
import unicodedata
import zipfile
from pathlib import Path

import pytest
from lxml import etree
from openxml_audit import FileFormat, OpenXmlValidator

from polyvita import build
from repository import PACKAGE, TESTS
from required_programs import font_files, program

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
FILTER = "formats: [html, docx, pdf, txt]\n"
REAL = {name: TESTS / f"cases/real/{name}.md" for name in ("arabic", "hebrew")}
CONTROLS = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def outputs(folder: Path, text: str, filter: str = FILTER) -> Path:
    """Build a CV and return the folder of its outputs. The only finding may be that a text does not name its language."""
    (folder / "filters").mkdir(parents=True)
    (folder / "cv.md").write_text(text, encoding="utf-8")
    (folder / "filters/one.yaml").write_text(filter, encoding="utf-8")
    built = build(folder / "cv.md", timestamp=0)
    assert [str(finding) for finding in built.findings if finding.code != "PV350"] == []
    assert built.exit_status == 0
    return folder / "outputs"


def html(folder: Path, text: str) -> str:
    """Return the main part of the web page of a CV, on one line."""
    page = (outputs(folder, text, "formats: html\n") / "one.html").read_text(encoding="utf-8")
    return " ".join(page.partition('tabindex="-1">')[2].partition("</main>")[0].split())


def typst(text: str) -> list[str]:
    """Return the lines of the body of a CV as Typst source."""
    from polyvita.config.theme import DocumentInfo, Theme
    from polyvita.reader import read_text
    from polyvita.writers.to_pandoc import to_pandoc
    from polyvita.writers.typst_source import typst_source

    document = read_text(text)
    lang = str(document.meta.get("lang") or "en")
    source = typst_source(to_pandoc(document), Theme(), DocumentInfo("", "", lang), Path())
    layout = (PACKAGE / "writers/preamble/always.typ").read_text(encoding="utf-8")
    return [line for line in source.partition(layout)[2].splitlines() if line]


class Word:
    """A Word file: its parts, paragraphs and runs."""

    def __init__(self, file: Path) -> None:
        with zipfile.ZipFile(io.BytesIO(file.read_bytes())) as archive:
            self.parts = {name: archive.read(name) for name in archive.namelist()}
        self.document = etree.fromstring(self.parts["word/document.xml"])
        self.paragraphs = list(self.document.iter(f"{W}p"))

    def style(self, name: str) -> etree._Element:
        styles = etree.fromstring(self.parts["word/styles.xml"])
        return next(style for style in styles.iter(f"{W}style") if style.get(f"{W}styleId") == name)

    def directions(self) -> list[tuple[str, str]]:
        """Return the text of each paragraph with its own direction: `rtl`, `ltr`, or "" for that of the style."""
        found = []
        for paragraph in self.paragraphs:
            mark = paragraph.find(f"{W}pPr/{W}bidi")
            own = "" if mark is None else "ltr" if mark.get(f"{W}val") == "0" else "rtl"
            found.append(("".join(paragraph.itertext(f"{W}t")), own))
        return found

    def runs(self) -> list[tuple[str, bool]]:
        """Return each text, and whether its run is from right to left."""
        found = []
        for run in self.document.iter(f"{W}r"):
            if text := "".join(run.itertext(f"{W}t")):
                found.append((text, run.find(f"{W}rPr/{W}rtl") is not None))
        return found


def word(folder: Path, text: str) -> Word:
    return Word(outputs(folder, text, "formats: docx\n") / "one.docx")


# ---------------------------------------------------------------- languages


def test_the_language_of_the_cv_turns_the_page(tmp_path: Path) -> None:
    folder = outputs(tmp_path, "---\nlang: he\n---\n\n# כותרת\n\nטקסט.\n")
    page = (folder / "one.html").read_text(encoding="utf-8")
    assert '<html lang="he" dir="rtl">' in page
    file = Word(folder / "one.docx")
    assert file.style("Normal").find(f"{W}pPr/{W}bidi") is not None
    assert file.document.find(f".//{W}sectPr/{W}bidi") is not None
    assert {own for _, own in file.directions()} == {""}
    assert all(rtl for _, rtl in file.runs())


def test_an_english_cv_is_not_marked(tmp_path: Path) -> None:
    folder = outputs(tmp_path, "# Title\n\nText, and [Text]{lang=en}.\n\n| a | b |\n|--:|---|\n| c | d |\n")
    page = (folder / "one.html").read_text(encoding="utf-8")
    assert "dir=" not in page
    assert 'style="text-align: right;"' in page
    parts = Word(folder / "one.docx").parts
    assert not any(b"<w:bidi" in parts[f"word/{name}.xml"] for name in ("document", "styles"))
    assert b"w:rtl" not in parts["word/document.xml"]


@pytest.mark.parametrize(
    ("attribute", "expected"),
    [
        ("lang=az-Arab", 'lang="az-Arab" dir="rtl"'),
        ("lang=az", 'lang="az"'),
        ("dir=rtl", 'dir="rtl"'),
        ("lang=en dir=rtl", 'lang="en" dir="rtl"'),
    ],
)
def test_a_span_has_the_direction_of_its_language(tmp_path: Path, attribute: str, expected: str) -> None:
    lang = "az" if "az" in attribute else "en"
    page = html(tmp_path, f"---\nlang: {lang}\n---\n\nA [b]{{{attribute}}} c\n")
    assert page == f"<p>A <span {expected}>b</span> c</p>"


def test_a_direction_that_is_none_has_no_effect(tmp_path: Path) -> None:
    assert html(tmp_path, "A [b]{dir=up} c\n") == "<p>A b c</p>"


def test_a_section_and_what_is_in_it_have_its_direction(tmp_path: Path) -> None:
    text = "# A {dir=rtl}\n\nא\n\n## B {dir=ltr}\n\nb\n\n# C\n\nc\n"
    assert typst(text) == [
        *("#[", "#set text(dir: rtl)", "= A", "<a>", "א"),
        *("#[", "#set text(dir: ltr)", "== B", "<b>", "b", "]", "]", "= C", "<c>", "c"),
    ]


def test_word_marks_paragraphs_in_the_other_direction_only(tmp_path: Path) -> None:
    text = "---\nlang: he\n---\n\n# כותרת\n\nטקסט.\n\n:::{dir=ltr}\nText.\n\n1. One\n:::\n\n```\ncode\n```\n"
    assert word(tmp_path, text).directions() == [
        *(("כותרת", ""), ("טקסט.", "")),
        *(("Text.", "ltr"), ("One", "ltr"), ("code", "ltr")),
    ]


def test_word_knows_the_language_of_a_span_by_its_kind_of_script(tmp_path: Path) -> None:
    file = word(tmp_path, "A [שם]{lang=he}, [山]{lang=ja} and [Nom]{dir=ltr}.\n")
    attributes = [dict(element.attrib) for element in file.document.iter(f"{W}lang")]
    assert attributes == [{f"{W}bidi": "he-IL"}, {f"{W}eastAsia": "ja-JP"}]


# ---------------------------------------------------------------- tables, lists, dates

TABLE = "---\nlang: he\n---\n\n| א | ב |\n|:--|--:|\n| ג | 1 |\n"


def test_tables_are_mirrored(tmp_path: Path) -> None:
    folder = outputs(tmp_path, TABLE)
    page = (folder / "one.html").read_text(encoding="utf-8")
    assert re.findall(r"text-align: (\w+);\">", page) == ["start", "end"] * 2
    assert Word(folder / "one.docx").document.find(f".//{W}tblPr/{W}bidiVisual") is not None
    assert any("align: (right,left,)" in line for line in typst(TABLE))


def test_a_table_in_the_other_direction_is_mirrored_alone(tmp_path: Path) -> None:
    table = "| א | ב |\n|---|---|\n| ג | ד |\n"
    file = word(tmp_path, f"# A\n\n::: {{dir=rtl}}\n{table}:::\n\n| a | b |\n|---|---|\n| c | d |\n")
    marks = [properties.find(f"{W}bidiVisual") is not None for properties in file.document.iter(f"{W}tblPr")]
    assert marks == [True, False]


def test_the_comma_of_a_second_line_is_that_of_the_script(tmp_path: Path) -> None:
    text = '---\nlang: ar\n---\n\n# أ {date=2020/.. org="ب" place="ت"}\n\nث\n'
    shown = (outputs(tmp_path, text, "formats: txt\n") / "one.txt").read_text(encoding="utf-8")
    assert shown.splitlines()[:3] == ["أ (منذ 2020)", "============", "ب، ت"]


# ---------------------------------------------------------------- phrases in the other direction


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Smith J (2020). *Title*.", '<span dir="ltr">Smith J (2020). <em>Title</em>.</span>'),
        ("טקסט Title.", "טקסט Title."),
        ("טקסט +49 30 1234 (5)", 'טקסט <span dir="ltr">+49 30 1234</span> (5)'),
        ("טקסט C++, C# וגם Java", 'טקסט <span dir="ltr">C++</span>, <span dir="ltr">C#</span> וגם Java'),
        ("טקסט `f(x)`", 'טקסט <span dir="ltr"><code>f(x)</code></span>'),
        ("טקסט [a.org/](http://a.org)", 'טקסט <span dir="ltr"><a href="http://a.org">a.org/</a></span>'),
        ("1–2 2020", "1–2 2020"),
    ],
)
def test_phrases_are_isolated_on_a_page_from_right_to_left(tmp_path: Path, text: str, expected: str) -> None:
    page = html(tmp_path, f"---\nlang: he\n---\n\n{text}\n")
    assert (
        re.sub('<span class="whole">(.*?)</span>', r"\1", page).replace("\N{NO-BREAK SPACE}", " ")
        == f"<p>{expected}</p>"
    )


def test_a_page_from_left_to_right_isolates_what_is_only_from_right_to_left(tmp_path: Path) -> None:
    assert (
        html(tmp_path, "[א (1).]{lang=he}\n") == '<p><span dir="rtl"><span lang="he" dir="rtl">א (1).</span></span></p>'
    )


def test_word_has_a_run_for_each_direction_with_marks_at_its_ends(tmp_path: Path) -> None:
    file = word(tmp_path, "---\nlang: he\n---\n\nטקסט C++, Nature (2020) ועוד +49 30.\n")
    assert file.runs() == [
        *(("טקסט ", True), ("C++\u200e", False), (", ", True), ("Nature (2020)\u200e", False), (" ועוד ", True)),
        *(("\u200e+49 30\u200e", False), (".", True)),
    ]


def test_typst_has_marks_and_no_direction_inside_of_a_paragraph() -> None:
    text = "---\nlang: he\n---\n\nטקסט [Title (1).]{lang=en} ועוד C++.\n\nSmith J, 2(3):1–10.\n"
    assert typst(text) == [
        'טקסט #text(lang: "en", region: none, dir: rtl)[Title (1).\u200e] ועוד C++\u200e.',
        "Smith~J, #box[\u200e2(3):1–10].\u200e",
    ]


# ---------------------------------------------------------------- whole CVs


@pytest.fixture(params=REAL)
def real(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    font_files("Noto Naskh Arabic", "fonts-noto-core")
    return outputs(tmp_path, REAL[request.param].read_text(encoding="utf-8"))


def words_in(text: str) -> list[str]:
    """Return the words of a text in their order, without numbers, signs and invisible marks."""
    return re.findall(r"[^\W\d_]+", unicodedata.normalize("NFKC", CONTROLS.sub(" ", text)))


def test_a_real_cv_is_a_valid_word_file(real: Path) -> None:
    result = OpenXmlValidator(file_format=FileFormat.OFFICE_2019).validate(real / "one.docx")
    assert [str(problem) for problem in result.errors] == []


def test_the_pdf_has_the_words_in_logical_order(real: Path) -> None:
    command = [program("pdftotext", "pdftotext"), "-enc", "UTF-8", real / "one.pdf", "-"]
    shown = words_in(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    text = (real / "one.txt").read_text(encoding="utf-8")
    # pdftotext puts columns of dates and of tables after one another; so the words of each other line are compared.
    text_without_dates = re.sub(r" \([^()]*\)(?=\n---)", "", text)
    for line in re.findall(r"^(?!  ).+$", text_without_dates, re.MULTILINE):
        words = [word for word in words_in(line) if not word.isascii()]
        starts = [at for at, word in enumerate(shown) if words and word == words[0]]
        found = [[word for word in shown[at:] if not word.isascii()][: len(words)] for at in starts]
        assert not words or words in found, line
    assert sorted(words_in(text)) == sorted(shown)


def test_no_format_has_invisible_characters_inside_of_words(real: Path) -> None:
    from pypdf import PdfReader

    texts = [page.extract_text() for page in PdfReader(real / "one.pdf").pages]
    texts += [text for text, _ in Word(real / "one.docx").runs()]
    texts += [(real / f"one.{ending}").read_text(encoding="utf-8") for ending in ("html", "txt")]
    assert [found for text in texts for found in re.findall(f"\\w{CONTROLS.pattern}+\\w", text)] == []
