"""Walks a worked case of a process through notation, decision tables and engine alone: no database, no commands."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from bpm_core import engine, feel
from bpm_core.notation import bundle as bundles
from bpm_core.notation import forms
from bpm_core.notation.bundle import Bundle
from bpm_core.notation.functions import TABLE
from bpm_core.notation.model import Element, ValueSpec
from bpm_core.notation.scenarios import Event, Scenario

LIBRARY = Path(__file__).parents[2] / "processes"
FOLDERS = sorted(path.parent for path in LIBRARY.glob("**/process.bpmn"))
MOST_STEPS = 2000
DEFAULTS: dict[str, Any] = {
    "string": "sample",
    "text": "sample text",
    "integer": "1",
    "decimal": "1",
    "money": "1000",
    "date": "2026-10-15",
    "month": "2026-10",
    "boolean": "true",
    "file": "sample.pdf",
}


@cache
def library() -> dict[str, Bundle]:
    """Every bundle of the library by key."""
    return {bundle.key: bundle for bundle in map(bundles.read_folder, FOLDERS)}


@cache
def definition(key: str) -> engine.Definition:
    return engine.load(library()[key], library(), functions=TABLE)


@dataclass
class Outcome:
    """What came out of a walk."""

    path: list[str] = field(default_factory=list)
    ends: list[str] = field(default_factory=list)
    facts: dict[str, Any] = field(default_factory=dict)
    closed: bool = False


class Walk:
    """One worked case on its way. `facts` holds every value ever recorded, as a case's facts do."""

    def __init__(self, key: str, scenario: Scenario) -> None:
        self.bundle, self.scenario = library()[key], scenario
        self.definition = definition(key)
        self.now = scenario.at
        self.outcome = Outcome()
        self.visits: Counter[tuple[tuple[str, ...], str]] = Counter()
        self.waits: dict[str, engine.Wait] = {}
        self.version = 0
        self.blob = b""

    def run(self) -> Outcome:
        scenario = self.scenario
        guide = self.bundle.guide
        figures = guide.parameters if guide else ()
        variables = {p.name: feel.compile(p.value).evaluate({}, now=self.now) for p in figures}
        variables |= {k: feel.values.from_python(v) for k, v in scenario.variables.items()}
        start = self.bundle.process.start_named(scenario.start)
        payload = self._values(start.outputs, scenario.inputs) if start is not None else {}
        self.outcome.facts |= variables | payload
        element = start.id if start is not None else None
        self._take(
            engine.start(
                self.definition, case_id="walk", variables=variables, now=self.now, element=element, payload=payload
            )
        )
        for _ in range(MOST_STEPS):
            if self.outcome.closed or (scenario.expect.open and scenario.expect.end in self.outcome.ends):
                return self.outcome
            self._step()
        raise AssertionError(f"not over after {MOST_STEPS} steps: {self.outcome.path[-20:]}")

    # -- one step ------------------------------------------------------------------------------------------

    def _step(self) -> None:
        broken = self.scenario.interrupted_by
        wait = self._next()
        if broken and broken.node not in self.outcome.path and broken.before in self._names(wait):
            if self.outcome.path[-1:] == [broken.before]:
                self.outcome.path.pop()  # a gateway that still waits has not been passed
            handler = next(w for w in self.waits.values() if w.name == broken.message and w.boundary_of)
            self._take(engine.deliver(self.definition, self._state(), handler.token, {}, now=self.now))
            return
        values = self._given(wait)
        self.outcome.facts |= values
        if wait.kind is engine.WaitKind.WORK:
            known = self._routing(wait, values)
            advance = engine.complete(self.definition, self._state(), wait.token, known, now=self.now)
        elif wait.kind is engine.WaitKind.JOB:
            advance = engine.finish_job(self.definition, self._state(), wait.token, values, now=self.now)
        elif wait.kind is engine.WaitKind.TIMER:
            self.now = max(self.now, wait.due_at or self.now + timedelta(days=wait.working_days or 0))
            advance = engine.fire(self.definition, self._state(), wait.token, now=self.now)
        else:
            advance = engine.deliver(self.definition, self._state(), wait.token, values, now=self.now)
        self._take(advance)

    def _next(self) -> engine.Wait:
        """The wait to settle: work and jobs first, then the branch the worked case chooses of what is waited for."""
        open_waits = [w for w in self.waits.values() if not w.boundary_of]
        broken = self.scenario.interrupted_by
        if broken is not None and self.scenario.expect.open and broken.node in self.outcome.path:
            open_waits.reverse()  # what the message set off comes before what it left
        assert open_waits, f"nothing to do after {self.outcome.path[-5:]}"
        for wait in open_waits:
            if wait.kind in (engine.WaitKind.WORK, engine.WaitKind.JOB):
                return wait
        gate = self._gate(open_waits[0])
        if gate is None:
            return open_waits[0]
        rivals = [w for w in open_waits if self._gate(w) == gate]
        event = self._event(open_waits[0], gate)
        if event is None:
            first = [f.target for f in self._process(open_waits[0]).flows if f.source == gate]
            return min(rivals, key=lambda w: first.index(w.element_id))
        if event.timer:
            return next(w for w in rivals if w.kind is engine.WaitKind.TIMER)
        return next(w for w in rivals if w.name == event.message)

    def _gate(self, wait: engine.Wait) -> str | None:
        """The event-based gateway a wait stands behind."""
        process = self._process(wait)
        for flow in process.flows:
            if flow.target == wait.element_id and process.elements[flow.source].kind == "eventBasedGateway":
                return flow.source
        return None

    def _event(self, wait: engine.Wait, gate: str) -> Event | None:
        call = self._call(wait)
        if call is None:
            return self.scenario.event(gate, self.visits[((), gate)])
        return self.scenario.called_event(call, self.visits[((), call)], gate, self.visits[((call,), gate)])

    # -- values --------------------------------------------------------------------------------------------

    def _given(self, wait: engine.Wait) -> dict[str, Any]:
        """Values for one wait: form answers cleaned as a page would, register answers and payloads by their type."""
        element = self._element(wait)
        call = self._call(wait)
        if call is None:
            inputs = self.scenario.given(element.node, self.visits[((), element.id)])
        else:
            inputs = self.scenario.called(call, self.visits[((), call)])
        if wait.kind is not engine.WaitKind.WORK:
            return self._values(element.outputs, inputs)
        schema = library()[wait.process_key].form_of(element.id)
        if schema is None:
            return {}
        raw = {f.key: _raw(f.type, inputs.get(f.key, f.example), f.options) for f in schema.fields}
        cleaned = forms.clean(schema, raw, context=self.outcome.facts, today=self.now.date())
        assert cleaned.ok, (element.id, cleaned.errors)
        return cleaned.values

    def _values(self, specs: tuple[ValueSpec, ...], inputs: Any) -> dict[str, Any]:
        return {s.name: typed(s.type, inputs.get(s.name, s.example), s.options) for s in specs}

    def _routing(self, wait: engine.Wait, values: dict[str, Any]) -> dict[str, Any]:
        """What the engine is told: only names that a process routes by; the rest stays in the facts."""
        names = library()[wait.process_key].routing_names
        return {name: value for name, value in values.items() if name in names}

    # -- bookkeeping ---------------------------------------------------------------------------------------

    def _take(self, advance: engine.Advance) -> None:
        assert not advance.incidents, advance.incidents
        self.version += 1
        self.blob = advance.state
        engine.settle("walk", self.version, advance)
        for closed in advance.closed:
            self.waits.pop(closed.token, None)
        for wait in advance.opened:
            self.waits[wait.token] = wait
        self.outcome.facts |= dict(advance.changed)
        for passed in advance.passed:
            self._pass(passed)
        self.outcome.closed = advance.ended is not None

    def _pass(self, passed: engine.Passed) -> None:
        element = library()[passed.process_key].process.elements[passed.element_id]
        own = passed.process_key == self.bundle.key
        calls = () if own else tuple(p for p in passed.path if p in self._calls())
        if passed.event == "entered":
            self.visits[(calls, element.id)] += 1
        if own and passed.event == "completed" and element.kind != "startEvent" and element.shown:
            self.outcome.path.append(element.node)
            if element.kind == "endEvent":
                self.outcome.ends.append(element.node)

    def _calls(self) -> set[str]:
        return {e.id for e in self.bundle.process.elements.values() if e.kind == "callActivity"}

    def _call(self, wait: engine.Wait) -> str | None:
        """The call activity of the main process a wait stands in."""
        return next((p for p in wait.path if p in self._calls()), None) if wait.process_key != self.bundle.key else None

    def _process(self, wait: engine.Wait) -> Any:
        return library()[wait.process_key].process

    def _element(self, wait: engine.Wait) -> Element:
        return library()[wait.process_key].process.elements[wait.element_id]

    def _names(self, wait: engine.Wait) -> set[str]:
        """Path names of a wait: its own and its gateway's in the process itself, and the call it stands in."""
        own = self.bundle.process.elements
        found = {own[p].node or p for p in wait.path if p in own}
        if wait.process_key == self.bundle.key:
            element, gate = self._element(wait), self._gate(wait)
            found |= {element.node or element.id} | ({own[gate].node or gate} if gate else set())
        return found

    def _state(self) -> engine.CaseState:
        return engine.CaseState("walk", self.version, self.blob)


def _raw(kind: str, value: Any, options: tuple[tuple[str, str, str], ...]) -> Any:
    """An answer as a page would send it: text, or a list of texts."""
    if kind in ("multi_enum", "list"):
        return value if isinstance(value, list) else (value.split("|") if value else [])
    if value is None:
        value = options[0][0] if kind == "enum" and options else DEFAULTS.get(kind, "sample")
    return str(value).lower() if isinstance(value, bool) else str(value)


def typed(kind: str, value: Any, options: tuple[tuple[str, str, str], ...]) -> Any:
    """A register's answer as a FEEL value of its type."""
    raw = _raw(kind, value, options)
    spec = forms.Field("value", kind, "", "", options=options)
    cleaned = forms.clean(forms.FormSchema("x", (spec,)), {"value": raw}, today=_TODAY)
    assert cleaned.ok, (kind, value, cleaned.errors)
    return cleaned.values["value"]


def holds(text: str, facts: dict[str, Any], outcome_at: Any) -> bool:
    """Whether a FEEL statement is true of what came out."""
    return feel.compile(text, names=tuple(facts), functions=TABLE).evaluate(facts, now=outcome_at) is True


_TODAY = date(2026, 11, 20)
