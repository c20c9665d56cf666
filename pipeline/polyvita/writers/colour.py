"""Derive the colours of a light and a dark web page from the three colours of a theme, with enough contrast on both."""

from __future__ import annotations

from functools import lru_cache

_WHITE = "#ffffff"
_BLACK = "#000000"

AA_CONTRAST = 4.5
"""The lowest contrast of text at level AA of WCAG 2."""


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours, from 1 to 21, as WCAG 2 defines it.

    >>> round(contrast("#ffffff", "#000000")), contrast("#123456", "#123456")
    (21, 1.0)
    """
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def reach_contrast(colour: str, target: str, background: str, ratio: float) -> str:
    """Mix `target` into `colour` until it has the contrast `ratio` with `background`. Use as little as possible."""
    for percent in range(101):
        mixed = _mix(colour, target, percent / 100)
        if contrast(mixed, background) >= ratio:
            return mixed
    return target


@lru_cache(maxsize=100)
def light_and_dark(ink: str, muted: str, accent: str) -> tuple[dict[str, str], dict[str, str]]:
    """Return the CSS colours of a light page and of a dark page, whose background is the ink of the light page."""
    light = {
        "ground": _WHITE,
        "ink": reach_contrast(ink, _BLACK, _WHITE, AA_CONTRAST),
        "muted": reach_contrast(muted, _BLACK, _WHITE, AA_CONTRAST),
        "accent": reach_contrast(accent, _BLACK, _WHITE, AA_CONTRAST),
    }
    dark_background = reach_contrast(ink, _BLACK, _WHITE, 17)
    dark = {
        "ground": dark_background,
        "ink": reach_contrast(ink, _WHITE, dark_background, 13),
        "muted": reach_contrast(muted, _WHITE, dark_background, 7),
        "accent": reach_contrast(accent, _WHITE, dark_background, 7),
    }
    return light, dark


def _channels(colour: str) -> list[int]:
    return [int(colour[at : at + 2], 16) for at in (1, 3, 5)]


def _mix(colour: str, target: str, share: float) -> str:
    pairs = zip(_channels(colour), _channels(target), strict=True)
    return "#" + "".join(f"{round(one + (other - one) * share):02x}" for one, other in pairs)


@lru_cache(maxsize=500)
def _luminance(colour: str) -> float:
    shares = [value / 255 for value in _channels(colour)]
    red, green, blue = (value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in shares)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
