"""The PDF uses the font of the theme or a metric-compatible one, and a finding reports if neither is found."""

from __future__ import annotations

import io
import shutil
from pathlib import Path

import pytest
from pypdf import PdfReader

from polyvita import build
from polyvita.config.theme import Theme
from polyvita.config.theme import with_font as theme_with_font
from polyvita.writers import fonts
from required_programs import font_files

CV = "# Bio\n\nHello, world.\n"


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
    assert list(built.findings) == []
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
    assert list(build(source).findings) == []
    assert families(tmp_path / "outputs/one.pdf") == {"Calcdea"}


def test_a_metric_compatible_font_is_used(tmp_path: Path, bare_machine: None) -> None:
    source = project(tmp_path, "formats: pdf\nfont: Calibri 11pt\n")
    renamed_caladea(tmp_path / "fonts", "Carlito")
    assert list(build(source).findings) == []
    assert families(tmp_path / "outputs/one.pdf") == {"Carlito"}


def test_the_machine_is_searched_last(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    machine = tmp_path / "machine"
    renamed_caladea(machine, "Carlito")
    families_of = fonts._find_families
    monkeypatch.setattr(fonts, "_find_families", lambda folders: families_of(folders or (machine,)))
    folder = tmp_path / "cv"
    folder.mkdir()
    source = project(folder, "formats: pdf\nfont: Calibri 11pt\n")
    assert list(build(source).findings) == []
    assert families(folder / "outputs/one.pdf") == {"Carlito"}


def test_a_missing_font_is_reported(tmp_path: Path, bare_machine: None) -> None:
    built = build(project(tmp_path, "formats: [docx, pdf]\nfont: Arial 11pt\n"))
    [finding] = built.findings
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
    assert [finding.code for finding in build(source).findings] == ["PV303"]
    assert families(tmp_path / "outputs/one.pdf") == {"Caladea"}


def test_a_typeface_rule_is_a_warning_in_a_build_and_an_error_in_a_strict_build(
    tmp_path: Path, bare_machine: None
) -> None:
    source = project(tmp_path, "formats: [docx, pdf]\nfont: Arial 11pt\nrules: house\n")
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules/house.yaml").write_text(
        "title: CV\nrecipient: House\nform: Form 1\nkind: upload\nrules:\n"
        "- {name: typeface, level: error, source: Form 1, sure: high, checked: 2026-11-22, typeface: [Arial]}\n"
    )
    loose, strict, again = build(source), build(source, strict=True), build(source)
    assert [(f.code, f.severity) for f in loose.findings] == [("PV303", "warning"), ("PV408", "warning")]
    assert again.findings == loose.findings  # A strict build leaves nothing behind for others.
    assert [(f.code, f.severity) for f in strict.findings] == [("PV303", "warning"), ("PV408", "error")]
    assert (loose.exit_status, strict.exit_status) == (0, 1)


def test_without_a_pdf_nothing_is_reported(tmp_path: Path, bare_machine: None) -> None:
    assert list(build(project(tmp_path, "formats: docx\nfont: Arial 11pt\n")).findings) == []


# ---------------------------------------------------------------- other scripts

NAMES = "# Bio\n\nWith 山田太郎, 山本 and [محمد علي]{lang=ar}.\n"


def with_font(folder: Path, family: str, package: str) -> None:
    """Copy the regular face of an installed font to `folder`."""
    folder.mkdir(exist_ok=True)
    file = next(file for file in font_files(family, package) if "Regular" in file.name)
    shutil.copy(file, folder)


def test_a_font_beside_the_cv_shows_what_the_theme_cannot(tmp_path: Path, bare_machine: None) -> None:
    source = project(tmp_path, "formats: [docx, pdf]\n")
    source.write_text(NAMES, encoding="utf-8")
    with_font(tmp_path / "fonts", "Noto Naskh Arabic", "fonts-noto-core")
    with_font(tmp_path / "fonts", "Noto Sans CJK JP", "fonts-noto-cjk")
    built = build(source)
    assert list(built.findings) == []
    assert [(f.code, f.severity, f.message, f.location.column) for f in built.notes] == [
        ("PV351", "info", "“Caladea” has no Chinese characters; the PDF uses Noto Sans CJK HK", 6),
        ("PV351", "info", "“Caladea” has no Arabic characters; the PDF uses Noto Naskh Arabic", 20),
    ]
    assert {"Caladea", "NotoNaskhArabic"} < families(tmp_path / "outputs/one.pdf")


def test_a_script_without_a_font_is_an_error_until_there_is_one(tmp_path: Path, bare_machine: None) -> None:
    source = project(tmp_path, "formats: pdf\n")
    source.write_text("---\nlang: dv\n---\n\n# ދިވެހި\n", encoding="utf-8")
    [finding] = build(source).findings
    assert (finding.code, finding.location.line) == ("PV304", 5)
    assert finding.hint == "install a font such as Noto Sans Thaana, or put its files into fonts/ beside the CV"
    with_font(tmp_path / "fonts", "Noto Sans Thaana", "fonts-noto-core")
    fonts._add_substitutes.cache_clear()
    assert build(source).exit_status == 0


