"""Fitting: laws over generated documents with real layouts; words; wordings; messages of the build."""

from __future__ import annotations

import os
import re
import time
from pathlib import Path
from random import Random

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from polyvita import build, read_text
from polyvita.builder.fit import TooLongError, fit_pages, fit_words, rank_units
from polyvita.builder.fit.pages import add_marks
from polyvita.builder.fit.units import remove_units
from polyvita.builder.job import Job
from polyvita.builder.plan import make_plan
from polyvita.builder.steps import apply_filter, layout_function
from polyvita.config.expression_parser import parse_expression
from polyvita.config.filter import Filter
from polyvita.core.document import Document, plain_text, walk
from polyvita.transforms.wordings import choose_wordings
from polyvita.writers import pdf
from polyvita.writers.pdf import Layout
from repository import ROOT

EXAMPLES = 200 if os.environ.get("HYPOTHESIS_PROFILE") == "thorough" else 6
"""Every example is laid out a dozen times, so only `HYPOTHESIS_PROFILE=thorough` runs many of them."""

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


def random_cv(seed: int, size: int, priorities: tuple[int, ...] = (2, 3, 5, 5, 5, 8)) -> str:
    """Return a CV of `size` units in a few sections: paragraphs and list items of one to six lines."""
    random = Random(seed)
    lines: list[str] = []
    for number in range(size):
        if number == 0 or random.random() < 0.08:
            lines += ["", f"# Section {number}", ""]
        words = " ".join(random.choice(WORDS) for _ in range(random.randint(3, 70)))
        keys = f"{{priority={random.choice(priorities)} date={random.randint(1990, 2026)}}}"
        is_item = random.random() < 0.6
        lines += [f"- U{number} {words} {keys}"] if is_item else ["", f"U{number} {words} {keys}", ""]
    return "\n".join(lines)


def fit_to_pages(document: Document, most: int, reserve: float = 0):
    """Return the result of a fit with real layouts."""
    return fit_pages(
        document, layout_function(Job.create(document, Filter(name="t")), Path()), most=most, reserve=reserve
    )


def lay_out(document: Document) -> Layout:
    return layout_function(Job.create(document, Filter(name="t")), Path())(document)


def names(document: Document) -> list[str]:
    """Return the names of the units in a document: the words U0, U1 and so on."""
    return [word for word in plain_text(document).split() if word[0] == "U" and word[1:].isdigit()]


def run_length(document: Document, kept: list[str]) -> int:
    """Return how many of the most important units stay, up to the first one that does not."""
    for count, unit in enumerate(rank_units(document)):
        if plain_text(unit.node).split()[0] not in kept:
            return count
    return len(rank_units(document))


sizes = st.sampled_from((0, 1, 5, 20, 60, 120, 300))
seeds = st.integers(0, 2**32)


@pytest.mark.slow
@settings(max_examples=EXAMPLES)
@given(seeds, sizes, st.integers(1, 4))
def test_fit_never_exceeds_the_limit_and_keeps_the_order(seed: int, size: int, most: int) -> None:
    document = read_text(random_cv(seed, size))
    result = fit_to_pages(document, most)
    kept = names(result.document)
    assert lay_out(result.document).pages <= most
    assert kept == [name for name in names(document) if name in set(kept)]
    assert len(kept) + len(result.left_out) == size
    again = fit_to_pages(read_text(random_cv(seed, size)), most)
    assert names(again.document) == kept


@pytest.mark.slow
@settings(max_examples=EXAMPLES)
@given(seeds, st.integers(20, 120))
def test_more_pages_never_shorten_the_run(seed: int, size: int) -> None:
    document = read_text(random_cv(seed, size))
    lengths = [run_length(document, names(fit_to_pages(document, most).document)) for most in (1, 2, 3)]
    assert lengths == sorted(lengths)


@pytest.mark.slow
@settings(max_examples=EXAMPLES)
@given(seeds, st.integers(20, 120), st.data())
def test_a_higher_priority_never_removes_a_unit(seed: int, size: int, data: st.DataObject) -> None:
    source = random_cv(seed, size)
    kept = names(fit_to_pages(read_text(source), 1).document)
    assume(kept)
    name = data.draw(st.sampled_from(kept))
    lines = [
        line.replace("priority=", "priority=1 old=") if f"{name} " in line else line for line in source.splitlines()
    ]
    assert name in names(fit_to_pages(read_text("\n".join(lines)), 1).document)


