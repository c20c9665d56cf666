"""The filters of recipients that come with the program, and the sections that they need.

Each folder in `recipients/` is a recipient. It has one filter or more, and `sections.md` with the sections that a CV
needs for it: Markdown whose comments say what belongs into each section. The first line of a filter is a comment that
says in one sentence what the filter is for.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

_FOLDER = Path(__file__).parent / "recipients"


@cache
def recipients() -> dict[str, tuple[str, ...]]:
    """Return the names of the filters of each recipient, by the name of the recipient."""
    return {
        folder.name: tuple(sorted(path.stem for path in folder.glob("*.yaml")))
        for folder in sorted(_FOLDER.iterdir())
        if folder.is_dir()
    }


@cache
def recipient_filters() -> dict[str, Path]:
    """Return the filter files of all recipients by the name of the filter."""
    return {name: _FOLDER / folder / f"{name}.yaml" for folder, names in recipients().items() for name in names}


def describe(path: Path) -> str:
    """Return the sentence at the top of a recipient's filter."""
    lines = path.read_text(encoding="utf-8").splitlines()
    comment = []
    for line in lines:
        if not line.startswith("#"):
            break
        comment.append(line.lstrip("# "))
    return " ".join(comment).partition(". ")[0].rstrip(".")


def needed_sections(recipient: str) -> str:
    """Return the Markdown with the sections that a CV needs for a recipient. It may be empty."""
    path = _FOLDER / recipient / "sections.md"
    return path.read_text(encoding="utf-8") if path.is_file() else ""
