"""The PDF writer."""

from __future__ import annotations

import io
import itertools
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pypdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import structs

import pandoc_sample as a
from one_pixel import PNG
from polyvita.config.theme import DocumentInfo, Margins, Theme
from polyvita.core.diagnostics import ExternalError, InputError
from polyvita.writers import WriterOptions, pdf
from polyvita.writers.pandoc_ast import Ast, div, span
from polyvita.writers.typst_source import typst_source

THEME = Theme()


def read(ast: Ast, theme: Theme = THEME, info: DocumentInfo = a.INFO, **more: Any) -> pypdf.PdfReader:
    return pypdf.PdfReader(io.BytesIO(pdf.write(ast, WriterOptions(theme, info, **more))))


def text(reader: pypdf.PdfReader) -> str:
    return "\n".join(map(words, reader.pages))


def words(page: pypdf.PageObject) -> str:
    """Return the text of a page, with no-break spaces as spaces."""
    return page.extract_text().replace("\N{NO-BREAK SPACE}", " ")


def structure(reader: pypdf.PdfReader) -> list[dict[str, Any]]:
    """Return all elements of the structure tree that have a type, in reading order."""

    def walk(node: Any) -> list[dict[str, Any]]:
        node = node.get_object() if hasattr(node, "get_object") else node
        if isinstance(node, list):
            return [found for inner in node for found in walk(inner)]
        if not isinstance(node, dict):
            return []
        return [*([node] if "/S" in node else []), *walk(node.get("/K"))]

    return walk(reader.trailer["/Root"]["/StructTreeRoot"])


def positions(page: pypdf.PageObject) -> dict[str, int]:
    """Return the distance of each piece of text from the left edge, in pt."""
    found: dict[str, int] = {}

    def note(text: str, cm: Any, tm: Any, *_: Any) -> None:
        if text.strip():
            found[text.strip()] = round(pypdf.mult(tm, cm)[4])

    page.extract_text(visitor_text=note)
    return found


@pytest.fixture(scope="module")
def sample() -> pypdf.PdfReader:
    return read(a.SAMPLE)


def test_words_and_their_order(sample: pypdf.PdfReader) -> None:
    body = text(sample).replace("Ada Beispiel page 2 of 2", "")
    found = re.sub(r"(?m)^(•|\d+[.)]) ", "", body)
    found = found.replace("target1", "target").replace("1Says the note.", "")
    assert found.split() == a.WORDS.split()


def test_properties(sample: pypdf.PdfReader) -> None:
    about = sample.metadata
    assert about is not None
    assert (about.title, about.author, about.subject, about["/Keywords"]) == (
        "Ada Beispiel: Curriculum vitae",
        "Ada Beispiel",
        "Curriculum vitae",
        "CV, explanation",
    )
    assert about.creation_date == datetime.fromtimestamp(a.INFO.timestamp, UTC)
    assert sample.trailer["/Root"]["/Lang"] == "en"


def test_the_metadata_names_the_standards(sample: pypdf.PdfReader) -> None:
    claims = sample.trailer["/Root"]["/Metadata"].get_data().decode()
    for claim in ("<pdfaid:part>2<", "<pdfaid:conformance>A<", "<pdfuaid:part>1<"):
        assert claim in claims


def test_bookmarks_are_the_headings_without_dates(sample: pypdf.PdfReader) -> None:
    def titles(entries: Any) -> list[Any]:
        return [titles(entry) if isinstance(entry, list) else entry["/Title"] for entry in entries]

    assert titles(sample.outline) == [
        "Positions",
        ["Head of Examples", "Researcher"],
        "Honours",
        "Sonstiges",
        ["Übersprungene Ebene"],
        "Publications",
        ["In reverse"],
    ]


def test_tags(sample: pypdf.PdfReader) -> None:
    kinds = [element["/S"] for element in structure(sample)]
    assert kinds[:5] == ["/Document", "/Title", "/P", "/P", "/P"]
    assert [kind for kind in kinds if kind.startswith("/H")] == ["/H1", "/H2", "/H2", "/H1", "/H1", "/H2", "/H1", "/H2"]
    assert (kinds.count("/LI"), kinds.count("/TH"), kinds.count("/TD"), kinds.count("/Note")) == (10, 2, 4, 1)
    german = [element.get("/Lang") for element in structure(sample) if element["/S"] in ("/H1", "/H2")]
    assert german == [None, None, None, None, "de", "de", None, None]
    assert "en-GB" in [element.get("/Lang") for element in structure(sample)]


