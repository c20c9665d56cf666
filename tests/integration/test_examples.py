"""The examples of README.md and docs/ work: each page is followed from top to bottom in a fresh folder.

A page starts in a folder that `polyvita init` has just made. Its fenced blocks are used by their language:

- `yaml`: a first line such as `# filters/grant.yaml` is the path of the file; a filter is built. A block without a path
  has keys of the front matter, or of a filter.
- `markdown`: a block with front matter replaces `cv.md`; a block whose first heading has the id of a section of `cv.md`
  replaces this section; any other block is added to `cv.md`. Then the whole CV is built.
- `bib`: the file `publications.bib`.
- `console`: commands, which must end with 0. `output` is a part of what the last of them printed, and `shown` a part of
  `cv.md`. A block without a language that starts with `$ polyvita` is a command with everything that it prints.
"""

from __future__ import annotations

import json
import re
import shlex
import subprocess
from pathlib import Path

import pytest
import yaml

from one_pixel import PNG
from polyvita.cli.main import main
from polyvita.config.filter import Filter
from polyvita.config.front_matter import FrontMatter
from polyvita.config.settings import keys_of
from repository import MOMENT, ROOT
from word_samples import no_styles

PAGES = [
    "README.md",
    *(
        f"docs/{name}.md"
        for name in ("commands", "filters", "language", "rules", "themes", "tutorial", "vocabulary", "web")
    ),
    *(str(path.relative_to(ROOT)) for path in sorted((ROOT / "docs/how-to").glob("*.md"))),
]
FENCE = re.compile(r"^(`{3,})([^\n`]*)\n(.*?)^\1$", re.MULTILINE | re.DOTALL)
SECTION = r"^# [^\n]*\{{#{id}[ }}].*?(?=^# |\Z)"
EDITS = {"$ polyvita build\n": ("at work", "at play")}
"""What the text of docs/commands.md changes before a command."""


class Reader:
    """Someone who follows a page in the folder `folder`."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder, self.capsys, self.printed, self.used = folder, capsys, "", 0
        self.run("polyvita init start", "cd start")

    @property
    def cv(self) -> Path:
        return self.folder / "cv.md"

    def run(self, *commands: str, status: int = 0) -> None:
        for command in commands:
            with pytest.MonkeyPatch.context() as patch:
                patch.chdir(self.folder)
                name, *words = shlex.split(command)
                if name == "cd":
                    self.folder /= words[0]
                    continue
                assert name == "polyvita", command
                assert main(words) == status, (command, self.capsys.readouterr())
                printed = self.capsys.readouterr()
                self.printed = printed.out + printed.err

    def follow(self, language: str, text: str) -> None:
        self.used += 1
        match language:
            case "yaml":
                self.use_yaml(text)
            case "markdown":
                self.use_markdown(text)
            case "bib":
                (self.folder / "publications.bib").write_text(text, encoding="utf-8")
            case "json":
                json.loads(text)
            case "console":
                self.run(*(line.removeprefix("$ ") for line in text.splitlines()))
            case "output":
                assert text.strip() in self.printed
            case "shown":
                assert any(text in file.read_text(encoding="utf-8") for file in self.folder.rglob("cv.md"))
            case "" if text.startswith("$ polyvita ") and "{" not in text and "review" not in text:
                self.compare(text)
            case _:
                self.used -= 1

    def compare(self, text: str) -> None:
        command, _, expected = text.removeprefix("$ ").partition("\n")
        for start, (old, new) in EDITS.items():
            if text.startswith(start) and expected:
                self.run("polyvita build")
                self.cv.write_text(self.cv.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
        self.run(command)
        if command.startswith("polyvita add"):  # The page shows the first lines.
            assert self.printed.startswith(expected)
        else:
            assert self.printed.strip() == expected.strip()

    def use_yaml(self, text: str) -> None:
        path = re.match(r"# ((filters|rules|themes)/([\w-]+)\.yaml)\n", text)
        if path:
            file = self.folder / path[1]
            file.parent.mkdir(exist_ok=True)
            file.write_text(text, encoding="utf-8")
            name = path[3]
            if path[2] != "filters":
                name = f"with-{name}"
                key = path[2]
                setting = f"theme: {path[3]}\n" if key == "themes" else f"rules: {path[3]}\n"
                (self.folder / f"filters/{name}.yaml").write_text(f"formats: [pdf, docx]\n{setting}", encoding="utf-8")
            main(["build", name, "-s", str(self.cv)])
            printed = self.capsys.readouterr()
            assert "error[PV1" not in printed.err
            assert list((self.folder / "outputs").glob(f"*{name}*"))
            return
        keys = yaml.safe_load(text)
        if keys is None:  # A comment for editors.
            return
        if keys.keys() <= keys_of(FrontMatter).keys():
            if "photo" in keys:
                (self.folder / keys["photo"]["file"]).write_bytes(PNG)
            source = self.cv.read_text(encoding="utf-8")
            if "sections" in keys:
                for standard, own in keys["sections"].items():
                    source = source.replace(f"{{#{standard}", f"{{#{own}")
                    for file in (self.folder / "filters").glob("*.yaml"):
                        file.write_text("vocabulary: standard\n" + file.read_text().replace("vocabulary: standard", ""))
            source = source.replace("papers .publication", "list .publication")
            self.cv.write_text(source.replace("---\n", f"---\n{text}", 1), encoding="utf-8")
            self.run("polyvita build")
        else:
            assert keys.keys() <= keys_of(Filter).keys()

    def use_markdown(self, text: str) -> None:
        source = self.cv.read_text(encoding="utf-8")
        if not text.startswith(("---\n", "+++\n")):  # An example may have other tags than those that a CV lists.
            source = re.sub(r"^tags:\n(?:  .*\n)+", "", source, count=1, flags=re.MULTILINE)
        id_ = re.match(r"# [^\n]*\{#([\w-]+)", text)
        if text.startswith(("---\n", "+++\n")):
            source = text
            for file in (self.folder / "filters").glob("*.yaml"):
                file.unlink()
        elif id_ and re.search(SECTION.format(id=id_[1]), source, re.MULTILINE | re.DOTALL):
            source = re.sub(SECTION.format(id=id_[1]), lambda _: text + "\n", source, flags=re.MULTILINE | re.DOTALL)
        else:
            source += f"\n{text}"
        self.cv.write_text(source, encoding="utf-8")
        (self.folder / "filters/all.yaml").write_text("formats: [txt, docx]\n", encoding="utf-8")
        self.run("polyvita build all")
        (self.folder / "filters/all.yaml").unlink()


@pytest.mark.slow
@pytest.mark.parametrize("page", PAGES)
def test_the_examples_of_a_page_work(
    page: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", str(MOMENT))
    reader = Reader(tmp_path, capsys)
    (reader.folder / "old-cv.docx").write_bytes(no_styles())
    git = ["git", "-c", "user.name=a", "-c", "user.email=a@example.org"]
    for words in (["init", "-q"], ["add", "."], ["commit", "-qm", "start"]):
        subprocess.run([*git, *words], cwd=reader.folder, check=True)
    for block in FENCE.finditer((ROOT / page).read_text(encoding="utf-8")):
        reader.follow(block[2], block[3])
    assert reader.used
