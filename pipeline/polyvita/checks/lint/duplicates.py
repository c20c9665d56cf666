"""The same publication twice: items whose titles are equal but for slips, and that share their authors.

Only items that share a rare word are compared, each with a few neighbours, so that the work grows with the number of
items and not with its square.
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from polyvita.checks.lint.context import LintContext, leaf
from polyvita.core.diagnostics import Finding, warning
from polyvita.core.document import Link, ListItem, Node, Paragraph, Row, walk

RAREST = 4
"""So many words of a title, the rarest in the CV, lead from it to others."""
NEIGHBOURS = 8
"""So many others that share a word are compared."""

_QUOTED = re.compile(r"“([^”]+)”|„([^“”]+)[“”]|«([^»]+)»|»([^«]+)«|\"([^\"]+)\"")
_AFTER_YEAR = re.compile(r"\((?:19|20)\d\d[a-z]?\)[.:,]?\s+(.+?[?!.])(?:\s|$)")
_AUTHOR = re.compile(r"([^\W\d_a-z][\w’'-]+),? [A-Z](?:\b|\.)|[A-Z]\.[ -]?([^\W\d_a-z][\w’'-]+)")
_WORD = re.compile(r"\w+")
_NO_FIGURE = re.compile(r"\D+")
_DOI = re.compile(r"10\.\d{4,9}/[^\s>)]+[^\s>).,;]")
_SHORTEST = 4


@dataclass(frozen=True, slots=True)
class Publication:
    """A publication as an item names it: what stands before its title, and the words of that.

    `authors` are those that are written with their initials; `when` is all that dates the item.
    """

    node: Node
    before: frozenset[str]
    authors: frozenset[str]
    title: tuple[str, ...]
    when: tuple[str, ...]
    doi: str = ""


def duplicate_publications(manuscript: LintContext) -> Iterator[Finding]:
    """Items that name the same publication as one before them."""
    works = list(publications_of(manuscript.nodes))
    said: set[int] = set()
    for first, second in candidates(works):
        if id(second.node) not in said and same(first, second):
            said.add(id(second.node))
            message = f"this looks like the publication in line {first.node.location.line}"
            yield warning("PV216", message, second.node.location, "keep one of them, so that it is not counted twice")


def publications_of(nodes: Iterable[Node]) -> Iterator[Publication]:
    """The publications that list items and table rows name."""
    yield from (work for node in nodes if (work := _work(node)))


def _work(node: Node) -> Publication | None:
    match node:
        case ListItem(blocks=(Paragraph() as first, *_)):
            text = leaf(first).text
        case Row(cells=cells) if cells:
            text = " ".join(leaf(cell).text for cell in cells)
        case _:
            return None
    quoted = max(_QUOTED.finditer(text), key=lambda found: found.end() - found.start(), default=None)
    found = quoted or _AFTER_YEAR.search(text)
    if not found:
        return None
    title = words(found[found.lastindex or 0])
    before = words(text[: found.start()])
    if len(title) < _SHORTEST or not any(len(word) > 2 for word in before):
        return None
    when = (*(word for word in before if word.isdecimal()), node.attr.get("date"))
    names = frozenset(name for names in _AUTHOR.findall(text[: found.start()]) for name in names if name)
    dois = {doi[0].lower() for link in walk(node) if isinstance(link, Link) and (doi := _DOI.search(link.url))}
    short = frozenset(word for word in before if len(word) > 2 and not word.isdecimal())
    return Publication(node, short, names, title, when, dois.pop() if len(dois) == 1 else "")


def words(text: str) -> tuple[str, ...]:
    """The words of a text without case and accents."""
    plain = "".join(char for char in unicodedata.normalize("NFKD", text) if not unicodedata.combining(char))
    return tuple(_WORD.findall(plain.casefold()))


def candidates(works: Sequence[Publication]) -> Iterator[tuple[Publication, Publication]]:
    """Pairs that may be the same, each once, the earlier one first."""
    known = Counter(word for work in works for word in set(work.title))
    shelves: dict[object, list[int]] = {}
    seen: set[tuple[int, int]] = set()
    for index, work in enumerate(works):
        rarest = sorted(set(work.title), key=lambda word: (known[word], word))[:RAREST]
        for key in (*rarest, work.title):
            shelf = shelves.setdefault(key, [])
            for other in shelf[-NEIGHBOURS:]:
                if (other, index) not in seen:
                    seen.add((other, index))
                    yield works[other], work
            shelf.append(index)


def same(one: Publication, other: Publication) -> bool:
    """Whether two works are one: titles equal but for slips, and half, at least, of what stands before them.

    A talk or a course may be given again under its title, so all that dates them is the same, too; but what two authors
    or more have written together may be there as a preprint and as it was published.
    """
    shared = len(one.before & other.before)
    if 2 * shared < max(len(one.before), len(other.before)):
        return False
    if len(one.authors & other.authors) < 2 and (one.when != other.when or (one.doi and one.doi != other.doi)):
        return False
    return _same_words(one.title, other.title)


def _same_words(one: Sequence[str], other: Sequence[str]) -> bool:
    """Whether the words are the same but for slips in them."""
    if one == other:
        return True
    if len(set(one) & set(other)) * 4 < 3 * min(len(one), len(other)):
        return False
    for kind, i, j, k, m in difflib.SequenceMatcher(None, one, other, autojunk=False).get_opcodes():
        if kind != "equal" and not _slip("".join(one[i:j]), "".join(other[k:m])):
            return False
    return True


def _slip(one: str, other: str) -> bool:
    """Whether two words are one with a slip, or one that is written apart: `data set` and `dataset`. Figures and short
    words are no slips: part I is not part II."""
    return one == other or (
        min(len(one), len(other)) >= _SHORTEST
        and one[0] == other[0]
        and _NO_FIGURE.sub("", one) == _NO_FIGURE.sub("", other)
        and difflib.SequenceMatcher(None, one, other, autojunk=False).ratio() >= 0.85
    )
