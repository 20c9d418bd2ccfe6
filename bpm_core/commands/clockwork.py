"""The limits of a case started, stopped, resumed and ended, as rows of a step; how days are reckoned is domain.clocks.

Reading the rows before the step is written is safe: whatever changes them moves the case's version, and then the step
is not written. Source of the marks: a limit runs from the end of the step marked `start` (no mark: from the first step
a person completes) to the end of the case; `suspend` on a send or receive step stops it until a step marked `resume`
ends or the wait that follows is over; on a step of a person it covers that step alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, time
from functools import partial

from django.utils.functional import cached_property

from bpm_core.commands import calendars
from bpm_core.commands.rows import Row
from bpm_core.commands.unit import Unit
from bpm_core.domain import clocks
from bpm_core.domain.calendar import CIVIL_ZONE, civil_date
from bpm_core.domain.lifecycle import ClockState
from bpm_core.models import Clock, ClockStop, WorkItem
from bpm_core.notation import localising
from bpm_core.notation.guide import Certainty, TimeLimit, Words


class Clocks:
    """The clocks of the case a unit is about."""

    def __init__(self, unit: Unit) -> None:
        self.unit = unit
        self.today = civil_date(unit.at)

    @property
    def state(self) -> str:
        return str(self.unit.case_set.get("clock_state", self.unit.head.clock_state))

    @cached_property
    def rows(self) -> list[Clock]:
        return list(Clock.objects.filter(case_id=self.unit.head.case_id, work_item=None))

    @cached_property
    def stops(self) -> list[ClockStop]:
        return list(ClockStop.objects.filter(case_id=self.unit.head.case_id).order_by("stopped_on", "id"))

    @property
    def standing(self) -> ClockStop | None:
        return next((stop for stop in self.stops if stop.resumed_on is None), None)

    def start(self) -> None:
        """Start the legal and the promised limit of the guide, once; a limit without a figure is not started."""
        if self.state != "waiting":
            return
        guide = self.unit.loaded.bundle.guide
        if guide is not None and guide.time_limits is not None:
            self._start("legal", guide.time_limits.legal)
            self._start("promised", self._promise(guide.time_limits.promised))
        self.unit.case_set["clock_state"] = ClockState.RUNNING.value
        self._reorder()
        self._tell("started", on=self.today.isoformat())

    def _promise(self, limit: TimeLimit) -> TimeLimit:
        """The promised limit of the place, as it was when the case began there."""
        local = self.unit.head.local.get(localising.PROMISED)
        if local is None:
            return limit
        said = Words(f"{local['office_zh']}承诺（{local['since']}起）", f"{local['office']}, since {local['since']}")
        return replace(limit, value=int(local["value"]), basis=said, certainty=Certainty.VERIFIED)

    def _start(self, kind: str, limit: TimeLimit) -> None:
        if limit.value is None:
            return
        basis = limit.basis.zh if limit.basis else ""
        figure = clocks.Limit(limit.value, clocks.Unit(limit.unit), clocks.LimitKind(kind), basis, str(limit.certainty))
        stand = clocks.deadline(figure, self.today, (), calendars.current(), today=self.today)
        self.unit.rows.add(
            Clock,
            {
                "case_id": self.unit.head.case_id,
                "work_item_id": None,
                "kind": kind,
                "limit_value": limit.value,
                "limit_unit": limit.unit,
                "started_on": self.today,
                "due_on": stand.due_on,
                "state": ClockState.RUNNING.value,
                "ended_on": None,
                "provisional": stand.provisional,
                "basis": basis,
                "certainty": str(limit.certainty),
            },
        )
        self.unit.case_set[f"{kind}_due_on"] = stand.due_on

    def stop(self, ground: str, *, note: str = "", until_on: date | None = None, waits: Sequence[str] = ()) -> None:
        """Let the clocks stand still from today; a clock that does not run is left as it is."""
        if self.state != ClockState.RUNNING:
            return
        self._close_first()
        self.unit.rows.add(
            ClockStop,
            {
                "case_id": self.unit.head.case_id,
                "ground": ground,
                "note": note,
                "stopped_on": self.today,
                "resumed_on": None,
                "until_on": until_on,
                "notice_id": None,
                "proof": "",
                "waits": list(waits),
            },
        )
        self.stopped()
        self._tell("stopped", ground=ground, on=self.today.isoformat())

    def _close_first(self) -> None:
        """Close a stop that ended in this very step before the next one opens.

        A case has one open stop at most, and PostgreSQL writes the rows of a step in one statement, in any order.
        """
        rows = self.unit.rows
        for key in [key for key in rows.patches if key[0] is ClockStop]:
            self.unit.also(partial(_close, rows.patches.pop(key)))

    def stopped(self) -> None:
        """Mark the running clocks as standing; the stop itself is written by who knows its notice."""
        self._mark_all(ClockState.STOPPED)
        self.unit.case_set["clock_state"] = ClockState.STOPPED.value

    def _mark_all(self, state: ClockState, **more: date) -> None:
        """Mark every clock that has not ended; rows that were read are marked singly, as they may change besides."""
        if "rows" not in self.__dict__:
            everyone = {"case_id": self.unit.head.case_id, "state": state.value, **more}
            self.unit.rows.patch(Clock, everyone, by=("case_id",), empty=("ended_on", "work_item_id"))
            return
        for clock in self.rows:
            if clock.state != ClockState.ENDED:
                self.unit.rows.patch(Clock, {"id": clock.id, "state": state.value, **more})

    def resume(self, proof: str = "") -> None:
        """Let the clocks go on from today and reckon their ends anew; nothing happens when they run."""
        standing = self.standing
        if self.state != ClockState.STOPPED or standing is None:
            return
        self.unit.rows.patch(ClockStop, {"id": standing.id, "resumed_on": self.today, "proof": proof})
        standing.resumed_on = self.today
        for clock in self.rows:
            if clock.state == ClockState.ENDED:
                continue
            stand = clocks.deadline(
                limit_of(clock),
                clock.started_on,
                [stop_of(s) for s in self.stops],
                calendars.current(),
                today=self.today,
            )
            self.unit.rows.patch(
                Clock,
                {
                    "id": clock.id,
                    "state": ClockState.RUNNING.value,
                    "due_on": stand.due_on,
                    "provisional": stand.provisional,
                },
            )
            self.unit.case_set[f"{clock.kind}_due_on"] = stand.due_on
        self.unit.case_set["clock_state"] = ClockState.RUNNING.value
        self._reorder()
        self._tell("resumed", ground=standing.ground, on=self.today.isoformat())

    def _reorder(self) -> None:
        """Steps without a limit of their own stand in the lists by the case's day, which has moved."""
        due_on = self.unit.due_on
        for item in self.unit.items.values():
            if item.limit_value is None and due_on is not None:
                self.unit.rows.patch(WorkItem, {"id": item.id, "sort_at": closing_time(due_on)})

    def resume_after(self, tokens: set[str]) -> None:
        """Resume when one of the waits that a stop was for is over."""
        standing = self.standing if self.state == ClockState.STOPPED else None
        if standing is not None and tokens & set(standing.waits):
            self.resume(proof="wait_over")

    def end(self) -> None:
        """The case is over: its clocks are too."""
        if self.state == ClockState.STOPPED and self.standing is not None:
            self.unit.rows.patch(ClockStop, {"id": self.standing.id, "resumed_on": self.today, "proof": "case_ended"})
        if self.state in (ClockState.RUNNING, ClockState.STOPPED) and self.unit.head.clock_state != "waiting":
            self._mark_all(ClockState.ENDED, ended_on=self.today)
        for row in self.unit.rows.of(Clock):  # started and over in one step
            row |= {"state": ClockState.ENDED.value, "ended_on": self.today}
        if self.state != ClockState.ENDED:
            self.unit.case_set["clock_state"] = ClockState.ENDED.value

    def _tell(self, event: str, **facts: str) -> None:
        self.unit.body.setdefault("clock", []).append({"event": event, **facts})


def closing_time(day: date) -> datetime:
    """The end of a day's office hours, by which lists are ordered."""
    return datetime.combine(day, time(17), CIVIL_ZONE)


def limit_of(clock: Clock) -> clocks.Limit:
    """A clock's row as the limit it carries."""
    return clocks.Limit(
        clock.limit_value, clocks.Unit(clock.limit_unit), clocks.LimitKind(clock.kind), clock.basis, clock.certainty
    )


def _close(row: Row) -> None:
    ClockStop.objects.filter(pk=row["id"]).update(resumed_on=row["resumed_on"], proof=row["proof"])


def stop_of(row: ClockStop) -> clocks.Stop:
    """A stop's row as the stop it tells of."""
    return clocks.Stop(row.ground, row.stopped_on, row.resumed_on, row.until_on, str(row.notice_id or ""), row.proof)
