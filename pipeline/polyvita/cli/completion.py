"""`polyvita completion`: print the script with which a shell completes commands, options and filters."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any, NamedTuple

from polyvita.cli.console import Console

SHELLS = ("bash", "zsh", "fish")


class Options(NamedTuple):
    """The options of the command."""

    shell: str


def add_arguments(parser: ArgumentParser) -> None:
    """Add the arguments of the command to its parser."""
    parser.add_argument("shell", choices=SHELLS, metavar="SHELL", help=f"the shell: {', '.join(SHELLS)}")


def run(options: Options, _console: Console) -> int:
    """Print the script. Return the exit status."""
    print(completion_script(options.shell))
    return 0


def completion_script(shell: str) -> str:
    """Return the script for a shell. What an argument can be follows from its metavar, such as FILTER."""
    import shtab

    from polyvita.cli.main import top_level_parser
    from polyvita.core.formats import FORMATS

    values: dict[str, Any] = {"FILTER": _FILTERS, "FILE": shtab.FILE, "FOLDER": shtab.DIRECTORY}
    parser = top_level_parser()
    for command in parser.commands.values():
        command.load()
        for action in command._actions:
            if action.metavar == "FORMAT":
                action.choices = tuple(FORMATS)
            elif isinstance(action.metavar, str) and action.metavar in values:
                action.complete = values[action.metavar]  # type: ignore[attr-defined]  # shtab reads it
    # In zsh, shtab 1.13 completes only the first of several filters: “(*)::” is one argument, “*:” is any number.
    return shtab.complete(parser, shell).replace('"(*)::', '"*:')


_FILTERS = {
    "bash": "_polyvita_filters",
    "zsh": "(filters/*.yaml(N:t:r))",
    "fish": "(ls filters 2>/dev/null | string replace -f .yaml '')",
    "preamble": {
        "bash": """_polyvita_filters() {
  compgen -W "$(ls filters 2>/dev/null | sed -n 's/\\.yaml$//p')" -- "$1"
}"""
    },
}
"""How each shell finds the filters of the CV in the current folder."""
