"""The commands: each takes what was asked for, and gives back the exit status. What is said is in `saying`."""

from __future__ import annotations

import json
import sys
from argparse import Namespace
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from polyvita.cli import console

if TYPE_CHECKING:
    from polyvita.builder.result import BuildResult
    from polyvita.explain.model import Explanation


def build_command(options: Namespace) -> int:
    """Write the outputs, once or whenever something is saved."""
    from polyvita.builder.incremental import build

    def once() -> BuildResult:
        with console.progress() as progress:
            return build(
                options.source,
                options.filters,
                formats=options.format,
                outputs=options.outputs,
                force=options.force,
                processes=1 if options.watch else None,
                progress=progress,
            )

    if options.watch:
        from polyvita.preview import WATCHER, need_parts

        need_parts(WATCHER)
        from polyvita.preview.watch_build import build_again

        return build_again(Path(options.source), once, console.say_again)
    built = once()
    if options.json:
        print(json.dumps(console.as_data(built), ensure_ascii=False, indent=2))
    else:
        console.say_built(built)
    return built.exit_status


def preview_command(options: Namespace) -> int:
    """Show a page in the browser that follows what is saved."""
    from polyvita.preview import PAGE, need_parts

    need_parts(PAGE)
    from polyvita.preview.serve import preview

    return preview(Path(options.source), options.filter, options.port, open_it=not options.no_open, say=print)


def check_command(options: Namespace) -> int:
    """Build, hold the outputs against their rules, proofread the source."""
    from polyvita.builder.incremental import build
    from polyvita.checks.rules.report import as_data, as_text

    built = build(
        options.source,
        options.filters,
        outputs=options.outputs,
        word_pages=options.word_pages,
        strict=True,
        processes=None,
    )
    judged = {result.filter: built.verdicts.get(result.filter, ()) for result in built.results}
    if options.json:
        rules = [verdict for name, verdicts in judged.items() for verdict in as_data(name, verdicts)]
        data = console.as_data(built) | {
            "findings": [console.finding_as_data(f) for f in (*built.report, *built.notes)],
            "rules": rules,
        }
        print(json.dumps(data, ensure_ascii=False, indent=2))
        return built.exit_status
    console.say([*built.report, *built.notes])
    print("\n\n".join(as_text(name, verdicts) for name, verdicts in judged.items()))
    return built.exit_status


def explain_command(options: Namespace) -> int:
    """Say why something is in or out of what a filter shows."""
    from polyvita.explain.text import as_data, cv_marked, lines_explained

    if options.html is not None:
        return _review_copy(options)
    (explanation,) = _explained(options.source, [options.filter])
    if options.json:
        print(json.dumps(as_data(explanation), ensure_ascii=False, indent=2))
    elif options.lines:
        print(lines_explained(explanation, options.lines))
    else:
        print(cv_marked(explanation, console.text_of(options.source), colour=sys.stdout.isatty()))
    return 0


def _review_copy(options: Namespace) -> int:
    from polyvita.builder.plan import plan
    from polyvita.explain.review_copy import write_review

    todo = plan(Path(options.source), [options.filter], (), None, None)
    (job,) = todo.jobs
    path = Path(options.html) if options.html else todo.folder / "outputs" / f"{job.filter.name}.review.html"
    write_review(job, todo.folder, path)
    print(path)
    return 0


def tags_command(options: Namespace) -> int:
    """Count what each filter shows of each tag."""
    from polyvita.explain.tag_table import count_tags, tags_as_text

    rows = count_tags(_explained(options.source, options.filters))
    print(json.dumps(rows, ensure_ascii=False, indent=2) if options.json else tags_as_text(rows))
    return 0


def diff_command(options: Namespace) -> int:
    """Set two filters, or two revisions, side by side."""
    from polyvita.explain.text import difference, difference_as_data

    if options.since is not None or options.other is None:
        return _diff_since(options, options.since or "HEAD")
    (one,) = _explained(options.source, [options.one])
    (other,) = _explained(options.source, [options.other])
    if options.json:
        print(json.dumps(difference_as_data(one, other), ensure_ascii=False, indent=2))
    else:
        print(difference(one, other))
    return 0


def _diff_since(options: Namespace, revision: str) -> int:
    from polyvita.builder.plan import plan_then
    from polyvita.core.git import Revision
    from polyvita.explain.revision_diff import changes, changes_as_data, changes_as_text
    from polyvita.explain.trace import explain

    (now,) = _explained(options.source, [options.one])
    source = Path(options.source)
    then = plan_then(source, options.other or options.one, Revision.resolve(source.parent, revision))
    found = changes(now, explain(then.jobs[0], then.folder), revision)
    print(json.dumps(changes_as_data(found), ensure_ascii=False, indent=2) if options.json else changes_as_text(found))
    return 0


def _explained(source: str, filters: Sequence[str]) -> list[Explanation]:
    """What each of the filters shows and leaves out, in the order in which they are named."""
    from polyvita.builder.plan import plan
    from polyvita.explain.trace import explain

    todo = plan(Path(source), filters, (), None, None)
    return [explain(job, todo.folder) for job in todo.jobs]


def ast_command(options: Namespace) -> int:
    """Print Pandoc’s JSON."""
    from polyvita.builder.plan import plan
    from polyvita.builder.steps import show
    from polyvita.reader import read
    from polyvita.writers.to_pandoc import to_pandoc

    if options.filter is None:
        document = read(options.source)
    else:
        todo = plan(Path(options.source), [options.filter], (), None, None)
        document = show(todo.jobs[0], todo.folder).document
    print(json.dumps(to_pandoc(document), ensure_ascii=False))
    return 0


def schema_command(options: Namespace) -> int:
    """Print a JSON Schema."""
    if options.rules:
        from polyvita.checks.rules.ruleset import schema
    elif options.themes:
        from polyvita.config.theme import schema
    elif options.front_matter:
        from polyvita.reader import front_matter_schema as schema
    else:
        from polyvita.config.filter_file import schema
    print(json.dumps(schema(), ensure_ascii=False, indent=2))
    return 0


def init_command(options: Namespace) -> int:
    """Write a new CV to start from."""
    from polyvita.cli.init import start

    for path in start(Path(options.folder)):
        print(path)
    print(f"\nNext: cd {options.folder} && polyvita build")
    return 0
