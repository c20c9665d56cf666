"""Projects whose publications come from a bibliography: the same list as from Markdown, and builds step by step."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import zipfile
from collections import Counter
from pathlib import Path

import pytest

from polyvita.builder.incremental import build
from polyvita.builder.plan import make_plan
from polyvita.builder.steps import apply_selection, present
from polyvita.checks.inspect import inspect
from polyvita.cli.main import main
from polyvita.core.document import Document, ListItem, Section, plain_text, walk
from polyvita.reader.bibliography import citeproc
from repository import MOMENT, ROOT, TESTS

LISTS = {
    "journal-articles": "journal and not preprint",
    "conference-papers": "conference",
    "books": "book",
    "book-chapters": "chapter",
    "preprints": "preprint",
}


def write_project(folder: Path) -> None:
    """Write the repository's publications as a project with a bibliography."""
    (folder / "filters").mkdir(parents=True)
    shutil.copy(TESTS / "data/publications.bib", folder)
    shutil.copy(ROOT / "filters/publications.yaml", folder / "filters")
    lists = "\n".join(
        f'## {id} {{#{id} .publication}}\n\n::: {{.bibliography items="{items}"}}\n:::\n' for id, items in LISTS.items()
    )
    head = "name: Sebastian Lapuschkin\nown_names: [Lapuschkin S, Bach S]\nbibliography: publications.bib\n"
    (folder / "cv.md").write_text(f"---\n{head}---\n\n# Publications {{#publications}}\n\n{lists}", encoding="utf-8")


def shown(folder: Path) -> Document:
    [job] = make_plan(folder / "cv.md", filters=["publications"]).jobs
    return present(apply_selection(job)[0], job)


def words(item: ListItem) -> Counter[str]:
    """Return the words of a reference. Initials count one by one: “Horsak WI” is “Horsak W I”."""
    text = re.sub(r"(?<!\w)[A-ZÜ]{2,3}(?=,| and | \()", lambda found: " ".join(found[0]), plain_text(item))
    return Counter(re.findall(r"[^\W_]+", text))


def test_the_same_list_as_from_markdown(tmp_path: Path) -> None:
    write_project(tmp_path)
    ours, theirs = shown(tmp_path), shown(ROOT)
    for id in LISTS:
        lists = [
            [words(node) for node in walk(section) if isinstance(node, ListItem)]
            for document in (ours, theirs)
            for section in walk(document)
            if isinstance(section, Section) and section.attr.id == id
        ]
        from_bibliography, from_markdown = lists
        assert len(from_bibliography) == len(from_markdown)
        for one, other in zip(from_bibliography, from_markdown, strict=True):
            assert one == other


def test_owner_has_the_same_names_in_bold(tmp_path: Path) -> None:
    write_project(tmp_path)
    bold = [
        Counter(plain_text(node) for node in walk(document) if type(node).__name__ == "Strong")
        for document in (shown(tmp_path), shown(ROOT))
    ]
    assert bold[0] == bold[1]
    assert sum(bold[0].values()) == 94


# ---------------------------------------------------------------- builds

BIBLIOGRAPHY = """\
@article{a2020, author = {Doe, Jane}, title = {On Amber}, journal = {Stones}, year = 2020}
@inproceedings{b2021, author = {Doe, Jane}, title = {On Basalt}, booktitle = {Proceedings of Stones}, year = 2021}
"""
CV = """\
---
name: Jane Doe
bibliography: own.bib
---

# Articles {.article}

::: {.bibliography items="journal"}
:::

# Papers {.paper}

::: {.bibliography items="conference"}
:::
"""


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("SOURCE_DATE_EPOCH", str(MOMENT))
    Path("filters").mkdir()
    Path("cv.md").write_text(CV, encoding="utf-8")
    Path("own.bib").write_text(BIBLIOGRAPHY, encoding="utf-8")
    for name in ("article", "paper"):
        Path(f"filters/{name}.yaml").write_text(f"select: {name}\nformats: txt\n", encoding="utf-8")
    return tmp_path


def written(**arguments: object) -> list[str]:
    return [status.path.name for status in build("cv.md", **arguments).results if not status.unchanged]  # type: ignore[arg-type]


