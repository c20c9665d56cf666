"""A small project for tests of builds: a CV, filters, a theme and other files, all of which a test can change."""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

MOBILE = "+49 (171) 555-0192"
RULES = """\
title: Biography
recipient: own
form: guide
kind: upload
rules:
  - {name: length, words: {most: 60}, level: warning, source: s, sure: high, checked: 2026-01-01}
  - {name: school, forbidden: {words: Copper}, level: error, source: s, sure: high, checked: 2026-01-01}
"""


@dataclass
class Unit:
    word: str
    year: int
    tags: tuple[str, ...] = ("core",)
    priority: int = 3

    def __str__(self) -> str:
        tags = " ".join(f".{tag}" for tag in self.tags)
        return f"- On {self.word} and its uses. {{{tags} date={self.year} priority={self.priority}}}"


def picture(shade: int) -> bytes:
    """Return a PNG of one grey pixel."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    head = struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)
    dot = zlib.compress(bytes([0, shade]))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", dot) + chunk(b"IEND", b"")


@dataclass
class Project:
    """The content of all files of a project. `save` writes those that differ from the files on disk."""

    folder: Path
    bio: str = "Amber"
    units: list[Unit] = field(default_factory=list)
    comments: list[str] = field(default_factory=list)
    gaps: int = 0
    filters: dict[str, dict[str, Any]] = field(default_factory=dict)
    theme: dict[str, Any] = field(default_factory=dict)
    private: dict[str, str] = field(default_factory=lambda: {"mobile": MOBILE})
    shade: int = 100
    broken: bool = False
    template: bytes = b""

    @property
    def source(self) -> Path:
        return self.folder / "cv.md"

    def save(self) -> None:
        """Write the files that differ, and delete filters that the project no longer has."""
        self._put("cv.md", str(self))
        self._put("cv.private.yaml", yaml.safe_dump(self.private, allow_unicode=True))
        self._put("themes/own.yaml", yaml.safe_dump(self.theme))
        self._put("rules/own.yaml", RULES)
        for name, content in self.filters.items():
            self._put(f"filters/{name}.yaml", yaml.safe_dump(content, sort_keys=False))
        for path in (self.folder / "filters").glob("*.yaml"):
            if path.stem not in self.filters:
                path.unlink()
        self._put("pictures/me here.png", picture(self.shade))
        if self.template:
            self._put("template.docx", self.template)

    def _put(self, name: str, content: str | bytes) -> None:
        path = self.folder / name
        data = content.encode() if isinstance(content, str) else content
        if not path.exists() or path.read_bytes() != data:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)

    def __str__(self) -> str:
        parts = [
            "---\nname: Ada Example\nemail: ada@example.org\nlang: en\n---",
            *(f"<!-- {comment} -->" for comment in self.comments),
            "# Bio {#bio .core .bio}",
            f"Ada studies {self.bio}. {{.core priority=1}}",
            "![Ada](pictures/me%20here.png){width=2cm .portrait}",
            "# Talks {#talks .talk}" + "\n" * self.gaps,
            "\n".join(map(str, self.units)),
            "::: {.open}" if self.broken else "",
        ]
        return "\n\n".join(part for part in parts if part) + "\n"


def small(folder: Path) -> Project:
    """Return a project with a dozen units, and with filters that write the four formats."""
    words = ("Basalt", "Chalk", "Diorite", "Flint", "Gneiss", "Jasper", "Marble", "Opal", "Pumice", "Slate")
    units = [Unit(word, 2025 - i, ("core",) if i % 3 else ("extra",), 2 + i % 4) for i, word in enumerate(words)]
    filters = {
        "all": {"formats": ["html", "txt"], "theme": "own"},
        "core": {
            "title": "Essence",
            "formats": ["txt", "html"],
            "select": "core",
            "drop": "portrait",
            "rules": ["own"],
            "words": {"items": "core", "most": 45},
        },
        "office": {"formats": ["txt"], "select": "talk or bio", "private": True},
        "page": {
            "formats": ["pdf"],
            "select": "core or extra",
            "theme": "own",
            "font": "34pt",
            "pages": {"most": 1, "fit": "drop"},
        },
        "word": {"formats": ["docx", "txt"], "select": "extra", "reference": "template.docx", "drop": "portrait"},
    }
    return Project(folder, units=units, filters=filters, theme={"accent": "#1f4e79"}, template=template())


def template() -> bytes:
    """Return the content of a Word template."""
    from polyvita import markdown_to_pandoc
    from polyvita.config.theme import DocumentInfo, Theme
    from polyvita.writers import WriterOptions
    from polyvita.writers.docx import write

    return write(markdown_to_pandoc("# A\n\nB.\n"), WriterOptions(Theme(), DocumentInfo("t", "Ada")))
