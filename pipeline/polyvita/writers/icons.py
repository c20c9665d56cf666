"""The icons before the parts of the address: drawings in SVG that are marked as decoration in all formats.

An icon font would be read aloud as letters, and applicant systems would copy its signs.
"""

from __future__ import annotations

import base64
import json
from functools import lru_cache
from pathlib import Path

ICONS = {
    "calendar": '<rect x="3" y="5" width="18" height="16" rx="2"/><path d="M3 10h18M8 2.5v4M16 2.5v4"/>',
    "code": '<path d="M8 6.5 2.5 12 8 17.5M16 6.5l5.5 5.5-5.5 5.5M14 3.5l-4 17"/>',
    "email": '<rect x="2.5" y="4.5" width="19" height="15" rx="2"/><path d="m3.5 7 8.5 6.5L20.5 7"/>',
    "institution": '<path d="M2.5 21h19M5 21V10.5M9.7 21V10.5M14.3 21V10.5M19 21V10.5M3 10 12 3.5 21 10z"/>',
    "orcid": '<rect x="2.5" y="4.5" width="19" height="15" rx="2"/><circle cx="8.5" cy="10.5" r="2"/>'
    '<path d="M5.5 16c.3-3.5 5.7-3.5 6 0M15 10h3.5M15 14h3.5"/>',
    "person": '<circle cx="12" cy="7.5" r="4"/><path d="M4 21c.5-9 15.5-9 16 0"/>',
    "phone": '<rect x="6.5" y="2" width="11" height="20" rx="2.5"/><path d="M10.5 18.5h3"/>',
    "place": '<path d="M12 21.5C7 16 5 12.5 5 9.5a7 7 0 0 1 14 0c0 3-2 6.5-7 12z"/><circle cx="12" cy="9.5" r="2.5"/>',
    "scholar": '<path d="M1.5 9.5 12 4.5l10.5 5L12 14.5zM6 12v5c2.5 2.5 9.5 2.5 12 0v-5"/>',
    "web": '<circle cx="12" cy="12" r="9.5"/><ellipse cx="12" cy="12" rx="4" ry="9.5"/><path d="M2.5 12h19"/>',
}
"""The content of each drawing, on a square of 24 units. The strokes have the colour of the text."""


def icon_svg(name: str, colour: str, attributes: str = "") -> str:
    """Return an icon as an SVG element with strokes in `colour`."""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" {attributes}fill="none" stroke="{colour}" '
        f'stroke-width="2" stroke-linecap="round" stroke-linejoin="round">{ICONS[name]}</svg>'
    )


@lru_cache(maxsize=100)
def icon_url(name: str, colour: str) -> str:
    """Return an icon as the data URL of a PNG, because older programs show no SVG in Word files."""
    from polyvita.writers.typst_runner import TypstTask, run_typst

    drawing = json.dumps(icon_svg(name, colour))
    page = "#set page(width: 24pt, height: 24pt, margin: 0pt, fill: none)\n"
    source = f'{page}#image(bytes({drawing}), format: "svg", width: 24pt)'
    png = run_typst(TypstTask(source, Path(__file__).parent, (), {"format": "png", "ppi": 360}))
    return f"data:image/png;base64,{base64.b64encode(png).decode()}"
