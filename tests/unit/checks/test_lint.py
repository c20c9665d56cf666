"""The findings of `polyvita check` about a source, with message and location, and sources without findings."""

from __future__ import annotations

import contextlib
import struct
import zlib
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from polyvita import build, read_text
from polyvita.checks.lint import CHECKS, NamesInUse, lint, names_in_use
from polyvita.checks.lint.duplicates import Publication, candidate_pairs, publications_of
from polyvita.checks.lint.names import differs_by_typo
from polyvita.cli.main import main
from polyvita.config.expression_parser import parse_expression
from polyvita.core.diagnostics import Finding, InputError
from polyvita.core.document import Document, ListItem, walk
from polyvita.writers.script_fonts import suggest_font
from random_documents import documents
from random_markdown import markdown
from repository import ROOT

FILTERS = names_in_use(parse_expression("pub or talk or core"), parse_expression("topic == x"))


def findings_in(
    text: str, names: NamesInUse = FILTERS, *, all_filters: bool = True, folder: Path = Path()
) -> list[Finding]:
    document = read_text(text, file="cv.md")
    found = list(lint(document, text, folder, names, all_filters=all_filters))
    return sorted(found, key=lambda finding: (finding.location.line, finding.location.column))


def describe(text: str, **options: object) -> list[str]:
    """Return each finding as `line:column characters: severity code message`."""
    lines = text.split("\n")
    described = []
    for finding in findings_in(text, **options):  # type: ignore[arg-type]
        location = finding.location
        at = lines[location.line - 1][location.column - 1 : location.column - 1 + location.width]
        described.append(f"{location.line}:{location.column} {at}: {finding.severity} {finding.code} {finding.message}")
    return described


DATES = ["2024", "2022", "2021", "2020", "2019", "2018", "2017"]


def dated(*dates: str) -> str:
    return "\n".join(f"- Item number {number} {{date={date}}}" for number, date in enumerate(dates, 1))


