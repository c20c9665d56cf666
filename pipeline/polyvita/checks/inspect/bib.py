"""The reading of a finished BibTeX file. Accents in LaTeX, as in `M{\\"u}ller`, hide no letters from the checks."""

from __future__ import annotations

from functools import cached_property

from polyvita.checks.inspect.package import PlainText
from polyvita.reader.bibliography.latex import plain_text


class BibFile(PlainText):
    """A BibTeX file: its text as it is, and then without the commands of LaTeX."""

    @cached_property
    def text(self) -> str:
        text = super().text
        return f"{text}\n{plain_text(text)}" if "\\" in text else text


inspect = BibFile
