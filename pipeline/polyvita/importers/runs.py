"""Text with formatting, as documents have it: a list of runs, from Pandoc's inlines, and back to inline Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from contextlib import suppress
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from polyvita.importers.markdown import NETWORKS, escape
from polyvita.importers.model import Markdown

TAB = "\ue000"
"""Stands for a tab, which Pandoc reads as a space."""
PLACE, REMARK = "\ue001", "\ue002"
"""Stand before the place of an entry, and before a remark about it, where the input says which part is which."""
OBJECT = "\ufffc"
"""Stands for what is no text: a footnote mark, an image, a formula."""

_MARKS = {
    "Emph": "italic",
    "Strong": "bold",
    "Underline": "underline",
    "Strikeout": "strike",
    "Superscript": "super",
    "Subscript": "sub",
    "SmallCaps": "smallcaps",
}
_DELIMITERS = {
    "bold": ("**", "**"),
    "italic": ("*", "*"),
    "underline": ("<u>", "</u>"),
    "strike": ("~~", "~~"),
    "super": ("^", "^"),
    "sub": ("~", "~"),
}
"""How marks are written, the outer ones first."""
_ICONS = re.compile("[\ue020-\uf8ff]")
"""Characters of icon fonts, which mean nothing elsewhere. Those before them are the marks of this package."""
HEADING_MARKS = frozenset(("bold", "smallcaps", "underline", "italic"))


class Run(NamedTuple):
    """A piece of text with its marks, such as `bold`. `raw` is Markdown in place of the text `OBJECT`."""

    text: str
    marks: frozenset[str] = frozenset()
    url: str = ""
    raw: Markdown = ""


Runs = list[Run]


class Notes(NamedTuple):
    """What is found inside inlines and belongs elsewhere: the blocks of footnotes, images, raw markup."""

    footnotes: list[list[dict[str, Any]]]
    images: list[tuple[str, str]]
    raw: list[str]


def from_pandoc(inlines: Iterable[dict[str, Any]], notes: Notes) -> Runs:
    """Return Pandoc's inlines as runs. A line break is `\\n`."""
    return _joined(_read(inlines, frozenset(), "", notes))


def _read(inlines: Iterable[dict[str, Any]], marks: frozenset[str], url: str, notes: Notes) -> Runs:
    out: Runs = []
    for inline in inlines:
        kind: str = inline["t"]
        content: Any = inline.get("c")
        match kind:
            case "Str":
                text = _ICONS.sub(lambda found: "•" if found[0] in "\uf0b7\uf0a7" else " ", content)
                out.append(Run(text, marks, url))
            case "Space" | "SoftBreak":
                out.append(Run(" ", marks, url))
            case "LineBreak":
                out.append(Run("\n", marks - {"underline", "strike"}))
            case "Quoted":
                first, last = ("‘", "’") if content[0]["t"] == "SingleQuote" else ("“", "”")
                out += [Run(first, marks, url), *_read(content[1], marks, url, notes), Run(last, marks, url)]
            case "Code":
                out.append(_code(content[1], marks))
            case "Math":
                is_display = content[0]["t"] == "DisplayMath"
                dollars = "$$" if is_display else "$"
                out.append(Run(OBJECT, raw=f"{dollars}{content[1].strip()}{dollars}"))
            case "Link":
                inner = _read(content[1], marks, content[2][0], notes)
                if all(run.raw.startswith("\ue010") or not run.text.strip() for run in inner):  # An icon or a picture.
                    inner.append(Run(_site(content[2][0]), marks, content[2][0]))
                out += inner
            case "Image":
                notes.images.append((content[2][0], _plain(content[1])))
                out.append(Run(OBJECT, raw=f"\ue010{len(notes.images) - 1}\ue011"))
            case "Note":
                notes.footnotes.append(content)
                out.append(Run(OBJECT, raw=f"[^{len(notes.footnotes)}]"))
            case "RawInline":
                notes.raw.append(content[1])
            case "Cite":
                out += _read(content[1], marks, url, notes)
            case "Span":
                classes = content[0][1]
                extra = {
                    mark for name, mark in (("underline", "underline"), ("smallcaps", "smallcaps")) if name in classes
                }
                extra |= _marks_of_style(dict(content[0][2]).get("custom-style", ""))
                out += _read(content[1], marks | extra, url, notes)
            case _ if kind in _MARKS:
                out += _read(content, marks | {_MARKS[kind]}, url, notes)
            case _:
                raise AssertionError(kind)
    return out


