"""Paths of this repository, and the moment at which tests build. No other test file works out a path of its own."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "pipeline" / "polyvita"
TESTS = ROOT / "tests"
CV_FILE = ROOT / "cv.md"
FILTERS = sorted(path.stem for path in (ROOT / "filters").glob("*.yaml"))
"""The names of the filters in `filters/`."""

MOMENT = 1_767_225_600
"""1 January 2026, UTC, in seconds since 1970: a fixed moment makes builds repeatable."""
