"""Nothing leaves that nobody should see: private values, comments and dropped text, in what a file shows and hides."""

from __future__ import annotations

import io
import re
import shutil
import unicodedata
import zipfile
from pathlib import Path
from typing import Any

import pytest
from msgspec import structs
from pypdf import PdfReader, PdfWriter

from polyvita import build
from polyvita.builder import filter_build, steps
from polyvita.builder.result import BuildResult
from polyvita.checks.disclosure import Secrets, secrets, texts_in
from polyvita.reader import read
from polyvita.writers import write
from polyvita.writers.prepare import PreparedDocument
from repository import MOMENT, ROOT

MOBILE, BORN = "+49 (171) 555-0192", "1984-05-06"
COMMENT = "ask the dean whether this may be told at all"
DROPPED = "Whoever reads this has opened the wrong version"
FILTER = "formats: [html, docx, pdf, txt]\n"
CV = "---\nname: Ada Example\n---\n\n# Bio\n\nHello.\n"


def letters(text: str) -> str:
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", text)).casefold()


def everything(content: bytes) -> str:
    """All that can be read in a finished file; made apart from what is tested here."""
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


def test_no_shipped_filter_shows_what_it_should_not(tmp_path: Path) -> None:
    text = (ROOT / "cv.md").read_text(encoding="utf-8")
    text = text.replace("<!-- DAKI", f"<!-- {COMMENT} -->\n\n{DROPPED}. {{lang=fr}}\n\n<!-- DAKI", 1)
    assert DROPPED in text
    (tmp_path / "cv.md").write_text(text, encoding="utf-8")
    (tmp_path / "cv.private.yaml").write_text(f"mobile: {MOBILE}\nborn: {BORN}\n")
    shutil.copytree(ROOT / "filters", tmp_path / "filters")
    (tmp_path / "filters/office.yaml").write_text(f"{FILTER}private: true\n")
    built = build(tmp_path / "cv.md", timestamp=MOMENT)
    assert [finding.code for finding in built.report] == []
    told = {result.path.name: letters(everything(result.path.read_bytes())) for result in built.results}
    assert len(told) > 20
    # As the pages show them; the first two are there where they are asked for, which shows that looking finds them.
    hidden = {"mobile": letters(MOBILE), "born": "6may1984", "comment": letters(COMMENT), "dropped": letters(DROPPED)}
    found = {name: {what for what, value in hidden.items() if value in text} for name, text in told.items()}
    asked = {f"office.{format}" for format in ("html", "docx", "pdf", "txt")}
    assert {name: what for name, what in found.items() if what} == {name: {"mobile", "born"} for name in asked}
    assert not [name for name in told.keys() - asked if letters(BORN) in told[name] or "6mai1984" in told[name]]


def folder_of(tmp_path: Path, cv: str = CV, filter: str = FILTER, private: str = "") -> Path:
    (tmp_path / "filters").mkdir()
    (tmp_path / "cv.md").write_text(cv, encoding="utf-8")
    (tmp_path / "filters/one.yaml").write_text(filter, encoding="utf-8")
    (tmp_path / "cv.private.yaml").write_text(private or f"born: {BORN}\nmobile: {MOBILE}\n", encoding="utf-8")
    return tmp_path / "cv.md"


def said(built: BuildResult) -> set[tuple[str, int, str]]:
    """Code, line and what is told of each finding."""
    return {(f.code, f.location.line, f.message.partition("would show ")[2]) for f in built.report}


PHONE = {("PV320", 2, "the private “mobile”, and is not written")}
BIRTH = {("PV320", 1, "the private “born”, and is not written")}


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
def test_a_private_value_is_known_however_it_is_written(tmp_path: Path, written: str, found: set[Any]) -> None:
    built = build(folder_of(tmp_path, CV.replace("Hello", f"Hello {written}"), "formats: txt\n"))
    assert said(built) == found
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
    assert said(built) == PHONE
    assert not (tmp_path / "outputs").exists()


def test_what_leaks_is_withheld_and_the_rest_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
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
    assert {finding.hint for finding in built.report} == {
        "line 9 of the CV says it: take it out there, or write “private: true” in the filter"
    }
    assert {finding.location.file for finding in built.report} == {str(tmp_path / "cv.private.yaml")}


