"""Locks of folders: threads and processes take turns, and a killed process leaves no lock behind."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path
from threading import Thread

import pytest

from polyvita.core import files
from polyvita.core.diagnostics import ExternalError
from polyvita.core.files import lock_folder

HOLD = """
import sys, time, warnings
warnings.simplefilter("ignore")  # filelock warns of the lock that it uses without fcntl.
if "no fcntl" in sys.argv:
    sys.modules["fcntl"] = None
from pathlib import Path
from polyvita.core.files import lock_folder
with lock_folder(Path(sys.argv[1])):
    print("locked", flush=True)
    time.sleep(float(sys.argv[2]))
"""


def hold_lock(folder: Path, seconds: float, *options: str) -> subprocess.Popen[str]:
    """Start a process that locks the folder, and return it when the folder is locked."""
    command = [sys.executable, "-c", HOLD, str(folder), str(seconds), *options]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout
    assert process.stdout.readline() == "locked\n"
    return process


def test_threads_take_turns(tmp_path: Path) -> None:
    inside: list[int] = []
    most: list[int] = []

    def work() -> None:
        with lock_folder(tmp_path / "outputs"):
            inside.append(1)
            time.sleep(0.01)
            most.append(len(inside))
            inside.pop()

    threads = [Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == [1, 1, 1, 1]
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("options", [[], ["no fcntl"]])
def test_processes_take_turns(tmp_path: Path, options: list[str]) -> None:
    """Without fcntl, as on Windows, filelock uses another lock."""
    started = time.monotonic()
    first = hold_lock(tmp_path / "outputs", 1, *options)
    second = hold_lock(tmp_path / "outputs", 0, *options)
    assert time.monotonic() - started >= 1
    assert [first.wait(), second.wait()] == [0, 0]
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("options", [[], ["no fcntl"]])
def test_a_killed_process_leaves_no_lock(tmp_path: Path, options: list[str]) -> None:
    killed = hold_lock(tmp_path / "outputs", 60, *options)
    killed.kill()
    killed.wait()
    assert [path.name for path in tmp_path.iterdir()] == [".outputs.lock"]
    assert hold_lock(tmp_path / "outputs", 0, *options).wait(timeout=20) == 0
    assert list(tmp_path.iterdir()) == []


def test_a_lock_that_is_not_released_is_reported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "LOCK_TIMEOUT", 0.1)
    holder = hold_lock(tmp_path / "outputs", 60)
    try:
        with pytest.raises(ExternalError, match="another build into"), lock_folder(tmp_path / "outputs"):
            pass
    finally:
        holder.kill()
        holder.wait()


def test_a_folder_in_a_missing_folder_is_not_created(tmp_path: Path) -> None:
    with lock_folder(tmp_path / "new/outputs"):
        pass
    assert list(tmp_path.iterdir()) == []
