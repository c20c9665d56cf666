"""The commands: each takes what was asked for, and gives back the exit status. What is said is in `saying`."""

from __future__ import annotations

import json
import sys
from argparse import Namespace
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline import saying

if TYPE_CHECKING:
    from pipeline.built import Built
    from pipeline.explained import Explanation


def build_command(options: Namespace) -> int:
    """Write the outputs, once or whenever something is saved."""
    from pipeline.incremental import build

    def once() -> Built:
        with saying.progress() as progress:
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
        from pipeline.preview import WATCHER, need_parts

        need_parts(WATCHER)
        from pipeline.preview.again import build_again

        return build_again(Path(options.source), once, saying.say_again)
    built = once()
    if options.json:
        print(json.dumps(saying.as_data(built), ensure_ascii=False, indent=2))
    else:
        saying.say_built(built)
    return built.exit_status


def preview_command(options: Namespace) -> int:
    """Show a page in the browser that follows what is saved."""
    from pipeline.preview import PAGE, need_parts

    need_parts(PAGE)
    from pipeline.preview.serve import preview

    return preview(Path(options.source), options.filter, options.port, open_it=not options.no_open, say=print)


def check_command(options: Namespace) -> int:
    """Build, hold the outputs against their rules, proofread the source."""
    from pipeline.incremental import build
    from pipeline.rules.show import as_data, as_text

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
        data = saying.as_data(built) | {
            "findings": [saying.finding_as_data(f) for f in (*built.report, *built.notes)],
            "rules": rules,
        }
        print(json.dumps(data, ensure_ascii=False, indent=2))
        return built.exit_status
    saying.say([*built.report, *built.notes])
    print("\n\n".join(as_text(name, verdicts) for name, verdicts in judged.items()))
    return built.exit_status


def explain_command(options: Namespace) -> int:
    """Say why something is in or out of what a filter shows."""
    from pipeline.review import as_data, cv_marked, lines_explained

    if options.html is not None:
        return _review_copy(options)
    (explanation,) = _explained(options.source, [options.filter])
    if options.json:
        print(json.dumps(as_data(explanation), ensure_ascii=False, indent=2))
    elif options.lines:
        print(lines_explained(explanation, options.lines))
    else:
        print(cv_marked(explanation, saying.text_of(options.source), colour=sys.stdout.isatty()))
    return 0


def _review_copy(options: Namespace) -> int:
    from pipeline.plan import plan
    from pipeline.review_page import write_review

    todo = plan(Path(options.source), [options.filter], (), None, None)
    (job,) = todo.jobs
    path = Path(options.html) if options.html else todo.folder / "outputs" / f"{job.filter.name}.review.html"
    write_review(job, todo.folder, path)
    print(path)
    return 0


def tags_command(options: Namespace) -> int:
    """Count what each filter shows of each tag."""
    from pipeline.tables import count_tags, tags_as_text

    rows = count_tags(_explained(options.source, options.filters))
    print(json.dumps(rows, ensure_ascii=False, indent=2) if options.json else tags_as_text(rows))
    return 0


def diff_command(options: Namespace) -> int:
    """Set two filters, or two revisions, side by side."""
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


def _diff_since(options: Namespace, revision: str) -> int:
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


def ast_command(options: Namespace) -> int:
    """Print Pandoc’s JSON."""
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


def schema_command(options: Namespace) -> int:
    """Print a JSON Schema."""
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


def init_command(options: Namespace) -> int:
    """Write a new CV to start from."""
    from pipeline.start import start

    for path in start(Path(options.folder)):
        print(path)
    print(f"\nNext: cd {options.folder} && polyvita build")
    return 0
