"""The kinds of rule one by one, the reading of finished files, and rule files that are wrong."""

from __future__ import annotations

import dataclasses
import datetime
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from pipeline.cli import main
from pipeline.diagnostics import InputError, Report
from pipeline.document import NOWHERE, Place
from pipeline.flow import Built, build
from pipeline.reader import read_text
from pipeline.rules import ruleset
from pipeline.rules.kinds import KINDS
from pipeline.rules.measure import Layout, Measured, Type, measure, plain_wording
from pipeline.rules.outcome import Case, Outcome, Slip
from pipeline.rules.pages import recipient_pages
from pipeline.settings import parse_yaml, read_into
from pipeline.transforms import show_entries

ROOT = Path(__file__).parent.parent
MOMENT = 1_767_225_600  # 1 January 2026


# ---------------------------------------------------------------- kinds, on files made by hand

LAYOUT = Layout(
    types=(Type("Arial", 11, "style “Normal”"), Type("ArialMT", 9.5, "style “Contact”")),
    line_spacing=1.2,
    paper=(210, 297),
    margins={"top": 15, "right": 20, "bottom": 25, "left": 20},
    images=1,
    header_footer=True,
)
CV = """\
# Letters {#letters}

Dear *h*-index. {.plain}

# Works {#works dates=hidden}

1. Alpha, 2019. {.work date=2019}
   - part one {.piece}
   - part two {.piece}
2. Beta, [2021](https://doi.org/10.1/b). {.work date=2021}
3. Gamma, 2024.[^1] {.work date=2024}

[^1]: Noted.

# Roles {#roles}

## Head {#head date=2021/..}

Leads many people.

## Scholar {#scholar date=2025}

Reads.
"""
TEXT = """\
Letters
=======

Dear h-index.

Works
=====

1.  Alpha, 2019.
    - part one
    - part two
2.  Beta, 2021.
3.  Gamma, 2024.[1]

Roles
=====

Head (since 2021)
-----------------

Leads many people.

Scholar (2025)
--------------

Reads.
"""


def value_of(kind: str, text: str) -> Any:
    """What a rule file would have for the kind, of the class that the kind takes."""
    rule = f"{{name: r, level: error, source: s, sure: high, checked: 2026-01-01, {kind}: {text}}}"
    parsed = parse_yaml(rule, "rules/r.yaml")
    assert parsed is not None
    report = Report()
    found = read_into(ruleset.Rule, parsed, report)
    assert found is not None, list(report)
    return found.value


def judged(kind: str, text: str, file: Measured, *, others: Sequence[Measured] = (), lang: str = "en") -> Outcome:
    names = {"name": "Ada Example", "last": "Example", "lang": lang, "date": "2026-01-01"}
    case = Case(
        show_entries(read_text(CV), lang=lang), (file, *others), NOWHERE, lang, datetime.date(2026, 1, 1), names
    )
    return KINDS[kind].judge(value_of(kind, text), file, case)


def kept(figure: str) -> Outcome:
    return Outcome("kept", figure)


def broken(figure: str, *slips: Slip | int | str) -> Outcome:
    """Broken at these lines of the source, or with these words."""
    made = [
        Slip(message=s) if isinstance(s, str) else Slip(Place("", s)) if isinstance(s, int) else s for s in slips
    ] or [Slip()]
    return Outcome("broken", figure, tuple(made))


def lines(outcome: Outcome) -> Outcome:
    """With the lines of places alone: columns are the reader's."""
    slips = (dataclasses.replace(s, place=s.place and Place("", s.place.line)) for s in outcome.slips)
    return dataclasses.replace(outcome, slips=tuple(slips))


