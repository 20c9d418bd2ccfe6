"""Time limits: when a legal, promised or step limit ends, with stops; its warning light; and each reason, line by line.

Pure: the caller brings the limit, the stops and the calendar, and puts the lines into words.

Reckoning: a limit begins the day after it starts. A stop takes out the days after it began, up to and including the day
it ended: stopped and resumed on one day costs nothing, and the clock goes on the day after it resumes. That the day
of an event is not counted is the general rule (Civil Code art. 201); that it holds for stops likewise is our reading.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from itertools import groupby

from bpm_core.domain.calendar import DayKind, WorkCalendar, add_months, civil_date
from bpm_core.domain.lifecycle import ClockState

_DAY = timedelta(days=1)
#: No limit of the library is longer than three years; beyond this a stop or a limit is a typing error.
_HORIZON_DAYS = 40_000


class Unit(StrEnum):
    """In what a limit is counted."""

    IMMEDIATE = "immediate"
    MINUTE = "minute"
    WORKING_HOUR = "working_hour"
    WORKING_DAY = "working_day"
    CALENDAR_DAY = "calendar_day"
    MONTH = "month"
    YEAR = "year"


class LimitKind(StrEnum):
    """Whose promise the limit is. A legal limit is never filled from a promised one."""

    LEGAL = "legal"
    PROMISED = "promised"
    STEP = "step"  # internal


class Light(StrEnum):
    """The warning shown beside a limit."""

    GREEN = "green"
    AMBER = "amber"
    RED = "red"


@dataclass(frozen=True, slots=True)
class Limit:
    """A time limit as the service guide or a step states it, with its source and how certain that is."""

    value: int
    unit: Unit
    kind: LimitKind = LimitKind.PROMISED
    basis: str = ""
    certainty: str = ""


@dataclass(frozen=True, slots=True)
class Stop:
    """A time during which the clock stands still. Each has a ground; `notice` and `proof` name what was served.

    resumed_on  None while it lasts
    until_on    the day given to the applicant or authority that is waited for
    """

    ground: str
    stopped_on: date
    resumed_on: date | None = None
    until_on: date | None = None
    notice: str = ""
    proof: str = ""


@dataclass(frozen=True, slots=True)
class Deadline:
    """Where a limit stands on a day.

    due_on       last day of the limit; while the clock is stopped, as if it went on today
    provisional  True when holidays of a year it runs through are not loaded: `missing_years`
    used, left   days of the limit's unit used up to today, and left (negative = overdue by so many)
    """

    limit: Limit
    started_on: date
    due_on: date
    state: ClockState
    light: Light
    used: int
    left: int
    missing_years: tuple[int, ...] = ()
    ended_on: date | None = None

    @property
    def provisional(self) -> bool:
        return bool(self.missing_years)

    @property
    def overdue(self) -> bool:
        return self.left < 0


@dataclass(frozen=True, slots=True)
class Line:
    """One reason within an explanation: a code that the screens word, and the facts it needs."""

    code: str
    facts: Mapping[str, object] = field(default_factory=dict)


#: Amber when this share of the limit is used: sample of the library (yellow at 80 % of the promised time).
AMBER_SHARE_PERCENT = 80

#: Working days overdue from which the next level of office is told, beginning with the handling office's own head.
#: Sample of the library: red goes to the supervisor at once; the steps upwards are a local rule.
ESCALATION_AFTER = (1, 3, 5, 10)


def deadline(
    limit: Limit,
    started_on: date,
    stops: Sequence[Stop],
    calendar: WorkCalendar,
    *,
    today: date,
    ended_on: date | None = None,
) -> Deadline:
    """Where the limit stands today, or stood on the day the case ended."""
    on = min(today, ended_on) if ended_on else today
    span = _Span(limit, started_on, stops, calendar, on)
    due_on = span.due_on()
    used = span.counted(started_on, on)
    left = span.left(due_on, on)
    state = ClockState.ENDED if ended_on else ClockState.STOPPED if span.is_standing() else ClockState.RUNNING
    return Deadline(
        limit=limit,
        started_on=started_on,
        due_on=due_on,
        state=state,
        light=_light(span.days, used, left),
        used=used,
        left=left,
        missing_years=calendar.missing_years(started_on, due_on) if span.by_working_days else (),
        ended_on=ended_on,
    )


def _light(days: int, used: int, left: int) -> Light:
    if left < 0:
        return Light.RED
    if used * 100 >= days * AMBER_SHARE_PERCENT:
        return Light.AMBER
    return Light.GREEN


class _Span:
    """The days of one limit with its stops: which count, and which one is the last."""

    def __init__(self, limit: Limit, started_on: date, stops: Sequence[Stop], calendar: WorkCalendar, today: date):
        self.started_on, self.stops, self.calendar, self.today = started_on, stops, calendar, today
        self.by_working_days = limit.unit not in (Unit.CALENDAR_DAY, Unit.MONTH, Unit.YEAR)
        self.days = _days(limit, started_on)
        self._standing = [(stop.stopped_on, self._until(stop)) for stop in stops]

    def _until(self, stop: Stop) -> date:
        return stop.resumed_on or max(self.today, stop.stopped_on)

    def is_standing(self) -> bool:
        return any(stop.resumed_on is None for stop in self.stops)

    def stop_of(self, day: date) -> Stop | None:
        """The stop that takes the day out; the first of them when several overlap."""
        for stop, (begun_on, until_on) in zip(self.stops, self._standing, strict=True):
            if begun_on < day <= until_on:
                return stop
        return None

    def counts(self, day: date) -> bool:
        if self.stop_of(day) is not None:
            return False
        return not self.by_working_days or self.calendar.is_working(day)

    def after_start(self) -> Iterator[date]:
        return (self.started_on + _DAY * n for n in range(1, _HORIZON_DAYS))

    def due_on(self) -> date:
        wanted = self.days
        if wanted == 0:
            return self.started_on
        for day in self.after_start():
            wanted -= self.counts(day)
            if wanted == 0:
                return day
        raise ValueError(f"a limit of {self.days} days from {self.started_on} has no end within a hundred years")

    def counted(self, after: date, last: date) -> int:
        """Days that count after `after`, up to and including `last`."""
        return sum(self.counts(after + _DAY * n) for n in range(1, (last - after).days + 1))

    def left(self, due_on: date, on: date) -> int:
        """Days of the limit still to come on a day; past the end every open day counts, stopped or not."""
        if on <= due_on:
            return self.counted(on, due_on)
        if self.by_working_days:
            return -max(1, self.calendar.working_days_between(due_on, on))
        return -(on - due_on).days


def _days(limit: Limit, started_on: date) -> int:
    """The limit in days of its reckoning; hours and minutes are those of one day (`due_moment` has the moment)."""
    if limit.value < 0:
        raise ValueError(f"a time limit is 0 or more, not {limit.value}")
    if limit.unit in (Unit.MONTH, Unit.YEAR):
        months = limit.value * (12 if limit.unit is Unit.YEAR else 1)
        return (add_months(started_on, months) - started_on).days
    if limit.unit in (Unit.IMMEDIATE, Unit.MINUTE, Unit.WORKING_HOUR):
        return 0
    return limit.value


def due_moment(limit: Limit, opened_at: datetime, calendar: WorkCalendar) -> datetime | None:
    """The moment a limit in minutes or office hours ends, by office hours; None for limits counted in days."""
    if limit.unit is Unit.MINUTE:
        return calendar.add_office_minutes(opened_at, limit.value)
    if limit.unit is Unit.WORKING_HOUR:
        return calendar.add_office_minutes(opened_at, limit.value * 60)
    return None


def step_due_on(limit: Limit, opened_at: datetime, calendar: WorkCalendar) -> date:
    """Last day for a step opened at that moment."""
    moment = due_moment(limit, opened_at, calendar)
    if moment is not None:
        return civil_date(moment)
    opened_on = civil_date(opened_at)
    return _Span(limit, opened_on, (), calendar, opened_on).due_on()


def escalation_levels(overdue_working_days: int) -> int:
    """How many levels must know of a limit overdue by so many working days; 0 = none, 1 = the office's own head."""
    return sum(overdue_working_days >= after for after in ESCALATION_AFTER)


