"""The command line: what can be asked for, and how it is asked."""

from __future__ import annotations

import argparse
import gc
import os
import sys
from collections.abc import Sequence
from typing import NoReturn

from polyvita import __version__
from polyvita.cli import commands, console


def command() -> NoReturn:
    """`main` as a process of its own. Trees are made and kept, and go with the process: to look through them for what
    could go takes longer than it saves, and at the end the system is faster than the interpreter."""
    gc.set_threshold(100_000, 50, 100)
    status = main()
    for stream in (sys.stdout, sys.stderr):
        if stream and not stream.closed:
            try:
                stream.flush()
            except BrokenPipeError:  # whoever read what was said has gone
                status = 3
            except OSError as problem:
                status = _unprinted(problem)
    os._exit(status)


def _unprinted(problem: OSError) -> int:
    """What was asked for was to be seen, or to be kept in a file, and is not whole there."""
    os.write(2, f"error: not all could be printed: {problem.strerror}\n".encode())
    return 3


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command. Gives back the exit status: 0 done; 1 done, with findings that count as errors; 2 the input
    or the command is wrong; 3 something outside failed."""
    options = _parser().parse_args(arguments)
    if options.command is None:
        _parser().print_help()
        return 2
    from polyvita.core.diagnostics import DoesNotFitError, ExternalError, InputError, WithheldError, error

    try:
        return int(options.run(options))
    except (InputError, WithheldError) as problem:
        console.say(problem.findings)
        return problem.exit_status
    except DoesNotFitError as problem:
        console.say([problem.finding])
        return problem.exit_status
    except ExternalError as problem:
        console.say([error("PV301", str(problem), problem.location, problem.hint)])
        return problem.exit_status
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:  # the reader of our output has gone; there is nobody left to tell
        sys.stderr.close()
        return 3
    except OSError as problem:
        if problem.filename is not None:  # a fault: what fails with a file is an `ExternalError`
            raise
        return _unprinted(problem)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="polyvita",
        description="One annotated Markdown CV; every version of it, as HTML, Word and PDF.",
        epilog="Exit status: 0 done; 1 done, with findings that count as errors; 2 the input or the command is wrong; "
        "3 something outside failed.",
    )
    parser.add_argument("--version", action=_Version, nargs=0, help="print the version and stop")
    added = parser.add_subparsers(dest="command", metavar="COMMAND")

    _build_options(added.add_parser("build", help="write the outputs of all filters, or of those named"))
    _preview_options(added.add_parser("preview", help="a page in the browser that follows what you save"))

    check = added.add_parser(
        "check", help="build, hold the outputs against their recipients’ rules, and proofread the CV"
    )
    check.add_argument("filters", nargs="*", metavar="FILTER", help="names of filters; all where none is named")
    _source(check)
    check.add_argument("-o", "--outputs", metavar="FOLDER", help="where to write (default: outputs/ beside the CV)")
    check.add_argument("--word-pages", action="store_true", help="let LibreOffice count the pages of Word files")
    check.add_argument("--json", action="store_true", help="say what was found as JSON")
    check.set_defaults(run=commands.check_command)

    explain = added.add_parser("explain", help="why something is in or out of what a filter shows")
    explain.add_argument("filter", metavar="FILTER", help="the name of a filter")
    explain.add_argument(
        "lines", nargs="*", type=int, metavar="LINE", help="lines of the CV; all of it where none is named"
    )
    _source(explain)
    explain.add_argument(
        "--html",
        nargs="?",
        const="",
        metavar="FILE",
        help="write a review copy: the whole CV as a web page, with what is left out marked (default: "
        "outputs/FILTER.review.html beside the CV)",
    )
    explain.add_argument("--json", action="store_true", help="print all units and why they are in or out as JSON")
    explain.set_defaults(run=commands.explain_command)

    tags = added.add_parser("tags", help="a table: how much of each tag each filter shows")
    tags.add_argument("filters", nargs="*", metavar="FILTER", help="names of filters; all where none is named")
    _source(tags)
    tags.add_argument("--json", action="store_true", help="print the table as JSON")
    tags.set_defaults(run=commands.tags_command)

    diff = added.add_parser(
        "diff", help="what one filter shows that another does not, or did not in a git revision, and the reverse"
    )
    diff.add_argument("one", metavar="FILTER", help="the name of a filter")
    diff.add_argument(
        "other", nargs="?", metavar="FILTER", help="the name of another; where left out, the same in a git revision"
    )
    diff.add_argument(
        "--since",
        metavar="REVISION",
        help="compare with what was shown in this git revision, such as HEAD~3 or a tag: by the same filter, "
        "or by the other one where two are named (default, where one is named: HEAD)",
    )
    _source(diff)
    diff.add_argument("--json", action="store_true", help="print both lists, with reasons, as JSON")
    diff.set_defaults(run=commands.diff_command)

    ast = added.add_parser("ast", help="print Pandoc’s JSON, for any other Pandoc tool")
    ast.add_argument("filter", nargs="?", metavar="FILTER", help="what this filter shows; the whole CV where left out")
    _source(ast)
    ast.set_defaults(run=commands.ast_command)

    schema = added.add_parser("schema", help="print the JSON Schema of filter files, for editors")
    which = schema.add_mutually_exclusive_group()
    which.add_argument("--rules", action="store_true", help="that of rule files instead")
    which.add_argument("--themes", action="store_true", help="that of themes")
    which.add_argument("--front-matter", action="store_true", help="that of the CV’s front matter and the private data")
    schema.set_defaults(run=commands.schema_command)

    init = added.add_parser("init", help="a new CV to start from")
    init.add_argument("folder", metavar="FOLDER", help="a new or empty folder")
    init.set_defaults(run=commands.init_command)
    return parser


def _build_options(build: argparse.ArgumentParser) -> None:
    build.add_argument("filters", nargs="*", metavar="FILTER", help="names of filters; all where none is named")
    build.add_argument("-f", "--format", action="append", default=[], metavar="FORMAT", help="only this format")
    _source(build)
    build.add_argument("-o", "--outputs", metavar="FOLDER", help="where to write (default: outputs/ beside the CV)")
    build.add_argument("--force", action="store_true", help="build what has not changed, too")
    how = build.add_mutually_exclusive_group()
    how.add_argument("--json", action="store_true", help="say what was done as JSON")
    how.add_argument("--watch", action="store_true", help="build again whenever something is saved, until Ctrl-C")
    build.set_defaults(run=commands.build_command)


def _preview_options(preview: argparse.ArgumentParser) -> None:
    preview.add_argument("filter", nargs="?", default="", metavar="FILTER", help="the filter to show first")
    _source(preview)
    preview.add_argument(
        "--port", type=int, metavar="N", help="where to serve it (default: the first free from 8420 on)"
    )
    preview.add_argument("--no-open", action="store_true", help="do not open the browser")
    preview.set_defaults(run=commands.preview_command)


def _source(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("-s", "--source", default="cv.md", metavar="FILE", help="the CV (default: cv.md)")


class _Version(argparse.Action):
    def __call__(self, parser: argparse.ArgumentParser, *_: object, **__: object) -> None:
        print(f"polyvita {__version__}")
        parser.exit()


if __name__ == "__main__":
    sys.exit(main())