@pytest.mark.parametrize(
    ("kind", "asked", "outcome"),
    [
        ("pages", "{most: 4}", kept("4 of at most 4, a guess")),
        ("pages", "{most: 3}", broken("4 of at most 3, a guess")),
        ("pages", "{least: 5}", broken("4 of at least 5, a guess")),
        ("pages", "{least: 2, most: 4}", kept("4 of 2 to 4, a guess")),
        ("typeface", "[Times, Arial]", kept("Arial")),
        ("typeface", "Times", broken("Arial, ArialMT, not Times or like it", "Arial, ArialMT in style “Normal”")),
        ("typeface", "Arial Narrow", broken("Arial, ArialMT, not Arial Narrow or like it", "Arial, ArialMT in style “Normal”")),
        ("type_size", "9.5pt", kept("9.5 of at least 9.5 pt")),
        ("type_size", "10pt", broken("9.5 of at least 10 pt", "9.5 of at least 10 pt: style “Contact”")),
        ("line_spacing", "1.2", kept("1.20 of at least 1.2")),
        ("line_spacing", "1.25", broken("1.20 of at least 1.25")),
        ("margins", "15mm", kept("top 15, right 20, bottom 25, left 20 mm")),
        ("margins", "{left: 25mm, bottom: 25mm}", broken("left 20 of at least 25 mm")),
        ("paper", "a4", kept("a4")),
        ("paper", "letter", broken("a4, not letter")),
        ("images", "{most: 0}", broken("1, where none is allowed")),
        ("images", "{least: 1}", kept("1 of at least 1")),
        ("header_footer", "none", broken("there is one")),
        ("formats", "[pdf, docx]", kept("docx")),
        ("formats", "[pdf]", broken("docx, not pdf")),
        ("filename", "'CV_{last}'", kept("CV_Example")),
        ("filename", "'CV {name} {lang}'", broken("CV_Example, not CV Ada Example en")),
    ],
)  # fmt: skip
def test_how_a_file_lies_on_paper(kind: str, asked: str, outcome: Outcome) -> None:
    file = Measured("CV_Example.docx", "docx", None, LAYOUT, 4, "a guess")
    assert judged(kind, asked, file) == outcome


@pytest.mark.parametrize(
    ("kind", "layout", "outcome"),
    [
        ("pages", LAYOUT, Outcome("open", "not checkable: its pages could not be counted")),
        ("type_size", dataclasses.replace(LAYOUT, types=()), Outcome("open", "not checkable: there are no words")),
        (
            "line_spacing",
            dataclasses.replace(LAYOUT, line_spacing=None),
            Outcome("open", "not checkable: no paragraph has two lines"),
        ),
        ("paper", dataclasses.replace(LAYOUT, paper=(148, 210)), broken("148 × 210 mm, not a4")),
    ],
)
def test_what_a_file_does_not_say(kind: str, layout: Layout, outcome: Outcome) -> None:
    asked = {"pages": "{most: 1}", "type_size": "11pt", "line_spacing": "1", "paper": "a4"}[kind]
    assert judged(kind, asked, Measured("cv.docx", "docx", None, layout)) == outcome


