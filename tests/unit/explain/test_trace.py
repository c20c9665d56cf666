"""Every unit has a reason why it is shown or left out, and the reasons agree with the output."""

from __future__ import annotations

import datetime
import json
import re
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from polyvita.builder.fit import fit
from polyvita.builder.job import Job
from polyvita.builder.plan import make_plan
from polyvita.builder.steps import PREPARATION_STEPS, SELECTION_STEPS, apply_filter, layout_function, run_steps
from polyvita.cli.main import main
from polyvita.config.expression import Expression
from polyvita.config.expression_parser import parse_expression
from polyvita.config.filter import Filter
from polyvita.core.diagnostics import DoesNotFitError
from polyvita.core.document import Document, Section, plain_text, walk
from polyvita.core.location import Location
from polyvita.explain.model import ExplainedUnit, Explanation
from polyvita.explain.reasons import deciding_part, format_term
from polyvita.explain.text import mark_source, shown_only_in
from polyvita.explain.trace import explain
from random_documents import documents, expressions, filters, with_section_ids

CV = """# Bio {#bio .core}

Works on examples. [Since 2020.]{.private}

Another line. {.metrics}

# Papers {#papers .publication}

1. One. {.selected date=2024}
2. Two. {.selected date=2023}
3. Three. {date=2022}
4. Four. {.selected date=2012}

# Talks {#talks .talk}

::: {lang=de}
Ein Vortrag.
:::

- A talk
"""
FILTERS = {
    "full": "formats: txt\n",
    "short": "formats: txt\nselect: core or (publication and selected)\ndrop: metrics or private\n"
    "limit: {items: publication, most: 1}\nsince: 2020\n",
}


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("cv.md").write_text(CV, encoding="utf-8")
    Path("filters").mkdir()
    for name, text in FILTERS.items():
        Path(f"filters/{name}.yaml").write_text(text, encoding="utf-8")


# ---------------------------------------------------------------- the part that decides


@pytest.mark.parametrize(
    ("text", "tags", "decides"),
    [
        ("a", "a", "a"),
        ("a", "", "a"),
        ("a or b", "b", "b"),
        ("a or b", "", "a or b"),
        ("a and b", "a b", "a and b"),
        ("a and b", "a", "b"),
        ("(a and b) or c", "a b", "a and b"),
        ("(a and b) or c", "a", "b or c"),
        ("(a or b) and c", "b c", "b and c"),
        ("not (a or b)", "b", "not b"),
        ("not not a", "a", "a"),
        ("a or (b and (c or d))", "b d", "b and d"),
        ("untagged", "", "untagged"),
        ('a and org == "Institute of Examples"', "a", 'org == "Institute of Examples"'),
        ("a and date >= 2020", "a", "date >= 2020"),
    ],
)
def test_the_part_that_decides(text: str, tags: str, decides: str) -> None:
    assert format_term(deciding_part(parse_expression(text).root, tags.split(), {})) == decides


@given(expressions, st.sets(st.sampled_from("abcd")))
def test_the_deciding_part_has_the_value_of_the_whole(expression: Expression, tags: set[str]) -> None:
    part = format_term(deciding_part(expression.root, tags, {}))
    assert parse_expression(part).matches(tags, {}) == expression.matches(tags, {})


# ---------------------------------------------------------------- explanations agree with the output


@given(documents.map(with_section_ids), filters())
def test_explained_units_are_those_of_the_output(document: Document, filter: Filter) -> None:
    """Every word of a generated document is unique, and the first word of a unit is left out only with the whole unit."""
    job = Job.create(document, filter, today=datetime.date(2026, 1, 1))
    built, _ = run_steps((*PREPARATION_STEPS, *SELECTION_STEPS), document, job)
    try:
        built = fit(built, filter, layout_function(job, Path())).document
    except DoesNotFitError:
        built = Document(())
    explained = explain(job).units
    firsts = {unit.text.split()[0]: unit.shown for unit in explained}
    assert len(firsts) == len(explained)
    heads = {plain_text(node.heading) for node in walk(built) if isinstance(node, Section) and node.blocks}
    in_output = set(plain_text(built).split()) - heads
    assert {word for word, shown in firsts.items() if shown} == in_output & set(firsts)
    assert [unit for unit in explained if not unit.reason or unit.shown == bool(unit.step)] == []