def escalation_paths(office_path: str, levels: int) -> tuple[str, ...]:
    """Paths of the offices to be told, from the handling office upwards; the top is told once only."""
    codes = office_path.strip("/").split("/")
    return tuple("/" + "/".join(codes[:depth]) + "/" for depth in range(len(codes), max(0, len(codes) - levels), -1))


def explain(
    limit: Limit,
    started_on: date,
    stops: Sequence[Stop],
    calendar: WorkCalendar,
    *,
    today: date,
    ended_on: date | None = None,
) -> tuple[Line, ...]:
    """Every reason for the deadline, in the order of time: the rule, each run of days that counts or not, the result.

    Codes: limit, started, counted, weekend, holiday, make_up, stopped, due, provisional, and one of running,
    stopped_now, overdue, met, missed. The days of `counted` and `make_up` together are the limit.
    """
    stand = deadline(limit, started_on, stops, calendar, today=today, ended_on=ended_on)
    span = _Span(limit, started_on, stops, calendar, min(today, ended_on) if ended_on else today)
    return (
        Line(
            "limit",
            {
                "value": limit.value,
                "unit": limit.unit.value,
                "kind": limit.kind.value,
                "basis": limit.basis,
                "certainty": limit.certainty,
            },
        ),
        Line("started", {"on": started_on}),
        *_runs(span, stand.due_on),
        Line("due", {"on": stand.due_on}),
        *([Line("provisional", {"years": stand.missing_years})] if stand.provisional else []),
        _outcome(stand, stops),
    )


