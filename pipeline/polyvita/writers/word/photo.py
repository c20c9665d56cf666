"""The photo in Word: a picture beside the letterhead, with text at its left. It is in no table and in no text box."""

from __future__ import annotations

from xml.etree.ElementTree import Element

from polyvita.config.theme import Theme
from polyvita.core.scripts import Direction
from polyvita.writers.photo import photo_frame
from polyvita.writers.prepare import Letterhead
from polyvita.writers.word.style_model import twips
from polyvita.writers.word.xml import el, qn

_GAP = 216_000
"""The space between the text and the photo in EMU, the unit of drawings: 6 mm."""
_MM_PER_POINT = 25.4 / 72


def anchor_photo(root: Element, head: Letterhead, theme: Theme, direction: Direction) -> None:
    """Move the first picture of a document to the edge of the page opposite to the text. Changes `root`."""
    drawing = next(root.iter(qn("w:drawing")))
    inline = drawing[0]
    parts = {part.tag: part for part in inline}
    gaps = (0, _GAP) if direction == "rtl" else (_GAP, 0)
    anchor = Element(
        qn("wp:anchor"),
        {
            **{"distT": "0", "distB": "0", "distL": str(gaps[0]), "distR": str(gaps[1])},
            **{"simplePos": "0", "relativeHeight": "1", "behindDoc": "0", "locked": "0"},
            **{"layoutInCell": "1", "allowOverlap": "0"},
        },
    )
    anchor.extend(
        [
            Element(qn("wp:simplePos"), {"x": "0", "y": "0"}),
            _position("H", "margin", "align", "left" if direction == "rtl" else "right"),
            _position("V", "paragraph", "posOffset", "0"),
            parts[qn("wp:extent")],
            Element(qn("wp:effectExtent"), dict.fromkeys("ltrb", "0")),
            Element(qn("wp:wrapSquare"), {"wrapText": "bothSides"}),
            *(parts[qn(name)] for name in ("wp:docPr", "wp:cNvGraphicFramePr", "a:graphic") if qn(name) in parts),
        ]
    )
    drawing[:] = [anchor]
    if theme.photo_shape == "round":
        for shape in anchor.iter(qn("a:prstGeom")):
            shape.set("prst", "ellipse")
    _reserve_height(root, head, theme)


def _position(axis: str, relative_to: str, kind: str, value: str) -> Element:
    position = Element(qn(f"wp:position{axis}"), {"relativeFrom": relative_to})
    child = Element(qn(f"wp:{kind}"))
    child.text = value
    position.append(child)
    return position


def _reserve_height(root: Element, head: Letterhead, theme: Theme) -> None:
    """Add space below the last line of the letterhead if the photo is higher than its text.

    Without it, the first heading would start beside the photo. Lines that Word breaks only add space.
    """
    lines = [theme.size_name, *(theme.size_headings[0] for line in (head.headline, head.subtitle) if line)]
    text = sum(lines) * 1.2 + theme.unit * (2 + 3 * bool(head.subtitle))
    text += len(head.contact) * theme.size_small * theme.leading
    missing = photo_frame(theme)[1] / _MM_PER_POINT - text
    count = sum(map(bool, (head.name, head.headline, head.subtitle))) + len(head.contact)
    paragraphs = [part for part in root[0] if part.tag == qn("w:p")]
    if missing > 0 and (properties := paragraphs[count - 1].find(qn("w:pPr"))) is not None:
        after = el("spacing", after=twips(missing))
        style = properties.find(qn("w:pStyle"))
        properties.insert(0 if style is None else 1, after)
