"""The photo of the letterhead as a small picture, cropped and turned upright.

Typst draws it, so all formats have the same picture. It has only the visible pixels: no metadata, nothing of what the
theme crops, and not the size of the file that the camera wrote.
"""

from __future__ import annotations

import base64
import json
from functools import lru_cache
from pathlib import Path

from polyvita.config.theme import Theme
from polyvita.core.allowed import common_folder
from polyvita.core.diagnostics import InputError, error
from polyvita.writers.images import find_image
from polyvita.writers.pandoc_ast import Ast, stringify

PIXELS_PER_INCH = 300
_TALL = 9 / 7
"""Height by width of a photo that is not square, as for identity cards."""
_SPARED = 0.25
"""The share of what is cropped in height that is cropped above: faces are in the upper half of a photo."""
_SOURCE = """\
#let (width, height) = ({width}mm, {height}mm)
#set page(width: width, height: height, margin: 0mm)
#context {{
  let picture = image({path}, width: width)
  if measure(picture).height < height {{ picture = image({path}, height: height) }}
  let size = measure(picture)
  place(dx: (width - size.width) / 2, dy: (height - size.height) * {spared}, picture)
}}
"""


def photo_frame(theme: Theme) -> tuple[float, float]:
    """Return the width and the height of the photo in mm."""
    return theme.photo_size, round(theme.photo_size * (_TALL if theme.photo_shape == "portrait" else 1), 2)


def photo_text(photo: Ast) -> str:
    """Return the alternative text of the Image of a letterhead."""
    return stringify(photo["c"][1])


def photo_url(photo: Ast, theme: Theme, folder: Path) -> str:
    """Return the Image of a letterhead as a `data:` URL of a PNG. Raises `InputError` as `find_image` does."""
    url = photo["c"][2][0]
    path = find_image(url, folder)
    picture = _draw(path, path.stat().st_mtime_ns, common_folder(folder), photo_frame(theme), url)
    return f"data:image/png;base64,{base64.b64encode(picture).decode()}"


def photo_drawing(photo: Ast, theme: Theme, folder: Path) -> str:
    """Return the Image of a letterhead as an SVG that contains it, because Typst takes texts as input."""
    url, size = photo_url(photo, theme, folder), "width='100%' height='100%'"
    return f"<svg xmlns='http://www.w3.org/2000/svg' {size} viewBox='0 0 1 1'><image {size} href='{url}'/></svg>"


@lru_cache(maxsize=8)
def _draw(path: Path, _changed: int, root: Path, frame: tuple[float, float], url: str) -> bytes:
    """Return the photo as a PNG. Cached, because all formats show the same; a changed file has a new `_changed`."""
    import typst

    from polyvita.writers.typst_runner import TypstTask, run_typst

    width, height = frame
    location = json.dumps("/" + path.relative_to(root).as_posix(), ensure_ascii=False)
    source = _SOURCE.format(width=width, height=height, path=location, spared=_SPARED)
    options = {"format": "png", "ppi": PIXELS_PER_INCH}
    try:
        picture: bytes = run_typst(TypstTask(source, root, (), options))
    except typst.TypstError as problem:
        hint = "save the photo again as PNG or JPEG"
        raise InputError(error("PV308", f"the image {url} cannot be shown: {problem.message}", hint=hint)) from problem
    return picture
