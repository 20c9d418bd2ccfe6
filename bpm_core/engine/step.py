"""The record of one advance while it runs: what opened, closed, passed, was thrown, decided and changed."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bpm_core.engine.contract import Closed, CloseReason, DecisionTaken, EngineIncident, Passed, Thrown, WaitKind
from bpm_core.engine.incidents import OverBudget
from bpm_core.engine.tokens import Token

Action = Callable[[Token], None]


@dataclass(frozen=True, slots=True)
class Budget:
    """What one case may take. Over it the case is kept and an incident tells.

    steps       automatic steps in one advance: a loop without a wait in it would never end
    tokens      tokens in one case: state must stay small enough to be loaded for each step
    instances   instances of one multi-instance; bigger ones are modelled as cases of their own
    depth       processes and sub-processes inside each other: a process that calls itself would never end
    """

    steps: int = 20_000
    tokens: int = 3_000
    instances: int = 1_000
    depth: int = 40


@dataclass(slots=True)
class Step:
    """One advance under way."""

    now: datetime
    budget: Budget
    agenda: deque[tuple[Action, Token]] = field(default_factory=deque)
    taken: int = 0
    opened: dict[str, Token] = field(default_factory=dict)
    closed: list[Closed] = field(default_factory=list)
    passed: list[Passed] = field(default_factory=list)
    thrown: list[Thrown] = field(default_factory=list)
    decisions: list[DecisionTaken] = field(default_factory=list)
    incidents: list[EngineIncident] = field(default_factory=list)
    before: dict[str, Any] = field(default_factory=dict)
    ends: list[str] = field(default_factory=list)
    last_end: str | None = None
    terminated: bool = False
    changed: bool = False

    def count(self) -> None:
        """Count one automatic step. Refuses with OverBudget."""
        self.taken += 1
        if self.taken > self.budget.steps:
            raise OverBudget("automatic steps", self.budget.steps)

    def note(self, token: Token, event: str) -> None:
        """Write down that an element was entered, completed, cancelled or caught."""
        node, scope = token.task_spec, token.workflow
        self.passed.append(Passed(node.element_id, scope.process_key, scope.path, node.kind, event))

    def open(self, token: Token, kind: WaitKind) -> None:
        """The token waits from now on."""
        token.internal_data["wait"] = kind.value
        self.opened[token.id] = token

    def close(self, token: Token, reason: CloseReason) -> None:
        """The token waits no longer; a wait that opened in this same advance was never there."""
        kind = token.internal_data.pop("wait", None)
        if kind is None or self.opened.pop(token.id, None) is not None:
            return
        self.closed.append(Closed(token.id, WaitKind(kind), token.task_spec.wait_element(token), reason))
