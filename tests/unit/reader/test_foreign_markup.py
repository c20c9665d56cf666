"""Markup of other tools: what is found, where, what is not, and the findings about it."""

from __future__ import annotations

import string

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from polyvita.core.diagnostics import warning
from polyvita.core.document import Text, walk
from polyvita.core.location import Location
from polyvita.reader import parse_text
from polyvita.reader.foreign_markup import (
    Foreign,
    find_foreign,
    find_in_texts,
    foreign_findings,
    without_repetitions,
)


def found_in(text: str) -> list[Foreign]:
    return list(find_foreign(text.split("\n")))


def kinds_in(text: str) -> list[tuple[str, str]]:
    return [(foreign.kind, foreign.text) for foreign in found_in(text)]


INLINE = {
    "liquid": [
        "{{ site.title }}",
        '{{ page.date | date: "%Y" }}',
        "{{- x -}}",
        "{{x}}",
        "{{ 'a' | t }}",
        "{{ .Params.a }}",
        "{{#each a}}",
        "{{/each}}",
        "{% include a.html %}",
        "{%- if a.b == 'c' -%}",
        "{% endif %}",
        "{# a comment #}",
    ],
    "quarto-shortcode": ["{{< include _a.qmd >}}", "{{< fa brands github >}}", "{{< pagebreak >}}"],
    "hugo-shortcode": [
        "{{<youtube abc>}}",
        '{{< figure src="a.jpg" >}}',
        "{{< /details >}}",
        "{{% note %}}",
        "{{% /note %}}",
    ],
    "inline-code": ["`r nrow(x)`", "`r n_pubs`", "`r 2 + 2`", "`r pkg::f(x)`", "`{python} len(x)`"],
    "latex": [
        "\\textbf{bold}",
        "\\textbf{bold \\emph{x}}",
        "\\href{https://example.org}{x}",
        "\\vspace{-1em}",
        "\\newpage",
        "\\hfill",
        "\\normalfont",
        "\\faGithub",
        "\\cventry{2019}{a}{b}{}{}{}",
        "\\begin{itemize}",
        "\\end{itemize}",
        "\\includegraphics[width=2cm]{a.png}",
        '\\"{u}',
        '{\\"u}',
        "\\'{e}",
        "\\c{c}",
    ],
    "latex-quotes": ["``quoted''"],
    "myst": ["{ref}"],
    "restructuredtext": [":ref:`x`", "`text <https://example.org>`_"],
    "org": ["[[https://example.org][text]]", "<2020-01-01 Wed>"],
    "wikilink": ["[[A page]]", "[[page|text]]", "![[a.png]]"],
    "emoji": [":mortar_board:", ":+1:", ":star::star:", ":fa-github:"],
    "word-anchor": ["[]{#_Toc123 .anchor}", "[]{#anchor}", "[]{#anchor-12}"],
    "image": ["![x](a b.jpg)", '![x](my photo.jpg "me")', "![](a b (1).jpg)", "[x](my cv.pdf)"],
    "citation": [
        "[@bach2015]",
        "[@doe99]",
        "[see @doe99, pp. 3-5; also @smith04]",
        "[-@doe]",
        "[@{https://example.org/x}]",
        "@bach2015",
        "@bach_2015a",
        "@fig:plot",
        "-@bach:2015",
    ],
    "inline-note": ["^[a note]", "^[Note]"],
    "highlight": ["==marked==", "==two words=="],
    "obsidian-comment": ["%%a comment%%", "%% note to self %%"],
    "cross-reference": ["@fig-plot", "@sec-about-me"],
    "entity": ["&nbsp", "&amp", "&uuml", "&amp;nbsp;", "&NBSP;"],
}
"""Pieces that can be anywhere in a line."""

