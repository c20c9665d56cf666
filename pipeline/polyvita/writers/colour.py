"""Colours for light and dark pages, from the theme's three, so that text keeps its contrast on both."""

from __future__ import annotations

from functools import cache

_WHITE = "#ffffff"
_BLACK = "#000000"

AA = 4.5
"""The contrast that WCAG 2 asks for text, level AA."""


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours as WCAG 2 defines it, from 1 to 21.

    >>> round(contrast("#ffffff", "#000000")), contrast("#123456", "#123456")
    (21, 1.0)
    """
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def toward(colour: str, end: str, against: str, ratio: float) -> str:
    """`colour`, moved towards `end` only as far as it takes to reach `ratio` against `against`."""
    for step in range(101):
        mixed = _mix(colour, end, step / 100)
        if contrast(mixed, against) >= ratio:
            return mixed
    return end


@cache
def light_and_dark(ink: str, muted: str, accent: str) -> tuple[dict[str, str], dict[str, str]]:
    """The CSS colours of a light page and of a dark one, whose ground is the ink of the light one."""
    light = {
        "ground": _WHITE,
        "ink": toward(ink, _BLACK, _WHITE, AA),
        "muted": toward(muted, _BLACK, _WHITE, AA),
        "accent": toward(accent, _BLACK, _WHITE, AA),
    }
    night = toward(ink, _BLACK, _WHITE, 17)
    dark = {
        "ground": night,
        "ink": toward(ink, _WHITE, night, 13),
        "muted": toward(muted, _WHITE, night, 7),
        "accent": toward(accent, _WHITE, night, 7),
    }
    return light, dark


def _channels(colour: str) -> list[int]:
    return [int(colour[at : at + 2], 16) for at in (1, 3, 5)]


def _mix(colour: str, end: str, share: float) -> str:
    pairs = zip(_channels(colour), _channels(end), strict=True)
    return "#" + "".join(f"{round(one + (other - one) * share):02x}" for one, other in pairs)


@cache
def _luminance(colour: str) -> float:
    shares = [value / 255 for value in _channels(colour)]
    red, green, blue = (value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in shares)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