def _runs(span: _Span, due_on: date) -> Iterator[Line]:
    """Neighbouring days of one reason as one line each, with the running count."""
    days = [span.started_on + _DAY * n for n in range(1, (due_on - span.started_on).days + 1)]
    total = 0
    for (code, label, stop), group in groupby(days, key=lambda day: _reason(span, day)):
        run = list(group)
        facts: dict[str, object] = {"first": run[0], "last": run[-1], "days": len(run)}
        if label:
            facts["name"] = label
        if stop is not None:
            facts |= {"ground": stop.ground, "notice": stop.notice, "proof": stop.proof, "until": stop.until_on}
        if code in ("counted", "make_up"):
            total += len(run)
            facts["total"] = total
        yield Line(code, facts)


def _reason(span: _Span, day: date) -> tuple[str, str, Stop | None]:
    stop = span.stop_of(day)
    if stop is not None:
        return "stopped", "", stop
    if not span.by_working_days:
        return "counted", "", None
    kind = span.calendar.kind(day)
    if kind is DayKind.WEEKDAY:
        return "counted", "", None
    return kind.value, span.calendar.name(day), None


def _outcome(stand: Deadline, stops: Iterable[Stop]) -> Line:
    if stand.ended_on is not None:
        return Line("missed" if stand.overdue else "met", {"on": stand.ended_on, "days": abs(stand.left)})
    if stand.state is ClockState.STOPPED:
        standing = next(stop for stop in stops if stop.resumed_on is None)
        return Line(
            "stopped_now",
            {
                "since": standing.stopped_on,
                "ground": standing.ground,
                "until": standing.until_on,
                "left": stand.left,
            },
        )
    if stand.overdue:
        return Line("overdue", {"days": -stand.left})
    return Line("running", {"left": stand.left, "light": stand.light.value})
