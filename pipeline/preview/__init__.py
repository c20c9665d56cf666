"""A page in the browser, and builds in the terminal, that follow the CV as it is saved.

This needs what `pip install 'polyvita[preview]'` brings; nothing else of the program does.
"""

from __future__ import annotations

from importlib.util import find_spec

from pipeline.diagnostics import OutsideError

_PARTS = ("starlette", "uvicorn", "watchfiles")


def need_parts() -> None:
    """Raises `OutsideError` where the parts that the preview is built on are not installed."""
    if missing := [part for part in _PARTS if find_spec(part) is None]:
        raise OutsideError(
            f"following what you save needs {' and '.join(missing)}, which did not come with polyvita",
            "pip install 'polyvita[preview]'",
        )