def long_cv(random: Random) -> str:
    """Return a CV of three or four pages with paragraphs, items, rows, spans and wordings.

    Each of them starts with a unique word (`U7`), and has a priority.
    """
    names = (f"U{number}" for number in range(10_000))

    def words(most: int) -> str:
        return (
            f"{next(names)} {' '.join(random.choices(('models', 'of', 'the', 'example'), k=random.randint(3, most)))}"
        )

    def keys() -> str:
        tags = "".join(f".{tag} " for tag in "ab" if random.random() < 0.6)
        return f"{{{tags}priority={random.randint(2, 9)} date={random.randint(1990, 2026)}}}"

    def part() -> str:
        match random.randint(0, 4):
            case 0:
                return f"{words(60)} [{words(20)}]{keys()} and [{words(9)}]{{.b}} on. {keys()}\n"
            case 1:
                return "".join(f"- {words(40)} {keys()}\n" for _ in range(3))
            case 2:
                return f"- {words(20)} {keys()}\n" + "".join(f"    - {words(20)} {keys()}\n" for _ in range(2))
            case 3:
                return "| a | b |\n|---|---|\n" + "".join(f"| {words(5)} | x {keys()} |\n" for _ in range(3))
            case _:
                return f"::: {{.wording .a priority={random.randint(2, 9)}}}\n{words(60)}\n\n{words(20)}\n:::\n"

    return "\n".join(f"# Part {n} {{#p{n}}}\n\n" + "\n".join(part() for _ in range(8)) for n in range(1, 4))


FITTED = {
    "a page": "pages: {most: 1, fit: drop}",
    "a page of what is selected": "select: a\ndrop: b and priority > 7\npages: {most: 1, fit: drop}",
    "words": "words: {items: a, most: 150, fit: drop}",
    "words on two pages": "words: [{items: a, most: 300, fit: drop}, {items: b, most: 400, fit: drop}]\n"
    "pages: {most: 2, fit: drop}",
    "all at once": "since: 2000\nselect: a or b\nlimit: {items: b, most: 30}\nsort: {items: a, by: -date}\n"
    "sections: [{title: One, from: [p1, p2]}, p3]\nwords: {items: a, most: 250, fit: drop}\n"
    "pages: {most: 1, fit: drop}",
}


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize("settings", FITTED.values(), ids=FITTED.keys())
def test_explained_units_are_those_of_a_fitted_output(settings: str, seed: int, tmp_path: Path) -> None:
    """This uses real layouts and all steps of a build."""
    (tmp_path / "filters").mkdir()
    (tmp_path / "cv.md").write_text(long_cv(Random(seed)), encoding="utf-8")
    (tmp_path / "filters/one.yaml").write_text(f"formats: pdf\n{settings}\n", encoding="utf-8")
    [job] = make_plan(tmp_path / "cv.md", timestamp=0).jobs
    units = explain(job, tmp_path).units
    in_output = set(re.findall(r"U\d+", plain_text(apply_filter(job, tmp_path).document)))
    explained = set()
    for unit in units:
        names = set(re.findall(r"U\d+", unit.text)) if unit.shown else set()
        explained |= names - {name for span in unit.omitted_spans for name in re.findall(r"U\d+", span.text)}
    assert explained == in_output
    assert {re.search(r"U\d+", unit.text)[0] for unit in units if unit.shown} <= in_output
    assert sum(unit.step == "fit" for unit in units) > 5
    assert any(unit.shown for unit in units)


# ---------------------------------------------------------------- the commands

EXPLANATIONS = {
    1: "line 1: heading is shown, because content below it is shown",
    2: "line 2: no content that a filter can select",
    3: "line 3, in: Works on examples. Since 2020.\n  selected: core\n  tags: core\n"
    "  without “Since 2020.”: dropped: private",
    5: "line 5, out: Another line.\n  dropped: metrics\n  tags: core, metrics",
    9: "line 9, in: One.\n  selected: publication and selected\n  tags: publication, selected",
    10: "line 10, out: Two.\n  limit: at most 1 of “publication”; this is number 2 of 2\n  tags: publication, selected",
    11: "line 11, out: Three.\n  not selected: “core or selected” is false\n  tags: publication",
    12: "line 12, out: Four.\n  since: the date 2012 ends before 2020-01-01\n  tags: publication, selected",
    14: "line 14: heading is left out, because the content below it is left out: language: the content is in “de”, the "
    "output is in “en”",
    17: "line 17, out: Ein Vortrag.\n  language: the content is in “de”, the output is in “en”\n  tags: talk",
    20: "line 20, out: A talk\n  not selected: “core or selected” is false\n  tags: talk",
}


