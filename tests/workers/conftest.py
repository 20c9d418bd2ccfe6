"""A real simulator on a port of its own, whose silences are short enough for tests."""

from __future__ import annotations

from collections.abc import Iterator
from threading import Thread
from typing import Any

import pytest

from workers import events
from workers.simulator.server import Simulator


@pytest.fixture
def simulator(settings: Any) -> Iterator[Simulator]:
    server = Simulator("127.0.0.1", 0, event_secret=events.secret(), never_s=1.5)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    settings.SIMULATOR_URL = f"http://127.0.0.1:{server.server_port}"
    settings.EVENTS_URL = f"{settings.SIMULATOR_URL}/events"
    yield server
    server.shutdown()
    server.server_close()
