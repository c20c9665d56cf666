"""What has not changed is not built again: how much is done, counted; and what a user meets, story by story.

The law that holds for all changes is in test_incremental_laws.py.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from polyvita import build
from polyvita.builder.manifest import _stats
from polyvita.builder.result import BuildResult
from polyvita.cli.main import main
from polyvita.core.diagnostics import ExternalError, InputError
from polyvita.core.files import delete_temporary_files
from polyvita.writers import pandoc, pandoc_formats, pandoc_worker, pdf
from repository import MOMENT
from small_project import Project, small

ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "SOURCE_DATE_EPOCH"}
OUTPUTS = {"all.html", "all.txt", "core.html", "core.txt", "office.txt", "page.pdf", "word.docx", "word.txt"}


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    made = small(tmp_path)
    made.save()
    return made


def built(project: Project, **options: Any) -> BuildResult:
    project.save()
    return build(project.source, **{"timestamp": MOMENT, **options})


def written(what: BuildResult) -> set[str]:
    return {result.path.name for result in what.results if not result.unchanged and not result.problem}


def codes(what: BuildResult) -> list[str]:
    return [finding.code for finding in what.report]


def names(project: Project) -> set[str]:
    return {path.name for path in (project.folder / "outputs").iterdir()}


# ---------------------------------------------------------------- how much is done


@pytest.fixture
def done(monkeypatch: pytest.MonkeyPatch) -> Iterator[Counter[str]]:
    """Conversions by Pandoc, layouts and PDFs by Typst, and Pandoc processes, as they are counted from now on."""
    counts: Counter[str] = Counter()

    def counted(location: Any, name: str, what: str) -> None:
        real: Callable[..., Any] = getattr(location, name)

        def instead(*args: Any, **options: Any) -> Any:
            counts[what] += 1
            return real(*args, **options)

        monkeypatch.setattr(location, name, instead)

    counted(pandoc_worker._Worker, "request", "conversions")
    counted(pandoc, "run_pandoc", "conversions")
    counted(pandoc_formats, "run_pandoc", "conversions")
    counted(pandoc_worker._Worker, "__init__", "processes")
    counted(pdf, "query_marks", "layouts")
    counted(pdf, "_typeset", "PDFs")
    idle: list[pandoc_worker._Worker] = []
    monkeypatch.setattr(pandoc_worker, "_idle_workers", idle)
    yield counts
    for one in idle:
        one.stop()


def test_from_nothing_each_output_is_converted_once_and_each_try_to_fit_is_laid_out(
    project: Project, done: Counter[str]
) -> None:
    first = built(project)
    assert first.fitted["page"].data["left_out"]
    assert written(first) == OUTPUTS
    assert 1 <= done.pop("processes") <= (os.cpu_count() or 1)
    assert 1 < (tries := done["layouts"]) < 6
    assert done == {"conversions": len(OUTPUTS) + tries, "layouts": tries, "PDFs": 1}


def test_where_nothing_has_changed_nothing_is_done(project: Project, done: Counter[str]) -> None:
    built(project)
    done.clear()
    again = built(project)
    assert all(result.unchanged for result in again.results)
    assert {result.path.name for result in again.results} == OUTPUTS
    assert done == {}


def test_where_nothing_has_changed_nothing_is_loaded(project: Project) -> None:
    heavy = {"mistune", "typst", "pypdf", "yaml", "font_caladea", "tempfile", "subprocess"}
    light = {
        "builder", "builder.incremental", "builder.manifest", "builder.result", "cli", "cli.build", "cli.console",
        "cli.main", "cli.options", "core", "core.clock", "core.diagnostics", "core.files", "core.location",
    }  # fmt: skip
    code = "import sys; from polyvita.cli.main import main; print(main(['build']), *sys.modules)"
    loaded = []
    for _ in range(2):
        run = subprocess.run(
            [sys.executable, "-c", code], cwd=project.folder, env=ENVIRONMENT,
            check=True, capture_output=True, text=True,
        )  # fmt: skip
        loaded.append(set(run.stdout.splitlines()[-1].split()))
    assert heavy - {"pypdf"} < loaded[0]  # which a helper may have loaded
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
def test_one_word_makes_the_outputs_anew_that_show_it(
    project: Project, done: Counter[str], at: int, shown_in: set[str]
) -> None:
    built(project)
    done.clear()
    project.units[at].word = "Zircon"
    after = built(project)
    assert written(after) == shown_in
    assert after.fitted["page"].data["left_out"]
    assert done["conversions"] == len(shown_in) + done["layouts"]
    assert done["PDFs"] == 1


def test_a_word_that_does_not_fit_makes_no_output_anew_where_it_was_left_out(project: Project) -> None:
    left = built(project).fitted["page"].data["left_out"][0]["text"]
    next(unit for unit in project.units if unit.word in left).word = "Zircon"
    assert "page.pdf" not in written(built(project))


def test_a_comment_or_a_blank_line_writes_nothing(project: Project, done: Counter[str]) -> None:
    before = built(project)
    project.comments, project.gaps = ["a note"], 2
    done.clear()
    after = built(project)
    assert written(after) == set()
    assert (done["PDFs"], done["conversions"]) == (0, done["layouts"])
    moved = [
        f.location.line - g.location.line
        for f, g in zip(after.report, before.report, strict=True)
        if f.location.line > 9
    ]
    assert all(moved)


@pytest.mark.parametrize(
    ("change", "makes"),
    [
        ({"theme": {"accent": "#7a1f1f"}}, {"all.html", "page.pdf"}),
        ({"shade": 7}, {"all.html"}),
        ({"private": {"mobile": "+49 (171) 555-0193"}}, {"office.txt"}),
        ({"template": b""}, set()),
    ],
)
def test_what_lies_beside_the_cv_makes_those_anew_that_show_it(
    project: Project, done: Counter[str], change: dict[str, Any], makes: set[str]
) -> None:
    built(project)
    done.clear()
    for name, value in change.items():
        setattr(project, name, value)
    after = built(project)
    assert written(after) == makes
    assert done["conversions"] - done["layouts"] == len(makes)


def test_formats_that_are_asked_for_are_remembered_apart(project: Project, done: Counter[str]) -> None:
    first = built(project, formats=["txt"])
    assert written(first) == {name for name in OUTPUTS if name.endswith(".txt")}
    assert done["layouts"] == 0  # no filter that is to fit a page has text
    assert written(built(project)) == {name for name in OUTPUTS if not name.endswith(".txt")}
    done.clear()
    assert written(built(project, formats=["txt"])) == written(built(project, formats=["pdf"])) == set()
    assert done["conversions"] == done["layouts"]
    done.clear()
    assert written(built(project, formats=["txt"])) == set()
    assert done == {}


# ---------------------------------------------------------------- stories


def test_an_output_edited_by_hand_is_set_aside(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    built(project)
    path, made = project.folder / "outputs/core.txt", {}
    for number, name in enumerate(["core (edited).txt", "core (edited 2).txt"]):
        made[name] = f"my own words {number}"
        path.write_text(made[name])
        after = built(project)
        (finding,) = [finding for finding in after.report if finding.code == "PV324"]
        assert finding.message == f"core.txt was changed since it was built; as it was, it is now called {name}"
        assert written(after) == {"core.txt"}
        assert {other: (path.parent / other).read_text() for other in made} == made
        assert "my own words" not in path.read_text()
    assert "PV324" not in codes(built(project))  # said once


def test_an_edited_output_that_cannot_be_moved_is_a_finding_of_it_alone(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    built(project)
    (project.folder / "outputs/core.txt").write_text("my own words")
    project.bio = "Zircon"

    def refuse(path: Path) -> Path:
        raise ExternalError(f"{path} cannot be renamed: it is open")

    monkeypatch.setattr("polyvita.builder.run.rename_edited_file", refuse)
    after = built(project)
    assert after.exit_status == 3
    assert [result.path.name for result in after.results if result.problem] == ["core.txt"]
    assert (project.folder / "outputs/core.txt").read_text() == "my own words"
    assert "core.html" in written(after)
    monkeypatch.undo()
    assert "PV324" in codes(built(project))


@pytest.mark.parametrize("damage", [b"", b"{}", b"null", b"\xff\xfe", b"nonsense"])
def test_a_damaged_manifest_is_said_and_all_is_built_again(project: Project, done: Counter[str], damage: bytes) -> None:
    built(project)
    manifest = project.folder / "outputs/manifest.json"
    manifest.write_bytes(damage)
    done.clear()
    after = built(project)
    assert "PV323" in codes(after)
    assert done["PDFs"] == 1
    assert written(after) == set()  # what was made is what was there
    done.clear()
    assert "PV323" not in codes(built(project))
    assert done == {}


def test_one_changed_letter_damages_it(project: Project) -> None:
    built(project)
    manifest = project.folder / "outputs/manifest.json"
    manifest.write_text(manifest.read_text().replace("office.txt", "office.tex", 1))
    assert "PV323" in codes(built(project))


def test_another_version_builds_all_and_still_sees_an_edit(
    project: Project, done: Counter[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    built(project)
    (project.folder / "outputs/core.txt").write_text("my own words")
    monkeypatch.setattr("polyvita.builder.manifest.made_by", lambda: "another version")
    done.clear()
    after = built(project)
    assert done["PDFs"] == 1
    assert codes(after).count("PV324") == 1
    assert "PV323" not in codes(after)
    assert "core (edited).txt" in names(project)


def test_force_builds_all(project: Project, done: Counter[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["build"]) == 0
    done.clear()
    assert main(["build"]) == 0
    assert "8 outputs are up to date\n" in capsys.readouterr().out
    assert done == {}
    assert main(["build", "--force"]) == 0
    assert "up to date" not in capsys.readouterr().out
    assert done["PDFs"] == 1
    assert written(built(project, force=True)) == OUTPUTS


def test_a_folder_that_cannot_be_written_is_a_finding_of_each_output(project: Project) -> None:
    (project.folder / "outputs").write_text("a file, not a folder")
    after = built(project)
    assert (after.exit_status, set(codes(after))) == (3, {"PV301"})
    assert len([result for result in after.results if result.problem]) == len(OUTPUTS)
    (project.folder / "outputs").unlink()
    assert written(built(project)) == OUTPUTS


def test_a_manifest_that_cannot_be_written_matters_only_where_something_was(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    built(project)

    def refuse(path: Path, _content: bytes) -> None:
        raise ExternalError(f"{path} cannot be written: read-only")

    monkeypatch.setattr("polyvita.builder.manifest.write_atomically", refuse)
    project.comments = ["a note"]
    assert built(project).exit_status == 0
    project.bio = "Zircon"
    with pytest.raises(ExternalError, match=r"manifest.json cannot be written"):
        built(project)


def test_wrong_input_changes_nothing(project: Project) -> None:
    built(project)
    outputs = project.folder / "outputs"
    before = {path: (path.stat().st_mtime_ns, path.read_bytes()) for path in outputs.iterdir()}
    project.bio, project.broken = "Zircon", True
    with pytest.raises(InputError):
        built(project)
    assert {path: (path.stat().st_mtime_ns, path.read_bytes()) for path in outputs.iterdir()} == before
    project.bio, project.broken = "Amber", False
    assert written(built(project)) == set()


def test_wrong_input_leaves_no_folder(project: Project) -> None:
    project.broken = True
    with pytest.raises(InputError):
        built(project)
    assert not (project.folder / "outputs").exists()


def test_two_builds_at_once_take_turns(project: Project) -> None:
    """Each shows another filter set with another clock; what is left is whole, and nobody is taken to have edited it."""
    commands = [["build"], ["build", "-f", "pdf", "-f", "txt"], ["build", "page", "word"]]
    for round in range(2):
        project.bio = f"Zircon {round}"
        project.save()
        runs = [
            subprocess.Popen(
                [sys.executable, "-m", "polyvita", *command],
                cwd=project.folder,
                env=ENVIRONMENT | {"SOURCE_DATE_EPOCH": str(MOMENT + number)},
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
            )
            for number, command in enumerate(commands)
        ]
        said = [run.communicate()[1].decode() for run in runs]
        assert [run.returncode for run in runs] == [0, 0, 0], said
        assert not [text for text in said if "PV3" in text]
    assert names(project) == OUTPUTS | {"manifest.json"}
    manifest = json.loads((project.folder / "outputs/manifest.json").read_text())["body"]
    from polyvita.builder.manifest import of_file

    assert {name: of_file(project.folder / "outputs" / name) for name in OUTPUTS} == {
        name: manifest["outputs"][name]["hash"] for name in OUTPUTS
    }
    assert not {"PV323", "PV324"} & set(codes(built(project, timestamp=MOMENT)))


def test_by_the_clock_unchanged_outputs_keep_their_moment(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    now = [MOMENT]
    monkeypatch.setattr("polyvita.core.clock.time.time", lambda: now[0])
    built(project, timestamp=None)
    now[0] += 86_400  # a day on which nothing changed but the day
    assert written(built(project, timestamp=None)) == set()
    project.comments = ["a note"]
    assert written(built(project, timestamp=None)) == set()
    monkeypatch.setenv("SOURCE_DATE_EPOCH", str(now[0]))
    assert written(built(project, timestamp=None)) == {"page.pdf", "word.docx"}  # these say when they were made
    monkeypatch.setenv("SOURCE_DATE_EPOCH", str(now[0] + 1))
    assert written(built(project, timestamp=None)) == {"page.pdf", "word.docx"}
    assert written(built(project, timestamp=None)) == set()


def test_a_typeface_that_is_not_at_hand_is_looked_for_again(project: Project, done: Counter[str]) -> None:
    project.filters = {"page": {**project.filters["page"], "font": "Nosuch 34pt"}}
    for _ in range(2):
        done.clear()
        after = built(project)
        assert codes(after) == ["PV303"]
        assert (project.folder / "outputs/manifest.json").read_text().count('"notes"') == 0
    assert done == {}


def test_what_was_found_is_said_again(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    project.filters["core"]["words"] = {"items": "core", "most": 3}
    project.filters["page"]["pages"] = {"most": 1}
    project.units[1].word = "Copper"  # against the rules
    project.units[1].tags = ("core", "coer")
    first = built(project)
    again = built(project)
    assert first.exit_status == again.exit_status == 1
    assert written(again) == set()
    assert {"PV302", "PV311"} < set(codes(first))
    assert [str(f) for f in (*first.report, *first.notes)] == [str(f) for f in (*again.report, *again.notes)]
    project.units[0].word = "Zircon"  # and where some filters are built again, but not the one it is about
    third = built(project)
    assert "core.txt" not in written(third)
    assert [str(f) for f in third.report] == [str(f) for f in first.report]


def test_a_filter_whose_output_failed_is_tried_again(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: Path, content: bytes) -> None:
        if path.name == "core.html":
            raise ExternalError(f"{path} cannot be written: it is open")
        real(path, content)

    from polyvita.builder import run

    real = run.write_atomically
    monkeypatch.setattr(run, "write_atomically", refuse)
    for _ in range(2):
        after = built(project)
        assert (after.exit_status, codes(after)) == (3, ["PV301"])
    assert written(after) == set()
    monkeypatch.setattr(run, "write_atomically", real)
    assert written(built(project)) == {"core.html"}


def test_rules_say_nothing_of_what_could_not_be_written(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: Path, content: bytes) -> None:
        raise ExternalError(f"{path} cannot be written: it is open")

    project.units[1].word = "Copper"  # against the rules
    monkeypatch.setattr("polyvita.builder.run.write_atomically", refuse)
    after = built(project)
    assert set(codes(after)) == {"PV301"}
    assert after.verdicts == {}
    monkeypatch.undo()
    assert built(project).verdicts


def test_what_becomes_private_is_looked_for_in_outputs_that_are_there(project: Project) -> None:
    built(project)
    project.private = {"address": "Amber"}  # which the CV shows
    after = built(project)
    assert (after.exit_status, set(codes(after))) == (1, {"PV320"})
    assert {result.path.name for result in after.results if result.problem} >= {"all.txt", "page.pdf", "core.html"}
    assert codes(built(project)) == codes(after)  # and again
    project.private = {"address": "Elsewhere"}
    assert codes(built(project)) == []


def test_a_comment_is_looked_for_in_what_pandoc_filters_bring_in(project: Project) -> None:
    note = "nobody is to hear a word of this before May"
    (project.folder / "filters/tell.lua").write_text(
        f"function Pandoc(d) d.blocks:insert(pandoc.Para('{note}')) return d end\n"
    )
    project.filters["core"]["pandoc_filters"] = ["tell.lua"]
    project.comments = ["one comment that is as long as the other, more or less"]
    assert codes(built(project)) == []
    project.comments = [note]
    assert "PV321" in codes(built(project))


def test_a_picture_whose_name_has_blanks_is_a_picture(project: Project) -> None:
    built(project)
    project.shade = 200
    assert written(built(project)) == {"all.html"}


def test_what_an_editor_keeps_beside_a_filter_is_no_filter(project: Project) -> None:
    built(project)
    (project.folder / "filters/.#core.yaml").symlink_to("ada@host.1234")  # as Emacs does
    (project.folder / "filters/.core.yaml").write_text("formats: [nonsense]\n")
    for force in (False, True):
        again = build(project.source, timestamp=MOMENT, force=force)
        assert (again.exit_status, written(again)) == (0, OUTPUTS if force else set())


def test_all_files_of_the_program_count_whatever_stands_beside_them(tmp_path: Path) -> None:
    """An editor's lock is a link that leads nowhere."""
    (tmp_path / "room").mkdir()
    (tmp_path / "__pycache__").mkdir()
    for name in ("b.py", "room/c.py", "__pycache__/b.pyc"):
        (tmp_path / name).write_text("")
    (tmp_path / "a.py").symlink_to("nowhere")
    assert [line.split()[0] for line in _stats(str(tmp_path))] == ["/b.py", "/room/c.py"]


def test_what_cannot_be_deleted_keeps_nothing_else(tmp_path: Path) -> None:
    left = [tmp_path / f".{name}.pdf.abcdefgh.part" for name in "abc"]
    left[1].mkdir()
    others = [tmp_path / ".d.pdf.abcdefgh.part", tmp_path / ".a.pdf.abc.part"]
    for path in (left[0], left[2], *others):
        path.write_text("")
    delete_temporary_files([tmp_path / f"{name}.pdf" for name in "abc"], before=time.time() + 10)
    assert sorted(tmp_path.iterdir()) == sorted([left[1], *others])


def test_an_output_whose_filter_is_gone_is_named_once(project: Project) -> None:
    built(project)
    kept = {name: text for name, text in project.filters.items() if name != "core"}
    core, project.filters = project.filters["core"], kept
    assert codes(built(project)) == ["PV325", "PV325"]
    assert codes(built(project)) == []
    (project.folder / "outputs/core.txt").write_text("edited")
    (project.folder / "outputs/core.html").unlink()
    project.filters = {**kept, "core": core}
    assert codes(built(project)) == ["PV324"]
    project.filters = kept
    assert codes(built(project, filters=["all"])) == []
    assert codes(built(project)) == ["PV325", "PV325"]
