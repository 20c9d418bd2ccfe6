"""Whatever people and registers answer, and whatever comes when: a case ends, is never lost, never an incident."""

from __future__ import annotations

import pytest

from bpm_core import engine
from tests.processes.walk import library
from tests.processes.wandering import Wanderer

KEYS = sorted(library())


def wander(key: str, seeds: range) -> list[str]:
    """What is wrong, by seed; at most five, so that it can be read."""
    wrong: list[str] = []
    for seed in seeds:
        try:
            Wanderer(key, seed).run()
        except (AssertionError, engine.EngineError) as error:
            wrong.append(f"seed {seed}: {error}")
        finally:
            engine.discard("walk")
        if len(wrong) == 5:
            break
    return wrong


@pytest.mark.parametrize("key", KEYS)
def test_a_few_random_walks_end(key: str) -> None:
    assert wander(key, range(20)) == []


@pytest.mark.nightly
@pytest.mark.parametrize("key", KEYS)
def test_a_thousand_random_walks_end(key: str) -> None:
    assert wander(key, range(1_000)) == []
