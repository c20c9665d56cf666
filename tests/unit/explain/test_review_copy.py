"""The marks of the review copy agree with the explanation and with the output."""

from __future__ import annotations

import datetime
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from lxml import html

from polyvita.builder.fit import fit
from polyvita.builder.job import Job
from polyvita.builder.steps import PREPARATION_STEPS, SELECTION_STEPS, layout_function, run_steps
from polyvita.cli.main import main
from polyvita.config.filter import Filter
from polyvita.core.diagnostics import DoesNotFitError
from polyvita.core.document import Document, Section, plain_text, walk
from polyvita.explain.review_copy import MARKS, render_review_copy
from polyvita.explain.trace import explain
from random_documents import documents, filters, with_section_ids

CV = """---
name: Ada Example
mobile: +49 000 5550123
lang: de
---

# Bio {#bio .core}

Works on examples. [Since 2020.]{.private} As [A. Example](https://example.org){.private} wrote.[^1]

Another line. {.metrics .out date=2020}

[^1]: A note, [and more]{.private}.

# Table {.core}

| Year | What |
|------|------|
| 2020 | Kept [in part]{.private} |
| 2021 | Dropped {.metrics date=2021} |

Term {.metrics}
:   Defined.

<div class="half">

- One {date=2020}
    - Two {.metrics}
- Three {.metrics}

# Empty [part]{.private} {.metrics date=2019 org="Institute"}

# Talks {.talk}

| Head |
|------|
| Row |

::: {lang=en}
A talk.
:::
"""


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("cv.md").write_text(CV, encoding="utf-8")
    Path("filters").mkdir()
    Path("filters/short.yaml").write_text("formats: txt\nselect: core\ndrop: metrics or private\n", encoding="utf-8")


def page_of(capsys: pytest.CaptureFixture[str]) -> html.HtmlElement:
    assert main(["explain", "short", "--html"]) == 0
    assert capsys.readouterr() == ("outputs/short.review.html\n", "")
    return html.fromstring(Path("outputs/short.review.html").read_bytes())


def ids(page: html.HtmlElement, kind: str) -> dict[int, html.HtmlElement]:
    """Return the marks with an id of this kind, by the number of their unit."""
    found = page.xpath(f"//*[starts-with(@id, '{kind}-')]")
    return {int(mark.get("id").removeprefix(f"{kind}-")): mark for mark in found}


def classes(page: html.HtmlElement, name: str) -> list[html.HtmlElement]:
    return page.xpath(f"//*[contains(concat(' ', @class, ' '), ' {name} ')]")


def words(element: html.HtmlElement) -> list[str]:
    return element.text_content().split()


def dimmed(page: html.HtmlElement) -> set[str]:
    """Return all words that are marked as left out."""
    marks = [*classes(page, "out"), *page.xpath("//main//del")]
    return {word for mark in marks for word in words(mark)}


@settings(max_examples=30)
@given(documents.map(with_section_ids), filters())
def test_marked_content_is_what_the_output_leaves_out(document: Document, filter: Filter) -> None:
    """Every word of a generated document is unique; dates and reasons have words of other kinds."""
    job = Job.create(document, filter, today=datetime.date(2026, 1, 1))
    page = html.fromstring(render_review_copy(job, Path()))
    explanation = explain(job)
    assert set(ids(page, "unit")) == {unit.number + 1 for unit in explanation.units}
    shown = set(ids(page, "unit")) - set(ids(page, "out"))
    assert shown == {unit.number + 1 for unit in explanation.units if unit.shown}
    built, _ = run_steps((*PREPARATION_STEPS, *SELECTION_STEPS), document, job)
    try:
        built = fit(built, filter, layout_function(job, Path())).document
    except DoesNotFitError:
        built = Document(())
    titles = {part.title for part in filter.sections}
    shown_words = set(plain_text(built).split()) - titles
    everything = set(plain_text(document).split()) - {"h", "i"}  # These are in the head of every table.
    heads = {plain_text(node.heading) for node in walk(document) if isinstance(node, Section)} if titles else set()
    words_out = dimmed(page) & everything
    assert everything - words_out - heads == shown_words & everything - heads


