"""The page count of a Word file by LibreOffice, if it is installed."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from html import escape
from pathlib import Path

from polyvita.writers.fonts import BUNDLED_FONTS, DEFAULT

_TIMEOUT = 180
"""The maximum time of a conversion, in seconds."""


def find_libreoffice() -> str | None:
    """Return the command of LibreOffice, or None if it is not installed."""
    return shutil.which("soffice") or shutil.which("libreoffice")


_FONTCONFIG = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<fontconfig>
<include ignore_missing="yes">{usual}</include>
<dir>{fonts}</dir>
<cachedir>{cache}</cachedir>
<selectfont>
<acceptfont><glob>{fonts}/*</glob></acceptfont>
<rejectfont><glob>*/{family}*</glob></rejectfont>
</selectfont>
</fontconfig>
"""


def office_environment(folder: Path) -> dict[str, str]:
    """Return the environment in which LibreOffice uses the bundled Caladea. Write its configuration into `folder`.

    The Caladea of many Linux systems is an older version, whose letters are narrower than those of Cambria. With it,
    lines and pages of a Word file break at other places than in Word.
    """
    usual = os.environ.get("FONTCONFIG_FILE", "/etc/fonts/fonts.conf")
    values = {"usual": usual, "fonts": str(BUNDLED_FONTS), "cache": str(folder / "cache"), "family": DEFAULT}
    file = folder / "fonts.conf"
    file.write_text(_FONTCONFIG.format(**{name: escape(value) for name, value in values.items()}), encoding="utf-8")
    return {**os.environ, "FONTCONFIG_FILE": str(file)}


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
            subprocess.run(  # noqa: S603 - no shell, own paths
                convert, capture_output=True, timeout=_TIMEOUT, check=True, env=office_environment(folder)
            )
            from polyvita.checks.inspect.pdfium import page_count  # Most runs do not need PDFium here.

            return page_count((folder / "cv.pdf").read_bytes())
        except (OSError, subprocess.SubprocessError):
            return None
