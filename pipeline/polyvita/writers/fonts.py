"""Typefaces for the PDF: the one that is asked for, or its double, from the CV's own folder or from the machine.

A double is another typeface whose letters are exactly as wide, so that Word, which has the original, and the PDF
break their lines and pages alike. Where neither is at hand the PDF is set in the default, and a finding says so.
The default needs nothing from the machine: Caladea comes with `pip install`.
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
"""Typefaces as wide as the one they stand in for, the best known first."""

DEFAULT = "Caladea"
"""What everything else falls back to."""
BUNDLED_FONTS = Path(font_caladea.font_directory)


FONT_BY_SCRIPT = {
    "CJK": "Noto Serif CJK SC",
    "HIRAGANA": "Noto Serif CJK JP",
    "KATAKANA": "Noto Serif CJK JP",
    "HANGUL": "Noto Serif CJK KR",
    "ARABIC": "Noto Naskh Arabic",
    "MATHEMATICAL": "Noto Sans Math",
}
"""Typefaces that have a script, by the first word of its characters' names in Unicode."""
_BY_SCRIPT = re.compile(
    "ARMENIAN|BENGALI|CYRILLIC|DEVANAGARI|ETHIOPIC|GEORGIAN|GREEK|GUJARATI|GURMUKHI|HEBREW|KANNADA|KHMER|LAO|"
    "MALAYALAM|MYANMAR|SINHALA|TAMIL|TELUGU|THAI|TIBETAN"
)
"""Scripts whose typeface is named after them."""


SYMBOL_FONTS = frozenset({"Noto Color Emoji", "Noto Sans Math", "Noto Sans Symbols 2"})
"""Typefaces that help out with signs: no text is set in them."""


def suggest_font(character: str) -> str:
    """A typeface, free for all to use, that has this character.

    >>> serving("山"), serving("ש"), serving("😀"), serving("⅌")
    ('Noto Serif CJK SC', 'Noto Serif Hebrew', 'Noto Color Emoji', 'Noto Sans Symbols 2')
    """
    script = unicodedata.name(character, "?").split()[0]
    if script in FONT_BY_SCRIPT:
        return FONT_BY_SCRIPT[script]
    if _BY_SCRIPT.fullmatch(script):
        return f"Noto Serif {script.title()}"
    if 0x2600 <= ord(character) <= 0x27BF or 0x1F300 <= ord(character) <= 0x1FAFF:
        return "Noto Color Emoji"
    return "Noto Sans Symbols 2" if unicodedata.category(character)[0] == "S" else "Noto Serif"


class ResolvedFonts(Struct, frozen=True):
    """What the PDF is set in: families in the order of trying, and the folders that hold their files.

    `missing` is the typeface that was asked for, where neither it nor a double of it is at hand.
    """

    families: tuple[str, ...]
    folders: tuple[Path, ...]
    missing: str = ""


def resolve_fonts(theme: Theme, folder: Path) -> ResolvedFonts:
    """The typefaces for a CV in `folder`. The machine is searched only for what did not come with the program and
    is not in `fonts/` beside the CV."""
    own = folder / "fonts"
    locations = [BUNDLED_FONTS, *([own] if own.is_dir() else [])]
    near = _families(tuple(locations))
    families: list[str] = []
    for asked in theme.font_pdf:
        names = (asked, *metric_compatible(asked))
        name = next((name for name in names if name.lower() in near), None)
        if name is None:
            there = _families(None)
            name = next((name for name in names if name.lower() in there), None)
            if name is not None:
                locations += sorted(there[name.lower()])
        if name is not None:
            families.append(name)
    first = theme.font_pdf[0]
    missing = "" if families[:1] not in ([], [DEFAULT]) or DEFAULT in (first, *metric_compatible(first)) else first
    return ResolvedFonts(tuple(dict.fromkeys([*families, DEFAULT])), tuple(dict.fromkeys(locations)), missing)


def metric_compatible(family: str) -> tuple[str, ...]:
    """Typefaces that would serve as well as `family`."""
    return METRIC_COMPATIBLE.get(family.lower(), ())


@cache
def _families(folders: tuple[Path, ...] | None) -> dict[str, frozenset[Path]]:
    """Families by their names in lower case, and where their files are: in `folders`, or on the machine."""
    fonts = typst.Fonts(
        include_system_fonts=folders is None, include_embedded_fonts=folders is not None, font_paths=list(folders or ())
    )
    found: dict[str, set[Path]] = {}
    for font in fonts.fonts():
        found.setdefault(font.family.lower(), set()).update([Path(font.path).parent] if font.path else [])
    return {family: frozenset(paths) for family, paths in found.items()}


@cache
def load_fonts(folders: tuple[Path, ...]) -> typst.Fonts:
    """The fonts in `folders`, and those that Typst carries; read once, as finding fonts takes longer than a page."""
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=list(folders))


def clear_font_cache() -> None:
    """Look for fonts anew when they are next needed: files were put into `fonts/`, or taken out of it."""
    _families.cache_clear()
    load_fonts.cache_clear()
