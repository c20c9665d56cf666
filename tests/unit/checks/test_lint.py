"""What `polyvita check` sees in a source as a careful reader would: word for word and with its place; and what it does not."""

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
from polyvita.checks.lint import CHECKS, Named, lint, named_by
from polyvita.checks.lint.duplicates import Publication, candidates, publications_of
from polyvita.checks.lint.names import one_slip
from polyvita.cli.main import main
from polyvita.config.expression_parser import parse_expression
from polyvita.core.diagnostics import Finding, InputError
from polyvita.core.document import Document, ListItem, walk
from polyvita.writers.fonts import suggest_font
from random_documents import documents
from random_markdown import markdown
from repository import ROOT

FILTERS = named_by(parse_expression("pub or talk or core"), parse_expression("topic == x"))


def proofs(text: str, named: Named = FILTERS, *, all_filters: bool = True, folder: Path = Path()) -> list[Finding]:
    document = read_text(text, file="cv.md")
    found = list(lint(document, text, folder, named, all_filters=all_filters))
    return sorted(found, key=lambda finding: (finding.location.line, finding.location.column))


def said(text: str, **options: object) -> list[str]:
    """Each finding as `line:column the characters it points at: severity code message`."""
    lines = text.split("\n")
    shown = []
    for finding in proofs(text, **options):  # type: ignore[arg-type]
        location = finding.location
        at = lines[location.line - 1][location.column - 1 : location.column - 1 + location.width]
        shown.append(f"{location.line}:{location.column} {at}: {finding.severity} {finding.code} {finding.message}")
    return shown


DATES = ["2024", "2022", "2021", "2020", "2019", "2018", "2017"]


def dated(*dates: str) -> str:
    return "\n".join(f"- Item number {number} {{date={date}}}" for number, date in enumerate(dates, 1))