IN_LINES = {
    "chunk": ["```{r}\nx <- 1\n```", "```{r, echo=FALSE}\n```", "~~~{python}\n~~~", "``` {julia label}\n```"],
    "myst": [":::{note}\nText\n:::", ":::{figure} a.png\n:::", "```{note}\nText\n```", "```{code-cell} ipython\n```"],
    "docusaurus": [":::info\nText\n:::", ":::tip[Title]\nText\n:::", "::: warning A title\nText\n:::"],
    "citation-div": ["::: {#refs}\n:::", ":::{#refs .x}\n:::"],
    "quarto-div": ['::: {.content-hidden when-format="pdf"}\nText\n:::', "::: {.content-visible}\n:::"],
    "restructuredtext": [".. image:: a.png", ".. |x| replace:: y", ".. _target: x", ":Author: Ada"],
    "org": ["#+TITLE: CV", "#+begin_src r", ":END:", ":CUSTOM_ID: x"],
    "toc": ["[TOC]", "[[_TOC_]]", "[[TOC]]"],
    "kramdown": ["{::comment}", "{:/comment}", "{:/}", "*[HTML]: Hypertext"],
    "pandoc-list": ["(@) one", "(@good) one", "#. one", "a) one\nb) two", "(i) one\n(ii) two", "A. one\nmore\nB. two"],
    "title-block": ["% Title\n% Ada", "% Title\n%\n% 2023"],
    "metadata": ["Title: CV\nDate: 2020-10-19", "title: CV\nStatus: hidden\nslug: cv\nSummary: x"],
    "hackmd": [":::spoiler Read more"],
    "block-id": ["Meteorologist ^job1"],
    "obsidian-comment": ["%%\nText\n%%"],
    "keys": ["++ctrl+alt+del++"],
    "mkdocs": ['!!! note "Title"', "!!! note", '??? tip "x"', '=== "Tab"', '--8<-- "a.md"'],
    "bullet": ["• one", "‣ one", "▪\u00a0one", "\uf0b7 one"],
    "heading": ["#Awards", "##talks and more", "###2019", "#Honors and Awards", "#获奖"],
    "comment-end": ["-->", "some text -->"],
}
"""Pieces that begin a line; only the first line of each is found."""

MARKS = {"comment-end": "-->", "block-id": "^job1", "bullet": ""}


@pytest.mark.parametrize(("kind", "piece"), [(kind, piece) for kind, pieces in INLINE.items() for piece in pieces])
def test_an_inline_piece_is_found_in_each_kind_of_block(kind: str, piece: str) -> None:
    after = "`x`" if kind == "myst" else "."
    for before in ("", "Ada ", "- Ada ", "> 1. Ada ", "# Ada ", "Term\n: Ada ", "::: {.tag}\nAda ", "<p>Ada "):
        if kind == "inline-code" and before.startswith("<"):
            continue  # Inside a block of HTML, backticks are text.
        text = f"{before}{piece}{after}" + "\n:::" * before.startswith(":::")
        if kind in ("emoji", "wikilink") and not before:
            text = text.removesuffix(".") + " x"  # Alone in the line, some of them have another meaning.
        (found,) = found_in(text)
        assert (found.kind, found.text) == (kind, piece), text
        line = text.split("\n")[found.line - 1]
        assert line[found.column - 1 : found.column - 1 + found.width] == piece


def test_a_bibliography_makes_citations_of_keys() -> None:
    _, reported = parse_text("---\nbibliography: a.bib\n---\nAs [@doe99] and @bach2015 say.\n")
    assert reported == ()


@pytest.mark.parametrize(
    ("value", "quoted"),
    [
        ("'**Ada**'", "**Ada**"),
        ("Street<br/>City", "<br/>"),
        ("'[Ada](https://example.org)'", "[Ada](https://example.org)"),
        ("Ada &amp; Co", "&amp;"),
        ("\\textbf{Ada}", "\\textbf{Ada}"),
        ("'{{ site.author }}'", "{{ site.author }}"),
        ("A* B* and 5 < 6 > 4, R&D, a_b_c (x) [y]", ""),
        ("ada@example.org", ""),
        ("Street 1", ""),
    ],
)
def test_markup_in_the_front_matter_is_found(value: str, quoted: str) -> None:
    _, reported = parse_text(f"---\nname: Ada\naddress:\n  - City\n  - {value}\n---\nText.\n", file="cv.md")
    message = f"{quoted} in “address” is not read as markup, because the front matter is plain text"
    assert [(each.location.line, each.message) for each in reported] == [(5, message)] * bool(quoted)


@pytest.mark.parametrize("piece", [piece for pieces in INLINE.values() for piece in pieces if "|" not in piece])
def test_an_inline_piece_is_found_in_a_table(piece: str) -> None:
    after = "`x`" if piece == "{ref}" else ""
    found = found_in(f"| a | b |\n|---|---|\n| c | {piece}{after} |")
    assert [(foreign.line, foreign.column, foreign.text) for foreign in found] == [(3, 7, piece)]


