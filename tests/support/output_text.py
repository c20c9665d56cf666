"""The running text of finished files. Page headers and footers are not part of it."""

from __future__ import annotations

import io
import re
import zipfile

from lxml import etree, html
from pypdf import PdfReader

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
FURNITURE = re.compile(r"^.{0,60}\b(page|Seite) \d+ (of|von) \d+$")
LABEL = re.compile(r"^(\d{1,3}\.|[•‣–◦▪])\s*")


def words_of(content: bytes, format: str) -> str:
    """Return the running text of a file, with the line breaks of the format."""
    return {"html": html_text, "docx": docx_text, "pdf": pdf_text, "txt": plain_text}[format](content)


def html_text(content: bytes) -> str:
    tree = html.document_fromstring(content.decode())
    for node in tree.xpath("//head | //script | //style | //*[contains(@class, 'skip')]"):
        node.drop_tree()
    for node in tree.iter():
        if node.tag in ("p", "li", "h1", "h2", "h3", "h4", "td", "th", "br", "dt", "dd", "pre", "div"):
            node.tail = " " + (node.tail or "")
    return " ".join(tree.text_content().split())


def docx_text(content: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        tree = etree.fromstring(file.read("word/document.xml"))
    lines = []
    for paragraph in tree.iter(f"{W}p"):
        parts = []
        for node in paragraph.iter(f"{W}t", f"{W}tab", f"{W}br", f"{W}noBreakHyphen"):
            parts.append(node.text or "" if node.tag == f"{W}t" else "-" if node.tag.endswith("Hyphen") else " ")
        lines.append("".join(parts))
    return "\n".join(lines)


def pdf_text(content: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)


def plain_text(content: bytes) -> str:
    return "\n".join(line for line in content.decode().splitlines() if not re.fullmatch(r"[=\- ]+", line))


def squeezed(text: str) -> str:
    """Return the text without characters at which a line may break, and without the brackets that plain text puts
    around a date. The dot between the items of an address is one of these characters."""
    text = text.replace("ﬁ", "fi").replace("ﬂ", "fl").replace("ﬀ", "ff").replace("ﬃ", "ffi")
    return re.sub(r"[\s\u00ad\u2010\u2011()·-]+", "", text)


def difference(text: str, wanted: str) -> str:
    """Return where `text`, compared line by line, first differs from `wanted`; an empty string if it does not.

    Labels of list items and page numbers are not part of the text. They are ignored if a line differs only because
    of them.
    """
    rest = squeezed(wanted)
    for line in text.splitlines():
        for candidate in (line, LABEL.sub("", line), "" if FURNITURE.match(line.strip()) else None):
            if candidate is not None and rest.startswith(squeezed(candidate)):
                rest = rest.removeprefix(squeezed(candidate))
                break
        else:
            return f"has {line!r} where {rest[:80]!r} should be"
    return f"lacks {rest[:80]!r}" if rest else ""
