"""Stories: each section of a file in `stories/` shows the output of one CV and one filter.

A story is a heading, prose, and three fenced blocks: the CV (`markdown`), the filter (`yaml`), and the messages and the
plain text that come out (`text`). Files named like the file of the story, such as `bibliography.bib`, are beside the CV.
The test compares the last block whole. `pytest --update` writes it; read the
difference before you commit it.
"""

from __future__ import annotations

import re
import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest

from polyvita.cli.main import main
from repository import MOMENT, TESTS

FOLDER = TESTS / "cases" / "stories"
CASE = re.compile(
    r"^## (?P<title>.+?)\n(?P<prose>.*?)"
    r"^````markdown\n(?P<cv>.*?)^````\n.*?"
    r"^````yaml\n(?P<filter>.*?)^````\n.*?"
    r"^````text\n(?P<result>.*?)^````\n",
    re.MULTILINE | re.DOTALL,
)


@dataclass(frozen=True)
class Story:
    file: Path
    title: str
    cv: str
    filter: str
    result: str


def stories() -> list[Story]:
    found = []
    for file in sorted(FOLDER.glob("*.md")):
        text = file.read_text(encoding="utf-8")
        cases = list(CASE.finditer(text))
        expectations = text.count("\n````text\n")
        if not cases or len(cases) != expectations:
            raise ValueError(f"{file.name} has {expectations} expected results, but {len(cases)} complete stories")
        for case in cases:
            if not case["prose"].strip():
                raise ValueError(f"{file.name}: “{case['title']}” has no prose")
            found.append(Story(file, case["title"], case["cv"], case["filter"], case["result"]))
    if len(found) < 20:
        raise ValueError(f"only {len(found)} stories in {FOLDER}")
    return found


@pytest.mark.parametrize("story", stories(), ids=lambda story: f"{story.file.stem}: {story.title}")
def test_story(
    story: Story,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    request: pytest.FixtureRequest,
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", str(MOMENT))
    Path("cv.md").write_text(story.cv, encoding="utf-8")
    for file in FOLDER.glob(f"{story.file.stem}.[!m]*"):
        shutil.copy(file, tmp_path)
    Path("filters").mkdir()
    Path("filters/story.yaml").write_text(f"{story.filter}formats: txt\n", encoding="utf-8")
    main(["build", "-o", "out"])
    messages = capsys.readouterr().err
    output = Path("out/story.txt")
    result = messages + (output.read_text(encoding="utf-8") if output.exists() else "")
    if request.config.getoption("--update"):
        text = story.file.read_text(encoding="utf-8")
        at = text.index("````text\n", text.index(f"## {story.title}\n")) + len("````text\n")
        story.file.write_text(text[:at] + result + text[text.index("````\n", at) :], encoding="utf-8")
        return
    assert result == story.result
