"""Why each unit of the CV is in or out of what a filter shows.

The steps of the pipeline are run one after another, on a copy of the CV in which every node has a number in its place.
The step after which a number is missing is the one that left the node out; that step is then asked why.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from msgspec import structs

from polyvita.builder.fit import fit, units
from polyvita.builder.job import Job
from polyvita.builder.steps import PREPARE, SELECT, Step, lay_of, run
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
from polyvita.explain.model import ExplainedUnit, Explanation, Piece
from polyvita.explain.reasons import as_text, deciding
from polyvita.transforms import choose_wordings, limit_items
from polyvita.transforms.context import Context
from polyvita.transforms.limit import ranked
from polyvita.transforms.prune import Pruner

Why = Callable[[Document, int], str]


@dataclass(frozen=True, slots=True)
class _Around:
    """Where a node stands: its effective tags and keys, and what is around it, from the outermost in, itself last."""

    node: Node
    context: Context
    chain: tuple[_Around, ...]


@dataclass(frozen=True, slots=True)
class Traced:
    """A CV followed through the steps: every node of `document` has a number for its line, and no file.

    `locations` says where the node of a number stands in the source, `units` which unit it is, and `out` why it is left
    out, of units, of sections and tables, and of spans where the rest of their block is not.
    """

    document: Document
    locations: Mapping[int, Location]
    units: Mapping[int, ExplainedUnit]
    out: Mapping[int, str]
    explanation: Explanation


def explain(job: Job, folder: Path = Path()) -> Explanation:
    """Why each unit is in or out of what the job's filter shows; `folder` is where the CV stands."""
    return trace(job, folder).explanation


def trace(job: Job, folder: Path = Path()) -> Traced:
    """The same, with the CV itself, node by node."""
    tracer = _Tracer(structs.replace(job, report=Report()), folder)
    explanation = tracer.explanation()
    numbers = [node.location.line for node in _units(tracer.document)]
    units = dict(zip(numbers, explanation.units, strict=True))
    out = {number: unit.reason for number, unit in units.items() if not unit.shown}
    out |= {number: tracer.reason(number)[1] for number in tracer.further_out() if number not in units}
    return Traced(tracer.document, tracer.locations, units, out, explanation)


