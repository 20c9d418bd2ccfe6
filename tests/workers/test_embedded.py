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


def test_asked_to_end_it_ends_after_its_round(monkeypatch: pytest.MonkeyPatch) -> None:
    rounds: list[float] = []

    def drain(self: Sweeper, *, most_s: float) -> int:
        time.sleep(0.2)
        rounds.append(time.monotonic())
        return 0

    monkeypatch.setattr(Sweeper, "drain", drain)
    worker = embedded.Worker(idle_s=0.01).start()
    time.sleep(0.05)

    worker.stop()

    assert len(rounds) == 1
    assert not worker.alive


def test_what_has_to_be_there_first_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    order: list[str] = []
    monkeypatch.setattr(Sweeper, "drain", lambda self, *, most_s: order.append("round") or 0)

    worker = embedded.Worker(idle_s=0.01, before=lambda: order.append("before")).start()

    assert until(lambda: len(order) >= 2)
    worker.stop()
    assert order[:2] == ["before", "round"]


def test_a_silent_register_delays_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever waits for a register looks after registers alone."""
    looked: list[tuple[bool, bool]] = []

    def drain(self: Sweeper, *, most_s: float) -> int:
        looked.append((self.jobs, self.rest))
        return 0

    monkeypatch.setattr(Sweeper, "drain", drain)
    team = embedded.start()

    assert until(lambda: {(True, False), (False, True)} <= set(looked))
    assert team.alive
    team.stop()
    assert not team.alive
