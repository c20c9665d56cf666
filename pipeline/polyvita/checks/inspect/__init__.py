"""The reading of finished files: what a file shows, what it hides, and how it is laid out.

`inspect` is the only way from the bytes of a finished file to its content. The privacy check, the search for omitted
text and recipients' rules use the same `Inspection`.
"""

from __future__ import annotations

from pkgutil import resolve_name
from typing import TYPE_CHECKING

from polyvita.core.formats import format_of

if TYPE_CHECKING:
    from polyvita.checks.inspect.model import Inspection


def inspect(format: str, content: bytes) -> Inspection:
    """Return the inspection of a finished file in `format`."""
    # Each reader is imported only when a file of its format is read.
    inspection: Inspection = resolve_name(format_of(format).inspector or f"{__name__}.package:inspect")(content)
    return inspection
