"""Who does what is due: rows of jobs, timers and the outbox leased to one worker for a while, the try counted first.

A lease is not a lock: a worker that dies keeps nothing. When its lease runs out the row is due again, and its try has
been counted, so that a job that kills its worker runs out of tries like any other.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TypeVar

from django.conf import settings
from django.db import models, transaction
from django.db.models import F, Q

from bpm_core.commands.failpoints import passing
from bpm_core.domain.lifecycle import JobState
from bpm_core.models import Job, Outbox, Timer

_OPEN_JOB = Q(state__in=[JobState.WAITING.value, JobState.LEASED.value])
_OPEN_TIMER = Q(fired_at__isnull=True, cancelled_at__isnull=True)
_OPEN_EVENT = Q(sent_at__isnull=True)

Row = TypeVar("Row", Job, Timer, Outbox)


def take_jobs(*, worker: str, at: datetime, limit: int = 1) -> list[Job]:
    """Lease the jobs longest due to this worker; their `attempt` counts the try that is to follow."""
    return _take(Job.objects.filter(_OPEN_JOB), worker, at, limit, state=JobState.LEASED.value)


def take_timers(*, worker: str, at: datetime, limit: int = 20) -> list[Timer]:
    """Lease the timers longest due to this worker."""
    return _take(Timer.objects.filter(_OPEN_TIMER), worker, at, limit)


def take_events(*, worker: str, at: datetime, limit: int = 20) -> list[Outbox]:
    """Lease the events of the outbox longest due to this worker."""
    return _take(Outbox.objects.filter(_OPEN_EVENT), worker, at, limit)


def _take(open_rows: models.QuerySet[Row], worker: str, at: datetime, limit: int, **more: str) -> list[Row]:
    until = at + timedelta(seconds=settings.LEASE_S)
    free = open_rows.filter(Q(lease_until__isnull=True) | Q(lease_until__lte=at), due_at__lte=at)
    # Looking first without a transaction keeps an idle worker from taking SQLite's one write lock every second.
    if not free.exists():
        return []
    with transaction.atomic():
        locked = free.select_for_update(skip_locked=True).order_by("due_at", "id")
        rows = list(locked[:limit])
        passing("worker.leased")
        open_rows.model._default_manager.filter(pk__in=[row.pk for row in rows]).update(
            lease_until=until, worker=worker, attempt=F("attempt") + 1, **more
        )
    for row in rows:
        row.attempt += 1
        row.lease_until, row.worker = until, worker
    return rows
