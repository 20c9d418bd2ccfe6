"""What operators look at: automation that is stuck, work that is late, events nobody took, calendars not loaded."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, Max, Min, Q, QuerySet

from bpm_core.domain.actors import Actor
from bpm_core.domain.errors import NotFound
from bpm_core.models import Incident, Job, Outbox, Timer
from bpm_core.notation.model import Element
from bpm_core.queries import bundles, calendars
from bpm_core.queries.visibility import visible_to

#: What is due is done within seconds; after so long somebody should look whether a worker runs.
LATE_AFTER = timedelta(minutes=2)
#: So many incidents are shown; more than that is one cause, and one retry of all of them.
MOST = 500


@dataclass(frozen=True, slots=True)
class Group:
    """Open incidents of one cause: the same kind at the same step of the same process."""

    code: str
    process_zh: str
    process_en: str
    step_zh: str
    step_en: str
    incidents: tuple[Incident, ...]

    @property
    def since(self) -> datetime:
        return min(incident.opened_at for incident in self.incidents)


@dataclass(frozen=True, slots=True)
class Late:
    """Rows of one kind that are due and were not done: how many, and since when the oldest is."""

    count: int
    oldest_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Health:
    """How the machinery stands."""

    jobs: Late
    timers: Late
    events: Late
    last_event_error: str
    open_incidents: int
    calendar_years: tuple[int, ...]
    calendar_lacks: tuple[int, ...]

    @property
    def behind(self) -> bool:
        return bool(self.jobs.count or self.timers.count)


def health(actor: Actor, *, now: datetime, today: date) -> Health:
    """The state of workers, events and the calendar; incidents as far as the actor sees them."""
    late = Q(due_at__lt=now - LATE_AFTER)
    unsent = Outbox.objects.filter(sent_at__isnull=True)
    years = calendars.current().years
    # The notice for a year comes out in November of the year before: from December on it is missed.
    wanted = {today.year, today.year + 1} if today.month == 12 else {today.year}
    return Health(
        jobs=_late(Job.objects.filter(late, state__in=("waiting", "leased"))),
        timers=_late(Timer.objects.filter(late, fired_at=None, cancelled_at=None)),
        events=_late(unsent.filter(attempt__gt=0)),
        last_event_error=unsent.filter(attempt__gt=0).aggregate(last=Max("last_error"))["last"] or "",
        open_incidents=_open(actor).count(),
        calendar_years=tuple(sorted(years)),
        calendar_lacks=tuple(sorted(wanted - years)),
    )


def _late(rows: QuerySet[Any]) -> Late:
    found = rows.aggregate(count=Count("pk"), oldest=Min("due_at"))
    return Late(found["count"], found["oldest"])


def _open(actor: Actor) -> QuerySet[Incident]:
    return Incident.objects.filter(resolved_at__isnull=True, case__in=visible_to(actor, "incident.read"))


def incidents(actor: Actor) -> list[Group]:
    """Open incidents by cause, the cause that holds up most cases first."""
    rows = _open(actor).select_related("case__definition", "case__unit", "job").defer("case__state")
    groups: dict[tuple[str, str, str], list[Incident]] = {}
    for row in rows.order_by("opened_at")[:MOST]:
        groups.setdefault((row.case.definition.key, row.element_id, row.code), []).append(row)
    found = [_group(tuple(members)) for members in groups.values()]
    return sorted(found, key=lambda group: (-len(group.incidents), group.since))


def _group(members: tuple[Incident, ...]) -> Group:
    first = members[0]
    definition = first.case.definition
    element = _element(first)
    return Group(
        code=first.code,
        process_zh=definition.name_zh,
        process_en=definition.name_en,
        step_zh=element.name_zh if element else first.element_id,
        step_en=element.name_en if element else first.element_id,
        incidents=members,
    )


def _element(incident: Incident) -> Element | None:
    """The stuck step, in the process itself or in one it calls."""
    definition = incident.case.definition
    for key in _keys(incident):
        try:
            process = bundles.of_process(definition, key).process
        except NotFound:
            continue
        if incident.element_id in process.elements:
            return process.elements[incident.element_id]
    return None


def _keys(incident: Incident) -> Iterable[str]:
    if incident.job is not None:
        yield incident.job.process_key
    yield incident.case.definition.key
    yield from incident.case.definition.called
