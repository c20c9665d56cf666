"""The entry point of the command `polyvita`: the top-level parser, and the exit status of each kind of error.

Each command is a module of this package with `add_arguments(parser)` and `run(options) -> int`. A module is loaded only
when its command runs, because a build with nothing to do must start fast.
"""

from __future__ import annotations

import argparse
import gc
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Any, NoReturn

from polyvita import __version__
from polyvita.cli import console

_COMMANDS = {
    "build": "write the outputs of all filters, or of the named filters",
    "preview": "show the outputs in the browser, and update them after each save",
    "check": "build, check the outputs against their rules, and check the CV for mistakes",
    "explain": "print why a filter shows or leaves out content",
    "tags": "print how much of each tag each filter shows",
    "diff": "compare what two filters show, or what a filter shows now and in a git revision",
    "ast": "print the Pandoc JSON, for other Pandoc tools",
    "schema": "print the JSON Schema of filter files, for editors",
    "init": "create a new CV to start from",
}
"""The help text of each command, by the name of the command and of its module."""


def command() -> NoReturn:
    """Run `main` in a process of its own, and exit with its status."""
    # Almost all objects live until the process ends: frequent garbage collection takes longer than it saves.
    gc.set_threshold(100_000, 50, 100)
    status = main()
    for stream in (sys.stdout, sys.stderr):
        if stream and not stream.closed:
            try:
                stream.flush()
            except BrokenPipeError:  # The program that reads the output has ended.
                status = 3
            except OSError as problem:
                status = _report_print_failure(problem)
    # The operating system frees the memory faster than the interpreter.
    os._exit(status)


def _report_print_failure(problem: OSError) -> int:
    """Print that standard output is incomplete, for example because the disk is full. Return the exit status."""
    os.write(2, f"error: the printed output is incomplete: {problem.strerror}\n".encode())
    return 3


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return the exit status.

    0: done. 1: done, but some findings are errors. 2: the input or the command is wrong. 3: something outside the
    program failed.
    """
    parser = _top_level_parser()
    options = parser.parse_args(arguments)
    if options.command is None:
        parser.print_help()
        return 2
    from polyvita.core.diagnostics import DoesNotFitError, ExternalError, InputError, WithheldError, error

    try:
        return int(options.run(options))
    except (InputError, WithheldError) as problem:
        console.print_findings(problem.findings)
        return problem.exit_status
    except DoesNotFitError as problem:
        console.print_findings([problem.finding])
        return problem.exit_status
    except ExternalError as problem:
        console.print_findings([error("PV301", str(problem), problem.location, problem.hint)])
        return problem.exit_status
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:  # The program that reads the output has ended.
        sys.stderr.close()
        return 3
    except OSError as problem:
        if problem.filename is not None:  # A bug: an expected failure of a file is an `ExternalError`.
            raise
        return _report_print_failure(problem)


def _top_level_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="polyvita",
        description="Build every version of one annotated Markdown CV, as HTML, Word and PDF.",
        epilog="Exit status: 0 done; 1 done, but some findings are errors; 2 the input or the command is wrong; "
        "3 something outside the program failed.",
    )
    parser.add_argument("--version", action=_PrintVersion, nargs=0, help="print the version and exit")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", parser_class=_CommandParser)
    for name, text in _COMMANDS.items():
        commands.add_parser(name, help=text, description=f"{text[0].upper()}{text[1:]}.").module = name
    return parser


class _CommandParser(argparse.ArgumentParser):
    """The parser of one command. It loads the module of the command when the command is used."""

    module = ""

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> Any:
        module = import_module(f"polyvita.cli.{self.module}")
        module.add_arguments(self)
        self.set_defaults(run=module.run)
        return super().parse_known_args(args, namespace)


class _PrintVersion(argparse.Action):
    def __call__(self, parser: argparse.ArgumentParser, *_: object, **__: object) -> None:
        print(f"polyvita {__version__}")
        parser.exit()
