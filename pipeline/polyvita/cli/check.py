"""`polyvita check`: build the outputs, check them against their rules, and check the CV for mistakes."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import NamedTuple

from polyvita.cli.build import build_as_data
from polyvita.cli.console import Console
from polyvita.cli.options import add_filters, add_outputs, add_source


class Options(NamedTuple):
    """The options of the command."""

    filters: list[str]
    source: Path
    outputs: Path | None
    word_pages: bool
    json: bool


def add_arguments(parser: ArgumentParser) -> None:
    """Add the arguments of the command to its parser."""
    add_filters(parser)
    add_source(parser)
    add_outputs(parser)
    parser.add_argument("--word-pages", action="store_true", help="count the pages of Word files with LibreOffice")
    parser.add_argument("--json", action="store_true", help="print the findings as JSON")


def run(options: Options, console: Console) -> int:
    """Build with all checks, and print the findings and what became of each rule. Return the exit status."""
    from polyvita.builder.incremental import build
    from polyvita.checks.rules.report import as_data, as_text
    from polyvita.core.diagnostics import finding_as_data

    result = build(
        options.source,
        options.filters,
        outputs=options.outputs,
        word_pages=options.word_pages,
        strict=True,
        processes=None,
    )
    findings = [*result.findings, *result.notes]
    verdicts = {output.filter: result.verdicts.get(output.filter, ()) for output in result.results}
    if options.json:
        data = build_as_data(result) | {
            "findings": [finding_as_data(finding) for finding in findings],
            "rules": [row for name, judged in verdicts.items() for row in as_data(name, judged)],
        }
        console.print_json(data)
    else:
        console.print_findings(findings)
        print("\n\n".join(as_text(name, judged) for name, judged in verdicts.items()))
    return result.exit_status
