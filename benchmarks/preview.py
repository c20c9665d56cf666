"""Time the preview, from a save of the real CV to the new page in a real browser.

A copy of cv.md is saved many times with one word changed, in place and by renaming in turn, as editors do. The time
starts before the file is written. It stops when the browser has painted the frame with the new page or, for a PDF, when
the viewer has opened the new file. Needs Chromium.
"""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).parent.parent
TIMEOUT = 20_000
"""In ms."""
EDITED_TEXT = "Sebastian Lapuschkin heads"

RECORD_PAINT_TIMES = """() => {
  window.painted = {};
  const note = () => { painted[document.body.dataset.stamp] ??= Date.now(); };
  const changed = () => requestAnimationFrame(() => requestAnimationFrame(note));
  new MutationObserver(changed).observe(document.body, { attributeFilter: ["data-stamp"] });
}"""


def time_edits(page: Page, cv: Path, format: str, count: int) -> list[float]:
    """Return the time from each save to its paint, in ms, without the first."""
    text, taken = cv.read_text(encoding="utf-8"), []
    assert EDITED_TEXT in text
    for number in range(count + 1):
        before = page.evaluate("document.body.dataset.stamp")
        new = text.replace(EDITED_TEXT, f"Sebastian Lapuschkin, number {number} of {time.time_ns()}, heads", 1)
        start = time.time()
        save(cv, new, by_renaming=number % 2 == 1)
        page.locator(f"body[data-stamp]:not([data-stamp='{before}'])").wait_for(timeout=TIMEOUT)
        while not (painted := page.evaluate("painted[document.body.dataset.stamp] ?? 0")):
            page.wait_for_timeout(5)
        taken.append(painted - start * 1000)
        if format == "html":
            shown = page.evaluate("document.querySelector('iframe').contentDocument.body.textContent")
            assert f"number {number} of" in shown
        page.wait_for_timeout(150)
    return taken[1:]


def save(path: Path, text: str, *, by_renaming: bool) -> None:
    if not by_renaming:
        path.write_text(text, encoding="utf-8")
        return
    new = path.with_name(f".{path.name}.new")
    new.write_text(text, encoding="utf-8")
    new.replace(path)


def measure(cv: Path, filter: str, format: str, count: int, chromium: str) -> list[float]:
    command = [sys.executable, "-m", "polyvita", "preview", filter, "--no-open", "--port", "0", "-s", str(cv)]
    server = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    try:
        assert server.stdout
        url = server.stdout.readline().partition("?")[0]
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
            page = browser.new_page(viewport={"width": 1280, "height": 900})
            page.goto(f"{url}?filter={filter}&show={format}")
            page.locator("body[data-stamp]").wait_for(timeout=TIMEOUT)
            page.evaluate(RECORD_PAINT_TIMES)
            try:
                return time_edits(page, cv, format, count)
            finally:
                browser.close()
    finally:
        server.terminate()
        server.wait()


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--edits", type=int, default=50, help="number of saves of each, after one that does not count")
    count = options.parse_args().edits
    chromium = shutil.which("chromium")
    if not chromium:
        sys.exit("Chromium is not installed")
    print(f"{count} saves each, {os.cpu_count()} cores, Python {platform.python_version()}")
    print(f"{'from save to paint':<22}{'median':>9}{'95th percentile':>17}{'max':>9}")
    for filter, format in (("full", "html"), ("short-bio", "html"), ("full", "pdf"), ("short-bio", "pdf")):
        with tempfile.TemporaryDirectory() as folder:
            shutil.copytree(ROOT / "filters", Path(folder, "filters"))
            cv = Path(shutil.copy(ROOT / "cv.md", folder))
            taken = measure(cv, filter, format, count, chromium)
        late = statistics.quantiles(taken, n=20)[-1] if len(taken) > 1 else taken[0]
        row = (f"{value:.0f} ms" for value in (statistics.median(taken), late, max(taken)))
        print(f"{filter + ', ' + format.upper():<22}{next(row):>9}{next(row):>17}{next(row):>9}", flush=True)


if __name__ == "__main__":
    main()
