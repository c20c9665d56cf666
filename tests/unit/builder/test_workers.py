"""Builds in several processes: the same files and findings, even if workers end early."""

from __future__ import annotations

import os
import pickle
import signal
import subprocess
import sys
import time
from concurrent.futures import Future, ProcessPoolExecutor
from multiprocessing import set_executable
from multiprocessing.spawn import get_executable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given

from polyvita import build
from polyvita.builder.filter_build import FilterBuilder
from polyvita.builder.manifest import Manifest, hash_settings
from polyvita.builder.plan import make_plan, read_cv
from polyvita.builder.request import BuildRequest
from polyvita.builder.result import BuildResult
from polyvita.builder.workers import Workers, WorkersUnavailableError, start_workers
from polyvita.core.clock import build_time
from polyvita.core.diagnostics import (
    DoesNotFitError,
    ExternalError,
    InputError,
    PolyvitaError,
    WithheldError,
    error,
    findings_of,
)
from polyvita.core.document import Document, walk
from polyvita.core.location import Location
from polyvita.core.source import read_source
from polyvita.writers.pdf import MissingGlyph
from random_documents import documents
from repository import MOMENT, ROOT, TESTS

pytestmark = pytest.mark.slow

CV = """---
name: Ada Example
---

# Talks

- A talk on bees. {.core}
- A talk on wasps, with \ue123 in it. {.more}
- A talk in 5 Elm Street. {.home}

# Work

Long work. {.more priority=1}
"""
FILTERS = {
    "all": "drop: home\nformats: [html, docx]\nrules: dfg\n",
    "core": "select: core\nformats: [html, docx, pdf, txt]\npages: {most: 1, fit: drop}\n",
    "glyph": "select: more\nformats: [pdf, txt]\n",
    "tight": "select: more\nformats: txt\nwords: {items: more, most: 1, fit: drop}\n",
    "home": "select: home\nformats: txt\n",
    "words": "select: core\nformats: txt\nwords: {items: core, most: 2}\n",
}


@pytest.fixture
def source(tmp_path: Path) -> Path:
    (tmp_path / "filters").mkdir()
    for name, text in FILTERS.items():
        (tmp_path / f"filters/{name}.yaml").write_text(text)
    (tmp_path / "cv.private.yaml").write_text("address: 5 Elm Street\n")
    (tmp_path / "cv.md").write_text(CV, encoding="utf-8")
    return tmp_path / "cv.md"


