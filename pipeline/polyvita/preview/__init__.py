"""A page in the browser, and builds in the terminal, that follow the CV as it is saved.

This needs what `pip install 'polyvita[preview]'` brings; nothing else of the program does.
"""

from __future__ import annotations

from collections.abc import Iterable
from importlib.util import find_spec

from polyvita.core.diagnostics import ExternalError

WATCHER = ("watchfiles",)
PAGE = ("starlette", "uvicorn", *WATCHER)
"""What builds that follow what is saved stand on, and what the page does."""


def need_parts(parts: Iterable[str]) -> None:
    """Raises `ExternalError` where one of `parts` is not installed."""
    if missing := [part for part in parts if find_spec(part) is None]:
        raise ExternalError(
            f"following what you save needs {' and '.join(missing)}, which did not come with polyvita",
            "pip install 'polyvita[preview]'",
        )
