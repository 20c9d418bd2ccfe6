# ruff: noqa: E501  (cases are written one a line)
"""The calendar beside Python's own, and texts of dates, times and durations."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bpm_core.feel import temporal
from bpm_core.feel.temporal import DaysTimeDuration, WideDate, WideDateTime, YearsMonthsDuration


@given(st.dates())
@settings(max_examples=200)
def test_days_and_weeks_are_those_of_python(day: date) -> None:
    days = temporal.days_from_civil(day.year, day.month, day.day)

    assert days == (day - date(1970, 1, 1)).days
    assert temporal.civil(days) == (day.year, day.month, day.day)
    assert temporal.weekday(day) == day.isoweekday()
    assert temporal.week_of_year(day) == day.isocalendar().week
    assert temporal.day_of_year(day) == day.timetuple().tm_yday


@given(st.integers(-(10**11), 10**11))
@settings(max_examples=200)
def test_the_calendar_goes_on_in_both_directions(days: int) -> None:
    assert temporal.days_from_civil(*temporal.civil(days)) == days


@given(st.datetimes(timezones=st.just(UTC)), st.timedeltas(timedelta(-9999), timedelta(9999)))
@settings(max_examples=200)
def test_moving_by_a_duration_is_what_python_does(moment: datetime, step: timedelta) -> None:
    try:
        expected = moment + step
    except OverflowError:
        return
    assert temporal.add_nanos(moment, DaysTimeDuration.of(step).nanos) == expected


@given(st.dates(), st.integers(-5000, 5000))
@settings(max_examples=200)
def test_months_are_added_to_the_same_day_or_the_last_of_the_month(day: date, months: int) -> None:
    moved = temporal.add_months(day, months)

    assert moved is not None
    year, month, last = temporal.ymd(moved)
    assert (year * 12 + month) - (day.year * 12 + day.month) == months
    assert last == min(day.day, temporal.month_length(year, month))


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-21", "-2021-01-01", "999999999-12-31", "2026-11-21T09:30:00", "2026-11-21T09:30:00.5",
        "2026-11-21T09:30:00.123456789Z", "2026-11-21T09:30:00+08:00", "2026-11-21T09:30:00@Asia/Shanghai",
    ],
)  # fmt: skip
def test_dates_are_written_as_they_are_read(text: str) -> None:
    value = temporal.parse_date_time(text) if "T" in text else temporal.parse_date(text)

    assert value is not None and temporal.text(value) == text


@pytest.mark.parametrize(
    "text",
    [
        "2026-02-29", "2026-13-01", "26-01-01", "02026-01-01", "2026-1-1", "2026-01-01 ", "٢٠٢٦-01-01", "2026-11-21T25:00:00",
        "2026-11-21T24:00:01", "2026-11-21T10:60:00", "2026-11-21T10:00", "2026-11-21T10:00:00+15:00", "2026-11-21T10:00:00@No/Zone",
        "2026-11-21T10:00:00@../../etc/passwd", "2026-11-21T10:00:00Z@Europe/Paris",
    ],
)  # fmt: skip
def test_what_is_no_date_is_not_read(text: str) -> None:
    assert temporal.parse_date_time(text) is None


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("P1Y2M", "P1Y2M"), ("P14M", "P1Y2M"), ("-P0M", "P0M"), ("PT36H", "P1DT12H"), ("P1DT2H3M4.5S", "P1DT2H3M4.5S"),
        ("-PT90M", "-PT1H30M"), ("PT0S", "PT0S"), ("P7D", "P7D"),
    ],
)  # fmt: skip
def test_durations_are_written_in_their_largest_units(text: str, written: str) -> None:
    assert str(temporal.parse_duration(text)) == written


@pytest.mark.parametrize(
    "text", ["", "P", "PT", "P1Y1D", "P1H", "1D", "P-1D", "P1.5D", "P1DT", "P99999999999999999999D"]
)
def test_what_is_no_duration_is_not_read(text: str) -> None:
    assert temporal.parse_duration(text) is None


def test_what_python_cannot_hold_is_held_all_the_same() -> None:
    assert temporal.parse_date("-0001-12-31") == WideDate(-1, 12, 31)
    assert type(temporal.parse_date_time("2026-01-01T00:00:00.000000001")) is WideDateTime
    assert temporal.add_nanos(date(9999, 12, 31), temporal.DAY) == WideDate(10000, 1, 1)
    assert temporal.add_months(WideDate(10000, 1, 31), -11) == date(9999, 2, 28)


def test_instants_in_different_zones_are_compared_in_utc() -> None:
    shanghai = temporal.parse_date_time("2026-07-01T08:00:00@Asia/Shanghai")
    paris = temporal.parse_date_time("2026-07-01T02:00:00@Europe/Paris")
    fixed = datetime(2026, 7, 1, 8, tzinfo=timezone(timedelta(hours=8)))

    assert shanghai and paris and temporal.instant(shanghai) == temporal.instant(paris) == temporal.instant(fixed)


@pytest.mark.parametrize(
    ("start", "end", "months"),
    [
        ("2026-01-31", "2026-02-28", 0),
        ("2026-01-31", "2026-03-31", 2),
        ("2026-03-15", "2025-03-16", -11),
        ("2024-02-29", "2025-02-28", 11),
    ],
)
def test_whole_months_between_two_days(start: str, end: str, months: int) -> None:
    assert temporal.months_between(date.fromisoformat(start), date.fromisoformat(end)) == months


def test_durations_order_and_add_as_numbers() -> None:
    assert DaysTimeDuration(5) < DaysTimeDuration(6)
    assert YearsMonthsDuration(11) < YearsMonthsDuration(12)
    assert DaysTimeDuration.of(timedelta(days=-1, hours=1)).timedelta == timedelta(hours=-23)
