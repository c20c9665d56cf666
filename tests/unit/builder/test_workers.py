"""Builds in several processes: the same files and findings, whatever becomes of the helpers."""

from __future__ import annotations

import os
import pickle
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given

from polyvita import build
from polyvita.builder.filter_build import FilterBuilder
from polyvita.builder.manifest import Manifest
from polyvita.builder.plan import make_plan
from polyvita.builder.request import BuildRequest
from polyvita.builder.result import BuildResult
from polyvita.builder.workers import Worker, WorkerDied, heard, helping, spelled, tell
from polyvita.core.clock import build_time
from polyvita.core.diagnostics import DoesNotFitError, ExternalError, InputError, PolyvitaError, WithheldError, error
from polyvita.core.document import Document, walk
from polyvita.core.location import Location
from polyvita.writers.pdf import MissingGlyph
from random_documents import documents
from repository import MOMENT, ROOT

CV = """---
name: Ada Example
---

# Talks

- A talk on bees. {.core}
- A talk on wasps, with 木 in it. {.more}
- A talk in 5 Elm Street. {.told}

# Work

Long work. {.more priority=1}
"""
FILTERS = {
    "all": "drop: told\nformats: [html, docx]\nrules: dfg\n",
    "core": "select: core\nformats: [html, docx, pdf, txt]\npages: {most: 1, fit: drop}\n",
    "glyph": "select: more\nformats: [pdf, txt]\n",
    "tight": "select: more\nformats: txt\nwords: {items: more, most: 1, fit: drop}\n",
    "told": "select: told\nformats: txt\n",
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
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The filters that helpers have made."""
    made: list[str] = []
    real = Worker.finish

    def finish(self: Worker, name: str, read: str) -> Any:
        answer = real(self, name, read)
        made.append(name)
        return answer

    monkeypatch.setattr(Worker, "finish", finish)
    return made


def wish(source: Path) -> BuildRequest:
    folder = source.parent / "outputs"
    return BuildRequest(source, (), (), folder, build_time(MOMENT), "", word_pages=False, strict=False, force=False)


def seen(built: BuildResult, folder: Path) -> tuple[object, ...]:
    """All that a build says and leaves."""
    files = {path.name: path.read_bytes() for path in sorted(folder.iterdir()) if path.name != "manifest.json"}
    results = [(r.path.name, r.pages, type(r.problem), str(r.problem), r.unchanged) for r in built.results]
    found = [str(finding).replace(str(folder), "") for finding in (*built.report, *built.notes)]
    states = {name: [(v.rule, v.seen, v.findings) for v in verdicts] for name, verdicts in built.verdicts.items()}
    return files, results, found, built.fitted, states, built.exit_status


def test_helpers_change_nothing(source: Path, asked: list[str]) -> None:
    one = build(source, outputs=source.parent / "one", timestamp=MOMENT)
    assert asked == []
    two = build(source, outputs=source.parent / "two", timestamp=MOMENT, processes=3)
    assert seen(one, source.parent / "one") == seen(two, source.parent / "two")
    assert {type(result.problem) for result in one.results} == {
        MissingGlyph,
        DoesNotFitError,
        WithheldError,
        type(None),
    }
    assert one.verdicts
    assert asked


def test_helpers_make_what_they_are_asked_for(source: Path) -> None:
    with helping(wish(source), 2) as [helper]:
        maker = FilterBuilder(wish(source), Manifest.read(source.parent / "outputs"), tell=partial(tell, [helper]))
        for name in FILTERS:
            theirs, ours = helper.finish(name, maker.read), maker.finish(name)
            assert [made.content for made in theirs.made] == [made.content for made in ours.made]
            assert (theirs.made_from, theirs.keys, theirs.found, theirs.said) == (
                ours.made_from, ours.keys, ours.found, ours.said
            )  # fmt: skip
    assert helper.process.returncode is not None


@given(documents)
def test_a_helper_hears_what_it_is_told(document: Document) -> None:
    again = heard(spelled(document))
    assert again == document
    assert everything(again) == everything(document)


def test_a_helper_hears_of_the_real_cv() -> None:
    document = make_plan(ROOT / "cv.md").cv.document
    assert everything(heard(spelled(document))) == everything(document)


def everything(document: Document) -> object:
    """All of a document, with what does not count when two are compared."""
    blocks = [(type(node), node.location, node.attr.raw, node.attr.location) for node in walk(document)]
    return blocks, dict(document.meta), dict(document.locations), document.file


def test_input_that_is_wrong_is_said_whoever_finds_it(source: Path) -> None:
    (source.parent / "filters/none.yaml").write_text("select: core and more\n")
    for processes in (1, 3):
        with pytest.raises(InputError) as caught:
            build(source, timestamp=MOMENT, processes=processes)
        assert {finding.code for finding in caught.value.findings if finding.severity == "error"} == {"PV115", "PV311"}
    assert not (source.parent / "outputs").exists()


@pytest.fixture
def ended(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Worker]]:
    """Helpers that are killed before they can answer."""
    helpers: list[Worker] = []
    real = Worker.__init__

    def start(self: Worker, wish: BuildRequest) -> None:
        real(self, wish)
        helpers.append(self)
        self.process.kill()

    monkeypatch.setattr(Worker, "__init__", start)
    yield helpers
    assert all(helper.process.returncode is not None for helper in helpers)


def test_what_a_helper_leaves_undone_is_done_here(source: Path, ended: list[Worker]) -> None:
    built = build(source, timestamp=MOMENT, processes=3)
    assert len(built.results) == sum(text.partition("formats: ")[2].partition("\n")[0].count(",") + 1 for text in
                                     FILTERS.values())  # fmt: skip
    assert ended


def test_a_helper_that_ends_while_it_is_told_costs_nothing(source: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = Worker.tell

    def tell_and_end(self: Worker, cv: Any) -> None:
        real(self, cv)
        self.process.kill()

    monkeypatch.setattr(Worker, "tell", tell_and_end)
    (source.parent / "cv.md").write_text(CV + "\n".join(f"- Item {n} of many. {{.core}}" for n in range(9000)))
    built = build(source, timestamp=MOMENT, processes=3)
    assert len(built.results) == 11


def test_a_bad_filter_ends_the_build_though_helpers_are_told(source: Path) -> None:
    (source.parent / "filters/bad.yaml").write_text("select: cor\n")
    with pytest.raises(InputError, match="no tag “cor”"):
        build(source, timestamp=MOMENT, processes=3)


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have no such names")
@pytest.mark.parametrize("processes", [1, 2])
def test_a_folder_may_have_a_name_that_is_no_text(source: Path, tmp_path: Path, processes: int) -> None:
    folder = tmp_path / os.fsdecode(b"p\xfc")
    folder.mkdir()
    for name in ("filters", "cv.md"):
        (source.parent / name).rename(folder / name)
    (folder / "filters/bad.yaml").write_text("select: core\nfont: Nimbus Unknown\n")
    built = build(folder / "cv.md", timestamp=MOMENT, processes=processes)
    assert {"PV303", "PV304"} <= {finding.code for finding in built.report}
    assert all(result.unchanged for result in build(folder / "cv.md", timestamp=MOMENT).results if not result.problem)


def test_where_no_process_starts_all_is_done_here(source: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", str(source))
    assert build(source, timestamp=MOMENT, processes=3).results


def test_a_helper_that_read_something_else_is_not_believed(source: Path) -> None:
    maker = FilterBuilder(wish(source), Manifest.read(source.parent / "outputs"))
    source.write_text(CV.replace("bees", "hornets"), encoding="utf-8")
    with helping(wish(source), 2) as [helper]:
        tell([helper], maker.todo.cv.document)
        with pytest.raises(WorkerDied):
            helper.finish("core", maker.read)


def test_a_helper_writes_nothing(source: Path) -> None:
    with helping(wish(source), 2) as [helper]:
        maker = FilterBuilder(wish(source), Manifest.read(source.parent / "outputs"), tell=partial(tell, [helper]))
        assert helper.finish("core", maker.read).made[0].content
    assert not (source.parent / "outputs").exists()


def test_a_fault_in_a_helper_is_seen_here(source: Path) -> None:
    with helping(wish(source), 2) as [helper]:
        maker = FilterBuilder(wish(source), Manifest.read(source.parent / "outputs"), tell=partial(tell, [helper]))
        with pytest.raises(RuntimeError, match="KeyError: 'no such filter'") as caught:
            helper.finish("no such filter", maker.read)
        assert "filter_build.py" in str(caught.value)
        assert helper.finish("core", maker.read)  # it goes on


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such signals")
@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT])
def test_a_helper_ends_with_its_build(source: Path, how: signal.Signals) -> None:
    code = """
import pickle, sys, time
from polyvita.builder.workers import Worker
worker = Worker(pickle.loads(bytes.fromhex(sys.argv[1])))
print(worker.process.pid, flush=True)
time.sleep(60)
"""
    parent = subprocess.Popen(
        [sys.executable, "-c", code, pickle.dumps(wish(source)).hex()], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        text=True,
    )  # fmt: skip
    assert parent.stdout
    pid = int(parent.stdout.readline())
    parent.send_signal(how)
    parent.communicate()
    for _ in range(100):
        if not _lives(pid):
            return
        time.sleep(0.1)
    os.kill(pid, signal.SIGKILL)
    pytest.fail("the helper is still there")


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such signals")
def test_ctrl_c_ends_a_build_and_its_helpers_at_once(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "polyvita", "build", "-s", str(ROOT / "cv.md"), "-o", str(tmp_path / "outputs")]
    process = subprocess.Popen(command, cwd=ROOT, stdout=-3, stderr=subprocess.PIPE, start_new_session=True)
    time.sleep(0.9)
    os.killpg(process.pid, signal.SIGINT)
    _, said = process.communicate(timeout=30)
    assert process.returncode in (0, 130)  # 0 where it was done already
    assert b"Traceback" not in said


def _lives(pid: int) -> bool:
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
        DoesNotFitError(error("PV310", "c")),
        WithheldError(error("PV320", "d")),
        ExternalError("e", "f", Location("g", 1, 2)),
        MissingGlyph("木林"),
    ],
)
def test_all_that_is_raised_can_be_handed_over(problem: PolyvitaError) -> None:
    again = pickle.loads(pickle.dumps(problem))  # noqa: S301 - what was written a moment ago
    assert type(again) is type(problem)
    assert (str(again), vars(again), again.exit_status) == (str(problem), vars(problem), problem.exit_status)
