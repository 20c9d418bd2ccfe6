"""A decision model: taking a decision by its graph."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

import bpm_core.dmn.elements as e
from bpm_core import feel
from bpm_core.dmn.boxes import Env
from bpm_core.dmn.errors import DecisionError
from bpm_core.dmn.graph import Graph, Node, ScopeName, Target
from bpm_core.dmn.tables import Hit
from bpm_core.feel.limits import Run
from bpm_core.feel.types import coerce
from bpm_core.feel.values import Function, Value, check

DECISION_BUDGET = feel.Budget(steps=100_000, cells=400_000, cpu_s=0.4)


@dataclass(frozen=True, slots=True)
class Decided:
    """A decision taken.

    outputs     value by output column; of a decision without table, its value under its name
    hits        the rules of its table that applied, in their order, with every cell
    inputs      values of the table's input columns by label
    requires    the decisions taken on the way, by id
    read        the variables it read, required decisions included: the same model decides the same on them again
    digest      SHA-256 of the file that holds the decision
    reasons     why anything became null
    """

    value: Value
    outputs: dict[str, Value]
    hits: tuple[Hit, ...]
    inputs: dict[str, Value]
    table_id: str
    digest: str
    requires: dict[str, Decided] = field(default_factory=dict)
    reasons: tuple[feel.Reason, ...] = ()
    read: dict[str, Value] = field(default_factory=dict)


class _Taking:
    """One evaluation of the graph: inputs, decisions already known, the account."""

    def __init__(self, variables: Mapping[str, Value], run: Run) -> None:
        self.variables = variables
        self.run = run
        self.values: dict[Target, Value] = {}
        self.decided: dict[Target, Decided] = {}
        self.under_way: list[Target] = []


class Model(Graph):
    """Decisions of one or several files. Immutable; safe to share between threads."""

    # -- taking a decision ---------------------------------------------------------------------------------------------

    def find(self, name: str) -> Target:
        """The decision or service with that id or name, of the first file before the others."""
        found = self._by_name.get(name)
        if found is None:
            raise DecisionError("unknown_decision", name)
        return found

    def decide(
        self,
        decision_id: str,
        variables: Mapping[str, Value],
        *,
        now: datetime,
        budget: feel.Budget | None = None,
    ) -> Decided:
        """Take a decision (or the outputs of a decision service).

        variables   FEEL values by name: input data, or whatever the expressions of the tables read
        Refuses with DecisionError (contradicting rules, no such decision) and feel.FeelBudgetError.
        """
        target = self.find(decision_id)
        run = Run(now, budget or DECISION_BUDGET)
        wanted = self._read_names[target]
        seen = {
            name: check(value) for name, value in variables.items()
            if name in wanted or name.partition(".")[0] in self._prefixes
        }  # fmt: skip
        taking = _Taking(seen, run)
        try:
            node = self._nodes[target]
            if isinstance(node.element, e.ServiceElement):
                decided = self._serve(target, taking)
            else:
                self._value(target, taking)
                decided = taking.decided[target]
        except RecursionError:
            raise feel.FeelBudgetError("calls", run.budget.calls) from None
        others = {key[1]: one for key, one in taking.decided.items() if key != target}
        return Decided(
            decided.value, decided.outputs, decided.hits, decided.inputs, decided.table_id, decided.digest, others,
            run.reasons, seen,
        )  # fmt: skip

    def _value(self, target: Target, taking: _Taking) -> Value:
        """The value of an input or decision, taken once."""
        if target in taking.values:
            return taking.values[target]
        node = self._nodes.get(target)
        if node is None:
            value = self._input(target, taking)
        elif isinstance(node.element, e.DecisionElement):
            value = self._take(target, node, taking)
        else:
            value = self._function(target, taking)
        taking.values[target] = value
        return value

    def _input(self, target: Target, taking: _Taking) -> Value:
        item = self._inputs[target]
        unit = self._units[target[0]]
        value = taking.variables.get(item.name)
        if item.name not in taking.variables:
            value = self._imported_input(target, item, taking)
        kind = self._input_types[target]
        if kind is None:
            return value
        value, fits = coerce(value, kind, unit.setting.types)
        return value if fits else taking.run.null("not_type", facts={"type": item.type_ref or ""})

    def _imported_input(self, target: Target, item: e.InputData, taking: _Taking) -> Value:
        """An input of another file, given as `prefix.name` or inside a context named by the prefix."""
        for unit in self._units.values():
            for prefix, namespace in unit.imports.items():
                if namespace != target[0] or not prefix:
                    continue
                if f"{prefix}.{item.name}" in taking.variables:
                    return taking.variables[f"{prefix}.{item.name}"]
                inside = taking.variables.get(prefix)
                if type(inside) is dict and item.name in inside:
                    return inside[item.name]
        return taking.run.null("no_variable", facts={"name": item.name})

    def _take(self, target: Target, node: Node, taking: _Taking) -> Value:
        run, element = taking.run, node.element
        run.charge(1)
        env = self._scope(node, taking, passed=True)
        hits: tuple[Hit, ...] = ()
        inputs: dict[str, Value] = {}
        if node.table is not None:
            outcome = node.table.decide(env, run)
            value, outputs, hits, inputs = outcome.value, outcome.outputs, outcome.hits, outcome.inputs
        else:
            value = node.code(env, run) if node.code is not None else None
            outputs = {element.name: value}
        if node.type is not None:
            value, fits = coerce(value, node.type, node.unit.setting.types)
            if not fits:
                run.null("not_type", facts={"type": element.type_ref or ""})
        taking.decided[target] = Decided(
            value, outputs, hits, inputs, node.table.table.id if node.table else "", node.unit.definitions.digest
        )
        return value

    def _scope(self, node: Node, taking: _Taking, *, passed: bool) -> Env:
        """What the logic of an element may see: what it requires and, for decisions, variables no element declares."""
        env: Env = {}
        if passed:
            env.update({name: value for name, value in taking.variables.items() if name not in self._declared})
        for name, target in node.requires:
            _place(env, name, self._value(target, taking))
        for name, target in node.knowledge:
            _place(env, name, self._function(target, taking))
        return env

    def _function(self, target: Target, taking: _Taking) -> Value:
        """A knowledge model or a decision service as a function."""
        node = self._nodes[target]
        if target in taking.values:
            return taking.values[target]
        if isinstance(node.element, e.ServiceElement):
            function = self._service_function(target, node, taking)
        else:
            found = self._knowledge_function(node, taking)
            if found is None:
                return None
            function = found
        function.name = node.element.name
        function.result = node.type
        taking.values[target] = function
        return function

    def _knowledge_function(self, node: Node, taking: _Taking) -> Function | None:
        if node.code is None:
            return None
        env = self._scope(node, taking, passed=False)
        made = node.code(env, taking.run)
        env[node.element.name] = made  # a knowledge model may call itself
        inner, kind, types = made.call, node.type, node.unit.setting.types

        def call(run: Run, arguments: list[Value]) -> Value:
            value = inner(run, arguments)
            if kind is None:
                return value
            value, fits = coerce(value, kind, types)
            return value if fits else run.null("not_type", facts={"type": node.element.type_ref or ""})

        return Function(made.params, call, types=made.types)

    def _service_function(self, target: Target, node: Node, taking: _Taking) -> Function:
        element = node.element
        assert isinstance(element, e.ServiceElement)
        given = self._named(node, (*element.input_data, *element.input_decisions))
        kinds = tuple(self._declared_type(one) for _, one in given)

        def call(run: Run, arguments: list[Value]) -> Value:
            inner = _Taking({}, run)
            inner.values.update({one: value for (_, one), value in zip(given, arguments, strict=True)})
            return self._serve(target, inner).value

        types = kinds if any(kind is not None for kind in kinds) else ()
        return Function(tuple(name for (_, name), _ in given), call, types=types)

    def _serve(self, target: Target, taking: _Taking) -> Decided:
        """The outputs of a service; its input decisions are given, not taken."""
        node = self._nodes[target]
        element = node.element
        assert isinstance(element, e.ServiceElement)
        for (_, name), given in self._named(node, element.input_decisions):
            if given not in taking.values:
                value, fits = taking.variables.get(name), True
                kind = self._nodes[given].type if given in self._nodes else None
                if kind is not None:
                    value, fits = coerce(value, kind, node.unit.setting.types)
                if not fits:
                    taking.run.null("not_type", facts={"type": name})
                taking.values[given] = value
        outputs = {name: self._value(one, taking) for (_, name), one in self._named(node, element.outputs)}
        value = next(iter(outputs.values())) if len(outputs) == 1 else outputs
        if node.type is not None:
            value, fits = coerce(value, node.type, node.unit.setting.types)
            if not fits:
                taking.run.null("not_type", facts={"type": element.type_ref or ""})
        return Decided(value, dict(outputs), (), {}, "", node.unit.definitions.digest)


def _place(env: Env, scope_name: ScopeName, value: Value) -> None:
    """Put a value in scope; that of an imported element goes into the context named by its import."""
    prefix, name = scope_name
    if prefix:
        env.setdefault(prefix, {})[name] = value
    else:
        env[name] = value
