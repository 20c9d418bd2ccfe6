"""One look at everything due: timers, jobs, events, now and then overdue limits and what the calendar opens.

The rows are the truth, so that it does not matter who looks, how often, or whether anybody rang.
"""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.utils import timezone

from bpm_core.commands import clocks, idempotency, schedules
from workers import jobs, outbox, timers

#: How often overdue limits and appointed openings are looked for; often enough is soon enough.
ESCALATE_EVERY = timedelta(minutes=5)

#: Between two rounds of a long catch-up others get at the database; SQLite has one write lock and no queue for it.
_BREATH_S = 0.01


def worker_name() -> str:
    """Who holds a lease: machine and process."""
    return f"{socket.gethostname()[:40]}:{os.getpid()}"


@dataclass
class Sweeper:
    """Takes what is due until nothing is. `now` is the clock; leases and due times are compared with it alone.

    jobs, rest   what it looks after: automatic steps, which may wait long for somebody outside, and everything else
    """

    name: str = field(default_factory=worker_name)
    now: Callable[[], datetime] = timezone.now
    jobs: bool = True
    rest: bool = True
    _escalated_at: datetime | None = None

    def sweep(self) -> int:
        """One round: a batch of each kind; how many rows were taken."""
        taken = 0
        if self.rest:
            taken += timers.fire_due(self.name, at=self.now())
            taken += outbox.send_due(self.name, at=self.now())
            self._escalate()
        if self.jobs:
            taken += jobs.run_next(self.name, now=self.now)
        return taken

    def drain(self, *, most_s: float = 40.0) -> int:
        """Rounds until nothing is due or the time is over; how many rows were taken."""
        until = time.monotonic() + most_s
        total = 0
        while time.monotonic() < until and (taken := self.sweep()):
            total += taken
            time.sleep(_BREATH_S)
        return total

    def _escalate(self) -> None:
        at = self.now()
        if self._escalated_at is None or at - self._escalated_at >= ESCALATE_EVERY:
            self._escalated_at = at
            clocks.escalate_due(at=at)
            idempotency.forget_old(at=at)
            schedules.open_due(at=at)
