"""Private data in every spelling, in every place of an output, and files of private data that would not be read."""

from __future__ import annotations

import base64
import io
import struct
import sys
import zlib
from pathlib import Path

import pytest
from pypdf import PdfWriter
from pypdf.generic import NameObject, StreamObject

from attack_runner import Attack, Run, write_project
from polyvita.checks.inspect import inspect
from polyvita.checks.inspect.images import data_url_strings
from polyvita.writers.image_metadata import without_metadata

BORN, MOBILE = "1984-03-06", "+491715550192"
SCRIPTS = {"PV350"}
"""The codes of warnings about Arabic digits."""
PRIVATE = f"born: {BORN}\nmobile: '{MOBILE}'\n"


def build_with(attack: Attack, text: str, private: str = PRIVATE, filter: str = "formats: [txt]\n") -> Run:
    """Build a CV with `text` and private data."""
    cv = f"---\nname: Ada Example\nlang: de\n---\n\n# A {{#a}}\n\n{text}\n"
    write_project(attack.folder, cv, cv_private_yaml=private, filters__all_yaml=filter)
    return attack.run()


DATES = [
    "6 March 1984",
    "06 March 1984",
    "6. März 1984",
    "6. Mär. 1984",
    "6 Mar. 1984",
    "Tuesday, 6 March 1984",
    "March 6, 1984",
    "Mar 6th, 1984",
    "6th March 1984",
    "the 6th of March, 1984",
    "6 March ’84",
    "6-Mar-84",
    "6 III 1984",
    "19840306",
    "06031984",
    "1984-03-06",
    "1984/3/6",
    "6.3.84",
    "06.03.1984",
    "3/6/84",
    "6 3 1984",
    "٠٦/٠٣/١٩٨٤",
    "6\u200b March \u00ad1984",
]
OTHER_DATES = ["16 March 1984", "6 March 1985", "March 1984", "1984", "6.3.841", "version 6.3.84.1", "pp. 6, 3, 84"]


@pytest.mark.parametrize("text", DATES)
def test_a_day_of_birth_in_every_form(attack: Attack, text: str) -> None:
    run = build_with(attack, f"Born {text} in Rome.")
    assert (run.status, run.codes - SCRIPTS) == (1, {"PV320"})
    assert "“born”" in run.err


@pytest.mark.parametrize("text", OTHER_DATES)
def test_another_day(attack: Attack, text: str) -> None:
    assert build_with(attack, f"Done {text} in Rome.").status == 0


NUMBERS = [
    "0171 5550192",
    "(0171) 555-0192",
    "+49 (0) 171 / 555 01 92",
    "0049-171-5550192",
    "0171 5550192 (only on weekdays)",
    "0171     555     0192",
    "٠١٧١٥٥٥٠١٩٢",
    "０１７１ ５５５０１９２",
    "[call](tel:+49%20171%205550192)",
]


@pytest.mark.parametrize("text", NUMBERS)
@pytest.mark.parametrize("written", [MOBILE, "0171 5550192", "+49 (171) 555-0192, only on weekdays"])
def test_a_telephone_number_in_every_form(attack: Attack, text: str, written: str) -> None:
    run = build_with(attack, f"Call {text}.", f"mobile: '{written}'\n", "formats: [html]\n")
    assert (run.status, run.codes - SCRIPTS) == (1, {"PV320"})
    assert "“mobile”" in run.err


@pytest.mark.parametrize("text", ["0171 5550193", "0172 5550192", "171 555", "ISBN 978-0-171-55501-9"])
def test_another_number(attack: Attack, text: str) -> None:
    assert build_with(attack, f"Call {text}.").status == 0


OTHER_VALUES = {
    "an encoded address": ("email: ada@example.org\n", "[Mail](mailto:ada%40example.org)"),
    "the label of a link": ("links: [{label: Secret Blog, url: 'https://a.example'}]\n", "See secret blog"),
    "the address of a link": ("links: {Blog: 'https://secret.example/ada'}\n", "[Here](http://secret.example/ada)"),
    "a former name": ("own_names: [Ada Formername]\n", "With Ada Formername"),
}


@pytest.mark.parametrize("what", OTHER_VALUES)
def test_other_private_values(attack: Attack, what: str) -> None:
    private, text = OTHER_VALUES[what]
    run = build_with(attack, text, private, "formats: [html]\n")
    assert (run.status, run.codes - SCRIPTS) == (1, {"PV320"})


