"""One annotated CV, every version of it."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pipeline.reader import read, read_text
    from pipeline.writers.to_pandoc import markdown_to_pandoc, to_pandoc

__all__ = ["markdown_to_pandoc", "read", "read_text", "to_pandoc"]

_HOMES = {
    "markdown_to_pandoc": "pipeline.writers.to_pandoc",
    "read": "pipeline.reader",
    "read_text": "pipeline.reader",
    "to_pandoc": "pipeline.writers.to_pandoc",
}


def __getattr__(name: str) -> Any:
    """A public name from the module it lives in, which is loaded when it is first asked for."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
