"""The report of `polyvita check` as one web page, to send to a colleague: all filters, rule by rule.

The page uses the normal HTML writer, so it has the look of the outputs. It names files without their folders.
"""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from pathlib import Path, PurePath

from polyvita.checks.rules.engine import Verdict
from polyvita.checks.rules.ruleset import PURPOSES, RuleSet
from polyvita.config.theme import DocumentInfo, load_theme
from polyvita.core.diagnostics import Finding
from polyvita.core.document import (
    Attributes,
    Block,
    BulletList,
    Cell,
    Document,
    Heading,
    Inline,
    Link,
    ListItem,
    Paragraph,
    Row,
    Section,
    Span,
    Strong,
    Table,
    Text,
)
from polyvita.core.location import NOWHERE
from polyvita.core.seal import seal

_STATES = {"kept": "kept", "open": "not checked"}
_MARKS = ("kept", "error", "warning", "info", "open", "part")
"""The classes of the result of a rule, and of one line of what was found."""

Checked = Mapping[str, Sequence[Verdict]]
"""The verdicts by filter."""


def write_report_page(
    path: Path, source: Path, checked: Checked, findings: Sequence[Finding], day: datetime.date
) -> None:
    """Write the report to `path`. Call `core.seal.check_is_sealed` before, so that no other file is replaced."""
    from polyvita.core.files import write_atomically

    write_atomically(path, seal(render_report_page(source, checked, findings, day)))


def render_report_page(source: Path, checked: Checked, findings: Sequence[Finding], day: datetime.date) -> bytes:
    """Return the report as one HTML page in UTF-8."""
    from polyvita.transforms import add_letterhead
    from polyvita.writers import WriterOptions
    from polyvita.writers.html import write
    from polyvita.writers.prepare import prepare
    from polyvita.writers.to_pandoc import to_pandoc

    title = f"Check of {source.name}"
    document = add_letterhead(Document(tuple(_blocks(checked, findings, day))), title=title, lang="en", private=False)
    style = Path(__file__).with_name("report_page.css").read_text(encoding="utf-8")
    info = DocumentInfo(title=title, author="", subject=title)
    theme = load_theme("classic", source.parent, asked=NOWHERE)
    return write(prepare(to_pandoc(document), keep_classes=_MARKS), WriterOptions(theme, info, style=style))


def _blocks(checked: Checked, findings: Sequence[Finding], day: datetime.date) -> Iterator[Block]:
    yield _paragraph(f"Checked on {day.isoformat()} with polyvita. {_summary(checked, findings)}")
    for filter, verdicts in checked.items():
        blocks: list[Block] = []
        for rules, group in groupby(verdicts, key=lambda verdict: verdict.rules):
            blocks += _rule_set(rules, list(group))
        yield _section(1, filter, *(blocks or [_paragraph("This filter names no rule set.")]))
    of_rules = {finding for verdicts in checked.values() for verdict in verdicts for finding in verdict.findings}
    others = [finding for finding in findings if finding not in of_rules]
    if others:
        yield _section(1, "Other findings", _bullets(_finding_line(finding) for finding in others))


def _summary(checked: Checked, findings: Sequence[Finding]) -> str:
    counts = Counter(finding.severity for finding in findings)
    found = [f"{n} {_plural(name, n)}" for name in ("error", "warning") if (n := counts[name])]
    rules = sum(len(verdicts) for verdicts in checked.values())
    kept = sum(verdict.state == "kept" for verdicts in checked.values() for verdict in verdicts)
    return f"{kept} of {rules} {_plural('rule', rules)} kept; {' and '.join(found) or 'no errors and no warnings'}."


def _plural(word: str, number: int) -> str:
    return word if number == 1 else f"{word}s"


def _rule_set(rules: RuleSet, verdicts: Sequence[Verdict]) -> Iterator[Block]:
    """Yield the part for one rule set of a filter: what it is, a table of rules, and what remains to check."""
    form: Inline = Link((Text(rules.form),), rules.address) if rules.address else Text(rules.form)
    edition = f", {rules.edition}" if rules.edition else ""
    about: list[Inline] = [Text("Form: "), form, Text(f"{edition}. The output is {PURPOSES[rules.kind]}.")]
    about += [Text(f" {sentence}") for sentence in (rules.limits, rules.breach) if sentence]
    head = Row(tuple(Cell((Text(word),)) for word in ("Result", "Rule", "What was found")))
    rows = tuple(_row(verdict) for verdict in verdicts)
    blocks: list[Block] = [Paragraph(tuple(about)), Table(head, rows, ("left", "left", "left"))]
    if rules.remains:
        blocks.append(_section(3, "Check yourself", _bullets((Text(sentence),) for sentence in rules.remains)))
    yield _section(2, f"{rules.recipient}: {rules.title}", *blocks)


def _row(verdict: Verdict) -> Row:
    state = verdict.state
    name = verdict.rule.level if state == "broken" else state
    mark = Span((Strong((Text(_STATES.get(name, name)),)),), attr=Attributes(tags=(name,)))
    return Row((Cell((mark,)), Cell((Text(verdict.rule.name),)), Cell(tuple(_found(verdict)))))


def _found(verdict: Verdict) -> Iterator[Inline]:
    """Yield the figures with their files, the findings with their lines, and the hint, each on a line of its own."""
    lines = [
        f"{observation.figure} ({', '.join(observation.files)})" if observation.files else observation.figure
        for observation in verdict.observations
    ]
    prefix = f"{verdict.rules.name}, {verdict.rule.name}: "
    found = (_with_place(finding, finding.message.removeprefix(prefix)) for finding in verdict.findings)
    lines += [line for line in found if line not in lines]
    if verdict.findings and verdict.rule.hint:
        lines.append(f"To fix: {verdict.rule.hint}")
    for i, line in enumerate(lines):  # A space after each line keeps them apart if they are copied.
        yield Span((Text(line if i == len(lines) - 1 else f"{line} "),), attr=Attributes(tags=("part",)))


def _with_place(finding: Finding, message: str) -> str:
    """Return a message with the line of the source. A line of a filter is left out: the whole file breaks the rule."""
    file, line = PurePath(finding.location.file), finding.location.line
    return f"{file.name}, line {line}: {message}" if line and file.suffix != ".yaml" else message


def _finding_line(finding: Finding) -> tuple[Inline, ...]:
    mark = Span((Strong((Text(finding.severity),)),), attr=Attributes(tags=(finding.severity,)))
    hint = f" To fix: {finding.hint}" if finding.hint else ""
    return mark, Text(f" {finding.code}, {_with_place(finding, finding.message)}{hint}")


def _section(level: int, title: str, *blocks: Block) -> Section:
    return Section(Heading(level, (Text(title),)), blocks)


def _paragraph(text: str) -> Paragraph:
    return Paragraph((Text(text),))


def _bullets(lines: Iterator[tuple[Inline, ...]]) -> BulletList:
    return BulletList(tuple(ListItem((Paragraph(line, tight=True),)) for line in lines))
