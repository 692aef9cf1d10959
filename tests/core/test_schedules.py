"""When what happens every hour, day or week is due, also where the clocks are put forward and back."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from samverk.core.errors import Invalid
from samverk.core.schedules import ZONE, Every, Schedule


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


@pytest.mark.parametrize(
    ("schedule", "moment", "due"),
    [
        (Schedule.of("hour", "00:15"), "2026-05-01T10:20", "2026-05-01T11:15"),
        (Schedule.of("hour", "00:15"), "2026-05-01T10:10", "2026-05-01T10:15"),
        (Schedule.of("day", "03:00"), "2026-05-01T02:59", "2026-05-01T03:00"),
        (Schedule.of("day", "03:00"), "2026-05-01T03:00", "2026-05-02T03:00"),
        (Schedule.of("day"), "2026-12-31T23:00", "2027-01-01T03:00"),
        (Schedule.of("week", "7.30", "0"), "2026-05-01T10:00", "2026-05-04T07:30"),
        (Schedule.of("week", "07:30", "4"), "2026-05-01T07:30", "2026-05-08T07:30"),
        (Schedule.of("day", "02:30"), "2026-03-28T12:00", "2026-03-29T03:30"),  # the clocks skip from 02:00 to 03:00
        (Schedule.of("day", "02:30"), "2026-10-24T12:00", "2026-10-25T02:30"),  # the first of the two
    ],
)
def test_the_next_time(schedule: Schedule, moment: str, due: str) -> None:
    assert schedule.after(at(moment)) == at(due).astimezone(UTC)


@given(st.sampled_from(Every), st.times(), st.integers(0, 6), st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1)))
def test_it_is_always_due_later_and_soon(every: Every, clock: object, day: int, moment: datetime) -> None:
    schedule = Schedule(every, clock, day)  # type: ignore[arg-type]
    start = moment.replace(tzinfo=UTC)
    due = schedule.after(start)
    longest = {Every.HOUR: timedelta(hours=1), Every.DAY: timedelta(hours=25), Every.WEEK: timedelta(days=7, hours=1)}
    assert start < due <= start + longest[every]


def test_it_is_stored_and_read_back() -> None:
    schedule = Schedule.of("week", "23:59", "6")
    assert Schedule.from_json(schedule.as_json()) == schedule
    assert Schedule.from_json(None) is None


@pytest.mark.parametrize(
    ("asked", "field"),
    [(("year",), "every"), (("day", "25:00"), "at"), (("day", "noon"), "at"), (("week", "03:00", "7"), "day")],
)
def test_what_is_no_schedule_is_refused_with_its_field(asked: tuple[str, ...], field: str) -> None:
    with pytest.raises(Invalid) as error:
        Schedule.of(*asked)
    assert error.value.facts["param"] == field
