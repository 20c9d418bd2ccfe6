"""A real simulator on a port of its own, whose silences are short enough for tests; and a clock that tests move."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Thread
from typing import Any

import pytest

from tests.bpm_core.commands.conftest import AT, office, real_office
from workers import events
from workers.simulator.server import Simulator
from workers.sweeper import Sweeper

__all__ = ["office", "real_office"]


@pytest.fixture
def simulator(settings: Any) -> Iterator[Simulator]:
    server = Simulator("127.0.0.1", 0, event_secret=events.secret(), never_s=1.5, slow_s=0.4)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    settings.SIMULATOR_URL = f"http://127.0.0.1:{server.server_port}"
    settings.EVENTS_URL = f"{settings.SIMULATOR_URL}/events"
    yield server
    server.shutdown()
    server.server_close()


@dataclass
class Clock:
    """Time as the tests have it."""

    at: datetime = AT

    def __call__(self) -> datetime:
        return self.at

    def go_on(self, **by: float) -> None:
        self.at += timedelta(**by)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def sweeper(clock: Clock) -> Sweeper:
    return Sweeper(name="test:1", now=clock)
