"""The lines of a PDF page, put together from its runs of text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property

from msgspec import Struct

from polyvita.checks.inspect.pdfium import Run


class Line(Struct, frozen=True, dict=True):
    """Runs of text side by side on one page."""

    page: int
    runs: tuple[Run, ...]

    @cached_property
    def text(self) -> str:
        """The text of the line. PDFium gives the space between two runs to one of them or to both."""
        return " ".join("".join(run.text for run in self.runs).split())

    @cached_property
    def main_run(self) -> Run:
        """The run with the largest font, which represents the line."""
        return max(self.runs, key=lambda run: (run.has_words, run.size, len(run.text)))

    @property
    def size(self) -> float:
        """The font size of the main run."""
        return self.main_run.size

    @property
    def y(self) -> float:
        """The baseline of the main run."""
        return self.main_run.y


def group_into_lines(page: int, runs: Iterable[Run]) -> Iterator[Line]:
    """Yield the lines of a page in the order of the file."""
    pending: list[Run] = []
    for run in runs:
        last = pending[-1] if pending else None
        if last and abs(run.y - last.y) > 0.5 * max(run.size, last.size):
            yield Line(page, tuple(pending))
            pending = []
        pending.append(run)
    if pending:
        yield Line(page, tuple(pending))