def test_links_have_targets(sample: pypdf.PdfReader) -> None:
    links = [note.get_object() for note in sample.pages[0]["/Annots"]]
    assert [link["/A"]["/URI"] for link in links if "/A" in link] == ["mailto:ada@a.example"]
    named = [link["/Dest"] for link in links if isinstance(link.get("/Dest"), str)]
    assert named == ["list"]
    assert set(sample.named_destinations) == {"positions", "head", "list"}


def test_the_footer_has_name_and_page_number_from_the_second_page_on() -> None:
    long = a.document(a.LETTERHEAD, *[a.para("word " * 300) for _ in range(4)])
    german = structs.replace(a.INFO, lang="de-AT")
    other = structs.replace(a.INFO, lang="fi")
    none = structs.replace(a.INFO, footer=False)
    assert [page.extract_text().count("page") for page in read(long).pages] == [0, 1]
    assert read(long).pages[1].extract_text().splitlines()[-1] == "Ada Beispiel page 2 of 2"
    assert read(long, info=german).pages[1].extract_text().splitlines()[-1] == "Ada Beispiel Seite 2 von 2"
    assert read(long, info=other).pages[1].extract_text().splitlines()[-1] == "Ada Beispiel 2 / 2"
    assert read(long, info=none).pages[1].extract_text().splitlines()[-1].startswith("word word")


def test_same_input_same_bytes() -> None:
    assert pdf.write(a.SAMPLE, WriterOptions(Theme(), a.INFO)) == pdf.write(a.SAMPLE, WriterOptions(Theme(), a.INFO))


def test_the_theme_is_used() -> None:
    def sizes(theme: Theme) -> set[float]:
        found: set[float] = set()
        page = read(a.document(a.para("Plain words.")), theme).pages[0]
        page.extract_text(visitor_text=lambda *part: found.add(part[4]) if part[0].strip() else None)
        return found

    assert (sizes(Theme()), sizes(Theme(size=12))) == ({10.5}, {12})
    page = read(a.document(a.para("x")), Theme(paper="letter", margins=Margins(left=50))).pages[0]
    assert [round(float(side)) for side in page.mediabox[2:]] == [612, 792]
    assert positions(page) == {"x": round(50 / 25.4 * 72)}
    source = typst_source(a.SAMPLE, Theme(accent="#aa0011"), a.INFO, Path())
    assert 'accent: rgb("#aa0011")' in source


def test_only_bundled_fonts_are_used(sample: pypdf.PdfReader) -> None:
    fonts = {
        str(font.get_object()["/BaseFont"]).split("+")[1]
        for page in sample.pages
        for font in page["/Resources"]["/Font"].values()
    }
    assert fonts == {"Caladea-Regular", "Caladea-Bold", "Caladea-Italic", "DejaVuSansMono"}


def test_numbered_runs_are_one_list() -> None:
    runs = [a.ordered([[a.plain(f"Item {number}.")]], number) for number in (101, 100, 99)]
    reader = read(a.document(div(runs, "numbered")))
    assert text(reader).splitlines() == ["101. Item 101.", "100. Item 100.", "99. Item 99."]
    assert [element["/S"] for element in structure(reader)].count("/L") == 1


def test_numbers_are_aligned_by_the_point() -> None:
    items = [a.ordered([[a.plain("Item")]], number) for number in (10, 9)]
    found = positions(read(a.document(div(items, "numbered"))).pages[0])
    assert (found["10."], found["9."]) == (62, 68)


def test_the_parenthesis_after_a_number_is_kept() -> None:
    assert text(read(a.document(a.ordered([[a.plain("x")]], 7, "OneParen")))) == "7) x"


def test_an_item_is_not_split_across_pages() -> None:
    item = [a.plain("Beispiel A. " * 40)]
    pages = read(a.document(*[a.para("filler")] * 35, a.ordered([item, item]))).pages
    assert [words(page).count("Beispiel A.") for page in pages] == [40, 40]