@pytest.mark.parametrize(("kind", "piece"), [(kind, piece) for kind, pieces in IN_LINES.items() for piece in pieces])
def test_a_piece_at_the_start_of_a_line_is_found_in_each_container(kind: str, piece: str) -> None:
    for first, others in (("", ""), ("- ", "  "), ("> ", "> "), ("> - ", ">   ")):
        lines = piece.split("\n")
        text = "\n".join(["Ada", "", first + lines[0], *(others + line for line in lines[1:]), "", "Berlin"])
        (found,) = found_in(text)
        at = lines[0].index(MARKS[kind]) if kind in MARKS else 0
        assert (found.kind, found.line, found.column) == (kind, 3, len(first) + at + 1), text
        assert lines[0][at:].startswith(found.text)


@pytest.mark.parametrize(
    "text",
    [
        "`{{ x }}` and `` \\textbf{x} `:a:` ``",
        "```\n{{ x }}\n\\newpage\n```",
        "- a\n\n  ~~~ {.liquid #id}\n  {{ x }}\n  ~~~",
        "Ada\n\n    {{ x }}\n\n    \\newpage",
        "- a\n\n      {{ x }}",
        "<!-- {{ x }} \\newpage -->",
        "<!--\n{{ x }}\n\n• a\n-->\nAda",
        "Ada <!-- {{ x }} --> Berlin",
        "<style>\na { b: {{ x }} }\n</style>",
        "<script>{{ x }}</script>",
        "<code>{{ x }}</code>",
        "---\ntitle: '{{ x }}'\n---\nAda",
        "+++\ntitle = '{{ x }}'\n+++\nAda",
        "$\\frac{a}{b}$ and $$\\textbf{x} {{a}}$$",
        "\\{{ x }} and \\\\textbf{x} and \\:star:",
        '[Ada]{.tag key=":star:"} and `x`{#id .tag}',
        "Ada {#id .tag}",
        "{: .tag key=value}",
        "Ada\n{: #id title=':star:'}",
        "::: {.column}\nAda\n:::",
        "::: info\nAda\n:::",
        "::: tag :::\nAda\n:::",
        "[Ada]{.underline} [[a]{.underline}](b)",
        "[text]{#id}",
        "[[1]](#b) [[2]] [[1, 2]] [[^1]]",
        "@ada and @ada_example on social networks, @ada@example.org, @ada2",
        "ada@example2015.org and <ada2015@example.org> and a.b@c2015.example.org",
        "[@ada](https://example.org) and [me@example.org](mailto:me@example.org) and `@bach2015`",
        "\\@bach2015 and \\[@doe99] and https://example.org/@ada2015 and a@2015",
        "[[a]] and [toc]\n\n[a]: b\n[toc]: c",
        "[TOC]\n\n[toc]: #x",
        '![x](a.jpg "a title") ![x](<a b.jpg>) [x](a.pdf) ![x](a%20b.jpg) [x](a (b) )',
        "https://example.org/?a=1&copy=2&amp=3 and <https://example.org/:star:>",
        "[x](https://example.org/a:b:c) http://example.org/:a:",
        "[x](a.html?b&copy) and <https://example.org/?a&reg> or www.example.org/?a&deg",
        '<a title=":star:" href="x">y</a>',
        "Berlin • Germany\n• Europe",
        "a) one",
        "A. Example and B. Sample",
        "a. M. and others\nc. 1900",
        "i. e. Berlin\nand more",
        "if a == b and c==d and x ==== y",
        "5 %% and 10 %% or 100%%",
        "10^[3]{.x}^ and 2^[3]^ and [^1] and x^2^",
        "% of all\nand more",
        "@figures and @section and a@fig-x.org",
        "#phdlife is hard, #OpenScience",
        "#OpenScience matters",
        "#1 of 5",
        "#Awards are what I never wanted to count in my life",
        "#Awards are\nnot what counts",
        "# Awards",
        "R&D, AT&T, Q&A, &nbsp; &amp; &Uuml;",
        "{1, 2} {{1, 2}, {3}} {{a, b}} {} {{}} {a}",
        "5% {5%} {x%y}",
        "C:\\new C:\\textbf \\\\server\\newpage",
        "from a --> b --> c",
        "10:30:00 a:b:c 1:2:3 std::vector :-) :D",
        "ratio 3:1:2, note: see: here",
        "- [ ] open\n- [x] done",
        "> Quoted\n\nAda",
        "`r` and `r = 5` and `r <- 1` and `R code`",
        "50 \\% \\& \\# \\_ don\\'t l\\'ami",
        "`a <b>` is code",
        "~~~ {.r}\nx\n~~~",
        "```{key=value}\nx\n```",
        "```r\nx\n```",
        "```{=html}\n{{ x }}\n```",
        "Ada -- Berlin --- 1984 ... yes",
    ],
)
def test_what_is_not_foreign(text: str) -> None:
    assert kinds_in(text) == []


