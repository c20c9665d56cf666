"""Stories: a Markdown file tells, case by case, what a CV and a filter make together.

A case is a heading, prose, and three fenced blocks: the CV (`markdown`), the filter (`yaml`) and what the reader sees
(`text`), compared whole. `pytest --update` writes what is seen now into the files; read the difference before you
commit it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import pytest

from polyvita.cli.main import main

FOLDER = Path(__file__).parent / "stories"
CASE = re.compile(
    r"^## (?P<title>.+?)\n(?P<prose>.*?)"
    r"^````markdown\n(?P<cv>.*?)^````\n.*?"
    r"^````yaml\n(?P<filter>.*?)^````\n.*?"
    r"^````text\n(?P<seen>.*?)^````\n",
    re.MULTILINE | re.DOTALL,
)


@dataclass(frozen=True)
class Story:
    file: Path
    title: str
    cv: str
    filter: str
    seen: str


def stories() -> list[Story]:
    found = []
    for file in sorted(FOLDER.glob("*.md")):
        text = file.read_text(encoding="utf-8")
        cases = list(CASE.finditer(text))
        expectations = text.count("\n````text\n")
        if not cases or len(cases) != expectations:
            raise ValueError(f"{file.name} has {expectations} expectations, but {len(cases)} whole cases")
        for case in cases:
            if not case["prose"].strip():
                raise ValueError(f"{file.name}: “{case['title']}” tells nothing")
            found.append(Story(file, case["title"], case["cv"], case["filter"], case["seen"]))
    if len(found) < 20:
        raise ValueError(f"only {len(found)} stories were found in {FOLDER}")
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
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1767225600")  # 1 January 2026
    Path("cv.md").write_text(story.cv, encoding="utf-8")
    Path("filters").mkdir()
    Path("filters/story.yaml").write_text(f"{story.filter}formats: txt\n", encoding="utf-8")
    main(["build", "-o", "out"])
    said = capsys.readouterr().err
    shown = Path("out/story.txt")
    seen = said + (shown.read_text(encoding="utf-8") if shown.exists() else "")
    if request.config.getoption("--update"):
        text = story.file.read_text(encoding="utf-8")
        at = text.index("````text\n", text.index(f"## {story.title}\n")) + len("````text\n")
        story.file.write_text(text[:at] + seen + text[text.index("````\n", at) :], encoding="utf-8")
        return
    assert seen == story.seen
