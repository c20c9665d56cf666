"""`polyvita add`: write the filters of recipients, and append the sections that they need to the CV."""

from __future__ import annotations

import re
import sys
from argparse import ArgumentParser
from collections.abc import Iterable, Iterator, Sequence, Set
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from polyvita.cli.console import Console
from polyvita.cli.options import add_source
from polyvita.core.diagnostics import InputError, did_you_mean, error, visible
from polyvita.core.files import is_file, real_path, write_atomically

if TYPE_CHECKING:
    from polyvita.config.filter import Filter
    from polyvita.core.document import Document

_NAMES_OF_FILES = re.compile(r" \([^()]*\.(?:docx|pdf|html|txt)\)")
_SCHEMA = "# yaml-language-server: $schema=schema/filter.json\n"


class Options(NamedTuple):
    """The options of the command."""

    recipients: list[str]
    source: Path


def add_arguments(parser: ArgumentParser) -> None:
    """Add the arguments of the command to its parser."""
    parser.add_argument(
        "recipients", nargs="*", metavar="RECIPIENT", help="names of recipients (default: print a list of all)"
    )
    add_source(parser)


def run(options: Options, console: Console) -> int:
    """Write the filters, append the sections, and print what is still to do. Return the exit status."""
    from polyvita.config.recipients import describe, recipient_filters

    if options.recipients:
        return add_recipients(options.recipients, options.source, console)
    filters = recipient_filters()
    width = max(map(len, filters))
    for name, path in filters.items():
        print(f"{name:{width}}  {describe(path)}")
    return 0


def add_recipients(names: Sequence[str], source: Path, console: Console, *, is_new: bool = False) -> int:
    """Do what the command does for these recipients. Return the exit status.

    With `is_new`, `polyvita init` has just written the CV and prints what comes next.
    """
    from polyvita.config.recipients import recipient_filters
    from polyvita.core.source import CV, read_source
    from polyvita.reader import read_document

    check_names(names)
    document, _ = read_document(read_source(source, kind=CV))
    filters = list(_filters_for(names, str(document.meta.get("lang") or "en")))
    text = _with_sections(document, _missing_sections(names, document))
    folder = source.parent / "filters"
    for name in filters:
        path = folder / f"{name}.yaml"
        if is_file(path):
            print(f"{path} exists already; it was left unchanged", file=sys.stderr)
            continue
        schema = _SCHEMA if is_file(folder / "schema/filter.json") else ""
        write_atomically(path, (schema + recipient_filters()[name].read_text(encoding="utf-8")).encode())
        print(path)
    if text:
        write_atomically(real_path(source), text)
        if not is_new:
            print(source)
    status = _print_what_is_to_do(source, filters, console)
    if not is_new:
        print(f"\nNext: polyvita build {filters[0]} && polyvita check {filters[0]}")
    return status


def check_names(names: Iterable[str]) -> None:
    """Raise `InputError` if one of the names is neither a recipient nor a filter of one."""
    from polyvita.config.recipients import recipient_filters, recipients

    known = {*recipients(), *recipient_filters()}
    if unknown := [name for name in names if name not in known]:
        hint = "run “polyvita add” for a list of all recipients"
        raise InputError(
            *(
                error("PV433", f"recipient “{name}” not found", hint=did_you_mean(name, known) or hint)
                for name in unknown
            )
        )


def _filters_for(names: Iterable[str], lang: str) -> Iterator[str]:
    """Yield the filters of recipients. If a recipient has filters in several languages, yield that of the CV."""
    from polyvita.config.recipients import recipients

    language = lang.partition("-")[0].lower()
    for name in dict.fromkeys(names):
        all_names = recipients().get(name)
        if all_names is None or (name in all_names and f"{name}-{language}" not in all_names):
            yield name
        elif f"{name}-{language}" in all_names:
            yield f"{name}-{language}"
        else:
            yield from all_names


# ---------------------------------------------------------------- sections


def _missing_sections(names: Iterable[str], document: Document) -> dict[str, str]:
    """Return the sections that the recipients need and the CV lacks: their Markdown, by id."""
    from polyvita.config.recipients import needed_sections, recipients
    from polyvita.transforms.context import collect_vocabulary

    lang = str(document.meta.get("lang") or "en")
    present = {*collect_vocabulary(document).sections, *(document.meta.get("sections") or {})}
    missing: dict[str, str] = {}
    for name in names:
        recipient = next(folder for folder, filters in recipients().items() if name in (folder, *filters))
        for id_, section in split_sections(needed_sections(recipient)).items():
            if id_ not in present:
                missing.setdefault(id_, _in_language(section, id_, lang))
    return missing


