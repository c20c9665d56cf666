"""Find out why a filter shows or leaves out each unit of the CV.

The steps of the pipeline run one after another on the CV. If the key of a node is missing after a step, this step left
the node out, and a function for the step gives the reason.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from msgspec import structs

from polyvita.builder.fit import fit, rank_units
from polyvita.builder.job import Job
from polyvita.builder.plan import make_plan
from polyvita.builder.steps import PREPARATION_STEPS, SELECTION_STEPS, Step, layout_function, run_steps
from polyvita.config.expression import Expression
from polyvita.config.filter import Limit
from polyvita.core.diagnostics import DoesNotFitError
from polyvita.core.document import (
    CodeBlock,
    Document,
    Heading,
    Inline,
    Node,
    RawBlock,
    Row,
    Section,
    Table,
    children,
    plain_text,
    rewrite,
    walk,
)
from polyvita.core.location import line_label
from polyvita.explain.model import ExplainedSpan, ExplainedUnit, Explanation
from polyvita.explain.reasons import deciding_part, format_term
from polyvita.transforms import choose_wordings, limit_items
from polyvita.transforms.context import Context
from polyvita.transforms.limit import rank_items
from polyvita.transforms.prune import Pruner

FindReason = Callable[[Document, int], str]
"""Returns why a step left out the node with a key. The document is the one before the step."""


@dataclass(frozen=True, slots=True)
class _NodeInContext:
    """A node with its effective tags and keys. `chain` is its ancestors, outermost first, and the node itself."""

    node: Node
    context: Context
    chain: tuple[_NodeInContext, ...]


@dataclass(frozen=True, slots=True)
class Trace:
    """A CV that was followed through the steps.

    `units` maps the key of each unit to the unit. `out` maps the key of each unit, section, table or span that is left
    out to the reason. A span is in `out` only if the nodes around it are shown.
    """

    document: Document
    units: Mapping[int, ExplainedUnit]
    out: Mapping[int, str]
    explanation: Explanation


def explain_filters(source: Path, names: Sequence[str]) -> list[Explanation]:
    """Explain the named filters, or all filters if `names` is empty. Raises `InputError` if the input has errors."""
    plan = make_plan(source, filters=names)
    return [explain(job, plan.folder) for job in plan.jobs]


def explain(job: Job, folder: Path = Path()) -> Explanation:
    """Return why each unit is shown or left out by the filter of the job. `folder` is the folder of the CV."""
    return trace(job, folder).explanation


def trace(job: Job, folder: Path = Path()) -> Trace:
    """Return the explanation together with the CV that it is about."""
    tracer = _Tracer(job, folder)
    explanation = tracer.explanation()
    units = {node.key: unit for node, unit in zip(tracer.units, explanation.units, strict=True)}
    out = {key: unit.reason for key, unit in units.items() if not unit.shown}
    out |= {key: tracer.reason(key)[1] for key in tracer.other_omissions() if key not in units}
    return Trace(tracer.document, units, out, explanation)


class _Tracer:
    """Runs the steps, and records for each omitted node the step, the reason and the document before the step."""

    def __init__(self, job: Job, folder: Path) -> None:
        self.job, self.folder = job, folder
        self.fit_error = ""
        self.document, _ = run_steps(PREPARATION_STEPS, job.document, job)
        self.units = _units(self.document)
        self.nodes = {item.node.key: item for item in _walk_in_context(self.document.blocks, Context(), ())}
        self.omitted: dict[int, tuple[str, FindReason, Document]] = {}

    def explanation(self) -> Explanation:
        document = self.document
        for name, step, find_reason in self.steps():
            new = step(document)
            # “citations” sets entries in another style, which makes new nodes of their text.
            for key in _keys(document) - _keys(new) if name != "citations" else ():
                self.omitted[key] = (name, find_reason, document)
            document = new
        units = tuple(self.explain_unit(index, node) for index, node in enumerate(self.units))
        headings = {
            node.heading.location.line: node.key not in self.omitted
            for node in walk(self.document)
            if isinstance(node, Section)
        }
        return Explanation(self.job.filter.name, units, headings, self.document.text, self.document.file)

    def steps(self) -> Iterator[tuple[str, Callable[[Document], Document], FindReason]]:
        """Yield the steps that can leave something out: name, step, and the function that finds the reason."""
        job = self.job
        reasons: dict[str, FindReason] = {
            "language": self.language_reason,
            "since": self.since_reason,
            "select": self.select_reason,
            "outline": lambda _document, _key: "not in any part of “sections”",
        }
        for name, step in SELECTION_STEPS:
            if name == "limit":
                for limit in job.filter.limit:
                    yield name, _limit_step(limit, job), self.limit_reason(limit)
            else:
                yield name, partial(_run_step, step, job), reasons.get(name, _unexpected)
        yield "fit", self.fit, self.fit_reason
        yield "wordings", choose_wordings, lambda _document, _key: "another wording is shown"

    def explain_unit(self, index: int, node: Node) -> ExplainedUnit:
        item = self.nodes[node.key]
        sections = [part.node for part in item.chain[:-1] if isinstance(part.node, Section)]
        step, reason = self.reason(node.key)
        return ExplainedUnit(
            number=index,
            location=node.location,
            section=" › ".join(_text(section.heading) for section in sections if isinstance(section, Section)),
            text=_text(node.heading if isinstance(node, Section) else node),
            tags=item.context.tags,
            shown=not step,
            step=step,
            reason=reason,
            lines=tuple(sorted(set(self.lines(node)))),
            spans=tuple(self.spans(node)),
            shown_text=_text(rewrite(node.heading if isinstance(node, Section) else node, self.drop_omitted_span)),
        )

    def drop_omitted_span(self, part: Node) -> Node | None:
        return None if _is_span(part) and part.key in self.omitted else part

    def other_omissions(self) -> Iterator[int]:
        """Yield the keys of omitted sections and tables, and of omitted spans in content that is shown."""
        # A div can be left out although its content is shown: an outline dissolves it.
        units = {node.key for node in self.units}

        def hides(node: Node) -> bool:
            return node.key in self.omitted and (node.key in units or isinstance(node, Heading | Row) or _is_span(node))

        for key, item in self.nodes.items():
            if key in self.omitted:
                alone = not any(hides(outer.node) for outer in item.chain[:-1])
                if isinstance(item.node, Section | Table) or (_is_span(item.node) and alone):
                    yield key

    def reason(self, key: int) -> tuple[str, str]:
        """Return the step that left a node out and the reason. The step is empty if the node is shown."""
        if key in self.omitted:
            step, find_reason, document = self.omitted[key]
            return step, find_reason(document, key)
        select, context = self.job.filter.select, self.nodes[key].context
        if select is None:
            return "", "nothing in the filter leaves this out"
        if context.satisfies(select):
            return "", f"selected: {_format_decision(select, context)}"
        return "", "shown together with its content"

    def spans(self, node: Node) -> Iterator[ExplainedSpan]:
        """Yield the spans of a unit that have attributes, without spans inside an omitted span."""
        for part in children(node):
            if _is_span(part):
                step, reason = self.reason(part.key)
                yield ExplainedSpan(_text(part), self.nodes[part.key].context.tags, not step, reason)
            if part.key not in self.omitted or not part.attr:
                yield from self.spans(part)

    def lines(self, node: Node) -> Iterator[int]:
        """Yield the lines of a node in the CV. A code block includes its two fences.

        An entry of a bibliography has the line that gives it tags and a note.
        """
        for part in walk(node):
            first = part.location.line
            if part.location.file != self.document.file:
                if part.attr.location.line and part.attr.location.file == self.document.file:
                    yield part.attr.location.line
                continue
            match part:
                case CodeBlock(text=text) | RawBlock(text=text):
                    yield from range(first, first + len(text.splitlines()) + 2 * isinstance(part, CodeBlock))
                case _:
                    yield first

    # ------------------------------------------------------------ the reason of each step

    def language_reason(self, _document: Document, key: int) -> str:
        lang = self.nodes[key].context.keys.get("lang")
        return f"language: the content is in “{lang}”, the output is in “{self.job.lang}”" if lang else _EMPTIED

    def since_reason(self, _document: Document, key: int) -> str:
        date = self.nodes[key].context.keys.get("date")
        return f"since: the date {date} ends before {self.job.since}" if date else _EMPTIED

    def select_reason(self, _document: Document, key: int) -> str:
        item, filter = self.nodes[key], self.job.filter
        if filter.drop:
            for outer in item.chain:
                if outer.context.satisfies(filter.drop):
                    line = line_label(outer.node.location, self.document.file)
                    origin = "" if outer.node is item.node else f" (inherited from line {line})"
                    return f"dropped: {_format_decision(filter.drop, outer.context)}{origin}"
        if filter.select and not item.context.satisfies(filter.select):
            return f"not selected: {_format_decision(filter.select, item.context)}"
        return _EMPTIED

    def limit_reason(self, limit: Limit) -> FindReason:
        def find_reason(document: Document, key: int) -> str:
            inside = {outer.node.key for outer in self.nodes[key].chain}
            for order in rank_items(document, limit, self.job.filter.sort):
                rank = next((i for i, node in enumerate(order, 1) if node.key in inside), None)
                if rank is not None:
                    return f"limit: at most {limit.most} of {limit.counted}; this is number {rank} of {len(order)}"
            return _EMPTIED

        return find_reason

    def fit(self, document: Document) -> Document:
        if not document.blocks:
            return document
        try:
            return fit(document, self.job.filter, layout_function(self.job, self.folder)).document
        except DoesNotFitError as problem:
            self.fit_error = problem.findings[-1].message
            return structs.replace(document, blocks=())

    def fit_reason(self, document: Document, key: int) -> str:
        if self.fit_error:
            return f"no output can be written: {self.fit_error}"
        inside = {outer.node.key for outer in self.nodes[key].chain}
        order = rank_units(document)
        for rank, unit in enumerate(order, 1):
            if unit.node.key in inside:
                return f"left out to fit: priority {unit.priority}, number {rank} of {len(order)} by importance"
        return "left out to fit, together with its content"


_EMPTIED = "all its content is left out"


def _unexpected(_document: Document, key: int) -> str:
    raise AssertionError(f"a step that only sorts left out the node {key}")


def _run_step(step: Step, job: Job, document: Document) -> Document:
    return step(document, job)[0]


def _limit_step(limit: Limit, job: Job) -> Callable[[Document], Document]:
    return lambda document: limit_items(document, limits=(limit,), sorts=job.filter.sort)


def _format_decision(expression: Expression, context: Context) -> str:
    """Return the part of the expression that decides, and say so if the part is false."""
    part = deciding_part(expression.root, context.tags, context.keys)
    text = format_term(part)
    return text if Expression("", part).matches(context.tags, context.keys) else f"“{text}” is false"


def _keys(document: Document) -> set[int]:
    return {node.key for node in walk(document)}


def _walk_in_context(
    nodes: Sequence[Node], outer: Context, ancestors: tuple[_NodeInContext, ...]
) -> Iterator[_NodeInContext]:
    for node in nodes:
        item = _NodeInContext(node, outer.enter(node.attr), ())
        item = dataclasses.replace(item, chain=(*ancestors, item))
        yield item
        yield from _walk_in_context(tuple(children(node)), item.context, item.chain)


def _units(document: Document) -> list[Node]:
    """Return all units in the order of the source."""
    found: set[int] = set()

    # A pruner asks about every unit if it keeps none.
    def record(node: Node, _context: Context) -> bool:
        found.add(node.key)
        return False

    Pruner(keep=record).prune(document)
    return [node for node in walk(document) if node.key in found]


def _is_span(node: Node) -> bool:
    """Return whether a node is inside a line and has attributes, so that a filter can leave it out."""
    return isinstance(node, Inline) and bool(node.attr)


def _text(node: Node | Heading) -> str:
    return " ".join(plain_text(node).split())
