"""The worker inside the portal's own process: sweepers in threads, so that nothing else need be started."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from threading import Event, Thread

from django.db import DatabaseError, close_old_connections, connection

from workers.sweeper import Sweeper

_log = logging.getLogger("guicheng.workers")


class Worker:
    """A sweeper's thread. `stop` lets it end what it does and waits for that.

    before  done in the thread ahead of the first round
    """

    def __init__(
        self,
        sweeper: Sweeper | None = None,
        *,
        idle_s: float = 0.5,
        most_idle_s: float = 1.0,
        before: Callable[[], None] | None = None,
    ) -> None:
        self._idle_s, self._most_idle_s, self._before = idle_s, most_idle_s, before
        self._ending = Event()
        self._sweeper = sweeper or Sweeper()
        self._thread = Thread(target=self._run, name="guicheng-worker", daemon=True)

    def start(self) -> Worker:
        self._thread.start()
        return self

    def end(self) -> None:
        """Begin no further round."""
        self._ending.set()

    def stop(self, *, wait_s: float = 30.0) -> None:
        """End after the round under way; a row whose work is cut off is due again when its lease is over."""
        self.end()
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


class Team:
    """The workers of one process, started and stopped together."""

    def __init__(self, members: Sequence[Worker]) -> None:
        self._members = [member.start() for member in members]

    def stop(self) -> None:
        """End after the rounds under way."""
        for member in self._members:
            member.end()
        for member in self._members:
            member.stop()

    @property
    def alive(self) -> bool:
        return all(member.alive for member in self._members)


def start(*, before: Callable[[], None] | None = None) -> Team:
    """Start the workers of this process; `before` is done in their threads ahead of the first round.

    Two threads ask registers, a third does everything else: a register that keeps silent delays no timer.
    """
    askers = [Worker(Sweeper(rest=False), before=before) for _ in range(2)]
    return Team([Worker(Sweeper(jobs=False), before=before), *askers])
