"""Decision tables: which rules hit, and what the hit policy makes of them (DMN 1.5, 8.2.8 and 8.3)."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

import bpm_core.dmn.elements as e
import bpm_core.dmn.index as index
from bpm_core import feel
from bpm_core.dmn.boxes import METHODS, SUBJECT, BoxCompiler, Code, Env, Names
from bpm_core.dmn.errors import DecisionError
from bpm_core.dmn.index import ColumnIndex
from bpm_core.feel import operators
from bpm_core.feel.library import BUILT_INS, call_built_in
from bpm_core.feel.limits import Run
from bpm_core.feel.values import Value, literal

HIT_POLICIES = {
    "U": "UNIQUE", "A": "ANY", "P": "PRIORITY", "F": "FIRST", "R": "RULE ORDER", "O": "OUTPUT ORDER", "C": "COLLECT",
}  # fmt: skip
AGGREGATIONS = {"SUM": "sum", "MIN": "min", "MAX": "max", "COUNT": "count"}
INDEX_FROM = 8  # rules; fewer are scanned faster than looked up
MANY_HITS = frozenset({"COLLECT", "RULE ORDER", "OUTPUT ORDER"})


@dataclass(frozen=True, slots=True)
class Cell:
    """One condition of a rule that hit, with the value it was met by."""

    column: str
    test: str
    value: Value


@dataclass(frozen=True, slots=True)
class Hit:
    """A rule that applied: its number in the table (from 1), id, annotation, and each of its conditions."""

    rule: int
    rule_id: str
    annotation: str
    cells: tuple[Cell, ...]
    outputs: dict[str, Value]


@dataclass(slots=True)
class Outcome:
    """What a table answered and why."""

    value: Value
    outputs: dict[str, Value]
    hits: tuple[Hit, ...] = ()
    inputs: dict[str, Value] = field(default_factory=dict)


class TableCode:
    """A compiled table with the indexes of its columns. Immutable after construction."""

    def __init__(self, compiler: BoxCompiler, table: e.Table, names: Names) -> None:
        self.table = table
        self.names = names
        self.place = compiler.place
        self.compiler = compiler
        self.policy = HIT_POLICIES.get(table.hit_policy, table.hit_policy)
        self.aggregation = table.aggregation or None
        self._check_shape()
        inside = names | {SUBJECT}
        self.inputs: list[Code] = []
        self.input_tests: list[feel.Expression | None] = []
        for column in table.inputs:
            at = compiler.at(column=column.label)
            self.inputs.append(at.typed(at.text(column.expression, names), column.type_ref))
            tests = at.expression(column.values, names, feel.Kind.UNARY_TESTS) if column.values else None
            self.input_tests.append(tests)
        self.tests: list[list[feel.Expression | None]] = []
        self.results: list[list[Code]] = []
        for rule in table.rules:
            self.tests.append([
                compiler.at(rule=rule.number, column=column.label).expression(text, inside, feel.Kind.UNARY_TESTS)
                for text, column in zip(rule.conditions, table.inputs, strict=True)
            ])  # fmt: skip
            self.results.append([
                self._result(compiler.at(rule=rule.number, column=column.label or column.name), text, column, names)
                for text, column in zip(rule.results, table.outputs, strict=True)
            ])  # fmt: skip
        self.defaults = [
            compiler.at(column=column.label).text(column.default, names) if column.default is not None else None
            for column in table.outputs
        ]
        self.priorities = [self._priority(column, names) for column in table.outputs]
        self.output_names = [column.name or compiler.place.decision for column in table.outputs]
        self.indexes: list[ColumnIndex | None] = [index.of_column(column) for column in zip(*self.tests, strict=True)]

    def _result(self, compiler: BoxCompiler, text: e.Text, column: e.Output, names: Names) -> Code:
        """The code of an output cell; an empty one, or `-`, answers null."""
        if text.text in ("", "-"):
            return lambda env, run: None
        return compiler.typed(compiler.text(text, names), column.type_ref)

    # -- shape ---------------------------------------------------------------------------------------------------------

    def _check_shape(self) -> None:
        table, compiler = self.table, self.compiler
        if self.policy not in HIT_POLICIES.values():
            raise compiler.refuse("hit_policy", table.line, detail=self.policy)
        if self.aggregation and (self.policy != "COLLECT" or self.aggregation not in AGGREGATIONS):
            raise compiler.refuse("hit_policy", table.line, detail=self.aggregation)
        if not table.outputs:
            raise compiler.refuse("incomplete", table.line, detail="output column")
        if len(table.outputs) > 1:
            names = [column.name for column in table.outputs]
            if None in names or len(set(names)) != len(names):
                raise compiler.refuse("output_names", table.line)
        if self.policy in ("PRIORITY", "OUTPUT ORDER") and not any(column.values for column in table.outputs):
            raise compiler.refuse("priority_values", table.line, detail=self.policy)
        for rule in table.rules:
            if len(rule.conditions) != len(table.inputs) or len(rule.results) != len(table.outputs):
                detail = f"{len(rule.conditions)} + {len(rule.results)} / {len(table.inputs)} + {len(table.outputs)}"
                raise compiler.at(rule=rule.number).refuse("rule_width", rule.line, detail=detail)

    def _priority(self, column: e.Output, names: Names) -> list[feel.Expression | None]:
        """The output values in their order, each as a test."""
        if column.values is None or self.policy not in ("PRIORITY", "OUTPUT ORDER"):
            return []
        whole = self.compiler.expression(column.values, names, feel.Kind.UNARY_TESTS)
        tests = getattr(whole.node, "tests", ()) if whole is not None else ()
        starts = [test.at for test in tests]
        pieces = [
            column.values.text[start:end].rstrip().rstrip(",")
            for start, end in zip(starts, [*starts[1:], len(column.values.text)], strict=True)
        ]
        return [
            self.compiler.expression(e.Text(piece, column.values.line), names, feel.Kind.UNARY_TESTS)
            for piece in pieces
        ]

    # -- evaluation ----------------------------------------------------------------------------------------------------

    def value(self, env: Env, run: Run) -> Value:
        return self.decide(env, run, explain=False).value

    def decide(self, env: Env, run: Run, *, explain: bool = True) -> Outcome:
        """The outcome for the values in scope. Refuses with DecisionError what the hit policy forbids."""
        values = [code(env, run) for code in self.inputs]
        labels = [column.label for column in self.table.inputs]
        given = dict(zip(labels, values, strict=True))
        for label, value, tests in zip(labels, values, self.input_tests, strict=True):
            if value is None or tests is None:
                continue
            if tests.run_test(value, env, run) is not True:
                run.null("not_listed", facts={"name": label, "value": literal(value)[:60]})
                return Outcome(None, dict.fromkeys(self.output_names), (), given)
        rules = self.matching(values, env, run) if len(self.tests) >= INDEX_FROM else self.scan(values, env, run)
        outcome = self.settle(rules, env, run)
        outcome.inputs = given
        if explain:
            outcome.hits = tuple(self.hit(rule, values, env, run) for rule in rules)
        return outcome

    def matching(self, values: list[Value], env: Env, run: Run) -> list[int]:
        """Indexes of the rules that apply, in order, by the indexes of the columns that have one."""
        run.charge(1 + len(self.tests) // 64)
        mask = (1 << len(self.tests)) - 1
        rest: list[tuple[int, Env]] = []
        for number, (column, value) in enumerate(zip(self.indexes, values, strict=True)):
            if column is None:
                rest.append((number, {**env, SUBJECT: value}))
            else:
                mask &= column.rules(value)
        if self.policy == "FIRST" and not rest:
            return [(mask & -mask).bit_length() - 1] if mask else []
        found = []
        for rule in index.bits(mask):
            run.charge(1)
            if all(self._holds(rule, number, scope, run) for number, scope in rest):
                found.append(rule)
                if self.policy == "FIRST":
                    break
        return found

    def _holds(self, rule: int, column: int, scope: Env, run: Run) -> bool:
        test = self.tests[rule][column]
        return test is not None and test.run(scope, run) is True

    def scan(self, values: list[Value], env: Env, run: Run) -> list[int]:
        """Indexes of the rules that apply, in order; each rule is looked at."""
        scopes = [{**env, SUBJECT: value} for value in values]
        found = []
        first_only = self.policy == "FIRST"
        for number, tests in enumerate(self.tests):
            run.charge(1)
            if all(
                test is not None and test.run(scope, run) is True for test, scope in zip(tests, scopes, strict=True)
            ):
                found.append(number)
                if first_only:
                    break
        return found

    def hit(self, number: int, values: list[Value], env: Env, run: Run) -> Hit:
        rule = self.table.rules[number]
        cells = tuple(
            Cell(column.label, text.text or "-", value)
            for column, text, value in zip(self.table.inputs, rule.conditions, values, strict=True)
        )
        return Hit(rule.number, rule.id, rule.annotation, cells, self.outputs_of(number, env, run))

    def outputs_of(self, rule: int, env: Env, run: Run) -> dict[str, Value]:
        return {name: code(env, run) for name, code in zip(self.output_names, self.results[rule], strict=True)}

    # -- hit policies --------------------------------------------------------------------------------------------------

    def settle(self, rules: list[int], env: Env, run: Run) -> Outcome:
        if not rules:
            return self.default(env, run)
        if self.policy in MANY_HITS:
            return self.many(rules, env, run)
        if self.policy == "UNIQUE" and len(rules) > 1:
            raise self.contradiction("not_unique", rules)
        outputs = self.outputs_of(rules[0], env, run)
        if self.policy == "ANY" and len(rules) > 1:
            for other in rules[1:]:
                if operators.equal(outputs, self.outputs_of(other, env, run)) is not True:
                    raise self.contradiction("not_any", rules)
        if self.policy == "PRIORITY" and len(rules) > 1:
            outputs = min((self.outputs_of(rule, env, run) for rule in rules), key=lambda one: self.rank(one, run))
        return Outcome(self.shaped(outputs), outputs)

    def contradiction(self, code: str, rules: list[int]) -> DecisionError:
        place = self.place
        numbers = ", ".join(str(self.table.rules[rule].number) for rule in rules[:20])
        return DecisionError(code, numbers, file=place.file, decision=place.decision, line=self.table.line)

    def default(self, env: Env, run: Run) -> Outcome:
        """No rule applies: the default outputs, an empty list for COLLECT and its like, else null."""
        if any(code is not None for code in self.defaults):
            outputs = {
                name: code(env, run) if code is not None else None
                for name, code in zip(self.output_names, self.defaults, strict=True)
            }
            return Outcome(self.shaped(outputs), outputs)
        if self.policy in MANY_HITS and self.aggregation == "COUNT":
            return Outcome(Decimal(0), dict.fromkeys(self.output_names, Decimal(0)))
        if self.policy in MANY_HITS and self.aggregation is None:
            return Outcome([], {name: [] for name in self.output_names})
        return Outcome(None, dict.fromkeys(self.output_names))

    def shaped(self, outputs: dict[str, Value]) -> Value:
        """One output column: its bare value; several: a context."""
        return outputs if len(self.output_names) > 1 else outputs[self.output_names[0]]

    def many(self, rules: list[int], env: Env, run: Run) -> Outcome:
        found = [self.outputs_of(rule, env, run) for rule in rules]
        if self.policy == "OUTPUT ORDER":
            found.sort(key=lambda one: self.rank(one, run))
        columns: dict[str, Value] = {name: [one[name] for one in found] for name in self.output_names}
        run.made(columns)
        if self.aggregation is None:
            return Outcome(run.made([self.shaped(one) for one in found]), columns)
        function = BUILT_INS[AGGREGATIONS[self.aggregation]]
        totals = {name: call_built_in(run, function, [values], (), -1) for name, values in columns.items()}
        return Outcome(self.shaped(totals), totals)

    def rank(self, outputs: dict[str, Value], run: Run) -> tuple[int, ...]:
        """Places of the outputs in the lists of output values; unlisted ones come last."""
        ranks = []
        for name, tests in zip(self.output_names, self.priorities, strict=True):
            value = outputs[name]
            ranks.append(next(
                (place for place, test in enumerate(tests) if test is not None and test.run_test(value, {}, run)),
                len(tests),
            ))  # fmt: skip
        return tuple(ranks)


def compiled(compiler: BoxCompiler, table: e.Table, names: Names) -> TableCode:
    """The table compiled, and noted with the compiler of its decision for the static checks."""
    made = TableCode(compiler, table, names)
    compiler.tables.append(made)
    return made


def table_box(compiler: BoxCompiler, table: e.Table, names: Names) -> Code:
    """A table inside another box: its value."""
    return compiled(compiler, table, names).value


METHODS[e.Table] = table_box