STORIES = {
    "a tag that no filter uses": (
        "# A {.pub .hobby}\n\nText. {.hobby}\n",
        ["1:11 .hobby: warning PV210 no filter uses the tag “hobby”"],
    ),
    "a tag in another": (
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
            "4:12 .positon: warning PV211 the tag “positon” is there once, “position” 3 times",
        ],
    ),
    "keys that mean nothing": (
        "# A {.core dat=2018}\n\nText. {.core prority=1 ogr=x}\n",
        [
            "1:12 dat=: warning PV212 the key “dat” means nothing, and is there once",
            "3:14 prority=: warning PV212 the key “prority” means nothing, and is there once",
            "3:24 ogr=: warning PV212 the key “ogr” means nothing, and is there once",
        ],
    ),
    "dates that cannot be": (
        "- a {date=2024-22}\n- b {.core date=\"2019/2018\"}\n- c {date='May'}\n- d {date=2023-02-29}\n",
        [
            "1:11 2024-22: error PV213 “2024-22” is no date: there is no month 22",
            "2:18 2019/2018: error PV213 “2019/2018” is no date: it ends before it starts",
            "3:12 May: error PV213 “May” is no date: a date is written 2018, 2018-12 or 2018-12-19, an interval"
            " 2012/2013 or 2021/..",
            "4:11 2023-02-29: error PV213 “2023-02-29” is no date: 2023-02 has no day 29",
        ],
    ),
    "a priority that cannot be": (
        "Text. {priority=12}\n\nText. {priority=high}\n",
        [
            "1:17 12: error PV213 “12” is no priority: these are 1 to 9",
            "3:17 high: error PV213 “high” is no priority: these are 1 to 9",
        ],
    ),
    "a date that breaks the order": (
        dated("2024", "2022", "2012", "2021", "2020", "2019", "2018", "2017"),
        ["3:23 2012: warning PV214 2012 is out of order: the dates around it run newest first"],
    ),
    "an entry that breaks the order": (
        "\n\n".join(
            f"## Post {y} {{org=X date={y}/{y + 1}}}" for y in (2001, 2003, 2005, 2007, 1999, 2009, 2011, 2013)
        ),
        ["9:26 1999/2000: warning PV214 1999/2000 is out of order: the dates around it run oldest first"],
    ),
    "the last date that breaks the order": (
        dated(*DATES, "2023"),
        ["8:23 2023: warning PV214 2023 is out of order: the dates around it run newest first"],
    ),
    "ids that are there twice": (
        "# A {#a}\n\n# B {#b .core}\n\nText. {.core #a}\n\n[x]{#b}\n",
        [
            "5:14 #a: error PV215 the id “a” is there already, in line 1",
            "7:5 #b: error PV215 the id “b” is there already, in line 3",
        ],
    ),
    "a publication twice": (
        "1. Example A and Sample B (2022). “Why examples mater to all”. *arXiv* 1234.\n\n"
        "# More\n\n- Example, A., Sample, B. (2023). “Why Examples Matter to All.” Journal 3.\n",
        [
            "5:1 - Example, A., Sample, B. (2023). “Why Examples Matter to All.” Journal 3.: warning PV216 this looks"
            " like the publication in line 1",
        ],
    ),
    "a publication twice, without quotation marks": (
        "- Example, A. (2019). On titles without any marks. *Journal*, 12.\n"
        "- Example, A. (2019). On titles without any marks. *Journal*, 12.\n",
        [
            "2:1 - Example, A. (2019). On titles without any marks. *Journal*, 12.: warning PV216 this looks like the"
            " publication in line 1",
        ],
    ),
    "a number that is missing in a list": (
        "1. a\n2. b\n4. c\n5. d\n",
        ["3:1 4.: warning PV217 4. follows 2. in a list that is numbered by hand"],
    ),
    "a number that is twice in a list that counts down": (
        "> 9) a\n> 8) b\n> 8) c\n> 7) d\n",
        ["3:3 8): warning PV217 8) follows 8) in a list that is numbered by hand"],
    ),
    "references with a gap": (
        "- [12] a\n- [13] b\n- [14] c\n- [16] d\n\n[J4] a\n\n**[J3]** b\n\n[J1] c\n\n[J0] d\n",
        ["4:3 [16]: warning PV217 [16] follows [14]", "10:1 [J1]: warning PV217 [J1] follows [J3]"],
    ),
    "a link to a part that is not there": (
        "# Talks\n\nSee [there](#tlaks) and [here](#talks).\n",
        ["3:5 [there](#tlaks): warning PV218 nothing has the id “tlaks” to which this link leads"],
    ),
    "addresses that are broken": (
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
            "2:71 https://https://a.example: warning PV219 the address https://https://a.example begins twice",
            "3:6 https://a.example/b c: warning PV219 the address https://a.example/b c has a blank in it",
            "3:31 https://a.example/long...: warning PV219 the address https://a.example/long... is cut off",
            "3:62 mailto:ada: warning PV219 the address mailto:ada is no e-mail address",
            "4:2 https://doi.org/10.1: warning PV219 the address https://doi.org/10.1 is cut off",
            "4:28 www.a.example: warning PV219 the address www.a.example has no https:// before it",
            "4:44 http://intern/x: warning PV219 the address http://intern/x names no host that others can reach",
        ],
    ),
    "a link that is none for its blank": (
        "An [article](https://a.example/b c) and <https://a.example/d e>.\n",
        [
            "1:14 https://a.example/b c: warning PV219 the address https://a.example/b c has a blank in it",
            "1:42 https://a.example/d e: warning PV219 the address https://a.example/d e has a blank in it",
        ],
    ),
    "an address in the front matter": (
        "---\nname: Ada Example\nlinks:\n  - label: me\n    url: https://exampl\n---\n\nText.\n",
        ["5:10 https://exampl: warning PV219 the address https://exampl is cut off"],
    ),
    "a heading that skips a level": (
        "# A\n\n### B\n\n### C\n\n#### D\n",
        ["3:1 ### B: warning PV220 a heading of level 3 stands right under one of level 1"],
    ),
    "a bold paragraph as a heading": (
        "# A\n\n**Talks**\n\n- a\n",
        ["3:1 **Talks**: warning PV221 “Talks” is bold and looks like a heading, but is none"],
    ),
    "quotation marks": (
        '„offen und nichts.\n\n# x\n\nSo” endet.\n\n# x\n\n- «ouvert\n- \\*a &amp; “b\n\n# x\n\nOne " alone, ,,so“\n',
        [
            "1:1 „: warning PV222 „ is opened and not closed",
            "5:3 ”: warning PV222 ” closes what is not opened",
            "9:3 «: warning PV222 « is opened and not closed",
            "10:13 “: warning PV222 “ is opened and not closed",
            '14:5 ": warning PV222 a quotation mark " has no other half',
            "14:18 “: warning PV222 “ closes what is not opened",
        ],
    ),
    "brackets": (
        "A (b.\n\n# x\n\nMüller *et al*.) wrote [this.\n\n# x\n\n(a [b) c\n",
        [
            "1:3 (: warning PV223 ( is opened and not closed",
            "5:16 ): warning PV223 ) closes what is not opened",
            "5:24 [: warning PV223 [ is opened and not closed",
            "9:4 [: warning PV223 [ is opened and not closed",
        ],
    ),
}


