"""Checks of names in braces: unused tags, mistyped tags, and repeated ids."""

from __future__ import annotations

from collections.abc import Iterator

from polyvita.checks.lint.context import LintContext
from polyvita.checks.references import location_of_attribute
from polyvita.config.expression_parser import parse_expression
from polyvita.core.diagnostics import Finding, did_you_mean, error, warning
from polyvita.core.document import Code, CodeBlock, Node, Span
from polyvita.transforms.context import selection_tags, walk_contexts

FREQUENT = 3
"""A name that occurs at least this often is not mistyped."""
_MIN_TAG_LENGTH = 4


def find_unused_tags(context: LintContext) -> Iterator[Finding]:
    """Find tags in the source that no filter uses.

    Tags that the front matter lists are not reported. Nothing is reported if no filter uses any tag, because tags then
    have another purpose.
    """
    used = context.names.tags | _counted_tags(context)
    if not context.all_filters or not used:
        return
    known = used | set(context.document.meta.get("tags") or ()) | set(_find_mistyped(context))
    for tag, (node, _) in _tag_counts(context).items():
        if tag not in known:
            hint = did_you_mean(tag, used) or "use it in a filter, add it to “tags” in the front matter, or delete it"
            yield warning("PV210", f"no filter uses the tag “{tag}”", location_of_attribute(node, f".{tag}"), hint)


def _counted_tags(context: LintContext) -> frozenset[str]:
    """Return the tags that the key `count` names in the text, as in `count="publication"`."""
    counts = {node.attr.get("count") for node in context.nodes if isinstance(node, Span)} - {""}
    # These expressions are valid: the plan of the build has parsed them before.
    return frozenset().union(*(parse_expression(text).tags_and_keys()[0] for text in counts))


def find_mistyped_tags(context: LintContext) -> Iterator[Finding]:
    """Find tags that occur once and differ by one letter from a frequent tag."""
    tags = _tag_counts(context)
    for tag, other in _find_mistyped(context).items():
        node, count = tags[tag][0], tags[other][1]
        message = f"the tag “{tag}” occurs once, the similar tag “{other}” {count} times"
        yield warning("PV211", message, location_of_attribute(node, f".{tag}"), f"did you mean “{other}”?")


def _find_mistyped(context: LintContext) -> dict[str, str]:
    """Return the tags that look mistyped, each with the tag that it resembles.

    Tags that are used or listed in the front matter are taken as intended.
    """
    tags = _tag_counts(context)
    intended = context.names.tags | _counted_tags(context) | set(context.document.meta.get("tags") or ())
    frequent = [tag for tag, (_, count) in tags.items() if count >= FREQUENT]
    found = {}
    for tag, (_, count) in tags.items():
        if count == 1 and tag not in intended and len(tag) >= _MIN_TAG_LENGTH:
            other = next((other for other in frequent if differs_by_typo(tag, other)), None)
            if other:
                found[tag] = other
    return found


def _tag_counts(context: LintContext) -> dict[str, tuple[Node, int]]:
    """Return each tag with the first node that has it, and the number of nodes that have it."""
    found: dict[str, tuple[Node, int]] = {}
    for node in context.nodes:
        if isinstance(node, Code | CodeBlock):  # The classes of code name its language.
            continue
        for tag in selection_tags(node.attr):
            first, count = found.get(tag, (node, 0))
            found[tag] = first, count + 1
    return found


def find_repeated_ids(context: LintContext) -> Iterator[Finding]:
    """Find ids that two nodes have. Nodes in different languages may share an id, because no output shows both."""
    seen: dict[str, list[tuple[str, Node]]] = {}
    for node, inherited in walk_contexts(context.document):
        lang = inherited.keys.get("lang", "")
        if not node.attr.id:
            continue
        earlier = seen.setdefault(node.attr.id, [])
        if any(known.location == node.location for _, known in earlier):  # a footnote with several marks
            continue
        first = next((known for other_lang, known in earlier if not other_lang or not lang or other_lang == lang), None)
        if first:
            message = f"the id “{node.attr.id}” is already used in line {first.location.line}"
            hint = "give one of them another id; filters and links find only the first one"
            yield error("PV215", message, location_of_attribute(node, f"#{node.attr.id}"), hint)
        earlier.append((lang, node))


def differs_by_typo(word: str, other: str) -> bool:
    """Return whether two words differ by one typo: a letter missing, added or changed, or two neighbours swapped.

    A different digit does not count as a typo: `part1` and `part2` are two names.
    """
    if len(word) > len(other):
        word, other = other, word
    start = next((i for i, (a, b) in enumerate(zip(word, other, strict=False)) if a != b), len(word))
    rest, other_rest = word[start:], other[start:]
    if len(word) < len(other):
        return rest == other_rest[1:] and not other_rest[0].isdecimal()
    if not rest or rest[0].isdecimal() or other_rest[0].isdecimal():
        return False
    is_swap = rest[:2] == other_rest[1::-1] and rest[2:] == other_rest[2:]
    return rest[1:] == other_rest[1:] or is_swap