@pytest.mark.slow
@settings(max_examples=EXAMPLES)
@given(seeds, st.integers(40, 120))
def test_no_unit_is_left_out_in_favour_of_a_larger_less_important_one(seed: int, size: int) -> None:
    """No unit is left out while a less important, larger one in the same section stays."""
    document = read_text(random_cv(seed, size))
    result = fit_to_pages(document, 1)
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


@pytest.mark.slow
@pytest.mark.parametrize("size", [75, 150, 300])
def test_the_number_of_layouts_grows_with_the_logarithm(size: int) -> None:
    """At most twice the halvings of the units, one layout of all, one of priority 1, and one per unit added again.

    A failed try to add a unit costs a layout, too: at most one for each height in lines.
    """
    for seed in range(2 if size < 300 else 1):
        document = read_text(random_cv(seed, size))
        result = fit_to_pages(document, 1)
        added = len(names(result.document)) - run_length(document, names(result.document))
        assert result.tries <= 2 + 2 * size.bit_length() + added + 7


def test_everything_can_be_left_out_if_nothing_has_priority_1() -> None:
    """The first paragraph of an item that contains a list is a unit, too. It goes if nothing else in the item stays."""
    document = read_text("# A\n\n- B\n  1. C\n  2. D\n     - E\n- F\n\n  G\n\nTerm\n: H\n\n| I |\n|---|\n| J |\n")
    units = {plain_text(unit.node).split("\n")[0]: unit.node.key for unit in rank_units(document)}
    assert {"B", "C", "D", "E", "F", "J"} <= units.keys()
    assert remove_units(document, set(units.values())).blocks == ()
    kept = remove_units(document, {key for name, key in units.items() if name != "E"})
    assert plain_text(kept) == "A\nB\nD\nE"


@pytest.mark.slow
@settings(max_examples=EXAMPLES)
@given(seeds)
def test_priority_1_content_that_does_not_fit_is_an_error(seed: int) -> None:
    document = read_text(random_cv(seed, 120, priorities=(1,)))
    with pytest.raises(TooLongError) as caught:
        fit_to_pages(document, 1)
    layout = lay_out(document)
    assert caught.value.excess == pytest.approx((layout.height - layout.area_height) / layout.line_height, abs=1)


def test_a_reserve_is_kept_free() -> None:
    document = read_text(random_cv(7, 80))
    layout = lay_out(fit_to_pages(document, 1, reserve=4).document)
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
def test_words_are_fitted_by_leaving_out_units_and_spans(most: int, left: str) -> None:
    result = fit_words(read_text(BIO), parse_expression("bio"), most=most)
    assert plain_text(result.document) == left


def test_priority_1_words_are_never_left_out() -> None:
    with pytest.raises(TooLongError) as caught:
        fit_words(read_text(BIO), parse_expression("bio"), most=3)
    assert caught.value.excess == 1


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
    document = read_text(f"::: {{.wording priority=1}}\n{long}\n:::\n\n" + random_cv(3, 10, priorities=(1,)))
    result = fit_to_pages(document, 1)
    assert len(plain_text(result.document.blocks[0]).split()) == 20 * len(WORDS)
    assert lay_out(result.document).pages == 1


# ---------------------------------------------------------------- builds


def project(folder: Path, cv: str, **filters: str) -> Path:
    (folder / "filters").mkdir()
    (folder / "cv.md").write_text(cv)
    for name, content in filters.items():
        (folder / f"filters/{name}.yaml").write_text(content)
    return folder / "cv.md"


def test_all_formats_show_what_the_pages_chose(tmp_path: Path) -> None:
    source = project(tmp_path, random_cv(1, 60), one="formats: [txt, html, pdf]\npages: {most: 1, fit: drop}\n")
    built = build(source)
    assert built.exit_status == 0
    shown = (tmp_path / "outputs/one.txt").read_text()
    data = built.fitted["one"].data
    all_names, gone = names(read_text(random_cv(1, 60))), " ".join(unit["text"] for unit in data["left_out"])
    kept = [name for name in all_names if name not in gone.split()]
    assert 1 < len(kept) < len(all_names)
    assert [word for word in shown.split() if word in set(all_names)] == kept
    assert [result.pages for result in built.results if result.pages] == [1]
    assert data["full"] > 0.9


