"""When a timer is due. Pure: `now` is passed in, civil time is Asia/Shanghai."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from bpm_core.engine.contract import Value, Variables
from bpm_core.engine.incidents import NodeFailure
from bpm_core.engine.scripting import Expression
from bpm_core.feel import DaysTimeDuration

CIVIL_ZONE = ZoneInfo("Asia/Shanghai")
_DURATION = re.compile(
    r"^(-)?P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?$"
)
_CYCLE = re.compile(r"^R(\d*)/(?:([^/]+)/)?(P[^/]+)$")
# A guard against arithmetic on absurd input (P999999999M): no service waits a century.
_MAX_MONTHS = 1_200
_MAX_DAYS = 36_525


@dataclass(frozen=True, slots=True)
class Span:
    """A duration as calendar months plus exact time."""

    months: int
    exact: timedelta

    def after(self, start: datetime) -> datetime:
        """The moment this span after `start`; a month later is the same day of the month in civil time, or its last."""
        if not self.months:
            return start + self.exact
        civil = start.astimezone(CIVIL_ZONE)
        index = civil.year * 12 + civil.month - 1 + self.months
        year, month = index // 12, index % 12 + 1
        day = min(civil.day, monthrange(year, month)[1])
        return civil.replace(year=year, month=month, day=day) + self.exact


@dataclass(frozen=True, slots=True)
class TimerRule:
    """A timer of the diagram. kind: "date", "duration" or "cycle"; text and expression: one of the two."""

    kind: str
    literal: str | None
    expression: Expression | None
    working_days: bool


@dataclass(frozen=True, slots=True)
class Due:
    """When it fires: `at` in calendar time, or after a number of working days; `left` firings after this one.

    every   for cycles: the ISO duration between two firings
    """

    at: datetime | None
    working_days: int | None = None
    left: int | None = None
    every: str | None = None


def is_literal(text: str) -> bool:
    """True for a plain ISO 8601 duration, date-time or repeating interval, as opposed to FEEL."""
    stripped = text.strip()
    return bool(_DURATION.match(stripped) or _CYCLE.match(stripped) or _moment_or_none(stripped))


def due(rule: TimerRule, variables: Variables, now: datetime) -> Due:
    """When a timer that starts `now` fires. Refuses with NodeFailure("expression") when its value is no time."""
    value: Value = rule.literal if rule.expression is None else rule.expression.value(variables, now)
    text = rule.literal or (rule.expression.text if rule.expression else "")
    if rule.working_days:
        return Due(at=None, working_days=_working_days(value, text))
    if rule.kind == "cycle":
        return _first_of_cycle(value, text, now)
    if rule.kind == "duration":
        span = _span(value)
        if span is None:
            raise _no_time("duration", value, text)
        return Due(at=span.after(now))
    moment = _moment(value)
    if moment is None:
        raise _no_time("date", value, text)
    return Due(at=moment)


def next_of_cycle(previous: Due, now: datetime) -> Due | None:
    """The next firing of a cycle after `previous` fired `now`, or None. Missed ones coalesce into the one just done."""
    if previous.every is None or previous.left == 0 or previous.at is None:
        return None
    span = _span(previous.every)
    assert span is not None  # it was one when the cycle began
    at, left = span.after(previous.at), None if previous.left is None else previous.left - 1
    if at <= now and not span.months and span.exact > timedelta(0):
        missed = (now - at) // span.exact + 1
        if left is not None and missed > left:
            return None
        at, left = at + missed * span.exact, None if left is None else left - missed
    while at <= now:
        if left == 0:
            return None
        at, left = span.after(at), None if left is None else left - 1
    return Due(at=at, left=left, every=previous.every)


def _first_of_cycle(value: Value, text: str, now: datetime) -> Due:
    match = _CYCLE.match(value.strip()) if isinstance(value, str) else None
    span = _span(match.group(3)) if match else _span(value)
    if span is None or (not span.months and span.exact <= timedelta(0)):
        raise _no_time("cycle", value, text)
    every = match.group(3) if match else _iso(span)
    times = int(match.group(1)) if match and match.group(1) else None
    if times == 0:
        raise _no_time("cycle", value, text)
    start = _moment(match.group(2)) if match and match.group(2) else None
    first = Due(at=start or span.after(now), left=None if times is None else times - 1, every=every)
    if start is not None and start <= now and first.left is None:
        # An endless cycle whose start lies in the past begins at its next regular moment, not once per missed period.
        return next_of_cycle(first, now) or first
    return first


def _working_days(value: Value, text: str) -> int:
    if isinstance(value, Decimal) and value == value.to_integral_value() and 0 <= value <= _MAX_DAYS:
        return int(value)
    span = _span(value)
    if span is None or span.months or span.exact % timedelta(days=1) or span.exact < timedelta(0):
        raise _no_time("number of working days", value, text)
    return span.exact.days


def _span(value: Value) -> Span | None:
    if isinstance(value, DaysTimeDuration):
        value = value.timedelta
    if isinstance(value, timedelta):
        return Span(0, value)
    months = getattr(value, "months", None)
    if type(months) is int:
        return Span(months, timedelta(0)) if abs(months) <= _MAX_MONTHS else None
    text = value if isinstance(value, str) else str(value) if hasattr(value, "total_seconds") else None
    match = _DURATION.match(text.strip()) if text else None
    if match is None or not any(match.groups()[1:]):
        return None
    sign = -1 if match.group(1) else 1
    years, months_, weeks, days, hours, minutes = (int(part or 0) for part in match.groups()[1:7])
    if years * 12 + months_ > _MAX_MONTHS or weeks * 7 + days > _MAX_DAYS or hours + minutes > 10_000_000:
        return None
    seconds = float(match.group(8) or 0)
    exact = timedelta(days=weeks * 7 + days, hours=hours, minutes=minutes, seconds=seconds)
    return Span(sign * (years * 12 + months_), sign * exact)


def _iso(span: Span) -> str:
    return f"P{span.months}M" if span.months else f"PT{span.exact.total_seconds():.0f}S"


def _moment(value: Value) -> datetime | None:
    if isinstance(value, datetime):
        return value if value.tzinfo else value.replace(tzinfo=CIVIL_ZONE)
    if isinstance(value, date):
        return datetime.combine(value, time(0), CIVIL_ZONE)
    return _moment_or_none(value) if isinstance(value, str) else None


def _moment_or_none(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=CIVIL_ZONE)


def _no_time(expected: str, value: Value, text: str) -> NodeFailure:
    found = "null" if value is None else f"a {type(value).__name__}"
    return NodeFailure(
        "expression", f"timer {text!r} must give a {expected}, but gives {found}", {"expression": text, "found": found}
    )
