"""The names of fonts for each script. Nothing is loaded here: `fonts` finds out which of them there are."""

from __future__ import annotations

import re
import unicodedata

from polyvita.config.theme import Theme
from polyvita.core.scripts import NAMES, script_of

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

_SERIF: dict[str, tuple[str, ...]] = {
    "Arab": ("Noto Naskh Arabic", "Amiri", "Scheherazade New", "Traditional Arabic", "Geeza Pro", "Times New Roman"),
    "Hebr": ("Noto Serif Hebrew", "Frank Ruehl CLM", "David CLM", "FrankRuehl", "David", "New Peninim MT"),
    "Hang": ("Noto Serif CJK KR", "Noto Serif KR", "Source Han Serif KR", "AppleMyungjo", "Batang", "UnBatang"),
    "Hani": ("Noto Serif CJK SC", "Noto Serif SC", "Source Han Serif SC", "Songti SC", "SimSun", "AR PL UMing CN"),
    "Hant": ("Noto Serif CJK TC", "Noto Serif TC", "Source Han Serif TC", "Songti TC", "PMingLiU", "AR PL UMing TW"),
    "Jpan": (
        "Noto Serif CJK JP",
        "Noto Serif JP",
        "Source Han Serif",
        "Hiragino Mincho ProN",
        "Yu Mincho",
        "MS Mincho",
    ),
}
_SANS: dict[str, tuple[str, ...]] = {
    "Arab": ("Noto Sans Arabic", "Noto Kufi Arabic", "Segoe UI", "Tahoma", "Arial"),
    "Hebr": ("Noto Sans Hebrew", "Arial Hebrew", "Segoe UI", "Arial", "Nachlieli CLM"),
    "Syrc": ("Noto Sans Syriac", "Estrangelo Edessa"),
    "Thaa": ("Noto Sans Thaana", "MV Boli"),
    "Nkoo": ("Noto Sans NKo", "Ebrima"),
    "Hang": ("Noto Sans CJK KR", "Noto Sans KR", "Source Han Sans KR", "Apple SD Gothic Neo", "Malgun Gothic"),
    "Hani": ("Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC", "PingFang SC", "Microsoft YaHei"),
    "Hant": ("Noto Sans CJK TC", "Noto Sans TC", "Source Han Sans TC", "PingFang TC", "Microsoft JhengHei"),
    "Jpan": ("Noto Sans CJK JP", "Noto Sans JP", "Source Han Sans", "Hiragino Sans", "Yu Gothic", "MS Gothic"),
}
"""Fonts for each script, those first that are free and well made. All other scripts have a Noto font."""
_ONLY_SANS = frozenset({"Adlm", "Cher", "Mand", "Mong", "Nkoo", "Rohg", "Samr", "Syrc", "Tfng", "Thaa"})
"""Scripts whose Noto font has no serifs."""
SIGN_FONTS = ("Noto Sans Math", "Noto Sans Symbols 2", "Noto Sans Symbols2", "Noto Sans Symbols", "Segoe UI Symbol")
EMOJI_FONTS = ("Noto Color Emoji", "Segoe UI Emoji", "Apple Color Emoji")
WORD_FONTS: dict[str, tuple[str, str]] = {
    "Arab": ("Times New Roman", "Arial"),
    "Hebr": ("Times New Roman", "Arial"),
    "Syrc": ("Estrangelo Edessa", "Estrangelo Edessa"),
    "Thaa": ("MV Boli", "MV Boli"),
    "Jpan": ("Yu Mincho", "Yu Gothic"),
    "Hang": ("Batang", "Malgun Gothic"),
    "Hans": ("SimSun", "Microsoft YaHei"),
    "Hant": ("PMingLiU", "Microsoft JhengHei"),
    "Thai": ("Angsana New", "Cordia New"),
    "Deva": ("Mangal", "Mangal"),
    "Beng": ("Vrinda", "Vrinda"),
    "Taml": ("Latha", "Latha"),
    "Telu": ("Gautami", "Gautami"),
    "Geor": ("Sylfaen", "Sylfaen"),
    "Ethi": ("Nyala", "Nyala"),
    "Uigh": ("Microsoft Uighur", "Microsoft Uighur"),
}
"""The fonts with and without serifs that Word itself uses for a script. `Uigh` is Word's code for Uyghur."""
USUAL_SCRIPTS = frozenset({"Latn", "Grek", "Cyrl", ""})
"""Scripts, and shared signs, that most fonts have. The fonts embedded in Typst have them, so no finding is needed."""

SYMBOL_FONTS = frozenset({*SIGN_FONTS, *EMOJI_FONTS})
"""Fonts for single symbols, which are not suitable for running text."""
_SANS_NAMES = re.compile(
    r"sans|arial|helvet|calibri|carlito|verdana|tahoma|trebuchet|segoe|roboto|lato|heros|nimbus san|univers|frutiger|"
    r"futura|gill|inter\b|grotesk|gothic|aptos|corbel|candara|open ?sans|myriad|avenir|optima",
    re.IGNORECASE,
)


def is_sans(theme: Theme) -> bool:
    """Return whether the text of the theme is set in a sans-serif font."""
    return is_sans_font(theme.font_pdf[0])


def is_sans_font(family: str) -> bool:
    """Return whether a font is sans-serif, as far as its name shows."""
    return bool(_SANS_NAMES.search(family))


def fonts_for_script(script: str, *, sans: bool) -> tuple[str, ...]:
    """Return fonts that contain a script, best first: those in the wanted style, then the others.

    >>> fonts_for_script("Deva", sans=True)
    ('Noto Sans Devanagari', 'Noto Serif Devanagari')
    """
    name = NAMES.get(script, "")
    serif = () if script in _ONLY_SANS else (f"Noto Serif {name}",)
    styles = [_SERIF.get(script, serif), _SANS.get(script, (f"Noto Sans {name}",))]
    first, second = styles[::-1] if sans else styles
    return (*first, *second)


def suggest_font(character: str, *, sans: bool = False) -> str:
    """Return the name of a freely available font that contains `character`.

    >>> suggest_font("山"), suggest_font("ש"), suggest_font("😀"), suggest_font("𒀀")
    ('Noto Serif CJK SC', 'Noto Serif Hebrew', 'Noto Color Emoji', 'Noto Sans Cuneiform')
    """
    script = script_of(character)
    if script and script not in USUAL_SCRIPTS:
        return fonts_for_script(script, sans=sans)[0]
    if 0x2600 <= ord(character) <= 0x27BF or 0x1F300 <= ord(character) <= 0x1FAFF:
        return "Noto Color Emoji"
    if unicodedata.name(character, "").startswith("MATHEMATICAL"):
        return "Noto Sans Math"
    if unicodedata.category(character) == "Lo":  # A script that is not in common use.
        return f"Noto Sans {unicodedata.name(character, '').split()[0].title()}"
    return "Noto Sans Symbols 2" if unicodedata.category(character)[0] == "S" else "Noto Serif"
