"""Find the fonts of the PDF: the font that the theme names, or a metric-compatible one.

The letters of a metric-compatible font have the same widths. So the PDF breaks lines and pages at the same places as
the Word file, which uses the original font. If neither font is found, the PDF uses the default, Caladea, and a finding
reports this. Caladea is installed together with this package, so the default works on every machine.

A script that the fonts of the theme do not have is set in another font: one beside the CV, or one of the machine.
"""

from __future__ import annotations

import json
import re
import unicodedata
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import font_caladea
import fontpkg_source_sans_3
import typst
from msgspec import Struct

from polyvita.config.theme import Theme
from polyvita.core.scripts import NAMES, script_of, script_of_language, scripts_in
from polyvita.writers.script_fonts import (
    EMOJI_FONTS,
    METRIC_COMPATIBLE,
    SIGN_FONTS,
    USUAL_SCRIPTS,
    fonts_for_script,
    is_sans,
    is_sans_font,
)

DEFAULT = "Caladea"
"""The font that is used if no other is found."""
BUNDLED_FONTS = Path(font_caladea.font_directory)
"""The folder of the default font."""

SANS = "Source Sans 3"
"""The sans-serif of the built-in themes, which is installed together with this package."""
FALLBACK_FONT = "Libertinus Serif"
"""A font with Latin, Greek, Cyrillic and Hebrew letters. It is embedded in Typst."""


class Family(NamedTuple):
    """A font family and the folders of its files."""

    name: str
    folders: frozenset[Path]


class Substitute(Struct, frozen=True):
    """A font that the PDF uses for the `characters` of one script, because the fonts of the theme do not have them."""

    script: str
    family: str
    characters: str


class ResolvedFonts(Struct, frozen=True):
    """The font families of a PDF in order of preference, and the folders of their files.

    `missing` is the first font of the theme if neither it nor a metric-compatible font was found, and otherwise empty.
    `substitutes` are the fonts for scripts that the fonts of the theme do not have. `without_font` are signs, such as
    emoji, that no font has.
    """

    families: tuple[str, ...]
    folders: tuple[Path, ...]
    missing: str = ""
    substitutes: tuple[Substitute, ...] = ()
    without_font: str = ""
    heading: tuple[str, ...] = ()
    """The font families of headings, if they are not those of the body text."""


def resolve_fonts(theme: Theme, folder: Path, text: str = "", lang: str = "en") -> ResolvedFonts:
    """Find the fonts of `theme` for a CV in `folder`, and those for the characters of `text` that they do not have.

    Look at the bundled fonts and at `fonts/` in `folder` first. Search the machine only for fonts that are not there.
    `lang` is the language of the output; Chinese characters have different shapes in Japanese, for example.
    """
    found = _resolve_theme(theme, folder)
    if text.isascii():
        return found
    characters = "".join(sorted(char for char in set(unicodedata.normalize("NFC", text)) if not char.isascii()))
    project = folder / "fonts"
    return _add_substitutes(found, characters, script_of_language(lang), is_sans(theme), project)


def _resolve_theme(theme: Theme, folder: Path) -> ResolvedFonts:
    families, folders, missing = _resolve_families(theme.font_pdf, folder)
    if not (theme.font_heading and theme.font_heading.pdf):
        return ResolvedFonts(families, folders, missing)
    heading, more, missing_heading = _resolve_families(theme.font_heading.pdf, folder)
    all_folders = tuple(dict.fromkeys([*folders, *more]))
    return ResolvedFonts(families, all_folders, missing or missing_heading, heading=heading)


def _resolve_families(wanted_fonts: tuple[str, ...], folder: Path) -> tuple[tuple[str, ...], tuple[Path, ...], str]:
    """Return the families that were found, the folders of their files, and the first one if it was not found."""
    project_fonts = folder / "fonts"
    folders = [BUNDLED_FONTS, *([project_fonts] if project_fonts.is_dir() else [])]
    local = _find_families(tuple(folders))
    families: list[str] = []
    for wanted in wanted_fonts:
        names = (wanted, *metric_compatible(wanted))
        name = next((name for name in names if name.lower() in local), None)
        if name is None and wanted.lower() == SANS.lower():
            name = SANS
            folders.append(Path(fontpkg_source_sans_3.__file__).parent / "files")
        if name is None:
            installed = _find_families(None)
            name = next((name for name in names if name.lower() in installed), None)
            if name is not None:
                folders += sorted(installed[name.lower()].folders)
        if name is not None:
            families.append(name)
    first = wanted_fonts[0]
    missing = "" if families[:1] not in ([], [DEFAULT]) or DEFAULT in (first, *metric_compatible(first)) else first
    return tuple(dict.fromkeys([*families, DEFAULT])), tuple(dict.fromkeys(folders)), missing