def _site(url: str) -> str:
    """Return the name of a web site as the text of a link that has none, such as “GitHub”."""
    with suppress(ValueError):
        parts = urlsplit(url)
        if parts.scheme in ("http", "https") and parts.hostname:
            host = parts.hostname.removeprefix("www.")
            return "Google Scholar" if host.startswith("scholar.google.") else NETWORKS.get(host, host)
    return url.removeprefix("mailto:") if url.startswith("mailto:") else ""


def _marks_of_style(name: str) -> set[str]:
    """Return the marks that the character styles of Word stand for."""
    name = name.casefold()
    marks = {"italic"} if "emphasis" in name or name in ("hervorhebung", "betont", "enfasi", "énfasis") else set()
    return marks | (
        {"bold"} if "strong" in name or name in ("fett", "élevé", "grassetto") or "intense" in name else set()
    )


def _code(text: str, marks: frozenset[str]) -> Run:
    ticks = "`" * (max((len(run) for run in re.findall("`+", text)), default=0) + 1)
    pad = " " if text.startswith("`") or text.endswith("`") else ""
    flat = " ".join(text.split())
    return Run(OBJECT, marks, raw=f"{ticks}{pad}{flat}{pad}{ticks}") if flat else Run("")


def _plain(inlines: Iterable[dict[str, Any]]) -> str:
    return plain(_read(inlines, frozenset(), "", Notes([], [], [])))


def _joined(runs: Iterable[Run]) -> Runs:
    """Return the runs, with neighbours of the same kind joined, and one blank in place of several."""
    out: Runs = []
    for run in runs:
        if not run.text:
            continue
        if out and not run.raw and not out[-1].raw and out[-1][1:3] == run[1:3]:
            out[-1] = out[-1]._replace(text=out[-1].text + run.text)
        else:
            out.append(run)
    return [run if run.raw else run._replace(text=re.sub(r"[ \t]+", " ", run.text)) for run in out]


def plain(runs: Iterable[Run]) -> str:
    """Return the text of runs, with `TAB`, `OBJECT` and line ends."""
    return "".join(run.text for run in runs)


def words(runs: Iterable[Run]) -> str:
    """Return the text of runs for comparing: one line without tabs and objects."""
    return " ".join(plain(runs).replace(TAB, " ").replace(OBJECT, "").replace(PLACE, "").replace(REMARK, "").split())


def cut(runs: Sequence[Run], start: int, end: int | None = None) -> Runs:
    """Return the runs between two offsets of `plain(runs)`."""
    out: Runs = []
    at = 0
    for run in runs:
        first, last = max(start - at, 0), len(run.text) if end is None else min(end - at, len(run.text))
        if first < last:
            out.append(run if run.raw else run._replace(text=run.text[first:last]))
        at += len(run.text)
    return out


def trim(runs: Sequence[Run], chars: str = " \n\u00a0" + TAB) -> Runs:
    """Return the runs without these characters at both ends."""
    text = plain(runs)
    start = len(text) - len(text.lstrip(chars))
    return cut(runs, start, max(start, len(text.rstrip(chars))))


def split(runs: Sequence[Run], pattern: str) -> list[Runs]:
    """Return the parts between matches of a regular expression, without blanks around them."""
    text, at, parts = plain(runs), 0, []
    for found in re.finditer(pattern, text):
        parts.append(trim(cut(runs, at, found.start())))
        at = found.end()
    return [*parts, trim(cut(runs, at))]


def without_marks(runs: Iterable[Run], marks: frozenset[str] = HEADING_MARKS) -> Runs:
    """Return the runs without these marks."""
    return _joined(run._replace(marks=run.marks - marks) for run in runs)


