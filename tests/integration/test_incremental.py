"""Incremental builds: the amount of work, counted; then single situations that a user can be in.

tests/laws/test_incremental_laws.py has the law that holds after all changes.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from polyvita import build
from polyvita.builder.manifest import _file_stats
from polyvita.builder.result import BuildResult
from polyvita.cli.main import main
from polyvita.core import pandoc_worker
from polyvita.core.diagnostics import ExternalError, InputError
from polyvita.core.files import delete_temporary_files
from polyvita.writers import docx, html, pandoc, pandoc_formats, pdf, text, typst_source
from polyvita.writers.typst_runner import TypstTask
from repository import MOMENT
from small_project import RULES, Project, Unit, picture, small

ENVIRONMENT = {name: os.environ[name] for name in os.environ if not name.startswith(("SOURCE_DATE_EPOCH", "COVERAGE"))}
OUTPUTS = {"all.html", "all.txt", "core.html", "core.txt", "office.txt", "page.pdf", "word.docx", "word.txt"}


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    project = small(tmp_path)
    project.save()
    return project


def run_build(project: Project, **options: Any) -> BuildResult:
    project.save()
    return build(project.source, **{"timestamp": MOMENT, **options})


def written(result: BuildResult) -> set[str]:
    return {status.path.name for status in result.results if not status.unchanged and not status.problem}


def codes(result: BuildResult) -> list[str]:
    return [finding.code for finding in result.findings]


def output_files(project: Project) -> set[str]:
    return {path.name for path in (project.folder / "outputs").iterdir()}


# ---------------------------------------------------------------- the amount of work


@pytest.fixture
def work(monkeypatch: pytest.MonkeyPatch) -> Iterator[Counter[str]]:
    """Count conversions by Pandoc, layouts and PDFs by Typst, and Pandoc processes."""
    counts: Counter[str] = Counter()

    def count_calls(target: Any, name: str, what: str) -> None:
        real: Callable[..., Any] = getattr(target, name)

        def counted(*args: Any, **options: Any) -> Any:
            counts[what] += 1
            return real(*args, **options)

        monkeypatch.setattr(target, name, counted)

    pandoc_worker._write.cache_clear()
    count_calls(pandoc_worker._Worker, "request", "requests")
    for writer in (docx, html, text, typst_source):
        count_calls(writer, "convert", "conversions")
    count_calls(pandoc, "write_with_pandoc", "conversions")
    count_calls(pandoc_formats, "write_with_pandoc", "conversions")
    count_calls(pandoc_worker._Worker, "__init__", "processes")
    count_calls(pdf, "query_marks", "layouts")
    count_calls(pdf, "_typeset", "PDFs")
    count_calls(TypstTask, "_compiler", "compilers")
    idle: list[pandoc_worker._Worker] = []
    monkeypatch.setattr(pandoc_worker, "_idle_workers", idle)
    yield counts
    for worker in idle:
        worker.stop()


def test_the_first_build_converts_each_output_once_and_lays_out_each_try_to_fit(
    project: Project, work: Counter[str]
) -> None:
    first = run_build(project)
    assert first.fitted["page"].data["left_out"]
    assert written(first) == OUTPUTS
    assert 1 <= work.pop("processes") <= (os.cpu_count() or 1)
    tries = work["layouts"]
    assert 1 < tries <= 7
    # The PDF is the last layout that fits, so Pandoc is not asked again, and Typst needs no other compiler.
    conversions = len(OUTPUTS) + tries
    assert work == {
        "conversions": conversions, "requests": conversions - 1, "layouts": tries, "compilers": tries, "PDFs": 1
    }  # fmt: skip


def test_nothing_is_done_if_nothing_changed(project: Project, work: Counter[str]) -> None:
    run_build(project)
    work.clear()
    again = run_build(project)
    assert all(result.unchanged for result in again.results)
    assert {result.path.name for result in again.results} == OUTPUTS
    assert work == {}


def test_almost_nothing_is_imported_if_nothing_changed(project: Project) -> None:
    heavy = {"mistune", "typst", "pypdf", "yaml", "font_caladea", "fontpkg_source_sans_3", "tempfile", "subprocess"}
    light = {
        "builder", "builder.incremental", "builder.manifest", "builder.result", "cli", "cli.build", "cli.console",
        "cli.main", "cli.options", "core", "core.allowed", "core.clock", "core.diagnostics", "core.files", "core.garbage",
        "core.location", "core.source",
    }  # fmt: skip
    code = "import sys; from polyvita.cli.main import main; print(main(['build']), *sys.modules)"
    loaded = []
    for _ in range(2):
        run = subprocess.run(
            [sys.executable, "-c", code], cwd=project.folder, env=ENVIRONMENT,
            check=True, capture_output=True, text=True,
        )  # fmt: skip
        loaded.append(set(run.stdout.splitlines()[-1].split()))
    assert heavy - {"pypdf"} < loaded[0]  # A worker process may have imported it instead.
    assert heavy & loaded[1] == set()
    assert {name.removeprefix("polyvita.") for name in loaded[1] if name.startswith("polyvita.")} == light


SHOW_TALKS = {"all.html", "all.txt", "office.txt"}


@pytest.mark.parametrize(
    ("at", "shown_in"),
    [
        (0, {*SHOW_TALKS, "page.pdf", "word.docx", "word.txt"}),  # extra
        (1, {*SHOW_TALKS, "page.pdf", "core.html", "core.txt"}),
    ],
)
def test_a_changed_word_rebuilds_the_outputs_that_show_it(
    project: Project, work: Counter[str], at: int, shown_in: set[str]
) -> None:
    run_build(project)
    work.clear()
    project.units[at].word = "Zircon"
    after = run_build(project)
    assert written(after) == shown_in
    assert after.fitted["page"].data["left_out"]
    assert work["conversions"] == len(shown_in) + work["layouts"]
    assert work["PDFs"] == 1


def test_a_changed_word_rebuilds_no_output_that_leaves_its_unit_out(project: Project) -> None:
    left = run_build(project).fitted["page"].data["left_out"][0]["text"]
    next(unit for unit in project.units if unit.word in left).word = "Zircon"
    assert "page.pdf" not in written(run_build(project))


def test_a_comment_or_a_blank_line_writes_nothing(project: Project, work: Counter[str]) -> None:
    before = run_build(project)
    project.comments, project.gaps = ["a note"], 2
    work.clear()
    after = run_build(project)
    assert written(after) == set()
    assert (work["PDFs"], work["conversions"]) == (0, work["layouts"])
    moved = [
        f.location.line - g.location.line
        for f, g in zip(after.findings, before.findings, strict=True)
        if f.location.line > 9
    ]
    assert all(moved)


@pytest.mark.parametrize(
    ("change", "rebuilt"),
    [
        ({"theme": {"accent": "#7a1f1f"}}, {"all.html", "page.pdf"}),
        ({"shade": 7}, {"all.html"}),
        ({"private": {"mobile": "+49 (171) 555-0193"}}, {"office.txt"}),
        ({"template": b""}, set()),
    ],
)
def test_a_changed_file_beside_the_cv_rebuilds_the_outputs_that_show_it(
    project: Project, work: Counter[str], change: dict[str, Any], rebuilt: set[str]
) -> None:
    run_build(project)
    work.clear()
    for name, value in change.items():
        setattr(project, name, value)
    after = run_build(project)
    assert written(after) == rebuilt
    assert work["conversions"] - work["layouts"] == len(rebuilt)


def test_builds_of_other_formats_have_separate_records(project: Project, work: Counter[str]) -> None:
    first = run_build(project, formats=["txt"])
    assert written(first) == {name for name in OUTPUTS if name.endswith(".txt")}
    assert work["layouts"] == 0  # No filter that fits a page writes plain text.
    assert written(run_build(project)) == {name for name in OUTPUTS if not name.endswith(".txt")}
    work.clear()
    assert written(run_build(project, formats=["txt"])) == written(run_build(project, formats=["pdf"])) == set()
    assert work["conversions"] == work["layouts"]
    work.clear()
    assert written(run_build(project, formats=["txt"])) == set()
    assert work == {}


def test_a_run_counts_only_if_no_other_command_has_changed_its_outputs(project: Project) -> None:
    core, other = project.filters["core"], {**project.filters["core"], "select": "extra", "rules": []}
    assert written(run_build(project)) == OUTPUTS
    project.filters["core"] = other
    assert written(run_build(project, formats=["txt"])) == {"core.txt"}
    project.filters["core"] = core
    assert written(run_build(project)) == {"core.txt"}


def test_a_filter_counts_only_if_no_other_filter_has_changed_its_outputs(project: Project) -> None:
    core = {**project.filters.pop("core"), "filename": "core"}
    project.filters["one"] = core
    run_build(project)
    del project.filters["one"]
    project.filters["two"] = {**core, "select": "extra", "rules": []}
    assert written(run_build(project)) == {"core.txt", "core.html"}
    del project.filters["two"]
    project.filters["one"] = core
    assert written(run_build(project)) == {"core.txt", "core.html"}


# ---------------------------------------------------------------- situations


def test_an_output_edited_by_hand_is_renamed(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    run_build(project)
    path, made = project.folder / "outputs/core.txt", {}
    for number, name in enumerate(["core (edited).txt", "core (edited 2).txt"]):
        made[name] = f"my own words {number}"
        path.write_text(made[name])
        after = run_build(project)
        (finding,) = [finding for finding in after.findings if finding.code == "PV324"]
        assert finding.message == f"core.txt was edited by hand; your version is kept as “{name}”"
        assert written(after) == {"core.txt"}
        assert {other: (path.parent / other).read_text() for other in made} == made
        assert "my own words" not in path.read_text()
    assert "PV324" not in codes(run_build(project))  # It is reported once.


def test_an_edited_output_that_cannot_be_renamed_stops_no_other_output(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_build(project)
    (project.folder / "outputs/core.txt").write_text("my own words")
    project.bio = "Zircon"

    def refuse(path: Path) -> Path:
        raise ExternalError(f"{path} cannot be renamed: it is open")

    monkeypatch.setattr("polyvita.builder.ownership.set_aside", refuse)
    after = run_build(project)
    assert after.exit_status == 3
    assert [result.path.name for result in after.results if result.problem] == ["core.txt"]
    assert (project.folder / "outputs/core.txt").read_text() == "my own words"
    assert "core.html" in written(after)
    monkeypatch.undo()
    assert "PV324" in codes(run_build(project))


@pytest.mark.parametrize("damage", [b"", b"{}", b"null", b"\xff\xfe", b"nonsense"])
def test_a_damaged_manifest_is_reported_and_everything_is_rebuilt(
    project: Project, work: Counter[str], damage: bytes
) -> None:
    run_build(project)
    manifest = project.folder / "outputs/manifest.json"
    manifest.write_bytes(damage)
    work.clear()
    after = run_build(project)
    assert "PV323" in codes(after)
    assert work["PDFs"] == 1
    assert written(after) == set()  # The rebuilt files are the same as the old ones.
    work.clear()
    assert "PV323" not in codes(run_build(project))
    assert work == {}


def test_one_changed_letter_damages_the_manifest(project: Project) -> None:
    run_build(project)
    manifest = project.folder / "outputs/manifest.json"
    manifest.write_text(manifest.read_text().replace("office.txt", "office.tex", 1))
    assert "PV323" in codes(run_build(project))


def test_another_version_rebuilds_everything_and_still_detects_edits(
    project: Project, work: Counter[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    run_build(project)
    (project.folder / "outputs/core.txt").write_text("my own words")
    monkeypatch.setattr("polyvita.builder.manifest.program_hash", lambda: "another version")
    work.clear()
    after = run_build(project)
    assert work["PDFs"] == 1
    assert codes(after).count("PV324") == 1
    assert "PV323" not in codes(after)
    assert "core (edited).txt" in output_files(project)


def test_force_rebuilds_everything(project: Project, work: Counter[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["build"]) == 0
    work.clear()
    assert main(["build"]) == 0
    assert "8 outputs are up to date\n" in capsys.readouterr().out
    assert work == {}
    assert main(["build", "--force"]) == 0
    assert "up to date" not in capsys.readouterr().out
    assert work["PDFs"] == 1
    assert written(run_build(project, force=True)) == OUTPUTS


def test_each_output_reports_a_folder_that_cannot_be_written(project: Project) -> None:
    (project.folder / "outputs").write_text("a file, not a folder")
    after = run_build(project)
    assert (after.exit_status, set(codes(after))) == (3, {"PV301"})
    assert len([result for result in after.results if result.problem]) == len(OUTPUTS)
    (project.folder / "outputs").unlink()
    assert written(run_build(project)) == OUTPUTS


def test_a_manifest_that_cannot_be_written_is_an_error_only_if_an_output_was_written(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_build(project)

    def refuse(path: Path, _content: bytes, **_options: Any) -> None:
        raise ExternalError(f"{path} cannot be written: read-only")

    monkeypatch.setattr("polyvita.builder.manifest.write_atomically", refuse)
    project.comments = ["a note"]
    assert run_build(project).exit_status == 0
    project.bio = "Zircon"
    with pytest.raises(ExternalError, match=r"manifest.json cannot be written"):
        run_build(project)


def test_wrong_input_changes_no_file(project: Project) -> None:
    run_build(project)
    outputs = project.folder / "outputs"
    before = {path: (path.stat().st_mtime_ns, path.read_bytes()) for path in outputs.iterdir()}
    project.bio, project.broken = "Zircon", True
    with pytest.raises(InputError):
        run_build(project)
    assert {path: (path.stat().st_mtime_ns, path.read_bytes()) for path in outputs.iterdir()} == before
    project.bio, project.broken = "Amber", False
    assert written(run_build(project)) == set()


def test_wrong_input_creates_no_folder(project: Project) -> None:
    project.broken = True
    with pytest.raises(InputError):
        run_build(project)
    assert not (project.folder / "outputs").exists()


AS_ON_WINDOWS = """
import sys, warnings
sys.modules["fcntl"] = None
warnings.simplefilter("ignore")  # filelock warns of the lock that it uses instead.
from polyvita.cli.main import main
if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
"""
"""The command without fcntl, which Windows does not have."""


@pytest.mark.slow
@pytest.mark.parametrize("program", [["-m", "polyvita"], ["-c", AS_ON_WINDOWS]], ids=["fcntl", "no fcntl"])
def test_builds_at_the_same_time_take_turns(project: Project, program: list[str]) -> None:
    """The builds have other filters and other times. All files are complete, and none counts as edited."""
    commands = [["build"], ["build", "-f", "pdf", "-f", "txt"], ["build", "page", "word"]]
    for round in range(2):
        project.bio = f"Zircon {round}"
        project.save()
        runs = [
            subprocess.Popen(
                [sys.executable, *program, *command],
                cwd=project.folder,
                env=ENVIRONMENT | {"SOURCE_DATE_EPOCH": str(MOMENT + number)},
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
            )
            for number, command in enumerate(commands)
        ]
        errors = [run.communicate()[1].decode() for run in runs]
        assert [run.returncode for run in runs] == [0, 0, 0], errors
        assert not [text for text in errors if "PV3" in text]
    assert output_files(project) == OUTPUTS | {"manifest.json"}
    assert not [path for path in project.folder.iterdir() if path.name.endswith(".lock")]
    manifest = json.loads((project.folder / "outputs/manifest.json").read_text())["body"]
    from polyvita.builder.manifest import hash_file

    public = OUTPUTS - {"office.txt"}
    assert {name: hash_file(project.folder / "outputs" / name) for name in public} == {
        name: manifest["outputs"][name]["hash"] for name in public
    }
    assert not {"PV323", "PV324"} & set(codes(run_build(project, timestamp=MOMENT)))


def test_unchanged_outputs_keep_their_time_if_the_clock_gives_it(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [MOMENT]
    monkeypatch.setattr("polyvita.core.clock.time.time", lambda: now[0])
    run_build(project, timestamp=None)
    now[0] += 86_400  # A day later, with nothing else changed.
    assert written(run_build(project, timestamp=None)) == set()
    project.comments = ["a note"]
    assert written(run_build(project, timestamp=None)) == set()
    monkeypatch.setenv("SOURCE_DATE_EPOCH", str(now[0]))
    assert written(run_build(project, timestamp=None)) == {
        "page.pdf",
        "word.docx",
    }  # Only these formats contain their time.
    monkeypatch.setenv("SOURCE_DATE_EPOCH", str(now[0] + 1))
    assert written(run_build(project, timestamp=None)) == {"page.pdf", "word.docx"}
    assert written(run_build(project, timestamp=None)) == set()


def test_a_missing_typeface_is_searched_for_in_every_build(project: Project, work: Counter[str]) -> None:
    project.filters = {"page": {**project.filters["page"], "font": "Nosuch 34pt"}}
    for _ in range(2):
        work.clear()
        after = run_build(project)
        assert codes(after) == ["PV303"]
        assert (project.folder / "outputs/manifest.json").read_text().count('"notes"') == 0
    assert work == {}


def test_findings_are_reported_again_by_the_next_build(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    project.filters["core"]["words"] = {"items": "core", "most": 3}
    project.filters["page"]["pages"] = {"most": 1}
    project.units[1].word = "Copper"  # A rule forbids this word.
    project.units[1].tags = ("core", "coer")
    first = run_build(project)
    again = run_build(project)
    assert first.exit_status == again.exit_status == 1
    assert written(again) == set()
    assert {"PV302", "PV311"} < set(codes(first))
    assert [str(f) for f in (*first.findings, *first.notes)] == [str(f) for f in (*again.findings, *again.notes)]
    project.units[0].word = "Zircon"  # Now another filter is rebuilt, but not the one with the finding.
    third = run_build(project)
    assert "core.txt" not in written(third)
    assert [str(f) for f in third.findings] == [str(f) for f in first.findings]


def test_a_filter_with_a_failed_output_is_built_again(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: Path, content: bytes, **options: Any) -> None:
        if path.name == "core.html":
            raise ExternalError(f"{path} cannot be written: it is open")
        real(path, content, **options)

    from polyvita.builder import run

    real = run.write_atomically
    monkeypatch.setattr(run, "write_atomically", refuse)
    for _ in range(2):
        after = run_build(project)
        assert (after.exit_status, codes(after)) == (3, ["PV301"])
    assert written(after) == set()
    monkeypatch.setattr(run, "write_atomically", real)
    assert written(run_build(project)) == {"core.html"}
    project.bio = "Zircon"  # Now there is an old file, which must not count as up to date.
    monkeypatch.setattr(run, "write_atomically", refuse)
    assert run_build(project).exit_status == 3
    monkeypatch.setattr(run, "write_atomically", real)
    assert written(run_build(project)) == {"core.html"}


def test_there_are_no_verdicts_on_outputs_that_could_not_be_written(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(path: Path, content: bytes, **options: Any) -> None:
        raise ExternalError(f"{path} cannot be written: it is open")

    project.units[1].word = "Copper"  # A rule forbids this word.
    monkeypatch.setattr("polyvita.builder.run.write_atomically", refuse)
    after = run_build(project)
    assert set(codes(after)) == {"PV301"}
    assert after.verdicts == {}
    monkeypatch.undo()
    assert run_build(project).verdicts


def test_a_new_private_value_is_searched_for_in_unchanged_outputs(project: Project) -> None:
    run_build(project)
    project.private = {"address": "Amber"}  # The CV shows this word.
    after = run_build(project)
    assert (after.exit_status, set(codes(after))) == (1, {"PV320"})
    assert {result.path.name for result in after.results if result.problem} >= {"all.txt", "page.pdf", "core.html"}
    assert codes(run_build(project)) == codes(after)  # The next build reports it, too.
    project.private = {"address": "Elsewhere"}
    assert codes(run_build(project)) == []


def test_a_comment_is_searched_for_in_the_text_that_pandoc_filters_add(project: Project) -> None:
    note = "please keep this to yourself until next May"
    (project.folder / "filters/add_note.lua").write_text(
        f"function Pandoc(d) d.blocks:insert(pandoc.Para('{note}')) return d end\n"
    )
    project.filters["core"]["pandoc_filters"] = ["add_note.lua"]
    project.comments = ["one comment that is as long as the other, more or less"]
    assert codes(run_build(project)) == []
    project.comments = [note]
    assert "PV321" in codes(run_build(project))


def test_an_image_may_have_spaces_in_its_name(project: Project) -> None:
    run_build(project)
    project.shade = 200
    assert written(run_build(project)) == {"all.html"}


def test_hidden_files_of_an_editor_are_not_filters(project: Project) -> None:
    run_build(project)
    (project.folder / "filters/.#core.yaml").symlink_to("ada@host.1234")  # Emacs creates such lock files.
    (project.folder / "filters/.core.yaml").write_text("formats: [nonsense]\n")
    for force in (False, True):
        again = build(project.source, timestamp=MOMENT, force=force)
        assert (again.exit_status, written(again)) == (0, OUTPUTS if force else set())


def test_broken_links_do_not_hide_files_of_the_program(tmp_path: Path) -> None:
    """The lock file of an editor is a symbolic link without a target."""
    (tmp_path / "room").mkdir()
    (tmp_path / "__pycache__").mkdir()
    for name in ("b.py", "room/c.py", "__pycache__/b.pyc"):
        (tmp_path / name).write_text("")
    (tmp_path / "a.py").symlink_to("nowhere")
    assert [line.split()[0] for line in _file_stats(str(tmp_path))] == ["/b.py", "/room/c.py"]


def test_a_file_that_cannot_be_deleted_does_not_stop_the_deletion_of_others(tmp_path: Path) -> None:
    left = [tmp_path / f".{name}.pdf.abcdefgh.part" for name in "abc"]
    left[1].mkdir()
    others = [tmp_path / ".d.pdf.abcdefgh.part", tmp_path / ".a.pdf.abc.part"]
    for path in (left[0], left[2], *others):
        path.write_text("")
    delete_temporary_files([tmp_path / f"{name}.pdf" for name in "abc"], before=time.time() + 10)
    assert sorted(tmp_path.iterdir()) == sorted([left[1], *others])


def test_an_output_without_a_filter_is_reported_once(project: Project) -> None:
    run_build(project)
    kept = {name: text for name, text in project.filters.items() if name != "core"}
    core, project.filters = project.filters["core"], kept
    assert codes(run_build(project)) == ["PV325", "PV325"]
    assert codes(run_build(project)) == []
    (project.folder / "outputs/core.txt").write_text("edited")
    (project.folder / "outputs/core.html").unlink()
    project.filters = {**kept, "core": core}
    assert codes(run_build(project)) == ["PV324"]
    project.filters = kept
    assert codes(run_build(project, filters=["all"])) == []
    assert codes(run_build(project)) == ["PV325", "PV325"]


# ---------------------------------------------------------------- broken filters


BREAKS = {
    "unknown tag": ({"select": "coer"}, "PV110"),
    "unknown key": ({"nonsense": 1}, "PV124"),
    "selects nothing": ({"select": "core and extra"}, "PV115"),
    "missing template": ({"reference": "nosuch.docx"}, "PV132"),
}


@pytest.mark.parametrize(("change", "code"), BREAKS.values(), ids=BREAKS.keys())
def test_the_outputs_of_a_broken_filter_stay_as_they_were(project: Project, change: dict[str, Any], code: str) -> None:
    run_build(project)
    outputs, sound = project.folder / "outputs", project.filters["core"]
    before = {name: (outputs / name).read_bytes() for name in ("core.html", "core.txt")}
    project.filters["core"] = {**sound, **change}
    project.bio = "Zircon"
    for expected in ({"all.html", "all.txt", "office.txt", "page.pdf"}, set()):
        after = run_build(project)
        assert (after.exit_status, set(after.broken)) == (2, {"core"})
        assert codes(after) == [code]  # There are no orphans, and the next build says the same.
        assert written(after) == expected
        assert "core" not in {status.filter for status in after.results}
        assert {name: (outputs / name).read_bytes() for name in before} == before
    project.filters["core"] = sound
    project.bio = "Amber"
    assert written(run_build(project)) == {"all.html", "all.txt", "office.txt", "page.pdf"}  # These had another bio.
    assert run_build(project).exit_status == 0


def test_a_build_of_broken_filters_alone_writes_nothing(project: Project) -> None:
    project.filters["core"]["select"] = "coer"
    project.filters["all"]["select"] = "core and extra"
    with pytest.raises(InputError) as caught:
        run_build(project, filters=["core", "all"])
    assert {finding.code for finding in caught.value.findings} == {"PV110", "PV115"}
    assert not (project.folder / "outputs").exists()
    assert written(run_build(project, filters=["core", "office"])) == {"office.txt"}


def test_check_stops_at_a_broken_filter_that_is_named(project: Project) -> None:
    project.filters["core"]["select"] = "core and extra"
    with pytest.raises(InputError, match="selects no content"):
        run_build(project, filters=["core", "office"], strict=True)
    assert not (project.folder / "outputs").exists()
    assert run_build(project, strict=True).exit_status == 2
    assert output_files(project) == OUTPUTS - {"core.txt", "core.html"} | {"manifest.json"}


def test_two_filters_that_write_the_same_file_are_broken(project: Project) -> None:
    project.filters["core"]["filename"] = "all"
    after = run_build(project)
    assert set(after.broken) == {"all", "core"}
    assert set(codes(after)) == {"PV135"}
    assert output_files(project) == {"office.txt", "page.pdf", "word.docx", "word.txt", "manifest.json"}


def test_a_failing_pandoc_filter_stops_only_its_filter(project: Project) -> None:
    (project.folder / "filters/wrong.lua").write_text("function Pandoc(d) error('no') end\n")
    project.filters["core"]["pandoc_filters"] = ["wrong.lua"]
    after = run_build(project)
    assert (after.exit_status, set(after.broken), set(codes(after))) == (3, {"core"}, {"PV301"})
    assert written(after) == OUTPUTS - {"core.txt", "core.html"}
    with pytest.raises(ExternalError):
        run_build(project, filters=["core"])


def test_private_data_that_cannot_be_read_stop_all_filters(project: Project) -> None:
    project.filters["core"]["select"] = "coer"
    project.save()
    (project.folder / "cv.private.yaml").write_text("mobile: [")
    with pytest.raises(InputError) as caught:
        build(project.source, timestamp=MOMENT)
    assert {"PV004", "PV110"} <= {finding.code for finding in caught.value.findings}
    assert not (project.folder / "outputs").exists()


# ---------------------------------------------------------------- the manifest and the record beside the CV


def record_of(project: Project) -> Path:
    [record] = (project.folder / ".polyvita").glob("*.json")
    return record


def test_the_manifest_has_no_text_of_the_cv_and_no_hash_of_private_data(project: Project) -> None:
    assert run_build(project).fitted["page"].data["left_out"]
    path = project.folder / "outputs/manifest.json"
    before = path.read_text()
    assert not [unit.word for unit in project.units if unit.word in before]
    project.private = {"mobile": "+49 (171) 555-0193"}
    assert written(run_build(project)) == {"office.txt"}
    assert path.read_text() == before


def test_the_record_is_for_its_owner_alone_and_git_ignores_it(project: Project) -> None:
    run_build(project)
    folder = project.folder / ".polyvita"
    assert (folder / ".gitignore").read_text() == "*\n"
    if os.name == "posix":
        assert [path.stat().st_mode & 0o77 for path in (folder, record_of(project))] == [0, 0]


@pytest.mark.parametrize("damage", [b"", b"{}", b"null", b'{"hash": "", "body": {}}', None])
def test_without_its_record_everything_is_rebuilt_and_edits_are_detected(
    project: Project, work: Counter[str], damage: bytes | None
) -> None:
    run_build(project)
    record_of(project).unlink() if damage is None else record_of(project).write_bytes(damage)
    (project.folder / "outputs/core.txt").write_text("my own words")
    work.clear()
    after = run_build(project)
    assert (work["PDFs"], written(after)) == (1, {"core.txt"})
    assert codes(after).count("PV324") == 1
    assert "edited by hand" in str(after.findings)


def test_the_record_of_another_manifest_is_not_used(project: Project, work: Counter[str]) -> None:
    run_build(project)
    old = (project.folder / "outputs/manifest.json").read_bytes()
    project.bio = "Zircon"
    run_build(project)
    (project.folder / "outputs/manifest.json").write_bytes(old)
    work.clear()
    assert written(run_build(project)) == set()
    assert work["PDFs"] == 1


def test_records_of_folders_that_are_gone_are_deleted(project: Project, tmp_path: Path) -> None:
    run_build(project, outputs=tmp_path / "other")
    run_build(project)
    shutil.rmtree(tmp_path / "other")
    project.bio = "Zircon"
    run_build(project)
    record_of(project)


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="needs a folder that cannot be written")
def test_a_cv_in_a_folder_that_cannot_be_written(project: Project, tmp_path: Path) -> None:
    project.folder.chmod(0o500)
    try:
        assert written(run_build(project, outputs=tmp_path.parent / "elsewhere")) == OUTPUTS
    finally:
        project.folder.chmod(0o700)


# ---------------------------------------------------------------- inputs that are easily overlooked

SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9">{}</svg>'
OVERLOOKED: dict[str, tuple[str, str | bytes, str | bytes]] = {
    "a hidden filter": ("filters/.base.yaml", "formats: [txt]\nselect: core\n", "formats: [txt]\nselect: extra\n"),
    "a hidden theme": ("themes/.dark.yaml", "accent: '#111111'\n", "accent: '#222222'\n"),
    "hidden rules": ("rules/.own.yaml", RULES, RULES.replace("most: 60", "most: 2")),
    "a hidden Pandoc filter": (
        "filters/.g.lua",
        "function Str(s) return s end",
        "function Str(s) if s.text == 'Amber.' then return pandoc.Str 'Ruby.' end end",
    ),
    "a picture in a drawing": ("pictures/inner.png", picture(10), picture(200)),
    "a theme in another folder": ("../shared/own.yaml", "accent: '#111111'\n", "accent: '#222222'\n"),
}
OVERLOOKED_FILTERS: dict[str, dict[str, Any]] = {
    "a hidden filter": {"extends": ".base"},
    "a hidden theme": {"formats": ["html"], "theme": ".dark"},
    "hidden rules": {"formats": ["txt"], "rules": [".own"]},
    "a hidden Pandoc filter": {"formats": ["txt"], "pandoc_filters": [".g.lua"]},
    "a picture in a drawing": {"formats": ["pdf"]},
    "a theme in another folder": {"formats": ["html"], "theme": "../../shared/own"},
}


@pytest.mark.parametrize("what", OVERLOOKED)
def test_a_build_is_up_to_date_only_if_no_input_has_changed(
    what: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, work: Counter[str]
) -> None:
    name, before, after = OVERLOOKED[what]
    monkeypatch.setenv("POLYVITA_ALLOW_FOLDERS", str(tmp_path / "shared"))
    units = [Unit("Slate", 2020), Unit("Opal", 2021, ("extra",))]
    project = Project(tmp_path / "cv", units=units, filters={"one": OVERLOOKED_FILTERS[what]})
    project.save()
    outer = project.folder / "outer.svg"
    outer.write_text(SVG.format('<image href="pictures/inner.png" width="9" height="9"/>'))
    (project.folder / "cv.md").write_text(f"{project}\n![Outer](outer.svg)\n")
    path = project.folder / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(before if isinstance(before, bytes) else before.encode())

    def run() -> bool:
        """Return whether the build did anything."""
        work.clear()
        built = build(project.source, timestamp=MOMENT)
        assert not [status for status in built.results if status.problem]
        return bool(work or built.verdicts)

    assert run()
    assert not run()
    path.write_bytes(after if isinstance(after, bytes) else after.encode())
    assert run(), "the change was overlooked"
    assert not run()
