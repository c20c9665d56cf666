"""The Word writer: named styles without direct formatting, lists of Word, and valid files."""

from __future__ import annotations

import io
import re
import struct
import subprocess
import zipfile
import zlib
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from lxml import etree
from msgspec import structs
from openxml_audit import FileFormat, OpenXmlValidator
from pypdf import PdfReader

from pandoc_sample import (
    INFO,
    LETTERHEAD,
    NOTE,
    SAMPLE,
    WORDS,
    bullets,
    document,
    header,
    image,
    link,
    ordered,
    para,
    plain,
    table,
    when,
    words,
)
from polyvita.config.theme import Colour, Margins, Mm, Pt, Theme
from polyvita.core.diagnostics import ExternalError, InputError
from polyvita.writers import WriterOptions, docx
from polyvita.writers.pandoc_ast import Ast, div, span
from polyvita.writers.word.reference_doc import reference_parts
from polyvita.writers.word.style_model import StyleContext
from polyvita.writers.word.xml import pack
from required_programs import program

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
NS = {
    "w": W,
    "r": R,
    "rel": "http://schemas.openxmlformats.org/package/2006/relationships",
    "pic": "http://schemas.openxmlformats.org/drawingml/2006/picture",
    "wp": "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing",
    "a": "http://schemas.openxmlformats.org/drawingml/2006/main",
}
TEXT_PARTS = ("word/document.xml", "word/footnotes.xml", "word/footer1.xml")


def strong(*inlines: Ast) -> Ast:
    return {"t": "Strong", "c": list(inlines)}


def emph(*inlines: Ast) -> Ast:
    return {"t": "Emph", "c": list(inlines)}


def inline(kind: str, text: str) -> Ast:
    return {"t": kind, "c": words(text)}


CODE: Ast = {"t": "CodeBlock", "c": [["", ["python"], []], "def code():\n    return 1"]}
QUOTE: Ast = {"t": "BlockQuote", "c": [para("Quoted."), bullets([plain("in a quotation")])]}
NUMBERS: Ast = {
    "t": "OrderedList",
    "c": [[3, {"t": "LowerRoman"}, {"t": "TwoParens"}], [[plain("third")], [plain("fourth")]]],
}
RIGHT: Ast = {
    "t": "Table",
    "c": [
        *table(["Name", "Number"], [words("a"), words("1")])["c"][:2],
        [[{"t": kind}, {"t": "ColWidthDefault"}] for kind in ("AlignRight", "AlignCenter")],
        *table(["Name", "Number"], [words("a"), []])["c"][3:],
    ],
}

RICH = document(
    LETTERHEAD,
    header(1, "All of it", id="all", tags=["secret"], keys=[("custom-style", "secret")]),
    header(2, "Role", *when("2012–2013", "2012/2013")),
    div([para("Somewhere")], "where"),
    para(
        strong(*words("bold "), emph(*words("and italic "), inline("Superscript", "up"))),
        " ",
        emph(link("a slanted link", "https://a.example/?x=1&y=2"), NOTE),
        " ",
        inline("Strikeout", "struck"),
        inline("Underline", "under"),
        inline("SmallCaps", "small"),
        inline("Subscript", "down"),
        strong({"t": "Code", "c": [["", ["python"], []], "x"]}),
        {"t": "LineBreak"},
        span(words("marked"), "mark"),
        span(words("inserted"), "insertion", keys=[("author", "secret")]),
        span(words("中文字"), keys=[("lang", "zh-CN")]),
        link("inside", "#all"),
    ),
    para("A line of text", *when("2020", "2020")),
    div([para("Styled by its author")], "secret", keys=[("custom-style", "secret")]),
    div([para("Known to Pandoc ", link("by its id", "#refs"))], id="refs"),
    bullets(
        [para("Loose"), para("goes on"), CODE, QUOTE, RIGHT, ordered([[plain("one")], [bullets([plain("deep")])]])],
        [para("Second", *when("since 2021", "2021/..")), para("still second")],
        [CODE],
    ),
    ordered([[para("Counted"), para("goes on"), ordered([[para("inner"), para("goes on")]], 2)]], 7),
    NUMBERS,
    bullets([plain("1"), bullets([plain("2"), bullets([plain("3"), bullets([plain("4"), bullets([plain("5")])])])])]),
    bullets([bullets([bullets([bullets([bullets([bullets([plain("level six")])])])])])]),
    CODE,
    QUOTE,
    {
        "t": "DefinitionList",
        "c": [
            [words("Term"), [[para("Meaning"), bullets([plain("listed")])], [para("Second", *when("2001", "2001"))]]],
            [[strong(*words("Bold term"))], [[plain("Meaning")]]],
        ],
    },
    RIGHT,
    RIGHT,
    {"t": "HorizontalRule"},
    {"t": "Para", "c": [{"t": "Note", "c": [para("Note"), QUOTE, bullets([plain("listed")]), CODE]}]},
    header(1, "שלום", keys=[("lang", "he")]),
    div([para("Shalom")], keys=[("dir", "rtl"), ("lang", "he")]),
    header(6, "Deep heading"),
)


