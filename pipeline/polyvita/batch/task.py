"""One CV of a batch, in a worker: build it, collect its items, and report what was found.

A task may run twice, for example if a connection to a cluster breaks. The second run finds all outputs up to date.
"""

from __future__ import annotations

import gc
import os
import sys
import time
from collections.abc import Callable, Sequence
from functools import _lru_cache_wrapper, cache, lru_cache
from pathlib import Path
from threading import Lock
from typing import Any, cast

import polyvita
from polyvita.batch.items import collect_items, count_items
from polyvita.batch.model import BatchSettings, OutputRow, PersonResult, Task
from polyvita.batch.state import ShownPaths, state_of
from polyvita.builder.manifest import INPUT_FOLDERS, RECORD_FOLDER, Manifest, hash_file, hash_text
from polyvita.builder.plan import read_cv
from polyvita.builder.request import BuildRequest, SharedSettings
from polyvita.builder.result import BuildResult
from polyvita.builder.run import run_build
from polyvita.checks.redaction import without_private_values_of
from polyvita.core.allowed import allow_folders
from polyvita.core.clock import build_time
from polyvita.core.diagnostics import Finding, InputError, PolyvitaError, findings_of, sorted_findings
from polyvita.core.document import Document
from polyvita.core.files import forget_inputs, noted_inputs
from polyvita.core.garbage import collect_rarely
from polyvita.core.location import forget_all_texts
from polyvita.core.source import CV, read_source
from polyvita.reader.inline_cache import clear_inline_cache

_ONE_AT_A_TIME = Lock()
"""A worker of a cluster may have several threads, but a build notes its inputs for the whole process."""


def run_tasks(settings: bytes, tasks: Sequence[Task]) -> list[PersonResult]:
    """Build the CVs of some people. `settings` are pickled `BatchSettings`, which a worker unpickles once."""
    collect_rarely()  # The workers of a cluster have not done so.
    shared = _settings(settings)
    with _ONE_AT_A_TIME, allow_folders(shared.allowed.split(os.pathsep) if shared.allowed else []):
        return [_run_task(shared, task) for task in tasks]


@lru_cache(maxsize=2)
def _settings(content: bytes) -> BatchSettings:
    import pickle

    settings: BatchSettings = pickle.loads(content)  # noqa: S301 - the main process wrote it
    return settings


def _run_task(settings: BatchSettings, task: Task) -> PersonResult:
    if task.files is None:
        return build_person(settings, task, Path(settings.root))
    import tempfile

    with tempfile.TemporaryDirectory(prefix="polyvita-") as folder:
        root = Path(folder).resolve()
        for name, content in {**(settings.files or {}), **task.files}.items():
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        return build_person(settings, task, root, travels=True)


def build_person(settings: BatchSettings, task: Task, root: Path, *, travels: bool = False) -> PersonResult:
    """Build the outputs of one person in the folder `root`. If the task `travels`, return their content."""
    started, clock = time.time(), time.monotonic()
    _forget_other_people()
    source, outputs = root / task.source, root / task.outputs
    state = state_of(source)
    document: Document | None = None
    result: BuildResult | None = None
    problem: Exception | None = None
    try:
        file = read_source(source, kind=CV)
        cv = read_cv(file)
        document = cv.document
        result = run_build(_request(settings, task, root), file, None, lambda _done, _total: None, cv)
    except Exception as failure:  # Even a fault of this program in one CV must not stop the others.
        problem = failure
    if result:
        rows, findings, broken, status = _results(result, outputs)
    else:
        rows, findings, broken, status = _failure(problem, source, root / settings.filters, document)
    meta = document.meta if document else {}
    affiliation = meta.get("affiliation") or ""
    names = [*(meta.get("own_names") or ()), *([meta["name"]] if meta.get("name") else [])]
    inputs = _other_inputs(source, outputs, root, travels=travels)
    shown = ShownPaths(root, settings.shown_root)
    changed = _changed_since([source, *(root / name for name in inputs)], started)
    return PersonResult(
        task.id,
        name=str(meta.get("name") or ""),
        affiliation=affiliation if isinstance(affiliation, str) else str(affiliation[0]),
        outputs=rows,
        findings={name: tuple(map(shown.in_finding, found)) for name, found in findings.items()},
        broken=broken,
        counts=count_items(document, settings.counted) if document else (),
        items=collect_items(document, settings.aggregates, shown.in_location) if document else (),
        names=tuple(dict.fromkeys(map(str, names))),
        seconds=round(time.monotonic() - clock, 3),
        exit_status=status,
        settled=_is_settled(problem, result) and not changed,
        inputs=inputs,
        state=state,
        contents={row.name: (outputs / row.name).read_bytes() for row in rows if travels and not row.failed},
    )


_LARGE_CACHE = 1000
"""Functions that keep as many results keep pieces of the text of one CV."""


def _forget_other_people() -> None:
    """Free what the CVs before have left, so that the memory of a worker does not grow with their number."""
    forget_inputs()
    forget_all_texts()
    clear_inline_cache()
    for function in _functions_with_large_caches(len(sys.modules)):
        function.cache_clear()
    gc.collect(1)  # In a worker, Python collects so rarely that the cycles of many CVs would pile up.
    if trim := _malloc_trim():
        trim(0)


