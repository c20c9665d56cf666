"""Input files are read once, by one decoder, and quotes are of what was read."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from polyvita.core.diagnostics import InputError
from polyvita.core.location import Location
from polyvita.core.source import hash_bytes, quoted_line, read_source, source_of


def test_a_source_has_bytes_text_and_hash(tmp_path: Path) -> None:
    path = tmp_path / "cv.md"
    path.write_bytes(b"\xef\xbb\xbffirst\r\nsecond\r")
    source = read_source(path, "cv.md", largest=100)
    assert (source.path, source.name, source.text) == (path, "cv.md", "first\nsecond\n")
    assert source.hash == hash_bytes(b"\xef\xbb\xbffirst\r\nsecond\r")
    assert read_source(path, largest=100).name == str(path)


def test_a_quote_is_of_what_was_read_although_the_file_changed(tmp_path: Path) -> None:
    path = tmp_path / "cv.md"
    path.write_text("first\nsecond\n")
    read_source(path, largest=100)
    path.write_text("other\nwords\n")
    assert quoted_line(Location(str(path), 2)) == "second"
    path.unlink()
    assert quoted_line(Location(str(path), 1)) == "first"
    assert quoted_line(Location(str(path), 9)) == ""
    assert quoted_line(Location(str(path))) == ""


def test_the_newest_text_under_a_name_is_quoted() -> None:
    for text in ("one\n", "two\n"):
        source_of(Path("cv.md"), "HEAD:cv.md", text.encode())
        assert quoted_line(Location("HEAD:cv.md", 1)) == text.strip()


def test_a_file_that_was_not_read_has_no_quote(tmp_path: Path) -> None:
    (tmp_path / "cv.md").write_text("first\n")
    assert quoted_line(Location(str(tmp_path / "cv.md"), 1)) == ""


NAME_THE_CV = "change to the folder of the CV, or name its file: polyvita build -s path/to/cv.md"
UTF_8 = "save the file in the encoding UTF-8"


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"x" * 21_001, "cv.md PV007 the file is larger than 21 KB, the maximum size"),
        (b"one\ntw\xff", "cv.md:2:3 PV002 the byte 0xFF is not UTF-8"),
        (b"\xef\xbb\xbf\xc3\xa4\r\n\xc3\xa4\xe9", "cv.md:2:2 PV002 the byte 0xE9 is not UTF-8"),
        (b"PK\x03\x04", "cv.md PV002 the file is a Word file or another ZIP file, not a text file"),
        (b"%PDF-1.7", "cv.md PV002 the file is a PDF, not a text file"),
        (b"\xff\xfea\x00", "cv.md PV002 the file is in the encoding UTF-16"),
    ],
)
def test_what_is_not_text_or_too_large_is_refused(tmp_path: Path, content: bytes, expected: str) -> None:
    in_settings = expected.replace("cv.md", "one.yaml").replace("PV002", "PV121").replace("PV007", "PV127")
    for name, message in (("cv.md", expected), ("one.yaml", in_settings)):
        (tmp_path / name).write_bytes(content)
        with pytest.raises(InputError) as caught:
            read_source(tmp_path / name, name, largest=21_000)
        [found] = caught.value.findings
        assert f"{found.location} {found.code} {found.message}" == message


def test_the_largest_file_is_read(tmp_path: Path) -> None:
    (tmp_path / "cv.md").write_bytes(b"x" * 20)
    assert read_source(tmp_path / "cv.md", largest=20).text == "x" * 20


@pytest.mark.parametrize(
    ("name", "message", "hint"),
    [
        ("no.md", "file not found", NAME_THE_CV),
        ("no.yaml", "file not found", ""),
        ("folder.md", "this is a folder, not a file", NAME_THE_CV),
        ("folder.yaml", "this is a folder, not a file", "rename the folder"),
        ("a\0b.yaml", "the file cannot be read: embedded null byte", ""),
    ],
)
def test_a_file_that_cannot_be_opened(tmp_path: Path, name: str, message: str, hint: str) -> None:
    for folder in ("folder.md", "folder.yaml"):
        (tmp_path / folder).mkdir()
    with pytest.raises(InputError) as caught:
        read_source(tmp_path / name, name, largest=20)
    [found] = caught.value.findings
    assert (found.code, found.message, found.hint) == ("PV001" if ".md" in name else "PV120", message, hint)


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="the user may read every file")
def test_a_file_without_permission(tmp_path: Path) -> None:
    (tmp_path / "cv.md").touch(mode=0)
    with pytest.raises(InputError, match="no permission to read the file"):
        read_source(tmp_path / "cv.md", largest=20)


def test_no_older_text_is_quoted_for_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    path = tmp_path / "cv.md"
    for content in (b"first\n\xd7\n", b"PK\x03\x04"):
        path.write_text("older\n")
        read_source(path, "cv.md", largest=100)
        path.write_bytes(content)
        with pytest.raises(InputError):
            read_source(path, "cv.md", largest=100)
        assert quoted_line(Location("cv.md", 1)) == ""
