"""The documentation says what is so: generated pages are current, commands are those that are checked, links lead
somewhere, public names are explained."""

from __future__ import annotations

import importlib
import inspect
import re
import subprocess
from pathlib import Path

import pytest

import polyvita
import reference
from repository import ROOT

PAGES = sorted(
    [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("benchmarks/*.md"), *ROOT.glob("outputs/*.md")]
)


@pytest.mark.parametrize("name", sorted(reference.pages()))
def test_generated_pages_are_current(name: str) -> None:
    written = (ROOT / "docs" / name).read_text(encoding="utf-8")
    assert written == reference.pages()[name], "run: python docs/scripts/reference.py"


def test_the_readmes_commands_are_the_ones_that_are_run() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    commands = re.findall(r"^```sh\n(.*?)\n```$", readme, re.MULTILINE)
    run = (ROOT / ".ci/run").read_text(encoding="utf-8")
    assert commands == ["pip install . && polyvita build", "pip install '.[test]' && pytest"]
    assert [command for command in commands if f"\n{command}" not in run] == []


def test_pages_are_found() -> None:
    assert {page.name for page in PAGES} >= {
        "README.md",
        "language.md",
        "filters.md",
        "architecture.md",
        "CHANGELOG.md",
    }


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    text = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    if page.name == "cv.md":
        return
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if "://" in target or target.startswith(("#", "mailto:")):
            continue
        path, _, anchor = target.partition("#")
        found = (page.parent / path).resolve()
        assert found.exists(), target
        if anchor:
            headings = re.findall(r"^#+ (.+)$", found.read_text(encoding="utf-8"), re.MULTILINE)
            slugs = {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}
            assert anchor in slugs, target


def test_public_names_are_those_that_are_explained() -> None:
    """Each exported name exists, has a docstring, and knows the home it is loaded from."""
    assert sorted(polyvita._HOMES) == sorted(polyvita.__all__)
    for name in polyvita.__all__:
        assert inspect.getdoc(getattr(polyvita, name)), name
    with pytest.raises(AttributeError):
        getattr(polyvita, "nothing")  # noqa: B009 - the name is looked up at run time on purpose


MODULES = sorted(path.relative_to(ROOT) for path in (ROOT / "pipeline" / "polyvita").rglob("*.py"))


@pytest.mark.parametrize("path", MODULES, ids=str)
def test_public_functions_have_docstrings(path: Path) -> None:
    if path.name == "__main__.py":
        return
    module = importlib.import_module(".".join(path.with_suffix("").parts).removesuffix(".__init__"))
    assert module.__doc__
    for name, value in vars(module).items():
        if inspect.isfunction(value) and value.__module__ == module.__name__ and not name.startswith("_"):
            assert value.__doc__, f"{path}: {name}"


def test_nothing_built_is_in_version_control() -> None:
    run = subprocess.run(["git", "ls-files", "outputs"], cwd=ROOT, capture_output=True, text=True, check=False)
    if run.returncode == 0:
        assert run.stdout.split() == ["outputs/README.md"]
