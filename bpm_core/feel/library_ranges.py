"""Built-in functions that place points and ranges relative to each other (DMN 1.5, 10.3.4.10; Allen's intervals)."""

from __future__ import annotations

from collections.abc import Callable

import bpm_core.feel.operators as operators
import bpm_core.feel.properties as properties
from bpm_core.feel.errors import FeelError
from bpm_core.feel.library import BUILT_INS, bad, call_built_in, define
from bpm_core.feel.limits import Run
from bpm_core.feel.parser import Parser
from bpm_core.feel.reading import Scope
from bpm_core.feel.syntax import Call, Const, Name, Node, RangeLiteral, UnaryComparison
from bpm_core.feel.values import Range, Value


class _Unordered(Exception):
    """Two values have no common order."""


def _way(left: Value, right: Value) -> int:
    way = operators.compare(left, right)
    if way is None:
        raise _Unordered
    return way


def _ends(value: Value) -> Range:
    """A point is the closed range from itself to itself."""
    if type(value) is Range:
        if value.operator == "!=" or value.start is None or value.end is None:
            raise _Unordered
        return value
    if operators.order_key(value) is None:
        raise _Unordered
    return Range(value, value, True, True)


def _before(a: Range, b: Range) -> bool:
    way = _way(a.end, b.start)
    return way < 0 or (way == 0 and not (a.end_included and b.start_included))


def _meets(a: Range, b: Range) -> bool:
    return _way(a.end, b.start) == 0 and a.end_included and b.start_included


def _starts_together(a: Range, b: Range) -> bool:
    return _way(a.start, b.start) == 0 and a.start_included == b.start_included


def _ends_together(a: Range, b: Range) -> bool:
    return _way(a.end, b.end) == 0 and a.end_included == b.end_included


def _starts_no_earlier(a: Range, b: Range) -> bool:
    way = _way(a.start, b.start)
    return way > 0 or (way == 0 and (b.start_included or not a.start_included))


def _ends_no_later(a: Range, b: Range) -> bool:
    way = _way(a.end, b.end)
    return way < 0 or (way == 0 and (b.end_included or not a.end_included))


def _during(a: Range, b: Range) -> bool:
    return _starts_no_earlier(a, b) and _ends_no_later(a, b)


def _overlaps(a: Range, b: Range) -> bool:
    return not _before(a, b) and not _before(b, a)


def _overlaps_before(a: Range, b: Range) -> bool:
    start, end = _way(a.start, b.start), _way(a.end, b.end)
    earlier = start < 0 or (start == 0 and a.start_included and not b.start_included)
    ends_first = end < 0 or (end == 0 and (not a.end_included or b.end_included))
    return earlier and ends_first and not _before(a, b)


RELATIONS: dict[str, Callable[[Range, Range], bool]] = {
    "before": lambda a, b: _before(a, b),
    "after": lambda a, b: _before(b, a),
    "meets": lambda a, b: _meets(a, b),
    "met by": lambda a, b: _meets(b, a),
    "overlaps": lambda a, b: _overlaps(a, b),
    "overlaps before": lambda a, b: _overlaps_before(a, b),
    "overlaps after": lambda a, b: _overlaps_before(b, a),
    "finishes": lambda a, b: _ends_together(a, b) and _starts_no_earlier(a, b),
    "finished by": lambda a, b: _ends_together(a, b) and _starts_no_earlier(b, a),
    "includes": lambda a, b: _during(b, a),
    "during": lambda a, b: _during(a, b),
    "starts": lambda a, b: _starts_together(a, b) and _ends_no_later(a, b),
    "started by": lambda a, b: _starts_together(a, b) and _ends_no_later(b, a),
    "coincides": lambda a, b: _starts_together(a, b) and _ends_together(a, b),
}
PARAMETERS: dict[str, tuple[tuple[str, str], ...]] = {
    "before": (("point1", "point2"), ("point", "range"), ("range", "point"), ("range1", "range2")),
    "after": (("point1", "point2"), ("point", "range"), ("range", "point"), ("range1", "range2")),
    "meets": (("range1", "range2"),),
    "met by": (("range1", "range2"),),
    "overlaps": (("range1", "range2"),),
    "overlaps before": (("range1", "range2"),),
    "overlaps after": (("range1", "range2"),),
    "finishes": (("point", "range"), ("range1", "range2")),
    "finished by": (("range", "point"), ("range1", "range2")),
    "includes": (("range", "point"), ("range1", "range2")),
    "during": (("point", "range"), ("range1", "range2")),
    "starts": (("point", "range"), ("range1", "range2")),
    "started by": (("range", "point"), ("range1", "range2")),
    "coincides": (("point1", "point2"), ("range1", "range2")),
}


def _declare(name: str) -> None:
    relation = RELATIONS[name]

    def place(run: Run, at: int, first: Value, second: Value) -> Value:
        try:
            return relation(_ends(first), _ends(second))
        except _Unordered:
            return bad(run, at, name, first, second)

    for params in PARAMETERS[name]:
        define(name, *params)(place)


for _name in RELATIONS:
    _declare(_name)


@define("range", "from")
def range_(run: Run, at: int, text: Value) -> Value:
    """The range written in a string, between literals."""
    if type(text) is not str:
        return bad(run, at, "range", text)
    run.charge(len(text) // 10 + 1)
    try:
        node = parse(text)
    except FeelError:
        return run.null("invalid_argument", at, {"function": "range", "value": text[:40]})
    if isinstance(node, RangeLiteral):
        start, end = _literal(run, at, node.start), _literal(run, at, node.end)
        if start is None or end is None:
            return run.null("invalid_argument", at, {"function": "range", "value": text[:40]})
        return properties.make_range(run, at, start, end, node.start_included, node.end_included)
    if isinstance(node, UnaryComparison) and text.lstrip().startswith("("):
        return properties.open_range(run, at, node.operator, _literal(run, at, node.operand))
    return run.null("invalid_argument", at, {"function": "range", "value": text[:40]})


def parse(text: str) -> Node:
    return Parser(text, [Scope(("date and time",))], Scope()).whole_expression()


def _literal(run: Run, at: int, node: Node) -> Value:
    """The value of a literal, or of a date, time or duration function called with literals."""
    if isinstance(node, Const):
        return node.value
    if isinstance(node, Call) and isinstance(node.function, Name) and node.function.name in (
        "date", "time", "date and time", "duration",
    ):  # fmt: skip
        arguments = [_literal(run, at, argument) for argument in node.arguments]
        return call_built_in(run, BUILT_INS[node.function.name], arguments, (), at)
    return None
