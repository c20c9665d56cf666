"""Ordinary input that once ended in a traceback: every run ends with a finding or with outputs."""

from __future__ import annotations

import errno
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

import polyvita.cli.build
from attack_runner import Attack, run_process, write_project
from polyvita.builder.manifest import hash_text
from polyvita.cli.main import main
from polyvita.core import pandoc_worker

ALL = "formats: [html, docx, pdf, txt, latex]\n"
LONG = "x" * 300


@pytest.mark.parametrize("front", ["email: a@b.org", 'name: " "', 'name: " "\nemail: a@b.org', 'honorific: " "'])
def test_a_letterhead_without_a_name(attack: Attack, front: str) -> None:
    write_project(attack.folder, f"---\n{front}\n---\n\n# A\n\nText.\n", filters__all_yaml=ALL)
    assert attack.run().status == 0
    assert "Text." in (attack.folder / "outputs" / "all.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize("size", ["0pt", "0.01pt", "99999999pt"])
@pytest.mark.parametrize("key", ["size", "size_name", "size_small", "unit"])
def test_a_theme_with_an_impossible_size(attack: Attack, key: str, size: str) -> None:
    write_project(attack.folder, filters__all_yaml=f"{ALL}theme: own\n", themes__own_yaml=f"{key}: {size}\n")
    run = attack.run()
    assert (run.status, run.codes) == (2, {"PV125"})


@pytest.mark.parametrize("seconds", ["253402300800", "9" * 30, "9" * 5000])
def test_a_build_after_the_year_9999(attack: Attack, seconds: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", seconds)
    write_project(attack.folder)
    assert attack.run().status == 2


@pytest.mark.parametrize("seconds", ["0", "253402300799"])
def test_the_first_and_the_last_second(attack: Attack, seconds: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", seconds)
    write_project(attack.folder, filters__all_yaml=ALL)
    assert attack.run().status == 0


@pytest.mark.parametrize("command", ["build", "check", "tags", "diff", "explain", "ast"])
@pytest.mark.parametrize("source", [".", "/", "..", LONG, f"{LONG}.md", "a\0b"])
def test_a_source_that_is_no_file(attack: Attack, command: str, source: str) -> None:
    write_project(attack.folder)
    filters = {"diff": ["all", "all"], "explain": ["all", "x"], "ast": ["all"]}.get(command, [])
    assert attack.run(command, *filters, "-s", source).status in (1, 2)


@pytest.mark.parametrize("words", [[LONG], ["-o", LONG], ["-f", LONG], ["a\0b"]])
def test_names_of_300_characters_and_with_nul(attack: Attack, words: list[str]) -> None:
    write_project(attack.folder)
    assert attack.run("build", *words).status in (2, 3)


@pytest.mark.parametrize("key", ["theme", "extends", "filename", "reference", "rules", "pandoc_filters"])
def test_long_names_in_a_filter(attack: Attack, key: str) -> None:
    value = f"[{LONG}]" if key in ("rules", "pandoc_filters") else LONG
    write_project(attack.folder, filters__all_yaml=f"formats: [html]\n{key}: {value}\n")
    assert attack.run().status in (2, 3)


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root may read all files")
def test_an_image_without_permission(attack: Attack) -> None:
    write_project(attack.folder, "# A\n\n![I](i.png)\n", i_png=b"\x89PNG\r\n\x1a\n")
    (attack.folder / "i.png").chmod(0)
    assert attack.run().codes == {"PV308"}


@pytest.mark.slow
@pytest.mark.parametrize("stream", ["0<&-", "1>&-", "2>&-", "0<&- 1>&- 2>&-"])
@pytest.mark.parametrize(("source", "status"), [("cv.md", 0), ("no.md", 2)])
def test_a_closed_stream(tmp_path: Path, stream: str, source: str, status: int) -> None:
    write_project(tmp_path)
    command = f"'{sys.executable}' -m polyvita build --force -s {source} {stream}"
    assert subprocess.run(["/bin/sh", "-c", command], cwd=tmp_path, check=False, timeout=120).returncode == status
    assert b"PV001" not in b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())


@pytest.mark.slow
def test_no_folder_for_temporary_files(tmp_path: Path) -> None:
    write_project(tmp_path, filters__all_yaml=ALL)
    run = run_process(tmp_path, "build", "--force", env={"TMPDIR": str(tmp_path / "none")})
    assert "Traceback" not in run.err
    assert run.status in (0, 3)


@pytest.mark.parametrize(
    "problem", [OSError(errno.ENOSPC, "No space left on device"), FileNotFoundError(2, "No usable temporary directory")]
)
@pytest.mark.parametrize("function", ["mkdtemp", "TemporaryFile"])
def test_no_room_for_temporary_files(
    attack: Attack, function: str, problem: OSError, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise problem

    write_project(attack.folder, filters__all_yaml="formats: [docx, latex]\n")
    monkeypatch.setattr(pandoc_worker, "_idle_workers", [])
    monkeypatch.setattr(tempfile, function, fail)
    run = attack.run()
    assert (run.status, run.codes) == (3, {"PV301"})
    assert "all.yaml:1:11: " in run.err
    assert str(problem.strerror) in run.err
    assert (attack.folder / "outputs/all.tex").exists()


def test_a_fault_of_the_program(
    attack: Attack, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(*_: object) -> None:
        raise KeyError("secret\x1b[31m")

    monkeypatch.setattr(polyvita.cli.build, "run", fail)
    assert main(["build", "-s", "cv.md"]) == 3
    err = capsys.readouterr().err
    assert err.startswith("error[PV390]: internal error: KeyError: 'secret")
    assert "“polyvita build -s cv.md --debug”" in err
    assert "Traceback" not in err
    assert "\x1b" not in err
    assert main(["build", "--debug"]) == 3
    assert "Traceback" in capsys.readouterr().err


@pytest.mark.parametrize("char", ["\u202e", "\u2066", "\x85", "\x1b", "\u200f"])
def test_names_of_files_lose_control_and_bidirectional_characters(attack: Attack, char: str) -> None:
    name = f"Ada{char}fdp.exe"
    front = f'---\nname: "{name}"\n---\n\n# A\n\nText.\n'
    write_project(attack.folder, front, filters__all_yaml="formats: [txt]\nfilename: '{name}'\n")
    run = attack.run()
    assert char not in run.out + run.err
    assert not [path for path in attack.folder.rglob("*") if char in path.name]


# ---------------------------------------------------------------- the manifest

BODIES = [
    *(None, 1, "x", [], [1], {}, {"outputs": 1}, {"outputs": [1]}, {"outputs": {"all.html": 1}}),
    *({"outputs": {"all.html": {key: value}}} for key in ("filter", "hash") for value in (1, [], {}, None, "\ud800")),
    *({"outputs": {name: {"filter": "all", "hash": "x"}}} for name in ("", "/", "../cv.md", "a\0b", LONG, "\ud800")),
]


@pytest.mark.parametrize("body", BODIES, ids=lambda body: repr(body)[:60])
def test_a_manifest_of_any_shape(attack: Attack, body: object) -> None:
    content = json.dumps({"hash": hash_text(json.dumps(body, ensure_ascii=False, sort_keys=True)), "body": body})
    write_project(attack.folder, outputs__manifest_json=content)
    assert attack.run("build").status == 0
    assert attack.run("build").codes <= {"PV325"}


@pytest.mark.parametrize("content", [b"", b"\0", b"[" * 100_000, b'{"a":' * 100_000, b"9" * 5_000, b"NaN", b'"\xff"'])
def test_a_manifest_that_is_no_json(attack: Attack, content: bytes) -> None:
    write_project(attack.folder, outputs__manifest_json=content)
    assert "PV323" in attack.run("build").codes
    assert attack.run("build").codes == set()


@pytest.mark.parametrize("kind", ["pipe", "device", "sparse"])
def test_a_manifest_that_never_ends(attack: Attack, kind: str) -> None:
    write_project(attack.folder)
    path = attack.folder / "outputs/manifest.json"
    path.parent.mkdir()
    if kind == "pipe":
        os.mkfifo(path)
    elif kind == "device":
        path.symlink_to("/dev/zero")
    else:
        with path.open("wb") as file:
            file.truncate(20_000_000_000)
    assert attack.run("build").codes == {"PV323"}
    assert attack.run("build").codes == set()


# ---------------------------------------------------------------- Pandoc

PANDOCS = {
    "is missing": None,
    "is no program": "nonsense\0",
    "ends at once": "#!/bin/sh\nexit 1\n",
    "is killed": "#!/bin/sh\nkill -9 $$\n",
    "talks nonsense": "#!/bin/sh\nread line; echo nonsense; cat >/dev/null\n",
    "talks without end": "#!/bin/sh\nread line; head -c 1000000 /dev/zero; cat >/dev/null\n",
    "promises too much": "#!/bin/sh\nread line; echo ok 99999999999999999999; exec cat >/dev/null\n",
}


@pytest.mark.parametrize("how", PANDOCS)
@pytest.mark.parametrize("format", ["html", "txt"])
def test_a_pandoc_that(attack: Attack, how: str, format: str, monkeypatch: pytest.MonkeyPatch) -> None:
    write_project(attack.folder, filters__all_yaml=f"formats: [{format}]\n")
    script = PANDOCS[how]
    path = attack.folder / "pandoc"
    if script is not None:
        path.write_text(script)
        path.chmod(0o755)
    monkeypatch.setattr(pandoc_worker, "_idle_workers", [])
    monkeypatch.setattr(pandoc_worker, "pandoc_path", lambda: str(path))
    run = attack.run()
    assert (run.status, run.codes) == (3, {"PV301"})
    assert run.err.count("\n") < 6
    assert not (attack.folder / "outputs" / f"all.{format}").exists()


@pytest.mark.parametrize("output", [b"", b"nonsense", b"null", b"[]", b"[" * 100_000])
def test_a_pandoc_that_prints_no_document(attack: Attack, output: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    filter = "formats: [txt]\npandoc_filters: [a.lua]\n"
    write_project(attack.folder, filters__all_yaml=filter, filters__a_lua="")
    monkeypatch.setattr("polyvita.writers.pandoc.run_pandoc", lambda *_, **__: output)
    run = attack.run()
    assert (run.status, run.codes) == (3, {"PV301"})


@pytest.mark.skipif(not hasattr(signal, "SIGTSTP"), reason="Windows has no Ctrl-Z")
def test_a_pandoc_that_was_stopped_and_continued() -> None:
    """Ctrl-Z and `fg` interrupt the system call in which an idle worker waits."""
    worker = pandoc_worker._Worker()
    tree = b'{"pandoc-api-version":[1,23,1],"meta":{},"blocks":[]}'
    for _ in range(3):
        assert worker.request({"from": "json", "to": "html", "options": {}}, tree, "write html") == ("ok", b"")
        time.sleep(0.02)
        worker.process.send_signal(signal.SIGTSTP)
        time.sleep(0.02)
        worker.process.send_signal(signal.SIGCONT)
        time.sleep(0.02)
    worker.stop()


def test_an_interrupted_request_is_repeated(attack: Attack, monkeypatch: pytest.MonkeyPatch) -> None:
    write_project(attack.folder)
    stopped = iter([True])
    real = pandoc_worker._Worker._exchange

    def exchange(worker: pandoc_worker._Worker, request: bytes) -> tuple[str, bytes]:
        if next(stopped, False):
            worker.errors.write(b"Error running Lua: Interrupted system call")
            raise ValueError
        return real(worker, request)

    monkeypatch.setattr(pandoc_worker._Worker, "_exchange", exchange)
    assert attack.run().status == 0
    assert list(stopped) == []
