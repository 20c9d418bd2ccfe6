"""What a process diagram says, as plain facts: elements, flows, lanes, limits. No XML, no engine, no database."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum


class LimitUnit(StrEnum):
    """Units in which a time limit may be given. `immediate` carries the value 0."""

    WORKING_DAY = "working_day"
    CALENDAR_DAY = "calendar_day"
    WORKING_HOUR = "working_hour"
    MINUTE = "minute"
    MONTH = "month"
    YEAR = "year"
    IMMEDIATE = "immediate"


class ClockAct(StrEnum):
    """What a step does to the legal and promised clocks of its case."""

    START = "start"
    SUSPEND = "suspend"
    RESUME = "resume"
    STOP = "stop"


@dataclass(frozen=True, slots=True)
class Limit:
    """A time limit as written: a value and its unit."""

    value: int
    unit: LimitUnit


@dataclass(frozen=True, slots=True)
class Lane:
    """A row of the diagram: the post (`code`: WIN, C1, ...) that does the steps in it.

    level  public, village, township, county, municipal, partner or system
    actor  citizen, employer, staff, institution, expert, system, ...
    """

    id: str
    code: str
    name_zh: str
    name_en: str
    level: str = ""
    actor: str = ""


@dataclass(frozen=True, slots=True)
class ValueSpec:
    """One value that a register, a message or the process itself brings: its type and its name for people."""

    name: str
    type: str
    label_zh: str = ""
    label_en: str = ""
    example: str | None = None
    options: tuple[tuple[str, str, str], ...] = ()  # (value, zh, en)
    personal: bool = False
    derived: bool = False  # process variables: worked out on the way, not given at the start


@dataclass(frozen=True, slots=True)
class SystemQuery:
    """One register that a step asks, and what it asks there."""

    code: str
    query_zh: str = ""
    query_en: str = ""


@dataclass(frozen=True, slots=True)
class TimerSpec:
    """When a timer fires. `text` is FEEL or plain ISO 8601; `count` says which days a duration counts."""

    kind: str  # "duration" | "date" | "cycle"
    text: str
    count: str = "calendar"  # "calendar" | "working_day"


@dataclass(frozen=True, slots=True)
class LoopSpec:
    """Repetition marked on an activity: multi-instance or standard loop."""

    kind: str  # "parallel" | "sequential" | "standard"
    collection: str | None = None
    cardinality: str | None = None
    item: str | None = None
    completion: str | None = None


@dataclass(frozen=True, slots=True)
class Element:
    """One node of the diagram with everything written at it.

    kind    BPMN local name: userTask, exclusiveGateway, boundaryEvent, subProcess, ...
    node    its name in paths and progress lists; the id unless the diagram says otherwise; "" = helper, not shown
    line    1-based line in process.bpmn
    """

    id: str
    kind: str
    name_zh: str = ""
    name_en: str = ""
    node: str = ""
    line: int = 0
    parent: str | None = None
    lane: str | None = None
    incoming: tuple[str, ...] = ()
    outgoing: tuple[str, ...] = ()
    # people
    form_id: str | None = None
    candidate_groups: tuple[str, ...] = ()
    sop_zh: str = ""
    sop_en: str = ""
    clauses: tuple[str, ...] = ()
    laws: tuple[str, ...] = ()
    clauses_en: tuple[str, ...] = ()
    laws_en: tuple[str, ...] = ()
    limit: Limit | None = None
    clock: ClockAct | None = None
    clock_ground: str = ""
    sod_groups: tuple[str, ...] = ()
    audit_points: tuple[str, ...] = ()
    # automation
    connector: str | None = None
    systems: tuple[SystemQuery, ...] = ()
    outputs: tuple[ValueSpec, ...] = ()
    decisions: tuple[str, ...] = ()
    assigns: tuple[tuple[str, str], ...] = ()
    # events
    events: tuple[str, ...] = ()  # message, timer, signal, error, escalation, terminate, ...
    message: str | None = None
    payload: tuple[str, ...] = ()
    parties: tuple[str, ...] = ()
    timer: TimerSpec | None = None
    attached_to: str | None = None
    interrupting: bool = True
    active_until: str | None = None
    outcome: str | None = None
    # structure
    called_key: str | None = None
    call_inputs: tuple[tuple[str, str], ...] = ()  # (source, target); ("*", "*") = everything
    call_outputs: tuple[tuple[str, str], ...] = ()
    default_flow: str | None = None
    triggered_by_event: bool = False
    loop: LoopSpec | None = None

    @property
    def shown(self) -> bool:
        """Whether the element appears in paths and lists of steps."""
        return self.node != ""


@dataclass(frozen=True, slots=True)
class Flow:
    """A sequence flow. `condition` is FEEL; `default` marks the flow its source takes when no condition holds."""

    id: str
    source: str
    target: str
    condition: str | None = None
    default: bool = False
    name_zh: str = ""
    name_en: str = ""
    parent: str | None = None
    line: int = 0


@dataclass(frozen=True, slots=True)
class ProcessModel:
    """A process diagram as facts. `id` is the key of the process."""

    id: str
    code: str
    name_zh: str
    name_en: str
    elements: Mapping[str, Element]
    flows: tuple[Flow, ...]
    lanes: Mapping[str, Lane]
    messages: tuple[str, ...] = ()
    variables: tuple[ValueSpec, ...] = ()
    executable: bool = True
    line: int = 0
    flow_by_id: Mapping[str, Flow] = field(default_factory=dict)

    @property
    def starts(self) -> tuple[Element, ...]:
        """Start events of the process itself, not of its sub-processes."""
        return tuple(e for e in self.elements.values() if e.kind == "startEvent" and e.parent is None)

    def start_named(self, name: str) -> Element | None:
        """The start event of a message, or the one of that id; None for "none", the plain start."""
        if name == "none":
            return None
        return next((e for e in self.starts if name in (e.message, e.id)), None)

    @property
    def ends(self) -> tuple[Element, ...]:
        """Every end event that people see, in sub-processes too."""
        return tuple(e for e in self.elements.values() if e.kind == "endEvent" and e.shown)

    def lane_of(self, element: Element) -> Lane | None:
        """The lane an element stands in."""
        return self.lanes.get(element.lane) if element.lane else None

    def following(self, element_id: str) -> tuple[Element, ...]:
        """Elements directly after one."""
        return tuple(self.elements[self.flow_by_id[f].target] for f in self.elements[element_id].outgoing)


Number = int | Decimal
