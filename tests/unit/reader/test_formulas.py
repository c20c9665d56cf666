"""Formulas in TeX, and the name in the first heading."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from polyvita import read_text
from polyvita.core.document import Math, plain_text, walk
from polyvita.core.formulas import Reading, read_formulas
from polyvita.reader import parse_text


def formulas(text: str) -> list[tuple[str, bool]]:
    return [(node.text, node.display) for node in walk(read_text(text)) if isinstance(node, Math)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("$x^2$ and $y$", [("x^2", False), ("y", False)]),
        ("$$ x $$", [("x", True)]),
        ("$\\alpha\\$$.", [("\\alpha\\$", False)]),
        ("($p<0.05$)", [("p<0.05", False)]),
        ("$H_0\n= 125$", [("H_0\n= 125", False)]),
        ("\\(O(n \\log n)\\) and \\[x_1\\]", [("O(n \\log n)", False), ("x_1", True)]),
        ("text\n$$\na\n= b\n- c\n\\in d\n$$\nmore", [("a\n= b\n- c\n\\in d", True)]),
        ("- item\n\n  $$\n  a\n  + b\n  $$\n", [("a\n+ b", True)]),
        ("| $a$ |\n|---|\n| $b$ |", [("a", False), ("b", False)]),
    ],
)
def test_formulas_are_found(text: str, expected: list[tuple[str, bool]]) -> None:
    assert formulas(text) == expected


NO_FORMULAS = [
    "between $20 and $30",
    "US$20k, CA$ 50k and A$300k",
    "$1.2M (PI), A$",
    "$5M–$10M",
    "$100,000 (2010), NZ$ 50",
    "a $ sign and another $ sign",
    "`$x$` and <https://a.example/$x$>",
    "\\$x\\$",
    "$a $b",
    "\\[in press\\] and \\(sic\\)",
    "$$ not closed",
    "    $x$\n",
]


@pytest.mark.parametrize("text", NO_FORMULAS)
def test_currency_is_no_formula(text: str) -> None:
    _, findings = parse_text(f"{text}\n")
    assert formulas(text) == []
    assert findings == ()


@pytest.mark.parametrize(
    ("formula", "plain"),
    [
        ("\\frac{a+b}{2}", "(a + b)/2"),
        ("\\sqrt{x}+\\sqrt[3]{y z}", "√x + ³√(yz)"),
        ("O(n \\log n)", "O(n log n)"),
        ("h_{-1}\\approx\\bar{x}^{ab}", "h₋₁ ≈ x\u0304^(ab)"),
        ("\\hat\\beta + \\dot\\varepsilon", "β\u0302 + ε\u0307"),
        ("\\begin{pmatrix}a & b\\\\c & d\\end{pmatrix}", "((a, b; c, d))"),
        ("x^{i+1}_k \\text{ for } p<0.05", "x_k^(i + 1) for p < 0.05"),
    ],
)
def test_the_plain_text_of_a_formula(formula: str, plain: str) -> None:
    assert read_formulas([formula]) == {formula: Reading(True, plain)}


def test_the_plain_text_of_formulas() -> None:
    assert plain_text(read_text("$x^2$, $\\alpha_1$ and $\\frac{1$")) == "x², α₁ and $\\frac{1$"


@given(st.text(st.sampled_from("$$$ ab1.,^\n"), max_size=30))
def test_no_letter_is_lost(text: str) -> None:
    letters = plain_text(read_text(text.replace("$", ""))).count("b")
    assert plain_text(read_text(text)).count("b") == letters


# ---------------------------------------------------------------- the name in the first heading


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("# Jane Doe\n\n## Bio\n\nx\n", "Jane Doe"),
        ("# *Jane* van der Doe, PhD\n\nBerlin\n\n## Bio\n", "Jane van der Doe, PhD"),
        ("Before\n\n# Jane Doe\n\n## Bio\n", "Jane Doe"),
        ("# 田中太郎\n\n## 学歴\n", "田中太郎"),
        ("---\nname: Dr. Jane Doe\n---\n\n# Jane Doe\n\n## Bio\n", "Dr. Jane Doe"),
        ("---\ntitle: Jane Doe's CV\n---\n\n# Jane Doe\n\n## Bio\n", "Jane Doe"),
    ],
)
def test_the_only_first_heading_is_the_name(text: str, name: str) -> None:
    document, findings = parse_text(text)
    assert document.meta["name"] == name
    assert [finding.code for finding in findings if finding.code != "PV050"] == ["PV047"]
    assert "Doe" not in plain_text(document)


@pytest.mark.parametrize(
    "text",
    [
        "---\nname: A B\n---\n\n# Jane Doe\n\n## Bio\n",
        "# Jane Doe\n\n## Bio\n\n# Other Things\n",
        "## First\n\n# Jane Doe\n\n## Bio\n",
        "# Jane Doe\n\nNo sections\n",
        "# Curriculum Vitae\n\n## Bio\n",
        "# Positions\n\n## Lecturer\n",
        "# Jane Doe {.core}\n\n## Bio\n",
        "# Academic Positions\n\n## Lecturer {date=2012}\n",
        "# Hi there 👋\n\n## Bio\n",
    ],
)
def test_other_headings_are_no_names(text: str) -> None:
    document, _ = parse_text(text)
    assert document.meta.get("name") in (None, "A B")
    assert plain_text(document) == plain_text(read_text(text))
    assert "PV047" not in [finding.code for finding in parse_text(text)[1]]
