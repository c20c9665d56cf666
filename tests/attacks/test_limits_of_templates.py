"""A Word template of somebody else: bombs, damage, passwords, and numbers that are none."""

from __future__ import annotations

import io
import zipfile
from functools import cache

import pytest

from attack_runner import Attack, write_project
from small_project import template

FILTER = "formats: [docx]\nreference: t.docx\n"


@cache
def parts() -> dict[str, bytes]:
    """Return the parts of a good template."""
    with zipfile.ZipFile(io.BytesIO(template())) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(changed: dict[str, bytes]) -> bytes:
    """Return the template with some parts changed or added."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in (parts() | changed).items():
            archive.writestr(name, content)
    return buffer.getvalue()


def changed(name: str, old: bytes, new: bytes) -> bytes:
    """Return the template with a text replaced in one part."""
    assert old in parts()[name]
    return packed({name: parts()[name].replace(old, new)})


def encrypted() -> bytes:
    """Return the template with all parts marked as encrypted, in the directory of the ZIP file."""
    content = bytearray(template())
    at = content.find(b"PK\x01\x02")
    while at >= 0:
        content[at + 8] |= 1
        at = content.find(b"PK\x01\x02", at + 4)
    return bytes(content)


UNUSABLE = {
    "zip bomb": lambda: packed({"word/media/zeros.bin": bytes(300_000_000)}),
    "many parts": lambda: packed({f"word/media/{number}.bin": bytes(10_000_000) for number in range(11)}),
    "encrypted": encrypted,
    "damaged part": lambda: packed({"word/document.xml": b"<w:document"}),
    "billion laughs": lambda: packed({"word/document.xml": laughs()}),
}


def laughs() -> bytes:
    """Return XML whose entities would grow to many gigabytes."""
    lines = [f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12)]
    return f'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY e0 "ha">{"".join(lines)}]><a>&e11;</a>'.encode()


@pytest.mark.parametrize("kind", UNUSABLE)
def test_a_template_that_cannot_be_used(attack: Attack, kind: str) -> None:
    write_project(attack.folder, filters__all_yaml=FILTER, t_docx=UNUSABLE[kind]())
    run = attack.run()
    assert (run.status, run.codes) == (2, {"PV342"})


ODD = {
    "width with a fraction": (b'w:w="11906"', b'w:w="11906.5"'),
    "width with a unit": (b'w:w="11906"', b'w:w="21cm"'),
    "no width": (b'w:w="11906"', b'w:w="wide"'),
    "margins with a unit": (b'w:left="1247"', b'w:left="2.2cm"'),
}


@pytest.mark.parametrize("kind", ODD)
def test_a_template_with_odd_lengths(attack: Attack, kind: str) -> None:
    content = changed("word/document.xml", *ODD[kind])
    write_project(attack.folder, "# A {date=2020}\n\nText.\n", filters__all_yaml=FILTER, t_docx=content)
    assert attack.run().status == 0


@pytest.mark.parametrize("value", [b"x", b"", b"1.5", b"-1", b"9" * 40])
def test_a_template_whose_numbers_of_lists_are_none(attack: Attack, value: bytes) -> None:
    content = changed("word/numbering.xml", b'w:numId="', b'w:numId="' + value)
    write_project(attack.folder, "# A\n\n1. One\n2. Two\n\n- B\n", filters__all_yaml=FILTER, t_docx=content)
    assert attack.run().status in (0, 3)


@pytest.mark.parametrize("levels", [9, 10, 30])
@pytest.mark.parametrize("sign", ["-", "1."])
def test_many_levels_of_lists(attack: Attack, levels: int, sign: str) -> None:
    lines = [f"{' ' * (len(sign) + 1) * level}{sign} Item{level}" for level in range(levels)]
    write_project(attack.folder, "# A\n\n" + "\n".join(lines) + "\n", filters__all_yaml="formats: [docx]\n")
    assert attack.run().status == 0
    with zipfile.ZipFile(attack.folder / "outputs" / "all.docx") as archive:
        document = archive.read("word/document.xml").decode()
    assert all(f"Item{level}" in document for level in range(levels))
