"""No file that was there before a command is changed or gone, unless the program itself wrote it."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from attack_runner import Attack, Run, write_project
from polyvita.builder.manifest import Manifest, OutputEntry, hash_file
from small_project import template

MINE = "my own words"
CV = "# A {#a}\n\n[Core]{.core} text.\n"


def contents(folder: Path) -> dict[str, bytes]:
    """Return the content of each file by its name."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def refused(run: Run) -> bool:
    """Return whether the command ended because of a file that it must not replace."""
    return run.status == 2 and "PV344" in run.codes


@pytest.mark.parametrize("name", ["cv", "CV"])
@pytest.mark.parametrize("options", [("-o", "."), ("-o", "../project"), ("-o", "filters/..")])
def test_an_output_in_the_place_of_the_cv(attack: Attack, name: str, options: tuple[str, ...]) -> None:
    attack.folder = write_project(attack.folder / "project", CV, **{f"filters__{name}_yaml": "formats: [markdown]\n"})
    before = contents(attack.folder)
    assert refused(attack.run("build", *options))
    after = contents(attack.folder)
    assert before.items() <= after.items()
    assert "CV.md" not in after


def test_an_output_in_the_place_of_another_file_beside_the_cv(attack: Attack) -> None:
    write_project(attack.folder, CV, filters__readme_yaml="formats: [markdown, txt]\n", README_md=MINE)
    run = attack.run("build", "-o", ".")
    assert refused(run)
    assert contents(attack.folder)["README.md"] == MINE.encode()
    assert b"Core text." in contents(attack.folder)["readme.txt"]


def test_composed_and_decomposed_letters_are_the_same(attack: Attack) -> None:
    write_project(attack.folder, CV, filters__all_yaml="formats: [txt]\nfilename: Vit\u00e6-\u00e9t\u00e9\n")
    (attack.folder / "Vit\u00e6-e\u0301te\u0301.txt").write_text(MINE)
    assert refused(attack.run("build", "-o", "."))
    assert not (attack.folder / "Vit\u00e6-\u00e9t\u00e9.txt").exists()


@pytest.mark.parametrize(
    ("key", "name", "format"),
    [
        ("reference: letter.docx", "letter.docx", "docx"),
        ("pandoc_filters: [letter.json]", "letter.json", "json"),
    ],
)
def test_an_output_in_the_place_of_a_file_that_the_filter_names(
    attack: Attack, key: str, name: str, format: str
) -> None:
    content = template() if format == "docx" else b"#!/bin/sh\ncat\n"
    filter = f"formats: [{format}]\nfilename: letter\n{key}\n"
    write_project(attack.folder, CV, filters__all_yaml=filter)
    path = attack.folder / "filters" / name
    path.write_bytes(content)
    path.chmod(0o755)
    assert refused(attack.run("build", "-o", "filters"))
    assert path.read_bytes() == content


def test_an_output_in_the_place_of_a_picture(attack: Attack) -> None:
    picture = b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'
    cv = "# A\n\n![I](outputs/all.html.svg)\n"
    write_project(attack.folder, cv, filters__all_yaml="formats: [html]\nfilename: all\n")
    (attack.folder / "outputs").mkdir()
    (attack.folder / "outputs/all.html").symlink_to("all.html.svg")
    (attack.folder / "outputs/all.html.svg").write_bytes(picture)
    assert refused(attack.run())
    assert (attack.folder / "outputs/all.html").read_bytes() == picture


@pytest.mark.parametrize("name", ["manifest", "Manifest"])
def test_an_output_in_the_place_of_the_manifest(attack: Attack, name: str) -> None:
    write_project(attack.folder, CV, filters__all_yaml=f"formats: [json, txt]\nfilename: {name}\n")
    assert refused(attack.run())
    assert "body" in json.loads((attack.folder / "outputs/manifest.json").read_text())
    assert attack.run("build").status == 2


def test_outputs_whose_names_differ_in_case(attack: Attack) -> None:
    filters = {"filters__cv_yaml": "formats: [txt]\n", "filters__CV_yaml": "formats: [txt]\n"}
    write_project(attack.folder, CV, **filters)
    assert attack.run().codes == {"PV135"}


def damage(path: Path) -> None:
    path.write_text(MINE)


@pytest.mark.parametrize("forget", [Path.unlink, damage])
def test_an_edited_output_without_its_manifest(attack: Attack, forget: Callable[[Path], None]) -> None:
    write_project(attack.folder, CV)
    attack.run()
    (attack.folder / "outputs/all.html").write_text(MINE)
    forget(attack.folder / "outputs/manifest.json")
    run = attack.run("build")
    assert run.status == 0
    assert "PV324" in run.codes
    after = contents(attack.folder / "outputs")
    assert after["all (edited).html"] == MINE.encode()
    assert b"Core" in after["all.html"]
    assert ("manifest (edited).json" in after) == (forget is damage)
    assert attack.run("build").codes == set()


def test_an_output_that_is_the_same_is_not_set_aside(attack: Attack) -> None:
    write_project(attack.folder, CV)
    attack.run()
    (attack.folder / "outputs/manifest.json").unlink()
    assert attack.run("build").codes == set()
    assert set(contents(attack.folder / "outputs")) == {"all.html", "manifest.json"}


