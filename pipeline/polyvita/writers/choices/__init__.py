"""The choices of a theme in CSS and Typst: one file for each choice and format, used only if the theme needs it.

The file `dates-left.css` has the rules for `dates: left`, and so on. Word's styles are computed in `writers/word`.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from polyvita.config.theme import Theme, choices

_FOLDER = Path(__file__).parent


def choice_files(theme: Theme, suffix: str) -> Iterator[Path]:
    """Yield the files with this suffix for the choices of the theme that are not the usual ones."""
    for name in choices(theme):
        if (file := _FOLDER / f"{name}{suffix}").exists():
            yield file
