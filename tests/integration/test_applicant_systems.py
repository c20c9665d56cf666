"""Programs without knowledge of the layout find the person, the sections and the career in each theme."""

from __future__ import annotations

from pathlib import Path

import pytest

from applicant_systems import Facts, facts_of, pandoc, pdftotext, read
from polyvita import build
from polyvita.config.theme import theme_names
from repository import ROOT, TESTS
from required_programs import program

THEMES = theme_names(Path("nowhere"))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("applicants")
    (folder / "filters").mkdir()
    (folder / "filters/full.yaml").write_text("title: Curriculum vitae\n", encoding="utf-8")
    (folder / "cv.md").write_text((TESTS / "data/themes.md").read_text(encoding="utf-8"), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def facts(folder: Path) -> Facts:
    found = facts_of(folder / "cv.md", "full")
    assert found.email == "maren.holt@example.org"
    assert found.phone == "+49 431 555 0192"
    assert found.sections[1:4] == ("Positions", "Education", "Awards and Grants")
    assert found.roles[1] == ("Senior Researcher", "Apr 2016 – Sep 2021")
    assert (len(found.sections), len(found.roles)) == (8, 5)
    return found


@pytest.mark.slow
@pytest.mark.parametrize("theme", THEMES)
def test_pdftotext_and_pandoc_find_all_facts(folder: Path, facts: Facts, theme: str) -> None:
    build(folder / "cv.md", formats=["pdf", "docx"], theme=theme, outputs=folder / theme, timestamp=0)
    assert wrong(pandoc(folder / theme / "full.docx"), facts) == []
    program("pdftotext", "Poppler")
    for options in ([], ["-layout"], ["-raw"]):
        assert wrong(pdftotext(*options)(folder / theme / "full.pdf"), facts) == []


def wrong(text: str, facts: Facts) -> list[str]:
    """Return what a reader misses. The date of an entry may follow its second line, but it may not be lost."""
    found = read(text, facts)
    checks = {
        "name": found.name,
        "e-mail": found.email == facts.email,
        "phone": found.phone == facts.phone,
        "sections": found.sections == len(facts.sections),
        "dates": found.beside + found.later == len(facts.roles) and found.later <= 1,
    }
    return [name for name, right in checks.items() if not right]


def test_the_page_has_all_themes_and_only_facts_of_this_cv() -> None:
    page = (ROOT / "docs/applicant-systems.md").read_text(encoding="utf-8")
    facts = facts_of(ROOT / "cv.md", "full")
    assert f"has {len(facts.sections)} sections, and {len(facts.roles)} positions" in page
    assert [page.count(f"\n| {theme} |") for theme in THEMES] == [3] * len(THEMES)


FACTS = Facts("Ada Example", "ada@example.org", "+49 30 123456", ("Positions",), (("Baker", "2019"),))
GOOD = "Ada Example\nada@example.org | +49 30 123456\n\nPositions\nBaker\n2019\nThe Oven\n"


@pytest.mark.parametrize(
    ("text", "missing"),
    [
        (GOOD, []),
        (GOOD.replace("Ada Example\n", "CV\nAda Example\n"), ["name"]),
        (GOOD.replace(" | ", "·"), ["e-mail"]),
        (GOOD.replace("30 ", "30·"), ["phone"]),
        (GOOD.replace("Positions\n", "1 Positions\n"), ["sections"]),
        (GOOD.replace("2019\n", "") + "Flour\n" * 9 + "2019\n", ["dates"]),
    ],
)
def test_the_comparison_finds_what_is_wrong(text: str, missing: list[str]) -> None:
    assert wrong(text, FACTS) == missing
