"""A batch on a Dask cluster: a scheduler and two workers, as real processes on this machine."""

from __future__ import annotations

import json
import os
import random
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from subprocess import DEVNULL, PIPE

import pytest

from faculty_sample import FacultySample
from inline_engine import InlineEngine
from polyvita.batch.cluster import DaskEngine
from polyvita.batch.run import run_batch
from polyvita.core.diagnostics import ExternalError
from repository import MOMENT

pytestmark = pytest.mark.slow
KILLS = 20 if os.environ.get("HYPOTHESIS_PROFILE") == "thorough" else 2
Processes = list[subprocess.Popen[bytes]]


@contextmanager
def started_cluster(tmp_path: Path) -> Iterator[tuple[str, Processes]]:
    """Start a scheduler and two workers. The workers run in another folder, and without the environment of the test."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"tcp://127.0.0.1:{free.getsockname()[1]}"
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir(exist_ok=True)
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


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[tuple[str, Processes]]:
    with started_cluster(tmp_path) as started:
        yield started


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


def test_a_batch_goes_on_after_its_scheduler_was_killed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The batch ends at once and says why. The next one goes on, with another scheduler or with a pool."""
    monkeypatch.setenv("SOURCE_DATE_EPOCH", str(MOMENT))
    whole = FacultySample(tmp_path / "whole", 3 * KILLS, pages=(1, 1)).write()
    run_batch(whole.file, engine=InlineEngine())
    sample = FacultySample(tmp_path / "killed", 3 * KILLS, pages=(1, 1)).write()
    command = [sys.executable, "-m", "polyvita", "batch", "faculty.yaml", "--resume"]
    rng = random.Random(5)
    finished = 0
    for _ in range(KILLS):
        with (
            started_cluster(tmp_path) as (address, processes),
            subprocess.Popen(
                [*command, "--scheduler", address], cwd=sample.folder, stdout=DEVNULL, stderr=PIPE, text=True
            ) as main_process,
        ):
            deadline = time.monotonic() + 60
            while finished_in(sample) <= finished and time.monotonic() < deadline:
                time.sleep(0.02)
            time.sleep(rng.uniform(0, 0.3))
            processes[0].kill()
            _, said = main_process.communicate(timeout=60)
            assert (main_process.returncode, finished_in(sample) > finished) == (3, True), said
            error = f"error[PV301]: the connection to the scheduler {address} is lost, so the batch has stopped"
            assert [line for line in said.splitlines() if not line.startswith(("scheduler ", "  hint: "))] == [error]
            assert not any(b"given this CV up" in line for line in journal_of(sample)), "no CV is to blame"
        finished = finished_in(sample)
    assert subprocess.run(command, cwd=sample.folder, check=False, capture_output=True).returncode == 0
    assert outputs_of(sample.folder / "outputs") == outputs_of(whole.folder / "outputs")


def finished_in(sample: FacultySample) -> int:
    """Return how many CVs are in the journal of a batch."""
    return max(0, len(journal_of(sample)) - 1)


def journal_of(sample: FacultySample) -> list[bytes]:
    return [line for path in (sample.folder / ".polyvita").glob("batch-*") for line in path.read_bytes().splitlines()]


def test_a_scheduler_that_does_not_answer_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("polyvita.batch.cluster._TIMEOUT", 0.5)
    with pytest.raises(ExternalError, match=r"the scheduler tcp://127\.0\.0\.1:9 cannot be used"):
        DaskEngine("tcp://127.0.0.1:9")
