"""What a simulation showed, in figures: throughput, waiting, use of each lane, limits kept, step by step."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from statistics import fmean, median
from typing import Any

from bpm_core.domain.calendar import WorkCalendar
from bpm_core.notation.model import Element
from bpm_core.simulation.course import Course
from bpm_core.simulation.limits import Judge
from bpm_core.simulation.office import DAY, day_of, midnight
from bpm_core.simulation.run import Run

CHART_POINTS = 120


@dataclass(frozen=True, slots=True)
class Spread:
    """Mean, median and 90th percentile of a figure."""

    mean: float
    median: float
    p90: float


@dataclass(frozen=True, slots=True)
class Kept:
    """How many of the cases (or steps) with a limit kept it."""

    counted: int
    kept: int

    @property
    def percent(self) -> float | None:
        return round(100 * self.kept / self.counted, 1) if self.counted else None


@dataclass(frozen=True, slots=True)
class LimitLine:
    kind: str  # "legal" | "promised"
    value: int
    unit: str
    kept: Kept


@dataclass(frozen=True, slots=True)
class LaneLine:
    """A post. Use: worked over available office minutes, while cases come and over the whole run; None = no figure."""

    code: str
    name_zh: str
    name_en: str
    persons: int | None
    steps: int
    worked_hours: float
    used_while_cases_come: float | None
    used_in_all: float | None
    most_busy: int
    most_waiting: int


@dataclass(frozen=True, slots=True)
class StepLine:
    """A step of the office, in office minutes. `part` is the code of the called process it lies in, or ""."""

    process: str
    part: str
    element: str
    name_zh: str
    name_en: str
    lane: str
    count: int
    waiting: Spread
    working: Spread
    within_limit: Kept


@dataclass(frozen=True, slots=True)
class OutsideLine:
    """A wait for somebody or something outside the office, in hours by the clock."""

    process: str
    part: str
    element: str
    name_zh: str
    name_en: str
    kind: str
    count: int
    hours: Spread


@dataclass(frozen=True, slots=True)
class EndLine:
    element: str
    name_zh: str
    name_en: str
    cases: int


@dataclass(frozen=True, slots=True)
class StuckLine:
    why: str
    cases: int


@dataclass(frozen=True, slots=True)
class DayLine:
    """Cases on a day: come and ended since the line before, and open at its end."""

    on: date
    come: int
    ended: int
    open: int


@dataclass(frozen=True, slots=True)
class Report:
    process: str
    code: str
    name_zh: str
    name_en: str
    digest: str
    seed: int
    cases: int
    ended: int
    first_on: date
    last_arrival_on: date
    last_end_on: date
    engine_steps: int
    ended_a_day: float | None  # per working day while cases come, those ended by then
    days_to_end: Spread  # calendar days from coming to the end
    limits: tuple[LimitLine, ...]
    lanes: tuple[LaneLine, ...]
    steps: tuple[StepLine, ...]
    outside: tuple[OutsideLine, ...]
    ends: tuple[EndLine, ...]
    stuck: tuple[StuckLine, ...]
    days: tuple[DayLine, ...]
    provisional_years: tuple[int, ...]

    def as_data(self) -> dict[str, Any]:
        """Plain data for JSON; dates as ISO text, shares with their percentage."""
        return {name: _plain(getattr(self, name)) for name in self.__dataclass_fields__}


def report(run: Run, calendar: WorkCalendar) -> Report:
    """The figures of a run."""
    subject, setup, courses = run.subject, run.setup, run.courses
    ended = [course for course in courses if course.ended_at is not None]
    judge = Judge(calendar)
    limits = tuple(_limit(kind, limit, ended, judge) for kind, limit in subject.limits().items())
    first, last = run.window
    window_days = run.office.open_minutes(last) // run.office.a_day - run.office.open_minutes(first) // run.office.a_day
    in_window = sum(course.ended_at is not None and course.ended_at <= last for course in courses)
    first_on, last_on = day_of(first), day_of(run.ended_at)
    judge.missing_years.update(calendar.missing_years(first_on, last_on))
    return Report(
        process=subject.bundle.key,
        code=subject.bundle.code,
        name_zh=subject.process.name_zh,
        name_en=subject.process.name_en,
        digest=subject.bundle.digest,
        seed=setup.seed,
        cases=len(courses),
        ended=len(ended),
        first_on=first_on,
        last_arrival_on=day_of(last - 1),
        last_end_on=last_on,
        engine_steps=sum(course.steps for course in courses),
        ended_a_day=round(in_window / window_days, 2) if window_days else None,
        days_to_end=spread([((c.ended_at or 0) - c.arrived_at) / DAY for c in ended], 2),
        limits=limits,
        lanes=_lanes(run),
        steps=_steps(run),
        outside=_outside(run),
        ends=_ends(ended),
        stuck=tuple(StuckLine(*found) for found in Counter(c.stuck for c in courses if c.stuck).most_common()),
        days=_days(courses, first_on, last_on),
        provisional_years=tuple(sorted(judge.missing_years)),
    )


def spread(figures: Sequence[float], digits: int = 1) -> Spread:
    """Mean, median and 90th percentile (nearest rank); zeros for no figures."""
    if not figures:
        return Spread(0.0, 0.0, 0.0)
    ordered = sorted(figures)
    nearest = ordered[-(-9 * len(ordered) // 10) - 1]
    return Spread(round(fmean(ordered), digits), round(median(ordered), digits), round(nearest, digits))


def _limit(kind: str, limit: Any, ended: list[Course], judge: Judge) -> LimitLine:
    found = [judge.kept(limit, course.clock) for course in ended]
    kept = Kept(sum(one is not None for one in found), sum(one is True for one in found))
    return LimitLine(kind, limit.value, limit.unit.value, kept)


def _lanes(run: Run) -> tuple[LaneLine, ...]:
    first, last = run.window
    window = run.office.open_minutes(last) - run.office.open_minutes(first)
    whole = run.office.open_minutes(run.ended_at) - run.office.open_minutes(first)
    lines = []
    for code, lane in sorted(run.lanes.items()):
        available, in_all = (lane.size or 0) * window, (lane.size or 0) * whole
        lines.append(
            LaneLine(
                code=code,
                name_zh=run.subject.lane_name(code, "zh"),
                name_en=run.subject.lane_name(code, "en"),
                persons=lane.size,
                steps=lane.done,
                worked_hours=round(lane.worked_minutes / 60, 1),
                used_while_cases_come=round(lane.worked_in_window / available, 3) if available else None,
                used_in_all=round(lane.worked_minutes / in_all, 3) if in_all else None,
                most_busy=lane.most_busy,
                most_waiting=lane.most_waiting,
            )
        )
    return tuple(lines)


def _steps(run: Run) -> tuple[StepLine, ...]:
    lines = []
    for key, stints in run.stints.items():
        element = _element(run, key)
        kept = [stint.kept for stint in stints if stint.kept is not None]
        lines.append(
            StepLine(
                process=key[0],
                part=_part(run, key[0]),
                element=element.node or element.id,
                name_zh=element.name_zh,
                name_en=element.name_en or element.name_zh,
                lane=run.subject.lane_code(*key),
                count=len(stints),
                waiting=spread([stint.waited for stint in stints]),
                working=spread([stint.worked for stint in stints]),
                within_limit=Kept(len(kept), sum(kept)),
            )
        )
    return tuple(sorted(lines, key=lambda line: _order(run, line.process, line.element)))


def _outside(run: Run) -> tuple[OutsideLine, ...]:
    lines = []
    for key, minutes in run.outside.items():
        element = _element(run, key)
        lines.append(
            OutsideLine(
                process=key[0],
                part=_part(run, key[0]),
                element=element.node or element.id,
                name_zh=element.name_zh,
                name_en=element.name_en or element.name_zh,
                kind=element.kind,
                count=len(minutes),
                hours=spread([minute / 60 for minute in minutes]),
            )
        )
    return tuple(sorted(lines, key=lambda line: _order(run, line.process, line.element)))


def _element(run: Run, key: tuple[str, str]) -> Element:
    return run.subject.bundles[key[0]].process.elements[key[1]]


def _part(run: Run, process: str) -> str:
    return "" if process == run.subject.bundle.key else run.subject.bundles[process].code


def _order(run: Run, process: str, name: str) -> tuple[bool, str, list[tuple[int, str]]]:
    """The process's own steps first; names in order of their numbers, S40 before S130."""
    parts = [(int(part) if part.isdecimal() else 0, part) for part in re.split("([0-9]+)", name)]
    return process != run.subject.bundle.key, process, parts


