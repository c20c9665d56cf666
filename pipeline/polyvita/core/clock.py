"""The time of a build. Builds with the same time and the same input give the same bytes."""

from __future__ import annotations

import datetime
import os
import time
from typing import NamedTuple


class BuildTime(NamedTuple):
    """A time in `seconds` since 1970 (UTC); `is_fixed` if the user set it, and it is not the current time."""

    seconds: int
    is_fixed: bool

    @property
    def day(self) -> datetime.date:
        """The day in UTC."""
        return datetime.datetime.fromtimestamp(self.seconds, datetime.UTC).date()


def build_time(timestamp: int | None) -> BuildTime:
    """Return `timestamp`, or else the value of SOURCE_DATE_EPOCH, or else the current time."""
    if timestamp is not None:
        return BuildTime(timestamp, True)
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    return BuildTime(int(epoch), True) if epoch.isdecimal() else BuildTime(int(time.time()), False)
