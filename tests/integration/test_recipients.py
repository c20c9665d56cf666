"""The filters of recipients and their rule sets fit each other."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from polyvita.builder.incremental import build
from polyvita.checks.rules.engine import Verdict
from polyvita.checks.rules.ruleset import BUILT_IN, built_in_names, read_rules
from polyvita.cli.main import main
from polyvita.config.filter import Filter, Part
from polyvita.config.filter_file import load_filter
from polyvita.config.recipients import recipient_filters, recipients
from repository import MOMENT, ROOT, TESTS

FILTERS = {name: load_filter(path) for name, path in recipient_filters().items()}
CV = TESTS / "cases/recipients_cv.md"
NARROW = {"nwo-veni", "nwo-vidi-vici"}
"""Recipients that require a minimum of words, which the short CV of this test does not have."""


def parts(filter: Filter) -> Iterator[Part]:
    def inside(part: Part) -> Iterator[Part]:
        yield part
        for inner in part.sections:
            yield from inside(inner)

    for part in filter.sections:
        yield from inside(part)


def test_every_rule_set_has_a_filter() -> None:
    assert set(built_in_names()) <= recipients().keys()
    assert all(name in FILTERS or name == "speaker-bio" for name in built_in_names())


@pytest.mark.parametrize("name", FILTERS)
def test_the_filter_has_the_sections_that_its_rules_name(name: str) -> None:
    filter = FILTERS[name]
    ids = {part.id for part in parts(filter)} | {id for part in parts(filter) for id in part.from_}
    for use in filter.rules:
        assert read_rules(BUILT_IN / f"{use.use}.yaml").sections.keys() <= ids


def long_cv() -> str:
    """Return the short CV with many more entries, items and achievements than any recipient allows."""
    text = CV.read_text(encoding="utf-8").replace("LANG", "en")

    def more_items(match: re.Match[str]) -> str:
        return "\n".join(
            match[0].replace("1.", f"{n}.", 1).replace("{", f"In the year {2025 - n % 9} it was seen as useful. {{", 1)
            for n in range(1, 26)
        )

    def more_entries(match: re.Match[str]) -> str:
        return "\n\n".join(
            f"{match[1]} {n} {match[2]}\n\n{'A text about it, which is long enough for two lines or more. ' * 3}"
            for n in range(1, 15)
        )

    text = re.sub(r"^1\. .*$", more_items, text, flags=re.MULTILINE)
    return re.sub(r"^(## [\w ]+?)( \{.*)?$", more_entries, text, flags=re.MULTILINE)


def is_about_missing_content(verdict: Verdict) -> bool:
    """Return whether a rule is broken only because something is not in the CV yet."""
    too_few = re.compile(r"(\d+) \w+, (?:allowed|minimum) (\d+)")
    figures = [seen.figure for seen in verdict.observations if seen.state == "broken"]
    found = [match for figure in figures if (match := too_few.search(figure))]
    few = len(found) == len(figures) and all(int(match[1]) < int(match[2]) for match in found)
    return verdict.only_absent or few or verdict.rule.kind in ("required", "full_dates", "dated")


@pytest.mark.slow
@pytest.mark.parametrize("cv", ["starter", "repository", "long"])
def test_a_filter_keeps_to_the_limits_of_its_recipient(cv: str, tmp_path: Path) -> None:
    """Whatever the CV has, the check names only what is missing in it."""
    if cv == "starter":
        assert main(["init", str(tmp_path / "new"), "--for", ",".join(recipients())]) == 0
        source = tmp_path / "new/cv.md"
    else:
        source = tmp_path / "cv.md"
        source.write_text((ROOT / "cv.md").read_text(encoding="utf-8") if cv == "repository" else long_cv(), "utf-8")
    names = [name for name, filter in FILTERS.items() if cv != "long" or not filter.extends]  # The others take long.
    (source.parent / "filters").mkdir(exist_ok=True)
    for name in names:
        (source.parent / f"filters/{name}.yaml").write_text(f"extends: {name}\n", encoding="utf-8")
    result = build(source, names, outputs=tmp_path / "out", timestamp=MOMENT, strict=True)
    assert result.broken == {}
    found = [(name, v) for name, verdicts in result.verdicts.items() for v in verdicts if v.state == "broken"]
    wrong = {(name, v.rule.name): v.observations for name, v in found if not is_about_missing_content(v)}
    wrong.pop(("msca", "pages"), None)  # The five pages of the MSCA are not a limit, so nothing is left out.
    assert wrong == {}
    assert result.verdicts.keys() == {name for name in names if FILTERS[name].rules}


@pytest.mark.slow
@pytest.mark.parametrize("lang", ["en", "fr", "pt", "es", "fi", "sv", "de"])
def test_a_cv_with_all_standard_sections_keeps_the_rules(lang: str, tmp_path: Path) -> None:
    """No rule of level error or warning is broken, and every rule can be checked."""
    names = [
        name
        for name, filter in FILTERS.items()
        if (filter.lang or "en") == lang and not NARROW & {use.use for use in filter.rules}
    ]
    (tmp_path / "cv.md").write_text(CV.read_text(encoding="utf-8").replace("LANG", lang), encoding="utf-8")
    for name in names:
        (tmp_path / "filters").mkdir(exist_ok=True)
        (tmp_path / f"filters/{name}.yaml").write_text(f"extends: {name}\n", encoding="utf-8")
    result = build(tmp_path / "cv.md", timestamp=MOMENT)
    found = [(name, v.rule.name, v.state, v.rule.level) for name, verdicts in result.verdicts.items() for v in verdicts]
    assert [each for each in found if each[2] != "kept" and each[3] != "info"] == []
    assert result.verdicts.keys() >= {name for name in names if FILTERS[name].rules}
    assert result.exit_status == 0
