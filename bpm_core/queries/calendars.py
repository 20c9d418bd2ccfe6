"""The working calendar for those who only read: from the table, kept for a few minutes."""

from __future__ import annotations

import time

from bpm_core.domain.calendar import CalendarRow, WorkCalendar
from bpm_core.models.clocks import CalendarDay

_FRESH_S = 300.0
_kept: tuple[float, WorkCalendar] | None = None


def current() -> WorkCalendar:
    """The working calendar as the table has it."""
    global _kept
    now = time.monotonic()
    if _kept is None or now - _kept[0] > _FRESH_S or not _kept[1].years:
        rows = CalendarDay.objects.values_list("day", "working", "name")
        _kept = (now, WorkCalendar(CalendarRow(day, working, name) for day, working, name in rows))
    return _kept[1]


def fresh() -> WorkCalendar:
    """The working calendar read anew, for those who have just changed it."""
    global _kept
    _kept = None
    return current()


def exceptions(year: int) -> list[CalendarDay]:
    """Days of a year that differ from the plain week, in order."""
    return list(CalendarDay.objects.filter(day__year=year).order_by("day"))