@cache
def sample(name: str = "rich", footer: bool = True, lang: str = "en") -> bytes:
    ast = {"rich": RICH, "sample": SAMPLE}[name]
    return docx.write(ast, WriterOptions(Theme(), structs.replace(INFO, footer=footer, lang=lang)))


def part(file: bytes, name: str) -> Any:
    with zipfile.ZipFile(io.BytesIO(file)) as archive:
        return etree.fromstring(archive.read(name))


def names(file: bytes) -> list[str]:
    with zipfile.ZipFile(io.BytesIO(file)) as archive:
        return archive.namelist()


def find(root: Any, path: str) -> list[Any]:
    return list(root.xpath(path, namespaces=NS))


def attribute_value(root: Any, path: str) -> str:
    """Return the value of the first attribute at `path`, or an empty string."""
    return str(root.xpath(f"string({path})", namespaces=NS))


def text(element: Any) -> str:
    parts = find(element, ".//w:t | .//w:tab[not(parent::w:tabs)] | .//w:br")
    return "".join(node.text if node.tag == f"{{{W}}}t" else "\t" for node in parts)


def paragraphs(file: bytes) -> dict[str, tuple[str, Any]]:
    """Map the text of each paragraph to its style and element."""
    return {
        text(p): (attribute_value(p, "./w:pPr/w:pStyle/@w:val"), p) for p in find(part(file, TEXT_PARTS[0]), "//w:p")
    }


def find_one(root: Any, path: str) -> Any:
    [found] = find(root, path)
    return found


def errors(file: bytes, path: Path) -> list[str]:
    path.write_bytes(file)
    found = OpenXmlValidator(file_format=FileFormat.OFFICE_2019, max_errors=100).validate(str(path))
    return [f"{error.part_uri} {error.path} {error.description}" for error in found.errors]


def style_properties(file: bytes, style: str) -> dict[str, dict[str, str]]:
    """Map the elements of a style, and of the styles it is based on, to their attributes."""
    styles = part(file, "word/styles.xml")
    found: dict[str, dict[str, str]] = {}
    while style:
        element = find_one(styles, f"//w:style[@w:styleId='{style}']")
        for node in find(element, "./w:pPr/* | ./w:rPr/*"):
            attributes = {etree.QName(key).localname: str(value) for key, value in node.attrib.items()}
            found[etree.QName(node).localname] = attributes | found.get(etree.QName(node).localname, {})
        style = str(attribute_value(element, "./w:basedOn/@w:val"))
    return found


# ---------------------------------------------------------------- the file as a whole


@pytest.mark.parametrize("name", ["rich", "sample"])
@pytest.mark.parametrize("footer", [True, False])
def test_the_file_is_valid(tmp_path: Path, name: str, footer: bool) -> None:
    assert errors(sample(name, footer), tmp_path / "cv.docx") == []


def test_the_reference_document_is_a_valid_word_file(tmp_path: Path) -> None:
    file = pack(reference_parts(StyleContext(Theme(), 9000), "de", "Ada"))
    assert errors(file, tmp_path / "reference.docx") == []


def test_an_empty_document_is_a_valid_word_file(tmp_path: Path) -> None:
    assert errors(docx.write(document(), WriterOptions(Theme(), INFO)), tmp_path / "empty.docx") == []


def test_the_same_input_gives_the_same_bytes() -> None:
    assert docx.write(RICH, WriterOptions(Theme(), INFO)) == docx.write(RICH, WriterOptions(Theme(), INFO))


def test_the_zip_file_has_no_real_times() -> None:
    with zipfile.ZipFile(io.BytesIO(sample())) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_properties() -> None:
    core = part(sample(), "docProps/core.xml")
    assert {etree.QName(node).localname: node.text for node in core} == {
        "title": "Ada Beispiel: Curriculum vitae",
        "creator": "Ada Beispiel",
        "lastModifiedBy": "Ada Beispiel",
        "subject": "Curriculum vitae",
        "keywords": "CV, explanation",
        "created": "2026-09-21T14:13:20Z",
        "modified": "2026-09-21T14:13:20Z",
        "language": "en",
    }


@pytest.mark.parametrize(
    ("lang", "languages"),
    [
        ("en", {"val": "en-GB", "eastAsia": "zh-CN", "bidi": "ar-SA"}),
        ("de-AT", {"val": "de-AT", "eastAsia": "zh-CN", "bidi": "ar-SA"}),
        ("ja", {"val": "en-GB", "eastAsia": "ja-JP", "bidi": "ar-SA"}),
        ("he", {"val": "en-GB", "eastAsia": "zh-CN", "bidi": "he-IL"}),
    ],
)
def test_the_file_has_the_language_of_the_document(lang: str, languages: dict[str, str]) -> None:
    file = sample("sample", True, lang)
    for name, path in (("styles", "//w:docDefaults//w:lang"), ("settings", "//w:themeFontLang")):
        found = find_one(part(file, f"word/{name}.xml"), path)
        assert {etree.QName(key).localname: value for key, value in found.attrib.items()} == languages


