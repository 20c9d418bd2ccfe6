"""Built-in functions for lists (DMN 1.5, 10.3.4.4) and sorting."""

from __future__ import annotations

from decimal import Decimal, DecimalException
from functools import cmp_to_key

from bpm_core.feel import operators
from bpm_core.feel.library import bad, define, invoke
from bpm_core.feel.limits import Run
from bpm_core.feel.temporal import DaysTimeDuration, YearsMonthsDuration
from bpm_core.feel.values import ABSENT, NUMBERS, Function, Value


def listed(value: Value) -> list[Value]:
    """A list as it is; any other value as a list of one."""
    return value if type(value) is list else [value]


def spread(values: list[Value]) -> list[Value]:
    """What `f(list)` and `f(a, b, ...)` have in common."""
    return values[0] if len(values) == 1 and type(values[0]) is list else values


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
