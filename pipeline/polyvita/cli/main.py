"""The entry point of the command `polyvita`: the top-level parser, and the exit status of each kind of error.

Each command is a module of this package with `Options`, `add_arguments(parser)` and `run(options, console) -> int`. A
module is loaded only when its command runs, because a build with nothing to do must start fast.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterable, Sequence
from functools import partial
from importlib import import_module
from typing import Any, NoReturn

from polyvita import __version__
from polyvita.cli.console import Console
from polyvita.core.garbage import collect_rarely

_COMMANDS = {
    "build": "write the outputs of all filters, or of the named filters",
    "preview": "show the outputs in the browser, and update them after each save",
    "batch": "build the CVs of many people at once, and report on all of them",
    "check": "build, check the outputs against their rules, and check the CV for mistakes",
    "explain": "print why a filter shows or leaves out content",
    "tags": "print how much of each tag each filter shows",
    "diff": "compare what two filters show, or what a filter shows now and in a git revision",
    "themes": "list the themes, or write a page with your CV in each of them",
    "ast": "print the Pandoc JSON, for other Pandoc tools",
    "schema": "print the JSON Schema of filter files, for editors",
    "init": "create a new CV to start from, or from a file that you have",
    "add": "add the filter of a recipient, and the sections that it needs, to a CV",
    "import": "make a CV from a Word file, an ORCID record or another file",
    "completion": "print the script with which a shell completes commands, options and filters",
}
"""The help text of each command, by the name of the command and of its module."""


def command() -> NoReturn:
    """Run `main` in a process of its own, and exit with its status."""
    _replace_closed_streams()
    collect_rarely()
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


def _replace_closed_streams() -> None:
    """Open the null device in place of standard streams that are closed, as after `2>&-` in a shell.

    Otherwise, the next file that is opened takes the number of the stream, and what is printed goes into that file.
    """
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        if getattr(sys, name) is None:
            if os.open(os.devnull, os.O_RDWR) != number:
                continue
            setattr(sys, name, open(number, "r" if number == 0 else "w", encoding="utf-8"))  # noqa: PTH123, SIM115 - stays open


def _report_print_failure(problem: OSError) -> int:
    """Print that standard output is incomplete, for example because the disk is full. Return the exit status."""
    os.write(2, f"error: the printed output is incomplete: {problem.strerror}\n".encode())
    return 3


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return the exit status.

    0: done. 1: done, but some findings are errors. 2: the input or the command is wrong. 3: something outside the
    program failed.
    """
    from polyvita.core.allowed import allow_folders
    from polyvita.core.diagnostics import PolyvitaError, findings_of

    arguments = list(sys.argv[1:] if arguments is None else arguments)
    if debug := "--debug" in arguments:
        arguments.remove("--debug")
    console = Console(json="--json" in arguments)  # It is also needed if the arguments cannot be parsed.
    try:
        parser = top_level_parser()
        if arguments and not arguments[0].startswith("-") and arguments[0] not in _COMMANDS:
            parser.reject(f"“{arguments[0]}” is not a command", arguments[0], _COMMANDS)
        options = parser.parse_args(arguments)
        if options.command is None:
            parser.print_help()
            return 2
        console.colour = options.color
        console.source = getattr(options, "source", None)
        with allow_folders(options.allowed_folders):
            return int(options.run(console))
    except PolyvitaError as problem:
        console.print_failure(findings_of(problem))
        return problem.exit_status
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:  # The program that reads the output has ended.
        sys.stderr.close()
        return 3
    except OSError as problem:
        if problem.filename is None:
            return _report_print_failure(problem)
        return _report_fault(problem, arguments, console, debug=debug)
    except Exception as problem:  # a fault of this program
        return _report_fault(problem, arguments, console, debug=debug)


def _report_fault(problem: Exception, arguments: Sequence[str], console: Console, *, debug: bool) -> int:
    """Print one sentence about a fault of this program. Return the exit status."""
    from polyvita.core.diagnostics import findings_of

    if debug:
        import traceback

        traceback.print_exception(problem)
    command = " ".join(["polyvita", *arguments, "--debug"])
    hint = f"report this to the authors, with what “{command}” prints and a small CV that causes it"
    console.print_failure(finding._replace(hint=hint) for finding in findings_of(problem))
    return 3


class Parser(argparse.ArgumentParser):
    """A parser that raises `InputError` if the arguments are wrong, so that they are reported like other mistakes."""

    commands: dict[str, CommandParser]
    """The parsers of the commands, by name."""

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> Any:
        """Parse the arguments. Raises `InputError` if some of them are unknown."""
        namespace, unknown = super().parse_known_args(args, namespace)
        if unknown:
            name = unknown[0].partition("=")[0]
            what = f"has no option “{name}”" if name.startswith("-") else f"does not expect the argument “{name}”"
            self.reject(f"“{self.prog}” {what}", name, self._option_string_actions)
        return namespace, unknown

    def error(self, message: str) -> NoReturn:
        """Raise `InputError` with a message of argparse."""
        self.reject(message)

    def reject(self, message: str, word: str = "", known: Iterable[str] = ()) -> NoReturn:
        """Raise `InputError`. Its sentence ends with the known name that is most similar to `word`, if there is one."""
        from polyvita.core.diagnostics import InputError, did_you_mean, error

        if similar := did_you_mean(word, known):
            raise InputError(error("PV139", f"{message}; {similar}"))
        raise InputError(error("PV139", message, hint=f"run “{self.prog} --help”"))


class CommandParser(Parser):
    """The parser of one command. It loads the module of the command when the command is used."""

    def load(self) -> Any:
        """Load the module of the command, add its arguments, and return it."""
        name = self.prog.rpartition(" ")[2]
        module = import_module(f"polyvita.cli.{name}{'_' * (name == 'import')}")  # “import” is a keyword of Python.
        module.add_arguments(self)
        self.add_argument(
            "--allow-folder",
            dest="allowed_folders",
            action="append",
            default=[],
            metavar="FOLDER",
            help="let the CV and its filters use images, themes, rules and templates in this folder, too",
        )
        self.add_argument(
            "--color",
            choices=("auto", "always", "never"),
            default="auto",
            help="colour what is printed (default: auto, which means on a terminal)",
        )
        return module

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> Any:
        """Parse the arguments of the command. Then `run` of the result runs the command on a console."""
        module = self.load()
        namespace, unknown = super().parse_known_args(args, namespace)
        options = module.Options(*(getattr(namespace, name) for name in module.Options._fields))
        namespace.run = partial(module.run, options)
        return namespace, unknown


def top_level_parser() -> Parser:
    """Return the parser of the command line. The arguments of a command are added when the command is used."""
    parser = Parser(
        prog="polyvita",
        description="Build every version of one annotated Markdown CV, as HTML, Word and PDF.",
        epilog="Exit status: 0 done; 1 done, but some findings are errors; 2 the input or the command is wrong; "
        "3 something outside the program failed.",
    )
    parser.add_argument(
        "--debug", action="store_true", help="after an error in polyvita itself, print where it happened"
    )
    parser.add_argument("--version", action=_PrintVersion, nargs=0, help="print the version and exit")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", parser_class=CommandParser)
    parser.commands = {
        name: commands.add_parser(name, help=text, description=f"{text[0].upper()}{text[1:]}.")
        for name, text in _COMMANDS.items()
    }
    return parser


class _PrintVersion(argparse.Action):
    def __call__(self, parser: argparse.ArgumentParser, *_: object, **__: object) -> None:
        print(f"polyvita {__version__}")
        parser.exit()
