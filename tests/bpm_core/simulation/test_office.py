"""Office time: which minutes count, and reckoning forward in them. 2 March 2026 is a Monday, the 4th is closed here."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from bpm_core.domain.calendar import CIVIL_ZONE, OFFICE_HOURS, WorkCalendar
from bpm_core.simulation.office import Office, minute_of, moment_of


def at(day: int, hour: int, minute: int = 0) -> int:
    return minute_of(datetime(2026, 3, day, hour, minute, tzinfo=CIVIL_ZONE))


@pytest.fixture
def office(calendar: WorkCalendar) -> Office:
    return Office(calendar, OFFICE_HOURS, date(2026, 3, 2))


def test_a_moment_comes_back_from_its_minute() -> None:
    assert moment_of(at(2, 9, 30)) == datetime(2026, 3, 2, 9, 30, tzinfo=CIVIL_ZONE)


@pytest.mark.parametrize(
    ("begun", "work", "ended"),
    [
        (at(2, 9), 60, at(2, 10)),
        (at(2, 11, 50), 20, at(2, 13, 40)),  # over noon
        (at(2, 11), 60, at(2, 12)),  # ends as the office closes, not as it opens again
        (at(2, 16, 30), 60, at(3, 9, 30)),
        (at(3, 16, 30), 60, at(5, 9, 30)),  # over the closed day
        (at(6, 16, 30), 60, at(9, 9, 30)),  # over the weekend
        (at(7, 12), 15, at(9, 9, 15)),
        (at(2, 9), 390 * 3, at(5, 17)),
    ],
)
def test_work_goes_on_in_open_minutes_only(office: Office, begun: int, work: int, ended: int) -> None:
    assert office.after(begun, work) == ended
    assert office.open_minutes(ended) - office.open_minutes(begun) == work


@pytest.mark.parametrize(
    ("minute", "opened"),
    [
        (at(2, 8), at(2, 9)),
        (at(2, 9), at(2, 9)),
        (at(2, 12), at(2, 13, 30)),
        (at(2, 17), at(3, 9)),
        (at(7, 3), at(9, 9)),
    ],
)
def test_the_office_opens_next(office: Office, minute: int, opened: int) -> None:
    assert office.opening(minute) == opened