def test_a_construct_of_several_lines_has_its_first_line() -> None:
    text = 'Ada {% include a.html\n  url="b" %} Berlin'
    assert [(found.kind, found.line, found.column, found.text) for found in found_in(text)] == [
        ("liquid", 1, 5, "{% include a.html")
    ]


def test_markup_in_addresses_and_tags_is_found() -> None:
    text = '[CV]({{site.url}}/cv.pdf) <a href="{{ x }}">a</a>\n\n[ref]: {{site.url}}/b'
    assert [(found.line, found.text) for found in found_in(text)] == [
        (1, "{{site.url}}"),
        (1, "{{ x }}"),
        (3, "{{site.url}}"),
    ]


def test_skip_leaves_out_what_the_caller_knows() -> None:
    lines = [":::info", "Ada :star:", ":::"]
    assert [found.kind for found in find_foreign(lines, lambda line, _column: line == 1)] == ["emoji"]
    assert [found.kind for found in find_foreign(lines, lambda _line, column: column == 5)] == ["docusaurus"]


def test_text_nodes_are_searched() -> None:
    document, _ = parse_text("Ada `{{ code }}` {{ x }} and *\\newpage*\n• no line start", file="cv.md")
    texts = [(node.text, node.location) for node in walk(document) if isinstance(node, Text)]
    assert [(found.kind, found.line, found.column) for found in find_in_texts(texts)] == [
        ("liquid", 1, 18),
        ("latex", 1, 31),
    ]


# ---------------------------------------------------------------- findings


def test_one_finding_for_each_kind() -> None:
    text = "{{ a }}\n\n\\newpage\n\n{{ b }} {{ c }}\n\n{{< meta a >}}"
    findings = foreign_findings(found_in(text), "cv.md")
    assert [(finding.code, finding.severity, finding.location) for finding in findings] == [
        ("PV030", "warning", Location("cv.md", 1, 1, 7)),
        ("PV032", "warning", Location("cv.md", 3, 1, 8)),
        ("PV030", "warning", Location("cv.md", 7, 1, 14)),
    ]
    assert findings[0].message == (
        "{{ a }} was written for Jekyll (Liquid); every output shows it as text (3 places: lines 1, 5)"
    )
    assert findings[0].hint == "render the CV with Jekyll first, or remove this"


def test_lines_of_layout_are_one_finding_of_their_own() -> None:
    text = "\\vspace{1em}\na\n\\newpage\n\n- \\smallskip\n\n  b\n\n\\setlength{\\parskip}{1em}\n\nc \\hfill d"
    assert [finding.message for finding in foreign_findings(found_in(text), "cv.md")] == [
        "\\vspace{1em} is markup of LaTeX; every output leaves it out (4 places: lines 1, 3, 5, 9)",
        "\\hfill is markup of LaTeX; every output shows it as text",
    ]


def test_many_places_are_counted() -> None:
    (finding,) = foreign_findings(found_in("\n\n".join(["a \\hfill \\hfill"] * 20)), "cv.md")
    assert finding.message.endswith("as text (40 places: lines 1, 3, 5, 7, 9, …)")


