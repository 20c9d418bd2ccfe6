"""A worked case of a process played through the real commands: people act, registers answer, time passes.

`manage.py run_scenarios` plays every scenario to its end and compares; `manage.py demo` plays some of them part of the
way. The player reads nothing but the journal to know what is open, so that it sees a case as an auditor would.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from bpm_core import feel
from bpm_core.commands import cases, heads, jobs, messages, places, timers, work_items
from bpm_core.commands.heads import Item
from bpm_core.commands.loading import Loaded, load
from bpm_core.domain.actors import SYSTEM, TIMER, Actor
from bpm_core.domain.errors import Refused, SeparationOfDuty
from bpm_core.models import Case
from bpm_core.notation.fields import Field, FormSchema
from bpm_core.notation.model import Element, ValueSpec
from bpm_core.notation.scenarios import Event, Scenario
from bpm_core.seed import lookups
from bpm_core.seed.cast import Cast

MAX_STEPS = 1_500
_DEFAULTS: Mapping[str, Any] = {
    "string": "sample",
    "text": "sample text",
    "file": "sample.pdf",
    "integer": 1,
    "decimal": 1,
    "money": 1000,
    "date": "2026-10-15",
    "month": "2026-10",
    "boolean": True,
    "list": [],
    "multi_enum": [],
    "phone": "13800000000",
    "uscc": "91410800MA0000007L",
    "region": "410823901001",
    "id_number": "11010519491231002X",
}


class Stuck(Exception):
    """The played case can't go on as its scenario says; the text says where and why."""


class NotYet(Exception):
    """What comes next lies after `Player.until`."""


@dataclass
class Open:
    """Something the case waits for, as its journal told."""

    token: str
    kind: str
    element_id: str
    process_key: str
    path: tuple[str, ...]
    item_id: UUID | None = None
    name: str = ""


