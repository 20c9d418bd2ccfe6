"""The legal and promised limits of a simulated case: started, stopped and ended by the marks at its steps.

The same reading of the marks as for real cases: a limit runs from the end of the step marked `start` (no mark: from the
first step a person completes) to a step marked `stop` or the end; `suspend` stops it until a step marked `resume` or
the end of the wait that follows. How days are reckoned is domain.clocks.
"""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass, field
from datetime import date

from bpm_core.domain.calendar import WorkCalendar
from bpm_core.domain.clocks import Limit, Stop, deadline
from bpm_core.engine import Advance, CloseReason, WaitKind
from bpm_core.simulation.subject import Subject

_STEPS = ("userTask", "manualTask", "task")


@dataclass
class CaseClock:
    """When the limits of one case ran. Days only: a limit of the library counts no hours."""

    started_on: date | None = None
    ended_on: date | None = None
    stops: list[Stop] = field(default_factory=list)
    standing_on: date | None = None
    _waits: Set[str] = frozenset()

    def follow(self, advance: Advance, subject: Subject, today: date) -> None:
        """What one advance does to the limits."""
        done = {closed.token for closed in advance.closed if closed.reason is CloseReason.DONE}
        if done & self._waits:
            self._resume(today)
        if not subject.marks_start and any(
            c.kind is WaitKind.WORK and c.reason is CloseReason.DONE for c in advance.closed
        ):
            self._start(today)
        for passed in advance.passed:
            element = subject.bundles[passed.process_key].process.elements.get(passed.element_id)
            mark = element.clock if element is not None else None
            if element is None or mark is None:
                continue
            completed = passed.event == "completed"
            if completed and mark == "start":
                self._start(today)
            elif mark == "suspend" and element.kind in _STEPS and passed.event == "entered":
                self._stop(today, {wait.token for wait in advance.opened if wait.element_id == element.id})
            elif mark == "suspend" and element.kind not in _STEPS and completed:
                self._stop(today, {wait.token for wait in advance.opened})
            elif completed and mark == "resume":
                self._resume(today)
            elif completed and mark == "stop":
                self.end(today)
        if advance.ended is not None:
            self.end(today)

    def _start(self, today: date) -> None:
        if self.started_on is None:
            self.started_on = today

    def _stop(self, today: date, waits: Set[str]) -> None:
        if self.started_on is not None and self.ended_on is None and self.standing_on is None:
            self.standing_on, self._waits = today, waits

    def _resume(self, today: date) -> None:
        if self.standing_on is not None:
            self.stops.append(Stop("", self.standing_on, today))
            self.standing_on, self._waits = None, frozenset()

    def end(self, today: date) -> None:
        """What the limit is for is done, or the case is over."""
        if self.started_on is not None and self.ended_on is None:
            self._resume(today)
            self.ended_on = today


class Judge:
    """Says whether a limit was kept; remembers, because thousands of cases run on the same days."""

    def __init__(self, calendar: WorkCalendar) -> None:
        self._calendar = calendar
        self._known: dict[tuple[Limit, date, tuple[Stop, ...], date], bool] = {}
        self.missing_years: set[int] = set()

    def kept(self, limit: Limit, clock: CaseClock) -> bool | None:
        """Whether the limit was kept; None when it never ran or did not come to its end."""
        if clock.started_on is None or clock.ended_on is None:
            return None
        key = limit, clock.started_on, tuple(clock.stops), clock.ended_on
        if key not in self._known:
            stand = deadline(*key[:3], self._calendar, today=clock.ended_on, ended_on=clock.ended_on)
            self.missing_years.update(stand.missing_years)
            self._known[key] = not stand.overdue
        return self._known[key]
