"""The working calendar against the yearly notices."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from bpm_core.domain.calendar import CIVIL_ZONE, CalendarRow, DayKind, WorkCalendar, add_months
from tests.bpm_core.domain import calendars

CALENDAR = calendars.seeded()


def test_every_day_of_eight_years_counts_as_the_notices_say() -> None:
    off, made_up = calendars.days_off(), calendars.days_made_up()
    day, wrong = date(2019, 1, 1), []

    while day <= date(2026, 12, 31):
        expected = day in made_up or (day.weekday() < 5 and day not in off)
        if CALENDAR.is_working(day) is not expected:
            wrong.append(day)
        day += timedelta(days=1)

    assert wrong == []


@pytest.mark.parametrize(
    ("year", "working_days"),
    [(2019, 250), (2020, 249), (2021, 250), (2022, 249), (2023, 249), (2024, 251), (2025, 248), (2026, 248)],
)
def test_a_year_has_as_many_working_days_as_published(year: int, working_days: int) -> None:
    assert CALENDAR.working_days_between(date(year - 1, 12, 31), date(year, 12, 31)) == working_days


@pytest.mark.parametrize(
    ("start", "days", "due"),
    [
        ("2026-02-13", 10, "2026-03-05"),  # Spring Festival, with 14 and 28 February worked
        ("2025-09-26", 5, "2025-10-10"),  # National Day with Mid-autumn, 28 September worked
        ("2024-09-13", 3, "2024-09-19"),  # 14 September worked, Mid-autumn off
        ("2020-01-22", 3, "2020-02-04"),  # the holiday lengthened in January 2020
        ("2023-09-28", 1, "2023-10-07"),
        ("2019-04-30", 2, "2019-05-06"),  # Labour Day moved in March 2019: Sunday 5 May worked
        ("2026-11-20", 0, "2026-11-20"),
    ],
)
def test_a_limit_ends_on_the_day_an_official_would_count(start: str, days: int, due: str) -> None:
    assert CALENDAR.add_working_days(date.fromisoformat(start), days) == date.fromisoformat(due)


def test_counting_back_undoes_counting_forward() -> None:
    start, end = date(2025, 12, 1), CALENDAR.add_working_days(date(2025, 12, 1), 37)

    assert CALENDAR.working_days_between(start, end) == 37
    assert CALENDAR.working_days_between(end, start) == -37


def test_a_day_tells_why_it_does_not_count() -> None:
    assert CALENDAR.kind(date(2026, 10, 1)) is DayKind.HOLIDAY
    assert CALENDAR.name(date(2026, 10, 1)) == "国庆节"
    assert CALENDAR.kind(date(2026, 10, 3)) is DayKind.HOLIDAY  # a Saturday within the holiday
    assert CALENDAR.kind(date(2026, 10, 10)) is DayKind.MAKE_UP
    assert CALENDAR.kind(date(2026, 10, 17)) is DayKind.WEEKEND
    assert CALENDAR.kind(date(2026, 10, 8)) is DayKind.WEEKDAY


def test_a_year_without_its_notice_is_named() -> None:
    assert CALENDAR.missing_years(date(2026, 12, 28), date(2027, 1, 8)) == (2027,)
    assert CALENDAR.missing_years(date(2018, 12, 28), date(2019, 1, 8)) == (2018,)
    assert CALENDAR.missing_years(date(2026, 1, 1), date(2026, 12, 31)) == ()


def test_a_negative_limit_is_refused() -> None:
    with pytest.raises(ValueError, match="0 days or more"):
        CALENDAR.add_working_days(date(2026, 1, 5), -1)


@pytest.mark.parametrize(
    ("start", "minutes", "end"),
    [
        ("2026-11-20T11:30", 60, "2026-11-20T14:00"),  # over lunch
        ("2026-11-20T16:30", 60, "2026-11-23T09:30"),  # over the weekend
        ("2026-11-20T07:00", 30, "2026-11-20T09:30"),  # before the office opens
        ("2026-09-30T16:59", 2, "2026-10-08T09:01"),  # over National Day
        ("2026-11-20T09:00", 390, "2026-11-20T17:00"),  # a whole day
    ],
)
def test_office_minutes_pass_while_the_office_is_open(start: str, minutes: int, end: str) -> None:
    begun = datetime.fromisoformat(start).replace(tzinfo=CIVIL_ZONE)

    assert CALENDAR.add_office_minutes(begun, minutes) == datetime.fromisoformat(end).replace(tzinfo=CIVIL_ZONE)


def test_months_are_cut_to_the_last_day() -> None:
    assert add_months(date(2026, 1, 31), 1) == date(2026, 2, 28)
    assert add_months(date(2024, 2, 29), 12) == date(2025, 2, 28)
    assert add_months(date(2026, 3, 31), -1) == date(2026, 2, 28)
    assert add_months(date(2026, 11, 30), 3) == date(2027, 2, 28)


def test_a_row_that_confirms_the_plain_week_changes_nothing() -> None:
    plain = WorkCalendar([CalendarRow(date(2026, 11, 23), working=True)])

    assert plain.kind(date(2026, 11, 23)) is DayKind.WEEKDAY