def test_an_embedded_font_is_the_last_choice(tmp_path: Path, bare_machine: None) -> None:
    source = project(tmp_path, "formats: pdf\n")
    source.write_text("# Bio\n\nWith [محمد علي]{lang=ar}.\n", encoding="utf-8")
    assert [finding.message.rpartition("uses ")[2] for finding in build(source).notes] == ["DejaVu Sans Mono"]


@pytest.mark.parametrize(("font", "expected"), [("", "Noto Naskh Arabic"), ("font: Arial 11pt\n", "Noto Sans Arabic")])
def test_a_font_of_the_machine_has_serifs_as_the_theme_has(tmp_path: Path, font: str, expected: str) -> None:
    font_files(expected, "fonts-noto-core")
    source = project(tmp_path, f"formats: pdf\n{font}")
    source.write_text("# Bio\n\nWith [محمد علي]{lang=ar}.\n", encoding="utf-8")
    assert [finding.message.rpartition("uses ")[2] for finding in build(source).notes] == [expected]


@pytest.mark.parametrize(
    ("lang", "expected"), [("en", "SC"), ("zh-TW", "TC"), ("ja", "JP"), ("ko", "KR"), ("en-かな", "JP")]
)
def test_chinese_characters_have_the_shapes_of_their_language(tmp_path: Path, lang: str, expected: str) -> None:
    font_files("Noto Serif CJK SC", "fonts-noto-cjk")
    lang, _, kana = lang.partition("-か")
    found = fonts.resolve_fonts(Theme(), tmp_path, f"山田太郎{'か' + kana if kana else ''}", lang)
    assert [substitute.family for substitute in found.substitutes] == [f"Noto Serif CJK {expected}"]


def test_the_embedded_fonts_need_no_finding(tmp_path: Path, bare_machine: None) -> None:
    source = project(tmp_path, "formats: pdf\n")
    source.write_text("# Bio\n\nΩ, Я, ẹ́, ≥, → and [שלום]{lang=he}.\n", encoding="utf-8")
    built = build(source)
    assert (*built.findings, *built.notes) == ()
    assert families(tmp_path / "outputs/one.pdf") >= {"Caladea", "LibertinusSerif"}


@pytest.mark.slow
def test_one_finding_for_all_places_of_a_script(tmp_path: Path, bare_machine: None) -> None:
    source = project(tmp_path, "formats: pdf\n")
    source.write_text(NAMES + "\nAnd 山田太郎 and again 太郎.\n\n- [ليلى]{lang=ar}\n", encoding="utf-8")
    with_font(tmp_path / "fonts", "Noto Naskh Arabic", "fonts-noto-core")
    with_font(tmp_path / "fonts", "Noto Sans CJK JP", "fonts-noto-cjk")
    assert [finding.code for finding in build(source).notes] == ["PV351", "PV351"]


@pytest.mark.slow
def test_a_name_in_another_script_breaks_no_rule_about_the_typeface(tmp_path: Path) -> None:
    font_files("Noto Sans CJK SC", "fonts-noto-cjk")
    source = project(tmp_path, "formats: [docx, pdf]\nfont: Arial 11pt\nrules: house\n")
    source.write_text(NAMES, encoding="utf-8")
    (tmp_path / "rules").mkdir()
    rule = "level: error, source: Form 1, sure: high, checked: 2026-11-22"
    (tmp_path / "rules/house.yaml").write_text(
        "title: CV\nrecipient: House\nform: Form 1\nkind: upload\nrules:\n"
        f"- {{name: typeface, {rule}, typeface: [Arial, Liberation Sans]}}\n"
        f"- {{name: size, {rule}, type_size: 11pt}}\n"
    )
    built = build(source, strict=True)
    assert [str(finding) for finding in built.findings if finding.code.startswith("PV4")] == []
    assert {observation.state for verdict in built.verdicts["one"] for observation in verdict.observations} == {"kept"}
    source.write_text("# Bio\n\nWith 山田太郎.\n", encoding="utf-8")
    (tmp_path / "filters/one.yaml").write_text("formats: [docx, pdf]\nfont: Liberation Serif 11pt\nrules: house\n")
    assert [f.code for f in build(source, strict=True).findings] == ["PV408"]


def test_sizes_keep_their_ratio() -> None:
    theme = theme_with_font(Theme(), "Arial", 12)
    assert (theme.font_word, theme.font_pdf, theme.size) == ("Arial", ("Arial", "Caladea"), 12)
    assert theme.size_headings[0] / theme.size == pytest.approx(Theme().size_headings[0] / Theme().size, rel=0.03)


def test_the_shipped_theme_file_is_the_default() -> None:
    from polyvita.config.theme import load_theme
    from polyvita.core.location import NOWHERE

    assert load_theme("classic", Path("nowhere"), asked=NOWHERE) == Theme()
