"""Opening finished files: a PDF, a Word file, a web page or a plain text."""

from __future__ import annotations

from polyvita.checks.rules.model import MeasuredFile, plain_wording


def measure(name: str, format: str, content: bytes) -> MeasuredFile:
    """The finished file `name`; one of a format that cannot be opened here has its name alone."""
    # Each reader is imported when it is needed, as the writers are.
    match format:
        case "pdf":
            from polyvita.checks.rules import pdf

            return pdf.measure(name, content)
        case "docx":
            from polyvita.checks.rules import word

            return word.measure(name, content)
        case "html":
            from polyvita.checks.rules import web

            return MeasuredFile(name, format, web.wording(content))
        case "txt":
            return MeasuredFile(name, format, plain_wording(content.decode()))
        case _:
            return MeasuredFile(name, format)
