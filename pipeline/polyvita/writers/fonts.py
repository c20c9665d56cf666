"""Find the fonts of the PDF: the font that the theme names, or a metric-compatible one.

The letters of a metric-compatible font have the same widths. So the PDF breaks lines and pages at the same places as
the Word file, which uses the original font. If neither font is found, the PDF uses the default, Caladea, and a finding
reports this. Caladea is installed together with this package, so the default works on every machine.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from pathlib import Path

import font_caladea
import typst
from msgspec import Struct

from polyvita.config.theme import Theme

METRIC_COMPATIBLE = {
    "arial": ("Liberation Sans", "Arimo", "TeX Gyre Heros", "Nimbus Sans"),
    "helvetica": ("Liberation Sans", "Arimo", "TeX Gyre Heros", "Nimbus Sans"),
    "times new roman": ("Liberation Serif", "Tinos", "TeX Gyre Termes", "Nimbus Roman"),
    "times": ("Liberation Serif", "Tinos", "TeX Gyre Termes", "Nimbus Roman"),
    "courier new": ("Liberation Mono", "Cousine", "TeX Gyre Cursor", "Nimbus Mono PS"),
    "calibri": ("Carlito",),
    "cambria": ("Caladea",),
    "georgia": ("Gelasio",),
}
"""Fonts with the same letter widths as the font in the key, best known first."""

DEFAULT = "Caladea"
"""The font that is used if no other is found."""
BUNDLED_FONTS = Path(font_caladea.font_directory)
"""The folder of the default font."""

FONT_BY_SCRIPT = {
    "CJK": "Noto Serif CJK SC",
    "HIRAGANA": "Noto Serif CJK JP",
    "KATAKANA": "Noto Serif CJK JP",
    "HANGUL": "Noto Serif CJK KR",
    "ARABIC": "Noto Naskh Arabic",
    "MATHEMATICAL": "Noto Sans Math",
}
"""A font for each script. The key is the first word of the Unicode names of its characters."""
_NOTO_SERIF_SCRIPTS = re.compile(
    "ARMENIAN|BENGALI|CYRILLIC|DEVANAGARI|ETHIOPIC|GEORGIAN|GREEK|GUJARATI|GURMUKHI|HEBREW|KANNADA|KHMER|LAO|"
    "MALAYALAM|MYANMAR|SINHALA|TAMIL|TELUGU|THAI|TIBETAN"
)
"""Scripts that have a font named “Noto Serif” and the script."""

SYMBOL_FONTS = frozenset({"Noto Color Emoji", "Noto Sans Math", "Noto Sans Symbols 2"})
"""Fonts for single symbols, which are not suitable for running text."""


def suggest_font(character: str) -> str:
    """Return the name of a freely available font that contains `character`.

    >>> suggest_font("山"), suggest_font("ש"), suggest_font("😀"), suggest_font("⅌")
    ('Noto Serif CJK SC', 'Noto Serif Hebrew', 'Noto Color Emoji', 'Noto Sans Symbols 2')
    """
    script = unicodedata.name(character, "?").split()[0]
    if script in FONT_BY_SCRIPT:
        return FONT_BY_SCRIPT[script]
    if _NOTO_SERIF_SCRIPTS.fullmatch(script):
        return f"Noto Serif {script.title()}"
    if 0x2600 <= ord(character) <= 0x27BF or 0x1F300 <= ord(character) <= 0x1FAFF:
        return "Noto Color Emoji"
    return "Noto Sans Symbols 2" if unicodedata.category(character)[0] == "S" else "Noto Serif"


class ResolvedFonts(Struct, frozen=True):
    """The font families of a PDF in order of preference, and the folders of their files.

    `missing` is the first font of the theme if neither it nor a metric-compatible font was found, and otherwise empty.
    """

    families: tuple[str, ...]
    folders: tuple[Path, ...]
    missing: str = ""


def resolve_fonts(theme: Theme, folder: Path) -> ResolvedFonts:
    """Find the fonts of `theme` for a CV in `folder`.

    Look at the bundled fonts and at `fonts/` in `folder` first. Search the machine only for fonts that are not there.
    """
    project_fonts = folder / "fonts"
    folders = [BUNDLED_FONTS, *([project_fonts] if project_fonts.is_dir() else [])]
    local = _find_families(tuple(folders))
    families: list[str] = []
    for wanted in theme.font_pdf:
        names = (wanted, *metric_compatible(wanted))
        name = next((name for name in names if name.lower() in local), None)
        if name is None:
            installed = _find_families(None)
            name = next((name for name in names if name.lower() in installed), None)
            if name is not None:
                folders += sorted(installed[name.lower()])
        if name is not None:
            families.append(name)
    first = theme.font_pdf[0]
    missing = "" if families[:1] not in ([], [DEFAULT]) or DEFAULT in (first, *metric_compatible(first)) else first
    return ResolvedFonts(tuple(dict.fromkeys([*families, DEFAULT])), tuple(dict.fromkeys(folders)), missing)


def metric_compatible(family: str) -> tuple[str, ...]:
    """Return the names of fonts with the same letter widths as `family`."""
    return METRIC_COMPATIBLE.get(family.lower(), ())


@cache
def _find_families(folders: tuple[Path, ...] | None) -> dict[str, frozenset[Path]]:
    """Map font families, in lower case, to the folders of their files. Search `folders`, or the machine if None."""
    fonts = typst.Fonts(
        include_system_fonts=folders is None, include_embedded_fonts=folders is not None, font_paths=list(folders or ())
    )
    found: dict[str, set[Path]] = {}
    for font in fonts.fonts():
        found.setdefault(font.family.lower(), set()).update([Path(font.path).parent] if font.path else [])
    return {family: frozenset(paths) for family, paths in found.items()}


@cache
def load_fonts(folders: tuple[Path, ...]) -> typst.Fonts:
    """Load the fonts in `folders` and those embedded in Typst. Cached, because this takes longer than a page does."""
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=list(folders))


def clear_font_cache() -> None:
    """Forget all fonts that were found. Call this after a change in `fonts/`."""
    _find_families.cache_clear()
    load_fonts.cache_clear()