@pytest.mark.parametrize("name", STORIES)
def test_what_is_seen(name: str) -> None:
    text, expected = STORIES[name]
    assert said(text) == expected


NOTHING = {
    "tags that are used, listed, or say what a text is": (
        "---\ntags: [hobby]\n---\n\n# A {.hobby .core}\n\n[S. Example]{.me} `x`{.python} [15]{count=\"hobby\"}\n"
    ),
    "tags that only counts use": "# A {.counted}\n\n[1]{count=\"counted\"}\n",
    "keys that are there twice": "Text. {dat=x}\n\nText. {dat=x}\n",
    "keys of one's own": "# A {topic=x}\n\nText. {country=DE}\n\nText. {dates=hidden lang=de org=x place=y}\n",
    "numbered names": "- a {.core rank1=x}\n- b {.core rank2=x}\n",
    "dates of all kinds": "- a {date=2018}\n- b {date=2018-12}\n- c {date=2018-12-19}\n- d {date=2012/2013}\n- e {date=2021/..}\n",
    "dates in order by their end": dated("2010/..", "2025/..", "2019/2020", "2014/2018", "2013/2014", "2011/2013", "2009/2011"),
    "dates that overlap": dated("2024", "2024-05", "2023", "2022", "2021", "2020", "2019-02", "2019"),
    "dates without an order": dated("2024", "2012", "2021", "2020", "2022", "2018", "2019"),
    "few dates": dated("2024", "2020", "2022"),
    "an id in two languages": "# A {#a lang=en}\n\nx\n\n# B {#a lang=de}\n\ny\n",
    "a footnote with two marks": "One[^a] and two[^a].\n\n[^a]: [Note]{#n} on „both“ [x](https://a.example).\n",
    "parts of one work, and works of one name": (
        "1. Example A and Sample B (2022). “Learning from examples, part I”. *Journal* 1.\n"
        "2. Example A and Sample B (2022). “Learning from examples, part II”. *Journal* 2.\n"
        "3. Example A and Sample B (2022). “Explaining hands on the left side”. *Journal* 2.\n"
        "4. Example A and Sample B (2022). “Explaining hands on the right side”. *Journal* 2.\n"
        "5. Example A and Sample B (2022). “Training on Images21k at scale”. *Journal* 2.\n"
        "6. Example A and Sample B (2022). “Training on Images22k at scale”. *Journal* 2.\n"
        "7. Other C and Else D (2022). “Explaining hands on the right side”. *Journal* 2.\n"
    ),
    "talks and courses that were given again": (
        "- Ada Example. “What examples can tell us”. Oslo, 2021 {date=2021}\n"
        "- Ada Example. “What examples can tell us”. Rome, 2022 {date=2022}\n"
        "- **SS 11** Foundations of Something (“Examples and their counterexamples”) {date=2011-04}\n"
        "- **SS 10** Foundations of Something (“Examples and their counterexamples”) {date=2010-04}\n"
        "- Best Paper Award: “What examples can tell us” {date=2022}\n"
    ),
    "lists that count anew, down, or not at all": "1. a\n1. b\n1. c\n\n# x\n\n3. a\n2. b\n1. c\n\n# x\n\n4. a\n5. b\n",
    "references by years, and few": "- [2019] a\n- [2018] b\n- [2016] c\n- [2015] d\n\n[1] a\n\n[2] b\n\n[4] c\n",
    "references of two kinds": "[J1] a\n\n[J2] a\n\n[J3] a\n\n[C1] a\n\n[C2] a\n\n[C3] a\n",
    "addresses": (
        "<https://doi.org/10.1234/a.b> [a](https://en.example.org/Foo_(bar)) <https://orcid.org/0000-0002-1825-0097>\n"
        "[b](http://localhost:80/x) [c](mailto:ada@a.example) <ada@a.example> [d](https://ex.org/%C3%BC?q=a&b=c#d) [e](cv.pdf)\n"
        "(see https://a.example/b) and [f](https://xn--bcher-kva.example) [g](http://192.0.2.1/) [h](https://bücher.example/a)\n"
        "<https://doi.org/10/hb3d> <https://doi.org/hb3d> <https://orcid.org/signin>\n"
    ),
    "headings": "## A\n\n### B\n\n# C\n\n## D\n\n::: {.core}\n### E\n:::\n",
    "bold that is no heading": "# A\n\n**Note:** text\n\n**A whole sentence in bold.**\n\nText.\n\n**Ada Example**\n\n**Bob Sample**\n\n# B\n\n**Last**\n",
    "bold that is long": f"# A\n\n**{'long ' * 12}text**\n\nText.\n",
    "bold before the first heading": "**Ada Example**\n\nText.\n",
    "quotation marks in many languages": (
        "„So ist’s“, »dänisch«, »svenska», ”suomi”, “English”, « français », «italiano», „polski”, \"straight\".\n\n"
        "“‘Inner’ outer”, „Das “Best Paper” hier“, „Clever-Hans“-Effekt, “A”–“B”, “a”/“b”, [“x”], (“Algorithms”): 5'10\" tall.\n\n"
        "Isn't rock ’n’ roll the '90s' best? `code \" (` <https://a.example/(x> **„fett“** *»kursiv«* [„x“]{.core}.\n\n"
        "The project \"Horizon 2020\" of 2019, \"x\".\n\nThe project \"Horizon 2020\" and a 15\" screen.\n\nHome » Talks\n\n“A quotation of two paragraphs\n\n“closes once.”\n"
    ),
    "brackets that are none": (
        "It has a) one, b) two, iii) three and 12) twelve :-) or :( or ;). Half-open: [0, 1) and ]0, 1[ (n = 3).\n\n"
        "\\[escaped\\] (rank(ns)=114,641) (a [b] c) `(` and [0,1)\n\n(An aside of\n\ntwo paragraphs.)\n"
    ),
    "a ditto mark": "| a | b |\n| - | - |\n| x | \" |\n",
}  # fmt: skip


