"""Pages of a Word file as LibreOffice breaks them, where it is on the machine."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from pathlib import Path

_PATIENCE = 180
"""Seconds that a conversion may take."""


def find_libreoffice() -> str | None:
    """LibreOffice's command, None where there is none."""
    return shutil.which("soffice") or shutil.which("libreoffice")


def count_pages(content: bytes) -> int | None:
    """How many pages LibreOffice gives a Word file; None where it is not there or cannot say.

    It runs with a profile of its own, so that an office that is open is not disturbed.
    """
    command = find_libreoffice()
    if command is None:
        return None
    with tempfile.TemporaryDirectory(prefix="polyvita-") as name:
        folder = Path(name)
        source = folder / "cv.docx"
        source.write_bytes(content)
        profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
        convert = [command, profile, "--headless", "--convert-to", "pdf", "--outdir", name, str(source)]
        try:
            # The command is LibreOffice as the PATH has it, and its only argument from outside is a file of ours.
            subprocess.run(convert, capture_output=True, timeout=_PATIENCE, check=True)  # noqa: S603 - no shell, and a file of our own
            from polyvita.checks.inspect.pdfium import page_count  # here, as most runs have no use for it

            return page_count((folder / "cv.pdf").read_bytes())
        except (OSError, subprocess.SubprocessError):
            return None
