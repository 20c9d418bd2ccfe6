"""A ruler that keeps what is drawn and squeezes the empty space between: piecewise linear, never folding."""

from __future__ import annotations

import itertools
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass

Span = tuple[float, float]


def merged(spans: Iterable[Span]) -> list[Span]:
    """Spans in order, those that touch made one."""
    found: list[Span] = []
    for low, high in sorted(spans):
        if found and low <= found[-1][1]:
            found[-1] = (found[-1][0], max(high, found[-1][1]))
        else:
            found.append((low, high))
    return found


@dataclass(frozen=True, slots=True)
class Ruler:
    """Where a coordinate of the diagram lies on paper. Outside its ends it goes on one to one."""

    at: tuple[float, ...]
    to: tuple[float, ...]

    def __call__(self, value: float) -> float:
        if not self.at or value <= self.at[0]:
            return value - self.at[0] + self.to[0] if self.at else value
        if value >= self.at[-1]:
            return value - self.at[-1] + self.to[-1]
        index = bisect_right(self.at, value)
        low, high = self.at[index - 1], self.at[index]
        part = (value - low) / (high - low)
        return self.to[index - 1] + part * (self.to[index] - self.to[index - 1])

    @property
    def length(self) -> float:
        return self.to[-1] - self.to[0] if self.to else 0.0


def ruler(
    start: float,
    end: float,
    kept: Iterable[Span],
    *,
    free: float,
    squeeze: float,
    least: Iterable[tuple[float, float, float]] = (),
) -> Ruler:
    """A ruler from `start` to `end` on which the spans in `kept` keep their length.

    free     how much of a gap stays as it is; the rest is multiplied by `squeeze`
    least    (low, high, length): the stretch from low to high is made at least that long; stretches follow each other
    """
    marks = {start, end}
    spans = [(max(low, start), min(high, end)) for low, high in merged(kept) if high > start and low < end]
    stretches = sorted(least)
    for low, high in spans:
        marks |= {low, high}
    for low, high, _length in stretches:
        marks |= {low, high}
    at = sorted(mark for mark in marks if start <= mark <= end)
    lengths = []
    for low, high in itertools.pairwise(at):
        middle, whole = (low + high) / 2, high - low
        is_kept = any(first <= middle <= last for first, last in spans)
        lengths.append(whole if is_kept or whole <= free else free + (whole - free) * squeeze)
    for low, high, length in stretches:
        inside = [index for index in range(len(lengths)) if at[index] >= low and at[index + 1] <= high]
        missing = length - sum(lengths[index] for index in inside)
        if inside and missing > 0:
            lengths[inside[0]] += missing / 2
            lengths[inside[-1]] += missing / 2
    to = [0.0]
    for length in lengths:
        to.append(to[-1] + length)
    return Ruler(tuple(at), tuple(to))