def test_only_text_in_another_language_has_a_language() -> None:
    runs = find(part(sample("sample"), TEXT_PARTS[0]), "//w:r[w:t]")
    found: dict[str, list[str]] = {}
    for run in runs:
        found.setdefault(attribute_value(run, "w:rPr/w:lang/@w:val"), []).append(text(run))
    assert set(found) == {"", "de"}
    assert "An English phrase" in found[""]  # The language of the file is British English.
    assert (found["de"][0], found["de"][-1]) == ("Sonstiges", "code block")  # The whole section is in German.


def test_text_is_hyphenated_but_headings_are_not() -> None:
    assert len(find(part(sample(), "word/settings.xml"), "w:autoHyphenation")) == 1
    assert "suppressAutoHyphens" not in style_properties(sample(), "BodyText")
    assert "suppressAutoHyphens" in style_properties(sample(), "Heading1")


def test_all_words_in_order() -> None:
    found = [text(p) for p in find(part(sample("sample"), TEXT_PARTS[0]), "//w:p")]
    assert " ".join(found).replace("\t", " ").split() == WORDS.split()


def test_the_tags_of_the_author_are_in_no_part() -> None:
    for file in (sample(), sample("sample")):
        for name in names(file):
            with zipfile.ZipFile(io.BytesIO(file)) as archive:
                assert b"secret" not in archive.read(name), name


def test_links_have_targets() -> None:
    root = part(sample("sample"), TEXT_PARTS[0])
    marks = find(root, "//w:bookmarkStart/@w:name")
    assert set(find(root, "//w:hyperlink/@w:anchor")) <= set(marks)
    assert len(marks) == len(set(marks))
    assert len(find(root, "//w:bookmarkStart/@w:id")) == len(set(find(root, "//w:bookmarkStart/@w:id")))
    assert "prize" not in marks  # No link has this id as its target.
    targets = {rel.get("Id"): rel.get("Target") for rel in part(sample("sample"), "word/_rels/document.xml.rels")}
    assert [targets[id] for id in find(root, "//w:hyperlink/@r:id")] == ["mailto:ada@a.example"]


# ---------------------------------------------------------------- styles


def test_every_paragraph_has_a_style_that_exists() -> None:
    for file in (sample(), sample("sample"), with_template()):
        known = set(find(part(file, "word/styles.xml"), "//w:style[@w:type='paragraph']/@w:styleId"))
        for name in set(TEXT_PARTS) & set(names(file)):
            for p in find(part(file, name), "//w:p"):
                assert attribute_value(p, "w:pPr/w:pStyle/@w:val") in known, text(p)


def test_paragraphs_have_only_style_list_and_direction() -> None:
    for name in TEXT_PARTS:
        found = {etree.QName(node).localname for node in find(part(sample(), name), "//w:pPr/*")}
        assert found <= {"pStyle", "numPr", "bidi"}, name


def test_runs_have_only_style_emphasis_language_and_script() -> None:
    for name in TEXT_PARTS:
        root = part(sample(), name)
        found = {etree.QName(node).localname for node in find(root, "//w:rPr/*")}
        assert found <= {"rStyle", "lang", "rtl", "rFonts", "b", "bCs", "i", "iCs"}, name
        # This hint selects a font of the style for Chinese characters. It does not name a font.
        assert {tuple(node.attrib.items()) for node in find(root, "//w:rFonts")} <= {((f"{{{W}}}hint", "eastAsia"),)}


def test_every_referenced_style_exists() -> None:
    for file in (sample(), sample("sample"), with_template()):
        styles = part(file, "word/styles.xml")
        ids = find(styles, "//w:style/@w:styleId")
        assert len(ids) == len(set(ids))
        assert len(find(styles, "//w:style/w:name/@w:val")) == len(set(find(styles, "//w:style/w:name/@w:val")))
        named = find(styles, "//w:basedOn/@w:val | //w:next/@w:val | //w:link/@w:val")
        for name in set(TEXT_PARTS) & set(names(file)):
            named += find(part(file, name), "//w:rStyle/@w:val | //w:tblStyle/@w:val")
        named += find(part(file, "word/numbering.xml"), "//w:pStyle/@w:val")
        assert set(named) <= set(ids)


def test_combined_traits_are_one_style() -> None:
    root = part(sample(), TEXT_PARTS[0])
    found = {text(run): attribute_value(run, "w:rPr/w:rStyle/@w:val") for run in find(root, "//w:r[w:t]")}
    assert {key: found[key] for key in ("bold ", "and italic ", "up", "a slanted link", "struck", "x")} == {
        "bold ": "Strong",
        "and italic ": "StrongEmphasis",
        "up": "StrongEmphasisSuperscript",
        "a slanted link": "HyperlinkEmphasis",
        "struck": "Strikethrough",
        "x": "VerbatimCharStrong",
    }
    added = find_one(part(sample(), "word/styles.xml"), "//w:style[@w:styleId='StrongEmphasisSuperscript']/w:rPr")
    assert [etree.QName(node).localname for node in added] == ["b", "bCs", "i", "iCs", "vertAlign"]


def test_neighbouring_runs_with_equal_formatting_are_merged() -> None:
    _, found = paragraphs(sample("sample"))["Leads the group, see the list and more."]
    assert [text(run) for run in find(found, ".//w:r")] == ["Leads the group, see ", "the list", " and more."]


