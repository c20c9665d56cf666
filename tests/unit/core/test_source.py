"""Input files are read once, and findings quote what was read."""

from __future__ import annotations

from pathlib import Path

import pytest

from polyvita.core.location import Location
from polyvita.core.source import UnreadableError, quoted_line, read_source


def test_a_quote_is_of_what_was_read_although_the_file_changed(tmp_path: Path) -> None:
    path = tmp_path / "cv.md"
    path.write_bytes(b"\xef\xbb\xbffirst\r\nsecond\r\n")
    source = read_source(path, largest=100)
    path.write_text("other\nwords\n")
    assert source.text == "first\nsecond\n"
    assert quoted_line(Location(str(path), 2, 1)) == "second"
    path.unlink()
    assert quoted_line(Location(str(path), 1, 1)) == "first"
    assert quoted_line(Location(str(path), 9, 1)) == ""


def test_no_file_has_no_quote(tmp_path: Path) -> None:
    assert quoted_line(Location(str(tmp_path / "never-read.md"), 1, 1)) == ""


@pytest.mark.parametrize(
    ("content", "reason", "line", "column"),
    [(b"x" * 11, "too large", 0, 1), (b"one\ntw\xff", "not text", 2, 3), (b"PK\x03\x04", "not text", 0, 1)],
)
def test_what_cannot_be_read_has_a_reason_and_a_location(
    tmp_path: Path, content: bytes, reason: str, line: int, column: int
) -> None:
    path = tmp_path / "cv.md"
    path.write_bytes(content)
    with pytest.raises(UnreadableError) as caught:
        read_source(path, largest=10)
    assert (caught.value.reason, caught.value.line, caught.value.column) == (reason, line, column)


def test_a_missing_file_a_folder_and_a_name_that_no_file_can_have(tmp_path: Path) -> None:
    for path, reason in [(tmp_path / "no.md", "missing"), (tmp_path, "folder"), (Path("a\0b"), "failed")]:
        with pytest.raises(UnreadableError) as caught:
            read_source(path, largest=10)
        assert caught.value.reason == reason
