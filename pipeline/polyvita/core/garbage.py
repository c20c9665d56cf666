"""How often Python looks for garbage."""

from __future__ import annotations

import gc


def collect_rarely() -> None:
    """Let Python look for garbage rarely: almost all objects of a build live until its end, so looking is wasted."""
    gc.set_threshold(100_000, 50, 100)