def _ends(ended: list[Course]) -> tuple[EndLine, ...]:
    counted = Counter(course.end.id if course.end is not None else "" for course in ended)
    elements = {course.end.id: course.end for course in ended if course.end is not None}
    lines = []
    for name, cases in sorted(counted.items(), key=lambda one: (-one[1], one[0])):
        element = elements.get(name)
        if element is None:
            lines.append(EndLine("", "", "", cases))
        else:
            lines.append(EndLine(element.node or name, element.name_zh, element.name_en or element.name_zh, cases))
    return tuple(lines)


def _days(courses: list[Course], first_on: date, last_on: date) -> tuple[DayLine, ...]:
    """Cases open day by day; in steps of several days in a long run, so that there are no more than a chart shows."""
    come = Counter(course.arrived_at // DAY for course in courses)
    gone = Counter(course.ended_at // DAY for course in courses if course.ended_at is not None)
    first, last = midnight(first_on) // DAY, midnight(last_on) // DAY
    stride = max(1, -(-(last - first + 1) // CHART_POINTS))
    lines, still_open, came, went = [], 0, 0, 0
    for day in range(first, last + 1):
        came, went = came + come[day], went + gone[day]
        if (day - first + 1) % stride == 0 or day == last:
            still_open += came - went
            lines.append(DayLine(day_of(day * DAY), came, went, still_open))
            came = went = 0
    return tuple(lines)


def _plain(value: Any) -> Any:
    if isinstance(value, Kept):
        return {"counted": value.counted, "kept": value.kept, "percent": value.percent}
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    if hasattr(value, "__dataclass_fields__"):
        return {name: _plain(getattr(value, name)) for name in value.__dataclass_fields__}
    return value
