"""Cases that the calendar opens: each office of the deciding level gets one at every appointed moment, once.

A start event with a cycle, R/2027-01-01T09:00:00+08:00/P1M, appoints the moments. The last moment that passed while
nothing ran is caught up with; one from before the version was published is not.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from uuid import UUID

from bpm_core.commands import cases
from bpm_core.domain.actors import SYSTEM
from bpm_core.domain.calendar import CIVIL_ZONE, add_months
from bpm_core.models import Case, OrgUnit, ProcessDefinition
from bpm_core.notation import bpmn, guide
from bpm_core.notation import bundle as bundles

CHANNEL = "schedule"
_CYCLE = re.compile(r"R/(?P<first>[^/]+)/P(?P<count>[1-9][0-9]{0,2})(?P<unit>[DWMY])")
_DAYS, _MONTHS = {"D": 1, "W": 7}, {"M": 1, "Y": 12}


@dataclass(frozen=True, slots=True)
class Schedule:
    """One start event that the calendar opens."""

    definition_id: UUID
    key: str
    element_id: str
    level: int
    first: datetime
    count: int
    unit: str

    def last_before(self, moment: datetime) -> datetime | None:
        """The last appointed moment that is not after `moment`; None before the first."""
        if moment < self.first:
            return None
        if self.unit in _DAYS:
            step = timedelta(days=self.count * _DAYS[self.unit])
            return self.first + (moment - self.first) // step * step
        step_months = self.count * _MONTHS[self.unit]
        civil = moment.astimezone(CIVIL_ZONE)
        passed = (civil.year - self.first.year) * 12 + civil.month - self.first.month
        number = passed // step_months
        found = self._moved(number * step_months)
        return found if found <= moment else self._moved((number - 1) * step_months)

    def _moved(self, months: int) -> datetime:
        return datetime.combine(add_months(self.first.date(), months), self.first.timetz())


def open_due(*, at: datetime) -> int:
    """Open the cases whose moment has come; how many were opened. Safe to run twice and by two at once."""
    current = ProcessDefinition.objects.filter(is_current=True, callable_only=False)
    published = dict(current.values_list("id", "published_at"))
    opened = 0
    for schedule in _schedules(frozenset(published)):
        moment = schedule.last_before(at)
        since = published[schedule.definition_id]
        if moment is None or (since is not None and moment < since):
            continue
        begun = Case.objects.filter(definition__key=schedule.key, channel=CHANNEL, opened_at=moment)
        served = set(begun.values_list("entry_unit_id", flat=True))
        for unit in OrgUnit.objects.filter(level=schedule.level).exclude(pk__in=served).order_by("code"):
            cases.start(
                schedule.definition_id,
                unit_code=unit.code,
                element=schedule.element_id,
                channel=CHANNEL,
                actor=SYSTEM,
                at=moment,
                key=f"{schedule.key}/{schedule.element_id}/{moment:%Y%m%d%H%M}/{unit.code}",
            )
            opened += 1
    return opened


@lru_cache(maxsize=4)
def _schedules(definition_ids: frozenset[UUID]) -> tuple[Schedule, ...]:
    """The schedules of these versions, which never change."""
    return tuple(found for one in sorted(definition_ids) for found in of(one))


def of(definition_id: UUID) -> list[Schedule]:
    """The start events of a version that the calendar opens."""
    row = ProcessDefinition.objects.only("id", "key", "archive").get(pk=definition_id)
    files = bundles.unzip(bytes(row.archive))
    if b"timeCycle" not in files[bundles.PROCESS]:
        return []  # most have none, and a whole bundle takes long to read
    told_by = guide.read(files[bundles.GUIDE]) if bundles.GUIDE in files else None
    municipal = told_by is not None and told_by.deciding_level == "municipal"
    found = []
    for start in bpmn.read(files[bundles.PROCESS], key=row.key).starts:
        told = _CYCLE.fullmatch(start.timer.text) if start.timer is not None and start.timer.kind == "cycle" else None
        if told is not None:
            first = datetime.fromisoformat(told["first"]).astimezone(CIVIL_ZONE)
            level = 1 if municipal else 2
            found.append(Schedule(row.id, row.key, start.id, level, first, int(told["count"]), told["unit"]))
    return found
