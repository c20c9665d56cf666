"""A batch on a Dask cluster: a scheduler and two workers, as real processes on this machine."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from faculty_sample import FacultySample
from inline_engine import InlineEngine
from polyvita.batch.cluster import DaskEngine
from polyvita.batch.run import run_batch
from polyvita.core.diagnostics import ExternalError
from repository import MOMENT

pytestmark = pytest.mark.slow
Processes = list[subprocess.Popen[bytes]]


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[tuple[str, Processes]]:
    """Start a scheduler and two workers. The workers run in another folder, and without the environment of the test."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"tcp://127.0.0.1:{free.getsockname()[1]}"
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    environment = {name: value for name, value in os.environ.items() if name != "SOURCE_DATE_EPOCH"}
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "cwd": elsewhere, "env": environment}
    module = [sys.executable, "-m"]
    host, port = address.removeprefix("tcp://").split(":")
    one = ["distributed.cli.dask_worker", address, "--nthreads", "1", "--no-nanny", "--no-dashboard", "--host", host]
    commands = [
        [*module, "distributed.cli.dask_scheduler", "--host", host, "--port", port, "--no-dashboard"],
        [*module, *one],
        [*module, *one],
    ]
    processes = [subprocess.Popen(command, **quiet) for command in commands]  # type: ignore[call-overload]
    try:
        yield address, processes
    finally:
        for process in processes:
            process.kill()
            process.wait()


def outputs_of(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.name != "manifest.json" and not path.name.startswith("report.")
    }


def makers_of(folder: Path) -> set[str]:
    """Return who has written the outputs: the filters in a worker, or `batch` if the outputs have travelled."""
    manifests = (json.loads(path.read_bytes()) for path in folder.glob("*/manifest.json"))
    return {entry["filter"] for manifest in manifests for entry in manifest["body"]["outputs"].values()}


def test_outputs_are_whole_and_equal_although_a_worker_is_killed(
    cluster: tuple[str, Processes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", str(MOMENT))
    address, processes = cluster
    samples = {name: FacultySample(tmp_path / name, 4, share_broken=0.4, pages=(1, 1)) for name in ("a", "b", "c")}
    for sample in samples.values():
        sample.write()

    def kill_one(done: int, _total: int, _id: str) -> None:
        if done == 1:
            processes[1].kill()

    engine = DaskEngine(address)
    try:
        shared = run_batch(samples["a"].file, engine=engine, progress=kill_one)
        travelled = run_batch(samples["b"].file, engine=engine, shared=False)
    finally:
        engine.close()
    assert processes[1].poll() is not None
    alone = run_batch(samples["c"].file, engine=InlineEngine())
    made = {name: outputs_of(tmp_path / name / "outputs") for name in samples}
    assert made["a"] == made["b"] == made["c"]
    assert len(made["a"]) == 8 * 3 + 2
    assert {one.exit_status for one in (shared, travelled, alone)} == {1}
    assert makers_of(tmp_path / "a" / "outputs") == {"full", "short", "talks"}
    assert makers_of(tmp_path / "b" / "outputs") == {"batch"}
    for report in (shared.report, travelled.report):
        assert [person["findings"] for person in report["people"] if person["errors"]] != []


def test_a_scheduler_that_does_not_answer_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("polyvita.batch.cluster._TIMEOUT", 0.5)
    with pytest.raises(ExternalError, match=r"the scheduler tcp://127\.0\.0\.1:9 cannot be used"):
        DaskEngine("tcp://127.0.0.1:9")
