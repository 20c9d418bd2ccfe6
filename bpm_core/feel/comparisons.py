"""Code of comparisons. Most of a rule is comparing a variable with a literal, so these cases have code of their own."""

from __future__ import annotations

from decimal import Decimal

import bpm_core.feel.operators as operators
from bpm_core.feel.code import Code, Frame, Known, Variable
from bpm_core.feel.values import Value, kind_name


def compare(operator: str, left: Code, right: Code, at: int) -> Code:
    if operator in ("=", "!="):
        return equality(operator == "=", left, right, at)
    ordered, fast = operators.ORDER[operator], operators.FAST[operator]
    bound = right.value if isinstance(right, Known) else None
    if type(bound) is Decimal or type(bound) is str:
        kind = type(bound)

        def against_constant(frame: Frame) -> Value:
            one = left(frame)
            if type(one) is kind:
                return fast(one, bound)
            way = operators.compare(one, bound)
            if way is not None:
                return ordered(way)
            return frame[0].null("not_comparable", at, {"left": kind_name(one), "right": kind_name(bound)})

        if not isinstance(left, Variable):
            return against_constant
        name = left.name

        def variable_against_constant(frame: Frame) -> Value:
            one = frame[1].get(name)
            return fast(one, bound) if type(one) is kind else against_constant(frame)

        return variable_against_constant

    def order(frame: Frame) -> Value:
        one, other = left(frame), right(frame)
        kind = type(one)
        if kind is type(other) and (kind is Decimal or kind is str):
            return fast(one, other)
        way = operators.compare(one, other)
        if way is not None:
            return ordered(way)
        return frame[0].null("not_comparable", at, {"left": kind_name(one), "right": kind_name(other)})

    return order


def equality(wanted: bool, left: Code, right: Code, at: int) -> Code:
    expected = right.value if isinstance(right, Known) else None
    if type(expected) is str or type(expected) is Decimal or type(expected) is bool:
        wanted_kind = type(expected)

        def is_constant(frame: Frame) -> Value:
            one = left(frame)
            if type(one) is wanted_kind:
                return (one == expected) is wanted
            found = operators.equal(one, expected)
            if found is None:
                return frame[0].null("not_comparable", at, {"left": kind_name(one), "right": kind_name(expected)})
            return found is wanted

        if not isinstance(left, Variable):
            return is_constant
        name = left.name

        def variable_is_constant(frame: Frame) -> Value:
            one = frame[1].get(name)
            return (one == expected) is wanted if type(one) is wanted_kind else is_constant(frame)

        return variable_is_constant

    def same(frame: Frame) -> Value:
        one, other = left(frame), right(frame)
        kind = type(one)
        if kind is type(other) and (kind is str or kind is Decimal):
            return (one == other) is wanted
        if kind is list or kind is dict:
            frame[0].charge(frame[0].size_of(one) // 50)
        found = operators.equal(one, other)
        if found is None:
            return frame[0].null("not_comparable", at, {"left": kind_name(one), "right": kind_name(other)})
        return found is wanted

    return same


def in_constants(value: Code, constants: list[Value], at: int) -> Code:
    """`x in ("a", "b")`: one look into a set."""
    known, kind = frozenset(constants), type(constants[0])

    def decide(frame: Frame) -> Value:
        one = value(frame)
        if type(one) is kind:
            return one in known
        if one is None:
            return False
        return frame[0].null("not_comparable", at, {"left": kind_name(one), "right": kind_name(constants[0])})

    if not isinstance(value, Variable):
        return decide
    name = value.name

    def decide_variable(frame: Frame) -> Value:
        one = frame[1].get(name)
        return one in known if type(one) is kind else decide(frame)

    return decide_variable


def any_of(tests: list[Code]) -> Code:
    def decide(frame: Frame) -> Value:
        unknown = False
        for test in tests:
            value = test(frame)
            if value is True:
                return True
            unknown = unknown or value is None
        return None if unknown else False

    return decide
