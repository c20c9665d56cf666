"""Tries what no one would write: `python tests/fuzz/fuzz.py reader --minutes 3` (with the extra `fuzz` installed).

Inputs are changed at random, those that reach new code are kept, and what raises or hangs is written to `found-…` in
the folder of the target's corpus. With `--keep`, what the run has learned goes into the corpus, as few and small files
as will do; a file with a name of its own (a seed, a mended bug) always stays.
"""

from __future__ import annotations

import argparse
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

FOLDER = Path(__file__).parent
CORPUS = FOLDER / "corpus"
MOST_FILES, MOST_BYTES = 50, 40_000
"""So much is kept for one target, beside its seeds."""
MARK = "--libfuzzer="
"""What the fuzzer's own process is called with: it starts itself anew where it minimises, with the same words."""
LIMITS = ["-timeout=10", "-rss_limit_mb=2048", "-max_len=4096"]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("target", choices=sorted(path.name for path in CORPUS.iterdir()))
    parser.add_argument("--minutes", type=float, default=1)
    parser.add_argument("--keep", action="store_true", help="put what the run has learned into the corpus")
    asked = parser.parse_args()
    corpus = CORPUS / asked.target
    with tempfile.TemporaryDirectory() as folder:
        learned, least = Path(folder, "learned"), Path(folder, "least")
        learned.mkdir()
        least.mkdir()
        limits = [*LIMITS, f"-dict={FOLDER / 'words.dict'}", f"-artifact_prefix={corpus}/found-"]
        seconds = f"-max_total_time={round(asked.minutes * 60)}"
        status = _libfuzzer(asked.target, *limits, seconds, str(learned), str(corpus))
        if asked.keep and not status:
            status = _libfuzzer(asked.target, *limits, "-merge=1", str(least), str(corpus), str(learned))
            _keep(corpus, least)
        return status


def _libfuzzer(target: str, *arguments: str) -> int:
    """The fuzzer in a process of its own, because it ends the one it runs in."""
    command = [sys.executable, __file__, f"{MARK}{target}", *arguments]
    return subprocess.run(command, check=False).returncode


def _keep(corpus: Path, least: Path) -> None:
    seeds = {path.read_bytes() for path in corpus.iterdir() if not _is_made(path)}
    for path in filter(_is_made, corpus.iterdir()):
        path.unlink()
    size = 0
    smallest_first = sorted(least.iterdir(), key=lambda path: (path.stat().st_size, path.name))
    for path in [path for path in smallest_first if path.read_bytes() not in seeds][:MOST_FILES]:
        size += path.stat().st_size
        if size <= MOST_BYTES:
            shutil.copyfile(path, corpus / path.name)


def _is_made(path: Path) -> bool:
    """Whether the fuzzer named the file, by its content."""
    return bool(re.fullmatch("[0-9a-f]{40}", path.name))


def _run(target: str) -> None:
    import atheris

    sys.path[:0] = [str(FOLDER.parent.parent), str(FOLDER)]
    with atheris.instrument_imports(include=["polyvita", "mistune"]):
        from targets import TARGETS
    atheris.Setup([f"{sys.executable} {__file__}", *sys.argv[1:]], TARGETS[target])
    atheris.Fuzz()


if __name__ == "__main__":
    if sys.argv[1:] and sys.argv[1].startswith(MARK):
        _run(sys.argv[1].removeprefix(MARK))
    else:
        sys.exit(main())
