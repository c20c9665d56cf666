"""Three OpenDocument CVs of invented people, as LibreOffice writes them."""

from __future__ import annotations

import io
import zipfile
from html import escape

_NAMESPACES = " ".join(
    f'xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for prefix, name in {
        "office": "office", "text": "text", "style": "style", "table": "table", "draw": "drawing",
        "fo": "xsl-fo-compatible",
    }.items()
)  # fmt: skip


def p(content: str, style: str = "Standard", level: int = 0) -> str:
    """A paragraph, or a heading with a level. Tabs become elements."""
    inner = (content if content.startswith("<") else escape(content)).replace("\t", "<text:tab/>")
    tag, extra = ("h", f' text:outline-level="{level}"') if level else ("p", "")
    return f'<text:{tag} text:style-name="{style}"{extra}>{inner}</text:{tag}>'


def cells(*rows: list[str]) -> str:
    body = "".join(
        f"<table:table-row>{''.join(f'<table:table-cell>{cell}</table:table-cell>' for cell in row)}</table:table-row>"
        for row in rows
    )
    return f"<table:table>{body}</table:table>"


def odt(*body: str, margin: str = "") -> bytes:
    bold = (
        '<style:style style:name="Caps" style:family="paragraph" style:parent-style-name="Strong"/>'
        '<style:style style:name="Strong" style:family="paragraph">'
        '<style:text-properties fo:font-weight="bold"/></style:style>'
    )
    content = (
        f"<office:document-content {_NAMESPACES}><office:automatic-styles>{bold}</office:automatic-styles>"
        f"<office:body><office:text>{''.join(body)}</office:text></office:body></office:document-content>"
    )
    styles = (
        f"<office:document-styles {_NAMESPACES}><office:master-styles><style:master-page><style:header>{margin}"
        "</style:header></style:master-page></office:master-styles></office:document-styles>"
    )
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.text")
        archive.writestr("content.xml", content)
        archive.writestr("styles.xml", styles)
        archive.writestr("META-INF/manifest.xml", "<manifest/>")
    return buffer.getvalue()


def odt_headings() -> bytes:
    """Headings with levels, and name and address in the page header."""
    return odt(
        p("Work experience", "Heading_1", 1),
        p("Botanist", "Heading_2", 2),
        p("Garden of Examples, Lisbon, Portugal\t2019 – present"),
        p("Seeds & soil."),
        p("Education", "Heading_1", 1),
        p("PhD in Botany", "Heading_2", 2),
        p("University of Samples\t2015 – 2019"),
        margin=p("Rui Castro | rui@castro.example | +351 555 000 111"),
    )


def odt_bold_styles() -> bytes:
    """German; headings are paragraphs with a bold style, entries are in tables with a table inside."""
    inner = cells([p("2010 – 2012"), p("Meisterschule, Ulm")], [p("2008 – 2010"), p("Lehre als Tischler")])
    return odt(
        p("Lebenslauf", "Strong"),
        p("Hanne Brandt", "Strong"),
        p("Geboren am 2. Mai 1988 in Ulm"),
        p("BERUF", "Caps"),
        cells([p("seit 2012"), p("Tischlermeisterin, Werkstatt Beispiel GmbH")]),
        p("AUSBILDUNG", "Caps"),
        cells([p(""), inner]),
        p("SPRACHEN", "Caps"),
        p("Deutsch, Englisch"),
    )


def odt_frames() -> bytes:
    """Text in frames and shapes."""
    frame = f"<draw:frame><draw:text-box>{p('Mina Petrova')}{p('mina@petrova.example')}</draw:text-box></draw:frame>"
    shape = f"<draw:custom-shape>{p('Skills', 'Strong')}{p('Welding')}{p('Painting')}</draw:custom-shape>"
    return odt(
        p(frame),
        p(shape),
        p("Exhibitions and Talks", "Strong"),
        p("2021\tGallery of Samples, Sofia"),
        p("2019\tMuseum of Examples, Plovdiv"),
    )


ODT_SAMPLES = {function.__name__: function for function in (odt_headings, odt_bold_styles, odt_frames)}
"""The builders of the files, by name."""
