"""Static checks of decision tables: gaps, overlaps, masked rules, results that never come, types that do not fit.

Exact where the cells are made of literals (cells.py): a gap or an overlap comes with an example of inputs, none is left
out, none is invented. A cell that is not made of literals is taken to accept everything when gaps are looked for, and
nothing when overlaps are, so what is reported is certain; that it was not looked into is reported as a note.
"""

# ruff: noqa: E501 - one message a line, English beside Chinese

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

import bpm_core.dmn.cells as cells
from bpm_core import feel
from bpm_core.dmn.cells import Axis, CellSet
from bpm_core.dmn.index import bits
from bpm_core.dmn.tables import TableCode
from bpm_core.feel import operators
from bpm_core.feel.limits import Run
from bpm_core.feel.types import SIMPLE
from bpm_core.feel.values import Value, kind_name, literal

MAX_PROBLEMS = 20  # of one kind and table
MAX_WORK = 300_000  # steps of all searches in one table
MAX_PAIRS = 5_000_000  # rules times regions looked at for overlaps


class Severity(StrEnum):
    ERROR = "error"  # the decision can fail or can never give what the table says
    WARNING = "warning"  # a person should look
    NOTE = "note"  # could not be decided


TEXTS: dict[str, tuple[str, str]] = {
    "gap": ("no rule applies, for example to {example}", "没有规则覆盖此情况，例如 {example}"),
    "overlap": ("rules {rules} both apply, for example to {example}", "规则 {rules} 同时命中，例如 {example}"),
    "conflict": (
        "rules {rules} both apply with different results, for example to {example}",
        "规则 {rules} 同时命中但结果不同，例如 {example}",
    ),
    "masked": ("rule {rules} never applies: rules before it take everything", "规则 {rules} 永远不会命中：前面的规则已全部覆盖"),
    "outranked": ("rule {rules} never decides: rules of higher priority take everything", "规则 {rules} 永远不起作用：优先级更高的规则已全部覆盖"),
    "empty_rule": ("rule {rules} never applies: column {column} accepts no value", "规则 {rules} 永远不会命中：列 {column} 不接受任何值"),
    "unused_output": ("no rule gives {value} in column {column}", "没有规则在列 {column} 给出 {value}"),
    "undeclared_output": ("rule {rules} gives {value}, which column {column} does not list", "规则 {rules} 给出 {value}，不在列 {column} 的取值清单中"),
    "type": ("rule {rules}, column {column}: {value} is not of type {type}", "规则 {rules}，列 {column}：{value} 不是{type}类型"),
    "undeclared_input": ("rule {rules} asks for {value}, which column {column} does not list", "规则 {rules} 判断 {value}，不在列 {column} 的取值清单中"),
    "not_checked": ("column {column} is not made of literals only and was not looked into", "列 {column} 含有非字面值的条件，未作检查"),
    "too_complex": ("the table is too complex to look for all gaps", "决策表过于复杂，未能检查全部缺口"),
    "unknown_name": ("column {column}: {detail}", "列 {column}：{detail}"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Problem:
    """One finding in one table.

    example     inputs by column for which it shows, as FEEL texts; "" stands for any value
    """

    code: str
    severity: Severity
    file: str
    decision: str
    rules: tuple[int, ...] = ()
    column: str = ""
    example: dict[str, str] = field(default_factory=dict)
    facts: dict[str, str] = field(default_factory=dict)
    cause: feel.FeelError | None = None

    def text(self, language: str = "en") -> str:
        chinese = language.startswith("zh")
        joint = "，" if chinese else ", "
        anything = "任意值" if chinese else "anything"
        example = joint.join(f"{name} = {value or anything}" for name, value in self.example.items())
        facts = {
            "rules": joint.join(map(str, self.rules)), "column": self.column, "example": example or anything,
            "detail": self.cause.text(language) if self.cause is not None else "",
            **self.facts,
        }  # fmt: skip
        text = TEXTS[self.code][chinese]
        for name, value in facts.items():
            text = text.replace("{" + name + "}", value)
        return text

    def __str__(self) -> str:
        return f"{self.file}, {self.decision}: {self.severity}: {self.text()}"


@dataclass(slots=True)
class _Column:
    """One input column: the regions its values are cut into, and which rules each region lets through."""

    label: str
    axis_name: str | None
    axis: Axis
    certain: list[int]  # masks by region: rules whose cell surely accepts it
    possible: list[int]  # rules whose cell accepts it or cannot be told
    domain: list[int]  # regions that can occur
    trusted: bool = True  # every cell could be read
    unnamed: tuple[int, ...] = ()  # a region of texts that no cell names, where the column lists no values

    def regions(self, cell: CellSet | None) -> list[int]:
        """The regions a cell may accept, of those that can occur."""
        if cell is None or cell.anything or cell.axis not in (None, self.axis_name):
            return [*self.domain, *self.unnamed]
        spans = [self.axis.span(interval) for interval in cell.intervals]
        return [
            region
            for first, last in spans
            for region in self.domain[bisect_left(self.domain, first) : bisect_right(self.domain, last)]
        ]

    def example(self, region: int) -> str:
        if self.axis_name is None:
            return ""
        key = self.axis.sample(region, self.axis_name)
        if key is None:
            return ""
        if self.axis_name == "text" and "\u0001" in key:
            key = "其他"
        return literal(cells.value_of(self.axis_name, key))


def check_table(table: TableCode) -> list[Problem]:
    """All problems of one table, the gravest first."""
    return _Checker(table).problems()


class _Checker:
    def __init__(self, table: TableCode) -> None:
        self.table = table
        self.place = table.place
        self.count = len(table.tests)
        self.all_rules = (1 << self.count) - 1
        self.found: list[Problem] = []
        self.work = 0
        self.sets: list[list[CellSet | None]] = [
            [cells.read(test) if test is not None else None for test in column]
            for column in (zip(*table.tests, strict=True) if self.count else [() for _ in table.inputs])
        ]
        self.columns = [self._column(number) for number in range(len(table.inputs))]
        self.results = [[_constant_result(text.text) for text in rule.results] for rule in table.table.rules]

    def problems(self) -> list[Problem]:
        self._names()
        self._types()
        self._outputs()
        self._empty_rules()
        self._overlaps()
        self._masked()
        self._gaps()
        order = list(Severity)
        return sorted(self.found, key=lambda one: order.index(one.severity))

    def add(self, code: str, severity: Severity, **more: object) -> None:
        most = 1 if code == "too_complex" else MAX_PROBLEMS
        if sum(one.code == code for one in self.found) < most:
            self.found.append(Problem(code, severity, self.place.file, self.place.decision, **more))  # type: ignore[arg-type]

    # -- reading the columns -------------------------------------------------------------------------------------------

    def _column(self, number: int) -> _Column:
        sets, declared = self.sets[number], self.table.table.inputs[number]
        label = declared.label
        domain = self._declared(number)
        expected = _axis_of_type(declared.type_ref or "")
        if expected is not None:  # a cell of another type is a finding of its own
            sets = [one if one is None or one.axis in (None, expected) else None for one in sets]
        names = {one.axis for one in (*sets, domain) if one is not None and one.axis is not None}
        trusted = len(names) <= 1 and all(one is not None for one in sets)
        if not trusted and not (declared.calculated and len(names) <= 1):
            self.add("not_checked", Severity.NOTE, column=label)
        if len(names) > 1:
            sets = [one if one is not None and one.anything else None for one in sets]
            names, domain = set(), None
        axis_name = names.pop() if names else None
        axis = Axis.of(interval for one in (*sets, domain) if one is not None for interval in one.intervals)
        if axis_name == "boolean":
            axis = Axis([0, 1])
        certain, possible = [0] * axis.size, [0] * axis.size
        for rule, one in enumerate(sets):
            regions: Sequence[int] = range(axis.size) if one is None else axis.regions_of(one.intervals)
            for region in regions:
                possible[region] |= 1 << rule
                if one is not None:
                    certain[region] |= 1 << rule
        regions = self._domain(axis, axis_name, domain, whole=declared.whole)
        unnamed = (axis.size - 1,) if axis_name == "text" and domain is None else ()
        return _Column(label, axis_name, axis, certain, possible, regions, trusted, unnamed)

    def _declared(self, number: int) -> CellSet | None:
        """The values the column is declared to have."""
        tests = self.table.input_tests[number]
        found = cells.read(tests) if tests is not None else None
        return None if found is None or found.anything else found

    def _domain(self, axis: Axis, axis_name: str | None, declared: CellSet | None, *, whole: bool) -> list[int]:
        """Regions whose values can occur; of a `whole` column those that hold a whole number. Texts without a list are taken to be those that the cells name."""
        if axis_name is None:
            return [0]
        inside = axis.regions_of(declared.intervals) if declared is not None else range(axis.size)
        if whole and axis_name == "number":
            found = ((region, axis.sample(region, axis_name)) for region in inside)
            return [region for region, value in found if value is not None and value == value.to_integral_value()]
        points_only = axis_name == "boolean" or (axis_name == "text" and declared is None)
        return [
            region for region in inside
            if (region % 2 if points_only else axis.sample(region, axis_name) is not None)
        ]  # fmt: skip

    # -- names, types and results ---------------------------------------------------------------------------------------------

    def _names(self) -> None:
        """Variables that the decision does not require but that resemble one it does."""
        if not self.table.names:
            return
        table = self.table.table
        texts = [(column.expression, 0, column.label, feel.Kind.EXPRESSION) for column in table.inputs]
        for rule in table.rules:
            for text, column in zip(rule.conditions, table.inputs, strict=True):
                texts.append((text, rule.number, column.label, feel.Kind.UNARY_TESTS))
            for text, output in zip(rule.results, table.outputs, strict=True):
                if text.text not in ("", "-"):
                    texts.append((text, rule.number, output.label, feel.Kind.EXPRESSION))
        looked_into = 0
        for text, number, label, kind in texts:
            expression = self.table.compiler.expression(text, self.table.names, kind)
            if expression is None or expression.names <= self.table.names or looked_into == 10 * MAX_PROBLEMS:
                continue
            looked_into += 1
            for error in expression.problems(self.table.names):
                if error.suggestion:
                    rules = (number,) if number else ()
                    self.add("unknown_name", Severity.WARNING, rules=rules, column=label, cause=error)

    def _types(self) -> None:
        for column, declared, sets in zip(self.columns, self.table.table.inputs, self.sets, strict=True):
            for rule, one in enumerate(sets, 1):
                if one is None or one.axis is None or declared.type_ref is None:
                    continue
                expected = _axis_of_type(declared.type_ref)
                if expected is not None and expected != one.axis:
                    value = self.table.table.rules[rule - 1].conditions[self.columns.index(column)].text
                    facts = {"value": value, "type": declared.type_ref}
                    self.add("type", Severity.ERROR, rules=(rule,), column=column.label, facts=facts)
        for number, output in enumerate(self.table.table.outputs):
            kinds = SIMPLE.get(output.type_ref or "")
            for rule, results in enumerate(self.results, 1):
                value, known = results[number]
                if kinds and known and value is not None and type(value) not in kinds:
                    facts = {"value": literal(value), "type": output.type_ref or kind_name(value)}
                    self.add("type", Severity.ERROR, rules=(rule,), column=output.label, facts=facts)
        self._undeclared_inputs()

    def _undeclared_inputs(self) -> None:
        for number, column in enumerate(self.columns):
            declared = self._declared(number)
            if declared is None or not column.trusted or declared.axis != column.axis_name:
                continue
            inside = set(column.domain)
            for rule, one in enumerate(self.sets[number], 1):
                if one is None or one.anything or not one.intervals:
                    continue
                if not inside & set(column.axis.regions_of(one.intervals)):
                    text = self.table.table.rules[rule - 1].conditions[number].text
                    self.add(
                        "undeclared_input", Severity.ERROR, rules=(rule,), column=column.label, facts={"value": text}
                    )

    def _outputs(self) -> None:
        for number, output in enumerate(self.table.table.outputs):
            if output.values is None:
                continue
            expression = self.table.compiler.expression(output.values, frozenset(), feel.Kind.UNARY_TESTS)
            listed = cells.read(expression) if expression is not None else None
            if expression is None or listed is None:
                continue
            given: list[Value] = []
            certain = output.default is None
            for rule, results in enumerate(self.results, 1):
                value, known = results[number]
                certain = certain and known
                if not known or value is None:
                    continue
                given.append(value)
                if expression.run_test(value, {}, Run(cells.NO_TIME, feel.Budget())) is not True:
                    facts = {"value": literal(value)}
                    self.add("undeclared_output", Severity.ERROR, rules=(rule,), column=output.label, facts=facts)
            for interval in listed.intervals if certain and listed.axis else ():
                if interval.low is None or interval.low != interval.high:
                    continue
                value = cells.value_of(str(listed.axis), interval.low)
                if not any(operators.equal(value, one) for one in given):
                    self.add("unused_output", Severity.WARNING, column=output.label, facts={"value": literal(value)})

    # -- rules ---------------------------------------------------------------------------------------------------------

    def _empty_rules(self) -> None:
        for sets, column in zip(self.sets, self.columns, strict=True):
            for rule, one in enumerate(sets, 1):
                if one is not None and not one.intervals and not one.null:
                    self.add("empty_rule", Severity.ERROR, rules=(rule,), column=column.label)

    def _overlaps(self) -> None:
        """Pairs of rules that can hit together, where the hit policy does not allow for it."""
        policy = self.table.policy
        if policy not in ("UNIQUE", "ANY"):
            return
        if any(self.count * len(column.domain) > MAX_PAIRS for column in self.columns):
            self.add("too_complex", Severity.NOTE)
            return
        together = [self.all_rules] * self.count
        for column in self.columns:
            meets = [0] * self.count
            for region in column.domain:
                for rule in bits(column.certain[region]):
                    meets[rule] |= column.certain[region]
            together = [one & other for one, other in zip(together, meets, strict=True)]
        for rule, mask in enumerate(together):
            for other in bits(mask >> (rule + 1)):
                pair = (rule, rule + 1 + other)
                if policy == "ANY":
                    if self._same_results(*pair):
                        continue
                    self.add("conflict", Severity.ERROR, rules=(pair[0] + 1, pair[1] + 1), example=self._meeting(pair))
                else:
                    self.add("overlap", Severity.ERROR, rules=(pair[0] + 1, pair[1] + 1), example=self._meeting(pair))

    def _same_results(self, left: int, right: int) -> bool:
        texts = self.table.table.rules
        if [text.text for text in texts[left].results] == [text.text for text in texts[right].results]:
            return True
        pairs = list(zip(self.results[left], self.results[right], strict=True))
        if not all(one[1] and other[1] for one, other in pairs):
            return True  # not certain
        return all(operators.equal(one[0], other[0]) is True for one, other in pairs)

    def _meeting(self, rules: tuple[int, int]) -> dict[str, str]:
        """Inputs that both rules accept."""
        both = (1 << rules[0]) | (1 << rules[1])
        return {
            column.label: column.example(next(r for r in column.domain if column.certain[r] & both == both))
            for column in self.columns
        }

    def _masked(self) -> None:
        policy = self.table.policy
        if policy not in ("FIRST", "PRIORITY"):
            return
        outranking = self._outranking() if policy == "PRIORITY" else []
        for rule in range(self.count):
            if self.work > MAX_WORK:
                self.add("too_complex", Severity.NOTE)
                return
            before = (1 << rule) - 1 if policy == "FIRST" else outranking[rule]
            if before and self._covered(rule, before):
                code = "masked" if policy == "FIRST" else "outranked"
                self.add(code, Severity.ERROR if policy == "FIRST" else Severity.WARNING, rules=(rule + 1,))

    def _outranking(self) -> list[int]:
        """For each rule, those whose constant outputs have a higher priority."""
        run = Run(cells.NO_TIME, feel.Budget(steps=100_000))
        names = self.table.output_names
        ranks = [
            self.table.rank(dict(zip(names, (value for value, _ in results), strict=True)), run)
            if all(known for _, known in results) else None
            for results in self.results
        ]  # fmt: skip
        by_rank: dict[tuple[int, ...], int] = {}
        for rule, rank in enumerate(ranks):
            if rank is not None:
                by_rank[rank] = by_rank.get(rank, 0) | (1 << rule)
        return [0 if mine is None else sum(mask for rank, mask in by_rank.items() if rank < mine) for mine in ranks]

    def _covered(self, rule: int, others: int) -> bool:
        """Whether the other rules surely accept whatever this rule may accept."""
        search = _Search(self, lambda column, region: column.certain[region])
        spaces = [column.regions(sets[rule]) for column, sets in zip(self.columns, self.sets, strict=True)]
        return search.hole(spaces, others) is None and not search.exhausted

    def _gaps(self) -> None:
        if any(output.default is not None for output in self.table.table.outputs):
            return
        if self.table.policy in ("COLLECT", "RULE ORDER", "OUTPUT ORDER"):
            return  # no rule, no item: that is an answer
        search = _Search(self, lambda column, region: column.possible[region])
        spaces = [column.domain for column in self.columns]
        for hole in search.holes(spaces, self.all_rules, MAX_PROBLEMS):
            example = {
                column.label: column.example(region) if region is not None else ""
                for column, region in zip(self.columns, hole, strict=True)
            }
            self.add("gap", Severity.WARNING, example=example)
        if search.exhausted:
            self.add("too_complex", Severity.NOTE)


class _Search:
    """Looks for combinations of regions that no rule of a mask accepts, column by column, each state once."""

    def __init__(self, checker: _Checker, masks: Callable[[_Column, int], int]) -> None:
        self.checker = checker
        self.columns = checker.columns
        self.mask_of = masks
        self.exhausted = False
        self.full: set[tuple[int, int]] = set()  # column and mask from where no hole was found

    def hole(self, spaces: list[list[int]], rules: int) -> tuple[int | None, ...] | None:
        return next(iter(self.holes(spaces, rules, 1)), None)

    def holes(self, spaces: list[list[int]], rules: int, most: int) -> list[tuple[int | None, ...]]:
        self.full.clear()
        found: list[tuple[int | None, ...]] = []
        self._descend(0, rules, (), spaces, found, most)
        return found

    def _descend(
        self,
        number: int,
        rules: int,
        path: tuple[int | None, ...],
        spaces: list[list[int]],
        found: list[tuple[int | None, ...]],
        most: int,
    ) -> None:
        if not rules:
            found.append(path + (None,) * (len(self.columns) - number))
            return
        if number == len(self.columns) or (number, rules) in self.full:
            return
        before = len(found)
        column = self.columns[number]
        self.checker.work += 1 + len(spaces[number]) // 4
        if self.checker.work > MAX_WORK:
            self.exhausted = True
            return
        seen: dict[int, int] = {}
        for region in spaces[number]:
            left = rules & self.mask_of(column, region)
            seen.setdefault(left, region)
        for left, region in sorted(seen.items(), key=lambda one: one[0].bit_count()):
            if len(found) >= most or self.exhausted:
                return
            self._descend(number + 1, left, (*path, region), spaces, found, most)
        if len(found) == before and not self.exhausted:
            self.full.add((number, rules))


def _axis_of_type(type_ref: str) -> str | None:
    return {
        "number": "number", "string": "text", "boolean": "boolean", "date": "date",
        "days and time duration": "days and time duration", "dayTimeDuration": "days and time duration",
        "years and months duration": "years and months duration",
        "yearMonthDuration": "years and months duration",
    }.get(type_ref)  # fmt: skip


def _constant_result(text: str) -> tuple[Value, bool]:
    """The value of a result cell made of literals, and whether it is one; an empty cell is null."""
    if text in ("", "-"):
        return None, True
    try:
        node = feel.compile(text).node
    except feel.FeelError:
        return None, False
    return cells.constant(node)
