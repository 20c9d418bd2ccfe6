"""The worker within the portal's process: it does its rounds, survives mistakes, and ends when asked."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from django.db import OperationalError

from workers import embedded
from workers.sweeper import Sweeper


def until(condition: Callable[[], bool], seconds: float = 5.0) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.01)
    return False


@pytest.mark.parametrize("mistake", [OperationalError("database is locked"), RuntimeError("a mistake of ours")])
def test_a_failed_round_costs_a_round_and_not_the_worker(mistake: Exception, monkeypatch: pytest.MonkeyPatch) -> None:
    rounds: list[float] = []

    def drain(self: Sweeper, *, most_s: float) -> int:
        rounds.append(time.monotonic())
        if len(rounds) == 1:
            raise mistake
        return 0

    monkeypatch.setattr(Sweeper, "drain", drain)
    worker = embedded.Worker(idle_s=0.01).start()

    assert until(lambda: len(rounds) >= 3)
    worker.stop()
    assert not worker.alive


def test_a_ring_wakes_it_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    rounds: list[float] = []
    monkeypatch.setattr(Sweeper, "drain", lambda self, *, most_s: rounds.append(time.monotonic()) or 0)
    worker = embedded.Worker(idle_s=60.0, most_idle_s=60.0).start()
    assert until(lambda: len(rounds) == 1)

    worker.ring()

    assert until(lambda: len(rounds) == 2)
    worker.stop()
