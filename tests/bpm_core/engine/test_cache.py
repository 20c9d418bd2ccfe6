"""Warm cases: used only at exactly the right version, by one thread, within the limit."""

from __future__ import annotations

import threading

import pytest

from bpm_core import engine
from bpm_core.engine import Advance, CaseState, UnknownToken
from tests.bpm_core.engine.drawing import NOW, process

STEPS = process(
    """
    <startEvent id="s"/>
    <userTask id="A"/>
    <userTask id="B"/>
    <userTask id="C"/>
    s -> A
    A -> B
    B -> C
    """,
    key="steps",
)


@pytest.fixture(autouse=True)
def _clean() -> object:
    yield
    engine.cache_limit(0)
    engine.cache_limit(128 * 1024 * 1024)


def never() -> bytes:
    raise AssertionError("a warm step must not read the state")


def started(case_id: str = "w") -> tuple[engine.Definition, Advance]:
    definition = engine.load(STEPS)
    advance = engine.start(definition, case_id=case_id, variables={"n": 1}, now=NOW)
    return definition, advance


def test_a_warm_step_does_not_ask_for_the_state_and_gives_what_a_cold_one_gives() -> None:
    definition, first = started()
    engine.settle("w", 1, first)
    token = first.opened[0].token

    warm = engine.complete(definition, CaseState("w", 1, never), token, {"m": 2}, now=NOW)
    cold = engine.complete(definition, CaseState("other", 1, first.state), token, {"m": 2}, now=NOW)

    assert warm.state == cold.state
    assert warm.opened == cold.opened


def test_an_entry_of_another_version_is_not_used() -> None:
    definition, first = started()
    engine.settle("w", 1, first)
    read = []

    def blob() -> bytes:
        read.append(True)
        return first.state

    engine.complete(definition, CaseState("w", 2, blob), first.opened[0].token, {}, now=NOW)

    assert read == [True]


def test_a_case_in_use_is_not_in_the_cache_and_only_settle_puts_it_back() -> None:
    definition, first = started()
    engine.settle("w", 1, first)

    engine.complete(definition, CaseState("w", 1, never), first.opened[0].token, {}, now=NOW)

    with pytest.raises(AssertionError):
        engine.complete(definition, CaseState("w", 1, never), first.opened[0].token, {}, now=NOW)


def test_discard_forgets() -> None:
    definition, first = started()
    engine.settle("w", 1, first)

    engine.discard("w")

    with pytest.raises(AssertionError):
        engine.complete(definition, CaseState("w", 1, never), first.opened[0].token, {}, now=NOW)


def test_a_refused_token_leaves_the_case_warm() -> None:
    definition, first = started()
    engine.settle("w", 1, first)

    with pytest.raises(UnknownToken):
        engine.complete(definition, CaseState("w", 1, never), "999", {}, now=NOW)

    assert engine.complete(definition, CaseState("w", 1, never), first.opened[0].token, {}, now=NOW).opened


def test_the_cache_keeps_to_its_limit_and_drops_the_oldest() -> None:
    engine.cache_limit(0)
    _, one = started("c0")
    engine.cache_limit(20 * (9 * len(one.state) + 6_000))

    for number in range(100):
        engine.settle(f"c{number}", 1, started(f"c{number}")[1])
    stats = engine.cache_stats()

    assert stats.bytes <= stats.limit
    assert stats.cases == 20


def test_threads_that_share_cases_never_share_a_live_one() -> None:
    definition, first = started()
    token = first.opened[0].token
    wrong: list[object] = []

    def work() -> None:
        for _ in range(300):
            advance = engine.complete(definition, CaseState("t", 1, first.state), token, {"m": 2}, now=NOW)
            if [wait.element_id for wait in advance.opened] != ["B"] or advance.state != expected:
                wrong.append(advance)
            engine.settle("t", 1, engine.start(definition, case_id="t", variables={"n": 1}, now=NOW))

    expected = engine.complete(definition, CaseState("x", 1, first.state), token, {"m": 2}, now=NOW).state
    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert wrong == []
    assert definition.intact()
