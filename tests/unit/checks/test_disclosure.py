"""No output contains private values, comments or omitted text, neither visible nor hidden."""

from __future__ import annotations

import io
import re
import shutil
import unicodedata
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from msgspec import structs
from pypdf import PdfReader, PdfWriter, annotations
from pypdf.generic import NameObject, StreamObject

from output_text import W
from polyvita import build
from polyvita.builder import filter_build, steps
from polyvita.builder.result import BuildResult
from polyvita.checks.disclosure import load_disclosure_checker
from polyvita.checks.inspect import inspect
from polyvita.reader import load_private, read
from polyvita.writers import write
from polyvita.writers.prepare import PreparedDocument
from repository import MOMENT, ROOT

MOBILE, BORN = "+49 (171) 555-0192", "1984-05-06"
COMMENT = "ask the dean whether this may be told at all"
OMITTED = "This sentence must not be in any of the outputs"
FILTER = "formats: [html, docx, pdf, txt]\n"
CV = "---\nname: Ada Example\n---\n\n# Bio\n\nHello.\n"


def letters(text: str) -> str:
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", text)).casefold()


def everything(content: bytes) -> str:
    """Return all text in a finished file, without the code under test."""
    if content.startswith(b"%PDF"):
        reader = PdfReader(io.BytesIO(content))
        xmp = reader.xmp_metadata.stream.get_data().decode() if reader.xmp_metadata else ""
        outline = str(reader.outline)
        return "\n".join([*(page.extract_text() for page in reader.pages), str(reader.metadata), xmp, outline])
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as file:
            parts = [file.read(name).decode(errors="replace") for name in file.namelist()]
        return "\n".join([*parts, *(re.sub("<[^>]*>", "", part) for part in parts)])
    return content.decode()


@pytest.mark.slow
def test_no_filter_of_the_repository_shows_hidden_content(tmp_path: Path) -> None:
    text = (ROOT / "cv.md").read_text(encoding="utf-8")
    text = text.replace("<!-- DAKI", f"<!-- {COMMENT} -->\n\n{OMITTED}. {{lang=fr}}\n\n<!-- DAKI", 1)
    assert OMITTED in text
    (tmp_path / "cv.md").write_text(text, encoding="utf-8")
    (tmp_path / "cv.private.yaml").write_text(f"mobile: {MOBILE}\nborn: {BORN}\n")
    shutil.copytree(ROOT / "filters", tmp_path / "filters")
    (tmp_path / "filters/office.yaml").write_text(f"{FILTER}private: true\n")
    built = build(tmp_path / "cv.md", timestamp=MOMENT)
    assert [finding.code for finding in built.findings] == []
    texts = {result.path.name: letters(everything(result.path.read_bytes())) for result in built.results}
    assert len(texts) > 20
    # The values as pages show them. The filter "office" shows the first two, which proves that the search finds them.
    hidden = {"mobile": letters(MOBILE), "born": "6may1984", "comment": letters(COMMENT), "dropped": letters(OMITTED)}
    found = {name: {what for what, value in hidden.items() if value in text} for name, text in texts.items()}
    office = {f"office.{format}" for format in ("html", "docx", "pdf", "txt")}
    assert {name: what for name, what in found.items() if what} == {name: {"mobile", "born"} for name in office}
    assert not [name for name in texts.keys() - office if letters(BORN) in texts[name] or "6mai1984" in texts[name]]


def folder_of(tmp_path: Path, cv: str = CV, filter: str = FILTER, private: str = "") -> Path:
    (tmp_path / "filters").mkdir()
    (tmp_path / "cv.md").write_text(cv, encoding="utf-8")
    (tmp_path / "filters/one.yaml").write_text(filter, encoding="utf-8")
    (tmp_path / "cv.private.yaml").write_text(private or f"born: {BORN}\nmobile: {MOBILE}\n", encoding="utf-8")
    return tmp_path / "cv.md"


def reported(built: BuildResult) -> set[tuple[str, int, str]]:
    """Return the code, the line and the end of the message of each finding."""
    return {(f.code, f.location.line, f.message.partition("would show ")[2]) for f in built.findings}


