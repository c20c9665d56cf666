"""Many CVs at once: outputs, report, aggregates, privacy, and what happens if something fails or is killed."""

from __future__ import annotations

import csv
import gc
import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import time
from base64 import b64encode
from contextlib import suppress
from functools import _lru_cache_wrapper
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from faculty_sample import FacultySample
from inline_engine import InlineEngine, run_or_die
from polyvita import build
from polyvita.batch.engine import ProcessEngine, run_all
from polyvita.batch.model import Task
from polyvita.batch.run import BatchResult, run_batch
from polyvita.cli.main import main
from polyvita.writers.fonts import BUNDLED_FONTS
from repository import MOMENT

FACULTY = """\
people: people/*/cv.md
aggregate:
  - {name: papers, items: publication and date >= 2024, by: -date, formats: [txt, bib]}
report: {count: [publication, talk]}
"""


@pytest.fixture(autouse=True)
def _fixed_time(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", str(MOMENT))
    monkeypatch.chdir(tmp_path)


def write(path: str, text: str) -> Path:
    file = Path(path)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    return file


def write_people(**texts: str) -> None:
    """Write a faculty of people with small CVs: the text below the front matter by id."""
    write("faculty.yaml", FACULTY)
    write("filters/one.yaml", "formats: txt\n")
    for id, text in texts.items():
        write(f"people/{id}/cv.md", f"---\nname: {id.title()} Example\naffiliation: Unit of {id}\n---\n\n{text}\n")


def batch(*filters: str, **options: Any) -> BatchResult:
    options.setdefault("engine", InlineEngine())
    return run_batch(Path("faculty.yaml"), filters, **options)


def codes(result: BatchResult) -> list[str]:
    return sorted({finding.code for finding in result.findings})


def person(result: BatchResult, id: str) -> dict[str, Any]:
    return next(row for row in result.report["people"] if row["id"] == id)


def test_any_worker_looks_for_garbage_rarely() -> None:
    """The workers of a cluster are started by Dask, with Python's usual thresholds."""
    before = gc.get_threshold()
    gc.set_threshold(700, 10, 10)
    try:
        write_people(ada="# Work\n\nA text.")
        batch()
        assert gc.get_threshold()[0] == 100_000
    finally:
        gc.set_threshold(*before)


# ---------------------------------------------------------------- outputs and the report


@pytest.mark.slow
def test_each_output_is_that_of_a_build_alone(tmp_path: Path) -> None:
    sample = FacultySample(tmp_path, 5, share_broken=0.3, pages=(1, 1)).write()
    assert len(sample.broken) == 1
    result = run_batch(sample.file, engine=InlineEngine())
    assert result.exit_status == 1
    assert {row["id"] for row in result.report["people"] if row["errors"]} == set(sample.broken)
    for id in set(sample.ids) - set(sample.broken):
        home = tmp_path / "alone" / id
        shutil.copytree(tmp_path / "people" / id, home, ignore=shutil.ignore_patterns(".polyvita"))
        shutil.copytree(tmp_path / "filters", home / "filters")
        assert build(home / "cv.md").exit_status == 0
        outputs = {
            path.name: path.read_bytes() for path in (home / "outputs").iterdir() if path.name != "manifest.json"
        }
        assert outputs == {name: (tmp_path / "outputs" / id / name).read_bytes() for name in outputs}
        assert len(outputs) == 8


def test_the_report_shows_each_person_and_filter() -> None:
    write_people(
        ada="# Papers {.publication}\n\n- One {date=2024}\n- Two {date=2025}", bob="# Talks {.talk}\n\n- Three"
    )
    write("filters/papers.yaml", "formats: txt\nselect: publication\n")
    write("filters/no-one.yaml", "formats: txt\nselect: nothing\n")
    write("people/eve/cv.md", "---\nname: [\n---\n\nText\n")
    Path("people/gone").mkdir()
    result = batch()
    assert result.exit_status == 1
    assert {name: entry["state"] for name, entry in person(result, "ada")["filters"].items()} == {
        "one": "built", "papers": "built", "no-one": "broken",
    }  # fmt: skip
    assert person(result, "bob")["filters"]["papers"]["state"] == "broken"
    assert person(result, "bob")["filters"]["papers"]["findings"][0]["file"] == "filters/papers.yaml"
    assert person(result, "eve")["findings"][0]["line"] > 0
    assert [finding["code"] for finding in result.report["left_out"]] == ["PV543"]
    assert [finding.message for finding in result.findings if finding.code == "PV544"] == [
        "filter “no-one” could be built for no one"
    ]
    assert result.report["counts"]["Unit of ada"] == {"publication": {"2024": 1, "2025": 1}, "talk": {}}
    assert result.report["counts"]["Unit of bob"] == {"publication": {}, "talk": {"": 1}}
    assert json.loads(Path("outputs/report.json").read_bytes()) == result.report
    with Path("outputs/report.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert {(row["id"], row["filter"]): row["state"] for row in rows if row["filter"]} == {
        ("ada", "one"): "built", ("ada", "papers"): "built", ("ada", "no-one"): "not built",
        ("bob", "one"): "built", ("bob", "papers"): "not built", ("bob", "no-one"): "not built",
    }  # fmt: skip


def test_the_page_of_the_report_runs_its_own_script_and_nothing_else() -> None:
    write_people(ada="Text.", bob="<script>alert(1)</script>\n\n[=x]{.y}")
    write("people/bob/cv.md", "---\nname: '=<script>alert(2)</script>'\n---\n\nText.\n")
    batch()
    page = Path("outputs/report.html").read_text(encoding="utf-8")
    policy = re.findall(r'Content-Security-Policy" content="([^"]*)"', page)[0]
    (script,) = re.findall(r"<script>(.*?)</script>", page, re.S)
    assert f"script-src 'sha256-{b64encode(sha256(script.encode()).digest()).decode()}'" in policy
    assert "default-src 'none'" in policy
    assert "://" not in page
    assert "&lt;script&gt;alert(2)" in page
    assert "'=<script>" in Path("outputs/report.csv").read_text(encoding="utf-8")  # no formula


def test_people_from_a_table(tmp_path: Path) -> None:
    write_people(ada="Text.", bob="Text.")
    write(
        "faculty.yaml",
        "people: staff.csv\noutputs: out/{unit}/{id}/{id}_{filter}.{format}\nreport: {by: rank, count: untagged}\n",
    )
    rows = (
        "L1;people/ada;Maths / Logic;full",
        "L1;people/bob;;assistant",
        "L2;people/nobody;;",
        ";people/bob;;",
        "L3;people/bob;;assistant",
    )
    (tmp_path / "staff.csv").write_bytes("\n".join(["ID;Folder;Unit;Rank", *rows]).encode("cp1252"))
    result = batch()
    assert {path.relative_to("out").as_posix() for path in Path("out").rglob("*.txt")} == {
        "Maths - Logic/L1/L1_one.txt", "other/L3/L3_one.txt",
    }  # fmt: skip
    found = {finding.code: finding.location.line for finding in result.findings}
    assert found == {"PV541": 3, "PV543": 4, "PV542": 5}
    assert result.exit_status == 1
    assert set(result.report["counts"]) == {"full", "assistant"}


def test_an_own_filter_replaces_the_shared_one_only_if_the_file_says_so() -> None:
    write_people(ada="First.\n\nSecond. {.extra}", bob="First.\n\nSecond. {.extra}")
    write("people/ada/filters/one.yaml", "formats: txt\ndrop: extra\n")
    write("people/ada/filters/more.yaml", "formats: txt\n")
    text = Path("outputs/ada/one.txt")
    batch()
    assert "Second" in text.read_text()
    write("faculty.yaml", FACULTY + "own: true\n")
    batch()
    assert "Second" not in text.read_text()
    assert "Second" in Path("outputs/bob/one.txt").read_text()
    assert not Path("outputs/ada/more.txt").exists()


# ---------------------------------------------------------------- a second run, and what was interrupted


def test_a_second_run_starts_no_worker_and_notices_every_change() -> None:
    write_people(ada="Text.", bob="# Papers {.publication}\n\n- A paper {date=2025}")
    write("people/eve/cv.md", "")
    first = batch()
    engine = InlineEngine()
    second = batch(engine=engine)
    assert (engine.starts, second.exit_status) == (0, 1)
    assert {row["state"] for row in person(second, "ada")["filters"]["one"]["outputs"]} == {"unchanged"}
    assert second.findings == first.findings
    assert person(second, "eve")["findings"] == person(first, "eve")["findings"]
    changes = {
        "people/ada/cv.md": ["ada"],
        "people/ada/cv.private.yaml": ["ada", "bob", "eve"],
        "outputs/bob/one.txt": ["bob"],
        "filters/one.yaml": ["ada", "bob", "eve"],
    }
    for path, ids in changes.items():
        old = Path(path).read_text() if Path(path).exists() else ""
        write(
            path,
            f"{old}\n# changed\n"
            if path.startswith("filters")
            else f"{old}mobile: 0171 5550123\n"
            if "private" in path
            else f"{old}\nMore.\n",
        )
        engine = InlineEngine()
        batch(engine=engine)
        assert sorted(engine.ids) == sorted(set(ids) - ({"eve"} if path.startswith("filters") else set())), path
    assert Path("outputs/bob/one (edited).txt").exists()


def test_resume_goes_on_where_a_batch_was_interrupted() -> None:
    write_people(**dict.fromkeys(("ada", "bob", "eve", "kim"), "Text."))
    with pytest.raises(KeyboardInterrupt):
        batch(engine=InlineEngine(most=2))
    done = {path.parent.name for path in Path("outputs").glob("*/one.txt")}
    assert len(done) == 2
    assert not Path("outputs/report.json").exists()
    engine = InlineEngine()
    result = batch(engine=engine, resume=True)
    assert set(engine.ids) == {"ada", "bob", "eve", "kim"} - done
    assert result.report["totals"]["outputs"] == 4
    assert result.exit_status == 0


@pytest.mark.slow
def test_a_worker_that_dies_is_replaced_and_its_cv_is_reported_after_three_times() -> None:
    tasks = [Task(id, f"people/{id}/cv.md", "") for id in ("a", "deadly", "b", "faulty", "c", "d")]
    results = {result.id: result for result in run_all(ProcessEngine(2), b"", iter(tasks), run=run_or_die)}
    assert {id: [one.code for one in result.findings.get("", ())] for id, result in results.items()} == {
        "a": [], "b": [], "c": [], "d": [], "deadly": ["PV545"], "faulty": ["PV390"],
    }  # fmt: skip
    assert "3 worker processes died" in results["deadly"].findings[""][0].message


def test_workers_are_renewed_so_that_their_memory_stays_limited() -> None:
    write_people(**dict.fromkeys(("ada", "bob", "eve", "kim", "zoe"), "Text."))
    engine = InlineEngine()
    engine.renewed_after = 2
    assert batch(engine=engine).report["totals"]["built"] == 5
    assert (engine.starts, len(engine.ids)) == (3, 5)


def unlimited_caches() -> dict[str, int]:
    """Return the sizes of what the modules of polyvita keep for the life of the process."""
    sizes = {}
    for module in [module for name, module in sys.modules.items() if name.startswith("polyvita.")]:
        for name, value in vars(module).items():
            if isinstance(value, dict | list | set):
                sizes[f"{module.__name__}.{name}"] = len(value)
            elif isinstance(value, _lru_cache_wrapper) and value.cache_parameters()["maxsize"] is None:
                if name in ("script_of", "_char_width", "_letters_of", "_normal_form"):
                    continue  # They keep what is known of each character.
                sizes[f"{module.__name__}.{name}"] = value.cache_info().currsize
    return sizes


@pytest.mark.slow
def test_nothing_that_a_process_keeps_grows_with_the_number_of_people() -> None:
    fonts = sorted(BUNDLED_FONTS.glob("*Regular*"))
    assert fonts
    sizes = []
    for number in range(5):
        id = f"p{number}"
        home = Path("people") / id
        write_people(**{id: f"- Text é {number} {{date=20{10 + number}-03-1{number}}}\n"})
        write("filters/one.yaml", "formats: [html, docx, pdf, txt]\ntheme: own\n")
        write("themes/own.yaml", f"accent: '#11{number}922'\nsize: {9 + number / 4}pt\ndates: left\n")
        (home / "fonts").mkdir()
        shutil.copy(fonts[0], home / "fonts")
        assert person(batch(), id)["findings"] == []
        shutil.rmtree(home)
        sizes.append(unlimited_caches())
    assert {name: size for name, size in sizes[4].items() if size > sizes[2].get(name, size)} == {}


# ---------------------------------------------------------------- aggregates


def bibliography(id: str, *entries: str) -> None:
    write(f"people/{id}/papers.bib", "\n".join(entries))
    head = f"---\nname: {id.title()} Doe\nbibliography: papers.bib\n---\n\n"
    write(f"people/{id}/cv.md", f"{head}# Papers {{.publication}}\n\n::: {{.bibliography}}\n:::\n")


def entry(key: str, title: str, year: int = 2025, more: str = "", kind: str = "article") -> str:
    venue = ", journal = {Bees}" if kind == "article" else ""
    return f"@{kind}{{{key}, author = {{Dö, Ada and Roe, Bob}}, title = {{{title}}}{venue}, year = {year}{more}}}"


def test_the_same_work_is_merged_and_twins_are_shown_with_their_sources() -> None:
    write_people()
    doi = ", doi = {10.5555/Bees.1}"
    preprint = ", eprint = {2501.00001}, archiveprefix = {arXiv}"
    bibliography(
        "ada",
        entry("one", "A Theory of Bees in Winter", more=doi),
        entry("two", "The Élan of Wasps and Hornets"),
        entry("three", "Ants on the Moon and Elsewhere", 2024, preprint, "unpublished"),
        entry("four", "Only Ada has this publication"),
    )
    bibliography(
        "bob",
        entry("uno", "A different title of that work", more=", doi = {https://doi.org/10.5555/BEES.1}"),
        entry("two", "THE ELAN OF WASPS AND HORNETS"),
        entry("tres", "Ants on the Moon and Elsewhere", 2025, ", doi = {10.5555/ants}"),
        entry("cinco", "A Theory of Bees in Winter", more=", doi = {10.5555/other}"),
    )
    write(
        "people/eve/cv.md",
        "---\nname: Eve Example\n---\n\n# Papers {.publication}\n\n- A. Dö, B. Roe: “The Elan of Wasps and Hornets.” *Bees*, 2025. {date=2025 dates=hidden}\n",
    )
    result = batch()
    (data,) = [each for each in result.report["aggregates"] if each]
    merged = {tuple((one["person"], one["line"]) for one in row["sources"]): row["reasons"] for row in data["merged"]}
    assert merged == {
        (("ada", 1), ("bob", 1)): ["the same DOI"],
        (("ada", 2), ("bob", 2), ("eve", 7)): ["the same title, year and first author"],
    }
    twins = {row["difference"]: [[one["line"] for one in pair] for pair in row["sources"]] for row in data["twins"]}
    assert twins == {"the DOIs differ": [[1, 1], [4]], "the types are preprint and article-journal": [[3], [3]]}
    assert data["items"] == 6
    text = Path("outputs/papers.txt").read_text(encoding="utf-8")
    assert text.count("Wasps") == 1
    assert text.count("Ants on the Moon") == 2
    assert "Possibly the same work" in text
    keys = re.findall(r"^@\w+\{(.*),$", Path("outputs/papers.bib").read_text(encoding="utf-8"), re.M)
    assert len(keys) == len(set(keys)) == 6
    assert codes(result) == ["PV546", "PV547"]
    assert result.exit_status == 0


def test_authors_of_the_faculty_are_marked_and_an_aggregate_may_be_empty() -> None:
    write_people(
        ada="# Papers {.publication}\n\n- Ada Example, Bob Example and Zoe Other: A paper, 2025. {date=2025}",
        bob="Text.",
    )
    write(
        "faculty.yaml",
        FACULTY.replace("[txt, bib]", "html").replace("report:", "  - {name: none, items: patent}\nreport:"),
    )
    result = batch()
    page = Path("outputs/papers.html").read_text(encoding="utf-8")
    assert "<strong>Ada Example</strong>, <strong>Bob Example</strong> and Zoe Other" in page
    assert codes(result) == ["PV548"]
    assert not Path("outputs/none.html").exists()


# ---------------------------------------------------------------- privacy

MOBILE = "+49 171 5550123"


def test_a_private_value_of_one_person_reaches_no_output_of_another() -> None:
    write_people(ada="Call 0171/555 01 23.", bob="Text.", eve="Doe was born on 6 May 1984.", kim="It was 6 May 1984.")
    write("people/bob/cv.private.yaml", f"mobile: '{MOBILE}'\n")
    write("people/zoe/cv.md", "---\nname: Zoe Doe\n---\n\nText.\n")
    write("people/zoe/cv.private.yaml", "born: 1984-05-06\n")
    result = batch()
    found = {row["id"]: [one["code"] for one in row["filters"]["one"]["findings"]] for row in result.report["people"]}
    assert found == {"ada": ["PV549"], "bob": [], "eve": ["PV549"], "kim": [], "zoe": []}
    assert not Path("outputs/ada/one.txt").exists()
    assert person(result, "ada")["filters"]["one"]["findings"][0]["file"] == "people/bob/cv.private.yaml"
    assert "555" not in Path("outputs/report.json").read_text()
    # It is no secret of somebody else if both have it.
    write("people/ada/cv.md", f"---\nname: Ada Example\nphone: '{MOBILE}'\n---\n\nText.\n")
    assert person(batch(), "ada")["errors"] == 0


def test_an_aggregate_and_the_report_show_no_private_value() -> None:
    write_people(ada=f"# Papers {{.publication}}\n\n- A paper. Call {MOBILE}. {{.secret date=2025}}", bob="Text.")
    write("people/bob/cv.private.yaml", f"mobile: '{MOBILE}'\n")
    write("filters/one.yaml", "formats: txt\ndrop: secret\nselect: not secret or untagged\n")
    result = batch()
    assert [str(finding.location) for finding in result.findings if finding.code == "PV549"]
    assert not Path("outputs/papers.txt").exists()
    assert Path("outputs/report.json").exists()
    write("staff.csv", f"id,folder,name\nada,people/ada,{MOBILE}\nbob,people/bob,Bob\n")
    write("faculty.yaml", FACULTY.replace("people/*/cv.md", "staff.csv"))
    Path("outputs/report.json").unlink()
    result = batch()
    assert any("the report would show" in finding.message for finding in result.findings)
    assert not Path("outputs/report.json").exists()
    assert result.exit_status == 1


# ---------------------------------------------------------------- the command


@pytest.mark.slow
def test_the_command_prints_the_report(capsys: pytest.CaptureFixture[str]) -> None:
    write_people(ada="Text.")
    write("people/eve/cv.md", "")
    assert main(["batch", "faculty.yaml", "one", "--workers", "1"]) == 1
    printed = capsys.readouterr().out
    assert "eve: people/eve/cv.md:0: error[PV003]: the file is empty\n2 people, 1 outputs: 1 written\n" in printed
    assert main(["batch", "faculty.yaml", "one", "--workers", "1", "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["totals"]["unchanged"] == 1


# ---------------------------------------------------------------- kills

KILLS = 20 if os.environ.get("HYPOTHESIS_PROFILE") == "thorough" else 3


def children_of(pid: int, *, recursive: bool = False) -> list[int]:
    """Return the processes that a process has started, and with `recursive` also those that they have started."""
    import psutil

    try:
        return [child.pid for child in psutil.Process(pid).children(recursive=recursive)]
    except psutil.NoSuchProcess:
        return []


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="needs SIGKILL")
def test_all_outputs_are_whole_after_kills_and_a_resumed_batch(tmp_path: Path) -> None:
    """The main process and workers are killed at random moments. Whoever is left ends, and the next batch goes on."""
    FacultySample(tmp_path / "whole", 6, pages=(1, 1)).write()
    run_batch(tmp_path / "whole" / "faculty.yaml", engine=InlineEngine())
    sample = FacultySample(tmp_path / "killed", 6, pages=(1, 1)).write()
    rng = random.Random(3)
    command = [sys.executable, "-m", "polyvita", "batch", "faculty.yaml", "--workers", "2", "--resume"]
    for round in range(KILLS):
        with subprocess.Popen(
            command, cwd=sample.folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        ) as main_process:
            time.sleep(rng.uniform(0.3, 2.5))
            workers, all_processes = children_of(main_process.pid), children_of(main_process.pid, recursive=True)
            victim = main_process.pid if round % 2 or not workers else rng.choice(workers)
            with suppress(ProcessLookupError):
                os.kill(victim, signal.SIGKILL)
            if victim == main_process.pid:
                main_process.wait(10)
                deadline = time.monotonic() + 10
                while any(map(is_running, all_processes)) and time.monotonic() < deadline:
                    time.sleep(0.05)
                assert not any(map(is_running, all_processes)), "a worker has outlived the main process"
            else:
                assert main_process.wait(120) == 0
    assert subprocess.run(command, cwd=sample.folder, check=True, capture_output=True).returncode == 0
    names = {path.relative_to(sample.folder / "outputs") for path in (sample.folder / "outputs").rglob("*.*")}
    for name in names:
        if name.name != "manifest.json" and not name.name.startswith("report."):
            whole = (tmp_path / "whole" / "outputs" / name).read_bytes()
            assert (sample.folder / "outputs" / name).read_bytes() == whole, name
    assert len([name for name in names if len(name.parts) > 1 and name.name != "manifest.json"]) == 6 * 8


def is_running(pid: int) -> bool:
    """Return whether a process still runs. One that has ended but that nobody has waited for does not."""
    import psutil

    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