FINDINGS = {
    "a tag that no filter uses": (
        "# A {.pub .hobby}\n\nText. {.hobby}\n",
        ["1:11 .hobby: warning PV210 no filter uses the tag “hobby”"],
    ),
    "a tag that is part of another tag": (
        "# A {.hobbyist .hobby}\n",
        [
            "1:6 .hobbyist: warning PV210 no filter uses the tag “hobbyist”",
            "1:16 .hobby: warning PV210 no filter uses the tag “hobby”",
        ],
    ),
    "a tag one letter away from another": (
        "- a {.position}\n- b {.position}\n- c {.position}\n- d {.core .positon}\n",
        [
            "1:6 .position: warning PV210 no filter uses the tag “position”",
            "4:12 .positon: warning PV211 the tag “positon” occurs once, the similar tag “position” 3 times",
        ],
    ),
    "invalid dates": (
        "- a {date=2024-22}\n- b {.core date=\"2019/2018\"}\n- c {date='May'}\n- d {date=2023-02-29}\n",
        [
            "1:11 2024-22: error PV213 “2024-22” is not a date: there is no month 22",
            "2:18 2019/2018: error PV213 “2019/2018” is not a date: the interval ends before it starts",
            "3:12 May: error PV213 “May” is not a date: write a date as 2018, 2018-12 or 2018-12-19, an interval"
            " as 2012/2013 or 2021/..",
            "4:11 2023-02-29: error PV213 “2023-02-29” is not a date: 2023-02 has no day 29",
        ],
    ),
    "invalid priorities": (
        "Text. {priority=12}\n\nText. {priority=high}\n",
        [
            "1:17 12: error PV213 “12” is not a priority: a priority is a number from 1 to 9",
            "3:17 high: error PV213 “high” is not a priority: a priority is a number from 1 to 9",
        ],
    ),
    "a date that breaks the order": (
        dated("2024", "2022", "2012", "2021", "2020", "2019", "2018", "2017"),
        ["3:23 2012: warning PV214 2012 is out of order: the dates around it run from newest to oldest"],
    ),
    "an entry that breaks the order": (
        "\n\n".join(
            f"## Post {y} {{org=X date={y}/{y + 1}}}" for y in (2001, 2003, 2005, 2007, 1999, 2009, 2011, 2013)
        ),
        ["9:26 1999/2000: warning PV214 1999/2000 is out of order: the dates around it run from oldest to newest"],
    ),
    "the last date that breaks the order": (
        dated(*DATES, "2023"),
        ["8:23 2023: warning PV214 2023 is out of order: the dates around it run from newest to oldest"],
    ),
    "repeated ids": (
        "# A {#a}\n\n# B {#b .core}\n\nText. {.core #a}\n\n[x]{#b}\n",
        [
            "5:14 #a: error PV215 the id “a” is already used in line 1",
            "7:5 #b: error PV215 the id “b” is already used in line 3",
        ],
    ),
    "a publication twice": (
        "1. Example A and Sample B (2022). “Why examples mater to all”. *arXiv* 1234.\n\n"
        "# More\n\n- Example, A., Sample, B. (2023). “Why Examples Matter to All.” Journal 3.\n",
        [
            "5:1 - Example, A., Sample, B. (2023). “Why Examples Matter to All.” Journal 3.: warning PV216 this"
            " publication looks like the one in line 1",
        ],
    ),
    "a publication twice, without quotation marks": (
        "- Example, A. (2019). On titles without any marks. *Journal*, 12.\n"
        "- Example, A. (2019). On titles without any marks. *Journal*, 12.\n",
        [
            "2:1 - Example, A. (2019). On titles without any marks. *Journal*, 12.: warning PV216 this publication looks"
            " like the one in line 1",
        ],
    ),
    "a missing number in a list": (
        "1. a\n2. b\n4. c\n5. d\n",
        ["3:1 4.: warning PV217 4. follows 2. in a list that is numbered by hand"],
    ),
    "a repeated number in a descending list": (
        "> 9) a\n> 8) b\n> 8) c\n> 7) d\n",
        ["3:3 8): warning PV217 8) follows 8) in a list that is numbered by hand"],
    ),
    "references with a gap": (
        "- [12] a\n- [13] b\n- [14] c\n- [16] d\n\n[J4] a\n\n**[J3]** b\n\n[J1] c\n\n[J0] d\n",
        ["4:3 [16]: warning PV217 [16] follows [14]", "10:1 [J1]: warning PV217 [J1] follows [J3]"],
    ),
    "a link to an unknown id": (
        "# Talks\n\nSee [there](#tlaks) and [here](#talks).\n",
        ["3:5 [there](#tlaks): warning PV218 this link leads to the id “tlaks”, which does not exist"],
    ),
    "broken addresses": (
        "<https://doi.org/10.1234/> [a](https://doi.org) <https://exampl>\n"
        "[b](https://orcid.org/0000-0002-1825-009) [c](https://a.example/x%2) <https://https://a.example>\n"
        "[d](<https://a.example/b c>) <https://a.example/long...> [e](mailto:ada)\n"
        "<https://doi.org/10.1> [f](www.a.example) <http://intern/x>\n",
        [
            "1:2 https://doi.org/10.1234/: warning PV219 the address https://doi.org/10.1234/ is cut off",
            "1:32 https://doi.org: warning PV219 the address https://doi.org is cut off",
            "1:50 https://exampl: warning PV219 the address https://exampl is cut off",
            "2:5 https://orcid.org/0000-0002-1825-009: warning PV219 the address https://orcid.org/0000-0002-1825-009"
            " is cut off",
            "2:47 https://a.example/x%2: warning PV219 the address https://a.example/x%2 is cut off",
            "2:71 https://https://a.example: warning PV219 the address https://https://a.example starts with http:// or https:// twice",
            "3:6 https://a.example/b c: warning PV219 the address https://a.example/b c contains a space",
            "3:31 https://a.example/long...: warning PV219 the address https://a.example/long... is cut off",
            "3:62 mailto:ada: warning PV219 the address mailto:ada is not an e-mail address",
            "4:2 https://doi.org/10.1: warning PV219 the address https://doi.org/10.1 is cut off",
            "4:28 www.a.example: warning PV219 the address www.a.example does not start with https://",
            "4:44 http://intern/x: warning PV219 the address http://intern/x names a host that others cannot reach",
        ],
    ),
    "a space that breaks a link": (
        "An [article](https://a.example/b c) and <https://a.example/d e>.\n",
        [
            "1:14 https://a.example/b c: warning PV219 the address https://a.example/b c contains a space",
            "1:42 https://a.example/d e: warning PV219 the address https://a.example/d e contains a space",
        ],
    ),
    "an address in the front matter": (
        "---\nname: Ada Example\nlinks:\n  - label: me\n    url: https://exampl\n---\n\nText.\n",
        ["5:10 https://exampl: warning PV219 the address https://exampl is cut off"],
    ),
    "a heading that skips a level": (
        "# A\n\n### B\n\n### C\n\n#### D\n",
        ["3:1 ### B: warning PV220 a level 3 heading is directly below a level 1 heading"],
    ),
    "a bold paragraph as a heading": (
        "# A\n\n**Talks**\n\n- a\n\n**Posters**\n\n- b\n",
        ["3:1 **Talks**: warning PV221 “Talks” looks like a heading, but is only bold text (2 places: lines 3, 7)"],
    ),
    "quotation marks": (
        '„offen und nichts.\n\n# x\n\nSo” endet.\n\n# x\n\n- «ouvert\n- \\*a &amp; “b\n\n# x\n\nOne " alone, ,,so“\n',
        [
            "1:1 „: warning PV222 „ is opened but not closed",
            "5:3 ”: warning PV222 ” is closed but was not opened",
            "9:3 «: warning PV222 « is opened but not closed",
            "10:13 “: warning PV222 “ is opened but not closed",
            '14:5 ": warning PV222 the quotation mark " has no partner',
            "14:18 “: warning PV222 “ is closed but was not opened",
        ],
    ),
    "brackets": (
        "A (b.\n\n# x\n\nMüller *et al*.) wrote [this.\n\n# x\n\n(a [b) c\n",
        [
            "1:3 (: warning PV223 ( is opened but not closed",
            "5:16 ): warning PV223 ) is closed but was not opened",
            "5:24 [: warning PV223 [ is opened but not closed",
            "9:4 [: warning PV223 [ is opened but not closed",
        ],
    ),
}