@pytest.mark.parametrize("whole", ["Höhne M-C M", "Prof. Höhne", "https://a.example/of-some/longer-path"])
def test_names_and_addresses_are_not_broken(whole: str) -> None:
    for width in range(60, 110, 4):
        before = "ab " * (width // 3) + "l" * (width % 3 + 1)
        shown = text(read(a.document(a.para(before + f" {whole} and more. " * 3))))
        assert shown.replace("\n", " ").count(whole) == shown.count(whole) == 3, shown


def test_lines_of_the_address_break_between_items() -> None:
    items = [f"{letter * 3} {letter * 27}" for letter in "abcdef"]
    head = div([div([a.para(" | ".join(items))], "contact"), div([a.para("Ada")], "name")], "letterhead")
    assert text(read(a.document(head))).splitlines() == [
        "Ada",
        f"{items[0]}  |  {items[1]}  |  {items[2]}",
        f"{items[3]}  |  {items[4]}  |  {items[5]}",
    ]


@pytest.mark.slow
def test_lines_are_filled_one_by_one_where_there_are_no_hyphens() -> None:
    """As in Word, so that both break lines at the same places: what follows a line does not change it."""
    longest = [
        "a",
        "set",
        "of",
        "rules",
        "that",
        "explain",
        "individual",
        "predictions",
        "of",
        "nonlinear",
        "models",
        "and",
        "their",
        "training",
        "data",
    ] * 5
    before: list[str] = []
    for count in range(30, len(longest)):
        lines = text(read(a.document(a.para(" ".join(longest[:count]))))).splitlines()
        assert lines[: max(0, len(before) - 1)] == before[:-1]
        before = lines


def test_a_link_is_told_from_text_without_its_colour() -> None:
    def lines(*inlines: Any) -> int:
        return read(a.document(a.para(*inlines))).pages[0].get_contents().get_data().count(b"\nS\n")

    assert lines("See ", a.link("here", "https://a.example")) == lines("See here") + 1


def test_a_date_is_at_the_right_edge_of_the_first_line() -> None:
    for length in (8, 80, 100, 120, 200):
        date = a.when("2020–2021", "2020")
        words = "abc " * (length // 4)
        for block in (a.bullets([a.plain(words, *date)]), a.para(words, *date), a.header(2, words, *date)):
            (page,) = read(a.document(block)).pages
            first, *rest = page.extract_text(extraction_mode="layout").strip("\n").splitlines()
            assert re.fullmatch(r"[ •]*(abc *)+ {2,}2020–2021", first), first
            assert "2020" not in "".join(rest)


@pytest.mark.parametrize(
    "written",
    [
        "a--b --- ... -5 -? 'quoted' \"so\" x' 5'",
        "*x* _x_ `x` $x$ #x <x> @x [x] (x) {x} \\x ~ ^",
        "= x",
        "+ x",
        "- x",
        "/ x: y",
        "1990. x",
        "1. Preis",
        "// x /* x */ https://a.example/_x_ #let x = 1",
    ],
)
def test_text_is_shown_as_written(written: str) -> None:
    blocks = [a.para(written), a.para({"t": "Strong", "c": a.words(written)}), a.header(1, written)]
    assert text(read(a.document(*blocks))) == "\n".join([written] * 3)


CHARACTERS = "ab XY .,;:-–—'\"()[]{}<>#$*_~`^=+/\\@&%|!?059éß…“”„‚’·×→€§"


@pytest.mark.slow
@settings(max_examples=30)
@given(st.lists(st.text(CHARACTERS, min_size=1, max_size=20).filter(str.strip), min_size=1, max_size=20))
def test_any_text_is_shown_as_written(texts: list[str]) -> None:
    kinds = itertools.cycle(
        [
            a.para,
            lambda text: a.bullets([a.plain(text)]),
            lambda text: a.header(1, text),
            lambda text: a.para({"t": "Strong", "c": a.words(text)}),
            lambda text: a.para(a.when(text, "2020")[1]),
            lambda text: a.para(span(a.words(text), keys=[("lang", "de")])),
            lambda text: div([a.para(text)], "where"),
        ]
    )
    blocks = [make(" ".join(text.split())) for text, make in zip(texts, kinds, strict=False)]
    shown = re.sub(r"(?m)^• ", "", text(read(a.document(*blocks), info=structs.replace(a.INFO, footer=False))))
    assert "".join(shown.split()) == "".join("".join(texts).split())


@pytest.mark.parametrize("after", ["(x)", "[y]", ";z", ".w", "..", "...", "-5", ":", "{v}", "<l>", "#a", '"', "/"])
def test_text_after_a_function_call_is_not_code(after: str) -> None:
    calls = [
        a.when("2020", "2020")[1],
        span(a.words("Wort"), keys=[("lang", "de")]),
        span(a.words("There"), id="there"),
        {"t": "Emph", "c": a.words("x")},
        {"t": "Superscript", "c": a.words("x")},
        a.link("https://a.example", "https://a.example"),
    ]
    shown = text(read(a.document(*[a.para(call, after) for call in calls]))).splitlines()
    assert shown == [f"{word}{after}" for word in ("2020", "Wort", "There", "x", "x", "https://a.example")]


@pytest.mark.usefixtures("bare_machine")
def test_all_missing_characters_are_reported() -> None:
    with pytest.raises(InputError) as caught:
        pdf.write(a.document(a.para("Name: 山田 and 😀 and á")), WriterOptions(Theme(), a.INFO))
    [finding] = caught.value.findings
    assert (finding.code, finding.message) == (
        "PV304",
        "no available font can show 山 (U+5C71) and 田 (U+7530)",  # A sign is left out.
    )


def test_other_errors_have_the_message_of_typst() -> None:
    raw = {"t": "RawBlock", "c": ["typst", "#nonsense()"]}
    with pytest.raises(ExternalError, match=r"^Typst could not write the PDF: unknown variable: nonsense$"):
        pdf.write(a.document(raw), WriterOptions(Theme(), a.INFO))


@pytest.mark.parametrize("path", ["../secret.txt", "/../secret.txt", "{outside}"])
def test_typst_reads_nothing_outside_the_folder_of_the_cv(tmp_path: Path, path: str) -> None:
    (tmp_path / "cv").mkdir()
    for folder in (tmp_path, tmp_path / "cv"):
        (folder / "secret.txt").write_text("Here")
    raw = {"t": "RawBlock", "c": ["typst", '#read("secret.txt")']}
    assert text(read(a.document(raw), folder=tmp_path / "cv")) == "Here"
    raw["c"][1] = f'#read("{path.format(outside=tmp_path / "secret.txt")}")'
    with pytest.raises(ExternalError):
        pdf.write(a.document(raw), WriterOptions(Theme(), a.INFO, folder=tmp_path / "cv"))


def test_images_have_alternative_texts(tmp_path: Path) -> None:
    (tmp_path / 'a "photo".png').write_bytes(PNG)
    ast = a.document(a.para(a.image("a%20%22photo%22.png", 'Ada "at" work')), a.para(a.image('a "photo".png', "")))
    figures = [element["/Alt"] for element in structure(read(ast, folder=tmp_path)) if element["/S"] == "/Figure"]
    assert figures == ['Ada "at" work']


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("gone.png", "image gone.png not found in the folder of the CV"),
        ("../photo.png", "the image ../photo.png is outside the folder of the CV"),
        ("/etc/photo.png", "the image /etc/photo.png is outside the folder of the CV"),
        ("a%00.png", "image a%00.png not found in the folder of the CV"),
        ("http://[a", "image http://[a not found in the folder of the CV"),
        ("a" * 300, f"image {'a' * 80} not found in the folder of the CV"),
        (
            "https://a.example/photo.png",
            "the image https://a.example/photo.png is not a relative file path; "
            "only files in the folder of the CV are used",
        ),
        ("cv.txt", "the image cv.txt has a format that not every output can show"),
    ],
)
def test_unusable_images_are_reported(tmp_path: Path, url: str, message: str) -> None:
    (tmp_path / "cv.txt").write_text("x")
    with pytest.raises(InputError) as caught:
        pdf.write(a.document(a.para(a.image(url, "x"))), WriterOptions(Theme(), a.INFO, folder=tmp_path))
    assert str(caught.value) == message


@pytest.mark.parametrize("id", ["a:b", "a.b", "ä", "a~b", "1", "a b"])
def test_any_id_can_be_linked_to(id: str) -> None:
    links = [a.para(a.link("go", f"#{id}")), a.para(a.link("go", f"#{quote(id)}"))]
    reader = read(a.document(a.header(1, "There", id=id), a.header(1, "Again", id=id), *links))
    assert text(reader) == "There\nAgain\ngo\ngo"
    assert len(reader.pages[0]["/Annots"]) == 2


def test_a_heading_is_on_the_page_of_the_text_below_it() -> None:
    """A page never ends with a heading or with the second line of an entry."""
    endings = set()
    for lines in range(28, 44):
        entry = [a.header(1, "Section"), a.header(2, "Role", *a.when("2020", "2020")), div([a.para("Where")], "where")]
        first, *_ = read(a.document(*[a.para("filler")] * lines, *entry, a.para("Body."), *[a.para("more")] * 20)).pages
        endings.add(first.extract_text().splitlines()[-1])
    assert endings == {"filler", "Body.", "more"}
