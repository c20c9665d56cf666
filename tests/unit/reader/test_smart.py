"""Typographic signs: `smart: true` in the front matter."""

from __future__ import annotations

import pytest

from polyvita import read_text
from polyvita.core.document import Link, plain_text, walk


def smart(text: str, lang: str = "en") -> str:
    return plain_text(read_text(f"---\nsmart: true\nlang: {lang}\n---\n\n{text}\n"))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2010--2012 --- and so on...", "2010–2012 — and so on…"),
        ('----- and .... and `a -- "b"...`', '----- and .... and a -- "b"...'),
        ("\"*Quoted* 'inner' text\"", "“Quoted ‘inner’ text”"),
        ("the '90s, don't, students' and 'x'", "the ’90s, don’t, students’ and ‘x’"),
        ('a 5" disk (a "small" one)', 'a 5" disk (a “small” one)'),
        ('\\"a\\" \\-- and &quot;b&quot; "c"', '"a" -- and "b" “c”'),
        ("<https://a.example/x--y> [--](https://a.example/x--y)", "https://a.example/x--y –"),
        ('"a\nb" | c', "“a b” | c"),
        ('[Er sagte "ja"]{lang=de} "yes"', "Er sagte „ja“ “yes”"),
        ('x[^1]\n\n[^1]: "Note" -- here', "x\n“Note” – here"),
        ('## 1990--2000 "T"\n\nA -- b\n:   C -- d', "1990–2000 “T”\nA – b\nC – d"),
    ],
)
def test_signs(text: str, expected: str) -> None:
    assert smart(text) == expected


@pytest.mark.parametrize(
    ("lang", "expected"),
    [
        ("de", "„a ‚b‘ c“ don’t"),
        ("de-CH", "«a ‹b› c» don’t"),
        ("fr", "«\u202fa “b” c\u202f» don’t"),
        ("sv", "”a ’b’ c” don’t"),
        ("ja", "「a 『b』 c」 don’t"),
        ("en-GB", "“a ‘b’ c” don’t"),
    ],
)
def test_quotes_of_languages(lang: str, expected: str) -> None:
    assert smart("\"a 'b' c\" don't", lang) == expected


def test_addresses_stay() -> None:
    [link] = [
        node for node in walk(read_text('---\nsmart: true\n---\n\n[a -- b](x--y "t--u")\n')) if isinstance(node, Link)
    ]
    assert (link.url, link.title, plain_text(link)) == ("x--y", "t--u", "a – b")


def test_nothing_changes_without_the_key() -> None:
    assert plain_text(read_text('"a" -- b...\n')) == '"a" -- b...'
