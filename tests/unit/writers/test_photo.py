"""The photo of the front matter: in all formats, upright, without metadata, and without a table or a text box."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

import pypdfium2
import pytest
from lxml import etree
from openxml_audit import FileFormat, OpenXmlValidator

from polyvita import build
from polyvita.checks.inspect import inspect
from turned_photo import JPEG, METADATA, UPSIDE_DOWN

CV = """\
---
name: Ada Example
affiliation: Example University
photo: {file: "my photo.jpg", alt: Ada Example at her desk}
---

## Positions

A position.
"""
WP = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"
A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
MM = 36_000
"""A millimetre in EMU, the unit of drawings in Word."""


def project(folder: Path, formats: str, *lines: str) -> Path:
    folder.joinpath("filters").mkdir()
    folder.joinpath("themes").mkdir()
    folder.joinpath("themes/round.yaml").write_text("photo_shape: round\nphoto_size: 30mm\n")
    folder.joinpath("my photo.jpg").write_bytes(JPEG)
    folder.joinpath("cv.md").write_text(CV, encoding="utf-8")
    filter = "\n".join([f"formats: [{formats}]", *lines])
    folder.joinpath("filters/full.yaml").write_text(filter, encoding="utf-8")
    return folder / "outputs"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = project(
        path := tmp_path_factory.mktemp("photo"), "html, docx, pdf, txt, odt", "photo: true", "theme: round"
    )
    assert build(path / "cv.md").findings == ()
    return folder


def document(file: Path) -> etree._Element:
    with zipfile.ZipFile(file) as archive:
        return etree.fromstring(archive.read("word/document.xml"))


def test_the_page_has_the_photo_with_its_text(built: Path) -> None:
    page = built.joinpath("full.html").read_text(encoding="utf-8")
    assert re.search(r'<img class="photo" src="data:image/png;base64,[^"]+" alt="Ada Example at her desk">', page)
    assert "border-radius: 50%" in page


def test_word_anchors_the_photo_at_the_right_of_the_letterhead(built: Path) -> None:
    root = document(built / "full.docx")
    [anchor] = root.iter(f"{WP}anchor")
    assert not [*root.iter(f"{WP}inline")]
    assert not [part for part in root.iter() if part.tag.endswith(("}tbl", "}txbxContent"))]
    assert anchor.find(f"{WP}positionH/{WP}align").text == "right"
    assert anchor.find(f"{WP}docPr").get("descr") == "Ada Example at her desk"
    assert [round(int(size) / MM) for size in anchor.find(f"{WP}extent").attrib.values()] == [30, 30]
    assert [shape.get("prst") for shape in anchor.iter(f"{A}prstGeom")] == ["ellipse"]


@pytest.mark.slow
def test_the_word_file_is_valid(built: Path) -> None:
    checked = OpenXmlValidator(file_format=FileFormat.OFFICE_2019).validate(str(built / "full.docx"))
    assert [error.description for error in checked.errors] == []


def test_the_pdf_shows_the_photo_upright_at_the_right(built: Path) -> None:
    hidden = inspect("pdf", built.joinpath("full.pdf").read_bytes()).hidden
    assert "Ada Example at her desk" in [text for _, text in hidden]
    page = pypdfium2.PdfDocument(built / "full.pdf")[0].render(scale=4 * 25.4 / 72)  # 4 pixels for each mm
    data, stride = bytes(page.buffer), page.stride

    def colour(x: int, y: int) -> str:
        at = y * 4 * stride + x * 4 * page.n_channels
        return "bgr"[max(range(3), key=lambda channel: data[at + channel])]

    middle = 210 - 22 - 15
    assert (colour(middle, 20 + 5), colour(middle, 20 + 25)) == ("r", "b")
    corner = 20 * 4 * stride + (210 - 22) * 4 * page.n_channels
    assert data[corner : corner + 3] == b"\xff\xff\xff"  # The photo is round.


def test_no_output_has_the_metadata_of_the_photo(built: Path) -> None:
    for file in built.iterdir():
        content = file.read_bytes()
        if zipfile.is_zipfile(file):
            with zipfile.ZipFile(file) as archive:
                content = b"".join(map(archive.read, archive.namelist()))
        assert METADATA.encode() not in content, file.name


def test_a_recipient_that_forbids_pictures_gets_none(tmp_path: Path) -> None:
    rule = "{name: photo, images: {most: 0}, level: error, source: s, sure: high, checked: 2026-01-01}"
    folder = project(tmp_path, "html, docx", "photo: true", "rules: none")
    tmp_path.joinpath("rules").mkdir()
    tmp_path.joinpath("rules/none.yaml").write_text(
        f"title: CV\nrecipient: r\nform: f\nkind: upload\nrules:\n  - {rule}\n", encoding="utf-8"
    )
    result = build(tmp_path / "cv.md")
    assert [finding.code for finding in (*result.findings, *result.notes)] == ["PV532"]
    assert "<img" not in folder.joinpath("full.html").read_text(encoding="utf-8")
    assert not [*document(folder / "full.docx").iter(f"{WP}anchor")]


def test_a_changed_photo_is_built_again(tmp_path: Path) -> None:
    folder = project(tmp_path, "html", "photo: true")
    build(tmp_path / "cv.md")
    before = folder.joinpath("full.html").read_bytes()
    photo = tmp_path / "my photo.jpg"
    photo.write_bytes(JPEG.replace(METADATA.encode(), b"ANOTHERTEXT"))
    build(tmp_path / "cv.md")
    assert folder.joinpath("full.html").read_bytes() == before  # Only its metadata are others.
    photo.write_bytes(UPSIDE_DOWN)
    build(tmp_path / "cv.md")
    assert folder.joinpath("full.html").read_bytes() != before
    photo.write_bytes(JPEG)
    photo.rename(tmp_path / "away.jpg")
    assert "PV307" in [finding.code for finding in build(tmp_path / "cv.md").findings]
    assert "<img" not in folder.joinpath("full.html").read_text(encoding="utf-8")
    tmp_path.joinpath("away.jpg").rename(photo)
    build(tmp_path / "cv.md")
    assert folder.joinpath("full.html").read_bytes() == before


def test_a_large_photo_is_reported(tmp_path: Path) -> None:
    """A JPEG may have any bytes behind its end, so the file can be large without many pixels."""
    project(tmp_path, "html", "photo: true")
    assert build(tmp_path / "cv.md").notes == ()
    tmp_path.joinpath("my photo.jpg").write_bytes(JPEG + bytes(6_000_000))
    assert [finding.code for finding in build(tmp_path / "cv.md").notes] == ["PV533"]
