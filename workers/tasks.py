"""The one task Celery carries: look what is due. It takes no data, so there is nothing to lose, delay or double."""

from __future__ import annotations

from functools import cache

from workers.celery import app
from workers.sweeper import Sweeper

#: A sweep ends well before the task's time limit, whatever the connectors take (one call is at most 20 s).
_SWEEP_S = 20.0


@app.task(name="workers.tasks.sweep")
def sweep(**_ignored: object) -> None:
    """Do everything due, as long as there is something and time for it; safe to run many times at once."""
    _own().drain(most_s=_SWEEP_S)


@cache
def _own() -> Sweeper:
    """The sweeper of this worker process: it remembers when overdue limits were last looked for."""
    return Sweeper()
