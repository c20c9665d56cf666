"""The words of a PDF page, line by line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property

from msgspec import Struct

from polyvita.checks.inspect.pdfium import Run


class Line(Struct, frozen=True, dict=True):
    """Runs side by side on one page; `size` and `y` are those of the largest."""

    page: int
    runs: tuple[Run, ...]

    @cached_property
    def text(self) -> str:
        """Its words. PDFium tells the space between two runs with either of them or with both."""
        return " ".join("".join(run.text for run in self.runs).split())

    @cached_property
    def main(self) -> Run:
        """The run that the line is judged by."""
        return max(self.runs, key=lambda run: (run.has_words, run.size, len(run.text)))

    @property
    def size(self) -> float:
        """The size of its type."""
        return self.main.size

    @property
    def y(self) -> float:
        """Its baseline."""
        return self.main.y


def lines(page: int, runs: Iterable[Run]) -> Iterator[Line]:
    """The lines of a page in the order of the file."""
    gathered: list[Run] = []
    for run in runs:
        last = gathered[-1] if gathered else None
        if last and abs(run.y - last.y) > 0.5 * max(run.size, last.size):
            yield Line(page, tuple(gathered))
            gathered = []
        gathered.append(run)
    if gathered:
        yield Line(page, tuple(gathered))
