"""The measurement of a finished file: a PDF, a Word file, a web page or a plain text."""

from __future__ import annotations

from polyvita.checks.rules.model import MeasuredFile, parse_plain_text


def measure(name: str, format: str, content: bytes) -> MeasuredFile:
    """Measure the finished file `name`. A file of an unknown format has only a name."""
    # Each reader is imported only when a file of its format is measured.
    match format:
        case "pdf":
            from polyvita.checks.rules import pdf

            return pdf.measure(name, content)
        case "docx":
            from polyvita.checks.rules import word

            return word.measure(name, content)
        case "html":
            from polyvita.checks.rules import web

            return MeasuredFile(name, format, web.read_text(content))
        case "txt":
            return MeasuredFile(name, format, parse_plain_text(content.decode()))
        case _:
            return MeasuredFile(name, format)
