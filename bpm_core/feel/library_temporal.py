"""Built-in functions for dates, times and durations (DMN 1.5, 10.3.4.1, 10.3.4.7, 10.3.4.9)."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import bpm_core.feel.operators as operators
import bpm_core.feel.temporal as temporal
from bpm_core.feel.library import bad, define
from bpm_core.feel.limits import Run
from bpm_core.feel.temporal import DaysTimeDuration, FeelTime, WideDate, WideDateTime, YearsMonthsDuration
from bpm_core.feel.values import ABSENT, Value

CIVIL_ZONE = ZoneInfo("Asia/Shanghai")
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
DATES = (date, WideDate)
MOMENTS = (datetime, WideDateTime)


def _refused(run: Run, at: int, name: str, value: Value) -> Value:
    return run.null("invalid_argument", at, {"function": name, "value": str(value)[:40] if type(value) is str else ""})


def _whole(value: Value) -> int | None:
    """A whole number of at most ten digits."""
    if type(value) is not Decimal or abs(value) > 10**10 or value != value.to_integral_value():
        return None
    return int(value)


@define("date", "from")
def date_from(run: Run, at: int, value: Value) -> Value:
    kind = type(value)
    if kind is str:
        return temporal.parse_date(value) or _refused(run, at, "date", value)
    if kind in DATES:
        return value
    if kind in MOMENTS:
        return temporal.date_of_days(temporal.parts(value)[0])
    return bad(run, at, "date", value)


@define("date", "year", "month", "day")
def date_of(run: Run, at: int, year: Value, month: Value, day: Value) -> Value:
    parts = [_whole(part) for part in (year, month, day)]
    if any(part is None for part in parts):
        return bad(run, at, "date", year, month, day)
    found = temporal.make_date(*(part or 0 for part in parts))
    return run.null("date_range", at) if found is None else found


@define("time", "from")
def time_from(run: Run, at: int, value: Value) -> Value:
    kind = type(value)
    if kind is str:
        return temporal.parse_time(value) or _refused(run, at, "time", value)
    if kind is FeelTime:
        return value
    if kind in DATES:
        return FeelTime(0, 0, 0, 0, temporal.fixed_zone(0))
    if kind in MOMENTS:
        _, nanos, zone = temporal.parts(value)
        return temporal.time_of_nanos(nanos, zone)
    return bad(run, at, "time", value)


@define("time", "hour", "minute", "second", "offset?")
def time_of(run: Run, at: int, hour: Value, minute: Value, second: Value, offset: Value) -> Value:
    hours, minutes = _whole(hour), _whole(minute)
    if hours is None or minutes is None or type(second) is not Decimal:
        return bad(run, at, "time", hour, minute, second)
    zone = None
    if offset is not ABSENT and offset is not None:
        if type(offset) is not DaysTimeDuration:
            return bad(run, at, "time", hour, minute, second, offset)
        zone = temporal.fixed_zone(offset.nanos // temporal.SECOND) if abs(offset.nanos) < temporal.DAY else None
        if zone is None:
            return run.null("date_range", at)
    if not (0 <= hours <= 23 and 0 <= minutes <= 59 and 0 <= second < 60):
        return run.null("date_range", at)
    nanos = int(second * temporal.SECOND)
    return FeelTime(hours, minutes, nanos // temporal.SECOND, nanos % temporal.SECOND, zone)


@define("date and time", "from")
def date_and_time_from(run: Run, at: int, value: Value) -> Value:
    kind = type(value)
    if kind is str:
        return temporal.parse_date_time(value) or _refused(run, at, "date and time", value)
    if kind in MOMENTS:
        return value
    if kind in DATES:
        return temporal.make_date_time(temporal.parts(value)[0], 0, temporal.fixed_zone(0))
    return bad(run, at, "date and time", value)


@define("date and time", "date", "time")
def date_and_time_of(run: Run, at: int, day: Value, clock: Value) -> Value:
    if type(clock) is str:
        return date_and_time_zone(run, at, day, clock)
    if type(day) not in DATES + MOMENTS or type(clock) is not FeelTime:
        return bad(run, at, "date and time", day, clock)
    return temporal.make_date_time(temporal.parts(day)[0], clock.nanos, clock.zone)


@define("date and time", "date", "timezone")
def date_and_time_zone(run: Run, at: int, moment: Value, zone: Value) -> Value:
    """Camunda's addition: the same instant in another zone."""
    found = temporal.named_zone(zone) if type(zone) is str else None
    if type(moment) is not datetime or found is None or moment.tzinfo is None:
        return bad(run, at, "date and time", moment, zone)
    return moment.astimezone(found)


@define("duration", "from")
def duration(run: Run, at: int, value: Value) -> Value:
    if type(value) in (DaysTimeDuration, YearsMonthsDuration):
        return value
    if type(value) is not str:
        return bad(run, at, "duration", value)
    found = temporal.parse_duration(value)
    return _refused(run, at, "duration", value) if found is None else found


@define("years and months duration", "from", "to")
def years_and_months_duration(run: Run, at: int, start: Value, end: Value) -> Value:
    if type(start) not in DATES + MOMENTS or type(end) not in DATES + MOMENTS:
        return bad(run, at, "years and months duration", start, end)
    return YearsMonthsDuration(temporal.months_between(start, end))


@define("now")
def now(run: Run, at: int) -> Value:
    """The time handed to the evaluation, on the clock of the place the law applies to."""
    moment = run.now if run.now.tzinfo is not None else run.now.replace(tzinfo=CIVIL_ZONE)
    return moment.astimezone(CIVIL_ZONE)


@define("today")
def today(run: Run, at: int) -> Value:
    moment: datetime = now(run, at)
    return date(moment.year, moment.month, moment.day)


def _day(run: Run, at: int, name: str, value: Value) -> Value:
    return value if type(value) in DATES + MOMENTS else bad(run, at, name, value)


@define("day of year", "date")
def day_of_year(run: Run, at: int, value: Value) -> Value:
    day = _day(run, at, "day of year", value)
    return None if day is None else Decimal(temporal.day_of_year(day))


@define("day of week", "date")
def day_of_week(run: Run, at: int, value: Value) -> Value:
    day = _day(run, at, "day of week", value)
    return None if day is None else WEEKDAYS[temporal.weekday(day) - 1]


@define("month of year", "date")
def month_of_year(run: Run, at: int, value: Value) -> Value:
    day = _day(run, at, "month of year", value)
    return None if day is None else MONTHS[temporal.ymd(day)[1] - 1]


@define("week of year", "date")
def week_of_year(run: Run, at: int, value: Value) -> Value:
    day = _day(run, at, "week of year", value)
    return None if day is None else Decimal(temporal.week_of_year(day))


@define("last day of month", "date")
def last_day_of_month(run: Run, at: int, value: Value) -> Value:
    """Camunda's addition."""
    day = _day(run, at, "last day of month", value)
    if day is None:
        return None
    year, month, _ = temporal.ymd(day)
    return temporal.make_date(year, month, temporal.month_length(year, month))


@define("is", "value1?", "value2?")
def is_(run: Run, at: int, left: Value, right: Value) -> Value:
    """Whether both are the same value in all their parts: 12:00Z is not 13:00+01:00."""
    left, right = (None if left is ABSENT else left), (None if right is ABSENT else right)
    if left is None or right is None:
        return left is right
    if type(left) is not type(right):
        return False
    if type(left) in MOMENTS or type(left) is FeelTime:
        return temporal.text(left) == temporal.text(right)
    return operators.equal(left, right) is True