def test_a_value_that_the_front_matter_has_under_the_same_key_is_public(tmp_path: Path) -> None:
    private = "name: Ada Example\naddress: [Hidden Lane 3, 'Q 1']\nlang: en\nlinks: {x: 'https://hidden.example'}\n"
    assert said(build(folder_of(tmp_path, private=private))) == set()
    (tmp_path / "cv.md").write_text(CV.replace("Hello.", "Hidden\nLane 3 [x](http://hidden.example/)"))
    assert said(build(tmp_path / "cv.md")) == {
        ("PV320", 2, "the private “address”, and is not written"),
        ("PV320", 4, "the private “links”, and is not written"),
    }


def test_what_only_a_files_properties_say_is_found(tmp_path: Path) -> None:
    """In a PDF: a property, an outline, a link. In a Word file: a comment, a number that two runs share."""
    pdf = PdfWriter()
    pdf.add_blank_page(100, 100)
    plain = io.BytesIO()
    pdf.write(plain)
    hidden = secrets(source := folder_of(tmp_path), read(source), ["en"])
    assert found(hidden, "pdf", plain) == []
    pdf.add_metadata({"/Keywords": "0171 5550192"})
    pdf.add_outline_item(title="born 6 May 1984", page_number=0)
    planted = io.BytesIO()
    pdf.write(planted)
    assert found(hidden, "pdf", planted) == ["born", "mobile"]
    word = io.BytesIO()
    with zipfile.ZipFile(word, "w") as file:
        file.writestr("word/document.xml", "<w:t>0171</w:t><w:t>5550192</w:t>")
        file.writestr("word/comments.xml", "<w:t>6&#160;May 1984</w:t>")
    assert found(hidden, "docx", word) == ["born", "mobile"]


def found(hidden: Secrets, format: str, file: io.BytesIO) -> list[str]:
    return sorted(secret.what for secret in hidden.in_texts(texts_in(file.getvalue(), format)))


def test_a_comment_that_a_pandoc_filter_brings_in_is_found(tmp_path: Path) -> None:
    """The reader lets no comment through, so a user's own filter has to."""
    source = folder_of(tmp_path, f"{CV}\n<!-- one\n{COMMENT} {{.core}}\n-->\n")
    assert said(build(source)) == set()
    (tmp_path / "filters/tell.lua").write_text(f'function Str(s) s.text = s.text .. " {COMMENT}"; return s end')
    (tmp_path / "filters/one.yaml").write_text(f"{FILTER}pandoc_filters: tell.lua\n")
    built = build(source)
    assert said(built) == {("PV321", 9, "this comment, and is not written")}
    assert len(built.results) == len([result for result in built.results if result.problem]) == 4


LEFT = "This sentence is nobody’s business at the ministry."
LEFT_OUT = {("PV322", 9, "this text, which its filter leaves out, and is not written")}
SELECTIVE = f"{CV}\n{LEFT} {{.secret}}\n\nSeen [but this detail of it is not]{{.secret}} as well.\n"


