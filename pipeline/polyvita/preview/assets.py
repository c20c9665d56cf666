"""The parts of the preview page: files beside this module, with the colours of the default theme."""

from __future__ import annotations

import html
from importlib.resources import files
from pathlib import Path
from string import Template

from polyvita.config.theme import Theme
from polyvita.writers.colour import light_and_dark


def render_page(source: Path) -> str:
    """Return the HTML page for the CV `source`. Its content arrives later, as events."""
    return Template(_read_asset("page.html")).substitute(name=html.escape(source.name))


def render_stylesheet() -> str:
    """Return the CSS: colours and typeface of the default theme, then the rules of the page."""
    theme = Theme()
    light, dark = (_properties(colours) for colours in light_and_dark(theme.ink, theme.muted, theme.accent))
    return (
        f":root {{ --font: {theme.font_web}; {light} }}\n"
        f"@media (prefers-color-scheme: dark) {{ :root {{ {dark} }} }}\n{_read_asset('page.css')}"
    )


def read_script() -> str:
    """Return the JavaScript of the page."""
    return _read_asset("page.js")


def render_text_page(name: str, text: str) -> str:
    """Return a plain text as an HTML page for the frame, in a monospaced typeface."""
    return Template(_read_asset("text.html")).substitute(name=html.escape(name), text=html.escape(text))


def _properties(colours: dict[str, str]) -> str:
    return " ".join(f"--{name}: {value};" for name, value in colours.items())


def _read_asset(name: str) -> str:
    return files("polyvita.preview").joinpath(name).read_text(encoding="utf-8")
