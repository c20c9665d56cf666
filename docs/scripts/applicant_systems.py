"""Find out what programs read in the outputs of each theme, and write docs/applicant-systems.md.

    python docs/scripts/applicant_systems.py [FOLDER]

Needs pdftotext and LibreOffice on the machine, and pdfplumber (`pip install pdfplumber`). For the last table, FOLDER is
a checkout of https://github.com/xitanggg/open-resume. Needs Node, and in FOLDER:

    npm install --no-save pdfjs-dist@3.7.107 esbuild
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from polyvita import build
from polyvita.builder.plan import make_plan
from polyvita.builder.steps import apply_filter
from polyvita.config.theme import theme_names
from polyvita.core.document import Block, Section, Span, plain_text

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "applicant-systems.md"
MOMENT = 1_795_305_600  # 22 November 2026
CAREER = ("position", "degree")
"""The tags of the sections whose entries are compared."""


@dataclass(frozen=True)
class Facts:
    """What a program should read: a role is the title of an entry and its date."""

    name: str
    email: str
    phone: str
    sections: tuple[str, ...]
    roles: tuple[tuple[str, str], ...]


def facts_of(cv: Path, filter: str) -> Facts:
    """Return what is in the output of a filter."""
    plan = make_plan(cv, filters=[filter], timestamp=MOMENT)
    [job] = plan.jobs
    document = apply_filter(job, plan.folder).document
    sections = [block for block in document.blocks if isinstance(block, Section)]
    career = [section for section in sections if {*CAREER} & {*section.attr.tags}]
    person = re.search(r"^---\n(.*?)\n---\n", cv.read_text(encoding="utf-8"), re.S)
    known = dict(re.findall(r"^(name|email|phone): (.*)$", person[1] if person else "", re.M))
    return Facts(
        **known,
        sections=tuple(_title(section) for section in sections),
        roles=tuple(role for section in career for role in _roles(section.blocks)),
    )


def _roles(blocks: tuple[Block, ...]) -> Iterator[tuple[str, str]]:
    for block in blocks:
        if isinstance(block, Section) and (date := _date(block)):
            yield _title(block), date


def _date(section: Section) -> str:
    return "".join(plain_text(part) for part in section.heading.inlines if _is_date(part))


def _title(section: Section) -> str:
    shown = (part for part in section.heading.inlines if not (_is_date(part) or _is_where(part)))
    return " ".join("".join(map(plain_text, shown)).split()).rstrip(",")


def _is_date(part: object) -> bool:
    return isinstance(part, Span) and "when" in part.attr.tags


def _is_where(part: object) -> bool:
    return isinstance(part, Span) and "entry-where" in part.attr.tags


# ---------------------------------------------------------------- readers


def pdftotext(*options: str) -> Callable[[Path], str]:
    """Return a reader that runs pdftotext."""
    return lambda pdf: _output("pdftotext", *options, str(pdf), "-")


def pdfplumber(pdf: Path) -> str:
    import pdfplumber as library

    with library.open(pdf) as file:
        return "\n".join(page.extract_text() for page in file.pages)


def pandoc(docx: Path) -> str:
    import pypandoc

    return str(pypandoc.convert_file(str(docx), "plain", extra_args=["--standalone", "--wrap=none"]))


READERS: Mapping[str, tuple[str, Callable[[Path], str]]] = {
    "pdftotext": ("pdf", pdftotext()),
    "pdftotext -layout": ("pdf", pdftotext("-layout")),
    "pdftotext -raw": ("pdf", pdftotext("-raw")),
    "pdfplumber": ("pdf", pdfplumber),
    "Pandoc": ("docx", pandoc),
}


def _output(*command: str, cwd: Path | None = None) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True, cwd=cwd, timeout=300).stdout


# ---------------------------------------------------------------- what they read


@dataclass(frozen=True)
class Reading:
    """What a reader finds of `Facts`. `beside` counts the roles with their date beside them, `later` those whose date
    comes only after other text of the entry."""

    name: bool
    email: str
    phone: str
    sections: int
    beside: int
    later: int


_EMAIL = re.compile(r"[\w.+%-]+@[\w-]+(?:\.[\w-]+)+[^\s|]*")
_PHONE = re.compile(r"\+\d(?:[^\S\n]|[\d()/-]){6,}\d")


def read(text: str, facts: Facts) -> Reading:
    """Find the facts in a text, as a program does that knows no layout."""
    lines = [" ".join(line.split()) for line in text.replace("\f", "\n").splitlines() if line.strip()]
    email, phone = _EMAIL.search(text), _PHONE.search(text)
    places = [_place_of(role, date, lines) for role, date in _with_turns(facts.roles, lines)]
    return Reading(
        name=lines[0].endswith(facts.name),
        email=email[0] if email else "",
        phone=" ".join(phone[0].split()) if phone else "",
        sections=_in_order(facts.sections, lines),
        beside=places.count("beside"),
        later=places.count("later"),
    )


def _in_order(titles: tuple[str, ...], lines: list[str]) -> int:
    """Return how many titles have a line of their own, after that of the title before."""
    found, start = 0, 0
    small = [line.casefold() for line in lines]
    for title in titles:
        if title.casefold() in small[start:]:
            start = small.index(title.casefold(), start) + 1
            found += 1
    return found


def _with_turns(roles: tuple[tuple[str, str], ...], lines: list[str]) -> Iterator[tuple[list[int], str]]:
    """Yield the lines that begin with each role, or end with it, and its date. A role that occurs twice has a turn
    for each."""
    for role, date in roles:
        pattern = re.compile(rf"(?:{re.escape(date)} )?{re.escape(role)}(?:,? .*)?$")
        yield [number for number, line in enumerate(lines) if pattern.match(line)], date


def _place_of(starts: list[int], date: str, lines: list[str]) -> str:
    """Return where the date of a role is read, seen from one of the lines with its title."""
    near = (line for start in starts for line in lines[max(0, start - 1) : start + 2])
    if any(_has(date, line) for line in near):
        return "beside"
    return "later" if any(_has(date, line) for start in starts for line in lines[start : start + 8]) else "lost"


def _has(date: str, line: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(date)}(?!\w)", line) is not None


# ---------------------------------------------------------------- OpenResume

_DRIVER = """
import { readFileSync } from "fs";
import { groupTextItemsIntoLines } from "lib/parse-resume-from-pdf/group-text-items-into-lines";
import { groupLinesIntoSections } from "lib/parse-resume-from-pdf/group-lines-into-sections";
import { extractProfile } from "lib/parse-resume-from-pdf/extract-resume-from-sections/extract-profile";
import { extractEducation } from "lib/parse-resume-from-pdf/extract-resume-from-sections/extract-education";
import { extractWorkExperience } from "lib/parse-resume-from-pdf/extract-resume-from-sections/extract-work-experience";

