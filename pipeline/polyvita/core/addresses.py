"""Addresses of links: which schemes a link may have.

A scheme such as `javascript:` runs code in the reader's program, and `file:` opens files of the reader. So a link has
a scheme that is known to be harmless, or none.
"""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import unquote

from polyvita.core.diagnostics import Finding, join_names, warning
from polyvita.core.location import Location

SCHEMES = ("http", "https", "mailto", "tel", "ftp", "doi", "urn", "sms", "geo", "xmpp", "matrix")
"""The schemes that the address of a link may have."""
_USUAL = re.compile(r"(?:https?://|mailto:|#)")
_SCHEME = re.compile(r"([^/?#]*?):")
_IMAGE_DATA = re.compile(r"data:image/", re.IGNORECASE)


def forbidden_scheme(url: str, *, image: bool = False) -> str:
    """Return the scheme of `url` in lower case if no output may contain it, or an empty text.

    Browsers ignore line ends, tabs and blanks in a scheme, so these do not hide it. Neither do invisible characters and
    percent signs. An image may also contain its data.

    >>> forbidden_scheme("https://example.org"), forbidden_scheme(" Java\\nScript:x")
    ('', 'javascript')
    """
    if _USUAL.match(url) or (":" not in url and "%" not in url):
        return ""
    plain = "".join(c for c in unquote(url) if not c.isspace() and unicodedata.category(c) not in ("Cc", "Cf"))
    found = _SCHEME.match(plain)
    if not found or (image and _IMAGE_DATA.match(plain)):
        return ""
    scheme = found[1].lower()
    return "" if scheme in SCHEMES else scheme or ":"


def forbidden_address(scheme: str, location: Location, *, image: bool = False) -> Finding:
    """Return the finding about a link, or an image, whose scheme no output may contain."""
    kind, kept = ("image", "its alternative text") if image else ("link", "its text")
    message = f"the address of this {kind} starts with “{scheme.rstrip(':')[:30]}:”; only {kept} is kept"
    hint = "name a file in the folder of the CV" if image else f"use one of these: {join_names(SCHEMES)}"
    return warning("PV331", message, location, hint)