def test_each_part_is_marked_with_its_line_and_reason(project: None, capsys: pytest.CaptureFixture[str]) -> None:
    page = page_of(capsys)
    lines = [re.sub(r"\D", "", mark.text_content()) for mark in ids(page, "unit").values()]
    assert lines == ["9", "11", "19", "20", "22", "25", "27", "28", "29", "31", "37", "40"]
    notes = {number: " ".join(words(note)) for number, note in ids(page, "out").items()}
    assert notes == {
        2: "out: dropped: metrics next ↓",
        4: "out: dropped: metrics",
        5: "out: dropped: metrics next ↓",
        8: "out: dropped: metrics",
        9: "out: dropped: metrics",
        10: "out: dropped: metrics",
        11: "out: not selected: “core” is false",
        12: "out: language: the content is in “en”, the output is in “de”",
    }
    spans = [" ".join(words(mark)) for mark in classes(page, "cut")]
    assert spans == [
        "looks like this",
        "Since 2020. out: dropped: private",
        "A. Example out: dropped: private",
        "in part out: dropped: private",
        "and more out: dropped: private",
    ]
    heads = [" ".join(words(mark)) for mark in page.xpath("//h2//span[@class='out']")]
    assert heads == ["Empty part", "Talks"]
    assert [" ".join(words(mark)) for mark in page.xpath("//th/span[@class='out']")] == ["Head"]


def test_spans_are_marked_in_content_that_an_outline_takes_out_of_its_section(
    project: None, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("cv.md").write_text(
        "# Bio [old]{.private} {#bio}\n\n::: {.core}\nOn examples. [Since 2020.]{.private}\n\n- **[Two]{.private}**, three\n:::\n",
        encoding="utf-8",
    )
    Path("filters/short.yaml").write_text("formats: txt\nsections: [{title: New, items: core}]\ndrop: private\n")
    page = page_of(capsys)
    spans = [" ".join(words(mark)) for mark in classes(page, "cut")]
    assert spans == ["looks like this", "Since 2020. out: dropped: private", "Two out: dropped: private"]
    assert [" ".join(words(mark)) for mark in page.xpath("//h2//span[@class='out']")] == ["Bio old"]


def test_the_legend_counts(project: None, capsys: pytest.CaptureFixture[str]) -> None:
    [legend] = classes(page_of(capsys), "key")
    text = " ".join(words(legend))
    assert text.startswith(
        "Review copy of “short”. 4 of 12 units (paragraphs, items, rows) are shown; a part of 2 of them is left out. "
        "first omission ↓ This page shows all of cv.md, in its order."
    )
    assert legend.xpath(".//a/@href") == ["#unit-2"]


def test_links_lead_to_the_next_omission(project: None, capsys: pytest.CaptureFixture[str]) -> None:
    page = page_of(capsys)
    targets = page.xpath("//main//*[@class='note']//a/@href")
    assert targets == ["#unit-4", "#unit-8"]
    assert set(targets) <= {f"#{id}" for id in page.xpath("//@id")}


def test_tags_with_the_names_of_marks_are_removed(project: None, capsys: pytest.CaptureFixture[str]) -> None:
    Path("filters/short.yaml").write_text("formats: txt\nlang: de\ndrop: lang == en\n", encoding="utf-8")
    Path("cv.md").write_text(CV.replace(".out", f".{' .'.join(MARKS)}"), encoding="utf-8")
    page = page_of(capsys)
    assert [words(mark)[-1] for mark in classes(page, "out")] == ["talk."]
    assert len(classes(page, "key")) == 1
    assert [row.attrib for row in page.xpath("//tr") if row.attrib] == []


def test_the_page_holds_no_private_data(project: None, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", "short", "--html", "copy.html"]) == 0
    assert "5550123" not in Path("copy.html").read_text(encoding="utf-8")


def test_a_page_that_would_show_private_data_is_not_written(project: None, capsys: pytest.CaptureFixture[str]) -> None:
    Path("cv.md").write_text(CV.replace("Defined.", "Defined: +49 000 5550123."), encoding="utf-8")
    assert main(["explain", "short", "--html"]) == 1
    assert "error[PV320]: short.review.html would show the private value of “mobile”" in capsys.readouterr().err
    assert not Path("outputs").exists()


def test_a_missing_image_is_an_input_error(project: None) -> None:
    Path("cv.md").write_text(CV.replace("Defined.", "![x](no.png)"), encoding="utf-8")
    assert main(["explain", "short", "--html"]) == 2
