"""Multi-instance and standard loops: a container token that stands for the activity, and one token an instance."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from bpm_core.engine.contract import Value
from bpm_core.engine.incidents import NodeFailure, OverBudget
from bpm_core.engine.scripting import Expression
from bpm_core.engine.specs.rules import EventRule
from bpm_core.engine.tokens import STARTED, Token

# Keys no FEEL name can have, so that no expression sees them.
_ITEMS, _RESULTS = "$items", "$results"
# The standard's names (BPMN 2.0.2 table 10.31) and those that Camunda's modelers write.
_TOTAL, _ACTIVE, _DONE = "numberOfInstances", "numberOfActiveInstances", "numberOfCompletedInstances"
_CAMUNDA = {_TOTAL: "nrOfInstances", _ACTIVE: "nrOfActiveInstances", _DONE: "nrOfCompletedInstances"}


@dataclass(frozen=True, slots=True)
class Plan:
    """What a loop that begins will do: how many instances, over which items."""

    total: int | None  # None: a standard loop, which goes on while its condition holds
    items: list[Value] | None = None


def _counters(total: int | None, active: int, done: int) -> dict[str, Value]:
    numbers = {_ACTIVE: Decimal(active), _DONE: Decimal(done)}
    if total is not None:
        numbers[_TOTAL] = Decimal(total)
    return {**numbers, **{_CAMUNDA[name]: number for name, number in numbers.items()}}


@dataclass(frozen=True, slots=True)
class Loop:
    """How an activity repeats.

    tells   events thrown as instances end: (condition, only for the first, event)

    Instances see loopCounter (from 0), their item, and how many instances there are, are active and are done.
    """

    sequential: bool
    standard: bool = False
    cardinality: Expression | None = None
    collection: Expression | None = None
    item_variable: str | None = None
    output_collection: str | None = None
    output_item: Expression | None = None
    until: Expression | None = None  # completionCondition of a multi-instance
    condition: Expression | None = None  # loopCondition of a standard loop
    maximum: int | None = None
    test_before: bool = False
    tells: tuple[tuple[Expression | None, bool, EventRule], ...] = ()

    def plan(self, token: Token) -> Plan:
        """Evaluate how many. Refuses with NodeFailure when that is no sensible number or too many."""
        scope, step = token.workflow, token.workflow.top.step
        variables = scope.variables(token)
        if self.standard:
            runs = not self.test_before or self._goes_on(variables, 0, step.now)
            return Plan(None if runs else 0)
        if self.collection is not None:
            items = self.collection.value(variables, step.now)
            if type(items) is not list:
                text = self.collection.text
                raise NodeFailure("expression", f"collection {text!r} is no list", {"expression": text})
            plan = Plan(len(items), items)
        else:
            assert self.cardinality is not None  # the parser asks for one of the two
            number = self.cardinality.value(variables, step.now)
            if type(number) is not Decimal or number != number.to_integral_value() or number < 0:
                text = self.cardinality.text
                raise NodeFailure("expression", f"cardinality {text!r} is no whole number", {"expression": text})
            plan = Plan(int(min(number, step.budget.instances + 1)))
        if plan.total is not None and plan.total > step.budget.instances:
            raise OverBudget("instances of one step", step.budget.instances)
        return plan

    def begin(self, container: Token, plan: Plan) -> None:
        """Begin the first instance, or all of them."""
        container._set_state(STARTED)
        total = plan.total
        if total == 0:
            self._store_results(container)
            container.workflow.top.later(container.task_spec.depart, container)
            return
        first = 1 if total is None or self.sequential else total
        container.data.update(_counters(total, first, 0))
        if plan.items is not None and self.sequential:
            container.data[_ITEMS] = plan.items
        if self.output_collection is not None:
            container.data[_RESULTS] = [None] * (total or 0)
        for index in range(first):
            self._instance(container, index, plan.items)

    def _instance(self, container: Token, index: int, items: list[Value] | None) -> None:
        local: dict[str, Value] = {"loopCounter": Decimal(index)}
        if items is not None and self.item_variable is not None:
            local[self.item_variable] = items[index]
        scope = container.workflow
        token = scope.spawn(container.task_spec, {"of": container.id, "i": index}, local)
        scope.top.later(container.task_spec.enter, token)

    def instance_done(self, token: Token) -> None:
        """One instance is done: count it, end the loop or begin the next one."""
        scope = token.workflow
        step, container = scope.top.step, scope.tasks[token.internal_data["of"]]
        index = token.internal_data["i"]
        counts = container.data
        results = list(counts.get(_RESULTS, ()))
        if self.output_item is not None and index < len(results):
            results[index] = self.output_item.value(scope.variables(token), step.now)
        total = int(counts[_TOTAL]) if _TOTAL in counts else None
        done, active = int(counts[_DONE]) + 1, int(counts[_ACTIVE]) - 1
        counts = {**counts, **_counters(total, active, done)}
        seen = {**scope.variables(container), **counts, **token.data}
        if self.standard:
            over = not self._goes_on(seen, done, step.now)
        else:
            over = self.until is not None and self.until.truth(seen, step.now)
            over = over or done == total
        told = [
            rule
            for condition, first, rule in self.tells
            if (not first or done == 1) and (condition is None or condition.truth(seen, step.now))
        ]
        if _RESULTS in counts:
            counts[_RESULTS] = results
        container.data = counts
        scope.retire(token)
        step.note(token, "instance_completed")
        for rule in told:
            container.task_spec.tell(container, rule)
        if not container.alive:
            return  # an event that was told has interrupted the activity
        if over:
            self.stop(container)
        elif self.sequential:
            counts.update(_counters(total, 1, done))
            self._instance(container, index + 1, counts.get(_ITEMS))

    def stop(self, container: Token) -> None:
        """End the loop: instances that still run are cancelled, the activity goes on with what is done."""
        scope = container.workflow
        for other in [t for t in scope.tasks.values() if t.internal_data.get("of") == container.id]:
            scope.cancel_token(other)
        self._store_results(container)
        scope.top.later(container.task_spec.depart, container)

    def _goes_on(self, variables: dict[str, Value], done: int, now: Any) -> bool:
        if self.maximum is not None and done >= self.maximum:
            return False
        return self.condition is None or self.condition.truth(variables, now)

    def _store_results(self, container: Token) -> None:
        results = container.data.get(_RESULTS)
        container.data = {}
        if self.output_collection is not None:
            container.workflow.assign(container, self.output_collection, results or [])


def stop_around(scope: Any) -> bool:
    """End the nearest multi-instance that a scope is part of, also from inside a called process; False without one."""
    host = scope.host
    while host is not None:
        container = host.workflow.tasks.get(host.internal_data.get("of", ""))
        if container is not None and not container.task_spec.loop.standard:
            container.task_spec.loop.stop(container)
            return True
        host = host.workflow.host
    return False