class _Tracer:
    def __init__(self, job: Job, folder: Path) -> None:
        self.job, self.folder = job, folder
        self.unfit = ""
        self.locations: dict[int, Location] = {}
        self.document = rewrite_document(run(PREPARE, job.document, job), self.number)
        self.around = {here.node.location.line: here for here in _surroundings(self.document.blocks, Context(), ())}
        self.lost: dict[int, tuple[str, Why, Document]] = {}

    def number(self, node: Node) -> Node:
        """The node with its number in its place."""
        number = len(self.locations) + 1
        self.locations[number] = node.location
        return structs.replace(node, location=Location(line=number))

    def explanation(self) -> Explanation:
        document = self.document
        for name, step, why in self.stages():
            new = step(document)
            for number in _numbers(document) - _numbers(new):
                self.lost[number] = (name, why, document)
            document = new
        found = [self.explained(location, node) for location, node in enumerate(_units(self.document))]
        headings = {
            self.locations[node.heading.location.line].line: node.location.line not in self.lost
            for node in walk(self.document)
            if isinstance(node, Section)
        }
        return Explanation(self.job.filter.name, tuple(found), headings)

    def stages(self) -> Iterator[tuple[str, Callable[[Document], Document], Why]]:
        """The steps that leave something out: name, the step itself, and who knows why."""
        job = self.job
        whys: dict[str, Why] = {
            "language": self.language,
            "since": self.since,
            "select": self.select,
            "outline": lambda _document, _number: "no part of “sections” takes it",
        }
        for name, step in SELECT:
            if name == "limit":
                for limit in job.filter.limit:
                    yield name, _limiting(limit, job), self.limit(limit)
            else:
                yield name, partial(_do, step, job), whys.get(name, _unexpected)
        yield "fit", self.fitted, self.rank
        yield "wordings", choose_wordings, lambda _document, _number: "another of its wordings is shown"

    def explained(self, location: int, node: Node) -> ExplainedUnit:
        number = node.location.line
        here = self.around[number]
        sections = [part.node for part in here.chain[:-1] if isinstance(part.node, Section)]
        step, reason = self.reason(number)
        return ExplainedUnit(
            number=location,
            location=self.locations[number],
            section=" › ".join(_text(section.heading) for section in sections if isinstance(section, Section)),
            text=_text(node.heading if isinstance(node, Section) else node),
            tags=here.context.tags,
            shown=not step,
            step=step,
            reason=reason,
            lines=tuple(sorted(set(self.lines(node)))),
            pieces=tuple(self.pieces(node)),
            rest=_text(rewrite(node.heading if isinstance(node, Section) else node, self.without)),
        )

    def without(self, part: Node) -> Node | None:
        return None if isinstance(part, Inline) and part.attr and part.location.line in self.lost else part

    def further_out(self) -> Iterator[int]:
        """The numbers of sections and tables that were left out, and of spans that were left out of what stays."""
        for number, here in self.around.items():
            if number in self.lost:
                alone = not any(outer.node.location.line in self.lost for outer in here.chain[:-1])
                span = isinstance(here.node, Inline) and here.node.attr and alone
                if span or isinstance(here.node, Section | Table):
                    yield number

    def reason(self, number: int) -> tuple[str, str]:
        """The step that left a node out, and why; an empty name where it is shown."""
        if number in self.lost:
            step, why, document = self.lost[number]
            return step, why(document, number)
        select, context = self.job.filter.select, self.around[number].context
        if select is None:
            return "", "nothing leaves it out"
        if context.satisfies(select):
            return "", f"selected: {_decides(select, context)}"
        return "", "it stays with what stands in it"

    def pieces(self, node: Node) -> Iterator[Piece]:
        """The spans of a unit that have attributes; in one that is left out, nothing more is looked for."""
        for part in children(node):
            number = part.location.line
            if isinstance(part, Inline) and part.attr:
                step, reason = self.reason(number)
                yield Piece(_text(part), self.around[number].context.tags, not step, reason)
            if number not in self.lost or not part.attr:
                yield from self.pieces(part)

    def lines(self, node: Node) -> Iterator[int]:
        for part in walk(node):
            first = self.locations[part.location.line].line
            match part:
                case CodeBlock(text=text) | RawBlock(text=text):
                    yield from range(first, first + len(text.splitlines()) + 2 * isinstance(part, CodeBlock))
                case _:
                    yield first

    # ------------------------------------------------------------ what each step says

    def language(self, _document: Document, number: int) -> str:
        lang = self.around[number].context.keys.get("lang")
        return f"it is in “{lang}”, and this output in “{self.job.lang}”" if lang else _EMPTIED

    def since(self, _document: Document, number: int) -> str:
        date = self.around[number].context.keys.get("date")
        return f"since: its date {date} ended before {self.job.since}" if date else _EMPTIED

    def select(self, _document: Document, number: int) -> str:
        here, filter = self.around[number], self.job.filter
        if filter.drop:
            for outer in here.chain:
                if outer.context.satisfies(filter.drop):
                    line = self.locations[outer.node.location.line].line
                    where = "" if outer.node is here.node else f", of what opens in line {line}"
                    return f"dropped: {_decides(filter.drop, outer.context)}{where}"
        if filter.select and not here.context.satisfies(filter.select):
            return f"not selected: {_decides(filter.select, here.context)}"
        return _EMPTIED

    def limit(self, limit: Limit) -> Why:
        def why(document: Document, number: int) -> str:
            inside = {outer.node.location.line for outer in self.around[number].chain}
            order = ranked(document, limit, self.job.filter.sort)
            location = next((i for i, node in enumerate(order, 1) if node.location.line in inside), None)
            if location is None:
                return _EMPTIED
            return f"limit: at most {limit.most} of “{limit.items.text}”, and this is number {location} of {len(order)}"

        return why

    def fitted(self, document: Document) -> Document:
        if not document.blocks:
            return document
        try:
            return fit(document, self.job.filter, lay_of(self.job, self.folder), report=self.job.report)[0]
        except DoesNotFitError as problem:
            self.unfit = problem.finding.message
            return structs.replace(document, blocks=())

    def rank(self, document: Document, number: int) -> str:
        if self.unfit:
            return f"nothing is written: {self.unfit}"
        inside = {outer.node.location.line for outer in self.around[number].chain}
        order = units(document)
        for location, unit in enumerate(order, 1):
            if unit.node.location.line in inside:
                return f"left out to fit: priority {unit.priority}, number {location} of {len(order)} by importance"
        return "left out to fit, with what stands in it"


_EMPTIED = "nothing is left of it: its parts are left out"


def _unexpected(_document: Document, number: int) -> str:
    raise AssertionError(f"a step that orders has left out node {number}")


def _do(step: Step, job: Job, document: Document) -> Document:
    return step(document, job)


def _limiting(limit: Limit, job: Job) -> Callable[[Document], Document]:
    return lambda document: limit_items(document, limits=(limit,), sorts=job.filter.sort)


def _decides(expression: Expression, context: Context) -> str:
    """The part of the expression that decides, as something that is true."""
    part = deciding(expression.root, context.tags, context.keys)
    text = as_text(part)
    return text if Expression("", part).matches(context.tags, context.keys) else f"“{text}” is false"


def _numbers(document: Document) -> set[int]:
    return {node.location.line for node in walk(document)}


def _surroundings(nodes: Sequence[Node], outer: Context, chain: tuple[_Around, ...]) -> Iterator[_Around]:
    for node in nodes:
        here = _Around(node, outer.enter(node.attr), ())
        here = dataclasses.replace(here, chain=(*chain, here))
        yield here
        yield from _surroundings(tuple(children(node)), here.context, here.chain)


def _units(document: Document) -> list[Node]:
    """All units, in the order of the source. One who keeps nothing is asked for every one of them."""
    found: dict[int, Node] = {}

    def note(node: Node, _context: Context) -> bool:
        found[node.location.line] = node
        return False

    Pruner(keep=note).document(document)
    return [node for node in walk(document) if node.location.line in found]


def _text(node: Node | Heading) -> str:
    return " ".join(plain_text(node).split())
