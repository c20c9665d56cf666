"""The page count of a Word file by LibreOffice, if it is installed."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from pathlib import Path

_TIMEOUT = 180
"""The maximum time of a conversion, in seconds."""


def find_libreoffice() -> str | None:
    """Return the command of LibreOffice, or None if it is not installed."""
    return shutil.which("soffice") or shutil.which("libreoffice")


def count_pages(content: bytes) -> int | None:
    """Return the number of pages that LibreOffice gives a Word file, or None if it is not installed or fails.

    LibreOffice runs with a separate profile, so that an open window of LibreOffice is not disturbed.
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
            # The command comes from PATH, and all its arguments are paths that this function has made.
            subprocess.run(convert, capture_output=True, timeout=_TIMEOUT, check=True)  # noqa: S603 - no shell, own paths
            from polyvita.checks.inspect.pdfium import page_count  # Most runs do not need PDFium here.

            return page_count((folder / "cv.pdf").read_bytes())
        except (OSError, subprocess.SubprocessError):
            return None
