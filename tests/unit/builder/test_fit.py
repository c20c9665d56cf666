"""Fitting: laws over generated documents, laid out for real; words; wordings; what is said."""

from __future__ import annotations

import os
import time
from pathlib import Path
from random import Random

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from polyvita import build, read_text
from polyvita.builder.fit import TooLongError, fit_pages, fit_words, rank_units
from polyvita.builder.fit.pages import marked
from polyvita.builder.job import Job
from polyvita.builder.plan import make_plan
from polyvita.builder.steps import layout_function, apply_filter
from polyvita.config.expression_parser import parse_expression
from polyvita.config.filter import Filter
from polyvita.core.document import Document, plain_text, walk
from polyvita.transforms.wordings import choose_wordings
from polyvita.writers import pdf
from polyvita.writers.pdf import Layout
from repository import ROOT

EXAMPLES = 200 if os.environ.get("HYPOTHESIS_PROFILE") == "thorough" else 6
"""Every example is laid out a dozen times: `HYPOTHESIS_PROFILE=thorough` takes the time."""

WORDS = [
    "explain",
    "relevance",
    "of",
    "models",
    "in",
    "layers",
    "with",
    "data",
    "and",
    "people",
    "who",
    "read",
    "them",
    "closely",
]


def text(seed: int, size: int, priorities: tuple[int, ...] = (2, 3, 5, 5, 5, 8)) -> str:
    """A CV of `size` units in a few sections: paragraphs and list items of one to six lines."""
    random = Random(seed)
    lines: list[str] = []
    for number in range(size):
        if number == 0 or random.random() < 0.08:
            lines += ["", f"# Section {number}", ""]
        words = " ".join(random.choice(WORDS) for _ in range(random.randint(3, 70)))
        keys = f"{{priority={random.choice(priorities)} date={random.randint(1990, 2026)}}}"
        item = random.random() < 0.6
        lines += [f"- U{number} {words} {keys}"] if item else ["", f"U{number} {words} {keys}", ""]
    return "\n".join(lines)


def fitted(document: Document, most: int, reserve: float = 0):
    """The outcome of a fit with real layouts."""
    return fit_pages(document, layout_function(Job.create(document, Filter(name="t")), Path()), most=most, reserve=reserve)


def lay(document: Document) -> Layout:
    return layout_function(Job.create(document, Filter(name="t")), Path())(document)


def names(document: Document) -> list[str]:
    return [word for word in plain_text(document).split() if word[0] == "U" and word[1:].isdigit()]


def run_length(document: Document, kept: list[str]) -> int:
    """How long the run of most important units is that stays."""
    for count, unit in enumerate(rank_units(document)):
        if plain_text(unit.node).split()[0] not in kept:
            return count
    return len(rank_units(document))


sizes = st.sampled_from((0, 1, 5, 20, 60, 120, 300))
seeds = st.integers(0, 2**32)


@settings(max_examples=EXAMPLES)
@given(seeds, sizes, st.integers(1, 4))
def test_never_more_pages_and_always_in_order(seed: int, size: int, most: int) -> None:
    document = read_text(text(seed, size))
    result = fitted(document, most)
    kept = names(result.document)
    assert lay(result.document).pages <= most
    assert kept == [name for name in names(document) if name in set(kept)]
    assert len(kept) + len(result.left_out) == size
    again = fitted(read_text(text(seed, size)), most)
    assert names(again.document) == kept


@settings(max_examples=EXAMPLES)
@given(seeds, st.integers(20, 120))
def test_more_room_never_shortens_the_run(seed: int, size: int) -> None:
    document = read_text(text(seed, size))
    lengths = [run_length(document, names(fitted(document, most).document)) for most in (1, 2, 3)]
    assert lengths == sorted(lengths)


@settings(max_examples=EXAMPLES)
@given(seeds, st.integers(20, 120), st.data())
def test_a_higher_priority_never_removes_a_unit(seed: int, size: int, data: st.DataObject) -> None:
    source = text(seed, size)
    kept = names(fitted(read_text(source), 1).document)
    assume(kept)
    name = data.draw(st.sampled_from(kept))
    lines = [
        line.replace("priority=", "priority=1 old=") if f"{name} " in line else line for line in source.splitlines()
    ]
    assert name in names(fitted(read_text("\n".join(lines)), 1).document)


@settings(max_examples=EXAMPLES)
@given(seeds, st.integers(40, 120))
def test_nothing_small_and_important_is_left_out_for_something_larger(seed: int, size: int) -> None:
    """No unit is left out while a less important one that is as long, in the same section, was put back."""
    document = read_text(text(seed, size))
    result = fitted(document, 1)
    kept = set(names(result.document))
    ranked = rank_units(document)
    heights = {plain_text(unit.node).split()[0]: len(plain_text(unit.node)) for unit in ranked}
    order = [plain_text(unit.node).split()[0] for unit in ranked]
    section = sections(document)
    for at, name in enumerate(order):
        if name in kept:
            continue
        for other in order[at + 1 :]:
            # A line holds about 90 characters; only a clear difference in length is a difference in lines.
            larger = heights[other] >= heights[name] + 100
            assert not (other in kept and larger and section[other] == section[name])