Object.assign(globalThis, { DOMMatrix: Object, Path2D: Object }); // Without these, PDF.js asks for a canvas.
const pdfjs = require("pdfjs-dist/legacy/build/pdf.js");

const font = (page, name) => page.commonObjs.get(name).name;

async function texts(path) {
  const file = await pdfjs.getDocument({ data: new Uint8Array(readFileSync(path)), verbosity: 0 }).promise;
  const found = [];
  for (let number = 1; number <= file.numPages; number++) {
    const page = await file.getPage(number);
    const { items } = await page.getTextContent();
    await page.getOperatorList(); // This loads the fonts.
    for (const { str, transform, fontName, ...rest } of items) {
      if (rest.hasEOL || str.trim())
        found.push({ ...rest, text: str, x: transform[4], y: transform[5], fontName: font(page, fontName) });
    }
  }
  return found;
}

async function main() {
  const out = [];
  for (const path of process.argv.slice(2)) {
    const sections = groupLinesIntoSections(groupTextItemsIntoLines(await texts(path)));
    const parts = { ...extractProfile(sections), ...extractEducation(sections), ...extractWorkExperience(sections) };
    out.push({ sections: Object.keys(sections), ...parts });
  }
  console.log(JSON.stringify(out));
}
main();
"""


def open_resume(checkout: Path, pdfs: list[Path]) -> list[dict[str, Any]]:
    """Return what OpenResume reads in each PDF: its steps 2 to 4 on the texts that PDF.js finds."""
    with tempfile.TemporaryDirectory(dir=checkout) as folder:
        Path(folder, "driver.ts").write_text(_DRIVER, encoding="utf-8")
        config = {"compilerOptions": {"baseUrl": str(checkout / "src/app"), "paths": {"lib/*": ["lib/*"]}}}
        Path(folder, "tsconfig.json").write_text(json.dumps(config), encoding="utf-8")
        options = ["--bundle", "--platform=node", "--external:pdfjs-dist", "--outfile=driver.js", "--log-level=error"]
        _output("npx", "esbuild", "driver.ts", *options, cwd=Path(folder))
        return list(json.loads(_output("node", "driver.js", *map(str, pdfs), cwd=Path(folder))))


# ---------------------------------------------------------------- the page

_HEAD = """# Applicant systems

