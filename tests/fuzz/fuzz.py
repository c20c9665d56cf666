"""Search for inputs that break the readers: `python tests/fuzz/fuzz.py reader --minutes 3` (needs the extra `fuzz`).

The fuzzer changes inputs at random and continues with those that reach new code. An input that raises an exception or
hangs is written to `found-…` in the corpus folder of the target. With `--keep`, a small set of files that reach the
same code replaces the generated files of the corpus. Files that a person named (seeds, fixed bugs) always stay.
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
MAX_FILES, MAX_BYTES = 50, 40_000
"""The maximum of generated files that the corpus of one target keeps."""
LIBFUZZER_OPTION = "--libfuzzer="
"""The first argument of the process that runs libFuzzer. To merge a corpus, libFuzzer starts itself with it again."""
LIMITS = ["-timeout=10", "-rss_limit_mb=2048", "-max_len=4096"]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("target", choices=sorted(path.name for path in CORPUS.iterdir()))
    parser.add_argument("--minutes", type=float, default=1)
    parser.add_argument("--keep", action="store_true", help="add inputs that reach new code to the corpus")
    arguments = parser.parse_args()
    corpus = CORPUS / arguments.target
    with tempfile.TemporaryDirectory() as folder:
        new_inputs, merged = Path(folder, "new"), Path(folder, "merged")
        new_inputs.mkdir()
        merged.mkdir()
        options = [*LIMITS, f"-dict={FOLDER / 'words.dict'}", f"-artifact_prefix={corpus}/found-"]
        seconds = f"-max_total_time={round(arguments.minutes * 60)}"
        status = _libfuzzer(arguments.target, *options, seconds, str(new_inputs), str(corpus))
        if arguments.keep and not status:
            status = _libfuzzer(arguments.target, *options, "-merge=1", str(merged), str(corpus), str(new_inputs))
            _replace_generated(corpus, merged)
        return status


def _libfuzzer(target: str, *arguments: str) -> int:
    """Run libFuzzer in a separate process, because it ends the process in which it runs; return the exit status."""
    command = [sys.executable, __file__, f"{LIBFUZZER_OPTION}{target}", *arguments]
    return subprocess.run(command, check=False).returncode


def _replace_generated(corpus: Path, merged: Path) -> None:
    """Replace the generated files of the corpus by the smallest files of `merged`, up to the maximum."""
    named = {path.read_bytes() for path in corpus.iterdir() if not _is_generated(path)}
    for path in filter(_is_generated, corpus.iterdir()):
        path.unlink()
    size = 0
    smallest_first = sorted(merged.iterdir(), key=lambda path: (path.stat().st_size, path.name))
    for path in [path for path in smallest_first if path.read_bytes() not in named][:MAX_FILES]:
        size += path.stat().st_size
        if size <= MAX_BYTES:
            shutil.copyfile(path, corpus / path.name)


def _is_generated(path: Path) -> bool:
    """Return whether the fuzzer named the file: its name is a hash of its content."""
    return bool(re.fullmatch("[0-9a-f]{40}", path.name))


def _fuzz(target: str) -> None:
    import atheris

    sys.path[:0] = [str(FOLDER.parent.parent / "pipeline"), str(FOLDER)]
    with atheris.instrument_imports(include=["polyvita", "mistune"]):
        from targets import TARGETS
    atheris.Setup([f"{sys.executable} {__file__}", *sys.argv[1:]], TARGETS[target])
    atheris.Fuzz()


if __name__ == "__main__":
    if sys.argv[1:] and sys.argv[1].startswith(LIBFUZZER_OPTION):
        _fuzz(sys.argv[1].removeprefix(LIBFUZZER_OPTION))
    else:
        sys.exit(main())
