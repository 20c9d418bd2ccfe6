"""The working calendar: which days count, reckoning by working days and office hours; how rows are kept is not here.

The day something happens is never counted; a period is the half-open range after it, up to and including its last day
(Civil Code art. 201, statute-knowledge).
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

CIVIL_ZONE = ZoneInfo("Asia/Shanghai")
_DAY = timedelta(days=1)
_SATURDAY = 5

#: Hours an office is open on a working day: sample of the office tree, 09:00-12:00 and 13:30-17:00.
OFFICE_HOURS = ((time(9), time(12)), (time(13, 30), time(17)))


class DayKind(StrEnum):
    """Why a day counts or not."""

    WEEKDAY = "weekday"
    WEEKEND = "weekend"
    HOLIDAY = "holiday"
    MAKE_UP = "make_up"  # a weekend day worked in exchange for a longer holiday (调休)


@dataclass(frozen=True, slots=True)
class CalendarRow:
    """A day that differs from the plain week, as the yearly notice of the State Council's General Office sets it."""

    day: date
    working: bool
    name: str = ""


class WorkCalendar:
    """Answers what counts, from rows of exceptional days over the plain Monday-to-Friday week.

    A year is loaded when its 1 January has a row (it is a public holiday every year). For a year that is not loaded the
    plain week answers, and whoever asks for a deadline is told that it is provisional.
    """

    def __init__(self, rows: Iterable[CalendarRow]) -> None:
        self._rows = {row.day: row for row in rows}
        self.years = frozenset(day.year for day in self._rows if (day.month, day.day) == (1, 1))

    def is_working(self, day: date) -> bool:
        row = self._rows.get(day)
        return row.working if row else day.weekday() < _SATURDAY

    def kind(self, day: date) -> DayKind:
        """Why the day counts or not; a row that only confirms the plain week changes nothing."""
        row = self._rows.get(day)
        weekend = day.weekday() >= _SATURDAY
        if row is not None and not row.working:
            return DayKind.HOLIDAY
        if weekend:
            return DayKind.WEEKEND if row is None else DayKind.MAKE_UP
        return DayKind.WEEKDAY

    def name(self, day: date) -> str:
        """Name of the holiday the day belongs to, or makes up for; "" for a plain day."""
        row = self._rows.get(day)
        return row.name if row else ""

    def missing_years(self, first: date, last: date) -> tuple[int, ...]:
        """Years of the range whose holidays are not loaded: a deadline reckoned through them is provisional."""
        return tuple(year for year in range(first.year, last.year + 1) if year not in self.years)

    def add_working_days(self, start: date, days: int) -> date:
        """Last day of a time limit of `days` working days that begins the day after `start`.

        days    whole working days, 0 or more; 0 is `start` itself
        Refuses with ValueError if days is negative.
        Source: Regulation on Handling Social Insurance Affairs (社会保险经办条例, 2023) art. 24: a claim for
                unemployment benefit is handled to completion within 10 working days of receipt.
        """
        if days < 0:
            raise ValueError(f"a time limit is 0 days or more, not {days}")
        day = start
        while days:
            day += _DAY
            days -= self.is_working(day)
        return day

    def working_days_between(self, start: date, end: date) -> int:
        """Working days after `start` up to and including `end`; negative when `end` lies before `start`."""
        if end < start:
            return -self.working_days_between(end, start)
        return sum(self.is_working(start + _DAY * n) for n in range(1, (end - start).days + 1))

    def add_office_minutes(self, start: datetime, minutes: int) -> datetime:
        """Moment at which `minutes` of office time have passed since `start`, in the civil zone."""
        moment = start.astimezone(CIVIL_ZONE)
        left = timedelta(minutes=minutes)
        while True:
            for opens, closes in self._hours(moment.date()):
                begin, end = max(moment, opens), closes
                if begin < end:
                    if left <= end - begin:
                        return begin + left
                    left -= end - begin
            moment = datetime.combine(moment.date() + _DAY, time(0), CIVIL_ZONE)

    def _hours(self, day: date) -> list[tuple[datetime, datetime]]:
        if not self.is_working(day):
            return []
        return [
            (datetime.combine(day, opens, CIVIL_ZONE), datetime.combine(day, closes, CIVIL_ZONE))
            for opens, closes in OFFICE_HOURS
        ]


def add_months(day: date, months: int) -> date:
    """The same day of a later (or earlier) month, cut to the month's last day where it has no such day."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def civil_date(moment: datetime) -> date:
    """Calendar day of an aware moment in the civil zone."""
    return moment.astimezone(CIVIL_ZONE).date()
