"""Dates, times and durations of FEEL: reading, writing, calendar arithmetic.

Within the years 1 to 9999 and whole microseconds a date is Python's `date` and a date and time Python's `datetime`.
DMN allows more (XML Schema: 9-digit years, finer fractions): WideDate and WideDateTime hold what Python cannot.
All arithmetic is done on whole days and nanoseconds, so both kinds give the same answers.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from decimal import Decimal
from functools import lru_cache
from typing import TypeAlias
from zoneinfo import ZoneInfo

SECOND = 1_000_000_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR
MAX_YEAR = 999_999_999
MAX_NANOS = MAX_YEAR * 366 * DAY
EPOCH = date(1970, 1, 1).toordinal()


@dataclass(frozen=True, slots=True, order=True)
class DaysTimeDuration:
    """A days and time duration in whole nanoseconds."""

    nanos: int

    @classmethod
    def of(cls, value: timedelta) -> DaysTimeDuration:
        return cls((value.days * 86_400 + value.seconds) * SECOND + value.microseconds * 1_000)

    @property
    def timedelta(self) -> timedelta:
        """Python's duration; finer fractions than microseconds are cut off."""
        return timedelta(microseconds=self.nanos // 1_000)

    @property
    def seconds(self) -> Decimal:
        return Decimal(self.nanos) / SECOND

    def __str__(self) -> str:
        return days_time_text(self.nanos)


@dataclass(frozen=True, slots=True, order=True)
class YearsMonthsDuration:
    """A years and months duration in whole months."""

    months: int

    def __str__(self) -> str:
        return years_months_text(self.months)


@dataclass(frozen=True, slots=True)
class FeelTime:
    """A time of day, local or with a zone (fixed offset, or named)."""

    hour: int
    minute: int
    second: int
    nanosecond: int = 0
    zone: tzinfo | None = None

    @property
    def nanos(self) -> int:
        """Nanoseconds since midnight."""
        return (self.hour * 3600 + self.minute * 60 + self.second) * SECOND + self.nanosecond

    def __str__(self) -> str:
        return clock_text(self.nanos) + zone_text(self.zone)


@dataclass(frozen=True, slots=True, order=True)
class WideDate:
    """A date outside the years 1 to 9999."""

    year: int
    month: int
    day: int


@dataclass(frozen=True, slots=True)
class WideDateTime:
    """A date and time outside the years 1 to 9999, or finer than a microsecond."""

    days: int  # since 1970-01-01
    nanos: int  # since midnight
    zone: tzinfo | None = None


AnyDate: TypeAlias = date | WideDate
AnyDateTime: TypeAlias = datetime | WideDateTime


# -- zones -------------------------------------------------------------------------------------------------------------

ZONE_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_+-]*(?:/[A-Za-z][A-Za-z0-9_+-]*){0,2}")


@lru_cache(maxsize=1024)
def named_zone(name: str) -> tzinfo | None:
    """The IANA zone of that name, None if there is none."""
    if len(name) > 60 or not ZONE_NAME.fullmatch(name):
        return None
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, LookupError):
        return None


@lru_cache(maxsize=1024)
def fixed_zone(seconds: int) -> tzinfo | None:
    """The zone with that offset, None beyond the 14 hours (XML Schema) that a zone may differ from UTC."""
    if abs(seconds) > 14 * 3600:
        return None
    return UTC if seconds == 0 else timezone(timedelta(seconds=seconds))


def is_named(zone: tzinfo | None) -> bool:
    return type(zone) is ZoneInfo


def zone_name(zone: tzinfo | None) -> str | None:
    return zone.key if isinstance(zone, ZoneInfo) else None


def offset_of(zone: tzinfo | None, days: int | None = None, nanos: int = 0) -> int | None:
    """Offset from UTC in seconds, at that local moment; None without a zone, or a named zone without a date."""
    if zone is None:
        return None
    if type(zone) is timezone:
        return int(zone.utcoffset(None).total_seconds())
    if days is None:
        return None
    moment = _python_moment(days, nanos)
    offset = moment.replace(tzinfo=zone).utcoffset()
    return None if offset is None else int(offset.total_seconds())


