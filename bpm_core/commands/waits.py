"""What a case waits for, as rows of the step: work items, timers, subscriptions and jobs the engine opened."""

from __future__ import annotations

import hashlib
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import uuid4

from bpm_core.commands import calendars, places
from bpm_core.commands.clockwork import closing_time
from bpm_core.commands.heads import Item
from bpm_core.commands.loading import Loaded
from bpm_core.commands.results import Opened
from bpm_core.commands.unit import Unit
from bpm_core.domain import clocks as limits
from bpm_core.domain import roles
from bpm_core.domain.calendar import CIVIL_ZONE, civil_date
from bpm_core.domain.lifecycle import CaseStatus, ItemState, JobState
from bpm_core.engine import Wait, WaitKind
from bpm_core.feel import values
from bpm_core.models import Job, Subscription, Timer, WorkItem
from bpm_core.models.work import NO_LIMIT
from bpm_core.notation.model import Element


def tell(unit: Unit, what: str, fact: dict[str, Any]) -> None:
    """Add a fact of one kind to the journal entry of the step."""
    unit.body.setdefault(what, []).append(fact)


def open_wait(unit: Unit, wait: Wait) -> None:
    """The row of something the case waits for from now on, and the journal's word of it."""
    _OPENERS[wait.kind](unit, wait)


def _open_work(unit: Unit, wait: Wait) -> None:
    element = unit.loaded.element(wait.process_key, wait.element_id)
    assert element is not None, wait
    lane = lane_code(unit.loaded, wait.process_key, element)
    place, offered_to = places.for_lane(lane, levels=unit.levels, entry=unit.entry)
    due_on, due_at, sort_at = due(element, unit.at, case_due_on=unit.due_on)
    visit = unit.visits.get(wait.element_id, 0) + 1
    unit.visits[wait.element_id] = visit
    item = Item(
        id=uuid4(),
        token=wait.token,
        element_id=wait.element_id,
        process_key=wait.process_key,
        path="/".join(wait.path),
        lane=offered_to,
        unit_id=place.id,
        state=(ItemState.OFFERED if unit.status == CaseStatus.RUNNING else ItemState.SUSPENDED).value,
        holder_id=None,
        sod_groups=frozenset(element.sod_groups),
        opened_at=unit.at,
        visit=visit,
        due_on=due_on,
        limit_value=element.limit.value if element.limit else None,
        limit_unit=element.limit.unit.value if element.limit else "",
    )
    unit.items[item.id] = item
    name_zh = element.name_zh or element.name_en or element.id
    name_en = element.name_en or name_zh
    unit.rows.add(
        WorkItem,
        {
            "id": item.id,
            "token": item.token,
            "case_id": unit.head.case_id,
            "definition_id": unit.head.definition_id,
            "process_key": item.process_key,
            "element_id": item.element_id,
            "path": item.path,
            "item_index": wait.item_index,
            "name_zh": name_zh,
            "name_en": name_en,
            "lane": offered_to,
            "role": roles.lane(offered_to).role.value,
            "unit_id": place.id,
            "l1": place.levels[0],
            "l2": place.levels[1],
            "l3": place.levels[2],
            "l4": place.levels[3],
            "sod_groups": " ".join(sorted(item.sod_groups)),
            "state": item.state,
            "closer_key": "",
            "due_on": due_on,
            "due_at": due_at,
            "sort_at": sort_at,
            "limit_value": item.limit_value,
            "limit_unit": item.limit_unit,
            "priority": 0,
            "visit": visit,
            "opened_at": unit.at,
            "returned_reason": "",
        },
    )
    due_text = due_on.isoformat() if due_on else None
    unit.opened.append(Opened(str(item.id), item.element_id, name_zh, name_en, offered_to, place.code, due_text))
    tell(
        unit,
        "opened",
        {
            "token": wait.token,
            "kind": "work",
            "element": wait.element_id,
            "process": wait.process_key,
            "path": "/".join(wait.path),
            "item": str(item.id),
            "lane": offered_to,
            "unit": place.code,
            "state": item.state,
            "due_on": due_text,
            "visit": visit,
        },
    )