@pytest.mark.parametrize("name", FINDINGS)
def test_findings(name: str) -> None:
    text, expected = FINDINGS[name]
    assert describe(text) == expected


CLEAN = {
    "tags that are used, listed, or classes of code": (
        "---\ntags: [hobby]\n---\n\n# A {.hobby .core}\n\n[S. Example]{.me} `x`{.python} [15]{count=\"hobby\"}\n"
    ),
    "a bold date below an entry": "# A\n\n## Teacher\n\n**Jun 2021 – today | Remote**\n\nText.\n",
    "a tag that only a count uses": "# A {.counted}\n\n[1]{count=\"counted\"}\n",
    "a key that occurs twice": "Text. {dat=x}\n\nText. {dat=x}\n",
    "your own keys": "# A {topic=x}\n\nText. {country=DE}\n\nText. {dates=hidden lang=de org=x place=y}\n",
    "numbered names": "- a {.core rank1=x}\n- b {.core rank2=x}\n",
    "all forms of dates": "- a {date=2018}\n- b {date=2018-12}\n- c {date=2018-12-19}\n- d {date=2012/2013}\n- e {date=2021/..}\n",
    "dates ordered by their end": dated("2010/..", "2025/..", "2019/2020", "2014/2018", "2013/2014", "2011/2013", "2009/2011"),
    "dates that overlap": dated("2024", "2024-05", "2023", "2022", "2021", "2020", "2019-02", "2019"),
    "dates without an order": dated("2024", "2012", "2021", "2020", "2022", "2018", "2019"),
    "few dates": dated("2024", "2020", "2022"),
    "an id in two languages": "# A {#a lang=en}\n\nx\n\n# B {#a lang=de}\n\ny\n",
    "a footnote with two marks": "One[^a] and two[^a].\n\n[^a]: [Note]{#n} on „both“ [x](https://a.example).\n",
    "parts of one publication, and similar titles": (
        "1. Example A and Sample B (2022). “Learning from examples, part I”. *Journal* 1.\n"
        "2. Example A and Sample B (2022). “Learning from examples, part II”. *Journal* 2.\n"
        "3. Example A and Sample B (2022). “Explaining hands on the left side”. *Journal* 2.\n"
        "4. Example A and Sample B (2022). “Explaining hands on the right side”. *Journal* 2.\n"
        "5. Example A and Sample B (2022). “Training on Images21k at scale”. *Journal* 2.\n"
        "6. Example A and Sample B (2022). “Training on Images22k at scale”. *Journal* 2.\n"
        "7. Other C and Else D (2022). “Explaining hands on the right side”. *Journal* 2.\n"
    ),
    "repeated talks and courses": (
        "- Ada Example. “What examples can tell us”. Oslo, 2021 {date=2021}\n"
        "- Ada Example. “What examples can tell us”. Rome, 2022 {date=2022}\n"
        "- **SS 11** Foundations of Something (“Examples and their counterexamples”) {date=2011-04}\n"
        "- **SS 10** Foundations of Something (“Examples and their counterexamples”) {date=2010-04}\n"
        "- Best Paper Award: “What examples can tell us” {date=2022}\n"
    ),
    "lists that restart, count down, or do not count": "1. a\n1. b\n1. c\n\n# x\n\n3. a\n2. b\n1. c\n\n# x\n\n4. a\n5. b\n",
    "references by year, and few references": "- [2019] a\n- [2018] b\n- [2016] c\n- [2015] d\n\n[1] a\n\n[2] b\n\n[4] c\n",
    "references with two prefixes": "[J1] a\n\n[J2] a\n\n[J3] a\n\n[C1] a\n\n[C2] a\n\n[C3] a\n",
    "addresses": (
        "<https://doi.org/10.1234/a.b> [a](https://en.example.org/Foo_(bar)) <https://orcid.org/0000-0002-1825-0097>\n"
        "[b](http://localhost:80/x) [c](mailto:ada@a.example) <ada@a.example> [d](https://ex.org/%C3%BC?q=a&b=c#d) [e](cv.pdf)\n"
        "(see https://a.example/b) and [f](https://xn--bcher-kva.example) [g](http://192.0.2.1/) [h](https://bücher.example/a)\n"
        "<https://doi.org/10/hb3d> <https://doi.org/hb3d> <https://orcid.org/signin>\n"
    ),
    "headings": "## A\n\n### B\n\n# C\n\n## D\n\n::: {.core}\n### E\n:::\n",
    "bold text that is not a heading": "# A\n\n**Note:** text\n\n**A whole sentence in bold.**\n\nText.\n\n**Ada Example**\n\n**Bob Sample**\n\n# B\n\n**Last**\n",
    "long bold text": f"# A\n\n**{'long ' * 12}text**\n\nText.\n",
    "bold text before the first heading": "**Ada Example**\n\nText.\n",
    "quotation marks in many languages": (
        "„So ist’s“, »dänisch«, »svenska», ”suomi”, “English”, « français », «italiano», „polski”, \"straight\".\n\n"
        "“‘Inner’ outer”, „Das “Best Paper” hier“, „Clever-Hans“-Effekt, “A”–“B”, “a”/“b”, [“x”], (“Algorithms”): 5'10\" tall.\n\n"
        "Isn't rock ’n’ roll the '90s' best? `code \" (` <https://a.example/(x> **„fett“** *»kursiv«* [„x“]{.core}.\n\n"
        "The project \"Horizon 2020\" of 2019, \"x\".\n\nThe project \"Horizon 2020\" and a 15\" screen.\n\nHome » Talks\n\n“A quotation of two paragraphs\n\n“closes once.”\n"
    ),
    "brackets without partner in lists, smileys and intervals": (
        "It has a) one, b) two, iii) three and 12) twelve :-) or :( or ;). Half-open: [0, 1) and ]0, 1[ (n = 3).\n\n"
        "\\[escaped\\] (rank(ns)=114,641) (a [b] c) `(` and [0,1)\n\n(An aside of\n\ntwo paragraphs.)\n"
    ),
    "a ditto mark": "| a | b |\n| - | - |\n| x | \" |\n",
}  # fmt: skip


