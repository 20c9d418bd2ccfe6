"""What a dot and a filter find in a value, and how ranges are made."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal

import bpm_core.feel.operators as operators
import bpm_core.feel.temporal as temporal
from bpm_core.feel.limits import Run
from bpm_core.feel.temporal import (
    DAY,
    HOUR,
    MINUTE,
    SECOND,
    DaysTimeDuration,
    FeelTime,
    WideDate,
    WideDateTime,
    YearsMonthsDuration,
)  # fmt: skip
from bpm_core.feel.values import Range, Value, kind_name


def _cut(value: int, unit: int, modulus: int | None = None) -> Decimal:
    """Whole units in a duration, with its sign."""
    size = abs(value) // unit
    size = size % modulus if modulus else size
    return Decimal(-size if value < 0 else size)


def _seconds(nanos: int) -> Decimal:
    rest = abs(nanos) % MINUTE
    value = Decimal(rest) / SECOND
    return -value if nanos < 0 else value


def _offset(value: Value) -> Value:
    if type(value) is FeelTime:
        seconds = temporal.offset_of(value.zone)
    else:
        days, nanos, zone = temporal.parts(value)
        seconds = temporal.offset_of(zone, days, nanos)
    return None if seconds is None else DaysTimeDuration(seconds * SECOND)


def _zone(value: Value) -> Value:
    zone = value.zone if type(value) is FeelTime else temporal.parts(value)[2]
    return temporal.zone_name(zone)


def _nanos(value: Value) -> int:
    return value.nanos if type(value) is FeelTime else temporal.parts(value)[1]


DATE: dict[str, Callable[[Value], Value]] = {
    "year": lambda value: Decimal(temporal.ymd(value)[0]),
    "month": lambda value: Decimal(temporal.ymd(value)[1]),
    "day": lambda value: Decimal(temporal.ymd(value)[2]),
    "weekday": lambda value: Decimal(temporal.weekday(value)),
}
CLOCK: dict[str, Callable[[Value], Value]] = {
    "hour": lambda value: Decimal(_nanos(value) // HOUR),
    "minute": lambda value: Decimal(_nanos(value) // MINUTE % 60),
    "second": lambda value: Decimal(_nanos(value) // SECOND % 60),
    "time offset": _offset,
    "timezone": _zone,
}
MIDNIGHT: dict[str, Callable[[Value], Value]] = {
    "hour": lambda value: Decimal(0),
    "minute": lambda value: Decimal(0),
    "second": lambda value: Decimal(0),
    "time offset": lambda value: DaysTimeDuration(0),
    "timezone": lambda value: None,
}
PROPERTIES: dict[type, dict[str, Callable[[Value], Value]]] = {
    date: DATE | MIDNIGHT,
    WideDate: DATE | MIDNIGHT,
    datetime: DATE | CLOCK,
    WideDateTime: DATE | CLOCK,
    FeelTime: CLOCK,
    DaysTimeDuration: {
        "days": lambda value: _cut(value.nanos, DAY),
        "hours": lambda value: _cut(value.nanos, HOUR, 24),
        "minutes": lambda value: _cut(value.nanos, MINUTE, 60),
        "seconds": lambda value: _seconds(value.nanos),
    },
    YearsMonthsDuration: {
        "years": lambda value: _cut(value.months, 12),
        "months": lambda value: _cut(value.months, 1, 12),
    },
    Range: {
        "start": lambda value: value.start,
        "end": lambda value: value.end,
        "start included": lambda value: value.start_included,
        "end included": lambda value: value.end_included,
    },
}


def read(run: Run, at: int, value: Value, name: str) -> Value:
    """`value.name`: the entry of a context, the property of a time or range; of a list, those of its items."""
    kind = type(value)
    if kind is dict:
        return value[name] if name in value else run.null("no_entry", at, {"name": name})
    if kind is list:
        run.charge(1 + len(value) // 20)
        return run.made([read(run, at, item, name) for item in value])
    found = PROPERTIES.get(kind, {}).get(name)
    if found is None:
        return run.null("no_property", at, {"kind": kind_name(value), "name": name})
    return found(value)


def item_at(run: Run, at: int, value: Value, index: Decimal) -> Value:
    """Item of a list, counted from 1, or from -1 backwards; any other value is a list of one."""
    items = value if type(value) is list else [] if value is None else [value]
    if index != index.to_integral_value() or abs(index) > len(items) or not index:
        return run.null("no_item", at, {"index": str(index)[:20]})
    position = int(index)
    return items[position - 1 if position > 0 else position]


def make_range(run: Run, at: int, start: Value, end: Value, start_included: bool, end_included: bool) -> Value:
    """The interval between two values of one order; an end that is null is unknown, and nothing lies within."""
    if start is not None and end is not None:
        way = operators.compare(start, end)
        if way is None or way > 0:
            return run.null("bad_range", at)
    return Range(start, end, start_included, end_included)


def open_range(run: Run, at: int, operator: str, value: Value) -> Value:
    """`(< 5)` and its like."""
    if operator in ("=", "!="):
        return Range(value, value, True, True, operator)
    if operators.order_key(value) is None:
        return run.null("bad_range", at)
    included = operator.endswith("=")
    if operator.startswith("<"):
        return Range(None, value, False, included, operator)
    return Range(value, None, included, False, operator)
