"""What the operators of FEEL mean for values: equality, order, arithmetic (DMN 1.5, tables 42 to 55)."""

from __future__ import annotations

import operator as python_operator
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal, DecimalException

import bpm_core.feel.temporal as temporal
from bpm_core.feel.limits import MAX_EXPONENT, Run
from bpm_core.feel.temporal import DaysTimeDuration, FeelTime, WideDate, WideDateTime, YearsMonthsDuration
from bpm_core.feel.values import NUMBERS, Range, Value, kind_name

DATES = frozenset({date, WideDate})
MOMENTS = frozenset({datetime, WideDateTime})
DATES_AND_MOMENTS = DATES | MOMENTS
NANOS_OF_MILLISECOND = 1_000_000


def equal(left: Value, right: Value) -> bool | None:
    """`=`: true or false within one type and against null, None (null) across types."""
    if left is None or right is None:
        return left is right
    kind = type(left)
    if kind is type(right):
        if kind is Decimal or kind is str or kind is bool or kind is date:
            return bool(left == right)
        if kind is list:
            return _equal_lists(left, right)
        if kind is dict:
            return _equal_contexts(left, right)
        if kind is FeelTime:
            return _second_of(order_key(left)) == _second_of(order_key(right))
        if kind is Range:
            return _equal_ranges(left, right)
        if kind in MOMENTS:
            return _second_of(order_key(left)) == _second_of(order_key(right))
        return bool(left == right)
    if kind in MOMENTS and type(right) in MOMENTS:
        return _second_of(order_key(left)) == _second_of(order_key(right))
    if kind in DATES and type(right) in DATES:
        return False
    return None