@pytest.mark.parametrize("name", CLEAN)
def test_sources_without_findings(name: str) -> None:
    assert describe(CLEAN[name]) == []


def test_hints() -> None:
    text = "# Tlak {#a .tlak}\n\n[x](#nothing)\n\n### B\n\n**Bold**\n\nx\n"
    assert [(finding.code, finding.hint) for finding in findings_in(text)] == [
        ("PV210", "did you mean “talk”?"),
        ("PV218", "write {#nothing} after the heading that the link leads to"),
        ("PV220", "start it with ##; tables of contents and screen readers rely on heading levels"),
        ("PV221", "write “#### Bold”, so that filters and tables of contents find it"),
    ]


def test_unused_tags_are_reported_only_if_all_filters_are_known() -> None:
    text = "# A {.hobby}\n"
    assert [finding.code for finding in findings_in(text)] == ["PV210"]
    assert findings_in(text, all_filters=False) == []
    assert findings_in("- a {.cs}\n- b {.cs}\n- c {.cs}\n- d {.cv}\n", all_filters=False) == []
    assert findings_in(text, NamesInUse()) == []


@pytest.mark.parametrize(
    ("one", "other", "typo"),
    [
        ("dat", "date", True),
        ("daet", "date", True),
        ("dote", "date", True),
        ("datee", "date", True),
        ("date", "date", False),
        ("de", "date", False),
        ("etad", "date", False),
        ("part1", "part2", False),
        ("part", "part2", False),
    ],
)
def test_differs_by_typo(one: str, other: str, typo: bool) -> None:
    assert differs_by_typo(one, other) is typo
    assert differs_by_typo(other, one) is typo


