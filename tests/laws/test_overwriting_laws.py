"""A law of writing: whatever files are there, no command changes or deletes one that the program did not write."""

from __future__ import annotations

import os
import tempfile
from contextlib import suppress
from pathlib import Path

import hypothesis.strategies as st
import pytest
from hypothesis import given, settings

from polyvita import build
from polyvita.cli.init import create_project
from polyvita.core.diagnostics import PolyvitaError
from polyvita.core.files import folded

THOROUGH = os.environ.get("HYPOTHESIS_PROFILE") == "thorough"
STEMS = st.sampled_from(
    ["cv", "CV", "all", "manifest", "Manifest", "caf\u00e9", "cafe\u0301", "cv.private", "a/b", "filters/all"]
)
FORMATS = {"txt": "txt", "markdown": "md", "json": "json", "html": "html", "native": "native"}
FOLDERS = st.sampled_from(["", ".", "..", "filters", "outputs", "outputs/a", "new", "themes/..", "linked"])
FILTERS = st.lists(
    st.tuples(STEMS, st.sets(st.sampled_from(sorted(FORMATS)), min_size=1, max_size=3)), min_size=1, max_size=3
)
OTHERS = st.lists(
    st.tuples(FOLDERS, STEMS, st.sampled_from(sorted(FORMATS.values())), st.sampled_from(["file", "link", "folder"])),
    max_size=6,
)
CV = "---\nname: Ada\n---\n\n# A\n\n{} text.\n"


def contents(folder: Path) -> dict[str, tuple[str, bytes]]:
    """Return the target of each link, and the content of each file, by name."""
    return {
        path.relative_to(folder).as_posix(): ("link", str(path.readlink()).encode())
        if path.is_symlink()
        else ("file", path.read_bytes())
        for path in folder.rglob("*")
        if path.is_symlink() or path.is_file()
    }


def add(path: Path, kind: str, number: int) -> None:
    """Add something of somebody else’s, unless there is something of that name."""
    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        if kind == "link":
            path.symlink_to(path.with_name(f"target{number}"))
        elif kind == "folder":
            (path / "inside").mkdir(parents=True)
        elif not os.path.lexists(path):
            path.write_text(f"somebody else’s, {number}", encoding="utf-8")


@given(filters=FILTERS, others=OTHERS, folder=FOLDERS, edit=st.integers(0, 9), forget=st.booleans())
@settings(max_examples=400 if THOROUGH else 30, deadline=None)
@pytest.mark.slow
def test_no_file_of_somebody_else_is_changed_or_gone(
    filters: list[tuple[str, set[str]]],
    others: list[tuple[str, str, str, str]],
    folder: str,
    edit: int,
    forget: bool,
) -> None:
    with tempfile.TemporaryDirectory(prefix="polyvita-test-") as name:
        top = Path(name)
        home = top / "home"
        (home / "filters").mkdir(parents=True)
        (top / "elsewhere").mkdir()
        (home / "linked").symlink_to(top / "elsewhere")
        (home / "cv.md").write_text(CV.format("Old"), encoding="utf-8")
        for number, (stem, formats) in enumerate(filters):
            text = f"formats: [{', '.join(sorted(formats))}]\nfilename: {stem}\n"
            (home / f"filters/f{number}.yaml").write_text(text, encoding="utf-8")
        for number, (other, stem, suffix, kind) in enumerate(others):
            add(home / other / f"{stem}.{suffix}", kind, number)
        target = home / folder if folder else None
        foreign = contents(top)
        check(top, home, target, foreign)
        own = sorted(item for item in contents(top).items() - foreign.items() if ".polyvita" not in item[0])
        if own:  # Edit something that the build has written, or set aside.
            edited = top / own[edit % len(own)][0]
            if edited.name != "manifest.json" and not edited.is_symlink():
                edited.write_text("edited by hand", encoding="utf-8")
                foreign = {**kept(contents(top)), edited.relative_to(top).as_posix(): ("file", b"edited by hand")}
        if forget:
            ((target or home / "outputs") / "manifest.json").unlink(missing_ok=True)
        (home / "cv.md").write_text(CV.format("New"), encoding="utf-8")
        check(top, home, target, {name: old for name, old in contents(top).items() if name in foreign})


def kept(files: dict[str, tuple[str, bytes]]) -> dict[str, tuple[str, bytes]]:
    return {name: old for name, old in files.items() if b"somebody else" in old[1] or old[0] == "link"}


def check(top: Path, home: Path, target: Path | None, foreign: dict[str, tuple[str, bytes]]) -> None:
    """Build, and check that each of the files is still there, under its name or under that of a renamed file."""
    with suppress(PolyvitaError):
        build(home / "cv.md", outputs=target, timestamp=1_790_000_000)
    after = contents(top)
    for name, old in foreign.items():
        if after.get(name) != old:
            path = Path(name)
            renamed = [o for other, o in after.items() if "(edited" in other and Path(other).parent == path.parent]
            assert old in renamed, f"{name} is gone"
            assert path.name != "cv.md"
            assert path.parent != Path("home/filters") or target == home / "filters"


@given(names=st.sets(st.sampled_from(["cv.md", "CV.MD", ".gitignore", "filters", "filters/full.yaml", "outputs", "x"])))
@settings(max_examples=30, deadline=None)
def test_a_new_cv_changes_nothing_that_is_there(names: set[str]) -> None:
    with tempfile.TemporaryDirectory(prefix="polyvita-test-") as name:
        folder = Path(name)
        for number, other in enumerate(sorted(names)):
            add(folder / other, "file", number)
        before = contents(folder)
        with suppress(PolyvitaError):
            list(create_project(folder))
        after = contents(folder)
        assert before.items() <= after.items()
        assert not {folded(Path(other)) for other in before} & {folded(Path(o)) for o in after.keys() - before.keys()}