@pytest.mark.parametrize("format", ["html", "docx", "txt"])
def test_dropped_text_in_a_finished_file_is_found(tmp_path: Path, format: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A writer that shows what it was not given: the file is searched, not only the words that went into it."""
    source = folder_of(tmp_path, SELECTIVE, f"formats: {format}\ndrop: secret\n")
    assert said(build(source, outputs=tmp_path / "good")) == set()

    def talkative(page: PreparedDocument, *arguments: Any, **options: Any) -> bytes:
        more = {"t": "Para", "c": [{"t": "Str", "c": word} for word in re.split("( )", LEFT)]}
        return write(structs.replace(page, blocks=[*page.blocks, more]), *arguments, **options)

    monkeypatch.setattr(filter_build, "write", talkative)
    assert said(build(source)) == LEFT_OUT
    assert not list(tmp_path.glob("outputs/one*"))


@pytest.mark.parametrize("format", ["html", "docx", "pdf", "txt"])
def test_dropped_text_in_the_words_for_a_writer_is_found(
    tmp_path: Path, format: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A step of dressing that brings back what was left out."""
    source = folder_of(tmp_path, SELECTIVE, f"formats: {format}\ndrop: secret\n")
    forgetful = ("forgetful", lambda document, job: structs.replace(document, blocks=job.document.blocks))
    monkeypatch.setattr(steps, "PRESENTATION_STEPS", (forgetful, *steps.PRESENTATION_STEPS))
    line = "this text, which its filter leaves out, and is not written"
    assert said(build(source)) == LEFT_OUT | {("PV322", 11, line)}


def test_what_did_not_fit_is_left_out_as_well(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cv = f"{CV}\n{LEFT} {{priority=9}}\n"
    source = folder_of(tmp_path, cv, "formats: txt\nwords: {items: untagged, most: 3, fit: drop}\n")
    assert said(build(source, outputs=tmp_path / "good")) == set()
    forgetful = ("forgetful", lambda document, job: structs.replace(document, blocks=job.document.blocks))
    monkeypatch.setattr(steps, "PRESENTATION_STEPS", (forgetful, *steps.PRESENTATION_STEPS))
    assert said(build(source)) == LEFT_OUT


@pytest.mark.parametrize("shown", [LEFT, f"> {LEFT.upper()}", f"[x](/u '{LEFT}')"])
def test_text_that_is_shown_elsewhere_is_no_leak(tmp_path: Path, shown: str) -> None:
    source = folder_of(tmp_path, f"{SELECTIVE}\n{shown}\n", f"{FILTER}drop: secret\n")
    assert said(build(source)) == set()


def test_dressing_may_say_what_was_left_out_as_text(tmp_path: Path) -> None:
    """A heading with its date at the edge, in the words of a sentence that is left out."""
    cv = f"{CV}\n## Head of All Examples {{date=2021/..}}\n\nHead of All Examples since 2021 {{.secret}}\n\nMore.\n"
    assert said(build(folder_of(tmp_path, cv, f"{FILTER}drop: secret\n"))) == set()


ROWS = """| Year | Prize | Sum |
| --- | --- | --- |
| 2019 | Turing Medal | fifty |
| 2020 | Babbage | rather much | {.secret}
"""
BACK = {
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


@pytest.mark.parametrize(("text", "lua"), BACK.values(), ids=BACK)
def test_dropped_text_that_comes_back_in_pieces_is_found(tmp_path: Path, text: str, lua: str) -> None:
    asked = "formats: [html, docx, pdf, txt, rst]\ndrop: secret\n"
    source = folder_of(tmp_path, f"{CV}\n{text}\nMore.\n", asked)
    assert said(build(source, outputs=tmp_path / "good")) == set()
    (tmp_path / "filters/back.lua").write_text(lua)
    (tmp_path / "filters/one.yaml").write_text(f"{asked}pandoc_filters: back.lua\n")
    built = build(source)
    assert {code for code, _, _ in said(built)} == {"PV322"}
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
def test_a_long_form_may_say_what_the_dropped_short_one_says(tmp_path: Path, long: str, short: str) -> None:
    cv = f"{CV}\n{long}\n# In short\n\n{short} {{.secret}}\n\nMore.\n"
    assert said(build(folder_of(tmp_path, cv, f"{FILTER}drop: secret\n"))) == set()


def test_a_comment_as_an_example_in_code_is_shown(tmp_path: Path) -> None:
    source = folder_of(tmp_path, f"{CV}\n    <!-- {COMMENT} -->\n\nand `<!-- again: {COMMENT} -->`\n")
    assert said(build(source)) == set()


def test_private_data_that_cannot_be_read_stop_the_build(tmp_path: Path) -> None:
    from polyvita.core.diagnostics import InputError

    source = folder_of(tmp_path, private="mobil: 1\n")
    with pytest.raises(InputError, match="no key “mobil”"):
        build(source)
    assert not (tmp_path / "outputs").exists()


def test_what_a_word_template_brings_in_is_found(tmp_path: Path) -> None:
    """No writer was given it in words: the finished file is searched, not only what goes into it."""
    source = folder_of(tmp_path, filter="formats: docx\n")
    [result] = build(source).results
    with zipfile.ZipFile(result.path) as made, zipfile.ZipFile(tmp_path / "form.docx", "w") as form:
        for name in made.namelist():
            style = f'<w:style w:type="paragraph" w:styleId="Hand"><w:name w:val="of {MOBILE}"/></w:style></w:styles>'
            form.writestr(name, made.read(name).replace(b"</w:styles>", style.encode()))
    (tmp_path / "filters/one.yaml").write_text("formats: [docx, txt]\nreference: form.docx\n")
    built = build(source, outputs=tmp_path / "again")
    assert said(built) == PHONE
    assert [path.name for path in (tmp_path / "again").iterdir()] == ["one.txt"]
