"""The live preview: a page in the browser, and builds in the terminal, that update after each save of the CV.

Only this package needs the extra dependencies of `pip install 'polyvita[preview]'`.
"""

from __future__ import annotations

from collections.abc import Iterable
from importlib.util import find_spec

from polyvita.core.diagnostics import ExternalError

WATCH_PACKAGES = ("watchfiles",)
"""What `polyvita build --watch` imports."""
PREVIEW_PACKAGES = ("starlette", "uvicorn", *WATCH_PACKAGES)
"""What `polyvita preview` imports."""


def require_packages(names: Iterable[str]) -> None:
    """Raise `ExternalError` if one of the packages is not installed."""
    if missing := [name for name in names if find_spec(name) is None]:
        verb = "is" if len(missing) == 1 else "are"
        raise ExternalError(
            f"this command needs {' and '.join(missing)}, which {verb} not installed",
            "run “pip install 'polyvita[preview]'”",
        )