@pytest.mark.parametrize(
    ("kind", "asked", "outcome"),
    [
        ("words", "{most: 24}", kept("24 of at most 24")),
        ("words", "{most: 23}", broken("24 of at most 23")),
        ("words", "{section: letters, least: 3}", broken("2 of at least 3", 1)),
        ("words", "{section: roles, most: 4}", kept("4 of at most 4")),
        ("words", "{section: roles, each: true, most: 2}", broken("the longest 3 of at most 2", Slip(Place("", 17), "3 of at most 2"))),
        ("words", "{section: works, without: work and date < 2020, most: 4}", kept("4 of at most 4")),
        ("words", "{items: piece, most: 2}", kept("the longest 2 of at most 2")),
        ("words", "{items: nothing, most: 2}", Outcome("open", "not checkable: nothing in it is “nothing”")),
        ("words", "{section: none, most: 2}", Outcome("open", "not checkable: there is no section “none” in it")),
        ("characters", "{section: letters, most: 13}", kept("13 of at most 13")),
        ("characters", "{section: letters, most: 12}", broken("13 of at most 12", 1)),
        ("characters", "{items: piece, most: 7}", broken("the longest 8 of at most 7", Slip(Place("", 8), "8 of at most 7"), Slip(Place("", 9), "8 of at most 7"))),
        ("items", "{items: work, most: 3}", kept("3 of at most 3")),
        ("items", "{items: work, most: 2}", broken("3 of at most 2", 11)),
        ("items", "{section: works, most: 2}", broken("3 of at most 2", 11)),
        ("items", "{section: roles, most: 1}", broken("2 of at most 1", 21)),
        ("items", "{section: works, items: piece, most: 1}", broken("2 of at most 1", 9)),
        ("items", "{section: works, each: true, items: piece, most: 1}", broken("the most 2 of at most 1", Slip(Place("", 9), "2 of at most 1"))),
        ("items", "{section: works, least: 4}", broken("3 of at least 4", 5)),
        ("items", "{items: nothing, most: 2}", Outcome("open", "not checkable: nothing in it is “nothing”")),
        ("items", "{items: nothing, least: 1}", broken("0 of at least 1")),
        ("items", "{section: none, most: 2}", Outcome("open", "not checkable: there is no section “none” in it")),
        ("age", "{items: work, since: -5y}", broken("2 of 3 since 2021-01-01", Slip(Place("", 7), "2019-12-31 is before 2021-01-01"))),
        ("age", "{items: work or plain, since: 2019}", kept("4 of 4 since 2019-01-01, 1 without a date")),
        ("newest_first", "work", broken("3 items", Slip(Place("", 10), "newer than the one before it"), Slip(Place("", 11), "newer than the one before it"))),
        ("newest_first", "date >= 2021", broken("4 items", Slip(Place("", 11), "newer than the one before it"))),
        ("newest_first", "nothing", Outcome("open", "not checkable: nothing in it is “nothing”")),
        ("headings", "{order: {en: [Letters, Post | Works]}}", kept("2 of 2, in order")),
        ("headings", "{order: {en: [Works, Head]}}", kept("2 of 2, in order")),
        ("headings", "{order: {en: [Works, Letters, Zeal]}}", broken("2 of 3", "“Zeal” is missing", "“Letters” has to follow “Works”")),
        ("headings", "{order: {en: [Letters, Zeal]}, optional: {en: [Zeal]}}", kept("1 of 2, in order")),
        ("headings", "{order: {de: [Briefe]}}", Outcome("open", "not checkable: the form’s headings are known in de only, not in “en”")),
        ("forbidden", "{words: [h-index, 'gam']}", broken("1 found", Slip(Place("", 3), "“h-index” must not occur"))),
        ("forbidden", "{section: works, words: [h-index]}", kept("none found")),
        ("forbidden", "{items: work, words: ['20\\d\\d']}", broken("3 found", *(Slip(Place("", n), f"“{y}” must not occur") for n, y in ((7, 2019), (10, 2021), (11, 2024))))),
        ("forbidden", "{section: none, words: [a]}", Outcome("open", "not checkable: there is no section “none” in it")),
        ("required", "{pattern: 'beta', what: a beta}", kept("has a beta")),
        ("required", "{pattern: 'delta', what: delta}", broken("lacks delta")),
        ("required", "{items: work, pattern: ', 20', what: a year}", kept("3 of 3 with a year")),
        ("required", "{items: work, pattern: '10\\.1/', what: a DOI}", broken("0 of 3 with a DOI", *(Slip(Place("", n), "without a DOI") for n in (7, 10, 11)))),
    ],
)  # fmt: skip
def test_what_a_file_says(kind: str, asked: str, outcome: Outcome) -> None:
    file = Measured("cv.txt", "txt", plain_wording(TEXT))
    assert lines(judged(kind, asked, file)) == outcome


def test_what_is_not_in_the_file_does_not_count() -> None:
    """Items are those of the finished file, not those that the document means to show."""
    short = Measured("cv.txt", "txt", plain_wording(TEXT.replace("2.  Beta, 2021.\n", "")))
    assert judged("items", "{items: work, most: 3}", short) == kept("2 of at most 3")
    nothing = Measured("cv.txt", "txt", plain_wording("Nothing."))
    assert judged("items", "{items: work, least: 1}", nothing) == broken("0 of at least 1")