def _python_moment(days: int, nanos: int) -> datetime:
    """The moment itself, or the like one of a year Python knows in the 400-year cycle of the calendar."""
    year, month, day = civil(days)
    if not 2 <= year <= 9998:
        year = 2000 + year % 400 if year > 0 else 400 + year % 400
    return datetime(year, month, day) + timedelta(microseconds=nanos // 1_000)


# -- the calendar ------------------------------------------------------------------------------------------------------


def days_from_civil(year: int, month: int, day: int) -> int:
    """Days since 1970-01-01 in the proleptic Gregorian calendar, for any year (H. Hinnant, chrono algorithms)."""
    year -= month <= 2
    era = year // 400
    year_of_era = year - era * 400
    day_of_year = (153 * (month + (-3 if month > 2 else 9)) + 2) // 5 + day - 1
    return era * 146_097 + year_of_era * 365 + year_of_era // 4 - year_of_era // 100 + day_of_year - 719_468


def civil(days: int) -> tuple[int, int, int]:
    """Year, month, day; the inverse of days_from_civil."""
    days += 719_468
    era = days // 146_097
    doe = days - era * 146_097
    yoe = (doe - doe // 1_460 + doe // 36_524 - doe // 146_096) // 365
    doy = doe - (365 * yoe + yoe // 4 - yoe // 100)
    mp = (5 * doy + 2) // 153
    month = mp + (3 if mp < 10 else -9)
    return yoe + era * 400 + (month <= 2), month, doy - (153 * mp + 2) // 5 + 1


def month_length(year: int, month: int) -> int:
    if month == 2:
        return 29 if year % 4 == 0 and (year % 100 != 0 or year % 400 == 0) else 28
    return 30 if month in (4, 6, 9, 11) else 31


def make_date(year: int, month: int, day: int) -> AnyDate | None:
    """The date, or None if the calendar has no such day or the year is beyond nine digits."""
    if not (1 <= month <= 12 and 1 <= day <= month_length(year, month) and abs(year) <= MAX_YEAR):
        return None
    return date(year, month, day) if 1 <= year <= 9999 else WideDate(year, month, day)


def date_of_days(days: int) -> AnyDate | None:
    return make_date(*civil(days)) if abs(days) <= MAX_YEAR * 366 else None


def make_date_time(days: int, nanos: int, zone: tzinfo | None) -> AnyDateTime | None:
    """The date and time of a day and nanoseconds since its midnight, which may run over into other days."""
    days, nanos = days + nanos // DAY, nanos % DAY
    if abs(days) > MAX_YEAR * 366:
        return None
    year, month, day = civil(days)
    if abs(year) > MAX_YEAR:
        return None
    if not 1 <= year <= 9999 or nanos % 1_000:
        return WideDateTime(days, nanos, zone)
    seconds, rest = divmod(nanos, SECOND)
    return datetime(year, month, day, seconds // 3600, seconds // 60 % 60, seconds % 60, rest // 1_000, zone)


def parts(value: AnyDate | AnyDateTime) -> tuple[int, int, tzinfo | None]:
    """Days since 1970-01-01, nanoseconds since midnight, zone; a date is its midnight without zone."""
    kind = type(value)
    if isinstance(value, datetime):
        nanos = (value.hour * 3600 + value.minute * 60 + value.second) * SECOND + value.microsecond * 1_000
        return value.toordinal() - EPOCH, nanos, value.tzinfo
    if isinstance(value, date):
        return value.toordinal() - EPOCH, 0, None
    if kind is WideDateTime:
        return value.days, value.nanos, value.zone  # type: ignore[union-attr]
    return days_from_civil(value.year, value.month, value.day), 0, None  # type: ignore[union-attr]


def instant(value: AnyDate | AnyDateTime) -> tuple[int, bool]:
    """Nanoseconds since 1970, and whether they are counted in UTC (the value has a zone) or locally."""
    days, nanos, zone = parts(value)
    offset = offset_of(zone, days, nanos)
    return days * DAY + nanos - (offset or 0) * SECOND, offset is not None


def ymd(value: AnyDate | AnyDateTime) -> tuple[int, int, int]:
    if isinstance(value, (date, WideDate)):
        return value.year, value.month, value.day
    return civil(value.days)


def add_months(value: AnyDate | AnyDateTime, months: int) -> AnyDate | AnyDateTime | None:
    """The same day that many months on, or the last day of that month if it is shorter (DMN table 55)."""
    year, month, day = ymd(value)
    total = year * 12 + month - 1 + months
    if abs(total) > MAX_YEAR * 12:
        return None
    year, month = total // 12, total % 12 + 1
    moved = make_date(year, month, min(day, month_length(year, month)))
    if moved is None or not isinstance(value, (datetime, WideDateTime)):
        return moved
    _, nanos, zone = parts(value)
    return make_date_time(parts(moved)[0], nanos, zone)


def add_nanos(value: AnyDate | AnyDateTime, nanos: int) -> AnyDate | AnyDateTime | None:
    """Moved by a days and time duration; a date stays a date, the time that is over is dropped (DMN table 55)."""
    days, since_midnight, zone = parts(value)
    if isinstance(value, (datetime, WideDateTime)):
        return make_date_time(days, since_midnight + nanos, zone)
    return date_of_days(days + nanos // DAY)


def add_to_time(value: FeelTime, nanos: int) -> FeelTime:
    return time_of_nanos((value.nanos + nanos) % DAY, value.zone)


def time_of_nanos(nanos: int, zone: tzinfo | None) -> FeelTime:
    seconds, rest = divmod(nanos, SECOND)
    return FeelTime(seconds // 3600, seconds // 60 % 60, seconds % 60, rest, zone)


def weekday(value: AnyDate | AnyDateTime) -> int:
    """1 Monday to 7 Sunday (ISO 8601)."""
    return (parts(value)[0] + 3) % 7 + 1


def day_of_year(value: AnyDate | AnyDateTime) -> int:
    return parts(value)[0] - days_from_civil(ymd(value)[0], 1, 1) + 1


def week_of_year(value: AnyDate | AnyDateTime) -> int:
    """Week number of ISO 8601."""
    thursday = parts(value)[0] - weekday(value) + 4
    return (thursday - days_from_civil(civil(thursday)[0], 1, 1)) // 7 + 1


def months_between(start: AnyDate | AnyDateTime, end: AnyDate | AnyDateTime) -> int:
    """Whole months from the date of start to the date of end, towards zero."""
    (y1, m1, d1), (y2, m2, d2) = ymd(start), ymd(end)
    if (y2, m2, d2) < (y1, m1, d1):
        return -months_between(end, start)
    return (y2 - y1) * 12 + m2 - m1 - (d2 < d1)


# -- reading -----------------------------------------------------------------------------------------------------------

DATE = r"(-?(?:[1-9]\d{4,8}|\d{4}))-(\d\d)-(\d\d)"
CLOCK = r"(\d\d):(\d\d):(\d\d)(?:\.(\d{1,30}))?"
ZONE = r"(?:(Z)|([+-]\d\d):(\d\d)(?::(\d\d))?|@([A-Za-z0-9_+/-]{1,60}))?"
DATE_RE = re.compile(DATE, re.ASCII)
TIME_RE = re.compile(f"T?{CLOCK}{ZONE}", re.ASCII)
DATE_TIME_RE = re.compile(f"{DATE}T{CLOCK}{ZONE}", re.ASCII)
DURATION_RE = re.compile(
    r"(-)?P(?:(\d{1,18})Y)?(?:(\d{1,18})M)?(?:(\d{1,18})D)?"
    r"(?:T(?:(\d{1,18})H)?(?:(\d{1,18})M)?(?:(\d{1,18})(?:\.(\d{0,30}))?S)?)?",
    re.ASCII,
)


def parse_date(text: str) -> AnyDate | None:
    found = DATE_RE.fullmatch(text)
    return make_date(int(found[1]), int(found[2]), int(found[3])) if found else None


def parse_time(text: str) -> FeelTime | None:
    found = TIME_RE.fullmatch(text)
    if not found:
        return None
    clock = _clock(found.groups()[:4])
    zone = _zone(found.groups()[4:])
    if clock is None or clock == DAY or zone is INVALID:
        return None
    return time_of_nanos(clock, zone)


def parse_date_time(text: str) -> AnyDateTime | None:
    """`2026-11-21T09:00:00+08:00`; a date alone is its midnight; 24:00:00 is midnight of the next day."""
    found = DATE_TIME_RE.fullmatch(text)
    if not found:
        day = parse_date(text)
        return None if day is None else make_date_time(parts(day)[0], 0, None)
    groups = found.groups()
    day = make_date(int(groups[0]), int(groups[1]), int(groups[2]))
    clock = _clock(groups[3:7])
    zone = _zone(groups[7:])
    if day is None or clock is None or zone is INVALID:
        return None
    return make_date_time(parts(day)[0], clock, zone)


def parse_duration(text: str) -> DaysTimeDuration | YearsMonthsDuration | None:
    """A duration of one of the two kinds; None for anything else and for texts that mix them, as P1Y1D."""
    found = DURATION_RE.fullmatch(text)
    if not found or text.endswith(("P", "T")):
        return None
    sign = -1 if found[1] else 1
    years, months, days, hours, minutes, seconds = (int(found[i]) if found[i] else 0 for i in range(2, 8))
    if found[2] or found[3]:
        if any(found[i] for i in range(4, 8)):
            return None
        total = years * 12 + months
        return YearsMonthsDuration(sign * total) if total <= MAX_YEAR * 12 else None
    nanos = days * DAY + hours * HOUR + minutes * MINUTE + seconds * SECOND + _fraction(found[8])
    return DaysTimeDuration(sign * nanos) if nanos <= MAX_NANOS else None


INVALID = timezone(timedelta(hours=23, minutes=59))  # a mark; no zone that may be written has this offset


def _clock(groups: tuple[str | None, ...]) -> int | None:
    hour, minute, second = (int(part or 0) for part in groups[:3])
    nanos = (hour * 3600 + minute * 60 + second) * SECOND + _fraction(groups[3])
    return nanos if (hour <= 23 and minute <= 59 and second <= 59) or nanos == DAY else None


def _zone(groups: tuple[str | None, ...]) -> tzinfo | None:
    utc, hours, minutes, seconds, name = groups
    if utc:
        return UTC
    if name:
        return named_zone(name) or INVALID
    if hours is None:
        return None
    if int(minutes or 0) > 59 or int(seconds or 0) > 59:
        return INVALID
    offset = abs(int(hours)) * 3600 + int(minutes or 0) * 60 + int(seconds or 0)
    return fixed_zone(-offset if hours.startswith("-") else offset) or INVALID


def _fraction(digits: str | None) -> int:
    return int(digits[:9].ljust(9, "0")) if digits else 0


# -- writing -----------------------------------------------------------------------------------------------------------


def text(value: AnyDate | AnyDateTime | FeelTime | DaysTimeDuration | YearsMonthsDuration) -> str:
    """The value as FEEL and XML Schema write it; `@zone` after it for a named zone."""
    if isinstance(value, (datetime, WideDateTime)):
        days, nanos, zone = parts(value)
        return f"{date_text(*civil(days))}T{clock_text(nanos)}{zone_text(zone)}"
    if isinstance(value, (date, WideDate)):
        return date_text(value.year, value.month, value.day)
    return str(value)


def date_text(year: int, month: int, day: int) -> str:
    return f"{'-' if year < 0 else ''}{abs(year):04}-{month:02}-{day:02}"


def clock_text(nanos: int) -> str:
    seconds, rest = divmod(nanos, SECOND)
    fraction = f".{rest:09}".rstrip("0") if rest else ""
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}{fraction}"


def zone_text(zone: tzinfo | None) -> str:
    if zone is None:
        return ""
    if isinstance(zone, ZoneInfo):
        return "@" + zone.key
    offset = offset_of(zone) or 0
    if offset == 0:
        return "Z"
    size = abs(offset)
    seconds = f":{size % 60:02}" if size % 60 else ""
    return f"{'-' if offset < 0 else '+'}{size // 3600:02}:{size // 60 % 60:02}{seconds}"


def days_time_text(nanos: int) -> str:
    size = abs(nanos)
    days, rest = divmod(size, DAY)
    hours, minutes = rest // HOUR, rest // MINUTE % 60
    seconds, fraction = divmod(rest % MINUTE, SECOND)
    clock = (f"{hours}H" if hours else "") + (f"{minutes}M" if minutes else "")
    if seconds or fraction:
        clock += str(seconds) + (f".{fraction:09}".rstrip("0") if fraction else "") + "S"
    if not days and not clock:
        return "PT0S"
    return ("-" if nanos < 0 else "") + "P" + (f"{days}D" if days else "") + (f"T{clock}" if clock else "")


def years_months_text(months: int) -> str:
    years, rest = divmod(abs(months), 12)
    if not months:
        return "P0M"
    return ("-" if months < 0 else "") + "P" + (f"{years}Y" if years else "") + (f"{rest}M" if rest else "")