@pytest.fixture
def built_by_workers(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the filters that workers have built."""
    names: list[str] = []
    real = Workers.build_filter

    def build_filter(self: Workers, name: str, state: str) -> Any:
        answer = real(self, name, state)
        names.append(name)
        return answer

    monkeypatch.setattr(Workers, "build_filter", build_filter)
    return names


def make_request(source: Path) -> BuildRequest:
    folder = source.parent / "outputs"
    return BuildRequest(source, (), (), folder, build_time(MOMENT), "", word_pages=False, strict=False, force=False)


def make_builder(source: Path, workers: Workers) -> FilterBuilder:
    """Return a builder for the main process, and send the CV to the workers."""
    cv = read_cv(read_source(source))
    workers.send(cv)
    plan = make_plan(source, cv=cv, timestamp=MOMENT)
    return FilterBuilder(
        make_request(source), Manifest.read(source.parent / "outputs", source), plan, hash_settings(source)
    )


def everything_about(result: BuildResult, folder: Path) -> tuple[object, ...]:
    """Return all that a build reports, and all files that it wrote except the manifest."""
    files = {path.name: path.read_bytes() for path in sorted(folder.iterdir()) if path.name != "manifest.json"}
    statuses = [(r.path.name, r.pages, type(r.problem), str(r.problem), r.unchanged) for r in result.results]
    findings = [str(finding).replace(str(folder), "") for finding in (*result.findings, *result.notes)]
    verdicts = {name: [(v.rule, v.observations, v.findings) for v in vs] for name, vs in result.verdicts.items()}
    return files, statuses, findings, result.fitted, verdicts, result.exit_status


def test_workers_change_nothing_in_the_result(source: Path, built_by_workers: list[str]) -> None:
    one = build(source, outputs=source.parent / "one", timestamp=MOMENT)
    assert built_by_workers == []
    two = build(source, outputs=source.parent / "two", timestamp=MOMENT, processes=3)
    assert everything_about(one, source.parent / "one") == everything_about(two, source.parent / "two")
    assert {type(status.problem) for status in one.results} == {
        MissingGlyph,
        DoesNotFitError,
        WithheldError,
        type(None),
    }
    assert one.verdicts
    assert built_by_workers


def test_a_worker_returns_what_the_main_process_would_build(source: Path) -> None:
    with start_workers(make_request(source), 2) as workers:
        assert workers
        builder = make_builder(source, workers)
        for name in FILTERS:
            theirs, ours = workers.build_filter(name, builder.state), builder.build_filter(name)
            assert [output.content for output in theirs.outputs] == [output.content for output in ours.outputs]
            assert (theirs.input_hash, theirs.output_hashes) == (ours.input_hash, ours.output_hashes)
            assert theirs.findings == ours.findings


@given(documents)
def test_a_document_survives_pickling(document: Document) -> None:
    copy = pickle.loads(pickle.dumps(document))  # noqa: S301 - this test wrote it
    assert copy == document
    assert uncompared_parts(copy) == uncompared_parts(document)


def test_the_real_cv_survives_pickling() -> None:
    document = read_cv(read_source(ROOT / "cv.md")).document
    assert uncompared_parts(pickle.loads(pickle.dumps(document))) == uncompared_parts(document)  # noqa: S301 - this test wrote it


def uncompared_parts(document: Document) -> object:
    """Return the parts of a document that comparing two documents ignores."""
    blocks = [(type(node), node.location, node.attr.raw, node.attr.location) for node in walk(document)]
    return blocks, dict(document.meta), dict(document.locations), document.file


@pytest.mark.parametrize("processes", [1, 3])
def test_a_broken_filter_does_not_stop_the_others(source: Path, processes: int) -> None:
    """The main process finds one mistake when it plans the build, and some process the other one."""
    (source.parent / "filters/none.yaml").write_text("select: core and more\n")
    (source.parent / "filters/typo.yaml").write_text("select: cor\n")
    result = build(source, timestamp=MOMENT, processes=processes)
    assert {name: [f.code for f in findings_of(problem)] for name, problem in result.broken.items()} == {
        "typo": ["PV110"],
        "none": ["PV115"],
    }
    assert {status.filter for status in result.results} == set(FILTERS)
    assert result.exit_status == 2
    assert {"PV110", "PV115", "PV311"} <= {finding.code for finding in result.findings}


def test_the_main_process_builds_what_killed_workers_do_not(source: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    killed = []
    real = Workers.__init__

    def kill_all(self: Workers, request: BuildRequest, pool: ProcessPoolExecutor, count: int) -> None:
        real(self, request, pool, count)
        for process in pool._processes.values():
            process.kill()
            killed.append(process)

    monkeypatch.setattr(Workers, "__init__", kill_all)
    result = build(source, timestamp=MOMENT, processes=3)
    assert len(result.results) == sum(
        text.partition("formats: ")[2].partition("\n")[0].count(",") + 1 for text in FILTERS.values()
    )
    assert killed


def test_a_worker_may_end_while_it_builds_a_filter(source: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = ProcessPoolExecutor.submit

    def submit_and_kill(self: ProcessPoolExecutor, *arguments: Any) -> Future[Any]:
        future: Future[Any] = real(self, *arguments)
        if len(arguments) > 1:  # This is a filter, not the start of a process.
            for process in list(self._processes.values()):
                process.kill()
        return future

    monkeypatch.setattr(ProcessPoolExecutor, "submit", submit_and_kill)
    assert len(build(source, timestamp=MOMENT, processes=3).results) == 11


@pytest.mark.skipif(sys.platform != "linux", reason="other systems do not allow such names")
@pytest.mark.parametrize("processes", [1, 2])
def test_a_folder_name_may_be_invalid_unicode(source: Path, tmp_path: Path, processes: int) -> None:
    folder = tmp_path / os.fsdecode(b"p\xfc")
    folder.mkdir()
    for name in ("filters", "cv.md"):
        (source.parent / name).rename(folder / name)
    (folder / "filters/bad.yaml").write_text("select: core\nfont: Nimbus Unknown\n")
    result = build(folder / "cv.md", timestamp=MOMENT, processes=processes)
    assert {"PV303", "PV304"} <= {finding.code for finding in result.findings}
    again = build(folder / "cv.md", timestamp=MOMENT)
    assert all(status.unchanged for status in again.results if not status.problem)


def test_the_main_process_builds_all_if_no_process_starts(source: Path) -> None:
    real = get_executable()
    set_executable(str(source))
    try:
        assert build(source, timestamp=MOMENT, processes=3).results
    finally:
        set_executable(real)


def test_answers_of_a_worker_that_read_other_files_are_not_used(source: Path) -> None:
    with start_workers(make_request(source), 2) as workers:
        assert workers
        builder = make_builder(source, workers)
        (source.parent / "filters/core.yaml").write_text(FILTERS["core"] + "title: Core\n")
        with pytest.raises(WorkersUnavailableError):
            workers.build_filter("core", builder.state)
        (source.parent / "filters/core.yaml").write_text("select: [")
        with pytest.raises(WorkersUnavailableError):
            workers.build_filter("core", builder.state)


def test_a_worker_writes_no_files(source: Path) -> None:
    with start_workers(make_request(source), 2) as workers:
        assert workers
        builder = make_builder(source, workers)
        assert workers.build_filter("core", builder.state).outputs[0].content
    assert not (source.parent / "outputs").exists()


def test_an_exception_in_a_worker_is_raised_with_its_traceback(source: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with start_workers(make_request(source), 2) as workers:
        assert workers
        state = make_builder(source, workers).state
        cv, workers.cv = workers.cv, b"no pickle"
        with pytest.raises(pickle.UnpicklingError) as caught:
            workers.build_filter("core", state)
        assert "_make_builder" in str(caught.value.__cause__)
        workers.cv = cv
        assert workers.build_filter("core", state)  # The worker continues.


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such signals")
@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT])
def test_a_worker_ends_with_the_main_process(source: Path, how: signal.Signals) -> None:
    code = """
import sys, time
from polyvita.builder.workers import start_workers
import test_workers
if __name__ == "__main__":
    with start_workers(test_workers.make_request(test_workers.Path(sys.argv[1])), 2) as workers:
        print(*workers.pool._processes, flush=True)
        time.sleep(60)
"""
    path = os.pathsep.join([str(Path(__file__).parent), str(TESTS / "support")])
    main_process = subprocess.Popen(
        [sys.executable, "-c", code, str(source)], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        env=os.environ | {"PYTHONPATH": path}, text=True,
    )  # fmt: skip
    assert main_process.stdout
    pid = int(main_process.stdout.readline())
    main_process.send_signal(how)
    main_process.communicate()
    for _ in range(100):
        if not _is_running(pid):
            return
        time.sleep(0.1)
    os.kill(pid, signal.SIGKILL)
    pytest.fail("the worker is still running")


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such signals")
def test_ctrl_c_ends_a_build_and_its_workers_at_once(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "polyvita", "build", "-s", str(ROOT / "cv.md"), "-o", str(tmp_path / "outputs")]
    process = subprocess.Popen(command, cwd=ROOT, stdout=-3, stderr=subprocess.PIPE, start_new_session=True)
    time.sleep(0.9)
    os.killpg(process.pid, signal.SIGINT)
    _, errors = process.communicate(timeout=30)
    assert process.returncode in (0, 130)  # The status is 0 if the build has already ended.
    assert b"Traceback" not in errors


def _is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    state = Path(f"/proc/{pid}/stat")
    return not state.exists() or state.read_text().rpartition(")")[2].split()[0] != "Z"


@pytest.mark.parametrize(
    "problem",
    [
        InputError(error("PV001", "a"), error("PV002", "b")),
        DoesNotFitError(error("PV310", "c"), error("PV311", "c")),
        WithheldError(error("PV320", "d")),
        ExternalError("e", "f", Location("g", 1, 2)),
        MissingGlyph("木林"),
    ],
)
def test_exceptions_survive_pickling(problem: PolyvitaError) -> None:
    copy = pickle.loads(pickle.dumps(problem))  # noqa: S301 - this test wrote it
    assert type(copy) is type(problem)
    assert (str(copy), vars(copy), copy.exit_status) == (str(problem), vars(problem), problem.exit_status)
