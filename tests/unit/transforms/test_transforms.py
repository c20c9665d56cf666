"""Cases that the stories do not cover: bold names, private data, spans in headings, and files written atomically."""

from __future__ import annotations

from pathlib import Path

import pytest

from polyvita import build, read_text
from polyvita.config.expression_parser import parse_expression
from polyvita.core.diagnostics import ExternalError
from polyvita.core.document import Document, Node, Strong, plain_text, rewrite, walk
from polyvita.core.files import write_atomically
from polyvita.transforms import mark_author_names, select_units


def bold_texts(document: Document) -> list[str]:
    return [plain_text(node) for node in walk(document) if isinstance(node, Strong)]


@pytest.mark.parametrize(
    ("text", "names", "found"),
    [
        ("- Sample B, Bach S and Lapuschkin S (2016). Title.", ("Lapuschkin S", "Bach S"), ["Bach S", "Lapuschkin S"]),
        ("- Lapuschkin SX, Bach Sebastian", ("Lapuschkin S", "Bach S"), []),
        ("- Ada Example and Example A", ("Example A", "Ada Example"), ["Ada Example", "Example A"]),
        ("- **Example A** and B", ("Example A",), ["Example A"]),
        ("Example A, outside a list", ("Example A",), []),
        ("# By Example A\n\n[E. A.]{.me} and others", ("Example A",), ["E. A."]),
        ("- [Example A](https://example.org)", ("Example A",), []),
        ("- Nobody", (), []),
    ],
)
def test_the_owners_names_are_bold_in_lists(text: str, names: tuple[str, ...], found: list[str]) -> None:
    document = mark_author_names(read_text(text), names=names)
    assert bold_texts(document) == found
    assert plain_text(document) == plain_text(read_text(text))


def test_a_bold_name_keeps_its_location() -> None:
    document = mark_author_names(read_text("- With Bach S (2016)"), names=("Bach S",))
    [name] = [node for node in walk(document) if isinstance(node, Strong)]
    assert (name.inlines[0].location.line, name.inlines[0].location.column, name.inlines[0].location.width) == (1, 8, 6)


def test_spans_in_headings_and_table_heads_are_selected() -> None:
    text = "# Work [in short]{.short}\n\n| a [b]{.short} | c |\n| --- | --- |\n| d | e |\n\nText.\n"
    kept = select_units(read_text(text), drop=parse_expression("short"))
    assert plain_text(kept) == "Work\na c\nd e\nText."


CV = "---\nname: Ada Example\nphone: +1 555 1000\n---\n\n# Bio\n\nHello.\n"


def test_private_data_is_shown_only_if_the_filter_asks_for_it(tmp_path: Path) -> None:
    (tmp_path / "filters").mkdir()
    (tmp_path / "cv.md").write_text(CV)
    (tmp_path / "cv.private.yaml").write_text("mobile: +1 555 2000\nborn: 1984-05-06\n")
    (tmp_path / "filters/open.yaml").write_text("formats: txt\n")
    (tmp_path / "filters/office.yaml").write_text("formats: txt\nprivate: true\n")
    assert build(tmp_path / "cv.md").exit_status == 0
    shown = {name: (tmp_path / f"outputs/{name}.txt").read_text().replace("\u00a0", " ") for name in ("open", "office")}
    assert shown["office"] == ("Ada Example\n\n+1 555 1000 | +1 555 2000\nborn 6 May 1984\n\nBio\n===\n\nHello.\n")
    assert shown["open"] == "Ada Example\n\n+1 555 1000\n\nBio\n===\n\nHello.\n"


def test_files_are_written_atomically(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "cv.pdf"
    path.write_bytes(b"old")
    with path.open("rb") as reader:  # A program that has the old file open continues to read the old file.
        write_atomically(path, b"new")
        assert reader.read() == b"old"
    assert path.read_bytes() == b"new"

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", fail)
    with pytest.raises(ExternalError, match=r"cv\.pdf cannot be written: No space left on device"):
        write_atomically(path, b"newer")
    assert path.read_bytes() == b"new"
    assert [file.name for file in tmp_path.iterdir()] == ["cv.pdf"]


def test_the_root_of_a_tree_cannot_be_deleted() -> None:
    [block] = read_text("Hello.").blocks
    with pytest.raises(TypeError, match="the root of a tree cannot be deleted"):
        rewrite(block, lambda _node: None)


def test_a_rewrite_without_changes_returns_the_same_tree() -> None:
    [block] = read_text("- a\n- b *c*\n").blocks

    def keep(node: Node) -> Node:
        return node

    assert rewrite(block, keep) is block
