"""What an event definition says, and the plain facts a token keeps while it waits for one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bpm_core.engine import timers
from bpm_core.engine.contract import WaitKind
from bpm_core.engine.scripting import Expression
from bpm_core.engine.tokens import Token

SUBSCRIBED = {
    "message": WaitKind.MESSAGE,
    "signal": WaitKind.SIGNAL,
    "timer": WaitKind.TIMER,
    "condition": WaitKind.CONDITION,
}


@dataclass(frozen=True, slots=True)
class EventRule:
    """An event definition. kind: none, message, signal, timer, condition, error, escalation, terminate, link.

    name            of the message, signal or link
    code            of the error or escalation; None catches any
    code_variable, message_variable     where a caught error's code and message go
    whole_loop      of terminate: ends the multi-instance around it, with all its instances
    """

    kind: str
    name: str | None = None
    code: str | None = None
    timer: timers.TimerRule | None = None
    condition: Expression | None = None
    correlation: Expression | None = None
    code_variable: str | None = None
    message_variable: str | None = None
    whole_loop: bool = False

    @property
    def wait(self) -> WaitKind | None:
        """What a token that waits for this event waits for; None for events that only happen inside the case."""
        return SUBSCRIBED.get(self.kind)

    def prepare(self, token: Token) -> dict[str, Any]:
        """Facts of a subscription that begins now: due time, correlation value, truth of the condition."""
        scope = token.workflow
        if self.timer is not None:
            return due_facts(timers.due(self.timer, scope.variables(token), scope.top.step.now))
        if self.correlation is not None:
            value = self.correlation.value(scope.variables(token), scope.top.step.now)
            # Without a value no message finds it by key; who knows the case can still hand one to it.
            return {} if value is None else {"corr": str(value)}
        return {}


def due_facts(due: timers.Due) -> dict[str, Any]:
    """A due time as plain JSON for a token."""
    facts: dict[str, Any] = {}
    if due.at is not None:
        facts["due"] = due.at.isoformat()
    if due.working_days is not None:
        facts["days"] = due.working_days
    if due.every is not None:
        facts["every"] = due.every
        facts["left"] = due.left
    return facts


def due_of(token: Token) -> timers.Due:
    """The due time a token holds."""
    facts = token.internal_data
    at = facts.get("due")
    return timers.Due(
        datetime.fromisoformat(at) if at is not None else None,
        facts.get("days"),
        facts.get("left"),
        facts.get("every"),
    )
