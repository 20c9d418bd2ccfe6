"""The engine alone, without a database: against stock SpiffWorkflow in the same minutes, and against itself later on.

CPU time of this process; variants in turn, medians of rounds; only the ratios are worth quoting.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable
from datetime import UTC, datetime
from statistics import median

from bpm_core import engine
from bpm_core.engine import CaseState, Definition, Wait, WaitKind
from tests.bench import processes, stock

NOW = datetime(2026, 11, 20, 1, 0, tzinfo=UTC)
ROUNDS = 7


def run() -> list[dict[str, object]]:
    """The figures of the engine: name, value, unit, against, ratio, aim."""
    definition = engine.load(processes.folder("full"), {"publicity": processes.folder("publicity")})
    figures = _steps(definition)
    figures.append(_bytes(definition))
    figures.extend(_growth())
    return figures


def _steps(definition: Definition) -> list[dict[str, object]]:
    warm, cold, theirs = _in_turn(
        lambda: _ours(definition, 60, warm=True), lambda: _ours(definition, 40, warm=False), lambda: _theirs(4)
    )
    return [
        _figure("engine: warm step, process full", warm * 1e6, "us", "stock, own serializer", theirs / warm, ">= 4"),
        _figure("engine: cold step, process full", cold * 1e6, "us", "stock, own serializer", theirs / cold, ">= 4"),
        _figure("engine: cold step over warm step", cold / warm, "times", "our warm step", cold / warm, None),
    ]


def _ours(definition: Definition, cases: int, *, warm: bool) -> float:
    """CPU seconds a step: run, encode, and decode too when cold."""
    steps, began = 0, time.process_time()
    for _ in range(cases):
        advance = engine.start(definition, case_id="bench", variables=processes.START, now=NOW)
        version, waiting = 0, {wait.token: wait for wait in advance.opened}
        while advance.ended is None:
            if warm:
                engine.settle("bench", version, advance)
            wait = _next(waiting)
            state = CaseState("bench", version, advance.state)
            advance = engine.complete(definition, state, wait.token, processes.form(wait.element_id), now=NOW)
            version, steps = version + 1, steps + 1
            for closed in advance.closed:
                del waiting[closed.token]
            waiting.update((wait.token, wait) for wait in advance.opened)
        engine.discard("bench")
    return (time.process_time() - began) / steps


def _next(waiting: dict[str, Wait]) -> Wait:
    return next(wait for wait in waiting.values() if wait.kind is WaitKind.WORK)


def _theirs(cases: int) -> float:
    """CPU seconds a step of stock SpiffWorkflow, restored from and stored with its own serializer."""
    steps, began = 0, time.process_time()
    for _ in range(cases):
        text = stock.blob(stock.start("full", processes.START))
        while True:
            workflow = stock.restore(text)
            if workflow.is_completed():
                break
            task = stock.ready(workflow)[0]
            stock.complete(workflow, task, processes.form(task.task_spec.name))
            text = stock.blob(workflow)
            steps += 1
    return (time.process_time() - began) / steps


def _bytes(definition: Definition) -> dict[str, object]:
    """The largest share of stock's bytes that our state needs at any wait of the full process."""
    workflow = stock.start("full", processes.START)
    advance = engine.start(definition, case_id="bytes", variables=processes.START, now=NOW)
    worst, version = (0.0, 0), 0
    waiting = {wait.token: wait for wait in advance.opened}
    while advance.ended is None:
        worst = max(worst, (len(advance.state) / len(stock.blob(workflow)), len(advance.state)))
        wait = _next(waiting)
        entered = processes.form(wait.element_id)
        task = next(task for task in stock.ready(workflow) if task.task_spec.name == wait.element_id)
        stock.complete(workflow, task, entered)
        state = CaseState("bytes", version, advance.state)
        advance = engine.complete(definition, state, wait.token, entered, now=NOW)
        version += 1
        for closed in advance.closed:
            del waiting[closed.token]
        waiting.update((wait.token, wait) for wait in advance.opened)
    return _figure("engine: bytes of state, worst wait", worst[1], "bytes", "stock, own serializer", worst[0], "<= 0.3")


def _growth() -> list[dict[str, object]]:
    """A loop of 10,000 rounds: what a late step costs over an early one, cold, in time and bytes."""
    definition = engine.load(processes.folder("loop"))
    rounds, kept = 10_000, {}
    began = time.process_time()
    advance = engine.start(definition, case_id="loop", variables={"n": 0, "rounds": rounds}, now=NOW)
    for step in range(1, rounds + 1):
        state, token = CaseState("loop", step, advance.state), advance.opened[0].token
        if step in (10, 5_000):
            kept[step] = state, token
        advance = engine.complete(definition, state, token, {}, now=NOW)
    seconds = time.process_time() - began
    assert advance.ended is not None  # the loop came to its end, and only then

    def again(step: int) -> Callable[[], float]:
        state, token = kept[step]

        def many() -> float:
            started = time.process_time()
            for _ in range(300):
                engine.complete(definition, state, token, {}, now=NOW)
            return (time.process_time() - started) / 300

        return many

    early, late = _in_turn(again(10), again(5_000))
    small, large = (len(kept[step][0].blob) for step in (10, 5_000))  # type: ignore[arg-type]
    return [
        _figure("engine: step 5,000 over step 10, time", late * 1e6, "us", "our step 10", late / early, "<= 1.2"),
        _figure("engine: step 5,000 over step 10, bytes", large, "bytes", "our step 10", large / small, "<= 1.2"),
        _figure("engine: 10,000 rounds, cold", seconds, "s", "completes", None, "completes"),
    ]


def _in_turn(*variants: Callable[[], float]) -> list[float]:
    times: list[list[float]] = [[] for _ in variants]
    for _ in range(ROUNDS):
        for collected, variant in zip(times, variants, strict=True):
            gc.collect()
            collected.append(variant())
    return [median(collected) for collected in times]


def _figure(
    name: str, value: float, unit: str, against: str, ratio: float | None, aim: str | None
) -> dict[str, object]:
    return {
        "name": name,
        "value": round(value, 3),
        "unit": unit,
        "against": against,
        "ratio": None if ratio is None else round(ratio, 3),
        "aim": aim,
    }


if __name__ == "__main__":
    for figure in run():
        print(figure)