def test_a_long_piece_is_shortened() -> None:
    (finding,) = foreign_findings(found_in("{{ " + "a" * 80 + " }}"), "cv.md")
    assert finding.message.startswith("{{ " + "a" * 37 + "… was written for")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("```{r}\n```", "PV031"),
        ("``a''", "PV032"),
        (":::{note}\n:::", "PV033"),
        ("• a", "PV034"),
        ("#Awards", "PV035"),
        ("a -->", "PV036"),
        ("![x](a b.jpg)", "PV037"),
        ("a &nbsp b", "PV038"),
        ("as [@doe99] says", "PV042"),
    ],
)
def test_codes(text: str, code: str) -> None:
    assert [finding.code for finding in foreign_findings(found_in(text), "cv.md")] == [code]


def test_findings_that_foreign_markup_has_caused_are_left_out() -> None:
    text = 'Ada {% include x url="a" %} {.y} z {tag=\n\n:::{note}\nText\n:::\n\n:::'
    _, reported = parse_text(text, file="cv.md")
    places = [(each.code, each.location.line, each.location.column) for each in reported]
    own = [("PV013", 1, 29), ("PV012", 1, 36), ("PV011", 7, 1)]
    assert sorted(places) == sorted([*own, ("PV030", 1, 5), ("PV033", 3, 1)])


def test_other_findings_in_the_same_place_stay() -> None:
    found = found_in("{{ a }}")
    other = warning("PV022", "this link has no target; only its text is kept", Location("cv.md", 1, 2))
    assert without_repetitions([other], found) == (other,)


# ---------------------------------------------------------------- laws

number = st.integers(0, 9999).map(str)
word = st.text(string.ascii_letters + "äöüéß", min_size=2, max_size=9)
small = word.map(str.lower)
words = st.lists(word, min_size=1, max_size=4).map(" ".join)
innocents = st.one_of(
    words,
    st.builds("{}{}".format, st.sampled_from("$€£"), number),
    st.builds("${} and ${}".format, number, number),
    st.builds("{{{}, {}}}".format, number, number),
    st.builds("{{{{{}, {}}}, {{{}}}}}".format, number, small, number),
    st.builds("{{{}}}".format, small),
    st.builds("{}@{}.org".format, small, small),
    st.builds("<{}@{}.org>".format, small, small),
    st.builds("@{}".format, small),
    st.builds("{}{}@{}.org".format, small, st.integers(1950, 2030), small),
    st.builds(
        "`{}`".format, st.sampled_from(["{{ x }}", "\\textbf{x}", ":a:", "[[x]]", "• x", "&nbsp", "r", "{% a %}"])
    ),
    st.builds("#{}".format, small),
    st.builds("#{}{}".format, word.map(str.capitalize), word.map(str.capitalize)),
    st.sampled_from(["C#", "F#", "C++", ".NET", "R&D", "AT&T", "Q&A", "S&P", "&c."]),
    st.sampled_from([":-)", ";-)", ":D", ":-(", "8-)", ":/", "<3", "^^"]),
    st.builds("{}%".format, number),
    st.builds("C:\\{}\\{}".format, st.sampled_from(["new", "temp", "textbf", "item", "newpage"]), small),
    st.builds("\\\\{}\\{}".format, small, small),
    st.builds("+{} {} {}-{}".format, st.integers(1, 99), number, number, number),
    st.builds("[{}]".format, st.integers(1, 99)),
    st.builds("[{}, {}]".format, st.integers(1, 99), st.integers(1, 99)),
    st.builds("{:02}:{:02}:{:02}".format, st.integers(0, 23), st.integers(0, 59), st.integers(0, 59)),
    st.builds("{}:{}".format, number, number),
    st.builds("{}::{}".format, small, small),
    st.builds("{} --> {}".format, small, small),
    st.builds("https://{}.org/{}?{}={}&copy={}".format, small, small, small, number, number),
    st.builds("[{}](https://{}.org/{})".format, words, small, small),
    st.builds("![{}]({}.jpg)".format, words, small),
    st.builds("[{}]{{.{} {}={}}}".format, words, small, small, number),
    st.builds("*{}* **{}** ~~{}~~".format, words, words, words),
    st.builds("${}^{}$".format, st.sampled_from("abcx"), st.integers(0, 9)),
    st.builds("<b>{}</b> <br> <!-- {{{{ {} }}}} -->".format, word, word),
    st.builds("({} {})".format, word, number),
    st.builds("“{}” ‘{}’ \"{}\" '{}'".format, word, word, word, word),
    st.builds("&{}; {}".format, st.sampled_from(["nbsp", "amp", "uuml", "#8211", "ndash"]), word),
    st.sampled_from(["...", "--", "---", "…", "•", "·", "|", "§ 5", "±", "½", "→"]),
    st.builds("[^{}]".format, st.integers(1, 9)),
)
sentences = st.lists(innocents, min_size=1, max_size=6).map(lambda parts: "Ada " + " ".join(parts) + " ok")


