"""Find out why a filter shows or leaves out each unit of the CV.

The steps of the pipeline run one after another on a copy of the CV. In the copy, the location of every node is replaced
by a number. If a number is missing after a step, this step left the node out, and a function for the step gives the
reason.
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
from polyvita.core.diagnostics import DoesNotFitError, Report
from polyvita.core.document import (
    CodeBlock,
    Document,
    Heading,
    Inline,
    Node,
    RawBlock,
    Section,
    Table,
    children,
    plain_text,
    rewrite,
    rewrite_document,
    walk,
)
from polyvita.core.location import Location
from polyvita.explain.model import ExplainedSpan, ExplainedUnit, Explanation
from polyvita.explain.reasons import deciding_part, format_term
from polyvita.transforms import choose_wordings, limit_items
from polyvita.transforms.context import Context
from polyvita.transforms.limit import rank_items
from polyvita.transforms.prune import Pruner

FindReason = Callable[[Document, int], str]
"""Returns why a step left out the node with a number. The document is the one before the step."""


@dataclass(frozen=True, slots=True)
class _NodeInContext:
    """A node with its effective tags and keys. `chain` is its ancestors, outermost first, and the node itself."""

    node: Node
    context: Context
    chain: tuple[_NodeInContext, ...]


@dataclass(frozen=True, slots=True)
class Trace:
    """A CV that was followed through the steps. The location of each node of `document` is its number as the line.

    `locations` maps each number to the location in the source, and `units` to the unit, if the node is one. `out` maps
    it to the reason, if the node is a unit, a section, a table or a span that is left out. A span is in `out` only if
    the nodes around it are shown.
    """

    document: Document
    locations: Mapping[int, Location]
    units: Mapping[int, ExplainedUnit]
    out: Mapping[int, str]
    explanation: Explanation


def explain_filters(source: Path, names: Sequence[str]) -> list[Explanation]:
    """Explain the named filters, or all filters if `names` is empty. Raises `InputError` if the input has errors."""
    plan = make_plan(source, names)
    return [explain(job, plan.folder) for job in plan.jobs]


def explain(job: Job, folder: Path = Path()) -> Explanation:
    """Return why each unit is shown or left out by the filter of the job. `folder` is the folder of the CV."""
    return trace(job, folder).explanation


def trace(job: Job, folder: Path = Path()) -> Trace:
    """Return the explanation together with the numbered CV."""
    tracer = _Tracer(structs.replace(job, report=Report()), folder)
    explanation = tracer.explanation()
    numbers = [node.location.line for node in _units(tracer.document)]
    units = dict(zip(numbers, explanation.units, strict=True))
    out = {number: unit.reason for number, unit in units.items() if not unit.shown}
    out |= {number: tracer.reason(number)[1] for number in tracer.other_omissions() if number not in units}
    return Trace(tracer.document, tracer.locations, units, out, explanation)


class _Tracer:
    """Runs the steps, and records for each omitted node the step, the reason and the document before the step."""

    def __init__(self, job: Job, folder: Path) -> None:
        self.job, self.folder = job, folder
        self.fit_error = ""
        self.locations: dict[int, Location] = {}
        self.document = rewrite_document(run_steps(PREPARATION_STEPS, job.document, job), self.number)
        self.nodes = {item.node.location.line: item for item in _walk_in_context(self.document.blocks, Context(), ())}
        self.omitted: dict[int, tuple[str, FindReason, Document]] = {}

    def number(self, node: Node) -> Node:
        """Return the node with the next number as its location."""
        number = len(self.locations) + 1
        self.locations[number] = node.location
        return structs.replace(node, location=Location(line=number))

    def explanation(self) -> Explanation:
        document = self.document
        for name, step, find_reason in self.steps():
            new = step(document)
            for number in _numbers(document) - _numbers(new):
                self.omitted[number] = (name, find_reason, document)
            document = new
        units = tuple(self.explain_unit(index, node) for index, node in enumerate(_units(self.document)))
        headings = {
            self.locations[node.heading.location.line].line: node.location.line not in self.omitted
            for node in walk(self.document)
            if isinstance(node, Section)
        }
        return Explanation(self.job.filter.name, units, headings)

    def steps(self) -> Iterator[tuple[str, Callable[[Document], Document], FindReason]]:
        """Yield the steps that can leave something out: name, step, and the function that finds the reason."""
        job = self.job
        reasons: dict[str, FindReason] = {
            "language": self.language_reason,
            "since": self.since_reason,
            "select": self.select_reason,
            "outline": lambda _document, _number: "not in any part of “sections”",
        }
        for name, step in SELECTION_STEPS:
            if name == "limit":
                for limit in job.filter.limit:
                    yield name, _limit_step(limit, job), self.limit_reason(limit)
            else:
                yield name, partial(_run_step, step, job), reasons.get(name, _unexpected)
        yield "fit", self.fit, self.fit_reason
        yield "wordings", choose_wordings, lambda _document, _number: "another wording is shown"

    def explain_unit(self, index: int, node: Node) -> ExplainedUnit:
        number = node.location.line
        item = self.nodes[number]
        sections = [part.node for part in item.chain[:-1] if isinstance(part.node, Section)]
        step, reason = self.reason(number)
        return ExplainedUnit(
            number=index,
            location=self.locations[number],
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
        return None if isinstance(part, Inline) and part.attr and part.location.line in self.omitted else part

    def other_omissions(self) -> Iterator[int]:
        """Yield the numbers of omitted sections and tables, and of omitted spans in content that is shown."""
        for number, item in self.nodes.items():
            if number in self.omitted:
                alone = not any(outer.node.location.line in self.omitted for outer in item.chain[:-1])
                span = isinstance(item.node, Inline) and item.node.attr and alone
                if span or isinstance(item.node, Section | Table):
                    yield number

    def reason(self, number: int) -> tuple[str, str]:
        """Return the step that left a node out and the reason. The step is empty if the node is shown."""
        if number in self.omitted:
            step, find_reason, document = self.omitted[number]
            return step, find_reason(document, number)
        select, context = self.job.filter.select, self.nodes[number].context
        if select is None:
            return "", "nothing in the filter leaves this out"
        if context.satisfies(select):
            return "", f"selected: {_format_decision(select, context)}"
        return "", "shown together with its content"

    def spans(self, node: Node) -> Iterator[ExplainedSpan]:
        """Yield the spans of a unit that have attributes, without spans inside an omitted span."""
        for part in children(node):
            number = part.location.line
            if isinstance(part, Inline) and part.attr:
                step, reason = self.reason(number)
                yield ExplainedSpan(_text(part), self.nodes[number].context.tags, not step, reason)
            if number not in self.omitted or not part.attr:
                yield from self.spans(part)

    def lines(self, node: Node) -> Iterator[int]:
        """Yield the source lines of a node. A code block includes its two fences."""
        for part in walk(node):
            first = self.locations[part.location.line].line
            match part:
                case CodeBlock(text=text) | RawBlock(text=text):
                    yield from range(first, first + len(text.splitlines()) + 2 * isinstance(part, CodeBlock))
                case _:
                    yield first

    # ------------------------------------------------------------ the reason of each step

    def language_reason(self, _document: Document, number: int) -> str:
        lang = self.nodes[number].context.keys.get("lang")
        return f"language: the content is in “{lang}”, the output is in “{self.job.lang}”" if lang else _EMPTIED

    def since_reason(self, _document: Document, number: int) -> str:
        date = self.nodes[number].context.keys.get("date")
        return f"since: the date {date} ends before {self.job.since}" if date else _EMPTIED

    def select_reason(self, _document: Document, number: int) -> str:
        item, filter = self.nodes[number], self.job.filter
        if filter.drop:
            for outer in item.chain:
                if outer.context.satisfies(filter.drop):
                    line = self.locations[outer.node.location.line].line
                    origin = "" if outer.node is item.node else f" (inherited from line {line})"
                    return f"dropped: {_format_decision(filter.drop, outer.context)}{origin}"
        if filter.select and not item.context.satisfies(filter.select):
            return f"not selected: {_format_decision(filter.select, item.context)}"
        return _EMPTIED

    def limit_reason(self, limit: Limit) -> FindReason:
        def find_reason(document: Document, number: int) -> str:
            inside = {outer.node.location.line for outer in self.nodes[number].chain}
            order = rank_items(document, limit, self.job.filter.sort)
            rank = next((i for i, node in enumerate(order, 1) if node.location.line in inside), None)
            if rank is None:
                return _EMPTIED
            return f"limit: at most {limit.most} of “{limit.items.text}”; this is number {rank} of {len(order)}"

        return find_reason

    def fit(self, document: Document) -> Document:
        if not document.blocks:
            return document
        try:
            return fit(document, self.job.filter, layout_function(self.job, self.folder), report=self.job.report)[0]
        except DoesNotFitError as problem:
            self.fit_error = problem.finding.message
            return structs.replace(document, blocks=())

    def fit_reason(self, document: Document, number: int) -> str:
        if self.fit_error:
            return f"no output can be written: {self.fit_error}"
        inside = {outer.node.location.line for outer in self.nodes[number].chain}
        order = rank_units(document)
        for rank, unit in enumerate(order, 1):
            if unit.node.location.line in inside:
                return f"left out to fit: priority {unit.priority}, number {rank} of {len(order)} by importance"
        return "left out to fit, together with its content"


_EMPTIED = "all its content is left out"


def _unexpected(_document: Document, number: int) -> str:
    raise AssertionError(f"a step that only sorts left out node {number}")


def _run_step(step: Step, job: Job, document: Document) -> Document:
    return step(document, job)


def _limit_step(limit: Limit, job: Job) -> Callable[[Document], Document]:
    return lambda document: limit_items(document, limits=(limit,), sorts=job.filter.sort)


def _format_decision(expression: Expression, context: Context) -> str:
    """Return the part of the expression that decides, and say so if the part is false."""
    part = deciding_part(expression.root, context.tags, context.keys)
    text = format_term(part)
    return text if Expression("", part).matches(context.tags, context.keys) else f"“{text}” is false"


def _numbers(document: Document) -> set[int]:
    return {node.location.line for node in walk(document)}


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
        found.add(node.location.line)
        return False

    Pruner(keep=record).prune(document)
    return [node for node in walk(document) if node.location.line in found]


def _text(node: Node | Heading) -> str:
    return " ".join(plain_text(node).split())
