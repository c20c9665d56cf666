"""Pictures: files beside the source, never fetched from anywhere."""

from __future__ import annotations

import base64
import re
from pathlib import Path
from urllib.parse import unquote, urlsplit

from polyvita.core.diagnostics import InputError, error
from polyvita.core.files import is_file

MEDIA_TYPES = {
    ".gif": "image/gif",
    ".jpeg": "image/jpeg",
    ".jpg": "image/jpeg",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".webp": "image/webp",
}
"""The kinds of picture that both a browser and a PDF can show."""
_BEGIN = {
    "image/gif": b"GIF8",
    "image/jpeg": b"\xff\xd8\xff",
    "image/png": b"\x89PNG\r\n\x1a\n",
    "image/webp": b"RIFF",
}
"""What files of these kinds begin with."""


def find_image(url: str, folder: Path) -> Path:
    """The file that `url` names, inside `folder`. Raises `InputError` where there is none that can be shown."""
    try:
        parts = urlsplit(url)
        path = (folder / unquote(parts.path)).resolve()
    except ValueError:  # half an address, or a character that no name has
        raise _refused("PV307", f"there is no image {url[:80]} beside the CV") from None
    if parts.scheme or parts.netloc:
        hint = "save it beside the CV, and name that file"
        raise _refused("PV305", f"the image {url[:80]} is not a file", hint)
    if not path.is_relative_to(folder.resolve()):
        hint = "copy it into that folder"
        raise _refused("PV306", f"the image {url} lies outside the folder of the CV", hint)
    if not is_file(path):
        hint = "its name is read from the folder of the CV on; upper and lower case count"
        raise _refused("PV307", f"there is no image {url[:80]} beside the CV", hint)
    kind = MEDIA_TYPES.get(path.suffix.lower())
    if kind is None:
        known = ", ".join(sorted(suffix[1:] for suffix in MEDIA_TYPES))
        raise _refused("PV308", f"the image {url} is of no kind that all formats show", f"these are: {known}")
    with path.open("rb") as file:
        if kind in _BEGIN and not file.read(8).startswith(_BEGIN[kind]):
            hint = "save it anew as PNG or JPEG"
            raise _refused("PV308", f"the image {url} is not of the kind that its name says", hint)
    return path


def data_url(url: str, folder: Path) -> str:
    """The image itself as an address, for web pages that stand alone, and for Pandoc, which opens no file. Raises
    `InputError` as `find_image` does."""
    path = find_image(url, folder)
    return f"data:{MEDIA_TYPES[path.suffix.lower()]};base64,{base64.b64encode(path.read_bytes()).decode()}"


def _refused(code: str, message: str, hint: str = "") -> InputError:
    return InputError(error(code, message, hint=hint))


def css_length(value: str) -> str:
    """A width or height as CSS and Typst both write it; empty for one that they do not share.

    >>> css_length("3cm"), css_length("50%"), css_length("96"), css_length("96px"), css_length("wide")
    ('3cm', '50%', '72pt', '72pt', '')
    """
    found = re.fullmatch(r"(\d+(?:\.\d+)?)(cm|mm|in|pt|em|%|px)?", value.strip())
    if not found:
        return ""
    number, unit = found[1], found[2] or "px"
    return f"{float(number) * 0.75:g}pt" if unit == "px" else f"{number}{unit}"
