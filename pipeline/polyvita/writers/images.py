"""Find image files in the folder of the CV or in an allowed one. Nothing is fetched from the network."""

from __future__ import annotations

import base64
import errno
import io
import re
import struct
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from urllib.parse import unquote, urlsplit

from polyvita.core.allowed import common_folder, is_allowed
from polyvita.core.diagnostics import InputError, error
from polyvita.core.files import is_file
from polyvita.core.source import format_size, read_bytes
from polyvita.writers.image_metadata import without_metadata

MEDIA_TYPES = {
    ".gif": "image/gif",
    ".jpeg": "image/jpeg",
    ".jpg": "image/jpeg",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".webp": "image/webp",
}
"""The image formats that both browsers and Typst can show."""
_SIGNATURES = {
    "image/gif": b"GIF8",
    "image/jpeg": b"\xff\xd8\xff",
    "image/png": b"\x89PNG\r\n\x1a\n",
    "image/webp": b"RIFF",
}
"""The first bytes of files of these types."""


def find_image(url: str, folder: Path) -> Path:
    """Return the path of the image that `url` names, relative to `folder`.

    Raises `InputError` if no output can show the image.
    """
    try:
        parts = urlsplit(url)
        path = (folder / unquote(parts.path)).resolve()
    except ValueError:  # an incomplete address, or a character that a file name cannot contain
        raise _image_error("PV307", f"image {url[:80]} not found in the folder of the CV") from None
    if parts.scheme or parts.netloc:
        hint = "save the image in the folder of the CV, and use its file name"
        raise _image_error(
            "PV305",
            f"the image {url[:80]} is not a relative file path; only files in the folder of the CV are used",
            hint,
        )
    if not (is_allowed(path, folder) and path.is_relative_to(common_folder(folder))):
        hint = "copy the image into that folder, or allow its folder with --allow-folder"
        raise _image_error("PV306", f"the image {url} is outside the folder of the CV", hint)
    if not is_file(path):
        hint = "write the path relative to the folder of the CV, with the same upper and lower case"
        raise _image_error("PV307", f"image {url[:80]} not found in the folder of the CV", hint)
    kind = MEDIA_TYPES.get(path.suffix.lower())
    if kind is None:
        supported = ", ".join(sorted(suffix[1:] for suffix in MEDIA_TYPES))
        message = f"the image {url} has a format that not every output can show"
        raise _image_error("PV308", message, f"convert the image to one of these formats: {supported}")
    _check_content(path, url, kind)
    return path


MAX_BYTES = 50_000_000
"""The largest image file that is read."""
MAX_PIXELS = 64_000_000
"""The largest number of pixels. To show an image, Typst and browsers need four bytes of memory for each pixel."""


def _check_content(path: Path, url: str, kind: str) -> None:
    """Raise `InputError` if the image is too large to be shown, or if its content is not what its suffix says."""
    try:
        head = read_bytes(path, MAX_BYTES)
    except OSError as problem:
        if problem.errno == errno.EFBIG:
            message = f"the image {url} is larger than {format_size(MAX_BYTES)}, the maximum size"
            raise _image_error("PV340", message, "save a smaller copy, and use that file") from None
        raise _image_error("PV308", f"the image {url} cannot be read: {problem.strerror}") from None
    if kind not in _SIGNATURES:
        return
    if not head.startswith(_SIGNATURES[kind]):
        message = f"the content of the image {url} does not match its suffix {path.suffix}"
        raise _image_error("PV308", message, "save the image again as PNG or JPEG")
    import imagesize

    try:
        width, height = imagesize.get(io.BytesIO(head))
    except (ValueError, struct.error):  # The head is incomplete.
        width, height = -1, -1
    if width < 1 or height < 1:
        raise _image_error("PV308", f"the image {url} is damaged", "save the image again as PNG or JPEG")
    if width * height > MAX_PIXELS:
        message = f"the image {url} has {width} × {height} pixels; at most {MAX_PIXELS // 10**6} million can be shown"
        raise _image_error("PV340", message, "save a smaller copy, and use that file")


def data_url(url: str, folder: Path) -> str:
    """Return the image as a `data:` URL, for self-contained web pages and for Pandoc, which opens no files here.

    Metadata, such as the place of a photograph, are left out.
    Raises `InputError` as `find_image` does.
    """
    path = find_image(url, folder)
    content = base64.b64encode(without_metadata(read_bytes(path, MAX_BYTES))).decode()
    return f"data:{MEDIA_TYPES[path.suffix.lower()]};base64,{content}"


def linked_images(path: Path) -> Iterator[Path]:
    """Yield the files that an SVG names, which Typst draws inside it. Any other image names none."""
    if path.suffix.lower() != ".svg":
        return
    try:
        content = read_bytes(path, MAX_BYTES)
    except OSError:
        return
    for found in _SVG_LINK.finditer(content):
        url = found[1].decode(errors="replace")
        with suppress(ValueError):  # An address that is incomplete.
            parts = urlsplit(url)
            if parts.path and not parts.scheme and not parts.netloc:
                yield path.parent / unquote(parts.path)


_SVG_LINK = re.compile(rb"""\bhref\s*=\s*["']([^"'#]+)["']""")


def _image_error(code: str, message: str, hint: str = "") -> InputError:
    return InputError(error(code, message, hint=hint))


def css_length(value: str) -> str:
    """Return a width or height in a unit that CSS and Typst share, or an empty string if there is none.

    A number without a unit is in pixels, as in Pandoc.

    >>> css_length("3cm"), css_length("50%"), css_length("96"), css_length("96px"), css_length("wide")
    ('3cm', '50%', '72pt', '72pt', '')
    """
    found = re.fullmatch(r"(\d+(?:\.\d+)?)(cm|mm|in|pt|em|%|px)?", value.strip())
    if not found:
        return ""
    number, unit = found[1], found[2] or "px"
    return f"{float(number) * 0.75:g}pt" if unit == "px" else f"{number}{unit}"
