"""What a CV or a filter names is read inside the folder of the CV only, or in folders that an option names."""

from __future__ import annotations

from pathlib import Path

import pytest

from attack_runner import Attack, write_project
from polyvita.core.allowed import ALLOWED_FOLDERS
from small_project import RULES, template

FOREIGN = "password: hunter2\n"
NAMED = {
    "theme": ("../../outside/own", "own.yaml", b"size: 11pt\n"),
    "rules": ("[../../outside/own]", "own.yaml", RULES.encode()),
    "reference": ("../../outside/own.docx", "own.docx", None),
    "pandoc_filters": ("[../../outside/own.lua]", "own.lua", b"-- nothing\n"),
}
"""For each key, a value that leads out of the folder, the name of the file there, and a good content."""


@pytest.fixture(autouse=True)
def nothing_allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Start without allowed folders, and forget at the end what the test allowed."""
    monkeypatch.setenv(ALLOWED_FOLDERS, "")


def project(attack: Attack, key: str, content: bytes | None) -> Path:
    """Move the attack into a project whose filter names a file outside, and return the folder of that file."""
    value, name, _ = NAMED[key]
    outside = attack.folder / "outside"
    outside.mkdir()
    (outside / name).write_bytes(template() if content is None else content)
    attack.folder = attack.folder / "project"
    write_project(attack.folder, filters__all_yaml=f"formats: [html, docx]\n{key}: {value}\n")
    for folder in ("themes", "rules"):
        (attack.folder / folder).mkdir()
    return outside


@pytest.mark.parametrize("key", NAMED)
def test_a_file_outside_is_refused_and_not_quoted(attack: Attack, key: str) -> None:
    project(attack, key, FOREIGN.encode())
    run = attack.run()
    assert (run.status, run.codes) == (2, {"PV341"})
    assert "hunter2" not in run.out + run.err


@pytest.mark.parametrize("key", NAMED)
def test_a_link_to_a_file_outside_is_refused(attack: Attack, key: str) -> None:
    outside = project(attack, key, FOREIGN.encode())
    folder = {"theme": "themes", "rules": "rules"}.get(key, "filters")
    name = NAMED[key][1]
    (attack.folder / folder / name).symlink_to(outside / name)
    value = Path(name).stem if folder != "filters" else name
    value = f"[{value}]" if key in ("rules", "pandoc_filters") else value
    (attack.folder / "filters" / "all.yaml").write_text(f"formats: [html, docx]\n{key}: {value}\n", encoding="utf-8")
    run = attack.run()
    assert (run.status, run.codes) == (2, {"PV341"})
    assert "hunter2" not in run.out + run.err


def test_a_linked_filter_that_another_one_extends_is_refused(attack: Attack) -> None:
    project(attack, "theme", FOREIGN.encode())
    (attack.folder / "filters" / "base.yaml").symlink_to(attack.folder.parent / "outside" / "own.yaml")
    (attack.folder / "filters" / "all.yaml").write_text("extends: base\nformats: [html]\n", encoding="utf-8")
    run = attack.run("build", "all")
    assert (run.status, run.codes) == (2, {"PV341"})
    assert "hunter2" not in run.out + run.err


@pytest.mark.parametrize("key", NAMED)
def test_an_allowed_folder(attack: Attack, key: str) -> None:
    outside = project(attack, key, NAMED[key][2])
    assert attack.run("build", "--force", "--allow-folder", str(outside)).status == 0


def test_the_next_command_does_not_allow_the_folder(attack: Attack) -> None:
    outside = project(attack, "theme", NAMED["theme"][2])
    assert attack.run("build", "--allow-folder", str(outside)).status == 0
    assert attack.run("build").codes == {"PV341"}


@pytest.mark.parametrize("link", [False, True])
@pytest.mark.parametrize("format", ["html", "docx", "pdf", "epub", "txt"])
def test_an_image_outside(attack: Attack, format: str, link: bool) -> None:
    outside = attack.folder / "outside"
    outside.mkdir()
    (outside / "i.svg").write_bytes(SVG)
    attack.folder = attack.folder / "project"
    name = "i.svg" if link else "../outside/i.svg"
    write_project(attack.folder, f"# A\n\n![I]({name})\n", filters__all_yaml=f"formats: [{format}]\n")
    if link:
        (attack.folder / name).symlink_to(outside / "i.svg")
    run = attack.run()
    if format != "txt":  # It has only the description of the image.
        assert (run.status, run.codes) == (1, {"PV306"})
    assert attack.run("build", "--allow-folder", str(outside)).status == 0
    assert attack.run("build").status == run.status


SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><path d="M0 0h9v9"/></svg>'