def test_each_kind_of_paragraph_has_its_style() -> None:
    found = {key: style for key, (style, _) in paragraphs(sample()).items()}
    wanted = {
        "Dr. Ada Beispiel": "Title",
        "Curriculum vitae": "Subtitle",
        "ada@a.example | +49 30 1": "Contact",
        "All of it": "Heading1",
        "Role\t2012–2013": "Heading2",
        "Somewhere": "EntryDetails",
        "A line of text\t2020": "BodyText",
        "Known to Pandoc by its id": "BodyText",
        "Loose": "ListBullet",
        "goes on": "ListNumberContinue2",  # the last paragraph with this text
        "Second\tsince\N{NO-BREAK SPACE}2021": "ListBullet",
        "still second": "ListContinue",
        "one": "ListNumber2",
        "deep": "ListBullet3",
        "Counted": "ListNumber",
        "third": "ListNumber",
        "5": "ListBullet5",
        "level six": "ListBullet5",
        "Quoted.": "BlockText",
        "in a quotation": "ListBullet",
        "def code():\t    return 1": "SourceCode",
        "Term": "DefinitionTerm",
        "Meaning": "Definition",
        "listed": "ListBullet",
        "Name": "TableHeadingRight",
        "Number": "TableHeadingCentred",
        "a": "TableTextRight",
        "Deep heading": "Heading2",  # because heading levels have no gaps
    }
    assert {key: found.get(key) for key in wanted} == wanted


def test_footnotes_have_styles_of_their_own() -> None:
    notes = part(sample(), "word/footnotes.xml")
    found = [attribute_value(p, "w:pPr/w:pStyle/@w:val") for p in find(notes, "//w:p")]
    assert set(found) == {"FootnoteText", "FootnoteBlockText", "ListBullet", "SourceCode"}
    kinds = find(notes, "//w:footnote[@w:type]/@w:id")
    assert kinds == find(part(sample(), "word/settings.xml"), "//w:footnotePr/w:footnote/@w:id")[::-1]


# ---------------------------------------------------------------- headings and dates


def test_headings_have_outline_levels_and_stay_with_the_next_paragraph() -> None:
    for level in range(1, 7):
        found = style_properties(sample(), f"Heading{level}")
        assert found["outlineLvl"] == {"val": str(level - 1)}
        assert {"keepNext", "keepLines"} <= set(found)
    assert "keepNext" in style_properties(sample(), "EntryDetails")
    assert "pBdr" in style_properties(sample(), "Heading1")


@pytest.mark.parametrize(
    ("paper", "margins", "width"),
    [
        ("a4", Margins(), 11906 - 2 * 1247),
        ("letter", Margins(left=Mm(25.4), right=Mm(12.7)), 12240 - 1440 - 720),
    ],
)
def test_dates_are_at_a_right_tab_at_the_edge_of_the_text(paper: Any, margins: Margins, width: int) -> None:
    theme = structs.replace(Theme(), paper=paper, margins=margins)
    file = docx.write(RICH, WriterOptions(theme, INFO))
    dated = {style for key, (style, _) in paragraphs(file).items() if re.search(r"\t(since.)?\d{4}", key)}
    assert dated == {"BodyText", "Definition", "Heading2", "ListBullet"}
    tabs = find(part(file, "word/styles.xml"), "//w:style/w:pPr/w:tabs/w:tab")
    assert {(tab.get(f"{{{W}}}val"), tab.get(f"{{{W}}}pos")) for tab in tabs} == {("right", str(width))}
    for style in dated:
        assert "right" not in style_properties(file, style).get("ind", {}), (
            "older programs ignore a tab in a right indent"
        )
        assert find(part(file, "word/styles.xml"), f"//w:style[@w:styleId='{style}']/w:pPr/w:tabs")
    size, edges = find_one(part(file, TEXT_PARTS[0]), "//w:pgSz"), find_one(part(file, TEXT_PARTS[0]), "//w:pgMar")
    inside = int(size.get(f"{{{W}}}w")) - sum(int(edges.get(f"{{{W}}}{side}")) for side in ("left", "right"))
    assert inside == width


def test_rare_styles_are_hidden_until_they_are_used() -> None:
    styles = part(sample(), "word/styles.xml")
    hidden = set(find(styles, "//w:style[w:semiHidden][w:unhideWhenUsed]/@w:styleId"))
    assert {"ListBullet4", "FootnoteText", "TableGap"} <= hidden
    assert hidden.isdisjoint({"Normal", "BodyText", "Title", "Heading1", "Heading2", "ListBullet", "EntryDetails"})


def test_a_font_names_one_of_the_same_width() -> None:
    fonts = part(sample(), "word/fontTable.xml")
    assert attribute_value(fonts, "//w:font[@w:name='Cambria']/w:altName/@w:val") == "Caladea"


def test_a_link_is_told_from_text_without_its_colour() -> None:
    assert style_properties(sample(), "Hyperlink")["u"] == {"val": "single"}


