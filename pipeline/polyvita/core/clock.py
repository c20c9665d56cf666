"""The moment of a build."""

from __future__ import annotations

import datetime
import os
import time
from typing import NamedTuple


class BuildTime(NamedTuple):
    """`seconds` since 1970; `given` where somebody said so, and it is not the clock's."""

    seconds: int
    is_fixed: bool

    @property
    def day(self) -> datetime.date:
        return datetime.datetime.fromtimestamp(self.seconds, datetime.UTC).date()


def build_time(timestamp: int | None) -> BuildTime:
    """`timestamp`, or what SOURCE_DATE_EPOCH says, or now."""
    if timestamp is not None:
        return BuildTime(timestamp, True)
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    return BuildTime(int(epoch), True) if epoch.isdecimal() else BuildTime(int(time.time()), False)
