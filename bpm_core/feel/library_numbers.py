"""Built-in functions for numbers and booleans (DMN 1.5, 10.3.4.2, 10.3.4.5)."""

from __future__ import annotations

import decimal
from decimal import (
    ROUND_CEILING,
    ROUND_DOWN,
    ROUND_FLOOR,
    ROUND_HALF_DOWN,
    ROUND_HALF_EVEN,
    ROUND_HALF_UP,
    ROUND_UP,
    Context,
    Decimal,
    DecimalException,
)

from bpm_core.feel.library import bad, define
from bpm_core.feel.limits import Run
from bpm_core.feel.temporal import DaysTimeDuration, YearsMonthsDuration
from bpm_core.feel.values import ABSENT, NUMBERS, Value

EXACT = Context(prec=7_000, Emin=-7_000, Emax=7_000, traps=[decimal.InvalidOperation, decimal.Overflow])


def rounded(run: Run, at: int, name: str, value: Value, scale: Value, rounding: str) -> Value:
    """`value` to `scale` digits after the point; a negative scale rounds to tens, hundreds, ..."""
    if type(value) is not Decimal or type(scale) is not Decimal:
        return bad(run, at, name, value, scale)
    digits = int(scale) if abs(scale) < 10_000 else 10_000
    if not -6_111 <= digits <= 6_176:
        return run.null("invalid_argument", at, {"function": name, "value": str(scale)[:20]})
    if -int(value.as_tuple().exponent) <= digits:
        return value
    try:
        result = (
            EXACT.quantize(value, Decimal((0, (1,), -digits)))
            if rounding == ROUND_HALF_EVEN
            else value.quantize(Decimal((0, (1,), -digits)), rounding=rounding, context=EXACT)
        )
    except DecimalException:
        return run.null("number_range", at)
    return NUMBERS.plus(result)


@define("decimal", "n", "scale")
def decimal_(run: Run, at: int, n: Value, scale: Value) -> Value:
    return rounded(run, at, "decimal", n, scale, ROUND_HALF_EVEN)


@define("floor", "n", "scale?")
def floor(run: Run, at: int, n: Value, scale: Value) -> Value:
    return rounded(run, at, "floor", n, Decimal(0) if scale is ABSENT else scale, ROUND_FLOOR)


@define("ceiling", "n", "scale?")
def ceiling(run: Run, at: int, n: Value, scale: Value) -> Value:
    return rounded(run, at, "ceiling", n, Decimal(0) if scale is ABSENT else scale, ROUND_CEILING)


@define("round up", "n", "scale?")
def round_up(run: Run, at: int, n: Value, scale: Value) -> Value:
    return rounded(run, at, "round up", n, Decimal(0) if scale is ABSENT else scale, ROUND_UP)


@define("round down", "n", "scale?")
def round_down(run: Run, at: int, n: Value, scale: Value) -> Value:
    return rounded(run, at, "round down", n, Decimal(0) if scale is ABSENT else scale, ROUND_DOWN)


@define("round half up", "n", "scale?")
def round_half_up(run: Run, at: int, n: Value, scale: Value) -> Value:
    return rounded(run, at, "round half up", n, Decimal(0) if scale is ABSENT else scale, ROUND_HALF_UP)


@define("round half down", "n", "scale?")
def round_half_down(run: Run, at: int, n: Value, scale: Value) -> Value:
    return rounded(run, at, "round half down", n, Decimal(0) if scale is ABSENT else scale, ROUND_HALF_DOWN)


@define("abs", "n")
def absolute(run: Run, at: int, n: Value) -> Value:
    if type(n) is Decimal:
        return n.copy_abs()
    if type(n) is DaysTimeDuration:
        return DaysTimeDuration(abs(n.nanos))
    if type(n) is YearsMonthsDuration:
        return YearsMonthsDuration(abs(n.months))
    return bad(run, at, "abs", n)


@define("modulo", "dividend", "divisor")
def modulo(run: Run, at: int, dividend: Value, divisor: Value) -> Value:
    """dividend - divisor * floor(dividend / divisor): has the sign of the divisor."""
    if type(dividend) is not Decimal or type(divisor) is not Decimal:
        return bad(run, at, "modulo", dividend, divisor)
    if not divisor:
        return run.null("division_by_zero", at)
    try:
        rest = EXACT.remainder(dividend, divisor)
    except DecimalException:
        return run.null("number_range", at)
    if rest and (rest < 0) != (divisor < 0):
        rest = EXACT.add(rest, divisor)
    return NUMBERS.plus(rest)


@define("sqrt", "number")
def sqrt(run: Run, at: int, number: Value) -> Value:
    if type(number) is not Decimal:
        return bad(run, at, "sqrt", number)
    if number < 0:
        return run.null("invalid_argument", at, {"function": "sqrt", "value": str(number)[:20]})
    return NUMBERS.sqrt(number)


@define("log", "number")
def log(run: Run, at: int, number: Value) -> Value:
    if type(number) is not Decimal:
        return bad(run, at, "log", number)
    if number <= 0:
        return run.null("invalid_argument", at, {"function": "log", "value": str(number)[:20]})
    run.charge(20)
    return NUMBERS.ln(number)


@define("exp", "number")
def exp(run: Run, at: int, number: Value) -> Value:
    if type(number) is not Decimal:
        return bad(run, at, "exp", number)
    if abs(number) > 15_000:
        return Decimal(0) if number < 0 else run.null("number_range", at)
    run.charge(20)
    try:
        return NUMBERS.exp(number)
    except DecimalException:
        return run.null("number_range", at)


@define("odd", "number")
def odd(run: Run, at: int, number: Value) -> Value:
    return _parity(run, at, "odd", number, 1)


@define("even", "number")
def even(run: Run, at: int, number: Value) -> Value:
    return _parity(run, at, "even", number, 0)


def _parity(run: Run, at: int, name: str, number: Value, rest: int) -> Value:
    if type(number) is not Decimal:
        return bad(run, at, name, number)
    if number != number.to_integral_value():
        return run.null("invalid_argument", at, {"function": name, "value": str(number)[:20]})
    return EXACT.remainder(number.copy_abs(), Decimal(2)) == rest


@define("not", "negand")
def negation(run: Run, at: int, negand: Value) -> Value:
    if type(negand) is bool:
        return not negand
    return None if negand is None else bad(run, at, "not", negand)
