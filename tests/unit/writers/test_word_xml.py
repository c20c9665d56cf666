"""Parts of a Word file keep their meaning when they are parsed and written again, with any prefixes and characters."""

from __future__ import annotations

import re
from xml.etree.ElementTree import Element, canonicalize

import pytest
from hypothesis import given
from hypothesis import strategies as st

from polyvita.writers.word.xml import DECLARATION, NAMESPACES, el, parse, qn, serialise

W = NAMESPACES["w"]
PARTS = {
    "a prefix of Word's": f'<w:p xmlns:w="{W}"><w:r/></w:p>',
    "another prefix for it": f'<v1:p xmlns:v1="{W}" v1:val="1"><v1:r/></v1:p>',
    "no prefix": f'<p xmlns="{W}"><r val="a"/></p>',
    "no namespace": "<p a='1'>x<q/>y</p>",
    "a namespace of its own": f'<w:p xmlns:w="{W}" xmlns:my="urn:my"><my:x my:y="1"/></w:p>',
    "declared inside": f'<w:p xmlns:w="{W}"><my:x xmlns:my="urn:my"><my:y/></my:x><my:x xmlns:my="urn:other"/></w:p>',
    "two prefixes for one": '<a:p xmlns:a="urn:my" xmlns:b="urn:my"><b:q b:c="1"/></a:p>',
    "a prefix of Word's for another": f'<w:p xmlns:w="urn:other" xmlns:x="{W}"><x:r/></w:p>',
    "single quotes": f"<w:p xmlns:w = '{W}' xmlns:my-x='urn:my'><my-x:y/></w:p>",
    "white space": f'<w:t xmlns:w="{W}" xml:space="preserve"> a\n\tb </w:t>',
    "special characters": f'<w:t xmlns:w="{W}" w:val="&quot;&lt;&amp;&gt;\'&#10;&#9;&#13;ü">&lt;&amp;&gt;"\' ü 木 🐝</w:t>',
    "a URL with special characters": '<z:p xmlns:z="http://a?b=1&amp;c=2" z:a="1"><z:q/></z:p>',
    "a generated prefix that exists already": '<p xmlns="urn:a" xmlns:ns0="urn:b"><ns0:q/></p>',
    "tails": f'<w:p xmlns:w="{W}">a<w:b/>&amp;<w:i>c</w:i>&lt;d</w:p>',
}


@pytest.mark.parametrize("part", PARTS.values(), ids=PARTS)
def test_a_part_keeps_its_meaning(part: str) -> None:
    written = serialise(parse(part.encode()), part.encode())
    assert written.startswith(DECLARATION)
    assert canonicalize(written, rewrite_prefixes=True) == canonicalize(part, rewrite_prefixes=True)
    assert canonicalize(serialise(parse(part.encode())), rewrite_prefixes=True) == canonicalize(
        part, rewrite_prefixes=True
    )


def test_prefixes_without_elements_stay_declared() -> None:
    """Word does not open a file if `mc:Ignorable` names a prefix that is not declared."""
    mc = NAMESPACES["mc"]
    part = f'<w:p xmlns:w="{W}" xmlns:mc="{mc}" xmlns:w15="urn:w15" xmlns:x="urn:x" mc:Ignorable="w15 x"><x:y/></w:p>'
    written = serialise(parse(part.encode()), part.encode()).decode()
    declared = dict(re.findall(r'xmlns:(\w+)="([^"]*)"', written))
    assert declared == {"w": W, "mc": mc, "w15": "urn:w15", "x": "urn:x"}
    assert written.count("xmlns:") == len(declared)
    assert "<x:y />" in written


def test_a_part_can_be_utf_16() -> None:
    part = '<?xml version="1.0" encoding="UTF-16"?><my:p xmlns:my="urn:my" xmlns:w15="urn:w15">ü</my:p>'
    written = serialise(parse(part.encode("utf-16")), part.encode("utf-16")).decode()
    assert written.endswith('<my:p xmlns:w15="urn:w15" xmlns:my="urn:my">ü</my:p>')


texts = st.text(st.characters(exclude_categories=["Cs", "Cc", "Cn"]) | st.sampled_from("\n\t&<>\"'"), max_size=8)
names = st.sampled_from(["w:p", "w:r", "w:t", "a:blip", "p", "mc:Choice"])


def _element(name: str, text: str, tail: str, attributes: dict[str, str], children: list[Element]) -> Element:
    element = Element(qn(name), {qn(key): value for key, value in attributes.items()})
    element.text, element.tail = text, tail
    element.extend(children)
    return element


elements = st.recursive(
    st.builds(_element, names, texts, texts, st.dictionaries(names, texts, max_size=2), st.just([])),
    lambda inner: st.builds(_element, names, texts, texts, st.just({}), st.lists(inner, max_size=3)),
    max_leaves=8,
)


@given(elements)
def test_parsing_reverses_serialising(element: Element) -> None:
    element.tail = None

    def content(node: Element) -> object:
        return node.tag, dict(node.attrib), node.text or "", node.tail or "", [content(child) for child in node]

    assert content(parse(serialise(element))) == content(element)


def test_elements_are_in_the_namespace_of_word() -> None:
    element = el("p", None, el("r", r_id="x"), val=1)
    assert (
        serialise(element)
        .decode()
        .endswith(f'<w:p xmlns:r="{NAMESPACES["r"]}" xmlns:w="{W}" w:val="1"><w:r r:id="x" /></w:p>')
    )
