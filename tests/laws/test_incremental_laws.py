"""A law of incremental builds: after any changes, a build gives the same files as a build into an empty folder.

It also writes no file that did not change.
"""

from __future__ import annotations

import importlib
import json
import os
import shutil
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any
from unittest import mock

import hypothesis.strategies as st
import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule

from polyvita import build
from polyvita.builder.result import BuildResult
from polyvita.core.diagnostics import Finding, InputError
from repository import MOMENT
from small_project import MOBILE, Unit, small

THOROUGH = os.environ.get("HYPOTHESIS_PROFILE") == "thorough"
WORDS = st.sampled_from(["Amber", "Basalt", "Copper", "Granite", "Quartz"])
TAGS = st.sampled_from([("core",), ("extra",), ("core", "extra"), ()])
AT = st.integers(0, 20)
QUICK, HEAVY = ("html", "txt"), ()
BUILDS = st.sampled_from([QUICK, QUICK, QUICK, QUICK, ("txt",), ("html",), HEAVY, None])
"""The formats of the build that follows a change. None means no build yet."""
CHANGES: list[tuple[str, str, Any]] = [
    ("all", "title", "Everything"),
    ("all", "theme", "classic"),
    ("all", "theme", "own"),
    ("all", "select", "core"),
    ("all", "formats", ["txt"]),
    ("all", "formats", ["html", "txt", "gfm"]),
    ("core", "select", "core or extra"),
    ("core", "rules", []),
    ("core", "rules", ["own"]),
    ("core", "titles", {"talks": "Lectures"}),
    ("core", "sort", {"items": "talk", "by": "date"}),
    ("core", "filename", "{last}-core"),
    ("office", "private", False),
    ("office", "private", True),
    ("office", "lang", "de"),
    ("page", "font", "40pt"),
    ("page", "formats", ["pdf", "txt"]),
    ("word", "select", "core"),
    ("word", "reference", ""),
    ("word", "reference", "nosuch.docx"),
    ("core", "select", "nosuch"),
    ("office", "filename", "all"),
    ("word", "formats", ["docx"]),
]
ONE_TIME_CODES = {"PV323", "PV324", "PV325"}


def read_files(folder: Path) -> dict[str, tuple[int, int, bytes]]:
    """Return the inode, the modification time and the content of all files."""
    return {
        path.relative_to(folder).as_posix(): (stat.st_ino, stat.st_mtime_ns, path.read_bytes())
        for path in folder.rglob("*")
        if path.is_file() and (stat := path.stat())
    }


def contents(folder: Path) -> dict[str, bytes]:
    return {name: content for name, (_, _, content) in read_files(folder).items() if name != "manifest.json"}


def summary(built: BuildResult) -> dict[str, Any]:
    """Return all that a build reports, except the state before the build and which outputs were up to date."""
    return {
        "findings": [finding for finding in (*built.findings, *built.notes) if finding.code not in ONE_TIME_CODES],
        "results": [(r.filter, r.path.name, r.pages, type(r.problem), str(r.problem)) for r in built.results],
        "fitted": {name: json.loads(json.dumps(chosen.data)) for name, chosen in built.fitted.items()},
        "summaries": {name: chosen.text for name, chosen in built.fitted.items()},
        "exit status": built.exit_status,
    }


