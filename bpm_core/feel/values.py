"""The values of FEEL and nothing else: exact types, how Python and JSON values become FEEL values and back."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from decimal import ROUND_HALF_EVEN, Context, Decimal, DivisionByZero, InvalidOperation, Overflow
from typing import TYPE_CHECKING, Any, TypeAlias

import bpm_core.feel.temporal as temporal
from bpm_core.feel.errors import FeelValueError
from bpm_core.feel.temporal import DaysTimeDuration, FeelTime, WideDate, WideDateTime, YearsMonthsDuration

if TYPE_CHECKING:
    from bpm_core.feel.limits import Run

Value: TypeAlias = Any  # one of SCALARS, Range, Function, list[Value], dict[str, Value]; checked by `check`

# DMN 1.5, 10.3.2.3.1: numbers are those of IEEE 754-2008 decimal128: 34 digits, rounded half even.
NUMBERS = Context(
    prec=34, rounding=ROUND_HALF_EVEN, Emin=-6143, Emax=6144, traps=[InvalidOperation, DivisionByZero, Overflow]
)


class Absent:
    """The type of ABSENT: an argument that was not given, which is not the same as null."""

    __slots__ = ()


ABSENT: Any = Absent()


@dataclass(frozen=True, slots=True, eq=False)
class Range:
    """An interval, or with an operator the values that compare so: `(< 5)` has no start, `(= 5)` starts and ends at 5.

    Without an operator an end that is None is unknown, and so is what lies within.
    """

    start: Value
    end: Value
    start_included: bool
    end_included: bool
    operator: str = ""


class Function:
    """A function as a value: made by a function literal, a business knowledge model or a built-in."""

    __slots__ = ("call", "frame", "name", "params", "result", "signatures", "types")

    def __init__(
        self,
        params: tuple[str, ...],
        call: Callable[[Run, list[Value]], Value],
        *,
        name: str = "",
        types: tuple[Any, ...] = (),
        result: Any = None,
        signatures: Any = None,
        frame: list[Any] | None = None,
    ) -> None:
        self.params = params
        self.call = call
        self.name = name
        self.types = types
        self.result = result
        self.signatures = signatures
        self.frame = frame


SCALARS: frozenset[type] = frozenset(
    {
        type(None), bool, Decimal, str, date, datetime, FeelTime, DaysTimeDuration, YearsMonthsDuration,
        WideDate, WideDateTime,
    }
)  # fmt: skip
MAX_NESTING = 60


def check(value: Value, depth: int = 0) -> Value:
    """The value itself if it is a FEEL value through and through; a Python int is taken as a number.

    Refuses any other object (FeelValueError), so that no attribute of a Python object can ever be reached.
    """
    kind = type(value)
    if kind in SCALARS:
        if kind is Decimal and not value.is_finite():
            raise FeelValueError("a number must be finite")
        return value
    if kind is int:
        return number(value)
    if depth > MAX_NESTING:
        raise FeelValueError("a value may be nested 60 deep")
    if kind is list:
        if all(type(item) in SCALARS for item in value):
            return value
        return [check(item, depth + 1) for item in value]
    if kind is dict:
        if all(type(key) is str and type(item) in SCALARS for key, item in value.items()):
            return value
        return {_key(key): check(item, depth + 1) for key, item in value.items()}
    if kind is Range or kind is Function:
        return value
    raise FeelValueError(f"not a FEEL value: {kind.__name__}")


def _key(key: object) -> str:
    if type(key) is not str:
        raise FeelValueError("the names of a context are strings")
    return key


def number(value: int | float | str | Decimal) -> Decimal:
    """The FEEL number nearest to `value` (34 digits); a float means the digits Python prints for it."""
    try:
        result = NUMBERS.create_decimal(repr(value) if type(value) is float else value)
    except (InvalidOperation, Overflow) as error:
        raise FeelValueError("number out of range") from error
    if not result.is_finite():
        raise FeelValueError("a number must be finite")
    return result


def from_python(value: object, depth: int = 0) -> Value:
    """The FEEL value of a plain Python or JSON value; also of subclasses such as SafeString, by copying.

    bool, int, float, str, Decimal, dates, times, timedelta, lists, tuples and mappings with string keys.
    Refuses anything else with FeelValueError.
    """
    if value is None or isinstance(value, bool):
        return value if value is None else bool(value)
    if type(value) in SCALARS or type(value) in (Range, Function):
        return check(value)
    if isinstance(value, (int, float, Decimal)):
        return number(int(value) if isinstance(value, int) else value)
    if isinstance(value, str):
        return str.__str__(value)
    if isinstance(value, (datetime, date, time, timedelta)):
        return _from_datetime(value)
    if depth > MAX_NESTING:
        raise FeelValueError("a value may be nested 60 deep")
    if isinstance(value, Mapping):
        return {_key(key): from_python(item, depth + 1) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [from_python(item, depth + 1) for item in value]
    raise FeelValueError(f"not a FEEL value: {type(value).__name__}")


def _from_datetime(value: datetime | date | time | timedelta) -> Value:
    if isinstance(value, datetime):
        return datetime(
            value.year, value.month, value.day, value.hour, value.minute, value.second, value.microsecond,
            _zone(value.tzinfo, value.utcoffset()), fold=value.fold,
        )  # fmt: skip
    if isinstance(value, date):
        return date(value.year, value.month, value.day)
    if isinstance(value, time):
        zone = _zone(value.tzinfo, value.utcoffset())
        return FeelTime(value.hour, value.minute, value.second, value.microsecond * 1000, zone)
    return DaysTimeDuration.of(value)


def _zone(zone: tzinfo | None, offset: timedelta | None) -> tzinfo | None:
    """The zone in the forms we know (fixed offset, or by name), whatever library made it."""
    key = getattr(zone, "key", None)
    if type(key) is str:
        return temporal.named_zone(key)
    return None if offset is None else temporal.fixed_zone(int(offset.total_seconds()))


# -- JSON that keeps the type ------------------------------------------------------------------------------------------


def encode(value: Value) -> Any:
    """JSON that `decode` turns back into exactly this value; plain where JSON can say it. Functions are refused."""
    kind = type(value)
    if kind in (type(None), bool, str):
        return value
    if kind is Decimal:
        return {"$n": str(value)}
    if kind is int:
        return {"$n": str(value)}
    if kind is list:
        return [encode(item) for item in value]
    if kind is dict:
        return {("$" + key if key.startswith("$") else key): encode(item) for key, item in value.items()}
    if kind is date or kind is WideDate:
        return {"$d": temporal.text(value)}
    if kind is datetime or kind is WideDateTime:
        return {"$dt": temporal.text(value)}
    if kind is FeelTime:
        return {"$t": temporal.text(value)}
    if kind is DaysTimeDuration:
        return {"$dur": temporal.text(value)}
    if kind is YearsMonthsDuration:
        return {"$ym": temporal.text(value)}
    if kind is Range:
        return {
            "$range": [encode(value.start), encode(value.end), value.start_included, value.end_included, value.operator]
        }
    raise FeelValueError(f"cannot be stored: {kind.__name__}")


def decode(stored: Any) -> Value:
    """The value that `encode` stored. Plain JSON numbers are accepted as numbers."""
    kind = type(stored)
    if kind in (type(None), bool, str):
        return stored
    if kind is int or kind is float:
        return number(stored)
    if kind is list:
        return [decode(item) for item in stored]
    if kind is not dict:
        raise FeelValueError(f"not stored JSON: {kind.__name__}")
    if len(stored) == 1:
        [(tag, inner)] = stored.items()
        if tag in _DECODERS:
            return _decoded(tag, inner)
    return {(key[1:] if key.startswith("$") else _key(key)): decode(item) for key, item in stored.items()}


def _decoded(tag: str, inner: Any) -> Value:
    if tag == "$range":
        if type(inner) is not list or len(inner) != 5 or type(inner[4]) is not str:
            raise FeelValueError("damaged stored value $range")
        return Range(decode(inner[0]), decode(inner[1]), inner[2] is True, inner[3] is True, inner[4])
    value = _DECODERS[tag](inner) if type(inner) is str else None
    if value is None:
        raise FeelValueError(f"damaged stored value {tag}")
    return value


def _days_time(text: str) -> Value:
    value = temporal.parse_duration(text)
    return value if type(value) is DaysTimeDuration else None


def _years_months(text: str) -> Value:
    value = temporal.parse_duration(text)
    return value if type(value) is YearsMonthsDuration else None


_DECODERS: dict[str, Callable[[str], Value]] = {
    "$n": number,
    "$d": temporal.parse_date,
    "$dt": temporal.parse_date_time,
    "$t": temporal.parse_time,
    "$dur": _days_time,
    "$ym": _years_months,
    "$range": lambda text: None,
}


def to_plain(value: Value) -> Any:
    """JSON for people and API clients: an integral number as int, other numbers and all times as strings."""
    kind = type(value)
    if kind in (type(None), bool, str, int):
        return value
    if kind is Decimal:
        if value == value.to_integral_value() and abs(value) < Decimal(2) ** 53:
            return int(value)
        return format(value, "f") if -20 < value.adjusted() < 40 else str(value)
    if kind is list:
        return [to_plain(item) for item in value]
    if kind is dict:
        return {key: to_plain(item) for key, item in value.items()}
    if kind is Range:
        return range_text(value)
    if kind is Function:
        return f"function({', '.join(value.params)})"
    return temporal.text(value)


def number_text(value: Decimal) -> str:
    """A number as FEEL writes it: without exponent where it is short enough to read, never with superfluous zeros."""
    if value == value.to_integral_value() and value.adjusted() < 34:
        return str(int(value))
    plain = format(value.normalize(NUMBERS), "f") if -34 < value.adjusted() < 34 else str(value.normalize(NUMBERS))
    return plain


def range_text(value: Range) -> str:
    if value.operator:
        return f"({value.operator}{literal(value.end if value.start is None else value.start)})"
    left, right = "[" if value.start_included else "(", "]" if value.end_included else ")"
    return f"{left}{literal(value.start)}..{literal(value.end)}{right}"


def literal(value: Value) -> str:
    """FEEL text that means this value: used in messages, explanations and the static checks of tables."""
    kind = type(value)
    if value is None:
        return "null"
    if kind is bool:
        return "true" if value else "false"
    if kind is Decimal:
        return number_text(value)
    if kind is str:
        return quoted(value)
    if kind is list:
        return "[" + ", ".join(literal(item) for item in value) + "]"
    if kind is dict:
        return "{" + ", ".join(f"{quoted(key)}: {literal(item)}" for key, item in value.items()) + "}"
    if kind is Range:
        return range_text(value)
    if kind is Function:
        return f"function({', '.join(value.params)})"
    return f'@"{temporal.text(value)}"'


def quoted(text: str) -> str:
    for sign, escape in (("\\", "\\\\"), ('"', '\\"'), ("\n", "\\n"), ("\r", "\\r"), ("\t", "\\t")):
        text = text.replace(sign, escape)
    return f'"{text}"'


KIND_NAMES: dict[type, str] = {
    type(None): "null", bool: "boolean", Decimal: "number", str: "string", date: "date", WideDate: "date",
    datetime: "date and time", WideDateTime: "date and time", FeelTime: "time",
    DaysTimeDuration: "days and time duration", YearsMonthsDuration: "years and months duration",
    Range: "range", list: "list", dict: "context", Function: "function",
}  # fmt: skip


def kind_name(value: Value) -> str:
    """The FEEL name of the type of a value, for messages."""
    return KIND_NAMES[type(value)]


def kinds(values: Sequence[Value]) -> str:
    return ", ".join(kind_name(value) for value in values)
