"""`polyvita check`: build the outputs, check them against their rules, and check the CV for mistakes."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from polyvita.cli.build import build_as_data
from polyvita.cli.console import Console
from polyvita.cli.options import add_filters, add_outputs, add_source

if TYPE_CHECKING:
    from polyvita.checks.rules.engine import Verdict
    from polyvita.core.diagnostics import Finding


class Options(NamedTuple):
    """The options of the command."""

    filters: list[str]
    source: Path
    outputs: Path | None
    word_pages: bool
    json: bool
    html: Path | None


def add_arguments(parser: ArgumentParser) -> None:
    """Add the arguments of the command to its parser."""
    add_filters(parser)
    add_source(parser)
    add_outputs(parser)
    parser.add_argument("--word-pages", action="store_true", help="count the pages of Word files with LibreOffice")
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="print the findings as JSON")
    form.add_argument(
        "--html", type=Path, metavar="FILE", help="write the report as a web page: all filters, rule by rule"
    )


def run(options: Options, console: Console) -> int:
    """Build with all checks, and print the findings and what became of each rule. Return the exit status."""
    from polyvita.builder.incremental import build
    from polyvita.checks.rules.report import as_data, as_text
    from polyvita.core.diagnostics import finding_as_data

    if options.html:
        _check_may_write(options.html)
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
    elif options.html:
        _write_page(options.html, options.source, verdicts, findings)
        console.print_findings(findings)
        print(options.html)
    else:
        console.print_findings(findings)
        print("\n\n".join(as_text(name, judged) for name, judged in verdicts.items()))
    return result.exit_status


def _check_may_write(path: Path) -> None:
    """Raise `InputError` if the report would replace another file. This comes before the build, which takes longer."""
    from polyvita.core.seal import check_is_sealed

    check_is_sealed(path, "a report", "write to another file: polyvita check --html FILE")


def _write_page(
    path: Path, source: Path, verdicts: Mapping[str, Sequence[Verdict]], findings: Sequence[Finding]
) -> None:
    from polyvita.checks.rules.report_page import write_report_page
    from polyvita.core.clock import build_time

    write_report_page(path, source, verdicts, findings, build_time(None).day)
