"""Random runs of the benchmark process: our engine, decoded and encoded for every step, against stock SpiffWorkflow.

After each step both have the same user tasks ready, the same timers waiting and the same data. The stock engine runs
uncompacted in memory, with its own parser, scheduler, Python expressions and decision tables.
"""

from __future__ import annotations

import random
import time
from typing import Any

import pytest

from bpm_core import engine
from bpm_core.engine import CaseState, WaitKind
from bpm_core.feel import values
from tests.bench import processes, stock
from tests.bpm_core.engine.drawing import NOW


def differences(seed: int) -> int:
    """Drive one random case through both engines; the number of steps. Fails at the first difference."""
    chance = random.Random(seed)
    definition = engine.load(processes.folder("full"), {"publicity": processes.folder("publicity")})
    given = {**processes.START, "category": chance.choice("ABC"), "people": chance.choice([0, 5, 11, 40])}
    theirs = stock.start("full", given)
    advance = engine.start(definition, case_id="d", variables=given, now=NOW)
    steps = 0
    while True:
        state = CaseState("d", steps, advance.state)
        snapshot = engine.inspect(definition, state)
        work = [wait for wait in snapshot.waits if wait.kind is WaitKind.WORK]
        due = [wait for wait in snapshot.waits if wait.kind is WaitKind.TIMER]
        ready, waiting = stock.ready(theirs), stock.timers(theirs)

        assert sorted(w.element_id for w in work) == sorted(t.task_spec.name for t in ready), seed
        assert sorted(w.element_id for w in due) == sorted(t.task_spec.name for t in waiting), seed
        assert _data(snapshot) == stock.data(theirs), seed
        assert snapshot.ended == theirs.is_completed(), seed
        if snapshot.ended:
            assert definition.intact()
            return steps
        steps += 1
        if due and chance.random() < 0.3:
            advance = engine.fire(definition, state, due[0].token, now=NOW)
            stock.fire(theirs, waiting[0])
            continue
        wait = chance.choice(work)
        entered = _entered(wait.element_id, steps, chance)
        advance = engine.complete(definition, state, wait.token, entered, now=NOW)
        stock.complete(theirs, next(t for t in ready if t.task_spec.name == wait.element_id), entered)


def _entered(element: str, step: int, chance: random.Random) -> dict[str, Any]:
    entered = processes.form(element)
    entered[f"form_{element}"] = {**entered[f"form_{element}"], "n": step}  # type: ignore[dict-item]
    if element == "U2":
        entered["complete"] = chance.random() < 0.6
    if element == "U7":
        entered["approved"] = chance.random() < 0.7
    return entered


def _data(snapshot: engine.Snapshot) -> dict[str, Any]:
    merged: dict[str, Any] = {}
    for scope in snapshot.scopes.values():
        merged.update(scope)
    return {name: values.to_plain(value) for name, value in {**merged, **snapshot.variables}.items()}


def test_a_hundred_random_runs_do_as_the_stock_engine_does() -> None:
    assert sum(differences(seed) for seed in range(100)) > 750


@pytest.mark.nightly
def test_two_thousand_random_runs_do_as_the_stock_engine_does(record_property: Any) -> None:
    began = time.monotonic()
    steps = sum(differences(seed) for seed in range(2_000))

    record_property("steps", steps)
    record_property("seconds", round(time.monotonic() - began, 1))
    assert steps > 15_000
