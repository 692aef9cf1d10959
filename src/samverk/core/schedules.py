"""When something is due that happens every hour, day or week, by the clock on the wall in Sweden. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from samverk.core.errors import Invalid

ZONE = ZoneInfo("Europe/Stockholm")
_CLOCK = re.compile(r"([01]?[0-9]|2[0-3])[:.]([0-5][0-9])")


class Every(StrEnum):
    """How often."""

    HOUR = "hour"
    DAY = "day"
    WEEK = "week"


@dataclass(frozen=True, slots=True)
class Schedule:
    """Every hour at a minute, every day at a time, or every week on a day (0 is Monday) at a time."""

    every: Every
    at: time = time(3)
    day: int = 0

    @classmethod
    def of(cls, every: str, at: str = "", day: str = "") -> "Schedule":
        """The schedule that a person asked for: "hour", "day" or "week", "03:00", "0" to "6". Raises Invalid."""
        if every not in set(Every):
            raise Invalid(
                sv=f"Välj hur ofta: {', '.join(Every)}.", en=f"Choose how often: {', '.join(Every)}.", param="every"
            )
        clock = _CLOCK.fullmatch(at.strip() or "03:00")
        if clock is None:
            raise Invalid(sv="Skriv klockslaget som 03:00.", en="Write the time of day as 03:00.", param="at")
        if day.strip() not in {"", *"0123456"}:
            raise Invalid(
                sv="Veckodagen är ett tal från 0 (måndag) till 6 (söndag).",
                en="The day of the week is a number from 0 (Monday) to 6 (Sunday).",
                param="day",
            )
        return cls(Every(every), time(int(clock[1]), int(clock[2])), int(day.strip() or 0))

    @classmethod
    def from_json(cls, stored: Mapping[str, Any] | None) -> "Schedule | None":
        """As it was stored."""
        return cls(Every(stored["every"]), time.fromisoformat(stored["at"]), stored["day"]) if stored else None

    def as_json(self) -> dict[str, Any]:
        """As it is stored and sent: {every, at, day}."""
        return {"every": str(self.every), "at": self.at.strftime("%H:%M"), "day": self.day}

    def after(self, moment: datetime) -> datetime:
        """The first time it is due after a moment, in UTC.

        A time that the clocks skip in spring comes as much later; one that comes twice in autumn counts the first time.
        """
        if self.every is Every.HOUR:
            due = moment.astimezone(UTC).replace(minute=self.at.minute, second=0, microsecond=0)
            return due if due > moment else due + timedelta(hours=1)
        here = moment.astimezone(ZONE).date()
        days = (here + timedelta(days=ahead) for ahead in range(8))
        fitting = (day for day in days if self.every is Every.DAY or day.weekday() == self.day)
        moments = (datetime.combine(day, self.at, ZONE).astimezone(UTC) for day in fitting)
        return next(due for due in moments if due > moment)
