"""The types of FEEL: how a value is tested against one (`instance of`) and converted to one (DMN 1.5, 10.3.2.9)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import TypeAlias

import bpm_core.feel.temporal as temporal
from bpm_core.feel.temporal import DaysTimeDuration, FeelTime, WideDate, WideDateTime, YearsMonthsDuration
from bpm_core.feel.values import Function, Range, Value

SIMPLE: dict[str, frozenset[type]] = {
    "number": frozenset({Decimal}),
    "string": frozenset({str}),
    "boolean": frozenset({bool}),
    "date": frozenset({date, WideDate}),
    "time": frozenset({FeelTime}),
    "date and time": frozenset({datetime, WideDateTime}),
    "days and time duration": frozenset({DaysTimeDuration}),
    "years and months duration": frozenset({YearsMonthsDuration}),
}
ALIASES = {
    "dateTime": "date and time",
    "dayTimeDuration": "days and time duration",
    "daysAndTimeDuration": "days and time duration",
    "yearMonthDuration": "years and months duration",
    "yearsAndMonthsDuration": "years and months duration",
    "duration": "duration",
    "any": "Any",
}


@dataclass(frozen=True, slots=True)
class Simple:
    """A built-in type: number, string, ... , Any, Null, and the bare words list, context, range, function."""

    name: str


@dataclass(frozen=True, slots=True)
class Named:
    """A type defined elsewhere: an item definition of a model."""

    name: str


@dataclass(frozen=True, slots=True)
class ListOf:
    item: Type


@dataclass(frozen=True, slots=True)
class RangeOf:
    end: Type


@dataclass(frozen=True, slots=True)
class ContextOf:
    fields: tuple[tuple[str, Type], ...]


@dataclass(frozen=True, slots=True)
class FunctionOf:
    params: tuple[Type, ...]
    result: Type


@dataclass(frozen=True, slots=True)
class Constrained:
    """A type with allowed values; `allows` answers for one value (of the items, if `each`)."""

    base: Type
    allows: Callable[[Value], bool] = field(compare=False)
    each: bool = False


Type: TypeAlias = Simple | Named | ListOf | RangeOf | ContextOf | FunctionOf | Constrained
Types: TypeAlias = Mapping[str, Type]

ANY = Simple("Any")
NULL = Simple("Null")


def named(name: str) -> Type:
    """The built-in type of that name, or a reference to a defined one."""
    name = ALIASES.get(name, name)
    if name in SIMPLE or name in ("Any", "Null", "list", "context", "range", "function", "duration"):
        return Simple(name)
    return Named(name)


def resolve(kind: Type, types: Types) -> Type | None:
    """The definition behind a name; None if there is none."""
    for _ in range(20):
        if not isinstance(kind, Named):
            return kind
        found = types.get(kind.name)
        if found is None:
            return None
        kind = found
    return None


def conforms(value: Value, kind: Type, types: Types, *, constraints: bool = False) -> bool:
    """Whether the value is an instance of the type; allowed values are looked at only with `constraints`."""
    known = resolve(kind, types)
    if known is None:
        return False
    if isinstance(known, Constrained):
        if not conforms(value, known.base, types, constraints=constraints):
            return False
        return not constraints or allowed(value, known)
    if isinstance(known, Simple):
        return _is_simple(value, known.name)
    if isinstance(known, ListOf):
        return type(value) is list and all(
            _item_conforms(item, known.item, types, constraints=constraints) for item in value
        )
    if isinstance(known, RangeOf):
        return type(value) is Range and all(
            end is None or conforms(end, known.end, types) for end in (value.start, value.end)
        )
    if isinstance(known, ContextOf):
        return type(value) is dict and all(
            name in value and (value[name] is None or conforms(value[name], inner, types, constraints=constraints))
            for name, inner in known.fields
        )
    if isinstance(known, FunctionOf):
        return type(value) is Function and _function_conforms(value, known, types)
    return False


def _item_conforms(item: Value, kind: Type, types: Types, *, constraints: bool) -> bool:
    return item is None or conforms(item, kind, types, constraints=constraints)


def allowed(value: Value, kind: Constrained) -> bool:
    if kind.each and type(value) is list:
        return all(kind.allows(item) for item in value)
    return kind.allows(value)


def _is_simple(value: Value, name: str) -> bool:
    if value is None:
        return name == "Null"
    if name == "Any":
        return True
    kinds = SIMPLE.get(name)
    if kinds is not None:
        return type(value) in kinds
    if name == "duration":
        return type(value) in (DaysTimeDuration, YearsMonthsDuration)
    return type(value) is {"list": list, "context": dict, "range": Range, "function": Function}.get(name)


def _function_conforms(value: Function, kind: FunctionOf, types: Types) -> bool:
    if len(value.params) != len(kind.params):
        return False
    declared = value.types or (None,) * len(value.params)
    contravariant = all(
        mine is None or assignable(theirs, mine, types) for mine, theirs in zip(declared, kind.params, strict=True)
    )
    return contravariant and (value.result is None or assignable(value.result, kind.result, types))


def assignable(given: Type, wanted: Type, types: Types) -> bool:
    """Whether every value of `given` is one of `wanted`."""
    left, right = resolve(given, types), resolve(wanted, types)
    if left is None or right is None:
        return False
    if isinstance(left, Constrained):
        left = resolve(left.base, types) or left
    if isinstance(right, Constrained):
        right = resolve(right.base, types) or right
    if right == ANY or left in (NULL, right):
        return True
    if isinstance(left, ListOf) and isinstance(right, ListOf):
        return assignable(left.item, right.item, types)
    if isinstance(left, RangeOf) and isinstance(right, RangeOf):
        return assignable(left.end, right.end, types)
    if isinstance(left, ContextOf) and isinstance(right, ContextOf):
        fields = dict(left.fields)
        return all(name in fields and assignable(fields[name], inner, types) for name, inner in right.fields)
    if isinstance(left, FunctionOf) and isinstance(right, FunctionOf):
        return (
            len(left.params) == len(right.params)
            and all(assignable(b, a, types) for a, b in zip(left.params, right.params, strict=True))
            and assignable(left.result, right.result, types)
        )
    return False


def coerce(value: Value, kind: Type, types: Types) -> tuple[Value, bool]:
    """The value converted to the type as DMN allows, and whether that was possible (else null).

    [x] becomes x, x becomes [x], a date becomes its midnight in UTC, where that makes it an instance of the type.
    """
    if value is None:
        return None, True
    if conforms(value, kind, types, constraints=True):
        return value, True
    known = resolve(kind, types)
    base = resolve(known.base, types) if isinstance(known, Constrained) else known
    if type(value) is list and len(value) == 1 and not isinstance(base, ListOf):
        inner = value[0]
        if inner is not None and conforms(inner, kind, types, constraints=True):
            return inner, True
    if isinstance(base, ListOf) and type(value) is not list and conforms([value], kind, types, constraints=True):
        return [value], True
    if base == Simple("date and time") and type(value) in SIMPLE["date"]:
        return temporal.make_date_time(temporal.parts(value)[0], 0, temporal.fixed_zone(0)), True
    return None, False
