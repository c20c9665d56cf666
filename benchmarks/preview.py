"""From a save of the real CV to the new page in a real browser: `python benchmarks/preview.py`.

A copy of cv.md is saved again and again, each time with another word in it, as an editor would save it: in turn in
place and by renaming. The clock starts before the file is written and stops when the browser has painted the frame with
the new page; of a PDF, when its viewer has opened the new file. Needs Chromium on the machine.
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
WAIT = 20_000
"""After so long, in ms, something is broken."""
FIRST = "Sebastian Lapuschkin heads"

WATCH = """() => {
  window.painted = {};
  const note = () => { painted[document.body.dataset.stamp] ??= Date.now(); };
  const changed = () => requestAnimationFrame(() => requestAnimationFrame(note));
  new MutationObserver(changed).observe(document.body, { attributeFilter: ["data-stamp"] });
}"""


def edits(page: Page, cv: Path, format: str, count: int) -> list[float]:
    """How long each edit took to be seen, in ms; the first is not counted."""
    text, taken = cv.read_text(encoding="utf-8"), []
    assert FIRST in text
    for number in range(count + 1):
        known = page.evaluate("document.body.dataset.stamp")
        new = text.replace(FIRST, f"Sebastian Lapuschkin, number {number} of {time.time_ns()}, heads", 1)
        start = time.time()
        save(cv, new, by_renaming=number % 2 == 1)
        page.locator(f"body[data-stamp]:not([data-stamp='{known}'])").wait_for(timeout=WAIT)
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


def measured(cv: Path, filter: str, format: str, count: int, chromium: str) -> list[float]:
    command = [sys.executable, "-m", "polyvita", "preview", filter, "--no-open", "--port", "0", "-s", str(cv)]
    server = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    try:
        assert server.stdout
        url = server.stdout.readline().partition("?")[0]
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
            page = browser.new_page(viewport={"width": 1280, "height": 900})
            page.goto(f"{url}?filter={filter}&show={format}")
            page.locator("body[data-stamp]").wait_for(timeout=WAIT)
            page.evaluate(WATCH)
            try:
                return edits(page, cv, format, count)
            finally:
                browser.close()
    finally:
        server.terminate()
        server.wait()


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--edits", type=int, default=50, help="counted saves of each, after one that is not counted")
    count = options.parse_args().edits
    chromium = shutil.which("chromium")
    if not chromium:
        sys.exit("Chromium is not on this machine")
    print(f"{count} saves each, {os.cpu_count()} cores, Python {platform.python_version()}")
    print(f"{'from save to sight':<22}{'median':>9}{'95th percentile':>17}{'most':>9}")
    for filter, format in (("full", "html"), ("short-bio", "html"), ("full", "pdf"), ("short-bio", "pdf")):
        with tempfile.TemporaryDirectory() as folder:
            shutil.copytree(ROOT / "filters", Path(folder, "filters"))
            cv = Path(shutil.copy(ROOT / "cv.md", folder))
            taken = measured(cv, filter, format, count, chromium)
        late = statistics.quantiles(taken, n=20)[-1] if len(taken) > 1 else taken[0]
        row = (f"{value:.0f} ms" for value in (statistics.median(taken), late, max(taken)))
        print(f"{filter + ', ' + format.upper():<22}{next(row):>9}{next(row):>17}{next(row):>9}", flush=True)


if __name__ == "__main__":
    main()
