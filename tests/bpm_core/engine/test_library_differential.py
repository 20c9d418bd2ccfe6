"""Random runs of the three processes and all they call: our engine, cold for every step, against stock SpiffWorkflow.

Each run completes steps, answers registers, lets timers fire and delivers messages at random, with random values of the
right types. After each step both engines have the same steps ready, the same events waiting and the same variables in
every process; a run ends when the case ends, or when both refuse to go on.
"""

from __future__ import annotations

import random
from collections import Counter
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from typing import Any

import pytest

from bpm_core import engine, feel
from bpm_core.engine import CaseState, Wait, WaitKind, codec
from bpm_core.engine.workflow import same
from bpm_core.notation.forms import Field
from bpm_core.notation.model import Element, ValueSpec
from tests.bpm_core.engine.drawing import NOW
from tests.bpm_core.engine.stock_library import Refused, StockCase, parse
from tests.processes.walk import definition, library, typed

KEYS = ("job_seeker_registration", "training_subsidy", "unemployment_benefit")
MOST_STEPS = 60


@cache
def stock_specs(key: str) -> tuple[Any, Any]:
    return parse(key, library())


class Run:
    """One random case in both engines."""

    def __init__(self, key: str, seed: int) -> None:
        self.chance = random.Random(f"{key} {seed}")
        self.straight = self.chance.choice([0.2, 0.8, 0.95, 1.0])
        self.key, self.now, self.steps = key, NOW, 0
        self.definition = definition(key)
        bundle = library()[key]
        figures = {
            p.name: feel.compile(p.value).evaluate({}, now=NOW)
            for p in (bundle.guide.parameters if bundle.guide else ())
        }
        given = figures | {spec.name: self._value(spec) for spec in bundle.process.variables}
        self.advance = engine.start(self.definition, case_id="d", variables=given, now=NOW)
        self.stock_refused = False
        try:
            self.theirs = StockCase(stock_specs(key), given, NOW)
        except Refused:
            self.stock_refused = True

    def go(self) -> str:
        """Run to the end; "ended", "refused" or "long". Fails at the first difference."""
        while self.steps < MOST_STEPS:
            if self.advance.incidents or self.stock_refused:
                codes = {incident.code for incident in self.advance.incidents}
                assert self.stock_refused and codes <= {"expression", "decision"}, (codes, self.stock_refused)
                return "refused"
            snapshot = engine.inspect(self.definition, self._state())
            self._compare(snapshot)
            if snapshot.ended:
                return "ended"
            self._step(snapshot)
        return "long"

    def _compare(self, snapshot: engine.Snapshot) -> None:
        ours = Counter((w.path, w.element_id) for w in snapshot.waits if w.kind in (WaitKind.WORK, WaitKind.JOB))
        theirs = Counter((path, name) for path, name, _ in self.theirs.ready())
        assert ours == theirs
        events = Counter((w.path, w.element_id) for w in snapshot.waits if w.kind not in (WaitKind.WORK, WaitKind.JOB))
        stock_events = Counter((path, name) for path, name, _ in self.theirs.waiting() if not self._dropped(path, name))
        assert {e: n for e, n in events.items() if not self._dropped(*e)} == dict(stock_events)
        assert snapshot.ended == self.theirs.over()
        self._compare_data()

    def _dropped(self, path: tuple[str, ...], name: str) -> bool:
        """True for events that end early by `activeUntil`, which the stock engine does not know."""
        element = library()[self.key].process.elements.get(name) if not path else None
        return element is not None and element.active_until is not None

    def _compare_data(self) -> None:
        live = codec.decode(self.advance.state, self.definition)
        hosts = {id(scope): scope for scope in live.scopes() if scope.isolated}
        for scope in hosts.values():
            calls = tuple(e for e in scope.path if not self._is_body(e))
            theirs = self.theirs.data().get(calls, {})
            names = set(scope.data) | set(theirs)
            wrong = {n: (scope.data.get(n), theirs.get(n)) for n in names if not same(scope.data.get(n), theirs.get(n))}
            assert not wrong, (calls, wrong)

    def _is_body(self, name: str) -> bool:
        element = library()[self.key].process.elements.get(name)
        return element is not None and element.kind == "subProcess"

    def _step(self, snapshot: engine.Snapshot) -> None:
        self.steps += 1
        work = [w for w in snapshot.waits if w.kind in (WaitKind.WORK, WaitKind.JOB)]
        inner = [w for w in snapshot.waits if w not in work and not w.boundary_of]
        # A non-interrupting branch works on a copy in the stock engine and on the case's variables in ours.
        edges = [w for w in snapshot.waits if w.boundary_of and self._element(w).interrupting]
        groups = [group for group in (work, inner) if group]
        wait = self.chance.choice(edges if edges and self.chance.random() < 0.03 else self.chance.choice(groups))
        values = self._values(wait, self._element(wait))
        if wait.kind is WaitKind.TIMER:
            self.now = max(self.now, wait.due_at or self.now + timedelta(days=wait.working_days or 0))
        self.advance = self._ours(wait, values)
        try:
            self._stock(wait, values)
        except Exception as error:
            if not _is_refusal(error):
                raise
            self.stock_refused = True

    def _element(self, wait: Wait) -> Element:
        return library()[wait.process_key].process.elements[wait.element_id]

    def _ours(self, wait: Wait, values: dict[str, Any]) -> engine.Advance:
        if wait.kind is WaitKind.WORK:
            return engine.complete(self.definition, self._state(), wait.token, values, now=self.now)
        if wait.kind is WaitKind.JOB:
            return engine.finish_job(self.definition, self._state(), wait.token, values, now=self.now)
        if wait.kind is WaitKind.TIMER:
            return engine.fire(self.definition, self._state(), wait.token, now=self.now)
        return engine.deliver(self.definition, self._state(), wait.token, values, now=self.now)

    def _stock(self, wait: Wait, values: dict[str, Any]) -> None:
        self.theirs.at(self.now)
        place = (wait.path, wait.element_id)
        if wait.kind in (WaitKind.WORK, WaitKind.JOB):
            self.theirs.complete(next(t for p, n, t in self.theirs.ready() if (p, n) == place), values)
        else:
            task = next(t for p, n, t in self.theirs.waiting() if (p, n) == place)
            self.theirs.happen(task, wait.element_id, values)

    def _values(self, wait: Wait, element: Element) -> dict[str, Any]:
        bundle = library()[wait.process_key]
        if wait.kind is WaitKind.TIMER:
            return {}
        if wait.kind is not WaitKind.WORK:
            return {spec.name: self._value(spec) for spec in element.outputs}
        schema = bundle.form_of(element.id)
        fields = schema.fields if schema is not None else ()
        named = {field.key: self._value(field) for field in fields}
        return {name: value for name, value in named.items() if name in bundle.routing_names}

    def _value(self, spec: ValueSpec | Field) -> Any:
        """Mostly the example, so that runs get far; else anything of the type, so that they go astray."""
        kind, options, chance = spec.type, spec.options, self.chance
        if chance.random() < self.straight:
            return typed(kind, spec.example, options)
        if kind == "enum":
            return chance.choice(options)[0] if options else "x"
        if kind in ("multi_enum", "list"):
            return [value for value, _, _ in options if chance.random() < 0.4]
        if kind == "boolean":
            return chance.random() < 0.6
        if kind in ("integer", "decimal", "money"):
            return Decimal(chance.choice([0, 1, 2, 3, 12, 24, 60, 180, 1_000, 5_000]))
        if kind == "date":
            return date(2026, 10, 15) + timedelta(days=chance.randrange(-400, 60))
        if kind == "month":
            return f"2026-{chance.randrange(1, 13):02d}"
        return chance.choice(["sample", "other"])

    def _state(self) -> CaseState:
        return CaseState("d", self.steps, self.advance.state)


def _is_refusal(error: BaseException | None) -> bool:
    while error is not None:
        if isinstance(error, Refused):
            return True
        error = error.__cause__ or error.__context__
    return False


def runs(key: str, seeds: range) -> Counter[str]:
    """How the runs ended, and the steps they took."""
    counts: Counter[str] = Counter()
    for seed in seeds:
        run = Run(key, seed)
        try:
            counts[run.go()] += 1
        except AssertionError as error:
            raise AssertionError(f"{key}, seed {seed}, step {run.steps}: {error}") from error
        counts["steps"] += run.steps
    assert definition(key).intact()
    return counts


@pytest.mark.parametrize("key", KEYS)
def test_thirty_random_runs_of_a_process_do_as_the_stock_engine_does(key: str) -> None:
    counts = runs(key, range(30))

    assert counts["ended"] > 5, counts


@pytest.mark.nightly
@pytest.mark.parametrize("key", KEYS)
def test_seven_hundred_random_runs_of_a_process_do_as_the_stock_engine_does(key: str, record_property: Any) -> None:
    counts = runs(key, range(700))

    for name, value in counts.items():
        record_property(name, value)
    assert counts["ended"] > 100, counts
