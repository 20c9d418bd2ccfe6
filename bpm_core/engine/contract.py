"""What may be asked of the engine and what it gives back, in our own words; no SpiffWorkflow type passes here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

# A FEEL value (bpm_core.feel.values): None, bool, Decimal, str, dates, durations, list, dict.
Value = Any
Variables = Mapping[str, Any]


class WaitKind(StrEnum):
    """What a token can wait for."""

    WORK = "work"  # a person: user or manual task
    TIMER = "timer"
    MESSAGE = "message"
    SIGNAL = "signal"
    CONDITION = "condition"  # re-examined whenever variables change; never lost as long as another wait is open
    JOB = "job"  # an automatic step outside: service task


class CloseReason(StrEnum):
    """Why a wait ended."""

    DONE = "done"  # it happened: completed, delivered, fired, finished
    CANCELLED = "cancelled"  # overtaken: interrupted, other branch won, case ended


@dataclass(frozen=True, slots=True)
class CaseState:
    """Where a case stands: its identity for the warm cache, its version, and the encoded state.

    blob    encoded state; a callable is asked only when the warm cache has no entry for (case_id, version), so that a
            warm step needs no read. Raises StateMismatch from the engine if the blob is of an unknown encoding.
    """

    case_id: str
    version: int
    blob: bytes | Callable[[], bytes]


@dataclass(frozen=True, slots=True)
class Wait:
    """One thing an open case waits for. `token` is unique within the case and stable until the wait closes."""

    token: str
    kind: WaitKind
    element_id: str  # BPMN id within its process
    process_key: str  # the process (called processes have their own)
    path: tuple[str, ...] = ()  # ids of enclosing call activities / sub-processes, outermost first
    item_index: int | None = None  # 0-based index in a multi-instance
    name: str | None = None  # MESSAGE and SIGNAL: its name
    correlation: str | None = None  # MESSAGE: correlation key value if the diagram gives one
    due_at: datetime | None = None  # TIMER: when, if it counts calendar time
    working_days: int | None = None  # TIMER: number of working days from `now`; the caller resolves it on the calendar
    repeat: int | None = None  # TIMER cycles: firings left after this one; None = once
    topic: str | None = None  # JOB: connector name
    arguments: Mapping[str, Any] = field(default_factory=dict)  # JOB: evaluated arguments
    boundary_of: str | None = None  # token of the activity this event is attached to


@dataclass(frozen=True, slots=True)
class Closed:
    token: str
    kind: WaitKind
    element_id: str
    reason: CloseReason


@dataclass(frozen=True, slots=True)
class Passed:
    """One element entered or left automatically, in order: the raw material of the journal and of scenario paths."""

    element_id: str
    process_key: str
    path: tuple[str, ...]
    kind: str  # BPMN local name
    event: str  # "entered" | "completed" | "cancelled" | "caught"


@dataclass(frozen=True, slots=True)
class DecisionTaken:
    """A decision table evaluated in a business rule task."""

    element_id: str
    decision_id: str
    digest: str  # sha256 of the DMN file that held it
    inputs: Mapping[str, Any]
    hits: tuple[Mapping[str, Any], ...]  # rule number, id, annotation, cells
    outputs: Mapping[str, Any]
    process_key: str  # the process whose table it is
    read: Mapping[str, Any]  # the variables it read: the same table decides the same on them again


@dataclass(frozen=True, slots=True)
class Thrown:
    """A message or signal thrown towards the world outside this case."""

    kind: str  # "message" | "signal"
    name: str
    element_id: str
    process_key: str
    payload: Mapping[str, Any]
    payload_names: tuple[str, ...] = ()  # names the caller adds from recorded facts when the engine does not hold them
    parties: tuple[str, ...] = ()
    correlation: str | None = None


@dataclass(frozen=True, slots=True)
class Ended:
    """The process instance is over. `end_id` is the last named end event passed outside called processes."""

    end_id: str | None
    ends: tuple[str, ...]  # every end event passed in this advance, in order
    terminated: bool = False


@dataclass(frozen=True, slots=True)
class EngineIncident:
    """Automation stuck at a node: the case is kept, a person must look."""

    code: str  # "expression", "budget", "stuck", "no_flow", "decision", "job_failed", "unhandled_error", ...
    element_id: str | None
    message: str
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Advance:
    """Everything that one advance changed. The caller writes all of it in one transaction, or nothing."""

    state: bytes
    opened: tuple[Wait, ...]
    closed: tuple[Closed, ...]
    passed: tuple[Passed, ...]
    thrown: tuple[Thrown, ...]
    decisions: tuple[DecisionTaken, ...]
    changed: Mapping[str, Any]  # process-level variables that differ from before (FEEL values)
    ended: Ended | None = None
    incidents: tuple[EngineIncident, ...] = ()
    live: Any = None  # opaque: handed back to `settle`


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What an encoded state holds, for pages, repair and verification."""

    waits: tuple[Wait, ...]
    variables: Mapping[str, Any]  # process level
    scopes: Mapping[str, Mapping[str, Any]]  # token of the scope -> its own variables
    ended: bool


class EngineError(Exception):
    """Base of what the engine refuses. `code` and `facts` as for domain refusals."""

    code = "engine_error"

    def __init__(self, message: str, **facts: Any) -> None:
        super().__init__(message)
        self.facts = facts


class UnknownToken(EngineError):
    """The token is not waiting (already done, cancelled, or never was)."""

    code = "unknown_token"


class StateMismatch(EngineError):
    """The state is not of this definition or of a known encoding."""

    code = "state_mismatch"


class NotExecutable(EngineError):
    """The definition holds something the engine will not run; facts: element, rule, line."""

    code = "not_executable"


class BadMove(EngineError):
    """A token cannot be moved to that element."""

    code = "bad_move"


@dataclass(frozen=True, slots=True)
class Obstacle:
    """Why a case can't go to another version of its process: the element of the old version a token stands at.

    code    element_gone, kind_differs, called_differs, loop_differs, event_differs, attached_elsewhere,
            choice_differs, join_differs, join_starves, flow_gone, undo_gone, new_event_fails, state_differs, ended
    """

    code: str
    element_id: str
    process_key: str
    token: str
    facts: Mapping[str, Any] = field(default_factory=dict)


class CannotMigrate(EngineError):
    """The case can't go to the other version; `obstacles` says why, all of them."""

    code = "cannot_migrate"

    def __init__(self, obstacles: tuple[Obstacle, ...]) -> None:
        places = ", ".join(sorted({f"{one.element_id}: {one.code}" for one in obstacles}))
        super().__init__(f"the case can't go to the other version ({places})")
        self.obstacles = obstacles


class BadMapping(EngineError):
    """A mapping between two versions names what is in neither, or the versions are of different processes."""

    code = "bad_mapping"