PHONE = {("PV320", 2, "the private value of “mobile”; the file is not written")}
BIRTH = {("PV320", 1, "the private value of “born”; the file is not written")}


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("+49 (171) 555-0192", PHONE),
        ("+49\u00a0171\u20115550192", PHONE),
        ("0171/5550192", PHONE),
        ("+49 **171** 555 0192", PHONE),
        ("[call](tel:+491715550192)", PHONE),
        ("1984-05-06", BIRTH),
        ("6 May 1984", BIRTH),
        ("06.05.1984", BIRTH),
        ("5/6/1984", BIRTH),
        ("May 1984", set()),
        ("1984", set()),
        ("+49 171 555-0193", set()),
        ("16.5.1984", set()),
    ],
)
def test_a_private_value_is_found_in_all_its_forms(tmp_path: Path, written: str, found: set[Any]) -> None:
    built = build(folder_of(tmp_path, CV.replace("Hello", f"Hello {written}"), "formats: txt\n"))
    assert reported(built) == found
    assert built.exit_status == bool(found)


FORMATS = ["html", "docx", "pdf", "txt", "odt", "epub3", "latex", "rtf", "json", "native", "markdown", "typst"]


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize("location", ["text", "affiliation", "title"])
def test_a_planted_leak_is_found_in_every_format(tmp_path: Path, format: str, location: str) -> None:
    cv, filter = CV, f"formats: {format}\n"
    match location:
        case "text":
            cv = cv.replace("Hello.", f"Hello {MOBILE}.")
        case "affiliation":
            cv = cv.replace("Example\n", f"Example\naffiliation: [HHI, 'Call {MOBILE}']\n")
        case _:
            filter += f"title: 'CV, {MOBILE}'\n"
    built = build(folder_of(tmp_path, cv, filter))
    assert reported(built) == PHONE
    assert not (tmp_path / "outputs").exists()