def test_an_output_that_does_not_fit_is_not_written_but_the_others_are(tmp_path: Path) -> None:
    source = project(
        tmp_path,
        random_cv(1, 100, priorities=(1,)),
        fits="formats: txt\n",
        over="formats: [txt, docx]\npages: {most: 1, fit: drop}\n",
    )
    built = build(source)
    assert built.exit_status == 1
    assert [finding.code for finding in built.findings] == ["PV310"]
    assert sorted(path.name for path in (tmp_path / "outputs").iterdir()) == ["fits.txt", "manifest.json"]
    [message] = [finding.message for finding in built.findings]
    assert re.fullmatch(r"the priority-1 content alone is \d+ lines too long for 1 page", message)


def test_too_many_pages_are_reported_in_lines(tmp_path: Path) -> None:
    source = project(tmp_path, random_cv(1, 70), over="formats: pdf\npages: {most: 1}\n")
    built = build(source)
    [finding] = built.findings
    layout = lay_out(read_text(random_cv(1, 70)))
    excess = round((layout.height - layout.area_height) / layout.line_height)
    assert finding.message == f"over.pdf has {layout.pages} pages (maximum 1); it is {excess} lines too long"
    left_out = fit_to_pages(read_text(random_cv(1, 70)), 1).left_out
    assert finding.hint.startswith(f"add “fit: drop” to leave out {len(left_out)} units (lines ")


def test_word_limits_are_checked_without_fit(tmp_path: Path) -> None:
    source = project(
        tmp_path, BIO,
        many="formats: txt\nwords: {items: bio, most: 10}\n",
        few="formats: txt\nwords: {items: bio, least: 50}\n",
    )  # fmt: skip
    built = build(source)
    assert built.exit_status == 1
    assert sorted(finding.message for finding in built.findings) == [
        "“bio” has 21 words (maximum 10)",
        "“bio” has 21 words (minimum 50)",
    ]
    assert sorted(path.name for path in (tmp_path / "outputs").iterdir()) == ["few.txt", "manifest.json", "many.txt"]


# ---------------------------------------------------------------- the CV in this repository


@pytest.mark.parametrize(("name", "most"), [("short-bio", 1), ("two-page", 2)])
def test_the_shipped_outputs_fill_their_pages_with_the_most_important_units(name: str, most: int) -> None:
    [job] = make_plan(ROOT / "cv.md", filters=[name], timestamp=0).jobs
    shown = apply_filter(job, ROOT)
    assert shown.fit
    assert shown.fit.layout
    layout = shown.fit.layout
    assert layout.pages == most
    assert layout.last_page_fill >= 0.9
    left_out = shown.fit.left_out
    assert left_out
    assert [unit for unit in left_out if unit.priority == 1] == []
    ranked = rank_units(shown.selected)
    spans = layout_function(job, ROOT)(add_marks(shown.selected, ranked, {})).spans
    heights = {number: end - top for number, (top, end) in spans.items()}
    number = {id(unit.node): at for at, unit in enumerate(ranked)}
    gone = {id(unit.node) for unit in left_out}
    parent = {id(node): block for block in shown.selected.blocks for node in walk(block)}
    shown_sections = {id(parent[id(unit.node)]) for unit in ranked if id(unit.node) not in gone}
    for unit in left_out:
        if id(parent[id(unit.node)]) not in shown_sections:
            continue  # The unit would need the heading of its section, too.
        height = heights[number[id(unit.node)]]
        for other in ranked[number[id(unit.node)] + 1 :]:
            assert id(other.node) in gone or heights[number[id(other.node)]] < height


def test_layouts_of_300_units_take_seconds_at_most(monkeypatch: pytest.MonkeyPatch) -> None:
    """Measure the time in Typst: less than 1 s on an idle machine, with 3 s allowed on a busy one."""
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
    result = fit_to_pages(read_text(random_cv(11, 300)), 1)
    assert result.left_out
    assert 0 < spent < 3
