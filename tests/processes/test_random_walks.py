"""Whatever people and registers answer, and whatever comes when: a case ends, is never lost, never an incident.

A walk in ten is gone a second time with the engine reading the case from its bytes at every step: the same states.
"""

from __future__ import annotations

import pytest

from bpm_core import engine
from tests.processes.walk import definition, library
from tests.processes.wandering import Wanderer

KEYS = sorted(library())


def states(key: str, seed: int, *, cold: bool = False) -> list[bytes]:
    """The states of one walk to its end. Fails at an incident, a lost case, or when it does not end."""
    wanderer = Wanderer(key, seed, cold=cold)
    try:
        wanderer.run()
    finally:
        engine.discard("walk")
    return wanderer.states


def wander(key: str, seeds: range) -> list[str]:
    """What is wrong, by seed; at most five, so that it can be read."""
    wrong: list[str] = []
    for seed in seeds:
        try:
            gone = states(key, seed)
            assert seed % 10 or gone == states(key, seed, cold=True), "read from its bytes it goes another way"
        except (AssertionError, engine.EngineError) as error:
            wrong.append(f"seed {seed}: {error}")
        if len(wrong) == 5:
            break
    return wrong


@pytest.mark.parametrize("key", KEYS)
def test_a_thousand_random_walks_end_and_lose_nothing(key: str) -> None:
    assert wander(key, range(1_000)) == []
    assert definition(key).intact()
