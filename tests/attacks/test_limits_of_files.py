"""Pipes, devices and huge files as input are refused before they are opened; images are bounded by their pixels."""

from __future__ import annotations

import os
import struct
import subprocess
import zlib
from pathlib import Path

import pytest

from attack_runner import Attack, write_project

INPUTS = {
    "cv.md": ("", "PV007"),
    "cv.private.yaml": ("private: true\n", "PV007"),
    "filters/all.yaml": ("", "PV127"),
    "themes/own.yaml": ("theme: own\n", "PV127"),
    "rules/own.yaml": ("rules: [own]\n", "PV127"),
}
"""For each input, what the filter says to have it read, and the code for a huge file."""


def project_without(folder: Path, name: str) -> Path:
    """Write a project, and return the path of the input `name`, which is not there."""
    write_project(folder, filters__all_yaml=f"formats: [html]\n{INPUTS[name][0]}")
    path = folder / name
    path.parent.mkdir(exist_ok=True)
    path.unlink(missing_ok=True)
    return path


@pytest.mark.parametrize("name", INPUTS)
def test_a_pipe(attack: Attack, name: str) -> None:
    os.mkfifo(project_without(attack.folder, name))
    run = attack.run()
    assert run.status == 2
    assert len(run.err.splitlines()) < 8


@pytest.mark.parametrize("name", INPUTS)
def test_a_device_that_never_ends(attack: Attack, name: str) -> None:
    project_without(attack.folder, name).symlink_to("/dev/zero")
    assert attack.run().status == 2


@pytest.mark.parametrize("name", INPUTS)
def test_a_sparse_file_of_20_gb(attack: Attack, name: str) -> None:
    with project_without(attack.folder, name).open("wb") as file:
        file.truncate(20_000_000_000)
    run = attack.run()
    assert (run.status, run.codes) == (2, {INPUTS[name][1]})


def png(width: int, height: int) -> bytes:
    """Return a PNG whose head says this size, with the pixels of one row."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 8)) + chunk(b"IEND", b"")


@pytest.mark.parametrize("size", [(2**31 - 1, 2**31 - 1), (100_000, 100_000), (64_000_001, 1)])
@pytest.mark.parametrize("format", ["html", "docx", "pdf"])
def test_an_image_with_too_many_pixels(attack: Attack, size: tuple[int, int], format: str) -> None:
    filter = f"formats: [{format}]\n"
    write_project(attack.folder, "# A\n\n![I](i.png)\n", i_png=png(*size), filters__all_yaml=filter)
    run = attack.run()
    assert (run.status, run.codes) == (1, {"PV340"})


def test_a_sparse_image(attack: Attack) -> None:
    write_project(attack.folder, "# A\n\n![I](i.png)\n", i_png=png(1, 1))
    with (attack.folder / "i.png").open("r+b") as file:
        file.truncate(20_000_000_000)
    assert attack.run().codes == {"PV340"}


@pytest.mark.parametrize("length", range(24))
def test_an_image_that_is_cut_off(attack: Attack, length: int) -> None:
    write_project(attack.folder, "# A\n\n![I](i.png)\n", i_png=png(1, 1)[:length])
    assert attack.run().codes == {"PV308"}


def test_a_paragraph_of_120_kb(attack: Attack) -> None:
    write_project(attack.folder, "# A\n\n" + "word and more " * 8_500, filters__all_yaml="formats: [pdf]\n")
    assert attack.run().status == 0


@pytest.mark.parametrize("format", ["html", "pdf"])
def test_a_pipe_among_the_fonts(attack: Attack, format: str) -> None:
    write_project(attack.folder, filters__all_yaml=f"formats: [{format}]\n", fonts__a_ttf=b"nonsense")
    os.mkfifo(attack.folder / "fonts/b.ttf")
    assert attack.run().status == 0


def test_a_huge_file_in_git(attack: Attack) -> None:
    write_project(attack.folder, "# A\n\n" + "Text. " * 1_000_000)
    for words in (
        ["init", "-q"],
        ["add", "."],
        ["-c", "user.name=A", "-c", "user.email=a@b.org", "commit", "-qm", "A"],
    ):
        subprocess.run(["git", *words], cwd=attack.folder, check=True)
    (attack.folder / "cv.md").write_text("# A\n\nText.\n", encoding="utf-8")
    run = attack.run("diff", "all", "--since", "HEAD")
    assert (run.status, run.codes) == (2, {"PV007"})


EXIF = {
    "a loop": struct.pack(">HHHII", 1, 0x8769, 4, 1, 8) + bytes(4),
    "many values": struct.pack(">HHHII", 1, 0x11A, 5, 2**32 - 1, 8) + bytes(4),
    "no fields": struct.pack(">H", 65535),
    "nothing": b"",
}


@pytest.mark.parametrize("kind", EXIF)
def test_a_photo_with_odd_metadata(attack: Attack, kind: str) -> None:
    fields = b"Exif\0\0MM" + struct.pack(">HI", 42, 8) + EXIF[kind]
    head = struct.pack(">BBHBHHBBBB", 0xFF, 0xC0, 11, 8, 1, 1, 1, 1, 17, 0)
    photo = b"\xff\xd8\xff\xe1" + struct.pack(">H", len(fields) + 2) + fields + head + b"\xff\xd9"
    write_project(attack.folder, "# A\n\n![I](i.jpg)\n", i_jpg=photo, filters__all_yaml="formats: [docx]\n")
    assert attack.run().status == 0
