"""A Hypothesis strategy for Markdown in which each word is unique, for tests of locations.

A text depends on a seed and a size, as the documents in `random_documents` do.
"""

from __future__ import annotations

from random import Random

from hypothesis import strategies as st


class MarkdownGenerator:
    """A source of random Markdown, with a budget of blocks."""

    def __init__(self, seed: int, size: int) -> None:
        self.random = Random(seed)
        self.left = size
        self.serial = 0
        self.notes: list[str] = []

    def word(self) -> str:
        self.serial += 1
        return self.random.choice(("w", "é", "Ä", "名")) + str(self.serial)

    def words(self) -> str:
        return " ".join(self.word() for _ in range(self.random.randint(1, 4)))

    def attributes(self) -> str:
        parts = [f".{self.random.choice('abc')}" for _ in range(self.random.randint(1, 2))]
        if self.random.random() < 0.4:
            parts.append(f'key{self.serial}="{self.word()} v"')
        if self.random.random() < 0.2:
            parts.insert(0, f"#{self.word()}")
        return "{" + " ".join(parts) + "}"

    def inline(self, depth: int = 0) -> str:
        w = self.words
        kinds = [
            w,
            lambda: f"*{self.inlines(depth + 1)}*" if depth < 2 else w(),
            lambda: f"**{w()}**",
            lambda: f"`{w()}`" + self.random.choice(("", self.attributes())),
            lambda: f"[{self.inlines(depth + 1)}](/u{self.serial})" if depth < 1 else w(),
            lambda: f"[{w()}]{self.attributes()}",
            lambda: f"![{w()}](i.png)",
            lambda: f"<http://x.y/{self.word()}>",
            lambda: f"~~{w()}~~",
            lambda: f"H~{self.word()}~ x^{self.word()}^",
            lambda: f"<b>{w()}</b>",
            lambda: f"\\*{w()} &amp; {w()}",
            lambda: f"<!-- {w()} --> {w()}",
            self.note,
        ]
        return self.random.choice(kinds)()

    def note(self) -> str:
        label = self.word()
        lines = [f"[^{label}]: {self.words()}"]
        if self.random.random() < 0.3:
            lines += ["", f"    - {self.words()}"]
        self.notes += [*lines, ""]
        return f"{self.word()}[^{label}]"

    def inlines(self, depth: int = 0) -> str:
        return " ".join(self.inline(depth) for _ in range(self.random.randint(1, 3)))

    def text(self) -> list[str]:
        """Return the lines of a paragraph."""
        lines = [self.words() + " " + self.inlines() for _ in range(self.random.randint(1, 3))]
        if self.random.random() < 0.2:
            lines = [line + self.random.choice(("", "  ", "\\")) for line in lines[:-1]] + lines[-1:]
        if self.random.random() < 0.3:
            lines[-1] += " " + self.attributes()
        if self.random.random() < 0.1:
            lines.insert(0, f"[{self.word()}]: /u 'title'")
        return lines

    def items(self, depth: int, marks: list[str]) -> list[str]:
        """Return the lines of list items or definitions. Their content is indented by the width of the mark."""
        out: list[str] = []
        loose = self.random.random() < 0.4
        for mark in marks:
            inside = self.text()
            if depth < 3 and self.random.random() < 0.4:
                inside += ["", *self.block(depth + 1)]
            out += [mark + inside[0], *(line and " " * len(mark) + line for line in inside[1:])]
            out += [""] * loose
        return out

    def table(self) -> list[str]:
        rows = [f"| {self.words()} | {self.words()} `{self.word()}` |" for _ in range(3)]
        return [rows[0], "|---|:-:|", rows[1], rows[2] + self.random.choice(("", f" {self.attributes()}"))]

    def block(self, depth: int = 0) -> list[str]:
        """Return the lines of a block."""
        self.left -= 1
        r = self.random
        kinds = [
            self.text,
            lambda: self.items(depth, [r.choice("-*+") + " " * r.randint(1, 3)] * r.randint(1, 3)),
            lambda: self.items(depth, [f"{n}. " for n in range(1, r.randint(2, 4))]),
            lambda: [f"> {line}".rstrip() for line in self.block(depth + 1)] if depth < 3 else self.text(),
            lambda: ["::: {.a k=v}", *self.block(depth + 1), ":::"] if depth < 3 else self.text(),
            self.table,
            lambda: [self.words(), *self.items(depth, [":   "] * r.randint(1, 2))],
            lambda: [f"{'#' * r.randint(1, 6)} {self.words()} {self.attributes()}"],
            lambda: [*self.text(), r.choice(("===", "---"))],
            lambda: [f"```{self.random.choice(('', ' python', ' {.a #b1}'))}", self.words(), "", "```"],
            lambda: [f"    {self.words()}"],
            lambda: ["***"],
            lambda: [
                f"<table><tr><td>{self.words()}</td></tr>",
                f"<tr><td>{self.word()} <i>{self.word()}</i></td></tr></table>",
            ],
            lambda: [f"<!-- {self.words()}", "", "-->"],
        ]
        return r.choice(kinds)()

    def document(self) -> str:
        lines = []
        while self.left > 0:
            lines += [*self.block(), ""]
        return "\n".join([*lines, *self.notes])


markdown = st.builds(
    lambda seed, size: MarkdownGenerator(seed, size).document(), st.integers(0, 2**32), st.integers(1, 20)
)
