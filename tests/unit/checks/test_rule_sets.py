"""Every rule of every built-in rule set: a small CV keeps all rules, and each change breaks exactly one rule.

Each file in `tests/cases/rules/` has a CV, a filter and one change per rule. The key `cv`, `filter`, `theme`
or `rules` (the rule set itself, for limits that a small CV cannot break) is the file to change; its value is a text in
that file. The text is replaced `by` another one, or another one is inserted
`before` it, repeated as often as `times` says. `at` is a text in the line that the finding points to.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from one_pixel import PNG
from polyvita.builder.incremental import build
from polyvita.builder.result import BuildResult
from polyvita.checks.rules.ruleset import BUILT_IN, built_in_names, read_rules
from polyvita.config.filter_file import load_filter
from repository import MOMENT, ROOT, TESTS

FOLDER = TESTS / "cases" / "rules"
TEMPLATES = TESTS / "cases" / "templates"


@dataclass(frozen=True)
class Break:
    """A change that breaks one rule of a set."""

    set: str
    rule: str
    change: dict[str, Any]


def fixture(name: str) -> dict[str, Any]:
    data: dict[str, Any] = yaml.safe_load((FOLDER / f"{name}.yaml").read_text(encoding="utf-8"))
    return data | {"rules": (BUILT_IN / f"{name}.yaml").read_text(encoding="utf-8")}


BREAKS = [Break(name, rule, change) for name in built_in_names() for rule, change in fixture(name)["breaks"].items()]


def built(data: dict[str, Any], name: str, folder: Path) -> BuildResult:
    for word, text in data.get("fill", {}).items():
        data["cv"] = data["cv"].replace(word, text * 150)
    for path, text in {
        "cv.md": data["cv"],
        "filters/one.yaml": data["filter"],
        "themes/form.yaml": data.get("theme"),
    }.items():
        if text is not None:
            (folder / path).parent.mkdir(exist_ok=True)
            (folder / path).write_text(text, encoding="utf-8")
    (folder / "ada.png").write_bytes(PNG)
    rules = data["rules"]
    if "typefaces" in data:  # The fonts of the PDF depend on the machine. Here a font that is always there is allowed.
        rules = rules.replace("typeface:\n", f"typeface:\n      - {data['typefaces']}\n")
    (folder / "rules").mkdir(exist_ok=True)
    (folder / f"rules/{name}.yaml").write_text(rules, encoding="utf-8")
    return build(folder / "cv.md", timestamp=MOMENT)


def broken(result: BuildResult) -> list[tuple[str, str, int]]:
    """Return rule, file and line of every finding about a rule."""
    found = [*result.findings, *result.notes]
    names = [(re.match(r"\S+, (.+?): ", f.message), f) for f in found if f.code.startswith("PV4")]
    return [(match[1] if match else f.message, Path(f.location.file).name, f.location.line) for match, f in names]


def line_of(text: str, part: str) -> int:
    return next(i for i, line in enumerate(text.split("\n"), 1) if part in line)


@pytest.mark.parametrize("name", built_in_names())
def test_a_small_cv_keeps_every_rule(name: str, tmp_path: Path) -> None:
    result = built(fixture(name), name, tmp_path)
    assert {
        v.rule.name: (v.state, [o.figure for o in v.observations]) for v in result.verdicts["one"] if v.state != "kept"
    } == {}
    assert broken(result) == []
    assert result.exit_status == 0


@pytest.mark.parametrize("template", sorted(path.stem for path in TEMPLATES.glob("*.yaml")))
def test_a_cv_in_the_template_of_the_recipient_breaks_no_rule(template: str, tmp_path: Path) -> None:
    data = yaml.safe_load((TEMPLATES / f"{template}.yaml").read_text(encoding="utf-8"))
    rules = (BUILT_IN / f"{data['set']}.yaml").read_text(encoding="utf-8")
    result = built(data | {"rules": rules}, data["set"], tmp_path)
    assert broken(result) == []
    assert result.exit_status == 0


def test_every_recipient_has_a_cv_in_its_template() -> None:
    sets = {yaml.safe_load(path.read_text(encoding="utf-8"))["set"] for path in TEMPLATES.glob("*.yaml")}
    assert sets == set(built_in_names())


@pytest.mark.parametrize("name", built_in_names())
def test_every_rule_has_a_change_that_breaks_it(name: str) -> None:
    rules = {rule.name for rule in read_rules(BUILT_IN / f"{name}.yaml").rules}
    of_the_call = {"words"} if name == "ukri" else set()
    assert {case.rule for case in BREAKS if case.set == name} == rules | of_the_call


@pytest.mark.parametrize("case", BREAKS, ids=lambda case: f"{case.set}: {case.rule}")
def test_a_change_breaks_one_rule_and_no_other(case: Break, tmp_path: Path) -> None:
    data, change = fixture(case.set), case.change
    file = next(file for file in ("cv", "filter", "theme", "rules") if file in change)
    old = change[file]
    added = change.get("before", change.get("by", "")) * change.get("times", 1)
    assert old in data[file]
    data[file] = data[file].replace(old, added + old if "before" in change else added, 1)
    for old, new in change.get("then", {}).items():
        assert old in data["cv"]
        data["cv"] = data["cv"].replace(old, new)

    result = built(data, case.set, tmp_path)

    at = (
        ("cv.md", line_of(data["cv"], change["at"]))
        if "at" in change
        else ("one.yaml", line_of(data["filter"], "rules:"))
    )
    assert broken(result) == [(case.rule, *at)]
    level = next(v.rule.level for v in result.verdicts["one"] if v.state == "broken")
    assert result.exit_status == (1 if level == "error" else 0)


@pytest.mark.slow
def test_the_filters_of_the_repository_keep_their_rules(tmp_path: Path) -> None:
    """Only rules of level info may be broken, and every rule can be checked."""
    names = [path.stem for path in (ROOT / "filters").glob("*.yaml") if load_filter(path).rules]
    assert {"dfg", "dfg-de"} <= set(names)
    result = build(ROOT / "cv.md", names, outputs=tmp_path, timestamp=MOMENT)
    found = {(name, v.rule.name): v for name, verdicts in result.verdicts.items() for v in verdicts}
    assert [key for key, v in found.items() if v.state == "broken" and v.rule.level != "info"] == []
    assert [key for key, v in found.items() if v.state == "open"] == []
    assert result.exit_status == 0
