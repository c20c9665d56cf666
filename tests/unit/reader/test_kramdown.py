"""Attributes in the syntax of kramdown, which Jekyll uses."""

from __future__ import annotations

import pytest

from polyvita import markdown_to_pandoc, read_text
from polyvita.core.document import plain_text, walk
from polyvita.reader import parse_text

BLOCKS = """\
## Heading
{: .heading #own-id}

Paragraph
{: .paragraph date=2012}

- one
- two
{: .list}

- {:.first} three
- four
  {: .second}

| a | b |
|---|---|
| c | d |
{: .table}

{: .before}
> quote

```
code
```
{: .code}
"""


def tags(text: str) -> list[tuple[str, tuple[str, ...]]]:
    return [(type(node).__name__, node.attr.tags) for node in walk(read_text(text)) if node.attr.tags]


def test_lines_of_attributes() -> None:
    assert tags(BLOCKS) == [
        ("Section", ("heading",)),
        ("Paragraph", ("paragraph",)),
        ("BulletList", ("list",)),
        ("ListItem", ("first",)),
        ("ListItem", ("second",)),
        ("Table", ("table",)),
        ("BlockQuote", ("before",)),
        ("CodeBlock", ("code",)),
    ]
    assert "{" not in plain_text(read_text(BLOCKS))
    assert parse_text(BLOCKS)[1] == ()


def test_attributes_of_spans() -> None:
    assert tags('[a](b){:.button target="_blank"} `c`{: .x} ![d](e){: .right}') == [
        ("Link", ("button",)),
        ("Code", ("x",)),
        ("Image", ("right",)),
    ]


@pytest.mark.parametrize(
    ("text", "code"), [("a\n\n{: .lost}\n\nb\n", "PV013"), ("{:toc}\n", "PV033"), ("a {: b}\n", "PV012")]
)
def test_what_belongs_to_nothing_is_reported(text: str, code: str) -> None:
    assert [finding.code for finding in parse_text(text)[1]] == [code]


def test_they_have_a_location() -> None:
    section = read_text(BLOCKS).blocks[0]
    location = section.attr.location_of(".heading")
    assert (location.line, location.column) == (2, 4)


def test_pandoc_reads_them_as_text() -> None:
    [paragraph] = markdown_to_pandoc("a\n{: .x}")["blocks"]
    assert paragraph["c"][-1] == {"t": "Str", "c": ".x}"}
