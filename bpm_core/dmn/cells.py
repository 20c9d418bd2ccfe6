"""Cells of a decision table as sets: which values of an ordered type satisfy them. Index and checks build on it.

Only cells made of literals can be read so (lists of values, ranges, comparisons, not(...)); of others nothing is said.
Numbers, texts, truth values, dates and durations have an order in which FEEL's `=` and `<` agree; times of day and
dates with time do not (`=` ignores fractions of a second), so they are left out.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, TypeAlias

from bpm_core import feel
from bpm_core.feel import operators, temporal
from bpm_core.feel.library import BUILT_INS, call_built_in
from bpm_core.feel.syntax import (
    Arithmetic,
    Call,
    Const,
    ListLiteral,
    Name,
    Negate,
    Node,
    RangeLiteral,
    UnaryComparison,
    UnaryTests,
)  # fmt: skip
from bpm_core.feel.values import NUMBERS, Value

Key: TypeAlias = Any  # a value of one axis; comparable with others of it
AXES = {
    "Decimal": "number", "str": "text", "date": "date", "DaysTimeDuration": "days and time duration",
    "YearsMonthsDuration": "years and months duration", "boolean": "boolean",
}  # fmt: skip
FOLDED = ("date", "duration")
NO_TIME = datetime(1970, 1, 1, tzinfo=UTC)  # literals do not depend on it


@dataclass(frozen=True, slots=True)
class Interval:
    """Values between two ends; an end that is None is open to infinity."""

    low: Key | None
    high: Key | None
    low_included: bool = True
    high_included: bool = True


EVERYTHING = Interval(None, None, False, False)


@dataclass(frozen=True, slots=True)
class CellSet:
    """The values that satisfy a cell.

    axis        the type they are of; None for a cell that every value satisfies, or null alone
    intervals   disjoint and in order
    anything    the cell is `-`: values of any type, null too
    null        null satisfies it
    """

    axis: str | None
    intervals: tuple[Interval, ...]
    anything: bool = False
    null: bool = False


def key_of(value: Value) -> tuple[str, Key] | None:
    """Axis and place of a value; None if its type has no axis here."""
    if type(value) is bool:
        return "boolean", int(value)
    order = operators.order_key(value)
    if order is None or order[0] not in AXES:
        return None
    return AXES[order[0]], order[1]


def value_of(axis: str, key: Key) -> Value:
    """The value at a place; the inverse of key_of."""
    if axis == "boolean":
        return bool(key)
    return temporal.date_of_days(key) if axis == "date" else key


def constant(node: Node) -> tuple[Value, bool]:
    """The value of a node made of literals, and whether it is one."""
    if isinstance(node, Const):
        return node.value, True
    run = feel.Run(NO_TIME, feel.Budget())
    if isinstance(node, Negate):
        value, known = constant(node.operand)
        return (operators.negate(run, 0, value), True) if known else (None, False)
    if isinstance(node, Arithmetic):
        return _calculated(node, run)
    if isinstance(node, Call) and isinstance(node.function, Name) and node.function.name in FOLDED and not node.names:
        arguments = [constant(argument) for argument in node.arguments]
        if all(known for _, known in arguments):
            values = [value for value, _ in arguments]
            return call_built_in(run, BUILT_INS[node.function.name], values, (), 0), True
    return None, False


def _calculated(node: Arithmetic, run: feel.Run) -> tuple[Value, bool]:
    """The value of a chain of operators between literals; a chain may be longer than Python's stack."""
    steps: list[tuple[str, Node]] = []
    first: Node = node
    while isinstance(first, Arithmetic):
        steps.append((first.operator, first.right))
        first = first.left
    value, known = constant(first)
    for operator, operand in reversed(steps):
        right, right_known = constant(operand)
        if not (known and right_known):
            return None, False
        value = operators.ARITHMETIC[operator](run, 0, value, right)
    return value, known


def read(tests: feel.Expression) -> CellSet | None:
    """The set a cell stands for; None if it is not made of literals of one type."""
    node = tests.node
    if not isinstance(node, UnaryTests):
        return None
    if not node.tests:
        return CellSet(None, (EVERYTHING,), anything=True, null=True)
    axis: str | None = None
    intervals: list[Interval] = []
    for test in node.tests:
        found = _of_test(test)
        if found is None:
            return None
        for one_axis, interval in found:
            if axis is not None and one_axis != axis:
                return None
            axis = one_axis
            intervals.append(interval)
    null = tests.run_test(None, {}, feel.Run(NO_TIME, feel.Budget())) is True
    if axis is None:
        if node.negated:  # not(null)
            return CellSet(None, (EVERYTHING,), anything=True, null=null)
        return CellSet(None, (), null=null)
    merged = merge(intervals)
    return CellSet(axis, complement(merged) if node.negated else merged, null=null)


def _of_test(test: Node) -> list[tuple[str, Interval]] | None:
    """Intervals of one test, each with its axis; [] for null."""
    if isinstance(test, UnaryComparison):
        value, known = constant(test.operand)
        place = key_of(value) if known else None
        return None if place is None else [(place[0], interval) for interval in _compared(test.operator, place[1])]
    if isinstance(test, RangeLiteral):
        return _of_range(test)
    if isinstance(test, ListLiteral):
        parts = [_of_test(item) for item in test.items]
        if any(part is None or isinstance(item, ListLiteral) for part, item in zip(parts, test.items, strict=True)):
            return None
        return [one for part in parts for one in part or ()]
    value, known = constant(test)
    if not known:
        return None
    if value is None:
        return [] if isinstance(test, Const) else None
    place = key_of(value)
    return None if place is None else [(place[0], Interval(place[1], place[1]))]


