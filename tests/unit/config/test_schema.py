"""The JSON Schemas for editors accept all shipped files and reject invalid ones."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from polyvita.cli.main import main
from polyvita.config.filter import Filter
from polyvita.config.filter_file import load_filter
from polyvita.config.front_matter import FrontMatter
from polyvita.config.settings import keys_of
from polyvita.core.diagnostics import InputError
from polyvita.reader import read_private
from repository import ROOT

SCHEMAS = ROOT / "docs/schema"
SHIPPED = {
    "filter": [*ROOT.glob("filters/*.yaml"), *ROOT.glob("pipeline/polyvita/cli/scaffold/filters/*.yaml")],
    "rules": [*ROOT.glob("pipeline/polyvita/checks/rules/data/*.yaml")],
    "theme": [*ROOT.glob("pipeline/polyvita/config/themes/*.yaml")],
}
FLAGS = {
    "filter": [],
    "rules": ["--rules"],
    "theme": ["--themes"],
    "front-matter": ["--front-matter"],
    "faculty": ["--faculty"],
}


class Editor(yaml.SafeLoader):
    """A loader for YAML 1.2, which editors use: it has no dates, and `no` is a string."""


Editor.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag.rpartition(":")[2] not in ("timestamp", "bool")]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
for letter in "tTfF":
    bools = [pair for pair in yaml.SafeLoader.yaml_implicit_resolvers[letter] if pair[0].endswith("bool")]
    Editor.yaml_implicit_resolvers[letter] = [*Editor.yaml_implicit_resolvers[letter], *bools]


def problems(schema: str, text: str) -> list[str]:
    validator = Draft202012Validator(json.loads((SCHEMAS / f"{schema}.json").read_text(encoding="utf-8")))
    data: Any = yaml.load(text, Loader=Editor)  # noqa: S506 - a subclass of the safe loader
    return [error.message for error in validator.iter_errors(data)]


@pytest.mark.parametrize("schema", FLAGS)
def test_the_schema_is_valid_and_the_command_prints_it(schema: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["schema", *FLAGS[schema]]) == 0
    written = (SCHEMAS / f"{schema}.json").read_text(encoding="utf-8")
    assert written == capsys.readouterr().out
    Draft202012Validator.check_schema(json.loads(written))


@pytest.mark.parametrize(
    ("schema", "path"),
    [(schema, path) for schema, paths in SHIPPED.items() for path in sorted(paths)],
    ids=lambda value: str(value.relative_to(ROOT)) if isinstance(value, Path) else value,
)
def test_shipped_files_are_valid(schema: str, path: Path) -> None:
    assert problems(schema, path.read_text(encoding="utf-8")) == []


def test_shipped_files_of_each_kind_exist() -> None:
    assert {schema: len(paths) > 1 for schema, paths in SHIPPED.items()} == dict.fromkeys(SHIPPED, True)


@pytest.mark.parametrize("path", sorted(ROOT.glob("filters/*.yaml")), ids=lambda path: path.name)
def test_shipped_filters_name_the_schema(path: Path) -> None:
    assert schema_of(path) == SCHEMAS / "filter.json"


def test_filters_of_a_new_project_name_the_schema(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["init", str(tmp_path)]) == 0
    filters = list((tmp_path / "filters").glob("*.yaml"))
    assert {schema_of(path) for path in filters} == {tmp_path / "filters/schema/filter.json"}
    assert (tmp_path / "filters/schema/filter.json").read_bytes() == (SCHEMAS / "filter.json").read_bytes()
    capsys.readouterr()
    assert main(["tags", "-s", str(tmp_path / "cv.md")]) == 0
    assert "schema" not in capsys.readouterr().out


def schema_of(path: Path) -> Path:
    first = path.read_text(encoding="utf-8").splitlines()[0]
    mark, _, name = first.partition("$schema=")
    assert mark == "# yaml-language-server: "
    found = (path.parent / name).resolve()
    assert found.is_file()
    return found


@pytest.mark.parametrize(
    "text",
    [
        "selct: core",
        "formats: {html: true}",
        "select: [core, award]",
        "numbering: downwards",
        "pages: {most: one}",
        "pages: {most: 1, fit: shrink}",
        "pages: 1.5.2",
        "limit: {items: publication, least: 3}",
        "sort: [{items: publication, by: {date: -1}}]",
        "sections: [{title: Results, item: publication}]",
        "titles: [education]",
        "private: maybe",
        "margins: {left: 20mm, inner: 20mm}",
        "rules: {use: ukri, pages: many}",
        "pages: {most: 0}",
        "limit: {items: publication, most: 0}",
        "leading: 5",
        "lang: British English",
        "formats: []",
        "locations: {}",
        "- a list",
    ],
)
def test_the_schema_and_the_program_reject_the_same_filters(text: str, tmp_path: Path) -> None:
    assert problems("filter", text) != []
    path = tmp_path / "broken.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError):
        load_filter(path)


GOOD_FRONT = [
    "{name: Ada, honorific: Dr., affiliation: [A, B], address: A street, email: ada@example.org, phone: 030 123}",
    "{mobile: +49 000 1, born: 1990-01-01, lang: no, own_names: [Example A, Sample A], tags: [a, b]}",
    "{links: [{label: a, url: https://example.org}], own_names: Example A, tags: {a: all of it, b: }, keys: role}",
    "{links: {a: https://example.org}, phone: 5550123, sections: {positions: experience}}",
    "{headline: Baker, location: Berlin, orcid: 0000-0002-1825-0097, smart: true, photo: {file: a.jpg, alt: Ada}}",
    "{bibliography: own.bib, csl: apa, types: {report: talk}, marks: {one: '*', two: {sign: '†', names: [Doe J]}}}",
]
BAD_FRONT = [
    "{nmae: Ada}",
    "{name: [Ada, Example]}",
    "{name: }",
    "{email: {work: ada@example.org}}",
    "{links: https://example.org}",
    "{links: [{label: a}]}",
    "{links: [{label: a, url: b, more: c}]}",
    "{tags: core}",
    "{own_names: {a: b}}",
    "{affiliation: [[A]]}",
    "{born: [1990]}",
    "{marks: {one: {names: [Doe J]}}}",
    "{types: journal}",
]


@pytest.mark.parametrize("text", [*GOOD_FRONT, *BAD_FRONT])
def test_the_schema_and_the_reader_accept_the_same_front_matter(text: str, tmp_path: Path) -> None:
    path = tmp_path / "cv.private.yaml"
    path.write_text(text, encoding="utf-8")
    try:
        read_private(path)
        accepted = True
    except InputError:
        accepted = False
    assert (problems("front-matter", text) == []) is accepted is (text in GOOD_FRONT)


def test_every_key_of_the_front_matter_is_tried() -> None:
    assert {key for text in GOOD_FRONT for key in yaml.safe_load(text)} == set(keys_of(FrontMatter))


@pytest.mark.parametrize("name", FLAGS)
def test_examples_and_defaults_are_valid(name: str) -> None:
    schema = json.loads((SCHEMAS / f"{name}.json").read_text(encoding="utf-8"))
    for group in (schema, *schema["$defs"].values()):
        for key, value in group["properties"].items():
            assert value["description"]
            for sample in (*value.get("examples", ()), *([value["default"]] if "default" in value else ())):
                assert Draft202012Validator({**value, "$defs": schema["$defs"]}).is_valid(sample), key


def test_the_program_reads_the_examples(tmp_path: Path) -> None:
    examples = {name: key.example for name, key in keys_of(Filter).items() if key.example}
    assert len(examples) > 10
    for name, example in examples.items():
        path = tmp_path / "one.yaml"
        path.write_text(f"{name}: {example}\n", encoding="utf-8")
        assert name in load_filter(path).locations
