"""The kinds of rule: for each its code, what it measures, on which files, and the function that judges it."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from pipeline.rules import content, files, layout
from pipeline.rules.measure import Measured
from pipeline.rules.outcome import Case, Outcome

Reads = Literal["paper", "text", "every text", "file", "files"]
"""What a kind looks at: every file on paper (PDF, Word), the one text that is most exact, every text, every file, or
all files at once."""


@dataclass(frozen=True)
class Kind:
    code: str
    meaning: str
    reads: Reads
    judge: Callable[[Any, Measured, Case], Outcome]

    @property
    def measure(self) -> str:
        """How it is measured: what the judging function says of itself."""
        return " ".join((inspect.getdoc(getattr(self.judge, "func", self.judge)) or "").split())


KINDS: dict[str, Kind] = {
    "pages": Kind("PV401", "too many or too few pages", "paper", layout.pages),
    "words": Kind("PV402", "too many or too few words", "text", content.words),
    "characters": Kind("PV403", "too many or too few characters", "text", content.characters),
    "items": Kind("PV404", "too many or too few items", "text", content.items),
    "age": Kind("PV405", "an item that is too old", "text", content.age),
    "newest_first": Kind("PV406", "items that are not in falling order of their dates", "text", content.newest_first),
    "headings": Kind("PV407", "a heading that is missing or out of order", "every text", content.headings),
    "typeface": Kind("PV408", "another typeface than is allowed", "paper", layout.typeface),
    "type_size": Kind("PV409", "type that is too small", "paper", layout.type_size),
    "line_spacing": Kind("PV410", "lines that stand too close", "paper", layout.line_spacing),
    "margins": Kind("PV411", "a margin that is too narrow", "paper", layout.margins),
    "paper": Kind("PV412", "another paper size", "paper", layout.paper),
    "images": Kind("PV413", "too many or too few pictures", "paper", layout.images),
    "header_footer": Kind("PV414", "a page header or footer", "paper", layout.header_footer),
    "forbidden": Kind("PV415", "words that must not occur", "every text", content.forbidden),
    "required": Kind("PV416", "something that has to occur", "text", content.required),
    "formats": Kind("PV417", "no output in a format that is accepted", "files", files.formats),
    "filename": Kind("PV418", "another file name than is asked for", "file", files.filename),
}
"""By name, as a rule file writes it."""


def files_for(reads: Reads, case: Case) -> tuple[Measured, ...]:
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
