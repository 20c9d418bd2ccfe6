"""Budgets of one evaluation and its running account. All that can grow is charged here, so no timer is needed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from time import thread_time
from typing import Any

from bpm_core.feel.errors import FeelBudgetError, FeelStrictError, Reason

MAX_SOURCE = 4_000  # characters of one expression
MAX_TOKENS = 4_000
MAX_DEPTH = 60  # nesting of one expression
MAX_EXPONENT = 6_144  # decimal128
MAX_REASONS = 50
CLOCK_EVERY = 256  # steps between two readings of the clock


MAX_NESTING = 60  # of lists and contexts in one another
NONE_MEASURED: dict[int, tuple[Any, int, int]] = {}  # never written to


@dataclass(frozen=True, slots=True)
class Budget:
    """What one evaluation may use.

    steps are counted in loops and calls; straight-line text is bounded by MAX_SOURCE. cpu_s is a last net only: steps
    are what normally ends an evaluation, so that it ends in the same place every time it is repeated.
    """

    steps: int = 20_000
    cells: int = 200_000  # list items and context entries made
    characters: int = 100_000  # of one string made
    calls: int = 60  # depth of nested function calls
    cpu_s: float = 0.25  # of this thread


class Run:
    """The account of one evaluation: what was used, when it is, and why values became null.

    What most evaluations never touch is a default of the class: making a Run is part of every evaluation.
    """

    strict = False
    steps = 0
    cells = 0
    depth = 0
    clock = CLOCK_EVERY
    deadline: float | None = None
    reasons: tuple[Reason, ...] = ()
    sizes: dict[int, tuple[Any, int, int]] = NONE_MEASURED

    def __init__(self, now: datetime, budget: Budget, strict: bool = False) -> None:
        self.now = now
        self.budget = budget
        if strict:
            self.strict = True

    def charge(self, steps: int) -> None:
        """Count work done in a loop or a call."""
        self.steps += steps
        if self.steps > self.budget.steps:
            raise FeelBudgetError("steps", self.budget.steps)
        if self.steps > self.clock:
            self.clock = self.steps + CLOCK_EVERY
            read = thread_time()
            if self.deadline is None:
                self.deadline = read + self.budget.cpu_s
            elif read > self.deadline:
                raise FeelBudgetError("time", self.budget.cpu_s)

    def charge_cells(self, cells: int) -> None:
        """Count items put into lists and contexts; a hundred of them are one step of work."""
        self.cells += cells
        if self.cells > self.budget.cells:
            raise FeelBudgetError("cells", self.budget.cells)
        if cells > 100:
            self.charge(cells // 100)

    def made(self, value: Any) -> Any:
        """Count a list or context that was made by all that is in it, and answer it.

        What it holds may be shared: [a, a] of [b, b] of ... costs little memory, but whoever compares, writes or stores
        it goes through every copy. So copies count, and no value can grow beyond the budget or nest too deep.
        """
        size, depth = self._measured(value)
        self.charge_cells(size)
        if depth > MAX_NESTING:
            raise FeelBudgetError("depth", MAX_NESTING)
        return value

    def size_of(self, value: Any) -> int:
        """Items in a value, copies included; long texts count for their hundreds of characters."""
        return self._measured(value)[0] if type(value) in (list, dict) else 1

    def _measured(self, value: Any) -> tuple[int, int]:
        known = self.sizes.get(id(value))
        if known is not None:
            return known[1], known[2]
        size, depth = len(value), 1
        for item in value if type(value) is list else value.values():
            kind = type(item)
            if kind is list or kind is dict:
                inner, below = self._measured(item)
                size += inner
                depth = max(depth, below + 1)
            elif kind is str and len(item) > 100:
                size += len(item) // 100
        if depth > 1:
            # The value is kept with its measure: as long as it lives nothing else can have its id.
            self.sizes = {**self.sizes} if self.sizes is NONE_MEASURED else self.sizes
            self.sizes[id(value)] = (value, size, depth)
        return size, depth

    def check_string(self, length: int) -> None:
        if length > self.budget.characters:
            raise FeelBudgetError("characters", self.budget.characters)
        if length > 1_000:
            self.charge(length // 1_000)

    def enter(self) -> None:
        self.depth += 1
        self.charge(2)
        if self.depth > self.budget.calls:
            raise FeelBudgetError("calls", self.budget.calls)

    def leave(self) -> None:
        self.depth -= 1

    def null(self, code: str, position: int = -1, facts: Mapping[str, str] | None = None) -> Any:
        """Record why the value is null, and answer null."""
        reason = Reason(code, position, facts or {})
        if self.strict:
            raise FeelStrictError(reason)
        if len(self.reasons) < MAX_REASONS:
            self.reasons = (*self.reasons, reason)
        return None
