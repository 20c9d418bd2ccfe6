"""Celery over Redis spreads the sweeping over machines. The broker is a doorbell: what is due stands in the database.

The settings follow what kill -9 of workers and of Redis showed: fetch one ring at a time, no eta, no countdown, no
results kept, JSON only. Rings are acknowledged at once: they hold nothing, and a worker that held unacknowledged ones
when its Redis died was seen to end itself (kombu 5.7, one time in four). Besides, each worker sweeps by itself every
few seconds, so that a Redis that is empty, lost or absent costs delay and never work.
"""

from __future__ import annotations

import os

import django
from celery import Celery, signals

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
django.setup()

from django.conf import settings  # noqa: E402 - the app above needs Django set up before our own modules are read

from workers.embedded import Worker  # noqa: E402

app = Celery("guicheng")
app.conf.update(
    broker_url=settings.REDIS_URL or "redis://127.0.0.1:6379/0",
    broker_connection_retry_on_startup=True,
    broker_transport_options={"visibility_timeout": 60},
    imports=["workers.tasks"],
    task_default_queue="guicheng",
    task_acks_late=False,
    task_ignore_result=True,
    task_serializer="json",
    accept_content=["json"],
    task_time_limit=50,
    worker_prefetch_multiplier=1,
    worker_hijack_root_logger=False,
    timezone=settings.TIME_ZONE,
    beat_schedule_filename=str(settings.DATA_DIR / "celerybeat-schedule"),
    beat_schedule={
        # Rung every second and forgotten when nobody had time: a sweep that is under way finds the rows anyway.
        "sweep": {"task": "workers.tasks.sweep", "schedule": 1.0, "options": {"expires": 2.0}},
    },
)

_own_rounds = Worker(idle_s=5.0, most_idle_s=5.0)


@signals.worker_ready.connect
def _sweep_without_a_broker(**_ignored: object) -> None:
    """The worker's own slow rounds, in its parent process."""
    _own_rounds.start()


@signals.worker_shutting_down.connect
def _stop_own_rounds(**_ignored: object) -> None:
    if _own_rounds.alive:
        _own_rounds.stop(wait_s=1.0)
