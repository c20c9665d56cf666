"""A killed build leaves every output complete, old or new. The next build deletes its temporary files."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from repository import MOMENT

ROUNDS = 50 if os.environ.get("HYPOTHESIS_PROFILE") == "thorough" else 8
NAMES = [f"one.{format}" for format in ("docx", "html", "pdf", "txt")]
CV = "---\nname: Ada Example\n---\n\n# Talks\n\n- A talk on {}.\n"
COMMAND = [sys.executable, "-m", "polyvita", "build"]
ENVIRONMENT = os.environ | {"SOURCE_DATE_EPOCH": str(MOMENT)}

KILLED_BEFORE_RENAME = """
import os, signal, sys
from pathlib import Path
rename, kill = Path.replace, signal.SIGTERM if os.name == "nt" else signal.SIGKILL
Path.replace = lambda a, b: os.kill(os.getpid(), kill) if a.parent.name == "outputs" else rename(a, b)
from polyvita.cli.main import main
main(["build"])
"""
"""A build that is killed after it wrote a temporary file and before it renames the file."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "filters").mkdir()
    (tmp_path / "filters/one.yaml").write_text("formats: [html, docx, pdf, txt]\n")
    return tmp_path


def build_outputs(folder: Path, subject: str) -> dict[str, bytes]:
    """Run a complete build and return its outputs."""
    (folder / "cv.md").write_text(CV.format(subject))
    subprocess.run([*COMMAND, "one"], cwd=folder, env=ENVIRONMENT, check=True, capture_output=True)
    return read_outputs(folder)


def read_outputs(folder: Path) -> dict[str, bytes]:
    return {name: (folder / "outputs" / name).read_bytes() for name in NAMES}


def other_files(folder: Path) -> list[str]:
    return sorted(path.name for path in (folder / "outputs").iterdir() if path.name not in (*NAMES, "manifest.json"))


def kill(process: subprocess.Popen[bytes]) -> None:
    """Kill the build and the Pandoc processes that it runs, and no other processes."""
    if hasattr(os, "killpg") and process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
    else:
        process.kill()
    process.wait()


@pytest.mark.slow
def test_every_output_is_complete_whenever_the_build_is_killed(folder: Path) -> None:
    complete = [build_outputs(folder, "bees"), build_outputs(folder, "wasps and hornets")]
    assert not [name for name in NAMES if complete[0][name] == complete[1][name]]
    started = time.monotonic()
    assert build_outputs(folder, "bees") == complete[0]
    duration = time.monotonic() - started
    rng = random.Random(5)
    was_alive: set[bool] = set()
    for round in range(4 * ROUNDS):
        if round >= ROUNDS and True in was_alive:
            break
        (folder / "cv.md").write_text(CV.format("bees" if round % 2 else "wasps and hornets"))
        process = subprocess.Popen(
            [*COMMAND, "one"],
            cwd=folder,
            env=ENVIRONMENT,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        time.sleep(rng.uniform(0, duration) if round % 2 else rng.uniform(0.5, 1) * duration)
        was_alive.add(process.poll() is None)
        kill(process)
        now = read_outputs(folder)
        assert [name for name in NAMES if now[name] not in (complete[0][name], complete[1][name])] == []
    assert True in was_alive  # At least one build was running when it was killed.
    assert build_outputs(folder, "bees") == complete[0]
    assert other_files(folder) == []


@pytest.mark.slow
def test_the_next_build_deletes_the_temporary_files_of_a_killed_build(folder: Path) -> None:
    old = build_outputs(folder, "bees")
    (folder / "cv.md").write_text(CV.format("wasps"))
    unrelated = [".one.txt.part", ".one.txt.notes.part", ".two.txt.abcdefgh.part", "one.txt.abcdefgh.part"]
    for name in unrelated:
        (folder / "outputs" / name).write_text("not a temporary file of this output")
    run = subprocess.run(
        [sys.executable, "-c", KILLED_BEFORE_RENAME], cwd=folder, env=ENVIRONMENT, check=False, capture_output=True
    )
    assert run.returncode != 0
    assert read_outputs(folder) == old
    assert len(other_files(folder)) > len(unrelated)
    newer = folder / "outputs/.one.txt.zzzzzzzz.part"
    newer.touch()
    os.utime(newer, (time.time() + 3600,) * 2)  # As if another build wrote it after this one started.
    new = build_outputs(folder, "wasps")
    assert not [name for name in NAMES if new[name] == old[name]]
    assert other_files(folder) == sorted([*unrelated, newer.name])