def sections(document: Document) -> dict[str, int]:
    return {name: number for number, block in enumerate(document.blocks) for name in names(Document((block,)))}


@pytest.mark.parametrize("size", [75, 150, 300])
def test_layouts_grow_with_the_logarithm(size: int) -> None:
    """Counted, not timed: at most twice the halvings of the units, one for all, one for priority 1, and those put back
    with as many failures as there are heights in lines."""
    for seed in range(2 if size < 300 else 1):
        document = read_text(text(seed, size))
        result = fitted(document, 1)
        put_back = len(names(result.document)) - run_length(document, names(result.document))
        assert result.tries <= 2 + 2 * size.bit_length() + put_back + 7


@settings(max_examples=EXAMPLES)
@given(seeds)
def test_priority_one_that_cannot_fit_is_refused(seed: int) -> None:
    document = read_text(text(seed, 120, priorities=(1,)))
    with pytest.raises(TooLongError) as caught:
        fitted(document, 1)
    layout = lay(document)
    assert caught.value.over == pytest.approx((layout.height - layout.area_height) / layout.line_height, abs=1)


def test_a_reserve_is_kept_free() -> None:
    document = read_text(text(7, 80))
    layout = lay(fitted(document, 1, reserve=4).document)
    assert layout.area_height - layout.height >= 4 * layout.line_height


# ---------------------------------------------------------------- words and wordings

BIO = """# Bio {.bio}

Ada works on examples. [She has done so for many years now.]{priority=7} {priority=1}

She founded a society for examples. {priority=3}

Nobody needs this. {priority=9}
"""


@pytest.mark.parametrize(
    ("most", "left"),
    [
        (30, "Bio\nAda works on examples. She has done so for many years now.\nShe founded a society for examples.\n"
             "Nobody needs this."),
        (19, "Bio\nAda works on examples. She has done so for many years now.\nShe founded a society for examples."),
        (18, "Bio\nAda works on examples. She has done so for many years now.\nShe founded a society for examples."),
        (17, "Bio\nAda works on examples.\nShe founded a society for examples.\nNobody needs this."),
        (12, "Bio\nAda works on examples.\nShe founded a society for examples."),
        (7, "Bio\nAda works on examples.\nNobody needs this."),
        (4, "Bio\nAda works on examples."),
    ],
)  # fmt: skip
def test_words_are_fitted_by_units_and_by_sentences(most: int, left: str) -> None:
    result = fit_words(read_text(BIO), parse_expression("bio"), most=most)
    assert plain_text(result.document) == left


def test_words_of_priority_one_are_never_left_out() -> None:
    with pytest.raises(TooLongError) as caught:
        fit_words(read_text(BIO), parse_expression("bio"), most=3)
    assert caught.value.over == 1


WORDINGS = """# Bio {.bio}

::: {.wording priority=1}
Ada is a long, winding sentence of twelve words, she says.

Ada is five words long.

Ada exists.
:::
"""


@pytest.mark.parametrize(
    ("most", "shown"),
    [
        (20, "Ada is a long, winding sentence of twelve words, she says."),
        (6, "Ada is five words long."),
        (2, "Ada exists."),
    ],
)
def test_the_longest_wording_that_fits_is_shown(most: int, shown: str) -> None:
    result = fit_words(read_text(WORDINGS), parse_expression("bio"), most=most)
    assert plain_text(result.document) == f"Bio\n{shown}"


def test_without_a_limit_the_longest_wording_is_shown() -> None:
    assert plain_text(choose_wordings(read_text(WORDINGS))) == (
        "Bio\nAda is a long, winding sentence of twelve words, she says."
    )


def test_pages_choose_wordings_too() -> None:
    long = "\n\n".join(" ".join(WORDS * n) for n in (60, 20, 2))
    document = read_text(f"::: {{.wording priority=1}}\n{long}\n:::\n\n" + text(3, 12, priorities=(1,)))
    result = fitted(document, 1)
    assert len(plain_text(result.document.blocks[0]).split()) == 20 * len(WORDS)
    assert lay(result.document).pages == 1


# ---------------------------------------------------------------- what the command does with it


def project(folder: Path, cv: str, **filters: str) -> Path:
    (folder / "filters").mkdir()
    (folder / "cv.md").write_text(cv)
    for name, content in filters.items():
        (folder / f"filters/{name}.yaml").write_text(content)
    return folder / "cv.md"


