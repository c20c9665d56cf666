"""A changed value of a theme appears in the outputs of all formats."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path

import pytest
from msgspec import structs
from pypdf import PdfReader

from polyvita import build
from polyvita.config.filter import Filter
from polyvita.config.theme import Mm, Theme, load_theme
from polyvita.core.location import NOWHERE

CV = "---\nname: Ada Example\n---\n\n# Bio\n\nHello [there](https://example.org), dear reader of this page.\n"


def outputs(folder: Path, theme: str | None) -> dict[str, bytes]:
    folder.mkdir()
    (folder / "filters").mkdir()
    (folder / "cv.md").write_text(CV)
    (folder / "filters/one.yaml").write_text("formats: [html, docx, pdf]\n" + ("theme: mine\n" if theme else ""))
    if theme:
        (folder / "themes").mkdir()
        (folder / "themes/mine.yaml").write_text(theme)
    built = build(folder / "cv.md", timestamp=0)
    assert list(built.findings) == []
    return {format: (folder / f"outputs/one.{format}").read_bytes() for format in ("html", "docx", "pdf")}


def word_styles(docx: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(docx)) as file:
        return file.read("word/styles.xml").decode()


def css_values(html: bytes) -> tuple[str, str]:
    text = html.decode()
    return re.findall(r"--accent: *(#\w+)", text)[0], re.findall(r"--size: *([\d.]+pt)", text)[0]


def pdf_sizes(pdf: bytes) -> dict[str, float]:
    found: dict[str, float] = {}

    def visit(text: str, _cm: object, matrix: list[float], _font: object, size: float) -> None:
        if text.strip():
            found[text.strip()] = round(size * abs(matrix[3]), 2)

    PdfReader(io.BytesIO(pdf)).pages[0].extract_text(visitor_text=visit)
    return found


def pdf_colours(pdf: bytes) -> set[tuple[float, ...]]:
    content = PdfReader(io.BytesIO(pdf)).pages[0].get_contents()
    assert content is not None
    numbers = re.findall(rb"((?:[\d.]+ ){3})(?:sc|scn|rg|SC|SCN|RG)\b", content.get_data())
    return {tuple(round(float(part), 2) for part in found.split()) for found in numbers}


@pytest.mark.parametrize(
    ("theme", "accent", "rgb", "size"),
    [
        (None, "#1f4e79", (0.12, 0.31, 0.47), 10.5),
        ("accent: '#7a1f1f'\nsize: 12pt\n", "#7a1f1f", (0.48, 0.12, 0.12), 12),
    ],
)
def test_accent_and_size_reach_every_format(
    tmp_path: Path, theme: str | None, accent: str, rgb: tuple[float, ...], size: float
) -> None:
    files = outputs(tmp_path / "cv", theme)
    assert css_values(files["html"])[0] == accent
    styles = word_styles(files["docx"])
    assert accent.removeprefix("#").upper() in styles.upper()
    assert f'w:sz w:val="{size * 2:g}"' in styles
    assert rgb in pdf_colours(files["pdf"])
    body = next(found for text, found in pdf_sizes(files["pdf"]).items() if text.startswith("Hello"))
    assert body == pytest.approx(size, abs=0.05)
    assert css_values(files["html"])[1] == f"{size:g}pt"


def test_a_theme_extends_another_one_and_changes_some_values(tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text("extends: base\naccent: '#111111'\nmargins: {left: 30mm}\n", encoding="utf-8")
    (tmp_path / "base.yaml").write_text("extends: timeline\nsize: 9pt\nmargins: {right: 10mm}\n", encoding="utf-8")
    timeline, mine = (load_theme(name, tmp_path, asked=NOWHERE) for name in ("timeline", "mine"))
    expected = structs.replace(timeline.margins, left=Mm(30), right=Mm(10))
    assert (mine.accent, mine.size, mine.margins, mine.dates) == ("#111111", 9, expected, "left")


def test_the_default_theme_has_a_name_and_a_former_name() -> None:
    here = Path("nowhere")
    assert [load_theme(name, here, asked=NOWHERE) for name in ("classic", "default")] == [Theme()] * 2
    assert Filter().theme == "classic"
