"""The functions that the reader takes from mistune. A new version of mistune has to pass these tests."""

from __future__ import annotations

import re

import pytest

from polyvita.reader.mistune_adapter import (
    PATTERNS,
    InlineGrammar,
    normalize_label,
    parse_destination,
    parse_label,
    parse_title,
)
from polyvita.reader.tokens import CodeToken, HtmlToken


@pytest.mark.parametrize(
    ("text", "token"),
    [
        ("`a`", CodeToken(0, 3, text="a")),
        ("`` a`\nb ``c", CodeToken(0, 10, text="a` b")),
        ("`a", None),
        ("``a`", None),
    ],
)
def test_code_spans(text: str, token: CodeToken | None) -> None:
    backticks = re.match(PATTERNS["codespan"], text)
    assert backticks
    assert InlineGrammar(text).code_span(backticks) == token


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("<b>x", "<b>"),
        ("</b >x", "</b >"),
        ("<br/>x", "<br/>"),
        ('<a href="x>y"\nb>z', '<a href="x>y"\nb>'),
        ("<!-- a --> b -->", "<!-- a -->"),
        ("<?a?>b", "<?a?>"),
        ("<!A b>c", "<!A b>"),
        ("<![CDATA[>]]>a", "<![CDATA[>]]>"),
        ("<b", None),
        ("<!-- a", None),
        ("<a =>", None),
    ],
)
def test_html(text: str, html: str | None) -> None:
    start = re.match(PATTERNS["inline_html"], text)
    assert start
    assert InlineGrammar(text).html(start) == (HtmlToken(0, len(html), text=html) if html else None)


def test_one_grammar_finds_all_tokens_of_its_text() -> None:
    text = "`a` <i> ``b` c`"
    grammar = InlineGrammar(text)
    backticks, start = re.compile(PATTERNS["codespan"]), re.compile(PATTERNS["inline_html"])
    code = [grammar.code_span(found) for at in (0, 8, 11) if (found := backticks.match(text, at))]
    assert [token and token.text for token in code] == ["a", None, " c"]
    [tag] = start.finditer(text)
    assert grammar.html(tag) == HtmlToken(4, 7, text="<i>")


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("escape", r"\*\_"),
        ("auto_link", "<https://example.org/?a=b>"),
        ("auto_email", "<a.b@example.org>"),
    ],
)
def test_patterns(name: str, text: str) -> None:
    assert re.fullmatch(PATTERNS[name], text)
    assert not re.match(PATTERNS[name], "plain text")


def test_labels() -> None:
    assert parse_label("[a \\] b] c", 1) == ("a \\] b", 8)
    assert parse_label("[]", 1) == ("", 2)
    assert parse_label("[a", 1) is None
    assert normalize_label(" A\n ß ") == normalize_label("a SS")


@pytest.mark.parametrize(
    ("text", "in_definition", "expected"),
    [
        ("(a(b)c)", False, ("a(b)c", 6)),
        ("(<a b> d)", False, ("a b", 6)),
        ("()", False, ("", 1)),
        ("(a(b", False, None),
        ("( a", True, ("a", 3)),
        ("(\n\na)", False, ("", 2)),
        ("(\n\na)", True, None),
    ],
)
def test_destinations(text: str, in_definition: bool, expected: tuple[str, int] | None) -> None:
    assert parse_destination(text, 1, in_definition=in_definition) == expected


@pytest.mark.parametrize(
    ("text", "end"), [(' "a\\"b" c', 7), (" 'a'", 4), (" (a)", 4), ('"a"', None), (' "a', None), (' "a\n\nb"', None)]
)
def test_titles(text: str, end: int | None) -> None:
    assert parse_title(text, 0) == end
