"""The working calendar of the database, in memory; it is read anew after it was changed and every few minutes."""

from __future__ import annotations

import time

from bpm_core.domain.calendar import CalendarRow, WorkCalendar
from bpm_core.models import CalendarDay

_FRESH_S = 300.0
_kept: tuple[float, WorkCalendar] | None = None


def current() -> WorkCalendar:
    """The working calendar as the table has it."""
    global _kept
    now = time.monotonic()
    if _kept is None or now - _kept[0] > _FRESH_S:
        rows = CalendarDay.objects.values_list("day", "working", "name")
        _kept = (now, WorkCalendar(CalendarRow(day, working, name) for day, working, name in rows))
    return _kept[1]


def forget() -> None:
    """Read the table at the next use."""
    global _kept
    _kept = None
