"""A check of publications that the CV names twice: items with the same title, apart from typos, and the same authors.

Each title is compared only with a few others that share a rare word with it. The running time therefore grows with the
number of items, not with its square.
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from polyvita.checks.lint.context import LintContext, text_block
from polyvita.core.diagnostics import Finding, warning
from polyvita.core.document import Link, ListItem, Node, Paragraph, Row, walk
from polyvita.core.location import line_label

RARE_WORDS = 4
"""The number of words of a title, the rarest in the CV, by which other titles are found."""
MAX_COMPARED = 8
"""The number of earlier titles with the same word that a title is compared with: the last ones."""

_QUOTED = re.compile(r"“([^”]+)”|„([^“”]+)[“”]|«([^»]+)»|»([^«]+)«|\"([^\"]+)\"")
_AFTER_YEAR = re.compile(r"\((?:19|20)\d\d[a-z]?\)[.:,]?\s+(.+?[?!.])(?:\s|$)")
_AUTHOR = re.compile(r"([^\W\d_a-z][\w’'-]+),? [A-Z](?:\b|\.)|[A-Z]\.[ -]?([^\W\d_a-z][\w’'-]+)")
_WORD = re.compile(r"\w+")
_NON_DIGITS = re.compile(r"\D+")
_DOI = re.compile(r"10\.\d{4,9}/[^\s>)]+[^\s>).,;]")
_MIN_LENGTH = 4


@dataclass(frozen=True, slots=True)
class Publication:
    """A publication as a list item or table row names it.

    `lead` has the words before the title, `authors` the surnames written with initials, and `dates` the numbers before
    the title and the attribute `date`.
    """

    node: Node
    lead: frozenset[str]
    authors: frozenset[str]
    title: tuple[str, ...]
    dates: tuple[str, ...]
    doi: str = ""


def find_duplicate_publications(context: LintContext) -> Iterator[Finding]:
    """Find items that name the same publication as an earlier item."""
    publications = list(publications_of(context.nodes))
    reported: set[int] = set()
    for first, second in candidate_pairs(publications):
        if second.node.key not in reported and is_same_publication(first, second):
            reported.add(second.node.key)
            line = line_label(first.node.location, context.document.file)
            message = f"this publication looks like the one in line {line}"
            hint = "if both are the same, delete one of them: now it is counted twice"
            yield warning("PV216", message, second.node.location, hint)


def publications_of(nodes: Iterable[Node]) -> Iterator[Publication]:
    """Yield the publications that list items and table rows name."""
    yield from (publication for node in nodes if (publication := _publication_of(node)))


def _publication_of(node: Node) -> Publication | None:
    match node:
        case ListItem(blocks=(Paragraph() as first, *_)):
            text = text_block(first).text
        case Row(cells=cells) if cells:
            text = " ".join(text_block(cell).text for cell in cells)
        case _:
            return None
    quoted = max(_QUOTED.finditer(text), key=lambda found: found.end() - found.start(), default=None)
    found = quoted or _AFTER_YEAR.search(text)
    if not found:
        return None
    title = normalized_words(found[found.lastindex or 0])
    lead = normalized_words(text[: found.start()])
    if len(title) < _MIN_LENGTH or not any(len(word) > 2 for word in lead):
        return None
    dates = (*(word for word in lead if word.isdecimal()), node.attr.get("date"))
    authors = frozenset(name for names in _AUTHOR.findall(text[: found.start()]) for name in names if name)
    dois = {doi[0].lower() for link in walk(node) if isinstance(link, Link) and (doi := _DOI.search(link.url))}
    lead_words = frozenset(word for word in lead if len(word) > 2 and not word.isdecimal())
    return Publication(node, lead_words, authors, title, dates, dois.pop() if len(dois) == 1 else "")


def normalized_words(text: str) -> tuple[str, ...]:
    """Return the words of a text in lower case and without accents."""
    plain = "".join(char for char in unicodedata.normalize("NFKD", text) if not unicodedata.combining(char))
    return tuple(_WORD.findall(plain.casefold()))


def candidate_pairs(publications: Sequence[Publication]) -> Iterator[tuple[Publication, Publication]]:
    """Yield the pairs that may be the same publication, each pair once and with the earlier publication first."""
    frequency = Counter(word for publication in publications for word in set(publication.title))
    by_key: dict[object, list[int]] = {}
    seen: set[tuple[int, int]] = set()
    for index, publication in enumerate(publications):
        rarest = sorted(set(publication.title), key=lambda word: (frequency[word], word))[:RARE_WORDS]
        for key in (*rarest, publication.title):
            earlier = by_key.setdefault(key, [])
            for other in earlier[-MAX_COMPARED:]:
                if (other, index) not in seen:
                    seen.add((other, index))
                    yield publications[other], publication
            earlier.append(index)


def is_same_publication(one: Publication, other: Publication) -> bool:
    """Return whether two items name the same publication.

    Their titles are the same apart from typos, and they share at least half of the words before the title. Talks and
    courses are often repeated under one title: with fewer than two common authors, dates and DOIs must agree as well.
    With two common authors they may differ, as those of a preprint and of the published article do.
    """
    shared = len(one.lead & other.lead)
    if 2 * shared < max(len(one.lead), len(other.lead)):
        return False
    if len(one.authors & other.authors) < 2 and (one.dates != other.dates or (one.doi and one.doi != other.doi)):
        return False
    return _has_same_words(one.title, other.title)


def _has_same_words(one: Sequence[str], other: Sequence[str]) -> bool:
    """Return whether two titles have the same words apart from typos."""
    if one == other:
        return True
    if len(set(one) & set(other)) * 4 < 3 * min(len(one), len(other)):
        return False
    for kind, i, j, k, m in difflib.SequenceMatcher(None, one, other, autojunk=False).get_opcodes():
        if kind != "equal" and not _is_same_word("".join(one[i:j]), "".join(other[k:m])):
            return False
    return True


def _is_same_word(one: str, other: str) -> bool:
    """Return whether two words differ by a typo or a space only, as `data set` and `dataset` do.

    Digits and short words must be equal: part I is not part II.
    """
    return one == other or (
        min(len(one), len(other)) >= _MIN_LENGTH
        and one[0] == other[0]
        and _NON_DIGITS.sub("", one) == _NON_DIGITS.sub("", other)
        and difflib.SequenceMatcher(None, one, other, autojunk=False).ratio() >= 0.85
    )