def test_lines_of_the_address_break_between_items() -> None:
    items = [f"{letter * 3} {letter * 27}" for letter in "abcdef"]
    head = div([div([para(" | ".join(items))], "contact"), div([para("Ada")], "name")], "letterhead")
    file = docx.write(document(head), WriterOptions(Theme(), INFO))
    (line,) = (line for key, (_, line) in paragraphs(file).items() if "aaa" in key)
    runs = [run.text or "" for run in line.iter(f"{{{W}}}t", f"{{{W}}}br")]
    assert "|".join(runs).split("||") == [" | ".join(items[:3]), " | ".join(items[3:])]


def test_dates_are_regular_even_in_a_bold_heading() -> None:
    _, heading = paragraphs(sample())["Role\t2012–2013"]
    assert find(heading, ".//w:r[last()]/w:rPr/w:rStyle/@w:val") == ["HeadingDate"]
    # Bold in paragraph and character style would cancel each other out in Word, but not in other programs.
    assert "b" in style_properties(sample(), "Heading2")
    assert find(heading, ".//w:r[last()]/w:rPr/w:b/@w:val") == ["0"]
    assert "b" not in style_properties(sample(), "HeadingDate")
    assert "b" not in style_properties(sample(), "EntryDate")
    assert style_properties(sample(), "EntryDate")["numSpacing"] == {"val": "tabular"}


def test_there_is_no_bold_text_inside_a_bold_style() -> None:
    terms = [block for block in RICH["blocks"] if block["t"] == "DefinitionList"]
    bold = document(header(2, "", strong(*words("Bold"))), *terms)
    runs = find(
        part(docx.write(bold, WriterOptions(Theme(), INFO)), TEXT_PARTS[0]), "//w:r[w:rPr/w:rStyle/@w:val='Strong']"
    )
    assert [text(run) for run in runs] == []


# ---------------------------------------------------------------- lists and tables


def labels(file: bytes) -> list[str]:
    """Return the labels that Word shows before paragraphs in lists, according to numbering.xml."""
    numbering = part(file, "word/numbering.xml")
    counts: dict[tuple[str, str], int] = {}
    started: set[tuple[str, str]] = set()
    shown = []
    for p in find(part(file, TEXT_PARTS[0]), "//w:p[w:pPr/w:numPr]"):
        num, level = (attribute_value(p, f"w:pPr/w:numPr/w:{tag}/@w:val") for tag in ("numId", "ilvl"))
        definition = attribute_value(numbering, f"//w:num[@w:numId='{num}']/w:abstractNumId/@w:val")
        at = find_one(numbering, f"//w:abstractNum[@w:abstractNumId='{definition}']/w:lvl[@w:ilvl='{level}']")
        kind, pattern = attribute_value(at, "w:numFmt/@w:val"), attribute_value(at, "w:lvlText/@w:val")
        if kind in ("bullet", "none"):
            shown.append(pattern)
            continue
        start = attribute_value(
            numbering, f"//w:num[@w:numId='{num}']/w:lvlOverride[@w:ilvl='{level}']/w:startOverride/@w:val"
        )
        if (num, level) not in started and start:
            counts[definition, level] = int(start) - 1
            started.add((num, level))
        counts[definition, level] = counts.get((definition, level), 0) + 1
        number = counts[definition, level]
        roman = {3: "iii", 4: "iv"}
        shown.append(re.sub(r"%\d", str(roman[number] if kind == "lowerRoman" else number), pattern))
    return shown


def test_every_referenced_list_exists() -> None:
    for file in (sample(), sample("sample"), with_template()):
        numbering = part(file, "word/numbering.xml")
        named = set(find(part(file, "word/styles.xml"), "//w:numPr/w:numId/@w:val"))
        for name in ("word/document.xml", "word/footnotes.xml"):
            named |= set(find(part(file, name), "//w:numPr/w:numId/@w:val"))
        assert named <= set(find(numbering, "//w:num/@w:numId"))
        used = set(find(numbering, "//w:num/w:abstractNumId/@w:val"))
        assert used == set(find(numbering, "//w:abstractNum/@w:abstractNumId"))


def test_list_labels() -> None:
    assert labels(sample("sample")) == ["•", "•", "•", "1.", "2.", "94.", "93.", "7.", "7)"]
    rich = labels(sample())
    assert [label for label in rich if label not in ("•", "")] == ["1.", "2.", "7.", "2.", "(iii)", "(iv)"]


def test_items_have_numbering_and_additional_paragraphs_have_none() -> None:
    for key, (style, p) in paragraphs(sample()).items():
        if style.startswith("List"):
            assert bool(find(p, "w:pPr/w:numPr")) == ("Continue" not in style), key


def test_numbers_are_right_aligned_and_additional_paragraphs_are_indented() -> None:
    numbering = part(sample(), "word/numbering.xml")
    for lvl in find(numbering, "//w:lvl"):
        assert attribute_value(lvl, "w:lvlJc/@w:val") == "right"
    for style, continuation in (("ListBullet", "ListContinue"), ("ListNumber2", "ListNumberContinue2")):
        level = find_one(numbering, f"//w:lvl[w:pStyle/@w:val='{style}']")
        left = attribute_value(level, "w:pPr/w:ind/@w:left")
        assert (
            left
            == style_properties(sample(), style)["ind"]["left"]
            == style_properties(sample(), continuation)["ind"]["left"]
        )