def test_a_private_value_in_a_file_name(attack: Attack) -> None:
    run = build_with(attack, "Text.", "phone: '+49 171 5550192'\n", "formats: [txt]\nfilename: cv-01715550192\n")
    assert (run.status, run.codes - SCRIPTS) == (1, {"PV320"})
    assert "5550192" not in run.err


@pytest.mark.parametrize("words", [("build",), ("build", "--force"), ("check",)])
def test_no_message_prints_a_value(attack: Attack, words: tuple[str, ...]) -> None:
    build_with(attack, "Born 6 March 1984, call 0171 5550192.")
    run = attack.run(*words)
    printed = run.out + run.err
    assert words == ("check",) or "cv.private.yaml" in printed
    assert not [value for value in ("1984", "5550192") if value in printed]


def test_no_message_quotes_the_private_file(attack: Attack) -> None:
    run = build_with(attack, "Text.", f"mobil: '{MOBILE}'\n")
    assert run.status == 2
    assert "cv.private.yaml:1" in run.err
    assert MOBILE not in run.err


MISTAKES = {
    "in the body": ("Call 0171 5550192 [now]()\n", PRIVATE, "formats: [txt]\nprivate: true\n"),
    "that stops the build": ("::: {.a} 0171 5550192\n", PRIVATE, ""),
    "on the line after the value": ("Call 0171\n5550192 [now]()\n", PRIVATE, "formats: [txt]\nprivate: true\n"),
    "in a filter": ("Text.\n", PRIVATE, "formats: [txt]\nselect: '0171 5550192'\n"),
    "in a key of a filter": ("Text.\n", PRIVATE, "formats: [txt]\n'0171 5550192': 1\n"),
    "in the private file": ("Text.\n", "born: the 6th of 1984\n", ""),
    "elsewhere in the private file": ("Call 0171 5550192 [now]()\n", f"{PRIVATE}nosuch: 1\n", ""),
}


@pytest.mark.parametrize("words", [("build",), ("build", "--force"), ("build", "--json"), ("check",), ("tags",)])
@pytest.mark.parametrize("mistake", MISTAKES)
def test_no_finding_prints_a_value(attack: Attack, mistake: str, words: tuple[str, ...]) -> None:
    text, private, filter = MISTAKES[mistake]
    run = build_with(attack, text, private, filter or "formats: [txt]\n")
    found = "PV" in run.err
    run = attack.run(*words)  # The findings may come from the manifest.
    assert not [value for value in ("5550192", "6th of") if value in run.out + run.err]
    assert found


def test_no_finding_prints_a_value_of_the_front_matter(attack: Attack) -> None:
    write_project(attack.folder, "---\nname: Ada\nborn: 6th of 1984\n---\n\n# A\n\nText.\n")
    run = attack.run()
    assert run.status == 2
    assert "cv.md:3" in run.err
    assert "6th of" not in run.err


@pytest.mark.parametrize("words", [("build",), ("build", "--json")])
def test_the_name_of_an_output_that_is_not_written_is_not_printed(attack: Attack, words: tuple[str, ...]) -> None:
    build_with(attack, "Text.", "phone: '+49 171 5550192'\n", "formats: [txt]\nfilename: cv-01715550192\n")
    run = attack.run(*words)
    assert run.status == 1
    assert "5550192" not in run.out + run.err


# ---------------------------------------------------------------- pictures


def svg(text: str) -> bytes:
    head = "<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'>"
    return f"{head}{text}</svg>".encode()


def png(*chunks: tuple[bytes, bytes], end: bytes = b"") -> bytes:
    """Return a PNG of one pixel with more chunks."""
    image = (b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)), *chunks, (b"IDAT", zlib.compress(b"\0\0"))
    parts = ((len(data), kind + data) for kind, data in (*image, (b"IEND", b"")))
    whole = b"".join(struct.pack(">I", size) + body + struct.pack(">I", zlib.crc32(body)) for size, body in parts)
    return b"\x89PNG\r\n\x1a\n" + whole + end


def jpeg(marker: int, data: bytes) -> bytes:
    """Return the segments of a JPEG of one pixel, with one more."""
    segments = ((marker, data), (0xC0, b"\x08\0\1\0\1\1\1\x11\0"), (0xDA, b"\1\1\0\0\x3f\0"))
    return b"\xff\xd8" + b"".join(struct.pack(">BBH", 0xFF, m, len(d) + 2) + d for m, d in segments) + b"\xff\xd9"


