"""Every version of a CV from one annotated Markdown file.

    document = read("cv.md")                        the CV as a tree
    filter = load_filter("filters/funding.yaml")    what one version contains, and how it looks
    shown = select(document, filter)                the tree with only the selected content
    ast = to_pandoc(shown)                          Pandoc's JSON AST, for any Pandoc tool
    build("cv.md", ["funding"])                     all of these steps, and the finished files

All exceptions that these functions raise on purpose are a `PolyvitaError`: an `InputError` with its findings, or an
`ExternalError`.
"""

from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

if TYPE_CHECKING:
    from polyvita.builder.convert import markdown_to_pandoc
    from polyvita.builder.incremental import build
    from polyvita.builder.steps import select
    from polyvita.config.filter import Filter
    from polyvita.config.filter_file import load_filter
    from polyvita.core.diagnostics import ExternalError, Finding, InputError, PolyvitaError
    from polyvita.core.document import Document
    from polyvita.reader import read, read_text
    from polyvita.writers.to_pandoc import to_pandoc

__all__ = [
    "Document",
    "ExternalError",
    "Filter",
    "Finding",
    "InputError",
    "PolyvitaError",
    "build",
    "load_filter",
    "markdown_to_pandoc",
    "read",
    "read_text",
    "select",
    "to_pandoc",
]

_MODULES = {
    "Document": "polyvita.core.document",
    "Finding": "polyvita.core.diagnostics",
    "InputError": "polyvita.core.diagnostics",
    "ExternalError": "polyvita.core.diagnostics",
    "PolyvitaError": "polyvita.core.diagnostics",
    "Filter": "polyvita.config.filter",
    "build": "polyvita.builder.incremental",
    "load_filter": "polyvita.config.filter_file",
    "markdown_to_pandoc": "polyvita.builder.convert",
    "read": "polyvita.reader",
    "read_text": "polyvita.reader",
    "select": "polyvita.builder.steps",
    "to_pandoc": "polyvita.writers.to_pandoc",
}


def __getattr__(name: str) -> Any:
    """Import a public name from its module at first use, so that `import polyvita` stays fast."""
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_MODULES[name]), name)
