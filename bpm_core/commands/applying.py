"""What the engine answered, as rows of the step: work items, timers, subscriptions, jobs, facts, messages, the end."""

from __future__ import annotations

from typing import Any

from bpm_core import engine
from bpm_core.commands.clockwork import Clocks
from bpm_core.commands.loading import Loaded
from bpm_core.commands.thrown import MESSAGE, SIGNAL, row
from bpm_core.commands.unit import Unit
from bpm_core.commands.waits import open_wait, tell
from bpm_core.domain.lifecycle import CaseStatus, ItemState, JobState
from bpm_core.engine import Advance, Closed, CloseReason, DecisionTaken, Thrown, WaitKind
from bpm_core.feel import values
from bpm_core.models import Incident, Job, Outbox, Subscription, Timer, WorkItem, states

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
        open_wait(unit, wait)
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
    tell(unit, "closed", {"token": closed.token, "kind": closed.kind.value, "done": done})
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
            unit.set_fact(name, value, source=source, personal=personal, told=not loaded.untold(name))
    for taken in advance.decisions:
        tell(unit, "decisions", _decision(loaded, taken))


def _decision(loaded: Loaded, taken: DecisionTaken) -> dict[str, Any]:
    """A decision as the journal keeps it: enough to take it again (queries/decisions.py).

    Personal values and what people type freely are not told here; the entry that recorded such a fact committed to it.
    """
    kept = lambda given: {  # noqa: E731
        name: values.encode(value) for name, value in given.items() if not loaded.untold(name)
    }
    told = {
        "element": taken.element_id,
        "process": taken.process_key,
        "decision": taken.decision_id,
        "digest": taken.digest,
        "rules": [str(hit["rule_id"]) for hit in taken.hits],
        "numbers": [int(hit["rule"]) for hit in taken.hits],
        "read": kept(taken.read),
        "outputs": kept(taken.outputs),
    }
    withheld = sorted(name for name in {*taken.read, *taken.outputs} if loaded.untold(name))
    return told | ({"withheld": withheld} if withheld else {})


def _throw(unit: Unit, thrown: Thrown) -> None:
    """A message or signal: an outbox row of names only for the world outside, and a sealed one for other cases.

    A message whose step names its parties goes to those alone (interlocks.py), any other where BPMN says (crossing.py).
    """
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
    tell(unit, "thrown", event)
    if thrown.kind == "message" and thrown.parties:
        return
    onward = MESSAGE if thrown.kind == "message" else SIGNAL
    facts = {"facts": list(thrown.payload_names)} if thrown.payload_names else {}
    sent = row(
        onward,
        thrown.name,
        thrown.payload,
        correlation=thrown.correlation,
        case_id=unit.head.case_id,
        at=unit.at,
        **facts,
    )
    unit.rows.add(Outbox, sent)


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
    tell(unit, "incidents", {"code": code, "element": element_id})


# -- the end


def _tell_passed(unit: Unit, advance: Advance) -> None:
    unit.body["passed"] = [
        [passed.process_key, passed.element_id, passed.event, "/".join(passed.path)] for passed in advance.passed
    ]


def _end(unit: Unit, advance: Advance, clock: Clocks) -> None:
    """The last end event people see decides what became of the case; helper ends behind it only close the diagram."""
    assert advance.ended is not None
    own = unit.loaded.bundle.process
    completed = [p.element_id for p in advance.passed if p.process_key == own.id and p.event == "completed"]
    passed = [own.elements[identity] for identity in completed if identity in own.elements]
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
