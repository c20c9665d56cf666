"""Rule files, filters that name rule sets, and `polyvita check`."""

from __future__ import annotations

import json
import os
import re
import sys
from pathlib import Path

import pytest

from polyvita.builder.incremental import build
from polyvita.builder.result import BuildResult
from polyvita.checks.rules import ruleset
from polyvita.cli.main import main
from polyvita.core.diagnostics import InputError
from recipient_pages import describe, recipient_pages
from repository import MOMENT, ROOT
from rules_example import CV

RULE = "{name: n, level: error, source: s, sure: high, checked: 2026-01-01, pages: {most: 1}}"
SET = f"title: t\nrecipient: r\nform: f\nkind: upload\nrules:\n  - {RULE}\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "1 PV126 “form”, “kind”, “recipient”, “rules” and “title” are missing"),
        ("- a\n", "1 PV125 a rule file must contain keys such as “title: …”"),
        (SET + "note: n\n", "7 PV124 unknown key “note” in a rule file"),
        (SET.replace("high", "very"), "6 PV125 “rules.sure” must be high, medium or low, not “very”"),
        (SET.replace("2026-01-01", "2026-13-01"), "6 PV125 “rules.checked”: “2026-13-01” is not a day; write a day as 2026-01-31"),
        (SET.replace("pages: {most: 1}", "margins: 1"), "6 PV125 “rules.margins”: a length needs a number and a unit (25mm, 2.5cm, 1in), not “1”"),
        (SET.replace("pages: {most: 1}", "forbidden: {words: '('}"), "6 PV125 “rules.forbidden.words”: “(” is not a regular expression: missing ) at position 1"),
        (SET.replace(", pages: {most: 1}", ""), "6 PV125 rule “n” has no requirement"),
        (SET.replace("pages:", "paper: a4, pages:"), "6 PV125 rule “n” has several requirements: pages and paper"),
        (SET.replace("{most: 1}", "{}"), "6 PV125 rule “n” has no limit"),
        (SET.replace("pages: {most: 1}", "file_size: 10"), "6 PV125 “rules.file_size”: “10” is not the size of a file; write a size as 10MB or 500KB"),
        (SET.replace("pages: {most: 1}", "running_text: {text: '{nam}'}"), "6 PV125 “text” has the unknown placeholder {nam}"),
        (SET.replace("pages: {most: 1}", "running_text: {text: '{'}"), "6 PV125 “text” has a single { or }"),
        (SET.replace("pages: {most: 1}", "language: english"), "6 PV125 “rules.language” must be a language such as en or de-AT, not “english”"),
        (SET + f"  - {RULE}\n", "7 PV125 two rules are named “n”"),
        (SET + "extends: fvf\n", "7 PV138 “extends” names “fvf”, which is not a built-in rule set"),
    ],
)  # fmt: skip
def test_an_invalid_rule_file_is_refused(text: str, expected: str, tmp_path: Path) -> None:
    (tmp_path / "own.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as raised:
        ruleset.read_rules(tmp_path / "own.yaml")
    finding = raised.value.findings[0]
    assert f"{finding.location.line} {finding.code} {finding.message}" == expected


def test_the_schema_names_every_key() -> None:
    schema = ruleset.schema()
    assert set(schema["$defs"]["Rule"]["properties"]) == set(ruleset.Rule.__struct_fields__)
    assert set(schema["properties"]) == set(ruleset.RuleSet.__struct_fields__) - {"name", "locations"}


SETS = [ruleset.read_rules(ruleset.BUILT_IN / f"{name}.yaml") for name in ruleset.built_in_names()]


@pytest.mark.parametrize("rules", SETS, ids=lambda rules: rules.name)
def test_every_rule_names_its_source(rules: ruleset.RuleSet) -> None:
    """A form without an address, or a rule without a source, has level info and low certainty, and is no form."""
    assert all((rules.edition, rules.checked, rules.limits, rules.breach))
    assert rules.address.startswith("https://") or rules.kind == "guidance"
    assert rules.limits[-1] == rules.breach[-1] == "."
    for rule in rules.rules:
        if rule.source == "customary, no source read":
            assert (rules.kind, rule.level, rule.sure) == ("guidance", "info", "low"), rule.name
        else:
            assert re.search(r"https?://|\b(19|20)\d\d\b|\d\d/\d\d|PAPPG \d\d-\d", rule.source), rule.source
            assert len(rule.source) > 12, rule.source
        assert rule.level != "error" or rule.sure != "low", rule.name
        assert rule.checked >= "2026-11-22", rule.name
        assert rule.hint, rule.name


@pytest.mark.parametrize("rules", SETS, ids=lambda rules: rules.name)
def test_the_page_of_a_recipient_has_no_ids_and_no_expressions(rules: ruleset.RuleSet) -> None:
    """Each rule is a sentence in plain words: sections have names, and expressions are described."""
    for rule in rules.rules:
        sentence = describe(rule, rules)
        assert re.fullmatch(r"[^a-z].*\.", sentence), sentence
        assert not re.search(r"[\\?*|^$]|`[a-z]+-[a-z]+`", re.sub(r"“[^”]*”", "", sentence)), sentence
        ids = [getattr(rule.value, "section", "")]
        if rule.tables:
            ids += [*rule.tables.sections, *rule.tables.without]
        assert set(filter(None, ids)) <= rules.sections.keys(), rule.name


@pytest.mark.parametrize("rules", SETS, ids=lambda rules: rules.name)
def test_the_first_screen_answers_what_to_hand_in_and_how_long(rules: ruleset.RuleSet) -> None:
    """The answers stand before everything else, and the limit of pages is the one that is checked."""
    first_screen = recipient_pages()[f"{rules.name}.md"].partition("## Start")[0]
    rows = dict(re.findall(r"^\| (.+?\?) \| (.+) \|$", first_screen, re.MULTILINE))
    assert list(rows)[2:5] == ["What do I do with the output?", "How long may it be?", "What if it is longer?"]
    assert all(len(answer) > 10 for answer in list(rows.values())[2:5])
    for rule in rules.rules:
        if rule.pages:
            numbers = [rule.pages.most, *rule.pages.most_in.values()]
            assert {str(number) for number in numbers if number} <= {*re.findall(r"\d+", rows["How long may it be?"])}


def test_every_page_of_a_recipient_has_its_rule_file() -> None:
    assert sorted(path.name for path in (ROOT / "docs/recipients").iterdir()) == sorted(recipient_pages())


BIO = "---\nname: Ada Example\naffiliation: Institute of Examples\n---\n\n# Bio {#bio}\n\nOne two three four.\n"


def folder_with(tmp_path: Path, filter: str, *, rules: str = "", cv: str = BIO) -> Path:
    for name, text in {"cv.md": cv, "filters/one.yaml": filter, "rules/own.yaml": rules}.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path / "cv.md"


def states(built: BuildResult) -> list[tuple[str, str, str, str]]:
    return [(v.rules.name, v.rule.name, v.state, v.observations[0].figure) for v in built.verdicts["one"]]


def test_a_filter_may_use_several_rule_sets_with_limits_of_the_call(tmp_path: Path) -> None:
    source = folder_with(tmp_path, "formats: txt\nrules: [{use: speaker-bio, words: 3}, own]\n", rules=SET)
    built = build(source, timestamp=MOMENT)
    assert states(built) == [
        ("speaker-bio", "words", "broken", "4 words, maximum 3"),
        ("own", "n", "open", "not checkable: no PDF or Word file was written"),
    ]
    finding = next(iter(built.findings))
    assert (finding.code, finding.severity, finding.location.line) == ("PV402", "error", 2)
    assert built.exit_status == 1


@pytest.mark.parametrize("format", ["docx", "pdf", "html", "txt"])
def test_fitting_and_rules_count_the_same_words(tmp_path: Path, format: str) -> None:
    """The four units have 3, 4, 1 and 5 words: a dash and an “&” between spaces count."""
    units = (
        "Ada – & {priority=1}",
        "Since 2021 – here {priority=2}",
        "state-of-the-art {priority=3}",
        "R & D – E {priority=4}",
    )
    cv = BIO.replace("One two three four.", "\n\n".join(units))
    limits = "words: {items: untagged, most: 8, fit: drop}\nrules: {use: own, words: 8}\n"
    source = folder_with(tmp_path, f"formats: {format}\n{limits}", rules=SET, cv=cv)
    built = build(source, timestamp=MOMENT)
    assert [left["text"] for left in built.fitted["one"].data["left_out"]] == ["R & D – E"]
    assert ("own", "words", "kept", "8 words, maximum 8") in states(built)


def test_the_order_of_a_call_replaces_that_of_the_rule_set(tmp_path: Path) -> None:
    rules = SET.replace("pages: {most: 1}", "oldest_first: job") + "settings: order\n"
    cv = BIO + "\n# Jobs\n\n- Two {.job date=2021}\n- One {.job date=2019}\n"
    found = {}
    for order in ("", ", order: oldest", ", order: newest", ", order: either"):
        source = folder_with(tmp_path, f"formats: txt\nrules: {{use: own{order}}}\n", rules=rules, cv=cv)
        found[order] = [(v.rule.kind, v.state) for v in build(source, timestamp=MOMENT).verdicts.get("one", ())]
    assert found == {
        "": [("oldest_first", "broken")],
        ", order: oldest": [("oldest_first", "broken")],
        ", order: newest": [("newest_first", "kept")],
        ", order: either": [],
    }


def test_colours_headers_and_sizes_are_read_from_the_files(tmp_path: Path) -> None:
    """The name and the number of the page are at the bottom, from page 2 on in a PDF. Lines of sections are blue."""
    rules = "\n".join(
        f"  - {{name: {name}, level: error, source: s, sure: high, checked: 2026-01-01, {rule}}}"
        for name, rule in {
            "name": "running_text: {text: '{name}', from_page: 2}",
            "number": "running_text: {text: '{page}', from_page: 2}",
            "each": "running_text: {text: Nobody}",
            "colour": "colour: black",
            "size": "file_size: 1KB",
        }.items()
    )
    head = SET.partition("rules:")[0]
    cv = BIO + "\n# More\n\n" + "A paragraph of [some words](https://example.org).\n\n" * 60
    (tmp_path / "themes").mkdir()
    (tmp_path / "themes/black.yaml").write_text(
        "ink: '#000000'\nmuted: '#000000'\naccent: '#000000'\n", encoding="utf-8"
    )
    found = {}
    for theme in ("default", "black"):
        filter = f"formats: [docx, pdf]\ntheme: {theme}\nrules: own\n"
        built = build(folder_with(tmp_path, filter, rules=f"{head}rules:\n{rules}\n", cv=cv), timestamp=MOMENT)
        found[theme] = {v.rule.name: [(o.state, *o.files) for o in v.observations] for v in built.verdicts["one"]}
    both = ("one.docx", "one.pdf")
    assert found["black"] == {
        "name": [("kept", *both)],
        "number": [("kept", *both)],
        "each": [("broken", *both)],
        "colour": [("kept", *both)],
        "size": [("broken", "one.docx"), ("broken", "one.pdf")],
    }
    assert [state for state, *_ in found["default"]["colour"]] == ["broken"]


def test_a_call_may_limit_pages_and_characters(tmp_path: Path) -> None:
    """Letterhead and headings do not count as text."""
    cv = BIO.replace("# Bio {#bio}\n\n", "")
    source = folder_with(tmp_path, "formats: [pdf]\nrules: {use: own, pages: 2, characters: 19}\n", rules=SET, cv=cv)
    assert states(build(source, timestamp=MOMENT)) == [
        ("own", "pages", "kept", "1 page, maximum 2"),
        ("own", "characters", "kept", "19 characters, maximum 19"),
    ]


def test_a_rule_file_beside_the_cv_replaces_a_built_in_one(tmp_path: Path) -> None:
    source = folder_with(tmp_path, "formats: pdf\nrules: fwf\n")
    (tmp_path / "rules/fwf.yaml").write_text(SET, encoding="utf-8")
    assert states(build(source, timestamp=MOMENT)) == [("fwf", "n", "kept", "1 page, maximum 1")]


def test_a_rule_file_may_extend_a_built_in_one(tmp_path: Path) -> None:
    """A rule of the same name replaces the rule of the built-in rule set."""
    (tmp_path / "own.yaml").write_text(
        SET.replace("name: n", "name: publications") + "extends: fwf\n", encoding="utf-8"
    )
    rules = ruleset.read_rules(tmp_path / "own.yaml")
    assert [(rule.name, rule.kind) for rule in rules.rules] == [
        ("publications", "pages"),
        ("pages", "pages"),
        ("other achievements", "items"),
        ("journal metrics", "metrics"),
    ]
    assert rules.sections.keys() == {"fwf-publications", "fwf-achievements"}
    assert (rules.name, rules.title) == ("own", "t")


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        ("speaker", ["2:8: error[PV138]: rule set “speaker” not found", "did you mean “speaker-bio”?"]),
        ("{use: dgf, words: 3}", ["2:14: error[PV138]: rule set “dgf” not found", "did you mean “dfg”?"]),
        ("{words: 3}", ["2:8: error[PV126]: “use” is missing in “rules”", "add it"]),
        ("{use: dfg, word: 3}", ["2:19: error[PV124]: unknown key “word” in “rules”", "did you mean “words”?"]),
    ],
)
def test_unknown_rule_sets_and_keys_are_errors(
    rules: str, expected: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder_with(tmp_path, f"formats: txt\nrules: {rules}\n")
    monkeypatch.chdir(tmp_path)
    assert main(["check"]) == 2
    first, *rest = capsys.readouterr().err.splitlines()
    hints = [line.removeprefix("  hint: ") for line in rest if line.startswith("  hint: ")]
    assert [first.removeprefix("filters/one.yaml:"), *hints] == expected
    assert not Path("outputs").exists()


OWN = """\
title: Biography
recipient: The Examples
form: guide of 2026
kind: upload
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
    printed = capsys.readouterr()
    assert printed.out == (
        "one: own, Biography (guide of 2026); a file to upload\n"
        "  error  length  4 words, maximum 3                              one.txt\n"
        "  kept   name    one                                             one.txt, one.html\n"
        "  info   year    does not contain a year                         one.txt\n"
        "  –      type    not checkable: no PDF or Word file was written\n"
        "  check yourself: Send a picture.\n"
        "\n"
        "two: no rules\n"
    )
    assert printed.err == (
        "filters/one.yaml:2:8: error[PV402]: own, length: 4 words, maximum 3 (one.txt)\n"
        "  2 | rules: own\n    |        ^^^\n  hint: write less\n"
        "filters/one.yaml:2:8: info[PV416]: own, year: does not contain a year (one.txt)\n"
        "  2 | rules: own\n    |        ^^^\n"
    )
    assert main(["build", "one"]) == 1
    printed = capsys.readouterr()
    assert printed.out == "2 outputs are up to date\n"
    assert printed.err.count("PV4") == 1


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
        "seen": [{"state": "broken", "figure": "4 words, maximum 3", "files": ["one.txt"]}],
    }


def test_check_writes_a_page_with_every_rule(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The page names lines, hints and what remains, but no folder. It replaces only a page that nobody has edited."""
    cv = BIO + "\n# Jobs\n\n- Two {.job date=2019}\n- One {.job date=2021}\n"
    newest = OWN + f"  - {RULE}\n".replace("pages: {most: 1}", "newest_first: job")
    folder_with(tmp_path, "formats: [txt, html]\nrules: own\n", rules=newest, cv=cv)
    (tmp_path / "filters/two.yaml").write_text("formats: txt\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert main(["check", "--html", "report.html"]) == 1
    assert capsys.readouterr().out == "report.html\n"
    page = Path("report.html").read_text(encoding="utf-8")
    words = re.sub(r"<[^>]+>|\s+", " ", page.partition("<main")[2])
    for part in (
        "2 of 5 rules kept",
        "maximum 3 (one.txt)",
        "To fix: write less",
        "not checked",
        "Send a picture.",
        "cv.md, line 13: newer than the item before it",
        "This filter names no rule set.",
    ):
        assert part in re.sub(r"\s+", " ", words), part
    assert str(tmp_path) not in page
    assert main(["check", "--html", "report.html"]) == 1, "the same page is replaced"
    Path("report.html").write_text(f"{page}edited", encoding="utf-8")
    for name in ("report.html", "cv.md", "outputs/one.html"):
        before = Path(name).read_bytes()
        assert main(["check", "--html", name]) == 2
        assert "PV344" in capsys.readouterr().err
        assert Path(name).read_bytes() == before


def test_the_schema_of_rule_files_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["schema", "--rules"]) == 0
    assert json.loads(capsys.readouterr().out) == json.loads(json.dumps(ruleset.schema()))


def test_the_pages_of_a_word_file_are_estimated_from_the_pdf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also if the filter writes no PDF, and if LibreOffice is requested but not installed."""
    monkeypatch.setenv("PATH", "")
    source = folder_with(tmp_path, "formats: docx\nrules: own\n", rules=SET, cv="# Bio\n\n" + "Words.\n\n" * 100)
    for word_pages in (False, True):
        built = build(source, timestamp=MOMENT, word_pages=word_pages)
        assert states(built) == [("own", "n", "broken", "3 pages, maximum 1, estimated from the PDF")]
        assert sorted(path.name for path in (tmp_path / "outputs").iterdir()) == ["manifest.json", "one.docx"]


def test_libreoffice_counts_the_pages_of_a_word_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A script with the same arguments replaces LibreOffice, and makes a PDF of seven pages."""
    source = folder_with(tmp_path, "formats: docx\nrules: own\npages: {most: 6}\n", rules=SET)
    soffice = tmp_path / "bin/soffice"
    soffice.parent.mkdir()
    soffice.write_text(
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
    soffice.chmod(0o755)
    monkeypatch.setenv("PATH", str(soffice.parent) + os.pathsep + os.environ["PATH"])
    built = build(source, timestamp=MOMENT, word_pages=True)
    assert states(built) == [("own", "n", "broken", "7 pages, maximum 1, counted by LibreOffice")]
    [too_long] = [finding for finding in built.findings if finding.code == "PV302"]
    assert (too_long.message, too_long.location.line) == ("one.docx has 7 pages in LibreOffice (maximum 6)", 3)
    assert not [finding for finding in build(source, timestamp=MOMENT).findings if finding.code == "PV302"]
    soffice.write_text(f"#!{sys.executable}\nraise SystemExit(1)\n", encoding="utf-8")
    built = build(source, timestamp=MOMENT, word_pages=True)
    assert states(built) == [("own", "n", "kept", "1 page, maximum 1, estimated from the PDF")]


def test_forbidden_words_are_located_in_the_source(tmp_path: Path) -> None:
    cv = (
        "# Bad {#bio}\n\nGood and *ba*d.\nBadly not; BAD.[^1]\n\n| a | bad |\n| --- | --- |\n| bad | b |\n\n"
        "- good\n- (bad)\n\n[^1]: bad\n"
    )
    own = OWN.partition("rules:")[0] + (
        "rules:\n  - {name: bad, forbidden: {words: bad}, level: error, source: s, sure: high, checked: 2026-01-01}\n"
    )
    built = build(folder_with(tmp_path, "formats: [docx]\nrules: own\n", rules=own, cv=cv), timestamp=MOMENT)
    locations = sorted((f.location.line, f.location.column) for f in built.findings)
    assert locations == [(1, 3), (3, 11), (4, 12), (6, 7), (8, 3), (11, 4), (13, 7)]


HEAD = """\
title: t
recipient: r
form: f
kind: upload
rules:
"""
RULES_FOR_ALL_FORMATS = {
    "whole": "words: {most: 99}",
    "letters": "characters: {section: letters, most: 99}",
    "roles": "words: {section: roles, each: true, most: 9}",
    "works": "items: {section: works, most: 2}",
    "pieces": "items: {section: works, each: true, items: piece, most: 9}",
    "old": "age: {items: work, since: 2020}",
    "order": "newest_first: work",
    "titles": "headings: {order: {en: [Letters, Works, Roles, Head]}}",
    "words": "forbidden: {words: [h-index]}",
    "years": "required: {items: work, pattern: '20\\d\\d', what: a year}",
}


def test_every_format_gives_the_same_result(tmp_path: Path) -> None:
    common = "level: info, source: s, sure: high, checked: 2026-01-01"
    rules = HEAD + "".join(f"  - {{name: {name}, {kind}, {common}}}\n" for name, kind in RULES_FOR_ALL_FORMATS.items())
    answers = {}
    for format in ("docx", "pdf", "html", "txt"):
        source = folder_with(tmp_path, f"formats: {format}\ntitle: Letters\nrules: own\n", rules=rules, cv=CV)
        built = build(source, timestamp=MOMENT)
        answers[format] = [
            (v.rule.name, v.observations[0].figure, [f.location.line for f in v.findings])
            for v in built.verdicts["one"]
        ]
    assert answers == dict.fromkeys(answers, answers["docx"])
