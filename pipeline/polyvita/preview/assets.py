"""The page of the preview: its parts are files beside this one, its colours the theme's."""

from __future__ import annotations

import html
from importlib.resources import files
from pathlib import Path
from string import Template

from polyvita.config.theme import Theme
from polyvita.writers.colour import light_and_dark


def page(source: Path) -> str:
    """The page for the CV `source`. It is empty: what it shows is told it as news."""
    return Template(_file("page.html")).substitute(name=html.escape(source.name))


def style() -> str:
    """The page's style: the colours and the typeface of the default theme, then the rules."""
    theme = Theme()
    light, dark = (_properties(colours) for colours in light_and_dark(theme.ink, theme.muted, theme.accent))
    return (
        f":root {{ --font: {theme.font_web}; {light} }}\n"
        f"@media (prefers-color-scheme: dark) {{ :root {{ {dark} }} }}\n{_file('page.css')}"
    )


def script() -> str:
    """What the page does."""
    return _file("page.js")


def text_page(name: str, text: str) -> str:
    """A plain text as a page for the frame, in the letters that a form or an e-mail would show it in."""
    return Template(_file("text.html")).substitute(name=html.escape(name), text=html.escape(text))


def _properties(colours: dict[str, str]) -> str:
    return " ".join(f"--{name}: {value};" for name, value in colours.items())


def _file(name: str) -> str:
    return files("polyvita.preview").joinpath(name).read_text(encoding="utf-8")