@lru_cache(maxsize=1)
def _functions_with_large_caches(_number_of_modules: int) -> list[_lru_cache_wrapper[Any]]:
    """Return the functions in all modules that are loaded now."""
    modules = [module for name, module in list(sys.modules.items()) if name.startswith("polyvita.")]
    values = [value for module in modules for value in list(vars(module).values())]
    functions = [value for value in values if isinstance(value, _lru_cache_wrapper)]
    return [function for function in functions if (function.cache_parameters()["maxsize"] or 0) >= _LARGE_CACHE]


@cache
def _malloc_trim() -> Callable[[int], int] | None:
    """Return the function of the C library that returns free memory to the system, or None if it has none.

    Typst keeps small pieces of memory for the life of the process. With the GNU C library, they lie between large ones
    that are free again, so the process would grow by a third of a megabyte with each PDF.
    """
    import ctypes

    try:
        trim = ctypes.CDLL(None).malloc_trim
    except (OSError, TypeError, AttributeError):  # Other systems have other C libraries.
        return None
    return cast("Callable[[int], int]", trim)


def _request(settings: BatchSettings, task: Task, root: Path) -> BuildRequest:
    shared = SharedSettings(
        root / settings.filters,
        own=settings.own,
        filename=settings.filename.replace("{id}", task.id),
        person=task.id,
        others=settings.others,
        threads=1,
    )
    return BuildRequest(
        source=root / task.source,
        filters=settings.names,
        formats=(),
        output_folder=root / task.outputs,
        now=settings.now if settings.now.is_fixed else build_time(None),
        command_hash=hash_text("batch", *shared.key(), *settings.names),
        word_pages=False,
        strict=False,
        force=False,
        shared=shared,
    )


_Found = tuple[tuple[OutputRow, ...], dict[str, tuple[Finding, ...]], tuple[str, ...], int]
"""The outputs, the findings by filter, the broken filters and the exit status."""


def _results(result: BuildResult, outputs: Path) -> _Found:
    manifest = Manifest.read(outputs, outputs)  # Without a record, it has no hashes of private outputs.
    rows = []
    for status in result.results:
        name = status.path.relative_to(outputs).as_posix()
        row = OutputRow(status.filter, name if status.printed_path else "", failed=True)
        if not status.problem:
            is_private = not manifest.knows(name)
            row = OutputRow(
                *(status.filter, name, status.pages, status.unchanged), hash=hash_file(status.path), private=is_private
            )
        rows.append(row)
    by_filter = {name: sorted_findings(found) for name, found in result.filter_findings.items() if found}
    by_filter |= {name: sorted_findings(findings_of(problem)) for name, problem in result.broken.items()}
    known = {finding for findings in by_filter.values() for finding in findings}
    rest = tuple(finding for finding in (*result.findings, *result.notes) if finding not in known)
    return tuple(rows), {**({"": rest} if rest else {}), **by_filter}, tuple(result.broken), result.exit_status


def _failure(problem: Exception | None, source: Path, filters: Path, document: Document | None) -> _Found:
    """Return the findings about a CV of which nothing could be built."""
    assert problem
    findings = without_private_values_of(source, findings_of(problem))
    by_filter: dict[str, list[Finding]] = {}
    for finding in findings:
        path = Path(finding.location.file)
        is_filter = document is not None and path.parent in (filters, source.parent / "filters")
        by_filter.setdefault(path.stem if is_filter else "", []).append(finding)
    broken = tuple(sorted(name for name in by_filter if name)) if isinstance(problem, InputError) else ()
    status = problem.exit_status if isinstance(problem, PolyvitaError) else 3
    return (), {name: sorted_findings(found) for name, found in by_filter.items()}, broken, status


# ---------------------------------------------------------------- what has decided the result


def _other_inputs(source: Path, outputs: Path, root: Path, *, travels: bool) -> tuple[str, ...]:
    """Return the files that were read or looked for and that `own_hash` does not cover, relative to the root.

    If the task `travels`, files outside the root are those of the worker, which the main process cannot compare.
    """
    home = source.parent
    covered = (*(home / name for name in INPUT_FOLDERS), home / RECORD_FOLDER, outputs, *_PROGRAM_FOLDERS)
    names = []
    for path in noted_inputs():
        absolute = Path(os.path.abspath(path))  # noqa: PTH100 - links must stay
        if absolute == source or absolute.suffix == ".lock" or any(map(absolute.is_relative_to, covered)):
            continue
        if absolute.is_relative_to(root):
            names.append(absolute.relative_to(root).as_posix())
        elif not travels:
            names.append(str(absolute))
    return tuple(sorted(names))


_PROGRAM_FOLDERS = (Path(polyvita.__file__).parent, Path(sys.prefix))
"""Files of the program and of its libraries, which have a hash of their own."""


def _changed_since(files: Sequence[Path], moment: float) -> bool:
    def changed(path: Path) -> bool:
        try:
            return path.stat().st_mtime > moment
        except OSError:
            return False

    return any(map(changed, files))


def _is_settled(problem: Exception | None, result: BuildResult | None) -> bool:
    """Return whether nothing outside the program has failed, so that the next build would find the same."""
    problems = (
        [problem] if result is None else [*result.broken.values(), *(status.problem for status in result.results)]
    )
    return not any(one and getattr(one, "exit_status", 3) == 3 for one in problems)
