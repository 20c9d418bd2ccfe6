"""What the engine answered, as rows of the step: work items, timers, subscriptions, jobs, facts, messages, the end."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import uuid4

from bpm_core import engine
from bpm_core.commands import calendars, places
from bpm_core.commands.clockwork import Clocks, closing_time
from bpm_core.commands.heads import Item
from bpm_core.commands.results import Opened
from bpm_core.commands.unit import Unit
from bpm_core.domain import clocks as limits
from bpm_core.domain import roles
from bpm_core.domain.calendar import CIVIL_ZONE, civil_date
from bpm_core.domain.lifecycle import CaseStatus, ItemState, JobState
from bpm_core.engine import Advance, Closed, CloseReason, Thrown, Wait, WaitKind
from bpm_core.feel import values
from bpm_core.models import Incident, Job, Outbox, Subscription, Timer, WorkItem, states
from bpm_core.models.work import NO_LIMIT
from bpm_core.notation.model import Element

#: Outcome written at an end event -> how the case as a whole ended; what is not named here was carried through.
STATUS_OF_OUTCOME = {
    "rejected": CaseStatus.REJECTED,
    "refused": CaseStatus.REJECTED,
    "not_accepted": CaseStatus.REJECTED,
    "withdrawn": CaseStatus.WITHDRAWN,
    "abandoned": CaseStatus.WITHDRAWN,  # the law deems a claim nobody pursues withdrawn
    "cancelled": CaseStatus.CANCELLED,
    "transferred": CaseStatus.TRANSFERRED,
}


def apply(unit: Unit, advance: Advance, *, source: str = "decision") -> None:
    """Write down everything one advance changed; `source` says where changed variables came from."""
    unit.case_set["state"] = states.close(unit.head.case_id, advance.state)
    case_id, version = str(unit.head.case_id), unit.head.version + 1
    unit.settle = lambda: engine.settle(case_id, version, advance)
    clock = Clocks(unit)
    for closed in advance.closed:
        _close(unit, closed)
    clock.resume_after({c.token for c in advance.closed if c.reason is CloseReason.DONE})
    _clock_marks(unit, clock, advance)
    for wait in advance.opened:
        _OPENERS[wait.kind](unit, wait)
    _facts(unit, advance, source)
    for thrown in advance.thrown:
        _throw(unit, thrown)
    for incident in advance.incidents:
        open_incident(unit, incident.code, incident.message, incident.element_id or "", dict(incident.facts))
    _tell_passed(unit, advance)
    if advance.ended is not None:
        _end(unit, advance, clock)


# -- waits that closed


def _close(unit: Unit, closed: Closed) -> None:
    done = closed.reason is CloseReason.DONE
    _tell(unit, "closed", {"token": closed.token, "kind": closed.kind.value, "done": done})
    if closed.kind is WaitKind.WORK:
        _cancel_item(unit, closed.token)
    elif closed.kind is WaitKind.TIMER:
        ended = "fired_at" if done else "cancelled_at"
        row = {"case_id": unit.head.case_id, "token": closed.token, ended: unit.at, "lease_until": None}
        unit.rows.patch(Timer, row, by=("case_id", "token"), empty=("fired_at", "cancelled_at"))
    elif closed.kind is WaitKind.JOB:
        state = JobState.DONE if done else JobState.CANCELLED
        unit.rows.patch(
            Job,
            {
                "case_id": unit.head.case_id,
                "token": closed.token,
                "state": state.value,
                "ended_at": unit.at,
                "lease_until": None,
            },
            by=("case_id", "token"),
        )
    else:
        unit.rows.remove(Subscription, "token", closed.token)


def _cancel_item(unit: Unit, token: str) -> None:
    """A work item overtaken by events; the one a person completed is gone from the unit's items already."""
    for item in list(unit.items.values()):
        if item.token == token:
            unit.rows.patch(WorkItem, {"id": item.id, "state": ItemState.CANCELLED.value, "closed_at": unit.at})
            del unit.items[item.id]


# -- waits that opened


