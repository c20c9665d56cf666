"""Build Word files for tests as raw XML, with what real files have: styles, tabs, tables, text boxes, tracked changes."""

from __future__ import annotations

import io
import zipfile
from html import escape

from one_pixel import PNG

_W = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
    'xmlns:v="urn:schemas-microsoft-com:vml" '
    'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"'
)
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_ML = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_AUTHOR = 'w:author="Reviewer" w:date="2024-01-02T03:04:05Z"'


def text(value: str, marks: str = "", size: int = 0, font: str = "", style: str = "") -> str:
    """A run. `marks` are words such as `b i caps smallCaps u vanish`; `\\t` and `\\n` become tabs and line breaks."""
    properties = f'<w:rStyle w:val="{style}"/>' if style else ""
    properties += f'<w:rFonts w:ascii="{font}" w:hAnsi="{font}"/>' if font else ""
    properties += "".join('<w:u w:val="single"/>' if mark == "u" else f"<w:{mark}/>" for mark in marks.split())
    properties += f'<w:sz w:val="{size}"/>' if size else ""
    body = f'<w:t xml:space="preserve">{escape(value)}</w:t>'
    body = body.replace("\t", '</w:t><w:tab/><w:t xml:space="preserve">').replace(
        "\n", '</w:t><w:br/><w:t xml:space="preserve">'
    )
    return f"<w:r><w:rPr>{properties}</w:rPr>{body}</w:r>"


def para(*runs: str, style: str = "", properties: str = "") -> str:
    """A paragraph. Plain strings are runs without marks."""
    style = f'<w:pStyle w:val="{style}"/>' if style else ""
    inner = "".join(run if run.startswith("<") else text(run) for run in runs)
    return f"<w:p><w:pPr>{style}{properties}</w:pPr>{inner}</w:p>"


def bold(value: str, size: int = 0) -> str:
    return para(text(value, "b", size))