def _in_language(section: str, id_: str, lang: str) -> str:
    """Return a section with its heading in the language of the CV, if the vocabulary has it."""
    from polyvita.importers.vocabulary import standard_sections, standard_title

    if lang.lower().startswith("en") or id_ not in standard_sections():
        return section
    title = standard_title(id_, lang)
    is_known = title != standard_sections()[id_].title
    return re.sub(r"^# .*?(?= \{#)", f"# {title}", section, count=1) if is_known else section


def split_sections(text: str) -> dict[str, str]:
    """Return the sections of level 1 in a Markdown text, by id.

    >>> list(split_sections("# A {#a .x}\\n\\n<!-- … -->\\n\\n# B {#b}\\n"))
    ['a', 'b']
    """
    parts = re.split(r"^(?=# .*\{#)", text, flags=re.MULTILINE)
    return {part.partition("{#")[2].split("}")[0].split()[0]: part.strip() for part in parts if part.strip()}


def _with_sections(document: Document, sections: dict[str, str]) -> bytes:
    """Return the text of the CV with sections at its end, or nothing if there are none to add.

    Raises `InputError` if the end of the CV is inside a block that is not closed: the sections would be text.
    """
    from polyvita.reader import read_text
    from polyvita.transforms.context import collect_vocabulary

    if not sections:
        return b""
    path = Path(document.file)
    old = path.read_bytes()
    end = "\r\n" if b"\r\n" in old else "\n"
    added = "\n\n".join(sections.values()) + "\n"
    separator = "\n" if old.endswith(b"\n") else "\n\n"
    new = old + (separator + added).replace("\n", end).encode()
    text = new.decode("utf-8-sig", errors="replace")
    if not sections.keys() <= collect_vocabulary(read_text(text, file=document.file)).sections:
        message = "no sections can be added, because the end of the CV is inside a code block, a comment or HTML"
        raise InputError(error("PV434", message, hint="close the block at the end of the CV"))
    return new


# ---------------------------------------------------------------- what is still to do


def _print_what_is_to_do(source: Path, filters: Sequence[str], console: Console) -> int:
    """Check the filters, and print what the CV still lacks for each. Return the exit status."""
    import tempfile

    from polyvita.builder.incremental import build
    from polyvita.config.filter_file import load_filter
    from polyvita.core.source import CV, read_source
    from polyvita.reader import read_document
    from polyvita.transforms.context import collect_vocabulary

    filters_by_name = {name: load_filter(source.parent / "filters" / f"{name}.yaml") for name in filters}
    used = collect_vocabulary(read_document(read_source(source, kind=CV))[0]).tags
    with tempfile.TemporaryDirectory() as folder:
        result = build(source, filters, outputs=folder, strict=True)
    for problem in result.broken.values():
        console.print_failure(problem.findings if isinstance(problem, InputError) else ())
    for name in filters:
        verdicts = result.verdicts.get(name, ())
        findings = [finding for verdict in verdicts for finding in verdict.findings if finding.severity != "info"]
        lines = [_NAMES_OF_FILES.sub("", finding.message.removeprefix(f"{name}, ")) for finding in findings]
        lines += _unused_marks(filters_by_name[name], used)
        print(f"\n{name}: {'still to do' if lines else 'no rule is broken'}")
        for line in lines:
            print(f"  - {visible(line)}")
    unwritten = [finding for finding in result.notes if finding.code == "PV432"]
    if unwritten:
        print("\nSections that are not written yet; their comments explain what belongs there:")
        for finding in unwritten:
            print(f"  - {source}, line {finding.location.line}: {visible(finding.message)}")
    return 2 if result.broken else 0


def _unused_marks(filter: Filter, used: Set[str]) -> Iterator[str]:
    """Yield a line for each tag that only the owner of the CV can give to items, and that no item has."""
    from polyvita.checks.references import expressions
    from polyvita.core.vocabulary import HAND_TAGS, TAGS

    named = {tag for expression in expressions(filter) for tag in expression.tags_and_keys()[0]}
    for tag in HAND_TAGS:
        if tag in named and tag not in used:
            yield f"no item has the tag “{tag}” ({TAGS[tag]}): write {{.{tag}}} at the end of an item"
