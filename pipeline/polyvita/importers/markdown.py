"""Write an imported CV as a project: `cv.md`, private data, filters that build at once, pictures and a bibliography."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from polyvita.config.expression import COMPARABLE_KEYS
from polyvita.config.front_matter import FrontMatter
from polyvita.config.settings import keys_of
from polyvita.core.vocabulary import TAGS
from polyvita.importers.model import (
    Block,
    Code,
    Definitions,
    Entry,
    ImportedCv,
    Item,
    ItemList,
    LeftOut,
    Markdown,
    Paragraph,
    Person,
    Quote,
    Section,
    Table,
)

PRIVATE_FILE = "cv.private.yaml"
_KNOWN_KEYS = {"dates", "count", "dir", *COMPARABLE_KEYS}
BIBLIOGRAPHY = "publications.bib"

# ---------------------------------------------------------------- inline Markdown

_SPECIAL = re.compile(
    r"[\\`*{}\[\]<$~^|]"
    r"|(?<![^\W_])_|_(?![^\W_])"  # an underscore inside a word is text
    r"|(?<![^\W_])@"  # a citation; in an e-mail address it is text
    r"|&(?=#?\w{1,31};)"  # an entity
    r"|:(?=[a-z0-9_+-]+:)|(?<=:):(?=:)|(?<=-)-(?=>)"  # an emoji, a div, the end of a comment
)
_START = re.compile(r"([#>:=+~%-]|\d{1,9}(?=[.)](?:\s|$))|•)")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufeff\ufffe\uffff\ud800-\udfff\u200b]")


def escape(text: str) -> Markdown:
    r"""Return plain text as inline Markdown, in one line.

    >>> escape("C* {a} snake_case 5$")
    'C\\* \\{a\\} snake_case 5\\$'
    """
    return _SPECIAL.sub(r"\\\g<0>", re.sub(r"[ \t\r\n]+", " ", _CONTROL.sub("", text)))


def as_block(text: Markdown) -> Markdown:
    """Return inline Markdown so that no line of it starts a list, a heading or another block."""
    return "\n".join(_escape_start(line.strip(" \t")) for line in text.strip().split("\n"))


def _escape_start(line: str) -> str:
    found = _START.match(line)
    if not found or line.startswith("~~"):
        return line
    digits = found[1].isdigit()
    return f"{found[1]}\\{line[found.end() :]}" if digits else f"\\{line}" if line[0] != "•" else line


def attributes(id_: str = "", tags: Iterable[str] = (), keys: Mapping[str, str] | None = None) -> str:
    """Return attributes in braces, or an empty string."""
    parts = [f"#{id_}"] if id_ else []
    parts += [f".{tag}" for tag in tags]
    parts += [f"{key}={_value(value)}" for key, value in (keys or {}).items() if value]
    return f"{{{' '.join(parts)}}}" if parts else ""


def _value(text: str) -> str:
    if re.fullmatch(r"[\w./:-]+", text):
        return text
    quoted = re.sub(r'[\\"]|&(?=#?\w{1,31};)', r"\\\g<0>", re.sub(r"\s+", " ", _CONTROL.sub("", text)))
    return f'"{quoted}"'


# ---------------------------------------------------------------- cv.md


def to_files(cv: ImportedCv) -> dict[str, bytes]:
    """Return the files of the project by their path in its folder."""
    files = {"cv.md": to_markdown(cv).encode()}
    if private := _private_data(cv):
        files[PRIVATE_FILE] = _yaml(private).encode()
    files[".gitignore"] = f"outputs/\n{PRIVATE_FILE}\n".encode()
    files |= {f"filters/{name}.yaml": text.encode() for name, text in _filters(cv).items()}
    files |= {picture.name: picture.data for picture in cv.pictures}
    if cv.bibliography:
        files[BIBLIOGRAPHY] = _bib(cv.bibliography)
    return files


def to_markdown(cv: ImportedCv) -> str:
    """Return `cv.md`: front matter, the sections, and a comment with what was guessed and left out."""
    parts = [f"---\n{_yaml(_front_matter(cv))}---"]
    parts += _blocks([*cv.sections, *_private_facts(cv)], 1)
    if cv.to_sort:
        title = "# To sort {#to-sort .to-sort}"
        parts += [title, "<!-- The import could not place the following. Move it to the right sections. -->"]
        parts += _blocks(cv.to_sort, 2)
    for number, note in enumerate(cv.footnotes, 1):
        text = "\n\n".join(_blocks(note, 2)) or "–"
        parts.append(f"[^{number}]: " + _indent(text, "    ").lstrip())
    parts += [_closing_comment(cv)] if _closing_comment(cv) else []
    return "\n\n".join(part for part in parts if part) + "\n"


def _private_facts(cv: ImportedCv) -> list[Section]:
    """Return a section with the private facts that are no keys of the front matter, or nothing if there are none.

    It is `private`, so an output shows it only if its filter does not drop this tag.
    """
    if not cv.person.facts:
        return []
    items = [Item(text=f"{escape(label)}: {escape(value)}") for label, value in cv.person.facts]
    return [Section(title="Personal Data", id="personal-data", tags=("private",), blocks=[ItemList(items=items)])]


def _yaml(data: Any) -> str:
    import yaml

    return yaml.safe_dump(data, allow_unicode=True, sort_keys=False, width=110)


def _front_matter(cv: ImportedCv) -> dict[str, Any]:
    person = cv.person
    values: dict[str, Any] = {
        "name": person.name,
        "honorific": person.honorific,
        "headline": person.headline,
        "affiliation": _one_or_list(person.affiliation),
        "address": _one_or_list(person.address),
        "location": person.location,
        "email": person.email,
        "phone": person.phone,
        "orcid": person.orcid,
        "links": [{"label": _with_network(label, url), "url": url} for label, url in person.links],
        "photo": _photo(person),
        "lang": cv.lang or "en",
        "own_names": person.own_names,
        "tags": {tag: TAGS.get(tag, "") for tag in used_tags(cv)},
        "keys": sorted({key for block in cv.all_blocks() for key in _keys(block)} - _KNOWN_KEYS),
    }
    known = keys_of(FrontMatter)
    return {key: value for key, value in values.items() if value and key in known}


def _photo(person: Person) -> dict[str, str] | None:
    alt = person.photo_alt or f"Portrait of {person.name}".strip()
    return {"file": person.photo, "alt": alt} if person.photo else None


def _private_data(cv: ImportedCv) -> dict[str, Any]:
    person = cv.person
    values = {"born": person.born, "mobile": person.mobile, "address": _one_or_list(person.private_address)}
    return {key: value for key, value in values.items() if value}


def _one_or_list(lines: list[str]) -> str | list[str]:
    return lines[0] if len(lines) == 1 else list(lines)


def used_tags(cv: ImportedCv) -> list[str]:
    """Return the tags that the CV uses, in the order of the vocabulary."""
    used = {tag for block in cv.all_blocks() for tag in _tags(block)}
    used |= {"to-sort"} if cv.to_sort else set()
    used |= {"private"} if cv.person.facts else set()
    return [*(tag for tag in TAGS if tag in used), *sorted(used - set(TAGS))]


def _tags(block: Block) -> Iterator[str]:
    if isinstance(block, Paragraph | Entry | Section):
        yield from block.tags
    if isinstance(block, ItemList):
        for item in block.items:
            yield from item.tags


def _keys(block: Block) -> Iterator[str]:
    if isinstance(block, Paragraph | Entry | Section):
        yield from block.keys
    if isinstance(block, ItemList):
        for item in block.items:
            yield from item.keys


def _comment(text: str) -> str:
    return f"<!-- {_safe(text)} -->"


def _safe(text: str) -> str:
    return _CONTROL.sub("", text).replace("--", "––")


def _blocks(blocks: Iterable[Block], level: int) -> list[str]:
    """Return the blocks as Markdown. `level` is the level of headings in them."""
    out: list[str] = []
    for block in blocks:
        if block.guess:
            out.append(_comment(f"guessed: {block.guess}"))
        # Without the comment, two lists in a row would be one.
        elif isinstance(block, ItemList) and out and re.match(r"(?:[-*]|\d+\.) ", out[-1]):
            out.append("<!-- -->")
        out += _block(block, level)
    return out


def _block(block: Block, level: int) -> list[str]:
    match block:
        case Paragraph():
            keys = {"date": block.date, **block.keys}
            return [_joined(as_block(block.text), attributes("", block.tags, keys))]
        case ItemList():
            return [_list(block, level)]
        case Table():
            return [_table(block)]
        case Definitions():
            terms = [
                f"{as_block(term) or '–'}\n\n: {_indent(as_block(text), '  ').strip()}" for term, text in block.terms
            ]
            return ["\n\n".join(terms)]
        case Quote():
            return ["\n".join(f"> {line}".rstrip() for line in "\n\n".join(_blocks(block.blocks, level)).split("\n"))]
        case Code():
            fence = "`" * max(3, *(len(run) + 1 for run in re.findall("`+", block.text) or [""]))
            return [f"{fence}\n{_CONTROL.sub('', block.text)}\n{fence}"]
        case Entry():
            keys = {"date": block.date, "org": block.org, "place": block.place, **block.keys}
            return [_heading(block.title, level, attributes("", block.tags, keys)), *_blocks(block.blocks, level + 1)]
        case Section():
            heading = _heading(block.title, level, attributes(block.id, block.tags, block.keys))
            return [heading, *_blocks(block.blocks, level + 1)]


def _heading(title: Markdown, level: int, attrs: str) -> str:
    text = re.sub(r"\s*\\?\n\s*", " ", title.strip()).replace("#", r"\#")
    return _joined(f"{'#' * min(level, 6)} {text}", attrs)


def _joined(text: str, attrs: str) -> str:
    return f"{text} {attrs}" if attrs and text else text


def _list(block: ItemList, level: int) -> str:
    out: list[str] = []
    for number, item in enumerate(block.items, block.start if block.start is not None else 0):
        mark = "- " if block.start is None else f"{number}. "
        keys = {"date": item.date, **item.keys}
        text = _joined(as_block(item.text), attributes("", item.tags, keys))
        inner = _blocks(item.blocks, level)
        is_tight = all(isinstance(part, ItemList) and not part.guess for part in item.blocks)
        whole = ("\n" if is_tight else "\n\n").join([text, *inner])
        out.append(mark + _indent(whole, " " * len(mark)).lstrip() + ("" if is_tight else "\n"))
    return "\n".join(out).rstrip("\n")


def _indent(text: str, by: str) -> str:
    return "\n".join(by + line if line else line for line in text.split("\n"))


def _table(table: Table) -> str:
    width = max(len(row) for row in [table.head, *table.rows])

    def line(cells: list[Markdown]) -> str:
        flat = [re.sub(r"\s*\\?\n\s*", " <br> ", cell.strip()) for cell in cells]
        return f"| {' | '.join([*flat, *[''] * (width - len(flat))])} |"

    return "\n".join([line(table.head), f"|{' --- |' * width}", *map(line, table.rows)])


def _closing_comment(cv: ImportedCv) -> str:
    guesses = [*cv.guesses, *(block.guess for block in cv.all_blocks() if block.guess)]
    lines = ["Check this, and delete the comment."]
    if guesses:
        lines += ["What the import guessed:", *(f"- {_safe(guess)}" for guess in dict.fromkeys(guesses))]
    person = cv.person
    secrets = [value for value in (person.born, person.mobile, *person.private_address) if value]
    left = [f"- {_safe(line)}" for line in left_out_lines(cv.left_out) if not any(secret in line for secret in secrets)]
    if left:
        lines += ["What the import left out on purpose:", *left]
    return "<!--\n" + "\n".join(lines) + "\n-->" if guesses or left else ""


def left_out_lines(left_out: list[LeftOut]) -> Iterator[str]:
    """Yield a line for each text, or one for all texts that are left out for the same reason if there are many."""
    by_reason: dict[str, list[str]] = {}
    for text, reason in dict.fromkeys(left_out):
        by_reason.setdefault(reason, []).append(text if len(text) <= _MOST_LISTED else f"{text[: _MOST_LISTED - 1]}…")
    for reason, texts in by_reason.items():
        if len(texts) > _MOST_TEXTS:
            yield f"{len(texts)} texts, such as “{texts[0]}” and “{texts[1]}” ({reason})"
        else:
            yield from (f"{text} ({reason})" for text in texts)


_MOST_TEXTS, _MOST_LISTED = 5, 200
"""How many texts with the same reason are listed, and how many characters of each."""


# ---------------------------------------------------------------- filters and bibliography


def _filters(cv: ImportedCv) -> dict[str, str]:
    tags = used_tags(cv)
    title = "Lebenslauf" if cv.lang.startswith("de") else "Curriculum vitae"
    schema = "# yaml-language-server: $schema=schema/filter.json\n"
    filters = {
        "full": f"{schema}# The whole CV, without texts that only forms ask for, and without personal facts.\n"
        f"title: {title}\nformats: [html, docx, pdf]\n"
        "vocabulary: standard # names that the CV does not use are not mistakes\ndrop: form or private\n"
        + "numbering: reverse\n" * cv.counts_down
        + "photo: true # a recipient whose rules forbid pictures gets none\n" * bool(cv.person.photo)
    }
    if "core" in tags:
        filters["short"] = (
            f"{schema}# One page with the most important content.\ntitle: {title}\nformats: [docx, pdf]\nselect: core\n"
            "pages: {most: 1, fit: drop} # leave out the least important content until it fits\n"
        )
    return filters


def _bib(entries: list[dict[str, Any]]) -> bytes:
    """Return publications as BibLaTeX."""
    import json

    from polyvita.importers.pandoc_read import convert

    return convert(json.dumps(entries, ensure_ascii=False).encode(), "csljson", "biblatex")


NETWORKS = {
    "bitbucket.org": "Bitbucket",
    "github.com": "GitHub",
    "gitlab.com": "GitLab",
    "instagram.com": "Instagram",
    "linkedin.com": "LinkedIn",
    "researchgate.net": "ResearchGate",
    "scholar.google.com": "Google Scholar",
    "stackoverflow.com": "Stack Overflow",
    "twitter.com": "Twitter",
    "x.com": "X",
    "xing.com": "XING",
}
"""The names of sites whose pages people call by their user name alone, by host."""


def _with_network(label: str, url: str) -> str:
    """Return the label of a link with the name of its site, if only the user name is there: `GitHub: ada`."""
    host = (urlsplit(url).hostname or "").removeprefix("www.")
    name = NETWORKS.get(host, "")
    known = not name or host in label.lower() or name.lower() in label.lower() or " " in label.strip()
    return label if known else f"{name}: {label}"
