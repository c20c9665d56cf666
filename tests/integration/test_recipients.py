"""The filters of recipients and their rule sets fit each other."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from polyvita.builder.incremental import build
from polyvita.checks.rules.ruleset import BUILT_IN, built_in_names, read_rules
from polyvita.config.filter import Filter, Part
from polyvita.config.filter_file import load_filter
from polyvita.config.recipients import recipient_filters, recipients
from repository import MOMENT, TESTS

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
