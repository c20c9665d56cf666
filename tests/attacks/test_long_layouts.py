"""Typst is ended if it takes too long, after Ctrl-C, and with the program: no text holds the machine for long."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from attack_runner import Attack, write_project
from polyvita.writers import typst_runner

LONG = "# A\n\n" + "word and more " * 1_600
"""One paragraph, long enough for a process of its own."""
ENDLESS = (
    "#for a in range(9999) { for b in range(9999) { for c in range(9999) { let d = c } } }\n"
    + "x" * typst_runner.LONG_PARAGRAPH
)
"""A source that takes Typst some days."""
PDF = "formats: [pdf]\n"


def task(source: str) -> typst_runner.TypstTask:
    return typst_runner.TypstTask(source, Path(), ())


def processes() -> set[str]:
    """Return the processes that lay out pages."""
    listed = subprocess.run(["ps", "-ww", "-eo", "pid,stat,args"], capture_output=True, text=True, check=True).stdout
    return {line.split()[0] for line in listed.splitlines() if typst_runner._START in line and " Z" not in line}


def test_a_long_paragraph_is_laid_out_in_both_ways(monkeypatch: pytest.MonkeyPatch) -> None:
    source = "#set document(date: none)\n#set page(width: 20cm)\n" + "word and more " * 2_000
    elsewhere = typst_runner.run_typst(task(source))
    monkeypatch.setattr(typst_runner, "LONG_PARAGRAPH", 10**9)
    here = typst_runner.run_typst(task(source))
    assert len(here) == len(elsewhere) > 10_000


def test_a_layout_that_takes_too_long(attack: Attack, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(typst_runner, "TIMEOUT_SECONDS", 0.1)
    write_project(attack.folder, LONG, filters__all_yaml="formats: [pdf, txt]\n")
    before = processes()
    run = attack.run()
    assert (run.status, run.codes) == (3, {"PV301"})
    assert "all.yaml:1:11: " in run.err
    assert "stopped after 0.1 seconds" in run.err
    assert (attack.folder / "outputs/all.txt").exists()
    assert processes() <= before


DRAWINGS = {
    "a filter over many pixels": '<filter id="f" x="-9" y="-9" width="99" height="99">'
    '<feGaussianBlur stdDeviation="9999"/></filter><path d="M0 0h1e6v1e6" filter="url(#f)"/>',
    "a long text": f"<text font-size='1e30'>{'a' * 200_000}</text>",
}


@pytest.mark.parametrize("kind", DRAWINGS)
def test_a_drawing_that_takes_too_long(attack: Attack, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(typst_runner, "TIMEOUT_SECONDS", 0.5)
    head = '<svg xmlns="http://www.w3.org/2000/svg" width="1e6" height="1e6">'
    write_project(attack.folder, "# A\n\n![I](i.svg)\n", filters__all_yaml=PDF, i_svg=f"{head}{DRAWINGS[kind]}</svg>")
    run = attack.run()
    assert (run.status, run.codes) == (3, {"PV301"})
    assert "simplify SVG images" in run.err


def use(number: int) -> str:
    return f'<use href="#a{number}"/>'


@pytest.mark.parametrize("uses", [10, 25])
def test_a_drawing_that_multiplies_itself(attack: Attack, uses: int) -> None:
    parts = "".join(f'<g id="a{i}">{use(i - 1) * 10}</g>' for i in range(1, uses))
    drawing = f'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><path id="a0" d="M0 0h9"/>{parts}</svg>'
    write_project(attack.folder, "# A\n\n![I](i.svg)\n", filters__all_yaml=PDF, i_svg=drawing)
    assert attack.run().codes <= {"PV301"}


def test_an_error_in_a_long_text() -> None:
    with pytest.raises(typst_runner.typst.TypstError, match="unknown variable: nosuch"):
        typst_runner.run_typst(task("#nosuch " + "x" * typst_runner.LONG_PARAGRAPH))


def test_a_layout_imports_nothing_from_the_current_folder(attack: Attack) -> None:
    evil = "open('was-run', 'w').close()\n"
    write_project(attack.folder, LONG, filters__all_yaml=PDF, typst_py=evil, json_py=evil, msgspec_py=evil)
    assert attack.run().status == 0
    assert not (attack.folder / "was-run").exists()


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="Windows has other signals")
@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_a_layout_ends_with_the_program(tmp_path: Path, sign: int) -> None:
    program = f"""
import sys
from polyvita.cli.main import command
from polyvita.writers import typst_runner
run = typst_runner.run_typst
typst_runner.run_typst = None
from polyvita.writers import pdf
pdf.run_typst = lambda task: run(typst_runner.TypstTask({ENDLESS!r}, task.root, ()))
sys.argv = ["polyvita", "build"]
command()
"""
    write_project(tmp_path, filters__all_yaml=PDF)
    before = processes()
    process = subprocess.Popen(
        [sys.executable, "-c", program], cwd=tmp_path, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    wait_until(lambda: bool(processes() - before))
    time.sleep(0.5)
    process.send_signal(sign)
    assert process.wait(10) in (130, -sign)
    wait_until(lambda: processes() <= before)


def wait_until(condition: Callable[[], bool], seconds: float = 20) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.1)