@pytest.mark.parametrize("line", EXPLANATIONS)
def test_explanation_of_a_line(line: int, project: None, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", "short", str(line)]) == 0
    assert capsys.readouterr().out == EXPLANATIONS[line] + "\n"


def test_explanation_of_an_outline_and_of_fitting(project: None, capsys: pytest.CaptureFixture[str]) -> None:
    Path("filters/form.yaml").write_text("formats: txt\nsections: [bio]\nwords: {items: core, most: 5, fit: drop}\n")
    assert main(["explain", "form", "3", "5", "9"]) == 0
    assert capsys.readouterr().out == (
        "line 3, in: Works on examples. Since 2020.\n  nothing in the filter leaves this out\n  tags: core\n\n"
        "line 5, out: Another line.\n  left out to fit: priority 5, number 2 of 2 by importance\n  tags: core, metrics\n\n"
        "line 9, out: One.\n  not in any part of “sections”\n  tags: publication, selected\n"
    )


def test_the_lines_of_the_filter_file_do_not_matter(project: None, capsys: pytest.CaptureFixture[str]) -> None:
    """The headings of an outline have locations in the filter file, which are no numbers of nodes of the CV."""
    part = "sections: [{title: A talk, from: talks}]\n"
    for lines_before in range(12):
        Path("filters/full.yaml").write_text("\n" * lines_before + part + "formats: txt\n", encoding="utf-8")
        assert main(["explain", "full", "3", "5", "9"]) == 0
        assert capsys.readouterr().out.count("not in any part of “sections”") == 3


def test_explanation_of_content_that_does_not_fit(project: None, capsys: pytest.CaptureFixture[str]) -> None:
    Path("cv.md").write_text("# Bio {.core priority=1}\n\nOne two three.\n", encoding="utf-8")
    Path("filters/short.yaml").write_text("formats: txt\nwords: {items: core, most: 2, fit: drop}\n")
    assert main(["explain", "short", "3"]) == 0
    assert capsys.readouterr().out == (
        "line 3, out: One two three.\n"
        "  no output can be written: the priority-1 content alone has 3 words (maximum 2)\n  tags: core\n"
    )


def test_the_whole_mark_source(project: None, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", "short"]) == 0
    marks = {1: "+", 3: "+", 5: "-", 7: "+", 9: "+", 10: "-", 11: "-", 12: "-", 14: "-", 17: "-", 20: "-"}
    lines = enumerate(CV.splitlines(), 1)
    assert capsys.readouterr().out.splitlines() == [f"{marks.get(i, ' ')} {text}".rstrip() for i, text in lines]


def test_the_whole_cv_dimmed() -> None:
    units = (unit(1, "One"), unit(2, "Two", step="select"))
    shown = mark_source(Explanation("one", units, {}, "One\nTwo\n\nThree\n"), colour=True)
    assert shown == "One\n\x1b[2mTwo\x1b[0m\n\nThree"


def unit(line: int, text: str, *, step: str = "") -> ExplainedUnit:
    return ExplainedUnit(line, Location("cv.md", line), "", text, frozenset(), not step, step, "a reason", (line,))


def test_explanations_as_json(project: None, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", "short", "--json"]) == 0
    data = json.loads(capsys.readouterr().out)
    assert [entry["line"] for entry in data] == [3, 5, 9, 10, 11, 12, 17, 20]
    assert data[0] == {
        "line": 3, "section": "Bio", "text": "Works on examples. Since 2020.", "tags": ["core"], "shown": True, "step": "",
        "reason": "selected: core", "without": [{"text": "Since 2020.", "reason": "dropped: private"}],
    }  # fmt: skip


def test_the_table_of_tags(project: None, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["tags"]) == 0
    assert capsys.readouterr().out == (
        "tag          units  full  short\n"
        "publication      4     4      1\n"
        "selected         3     3      1\n"
        "core             2     2      1\n"
        "talk             2     1      ·\n"
        "metrics          1     1      ·\n"
        "private          1     1      ·\n"
    )
    assert main(["tags", "short", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)[0] == {"tag": "publication", "units": 4, "shown": {"short": 1}}


def test_comparison_of_two_filters(project: None, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["diff", "full", "short"]) == 0
    assert capsys.readouterr().out == (
        "full shows, but short does not:\n"
        "  Bio\n"
        "    line    3  Since 2020.\n"
        "    line    5  Another line.\n"
        "  Papers\n"
        "    line   10  Two.\n"
        "    line   11  Three.\n"
        "    line   12  Four.\n"
        "  Talks\n"
        "    line   20  A talk\n"
        "\n"
        "full shows everything that short shows\n"
    )
    assert main(["diff", "short", "full"]) == 0
    assert capsys.readouterr().out.startswith(
        "full shows everything that short shows\n\nfull shows, but short does not:\n"
    )


def test_comparison_as_json(project: None, capsys: pytest.CaptureFixture[str]) -> None:
    Path("filters/talks.yaml").write_text("formats: txt\nselect: talk\n")
    assert main(["diff", "short", "talks", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {
        "short": [
            {
                "line": 3,
                "section": "Bio",
                "text": "Works on examples. Since 2020.",
                "reason": "not selected: “talk” is false",
            },
            {"line": 9, "section": "Papers", "text": "One.", "reason": "not selected: “talk” is false"},
        ],
        "talks": [
            {"line": 20, "section": "Talks", "text": "A talk", "reason": "not selected: “core or selected” is false"},
        ],
    }


@pytest.mark.slow
@given(documents.map(with_section_ids), filters(), filters())
def test_differences_lead_from_one_filter_to_the_other(document: Document, one: Filter, other: Filter) -> None:
    jobs = [Job.create(document, filter, today=datetime.date(2026, 1, 1)) for filter in (one, other)]
    first, second = map(explain, jobs)
    shown = [{unit.text for unit in explanation.units if unit.shown} for explanation in (first, second)]
    units = shown[0] | shown[1]
    removed = {part.text for part in shown_only_in(first, second)} & units
    added = {part.text for part in shown_only_in(second, first)} & units
    assert (shown[0] - removed) | added == shown[1]