Find out what programs read in your CV. Many employers let a program read applications first: for names, addresses,
sections, and positions with their dates. Such programs take the text out of a PDF or Word file, and know little or
nothing of its layout.

`python docs/scripts/applicant_systems.py` builds the filter `full` of this repository's CV in each theme, lets programs
read the files, and writes this page. The CV has {sections} sections, and {roles} positions and degrees with a date.

## What to choose

- Any theme: no program below misses a name, an e-mail address, a phone number or a section in the text of any theme.
- `dates: left` (the themes `timeline` and `profile`), if dates have to be beside their entries in all programs.
- Word, if the recipient lets you choose. Its headings have styles, so programs do not guess.
- English section headings that are common, such as “Professional Experience”, “Education” and “Awards”. Some programs
  look for words like these. `polyvita check` with `vocabulary: standard` names sections that have other headings.

## PDF

“All” means: the name is in the first line. The first e-mail address and the first phone number are complete. Each
section heading has a line of its own, in order. Each date is on the line of its position or degree, or on the line
before or after it.

"""
_WORD = """
## Word

Pandoc reads the Word file itself. The other columns are for recipients that turn Word files into PDF with LibreOffice
first.

"""
_NOTES = """
A date that comes “later” is read after the second line of its entry, but before the next entry. By default, pdftotext
reads what looks like a column of its own after the text at its left. With `-layout` and `-raw`, it reads line by line.
"""
_OPEN_RESUME = """
## OpenResume

