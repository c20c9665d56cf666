"""The file with projects for SciENcv. `tests/data/sciencv-support.xsd` describes what SciENcv takes."""

from __future__ import annotations

from pathlib import Path

import pytest
from lxml import etree

from polyvita.builder.incremental import build
from polyvita.builder.result import BuildResult
from repository import MOMENT, TESTS

SCHEMA = TESTS / "data" / "sciencv-support.xsd"
HEAD = "---\nname: Ada M. van der Example\norcid: 0000-0002-1825-0097\n---\n\n"
CV = (
    HEAD
    + """# Jobs {#positions .position}

## Head {date=2019/.. org="Institute & Sons" place="Ann Arbor, MI, USA"}

## Student {date=2010/2012 org=Elsewhere}

# Funding {#funding .project}

- **Counting – “more”**, Foundation of Examples (grant 12) {date=2024-02/2026-05 award="X 12" place="Ann Arbor" amount="$1,200,000" effort=1.2}

  To count what was never counted.

  - Part one

- **ACHT**: Eight things. {date=2026 org="NSF" place=Here amount=5 effort="2026:0 2027:2.5" status=pending overlap=None}

## Sharing a machine {date=2025/.. org="Host" place=Here kind=inkind amount=30000 effort=0}

One machine.
"""
)


def made(cv: str, folder: Path, filter: str = "formats: sciencv\n") -> tuple[BuildResult, etree._Element]:
    (folder / "filters").mkdir()
    (folder / "filters/one.yaml").write_text(filter, encoding="utf-8")
    (folder / "cv.md").write_text(cv, encoding="utf-8")
    result = build(folder / "cv.md", timestamp=MOMENT)
    content = etree.parse(folder / "outputs/one.sciencv.xml")
    etree.XMLSchema(etree.parse(SCHEMA)).assertValid(content)
    return result, content.getroot()


def texts(root: etree._Element, path: str) -> list[list[str]]:
    return [[child.text or "" for child in node] for node in root.findall(path)]


def test_projects_positions_and_the_person(tmp_path: Path) -> None:
    result, root = made(CV, tmp_path)
    assert [finding.message for finding in result.findings] == []
    assert texts(root, "identification/name") == [["Ada", "M.", "van der Example"]]
    assert root.findtext("identification/id") == "0000-0002-1825-0097"
    assert texts(root, "employment/position/organization") == [["Institute & Sons", "Ann Arbor", "MI", "USA"]]
    goal = "To count what was never counted. Part one"
    counting = [
        'Counting - "more"',
        "X 12",
        "Foundation of Examples",
        "Ann Arbor",
        "award",
        "1200000",
        "None",
        goal,
        "",
    ]
    assert [fields[:12] for fields in texts(root, "funding/support")] == [
        [*counting, "2024-02-01", "2026-05-01", "current"],
        [
            "ACHT: Eight things",
            "",
            "NSF",
            "Here",
            "award",
            "5",
            "None",
            "",
            "None",
            "2026-01-01",
            "2026-01-01",
            "pending",
        ],
        ["", "", "Host", "", "inkind", "30000", "Sharing a machine", "One machine.", "", "2025-01-01", "", "current"],
    ]
    assert [
        {month.get("year"): month.text for month in commitment} for commitment in root.findall(".//commitment")
    ] == [
        {"2024": "1.2", "2025": "1.2", "2026": "1.2"},
        {"2026": "0", "2027": "2.5"},
        {"2025": "0"},
    ]


def test_what_is_over_today_is_left_to_the_filter(tmp_path: Path) -> None:
    cv = HEAD + "# F {.project}\n\n- Old {date=2001/2003}\n- New {date=2024/2099}\n"
    _, root = made(cv, tmp_path, "formats: sciencv\nsince: -0d\n")
    assert [fields[0] for fields in texts(root, "funding/support")] == ["New"]


@pytest.mark.parametrize(
    ("item", "messages"),
    [
        (f"{'word ' * 70}. {{date=2026 org=A place=B amount=1 effort=1}}",
         ["the title of a project has 349 characters; the file for SciENcv has the first 300"]),
        ("A {date=2026 org=A place=B amount=1k€ effort=some status=done kind=gift}",
         ["SciENcv cannot read status=“done” of a project", "SciENcv cannot read kind=“gift” of a project",
          "SciENcv cannot read amount=“1k€” of a project", "SciENcv cannot read effort=“some” of a project"]),
        ("A", ["some projects lack amount, date, effort, org and place, which SciENcv asks for"]),
    ],
)  # fmt: skip
def test_what_sciencv_does_not_take_is_reported(item: str, messages: list[str], tmp_path: Path) -> None:
    result, root = made(f"{HEAD}# F {{.project}}\n\n- {item}\n", tmp_path)
    assert [finding.message for finding in result.findings if finding.code == "PV329"] == sorted(messages)
    assert len(root.findall("funding/support")) == 1
    assert {finding.code for finding in result.findings} == {"PV329"}


def test_a_cv_without_projects(tmp_path: Path) -> None:
    result, root = made(f"{HEAD}# F\n\n- One\n", tmp_path)
    assert root.findall("funding/support") == []
    assert ["the file for SciENcv is empty" in finding.message for finding in result.findings] == [True]
