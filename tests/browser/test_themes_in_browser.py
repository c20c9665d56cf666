"""The web page of every built-in theme: accessible, valid, and with its dates where the theme has them."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser

from browser_checks import PHONE, View, axe_violations, nu_messages, opened, too_wide
from polyvita import build
from polyvita.config.theme import theme_names
from repository import TESTS

THEMES = theme_names(Path("nowhere"))


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Return the page of each theme."""
    folder = tmp_path_factory.mktemp("themes")
    (folder / "filters").mkdir()
    (folder / "cv.md").write_bytes((TESTS / "data/themes.md").read_bytes())
    for theme in THEMES:
        text = f"title: Curriculum vitae\nformats: html\ntheme: {theme}\n"
        (folder / f"filters/{theme}.yaml").write_text(text, encoding="utf-8")
    build(folder / "cv.md", timestamp=0)
    return {theme: folder / f"outputs/{theme}.html" for theme in THEMES}


@pytest.mark.parametrize("theme", THEMES)
def test_axe_finds_nothing_in_a_light_wide_and_in_a_dark_narrow_window(
    pages: dict[str, Path], browser: Browser, theme: str
) -> None:
    for view in (View(), View(PHONE, "dark")):
        with opened(browser, pages[theme].as_uri(), view) as page:
            assert (str(view), axe_violations(page)) == (str(view), [])
    assert too_wide(browser, pages[theme].as_uri()) == []


def test_the_nu_checker_finds_nothing_in_any_theme(pages: dict[str, Path]) -> None:
    assert nu_messages(*pages.values()) == []


@pytest.mark.parametrize(("theme", "at_left"), [("classic", False), ("timeline", True)])
def test_dates_of_entries_and_items_are_in_one_column(
    pages: dict[str, Path], browser: Browser, theme: str, at_left: bool
) -> None:
    with opened(browser, pages[theme].as_uri()) as page:
        found = page.evaluate(
            "[...document.querySelectorAll('.when')].map(date => {"
            " const text = date.parentElement.querySelector('span:not(.when)');"
            " const [one, other] = [date, text].map(node => node.getBoundingClientRect());"
            " return {edge: Math.round(one.left), end: Math.round(one.right), before: one.left < other.left,"
            " beside: Math.abs(one.top - other.top) < 8}; })"
        )
    assert len(found) > 10
    assert {row["before"] for row in found} == {at_left}
    assert {row["beside"] for row in found} == {True}
    assert len({row["edge" if at_left else "end"] for row in found}) == 1


LOOKS = """() => {
  const canvas = Object.assign(document.createElement("canvas"), {width: 1, height: 1}).getContext("2d");
  const grey = colours => {  // the brightness from 0 to 1 of colours that lie on each other
    for (const colour of colours) { canvas.fillStyle = colour; canvas.fillRect(0, 0, 1, 1); }
    const shares = [...canvas.getImageData(0, 0, 1, 1).data].map(value => value / 255)
      .map(value => value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);
    return 0.2126 * shares[0] + 0.7152 * shares[1] + 0.0722 * shares[2];
  };
  const ground = node => {
    for (; node; node = node.parentElement) {
      const colour = getComputedStyle(node).backgroundColor;
      if (colour !== "rgba(0, 0, 0, 0)") return colour;
    }
  };
  const line = node => {
    const style = getComputedStyle(node), below = ground(node);
    const [one, other] = [grey([below, style.textDecorationColor]), grey([below])];
    const contrast = (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
    return style.textDecorationLine === "underline" ? contrast : 0;
  };
  const look = node => {
    const style = getComputedStyle(node);
    const rules = ["Bottom", "Left"].map(side => style[`border${side}Style`] === "none" ? 0
      : parseFloat(style[`border${side}Width`]) * (1 - grey([ground(node), style[`border${side}Color`]])));
    return [parseFloat(style.fontSize), `${style.fontWeight} ${style.fontStyle} ${style.fontVariantCaps}`, ...rules];
  };
  const shown = [...document.querySelectorAll("header a, main a")].filter(link => link.getClientRects().length);
  const levels = ["#positions h2", "#invited .subsection", "#positions h3", "main p"];
  return {lines: shown.map(line), levels: levels.map(name => look(document.querySelector(name)))};
}"""


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_links_and_levels_differ_without_colour(
    pages: dict[str, Path], browser: Browser, theme: str, scheme: Literal["light", "dark"]
) -> None:
    """The line below a link has the contrast that WCAG 2 asks of graphics. Levels differ in size, in the kind of the
    letters, or in lines of which one is twice as dark."""
    with opened(browser, pages[theme].as_uri(), View(scheme=scheme)) as page:
        found = page.evaluate(LOOKS)
    assert len(found["lines"]) >= 5
    assert min(found["lines"]) >= 3
    for one, other in combinations(found["levels"], 2):
        larger, smaller = max(one[0], other[0]), min(one[0], other[0])
        rules = (sorted(pair) for pair in zip(one[2:], other[2:], strict=True))
        assert larger / smaller > 1.06 or one[1] != other[1] or any(most > 2 * least for least, most in rules)


FIRST_WORDS = """() => [...document.querySelectorAll("li > p > span:not(.when)")].map(text => {
  const words = [...text.textContent.matchAll(/\\S+/g)].map(found => {
    const range = document.createRange();
    range.setStart(text.firstChild, found.index);
    range.setEnd(text.firstChild, found.index + found[0].length);
    return range.getBoundingClientRect();
  });
  const next = words.findIndex(word => word.top > words[0].bottom);
  return next < 0 ? null : text.getBoundingClientRect().right - words[next - 1].right - words[next].width;
}).filter(room => room !== null)"""


def test_lines_beside_a_date_are_full(browser: Browser, tmp_path: Path) -> None:
    """A second line begins only where its first word has no room on the first line."""
    (tmp_path / "filters").mkdir()
    (tmp_path / "filters/full.yaml").write_text("formats: html\n", encoding="utf-8")
    items = "".join(f"- {'baking bread ' * 4}{'and rolls ' * number}{{date=2018-09/2021-08}}\n" for number in range(9))
    (tmp_path / "cv.md").write_text(f"---\nname: Ada\n---\n\n# Projects\n\n{items}", encoding="utf-8")
    build(tmp_path / "cv.md", timestamp=0)
    with opened(browser, (tmp_path / "outputs/full.html").as_uri(), View(600)) as page:
        room = page.evaluate(FIRST_WORDS)
    assert len(room) > 4
    assert max(room) < 6  # about as wide as a space


def test_years_of_publications_have_no_dot_before_them_on_a_phone(pages: dict[str, Path], browser: Browser) -> None:
    for theme in ("profile", "scholar"):
        with opened(browser, pages[theme].as_uri(), View(375)) as page:
            found = page.evaluate(
                "[...document.querySelectorAll('[class^=label]')].map(label => ["
                " getComputedStyle(label.closest('li')).listStyleType,"
                " label.getBoundingClientRect().left - document.querySelector('main h2').getBoundingClientRect().left])"
            )
        assert len(found) >= 4
        assert {kind for kind, _ in found} <= {'""', "none"}
        assert [left for _, left in found] == pytest.approx([0] * len(found), abs=1)