@dataclass
class Player:
    """One scenario being played. `now` goes on only when a timer has to be waited for, or when a caller moves it."""

    definition_id: UUID
    scenario: Scenario
    cast: Cast
    unit_code: str
    now: datetime
    person_id: UUID | None = None
    enterprise_id: UUID | None = None
    answers: Mapping[str, Any] = field(default_factory=dict)  # goes before the scenario's own values
    despite_open: str = ""
    synthetic: bool = False
    until: datetime | None = None  # the played case never goes beyond this moment
    case: Case | None = None
    opened: list[Open] = field(default_factory=list)
    path: list[str] = field(default_factory=list)
    ended: str | None = None
    _seen: int = 0
    _visits: Counter[tuple[str, ...]] = field(default_factory=Counter)
    _interrupted: bool = False
    _bounded: set[tuple[str, int]] = field(default_factory=set)
    _call: tuple[str, int] | None = None

    @property
    def loaded(self) -> Loaded:
        return load(self.definition_id)

    def play(self) -> None:
        """From the start to the end the scenario expects."""
        self.start()
        for _ in range(MAX_STEPS):
            if self.is_over() or not self.step():
                return
        raise Stuck(f"no end after {MAX_STEPS} steps; path so far: {' '.join(self.path[-12:])}")

    def is_over(self) -> bool:
        return self.ended is not None or (self.scenario.expect.open and self.scenario.expect.end in self.path)

    def pick_up(self) -> None:
        """Read what happened to the case meanwhile: it was opened, or moved, by somebody else."""
        self._read_journal()

    def stands_at(self, node: str) -> bool:
        """Whether the case waits at the step of that name."""
        return any(node in self._names_around(wait) for wait in self.opened)

    # -- the start

    def start(self) -> Case:
        given = {**self.scenario.variables}
        event = self.loaded.bundle.process.start_named(self.scenario.start)
        known = {spec.name: spec for spec in self.loaded.bundle.process.variables if not spec.derived}
        variables = {name: _feel(known.get(name), value, self.now) for name, value in given.items()}
        variables |= {
            name: _feel(spec, spec.example, self.now)
            for name, spec in known.items()
            if name not in variables and spec.example is not None
        }
        if event is not None:
            brought = {spec.name: self._value(spec.name, spec, ("", 1)) for spec in event.outputs}
            variables |= {spec.name: _feel(spec, brought[spec.name], self.now) for spec in event.outputs}
        self.case = cases.start(
            self.definition_id,
            unit_code=self.unit_code,
            person_id=self.person_id,
            enterprise_id=self.enterprise_id,
            variables=variables,
            message=event.message if event is not None else None,
            element=event.id if event is not None and event.message is None else None,
            despite_open=self.despite_open,
            synthetic=self.synthetic,
            actor=self.cast.window(self.unit_code),
            at=self.now,
        )
        self._read_journal()
        return self.case

    def catch_up(self) -> None:
        """Read what became of a case that was begun elsewhere."""
        self._read_journal()

    # -- one step

    def step(self) -> bool:
        """Let the next thing happen; False when nothing is open that the scenario could move."""
        aside = self._interrupted and self.scenario.expect.open  # what the message set off comes before what it left
        for wait in reversed(self.opened) if aside else self.opened:
            element = self._element(wait)
            if element.kind == "boundaryEvent" or self._starts_event_sub_process(wait, element):
                continue
            if self._interrupt(wait):
                return True
            gateway = self._gateway(wait, element)
            if gateway is not None:
                self._branch(wait, gateway)
            else:
                self._take(wait, element)
            self._read_journal()
            return True
        if self.opened and self._interrupt(None):
            return True
        raise Stuck(self._where())

    def _take(self, wait: Open, element: Element) -> None:
        node = element.node or element.id
        visit = self._visit(wait)
        if self._boundary(wait, element, node, visit):
            return
        if wait.kind == "work":
            self._work(wait)
        elif wait.kind == "job":
            self._job(wait, element)
        elif wait.kind == "timer":
            self._fire(wait)
        else:
            self._message(wait, element, self._values_for(element.outputs, wait))

    def _boundary(self, wait: Open, element: Element, node: str, visit: int) -> bool:
        """What the scenario says happens at a step instead of its being done, once a visit."""
        event = self._event(wait, node, visit)
        if event is None or (wait.token, visit) in self._bounded:
            return False
        for other in self.opened:
            attached = self._element(other)
            kind = "timer" if event.timer else "message"
            if attached.attached_to == element.id and other.kind == kind and other.path == wait.path:
                self._bounded.add((wait.token, visit))
                if event.timer:
                    self._fire(other)
                else:
                    self._message(other, attached, self._values_for(attached.outputs, other))
                return True
        return False

    def _branch(self, wait: Open, gateway: Element) -> None:
        """The branch of an event-based gateway the scenario chooses, else its first."""
        rivals = [
            other
            for other in self.opened
            if other.path == wait.path and self._gateway(other, self._element(other)) is gateway
        ]
        node = gateway.node or gateway.id
        event = self._event(wait, node, self._visits[(*wait.path, gateway.id)])
        chosen = None
        if event is not None:
            chosen = next((o for o in rivals if (o.kind == "timer") == event.timer and _named(o, event)), None)
        else:
            process = self.loaded.process(wait.process_key)
            order = [target.id for target in process.following(gateway.id)]
            chosen = min(rivals, key=lambda other: order.index(other.element_id), default=None)
        if chosen is None:
            raise Stuck(f"at {node} the scenario names no branch that is there")
        element = self._element(chosen)
        if chosen.kind == "timer":
            self._fire(chosen)
        else:
            self._message(chosen, element, self._values_for(element.outputs, chosen))

    def _interrupt(self, wait: Open | None) -> bool:
        """Let the interrupting message come just before the step the scenario names; once."""
        told = self.scenario.interrupted_by
        if told is None or self._interrupted:
            return False
        if wait is not None and told.before not in self._names_around(wait):
            return False
        handler = next((o for o in self.opened if o.kind == "message" and o.name == told.message), None)
        if handler is None:
            raise Stuck(f"nobody waits for {told.message} before {told.before}")
        self._interrupted = True
        if wait is not None:
            self._undecided(wait)
        element = self._element(handler)
        self._message(handler, element, self._values_for(element.outputs, handler))
        self._read_journal()
        return True

    def _undecided(self, wait: Open) -> None:
        """A gateway the case still waits at when it is interrupted has not been passed: none of its branches won."""
        gateway = self._gateway(wait, self._element(wait))
        node = (gateway.node or gateway.id) if gateway is not None else ""
        if self.scenario.interrupted_by and self.scenario.interrupted_by.before == node and node in self.path[-1:]:
            self.path.pop()

    def _names_around(self, wait: Open) -> set[str]:
        """Path names of the step, of its gateway and of the calls and sub-processes around it."""
        element = self._element(wait)
        own, found = self.loaded.bundle.process.elements, set()
        if wait.process_key == self.loaded.key:  # steps of a called process have names of their own
            found.add(element.node or element.id)
            gateway = self._gateway(wait, element)
            if gateway is not None:
                found.add(gateway.node or gateway.id)
        return found | {own[name].node or name for name in wait.path if name in own}

    # -- what people, registers, time and the world do

    def _work(self, wait: Open) -> None:
        assert wait.item_id is not None
        item = heads.of_item(wait.item_id).items[wait.item_id]
        performer = self._claim(item)
        schema = self.loaded.form(wait.process_key, wait.element_id) or FormSchema("", ())
        data = {f.key: self._value(f.key, f, self._key(wait)) for f in schema.fields}
        data = {name: value for name, value in data.items() if value is not None}
        try:
            work_items.complete(item.id, data=data, actor=performer, at=self.now)
        except Refused as refused:
            wrong = [(e.key, e.code) for e in getattr(refused, "errors", ())]
            raise Stuck(f"{item.element_id} was not taken: {refused} {wrong}") from refused

    def _claim(self, item: Item) -> Actor:
        last: Refused | None = None
        for actor in self.cast.for_item(item):
            if item.state == "allocated" and item.holder_id == actor.account_id:
                return actor
            try:
                work_items.claim(item.id, actor=actor, at=self.now)
            except SeparationOfDuty as refused:
                last = refused
                continue
            return actor
        place = places.by_id(item.unit_id)
        raise Stuck(f"nobody at {place.code} may do {item.element_id} (lane {item.lane}): {last or 'no such post'}")

    def _job(self, wait: Open, element: Element) -> None:
        assert self.case is not None
        job_id = lookups.job(self.case.pk, wait.token)
        raw = self._values_for(element.outputs, wait)
        specs = {spec.name: spec for spec in element.outputs}
        outputs = {name: _feel(specs[name], value, self.now) for name, value in raw.items()}
        jobs.finish(job_id, outputs=outputs, actor=SYSTEM, at=self.now)

    def _fire(self, wait: Open) -> None:
        assert self.case is not None
        timer_id, due_at = lookups.timer(self.case.pk, wait.token)
        if self.until is not None and due_at > self.until:
            raise NotYet
        self.now = max(self.now, due_at.astimezone(self.now.tzinfo))
        if timers.fire(timer_id, actor=TIMER, at=self.now) is None:
            raise Stuck(f"the timer at {wait.element_id} did not fire")

    def _message(self, wait: Open, element: Element, payload: dict[str, Any]) -> None:
        assert self.case is not None
        delivered = messages.deliver(wait.name, case_id=self.case.pk, payload=payload, actor=SYSTEM, at=self.now)
        if isinstance(delivered, messages.Late):
            raise Stuck(f"nobody took the message {wait.name}")

    # -- values

    def _values_for(self, specs: tuple[ValueSpec, ...], wait: Open) -> dict[str, Any]:
        found = {spec.name: self._value(spec.name, spec, self._key(wait)) for spec in specs}
        return {name: value for name, value in found.items() if value is not None}

    def _value(self, name: str, spec: Field | ValueSpec, key: tuple[str, int]) -> Any:
        """What the scenario gives for the name here, else the example, else a plain value of the type."""
        given = {**self._given(key), **self.answers}
        if name in given:
            return _raw(given[name])
        if spec.example is not None:
            return spec.example.split(",") if spec.type in ("list", "multi_enum") else spec.example
        if spec.type == "enum":
            return spec.options[0][0] if spec.options else None
        return _DEFAULTS.get(spec.type)

    def _given(self, key: tuple[str, int]) -> Mapping[str, Any]:
        node, visit = key
        call = self._call
        if call is not None:
            return {**self.scenario.inputs, **self.scenario.called(*call)}
        return self.scenario.given(node, visit)

    def _key(self, wait: Open) -> tuple[str, int]:
        """Path name and visit of a step; remembers the call it lies in."""
        self._call = self._call_of(wait)
        element = self._element(wait)
        gateway = self._gateway(wait, element)
        if gateway is not None and not element.node:
            return gateway.node or gateway.id, self._visits[(*wait.path, gateway.id)]
        return element.node or element.id, self._visit(wait)

    def _call_of(self, wait: Open) -> tuple[str, int] | None:
        own = self.loaded.bundle.process
        if wait.process_key == own.id:
            return None
        for depth, name in enumerate(wait.path):
            element = own.elements.get(name)
            if element is not None and element.kind == "callActivity":
                return element.node or name, self._visits[(*wait.path[:depth], name)]
        return None

    def _event(self, wait: Open, node: str, visit: int) -> Event | None:
        call = self._call_of(wait)
        if call is None:
            return self.scenario.event(node, visit)
        return self.scenario.called_event(call[0], call[1], node, visit)

    # -- reading

    def _read_journal(self) -> None:
        """Fold the entries since the last look into what is open and what was passed."""
        assert self.case is not None
        for seq, body in lookups.entries_after(self.case.pk, self._seen):
            self._seen = seq
            gone = {closed["token"] for closed in body.get("closed", ())}
            self.opened = [wait for wait in self.opened if wait.token not in gone] + [
                _open(told) for told in body.get("opened", ())
            ]
            for passed in body.get("passed", ()):
                self._pass(*passed)
            for incident in body.get("incidents", ()):
                raise Stuck(f"incident {incident['code']} at {incident['element']}: {self._incident_text()}")
            if "ended" in body:
                self.ended = body["ended"]["end"]

    def _incident_text(self) -> str:
        assert self.case is not None
        last = self.case.incidents.order_by("-id").first()
        return last.message if last else ""

    def _pass(self, process_key: str, element_id: str, event: str, path: str) -> None:
        inside = tuple(path.split("/")) if path else ()
        if event == "entered":
            self._visits[(*inside, element_id)] += 1
            for known in list(self._visits):
                if known[: len(inside) + 1] == (*inside, element_id) and len(known) > len(inside) + 1:
                    del self._visits[known]
        own = self.loaded.bundle.process
        element = own.elements.get(element_id) if process_key == own.id else None
        if element is None or not element.shown:
            return
        if event == "completed" and element.kind != "startEvent":
            self.path.append(element.node)

    def _element(self, wait: Open) -> Element:
        element = self.loaded.element(wait.process_key, wait.element_id)
        if element is None:
            raise Stuck(f"{wait.process_key} has no element {wait.element_id}")
        return element

    def _gateway(self, wait: Open, element: Element) -> Element | None:
        process = self.loaded.process(wait.process_key)
        for flow_id in element.incoming:
            source = process.elements[process.flow_by_id[flow_id].source]
            if source.kind == "eventBasedGateway":
                return source
        return None

    def _starts_event_sub_process(self, wait: Open, element: Element) -> bool:
        around = self.loaded.process(wait.process_key).elements.get(element.parent or "")
        return element.kind == "startEvent" and around is not None and around.triggered_by_event

    def _visit(self, wait: Open) -> int:
        return self._visits[(*wait.path, wait.element_id)]

    def _where(self) -> str:
        waits = ", ".join(f"{wait.kind} {wait.element_id}" for wait in self.opened) or "nothing"
        return f"open: {waits}; path so far: {' '.join(self.path[-12:])}"


def _open(told: dict[str, Any]) -> Open:
    return Open(
        token=told["token"],
        kind=told["kind"],
        element_id=told["element"],
        process_key=told["process"],
        path=tuple(told["path"].split("/")) if told["path"] else (),
        item_id=UUID(told["item"]) if "item" in told else None,
        name=told.get("name", ""),
    )


def _named(wait: Open, event: Event) -> bool:
    return event.timer or event.message is None or wait.name == event.message


def _raw(value: Any) -> Any:
    """A value of a scenario file as a page or a program would send it."""
    if isinstance(value, float):
        return str(value)
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, list):
        return [_raw(item) for item in value]
    return value


def _feel(spec: ValueSpec | None, value: Any, at: datetime) -> Any:
    """A scenario's value as a FEEL value of the declared type."""
    if spec is None:
        return feel.values.from_python(value)
    return messages.read_values((spec,), {spec.name: _raw(value)}, at).get(spec.name)
