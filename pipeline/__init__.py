"""One annotated CV, every version of it.

    document = read("cv.md")                        annotated Markdown as a tree
    filter = load_filter("filters/funding.yaml")    what one reader should see
    shown = select(document, filter)                the tree with that alone
    ast = to_pandoc(shown)                          Pandoc's JSON AST, for any Pandoc tool
    build("cv.md", ["funding"])                     all of it, down to the finished files

What these raise on purpose is a `PolyvitaError`: an `InputError` with its findings, or an `OutsideError`.
"""

from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

if TYPE_CHECKING:
    from pipeline.diagnostics import Finding, InputError, OutsideError, PolyvitaError
    from pipeline.document import Document
    from pipeline.filter_file import load_filter
    from pipeline.flow import select
    from pipeline.incremental import build
    from pipeline.reader import read, read_text
    from pipeline.variant import Variant
    from pipeline.writers.to_pandoc import markdown_to_pandoc, to_pandoc

__all__ = [
    "Document",
    "Finding",
    "InputError",
    "OutsideError",
    "PolyvitaError",
    "Variant",
    "build",
    "load_filter",
    "markdown_to_pandoc",
    "read",
    "read_text",
    "select",
    "to_pandoc",
]

_HOMES = {
    "Document": "pipeline.document",
    "Finding": "pipeline.diagnostics",
    "InputError": "pipeline.diagnostics",
    "OutsideError": "pipeline.diagnostics",
    "PolyvitaError": "pipeline.diagnostics",
    "Variant": "pipeline.variant",
    "build": "pipeline.incremental",
    "load_filter": "pipeline.filter_file",
    "markdown_to_pandoc": "pipeline.writers.to_pandoc",
    "read": "pipeline.reader",
    "read_text": "pipeline.reader",
    "select": "pipeline.flow",
    "to_pandoc": "pipeline.writers.to_pandoc",
}


def __getattr__(name: str) -> Any:
    """A public name from the module it lives in, which is loaded when it is first asked for."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_HOMES[name]), name)