def _of_range(test: RangeLiteral) -> list[tuple[str, Interval]] | None:
    (start, start_known), (end, end_known) = constant(test.start), constant(test.end)
    low, high = key_of(start) if start_known else None, key_of(end) if end_known else None
    if low is None or high is None or low[0] != high[0] or low[0] == "boolean" or high[1] < low[1]:
        return None
    if low[1] == high[1] and not (test.start_included and test.end_included):
        return None
    return [(low[0], Interval(low[1], high[1], test.start_included, test.end_included))]


def _compared(operator: str, key: Key) -> list[Interval]:
    below, above = Interval(None, key, False, False), Interval(key, None, False, False)
    return {
        "=": [Interval(key, key)], "!=": [below, above], "<": [below], ">": [above],
        "<=": [Interval(None, key, False, True)], ">=": [Interval(key, None, True, False)],
    }[operator]  # fmt: skip


def merge(intervals: Iterable[Interval]) -> tuple[Interval, ...]:
    """The same values as disjoint intervals in order."""
    axis = Axis.of(intervals := list(intervals))
    return axis.intervals(axis.regions_of(intervals))


def complement(intervals: tuple[Interval, ...]) -> tuple[Interval, ...]:
    axis = Axis.of(intervals)
    inside = set(axis.regions_of(intervals))
    return axis.intervals([region for region in range(axis.size) if region not in inside])


class Axis:
    """A line cut at points. Region 2i+1 is the i-th point, 2i the open gap before it, the last one that after all."""

    def __init__(self, points: list[Key]) -> None:
        self.points = points
        self.size = 2 * len(points) + 1

    @classmethod
    def of(cls, intervals: Iterable[Interval]) -> Axis:
        return cls(sorted({end for one in intervals for end in (one.low, one.high) if end is not None}))

    def region_of(self, key: Key) -> int:
        index = bisect_left(self.points, key)
        return 2 * index + (index < len(self.points) and self.points[index] == key)

    def span(self, interval: Interval) -> tuple[int, int]:
        """First and last region of an interval whose ends are points of this axis."""
        first = 0 if interval.low is None else self.region_of(interval.low) + (not interval.low_included)
        last = self.size - 1 if interval.high is None else self.region_of(interval.high) - (not interval.high_included)
        return first, last

    def regions_of(self, intervals: Iterable[Interval]) -> list[int]:
        found: set[int] = set()
        for interval in intervals:
            first, last = self.span(interval)
            found.update(range(first, last + 1))
        return sorted(found)

    def intervals(self, regions: list[int]) -> tuple[Interval, ...]:
        """Intervals of runs of neighbouring regions."""
        runs: list[list[int]] = []
        for region in regions:
            if runs and runs[-1][-1] == region - 1:
                runs[-1].append(region)
            else:
                runs.append([region])
        return tuple(self.interval(run[0], run[-1]) for run in runs)

    def interval(self, first: int, last: int) -> Interval:
        low = None if first == 0 else self.points[(first - 1) // 2]
        high = None if last == self.size - 1 else self.points[last // 2]
        return Interval(low, high, first % 2 == 1, last % 2 == 1)

    def sample(self, region: int, axis: str) -> Key | None:
        """A value inside a region; None if the type has none there, as between two days."""
        index = region // 2
        if region % 2:
            return self.points[index]
        low = self.points[index - 1] if index else None
        high = self.points[index] if index < len(self.points) else None
        return SAMPLES[axis](low, high)


def _number_between(low: Decimal | None, high: Decimal | None) -> Decimal | None:
    if low is None:
        return Decimal(0) if high is None else high.to_integral_value(rounding="ROUND_CEILING") - 1
    if high is None:
        return low.to_integral_value(rounding="ROUND_FLOOR") + 1
    whole = low.to_integral_value(rounding="ROUND_FLOOR") + 1
    middle = whole if whole < high else NUMBERS.divide(NUMBERS.add(low, high), Decimal(2))
    return middle if low < middle < high else None


def _whole_between(low: int | None, high: int | None) -> int | None:
    if low is None:
        return 0 if high is None else high - 1
    return low + 1 if high is None or low + 1 < high else None


def _text_between(low: str | None, high: str | None) -> str | None:
    if low is None:
        return None if high == "" else ""
    following = low + "\u0001"
    return following if high is None or following < high else None


def _days_time_between(low: Any, high: Any) -> Any:
    nanos = _whole_between(None if low is None else low.nanos, None if high is None else high.nanos)
    return None if nanos is None else feel.DaysTimeDuration(nanos)


def _months_between(low: Any, high: Any) -> Any:
    months = _whole_between(None if low is None else low.months, None if high is None else high.months)
    return None if months is None else feel.YearsMonthsDuration(months)


SAMPLES: dict[str, Any] = {
    "number": _number_between,
    "date": _whole_between,
    "text": _text_between,
    "boolean": lambda low, high: None,
    "days and time duration": _days_time_between,
    "years and months duration": _months_between,
}