def metric_compatible(family: str) -> tuple[str, ...]:
    """Return the names of fonts with the same letter widths as `family`."""
    return METRIC_COMPATIBLE.get(family.lower(), ())


@lru_cache(maxsize=100)
def _add_substitutes(
    found: ResolvedFonts, characters: str, output_script: str, sans: bool, project: Path
) -> ResolvedFonts:
    """Add a font for each script among `characters` that the fonts do not have."""
    if has_glyphs(found.families, found.folders, characters):
        return found
    families, folders, substitutes = list(found.families), list(found.folders), []
    without_font = ""
    for script, inside in _font_groups(characters, output_script).items():
        needed = missing_glyphs(tuple(families), tuple(folders), inside, most=_MAX_TRIED)
        if needed and (script in USUAL_SCRIPTS or (script == "Hebr" and not sans)):
            needed = missing_glyphs((), tuple(folders), needed, most=_MAX_TRIED)
        while needed and (substitute := _find_substitute(script, needed, sans, tuple(folders), project)):
            family, characters = substitute
            families.append(family.name)
            folders += sorted(family.folders)
            substitutes.append(Substitute(script, family.name, characters))
            needed = "".join(char for char in needed if char not in characters)
        without_font += "".join(char for char in needed if _is_sign(char))
    unique = tuple(dict.fromkeys(families)), tuple(dict.fromkeys(folders))
    return ResolvedFonts(*unique, found.missing, tuple(substitutes), without_font, found.heading)


def _is_sign(char: str) -> bool:
    """Return whether a character is a sign, such as an emoji, or part of one: text can be read without it."""
    return (
        unicodedata.category(char) in ("So", "Sk")
        or char in "\ufe0e\ufe0f\u200d\u20e3"
        or "\U000e0020" <= char <= "\U000e007f"
    )


def _font_groups(characters: str, script: str) -> dict[str, str]:
    """Group characters by the script whose fonts have them. Shared signs come last, under an empty code.

    Japanese and Korean fonts have Chinese characters, too, in the shapes of Japan and Korea.
    """
    groups = scripts_in(characters)
    if "Hani" in groups:
        east = script if script in ("Hant", "Jpan", "Kore") else "Jpan" if "Jpan" in groups else "Hani"
        east = {"Kore": "Hang"}.get(east, east)
        chinese = groups.pop("Hani")
        groups[east] = groups.get(east, "") + chinese
    groups[""] = "".join(char for char in characters if not script_of(char))
    return {group: inside for group, inside in groups.items() if inside}


def _find_substitute(
    script: str, characters: str, sans: bool, folders: tuple[Path, ...], project: Path
) -> tuple[Family, str] | None:
    """Return a font for these characters, and those of them that it has; None if no font has any.

    Fonts beside the CV come first, then the known ones for the script, then any other on the machine, then those that
    are embedded in Typst, some of which are monospaced.
    """
    local = _find_families((project,)) if project.is_dir() else {}
    machine = _find_families(None)
    known = fonts_for_script(script, sans=sans) if script else (*SIGN_FONTS, *EMOJI_FONTS)
    likely = [local[name] for name in sorted(local) if local[name].folders]
    likely += [machine[name.lower()] for name in known if name.lower() in machine]
    for family in likely:
        if _has(family, characters):
            return family, characters
    everywhere = tuple(sorted({path for family in machine.values() for path in family.folders} | {*folders}))
    lacking = missing_glyphs((), everywhere, characters, most=_MAX_TRIED)
    characters = "".join(char for char in characters if char not in lacking)
    label = NAMES.get(script, "Symbol")
    others = sorted(machine.values(), key=lambda f: (label not in f.name, is_sans_font(f.name) != sans, f.name))
    embedded = sorted(_find_families(()).values(), key=lambda family: family.name != FALLBACK_FONT)
    for part in (characters, characters[:1]) if characters else ():
        for family in (*likely, *others, *embedded):
            if _has(family, part):
                return family, part
    return None