@pytest.mark.parametrize("name", NOTHING)
def test_what_is_left_alone(name: str) -> None:
    assert said(NOTHING[name]) == []


def test_hints_say_how_to_mend() -> None:
    text = "# Tlak {#a .tlak dat=1}\n\n[x](#nothing)\n\n### B\n\n**Bold**\n\nx\n"
    assert [(finding.code, finding.hint) for finding in proofs(text)] == [
        ("PV210", "did you mean “talk”?"),
        ("PV212", "did you mean “date”?"),
        ("PV218", "write {#nothing} behind the heading it leads to"),
        ("PV220", "write ## before it; tables of contents and screen readers go by levels"),
        ("PV221", "write “#### Bold”, so that filters and tables of contents know it"),
    ]


def test_tags_are_unused_only_where_all_filters_are_known() -> None:
    text = "# A {.hobby}\n"
    assert [finding.code for finding in proofs(text)] == ["PV210"]
    assert proofs(text, all_filters=False) == []
    assert proofs("- a {.cs}\n- b {.cs}\n- c {.cs}\n- d {.cv}\n", all_filters=False) == []
    assert proofs(text, Named()) == []


@pytest.mark.parametrize(
    ("one", "other", "slip"),
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
def test_one_slip(one: str, other: str, slip: bool) -> None:
    assert one_slip(one, other) is slip
    assert one_slip(other, one) is slip


def test_the_cv_and_the_scaffold_earn_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for folder in (ROOT, ROOT / "pipeline" / "polyvita" / "cli" / "scaffold"):
        from polyvita.builder.plan import make_plan

        plan = make_plan(folder / "cv.md", outputs=tmp_path, timestamp=0)
        text = (folder / "cv.md").read_text(encoding="utf-8")
        named = named_by([(job.filter, job.rules) for job in plan.jobs])
        assert list(lint(plan.cv.parsed, text, folder, named)) == []


# ---------------------------------------------------------------- the command


def write_cv(folder: Path, text: str, filter: str = "formats: [html]\nselect: core\n") -> Path:
    (folder / "filters").mkdir()
    (folder / "filters" / "a.yaml").write_text(filter, encoding="utf-8")
    source = folder / "cv.md"
    source.write_text(text, encoding="utf-8")
    return source


def test_check_proofreads_and_build_names_what_cannot_be_read_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    write_cv(tmp_path, "# A {#a .core}\r\n\r\nA (b. {date=2018-22}\r\n\r\n# B {#a .hobby}\r\n\r\nx\r\n")
    monkeypatch.chdir(tmp_path)
    for _ in range(2):  # once more, where nothing has changed
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


def test_tags_that_pandoc_filters_may_use_are_left_alone(tmp_path: Path) -> None:
    source = write_cv(tmp_path, "# A {.hobby}\n\n# B {.core}\n\nx\n")
    assert [finding.code for finding in build(source, strict=True).report] == ["PV210"]
    (tmp_path / "filters" / "a.lua").write_text("return {}", encoding="utf-8")
    (tmp_path / "filters" / "a.yaml").write_text("formats: [html]\nselect: core\npandoc_filters: [a.lua]\n")
    assert list(build(source, strict=True).report) == []


def test_characters_that_no_font_shows_are_found_in_the_source(tmp_path: Path) -> None:
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
        for finding in built.report
        for location in [finding.location]
    ] == [
        (2, "例", "no font at hand can show 例 (U+4F8B)", hint("Noto Serif CJK SC")),
        (7, "山田&#x5C71;", "no font at hand can show 山 (U+5C71) and 田 (U+7530)", hint("Noto Serif CJK SC")),
        (
            7,
            "😀",
            "no font at hand can show 😀 (U+1F600)",
            "put a font that has it, such as Noto Color Emoji, into a folder fonts/ beside the CV, or write it another way",
        ),
        (8, "ไทย", "no font at hand can show ไ (U+0E44), ท (U+0E17) and ย (U+0E22)", hint("Noto Serif Thai")),
        (10, "한", "no font at hand can show 한 (U+D55C)", hint("Noto Serif CJK KR")),
    ]


