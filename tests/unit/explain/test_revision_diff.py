"""What a filter shows now and in a git revision: with a real repository, and as a law."""

from __future__ import annotations

import dataclasses
import json
import shutil
import subprocess
from collections import Counter
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from polyvita.cli.main import main
from polyvita.core import git as git_module
from polyvita.core.location import Location
from polyvita.explain.model import ExplainedUnit, Explanation
from polyvita.explain.revision_diff import compare_revisions

needs_git = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")

CV = """---
name: Ada Example
---

# Bio {.core}

Works on examples. [Since 2020.]{.metrics}

Likes long walks along the coast and reads about the history of the example in all its many forms, and sleeps.

# Papers {.publication}

- First paper
- Second paper, in the Journal of Examples
- Third
"""
NOW = """---
name: Ada Example
---

# Papers {.publication}

- Brand new
- Second paper, in the Journal of Examples
- First paper {.metrics}

# Bio {.core}

Likes long walks along the coast and reads about the history of the example in all its many forms, and dances.

Works on examples. Since 2020.
"""


def git(*words: str) -> None:
    who = ("-c", "user.name=Ada", "-c", "user.email=ada@example.org", "-c", "commit.gpgsign=false")
    subprocess.run(["git", *who, *words], check=True, capture_output=True)


@pytest.fixture
def history(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Write a CV with two commits, in a folder inside a repository. The first commit does not have the filter “late”."""
    monkeypatch.chdir(tmp_path)
    git("init")
    Path("in/filters").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "in")
    Path("cv.md").write_text(CV, encoding="utf-8")
    Path("filters/base.yaml").write_text("formats: txt\ndrop: metrics\n")
    Path("filters/short.yaml").write_text("extends: base\nselect: core or publication\n")
    git("add", ".")
    git("commit", "-m", "one")
    git("tag", "first")
    Path("filters/late.yaml").write_text("formats: txt\nselect: core\n")
    git("add", ".")
    git("commit", "-m", "two")


@needs_git
def test_changes_since_a_revision(history: None, capsys: pytest.CaptureFixture[str]) -> None:
    Path("cv.md").write_text(NOW, encoding="utf-8")
    assert main(["diff", "short", "--since", "first"]) == 0
    assert capsys.readouterr().out == (
        "short now shows, but short in first does not:\n"
        "  Papers\n"
        "    line    7  Brand new\n"
        "\n"
        "short in first shows, but short now does not:\n"
        "  Papers\n"
        "    line   13  First paper\n"
        "    line   15  Third\n"
        "\n"
        "short now shows with other words than short in first:\n"
        "  Bio\n"
        "    line   13  …in all its many forms, and dances.\n"
        "         was  …in all its many forms, and sleeps.\n"
        "    line   15  Works on examples. Since 2020.\n"
        "         was  Works on examples.\n"
    )


@needs_git
def test_changes_as_json(history: None, capsys: pytest.CaptureFixture[str]) -> None:
    Path("cv.md").write_text(NOW, encoding="utf-8")
    assert main(["diff", "short", "--since", "HEAD~1", "--json"]) == 0
    data = json.loads(capsys.readouterr().out)
    assert data["now"] == [{"line": 7, "section": "Papers", "text": "Brand new", "reason": "new in the CV"}]
    assert [(part["text"], part["reason"]) for part in data["then"]] == [
        ("First paper", "dropped: metrics"),
        ("Third", "no longer in the CV"),
    ]
    assert [(part["text"], part["before"]) for part in data["changed"]][1] == (
        "Works on examples. Since 2020.",
        "Works on examples.",
    )


@needs_git
def test_changes_of_a_filter_and_of_its_base(history: None, capsys: pytest.CaptureFixture[str]) -> None:
    """The CV is the same; the base of the filter drops other content. Without a revision, HEAD is used."""
    Path("filters/base.yaml").write_text("formats: txt\ndrop: publication\n")
    assert main(["diff", "short"]) == 0
    assert capsys.readouterr().out == (
        "short in HEAD shows, but short now does not:\n"
        "  Papers\n"
        "    line   13  First paper\n"
        "    line   14  Second paper, in the Journal of Examples\n"
        "    line   15  Third\n"
        "\n"
        "short now shows with other words than short in HEAD:\n"
        "  Bio\n"
        "    line    7  Works on examples. Since 2020.\n"
        "         was  Works on examples.\n"
    )


@needs_git
def test_moved_lines_are_not_a_change(history: None, capsys: pytest.CaptureFixture[str]) -> None:
    front, bio, papers = CV.partition("# Bio")[0], "# Bio" + CV.partition("# Bio")[2].partition("# Papers")[0], ""
    papers = "# Papers" + CV.partition("# Papers")[2]
    Path("cv.md").write_text(f"{front}{papers}\n{bio}", encoding="utf-8")
    assert main(["diff", "short"]) == 0
    assert capsys.readouterr().out == "short now shows the same as short in HEAD\n"


@needs_git
def test_another_filter_in_a_revision(history: None, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["diff", "late", "short", "--since", "first"]) == 0
    assert capsys.readouterr().out.startswith("short in first shows, but late now does not:\n  Papers\n")


@needs_git
@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["short", "--since", "nowhere"], "error[PV141]: revision “nowhere” not found in the git repository"),
        (["short", "--since=--all"], "error[PV141]: revision “--all” not found in the git repository"),
        (["late", "--since", "first"], "error[PV142]: filters/late.yaml does not exist in “first”"),
    ],
)
def test_an_unknown_revision_or_filter(
    arguments: list[str], message: str, history: None, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["diff", *arguments]) == 2
    assert capsys.readouterr().err.startswith(f"{message}\n  hint: ")


@needs_git
def test_a_filter_with_errors_in_the_revision(history: None, capsys: pytest.CaptureFixture[str]) -> None:
    Path("filters/base.yaml").write_text("formats: txt\ndorp: metrics\n")
    git("commit", "-am", "wrong")
    Path("filters/base.yaml").write_text("formats: txt\ndrop: metrics\n")
    assert main(["diff", "short"]) == 2
    assert capsys.readouterr().err.startswith("HEAD:filters/base.yaml:2:1: error[PV124]")


@needs_git
def test_a_folder_without_history(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    assert main(["init", str(tmp_path / "new")]) == 0
    assert main(["diff", "full", "-s", str(tmp_path / "new/cv.md")]) == 2
    assert "error[PV140]: new is not in a git repository" in capsys.readouterr().err


@needs_git
def test_a_machine_without_git(
    history: None, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(git_module.shutil, "which", lambda _name: None)
    assert main(["diff", "short"]) == 3
    assert capsys.readouterr().err.startswith("error[PV301]: git was not found")


# ---------------------------------------------------------------- a law


def explanation(texts: list[str], shown: list[bool]) -> Explanation:
    def unit(line: int, text: str, shown: bool) -> ExplainedUnit:
        step = "" if shown else "select"
        return ExplainedUnit(
            line, Location("", line), "", text, frozenset(), shown, step, "a reason", (line,), shown_text=text
        )

    return Explanation("one", tuple(unit(i, *pair) for i, pair in enumerate(zip(texts, shown, strict=True))), {})


TEXTS = ("red house", "red horse", "blue sky above", "blue sky below", "one", "two two two")


@given(st.integers(0, 2**32))
def test_changes_lead_from_then_to_now(seed: int) -> None:
    random = Random(seed)

    def side() -> Explanation:
        texts = [random.choice(TEXTS) for _ in range(random.randint(0, 6))]
        return explanation(texts, [random.random() < 0.7 for _ in texts])

    now, then = side(), side()
    diff = compare_revisions(now, then, "x")
    shown = [Counter(unit.shown_text for unit in one.units if unit.shown) for one in (now, then)]
    removed = Counter([part.text for part in diff.removed] + [part.before for part in diff.reworded])
    added = Counter([part.text for part in diff.added] + [part.text for part in diff.reworded])
    assert shown[1] - removed + added == shown[0]
    assert not removed & added
    moved = dataclasses.replace(now, units=tuple(random.sample(now.units, len(now.units))))
    diff = compare_revisions(now, moved, "x")
    assert not any((diff.added, diff.removed, diff.reworded))