def test_all_formats_show_what_the_pages_chose(tmp_path: Path) -> None:
    source = project(tmp_path, text(1, 60), one="formats: [txt, html, pdf]\npages: {most: 1, fit: drop}\n")
    built = build(source)
    assert built.exit_status == 0
    shown = (tmp_path / "outputs/one.txt").read_text()
    data = built.fitted["one"].data
    all_names, gone = names(read_text(text(1, 60))), " ".join(unit["text"] for unit in data["left_out"])
    kept = [name for name in all_names if name not in gone.split()]
    assert 1 < len(kept) < len(all_names)
    assert [word for word in shown.split() if word in set(all_names)] == kept
    assert [result.pages for result in built.results if result.pages] == [1]
    assert data["full"] > 0.9


def test_what_cannot_fit_is_not_written_and_the_others_are(tmp_path: Path) -> None:
    source = project(
        tmp_path,
        text(1, 100, priorities=(1,)),
        fits="formats: txt\n",
        over="formats: [txt, docx]\npages: {most: 1, fit: drop}\n",
    )
    built = build(source)
    assert built.exit_status == 1
    assert [finding.code for finding in built.report] == ["PV310"]
    assert sorted(path.name for path in (tmp_path / "outputs").iterdir()) == ["fits.txt", "manifest.json"]
    [message] = [finding.message for finding in built.report]
    assert message.startswith("not even what has priority 1 fits 1 page: it is over by ")


def test_too_many_pages_are_counted_in_lines(tmp_path: Path) -> None:
    source = project(tmp_path, text(1, 70), over="formats: pdf\npages: {most: 1}\n")
    built = build(source)
    [finding] = built.report
    layout = lay(read_text(text(1, 70)))
    over = round((layout.height - layout.area_height) / layout.line_height)
    assert finding.message == f"over.pdf has {layout.pages} pages, 1 at most is allowed: it is over by {over} lines"
    left_out = fitted(read_text(text(1, 70)), 1).left_out
    assert finding.hint.startswith(f"“fit: drop” would leave out {len(left_out)} units, those in lines ")


def test_words_are_checked_where_they_are_not_fitted(tmp_path: Path) -> None:
    source = project(
        tmp_path, BIO,
        many="formats: txt\nwords: {items: bio, most: 10}\n",
        few="formats: txt\nwords: {items: bio, least: 50}\n",
    )  # fmt: skip
    built = build(source)
    assert built.exit_status == 1
    assert sorted(finding.message for finding in built.report) == [
        "“bio” has 21 words; 10 at most are allowed",
        "“bio” has 21 words; 50 at least are asked for",
    ]
    assert sorted(path.name for path in (tmp_path / "outputs").iterdir()) == ["few.txt", "manifest.json", "many.txt"]


# ---------------------------------------------------------------- the CV of this repository


@pytest.mark.parametrize(("name", "most"), [("short-bio", 1), ("two-page", 2)])
def test_the_shipped_pages_are_full_and_hold_what_matters(name: str, most: int) -> None:
    [job] = make_plan(ROOT / "cv.md", [name], timestamp=0).jobs
    shown = apply_filter(job, ROOT)
    assert shown.fitted
    assert shown.fitted.layout
    layout = shown.fitted.layout
    assert layout.pages == most
    assert layout.last_page_fill >= 0.9
    left_out = shown.fitted.left_out
    assert left_out
    assert [unit for unit in left_out if unit.priority == 1] == []
    ranked = rank_units(shown.kept)
    spans = layout_function(job, ROOT)(marked(shown.kept, ranked, {})).spans
    heights = {number: end - top for number, (top, end) in spans.items()}
    number = {id(unit.node): at for at, unit in enumerate(ranked)}
    gone = {id(unit.node) for unit in left_out}
    home = {id(node): block for block in shown.kept.blocks for node in walk(block)}
    there = {id(home[id(unit.node)]) for unit in ranked if id(unit.node) not in gone}
    for unit in left_out:
        if id(home[id(unit.node)]) not in there:
            continue  # it would need the heading of its section, too
        height = heights[number[id(unit.node)]]
        for other in ranked[number[id(unit.node)] + 1 :]:
            assert id(other.node) in gone or heights[number[id(other.node)]] < height


def test_three_hundred_units_take_less_than_a_second_of_layout(monkeypatch: pytest.MonkeyPatch) -> None:
    """The time that Typst takes; a loaded machine is given three times as much."""
    spent = 0.0
    locations = pdf.query_marks

    def timed(*arguments: object) -> object:
        nonlocal spent
        start = time.perf_counter()
        try:
            return locations(*arguments)
        finally:
            spent += time.perf_counter() - start

    monkeypatch.setattr(pdf, "query_marks", timed)
    result = fitted(read_text(text(11, 300)), 1)
    assert result.left_out
    assert 0 < spent < 3
