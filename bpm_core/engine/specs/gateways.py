"""Gateways: exclusive, parallel, inclusive, complex and event-based; joins count tokens per incoming flow."""

from __future__ import annotations

from collections.abc import Collection
from decimal import Decimal
from typing import Any

from bpm_core.engine.scripting import Expression
from bpm_core.engine.specs.base import Flow, Node
from bpm_core.engine.tokens import COMPLETED, WAITING, Token


class ExclusiveGateway(Node):
    """The first flow whose condition holds, in the order of the diagram; else the default; else an incident."""

    def choose(self, token: Token) -> list[Flow]:
        if len(self.outgoing) <= 1 and all(flow.condition is None for flow in self.outgoing):
            return list(self.outgoing)
        variables, now = token.workflow.variables(token), token.workflow.top.step.now
        for flow in self.outgoing:
            if not flow.default and (flow.condition is None or flow.condition.truth(variables, now)):
                return [flow]
        return self.default_or_fail()


class _Join(Node):
    """A gateway that may wait for tokens from other flows. Those that came wait here, each with the flow it took."""

    @property
    def joins(self) -> bool:  # type: ignore[override]
        return len(self.incoming) > 1

    def enter(self, token: Token) -> None:
        if not self.joins:
            super().enter(token)
            return
        token._state = WAITING
        self.arrived(token)

    def arrived(self, token: Token) -> None:
        raise NotImplementedError

    def here(self, scope: Any) -> dict[str, Token]:
        """The first token waiting here of each incoming flow."""
        found: dict[str, Token] = {}
        for token in scope.tasks.values():
            if token.task_spec is self and token._state == WAITING:
                found.setdefault(token.internal_data["via"], token)
        return found

    def fire(self, tokens: list[Token]) -> None:
        """Take these tokens and go on as one."""
        for other in tokens[1:]:
            other._state = COMPLETED
            other.workflow.retire(other)
        super().enter(tokens[0])


class ParallelGateway(_Join):
    """Goes on when one token has come along every incoming flow; sends one along every outgoing flow."""

    def arrived(self, token: Token) -> None:
        here = self.here(token.workflow)
        if len(here) == len(self.incoming):
            self.fire(list(here.values()))

    def choose(self, token: Token) -> list[Flow]:
        return list(self.outgoing)


class InclusiveGateway(_Join):
    """Goes on when no token elsewhere in its scope could still come along a flow that none came along yet.

    Source: BPMN 2.0.2 (ISO/IEC 19510) table 13.3. The runner asks `ripe` whenever everything else rests.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.reach: dict[str, frozenset[str]] = {}  # incoming flow -> nodes from which it can be reached without me

    def arrived(self, token: Token) -> None:
        token.workflow.top.step.changed = True

    def choose(self, token: Token) -> list[Flow]:
        if len(self.outgoing) == 1:
            return list(self.outgoing)
        return super().choose(token)

    def release(self, token: Token) -> None:
        """Nothing more can come: go on as one."""
        here = self.here(token.workflow)
        here[token.internal_data["via"]] = token
        self.fire([token, *(other for other in here.values() if other is not token)])

    def ripe(self, scope: Any) -> list[Token] | None:
        """The tokens to go on with, or None if another one may still come."""
        here = self.here(scope)
        return list(here.values()) if here and not self.reachable(scope, here) else None

    def reachable(self, scope: Any, filled: Collection[str]) -> bool:
        """True if a token elsewhere could still come along a flow that is not among the filled ones, and could not as
        well come along one that is."""
        excused: frozenset[str] = frozenset().union(*(self.reach[flow] for flow in filled))
        missing = [self.reach[flow.id] for flow in self.incoming if flow.id not in filled]
        for token in scope.tasks.values():
            place = token.task_spec.name
            if token.task_spec is self or "sub" in token.internal_data or place in excused:
                continue
            if any(place in nodes for nodes in missing):
                return True
        return False


class ComplexGateway(InclusiveGateway):
    """Splits like an inclusive gateway. Joins when its activation condition holds over `activationCount`, the tokens
    that wait; later tokens of the same round are taken in silence.

    A round is over when a token has come along every flow, or none can come any more; until then a token with the
    flows taken so far (`taken`) stands here. Source: BPMN 2.0.2 table 13.5.
    """

    def __init__(self, *args: Any, activation: Expression | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.activation = activation

    def arrived(self, token: Token) -> None:
        scope = token.workflow
        mark = self._mark(scope)
        if mark is not None:
            mark.internal_data["taken"].append(token.internal_data["via"])
            scope.retire(token)
            if self._everyone(mark.internal_data["taken"]):
                scope.retire(mark)
            return
        here = [t for t in scope.tasks.values() if t.task_spec is self and t._state == WAITING]
        seen = {**scope.variables(token), "activationCount": Decimal(len(here))}
        assert self.activation is not None  # the parser refuses a join without one
        if not self.activation.truth(seen, scope.top.step.now):
            return
        taken = [other.internal_data["via"] for other in here]
        if not self._everyone(taken):
            scope.spawn(self, {"taken": taken})._state = WAITING
        self.fire(here)

    def ripe(self, scope: Any) -> list[Token] | None:
        mark = self._mark(scope)
        if mark is not None and not self.reachable(scope, mark.internal_data["taken"]):
            scope.retire(mark)
        return None

    def _mark(self, scope: Any) -> Token | None:
        return next((t for t in scope.tasks.values() if t.task_spec is self and "taken" in t.internal_data), None)

    def _everyone(self, taken: list[str]) -> bool:
        return {flow.id for flow in self.incoming} <= set(taken)


class EventBasedGateway(Node):
    """Arms every event behind it; the first one that happens wins and the others are dropped."""

    def depart(self, token: Token) -> None:
        token.phase = "depart"
        scope = token.workflow
        targets = [scope.spec.task_specs[flow.target] for flow in self.outgoing]
        prepared = [(target, facts) for target in targets for facts in target.subscriptions(token)]
        for target, facts in prepared:
            armed = scope.spawn(target, {**facts, "race": token.id})
            target.arm(armed)
        self.go_on(token, [])
