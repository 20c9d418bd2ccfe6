"""Working calendars of mainland China 2019-2026 as the yearly notices state them, written out by hand from the notices.

Kept apart from the seed file on purpose: the tests compare one against the other.
"""

from __future__ import annotations

import csv
from datetime import date, timedelta
from pathlib import Path

from bpm_core.domain.calendar import CalendarRow, WorkCalendar

SEED = Path(__file__).parents[3] / "bpm_core" / "seed" / "calendar_2019_2026.csv"

# year -> (days off as first-last month/day, weekend days worked)
NOTICES = {
    2019: (
        "01/01-01/01 02/04-02/10 04/05-04/07 05/01-05/04 06/07-06/09 09/13-09/15 10/01-10/07",
        "02/02 02/03 04/28 05/05 09/29 10/12",
    ),
    2020: (
        "01/01-01/01 01/24-02/02 04/04-04/06 05/01-05/05 06/25-06/27 10/01-10/08",
        "01/19 04/26 05/09 06/28 09/27 10/10",
    ),
    2021: (
        "01/01-01/03 02/11-02/17 04/03-04/05 05/01-05/05 06/12-06/14 09/19-09/21 10/01-10/07",
        "02/07 02/20 04/25 05/08 09/18 09/26 10/09",
    ),
    2022: (
        "01/01-01/03 01/31-02/06 04/03-04/05 04/30-05/04 06/03-06/05 09/10-09/12 10/01-10/07 12/31-12/31",
        "01/29 01/30 04/02 04/24 05/07 10/08 10/09",
    ),
    2023: (
        "01/01-01/02 01/21-01/27 04/05-04/05 04/29-05/03 06/22-06/24 09/29-10/06",
        "01/28 01/29 04/23 05/06 06/25 10/07 10/08",
    ),
    2024: (
        "01/01-01/01 02/10-02/17 04/04-04/06 05/01-05/05 06/10-06/10 09/15-09/17 10/01-10/07",
        "02/04 02/18 04/07 04/28 05/11 09/14 09/29 10/12",
    ),
    2025: (
        "01/01-01/01 01/28-02/04 04/04-04/06 05/01-05/05 05/31-06/02 10/01-10/08",
        "01/26 02/08 04/27 09/28 10/11",
    ),
    2026: (
        "01/01-01/03 02/15-02/23 04/04-04/06 05/01-05/05 06/19-06/21 09/25-09/27 10/01-10/07",
        "01/04 02/14 02/28 05/09 09/20 10/10",
    ),
}


def _day(year: int, text: str) -> date:
    month, day = text.split("/")
    return date(year, int(month), int(day))


def days_off() -> set[date]:
    off = set()
    for year, (spans, _) in NOTICES.items():
        for span in spans.split():
            first, last = (_day(year, end) for end in span.split("-"))
            off |= {first + timedelta(days=n) for n in range((last - first).days + 1)}
    return off


def days_made_up() -> set[date]:
    return {_day(year, text) for year, (_, worked) in NOTICES.items() for text in worked.split()}


def seeded() -> WorkCalendar:
    """The calendar as the product's seed file has it."""
    with SEED.open(encoding="utf-8", newline="") as file:
        return WorkCalendar(
            CalendarRow(date.fromisoformat(row["day"]), row["working"] == "1", row["name_zh"])
            for row in csv.DictReader(file)
        )