def test_a_list_style_is_linked_to_its_list() -> None:
    for style, level in (("ListBullet", None), ("ListBullet2", "1"), ("ListNumber", None), ("ListNumber3", "2")):
        element = find_one(part(sample(), "word/styles.xml"), f"//w:style[@w:styleId='{style}']")
        number = attribute_value(element, "w:pPr/w:numPr/w:numId/@w:val")
        definition = attribute_value(
            part(sample(), "word/numbering.xml"), f"//w:num[@w:numId='{number}']/w:abstractNumId/@w:val"
        )
        linked = find_one(part(sample(), "word/numbering.xml"), f"//w:lvl[w:pStyle/@w:val='{style}']")
        assert linked.get(f"{{{W}}}ilvl") == (level or "0")
        assert linked.getparent().get(f"{{{W}}}abstractNumId") == definition


def test_tables() -> None:
    for tbl in find(part(sample(), TEXT_PARTS[0]), "//w:tbl"):
        rows = find(tbl, "w:tr")
        assert [bool(find(row, "w:trPr/w:tblHeader")) for row in rows] == [True, False]
        assert all(find(row, "w:trPr/w:cantSplit") for row in rows)
        assert attribute_value(tbl, "w:tblPr/w:tblStyle/@w:val") == "Table"
        assert {etree.QName(node).localname for node in find(tbl, "w:tblPr/*")} <= {
            "tblStyle",
            "tblW",
            "tblInd",
            "tblLook",
        }
        columns = sum(int(width) for width in find(tbl, "w:tblGrid/w:gridCol/@w:w"))
        total = int(attribute_value(tbl, "w:tblPr/w:tblW/@w:w")) + int(
            attribute_value(tbl, "w:tblPr/w:tblInd/@w:w") or 0
        )
        assert 0 <= total - columns - int(attribute_value(tbl, "w:tblPr/w:tblInd/@w:w") or 0) < 4
        assert total < 9412 / 2  # as wide as its few words
    between = find(
        part(sample(), TEXT_PARTS[0]),
        "//w:p[preceding-sibling::*[1][self::w:tbl]][following-sibling::*[1][self::w:tbl]]",
    )
    assert [attribute_value(p, "w:pPr/w:pStyle/@w:val") for p in between] == ["TableGap"]


# ---------------------------------------------------------------- the theme


def test_only_the_theme_names_the_font() -> None:
    theme = structs.replace(Theme(), font_word="Garamond & Sons")
    file = docx.write(SAMPLE, WriterOptions(theme, INFO))
    with zipfile.ZipFile(io.BytesIO(file)) as archive:
        parts_with_font = {name for name in archive.namelist() if b"Garamond &amp; Sons" in archive.read(name)}
    assert parts_with_font == {"word/theme/theme1.xml", "word/fontTable.xml"}
    faces = find(part(file, "word/theme/theme1.xml"), "//a:latin/@typeface")
    assert faces == ["Garamond & Sons"] * 2
    fonts = find(part(file, "word/styles.xml"), "//w:rFonts[not(@w:ascii='Consolas')]")
    assert {font.get(f"{{{W}}}asciiTheme") for font in fonts} == {"minorHAnsi", "majorHAnsi"}


def test_size_colours_and_paper_come_from_the_theme() -> None:
    theme = structs.replace(
        Theme(),
        accent=Colour("#7a0019"),
        muted=Colour("#444444"),
        ink=Colour("#000000"),
        size=Pt(12),
        size_small=Pt(8.5),
        size_name=Pt(30),
        size_headings=(Pt(16), Pt(13), Pt(12)),
        leading=1.5,
        paper="letter",
    )
    file = docx.write(SAMPLE, WriterOptions(theme, INFO))
    defaults = find_one(part(file, "word/styles.xml"), "//w:docDefaults")
    assert attribute_value(defaults, ".//w:sz/@w:val") == "24"
    assert attribute_value(defaults, ".//w:color/@w:val") == "000000"
    # A multiple of single spacing, which is 1.172 times the size for Cambria. So it holds for other sizes, too.
    assert attribute_value(defaults, ".//w:spacing/@w:lineRule") == "auto"
    assert attribute_value(defaults, ".//w:spacing/@w:line") == str(round(240 * 1.5 / 1.172))
    sizes = {
        style: style_properties(file, style)["sz"]["val"]
        for style in ("Title", "Heading1", "Heading2", "Heading3", "Footer")
    }
    assert sizes == {"Title": "60", "Heading1": "32", "Heading2": "26", "Heading3": "24", "Footer": "17"}
    rule = find_one(part(file, "word/styles.xml"), "//w:style[@w:styleId='Heading1']//w:bottom")
    assert (rule.get(f"{{{W}}}color"), rule.get(f"{{{W}}}themeColor")) == ("7A0019", "accent1")
    assert style_properties(file, "Hyperlink")["color"] == {"val": "7A0019", "themeColor": "accent1"}
    assert style_properties(file, "EntryDetails")["color"] == {"val": "444444", "themeColor": "text2"}
    scheme = part(file, "word/theme/theme1.xml")
    assert find(scheme, "//a:accent1/a:srgbClr/@val | //a:dk2/a:srgbClr/@val") == ["444444", "7A0019"]
    page = find_one(part(file, TEXT_PARTS[0]), "//w:pgSz")
    assert (page.get(f"{{{W}}}w"), page.get(f"{{{W}}}h")) == ("12240", "15840")


