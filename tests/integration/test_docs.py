"""The documentation is true: generated pages are current, commands run, links have targets, tables match the code."""

from __future__ import annotations

import configparser
import doctest
import importlib
import inspect
import re
import subprocess
from pathlib import Path

import pytest

import polyvita
import reference
from polyvita.reader import parse_text
from repository import PACKAGE, ROOT

PAGES = sorted(
    page
    for pattern in ("*.md", "docs/**/*.md", "benchmarks/*.md", "outputs/*.md", "tests/*.md", ".github/*.md")
    for page in ROOT.glob(pattern)
    if page.name != "cv.md"
)
MODULES = sorted(path for path in PACKAGE.rglob("*.py") if path.name != "__main__.py")
ROOMS = {path.parent.name for path in PACKAGE.glob("*/__init__.py")}


def module_name(path: Path) -> str:
    parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(parts).removesuffix(".__init__")


@pytest.mark.parametrize("name", sorted(reference.pages()))
def test_generated_pages_are_current(name: str) -> None:
    written = (ROOT / "docs" / name).read_text(encoding="utf-8")
    assert written == reference.pages()[name], "run: python docs/scripts/reference.py"


# ---------------------------------------------------------------- commands


def readme_commands() -> list[str]:
    return re.findall(r"^```sh\n(.*?)\n```$", (ROOT / "README.md").read_text(encoding="utf-8"), re.M | re.S)


def test_readme_starts_with_two_commands() -> None:
    assert readme_commands()[:2] == [
        "python3 -m venv .venv && .venv/bin/pip install . && .venv/bin/polyvita build",
        ".venv/bin/pip install '.[test]' && .venv/bin/pytest",
    ]


@pytest.mark.skipif(not Path("/bin/bash").exists(), reason="needs Bash")
def test_ci_runs_the_commands_of_the_readme() -> None:
    """`.ci/run` cuts the commands out of README.md: its function returns them, and it runs each."""
    script = (ROOT / ".ci/run").read_text(encoding="utf-8")
    function = re.search(r"^readme_command\(\) \{.*?^\}$", script, re.M | re.S)
    assert function
    for number, command in enumerate(readme_commands()[:2], 1):
        shell = ["/bin/bash", "-c", f"{function[0]}\nreadme_command {number}"]
        assert subprocess.run(shell, cwd=ROOT, capture_output=True, text=True, check=True).stdout == f"{command}\n"
    assert re.findall(r"^run_readme_command (\d)", script, re.M) == ["1", "1", "2"]


def test_contributing_lists_the_recipes_of_the_justfile() -> None:
    recipes = re.findall(r"^([a-z]+)(?: \*\w+)?:$", (ROOT / "justfile").read_text(encoding="utf-8"), re.M)
    contributing = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    assert sorted(re.findall(r"^\| `just (\w+)` \|", contributing, re.M)) == sorted({*recipes} - {"default"})


# ---------------------------------------------------------------- pages


def test_tests_that_pages_name_exist() -> None:
    page = (ROOT / "docs/flaws.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`(test_\w+)`", page))
    sources = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("test_*.py"))
    assert len(named) > 12
    assert sorted(name for name in named if f"def {name}(" not in sources) == []


def test_pages_are_found() -> None:
    expected = {"README.md", "language.md", "filters.md", "architecture.md", "CHANGELOG.md", "CONTRIBUTING.md"}
    assert {page.name for page in PAGES} >= expected


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_have_targets(page: Path) -> None:
    text = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
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


PATH = re.compile(
    r"`((?:(?:pipeline|tests|docs|benchmarks|filters|outputs|builder|checks|cli|config|core|explain|preview|reader"
    r"|transforms|writers|cases|unit|integration|laws|browser|fuzz|support|data)/)[\w./-]*)`"
)


@pytest.mark.parametrize("name", ["README.md", "CONTRIBUTING.md", "docs/architecture.md", "tests/README.md"])
def test_paths_exist(name: str) -> None:
    page = ROOT / name
    roots = (ROOT, PACKAGE, page.parent)
    paths = PATH.findall(page.read_text(encoding="utf-8"))
    assert paths
    assert [path for path in paths if not any((root / path).exists() for root in roots)] == []


# ---------------------------------------------------------------- the tables of docs/architecture.md


def table(page: str, header: str) -> list[list[str]]:
    """Return the rows of the table of a page that starts with this header."""
    text = (ROOT / page).read_text(encoding="utf-8")
    found = re.search(rf"^{re.escape(header)}\n\|[ |:-]+\|\n((?:\|.*\n)+)", text, re.M)
    assert found, f"{page} has no table {header}"
    return [[cell.strip() for cell in row.strip("|").split("|")] for row in found[1].splitlines()]


def code_spans(cell: str) -> list[str]:
    return re.findall(r"`([^`]+)`", cell)


def contracts() -> configparser.ConfigParser:
    parsed = configparser.ConfigParser()
    parsed.read(ROOT / ".importlinter", encoding="utf-8")
    return parsed