def test_a_link_that_the_file_has_counts_as_its_text() -> None:
    linked = dataclasses.replace(plain_wording(TEXT), links=frozenset({"https://doi.org/10.1/b"}))
    outcome = judged("required", "{items: work, pattern: '10\\.1/', what: a DOI}", Measured("cv.docx", "docx", linked))
    assert outcome.figure == "1 of 3 with a DOI"


def test_every_kind_has_a_key_a_code_and_a_sentence() -> None:
    assert tuple(KINDS) == ruleset.KIND_NAMES
    codes = [kind.code for kind in KINDS.values()]
    assert codes == [f"PV4{number:02}" for number in range(1, len(KINDS) + 1)]
    assert [name for name, kind in KINDS.items() if not (kind.meaning and kind.measure)] == []


# ---------------------------------------------------------------- finished files

PAGE = """\
---
name: Ada Example
affiliation: Institute
email: ada@example.org
---

# One {#one}

A paragraph that is long enough to take more than one line of a page that is not so very wide at all, with H~2~O and
a note.[^1]

[^1]: Here it stands.

## Head {date=2021/..}

- A [link](https://example.org/there) in an item.

# Two

![Ada](ada.png)
"""


@pytest.fixture(scope="module")
def measured(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Measured]:
    from test_rule_sets import PICTURE

    folder = tmp_path_factory.mktemp("measured")
    (folder / "cv.md").write_text(PAGE, encoding="utf-8")
    (folder / "ada.png").write_bytes(PICTURE)
    (folder / "filters").mkdir()
    look = "paper: letter\nmargins: {top: 25mm, right: 31mm, bottom: 30mm, left: 30mm}\nfont: Caladea 12pt\n"
    (folder / "filters/one.yaml").write_text(f"formats: [docx, pdf, html, txt]\n{look}", encoding="utf-8")
    built = build(folder / "cv.md", timestamp=MOMENT)
    assert built.exit_status == 0, list(built.report)
    return {r.path.suffix[1:]: measure(r.path.name, r.path.suffix[1:], r.path.read_bytes()) for r in built.results}


@pytest.mark.parametrize("format", ["docx", "pdf"])
def test_the_layout_is_the_one_that_was_asked_for(measured: dict[str, Measured], format: str) -> None:
    layout = measured[format].layout
    assert layout is not None
    assert {type.family for type in layout.types} == {"Caladea"}
    assert sorted({round(type.size * 2) / 2 for type in layout.types}) == [10.5, 12.0, 12.5, 15.5, 25.0]
    assert [round(length) for length in layout.paper] == [216, 279]
    assert layout.images == 1
    assert layout.line_spacing == pytest.approx(1.25 / 1.15, abs=0.01)
    near = {"top": 25, "left": 30} if format == "pdf" else {"top": 25, "right": 31, "bottom": 30, "left": 30}
    assert {side: layout.margins[side] for side in near} == pytest.approx(near, abs=0.1)  # type: ignore[index]
    assert layout.margins["right"] >= 30.9
    assert layout.header_footer is (format == "docx")  # in the PDF from its second page on


def test_the_words_are_the_same_in_all_formats(measured: dict[str, Measured]) -> None:
    wording = {format: file.wording for format, file in measured.items()}
    titles = {format: [(h.level, h.title) for h in w.headings] for format, w in wording.items() if w}
    assert titles == {format: [(1, "One"), (2, "Head"), (1, "Two")] for format in titles}
    assert len(titles) == 4
    links = {format: w.links for format, w in wording.items() if w}
    there = frozenset({"https://example.org/there", "mailto:ada@example.org"})
    assert {format: found & there for format, found in links.items()} == {
        "docx": there,
        "pdf": there,
        "html": there,
        "txt": frozenset(),
    }
    for format, w in wording.items():
        assert w is not None
        assert "page that is not so very wide" in " ".join(w.text.split()), format
        for heading in w.headings:
            assert w.text[heading.start : heading.end].strip().startswith(heading.title), format


def test_pages_are_counted(measured: dict[str, Measured]) -> None:
    assert {format: file.pages for format, file in measured.items()} == {
        "docx": None,
        "pdf": 1,
        "html": None,
        "txt": None,
    }