def test_a_file_in_the_place_of_an_output_before_the_first_build(attack: Attack) -> None:
    write_project(attack.folder, CV, outputs__all_html=MINE)
    run = attack.run()
    assert (run.status, run.codes) == (0, {"PV324"})
    assert contents(attack.folder / "outputs")["all (edited).html"] == MINE.encode()


def test_another_manifest_beside_the_cv(attack: Attack) -> None:
    write_project(attack.folder, CV, manifest_json='{"name": "the manifest of a web page"}')
    before = contents(attack.folder)
    assert refused(attack.run("build", "-o", "."))
    assert contents(attack.folder) == before


def test_a_manifest_that_claims_the_cv(attack: Attack) -> None:
    """Somebody else's project may come with a manifest."""
    write_project(attack.folder, CV, filters__cv_yaml="formats: [markdown]\n")
    manifest = Manifest.read(attack.folder, attack.folder / "cv.md")
    manifest.outputs["cv.md"] = OutputEntry("cv", hash_file(attack.folder / "cv.md"))
    manifest.write()
    assert refused(attack.run("build", "-o", "."))
    assert contents(attack.folder)["cv.md"] == CV.encode()


# ---------------------------------------------------------------- links, folders and pipes


@pytest.mark.parametrize("target", ["there.html", "nothing"])
def test_a_link_in_the_place_of_an_output(attack: Attack, target: str) -> None:
    write_project(attack.folder, CV, there_html=MINE)
    (attack.folder / "outputs").mkdir()
    (attack.folder / "outputs/all.html").symlink_to(attack.folder / target)
    assert attack.run().codes == {"PV324"}
    assert (attack.folder / "outputs/all (edited).html").is_symlink()
    assert contents(attack.folder)["there.html"] == MINE.encode()


def test_a_linked_folder_of_outputs(attack: Attack) -> None:
    attack.folder = write_project(attack.folder / "project", CV, filters__all_yaml="formats: [txt]\nfilename: a/b\n")
    elsewhere = attack.folder.parent / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "b.txt").write_text(MINE)
    (attack.folder / "outputs").mkdir()
    (attack.folder / "outputs/a").symlink_to(elsewhere)
    assert refused(attack.run())
    assert contents(elsewhere) == {"b.txt": MINE.encode()}


def test_a_pipe_in_the_place_of_an_output(attack: Attack) -> None:
    write_project(attack.folder, CV)
    (attack.folder / "outputs").mkdir()
    os.mkfifo(attack.folder / "outputs/all.html")
    assert attack.run().codes == {"PV324"}
    assert (attack.folder / "outputs/all.html").is_file()


@pytest.mark.parametrize("name", ["all.html", "manifest.json"])
def test_a_folder_in_the_place_of_an_output(attack: Attack, name: str) -> None:
    write_project(attack.folder, CV)
    (attack.folder / "outputs" / name).mkdir(parents=True)
    (attack.folder / "outputs" / name / "mine").write_text(MINE)
    assert attack.run().status == 3
    assert contents(attack.folder / "outputs")[f"{name}/mine"] == MINE.encode()


@pytest.mark.parametrize("link", [False, True])
def test_a_file_in_the_place_of_the_lock(attack: Attack, link: bool) -> None:
    write_project(attack.folder, CV)
    lock = attack.folder / ".outputs.lock"
    if link:
        (attack.folder / "target").write_text(MINE)
        lock.symlink_to("target")
    else:
        lock.write_text(MINE)
    assert attack.run().status == 3
    assert lock.read_text() == MINE


# ---------------------------------------------------------------- other commands


@pytest.mark.parametrize("name", ["cv.md", "CV.md", "filters/all.yaml", "notes.html", "outputs/all.html", "link.html"])
def test_a_review_copy_in_the_place_of_another_file(attack: Attack, name: str) -> None:
    write_project(attack.folder, CV, notes_html=MINE)
    (attack.folder / "link.html").symlink_to("nothing")
    attack.run("build")
    before = contents(attack.folder)
    assert refused(attack.run("explain", "all", "--html", name))
    assert contents(attack.folder) == before


def test_the_review_copy_of_one_filter_in_the_place_of_the_output_of_another(attack: Attack) -> None:
    write_project(attack.folder, CV, filters__all_yaml="formats: [html]\n", filters__own_yaml="filename: all.review\n")
    attack.run("build")
    before = contents(attack.folder)
    assert refused(attack.run("explain", "all", "--html"))
    assert contents(attack.folder) == before


def test_a_review_copy_is_replaced_unless_it_was_edited(attack: Attack) -> None:
    write_project(attack.folder, CV)
    assert attack.run("explain", "all", "--html").status == 0
    path = attack.folder / "outputs/all.review.html"
    (attack.folder / "cv.md").write_text("# B\n")
    assert attack.run("explain", "all", "--html").status == 0
    assert ">B<" in path.read_text(encoding="utf-8")
    path.write_text(path.read_text(encoding="utf-8").replace(">B<", ">my note<"), encoding="utf-8")
    assert refused(attack.run("explain", "all", "--html"))
    assert ">my note<" in path.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["cv.md", "CV.md", ".gitignore", "filters/full.yaml"])
def test_a_new_cv_in_the_place_of_another_file(attack: Attack, name: str) -> None:
    path = attack.folder / name
    path.parent.mkdir(exist_ok=True)
    path.symlink_to("nothing")
    assert attack.run("init", ".").codes == {"PV136"}
    assert [other for other in attack.folder.rglob("*") if not other.is_dir()] == [path]