def test_a_change_of_one_entry_rebuilds_what_shows_it(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert written() == ["article.txt", "paper.txt"]
    assert written() == []
    file = Path("own.bib")
    file.write_text(BIBLIOGRAPHY.replace("On Basalt", "On Black Basalt"), encoding="utf-8")
    formatted: list[str] = []
    run = citeproc._run_citeproc

    def record(items: list[dict[str, str]], style: str, lang: str) -> object:
        formatted.extend(item["title"] for item in items)
        return run(items, style, lang)

    monkeypatch.setattr(citeproc, "_run_citeproc", record)
    assert written() == ["paper.txt"]
    assert "On Black Basalt" in Path("outputs/paper.txt").read_text(encoding="utf-8")
    assert formatted == ["On Black Basalt"]


def test_styles_beside_the_cv_are_inputs(project: Path) -> None:
    style = (Path(ROOT) / "pipeline/polyvita/reader/bibliography/styles/cv.csl").read_text(encoding="utf-8")
    Path("own.csl").write_text(style, encoding="utf-8")
    Path("filters/paper.yaml").write_text("select: paper\nformats: txt\ncitations: own.csl\n", encoding="utf-8")
    assert written() == ["article.txt", "paper.txt"]
    assert written() == []
    Path("own.csl").write_text(style.replace('suffix=":"', 'suffix="->"'), encoding="utf-8")
    assert written() == ["paper.txt"]


def test_an_unchanged_bibliography_is_read_from_the_cache(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written()
    monkeypatch.setattr("polyvita.reader.bibliography.citeproc._run_citeproc", None)
    Path("cv.md").write_text(CV.replace("# Papers", "# All Papers"), encoding="utf-8")
    assert written() == ["paper.txt"]


@pytest.mark.skipif(not shutil.which("unshare"), reason="needs Linux")
@pytest.mark.slow
def test_nothing_comes_from_the_network(project: Path) -> None:
    Path("filters/paper.yaml").write_text("formats: [txt, html, pdf]\ncitations: apa\n", encoding="utf-8")
    command = ["unshare", "--net", "--map-root-user", sys.executable, "-m", "polyvita", "build", "paper"]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    if "unshare" in run.stderr:
        pytest.skip("the system allows no namespaces")
    assert (run.returncode, run.stderr) == (0, "")
    assert "Doe, J. (2021). On Basalt." in Path("outputs/paper.txt").read_text(encoding="utf-8")


# ---------------------------------------------------------------- explain, diff, check


def test_explain_and_diff_name_the_file(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", "paper"]) == 0
    assert "+ own.bib:2: Doe J (2021)." in capsys.readouterr().out
    assert main(["diff", "article", "paper"]) == 0
    assert "    own.bib:1  Doe J (2020). “On Amber”. Stones." in capsys.readouterr().out


def test_a_line_with_attributes_explains_its_entry(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Path("cv.md").write_text(f"{CV}\n- @b2021 {{.core}}\n  My note.\n", encoding="utf-8")
    assert main(["explain", "article", "16"]) == 0
    assert capsys.readouterr().out == (
        "own.bib:2, out: Doe J (2021). “On Basalt”. In: Proceedings of Stones. My note.\n"
        "  not selected: “article” is false\n"
        "  tags: conference, core, paper\n"
    )


def test_check_finds_what_the_bibliography_has(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Path("own.bib").write_text(BIBLIOGRAPHY.replace("On Amber", "On Amber (and the rest"), encoding="utf-8")
    Path("filters/article.yaml").write_text("select: article\nformats: txt\nrules: own\n", encoding="utf-8")
    rule = "{name: words, forbidden: {words: Amber}, level: error, source: s, sure: high, checked: 2026-01-01}"
    Path("rules").mkdir()
    text = f"title: Own\nrecipient: own\nform: guide\nkind: upload\nrules:\n  - {rule}\n"
    Path("rules/own.yaml").write_text(text, encoding="utf-8")
    assert main(["check", "article"]) == 1
    assert "own.bib:1:1: error" in capsys.readouterr().err


def test_the_example_builds_without_findings(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "bibliography"
    shutil.copytree(ROOT / "examples/bibliography", folder, ignore=shutil.ignore_patterns("outputs", ".polyvita"))
    assert main(["build", "-s", str(folder / "cv.md"), "-f", "txt", "-f", "docx"]) == 0
    assert capsys.readouterr().err == ""
    short = (folder / "outputs/short.txt").read_text(encoding="utf-8")
    assert "Wiegand T, … Lapuschkin\n    S, et al. (2023)" in short


def test_the_example_of_the_page_works(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page = (ROOT / "docs/bibliographies.md").read_text(encoding="utf-8")
    cv = re.search(r"^```markdown\n(.*?)^```$", page, re.M | re.S)
    settings = re.findall(r"^```yaml\n(.*?)^```$", page, re.M | re.S)
    assert cv
    Path("publications.bib").write_text(BIBLIOGRAPHY.replace("a2020", "doe2024"), encoding="utf-8")
    Path("cv.md").write_text(cv[1].replace("bibliography:", f"{settings[1]}bibliography:"), encoding="utf-8")
    for name in ("article", "paper"):
        Path(f"filters/{name}.yaml").write_text(f"formats: txt\n{settings[2]}", encoding="utf-8")
    assert main(["build"]) == 0
    assert capsys.readouterr().err == ""
    assert "Doe, J. (2020). On Amber. Stones.\n    I planned" in Path("outputs/paper.txt").read_text(encoding="utf-8")


def test_numbers_have_their_letters_in_all_formats(project: Path) -> None:
    Path("cv.md").write_text(CV.replace("# Articles {", "# Articles {#articles "), encoding="utf-8")
    entry = "@article{c2022, author = {Doe, Jane}, title = {On Chalk}, journal = {Stones}, year = 2022}\n"
    Path("own.bib").write_text(BIBLIOGRAPHY + entry, encoding="utf-8")
    settings = "formats: [html, docx, pdf, rst]\nprefixes: {articles: J}\nnumbering: reverse\nselect: article\n"
    Path("filters/article.yaml").write_text(settings, encoding="utf-8")
    build("cv.md", ["article"])
    page = Path("outputs/article.html").read_text(encoding="utf-8")
    assert re.findall('<li value="(.)" data-label="(.*?)">', page) == [("2", "J2."), ("1", "J1.")]
    with zipfile.ZipFile("outputs/article.docx") as word:
        assert '<w:lvlText w:val="J%1."' in word.read("word/numbering.xml").decode()
        assert "Prefixed" not in word.read("word/document.xml").decode()
    text = inspect("pdf", Path("outputs/article.pdf").read_bytes()).text
    assert re.findall(r"J\d\.", text) == ["J2.", "J1."]
    assert re.findall(r"^J\d\.", Path("outputs/article.rst").read_text(encoding="utf-8"), re.M) == ["J2.", "J1."]
