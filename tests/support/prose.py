"""The texts that users read, and the rules of plain English that a program can check.

No prose linter does this: Vale, proselint, textlint, alex and write-good read text files and not the messages in
Python code, and Vale and textlint need a download or Node beside Python.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

from repository import PACKAGE, ROOT

MOST_WORDS = 25
MOST_WORDS_IN_TABLES = 30
"""The longest sentence, in words. A code span, a URL and a value that the program fills in count as one word.

In a table, a semicolon ends a sentence too."""

BANNED = {
    r"at hand": "found, available",
    r"mend(s|ed|ing)?": "fix",
    r"(?<!there )is no(?! longer\b| more\b)": "is not a",
    r"meets? nothing": "matches nothing",
    r"so many": "the number",
    r"whoever": "the person who",
    r"(held|holds?|holding) \S+( \S+){0,3} against|held against": "check, compare with",
    r"told (of|from|apart)": "report, distinguish",
    r"(stands?|standing|stood) (in|at|beside|for|under|before|behind|after|above|below|where|there)": "is",
    r"nobody (should|knows)": "name the actor",
    r"as it were": "(leave it out)",
    r"of one[’']s own": "your own",
    r"(to|for) (see|look) to": "check",
    r"anew": "again",
    r"thereof|wherein": "of it, in which",
    r"((is|are|was|were|be) said|what is said)( (of|about|to|by|how|why))?": "report, print, message",
    r"(says?|tells?|said|told) (so|why|how|which|what|where|whether|of)": "report, print, explain",
    r"hears? of|heard of": "receive, notice",
    r"(the|its|their) looks? of|look of": "appearance",
    r"where (there|nothing|none|no|it|they|that|all|one|neither) (is|are|has|have|can|cannot|does|do|was|were)": "if",
    r"(?<=[,;] )where (it|they|nothing|none)": "if",
    r"whether [^.]* or no(?! \w)": "whether",
}
"""Phrases that readers stumble over, as regular expressions for whole words, and what to write instead."""

_ANY_BANNED = re.compile("|".join(BANNED), re.I)  # one search rules out most texts
_BANNED = [(re.compile(rf"(?<![\w-])(?:{phrase})(?![\w-])", re.I), better) for phrase, better in BANNED.items()]


class Text(NamedTuple):
    """A piece of prose: where it starts, and how long its sentences may be."""

    file: Path
    line: int
    text: str
    most_words: int = MOST_WORDS


@cache
def texts() -> tuple[Text, ...]:
    """Return the prose of the documentation, and the messages of the package."""
    return tuple(_texts())


def _texts() -> Iterator[Text]:
    for page in (
        *ROOT.glob("*.md"),
        *ROOT.glob("docs/**/*.md"),
        *ROOT.glob("tests/*.md"),
        *ROOT.glob(".github/**/*.md"),
    ):
        if page.name != "cv.md":
            yield from markdown_texts(page, page.read_text(encoding="utf-8"))
    for module in PACKAGE.rglob("*.py"):
        if module.name != "i18n.py":  # Its texts are on the pages of CVs, in many languages.
            yield from message_texts(module, module.read_text(encoding="utf-8"))


def message_texts(file: Path, code: str) -> Iterator[Text]:
    """Yield the literal texts of a module, docstrings left out, that have three words or more.

    Among them are all messages, hints and help texts, and the descriptions of settings. Markup is left out.
    """
    tree = ast.parse(code)
    skipped = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    skipped |= {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values}
    for node in ast.walk(tree):
        match node:
            case ast.Constant(value=str(text)):
                pass
            case ast.JoinedStr(values=parts):
                text = "".join(str(part.value) if isinstance(part, ast.Constant) else "…" for part in parts)
            case _:
                continue
        is_text = len(re.findall(r"(?<!\S)[“(]?[A-Za-z’]+", text)) >= 3 and not _MARKUP.search(text)
        is_word_list = len(text.split()) > MOST_WORDS and not re.search(r"\b(the|is|are|of|to) ", text)
        if id(node) not in skipped and is_text and not is_word_list:
            yield Text(file, node.lineno, plain(text))


_MARKUP = re.compile(r"</|/>|<[a-z:]+ [a-z:]+=|=\"|\{ *\n|[a-z-]+: [^;{}]+; |#let|\(\?|\\[swd]|^import ")


def markdown_texts(file: Path, markdown: str) -> Iterator[Text]:
    """Yield the headings, paragraphs, list items and table cells of a page. Code blocks and comments are left out."""
    markdown = re.sub(r"^( *)(```+|~~~+).*?^\1\2", _blank, markdown, flags=re.M | re.S)
    markdown = re.sub(r"<!--.*?-->", _blank, markdown, flags=re.S)
    markdown = re.sub(r"\n\n(?: {4,}.*\n)+", _blank, markdown)
    start, lines = 0, []
    for number, line in enumerate([*markdown.split("\n"), ""], 1):
        row = line.startswith("|")
        if lines and (not line.strip() or row or re.match(r" *([-*+]|\d+\.|>) |#", line)):
            yield Text(file, start, plain("\n".join(lines)))
            lines = []
        if row and not re.fullmatch(r"[\s|:-]+", line):
            yield from (Text(file, number, plain(cell), MOST_WORDS_IN_TABLES) for cell in re.split(r"(?<!\\)\|", line))
        elif line.strip() and not row:
            start = start if lines else number
            lines.append(line)
            if line.startswith("#"):
                yield Text(file, start, plain(line))
                lines = []


def _blank(match: re.Match[str]) -> str:
    return "\n" * match[0].count("\n")


def plain(text: str) -> str:
    """Return Markdown without markup. Line ends stay, so that a position still has its line."""
    text = re.sub(r"(`+)(?!`).+?(?<!`)\1(?!`)", lambda code: "code" + "\n" * code[0].count("\n"), text, flags=re.S)
    text = re.sub(r"!?\[([^\]]*)\]\([^)]*\)", r"\1", text)
    text = re.sub(r"<?https?://\S+", "url", text)
    return re.sub(r"\*+|^\s*(?:[-*+>]|\d+\.|#+)\s", "", text)


def faults(text: Text) -> Iterator[str]:
    """Yield each banned phrase and each sentence that is too long, with its file and line."""
    where = text.file.relative_to(ROOT) if text.file.is_relative_to(ROOT) else text.file
    for phrase, better in _BANNED if _ANY_BANNED.search(text.text) else ():
        for found in phrase.finditer(text.text):
            line = text.line + text.text.count("\n", 0, found.start())
            yield f"{where}:{line}: “{' '.join(found[0].split())}”: write “{better}”"
    end = r"[.!?][”\")]?" if text.most_words == MOST_WORDS else r"[.!?][”\")]?|;"
    for sentence in re.finditer(rf"\S.*?(?:(?:{end})(?=\s|$)|$(?!\n))", text.text, re.S):
        words = [word for word in sentence[0].split() if re.search(r"\w|…", word)]
        if len(words) > text.most_words:
            line = text.line + text.text.count("\n", 0, sentence.start())
            yield f"{where}:{line}: a sentence of {len(words)} words: {' '.join(words[:6])} …"