@pytest.mark.slow
@given(sentences, st.sampled_from(["", "- ", "1. ", "> ", "## ", "- a\n  - "]))
@settings(max_examples=1000)
def test_innocent_texts_have_no_finding(text: str, before: str) -> None:
    assert kinds_in(before + text) == []


inline_pieces = st.sampled_from(
    [(kind, piece) for kind, pieces in INLINE.items() for piece in pieces if kind not in ("myst", "latex-quotes")]
)
line_pieces = st.sampled_from([(kind, piece) for kind, pieces in IN_LINES.items() for piece in pieces])
plain = st.lists(word, min_size=1, max_size=5).map(" ".join)


@st.composite
def documents(draw: st.DrawFn) -> tuple[list[str], list[tuple[str, int, int, str]]]:
    """Return the lines of a document, and what is planted in it: kind, line, column and text."""
    lines: list[str] = ["# A title", ""]
    planted: list[tuple[str, int, int, str]] = []
    for _ in range(draw(st.integers(1, 6))):
        first, others = draw(st.sampled_from([("", ""), ("- ", "  "), ("> ", "> "), ("1. ", "   "), ("> - ", ">   ")]))
        match draw(st.sampled_from(["plain", "code", "inline", "inline", "line", "line"])):
            case "plain":
                lines += [first + "Ada " + draw(sentences)]
            case "code":
                kind, piece = draw(inline_pieces)
                lines += [f"{first}```", f"{others}{piece}", f"{others}```"]
            case "inline":
                kind, piece = draw(inline_pieces)
                start = f"{first}Ada {draw(plain)} "
                planted.append((kind, len(lines) + 1, len(start) + 1, piece))
                lines += [f"{start}{piece} {draw(plain)}"]
            case "line":
                kind, piece = draw(line_pieces)
                own = piece.split("\n")
                at = own[0].index(MARKS[kind]) if kind in MARKS else 0
                planted.append((kind, len(lines) + 1, len(first) + at + 1, ""))
                lines += [first + own[0], *(others + line for line in own[1:])]
        lines += ["", "", "***", ""]  # The next block belongs to no list before it.
    return lines, planted


@pytest.mark.slow
@given(documents())
@settings(max_examples=1000)
def test_each_planted_piece_is_found_at_its_place(document: tuple[list[str], list[tuple[str, int, int, str]]]) -> None:
    lines, planted = document
    found = list(find_foreign(lines))
    assert [(foreign.kind, foreign.line, foreign.column) for foreign in found] == [each[:3] for each in planted]
    for foreign, (_, _, _, text) in zip(found, planted, strict=True):
        assert not text or foreign.text == text


@pytest.mark.slow
@given(st.text(alphabet=st.sampled_from("{}%<>[]()\\`:#$&;-!|•rab. \n\t\"'_*+=~^/"), max_size=80))
@settings(max_examples=1000)
def test_any_text_is_searched(text: str) -> None:
    lines = text.split("\n")
    for foreign in find_foreign(lines):
        line = lines[foreign.line - 1]
        assert line[foreign.column - 1 : foreign.column - 1 + foreign.width] == foreign.text


@pytest.mark.parametrize(
    "piece",
    ["{{ a", "{% a ", "{{< a ", "{{% a ", "\\a[", "\\a{", "{# ", "![](", "](", "<!--", "<pre>", "`", "$a", "$$", ":a", "[[a", "``a",
     "==a", "%%a", "%%\n", "^[a", "(@a", "a) x\n", "@fig-", "@a.", "@a_", "@a", "[@a ", "[a @a;", "[a ", "{::a", "&amp", "{#refs ", "::: {#refs ", "<a ", "http://", "{.a ", "[]{#_a ", "• a\n", "-->", "\\\\ ", ".. a:", "[a](b.cc"],
)  # fmt: skip
def test_the_time_does_not_explode(piece: str) -> None:
    text = (piece * (60_000 // len(piece))).split("\n")
    list(find_foreign(text))
