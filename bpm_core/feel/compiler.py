"""FEEL nodes to Python closures, once per text. A closure takes the frame of one evaluation and answers a value.

A frame is a list: the Run, the mapping of variables, then one slot for each name the text itself brings into being.
Names are resolved to slots here; only in filters, where entries of the item come first, one is looked up at run time.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal, DecimalException
from typing import Any, TypeAlias

import bpm_core.feel.operators as operators
import bpm_core.feel.properties as properties
from bpm_core.feel.code import Code, Frame, Known, Variable
from bpm_core.feel.comparisons import any_of, compare, in_constants
from bpm_core.feel.library import BUILT_INS, call_built_in, invoke
from bpm_core.feel.limits import Run
from bpm_core.feel.loops import Domain, domain_of, iterate_range
from bpm_core.feel.syntax import (
    Arithmetic,
    Between,
    Call,
    Comparison,
    Const,
    ContextLiteral,
    Filter,
    For,
    FunctionLiteral,
    If,
    In,
    InstanceOf,
    Iteration,
    ListLiteral,
    Logic,
    Name,
    Negate,
    Node,
    Path,
    Quantified,
    RangeLiteral,
    Subject,
    UnaryComparison,
    UnaryTests,
)  # fmt: skip
from bpm_core.feel.types import Types, conforms
from bpm_core.feel.values import Function, Value, kind_name
from bpm_core.feel.walk import mentions_subject

FunctionSource: TypeAlias = Callable[[str], Function | None]
SUBJECT = "?"


def no_functions(name: str) -> Function | None:
    return None


class Compiler:
    """Turns the nodes of one text into closures and notes which variables it reads."""

    def __init__(self, types: Types | None = None, functions: FunctionSource = no_functions) -> None:
        self.types: Types = types or {}
        self.functions = functions
        self.names: dict[str, int] = {}  # free variables, with the place of their first use
        self.overlaid: dict[str, int] = {}  # names of built-ins not called: variables of that name come first
        self.called: dict[str, int] = {}  # names called as functions that are none of ours
        self.scopes: list[tuple[Mapping[str, int], int | None]] = []  # names -> slots; or the slot of a filter's item
        self.next_slot = 2
        self.size = 2

    def slot(self) -> int:
        slot = self.next_slot
        self.next_slot += 1
        self.size = max(self.size, self.next_slot)
        return slot

    def code(self, node: Node) -> Code:
        return METHODS[type(node)](self, node)

    # -- values and names ----------------------------------------------------------------------------------------------

    def const(self, node: Const) -> Code:
        return Known(node.value)

    def name(self, node: Name) -> Code:
        return self.lookup(node.name, node.at)

    def subject(self, node: Subject) -> Code:
        return self.lookup(SUBJECT, node.at)

    def resolve(self, name: str) -> tuple[list[int], int | None]:
        """Slots of filter items whose entries come first, and the slot of the name itself if the text defines it."""
        items: list[int] = []
        for names, item in reversed(self.scopes):
            if item is not None:
                items.append(item)
            elif name in names:
                self.uses_partial = self.uses_partial or name == "partial"
                return items, names[name]
        return items, None

    def lookup(self, name: str, at: int) -> Code:
        items, slot = self.resolve(name)
        if slot is None:
            outer = self.variable(name, at)
        else:
            found = slot
            outer = lambda frame: frame[found]  # noqa: E731
        if not items:
            return outer

        def in_filter(frame: Frame) -> Value:
            for item_slot in items:
                item = frame[item_slot]
                if type(item) is dict and name in item:
                    return item[name]
            return outer(frame)

        return in_filter

    def variable(self, name: str, at: int) -> Code:
        function = BUILT_INS.get(name)
        (self.names if function is None else self.overlaid).setdefault(name, at)
        find = self.functions

        def missing(frame: Frame) -> Value:
            if function is not None:
                return function
            return find(name) or frame[0].null("no_variable", at, {"name": name})

        return Variable(name, missing)

    def path(self, node: Path) -> Code:
        source, name, at = self.code(node.source), node.name, node.at

        def read(frame: Frame) -> Value:
            value = source(frame)
            if type(value) is dict and name in value:
                return value[name]
            return properties.read(frame[0], at, value, name)

        return read

    # -- operators -----------------------------------------------------------------------------------------------------

    def arithmetic(self, node: Arithmetic) -> Code:
        steps: list[tuple[Callable[[Run, int, Value, Value], Value], int, Code]] = []
        left: Node = node
        while isinstance(left, Arithmetic):
            steps.append((operators.ARITHMETIC[left.operator], left.at, self.code(left.right)))
            left = left.left
        first = self.code(left)
        if len(steps) == 1:
            [(operation, at, right)] = steps
            exact = operators.EXACT.get(node.operator)
            if exact is None:
                return lambda frame: operation(frame[0], at, first(frame), right(frame))
            direct = exact

            def calculate(frame: Frame) -> Value:
                one, other = first(frame), right(frame)
                if type(one) is Decimal and type(other) is Decimal:
                    try:
                        return direct(one, other)
                    except DecimalException:
                        pass
                return operation(frame[0], at, one, other)

            return calculate
        steps.reverse()

        def chain(frame: Frame) -> Value:
            run = frame[0]
            value = first(frame)
            for operation, at, right in steps:
                value = operation(run, at, value, right(frame))
            return value

        return chain

    def negate(self, node: Negate) -> Code:
        operand, at = self.code(node.operand), node.at
        return lambda frame: operators.negate(frame[0], at, operand(frame))

    def logic(self, node: Logic) -> Code:
        """and, or with three values (DMN table 50); false settles a conjunction, true a disjunction."""
        parts: list[Code] = []
        left: Node = node
        while isinstance(left, Logic) and left.operator == node.operator:
            parts.append(self.code(left.right))
            left = left.left
        parts.append(self.code(left))
        codes = tuple(reversed(parts))
        settled = node.operator == "or"
        passed = not settled
        at = node.at

        def decide(frame: Frame) -> Value:
            unknown = False
            for code in codes:
                value = code(frame)
                if value is passed:
                    continue
                if value is settled:
                    return settled
                unknown = True
                if value is not None:
                    frame[0].null("not_boolean", at, {"kind": kind_name(value)})
            return None if unknown else passed

        return decide

    def comparison(self, node: Comparison) -> Code:
        return compare(node.operator, self.code(node.left), self.code(node.right), node.at)

    def between(self, node: Between) -> Code:
        value, low, high, at = self.code(node.value), self.code(node.low), self.code(node.high), node.at

        def decide(frame: Frame) -> Value:
            middle, bottom, top = value(frame), low(frame), high(frame)
            from_below, to_top = operators.compare(bottom, middle), operators.compare(middle, top)
            if from_below is None or to_top is None:
                facts = {"left": kind_name(middle), "right": f"{kind_name(bottom)}, {kind_name(top)}"}
                return frame[0].null("not_comparable", at, facts)
            return from_below <= 0 and to_top <= 0

        return decide

    def in_tests(self, node: In) -> Code:
        value = self.code(node.value)
        constants = [test.value if isinstance(test, Const) else None for test in node.tests]
        if all(type(constant) is str for constant in constants) or all(type(one) is Decimal for one in constants):
            return in_constants(value, constants, node.at)
        tests = [self.test(test, value, node.at) for test in node.tests]
        if len(tests) == 1:
            return tests[0]
        return any_of(tests)

    def test(self, node: Node, value: Code, at: int) -> Code:
        """One positive test of the value that `value` answers."""
        if isinstance(node, UnaryComparison):
            return compare(node.operator, value, self.code(node.operand), node.at)
        expected = self.code(node)

        def decide(frame: Frame) -> Value:
            one, other = value(frame), expected(frame)
            if type(other) is list:
                frame[0].charge(frame[0].size_of(other) // 50)
            found = operators.matches_test(one, other)
            if found is None:
                return frame[0].null("not_comparable", at, {"left": kind_name(one), "right": kind_name(other)})
            return found

        return decide

    def unary_comparison(self, node: UnaryComparison) -> Code:
        """`(< 5)` as a value is a range."""
        operand, at, operator = self.code(node.operand), node.at, node.operator

        def interval(frame: Frame) -> Value:
            return properties.open_range(frame[0], at, operator, operand(frame))

        return interval

    def instance_of(self, node: InstanceOf) -> Code:
        code, kind, types = self.code(node.value), node.type, self.types

        def decide(frame: Frame) -> Value:
            value = code(frame)
            frame[0].charge(frame[0].size_of(value) // 50)
            return conforms(value, kind, types)

        return decide

    # -- constructs ----------------------------------------------------------------------------------------------------

    def conditional(self, node: If) -> Code:
        condition, then, otherwise = self.code(node.condition), self.code(node.then), self.code(node.otherwise)
        at = node.at

        def decide(frame: Frame) -> Value:
            value = condition(frame)
            if value is True:
                return then(frame)
            if value is not False and value is not None:
                frame[0].null("not_boolean", at, {"kind": kind_name(value)})
            return otherwise(frame)

        return decide

    def list_literal(self, node: ListLiteral) -> Code:
        items = [self.code(item) for item in node.items]

        def make(frame: Frame) -> Value:
            return frame[0].made([item(frame) for item in items])

        return make

    def range_literal(self, node: RangeLiteral) -> Code:
        start, end, at = self.code(node.start), self.code(node.end), node.at
        start_included, end_included = node.start_included, node.end_included

        def make(frame: Frame) -> Value:
            return properties.make_range(frame[0], at, start(frame), end(frame), start_included, end_included)

        return make

    def context_literal(self, node: ContextLiteral) -> Code:
        slots: dict[str, int] = {}
        mark = self.next_slot
        self.scopes.append((slots, None))
        entries: list[tuple[str, int, Code]] = []
        for name, value in node.entries:
            slot = self.slot()
            if isinstance(value, FunctionLiteral):
                slots[name] = slot  # a function may call itself by the name of its entry
            entries.append((name, slot, self.code(value)))
            slots[name] = slot
        self.scopes.pop()
        self.next_slot = mark

        def make(frame: Frame) -> Value:
            result: dict[str, Value] = {}
            for name, slot, code in entries:
                frame[slot] = None
                value = frame[slot] = result[name] = code(frame)
                if type(value) is Function and value.frame is not None and len(value.frame) > slot:
                    if not value.name:
                        value.name = name
                    if value.frame[slot] is None:
                        value.frame[slot] = value
            return frame[0].made(result)

        return make

    def function_literal(self, node: FunctionLiteral) -> Code:
        if node.external:
            return self.external_function(node)
        params = tuple(name for name, _ in node.params)
        kinds = tuple(kind for _, kind in node.params)
        types = kinds if any(kind is not None for kind in kinds) else ()
        mark = self.next_slot
        slots = {name: self.slot() for name in params}
        first = mark
        self.scopes.append((slots, None))
        body = self.code(node.body)
        self.scopes.pop()
        self.next_slot = mark
        last = first + len(params)

        def make(frame: Frame) -> Value:
            captured = frame.copy()

            def call(run: Run, arguments: list[Value]) -> Value:
                own = captured.copy()
                own[0] = run
                own[first:last] = arguments
                return body(own)

            return Function(params, call, types=types, frame=captured)

        return make

    def external_function(self, node: FunctionLiteral) -> Code:
        """Never run: a function that answers null, with the reason."""
        params, at = tuple(name for name, _ in node.params), node.at

        def call(run: Run, arguments: list[Value]) -> Value:
            return run.null("external", at)

        return lambda frame: Function(params, call)

    # -- calls, filters, loops -----------------------------------------------------------------------------------------

    def call(self, node: Call) -> Code:
        arguments = [self.code(argument) for argument in node.arguments]
        names, at, types = node.names, node.at, self.types
        function = node.function
        if isinstance(function, Name) and self.resolve(function.name) == ([], None):
            built_in = BUILT_INS.get(function.name)
            if built_in is not None:
                known = built_in

                def call_known(frame: Frame) -> Value:
                    return call_built_in(frame[0], known, [code(frame) for code in arguments], names, at)

                return call_known
            if self.functions(function.name) is None:
                self.called.setdefault(function.name, function.at)
        target = self.code(function)

        def call(frame: Frame) -> Value:
            return invoke(frame[0], target(frame), [code(frame) for code in arguments], names, at, types)

        return call

    def filter(self, node: Filter) -> Code:
        source, at = self.code(node.source), node.at
        if isinstance(node.condition, Const) and type(node.condition.value) is Decimal:
            index = node.condition.value
            return lambda frame: properties.item_at(frame[0], at, source(frame), index)
        mark = self.next_slot
        slot = self.slot()
        self.scopes.append(({"item": slot}, None))
        self.scopes.append(({}, slot))
        condition = self.code(node.condition)
        del self.scopes[-2:]
        self.next_slot = mark

        def select(frame: Frame) -> Value:
            value = source(frame)
            items = value if type(value) is list else [] if value is None else [value]
            run = frame[0]
            kept = []
            for item in items:
                run.charge(1)
                frame[slot] = item
                found = condition(frame)
                if found is True:
                    kept.append(item)
                elif type(found) is Decimal:
                    return properties.item_at(run, at, items, found)
                elif found is not False and found is not None:
                    run.null("not_boolean", at, {"kind": kind_name(found)})
            return run.made(kept)

        return select

    def loops(self, loops: tuple[tuple[str, Node], ...]) -> list[tuple[int, Domain]]:
        """Slots and domains of `x in a, y in b`; each name is pushed for what follows."""
        made: list[tuple[int, Domain]] = []
        for name, node in loops:
            if isinstance(node, Iteration):
                domain = iterate_range(self.code(node.start), self.code(node.end), node.at)
            else:
                domain = domain_of(self.code(node), node.at)
            slot = self.slot()
            self.scopes.append(({name: slot}, None))
            made.append((slot, domain))
        return made

    def iteration(self, node: For) -> Code:
        mark, depth = self.next_slot, len(self.scopes)
        loops = self.loops(node.loops)
        partial_slot = self.slot()
        self.scopes.append(({"partial": partial_slot}, None))
        before = self.uses_partial
        self.uses_partial = False
        result = self.code(node.result)
        keeps_partial, self.uses_partial = self.uses_partial, before
        del self.scopes[depth:]
        self.next_slot = mark
        inner_slot, inner_domain = loops[-1]
        outer = loops[:-1]

        def collect(frame: Frame, level: int, results: list[Value]) -> bool:
            run = frame[0]
            if level < len(outer):
                slot, domain = outer[level]
                items = domain(frame)
                if items is None:
                    return False
                for item in items:
                    run.charge(1)
                    frame[slot] = item
                    if not collect(frame, level + 1, results):
                        return False
                return True
            items = inner_domain(frame)
            if items is None:
                return False
            for item in items:
                run.charge(1)
                run.charge_cells(1)
                frame[inner_slot] = item
                if keeps_partial:
                    run.charge_cells(len(results))
                    frame[partial_slot] = results.copy()
                results.append(result(frame))
            return True

        def loop(frame: Frame) -> Value:
            results: list[Value] = []
            return frame[0].made(results) if collect(frame, 0, results) else None

        return loop

    uses_partial = False

    def quantified(self, node: Quantified) -> Code:
        mark, depth = self.next_slot, len(self.scopes)
        loops = self.loops(node.loops)
        condition = self.code(node.condition)
        del self.scopes[depth:]
        self.next_slot = mark
        settled = not node.every
        at = node.at

        def search(frame: Frame, level: int) -> Value:
            run = frame[0]
            if level == len(loops):
                value = condition(frame)
                if value is True or value is False or value is None:
                    return value
                return run.null("not_boolean", at, {"kind": kind_name(value)})
            slot, domain = loops[level]
            items = domain(frame)
            if items is None:
                return None
            unknown = False
            for item in items:
                run.charge(1)
                frame[slot] = item
                value = search(frame, level + 1)
                if value is settled:
                    return settled
                unknown = unknown or value is None
            return None if unknown else not settled

        return lambda frame: search(frame, 0)

    # -- cells of decision tables --------------------------------------------------------------------------------------

    def unary_tests(self, node: UnaryTests) -> Code:
        """true, false or null for the value in the slot of `?`."""
        if not node.tests:
            return lambda frame: True
        subject = self.lookup(SUBJECT, node.at)
        tests = [self.cell_test(test, subject) for test in node.tests]
        found = tests[0] if len(tests) == 1 else any_of(tests)
        if not node.negated:
            return found

        def negated(frame: Frame) -> Value:
            value = found(frame)
            return None if value is None else not value

        return negated

    def cell_test(self, node: Node, subject: Code) -> Code:
        """A comparison or value stands for a test of `?`; an expression that mentions `?` is the test itself."""
        if isinstance(node, UnaryComparison):
            return compare(node.operator, subject, self.code(node.operand), node.at)
        if mentions_subject(node):
            holds, place = self.code(node), node.at

            def decide(frame: Frame) -> Value:
                value = holds(frame)
                if value is True or value is False or value is None:
                    return value
                return frame[0].null("not_boolean", place, {"kind": kind_name(value)})

            return decide
        expected, at = self.code(node), node.at
        condition = not isinstance(node, (Const, Name, Path))  # if it is true or false, it is about other inputs

        def match(frame: Frame) -> Value:
            one, other = subject(frame), expected(frame)
            kind = type(one)
            if kind is type(other) and (kind is str or kind is Decimal):
                return one == other
            if type(other) is list:
                frame[0].charge(frame[0].size_of(other) // 50)
            if condition and kind is not bool and (other is True or other is False):
                return other
            found = operators.matches_test(one, other)
            if found is None:
                return frame[0].null("not_comparable", at, {"left": kind_name(one), "right": kind_name(other)})
            return found

        return match


METHODS: dict[type, Callable[[Compiler, Any], Code]] = {
    Const: Compiler.const, Name: Compiler.name, Subject: Compiler.subject, Path: Compiler.path,
    Filter: Compiler.filter, Call: Compiler.call, Negate: Compiler.negate, Arithmetic: Compiler.arithmetic,
    Comparison: Compiler.comparison, Logic: Compiler.logic, Between: Compiler.between, In: Compiler.in_tests,
    InstanceOf: Compiler.instance_of, If: Compiler.conditional, For: Compiler.iteration,
    Quantified: Compiler.quantified, FunctionLiteral: Compiler.function_literal,
    ContextLiteral: Compiler.context_literal, ListLiteral: Compiler.list_literal,
    RangeLiteral: Compiler.range_literal, UnaryComparison: Compiler.unary_comparison,
    UnaryTests: Compiler.unary_tests,
}  # fmt: skip
