"""A random walk through a process of the library: people answer anything the form takes, registers answer anything.

Every walk begins as one of the worked cases, so that its values belong together; then answers are drawn, in some walks
often and in some hardly, and now and then a timer or a message comes first. The engine alone: no database, no commands.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from functools import cache
from typing import Any

from lxml import etree

from bpm_core import engine, feel
from bpm_core.notation import forms
from bpm_core.notation.fields import Field, FormSchema
from bpm_core.notation.model import ValueSpec
from bpm_core.notation.scenarios import Scenario
from tests.processes.walk import definition, library

MOST_STEPS = 3_000
#: From here on the walk heads for the exit: nobody gives the answer that leads back for ever.
LONG = 400
PLAIN: Mapping[str, Any] = {
    "string": "sample",
    "text": "sample text",
    "file": "sample.pdf",
    "integer": "1",
    "decimal": "1",
    "money": "1000",
    "date": "2026-10-15",
    "month": "2026-10",
    "boolean": "true",
    "phone": "13800000000",
    "uscc": "91410800MA0000007L",
    "region": "410823901001",
    "id_number": "11010519491231002X",
}


@cache
def declared(name: str) -> tuple[feel.Expression, ...]:
    """What decision tables declare of the values of that name: beyond it lies what the real world does not say."""
    return tuple(feel.compile(text, kind=feel.Kind.UNARY_TESTS) for text in _declarations().get(name, ()))


@cache
def _declarations() -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for bundle in library().values():
        for path, data in bundle.files.items():
            columns = etree.fromstring(data).iter("{*}input") if path.endswith(".dmn") else ()
            for column in columns:
                name, values = column.findtext("{*}inputExpression/{*}text"), column.findtext("{*}inputValues/{*}text")
                if name and values:
                    found.setdefault(name.strip(), set()).add(values)
    return found


class Wanderer:
    """One case on its way to some end."""

    def __init__(self, key: str, seed: int, *, cold: bool = False) -> None:
        self.chance = random.Random(f"{key}/{seed}")
        self.bundle, self.definition = library()[key], definition(key)
        self.scenario: Scenario = self.chance.choice(self.bundle.scenarios)
        self.now = self.scenario.at
        self.facts: dict[str, Any] = {}
        self.waits: dict[str, engine.Wait] = {}
        self.whims = self.chance.choice((0.02, 0.1, 0.4))  # how often an answer is another than the worked case's
        self.surprises = self.chance.choice((0, 0.03, 0.1))  # how often something comes before its turn
        self.trail: list[str] = []
        self.version, self.blob = 0, b""
        self.cold = cold  # whether the engine reads the case from its bytes at every step
        self.states: list[bytes] = []
        self.over = False

    def run(self) -> int:
        """Number of steps to the end. AssertionError at an incident, a lost case, or when there is no end."""
        self._take(self._begin())
        steps = 0
        while not self.over:
            assert self.waits, f"lost: nothing is open after {self.trail[-8:]}"
            assert steps < MOST_STEPS, f"not over after {steps} steps: {self.trail[-12:]}"
            if steps == LONG:
                self.whims = max(self.whims, 0.4)
            self._take(self._act(self._choose(hurried=steps > LONG)))
            steps += 1
        return steps

    def _begin(self) -> engine.Advance:
        process, given = self.bundle.process, self.scenario.variables
        guide = self.bundle.guide
        figures = guide.parameters if guide else ()
        variables = {p.name: feel.compile(p.value).evaluate({}, now=self.now) for p in figures}
        known = {spec.name: spec for spec in process.variables if not spec.derived}
        for name, spec in known.items():
            if name in given or spec.example is not None:
                variables[name] = self._typed(spec, given.get(name, spec.example))
        variables |= {name: feel.values.from_python(value) for name, value in given.items() if name not in known}
        start = process.start_named(self.scenario.start)
        payload = {s.name: self._typed(s, self._drawn(s, self.scenario.inputs)) for s in start.outputs} if start else {}
        self.facts |= variables | payload
        return engine.start(
            self.definition,
            case_id="walk",
            variables=variables,
            now=self.now,
            message=start.message if start else None,
            payload=payload,
            **({"element": start.id} if start and not start.message else {}),
        )

    def _choose(self, *, hurried: bool) -> engine.Wait:
        work = [w for w in self.waits.values() if w.kind in (engine.WaitKind.WORK, engine.WaitKind.JOB)]
        surprise = self.chance.random() < (0.3 if hurried else self.surprises)
        others = [w for w in self.waits.values() if w.kind is not engine.WaitKind.CONDITION]
        return self.chance.choice(others if surprise or not work else work)

    def _act(self, wait: engine.Wait) -> engine.Advance:
        at = engine.CaseState("walk", self.version, self.blob)
        self.trail.append(f"{wait.kind} {wait.process_key}/{wait.element_id}")
        if wait.kind is engine.WaitKind.TIMER:
            self.now = max(self.now, wait.due_at or self.now + timedelta(days=wait.working_days or 0))
            return engine.fire(self.definition, at, wait.token, now=self.now)
        values = self._answers(wait)
        self.facts |= values
        routed = {n: v for n, v in values.items() if n in library()[wait.process_key].routing_names}
        if wait.kind is engine.WaitKind.WORK:
            return engine.complete(self.definition, at, wait.token, routed, now=self.now)
        if wait.kind is engine.WaitKind.JOB:
            return engine.finish_job(self.definition, at, wait.token, values, now=self.now)
        if wait.kind is engine.WaitKind.SIGNAL:
            return engine.throw_signal(self.definition, at, str(wait.name), values, now=self.now)
        return engine.deliver(self.definition, at, wait.token, values, now=self.now)

    # -- answers

    def _answers(self, wait: engine.Wait) -> dict[str, Any]:
        bundle = library()[wait.process_key]
        element = bundle.process.elements[wait.element_id]
        inputs = {**self.scenario.inputs, **self.scenario.inputs_at.get((element.node, 0), {})}
        for given in self.scenario.calls.values() if wait.process_key != self.bundle.key else ():
            inputs |= given
        if wait.kind is not engine.WaitKind.WORK:
            return {spec.name: self._typed(spec, self._drawn(spec, inputs)) for spec in element.outputs}
        schema = bundle.form_of(element.id) or FormSchema("", ())
        raw = {field.key: self._drawn(field, inputs) for field in schema.fields}
        cleaned = forms.clean(schema, raw, context=self.facts, today=self.now.date())
        for error in cleaned.errors:  # drawn beside what the form takes: its example then
            raw[error.key] = _raw(schema.by_key[error.key], None)
        cleaned = forms.clean(schema, raw, context=self.facts, today=self.now.date())
        assert cleaned.ok, (element.id, cleaned.errors)
        return cleaned.values

    def _drawn(self, spec: Field | ValueSpec, inputs: Mapping[str, Any]) -> Any:
        """What the worked case says; now and then something else that could be said."""
        value = _raw(spec, inputs.get(_name(spec)))
        if self.chance.random() >= self.whims:
            return value
        if spec.type == "enum" and spec.options:
            return self.chance.choice(spec.options)[0]
        if spec.type == "multi_enum":
            return [option[0] for option in spec.options if self.chance.random() < 0.5] or value
        if spec.type == "boolean":
            return self.chance.choice(("true", "false"))
        if spec.type in ("integer", "decimal", "money"):
            most = 1 if Decimal(str(value)) < 1 else None  # a share stays a share
            known = [fact for fact in self.facts.values() if type(fact) is Decimal]  # amounts are compared with amounts
            times = self.chance.choice((0, Decimal("0.5"), 2, 10, None))
            number = self.chance.choice(known or [Decimal(1)]) if times is None else Decimal(str(value)) * times
            drawn = Decimal(int(number)) if spec.type == "integer" else number.quantize(Decimal("0.01"))
            fits = most is None or drawn <= most
            fits = fits and all(test.test(drawn, {}, now=self.now) for test in declared(_name(spec)))
            return str(drawn) if fits else value
        return value

    def _typed(self, spec: Field | ValueSpec, value: Any) -> Any:
        one = Field("value", spec.type, "", "", options=spec.options)
        cleaned = forms.clean(FormSchema("", (one,)), {"value": _raw(spec, value)}, today=self.now.date())
        assert cleaned.ok, (_name(spec), value, cleaned.errors)
        return cleaned.values["value"]

    # -- bookkeeping

    def _take(self, advance: engine.Advance) -> None:
        assert not advance.incidents, f"incident {advance.incidents} after {self.trail[-8:]}"
        self.version += 1
        self.blob = advance.state
        self.states.append(advance.state)
        if self.cold:
            engine.discard("walk")
        else:
            engine.settle("walk", self.version, advance)
        for closed in advance.closed:
            del self.waits[closed.token]
        for wait in advance.opened:
            assert wait.token not in self.waits
            self.waits[wait.token] = wait
        self.facts |= dict(advance.changed)
        self.over = advance.ended is not None


def _name(spec: Field | ValueSpec) -> str:
    return spec.key if isinstance(spec, Field) else spec.name


def _raw(spec: Field | ValueSpec, value: Any) -> Any:
    """A value as a page would send it: text, or a list of texts; without one the example, or a plain one."""
    if value is None:
        first = spec.options[0][0] if spec.type == "enum" and spec.options else PLAIN.get(spec.type)
        value = spec.example if spec.example is not None else first
    if spec.type in ("list", "multi_enum"):
        parts = value if isinstance(value, list) else str(value or "").replace("|", ",").split(",")
        return [str(part) for part in parts if str(part)]
    return str(value).lower() if isinstance(value, bool) else None if value is None else str(value)
