"""A build that is killed leaves every output old or new, whole, and nothing behind that the next one does not clear."""

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

DIES = """
import os, signal, sys
from pathlib import Path
Path.replace = lambda *_: os.kill(os.getpid(), signal.SIGTERM if os.name == "nt" else signal.SIGKILL)
from polyvita.cli.main import main
main(["build"])
"""
"""A build that dies between writing a temporary file and giving it its name."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "filters").mkdir()
    (tmp_path / "filters/one.yaml").write_text("formats: [html, docx, pdf, txt]\n")
    return tmp_path


def built(folder: Path, subject: str) -> dict[str, bytes]:
    """The outputs of a build that nothing disturbs."""
    (folder / "cv.md").write_text(CV.format(subject))
    subprocess.run([*COMMAND, "one"], cwd=folder, env=ENVIRONMENT, check=True, capture_output=True)
    return outputs(folder)


def outputs(folder: Path) -> dict[str, bytes]:
    return {name: (folder / "outputs" / name).read_bytes() for name in NAMES}


def leftovers(folder: Path) -> list[str]:
    return sorted(path.name for path in (folder / "outputs").iterdir() if path.name not in (*NAMES, "manifest.json"))


def kill(process: subprocess.Popen[bytes]) -> None:
    """The build and the Pandocs that it runs: those that were started here, and no others."""
    if hasattr(os, "killpg") and process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
    else:
        process.kill()
    process.wait()


def test_an_output_is_old_or_new_whenever_the_build_is_killed(folder: Path) -> None:
    whole = [built(folder, "bees"), built(folder, "wasps and hornets")]
    assert not [name for name in NAMES if whole[0][name] == whole[1][name]]
    started = time.monotonic()
    assert built(folder, "bees") == whole[0]
    lasts = time.monotonic() - started
    chance = random.Random(5)
    seen: set[bool] = set()
    for round in range(4 * ROUNDS):
        if round >= ROUNDS and True in seen:
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
        time.sleep(chance.uniform(0, lasts) if round % 2 else chance.uniform(0.5, 1) * lasts)
        seen.add(process.poll() is None)
        kill(process)
        now = outputs(folder)
        assert [name for name in NAMES if now[name] not in (whole[0][name], whole[1][name])] == []
    assert True in seen  # some were alive when they were killed
    assert built(folder, "bees") == whole[0]
    assert leftovers(folder) == []


def test_what_a_killed_build_leaves_is_cleared_by_the_next(folder: Path) -> None:
    old = built(folder, "bees")
    (folder / "cv.md").write_text(CV.format("wasps"))
    others = [".one.txt.part", ".one.txt.notes.part", ".two.txt.abcdefgh.part", "one.txt.abcdefgh.part"]
    for name in others:
        (folder / "outputs" / name).write_text("not ours, or not this output's")
    run = subprocess.run([sys.executable, "-c", DIES], cwd=folder, env=ENVIRONMENT, check=False, capture_output=True)
    assert run.returncode != 0
    assert outputs(folder) == old
    assert len(leftovers(folder)) > len(others)
    other_builds = folder / "outputs/.one.txt.zzzzzzzz.part"
    other_builds.touch()
    os.utime(other_builds, (time.time() + 3600,) * 2)  # as if written after this build began
    new = built(folder, "wasps")
    assert not [name for name in NAMES if new[name] == old[name]]
    assert leftovers(folder) == sorted([*others, other_builds.name])
