"""The time of a build. Builds with the same time and the same input give the same bytes."""

from __future__ import annotations

import datetime
import os
import time
from typing import NamedTuple

from polyvita.core.diagnostics import InputError, error


class BuildTime(NamedTuple):
    """A time in `seconds` since 1970 (UTC); `is_fixed` if the user set it, and it is not the current time."""

    seconds: int
    is_fixed: bool

    @property
    def day(self) -> datetime.date:
        """The day in UTC."""
        return datetime.datetime.fromtimestamp(self.seconds, datetime.UTC).date()


def build_time(timestamp: int | None) -> BuildTime:
    """Return `timestamp`, or else the value of SOURCE_DATE_EPOCH, or else the current time.

    Raises `InputError` if the value is after the year 9999.
    """
    if timestamp is not None:
        return BuildTime(timestamp, True)
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    if not (epoch.isascii() and epoch.isdecimal()):
        return BuildTime(int(time.time()), False)
    if len(epoch.lstrip("0")) > len(str(_LAST_SECOND)) or int(epoch) > _LAST_SECOND:
        message = f"SOURCE_DATE_EPOCH is {epoch[:20]}, which is after the year 9999"
        raise InputError(error("PV139", message, hint="set it to seconds since 1970, such as 1790000000"))
    return BuildTime(int(epoch), True)


_LAST_SECOND = 253402300799
"""The last second of the year 9999, after which neither Python nor Word knows a date."""
