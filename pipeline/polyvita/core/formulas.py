"""Formulas in TeX: whether Pandoc can read them, and how they read as plain text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple
from unicodedata import combining

from polyvita.core.pandoc_worker import convert

if TYPE_CHECKING:
    from xml.etree import ElementTree

_SEPARATOR = "\ue000"
_MATHML = re.compile(r"<math .*</math>", re.DOTALL)
_SPACED = frozenset("=<>≤≥≈≠≡±+−×⋅→←↔⇒∈∉⊂∼∝∣")
"""Operators with a space on both sides."""
_SUPERSCRIPTS = str.maketrans("0123456789+−n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻ⁿ")
_SUBSCRIPTS = str.maketrans("0123456789+−", "₀₁₂₃₄₅₆₇₈₉₊₋")
_ACCENTS = {
    **dict.fromkeys("‾¯¯_", "\u0304"),
    **dict.fromkeys("^ˆ", "\u0302"),
    **dict.fromkeys("~˜", "\u0303"),
    **dict.fromkeys("→⃗", "\u20d7"),
    "˙": "\u0307",
    "¨": "\u0308",
}
"""The combining character for a sign above a letter."""
_LARGE = frozenset("∑∏∫⋃⋂")
_MAX_KNOWN = 10_000
_known: dict[str, Reading] = {}


class Reading(NamedTuple):
    """Whether a formula is valid, and its plain text in Unicode."""

    is_valid: bool
    plain: str


def read_formulas(formulas: Sequence[str]) -> dict[str, Reading]:
    """Return what Pandoc makes of each formula. Raises `ExternalError` if Pandoc fails."""
    new = [formula for formula in dict.fromkeys(formulas) if formula not in _known]
    if new:
        if len(_known) > _MAX_KNOWN:
            _known.clear()
        ast = {"pandoc-api-version": [1, 23, 1], "meta": {}, "blocks": [_paragraph(formula) for formula in new]}
        pages = convert(ast, "html5", {"html_math_method": "mathml", "wrap_text": "none"}).decode().split(_SEPARATOR)
        for formula, page in zip(new, pages, strict=False):
            mathml = _MATHML.search(page)
            _known[formula] = Reading(True, _plain(mathml[0])) if mathml else Reading(False, formula)
    return {formula: _known[formula] for formula in formulas}


def _paragraph(formula: str) -> dict[str, Any]:
    inlines = [{"t": "Math", "c": [{"t": "InlineMath"}, formula]}, {"t": "Str", "c": _SEPARATOR}]
    return {"t": "Para", "c": inlines}


def _plain(mathml: str) -> str:
    """Return MathML as one line of text, such as `(a + b)/2`."""
    from xml.etree import ElementTree

    return " ".join(_linear(ElementTree.fromstring(mathml)).split())  # noqa: S314 - Pandoc wrote it


def _linear(element: ElementTree.Element) -> str:
    parts = [_linear(child) for child in element if not child.tag.endswith("annotation")]
    text = element.text or ""
    match element.tag.rpartition("}")[2], parts:
        case "mo", _:
            return f" {text} " if text in _SPACED else " " if text == "\u2061" else text
        case "mfrac", [above, below]:
            return f"{_grouped(above)}/{_grouped(below)}"
        case "msqrt", _:
            return f"√{_grouped(''.join(parts))}"
        case "mroot", [inside, degree]:
            return f"{degree.translate(_SUPERSCRIPTS)}√{_grouped(inside)}"
        case "msup", [base, power]:
            return base + _raised(power)
        case "msub" | "munder", [base, index]:
            return base + _lowered(index) + " " * (base.strip() in _LARGE)
        case "mover", [base, above]:
            sign = above.strip()
            return base + (sign if sign and combining(sign[0]) else _ACCENTS.get(sign) or _raised(above))
        case "msubsup" | "munderover", [base, index, power]:
            return base + _lowered(index) + _raised(power) + " " * (base.strip() in _LARGE)
        case "mi", _ if len(text) > 1 and text.isalpha():
            return f" {text} "
        case "mtable", _:
            return f"({'; '.join(parts)})"
        case "mtr", _:
            return ", ".join(parts)
        case "mspace", _:
            return " "
        case _:
            return text + "".join(parts)


def _raised(text: str) -> str:
    raised = text.strip().translate(_SUPERSCRIPTS)
    return raised if all(char in "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻ⁿ′″*" for char in raised) else f"^{_grouped(text)}"


def _lowered(text: str) -> str:
    lowered = text.strip().translate(_SUBSCRIPTS)
    return lowered if all(char in "₀₁₂₃₄₅₆₇₈₉₊₋" for char in lowered) else f"_{_grouped(text)}"


def _grouped(text: str) -> str:
    """Return a part of a formula, in parentheses if it has several signs."""
    text = " ".join(text.split())
    return text if len(text) < 2 or text.isdigit() else f"({text})"