def lane_code(loaded: Loaded, process_key: str, element: Element) -> str:
    """Code of the lane a step stands in: what the step names itself goes before where it is drawn.

    Steps of a shared part are done at the level that decides the case it is called from (`roles.MUNICIPAL`).
    """
    lane = loaded.process(process_key).lane_of(element)
    drawn = element.candidate_groups[0] if element.candidate_groups else lane.code if lane else "WIN"
    if process_key == loaded.key or loaded.bundles[process_key].guide is None:
        return drawn
    own = loaded.bundle.guide
    called = loaded.bundles[process_key].guide
    shared = called is not None and not called.public
    return roles.MUNICIPAL.get(drawn, drawn) if shared and own and own.deciding_level == "municipal" else drawn


def due(element: Element, at: datetime, *, case_due_on: date | None) -> tuple[Any, Any, datetime]:
    """Last day, moment and place in the lists of a step opened at `at`.

    A step without a limit of its own stands in the lists by the day the case as a whole is due.
    """
    if element.limit is None:
        return None, None, closing_time(case_due_on) if case_due_on else NO_LIMIT
    limit = limits.Limit(element.limit.value, limits.Unit(element.limit.unit.value), limits.LimitKind.STEP)
    calendar = calendars.current()
    due_at = limits.due_moment(limit, at, calendar)
    due_on = civil_date(due_at) if due_at else limits.step_due_on(limit, at, calendar)
    return due_on, due_at, due_at or closing_time(due_on)


def _open_timer(unit: Unit, wait: Wait) -> None:
    due_at = wait.due_at
    if due_at is None:
        # A wait of working days is over when its last day is: at the first moment of the day after.
        last = calendars.current().add_working_days(civil_date(unit.at), wait.working_days or 0)
        due_at = datetime.combine(last + timedelta(days=1), time(0), CIVIL_ZONE)
    unit.rows.add(
        Timer,
        {
            "case_id": unit.head.case_id,
            "token": wait.token,
            "process_key": wait.process_key,
            "element_id": wait.element_id,
            "due_at": due_at,
            "repeat": wait.repeat,
            "attempt": 0,
            "worker": "",
        },
    )
    tell(
        unit,
        "opened",
        {
            "token": wait.token,
            "kind": "timer",
            "element": wait.element_id,
            "process": wait.process_key,
            "path": "/".join(wait.path),
            "due_at": due_at.isoformat(),
        },
    )


def correlation_key(value: str) -> str:
    """A correlation value as it is looked up: itself, or its digest when it is longer than a key may be."""
    return value if len(value) <= 100 else "sha256:" + hashlib.sha256(value.encode()).hexdigest()


def _open_subscription(unit: Unit, wait: Wait) -> None:
    unit.rows.add(
        Subscription,
        {
            "case_id": unit.head.case_id,
            "token": wait.token,
            "kind": wait.kind.value,
            "name": wait.name or "",
            "correlation": correlation_key(wait.correlation or ""),
            "process_key": wait.process_key,
            "element_id": wait.element_id,
        },
    )
    tell(
        unit,
        "opened",
        {
            "token": wait.token,
            "kind": wait.kind.value,
            "element": wait.element_id,
            "process": wait.process_key,
            "path": "/".join(wait.path),
            "name": wait.name or "",
        },
    )


def _open_job(unit: Unit, wait: Wait) -> None:
    unit.rows.add(
        Job,
        {
            "case_id": unit.head.case_id,
            "token": wait.token,
            "process_key": wait.process_key,
            "element_id": wait.element_id,
            "topic": wait.topic or "",
            "arguments": {name: values.encode(value) for name, value in wait.arguments.items()},
            "state": JobState.WAITING.value,
            "attempt": 0,
            "due_at": unit.at,
            "worker": "",
            "last_error": "",
            "created_at": unit.at,
        },
    )
    tell(
        unit,
        "opened",
        {
            "token": wait.token,
            "kind": "job",
            "element": wait.element_id,
            "process": wait.process_key,
            "path": "/".join(wait.path),
            "topic": wait.topic or "",
        },
    )


_OPENERS = {
    WaitKind.WORK: _open_work,
    WaitKind.TIMER: _open_timer,
    WaitKind.JOB: _open_job,
    WaitKind.MESSAGE: _open_subscription,
    WaitKind.SIGNAL: _open_subscription,
    WaitKind.CONDITION: _open_subscription,
}
