"""Finding the rules that apply without looking at each: one index a column, of bit masks over the rules.

A column can be indexed if all its cells are made of literals of one type (cells.py). Its values are cut into regions
by the ends of all cells; within a region every cell answers the same, so a region has one mask of rules. Looking up
is a binary search and an `and` of masks. Cells of other columns are evaluated for the rules that are left.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import bpm_core.dmn.cells as cells
from bpm_core import feel
from bpm_core.dmn.cells import Axis, CellSet
from bpm_core.feel.values import Value

MAX_BITS = 64_000_000  # 8 MB of masks a table


@dataclass(frozen=True, slots=True)
class ColumnIndex:
    """Masks of the rules a column lets through, by the value of its input."""

    axis_name: str | None
    axis: Axis
    masks: tuple[int, ...]  # by region
    null: int
    other: int  # for values of another type: only `-` accepts them

    def rules(self, value: Value) -> int:
        if value is None:
            return self.null
        place = cells.key_of(value)
        if place is None or place[0] != self.axis_name:
            return self.other
        return self.masks[self.axis.region_of(place[1])]


def of_column(column: Sequence[feel.Expression | None]) -> ColumnIndex | None:
    """The index of a column's cells; None if one of them is not made of literals or the types are mixed."""
    sets: list[CellSet] = []
    for tests in column:
        found = cells.read(tests) if tests is not None else None
        if found is None:
            return None
        sets.append(found)
    names = {one.axis for one in sets if one.axis is not None}
    if len(names) > 1:
        return None
    return build(sets, names.pop() if names else None)


def build(sets: Sequence[CellSet], axis_name: str | None) -> ColumnIndex | None:
    axis = Axis.of(interval for one in sets for interval in one.intervals)
    if axis.size * len(sets) > MAX_BITS:
        return None
    changes = [0] * (axis.size + 1)
    null = other = 0
    for number, one in enumerate(sets):
        bit = 1 << number
        null |= bit * one.null
        other |= bit * one.anything
        for interval in one.intervals:
            first, last = axis.span(interval)
            changes[first] ^= bit
            changes[last + 1] ^= bit
    masks = []
    current = 0
    for change in changes[:-1]:
        current ^= change
        masks.append(current)
    return ColumnIndex(axis_name, axis, tuple(masks), null, other)


def bits(mask: int) -> list[int]:
    """Numbers of the set bits, lowest first."""
    found = []
    while mask:
        lowest = mask & -mask
        found.append(lowest.bit_length() - 1)
        mask ^= lowest
    return found
