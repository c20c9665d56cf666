"""The running text of finished files. Page headers and footers are not part of it."""

from __future__ import annotations

import re

from polyvita.checks.inspect import inspect

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
FURNITURE = re.compile(r"^.{0,60}\b(page|Seite) \d+ (of|von) \d+$")
LABEL = re.compile(r"^(\d{1,3}\.|[•‣–◦▪])\s*")


def words_of(content: bytes, format: str) -> str:
    """Return the running text of a file, with the line breaks of the format."""
    body = inspect(format, content).body
    assert body is not None
    return body.plain


def squeezed(text: str) -> str:
    """Return the text without characters at which a line may break, and without the brackets that plain text puts
    around a date. The bar between the parts of an address is one of these characters."""
    text = text.replace("ﬁ", "fi").replace("ﬂ", "fl").replace("ﬀ", "ff").replace("ﬃ", "ffi")
    return re.sub(r"[\s\u00ad\u2010\u2011()·|-]+", "", text)


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