def test_only_outputs_with_private_values_are_withheld(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = folder_of(tmp_path, CV + "\nBorn 6 May 1984. {.secret}\n", "formats: [html, txt]\n")
    (tmp_path / "filters/two.yaml").write_text("formats: txt\ndrop: secret\n")
    (tmp_path / "filters/office.yaml").write_text("formats: txt\nprivate: true\n")
    (tmp_path / "outputs").mkdir()
    (tmp_path / "outputs/one.txt").write_text("old")
    built = build(source)
    assert built.exit_status == 1
    assert [result.path.name for result in built.results if result.problem] == ["one.html", "one.txt"]
    assert (tmp_path / "outputs/one.txt").read_text() == "old"
    assert sorted(path.name for path in (tmp_path / "outputs").iterdir()) == [
        "manifest.json",
        "office.txt",
        "one.txt",
        "two.txt",
    ]
    assert {finding.hint for finding in built.findings} == {
        "delete the value from line 9 of the CV, or write “private: true” in the filter"
    }
    assert {finding.location.file for finding in built.findings} == {str(tmp_path / "cv.private.yaml")}


def test_a_value_that_the_front_matter_has_under_the_same_key_is_public(tmp_path: Path) -> None:
    private = "name: Ada Example\naddress: [Hidden Lane 3, 'Q 1']\nlang: en\nlinks: {x: 'https://hidden.example'}\n"
    assert reported(build(folder_of(tmp_path, private=private))) == set()
    (tmp_path / "cv.md").write_text(CV.replace("Hello.", "Hidden\nLane 3 [x](http://hidden.example/)"))
    assert reported(build(tmp_path / "cv.md")) == {
        ("PV320", 2, "the private value of “address”; the file is not written"),
        ("PV320", 4, "the private value of “links”; the file is not written"),
    }


NUMBER = "0171/5550192"
HTML_PLACES = {
    "an alternative text": f"<img alt='call {NUMBER}'>",
    "a comment": f"<!-- {NUMBER} -->",
    "the target of a link": "<a href='tel:+491715550192'>call</a>",
    "metadata": f"<head><meta name='keywords' content='a, {NUMBER}'></head>",
    "the title": f"<title>{NUMBER}</title>",
    "data for programs": f"<script type='application/ld+json'>{{'telephone': '{NUMBER}'}}</script>",
    "a style": f"<style>p {{ content: '{NUMBER}' }}</style>",
    "an identifier": f"<p id='{NUMBER}'>Hello</p>",
    "the text, in several elements": "<p>0171/<b>555</b>0<i>192</i></p>",
    "the text, as references to characters": "<p>0171&#47;5550192</p>",
    "two cells": "<td>0171</td><td>5550192</td>",
    "a processing instruction": f"<?{NUMBER}?>",
}
WORD_PLACES = {
    "a comment": ("comments.xml", f"<w:t>{NUMBER}</w:t>"),
    "a comment in several runs": ("comments.xml", "<w:r><w:t>0171</w:t></w:r><w:r><w:t>5550192</w:t></w:r>"),
    "the text in several runs": ("document.xml", "<w:p><w:r><w:t>0171</w:t></w:r><w:r><w:t>5550192</w:t></w:r></w:p>"),
    "a text box": ("document.xml", f"<w:p><w:r><w:pict><w:p><w:r><w:t>{NUMBER}</w:t></w:r></w:p></w:pict></w:r></w:p>"),
    "a field": ("document.xml", f"<w:p><w:r><w:instrText>HYPERLINK 'tel:{NUMBER}'</w:instrText></w:r></w:p>"),
    "deleted text": ("document.xml", f"<w:p><w:del><w:r><w:delText>{NUMBER}</w:delText></w:r></w:del></w:p>"),
    "an alternative text": ("document.xml", f"<w:drawing descr='{NUMBER}'/>"),
    "a bookmark": ("document.xml", f"<w:bookmarkStart w:name='{NUMBER}'/>"),
    "a remark in the XML": ("document.xml", f"<!-- {NUMBER} -->"),
    "an instruction in the XML": ("document.xml", f"<?x {NUMBER}?>"),
    "a header": ("header3.xml", f"<w:p><w:r><w:t>{NUMBER}</w:t></w:r></w:p>"),
    "a footnote": ("footnotes.xml", f"<w:footnote><w:p><w:r><w:t>{NUMBER}</w:t></w:r></w:p></w:footnote>"),
    "the target of a link": ("_rels/document.xml.rels", f"<Relationship Target='tel:{NUMBER}'/>"),
    "a property between others": ("../docProps/core.xml", "<a>x</a><b>6 May 1984</b><c>5</c>"),
    "custom XML": ("../customXml/item1.xml", f"<phone>{NUMBER}</phone>"),
    "a picture": ("media/a.png", f"PNG \xff tEXt{NUMBER} "),
    "the name of a part": (f"media/{NUMBER.replace('/', '-')}.png", ""),
}


def web_page(place: str) -> bytes:
    return f"<!doctype html><html>{HTML_PLACES[place]}<p>More.</p></html>".encode()


def word_file(place: str) -> bytes:
    out, parts = io.BytesIO(), {"word/document.xml": "<w:p/>"}
    name, content = WORD_PLACES.get(place, ("comments.xml", ""))
    parts[f"word/{name}".replace("word/../", "")] = content
    with zipfile.ZipFile(out, "w") as file:
        for name, content in parts.items():
            file.writestr(name, f"<w:root xmlns:w='{W[1:-1]}'>{content}</w:root>" if "media" not in name else content)
    return out.getvalue()


PDF_PLACES: dict[str, Callable[[PdfWriter], object]] = {
    "a property": lambda pdf: pdf.add_metadata({"/Keywords": NUMBER}),
    "the outline": lambda pdf: pdf.add_outline_item(title=NUMBER, page_number=0),
    "the name of an attachment": lambda pdf: pdf.add_attachment(f"{NUMBER}.txt".replace("/", "-"), b""),
    "a remark": lambda pdf: pdf.add_annotation(0, annotations.Text(rect=(0, 0, 9, 9), text=NUMBER)),
    "the target of a link": lambda pdf: pdf.add_annotation(0, annotations.Link(rect=(0, 0, 9, 9), url=f"tel:{NUMBER}")),
    "a named destination": lambda pdf: pdf.add_named_destination(NUMBER, 0),
    "an attached text": lambda pdf: pdf.add_attachment("a.txt", NUMBER.encode()),
    "XMP metadata": lambda pdf: pdf._root_object.__setitem__(NameObject("/Metadata"), pdf._add_object(xmp())),
}


def xmp() -> StreamObject:
    stream = StreamObject()
    stream[NameObject("/Type")] = NameObject("/Metadata")
    stream.set_data(f"<x:xmpmeta xmlns:x='adobe:ns:meta/'><x:a>d</x:a><x:b>{NUMBER}</x:b>2</x:xmpmeta>".encode())
    return stream


def pdf_file(place: str) -> bytes:
    pdf, out = PdfWriter(), io.BytesIO()
    pdf.add_blank_page(100, 100)
    if place in PDF_PLACES:
        PDF_PLACES[place](pdf)
    pdf.write(out)
    return out.getvalue()


PLACES = [
    *(pytest.param("html", web_page, place, id=f"html: {place}") for place in HTML_PLACES),
    *(pytest.param("docx", word_file, place, id=f"docx: {place}") for place in WORD_PLACES),
    *(pytest.param("pdf", pdf_file, place, id=f"pdf: {place}") for place in PDF_PLACES),
]


@pytest.mark.parametrize(("format", "make", "place"), PLACES)
def test_a_value_is_found_wherever_a_file_can_hide_it(
    tmp_path: Path, format: str, make: Callable[[str], bytes], place: str
) -> None:
    checker = load_disclosure_checker(read(source := folder_of(tmp_path)), load_private(source), ["en"])
    [finding] = checker.findings("file", inspect(format, make(place)), "", (), private=False)
    assert "would show the private value of" in finding.message


@pytest.mark.parametrize(
    ("format", "content"),
    [("html", b"<p>0171</p>5550193"), ("docx", word_file("nothing")), ("pdf", pdf_file("nothing")), ("txt", b"1984")],
)
def test_nothing_is_found_in_a_file_without_private_values(tmp_path: Path, format: str, content: bytes) -> None:
    checker = load_disclosure_checker(read(source := folder_of(tmp_path)), load_private(source), ["en"])
    assert list(checker.findings("file", inspect(format, content), "", (), private=False)) == []


def test_a_comment_that_a_pandoc_filter_adds_is_found(tmp_path: Path) -> None:
    """The reader never passes a comment on, so the test needs a Pandoc filter."""
    source = folder_of(tmp_path, f"{CV}\n<!-- one\n{COMMENT} {{.core}}\n-->\n")
    assert reported(build(source)) == set()
    (tmp_path / "filters/tell.lua").write_text(f'function Str(s) s.text = s.text .. " {COMMENT}"; return s end')
    (tmp_path / "filters/one.yaml").write_text(f"{FILTER}pandoc_filters: tell.lua\n")
    built = build(source)
    assert reported(built) == {("PV321", 9, "this comment; the file is not written")}
    assert len(built.results) == len([result for result in built.results if result.problem]) == 4


LEFT = "This sentence is nobody’s business at the ministry."
LEFT_OUT = {("PV322", 9, "this text, which the filter leaves out; the file is not written")}
SELECTIVE = f"{CV}\n{LEFT} {{.secret}}\n\nSeen [but this detail of it is not]{{.secret}} as well.\n"


@pytest.mark.parametrize("format", ["html", "docx", "txt"])
def test_omitted_text_in_a_finished_file_is_found(tmp_path: Path, format: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A writer that adds text: the finished file is searched, not only the text that the writer receives."""
    source = folder_of(tmp_path, SELECTIVE, f"formats: {format}\ndrop: secret\n")
    assert reported(build(source, outputs=tmp_path / "good")) == set()

    def write_more(page: PreparedDocument, *arguments: Any, **options: Any) -> bytes:
        more = {"t": "Para", "c": [{"t": "Str", "c": word} for word in re.split("( )", LEFT)]}
        return write(structs.replace(page, blocks=[*page.blocks, more]), *arguments, **options)

    monkeypatch.setattr(filter_build, "write", write_more)
    assert reported(build(source)) == LEFT_OUT
    assert not list(tmp_path.glob("outputs/one*"))


@pytest.mark.parametrize("format", ["html", "docx", "pdf", "txt"])
def test_omitted_text_that_a_writer_receives_is_found(
    tmp_path: Path, format: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A layout step that restores omitted content."""
    source = folder_of(tmp_path, SELECTIVE, f"formats: {format}\ndrop: secret\n")
    restore = ("restore", lambda document, job: (structs.replace(document, blocks=job.document.blocks), ()))
    monkeypatch.setattr(steps, "PRESENTATION_STEPS", (restore, *steps.PRESENTATION_STEPS))
    line = "this text, which the filter leaves out; the file is not written"
    assert reported(build(source)) == LEFT_OUT | {("PV322", 11, line)}


def test_text_that_did_not_fit_counts_as_omitted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cv = f"{CV}\n{LEFT} {{priority=9}}\n"
    source = folder_of(tmp_path, cv, "formats: txt\nwords: {items: untagged, most: 3, fit: drop}\n")
    assert reported(build(source, outputs=tmp_path / "good")) == set()
    restore = ("restore", lambda document, job: (structs.replace(document, blocks=job.document.blocks), ()))
    monkeypatch.setattr(steps, "PRESENTATION_STEPS", (restore, *steps.PRESENTATION_STEPS))
    assert reported(build(source)) == LEFT_OUT


@pytest.mark.parametrize("shown", [LEFT, f"> {LEFT.upper()}", f"[x](/u '{LEFT}')"])
def test_omitted_text_may_be_shown_elsewhere(tmp_path: Path, shown: str) -> None:
    source = folder_of(tmp_path, f"{SELECTIVE}\n{shown}\n", f"{FILTER}drop: secret\n")
    assert reported(build(source)) == set()


def test_text_that_the_layout_adds_may_equal_omitted_text(tmp_path: Path) -> None:
    """A heading and its date have the same words as an omitted sentence."""
    cv = f"{CV}\n## Head of All Examples {{date=2021/..}}\n\nHead of All Examples since 2021 {{.secret}}\n\nMore.\n"
    assert reported(build(folder_of(tmp_path, cv, f"{FILTER}drop: secret\n"))) == set()


ROWS = """| Year | Prize | Sum |
| --- | --- | --- |
| 2019 | Turing Medal | fifty |
| 2020 | Babbage | rather much | {.secret}
"""
RESTORED = {
    "a row of short cells": (
        ROWS,
        """function Table(t)
             local cells = {}
             for i, text in ipairs{"2020", "Babbage", "rather much"} do cells[i] = pandoc.Cell{pandoc.Plain(text)} end
             t.bodies[1].body:insert(pandoc.Row(cells))
             return t
           end""",
    ),
    "words with code between them": (
        "Written in `Rust` with `Typst` by me. {.secret}\n",
        """function Pandoc(d)
             d.blocks:insert(pandoc.Para{
               "Written in ", pandoc.Code"Rust", " with ", pandoc.Code"Typst", " by me."
             })
             return d
           end""",
    ),
    "a sentence in several items": (
        "The committee, Ada Byron, Charles Babbage {.secret}\n",
        """function Pandoc(d)
             d.blocks:insert(pandoc.BulletList{
               {pandoc.Plain"The committee"}, {pandoc.Plain"Ada Byron"}, {pandoc.Plain"Charles Babbage"}
             })
             return d
           end""",
    ),
}


@pytest.mark.parametrize(("text", "lua"), RESTORED.values(), ids=RESTORED)
def test_omitted_text_that_is_restored_in_pieces_is_found(tmp_path: Path, text: str, lua: str) -> None:
    asked = "formats: [html, docx, pdf, txt, rst]\ndrop: secret\n"
    source = folder_of(tmp_path, f"{CV}\n{text}\nMore.\n", asked)
    assert reported(build(source, outputs=tmp_path / "good")) == set()
    (tmp_path / "filters/back.lua").write_text(lua)
    (tmp_path / "filters/one.yaml").write_text(f"{asked}pandoc_filters: back.lua\n")
    built = build(source)
    assert {code for code, _, _ in reported(built)} == {"PV322"}
    assert len([result for result in built.results if result.problem]) == 5


SHORT_FORMS = {
    "a list": ("- ERC\n- DFG\n- NSF\n- UKRI\n- Wellcome\n", "ERC, DFG, NSF, UKRI, Wellcome and others"),
    "a table": (
        "| a | b |\n| --- | --- |\n| English | fluent |\n| German | fluent |\n| French | fair |\n",
        "English fluent, German fluent, French fair",
    ),
    "paragraphs": ("Professor of\n\nMathematics, then\n\nEmerita\n", "Professor of Mathematics, then Emerita"),
}


@pytest.mark.parametrize(("long", "short"), SHORT_FORMS.values(), ids=SHORT_FORMS)
def test_a_long_form_may_contain_the_words_of_an_omitted_short_form(tmp_path: Path, long: str, short: str) -> None:
    cv = f"{CV}\n{long}\n# In short\n\n{short} {{.secret}}\n\nMore.\n"
    assert reported(build(folder_of(tmp_path, cv, f"{FILTER}drop: secret\n"))) == set()


def test_two_units_may_have_the_words_of_an_omitted_one_at_their_border(tmp_path: Path) -> None:
    """A footnote follows the last paragraph in an output, but not in the source."""
    cv = f"{CV}\nOne.[^1]\n\nProfessor of Modern History {{.secret}}\n\nEmerita professor of\n\n[^1]: Modern history in Rome\n"
    assert reported(build(folder_of(tmp_path, cv, f"{FILTER}drop: secret\n"))) == set()


def test_a_comment_in_code_is_shown(tmp_path: Path) -> None:
    source = folder_of(tmp_path, f"{CV}\n    <!-- {COMMENT} -->\n\nand `<!-- again: {COMMENT} -->`\n")
    assert reported(build(source)) == set()


def test_an_address_that_a_comment_repeats_is_shown(tmp_path: Path) -> None:
    """The reader gives the link the class `email`, which looked like the word “Mail” of the comment."""
    cv = f"{CV}\n<!-- Mail: a.b.longname@example.com -->\n\n<a.b.longname@example.com>\n"
    assert reported(build(folder_of(tmp_path, cv))) == set()


def test_an_invalid_private_file_stops_the_build(tmp_path: Path) -> None:
    from polyvita.core.diagnostics import InputError

    source = folder_of(tmp_path, private="mobil: 1\n")
    with pytest.raises(InputError, match="unknown key “mobil”"):
        build(source)
    assert not (tmp_path / "outputs").exists()


def test_a_private_value_in_a_word_template_is_found(tmp_path: Path) -> None:
    """The writer does not receive it as text: the finished file is searched, too."""
    source = folder_of(tmp_path, filter="formats: docx\n")
    [result] = build(source).results
    with zipfile.ZipFile(result.path) as made, zipfile.ZipFile(tmp_path / "form.docx", "w") as form:
        for name in made.namelist():
            style = f'<w:style w:type="paragraph" w:styleId="Hand"><w:name w:val="of {MOBILE}"/></w:style></w:styles>'
            form.writestr(name, made.read(name).replace(b"</w:styles>", style.encode()))
    (tmp_path / "filters/one.yaml").write_text("formats: [docx, txt]\nreference: form.docx\n")
    built = build(source, outputs=tmp_path / "again")
    assert reported(built) == PHONE
    assert {path.name for path in (tmp_path / "again").iterdir()} == {"one.txt", "manifest.json"}