# ---------------------------------------------------------------- footer


@pytest.mark.parametrize(
    ("lang", "shown"),
    [
        ("en", "Ada Beispiel\tpage 1 of 1"),
        ("de", "Ada Beispiel\tSeite 1 von 1"),
        ("fr-CH", "Ada Beispiel\tpage 1 sur 1"),
        ("eo", "Ada Beispiel\t1 / 1"),
    ],
)
def test_the_footer_has_name_and_page_number(lang: str, shown: str) -> None:
    file = sample("sample", True, lang)
    footer = part(file, "word/footer1.xml")
    assert text(footer) == shown
    assert find(footer, "//w:fldSimple/@w:instr") == [" PAGE ", " NUMPAGES "]
    section = find_one(part(file, TEXT_PARTS[0]), "//w:sectPr")
    assert find(section, "w:footerReference/@w:type") == ["default"]
    assert len(find(section, "w:titlePg")) == 1  # so that the first page has no footer


def test_there_is_no_footer_if_it_is_switched_off() -> None:
    file = sample("sample", False)
    assert [name for name in names(file) if "footer" in name or "header" in name] == []
    section = find_one(part(file, TEXT_PARTS[0]), "//w:sectPr")
    assert [etree.QName(node).localname for node in section] == ["pgSz", "pgMar"]


# ---------------------------------------------------------------- pictures


def png(width: int, height: int) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = b"".join(b"\0" + b"\x20\x60\xa0" * width for _ in range(height))
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def test_images_are_embedded_and_have_descriptions(tmp_path: Path) -> None:
    (tmp_path / "a b.png").write_bytes(png(60, 40))
    ast = document(para(image("a%20b.png", "A blue field")), para("In a ", image("a%20b.png", "line")))
    file = docx.write(ast, WriterOptions(Theme(), INFO, folder=tmp_path))
    root = part(file, TEXT_PARTS[0])
    assert find(root, "//wp:docPr/@descr | //pic:cNvPr/@descr") == ["A blue field"] * 2 + ["line"] * 2
    assert find(root, "//w:p/w:pPr/w:pStyle/@w:val") == ["Figure", "BodyText"]
    [media] = [name for name in names(file) if "media" in name]
    with zipfile.ZipFile(io.BytesIO(file)) as archive:
        assert archive.read(media) == png(60, 40)
    assert b"base64" not in etree.tostring(root)
    assert errors(file, tmp_path / "cv.docx") == []


def test_a_missing_image_is_reported(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"image gone\.png not found in the folder of the CV"):
        docx.write(document(para(image("gone.png", "x"))), WriterOptions(Theme(), INFO, folder=tmp_path))


# ---------------------------------------------------------------- templates


@cache
def template() -> bytes:
    """Return a template like that of an institution: German ids, other formats, few styles, its own numbering."""
    parts = reference_parts(StyleContext(Theme(paper="letter"), 9000), "de", "University")
    styles = etree.fromstring(parts["word/styles.xml"])
    kept = {
        "heading 1": "berschrift1",
        "Body Text": "Textkrper",
        "List Bullet": "Aufzhlung",
        "Strong": "Fett",
        "footer": "Footer",
    }
    kept |= {"Normal": "Standard", "Default Paragraph Font": "Absatz"}
    for style in find(styles, "//w:style"):
        name = attribute_value(style, "w:name/@w:val")
        if name not in kept:
            styles.remove(style)
            continue
        style.set(f"{{{W}}}styleId", kept[name])
        for node in find(style, ".//w:tabs | w:next"):
            node.getparent().remove(node)
        for node in find(style, "w:basedOn"):
            node.set(f"{{{W}}}val", kept["Default Paragraph Font" if name == "Strong" else "Normal"])
        if name == "List Bullet":
            style.addnext(etree.fromstring(etree.tostring(style)))
            other = style.getnext()
            other.set(f"{{{W}}}styleId", "ListContinue")
            find_one(other, "w:name").set(f"{{{W}}}val", "Something else")
        if name == "heading 1":
            find_one(style, "w:rPr/w:sz").set(f"{{{W}}}val", "77")
    numbering = parts["word/numbering.xml"].replace("•".encode(), "→".encode())
    numbering = re.sub(rb'<w:pStyle w:val="ListBullet" />', b'<w:pStyle w:val="Aufzhlung" />', numbering)
    numbering = re.sub(rb'<w:pStyle w:val="List[^"]*" />', b"", numbering)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as file:
        for name, content in (
            parts | {"word/styles.xml": etree.tostring(styles), "word/numbering.xml": numbering}
        ).items():
            file.writestr(name, content)
    return buffer.getvalue()


