"""Cases that the calendar opens: at their moments, once an office, and none from before the version was there."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from uuid import uuid4

import pytest

from bpm_core.commands import definitions, schedules
from bpm_core.commands.schedules import Schedule
from bpm_core.domain.calendar import CIVIL_ZONE
from bpm_core.models import Account, Case, ProcessDefinition
from bpm_core.seed import calendar, offices, staff

LIBRARY = Path(__file__).parents[3] / "processes"
BEFORE = datetime(2026, 11, 20, 9, tzinfo=CIVIL_ZONE)


def _schedule(count: int, unit: str) -> Schedule:
    return Schedule(uuid4(), "k", "s", 2, datetime(2027, 1, 31, 9, tzinfo=CIVIL_ZONE), count, unit)


@pytest.mark.parametrize(
    ("count", "unit", "now", "moment"),
    [
        (1, "M", "2027-01-31T08:59", None),
        (1, "M", "2027-01-31T09:00", "2027-01-31T09:00"),
        (1, "M", "2027-02-28T08:59", "2027-01-31T09:00"),
        (1, "M", "2027-02-28T09:00", "2027-02-28T09:00"),
        (3, "M", "2027-07-01T00:00", "2027-04-30T09:00"),
        (1, "Y", "2028-01-30T09:00", "2027-01-31T09:00"),
        (1, "D", "2027-02-02T08:00", "2027-02-01T09:00"),
    ],
)
def test_the_last_appointed_moment(count: int, unit: str, now: str, moment: str | None) -> None:
    found = _schedule(count, unit).last_before(datetime.fromisoformat(f"{now}:00+08:00"))

    assert found == (datetime.fromisoformat(f"{moment}:00+08:00") if moment else None)


@pytest.mark.django_db
def test_a_schedule_opens_one_case_an_office_and_moment() -> None:
    offices.load()
    calendar.load()
    staff.load()
    folder = LIBRARY / "contribution_base_declaration"
    people = Account.objects.get(username="designer"), Account.objects.get(username="publisher")
    definitions.install_library(folder, designer=people[0], publisher=people[1], at=BEFORE)
    ProcessDefinition.objects.update(published_at=BEFORE)
    moment = datetime(2027, 7, 1, 9, tzinfo=CIVIL_ZONE)

    early = schedules.open_due(at=moment.replace(hour=8))
    first, again = (schedules.open_due(at=moment.replace(hour=hour)) for hour in (9, 10))

    assert (early, again) == (0, 0)
    assert first == Case.objects.filter(channel="schedule", opened_at=moment).count() > 0
    assert Case.objects.exclude(definition__key="contribution_base_declaration").count() == 0
