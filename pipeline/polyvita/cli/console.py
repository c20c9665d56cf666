"""What commands print: findings on standard error, results on standard output, and both as JSON if asked for."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TextIO

if TYPE_CHECKING:
    from polyvita.builder.result import Progress
    from polyvita.core.diagnostics import Finding

WhenColour = Literal["auto", "always", "never"]


class Console:
    """The terminal of one command. `colour` is the value of `--color`; `json` is whether the command prints JSON."""

    def __init__(self, *, colour: WhenColour = "auto", json: bool = False) -> None:
        self.colour, self.json = colour, json
        self.source: Path | None = None
        """The CV of the command. Its private values are not printed."""

    def shows_colour(self, stream: TextIO) -> bool:
        """Return whether to colour text on `stream`: as `--color` says, else NO_COLOR, FORCE_COLOR or the terminal."""
        if self.colour != "auto":
            return self.colour == "always"
        if os.environ.get("NO_COLOR"):
            return False
        if os.environ.get("FORCE_COLOR"):
            return True
        # The old console of Windows prints the codes of colours as text.
        knows_codes = os.name != "nt" or "WT_SESSION" in os.environ or "TERM_PROGRAM" in os.environ
        return stream.isatty() and os.environ.get("TERM") != "dumb" and knows_codes

    def print_findings(self, findings: Iterable[Finding]) -> None:
        """Print findings on standard error, each with its source line. The caller has removed private values."""
        from polyvita.core.diagnostics import render, sorted_findings

        if text := render(sorted_findings(findings), colour=self.shows_colour(sys.stderr)):
            print(text, file=sys.stderr)

    def print_failure(self, findings: Iterable[Finding], **results: Any) -> None:
        """Print the findings that stopped the command: on standard error, or as JSON with `results`."""
        if self.source:
            from polyvita.checks.redaction import without_private_values_of

            findings = without_private_values_of(self.source, findings)
        if not self.json:
            self.print_findings(findings)
            return
        from polyvita.core.diagnostics import finding_as_data, sorted_findings

        self.print_json({"findings": [finding_as_data(finding) for finding in sorted_findings(findings)], **results})

    def print_json(self, data: Any) -> None:
        """Print data as JSON."""
        import json

        print(json.dumps(data, ensure_ascii=False, indent=2))

    @contextmanager
    def progress_bar(self) -> Iterator[Progress]:
        """Yield a function that draws a progress bar. It draws only on a terminal, and only after one second."""
        started = time.monotonic()
        drawn = False

        def draw(done: int, total: int) -> None:
            nonlocal drawn
            if sys.stderr.isatty() and (drawn or time.monotonic() - started > 1):
                drawn = True
                bar = "█" * (24 * done // total)
                print(f"\r{bar:░<24} {done} of {total} outputs", end="", file=sys.stderr, flush=True)

        try:
            yield draw
        finally:
            if drawn:
                print("\r\x1b[K", end="", file=sys.stderr, flush=True)