[OpenResume](https://github.com/xitanggg/open-resume) is a program whose rules are public. It looks at bold letters, at
gaps between lines, and at words, and it reads PDF only. Its rules are made for short CVs from the United States:

- Four or more words are rarely a name, so the honorific “Dr. rer. nat.” hides the name. A heading takes its place.
- Letters count as bold if the name of their font does. The headings of `compact`, `profile` and `timeline` are in
  Source Sans 3, which is one file for all weights, so none of them is bold.
- A phone number has ten digits, in groups of three, three and four. It does not read other numbers.
- Only headings of one or two words, such as “Education”, start a section: those with “experience”, “education”,
  “project”, “skill”, “award” and a few more. Other sections are read as part of the section before.
- A school has “University”, “College” or “Institute” in its name, and not “Universität”.

"""


def main(checkout: Path | None) -> None:
    facts = facts_of(ROOT / "cv.md", "full")
    themes = theme_names(ROOT / "themes")
    with tempfile.TemporaryDirectory() as folder:
        files = {theme: _built(theme, Path(folder)) for theme in themes}
        page = _HEAD.format(sections=len(facts.sections), roles=len(facts.roles))
        readers = {name: reader for name, (kind, reader) in READERS.items() if kind == "pdf"}
        page += _table(themes, readers, {theme: pdf for theme, (pdf, _, _) in files.items()}, facts) + _NOTES
        page += _WORD + _word_table(themes, files, facts)
        if checkout:
            read = open_resume(checkout.resolve(), [pdf for pdf, _, _ in files.values()])
            page += _OPEN_RESUME + _open_resume_table(themes, read, facts)
    PAGE.write_text(page, encoding="utf-8")


def _built(theme: str, folder: Path) -> tuple[Path, Path, Path]:
    """Return the PDF, the Word file, and the PDF that LibreOffice makes of the Word file."""
    from polyvita.checks.rules.libreoffice import office_environment

    out = folder / theme
    build(ROOT / "cv.md", ["full"], formats=["pdf", "docx"], theme=theme, outputs=out, timestamp=MOMENT)
    command = ["soffice", "--headless", "--convert-to", "pdf", "--outdir", str(out / "office"), str(out / "full.docx")]
    subprocess.run(command, check=True, capture_output=True, env=office_environment(folder), timeout=300)
    return out / "full.pdf", out / "full.docx", out / "office/full.pdf"


def _table(
    themes: tuple[str, ...], readers: Mapping[str, Callable[[Path], str]], files: Mapping[str, Path], facts: Facts
) -> str:
    rows = [
        [theme, *(_cell(read(reader(files[theme]), facts), facts) for reader in readers.values())] for theme in themes
    ]
    return _markdown(["theme", *(f"`{name}`" if " " in name else name for name in readers)], rows)


def _word_table(themes: tuple[str, ...], files: Mapping[str, tuple[Path, Path, Path]], facts: Facts) -> str:
    rows = []
    for theme in themes:
        _, docx, pdf = files[theme]
        texts = [pandoc(docx), *(reader(pdf) for reader in (pdftotext(), pdfplumber))]
        rows.append([theme, *(_cell(read(text, facts), facts) for text in texts)])
    return _markdown(["theme", "Pandoc", "LibreOffice, pdftotext", "LibreOffice, pdfplumber"], rows)


def _cell(reading: Reading, facts: Facts) -> str:
    """Return “all”, or what is missing or different."""
    roles = len(facts.roles)
    lost = roles - reading.beside - reading.later
    parts = [
        "" if reading.name else "no name",
        "" if reading.email == facts.email else f"e-mail `{reading.email}`",
        "" if reading.phone == facts.phone else f"phone `{reading.phone}`",
        "" if reading.sections == len(facts.sections) else f"{reading.sections} of {len(facts.sections)} sections",
        f"{reading.later} of {roles} dates later" if reading.later else "",
        f"{lost} of {roles} dates lost" if lost else "",
    ]
    return "; ".join(filter(None, parts)) or "all"


def _open_resume_table(themes: tuple[str, ...], read: list[dict[str, Any]], facts: Facts) -> str:
    rows = []
    for theme, found in zip(themes, read, strict=True):
        profile = found["profile"]
        entries = [*found["workExperiences"], *found["educations"]]
        texts = [
            (entry["date"], f"{entry.get('jobTitle')} {entry.get('company')} {entry.get('degree')}")
            for entry in entries
        ]
        roles = sum(any(_has(date, when) and role in text for when, text in texts) for role, date in facts.roles)
        schools = sum(bool(entry["school"]) for entry in found["educations"])
        rows.append(
            [
                theme,
                profile["name"],
                "yes" if profile["email"] == facts.email else f"`{profile['email']}`",
                profile["phone"] or "none",
                ", ".join(found["sections"][1:]),
                f"{roles} of {len(facts.roles)}",
                str(schools),
            ]
        )
    return _markdown(["theme", "name", "e-mail", "phone", "sections", "roles with dates", "schools"], rows)


def _markdown(head: list[str], rows: list[list[str]]) -> str:
    return "".join(f"| {' | '.join(row)} |\n" for row in (head, ["---"] * len(head), *rows))


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else None)