def item(*runs: str, level: int = 0, number: int = 1) -> str:
    """A list item: `number` 1 is a bullet list, 2 and more are numbered lists."""
    return para(*runs, properties=f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr>')


def table(*rows: list[str]) -> str:
    """A table. Cells are paragraphs, or plain text."""

    def cell(content: str) -> str:
        return f"<w:tc><w:tcPr/>{content if content.startswith('<w:') else para(content)}</w:tc>"

    grid = "<w:gridCol/>" * max(len(row) for row in rows)
    body = "".join(f"<w:tr>{''.join(cell(content) for content in row)}</w:tr>" for row in rows)
    return f"<w:tbl><w:tblPr/><w:tblGrid>{grid}</w:tblGrid>{body}</w:tbl>"


def text_box(content: str) -> str:
    """A run with a text box, as Word writes it: a shape, and the same text again for older programs."""
    return (
        '<w:r><mc:AlternateContent><mc:Choice Requires="wps"><w:drawing><wp:anchor><a:graphic><a:graphicData>'
        f"<wps:wsp><wps:txbx><w:txbxContent>{content}</w:txbxContent></wps:txbx></wps:wsp></a:graphicData></a:graphic>"
        "</wp:anchor></w:drawing></mc:Choice><mc:Fallback><w:pict><v:shape><v:textbox><w:txbxContent>"
        f"{content}</w:txbxContent></v:textbox></v:shape></w:pict></mc:Fallback></mc:AlternateContent></w:r>"
    )


def link(label: str, target: str) -> str:
    """A link whose address is a field, as older programs write it."""
    return f'<w:hyperlink r:id="{target}">{text(label, "u")}</w:hyperlink>'


def footnote(number: int) -> str:
    return f'<w:r><w:footnoteReference w:id="{number}"/></w:r>'


def picture(name: str = "image1.png") -> str:
    return (
        '<w:r><w:drawing><wp:inline><wp:extent cx="914400" cy="1219200"/><wp:docPr id="1" name="Picture 1" descr=""/>'
        '<a:graphic><a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/picture"><pic:pic><pic:nvPicPr>'
        '<pic:cNvPr id="1" name=""/><pic:cNvPicPr/></pic:nvPicPr>'
        f'<pic:blipFill><a:blip r:embed="{name}"/></pic:blipFill><pic:spPr><a:xfrm><a:off x="0" y="0"/>'
        '<a:ext cx="914400" cy="1219200"/></a:xfrm></pic:spPr></pic:pic></a:graphicData></a:graphic></wp:inline>'
        "</w:drawing></w:r>"
    )


def inserted(*runs: str) -> str:
    return f'<w:ins w:id="90" {_AUTHOR}>{"".join(runs)}</w:ins>'


def deleted(value: str) -> str:
    return f'<w:del w:id="91" {_AUTHOR}><w:r><w:delText xml:space="preserve">{value}</w:delText></w:r></w:del>'


def field(code: str, result: str) -> str:
    """A field with its result, such as a page number."""
    parts = ("begin", f"<w:instrText> {code} </w:instrText>", "separate", f"<w:t>{result}</w:t>", "end")
    return "".join(
        f"<w:r>{part if part.startswith('<') else f'<w:fldChar w:fldCharType={chr(34)}{part}{chr(34)}/>'}</w:r>"
        for part in parts
    )


_STYLES = f"""<w:styles {_W}><w:docDefaults><w:rPrDefault><w:rPr><w:sz w:val="22"/><w:lang w:val="en-US"/></w:rPr>
</w:rPrDefault></w:docDefaults>
<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/></w:style>
<w:style w:type="paragraph" w:styleId="Title"><w:name w:val="Title"/><w:rPr><w:sz w:val="48"/></w:rPr></w:style>
<w:style w:type="paragraph" w:styleId="Subtitle"><w:name w:val="Subtitle"/></w:style>
<w:style w:type="paragraph" w:styleId="Heading1"><w:name w:val="heading 1"/><w:pPr><w:outlineLvl w:val="0"/></w:pPr></w:style>
<w:style w:type="paragraph" w:styleId="Heading2"><w:name w:val="heading 2"/><w:pPr><w:outlineLvl w:val="1"/></w:pPr></w:style>
<w:style w:type="paragraph" w:styleId="Heading3"><w:name w:val="heading 3"/><w:pPr><w:outlineLvl w:val="2"/></w:pPr></w:style>
<w:style w:type="paragraph" w:styleId="CVSection"><w:name w:val="CV Section"/><w:basedOn w:val="Normal"/>
<w:rPr><w:b/><w:smallCaps/><w:sz w:val="26"/></w:rPr></w:style>
<w:style w:type="paragraph" w:styleId="ListBullet"><w:name w:val="List Bullet"/><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>
<w:style w:type="paragraph" w:styleId="TOC1"><w:name w:val="toc 1"/></w:style>
<w:style w:type="character" w:styleId="Emphasis"><w:name w:val="Emphasis"/><w:rPr><w:i/></w:rPr></w:style>
<w:style w:type="character" w:styleId="Strong"><w:name w:val="Strong"/><w:rPr><w:b/></w:rPr></w:style>
</w:styles>"""


def _levels(kind: str, label: str) -> str:
    return "".join(
        f'<w:lvl w:ilvl="{level}"><w:start w:val="1"/><w:numFmt w:val="{kind}"/><w:lvlText w:val="{label}"/></w:lvl>'
        for level in range(3)
    )


_NUMBERING = (
    f'<w:numbering {_W}><w:abstractNum w:abstractNumId="0">{_levels("bullet", "•")}</w:abstractNum>'
    f'<w:abstractNum w:abstractNumId="1">{_levels("decimal", "%1.")}</w:abstractNum>'
    + "".join(
        f'<w:num w:numId="{number}"><w:abstractNumId w:val="{0 if number == 1 else 1}"/></w:num>'
        for number in range(1, 6)
    )
    + "</w:numbering>"
)


def docx(
    *body: str, title: str = "", author: str = "", footnotes: tuple[str, ...] = (), header: str = "", footer: str = "",
    comments: tuple[str, ...] = (), links: tuple[str, ...] = (), pictures: tuple[str, ...] = (), styles: str = _STYLES,
    extra: dict[str, str] | None = None,
) -> bytes:  # fmt: skip
    """Return a Word file. `header`, `footer` and `footnotes` are paragraphs; `links` are the addresses in `link`."""
    parts: dict[str, str | bytes] = {
        "word/document.xml": f"<w:document {_W}><w:body>{''.join(body)}<w:sectPr/></w:body></w:document>",
        "word/styles.xml": styles,
        "word/numbering.xml": _NUMBERING,
        "docProps/core.xml": '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/'
        'core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f"<dc:title>{title}</dc:title><dc:creator>{author}</dc:creator></cp:coreProperties>",
    }
    if footnotes:
        notes = "".join(f'<w:footnote w:id="{number}">{note}</w:footnote>' for number, note in enumerate(footnotes, 1))
        parts["word/footnotes.xml"] = f"<w:footnotes {_W}>{notes}</w:footnotes>"
    if header:
        parts["word/header1.xml"] = f"<w:hdr {_W}>{header}</w:hdr>"
    if footer:
        parts["word/footer1.xml"] = f"<w:ftr {_W}>{footer}</w:ftr>"
    if comments:
        notes = "".join(
            f'<w:comment w:id="{number}" {_AUTHOR}>{para(note)}</w:comment>' for number, note in enumerate(comments)
        )
        parts["word/comments.xml"] = f"<w:comments {_W}>{notes}</w:comments>"
    parts |= {f"word/media/{name}": PNG for name in pictures}
    parts |= extra or {}
    names = ("styles", "numbering", "footnotes", "comments", "header1", "footer1")
    relations = [
        (name, f"{_OFFICE}/{name.rstrip('1')}", f"{name}.xml") for name in names if f"word/{name}.xml" in parts
    ]
    relations += [(name, f"{_OFFICE}/image", f"media/{name}") for name in pictures]
    inner = "".join(f'<Relationship Id="{id_}" Type="{kind}" Target="{target}"/>' for id_, kind, target in relations)
    inner += "".join(
        f'<Relationship Id="{target}" Type="{_OFFICE}/hyperlink" Target="{escape(target)}" TargetMode="External"/>'
        for target in links
    )
    space = "http://schemas.openxmlformats.org/package/2006"
    parts["word/_rels/document.xml.rels"] = f'<Relationships xmlns="{space}/relationships">{inner}</Relationships>'
    parts["_rels/.rels"] = (
        f'<Relationships xmlns="{space}/relationships"><Relationship Id="r1" Type="{_OFFICE}/officeDocument" '
        'Target="word/document.xml"/></Relationships>'
    )
    parts["[Content_Types].xml"] = (
        f'<Types xmlns="{space}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-'
        'package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Default Extension="png" '
        f'ContentType="image/png"/><Override PartName="/word/document.xml" ContentType="{_ML}.document.main+xml"/></Types>'
    )
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(zipfile.ZipInfo(name, (2024, 1, 1, 0, 0, 0)), part)
    return buffer.getvalue()
