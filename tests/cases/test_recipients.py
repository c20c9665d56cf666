"""Recipients: each filter that comes with the program builds in a CV without text, and `add` prints what is missing.

The files in `recipients/` have what `polyvita add` prints for a CV that has only a name. `pytest --update` writes them.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from polyvita.checks.references import check_filter
from polyvita.checks.rules.ruleset import built_in_names
from polyvita.cli.add import split_sections
from polyvita.cli.main import main
from polyvita.config.filter_file import load_filter
from polyvita.config.recipients import describe, needed_sections, recipient_filters, recipients
from polyvita.core.document import Document
from polyvita.core.vocabulary import SECTIONS
from polyvita.transforms.context import collect_vocabulary
from repository import MOMENT, TESTS
from word_samples import no_styles

FOLDER = TESTS / "cases" / "recipients"
NAME_ONLY = "---\nname: Ada Example\nlang: en\n---\n"


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", str(MOMENT))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "cv.md").write_text(NAME_ONLY, encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize("name", [pytest.param(r, marks=[] if r == "dfg" else pytest.mark.slow) for r in recipients()])
def test_a_recipient_in_a_cv_without_text(
    name: str, project: Path, capsys: pytest.CaptureFixture[str], request: pytest.FixtureRequest
) -> None:
    assert main(["add", name]) == 0
    printed, errors = capsys.readouterr()
    assert errors == ""
    file = FOLDER / f"{name}.txt"
    if request.config.getoption("--update"):
        file.write_text(printed, encoding="utf-8")
    assert printed == file.read_text(encoding="utf-8")
    assert main(["build"]) == 0
    assert len(list((project / "outputs").iterdir())) > 1


@pytest.mark.parametrize("name", recipient_filters())
def test_a_filter_uses_the_standard_vocabulary_only(name: str) -> None:
    path = recipient_filters()[name]
    filter = load_filter(path)
    assert filter.vocabulary == "standard"
    assert list(check_filter(Document(()), filter)) == []
    assert 20 < len(describe(path)) < 130


@pytest.mark.parametrize("name", recipients())
def test_needed_sections_are_in_the_vocabulary(name: str) -> None:
    sections = split_sections(needed_sections(name))
    assert sections
    for id_, text in sections.items():
        standard = SECTIONS[id_]
        heading, *comment = text.split("\n", 1)
        title, attributes = re.fullmatch(r"# (.+) \{(.+)\}", heading).groups()  # type: ignore[union-attr]
        assert title == standard.title
        assert attributes.split() == [f"#{id_}", *(f".{tag}" for tag in standard.tags)]
        assert comment[0].startswith("\n<!--")
        assert comment[0].count("<!--") == comment[0].count("-->") == 1
        assert comment[0].endswith("-->")


def test_each_rule_set_has_a_filter() -> None:
    used = {use.use for path in recipient_filters().values() for use in load_filter(path).rules}
    assert used == set(built_in_names())


def test_add_prints_all_recipients(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["add"]) == 0
    printed = capsys.readouterr().out
    assert [line.split()[0] for line in printed.splitlines()] == list(recipient_filters())


def test_an_unknown_recipient(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["add", "dfg", "nihh"]) == 2
    assert "recipient “nihh” not found\n  hint: did you mean “nih”?" in capsys.readouterr().err
    assert sorted(path.name for path in project.iterdir()) == ["cv.md"]
    assert main(["init", "new", "--for", "nihh"]) == 2
    assert not (project / "new").exists()


def test_what_exists_stays(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    cv = project / "cv.md"
    cv.write_bytes((NAME_ONLY + "\n# Bio {#bio .bio}\n\nAda.").replace("\n", "\r\n").encode())
    own = project / "filters" / "short-bio.yaml"
    own.parent.mkdir()
    own.write_text("select: bio\nformats: [txt]\n", encoding="utf-8")
    before = cv.read_bytes()
    assert main(["add", "short-bio"]) == 0
    assert "short-bio.yaml exists already; it was left unchanged" in capsys.readouterr().err
    assert own.read_text(encoding="utf-8") == "select: bio\nformats: [txt]\n"
    assert cv.read_bytes() == before
    assert main(["add", "erc"]) == 0
    assert cv.read_bytes().startswith(before + b"\r\n\r\n# Person {#person .form}\r\n")
    assert b"\n" not in cv.read_bytes().replace(b"\r\n", b"")
    after = cv.read_bytes()
    assert main(["add", "erc", "dfg"]) == 0
    assert cv.read_bytes().startswith(after)
    assert cv.read_text(encoding="utf-8").count("{#person .form}") == 1


@pytest.mark.parametrize("end", ["```\nopen", "<!-- open", "<pre>\nopen"])
def test_a_cv_that_ends_inside_a_block(end: str, project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = f"{NAME_ONLY}\n# Bio {{#bio}}\n\nAda.\n\n{end}"
    (project / "cv.md").write_text(text, encoding="utf-8")
    assert main(["add", "dfg"]) == 2
    assert "error[PV434]" in capsys.readouterr().err
    assert (project / "cv.md").read_text(encoding="utf-8") == text
    assert not (project / "filters").exists()


def test_the_language_of_the_cv_chooses_the_filter(project: Path) -> None:
    (project / "cv.md").write_text(NAME_ONLY.replace("en", "de-AT"), encoding="utf-8")
    assert main(["add", "dfg"]) == 0
    assert [path.name for path in (project / "filters").iterdir()] == ["dfg-de.yaml"]
    filter = load_filter(project / "filters" / "dfg-de.yaml")
    assert (filter.lang, filter.leading, filter.titles["dfg-a"]) == ("de", 1.38, "Kategorie A")


def test_the_language_of_the_cv_chooses_the_headings_of_new_sections(project: Path) -> None:
    (project / "cv.md").write_text("---\nname: Ada Exemple\nlang: fr\n---\n\n# Parcours {#positions .position}\n")
    assert main(["add", "dfg", "ukri"]) == 0
    headings = [line for line in (project / "cv.md").read_text(encoding="utf-8").splitlines() if line.startswith("#")]
    assert headings[:5] == [
        "# Parcours {#positions .position}",
        "# Personne {#person .form}",
        "# Formation {#education .degree .core}",
        "# Interruptions de carrière {#supplement .supplement}",
        "# Responsabilités {#service .service}",
    ]
    assert "# Réalisations scientifiques {#achievements .form}" in headings


def test_a_filter_extends_that_of_the_recipient_with_its_own_name(project: Path) -> None:
    path = project / "filters" / "dfg.yaml"
    path.parent.mkdir()
    path.write_text("extends: dfg\npages: {most: 3}\n", encoding="utf-8")
    filter = load_filter(path)
    assert (filter.pages.most, filter.paper) == (3, "a4")  # type: ignore[union-attr]


def test_own_names_of_sections(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    head = NAME_ONLY.replace("lang: en", "lang: en\nsections: {positions: jobs, publications: papers}")
    text = "\n# Jobs {#jobs}\n\n## Baker {date=2020/..}\n\n# Papers {#papers}\n\n- On bread. {.selected date=2021}\n"
    text = text.replace("On bread.", f"On bread{' and its history' * 20}.")
    (project / "cv.md").write_text(head + text, encoding="utf-8")
    assert main(["add", "dfg"]) == 0
    capsys.readouterr()
    cv = (project / "cv.md").read_text(encoding="utf-8")
    assert "{#positions" not in cv
    assert "{#publications" not in cv
    assert main(["build", "dfg", "-f", "docx"]) == 0
    assert main(["ast", "dfg"]) == 0
    shown = capsys.readouterr().out
    assert "Baker" in shown
    assert "bread" in shown


def test_a_section_with_only_a_comment_is_in_no_output(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = (
        "\n# Bio {#bio .bio}\n\nAda.\n\n# Empty\n\n<!-- prompt -->\n\nUnderlined\n==========\n<!-- prompt -->\n\n"
        "# Outer\n\n## Inner {.note}\n\n<!-- one\n\ntwo -->\n\n# References on request\n\n"
        "# Entry {date=2020}\n\n<!-- later -->\n\n# Last\n<!-- prompt -->\n"
    )
    (project / "cv.md").write_text(NAME_ONLY + text, encoding="utf-8")
    (project / "filters").mkdir()
    (project / "filters" / "all.yaml").write_text("formats: [txt]\n", encoding="utf-8")
    assert main(["check"]) == 0
    notes = re.findall(r"info\[PV432\]: the section “(\w+)”", capsys.readouterr().err)
    assert notes == ["Empty", "Underlined", "Inner", "Last"]
    shown = (project / "outputs" / "all.txt").read_text(encoding="utf-8")
    assert re.findall(r"Bio|Empty|Underlined|Outer|Inner|References|Entry|Last", shown) == [
        "Bio",
        "References",
        "Entry",
    ]


def test_collected_names_include_unwritten_sections(project: Path) -> None:
    from polyvita.builder.plan import read_cv
    from polyvita.core.source import CV, read_source

    (project / "cv.md").write_text(NAME_ONLY + "\n# A {#a .own}\n\n<!-- later -->\n\n# B\n\nText.\n", encoding="utf-8")
    cv = read_cv(read_source(project / "cv.md", kind=CV))
    assert cv.vocabulary is not None
    assert ("a" in cv.vocabulary.sections, "own" in cv.vocabulary.tags) == (True, True)
    assert "a" not in collect_vocabulary(cv.document).sections


@pytest.mark.slow
def test_the_way_from_a_word_file_to_a_cv_for_the_dfg(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "old.docx").write_bytes(no_styles())
    assert main(["init", "new", "--from", "old.docx", "--for", "dfg,short-bio"]) == 0
    cv = project / "new" / "cv.md"
    assert main(["build", "-s", str(cv)]) == 0
    capsys.readouterr()
    assert main(["check", "dfg", "-s", str(cv)]) == 1
    missing = re.findall(r"error\[PV\d+\]: (.+)", capsys.readouterr().err)
    assert [line.partition(" (CV")[0] for line in missing] == [
        "dfg, publications A: no section “dfg-a”: 0 items, allowed 1 to 10",
        "dfg, headings: heading “Personal Data” is missing, heading “Scientific Results” is missing",
    ]
    text = cv.read_text(encoding="utf-8").replace("{date=2022}", "{.selected date=2022}")
    text = text.replace(
        "family or a photo. -->\n", "family or a photo. -->\n\n| | |\n|--|--|\n| Name | Tomás Beltrán |\n"
    )
    cv.write_text(text, encoding="utf-8")
    assert main(["check", "dfg", "-s", str(cv)]) == 0
    assert main(["build", "-s", str(cv)]) == 0