def _open_work(unit: Unit, wait: Wait) -> None:
    element = unit.loaded.element(wait.process_key, wait.element_id)
    assert element is not None, wait
    lane = lane_code(unit, wait.process_key, element)
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
    _tell(
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


def lane_code(unit: Unit, process_key: str, element: Element) -> str:
    """Code of the lane a step stands in: what the step names itself goes before where it is drawn."""
    if element.candidate_groups:
        return element.candidate_groups[0]
    lane = unit.loaded.process(process_key).lane_of(element)
    return lane.code if lane else "WIN"


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
    _tell(
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


def _open_subscription(unit: Unit, wait: Wait) -> None:
    unit.rows.add(
        Subscription,
        {
            "case_id": unit.head.case_id,
            "token": wait.token,
            "kind": wait.kind.value,
            "name": wait.name or "",
            "correlation": wait.correlation or "",
            "process_key": wait.process_key,
            "element_id": wait.element_id,
        },
    )
    _tell(
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
    _tell(
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


# -- clocks, facts, messages, incidents


def _clock_marks(unit: Unit, clock: Clocks, advance: Advance) -> None:
    """What the marks at the elements passed in this advance do to the clocks."""
    loaded = unit.loaded
    if not loaded.clock_starts and any(
        c.kind is WaitKind.WORK and c.reason is CloseReason.DONE for c in advance.closed
    ):
        clock.start()
    for passed in advance.passed:
        element = loaded.element(passed.process_key, passed.element_id)
        mark = element.clock if element is not None else None
        if element is None or mark is None:
            continue
        if passed.event == "completed" and mark == "start":
            clock.start()
        elif mark == "suspend" and element.kind in ("userTask", "manualTask", "task"):
            if passed.event == "entered":
                waits = [wait.token for wait in advance.opened if wait.element_id == element.id]
                clock.stop(element.clock_ground or element.id, waits=waits)
        elif mark == "suspend" and passed.event == "completed":
            waits = [wait.token for wait in advance.opened]
            clock.stop(element.clock_ground or element.id, waits=waits)
        elif passed.event == "completed" and mark == "resume":
            clock.resume(proof=element.id)
        elif passed.event == "completed" and mark == "stop":
            clock.end()  # what the limit is for is done; the case itself may go on for months


def _facts(unit: Unit, advance: Advance, source: str) -> None:
    loaded, known = unit.loaded, unit.body.get("facts", {})
    for name, value in advance.changed.items():
        if name not in known:
            personal = name in loaded.personal
            unit.set_fact(name, value, source=source, personal=personal, told=name not in loaded.free_text)
    for taken in advance.decisions:
        _tell(
            unit,
            "decisions",
            {
                "element": taken.element_id,
                "decision": taken.decision_id,
                "digest": taken.digest,
                "rules": [str(hit["rule_id"]) for hit in taken.hits],
                "numbers": [int(hit["rule"]) for hit in taken.hits],
                "outputs": sorted(taken.outputs),
            },
        )


def _throw(unit: Unit, thrown: Thrown) -> None:
    """A message for the world outside: an outbox row of names only; who delivers it looks the values up."""
    names = sorted({*thrown.payload, *thrown.payload_names})
    event = {
        "kind": thrown.kind,
        "name": thrown.name,
        "element": thrown.element_id,
        "process": thrown.process_key,
        "parties": list(thrown.parties),
        "payload": names,
    }
    unit.rows.add(Outbox, outbox_row(unit, f"{thrown.kind}.sent", {"case": unit.head.number, **event}))
    _tell(unit, "thrown", event)


def outbox_row(unit: Unit, topic: str, body: dict[str, Any]) -> dict[str, Any]:
    """A row of the outbox for now."""
    return {
        "case_id": unit.head.case_id,
        "topic": topic,
        "body": body,
        "created_at": unit.at,
        "due_at": unit.at,
        "attempt": 0,
        "worker": "",
        "last_error": "",
    }


def open_incident(unit: Unit, code: str, message: str, element_id: str, facts: dict[str, Any]) -> None:
    """A person must look; the case is kept as it is."""
    plain = {name: value if isinstance(value, int | str | bool) else str(value) for name, value in facts.items()}
    unit.rows.add(
        Incident,
        {
            "case_id": unit.head.case_id,
            "element_id": element_id,
            "code": code,
            "message": message[:2000],
            "facts": plain,
            "opened_at": unit.at,
            "resolution": "",
        },
    )
    _tell(unit, "incidents", {"code": code, "element": element_id})


# -- the end


def _tell_passed(unit: Unit, advance: Advance) -> None:
    unit.body["passed"] = [
        [passed.process_key, passed.element_id, passed.event, "/".join(passed.path)] for passed in advance.passed
    ]


def _end(unit: Unit, advance: Advance, clock: Clocks) -> None:
    """The last end event people see decides what became of the case; helper ends behind it only close the diagram."""
    assert advance.ended is not None
    own = unit.loaded.bundle.process
    passed = [own.elements[p.element_id] for p in advance.passed if p.process_key == own.id and p.event == "completed"]
    ends = [element for element in passed if element.kind == "endEvent" and element.shown]
    element = ends[-1] if ends else own.elements.get(advance.ended.end_id or "")
    outcome = (element.outcome if element else None) or "completed"
    end_id = element.id if element else ""
    close_case(unit, STATUS_OF_OUTCOME.get(outcome, CaseStatus.COMPLETED), outcome, clock, end_id=end_id)


def close_case(unit: Unit, status: CaseStatus, outcome: str, clock: Clocks, *, end_id: str = "") -> None:
    """The case is over: its status, its clocks and the message that tells of it."""
    unit.ended = end_id or outcome
    unit.case_set |= {"status": status.value, "outcome": outcome, "end_element": end_id, "ended_at": unit.at}
    clock.end()
    unit.rows.add(
        Outbox, outbox_row(unit, "case.ended", {"case": unit.head.number, "status": status.value, "outcome": outcome})
    )
    unit.body["ended"] = {"status": status.value, "outcome": outcome, "end": end_id}


def _tell(unit: Unit, what: str, fact: dict[str, Any]) -> None:
    unit.body.setdefault(what, []).append(fact)
