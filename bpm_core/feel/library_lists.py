"""Built-in functions for lists (DMN 1.5, 10.3.4.4) and sorting."""

from __future__ import annotations

from decimal import Decimal
from functools import cmp_to_key

import bpm_core.feel.operators as operators
from bpm_core.feel.library import bad, define, invoke
from bpm_core.feel.limits import Run
from bpm_core.feel.values import ABSENT, Function, Value


def listed(value: Value) -> list[Value]:
    """A list as it is; any other value as a list of one."""
    return value if type(value) is list else [value]


def position_of(run: Run, at: int, name: str, items: list[Value], position: Value, room: int = 0) -> int | None:
    """Index of a position counted from 1, or from -1 backwards; None if there is no such item."""
    if type(position) is not Decimal or abs(position) > len(items) + room:
        run.null("invalid_argument", at, {"function": name, "value": str(position)[:20]})
        return None
    whole = int(position)
    if whole == 0:
        run.null("invalid_argument", at, {"function": name, "value": "0"})
        return None
    return whole - 1 if whole > 0 else len(items) + whole


@define("list contains", "list", "element")
def list_contains(run: Run, at: int, items: Value, element: Value) -> Value:
    if items is None:
        return bad(run, at, "list contains", items, element)
    items = listed(items)
    run.charge(1 + run.size_of(items) // 20)
    return any(operators.equal(item, element) is True for item in items)


@define("sublist", "list", "start position", "length?")
def sublist(run: Run, at: int, items: Value, start: Value, length: Value) -> Value:
    if items is None or not (length is ABSENT or type(length) is Decimal):
        return bad(run, at, "sublist", items, start, length)
    items = listed(items)
    index = position_of(run, at, "sublist", items, start)
    if index is None:
        return None
    if length is ABSENT:
        run.charge_cells(len(items) - index)
        return items[index:]
    if length < 1 or index + length > len(items):
        return run.null("invalid_argument", at, {"function": "sublist", "value": str(length)[:20]})
    run.charge_cells(int(length))
    return items[index : index + int(length)]


@define("append", "list", "item", "items*")
def append(run: Run, at: int, values: list[Value]) -> Value:
    items = listed(values[0]) if values[0] is not None else None
    if items is None:
        return bad(run, at, "append", values[0])
    run.charge_cells(len(items) + len(values))
    return [*items, *values[1:]]


@define("concatenate", "lists*")
def concatenate(run: Run, at: int, lists: list[Value]) -> Value:
    result: list[Value] = []
    for one in lists:
        if one is None:
            return bad(run, at, "concatenate", one)
        items = listed(one)
        run.charge_cells(len(items))
        result.extend(items)
    return result


@define("insert before", "list", "position", "newItem")
def insert_before(run: Run, at: int, items: Value, position: Value, new: Value) -> Value:
    if items is None:
        return bad(run, at, "insert before", items)
    items = listed(items)
    index = position_of(run, at, "insert before", items, position)
    if index is None:
        return None
    run.charge_cells(len(items) + 1)
    return [*items[:index], new, *items[index:]]


@define("remove", "list", "position")
def remove(run: Run, at: int, items: Value, position: Value) -> Value:
    if items is None:
        return bad(run, at, "remove", items)
    items = listed(items)
    index = position_of(run, at, "remove", items, position)
    if index is None:
        return None
    run.charge_cells(len(items))
    return [*items[:index], *items[index + 1 :]]


@define("list replace", "list", "position", "newItem")
def list_replace(run: Run, at: int, items: Value, position: Value, new: Value) -> Value:
    """The list with one item replaced, or all those that a function (item, newItem) says yes to."""
    if items is None:
        return bad(run, at, "list replace", items)
    items = listed(items)
    run.charge_cells(len(items))
    if type(position) is not Function:
        index = position_of(run, at, "list replace", items, position)
        return None if index is None else [*items[:index], new, *items[index + 1 :]]
    return _replace_matching(run, at, items, position, new)


@define("list replace", "list", "match", "newItem")
def list_replace_matching(run: Run, at: int, items: Value, match: Value, new: Value) -> Value:
    return list_replace(run, at, items, match, new)


def _replace_matching(run: Run, at: int, items: list[Value], match: Function, new: Value) -> Value:
    result = []
    for item in items:
        found = invoke(run, match, [item, new], (), at, {})
        if type(found) is not bool:
            return bad(run, at, "list replace", found)
        result.append(new if found else item)
    return result


@define("reverse", "list")
def reverse(run: Run, at: int, items: Value) -> Value:
    if items is None:
        return bad(run, at, "reverse", items)
    run.charge_cells(len(listed(items)))
    return listed(items)[::-1]


@define("index of", "list", "match")
def index_of(run: Run, at: int, items: Value, match: Value) -> Value:
    if items is None:
        return bad(run, at, "index of", items)
    items = listed(items)
    run.charge(1 + run.size_of(items) // 20)
    return [Decimal(i) for i, item in enumerate(items, 1) if operators.equal(item, match) is True]


def distinct(run: Run, items: list[Value]) -> list[Value]:
    result: list[Value] = []
    for item in items:
        run.charge(1 + run.size_of(item) * len(result) // 10)
        if not any(operators.equal(item, known) is True for known in result):
            result.append(item)
    run.charge_cells(len(result))
    return result


@define("union", "lists*")
def union(run: Run, at: int, lists: list[Value]) -> Value:
    together = concatenate(run, at, lists)
    return None if together is None else distinct(run, together)


@define("distinct values", "list")
def distinct_values(run: Run, at: int, items: Value) -> Value:
    return bad(run, at, "distinct values", items) if items is None else distinct(run, listed(items))


@define("duplicate values", "list")
def duplicate_values(run: Run, at: int, items: Value) -> Value:
    """Camunda's addition: each value that occurs more than once."""
    if items is None:
        return bad(run, at, "duplicate values", items)
    items = listed(items)
    found = []
    for value in distinct(run, items):
        run.charge(1 + run.size_of(items) // 20)
        if sum(operators.equal(value, item) is True for item in items) > 1:
            found.append(value)
    return found


@define("flatten", "list")
def flatten(run: Run, at: int, items: Value) -> Value:
    if items is None:
        return bad(run, at, "flatten", items)
    result: list[Value] = []
    waiting = [iter(listed(items))]
    while waiting:
        run.charge(1)
        for item in waiting[-1]:
            if type(item) is list:
                waiting.append(iter(item))
                break
            run.charge_cells(1)
            result.append(item)
        else:
            waiting.pop()
    return result


@define("partition", "list", "size")
def partition(run: Run, at: int, items: Value, size: Value) -> Value:
    """Camunda's addition: consecutive lists of that size."""
    if items is None or type(size) is not Decimal or size < 1:
        return bad(run, at, "partition", items, size)
    items, step = listed(items), int(min(size, Decimal(10**9)))
    run.charge_cells(len(items))
    return [items[start : start + step] for start in range(0, len(items), step)]


@define("is empty", "list")
def is_empty(run: Run, at: int, items: Value) -> Value:
    """Camunda's addition."""
    return not items if type(items) in (list, str) else bad(run, at, "is empty", items)


@define("sort", "list", "precedes?")
def sort(run: Run, at: int, items: Value, precedes: Value) -> Value:
    """The list in the order of a function (x, y) that says whether x comes before y; stable."""
    if items is None or not (precedes is ABSENT or type(precedes) is Function):
        return bad(run, at, "sort", items, precedes)
    items = listed(items)
    run.charge_cells(len(items))

    def order(left: Value, right: Value) -> int:
        run.charge(1)
        if precedes is ABSENT:
            way = operators.compare(left, right)
            if way is None:
                raise _NotOrdered
            return way
        for one, other, answer in ((left, right, -1), (right, left, 1)):
            found = invoke(run, precedes, [one, other], (), at, {})
            if type(found) is not bool:
                raise _NotOrdered
            if found:
                return answer
        return 0

    try:
        return sorted(items, key=cmp_to_key(order))
    except _NotOrdered:
        return run.null("bad_arguments", at, {"function": "sort", "kinds": "..."})


class _NotOrdered(Exception):
    """Two items of a list to be sorted have no order."""