def _second_of(key: tuple[str, Value] | None) -> tuple[str, int] | None:
    """Times are equal when their properties are, and `second` is a whole number (DMN 1.5, table 42)."""
    return None if key is None else (key[0], key[1] // temporal.SECOND)


def _equal_lists(left: list[Value], right: list[Value]) -> bool | None:
    if len(left) != len(right):
        return False
    for one, other in zip(left, right, strict=True):
        same = equal(one, other)
        if not same:
            return same
    return True


def _equal_contexts(left: dict[str, Value], right: dict[str, Value]) -> bool | None:
    if left.keys() != right.keys():
        return False
    for key, one in left.items():
        same = equal(one, right[key])
        if not same:
            return same
    return True


def _equal_ranges(left: Range, right: Range) -> bool | None:
    if (left.start_included, left.end_included, left.operator) != (
        right.start_included, right.end_included, right.operator,
    ):  # fmt: skip
        return False
    start, end = equal(left.start, right.start), equal(left.end, right.end)
    if start is None or end is None:
        return None
    return start and end


def order_key(value: Value) -> tuple[str, Value] | None:
    """What values of one type are ordered by, with the name of that order; None for types without one."""
    kind = type(value)
    if kind is Decimal or kind is str or kind is DaysTimeDuration or kind is YearsMonthsDuration:
        return kind.__name__, value
    if kind in DATES:
        return "date", temporal.parts(value)[0]
    if kind in MOMENTS:
        nanos, zoned = temporal.instant(value)
        return "zoned moment" if zoned else "local moment", nanos
    if kind is FeelTime:
        offset = temporal.offset_of(value.zone)
        if value.zone is not None and offset is None:
            return f"time@{temporal.zone_name(value.zone)}", value.nanos
        return "zoned time" if offset is not None else "local time", value.nanos - (offset or 0) * temporal.SECOND
    return None


def compare(left: Value, right: Value) -> int | None:
    """-1, 0 or 1; None if the two have no common order."""
    one, other = order_key(left), order_key(right)
    if one is None or other is None or one[0] != other[0]:
        return None
    return -1 if one[1] < other[1] else 1 if other[1] < one[1] else 0


def less(left: Value, right: Value) -> bool | None:
    way = compare(left, right)
    return None if way is None else way < 0


ORDER: dict[str, Callable[[int], bool]] = {
    "<": lambda way: way < 0,
    "<=": lambda way: way <= 0,
    ">": lambda way: way > 0,
    ">=": lambda way: way >= 0,
}


FAST: dict[str, Callable[[Value, Value], bool]] = {
    "<": python_operator.lt, "<=": python_operator.le, ">": python_operator.gt, ">=": python_operator.ge,
}  # fmt: skip


def within(value: Value, interval: Range) -> bool | None:
    """Whether the value lies in the range; None if it has no place in its order."""
    if interval.operator == "!=":
        same = equal(value, interval.start)
        return None if same is None else not same
    below = above = True
    if interval.start is not None:
        way = compare(interval.start, value)
        if way is None:
            return None
        above = way < 0 or (way == 0 and interval.start_included)
    elif not interval.operator:
        return None
    if interval.end is not None:
        way = compare(value, interval.end)
        if way is None:
            return None
        below = way < 0 or (way == 0 and interval.end_included)
    elif not interval.operator:
        return None
    return above and below


def matches_test(value: Value, test: Value) -> bool | None:
    """`value in test` for the value of one test: equality, membership of a list, a range, or of a list of ranges."""
    kind = type(test)
    if kind is Range:
        if type(value) is Range:
            return equal(value, test)
        return within(value, test)
    if kind is list:
        if type(value) is list and equal(value, test):
            return True
        unknown = False
        for item in test:
            found = within(value, item) if type(item) is Range and type(value) is not Range else equal(value, item)
            if found:
                return True
            unknown = unknown or found is None
        return False
    return equal(value, test)


# -- arithmetic --------------------------------------------------------------------------------------------------------


def _number(run: Run, at: int, operation: Callable[[Decimal, Decimal], Decimal], left: Value, right: Value) -> Value:
    try:
        result = operation(left, right)
    except DecimalException:
        return run.null("number_range", at)
    return result if result.is_finite() else run.null("number_range", at)


def add(run: Run, at: int, left: Value, right: Value) -> Value:
    one, other = type(left), type(right)
    if one is Decimal and other is Decimal:
        return _number(run, at, NUMBERS.add, left, right)
    if one is str and other is str:
        run.check_string(len(left) + len(right))
        return left + right
    if one is DaysTimeDuration and other is DaysTimeDuration:
        return _days_time(run, at, left.nanos + right.nanos)
    if one is YearsMonthsDuration and other is YearsMonthsDuration:
        return _years_months(run, at, left.months + right.months)
    moved = _shift(run, at, left, right, 1)
    if moved is NotImplemented:
        moved = _shift(run, at, right, left, 1)
    return _undefined(run, at, "+", left, right) if moved is NotImplemented else moved


def _shift(run: Run, at: int, moment: Value, duration: Value, sign: int) -> Value:
    """A date, time, or date and time moved by a duration; NotImplemented if these are not such values."""
    kind = type(moment)
    if type(duration) is YearsMonthsDuration and kind in DATES_AND_MOMENTS:
        return _in_calendar(run, at, temporal.add_months(moment, sign * duration.months))
    if type(duration) is DaysTimeDuration:
        if kind in DATES_AND_MOMENTS:
            return _in_calendar(run, at, temporal.add_nanos(moment, sign * duration.nanos))
        if kind is FeelTime:
            return temporal.add_to_time(moment, sign * duration.nanos)
    return NotImplemented


def subtract(run: Run, at: int, left: Value, right: Value) -> Value:
    one, other = type(left), type(right)
    if one is Decimal and other is Decimal:
        return _number(run, at, NUMBERS.subtract, left, right)
    if one is DaysTimeDuration and other is DaysTimeDuration:
        return _days_time(run, at, left.nanos - right.nanos)
    if one is YearsMonthsDuration and other is YearsMonthsDuration:
        return _years_months(run, at, left.months - right.months)
    if one in DATES_AND_MOMENTS and other in DATES_AND_MOMENTS:
        return _difference(run, at, left, right)
    if one is FeelTime and other is FeelTime:
        start, end = order_key(right), order_key(left)
        if start is None or end is None or start[0] != end[0]:
            return _undefined(run, at, "-", left, right)
        return _days_time(run, at, end[1] - start[1])
    moved = _shift(run, at, left, right, -1)
    return _undefined(run, at, "-", left, right) if moved is NotImplemented else moved


def _difference(run: Run, at: int, left: Value, right: Value) -> Value:
    """Time from right to left; a date beside a moment counts as its midnight in UTC."""
    (end, end_zoned), (start, start_zoned) = temporal.instant(left), temporal.instant(right)
    both_dates = type(left) in DATES and type(right) in DATES
    if not both_dates and (end_zoned or type(left) in DATES) != (start_zoned or type(right) in DATES):
        return _undefined(run, at, "-", left, right)
    return _days_time(run, at, end - start)


def multiply(run: Run, at: int, left: Value, right: Value) -> Value:
    one, other = type(left), type(right)
    if one is Decimal and other is Decimal:
        return _number(run, at, NUMBERS.multiply, left, right)
    if one is Decimal:
        left, right, one, other = right, left, other, one
    if other is Decimal and one is DaysTimeDuration:
        return _days_time(run, at, _scaled(left.nanos, right))
    if other is Decimal and one is YearsMonthsDuration:
        return _years_months(run, at, _scaled(left.months, right))
    return _undefined(run, at, "*", left, right)


def _scaled(size: int, factor: Decimal) -> int | None:
    """size * factor, cut to a whole number; None if it is out of all bounds."""
    if factor.adjusted() > 40 or factor.adjusted() < -60:
        return None if factor.adjusted() > 40 and size else 0
    numerator, denominator = factor.as_integer_ratio()
    product = abs(size * numerator) // denominator
    return -product if (size < 0) != (numerator < 0) else product


def divide(run: Run, at: int, left: Value, right: Value) -> Value:
    one, other = type(left), type(right)
    if other is Decimal:
        if not right:
            if one in (Decimal, DaysTimeDuration, YearsMonthsDuration):
                return run.null("division_by_zero", at)
            return _undefined(run, at, "/", left, right)
        if one is Decimal:
            return _number(run, at, NUMBERS.divide, left, right)
        if one is DaysTimeDuration:
            return _days_time(run, at, _divided(left.nanos, right))
        if one is YearsMonthsDuration:
            return _years_months(run, at, _divided(left.months, right))
    elif one is other is DaysTimeDuration:
        if not right.nanos:
            return run.null("division_by_zero", at)
        return _number(run, at, NUMBERS.divide, Decimal(left.nanos), Decimal(right.nanos))
    elif one is other is YearsMonthsDuration:
        if not right.months:
            return run.null("division_by_zero", at)
        return _number(run, at, NUMBERS.divide, Decimal(left.months), Decimal(right.months))
    return _undefined(run, at, "/", left, right)


def _divided(size: int, divisor: Decimal) -> int | None:
    if divisor.adjusted() > 40 or divisor.adjusted() < -40:
        return 0 if divisor.adjusted() > 40 or not size else None
    numerator, denominator = divisor.as_integer_ratio()
    quotient = abs(size * denominator) // abs(numerator)
    return -quotient if (size < 0) != (numerator < 0) else quotient


def power(run: Run, at: int, left: Value, right: Value) -> Value:
    if type(left) is not Decimal or type(right) is not Decimal:
        return _undefined(run, at, "**", left, right)
    if abs(right) > 10 * MAX_EXPONENT:
        return run.null("number_range", at)
    run.charge(10)
    return _number(run, at, NUMBERS.power, left, right)


def negate(run: Run, at: int, value: Value) -> Value:
    kind = type(value)
    if kind is Decimal:
        return NUMBERS.minus(value)
    if kind is DaysTimeDuration:
        return DaysTimeDuration(-value.nanos)
    if kind is YearsMonthsDuration:
        return YearsMonthsDuration(-value.months)
    return run.null("bad_operand", at, {"operator": "-", "kind": kind_name(value)})


def _days_time(run: Run, at: int, nanos: int | None) -> Value:
    if nanos is None or abs(nanos) > 2 * temporal.MAX_NANOS:
        return run.null("date_range", at)
    return DaysTimeDuration(nanos)


def _years_months(run: Run, at: int, months: int | None) -> Value:
    if months is None or abs(months) > 24 * temporal.MAX_YEAR:
        return run.null("date_range", at)
    return YearsMonthsDuration(months)


def _in_calendar(run: Run, at: int, moment: Value) -> Value:
    return run.null("date_range", at) if moment is None else moment


def _undefined(run: Run, at: int, sign: str, left: Value, right: Value) -> Value:
    return run.null("bad_operands", at, {"operator": sign, "left": kind_name(left), "right": kind_name(right)})


# The same on two numbers; finite, or a DecimalException (the context traps whatever would not be).
EXACT: dict[str, Callable[[Decimal, Decimal], Decimal]] = {
    "+": NUMBERS.add, "-": NUMBERS.subtract, "*": NUMBERS.multiply, "/": NUMBERS.divide,
}  # fmt: skip
ARITHMETIC: dict[str, Callable[[Run, int, Value, Value], Value]] = {
    "+": add, "-": subtract, "*": multiply, "/": divide, "**": power,
}  # fmt: skip