NUMBER = b"0171 5550192"
EXIF = b"Exif\0\0II*\0\x08\0\0\0" + bytes(6)
"""The head of Exif data without entries."""
PICTURES = {
    "the text of an SVG": ("svg", svg("<text>0171 <tspan>555</tspan><tspan>0192</tspan></text>")),
    "the description of an SVG": ("svg", svg("<desc>0171 5550192</desc>")),
    "a comment in an SVG": ("svg", svg("<!-- 0171 5550192 -->")),
    "an attribute in an SVG": ("svg", svg("<g id='0171-5550192'/>")),
    "a PNG in an SVG": (
        "svg",
        svg(
            f"<image href='data:image/png;base64,{base64.b64encode(png((b'tEXt', b'a' + bytes(1) + NUMBER))).decode()}'/>"
        ),
    ),
    "a text in a PNG": ("png", png((b"tEXt", b"Comment\0" + NUMBER))),
    "a compressed text in a PNG": ("png", png((b"zTXt", b"Comment\0\0" + zlib.compress(NUMBER)))),
    "XMP in a PNG": ("png", png((b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0<a>" + NUMBER + b"</a>"))),
    "compressed XMP in a PNG": ("png", png((b"iTXt", b"XML:com.adobe.xmp\0\1\0\0\0" + zlib.compress(NUMBER)))),
    "Exif in a PNG": ("png", png((b"eXIf", b"MM\0*" + NUMBER.decode().encode("utf-16-be")))),
    "a text after a PNG": ("png", png(end=NUMBER)),
    "a comment in a JPEG": ("jpg", jpeg(0xFE, NUMBER)),
    "Exif in a JPEG": ("jpg", jpeg(0xE1, EXIF + NUMBER)),
    "a title for Windows in a JPEG": ("jpg", jpeg(0xE1, EXIF + NUMBER.decode().encode("utf-16-le"))),
    "XMP in a JPEG": ("jpg", jpeg(0xE1, b"http://ns.adobe.com/xap/1.0/\0<a>" + NUMBER + b"</a>")),
}


@pytest.mark.parametrize("format", ["html", "docx", "odt", "epub"])
@pytest.mark.parametrize("what", [what for what in PICTURES if "SVG" in what])
def test_a_private_value_in_a_drawing(attack: Attack, format: str, what: str) -> None:
    (attack.folder / "a.svg").write_bytes(PICTURES[what][1])
    run = build_with(attack, "![A picture](a.svg)", filter=f"formats: [{format}]\n")
    assert (run.status, run.codes) == (1, {"PV320"})


@pytest.mark.parametrize("what", PICTURES)
def test_the_search_reads_pictures(what: str) -> None:
    url = f"data:image/png;base64,{base64.b64encode(PICTURES[what][1]).decode()}"
    assert any("0171" in string for string in data_url_strings(url))


@pytest.mark.parametrize("what", [what for what in PICTURES if "JPEG" in what])
def test_the_search_reads_photographs_in_a_pdf(what: str) -> None:
    """Typst puts a JPEG into the PDF as it is."""
    writer, stream = PdfWriter(), StreamObject()
    writer.add_blank_page(9, 9)
    stream.set_data(PICTURES[what][1])
    stream.update({NameObject("/Subtype"): NameObject("/Image"), NameObject("/Filter"): NameObject("/DCTDecode")})
    writer._add_object(stream)
    file = io.BytesIO()
    writer.write(file)
    assert any("0171" in string for _, string in inspect("pdf", file.getvalue()).hidden)


@pytest.mark.parametrize("format", ["html", "docx", "odt", "epub"])
@pytest.mark.parametrize("what", [what for what in PICTURES if "SVG" not in what])
def test_outputs_have_no_metadata_of_pictures(attack: Attack, format: str, what: str) -> None:
    suffix, content = PICTURES[what]
    (attack.folder / f"a.{suffix}").write_bytes(content)
    run = build_with(attack, f"![A picture](a.{suffix})", filter=f"formats: [{format}]\n")
    assert (run.status, run.codes) == (0, set())


def exif_with_orientation(order: str) -> bytes:
    """Return Exif data with a description, the orientation “turned left”, and a number."""
    entries = [(0x010E, 2, len(NUMBER), 50), (0x0112, 3, 1, 8 << 16 if order == ">" else 8)]
    directory = b"".join(struct.pack(f"{order}HHII", *entry) for entry in entries)
    head = (b"MM\0*" if order == ">" else b"II*\0") + struct.pack(f"{order}IH", 8, len(entries))
    return b"Exif\0\0" + head + directory + bytes(20) + NUMBER


@pytest.mark.parametrize("order", ["<", ">"])
def test_a_photograph_keeps_its_orientation_and_its_pixels(order: str) -> None:
    photograph = jpeg(0xE1, exif_with_orientation(order))
    scan = photograph.index(b"\xff\xda")
    photograph = photograph[:-2] + b"\x12\xff\x00\x34\xff\xd0\x56\xff\xda\x00\x02\x78\xff\xd9"
    bare = without_metadata(photograph + b"preview 0171 5550192")
    assert NUMBER not in bare
    assert bare.endswith(photograph[scan:])
    assert b"\x01\x12\0\x03\0\0\0\x01\0\x08" in bare
    assert without_metadata(bare) == bare


@pytest.mark.parametrize("content", [b"", b"\x89PNG\r\n\x1a\n\0\0", b"\xff\xd8\xff\xe1", b"\x1f\x8b\0", b"<svg"])
def test_a_damaged_picture(content: bytes) -> None:
    url = f"data:image/png;base64,{base64.b64encode(content).decode()}"
    assert not any("0171" in string for string in data_url_strings(url))
    assert without_metadata(content) == content


# ---------------------------------------------------------------- files that would not be read


def other_cv(folder: Path) -> None:
    (folder / "cv.private.yaml").rename(folder / "other.private.yaml")


def other_suffix(folder: Path) -> None:
    (folder / "cv.private.yaml").rename(folder / "cv.private.yml")


def other_case(folder: Path) -> None:
    (folder / "cv.private.yaml").rename(folder / "cv.Private.yaml")


def two_files(folder: Path) -> None:
    (folder / "cv.private.yml").write_text("mobile: '1234567'\n")


def dangling_link(folder: Path) -> None:
    (folder / "cv.private.yaml").unlink()
    (folder / "cv.private.yaml").symlink_to("gone.yaml")


def subfolder(folder: Path) -> None:
    (folder / "cv.private.yaml").unlink()
    (folder / "cv.private.yaml").mkdir()


def linked_source(folder: Path) -> None:
    (folder / "real").mkdir()
    (folder / "cv.private.yaml").rename(folder / "real/cv.private.yaml")
    (folder / "cv.md").rename(folder / "real/cv.md")
    (folder / "cv.md").symlink_to("real/cv.md")


@pytest.mark.parametrize(
    "hide", [other_cv, other_suffix, other_case, two_files, dangling_link, subfolder, linked_source]
)
def test_the_search_is_never_off_in_silence(attack: Attack, hide: object) -> None:
    assert build_with(attack, "Text.").status == 0
    assert callable(hide)
    hide(attack.folder)
    for words in (("build",), ("build", "--force")):  # The first run must not count as up to date.
        run = attack.run(*words)
        assert (run.status, run.codes) == (2, {"PV330"})
        assert "hint:" in run.err


def test_private_data_of_a_linked_source_may_be_linked(attack: Attack) -> None:
    build_with(attack, "Call 0171 5550192.")
    linked_source(attack.folder)
    (attack.folder / "cv.private.yaml").symlink_to("real/cv.private.yaml")
    run = attack.run("build", "--force")
    assert (run.status, run.codes - SCRIPTS) == (1, {"PV320"})


# ---------------------------------------------------------------- rights of files


def rights(path: Path) -> int:
    return path.stat().st_mode & 0o777


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has other rights")
def test_private_outputs_are_for_their_owner_alone(attack: Attack) -> None:
    filter = "formats: [txt]\nprivate: true\n"
    assert build_with(attack, "Text.", filter=filter).status == 0
    output = attack.folder / "outputs/all.txt"
    assert rights(output) == 0o600
    output.chmod(0o644)
    assert attack.run("build", "--force").status == 0
    assert rights(output) == 0o600


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has other rights")
def test_an_output_that_becomes_private(attack: Attack) -> None:
    assert build_with(attack, "Text.", "born: 1984\n").status == 0
    output = attack.folder / "outputs/all.txt"
    assert rights(output) & 0o044
    before = output.read_bytes()
    write_project(attack.folder, attack.folder.joinpath("cv.md").read_text(), filters__all_yaml="formats: [txt]\n")
    (attack.folder / "cv.private.yaml").write_text("own_names: [Ada]\n")
    (attack.folder / "filters/all.yaml").write_text("formats: [txt]\nprivate: true\n")
    assert attack.run("build").status == 0
    assert output.read_bytes() == before
    assert rights(output) == 0o600
