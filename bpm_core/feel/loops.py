"""What `for`, `some` and `every` run over."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any, TypeAlias

import bpm_core.feel.temporal as temporal
from bpm_core.feel.limits import Run
from bpm_core.feel.temporal import WideDate
from bpm_core.feel.values import Range, Value, kind_name

Code: TypeAlias = Callable[[list[Value]], Value]
Items: TypeAlias = Any  # an iterable of values, or None
Domain: TypeAlias = Callable[[list[Value]], Items]


def domain_of(code: Code, at: int) -> Domain:
    """The items of a list, of a closed range, or the value itself as only item; None for null."""

    def items(frame: list[Value]) -> Items:
        value = code(frame)
        if type(value) is list:
            return value
        if type(value) is Range:
            return items_of(frame[0], at, value)
        if value is None:
            frame[0].null("not_list", at, {"kind": "null"})
            return None
        return [value]

    return items


def iterate_range(start: Code, end: Code, at: int) -> Domain:
    """`start..end`, which also counts downwards."""

    def items(frame: list[Value]) -> Items:
        return _steps(frame[0], at, start(frame), end(frame))

    return items


def items_of(run: Run, at: int, interval: Range) -> Items:
    start, end = interval.start, interval.end
    if start is None or end is None:
        return run.null("bad_range", at)
    items = _steps(run, at, start, end)
    if items is None:
        return None
    listed = list(items)
    if not interval.start_included and listed and listed[0] == start:
        del listed[0]
    if not interval.end_included and listed and listed[-1] == end:
        del listed[-1]
    return listed


def _steps(run: Run, at: int, start: Value, end: Value) -> Items:
    """Whole numbers or days from start to end, both included; charged before they are made."""
    if type(start) is Decimal and type(end) is Decimal:
        if start != start.to_integral_value() or end != end.to_integral_value():
            return run.null("bad_range", at)
        if abs(start) > 10**18 or abs(end) > 10**18:
            return run.null("number_range", at)
        first, last = int(start), int(end)
        run.charge_cells(abs(last - first) + 1)
        return (Decimal(i) for i in _whole(first, last))
    if type(start) in (date, WideDate) and type(end) in (date, WideDate):
        first, last = temporal.parts(start)[0], temporal.parts(end)[0]
        run.charge_cells(abs(last - first) + 1)
        return (temporal.date_of_days(i) for i in _whole(first, last))
    return run.null("not_comparable", at, {"left": kind_name(start), "right": kind_name(end)})


def _whole(first: int, last: int) -> range:
    return range(first, last + 1) if first <= last else range(first, last - 1, -1)
