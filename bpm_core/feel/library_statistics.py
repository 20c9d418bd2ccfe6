"""Built-in functions that make one value of a list: counts, extremes, sums, averages, all, any (DMN 1.5, 10.3.4.4)."""

from __future__ import annotations

from decimal import Decimal, DecimalException

import bpm_core.feel.operators as operators
from bpm_core.feel.library import bad, define
from bpm_core.feel.library_lists import listed
from bpm_core.feel.limits import Run
from bpm_core.feel.temporal import DaysTimeDuration, YearsMonthsDuration
from bpm_core.feel.values import NUMBERS, Value


def spread(values: list[Value]) -> list[Value]:
    """What `f(list)` and `f(a, b, ...)` have in common."""
    return values[0] if len(values) == 1 and type(values[0]) is list else values


@define("count", "values*")
@define("count", "list")
def count(run: Run, at: int, values: Value) -> Value:
    if values is None:
        return bad(run, at, "count", values)
    return Decimal(len(listed(values)))


def _extreme(run: Run, at: int, name: str, values: list[Value], wanted: int) -> Value:
    items = spread(values)
    if not items:
        return None
    run.charge(1 + len(items) // 20)
    best = items[0]
    if operators.order_key(best) is None:
        return bad(run, at, name, best)
    for item in items[1:]:
        way = operators.compare(item, best)
        if way is None:
            return run.null("bad_arguments", at, {"function": name, "kinds": "..."})
        if way == wanted:
            best = item
    return best


@define("min", "list")
@define("min", "values*")
def minimum(run: Run, at: int, values: Value) -> Value:
    return _extreme(run, at, "min", listed(values), -1)


@define("max", "list")
@define("max", "values*")
def maximum(run: Run, at: int, values: Value) -> Value:
    return _extreme(run, at, "max", listed(values), 1)


def numbers(run: Run, at: int, name: str, values: Value) -> list[Decimal] | None:
    """All numbers of the list; None if there is anything else in it."""
    items = spread(listed(values))
    run.charge(1 + len(items) // 20)
    if any(type(item) is not Decimal for item in items):
        run.null("bad_arguments", at, {"function": name, "kinds": "..."})
        return None
    return items


def _total(run: Run, at: int, items: list[Decimal]) -> Value:
    total = Decimal(0)
    try:
        for item in items:
            total = NUMBERS.add(total, item)
    except DecimalException:
        return run.null("number_range", at)
    return total


@define("sum", "list")
@define("sum", "values*")
def sum_(run: Run, at: int, values: Value) -> Value:
    """The sum of numbers, or of durations of one kind."""
    items = spread(listed(values))
    if items and type(items[0]) is DaysTimeDuration and all(type(item) is DaysTimeDuration for item in items):
        return DaysTimeDuration(sum(item.nanos for item in items))
    if items and type(items[0]) is YearsMonthsDuration and all(type(item) is YearsMonthsDuration for item in items):
        return YearsMonthsDuration(sum(item.months for item in items))
    found = numbers(run, at, "sum", values)
    return _total(run, at, found) if found else None


@define("product", "list")
@define("product", "values*")
def product(run: Run, at: int, values: Value) -> Value:
    found = numbers(run, at, "product", values)
    if not found:
        return None
    result = Decimal(1)
    try:
        for item in found:
            result = NUMBERS.multiply(result, item)
    except DecimalException:
        return run.null("number_range", at)
    return result


@define("mean", "list")
@define("mean", "values*")
def mean(run: Run, at: int, values: Value) -> Value:
    found = numbers(run, at, "mean", values)
    if not found:
        return None
    total = _total(run, at, found)
    return None if total is None else NUMBERS.divide(total, Decimal(len(found)))


@define("median", "list")
@define("median", "values*")
def median(run: Run, at: int, values: Value) -> Value:
    found = numbers(run, at, "median", values)
    if not found:
        return None
    ordered = sorted(found)
    middle = len(ordered) // 2
    if len(ordered) % 2:
        return ordered[middle]
    return NUMBERS.divide(NUMBERS.add(ordered[middle - 1], ordered[middle]), Decimal(2))


@define("stddev", "list")
@define("stddev", "values*")
def stddev(run: Run, at: int, values: Value) -> Value:
    """Standard deviation of a sample (divided by n - 1)."""
    found = numbers(run, at, "stddev", values)
    if not found or len(found) < 2:
        return None
    try:
        average = NUMBERS.divide(_total(run, at, found), Decimal(len(found)))
        squares = [NUMBERS.power(NUMBERS.subtract(item, average), Decimal(2)) for item in found]
        return NUMBERS.sqrt(NUMBERS.divide(_total(run, at, squares), Decimal(len(found) - 1)))
    except (DecimalException, TypeError):
        return run.null("number_range", at)


@define("mode", "list")
@define("mode", "values*")
def mode(run: Run, at: int, values: Value) -> Value:
    found = numbers(run, at, "mode", values)
    if found is None:
        return None
    counts: dict[Decimal, int] = {}
    for item in found:
        counts[item] = counts.get(item, 0) + 1
    most = max(counts.values(), default=0)
    return sorted(item for item, times in counts.items() if times == most)


def _all_of(run: Run, at: int, name: str, values: Value, settled: bool) -> Value:
    items = spread(listed(values))
    run.charge(1 + len(items) // 20)
    if any(item is settled for item in items):
        return settled
    for item in items:
        if item is not None and type(item) is not bool:
            return bad(run, at, name, item)
    return None if any(item is None for item in items) else not settled


@define("all", "list")
@define("all", "values*")
def all_(run: Run, at: int, values: Value) -> Value:
    return _all_of(run, at, "all", values, False)


@define("and", "list")
@define("and", "values*")
def and_(run: Run, at: int, values: Value) -> Value:
    return _all_of(run, at, "and", values, False)


@define("any", "list")
@define("any", "values*")
def any_(run: Run, at: int, values: Value) -> Value:
    return _all_of(run, at, "any", values, True)


@define("or", "list")
@define("or", "values*")
def or_(run: Run, at: int, values: Value) -> Value:
    return _all_of(run, at, "or", values, True)
