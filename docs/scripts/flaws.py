"""Pictures of flaws that the looks had, before and after: `python docs/scripts/flaws.py FOLDER`.

FOLDER has the outputs of the filters in `filters/` at commit cd63771, made by `polyvita build` there. Needs what
`pictures.py` needs. docs/flaws.md shows the pictures.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pypdfium2
from PIL import Image, ImageOps
from playwright.sync_api import sync_playwright

from pictures import HERE, MOMENT, ROOT
from polyvita import build
from polyvita.checks.rules.libreoffice import office_environment

WIDTH = 460
MM = 72 / 25.4


def pdf(name: str, text: str, height: float) -> Callable[[Path], Image.Image]:
    """Return a function that cuts the lines from `text` on out of a PDF; `height` is in mm."""
    return lambda folder: cut(folder / f"{name}.pdf", text, height)


def word(name: str, text: str, height: float) -> Callable[[Path], Image.Image]:
    """Do the same with a Word file, as LibreOffice shows it."""
    return lambda folder: cut(as_pdf(folder / f"{name}.docx"), text, height)


def web(name: str, text: str, size: tuple[int, int], height: int) -> Callable[[Path], Image.Image]:
    """Do the same with a web page in a window of this size; `height` is in pixels."""

    def picture(folder: Path) -> Image.Image:
        with tempfile.TemporaryDirectory() as temporary, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
            page = browser.new_page(viewport={"width": size[0], "height": size[1]})
            page.goto((folder / f"{name}.html").resolve().as_uri())
            page.screenshot(path=f"{temporary}/page.png", full_page=True)
            heading = page.locator("h1, h2, h3, h4").filter(has_text=text).first.bounding_box()
            text_area = page.locator("body").bounding_box()
            browser.close()
            if heading is None or text_area is None:
                raise LookupError(f"{name}: {text}")
            left, top = int(text_area["x"]), int(heading["y"]) - 8
            box = (left, top, left + int(text_area["width"]), top + height)
            return Image.open(f"{temporary}/page.png").convert("RGB").crop(box)

    return picture


def cut(path: Path, text: str, height: float) -> Image.Image:
    for page in pypdfium2.PdfDocument(path):
        texts = page.get_textpage()
        if found := texts.search(text, match_case=True).get_next():
            top = page.get_height() - texts.get_charbox(found[0])[3] - 3 * MM
            picture = page.render(scale=2).to_pil().convert("RGB")
            left, right = (int(2 * MM * edge) for edge in (16, 194))
            return picture.crop((left, int(2 * top), right, int(2 * (top + height * MM))))
    raise LookupError(f"{path}: {text}")


@cache
def as_pdf(docx: Path) -> Path:
    folder = Path(tempfile.mkdtemp())
    command = ["soffice", "--headless", "--convert-to", "pdf", "--outdir", str(folder), str(docx)]
    subprocess.run(command, check=True, capture_output=True, env=office_environment(folder))
    return folder / f"{docx.stem}.pdf"


def grey(picture: Callable[[Path], Image.Image]) -> Callable[[Path], Image.Image]:
    return lambda folder: picture(folder).convert("L").convert("RGB")


PICTURES = {
    "levels": pdf("erc", "Education and", 52),
    "item-dates": web("full", "Honors and Awards", (1280, 900), 340),
    "narrow": web("full", "Patents", (550, 900), 330),
    "word-dates": word("full", "Professional Experience", 60),
    "lines": pdf("publications", "Journal Articles", 60),
    "tables": word("full", "Summary of Scientific Impact", 45),
    "address": web("full", "Sebastian", (1280, 900), 190),
    "links": grey(pdf("full", "Dr. rer. nat.", 32)),
}


def main(before: Path) -> None:
    with tempfile.TemporaryDirectory() as folder:
        build(ROOT / "cv.md", outputs=Path(folder), timestamp=MOMENT)
        for name, picture in PICTURES.items():
            save([whole_lines(picture(before)), whole_lines(picture(Path(folder)))], name)


def whole_lines(image: Image.Image) -> Image.Image:
    """Return the picture without a part of a line at its lower edge."""
    grey = image.convert("L")
    for bottom in range(image.height, image.height * 2 // 3, -1):
        darkest, _ = grey.crop((0, bottom - 3, image.width, bottom)).getextrema()
        if darkest > 245:
            return image.crop((0, 0, image.width, bottom))
    return image


def save(pair: list[Image.Image], name: str) -> None:
    """Save two pictures beside each other, each with a thin frame, in few colours."""
    small = [
        image.resize((WIDTH, round(image.height * WIDTH / image.width)), Image.Resampling.LANCZOS) for image in pair
    ]
    framed = [ImageOps.expand(image, border=1, fill="#bbbbbb") for image in small]
    both = Image.new("RGB", (2 * WIDTH + 20, max(image.height for image in framed)), "white")
    for image, left in zip(framed, (0, WIDTH + 16), strict=True):
        both.paste(image, (left, 0))
    both.quantize(32, dither=Image.Dither.NONE).save(HERE / f"flaw-{name}.png", optimize=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
