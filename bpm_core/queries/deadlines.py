"""How the time limits of cases and work items stand today, and how each was counted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from bpm_core.domain import clocks
from bpm_core.domain.calendar import WorkCalendar, civil_date
from bpm_core.domain.clocks import Deadline, Limit, LimitKind, Line, Stop, Unit
from bpm_core.models.cases import Case
from bpm_core.models.clocks import Clock, ClockStop
from bpm_core.models.work import NO_LIMIT, WorkItem
from bpm_core.queries import calendars


class Sign(StrEnum):
    """How a time limit is shown: one sign, one word, one colour."""

    OVERDUE = "overdue"
    SOON = "soon"
    RUNNING = "running"
    STOPPED = "stopped"
    ENDED = "ended"
    WAITING = "waiting"  # the clocks have not begun yet
    NONE = "none"


#: A limit with no more than so many working days left is shown as due soon.
SOON_DAYS = 1


@dataclass(frozen=True, slots=True)
class Stand:
    """Where a limit stands. `days_left` counts working days; negative = overdue by so many; None = no limit."""

    sign: Sign
    due_on: date | None = None
    days_left: int | None = None


UNLIMITED = Stand(Sign.NONE)


def stand(due_on: date | None, today: date, calendar: WorkCalendar, *, stopped: bool = False) -> Stand:
    """How a last day looks today."""
    if due_on is None:
        return Stand(Sign.STOPPED) if stopped else UNLIMITED
    if stopped:
        return Stand(Sign.STOPPED, due_on)
    if due_on < today:
        return Stand(Sign.OVERDUE, due_on, -max(1, calendar.working_days_between(due_on, today)))
    left = calendar.working_days_between(today, due_on)
    return Stand(Sign.SOON if left <= SOON_DAYS else Sign.RUNNING, due_on, left)


def of_item(item: WorkItem, case: Case, today: date, calendar: WorkCalendar | None = None) -> Stand:
    """The day the lists sort the item by: its own limit, else what the case's limits say; standing still with them."""
    calendar = calendar or calendars.current()
    if item.closed_at is not None:
        return Stand(Sign.ENDED, item.due_on)
    due_on = civil_date(item.sort_at) if item.sort_at < NO_LIMIT else None
    if due_on is None and case.clock_state in ("waiting", "ended"):
        return Stand(Sign.WAITING if case.clock_state == "waiting" else Sign.NONE)
    return stand(due_on, today, calendar, stopped=case.clock_state == "stopped")


def nearest(case: Case) -> date | None:
    """The earlier of the promised and the legal last day."""
    return min((day for day in (case.promised_due_on, case.legal_due_on) if day), default=None)


def of_case(case: Case, today: date, calendar: WorkCalendar | None = None) -> Stand:
    """The nearest limit of the whole case."""
    if case.ended_at is not None:
        return Stand(Sign.ENDED, nearest(case))
    if case.clock_state == "ended":  # what the limit was for is done, the case itself goes on
        return Stand(Sign.NONE, nearest(case))
    return stand(nearest(case), today, calendar or calendars.current(), stopped=case.clock_state == "stopped")


@dataclass(frozen=True, slots=True)
class Explanation:
    """One limit with every reason for its last day, in the order of time."""

    clock: Clock
    deadline: Deadline
    lines: tuple[Line, ...]


def explain(case: Case, today: date) -> list[Explanation]:
    """Every limit of the case, those of the whole case first."""
    stops = [_stop(row) for row in ClockStop.objects.filter(case=case).select_related("notice").order_by("stopped_on")]
    rows = Clock.objects.filter(case=case).select_related("work_item").order_by("work_item__opened_at", "kind", "pk")
    calendar = calendars.current()
    return [
        _explained(row, stops, calendar, today) for row in sorted(rows, key=lambda row: row.work_item_id is not None)
    ]


def _explained(row: Clock, stops: Sequence[Stop], calendar: WorkCalendar, today: date) -> Explanation:
    limit = Limit(row.limit_value, Unit(row.limit_unit), LimitKind(row.kind), row.basis, row.certainty)
    during = [stop for stop in stops if stop.resumed_on is None or stop.resumed_on >= row.started_on]
    told = {"today": today, "ended_on": row.ended_on}
    return Explanation(
        row,
        clocks.deadline(limit, row.started_on, during, calendar, **told),
        clocks.explain(limit, row.started_on, during, calendar, **told),
    )


def _stop(row: ClockStop) -> Stop:
    notice = row.notice.number if row.notice else ""
    return Stop(row.ground, row.stopped_on, row.resumed_on, row.until_on, notice, row.proof)


def working_days_spent(first: date, last: date) -> int:
    """Working days between two days, for "how long it took"; 0 within one day."""
    if last - first > timedelta(days=3660):
        return (last - first).days
    return calendars.current().working_days_between(first, last)
