"""Office time: whole minutes of the civil zone, which of them an office is open, and reckoning forward in open ones.

Moments are minutes since 1 January 1970 on the civil clock (the zone has had one offset since 1991), because a run
compares and adds them some hundred thousand times.
"""

from __future__ import annotations

from bisect import bisect_left
from datetime import date, datetime, time, timedelta

from bpm_core.domain.calendar import CIVIL_ZONE, WorkCalendar
from bpm_core.simulation.setup import Hours

DAY = 1440
_EPOCH = datetime(1970, 1, 1)
_ZERO = _EPOCH.toordinal()


def minute_of(moment: datetime) -> int:
    """The minute a moment lies in, rounded up: nothing happens before its time."""
    passed = moment.astimezone(CIVIL_ZONE).replace(tzinfo=None) - _EPOCH
    return -(-passed // timedelta(minutes=1))


def moment_of(minute: int) -> datetime:
    """The aware moment of a minute."""
    return (_EPOCH + timedelta(minutes=minute)).replace(tzinfo=CIVIL_ZONE)


def day_of(minute: int) -> date:
    """The civil day of a minute."""
    return date.fromordinal(_ZERO + minute // DAY)


def midnight(day: date) -> int:
    """The first minute of a day."""
    return (day.toordinal() - _ZERO) * DAY


class Office:
    """The open minutes from a first day on; the calendar is read on as far as anybody asks."""

    def __init__(self, calendar: WorkCalendar, hours: Hours, first: date) -> None:
        self._calendar, self._first = calendar, midnight(first)
        self._spans = [(_minutes(opens), _minutes(closes)) for opens, closes in hours]
        self.a_day = sum(closes - opens for opens, closes in self._spans)
        self._open_days: list[int] = []  # first minutes of working days, in order
        self._read_until = self._first

    def open_minutes(self, minute: int) -> int:
        """Open minutes from the first day up to a minute."""
        self._read(minute)
        day = minute - minute % DAY
        place = bisect_left(self._open_days, day)
        whole = place * self.a_day
        if place == len(self._open_days) or self._open_days[place] != day:
            return whole
        within = minute - day
        return whole + sum(min(max(within - opens, 0), closes - opens) for opens, closes in self._spans)

    def opening(self, minute: int) -> int:
        """The minute itself while the office is open, else the next one in which it is."""
        return self.after(minute, 1) - 1

    def after(self, minute: int, work: int) -> int:
        """When `work` open minutes (1 or more) will have passed."""
        return self.at(self.open_minutes(max(minute, self._first)) + work)

    def at(self, passed: int) -> int:
        """The earliest minute by which so many open minutes (1 or more) have passed since the first day."""
        number, within = divmod(passed - 1, self.a_day)
        while len(self._open_days) <= number:
            self._read(self._read_until + 60 * DAY)
        left = within + 1
        for opens, closes in self._spans:
            if left <= closes - opens:
                return self._open_days[number] + opens + left
            left -= closes - opens
        raise AssertionError("a day has no more than its open minutes")

    def _read(self, minute: int) -> None:
        while self._read_until <= minute:
            if self._calendar.is_working(day_of(self._read_until)):
                self._open_days.append(self._read_until)
            self._read_until += DAY


def _minutes(moment: time) -> int:
    return moment.hour * 60 + moment.minute