def _has(family: Family, characters: str) -> bool:
    return has_glyphs((family.name,), tuple(sorted(family.folders)), characters)


_MAX_TRIED = 40
"""If so many characters of a script are in no font, it is assumed that none of them is."""


def has_glyphs(families: tuple[str, ...], folders: tuple[Path, ...], characters: str) -> bool:
    """Return whether the fonts have all characters. Without families, any font in the folders may have them."""
    return not _first_missing(families, folders, characters)


def missing_glyphs(families: tuple[str, ...], folders: tuple[Path, ...], characters: str, *, most: int = 0) -> str:
    """Return the characters that none of the fonts has. After `most` of them, if not 0, take all for missing."""
    found = ""
    while characters and (missing := _first_missing(families, folders, characters)):
        found += "".join(char for char in dict.fromkeys(missing) if char in characters)
        rest = "".join(char for char in characters if char not in missing)
        if len(rest) == len(characters):  # Typst names a character that is not among them.
            break
        characters = rest
        if most and len(found) >= most:
            return found + characters
    return found


@lru_cache(maxsize=100)
def _present(_families: tuple[str, ...], _folders: tuple[Path, ...]) -> set[str]:
    """Return the characters that fonts have, as far as is known. `_first_missing` adds to them."""
    return set()


def _first_missing(families: tuple[str, ...], folders: tuple[Path, ...], characters: str) -> str:
    """Return characters that the fonts do not have, or an empty string. Typst itself is asked, so the answer is exact.

    Outputs share most characters, so Typst is asked only for those that it was not asked for before.
    """
    present = _present(families, folders)
    new = "".join(char for char in characters if char not in present)
    missing = _find_missing(families, folders, new) if new else ""
    if not missing:
        present.update(new)
    return missing


@lru_cache(maxsize=100)
def _find_missing(families: tuple[str, ...], folders: tuple[Path, ...], characters: str) -> str:
    """Return what `_first_missing` does.

    The standard PDF/A-2a does not allow text without glyphs, so Typst reports the first such text.
    """
    chosen = f"font: ({''.join(f'{json.dumps(name)}, ' for name in families)}), fallback: false" * bool(families)
    source = f"#set text({chosen})\n#{json.dumps(' '.join(characters), ensure_ascii=False)}"
    compiler = typst.Compiler(root=BUNDLED_FONTS, font_paths=load_fonts(folders))
    try:
        compiler.compile(source.encode(), format="pdf", pdf_standards=["a-2a"])
    except typst.TypstError as problem:
        return missing_characters(problem)
    return ""


_MISSING_GLYPH = re.compile(r"the text `\"(.*)\"` could not be displayed|the PDF contains the codepoint `\"(.*)\"`")


def missing_characters(problem: typst.TypstError) -> str:
    """Return the characters that Typst cannot show according to its error message, or an empty string."""
    found = _MISSING_GLYPH.search(problem.message)
    return re.sub(r"\\u\{([0-9a-f]+)\}", lambda code: chr(int(code[1], 16)), found[1] or found[2]) if found else ""


@lru_cache(maxsize=16)
def _find_families(folders: tuple[Path, ...] | None) -> dict[str, Family]:
    """Return font families by name, in lower case. Search `folders`, or the machine if None."""
    fonts = typst.Fonts(
        include_system_fonts=folders is None, include_embedded_fonts=folders is not None, font_paths=list(folders or ())
    )
    found: dict[str, tuple[str, set[Path]]] = {}
    for font in fonts.fonts():
        _, paths = found.setdefault(font.family.lower(), (font.family, set()))
        paths.update([Path(font.path).parent] if font.path else [])
    return {key: Family(name, frozenset(paths)) for key, (name, paths) in found.items()}


@lru_cache(maxsize=8)
def load_fonts(folders: tuple[Path, ...]) -> typst.Fonts:
    """Load the fonts in `folders` and those embedded in Typst. Cached, because this takes longer than a page does."""
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=list(folders))


def clear_font_cache() -> None:
    """Forget all fonts that were found. Call this after a change in `fonts/`."""
    for function in (_present, _find_families, load_fonts, _add_substitutes, _find_missing):
        function.cache_clear()