def test_another_format_has_its_name_alone() -> None:
    assert measure("cv.tex", "latex", b"\\relax") == Measured("cv.tex", "latex")


# ---------------------------------------------------------------- rule files

RULE = "{name: n, level: error, source: s, sure: high, checked: 2026-01-01, pages: {most: 1}}"
SET = f"title: t\nrecipient: r\nform: f\npurpose: a file to upload\nrules:\n  - {RULE}\n"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "1 PV125 a rule file is a group of keys such as “title: …”"),
        ("- a\n", "1 PV125 a rule file is a group of keys such as “title: …”"),
        (SET + "note: n\n", "7 PV124 a rule file has no key “note”"),
        (SET.replace("high", "very"), "6 PV125 “rules[0].sure” is high, medium or low, not “very”"),
        (SET.replace("2026-01-01", "2026-13-01"), "6 PV125 “rules[0].checked”: a day is written 2026-01-31, not “2026-13-01”"),
        (SET.replace("pages: {most: 1}", "margins: 1"), "6 PV125 “rules[0].margins”: a length is written with its unit (25mm, 2.5cm, 1in), not “1”"),
        (SET.replace("pages: {most: 1}", "forbidden: {words: '('}"), "6 PV125 “rules[0].forbidden.words[0]”: “(” is not a regular expression: missing ), unterminated subpattern at position 0"),
        (SET.replace(", pages: {most: 1}", ""), "6 PV125 the rule “n” asks nothing"),
        (SET.replace("pages:", "paper: a4, pages:"), "6 PV125 the rule “n” asks pages and paper at once"),
        (SET.replace("{most: 1}", "{}"), "6 PV125 the rule “n” has no bound"),
        (SET + f"  - {RULE}\n", "7 PV125 there are two rules “n”"),
    ],
)  # fmt: skip
def test_a_rule_file_that_is_wrong(text: str, said: str, tmp_path: Path) -> None:
    (tmp_path / "own.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as stop:
        ruleset.read_rules(tmp_path / "own.yaml")
    finding = stop.value.findings[0]
    assert f"{finding.place.line} {finding.code} {finding.message}" == said


def test_the_schema_names_every_key() -> None:
    schema = ruleset.schema()
    assert set(schema["$defs"]["Rule"]["properties"]) == {f.name for f in dataclasses.fields(ruleset.Rule)}
    assert set(schema["properties"]) == {"title", "recipient", "form", "purpose", "rules", "remains"}


def test_facts_without_a_source_are_notes() -> None:
    """What was read nowhere, or is not sure, breaks no build."""
    sets = [ruleset.read_rules(ruleset.SHIPPED / f"{name}.yaml") for name in ruleset.shipped()]
    assert len(sets) == 14
    weak = [rule for rules in sets for rule in rules.rules if "no source read" in rule.source or rule.sure == "low"]
    assert weak
    assert {rule.level for rule in weak} == {"info"}


def test_every_page_of_a_recipient_has_its_rule_file() -> None:
    assert sorted(path.name for path in (ROOT / "docs/recipients").iterdir()) == sorted(recipient_pages())


# ---------------------------------------------------------------- filters that name rules, and the command


def folder_with(tmp_path: Path, filter: str, *, rules: str = "", cv: str = "# Bio {#bio}\n\nOne two three.\n") -> Path:
    for name, text in {"cv.md": cv, "filters/one.yaml": filter, "rules/own.yaml": rules}.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path / "cv.md"


def states(built: Built) -> list[tuple[str, str, str, str]]:
    return [(v.rules.name, v.rule.name, v.state, v.seen[0].figure) for v in built.verdicts["one"]]


def test_a_filter_may_name_several_sets_and_the_limits_of_the_call(tmp_path: Path) -> None:
    source = folder_with(tmp_path, "formats: txt\nrules: [{use: speaker-bio, words: 3}, own]\n", rules=SET)
    built = build(source, timestamp=MOMENT)
    assert states(built) == [
        ("speaker-bio", "words", "broken", "4 of at most 3"),
        ("own", "n", "open", "not checkable: neither PDF nor Word was written"),
    ]
    finding = next(iter(built.report))
    assert (finding.code, finding.severity, finding.place.line) == ("PV402", "error", 2)
    assert built.exit_status == 1


def test_a_call_may_set_pages_and_characters_too(tmp_path: Path) -> None:
    source = folder_with(tmp_path, "formats: [pdf]\nrules: {use: own, pages: 2, characters: 18}\n", rules=SET)
    assert states(build(source, timestamp=MOMENT)) == [
        ("own", "pages", "kept", "1 of at most 2"),
        ("own", "characters", "kept", "18 of at most 18"),
    ]


def test_a_set_of_ones_own_takes_the_place_of_one_that_ships(tmp_path: Path) -> None:
    source = folder_with(tmp_path, "formats: pdf\nrules: fwf\n")
    (tmp_path / "rules/fwf.yaml").write_text(SET, encoding="utf-8")
    assert states(build(source, timestamp=MOMENT)) == [("fwf", "n", "kept", "1 of at most 1")]


@pytest.mark.parametrize(
    ("rules", "said"),
    [
        ("speaker", "one.yaml:2:8: error[PV138]: there is no rule set “speaker”"),
        ("{use: dgf, words: 3}", "one.yaml:2:8: error[PV138]: there is no rule set “dgf”"),
        ("{words: 3}", "one.yaml:2:8: error[PV126]: “use” is missing in “rules[0]”"),
        ("{use: dfg, word: 3}", "one.yaml:2:19: error[PV124]: “rules[0]” has no key “word”"),
    ],
)
def test_rules_that_are_not_there(
    rules: str, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder_with(tmp_path, f"formats: txt\nrules: {rules}\n")
    monkeypatch.chdir(tmp_path)
    assert main(["check"]) == 2
    assert capsys.readouterr().err.splitlines()[0] == f"filters/{said}"
    assert not Path("outputs").exists()


OWN = """\
title: Biography
recipient: The Examples
form: guide of 2026
purpose: a file to upload
remains: Send a picture.
rules:
  - {name: length, words: {most: 3}, level: error, source: s, sure: high, checked: 2026-01-01, hint: write less}
  - {name: name, filename: one, level: error, source: s, sure: high, checked: 2026-01-01}
  - {name: year, required: {pattern: '20\\d\\d', what: a year}, level: info, source: s, sure: low, checked: 2026-01-01}
  - {name: type, type_size: 9pt, level: error, source: s, sure: high, checked: 2026-01-01}
"""


def test_check_reports_rule_by_rule(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder_with(tmp_path, "formats: [txt, html]\nrules: own\n", rules=OWN)
    (tmp_path / "filters/two.yaml").write_text("formats: txt\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert main(["check"]) == 1
    said = capsys.readouterr()
    assert said.out == (
        "one: own, Biography (guide of 2026); a file to upload\n"
        "  error  length  4 of at most 3                                   one.txt\n"
        "  kept   name    one                                              one.txt, one.html\n"
        "  info   year    lacks a year                                     one.txt\n"
        "  –      type    not checkable: neither PDF nor Word was written\n"
        "  for you to see to: Send a picture.\n"
        "\n"
        "two: no rules\n"
    )
    assert said.err == (
        "filters/one.yaml:2:8: error[PV402]: own, length: 4 of at most 3 (one.txt)\n"
        "  2 | rules: own\n    |        ^^^\n  hint: write less\n"
        "filters/one.yaml:2:8: info[PV416]: own, year: lacks a year (one.txt)\n"
        "  2 | rules: own\n    |        ^^^\n"
    )
    assert main(["build", "one"]) == 1
    said = capsys.readouterr()
    assert said.out == "outputs/one.txt\noutputs/one.html\n"
    assert said.err.count("PV4") == 1


def test_check_in_json_has_every_rule(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder_with(tmp_path, "formats: txt\nrules: own\n", rules=OWN)
    monkeypatch.chdir(tmp_path)
    assert main(["check", "--json"]) == 1
    data = json.loads(capsys.readouterr().out)
    assert [(f["code"], f["severity"]) for f in data["findings"]] == [("PV402", "error"), ("PV416", "info")]
    assert [(rule["rule"], rule["state"]) for rule in data["rules"]] == [
        ("length", "broken"),
        ("name", "kept"),
        ("year", "broken"),
        ("type", "open"),
    ]
    assert data["rules"][0] == {
        "filter": "one",
        "set": "own",
        "rule": "length",
        "kind": "words",
        "state": "broken",
        "level": "error",
        "source": "s",
        "sure": "high",
        "checked": "2026-01-01",
        "seen": [{"state": "broken", "figure": "4 of at most 3", "files": ["one.txt"]}],
    }


def test_the_schema_of_rule_files_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["schema", "--rules"]) == 0
    assert json.loads(capsys.readouterr().out) == ruleset.schema()


# ---------------------------------------------------------------- pages of Word files


def test_the_pdf_stands_for_words_pages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where no PDF was asked for; and where LibreOffice is asked for and not there."""
    monkeypatch.setenv("PATH", "")
    source = folder_with(tmp_path, "formats: docx\nrules: own\n", rules=SET, cv="# Bio\n\n" + "Words.\n\n" * 100)
    for word_pages in (False, True):
        built = build(source, timestamp=MOMENT, word_pages=word_pages)
        assert states(built) == [("own", "n", "broken", "3 of at most 1, estimated from the PDF")]
        assert [path.name for path in (tmp_path / "outputs").iterdir()] == ["one.docx"]


def test_libreoffice_counts_where_it_is_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A stand-in that is called as LibreOffice is, and finds seven pages."""
    source = folder_with(tmp_path, "formats: docx\nrules: own\n", rules=SET)
    office = tmp_path / "bin/soffice"
    office.parent.mkdir()
    office.write_text(
        f"#!{sys.executable}\n"
        "import pathlib, sys\n"
        "from pypdf import PdfWriter\n"
        "*_, profile, headless, convert, to, outdir, folder, source = sys.argv\n"
        "assert (headless, convert, to, outdir) == ('--headless', '--convert-to', 'pdf', '--outdir')\n"
        "assert profile.startswith('-env:UserInstallation=file://') and pathlib.Path(source).suffix == '.docx'\n"
        "pdf = PdfWriter()\n"
        "[pdf.add_blank_page(100, 100) for _ in range(7)]\n"
        "pdf.write(pathlib.Path(folder, pathlib.Path(source).stem + '.pdf'))\n",
        encoding="utf-8",
    )
    office.chmod(0o755)
    monkeypatch.setenv("PATH", str(office.parent) + os.pathsep + os.environ["PATH"])
    built = build(source, timestamp=MOMENT, word_pages=True)
    assert states(built) == [("own", "n", "broken", "7 of at most 1, counted by LibreOffice")]
    office.write_text(f"#!{sys.executable}\nraise SystemExit(1)\n", encoding="utf-8")
    built = build(source, timestamp=MOMENT, word_pages=True)
    assert states(built) == [("own", "n", "kept", "1 of at most 1, estimated from the PDF")]


# ---------------------------------------------------------------- places


def test_words_are_found_where_they_stand_in_the_source(tmp_path: Path) -> None:
    cv = (
        "# Bad {#bio}\n\nGood and *ba*d.\nBadly not; BAD.[^1]\n\n| a | bad |\n| --- | --- |\n| bad | b |\n\n"
        "- good\n- (bad)\n\n[^1]: bad\n"
    )
    own = OWN.partition("rules:")[0] + (
        "rules:\n  - {name: bad, forbidden: {words: bad}, level: error, source: s, sure: high, checked: 2026-01-01}\n"
    )
    built = build(folder_with(tmp_path, "formats: [docx]\nrules: own\n", rules=own, cv=cv), timestamp=MOMENT)
    places = sorted((f.place.line, f.place.column) for f in built.report)
    assert places == [(1, 3), (3, 11), (4, 12), (6, 7), (8, 3), (11, 4), (13, 7)]