def test_layers_are_those_of_the_import_contract() -> None:
    rows = table("docs/architecture.md", "| layer | rooms | may import |")
    contract = contracts()["importlinter:contract:layers"]["layers"].split("\n")
    layers = [re.split(r" [|:] ", layer) for layer in contract if layer and layer != "__main__"]
    assert [number for number, *_ in rows] == [str(number) for number in range(1, len(layers) + 1)]
    assert [sorted(code_spans(rooms)) for _, rooms, _ in rows] == [sorted(layer) for layer in layers]
    assert {room for layer in layers for room in layer} == ROOMS


def test_rooms_are_the_folders_of_the_package() -> None:
    rows = table("docs/architecture.md", "| room | what it does | main modules |")
    rooms = [code_spans(room)[0] for room, *_ in rows]
    assert sorted(rooms) == sorted(ROOMS)
    named = {
        (room, module) for room, (_, _, modules) in zip(rooms, rows, strict=True) for module in code_spans(modules)
    }
    assert {(room, module) for room, module in named if not (PACKAGE / room / module).exists()} == set()


def test_dependencies_are_kept_where_the_page_and_the_contracts_keep_them() -> None:
    rows = table("docs/architecture.md", "| dependency | used only in |")
    package_names = {"PDFium": "pypdfium2"}
    page = {
        package_names.get(name, name.lower()): {
            module.removesuffix(".py").replace("/", ".") for module in code_spans(used)
        }
        for names, used in rows
        for name in names.split(", ")
    }
    contract = {
        package: {importer.removeprefix("polyvita.") for importer in section["allowed_importers"].split()}
        for section in contracts().values()
        if section.get("type") == "protected"
        for package in section["protected_modules"].split()
    }
    assert page == contract


# ---------------------------------------------------------------- docs/from-other-tools.md


def markup_of_other_tools() -> list[tuple[str, str]]:
    """Return each piece of markup in the tables, with the code of its finding, if it has one."""
    text = (ROOT / "docs/from-other-tools.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (.+) \| (.+?) \|(?: `(PV\d+)` \|| \|)$", text, re.MULTILINE)
    pieces = [
        (span, code) for cell, _, code in rows for span in re.findall(r"(?<!`)(`+)(?!`) ?(.+?) ?(?<!`)\1(?!`)", cell)
    ]
    return [(span[1], code) for span, code in pieces if not re.fullmatch(r"[a-z]+|\+\+\+", span[1])]


@pytest.mark.parametrize(("markup", "code"), markup_of_other_tools())
def test_markup_of_other_tools_is_read_or_found(markup: str, code: str) -> None:
    at_line_start = re.match(r"[-(>#.!•{+]|\[TOC|\$\$|<div|<p", markup)
    text = f"Text\n{markup}\n" if markup.startswith("{: ") else f"{markup}\n" if at_line_start else f"Text {markup} x\n"
    _, findings = parse_text(f"{text}\n# My heading\n")
    assert {finding.code for finding in findings} == ({code} if code else set())


def test_the_example_of_another_tool_has_the_findings_that_the_page_names(tmp_path: Path) -> None:
    page = (ROOT / "docs/from-other-tools.md").read_text(encoding="utf-8")
    [example] = re.findall(r"^```markdown\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    _, findings = parse_text(example)
    assert {finding.code for finding in findings} == {"PV050", "PV030"}
    (tmp_path / "filters").mkdir()
    (tmp_path / "filters/full.yaml").write_text("formats: txt\n")
    (tmp_path / "cv.md").write_text(example.replace("## Positions\n{: .no-break}", "## Positions {dates=read}"))
    assert polyvita.build(tmp_path / "cv.md").exit_status == 0
    assert "Postdoc, Institute of Examples (2019–2023)" in (tmp_path / "outputs/full.txt").read_text()


# ---------------------------------------------------------------- docstrings


def test_public_names_are_documented() -> None:
    """Each exported name exists, has a docstring, and is in the table of the modules that define them."""
    assert sorted(polyvita._MODULES) == sorted(polyvita.__all__)
    for name in polyvita.__all__:
        assert inspect.getdoc(getattr(polyvita, name)), name
    with pytest.raises(AttributeError):
        getattr(polyvita, "nothing")  # noqa: B009 - mypy would reject the plain form


@pytest.mark.parametrize("path", MODULES, ids=module_name)
def test_public_functions_have_docstrings(path: Path) -> None:
    module = importlib.import_module(module_name(path))
    assert module.__doc__
    for name, value in vars(module).items():
        if inspect.isfunction(value) and value.__module__ == module.__name__ and not name.startswith("_"):
            assert value.__doc__, name


WITH_EXAMPLES = [path for path in MODULES if ">>> " in path.read_text(encoding="utf-8")]


@pytest.mark.parametrize("path", WITH_EXAMPLES, ids=module_name)
def test_examples_in_docstrings_run(path: Path) -> None:
    result = doctest.testmod(importlib.import_module(module_name(path)), raise_on_error=False)
    assert result.attempted > 0
    assert result.failed == 0


def test_examples_in_docstrings_are_found() -> None:
    assert {module_name(path) for path in WITH_EXAMPLES} >= {"polyvita.core.dates", "polyvita.config.expression_parser"}


def test_no_output_is_in_version_control() -> None:
    run = subprocess.run(["git", "ls-files", "outputs"], cwd=ROOT, capture_output=True, text=True, check=False)
    if run.returncode == 0:
        assert run.stdout.split() == ["outputs/README.md"]
