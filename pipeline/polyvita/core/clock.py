"""The moment of a build."""

from __future__ import annotations

import datetime
import os
import time
from typing import NamedTuple


class Moment(NamedTuple):
    """`seconds` since 1970; `given` where somebody said so, and it is not the clock's."""

    seconds: int
    given: bool

    @property
    def day(self) -> datetime.date:
        return datetime.datetime.fromtimestamp(self.seconds, datetime.UTC).date()


def moment(timestamp: int | None) -> Moment:
    """`timestamp`, or what SOURCE_DATE_EPOCH says, or now."""
    if timestamp is not None:
        return Moment(timestamp, True)
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    return Moment(int(epoch), True) if epoch.isdecimal() else Moment(int(time.time()), False)
