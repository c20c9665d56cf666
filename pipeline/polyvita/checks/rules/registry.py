"""The kinds of rule: the code of each, the files that it is checked on, and the function that checks it."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any, Literal

from msgspec import Struct

from polyvita.checks.rules import content, document, files, layout
from polyvita.checks.rules.measure import MeasuredFile
from polyvita.checks.rules.outcome import Outcome, RuleContext
from polyvita.core.codes import CODES
from polyvita.core.formats import FORMATS

FileSelection = Literal["paper", "text", "every text", "file", "files"]
"""The files that a kind is checked on.

`paper`: each PDF and Word file; `text`: the one file with the most exact text; `every text`: each file with a text;
`file`: each file; `files`: all files at once.
"""


class Kind(Struct, frozen=True):
    """One kind of rule."""

    code: str
    files: FileSelection
    check: Callable[[Any, MeasuredFile, RuleContext], Outcome]

    @property
    def meaning(self) -> str:
        """What breaks a rule of this kind."""
        return CODES[self.code].title

    @property
    def measure(self) -> str:
        """How the rule is measured: the docstring of the function that checks it."""
        return " ".join((inspect.getdoc(getattr(self.check, "func", self.check)) or "").split())


KINDS: dict[str, Kind] = {
    "pages": Kind("PV401", "paper", layout.pages),
    "words": Kind("PV402", "text", content.words),
    "characters": Kind("PV403", "text", content.characters),
    "items": Kind("PV404", "text", content.items),
    "age": Kind("PV405", "text", content.age),
    "newest_first": Kind("PV406", "text", content.newest_first),
    "headings": Kind("PV407", "every text", content.headings),
    "typeface": Kind("PV408", "paper", layout.typeface),
    "type_size": Kind("PV409", "paper", layout.type_size),
    "line_spacing": Kind("PV410", "paper", layout.line_spacing),
    "margins": Kind("PV411", "paper", layout.margins),
    "paper": Kind("PV412", "paper", layout.paper),
    "images": Kind("PV413", "paper", layout.images),
    "header_footer": Kind("PV414", "paper", layout.header_footer),
    "forbidden": Kind("PV415", "every text", content.forbidden),
    "required": Kind("PV416", "text", content.required),
    "formats": Kind("PV417", "files", files.formats),
    "filename": Kind("PV418", "file", files.filename),
    "metrics": Kind("PV419", "every text", content.metrics),
    "oldest_first": Kind("PV420", "text", content.oldest_first),
    "links": Kind("PV421", "every text", content.links),
    "running_text": Kind("PV422", "paper", layout.running_text),
    "colour": Kind("PV423", "paper", layout.colour),
    "file_size": Kind("PV424", "file", files.file_size),
    "language": Kind("PV425", "text", content.language),
    "tables": Kind("PV426", "text", content.tables),
    "full_dates": Kind("PV427", "text", content.full_dates),
    "dated": Kind("PV428", "text", document.dated),
    "own_name": Kind("PV429", "text", document.own_name),
    "lines": Kind("PV435", "every text", content.lines),
}
"""All kinds by the key that a rule file uses."""


def select_files(selection: FileSelection, context: RuleContext) -> tuple[MeasuredFile, ...]:
    """Return the files of an output that a kind of rule is checked on."""
    order = list(FORMATS)
    texts = sorted((file for file in context.files if file.text), key=lambda file: order.index(file.format))
    match selection:
        case "paper":
            return tuple(file for file in context.files if file.layout)
        case "text":
            return tuple(texts[:1])
        case "every text":
            return tuple(texts)
        case "file":
            return context.files
        case "files":
            return context.files[:1]