class Changes(RuleBasedStateMachine):
    """A project, and the outputs of its builds."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="polyvita-test-"))
        self.project = small(self.folder / "cv")
        self.outputs = self.folder / "cv/outputs"
        self.edited: dict[str, bytes] = {}
        """The content of outputs that were edited by hand, or of which the manifest does not know that they are its."""
        self.version = 0
        self.patches = mock.patch("polyvita.builder.manifest.program_hash", self.program_hash)
        self.patches.start()
        self.builds(HEAVY)

    def program_hash(self) -> str:
        return f"version {self.version}"

    def teardown(self) -> None:
        self.patches.stop()
        shutil.rmtree(self.folder)

    # ------------------------------------------------------------ the law

    def builds(self, formats: tuple[str, ...] | None, filters: tuple[str, ...] = (), **options: Any) -> None:
        self.project.save()
        if formats is None:
            return
        before = read_files(self.outputs)
        wanted, folder = self.full_build(formats, filters)
        built: BuildResult | InputError
        try:
            built = build(
                self.project.source, filters, formats=formats, outputs=self.outputs, timestamp=MOMENT, **options
            )
        except InputError as problem:
            built = problem
        expected = contents(folder)
        shutil.rmtree(folder)
        if isinstance(built, InputError):
            assert (wanted, before) == (errors(built), read_files(self.outputs))
            return
        assert summary(built) == wanted
        after = read_files(self.outputs)
        kept = {finding.message.partition(" was ")[0] for finding in built.findings if finding.code == "PV324"}
        assert kept <= self.edited.keys()
        for result in built.results:
            name = result.path.relative_to(self.outputs).as_posix()
            if name in self.edited and (name not in after or after[name][2] != before[name][2]):
                self.check_edited_file_is_kept(name, built, before, after)
            if result.problem:
                continue
            assert after[name][2] == expected[name], f"{name} differs from the one of a full build"
            same = before.get(name) == after[name]
            assert result.unchanged == same
            if not options.get("force"):
                assert same == (name in before and before[name][2] == after[name][2]), (
                    f"{name} was written without a change"
                )
            self.edited.pop(name, None)
        for name in before.keys() - {result.path.name for result in built.results} - {"manifest.json"}:
            assert after[name] == before[name]

    def full_build(self, formats: tuple[str, ...], filters: tuple[str, ...]) -> tuple[Any, Path]:
        folder = Path(tempfile.mkdtemp(dir=self.folder))
        try:
            return summary(
                build(self.project.source, filters, formats=formats, outputs=folder, timestamp=MOMENT)
            ), folder
        except InputError as problem:
            return errors(problem), folder

    def check_edited_file_is_kept(
        self, name: str, built: BuildResult, before: dict[str, Any], after: dict[str, Any]
    ) -> None:
        content = self.edited.pop(name)
        new = after.keys() - before.keys()
        assert [other for other in new if after[other][2] == content and "(edited" in other], f"{name} was edited"
        assert [f for f in built.findings if f.code == "PV324" and f.message.startswith(name)]

    # ------------------------------------------------------------ the CV

    @rule(at=AT, word=WORDS, formats=BUILDS)
    def edit_a_word(self, at: int, word: str, formats: tuple[str, ...]) -> None:
        self.project.units[at % len(self.project.units)].word = word
        self.builds(formats)

    @rule(word=WORDS, formats=BUILDS)
    def edit_the_bio(self, word: str, formats: tuple[str, ...]) -> None:
        self.project.bio = word
        self.builds(formats)

    @rule(at=AT, tags=TAGS, formats=BUILDS)
    def change_a_tag(self, at: int, tags: tuple[str, ...], formats: tuple[str, ...]) -> None:
        self.project.units[at % len(self.project.units)].tags = tags
        self.builds(formats)

    @precondition(lambda self: len(self.project.units) < 16)
    @rule(at=AT, word=WORDS, tags=TAGS, formats=BUILDS)
    def add_a_unit(self, at: int, word: str, tags: tuple[str, ...], formats: tuple[str, ...]) -> None:
        self.project.units.insert(at % len(self.project.units), Unit(word, 2000 + at, tags, 1 + at % 9))
        self.builds(formats)

    @precondition(lambda self: len(self.project.units) > 6)
    @rule(at=AT, to=AT, formats=BUILDS)
    def move_or_remove_a_unit(self, at: int, to: int, formats: tuple[str, ...]) -> None:
        units = self.project.units
        unit = units.pop(at % len(units))
        if to % 3:
            units.insert(to % len(units), unit)
        self.builds(formats)

    @rule(comment=st.sampled_from(["a note", "a longer note that no output may show", None]), formats=BUILDS)
    def comment(self, comment: str | None, formats: tuple[str, ...]) -> None:
        self.project.comments = [*self.project.comments, comment] if comment else []
        self.builds(formats)

    @rule(gaps=st.integers(0, 3), formats=BUILDS)
    def leave_lines_blank(self, gaps: int, formats: tuple[str, ...]) -> None:
        self.project.gaps = gaps
        self.builds(formats)

    @rule()
    def break_and_repair_the_source(self) -> None:
        self.project.broken = True
        self.builds(QUICK)
        self.project.broken = False
        self.builds(QUICK)

    @rule(at=AT)
    def break_and_repair_a_filter(self, at: int) -> None:
        name = sorted(self.project.filters)[at % len(self.project.filters)]
        sound = self.project.filters[name]
        self.project.filters[name] = {**sound, "nosuch": 1}
        self.builds(QUICK)
        self.project.filters[name] = sound
        self.builds(QUICK)

    # ------------------------------------------------------------ files beside the CV

    @rule(change=st.sampled_from(CHANGES), formats=BUILDS)
    def change_a_filter(self, change: tuple[str, str, Any], formats: tuple[str, ...]) -> None:
        name, key, value = change
        if name in self.project.filters:
            self.project.filters[name] = {**self.project.filters[name], key: value}
        self.builds(formats)

    @rule(name=st.sampled_from(["new", "other"]), tag=st.sampled_from(["core", "extra"]), formats=BUILDS)
    def add_a_filter(self, name: str, tag: str, formats: tuple[str, ...]) -> None:
        self.project.filters[name] = {"formats": ["txt"], "select": tag}
        self.builds(formats)

    @precondition(lambda self: len(self.project.filters) > 2)
    @rule(at=AT, formats=BUILDS)
    def remove_a_filter(self, at: int, formats: tuple[str, ...]) -> None:
        names = list(self.project.filters)
        del self.project.filters[names[at % len(names)]]
        self.builds(formats)

    @rule(value=st.sampled_from(["#1f4e79", "#7a1f1f"]), size=st.sampled_from(["10pt", "11pt"]), formats=BUILDS)
    def change_the_theme(self, value: str, size: str, formats: tuple[str, ...]) -> None:
        self.project.theme = {"accent": value, "size": size}
        self.builds(formats)

    @rule(
        private=st.sampled_from([{"mobile": MOBILE}, {"address": "Quartz"}, {"address": "Granite"}, {"born": "1984"}]),
        formats=BUILDS,
    )
    def change_the_private_data(self, private: dict[str, str], formats: tuple[str, ...]) -> None:
        """Change the private data. An address may be a word that the CV shows."""
        self.project.private = private
        self.builds(formats)

    @rule(shade=st.integers(0, 255), formats=BUILDS)
    def change_the_picture(self, shade: int, formats: tuple[str, ...]) -> None:
        self.project.shade = shade
        self.builds(formats)

    @rule(name=st.sampled_from(["cv.md", "filters", "themes", "pictures", "outputs"]), formats=BUILDS)
    def touch(self, name: str, formats: tuple[str, ...]) -> None:
        top = self.project.folder / name
        for path in [top] if top.is_file() else [path for path in top.rglob("*") if path.is_file()]:
            os.utime(path)
        self.builds(formats)

    # ------------------------------------------------------------ the outputs

    def some_output(self, at: int) -> str:
        names = sorted(name for name in contents(self.outputs) if "(edited" not in name)
        return names[at % len(names)]

    @rule(at=AT, formats=BUILDS)
    def delete_an_output(self, at: int, formats: tuple[str, ...]) -> None:
        name = self.some_output(at)
        (self.outputs / name).unlink()
        self.edited.pop(name, None)
        self.builds(formats)

    @rule(at=AT, formats=BUILDS)
    def edit_an_output(self, at: int, formats: tuple[str, ...]) -> None:
        name = self.some_output(at)
        path = self.outputs / name
        path.write_bytes(path.read_bytes() + b"edited")
        self.edited[name] = path.read_bytes()
        self.builds(formats)

    @rule(content=st.sampled_from([b"", b"{", b"[]", b'{"body": {}, "hash": ""}', b"\xff", None]), formats=BUILDS)
    def damage_the_manifest(self, content: bytes | None, formats: tuple[str, ...]) -> None:
        path = self.outputs / "manifest.json"
        if content is None:
            path.unlink(missing_ok=True)
        else:
            path.write_bytes(content)
        self.edited = {name: old for name, old in contents(self.outputs).items() if "(edited" not in name}
        self.builds(formats)

    @rule(formats=BUILDS)
    def another_version(self, formats: tuple[str, ...]) -> None:
        self.version += 1
        self.builds(formats)

    # ------------------------------------------------------------ other builds

    @rule(at=AT)
    def build_one_filter(self, at: int) -> None:
        names = list(self.project.filters)
        self.builds(QUICK, (names[at % len(names)],))

    @rule()
    def build_again(self) -> None:
        self.builds(QUICK)

    @rule()
    def force_a_build(self) -> None:
        self.builds(QUICK, force=True)

    @rule(
        word=WORDS,
        first=st.integers(0, 3),
        point=st.sampled_from(
            ["builder.filter_build.write", "builder.run.write_atomically", "builder.filter_build.inspect"]
        ),
    )
    def interrupt_a_build(self, word: str, first: int, point: str) -> None:
        """Interrupt a build after some outputs, as if it were killed."""
        self.project.bio = word
        self.project.save()
        allowed = iter(range(first))
        before = contents(self.outputs)
        interruption = mock.patch(f"polyvita.{point}", interrupting(point, allowed))
        with interruption, suppress(InputError, KeyboardInterrupt):
            build(self.project.source, formats=QUICK, outputs=self.outputs, timestamp=MOMENT)
        _, folder = self.full_build(QUICK, ())
        expected = contents(folder)
        shutil.rmtree(folder)
        for name, content in contents(self.outputs).items():
            assert content in (before.get(name), expected.get(name)) or "(edited" in name
        now = contents(self.outputs)
        self.edited = {name: old for name, old in self.edited.items() if now.get(name) == old}


def interrupting(point: str, allowed: Any) -> Callable[..., Any]:
    module, _, name = point.rpartition(".")
    real = getattr(importlib.import_module(f"polyvita.{module}"), name)

    def call_or_interrupt(*args: Any, **options: Any) -> Any:
        if next(allowed, None) is None:
            raise KeyboardInterrupt
        return real(*args, **options)

    return call_or_interrupt


def errors(problem: InputError) -> set[Finding]:
    return {finding for finding in problem.findings if finding.severity == "error" and finding.code != "PV311"}


Changes.TestCase.settings = settings(
    settings.get_profile("quick"),
    max_examples=400 if THOROUGH else 7,
    stateful_step_count=30 if THOROUGH else 12,
    suppress_health_check=list(HealthCheck),
)
TestChanges = pytest.mark.slow(Changes.TestCase)
