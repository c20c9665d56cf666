"""A seeded generator of people with CVs, for the tests and the benchmark of a batch.

The people are invented. Their CVs have 2 to 40 pages, are in English, German or French, and share publications. Some of
them are broken on purpose.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from pathlib import Path

FIRST = [
    "Ada",
    "Emmy",
    "Sofia",
    "Lise",
    "Rosa",
    "Hedy",
    "Clara",
    "Ingrid",
    "Mara",
    "Noor",
    "Otto",
    "Karl",
    "Émile",
    "Luc",
    "Jean",
    "Paul",
    "Hugo",
    "Ivo",
    "Tariq",
    "Wen",
]
LAST = [
    "Ackermann",
    "Brousse",
    "Castellan",
    "Dvořák",
    "Ekholm",
    "Fabre",
    "Gruber",
    "Hollis",
    "Ilves",
    "Jansen",
    "Köhler",
    "Lindqvist",
    "Moreau",
    "Novák",
]
UNITS = ("Mathematics", "Physics", "History", "Medicine")
WORDS = [
    "adaptive",
    "bees",
    "chains",
    "drift",
    "energy",
    "fields",
    "graphs",
    "heat",
    "ice",
    "jets",
    "kernels",
    "light",
    "maps",
    "networks",
    "orbits",
    "plasma",
    "quarks",
    "rivers",
    "soils",
    "tides",
    "urban",
    "valleys",
    "waves",
    "xenon",
    "yeast",
    "zones",
]
TYPES = ("journal", "conference", "chapter")
HEADINGS = {
    "en": ("Positions", "Publications", "Talks", "Projects", "Professor"),
    "de": ("Anstellungen", "Publikationen", "Vorträge", "Projekte", "Professorin"),
    "fr": ("Postes", "Publications", "Conférences", "Projets", "Professeure"),
}
FORMATS = {"full": ("html", "docx", "pdf", "txt"), "short": ("html", "pdf"), "talks": ("docx", "txt")}
"""The formats of each filter."""
SETTINGS = {
    "full": "title: Curriculum vitae\nsort: {items: publication, by: -date}\n",
    "short": "title: Short CV\nselect: core or (publication and date >= 2025)\n",
    "talks": "title: Talks\nselect: talk\n",
}
FILTERS = {name: f"{text}formats: [{', '.join(FORMATS[name])}]\n" for name, text in SETTINGS.items()}
BROKEN = {
    0: ("cv.md", "---\nname: [\n---\n\n# Text\n"),
    1: ("cv.md", b"\xff\xfe\x00broken"),
    2: ("cv.md", ""),
}


@dataclass
class FacultySample:
    """Some people with CVs in a folder. `broken` are the ids of those whose CV cannot be read."""

    folder: Path
    count: int
    seed: int = 1
    share_broken: float = 0.0
    pages: tuple[int, int] = (2, 40)
    ids: list[str] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)

    @property
    def file(self) -> Path:
        return self.folder / "faculty.yaml"

    def write(self, *, text: str = "") -> FacultySample:
        """Write all files, with `text` in place of the usual file for the batch, and return the sample."""
        rng = random.Random(self.seed)
        (self.folder / "filters").mkdir(parents=True, exist_ok=True)
        for name, content in FILTERS.items():
            (self.folder / "filters" / f"{name}.yaml").write_text(content, encoding="utf-8")
        self.file.write_text(text or FACULTY, encoding="utf-8")
        shared = [_title(rng) for _ in range(max(3, self.count // 4))]
        for number in range(self.count):
            id = f"p{number:05}"
            home = self.folder / "people" / id
            home.mkdir(parents=True, exist_ok=True)
            self.ids.append(id)
            if number >= 2 and rng.random() < self.share_broken:
                self.broken.append(id)
                name, content = BROKEN[len(self.broken) % len(BROKEN)]
                data = content.encode() if isinstance(content, str) else content
                (home / name).write_bytes(data)
                continue
            pages = round(self.pages[0] + (self.pages[1] - self.pages[0]) * rng.random() ** 3)
            (home / "cv.md").write_text(cv_text(rng, number, pages, shared), encoding="utf-8")
            if number % 2 == 0:
                private = (
                    f"mobile: +49 171 {5550000 + number}\nborn: 19{50 + number % 40}-0{1 + number % 9}-1{number % 10}\n"
                )
                (home / "cv.private.yaml").write_text(private, encoding="utf-8")
        return self


FACULTY = """\
people: people/*/cv.md
filters: filters/
outputs: outputs/{id}/{filter}.{format}
aggregate:
  - {name: publications-2026, items: publication and date >= 2026, by: -date, formats: [html, docx]}
report: {by: unit, count: [publication, talk, project]}
"""


def name_of(number: int) -> str:
    """Return the name of a person."""
    return f"{FIRST[number % len(FIRST)]} {LAST[number // len(FIRST) % len(LAST)]}{'' if number < 280 else number}"


def _title(rng: random.Random) -> str:
    return f"On {rng.choice(WORDS)} and {rng.choice(WORDS)} in {rng.choice(WORDS)} {rng.choice(WORDS)} {rng.randrange(1000)}"


def cv_text(rng: random.Random, number: int, pages: int, shared: list[str]) -> str:
    """Return a CV of about `pages` pages. Some of its publications are in other CVs, too."""
    lang = ("en", "de", "fr")[number % 3]
    positions, publications, talks, projects, professor = HEADINGS[lang]
    name = name_of(number)
    lines = [
        "---",
        f"name: {name}",
        f"affiliation: {UNITS[number % len(UNITS)]}",
        f"email: person{number}@example.org",
        f"lang: {lang}",
        "tags: {core: shown always, publication: a, talk: b, project: c, journal: d, conference: e, chapter: f}",
        "---",
        "",
        f"# {positions} {{#positions .core}}",
        "",
        *(f"- {professor}, University of {rng.choice(WORDS)} {{date=20{y:02}/20{y + 3:02}}}" for y in (8, 12, 18)),
        "",
        f"# {publications} {{#publications .publication}}",
        "",
    ]
    for _ in range(pages * 14):
        year = rng.choice((2019, 2021, 2023, 2024, 2025, 2026))
        title = rng.choice(shared) if rng.random() < 0.1 else _title(rng)
        doi = f" <https://doi.org/10.5555/{abs(hash_of(title)) % 10**8}>"
        others = f"B. {rng.choice(LAST)}, C. {rng.choice(LAST)}"
        author = f"{name.split()[0][0]}. {name.split()[1]}"
        lines.append(
            f"1. {author}, {others}: “{title}.” *Journal of {rng.choice(WORDS)}* {rng.randrange(90)},{doi if rng.random() < 0.5 else ''} {year}. {{.{rng.choice(TYPES)} date={year} dates=hidden}}"
        )
    lines += ["", f"# {talks} {{#talks .talk}}", ""]
    lines += [f"- {_title(rng)}, {rng.choice(WORDS)} meeting {{date={2018 + i % 9}}}" for i in range(pages * 4)]
    lines += ["", f"# {projects} {{#projects .project}}", ""]
    lines += [f"- {_title(rng)} {{date={2015 + i % 9}/{2018 + i % 9}}}" for i in range(pages)]
    return "\n".join([*lines, ""])


def hash_of(text: str) -> int:
    """Return a number for a text that is the same in each process."""
    total = 7
    for char in text:
        total = total * 131 % 2**61 + ord(char)
    return total