@cache
def with_template() -> bytes:
    return docx.write(RICH, WriterOptions(Theme(), INFO, reference=template()))


def test_files_with_the_same_template_do_not_affect_each_other() -> None:
    """Styles that one file adds to the template are not in the next file."""
    one = document(ordered([[plain("One")]], delimiter="OneParen"))
    alone = docx.write(one, WriterOptions(Theme(), INFO, reference=template()))
    assert docx.write(one, WriterOptions(Theme(), INFO, reference=template())) == alone


def test_with_a_template_the_file_is_valid(tmp_path: Path) -> None:
    assert errors(with_template(), tmp_path / "cv.docx") == []


def test_the_styles_of_a_template_have_priority() -> None:
    ours, theirs = part(with_template(), "word/styles.xml"), part(template(), "word/styles.xml")
    for style in find(theirs, "//w:style"):
        name = attribute_value(style, "w:name/@w:val")
        kept = find_one(ours, f"//w:style[w:name/@w:val='{name}']")
        assert etree.tostring(kept, method="c14n") == etree.tostring(style, method="c14n"), name
    found = {key: style for key, (style, _) in paragraphs(with_template()).items()}
    assert (found["All of it"], found["Loose"], found["Styled by its author"]) == (
        "berschrift1",
        "Aufzhlung",
        "Textkrper",
    )
    runs = find(part(with_template(), TEXT_PARTS[0]), "//w:r[w:t='bold ']")
    assert [attribute_value(run, "w:rPr/w:rStyle/@w:val") for run in runs] == ["Fett"]


def test_missing_styles_of_a_template_are_added() -> None:
    found = {key: style for key, (style, _) in paragraphs(with_template()).items()}
    assert (found["Somewhere"], found["Role\t2012–2013"]) == ("EntryDetails", "Heading2")
    assert found["still second"] == "ListContinue1"  # because another style of the template has this id
    styles = part(with_template(), "word/styles.xml")
    assert attribute_value(styles, "//w:style[@w:styleId='EntryDetails']/w:basedOn/@w:val") == "Standard"
    assert attribute_value(styles, "//w:style[@w:styleId='StrongEmphasis']/w:basedOn/@w:val") == "Absatz"
    # Built-in styles have numbers of another file. In the template, these may be other lists.
    assert find(styles, "//w:style[@w:styleId='ListNumber']/w:pPr/w:ind")
    assert not find(styles, "//w:style[@w:styleId='ListNumber']/w:pPr/w:numPr")


def test_a_right_tab_for_dates_is_added_to_a_template() -> None:
    found = paragraphs(with_template())["A line of text\t2020"][0]
    assert found == "BodyTextDated"
    styles = part(with_template(), "word/styles.xml")
    style = find_one(styles, "//w:style[@w:styleId='BodyTextDated']")
    assert attribute_value(style, "w:basedOn/@w:val") == "Textkrper"
    assert attribute_value(style, "w:pPr/w:tabs/w:tab/@w:pos") == str(12240 - 2 * 1247)


def test_lists_page_and_footer_of_a_template_are_kept() -> None:
    assert labels(with_template())[0] == "→"
    assert {label for label in labels(with_template()) if label.endswith((".", ")"))} == {
        *("1.", "2.", "7.", "(iii)", "(iv)")
    }
    root = part(with_template(), TEXT_PARTS[0])
    assert attribute_value(root, "//w:pgSz/@w:w") == "12240"
    assert text(part(with_template(), "word/footer1.xml")).startswith("University")


def test_a_template_that_is_not_a_word_file_is_reported() -> None:
    with pytest.raises(ExternalError, match="Pandoc could not write docx"):
        docx.write(SAMPLE, WriterOptions(Theme(), INFO, reference=b"not a zip file"))


def test_a_template_without_styles_gets_those_of_pandoc() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(template())) as file, zipfile.ZipFile(buffer, "w") as bare:
        for name in file.namelist():
            if name != "word/styles.xml":
                bare.writestr(name, file.read(name))
    written = docx.write(SAMPLE, WriterOptions(Theme(), INFO, reference=buffer.getvalue()))
    assert find(part(written, "word/styles.xml"), "//w:style")


# ---------------------------------------------------------------- other programs


@pytest.mark.office
@pytest.mark.parametrize("own_template", [False, True])
def test_libreoffice_opens_the_file(tmp_path: Path, own_template: bool) -> None:
    (tmp_path / "cv.docx").write_bytes(
        docx.write(SAMPLE, WriterOptions(Theme(), INFO, reference=template() if own_template else None))
    )
    soffice, profile = program("soffice", "LibreOffice"), f"-env:UserInstallation=file://{tmp_path}/profile"
    arguments = ["--headless", "--convert-to", "pdf", "--outdir", str(tmp_path), str(tmp_path / "cv.docx")]
    subprocess.run([soffice, profile, *arguments], check=True, capture_output=True, timeout=120)
    shown = " ".join(page.extract_text() for page in PdfReader(tmp_path / "cv.pdf").pages)
    squeezed = re.sub(r"\s", "", shown)
    for word in WORDS.split():
        assert word in squeezed
    for label in ("94.", "93.", "7.", "7)"):
        assert label in squeezed
