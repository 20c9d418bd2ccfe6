"""The people of the simulated office: so many a lane; work waits in order of coming, each does one thing at a time."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from random import Random

from bpm_core.notation.model import Element, LimitUnit

#: Hands-on time is drawn from a gamma distribution of this shape: standard deviation half the mean, never negative.
SHAPE = 4.0
#: Assumptions where the setup says nothing: a step done at once takes this long, one with a limit in days or longer
#: that share of its office time, one with a limit in hours or minutes half of it, within the bounds.
AT_ONCE_MINUTES = 15.0
SHARE_OF_DAYS = 0.05
SHARE_OF_HOURS = 0.5
LEAST_MINUTES, MOST_MINUTES = 5.0, 240.0


@dataclass(slots=True)
class Task:
    """A step of a case in front of a lane."""

    case: int
    token: str
    minutes: int
    opened_at: int
    begun_at: int | None = None


@dataclass
class Lane:
    """Persons of one post. `size` None: as many as are needed, so that nothing waits."""

    code: str
    size: int | None
    busy: int = 0
    most_busy: int = 0
    queue: deque[Task] = field(default_factory=deque)
    waiting: int = 0
    most_waiting: int = 0
    worked_minutes: int = 0  # whole run
    worked_in_window: int = 0  # while cases come
    done: int = 0

    def has_room(self) -> bool:
        return self.size is None or self.busy < self.size

    def put(self, task: Task) -> None:
        self.queue.append(task)
        self.waiting += 1
        self.most_waiting = max(self.most_waiting, self.waiting)

    def begin(self) -> None:
        self.busy += 1
        self.most_busy = max(self.most_busy, self.busy)


def drawn_minutes(mean: float, rng: Random) -> int:
    """A time around a mean, at least one minute."""
    return max(1, round(rng.gammavariate(SHAPE, mean / SHAPE)))


def assumed_minutes(element: Element, office_day: int) -> float:
    """Hands-on minutes of a step for which the setup has no figure, from the time it is given."""
    limit = element.limit
    if limit is None or limit.unit is LimitUnit.IMMEDIATE or limit.value == 0:
        return AT_ONCE_MINUTES
    if limit.unit is LimitUnit.MINUTE:
        minutes = limit.value * SHARE_OF_HOURS
    elif limit.unit is LimitUnit.WORKING_HOUR:
        minutes = limit.value * 60 * SHARE_OF_HOURS
    else:
        days = {LimitUnit.MONTH: 21, LimitUnit.YEAR: 250}.get(limit.unit, 1)
        minutes = limit.value * days * office_day * SHARE_OF_DAYS
    return min(max(minutes, LEAST_MINUTES), MOST_MINUTES)
