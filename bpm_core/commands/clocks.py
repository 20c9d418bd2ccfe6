"""Limits as days go by: overdue ones shown to the offices above, and all counted anew when the calendar was changed.

Each is a journaled step of its case.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from uuid import UUID

from django.db.models import F, Max, Q
from django.db.models.functions import Coalesce

from bpm_core.commands import calendars, places
from bpm_core.commands.clockwork import Clocks, limit_of, stop_of
from bpm_core.commands.results import Moved
from bpm_core.commands.unit import Unit, command, on_case
from bpm_core.domain import authority, clocks
from bpm_core.domain.actors import TIMER, Actor
from bpm_core.domain.calendar import civil_date
from bpm_core.domain.lifecycle import ENDED_CASE, ClockState
from bpm_core.models import Case, Clock, Escalation, WorkItem

#: So many are looked at in one round; the rest in the next.
_MOST = 500


def escalate_due(*, at: datetime, actor: Actor = TIMER) -> int:
    """Escalate what is overdue further than it was shown; how many limits were. A second call finds nothing to do.

    Looked at are the limits of open steps, and of each case the nearest of its legal and promised limit. What stands
    still, because the applicant supplements or the case is suspended, is not overdue.
    """
    today, done = civil_date(at), 0
    for case_id, work_item_id, due_on, path, shown in (*_items(today), *_cases(today)):
        levels = min(clocks.escalation_levels(_days_late(due_on, today)), path.count("/") - 1)
        if levels > shown:
            _escalate(case_id, work_item_id=work_item_id, due_on=due_on, levels=levels, actor=actor, at=at)
            done += 1
    return done


Overdue = tuple[int, UUID | None, date, str, int]


def _items(today: date) -> Iterable[Overdue]:
    return (
        WorkItem.objects.filter(closed_at=None, due_on__lt=today)
        .exclude(Q(state="suspended") | Q(case__clock_state=ClockState.STOPPED.value))
        .annotate(shown=Coalesce(Max("escalations__level"), 0))
        .filter(shown__lt=len(clocks.ESCALATION_AFTER))
        .order_by("due_on", "id")
        .values_list("case_id", "id", "due_on", "unit__path", "shown")[:_MOST]
    )


def _cases(today: date) -> Iterable[Overdue]:
    late = Q(promised_due_on__lt=today) | Q(legal_due_on__lt=today)
    rows = (
        Case.objects.filter(late, ended_at=None, clock_state=ClockState.RUNNING.value)
        .annotate(shown=Coalesce(Max("escalations__level", filter=Q(escalations__work_item=None)), 0))
        .filter(shown__lt=len(clocks.ESCALATION_AFTER))
        .order_by(F("promised_due_on").asc(nulls_last=True), "id")
        .values_list("id", "promised_due_on", "legal_due_on", "unit__path", "shown")[:_MOST]
    )
    for case_id, promised, legal, path, shown in rows:
        yield case_id, None, min(day for day in (promised, legal) if day), path, shown


def _days_late(due_on: date, today: date) -> int:
    return max(1, calendars.current().working_days_between(due_on, today))


@command()
def _escalate(
    case_id: int, *, work_item_id: UUID | None, due_on: date, levels: int, actor: Actor, at: datetime
) -> Moved:
    with on_case(case_id, actor=actor, at=at) as unit:
        authority.require(actor, "clock.escalate")
        item = unit.items.get(work_item_id) if work_item_id else None
        seen = Escalation.objects.filter(case_id=case_id, work_item_id=work_item_id).aggregate(most=Max("level"))
        shown = seen["most"] or 0
        if shown >= levels or unit.status in ENDED_CASE or (work_item_id and item is None):
            unit.abandon()  # somebody else was here in the meantime
            return unit.result()
        office = places.by_id(item.unit_id) if item else unit.handling
        told = clocks.escalation_paths(office.path, levels)[shown:]
        unit.record(
            "clock.escalated",
            element_id=item.element_id if item else "",
            work_item_id=work_item_id,
            due_on=due_on.isoformat(),
            offices=[_code(path) for path in told],
        )
        unit.also(lambda: _show(unit, work_item_id, told, shown))
    return unit.result()


def _show(unit: Unit, work_item_id: UUID | None, told: Iterable[str], shown: int) -> None:
    Escalation.objects.bulk_create(
        Escalation(
            case_id=unit.head.case_id,
            work_item_id=work_item_id,
            level=shown + number,
            raised_at=unit.at,
            unit_id=places.by_code(_code(path)).id,
        )
        for number, path in enumerate(told, start=1)
    )


def _code(path: str) -> str:
    return path.strip("/").rsplit("/", 1)[-1]


# -- a changed calendar


def recount(*, since: date, at: datetime, actor: Actor = TIMER) -> int:
    """Count running limits anew that end on the day or later, or were provisional; how many cases have other days now.

    Limits that stand still are counted when they go on. Limits of steps keep their days: they are internal.
    """
    calendars.forget()
    reached = Q(due_on__gte=since) | Q(provisional=True)
    running = Clock.objects.filter(reached, work_item=None, state=ClockState.RUNNING.value, case__ended_at=None)
    cases = running.order_by("case_id").values_list("case_id", flat=True).distinct()
    return sum(_recount(case_id, since=since, actor=actor, at=at) for case_id in list(cases))


@command(recall=bool)
def _recount(case_id: int, *, since: date, actor: Actor, at: datetime) -> bool:
    with on_case(case_id, actor=actor, at=at) as unit:
        authority.require(actor, "clock.recount")
        moved = list(_moved(unit))
        if not moved:
            unit.abandon()
            return False
        unit.record("clock.recounted", since=since.isoformat(), limits=moved)
    return True


def _moved(unit: Unit) -> Iterable[dict[str, str]]:
    """The case's running limits whose last day, or certainty of it, is another by the calendar as it is now."""
    clock = Clocks(unit)
    for row in clock.rows:
        if row.state != ClockState.RUNNING:
            continue
        stops = [stop_of(stop) for stop in clock.stops]
        stand = clocks.deadline(limit_of(row), row.started_on, stops, calendars.current(), today=clock.today)
        if (stand.due_on, stand.provisional) != (row.due_on, row.provisional):
            unit.rows.patch(Clock, {"id": row.id, "due_on": stand.due_on, "provisional": stand.provisional})
            unit.case_set[f"{row.kind}_due_on"] = stand.due_on
            yield {"kind": row.kind, "before": row.due_on.isoformat(), "now": stand.due_on.isoformat()}