def test_the_cv_and_the_scaffold_have_no_findings(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for folder in (ROOT, ROOT / "pipeline" / "polyvita" / "cli" / "scaffold"):
        from polyvita.builder.plan import make_plan

        plan = make_plan(folder / "cv.md", outputs=tmp_path, timestamp=0)
        text = (folder / "cv.md").read_text(encoding="utf-8")
        names = names_in_use([(job.filter, job.rules) for job in plan.jobs])
        assert list(lint(plan.cv.parsed, text, folder, names)) == []


# ---------------------------------------------------------------- the command


def write_cv(folder: Path, text: str, filter: str = "formats: [html]\nselect: core\n") -> Path:
    (folder / "filters").mkdir()
    (folder / "filters" / "a.yaml").write_text(filter, encoding="utf-8")
    source = folder / "cv.md"
    source.write_text(text, encoding="utf-8")
    return source


def test_check_proofreads_and_build_only_reports_invalid_values(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    write_cv(tmp_path, "# A {#a .core}\r\n\r\nA (b. {date=2018-22}\r\n\r\n# B {#a .hobby}\r\n\r\nx\r\n")
    monkeypatch.chdir(tmp_path)
    for _ in range(2):  # The second build finds no changes.
        assert main(["build"]) == 1
        assert [line[:13] for line in capsys.readouterr().err.splitlines() if "[PV" in line] == ["cv.md:3:13: e"]
    assert (tmp_path / "outputs/a.html").is_file()
    assert main(["check"]) == 1
    assert [line.split(": ", 1)[0] + line[-4:] for line in capsys.readouterr().err.splitlines() if "[PV" in line] == [
        "cv.md:3:3osed",
        "cv.md:3:13h 22",
        "cv.md:5:6ne 1",
        "cv.md:5:9bby”",
    ]
    assert main(["check", "a"]) == 1
    assert "PV210" not in capsys.readouterr().err


def test_tags_are_not_reported_as_unused_with_pandoc_filters(tmp_path: Path) -> None:
    source = write_cv(tmp_path, "# A {.hobby}\n\n# B {.core}\n\nx\n")
    assert [finding.code for finding in build(source, strict=True).findings] == ["PV210"]
    (tmp_path / "filters" / "a.lua").write_text("return {}", encoding="utf-8")
    (tmp_path / "filters" / "a.yaml").write_text("formats: [html]\nselect: core\npandoc_filters: [a.lua]\n")
    assert list(build(source, strict=True).findings) == []


@pytest.mark.usefixtures("bare_machine")
def test_characters_that_no_font_can_show_are_located_in_the_source(tmp_path: Path) -> None:
    text = "---\nname: Ada 例\n---\n\n# Bio\n\n\\*山田&#x5C71; and 😀\nand *田* `山` ไทย\n\n    한\n"
    built = build(write_cv(tmp_path, text, "formats: [pdf]\n"))
    lines = text.split("\n")
    assert built.exit_status == 2
    assert [
        (
            location.line,
            lines[location.line - 1][location.column - 1 :][: location.width],
            finding.message,
            finding.hint,
        )
        for finding in built.findings
        for location in [finding.location]
    ] == [
        (2, "例", "no available font can show 例 (U+4F8B)", hint("Noto Serif CJK SC")),
        (7, "山田&#x5C71;", "no available font can show 山 (U+5C71) and 田 (U+7530)", hint("Noto Serif CJK SC")),
        (
            7,
            "😀",
            "no available font can show 😀 (U+1F600); the PDF leaves this out",
            "put an emoji font into fonts/ beside the CV, or write the word",
        ),
        (8, "ไทย", "no available font can show ไ (U+0E44), ท (U+0E17) and ย (U+0E22)", hint("Noto Serif Thai")),
        (10, "한", "no available font can show 한 (U+D55C)", hint("Noto Serif CJK KR")),
    ]


def hint(family: str) -> str:
    return f"install a font such as {family}, or put its files into fonts/ beside the CV"


def test_fonts_for_scripts() -> None:
    families = {suggest_font(char) for char in "山ひハ한عשนनΣЖ𝓐⛵😀⅌𒀀ދ\ue000"}
    assert families == {
        "Noto Serif CJK SC",
        "Noto Serif CJK JP",
        "Noto Serif CJK KR",
        "Noto Naskh Arabic",
        "Noto Serif Hebrew",
        "Noto Serif Thai",
        "Noto Serif Devanagari",
        "Noto Sans Cuneiform",
        "Noto Sans Thaana",
        "Noto Sans Math",
        "Noto Color Emoji",
        "Noto Sans Symbols 2",
        "Noto Serif",
    }


def png(width: int, extra: int = 0) -> bytes:
    """Return a white picture, one pixel high, with `extra` unused bytes."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, 1, 8, 0, 0, 0, 0)
    rows = zlib.compress(b"\0" + b"\xff" * width)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", rows)
        + chunk(b"teXt", b"x" * extra)
        + chunk(b"IEND", b"")
    )


IMAGES = """# A {.core}

Me ![a](wide.png) or ![b](small.png){width=3cm} or ![c](wide.png){width=2cm} or ![d](heavy.png)
but ![e](gone.png), ![f](../up.png), ![g](me.tiff) and ![h](https://a.example/x.png) with ![i](narrow.png){width=3cm}.
"""


def test_images(tmp_path: Path) -> None:
    for name, content in {
        "wide.png": png(8000),
        "small.png": png(700),
        "narrow.png": png(1000),
        "heavy.png": png(10, 5_200_000),
        "me.tiff": b"II",
    }.items():
        (tmp_path / name).write_bytes(content)
    small = "save a smaller copy, and use that file"
    found = findings_in(IMAGES, folder=tmp_path)
    assert describe(IMAGES, folder=tmp_path) == [
        "3:4 ![a](wide.png): warning PV224 the image wide.png is 8000 pixels wide; for its width on the page, print"
        " needs 2480",
        "3:52 ![c](wide.png){width=2cm}: warning PV224 the image wide.png is 8000 pixels wide; for its width on the page,"
        " print needs 236",
        "3:81 ![d](heavy.png): warning PV224 the image heavy.png has 5.2 MB, more than the recommended 5 MB",
        "4:5 ![e](gone.png): error PV307 image gone.png not found in the folder of the CV; the outputs show its text "
        "instead",
        "4:21 ![f](../up.png): error PV306 the image ../up.png is outside the folder of the CV; the outputs show its "
        "text instead",
        "4:38 ![g](me.tiff): error PV308 the image me.tiff has a format that not every output can show; the outputs show "
        "its text instead",
    ]
    assert {finding.hint for finding in found if finding.code == "PV224"} == {small}


@pytest.mark.parametrize("filter", ["formats: [html]\n", "formats: [docx, pdf]\n", "pages: {most: 1, fit: drop}\n"])
def test_images_that_no_output_can_show_are_one_finding(tmp_path: Path, filter: str) -> None:
    source = write_cv(tmp_path, "# A\n\nMe ![a](gone.png) and ![b](wide.tiff).\n", filter)
    result = build(source, strict=True)
    (finding,) = result.findings
    assert (finding.code, finding.location.line, finding.location.column, finding.location.width) == ("PV307", 3, 4, 14)
    assert finding.message.endswith("(2 places: line 3)")
    assert result.exit_status == 1
    assert all(status.path.exists() for status in result.results)


# ---------------------------------------------------------------- laws

_PIECES = (
    "“a” „b“ «c» (d) [e] ” “ „ « » ( ) [ ] \" ' {.a} {.b¦date=2018-22¦.pub} {#x} {#y¦dat=1¦priority=x} {date=2011} # ## ####"
    " **b** - 1. 3. 7) [1] [3] [12] [x](#y) [x](http://a) <http://b> ![i](u.png) `c` &amp; &quot; \\* :: | > \t a 10 Example"
    " and (2020). Example¦A¦and¦Sample¦B¦(2020).¦“A¦title¦of¦words”. *e* [^n] [^n]: :-) :::"
)
PIECES = [piece.replace("¦", " ") for piece in _PIECES.split(" ")]
SEPARATORS = (" ", "\n", "\n\n", "\n\n- ", "\n    ")


@given(st.integers(0, 2**32), st.integers(1, 60))
def test_any_text_can_be_checked_and_every_location_is_in_the_text(seed: int, size: int) -> None:
    random = Random(seed)
    text = "".join(random.choice(PIECES) + random.choice(SEPARATORS) for _ in range(size))
    with contextlib.suppress(InputError):
        check_locations(text)


@given(markdown)
def test_every_location_is_in_the_text(text: str) -> None:
    with contextlib.suppress(InputError):
        check_locations(text)


def check_locations(text: str) -> None:
    lines = text.split("\n")
    for finding in findings_in(text):
        location = finding.location
        assert location.file == "cv.md"
        assert 1 <= location.line <= len(lines), finding
        assert location.column >= 1, finding
        assert location.column - 1 + location.width <= max(1, len(lines[location.line - 1])), finding


@given(documents)
def test_any_document_can_be_checked(document: Document) -> None:
    assert len(CHECKS) > 10
    for finding in lint(document, "", Path(), FILTERS):
        assert finding.location.line == 0, finding


def publications(number: int, *, again: int = 0) -> Document:
    """Return publications of one research group, with the same few hundred words. The first `again` are repeated."""
    random = Random(number)
    vocabulary = [f"{stem}{end}" for stem in ("learn", "explain", "model", "data", "brain") for end in range(40)]
    items = [
        f"{i}. Example A and Sample B ({random.randint(2000, 2025)}). “{' '.join(random.sample(vocabulary, 9))}”. *J* {i}."
        for i in range(1, number + 1)
    ]
    return read_text("\n".join((*items, *items[:again])))


@pytest.mark.slow
def test_the_comparisons_grow_linearly_with_the_publications() -> None:
    compared = {}
    for number in (100, 1000, 3000):
        works = list(publications_of(node for node in walk(publications(number)) if isinstance(node, ListItem)))
        assert len(works) == number
        compared[number] = sum(1 for _ in candidate_pairs(works)) / number
    assert compared[3000] <= 40
    assert compared[3000] < 1.3 * compared[1000]


@pytest.mark.slow
def test_copies_are_found_among_many_publications() -> None:
    found = list(lint(publications(1000, again=3), "", Path(), FILTERS))
    assert [finding.location.line for finding in found] == [1001, 1002, 1003]


def test_all_copies_of_a_publication_are_found() -> None:
    line = "- Example A and Sample B (2020). “One title for all of them”. *Journal* 1."
    assert [finding.location.line for finding in findings_in("\n".join([line] * 40))] == list(range(2, 41))


def test_a_publication_has_a_title_and_the_words_before_it() -> None:
    [item] = [
        node
        for node in walk(read_text("- Müller-X K and Sample B (2020). “On a Fairly Short Title”. J."))
        if isinstance(node, ListItem)
    ]
    [publication] = publications_of([item])
    assert publication == Publication(
        item,
        frozenset({"muller", "and", "sample"}),
        frozenset({"Müller-X", "Sample"}),
        ("on", "a", "fairly", "short", "title"),
        ("2020", ""),
    )
