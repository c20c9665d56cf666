"""The pictures of the documentation, taken anew: `python docs/scripts/pictures.py`.

Needs pdftoppm, LibreOffice and Chromium on the machine, the fonts Carlito and P052, which are as wide as Calibri and
Palatino Linotype, Pillow and Playwright. The program itself needs none of them.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image, ImageOps
from playwright.sync_api import sync_playwright

from polyvita import build
from polyvita.checks.rules.libreoffice import office_environment
from polyvita.config.theme import theme_names

ROOT = Path(__file__).parents[2]
HERE = ROOT / "docs" / "pictures"
WIDTH = 640
MOMENT = 1_795_305_600  # 22 November 2026


def picture_of_pdf(pdf: Path, name: str, page: int = 1, width: int = WIDTH) -> None:
    with tempfile.TemporaryDirectory() as folder:
        start = f"{folder}/page"
        command = ["pdftoppm", "-r", "110", "-f", str(page), "-l", str(page), "-png", str(pdf), start]
        subprocess.run(command, check=True, capture_output=True)
        [found] = Path(folder).glob("page*.png")
        save(Image.open(found), name, width)


def pictures_of_themes(folder: Path) -> None:
    """The first page of the full CV in each theme, in three formats."""
    formats = ["pdf", "docx", "html"]
    for theme in theme_names(ROOT / "themes"):
        build(ROOT / "cv.md", ["full"], formats=formats, theme=theme, outputs=folder / theme, timestamp=MOMENT)
        picture_of_pdf(folder / theme / "full.pdf", f"theme-{theme}", width=360)
        picture_of_word(folder / theme / "full.docx", f"theme-{theme}-word", width=360)
        picture_of_page(folder / theme / "full.html", f"theme-{theme}-web", width=360)


def picture_of_word(docx: Path, name: str, width: int = WIDTH) -> None:
    with tempfile.TemporaryDirectory() as folder:
        command = ["soffice", "--headless", "--convert-to", "pdf", "--outdir", folder, str(docx)]
        subprocess.run(command, check=True, capture_output=True, env=office_environment(Path(folder)))
        picture_of_pdf(Path(folder) / f"{docx.stem}.pdf", name, width=width)


def picture_of_page(html: Path, name: str, width: int = WIDTH) -> None:
    with tempfile.TemporaryDirectory() as folder:
        shot = Path(folder) / "page.png"
        command = ["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars"]
        size = ["--window-size=860,1216", f"--screenshot={shot}", html.resolve().as_uri()]
        subprocess.run([*command, f"--user-data-dir={folder}/profile", *size], check=True, capture_output=True)
        save(Image.open(shot), name, width)


def pictures_of_preview() -> None:
    """The preview at a desk by day, after a save that is broken, and on a phone by night."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        shutil.copytree(ROOT / "filters", Path(folder, "filters"))
        cv = Path(shutil.copy(ROOT / "cv.md", folder))
        command = [sys.executable, "-m", "polyvita", "preview", "--no-open", "--port", "0", "-s", str(cv)]
        server = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        url = server.stdout.readline().partition("?")[0]
        desk = browser.new_page(viewport={"width": 1280, "height": 800})
        phone = browser.new_page(viewport={"width": 390, "height": 844}, color_scheme="dark", device_scale_factor=2)
        desk.goto(f"{url}?filter=short-bio&show=html")
        phone.goto(f"{url}?filter=funding&show=review")
        for page in (desk, phone):
            page.locator("iframe:not(.coming)").wait_for()
        phone.screenshot(path=f"{folder}/phone.png")
        cv.write_text(cv.read_text(encoding="utf-8").replace("{#funding .core", "{#funding .cor"), encoding="utf-8")
        desk.locator("#findings > li").wait_for()
        desk.screenshot(path=f"{folder}/desk.png")
        browser.close()
        server.terminate()
        server.wait()
        save(Image.open(f"{folder}/desk.png"), "preview", width=960)
        save(Image.open(f"{folder}/phone.png"), "preview-phone", width=390)


def save(image: Image.Image, name: str, width: int = WIDTH) -> None:
    """Small enough for a repository: of one width, in 64 colours, with a thin frame."""
    height = round(image.height * width / image.width)
    small = image.convert("RGB").resize((width, height), Image.Resampling.LANCZOS)
    framed = ImageOps.expand(small, border=1, fill="#bbbbbb")
    framed.quantize(64, dither=Image.Dither.NONE).save(HERE / f"{name}.png", optimize=True)


def main() -> None:
    pictures_of_preview()
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder)
        pictures_of_themes(out / "themes")
        build(ROOT / "cv.md", outputs=out, timestamp=MOMENT)
        picture_of_pdf(out / "full.pdf", "full-pdf")
        picture_of_word(out / "funding.docx", "funding-docx")
        picture_of_page(out / "short-bio.html", "short-bio-html")
        picture_of_pdf(out / "CV_PubList_Lapuschkin.pdf", "dfg-pdf")
        picture_of_word(out / "CV_PubList_Lapuschkin.docx", "dfg-docx")
        picture_of_pdf(out / "short-bio.pdf", "fit-before")
        more = Path(folder) / "more"
        shutil.copytree(ROOT / "filters", more / "filters")
        entries = "".join(
            f"1. Lapuschkin S and Example {letter} (2026). “An Added Paper Number {number}”. "
            f"*Journal of Additions* 1:{number}. {{.selected date=2026-{number:02} priority=2}}\n"
            for number, letter in enumerate("ABCDEFGHIJ", 1)
        )
        text = (ROOT / "cv.md").read_text(encoding="utf-8")
        text = re.sub(r"(## Journal Articles[^\n]*\n\n)", lambda found: found[1] + entries, text, count=1)
        (more / "cv.md").write_text(text, encoding="utf-8")
        build(more / "cv.md", ["short-bio"], formats=["pdf"], timestamp=MOMENT)
        picture_of_pdf(more / "outputs/short-bio.pdf", "fit-after")


if __name__ == "__main__":
    main()