def common_marks(runs: Iterable[Run]) -> frozenset[str]:
    """Return the marks that all letters and digits of the runs have."""
    marks = [run.marks for run in runs if re.search(r"\w", run.text) and not run.raw]
    return frozenset.intersection(*marks) if marks else frozenset()


def is_all_caps(text: str) -> bool:
    """Return whether a text has at least four letters and all of them are capitals."""
    letters = [char for char in text if char.isalpha()]
    return len(letters) >= 4 and all(char.isupper() for char in letters)


# ---------------------------------------------------------------- writing


def to_markdown(runs: Sequence[Run]) -> Markdown:
    """Return runs as inline Markdown. A line end is a hard line break, and a tab is a wide space."""
    runs = trim(runs)
    pieces: list[tuple[str, tuple[str, ...], str, str]] = []
    for run in _joined(runs):
        names = tuple(name for name in _DELIMITERS if name in run.marks)
        if run.raw:
            pieces.append((run.raw, names, run.url, OBJECT))
            continue
        for part in re.split(r"(\n)", run.text):
            if part == "\n":
                pieces.append(("\\\n", (), "", "\n"))
            elif part:
                lead = part[: len(part) - len(part.lstrip())]
                tail = part[len(part.rstrip()) :] if part.strip() else ""
                core = part[len(lead) : len(part) - len(tail)]
                pieces += [(lead, (), "", lead)] if lead else []
                core = core.replace(PLACE, "").replace(REMARK, "")
                pieces += [(escape(core.replace(TAB, " – ")), names, run.url, core)] if core else []
                pieces += [(tail, (), "", tail)] if tail else []
    out = "".join(_written(pieces)).replace(TAB, " ")
    return re.sub(r" *\\\n *", "\\\\\n", re.sub(r" {2,}", " ", out)).strip()


def _written(pieces: list[tuple[str, tuple[str, ...], str, str]]) -> Iterable[str]:
    """Yield pieces with their delimiters. Marks that CommonMark would not read there are dropped."""
    before = " "
    previous: tuple[str, ...] = ()
    for index, (text, names, url, core) in enumerate(pieces):
        after = pieces[index + 1][3][:1] if index + 1 < len(pieces) else " "
        kept = _possible_marks(names, core, before, after, is_adjacent=bool(previous) and not before.isspace())
        marked = text
        for name in reversed(kept):
            first, last = _DELIMITERS[name]
            marked = f"{first}{marked}{last}"
        yield _link(marked, core, url) if url else marked
        previous = kept
        before = core[-1:] or before


def _possible_marks(
    names: tuple[str, ...], core: str, before: str, after: str, *, is_adjacent: bool
) -> tuple[str, ...]:
    """Return the marks that can be written between these characters."""
    dropped: set[str] = set()
    if re.search(r"\s", core):
        dropped |= {"super", "sub"}
    opens = not (_is_mark(core[:1]) and before.isalnum())
    closes = not (_is_mark(core[-1:]) and after.isalnum())
    if not (opens and closes) or is_adjacent:
        dropped |= {"bold", "italic", "strike"}
    return tuple(name for name in names if name not in dropped)


def _is_mark(char: str) -> bool:
    return bool(char) and not char.isalnum() and not char.isspace()


_PLAIN_URL = re.compile(r"[a-z][a-z0-9+.-]*:[^\s<>\\]+", re.IGNORECASE)


def _link(text: Markdown, core: str, url: str) -> Markdown:
    url = re.sub(r"[\s<>]", lambda found: "%%%02X" % ord(found[0]), url.strip())  # noqa: UP031 - two digits
    if url.startswith("#") or not url:
        return text
    if re.match(r"doi:\s*10\.", url):
        url = f"https://doi.org/{url.partition(':')[2].strip()}"
    if core.strip() == url and _PLAIN_URL.fullmatch(url):
        return f"<{url}>"
    if url == f"mailto:{core.strip()}" and re.fullmatch(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+", core.strip()):
        return f"<{core.strip()}>"
    target = f"<{url}>" if re.search(r"[()\\*_`\[\]{}]", url) else url
    return f"[{text}]({target})"