def hint(family: str) -> str:
    return (
        f"put a font that has it, such as {family}, into a folder fonts/ beside the CV, or write “font: {family}” in the"
        " filter, where that is installed"
    )


def test_fonts_for_scripts() -> None:
    families = {suggest_font(char) for char in "山ひハ한عשนनΣЖ𝓐⛵😀⅌\ue000"}
    assert families == {
        "Noto Serif CJK SC",
        "Noto Serif CJK JP",
        "Noto Serif CJK KR",
        "Noto Naskh Arabic",
        "Noto Serif Hebrew",
        "Noto Serif Thai",
        "Noto Serif Devanagari",
        "Noto Serif Greek",
        "Noto Serif Cyrillic",
        "Noto Sans Math",
        "Noto Color Emoji",
        "Noto Sans Symbols 2",
        "Noto Serif",
    }


def png(width: int, extra: int = 0) -> bytes:
    """A white picture of one line, with so many bytes that mean nothing."""

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
    small = "save a smaller copy and name that one"
    found = proofs(IMAGES, folder=tmp_path)
    assert said(IMAGES, folder=tmp_path) == [
        "3:4 ![a](wide.png): warning PV224 the image wide.png is 8000 pixels wide; print needs 2480 for its width on the"
        " page",
        "3:52 ![c](wide.png){width=2cm}: warning PV224 the image wide.png is 8000 pixels wide; print needs 236 for its"
        " width on the page",
        "3:81 ![d](heavy.png): warning PV224 the image heavy.png has 5 MB; 5 MB are the most that an output should carry",
        "4:5 ![e](gone.png): error PV307 there is no image gone.png beside the CV",
        "4:21 ![f](../up.png): error PV306 the image ../up.png lies outside the folder of the CV",
        "4:38 ![g](me.tiff): error PV308 the image me.tiff is of no kind that all formats show",
        "4:56 ![h](https://a.example/x.png): error PV305 the image https://a.example/x.png is not a file",
    ]
    assert {finding.hint for finding in found if finding.code == "PV224"} == {small}


