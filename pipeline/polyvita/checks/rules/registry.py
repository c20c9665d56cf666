"""The kinds of rule: for each its code, what it measures, on which files, and the function that judges it."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any, Literal

from msgspec import Struct

from polyvita.checks.rules import content, files, layout
from polyvita.checks.rules.model import MeasuredFile
from polyvita.checks.rules.outcome import Case, Outcome
from polyvita.core.codes import CODES

Reads = Literal["paper", "text", "every text", "file", "files"]
"""What a kind looks at: every file on paper (PDF, Word), the one text that is most exact, every text, every file, or
all files at once."""


class Kind(Struct, frozen=True):
    code: str
    reads: Reads
    judge: Callable[[Any, MeasuredFile, Case], Outcome]

    @property
    def meaning(self) -> str:
        """What breaks such a rule."""
        return CODES[self.code].title

    @property
    def measure(self) -> str:
        """How it is measured: what the judging function says of itself."""
        return " ".join((inspect.getdoc(getattr(self.judge, "func", self.judge)) or "").split())


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
}
"""By name, as a rule file writes it."""


def files_for(reads: Reads, case: Case) -> tuple[MeasuredFile, ...]:
    """The files of an output that a kind looks at."""
    exact = ("docx", "txt", "html", "pdf")
    texts = sorted((file for file in case.files if file.wording), key=lambda file: exact.index(file.format))
    match reads:
        case "paper":
            return tuple(file for file in case.files if file.layout)
        case "text":
            return tuple(texts[:1])
        case "every text":
            return tuple(texts)
        case "file":
            return case.files
        case "files":
            return case.files[:1]
