"""The command line: words in, findings and files out. No logic of its own."""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipeline.built import Built
    from pipeline.diagnostics import Finding
    from pipeline.explained import Explanation
    from pipeline.incremental import Progress
    from pipeline.preview.again import Done


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command. Gives back the exit status: 0 done; 1 done, with findings that count as errors; 2 the input
    or the command is wrong; 3 something outside failed."""
    options = _parser().parse_args(arguments)
    if options.command is None:
        _parser().print_help()
        return 2
    from pipeline.diagnostics import DoesNotFit, InputError, OutsideError, Withheld, error

    try:
        return int(options.run(options))
    except (InputError, Withheld) as problem:
        _say(problem.findings)
        return problem.exit_status
    except DoesNotFit as problem:
        _say([problem.finding])
        return problem.exit_status
    except OutsideError as problem:
        _say([error("PV301", str(problem), problem.place, problem.hint)])
        return problem.exit_status
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:  # the reader of our output has gone; there is nobody left to tell
        sys.stderr.close()
        return 3


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="polyvita",
        description="One annotated Markdown CV; every version of it, as HTML, Word and PDF.",
        epilog="Exit status: 0 done; 1 done, with findings that count as errors; 2 the input or the command is wrong; "
        "3 something outside failed.",
    )
    parser.add_argument("--version", action=_Version, nargs=0, help="print the version and stop")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")

    _build_options(commands.add_parser("build", help="write the outputs of all filters, or of those named"))
    _preview_options(commands.add_parser("preview", help="a page in the browser that follows what you save"))

    check = commands.add_parser(
        "check", help="build, hold the outputs against their recipients’ rules, and proofread the CV"
    )
    check.add_argument("filters", nargs="*", metavar="FILTER", help="names of filters; all where none is named")
    _source(check)
    check.add_argument("-o", "--outputs", metavar="FOLDER", help="where to write (default: outputs/ beside the CV)")
    check.add_argument("--word-pages", action="store_true", help="let LibreOffice count the pages of Word files")
    check.add_argument("--json", action="store_true", help="say what was found as JSON")
    check.set_defaults(run=_check)

    explain = commands.add_parser("explain", help="why something is in or out of what a filter shows")
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
    explain.set_defaults(run=_explain)

    tags = commands.add_parser("tags", help="a table: how much of each tag each filter shows")
    tags.add_argument("filters", nargs="*", metavar="FILTER", help="names of filters; all where none is named")
    _source(tags)
    tags.add_argument("--json", action="store_true", help="print the table as JSON")
    tags.set_defaults(run=_tags)

    diff = commands.add_parser(
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
    diff.set_defaults(run=_diff)

    ast = commands.add_parser("ast", help="print Pandoc’s JSON, for any other Pandoc tool")
    ast.add_argument("filter", nargs="?", metavar="FILTER", help="what this filter shows; the whole CV where left out")
    _source(ast)
    ast.set_defaults(run=_ast)

    schema = commands.add_parser("schema", help="print the JSON Schema of filter files, for editors")
    which = schema.add_mutually_exclusive_group()
    which.add_argument("--rules", action="store_true", help="that of rule files instead")
    which.add_argument("--themes", action="store_true", help="that of themes")
    which.add_argument("--front-matter", action="store_true", help="that of the CV’s front matter and the private data")
    schema.set_defaults(run=_schema)

    init = commands.add_parser("init", help="a new CV to start from")
    init.add_argument("folder", metavar="FOLDER", help="a new or empty folder")
    init.set_defaults(run=_init)
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
    build.set_defaults(run=_build)


def _preview_options(preview: argparse.ArgumentParser) -> None:
    preview.add_argument("filter", nargs="?", default="", metavar="FILTER", help="the filter to show first")
    _source(preview)
    preview.add_argument(
        "--port", type=int, metavar="N", help="where to serve it (default: the first free from 8420 on)"
    )
    preview.add_argument("--no-open", action="store_true", help="do not open the browser")
    preview.set_defaults(run=_preview)


def _source(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("-s", "--source", default="cv.md", metavar="FILE", help="the CV (default: cv.md)")


class _Version(argparse.Action):
    def __call__(self, parser: argparse.ArgumentParser, *_: object, **__: object) -> None:
        from importlib.metadata import version

        print(f"polyvita {version('polyvita')}")
        parser.exit()


# ---------------------------------------------------------------- the commands


def _build(options: argparse.Namespace) -> int:
    from pipeline.incremental import build

    def once() -> Built:
        with _progress() as progress:
            return build(
                options.source,
                options.filters,
                formats=options.format,
                outputs=options.outputs,
                force=options.force,
                progress=progress,
            )

    if options.watch:
        from pipeline.preview import need_parts

        need_parts()
        from pipeline.preview.again import build_again

        return build_again(Path(options.source), once, _say_again)
    built = once()
    if options.json:
        print(json.dumps(_as_data(built), ensure_ascii=False, indent=2))
    else:
        _say_built(built)
    return built.exit_status


def _say_built(built: Built) -> None:
    _say(built.report)
    for result in built.results:
        if not result.unchanged:
            pages = f"  {result.pages} page{'s' if result.pages > 1 else ''}" if result.pages else ""
            print(f"{'not written  ' if result.problem else ''}{result.path}{pages}")
    if unchanged := sum(result.unchanged for result in built.results):
        print(f"{unchanged} output{'s are' if unchanged > 1 else ' is'} up to date")
    for name, fitted in built.fitted.items():
        print(f"\n{name}: {fitted.summary()}")


def _say_again(done: Done, files: tuple[Path, ...]) -> None:
    """After the first build all that `build` says; after another one what was found, and a line."""
    from pipeline.preview.again import line

    match done:
        case tuple():
            _say(done)
        case _ if files:
            _say(done.report)
        case _:
            _say_built(done)
    print(line(done, files), flush=True)


def _preview(options: argparse.Namespace) -> int:
    from pipeline.preview import need_parts

    need_parts()
    from pipeline.preview.serve import preview

    return preview(Path(options.source), options.filter, options.port, open_it=not options.no_open, say=print)


def _check(options: argparse.Namespace) -> int:
    from pipeline.incremental import build
    from pipeline.rules.show import as_data, as_text

    built = build(options.source, options.filters, outputs=options.outputs, word_pages=options.word_pages, strict=True)
    judged = {result.filter: built.verdicts.get(result.filter, ()) for result in built.results}
    if options.json:
        rules = [verdict for name, verdicts in judged.items() for verdict in as_data(name, verdicts)]
        data = _as_data(built) | {"findings": [_finding(f) for f in (*built.report, *built.notes)], "rules": rules}
        print(json.dumps(data, ensure_ascii=False, indent=2))
        return built.exit_status
    _say([*built.report, *built.notes])
    print("\n\n".join(as_text(name, verdicts) for name, verdicts in judged.items()))
    return built.exit_status


def _explain(options: argparse.Namespace) -> int:
    from pipeline.review import as_data, cv_marked, lines_explained

    if options.html is not None:
        return _review_copy(options)
    (explanation,) = _explained(options.source, [options.filter])
    if options.json:
        print(json.dumps(as_data(explanation), ensure_ascii=False, indent=2))
    elif options.lines:
        print(lines_explained(explanation, options.lines))
    else:
        print(cv_marked(explanation, _text(options.source), colour=sys.stdout.isatty()))
    return 0


def _review_copy(options: argparse.Namespace) -> int:
    from pipeline.plan import plan
    from pipeline.review_page import write_review

    todo = plan(Path(options.source), [options.filter], (), None, None)
    (job,) = todo.jobs
    path = Path(options.html) if options.html else todo.folder / "outputs" / f"{job.filter.name}.review.html"
    write_review(job, todo.folder, path)
    print(path)
    return 0


def _tags(options: argparse.Namespace) -> int:
    from pipeline.tables import count_tags, tags_as_text

    rows = count_tags(_explained(options.source, options.filters))
    print(json.dumps(rows, ensure_ascii=False, indent=2) if options.json else tags_as_text(rows))
    return 0


def _diff(options: argparse.Namespace) -> int:
    from pipeline.review import difference, difference_as_data

    if options.since is not None or options.other is None:
        return _diff_since(options, options.since or "HEAD")
    (one,) = _explained(options.source, [options.one])
    (other,) = _explained(options.source, [options.other])
    if options.json:
        print(json.dumps(difference_as_data(one, other), ensure_ascii=False, indent=2))
    else:
        print(difference(one, other))
    return 0


def _diff_since(options: argparse.Namespace, revision: str) -> int:
    from pipeline.changes import changes, changes_as_data, changes_as_text
    from pipeline.explain import explain
    from pipeline.plan import plan_then
    from pipeline.revision import Revision

    (now,) = _explained(options.source, [options.one])
    source = Path(options.source)
    then = plan_then(source, options.other or options.one, Revision.of(source.parent, revision))
    found = changes(now, explain(then.jobs[0], then.folder), revision)
    print(json.dumps(changes_as_data(found), ensure_ascii=False, indent=2) if options.json else changes_as_text(found))
    return 0


def _explained(source: str, filters: Sequence[str]) -> list[Explanation]:
    """What each of the filters shows and leaves out, in the order in which they are named."""
    from pipeline.explain import explain
    from pipeline.plan import plan

    todo = plan(Path(source), filters, (), None, None)
    return [explain(job, todo.folder) for job in todo.jobs]


def _ast(options: argparse.Namespace) -> int:
    from pipeline.flow import show
    from pipeline.plan import plan
    from pipeline.reader import read
    from pipeline.writers.to_pandoc import to_pandoc

    if options.filter is None:
        document = read(options.source)
    else:
        todo = plan(Path(options.source), [options.filter], (), None, None)
        document = show(todo.jobs[0], todo.folder).document
    print(json.dumps(to_pandoc(document), ensure_ascii=False))
    return 0


def _schema(options: argparse.Namespace) -> int:
    if options.rules:
        from pipeline.rules.ruleset import schema
    elif options.themes:
        from pipeline.theme import schema
    elif options.front_matter:
        from pipeline.reader import front_matter_schema as schema
    else:
        from pipeline.filter_file import schema
    print(json.dumps(schema(), ensure_ascii=False, indent=2))
    return 0


def _init(options: argparse.Namespace) -> int:
    from pipeline.start import start

    for path in start(Path(options.folder)):
        print(path)
    print(f"\nNext: cd {options.folder} && polyvita build")
    return 0


# ---------------------------------------------------------------- saying


@contextmanager
def _progress() -> Iterator[Progress]:
    """A bar on a terminal, once a build has taken a second; nothing elsewhere."""
    started = time.monotonic()
    shown = False

    def show(done: int, of: int) -> None:
        nonlocal shown
        if sys.stderr.isatty() and (shown or time.monotonic() - started > 1):
            shown = True
            bar = "█" * (24 * done // of)
            print(f"\r{bar:░<24} {done} of {of} outputs", end="", file=sys.stderr, flush=True)

    try:
        yield show
    finally:
        if shown:
            print("\r\x1b[K", end="", file=sys.stderr, flush=True)


def _say(findings: Iterable[Finding]) -> None:
    """Findings on standard error, each with the line of the file that it speaks of."""
    from pipeline.diagnostics import Report, render

    report = Report()
    report.add(*findings)
    text = render(report, {name: _text(name) for name in {finding.place.file for finding in report}})
    if text:
        print(text, file=sys.stderr)


def _text(name: str) -> str:
    try:
        return Path(name).read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError):
        return ""


def _as_data(built: Built) -> dict[str, object]:
    return {
        "outputs": [
            {
                "filter": r.filter,
                "path": str(r.path),
                "pages": r.pages,
                "written": r.problem is None,
                "unchanged": r.unchanged,
            }
            for r in built.results
        ],
        "findings": [_finding(finding) for finding in built.report],
        "fitted": {name: fitted.as_data() for name, fitted in built.fitted.items()},
    }


def _finding(finding: Finding) -> dict[str, object]:
    place = finding.place
    where = {"file": place.file, "line": place.line, "column": place.column, "width": place.width}
    return {
        "code": finding.code,
        "severity": finding.severity,
        "message": finding.message,
        "hint": finding.hint,
        **(where if place.file else {}),
    }


if __name__ == "__main__":
    sys.exit(main())