@pytest.mark.parametrize("filter", ["formats: [html]\n", "formats: [docx, pdf]\n", "pages: {most: 1, fit: drop}\n"])
def test_images_that_writers_refuse_are_found_in_the_source(tmp_path: Path, filter: str) -> None:
    source = write_cv(tmp_path, "# A\n\nMe ![a](gone.png) and ![b](wide.tiff).\n", filter)
    try:
        found = list(build(source, strict=True).report)
    except InputError as problem:
        found = list(problem.findings)
    assert [(f.code, f.location.line, f.location.column, f.location.width) for f in found] == [
        ("PV307", 3, 4, 14),
        ("PV307", 3, 23, 15),
    ]


# ---------------------------------------------------------------- laws

_PIECES = (
    "“a” „b“ «c» (d) [e] ” “ „ « » ( ) [ ] \" ' {.a} {.b¦date=2018-22¦.pub} {#x} {#y¦dat=1¦priority=x} {date=2011} # ## ####"
    " **b** - 1. 3. 7) [1] [3] [12] [x](#y) [x](http://a) <http://b> ![i](u.png) `c` &amp; &quot; \\* :: | > \t a 10 Example"
    " and (2020). Example¦A¦and¦Sample¦B¦(2020).¦“A¦title¦of¦words”. *e* [^n] [^n]: :-) :::"
)
PIECES = [piece.replace("¦", " ") for piece in _PIECES.split(" ")]
SEPARATORS = (" ", "\n", "\n\n", "\n\n- ", "\n    ")


@given(st.integers(0, 2**32), st.integers(1, 60))
def test_anything_can_be_proofread_and_every_place_is_in_the_text(seed: int, size: int) -> None:
    random = Random(seed)
    text = "".join(random.choice(PIECES) + random.choice(SEPARATORS) for _ in range(size))
    with contextlib.suppress(InputError):
        places_lie_in(text)


@given(markdown)
def test_every_place_is_in_the_text(text: str) -> None:
    with contextlib.suppress(InputError):
        places_lie_in(text)


def places_lie_in(text: str) -> None:
    lines = text.split("\n")
    for finding in proofs(text):
        location = finding.location
        assert location.file == "cv.md"
        assert 1 <= location.line <= len(lines), finding
        assert location.column >= 1, finding
        assert location.column - 1 + location.width <= max(1, len(lines[location.line - 1])), finding


@given(documents)
def test_no_document_is_too_odd(document: Document) -> None:
    assert len(CHECKS) > 10
    for finding in lint(document, "", Path(), FILTERS):
        assert finding.location.line == 0, finding


def publications(number: int, *, again: int = 0) -> Document:
    """So many publications of one research group: all out of the same few hundred words; some, at the end, again."""
    random = Random(number)
    vocabulary = [f"{stem}{end}" for stem in ("learn", "explain", "model", "data", "brain") for end in range(40)]
    items = [
        f"{i}. Example A and Sample B ({random.randint(2000, 2025)}). “{' '.join(random.sample(vocabulary, 9))}”. *J* {i}."
        for i in range(1, number + 1)
    ]
    return read_text("\n".join((*items, *items[:again])))


def test_the_work_grows_with_the_number_of_publications() -> None:
    compared = {}
    for number in (100, 1000, 3000):
        works = list(publications_of(node for node in walk(publications(number)) if isinstance(node, ListItem)))
        assert len(works) == number
        compared[number] = sum(1 for _ in candidates(works)) / number
    assert compared[3000] <= 40
    assert compared[3000] < 1.3 * compared[1000]


def test_a_copy_is_found_among_many() -> None:
    found = list(lint(publications(1000, again=3), "", Path(), FILTERS))
    assert [finding.location.line for finding in found] == [1001, 1002, 1003]


def test_all_copies_of_a_publication_are_found() -> None:
    line = "- Example A and Sample B (2020). “One title for all of them”. *Journal* 1."
    assert [finding.location.line for finding in proofs("\n".join([line] * 40))] == list(range(2, 41))


def test_a_work_is_a_title_and_what_stands_before_it() -> None:
    [item] = [
        node
        for node in walk(read_text("- Müller-X K and Sample B (2020). “On a Fairly Short Title”. J."))
        if isinstance(node, ListItem)
    ]
    [work] = publications_of([item])
    assert work == Publication(
        item,
        frozenset({"muller", "and", "sample"}),
        frozenset({"Müller-X", "Sample"}),
        ("on", "a", "fairly", "short", "title"),
        ("2020", ""),
    )
