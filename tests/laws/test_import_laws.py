"""Law: the import of our own Word output of a CV gives back its sections, entries, dates, items and words."""

from __future__ import annotations

import contextlib
import io
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from polyvita.cli.main import main
from polyvita.core.document import BulletList, Document, ListItem, OrderedList, Paragraph, Section, plain_text, walk
from polyvita.importers.project import import_files
from polyvita.importers.report import count_words_of, document_texts
from polyvita.importers.vocabulary import standard_sections
from polyvita.reader import parse_text

TEXT = "quiet rivers under glass optics of moss & stone copper “nets” café naïve theory 3D R&D birds x² (early) work"
WORDS = TEXT.split()
words = st.lists(st.sampled_from(WORDS), min_size=1, max_size=6).map(" ".join)
titles = st.tuples(st.sampled_from(["Head", "Fellow", "Director", "Reader"]), words).map(
    lambda pair: f"{pair[0]} {pair[1]}"
)
years = st.integers(1990, 2030)
dates = st.one_of(
    years.map(str),
    years.map(lambda year: f"{year}/.."),
    st.tuples(years, st.integers(1, 5)).map(lambda pair: f"{pair[0]}/{pair[0] + pair[1]}"),
    st.tuples(years, st.integers(1, 12)).map(lambda pair: f"{pair[0]}-{pair[1]:02}"),
    st.tuples(years, st.integers(1, 11)).map(lambda pair: f"{pair[0]}-{pair[1]:02}/{pair[0] + 1}-{pair[1] + 1:02}"),
    st.tuples(years, st.integers(1, 12), st.integers(1, 28)).map(lambda day: f"{day[0]}-{day[1]:02}-{day[2]:02}"),
)
orgs = st.sampled_from(["University of Moss", "Copper Institute", "Glass GmbH", "Société Exemple SA", "River Lab"])
places = st.sampled_from(["", "Berlin, Germany", "Lyon, France", "Boston, MA", "Kyoto, Japan"])
bodies = st.lists(words.map(lambda text: f"They did {text}, and {text} again."), max_size=2)


@st.composite
def entries(draw: st.DrawFn) -> str:
    place = draw(places)
    where = f'org="{draw(orgs)}"' + (f' place="{place}"' if place else "")
    lines = [f"## {draw(titles)} {{date={draw(dates)} {where}}}", *draw(bodies)]
    lines += [f"- {text} done" for text in draw(st.lists(words, max_size=2))]
    return "\n\n".join(lines)


@st.composite
def cvs(draw: st.DrawFn) -> str:
    parts = ["---\nname: Ada Example\nemail: ada@example.org\nphone: +49 30 0000000\n---"]
    ids = draw(
        st.lists(st.sampled_from(["positions", "education", "awards", "funding", "service", "languages"]), unique=True)
    )
    for id_ in ids:
        parts.append(f"# {standard_sections()[id_].title} {{#{id_}}}")
        if id_ in ("positions", "education"):
            parts += draw(st.lists(entries(), min_size=1, max_size=3))
        elif id_ == "languages":
            parts.append("English, Esperanto")
        else:
            dated = st.tuples(words, dates).map(lambda pair: f"- Great {pair[0]} {{date={pair[1]}}}")
            parts.append("\n".join(draw(st.lists(dated, min_size=1, max_size=4))))
    if draw(st.booleans()):
        parts.append("# Publications {#publications}\n\n## Journal Articles {#journal-articles dates=hidden}")
        works = draw(st.lists(st.tuples(words, years), min_size=1, max_size=3))
        lines = [f"{n}. Example A ({year}). *{title}*. {{date={year}}}" for n, (title, year) in enumerate(works, 1)]
        parts.append("\n".join(lines))
    return "\n\n".join(parts) + "\n"


def outline(document: Document) -> list[Any]:
    """Return sections, entries, items and paragraphs in order, with their ids, dates, organisations and places."""
    out: list[Any] = []
    for node in walk(document):
        keys = {key: node.attr.get(key) for key in ("date", "org", "place") if node.attr.get(key)}
        match node:
            case Section():
                is_entry = "date" in keys
                out.append(("entry" if is_entry else "section", node.attr.id, plain_text(node.heading.inlines), keys))
            case ListItem(blocks=(Paragraph() as first, *_)):
                out.append(("item", plain_text(first.inlines), keys))
            case BulletList() | OrderedList():
                out.append(type(node).__name__)
            case Paragraph():
                out.append(("text", plain_text(node.inlines)))
    return out


@pytest.mark.slow
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(cvs())
def test_our_own_word_file_gives_back_the_cv(source: str) -> None:
    if "# " not in source:
        source += "\n# Awards {#awards}\n\n- Great prize {date=2020}\n"
    with TemporaryDirectory() as folder, contextlib.chdir(folder), contextlib.redirect_stdout(io.StringIO()):
        Path("filters").mkdir()
        Path("filters/full.yaml").write_text("formats: docx\ntitle: Curriculum vitae\n", encoding="utf-8")
        Path("cv.md").write_text(source, encoding="utf-8")
        assert main(["build"]) == 0
        result = import_files([Path("outputs/full.docx")])
    written, _ = parse_text(source)
    read, findings = parse_text(result.files["cv.md"].decode())
    assert result.report.missing == ()
    assert [finding for finding in findings if finding.severity == "error"] == []
    assert outline(read) == outline(written)
    assert {key: read.meta[key] for key in ("name", "email", "phone")} == {
        key: written.meta[key] for key in ("name", "email", "phone")
    }
    assert count_of(read) == count_of(written)


def count_of(document: Document) -> Counter[str]:
    counts = count_words_of(document_texts(document))
    counts.subtract(count_words_of([str(document.meta.get("lang", ""))]))
    return +counts
