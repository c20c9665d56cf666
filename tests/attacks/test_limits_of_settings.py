"""File names with formats, and regular expressions that never end."""

from __future__ import annotations

import pytest

from attack_runner import Attack, write_project

PATTERNS = [
    "{name:>2000000000}",
    "{name:{name}}",
    "{name!r}",
    "{name!r:>9}",
    "{name.__class__}",
    "{name[0]}",
    "{0}",
    "{}",
    "{",
    "{name:}}",
]


@pytest.mark.parametrize("pattern", PATTERNS)
def test_a_file_name_with_a_format(attack: Attack, pattern: str) -> None:
    write_project(attack.folder, filters__all_yaml=f"formats: [html]\nfilename: '{pattern}'\n")
    run = attack.run()
    assert (run.status, run.codes) == (2, {"PV125"})


RULES = """\
title: Own
recipient: own
form: guide
kind: upload
rules:
  - {name: slow, level: error, source: s, sure: high, checked: 2026-01-01, %s}
"""
SLOW = ["(a+)+b", "(a|a)*b", "(a|aa)+b", "(.*)*b", "(?:a?){40}a{40}b"]


@pytest.mark.parametrize("pattern", SLOW)
@pytest.mark.parametrize("key", ["forbidden: {words: ['%s']}", "required: {pattern: '%s', what: x}"])
def test_a_regular_expression_that_never_ends(attack: Attack, key: str, pattern: str) -> None:
    filter = "formats: [html]\nrules: [own]\n"
    text = f"# A\n\n{'a' * 60} {'a' * 60}c\n"
    write_project(attack.folder, text, filters__all_yaml=filter, rules__own_yaml=RULES % (key % pattern))
    run = attack.run()
    assert run.codes <= {"PV343", "PV416"}
