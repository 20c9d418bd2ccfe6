"""Working days and holidays 2019-2026 with make-up working days, from calendar_2019_2026.csv."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

from bpm_core.commands import calendars
from bpm_core.domain.calendar import CalendarRow
from bpm_core.models import CalendarDay

FILE = Path(__file__).with_name("calendar_2019_2026.csv")


def load() -> int:
    """Enter the days that are not there yet; days an office changed stay as they are. Gives how many were new."""
    known = set(CalendarDay.objects.values_list("day", flat=True))
    with FILE.open(encoding="utf-8", newline="") as stream:
        fresh = [
            CalendarDay(
                day=date.fromisoformat(row["day"]),
                working=row["working"] == "1",
                name=row["name_zh"],
                source=row["source"],
            )
            for row in csv.DictReader(stream)
            if date.fromisoformat(row["day"]) not in known
        ]
    CalendarDay.objects.bulk_create(fresh, batch_size=500)
    calendars.forget()
    return len(fresh)


def rows() -> list[CalendarRow]:
    """The days of the file, for who reckons without a database."""
    with FILE.open(encoding="utf-8", newline="") as stream:
        return [
            CalendarRow(date.fromisoformat(row["day"]), row["working"] == "1", row["name_zh"])
            for row in csv.DictReader(stream)
        ]
