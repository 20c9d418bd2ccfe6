"""Random walks through random structured processes: every case ends, none is lost, and a replay gives the same.

After each step: a warm engine and a cold one answer the same bytes; the waits told are those the state holds;
an open case waits for something; no automation is stuck; and the shared definition is as it was parsed.
"""

from __future__ import annotations

import random
from datetime import timedelta

import pytest

from bpm_core import engine
from bpm_core.engine import Advance, CaseState, Definition, Wait, WaitKind
from tests.bpm_core.engine.drawing import NOW, process
from tests.bpm_core.engine.growing import ROOT, grow

MOST_STEPS = 3_000


def walk(definition: Definition, seed: int) -> list[bytes]:
    """The states of one random case to its end. Fails at the first breach."""
    chance = random.Random(seed)
    now = NOW
    advance = engine.start(definition, case_id="walk", variables={"go": True, "n": 1}, now=now)
    states, waits = [advance.state], dict[str, Wait]()
    for version in range(MOST_STEPS):
        _take(definition, advance, waits)
        if advance.ended is not None:
            return states
        work = [w for w in waits.values() if w.kind in (WaitKind.WORK, WaitKind.JOB)]
        wait = chance.choice(work if work and chance.random() < 0.9 else list(waits.values()))
        values = {"go": chance.random() < 0.5, "n": chance.choice([0, 1, 2, 2, 3])}
        now = max(now, wait.due_at or now) + timedelta(minutes=1)
        engine.settle("walk", version, advance)
        warm = _act(definition, CaseState("walk", version, _never), wait, values, now)
        cold = _act(definition, CaseState("cold", version, advance.state), wait, values, now)
        assert warm.state == cold.state
        assert (warm.opened, warm.closed, warm.passed, warm.changed) == (
            cold.opened,
            cold.closed,
            cold.passed,
            cold.changed,
        )
        advance = warm
        states.append(advance.state)
    raise AssertionError(f"not over after {MOST_STEPS} steps")


def _never() -> bytes:
    raise AssertionError("a warm step must not read the state")


def _act(definition: Definition, state: CaseState, wait: Wait, values: dict[str, object], now: object) -> Advance:
    if wait.kind is WaitKind.WORK:
        return engine.complete(definition, state, wait.token, values, now=now)  # type: ignore[arg-type]
    if wait.kind is WaitKind.JOB:
        return engine.finish_job(definition, state, wait.token, values, now=now)  # type: ignore[arg-type]
    if wait.kind is WaitKind.TIMER:
        return engine.fire(definition, state, wait.token, now=now)  # type: ignore[arg-type]
    if wait.kind is WaitKind.SIGNAL:
        return engine.throw_signal(definition, state, str(wait.name), values, now=now)  # type: ignore[arg-type]
    return engine.deliver(definition, state, wait.token, values, now=now)  # type: ignore[arg-type]


def _take(definition: Definition, advance: Advance, waits: dict[str, Wait]) -> None:
    assert advance.incidents == ()
    for closed in advance.closed:
        del waits[closed.token]
    for wait in advance.opened:
        assert wait.token not in waits
        waits[wait.token] = wait
    held = engine.inspect(definition, CaseState("walk", 0, advance.state))
    assert {wait.token: wait for wait in held.waits} == waits
    assert held.ended == (advance.ended is not None)
    assert waits or held.ended


def walks(seeds: range) -> int:
    """Grow a process for each seed and walk it twice; the number of steps."""
    steps = 0
    for seed in seeds:
        definition = engine.load(process(grow(seed), root=ROOT))
        try:
            first, again = walk(definition, seed), walk(definition, seed)
        except Exception as error:
            raise AssertionError(f"seed {seed}: {error!r}\n{grow(seed)}") from error
        assert first == again, seed
        assert definition.intact(), seed
        steps += len(first) - 1
    return steps


def test_a_hundred_and_fifty_random_walks_end_and_lose_nothing() -> None:
    assert walks(range(150)) > 700


@pytest.mark.nightly
def test_ten_thousand_random_walks_end_and_lose_nothing() -> None:
    assert walks(range(10_000)) > 40_000
