"""The PDF uses the font of the theme or a metric-compatible one, and a finding reports if neither is found."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from pypdf import PdfReader

from polyvita import build
from polyvita.config.theme import Theme, with_font
from polyvita.writers import fonts

CV = "# Bio\n\nHello, world.\n"


@pytest.fixture
def bare_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """Simulate a machine without fonts, so that only the bundled fonts are found."""
    families = fonts._find_families
    monkeypatch.setattr(fonts, "_find_families", lambda folders: families(folders) if folders is not None else {})


def project(folder: Path, filter: str) -> Path:
    (folder / "filters").mkdir()
    (folder / "cv.md").write_text(CV)
    (folder / "filters/one.yaml").write_text(filter)
    return folder / "cv.md"


def families(pdf: Path) -> set[str]:
    """Return the font families in a PDF, without the prefix of a subset and without the style."""
    names = set()
    for page in PdfReader(io.BytesIO(pdf.read_bytes())).pages:
        for font in page["/Resources"]["/Font"].values():
            names.add(str(font.get_object()["/BaseFont"]).rpartition("+")[2].partition("-")[0])
    return names


def renamed_caladea(folder: Path, name: str) -> None:
    """Write Caladea to `folder` under another name of the same length, as a font that no machine has."""
    folder.mkdir()
    for file in fonts.BUNDLED_FONTS.glob("*.ttf"):
        data = file.read_bytes().replace(b"Caladea", name.encode())
        data = data.replace("Caladea".encode("utf-16-be"), name.encode("utf-16-be"))
        (folder / file.name).write_bytes(data)


def test_the_default_needs_nothing_from_the_machine(tmp_path: Path, bare_machine: None) -> None:
    built = build(project(tmp_path, "formats: pdf\n"), timestamp=0)
    assert list(built.report) == []
    assert families(tmp_path / "outputs/one.pdf") == {"Caladea"}


def test_the_fonts_of_the_machine_do_not_change_the_pdf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = project(tmp_path, "formats: pdf\n")
    build(source, timestamp=0)
    before = (tmp_path / "outputs/one.pdf").read_bytes()
    families = fonts._find_families
    monkeypatch.setattr(fonts, "_find_families", lambda folders: families(folders) if folders is not None else {})
    build(source, timestamp=0)
    assert (tmp_path / "outputs/one.pdf").read_bytes() == before


def test_a_font_beside_the_cv_is_found(tmp_path: Path, bare_machine: None) -> None:
    source = project(tmp_path, "formats: pdf\nfont: Calcdea 11pt\n")
    renamed_caladea(tmp_path / "fonts", "Calcdea")
    assert list(build(source).report) == []
    assert families(tmp_path / "outputs/one.pdf") == {"Calcdea"}


def test_a_metric_compatible_font_is_used(tmp_path: Path, bare_machine: None) -> None:
    source = project(tmp_path, "formats: pdf\nfont: Calibri 11pt\n")
    renamed_caladea(tmp_path / "fonts", "Carlito")
    assert list(build(source).report) == []
    assert families(tmp_path / "outputs/one.pdf") == {"Carlito"}


def test_the_machine_is_searched_last(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    machine = tmp_path / "machine"
    renamed_caladea(machine, "Carlito")
    families_of = fonts._find_families
    monkeypatch.setattr(fonts, "_find_families", lambda folders: families_of(folders or (machine,)))
    folder = tmp_path / "cv"
    folder.mkdir()
    source = project(folder, "formats: pdf\nfont: Calibri 11pt\n")
    assert list(build(source).report) == []
    assert families(folder / "outputs/one.pdf") == {"Carlito"}


def test_a_missing_font_is_reported(tmp_path: Path, bare_machine: None) -> None:
    built = build(project(tmp_path, "formats: [docx, pdf]\nfont: Arial 11pt\n"))
    [finding] = built.report
    assert (finding.code, finding.severity, finding.location.line) == ("PV303", "warning", 2)
    for family in ("Arial", *fonts.METRIC_COMPATIBLE["arial"], "Caladea"):
        assert family in finding.message
    assert families(tmp_path / "outputs/one.pdf") == {"Caladea"}


@pytest.mark.parametrize(
    "theme", ["font_pdf: Arial\n", "font_pdf: [Arial, Helvetica]\n", "font_pdf: [Arial, Caladea]\n"]
)
def test_a_missing_font_of_a_theme_is_reported(tmp_path: Path, bare_machine: None, theme: str) -> None:
    source = project(tmp_path, "formats: pdf\ntheme: mine\n")
    (tmp_path / "themes").mkdir()
    (tmp_path / "themes/mine.yaml").write_text(theme)
    assert [finding.code for finding in build(source).report] == ["PV303"]
    assert families(tmp_path / "outputs/one.pdf") == {"Caladea"}


def test_a_typeface_rule_is_a_warning_in_a_build_and_an_error_in_a_strict_build(
    tmp_path: Path, bare_machine: None
) -> None:
    source = project(tmp_path, "formats: [docx, pdf]\nfont: Arial 11pt\nrules: house\n")
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules/house.yaml").write_text(
        "title: CV\nrecipient: House\nform: Form 1\npurpose: a file to upload\nrules:\n"
        "- {name: typeface, level: error, source: Form 1, sure: high, checked: 2026-11-22, typeface: [Arial]}\n"
    )
    loose, strict = build(source), build(source, strict=True)
    assert [(f.code, f.severity) for f in loose.report] == [("PV303", "warning"), ("PV408", "warning")]
    assert [(f.code, f.severity) for f in strict.report] == [("PV303", "warning"), ("PV408", "error")]
    assert (loose.exit_status, strict.exit_status) == (0, 1)


def test_without_a_pdf_nothing_is_reported(tmp_path: Path, bare_machine: None) -> None:
    assert list(build(project(tmp_path, "formats: docx\nfont: Arial 11pt\n")).report) == []


def test_sizes_keep_their_ratio() -> None:
    theme = with_font(Theme(), "Arial", 12)
    assert (theme.font_word, theme.font_pdf, theme.size) == ("Arial", ("Arial", "Caladea"), 12)
    assert theme.size_headings[0] / theme.size == pytest.approx(Theme().size_headings[0] / Theme().size, rel=0.03)


def test_the_shipped_theme_file_is_the_default() -> None:
    from polyvita.config.theme import load_theme
    from polyvita.core.location import NOWHERE

    assert load_theme("default", Path("nowhere"), asked=NOWHERE) == Theme()
