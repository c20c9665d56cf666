"""Formulas in TeX: whether Pandoc can read them, and how they read as plain text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, NamedTuple

from polyvita.core.pandoc_worker import convert

_SEPARATOR = "\ue000"
_DELIMITERS = re.compile(r"\A\$\$?(.*?)\$?\$\Z", re.DOTALL)
_MAX_KNOWN = 10_000
_known: dict[str, Reading] = {}


class Reading(NamedTuple):
    """Whether a formula is valid, and its plain text: Unicode as far as possible, otherwise TeX."""

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
        texts = convert(ast, "plain", {"wrap_text": "none", "columns": 100_000}).decode().split(_SEPARATOR)
        for formula, page, text in zip(new, pages, texts, strict=False):
            bare = _DELIMITERS.sub(r"\1", text.strip())
            _known[formula] = Reading("<math" in page, " ".join(bare.split()))
    return {formula: _known[formula] for formula in formulas}


def _paragraph(formula: str) -> dict[str, Any]:
    inlines = [{"t": "Math", "c": [{"t": "InlineMath"}, formula]}, {"t": "Str", "c": _SEPARATOR}]
    return {"t": "Para", "c": inlines}
