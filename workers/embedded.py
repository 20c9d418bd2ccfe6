"""The worker inside the portal's own process: the sweeper in a thread, so that nothing else need be started."""

from __future__ import annotations

import logging
from collections.abc import Callable
from threading import Event, Thread

from django.db import DatabaseError, close_old_connections, connection

from workers.sweeper import Sweeper

_log = logging.getLogger("guicheng.workers")


class Worker:
    """A running sweeper thread. `stop` lets it end what it does and waits for that.

    before  done in the thread ahead of the first round
    """

    def __init__(
        self, *, idle_s: float = 0.5, most_idle_s: float = 1.0, before: Callable[[], None] | None = None
    ) -> None:
        self._idle_s, self._most_idle_s, self._before = idle_s, most_idle_s, before
        self._ending = Event()
        self._sweeper = Sweeper()
        self._thread = Thread(target=self._run, name="guicheng-worker", daemon=True)

    def start(self) -> Worker:
        self._thread.start()
        return self

    def stop(self, *, wait_s: float = 30.0) -> None:
        """End after the round under way; a row whose work is cut off is due again when its lease is over."""
        self._ending.set()
        self._thread.join(wait_s)

    @property
    def alive(self) -> bool:
        return self._thread.is_alive()

    def _run(self) -> None:
        pause = self._idle_s
        if self._before is not None:
            self._before()
        while not self._ending.wait(pause):
            pause = self._idle_s if self._round() else min(self._most_idle_s, pause * 1.5)
        connection.close()

    def _round(self) -> int:
        """Rows taken; a database that is away, or a mistake of ours, costs a round and never the thread."""
        try:
            close_old_connections()
            return self._sweeper.drain(most_s=5.0)
        except DatabaseError as error:
            _log.warning("the database does not answer: %s", type(error).__name__)
            connection.close()
        except Exception:
            _log.exception("a round of the worker failed")
        return 0


def start(*, before: Callable[[], None] | None = None) -> Worker:
    """Start the worker of this process."""
    return Worker(before=before).start()
