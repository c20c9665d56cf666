"""Names in braces: tags that nothing uses, tags and keys that look mistyped, ids that stand there twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from polyvita.checks.lint.context import LintContext
from polyvita.checks.references import location_of
from polyvita.config.expression import COMPARABLE_KEYS
from polyvita.config.expression_parser import parse_expression
from polyvita.core.diagnostics import Finding, did_you_mean, error, warning
from polyvita.core.document import Code, CodeBlock, Node, Span
from polyvita.transforms.context import contexts, tags_of

MEANT = frozenset({*COMPARABLE_KEYS, "dates", "count", "width", "height"})
"""The keys that mean something to this program."""

OFTEN = 3
"""A name that is there so often is no slip."""
_SHORTEST = 4


def unused_tags(manuscript: LintContext) -> Iterator[Finding]:
    """Tags that stand in the source and in no filter. One that the front matter lists is meant to be there; and where
    no filter names any tag, tags have another use."""
    named = manuscript.named.tags | _counted(manuscript)
    if not manuscript.all_filters or not named:
        return
    known = named | set(manuscript.document.meta.get("tags") or ()) | set(_slips(manuscript))
    for tag, (node, _) in _tags(manuscript).items():
        if tag not in known:
            hint = (
                did_you_mean(tag, named)
                or "use it in a filter, list it in the front matter under “tags”, or take it out"
            )
            yield warning("PV210", f"no filter uses the tag “{tag}”", location_of(node, f".{tag}"), hint)


def _counted(manuscript: LintContext) -> frozenset[str]:
    """The tags that counts in the text name (`count="publication"`)."""
    written = {node.attr.get("count") for node in manuscript.nodes if isinstance(node, Span)} - {""}
    found = [parse_expression(text).tags_and_keys()[0] for text in written]  # the plan has read them before
    return frozenset().union(*found)


def mistyped_tags(manuscript: LintContext) -> Iterator[Finding]:
    """Tags that are there once and one letter away from one that is there often."""
    tags = _tags(manuscript)
    for tag, other in _slips(manuscript).items():
        node, often = tags[tag][0], tags[other][1]
        message = f"the tag “{tag}” is there once, “{other}” {often} times"
        yield warning("PV211", message, location_of(node, f".{tag}"), f"did you mean “{other}”?")


def _slips(manuscript: LintContext) -> dict[str, str]:
    """Tags that look mistyped, each with what may have been meant. What is listed or used is meant as it stands."""
    tags = _tags(manuscript)
    meant = manuscript.named.tags | _counted(manuscript) | set(manuscript.document.meta.get("tags") or ())
    often = [tag for tag, (_, number) in tags.items() if number >= OFTEN]
    found = {}
    for tag, (_, number) in tags.items():
        if number == 1 and tag not in meant and len(tag) >= _SHORTEST:
            other = next((other for other in often if one_slip(tag, other)), None)
            if other:
                found[tag] = other
    return found


def _tags(manuscript: LintContext) -> dict[str, tuple[Node, int]]:
    """Each tag with the first node that carries it, and how many do."""
    found: dict[str, tuple[Node, int]] = {}
    for node in manuscript.nodes:
        if isinstance(node, Code | CodeBlock):  # its classes name the language of the code
            continue
        for tag in tags_of(node.attr):
            first, number = found.get(tag, (node, 0))
            found[tag] = first, number + 1
    return found


def mistyped_keys(manuscript: LintContext) -> Iterator[Finding]:
    """Keys that are there once, that no filter uses, and that are one letter away from one that means something."""
    counted = Counter(key for node in manuscript.nodes for key in dict(node.attr.keys))
    known = sorted(MEANT | {key for key, number in counted.items() if number >= OFTEN})
    for node in manuscript.nodes:
        for key in dict(node.attr.keys):
            if counted[key] > 1 or key in MEANT or key in manuscript.named.keys:
                continue
            meant = next((other for other in known if one_slip(key, other)), None)
            if meant:
                message = f"the key “{key}” means nothing, and is there once"
                yield warning("PV212", message, location_of(node, f"{key}="), f"did you mean “{meant}”?")


def repeated_ids(manuscript: LintContext) -> Iterator[Finding]:
    """Ids that two nodes have. Two languages may share one: no output shows both."""
    seen: dict[str, list[tuple[str, Node]]] = {}
    for node, context in contexts(manuscript.document):
        lang = context.keys.get("lang", "")
        if not node.attr.id:
            continue
        earlier = seen.setdefault(node.attr.id, [])
        if any(other is node for _, other in earlier):
            continue
        first = next((other for spoken, other in earlier if not spoken or not lang or spoken == lang), None)
        if first:
            message = f"the id “{node.attr.id}” is there already, in line {first.location.line}"
            hint = "give one of them another: filters and links find the first alone"
            yield error("PV215", message, location_of(node, f"#{node.attr.id}"), hint)
        earlier.append((lang, node))


def one_slip(word: str, other: str) -> bool:
    """Whether one letter is missing, added, changed, or changed places with its neighbour. A figure is no slip: `part1`
    and `part2` are two names."""
    if len(word) > len(other):
        word, other = other, word
    start = next((i for i, (a, b) in enumerate(zip(word, other, strict=False)) if a != b), len(word))
    rest, more = word[start:], other[start:]
    if len(word) < len(other):
        return rest == more[1:] and not more[0].isdecimal()
    if not rest or rest[0].isdecimal() or more[0].isdecimal():
        return False
    return rest[1:] == more[1:] or (rest[:2] == more[1::-1] and rest[2:] == more[2:])
