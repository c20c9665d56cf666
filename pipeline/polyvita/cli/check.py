"""`polyvita check`: build the outputs, check them against their rules, and check the CV for mistakes."""

from __future__ import annotations

import json
from argparse import ArgumentParser, Namespace

from polyvita.cli import console
from polyvita.cli.options import add_filters, add_outputs, add_source


def add_arguments(parser: ArgumentParser) -> None:
    """Add the arguments of the command to its parser."""
    add_filters(parser)
    add_source(parser)
    add_outputs(parser)
    parser.add_argument("--word-pages", action="store_true", help="count the pages of Word files with LibreOffice")
    parser.add_argument("--json", action="store_true", help="print the findings as JSON")


def run(options: Namespace) -> int:
    """Build with all checks, and print the findings and what became of each rule. Return the exit status."""
    from polyvita.builder.incremental import build
    from polyvita.checks.rules.report import as_data, as_text

    result = build(
        options.source,
        options.filters,
        outputs=options.outputs,
        word_pages=options.word_pages,
        strict=True,
        processes=None,
    )
    findings = [*result.report, *result.notes]
    verdicts = {output.filter: result.verdicts.get(output.filter, ()) for output in result.results}
    if options.json:
        data = console.build_as_data(result) | {
            "findings": [console.finding_as_data(finding) for finding in findings],
            "rules": [row for name, judged in verdicts.items() for row in as_data(name, judged)],
        }
        print(json.dumps(data, ensure_ascii=False, indent=2))
    else:
        console.print_findings(findings)
        print("\n\n".join(as_text(name, judged) for name, judged in verdicts.items()))
    return result.exit_status
