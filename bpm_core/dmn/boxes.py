"""Boxed expressions to code: each box becomes a function of the values in scope and the account of the evaluation."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, TypeAlias

import bpm_core.dmn.elements as e
from bpm_core import feel
from bpm_core.dmn.errors import DmnError
from bpm_core.feel.library import invoke
from bpm_core.feel.limits import Run
from bpm_core.feel.properties import item_at
from bpm_core.feel.types import ANY, Named, Type, coerce, named
from bpm_core.feel.values import Function, Value, kind_name

Names: TypeAlias = frozenset[str]
Env: TypeAlias = dict[str, Value]
Code: TypeAlias = Callable[[Env, Run], Value]
SUBJECT = "?"


@dataclass(frozen=True, slots=True)
class Place:
    """Where in the model a text stands, for messages."""

    file: str
    decision: str
    rule: int | None = None
    column: str | None = None


@dataclass(frozen=True, slots=True)
class Setting:
    """What all boxes of one file share."""

    types: feel.TypeTable
    functions: feel.FunctionTable | None
    members: frozenset[str]
    lenient: bool  # a text that cannot be compiled answers null instead of refusing the file


class BoxCompiler:
    """Compiles the boxes of one decision or knowledge model."""

    def __init__(self, setting: Setting, place: Place, reads: set[str] | None = None) -> None:
        self.setting = setting
        self.place = place
        self.reads: set[str] = set() if reads is None else reads  # free variables of all texts so far
        self.tables: list[Any] = []  # of TableCode, as they are met

    # -- texts and types -----------------------------------------------------------------------------------------------

    def expression(self, text: e.Text, names: Names, kind: feel.Kind = feel.Kind.EXPRESSION) -> feel.Expression | None:
        setting = self.setting
        try:
            made = feel.compile(
                text.text, kind=kind, names=names, functions=setting.functions, types=setting.types,
                members=setting.members,
            )  # fmt: skip
            self.reads |= made.names - names
            return made
        except feel.FeelError as error:
            if setting.lenient:
                return None
            raise self.refuse("expression", text.line, cause=error) from None

    def refuse(self, code: str, line: int = 0, *, detail: str = "", cause: feel.FeelError | None = None) -> DmnError:
        place = self.place
        position = cause.position if isinstance(cause, feel.FeelSyntaxError) else None
        return DmnError(
            code, detail, file=place.file, decision=place.decision, rule=place.rule, column=place.column,
            position=position, line=line or None, cause=cause,
        )  # fmt: skip

    def at(self, *, rule: int | None = None, column: str | None = None) -> BoxCompiler:
        return BoxCompiler(self.setting, replace(self.place, rule=rule, column=column), self.reads)

    def type_of(self, name: str | None) -> Type | None:
        """The type a reference means; None where it asks for nothing."""
        if not name:
            return None
        kind = self.setting.types.get(name) or named(name)
        if isinstance(kind, Named) and not self.setting.lenient:
            raise self.refuse("unknown_type", detail=name)
        return None if kind == ANY else kind

    def typed(self, code: Code, type_ref: str | None) -> Code:
        """The code with its result converted to a type, or null with the reason."""
        kind = self.type_of(type_ref)
        if kind is None:
            return code
        types = self.setting.types

        def convert(env: Env, run: Run) -> Value:
            value, fits = coerce(code(env, run), kind, types)
            return value if fits else run.null("not_type", facts={"type": type_ref or ""})

        return convert

    # -- boxes ---------------------------------------------------------------------------------------------------------

    def box(self, box: e.Box, names: Names) -> Code:
        code: Code = METHODS[type(box)](self, box, names)
        return self.typed(code, box.type_ref)

    def literal(self, box: e.Literal, names: Names) -> Code:
        return self.text(box.text, names)

    def text(self, text: e.Text, names: Names) -> Code:
        if not text.text:
            if not self.setting.lenient:
                raise self.refuse("incomplete", text.line, detail="expression")
            return lambda env, run: None
        expression = self.expression(text, names)
        if expression is None:
            return lambda env, run: run.null("not_type", facts={"type": "FEEL"})
        return expression.run

    def context(self, box: e.Context, names: Names) -> Code:
        entries: list[tuple[str, Code]] = []
        result: Code | None = None
        for entry in box.entries:
            inside = names | {entry.name} if isinstance(entry.value, e.FunctionDefinition) and entry.name else names
            code = self.typed(self.box(entry.value, inside), entry.type_ref)
            if entry.name is None:
                result = code
                break
            entries.append((entry.name, code))
            names |= {entry.name}
        last = result

        def make(env: Env, run: Run) -> Value:
            inner = {**env}
            made: dict[str, Value] = {}
            for name, code in entries:
                value = inner[name] = made[name] = code(inner, run)
                if type(value) is Function and not value.name:
                    value.name = name
            return run.made(made) if last is None else last(inner, run)

        return make

    def invocation(self, box: e.Invocation, names: Names) -> Code:
        function = self.box(box.function, names)
        params = tuple(name for name, _, _ in box.bindings)
        arguments = [
            self.typed(self.box(value, names), type_ref) if value is not None else _null
            for _, type_ref, value in box.bindings
        ]
        types = self.setting.types

        def call(env: Env, run: Run) -> Value:
            given = [code(env, run) for code in arguments]
            return invoke(run, function(env, run), given, params, -1, types)

        return call

    def function(self, box: e.FunctionDefinition, names: Names) -> Code:
        params = tuple(name for name, _ in box.params)
        kinds = tuple(self.type_of(type_ref) for _, type_ref in box.params)
        if box.kind.upper() != "FEEL":
            if not self.setting.lenient:
                raise self.refuse("unsupported", detail=f"function kind {box.kind}")
            return lambda env, run: Function(params, lambda run, arguments: run.null("external"))
        if box.body is None:
            if not self.setting.lenient:
                raise self.refuse("incomplete", detail="function body")
            return lambda env, run: Function(params, lambda run, arguments: None)
        body = self.box(box.body, names | set(params))
        types = kinds if any(kinds) else ()

        def make(env: Env, run: Run) -> Value:
            def call(run: Run, arguments: list[Value]) -> Value:
                return body({**env, **dict(zip(params, arguments, strict=True))}, run)

            return Function(params, call, types=types)

        return make

    def list_box(self, box: e.ListBox, names: Names) -> Code:
        items = [self.box(item, names) for item in box.items]

        def make(env: Env, run: Run) -> Value:
            return run.made([item(env, run) for item in items])

        return make

    def relation(self, box: e.Relation, names: Names) -> Code:
        rows = [[self.box(cell, names) for cell in row] for row in box.rows]
        columns = box.columns

        def make(env: Env, run: Run) -> Value:
            return run.made([{name: cell(env, run) for name, cell in zip(columns, row, strict=True)} for row in rows])

        return make

    def conditional(self, box: e.Conditional, names: Names) -> Code:
        condition, then = self.box(box.condition, names), self.box(box.then, names)
        otherwise = self.box(box.otherwise, names)

        def decide(env: Env, run: Run) -> Value:
            value = condition(env, run)
            if value is not None and type(value) is not bool:
                return run.null("not_boolean", facts={"kind": kind_name(value)})
            return then(env, run) if value is True else otherwise(env, run)

        return decide

    def filter_box(self, box: e.FilterBox, names: Names) -> Code:
        source, match = self.box(box.source, names), self.box(box.match, names | {"item"})

        def select(env: Env, run: Run) -> Value:
            value = source(env, run)
            if value is None:
                return run.null("not_list", facts={"kind": "null"})
            items = value if type(value) is list else [value]
            kept = []
            for item in items:
                run.charge(1)
                inner = {**env, "item": item}
                if type(item) is dict:
                    inner.update(item)
                found = match(inner, run)
                if found is True:
                    kept.append(item)
                elif type(found) is Decimal:
                    return item_at(run, -1, items, found)
                elif found is not None and found is not False:
                    return run.null("not_boolean", facts={"kind": kind_name(found)})
            return run.made(kept)

        return select

    def iterator(self, box: e.Iterator, names: Names) -> Code:
        domain = self.domain(box.domain, names)
        body = self.box(box.body, names | {box.variable, "partial"})
        variable, kind = box.variable, box.kind
        keeps_partial = "partial" in repr(box.body)  # whether any text in it may speak of the results so far

        def collect(env: Env, run: Run) -> Value:
            items = domain(env, run)
            if type(items) is not list:
                return run.null("not_list", facts={"kind": kind_name(items)})
            results: list[Value] = []
            inner = {**env}
            for item in items:
                run.charge(1)
                run.charge_cells(1)
                inner[variable] = item
                if keeps_partial:
                    run.charge_cells(len(results))
                    inner["partial"] = results.copy()
                results.append(body(inner, run))
            return run.made(results)

        if kind == "for":
            return collect
        settled = kind == "some"

        def search(env: Env, run: Run) -> Value:
            items = domain(env, run)
            if type(items) is not list:
                return run.null("not_list", facts={"kind": kind_name(items)})
            unknown = found = False
            for item in items:
                run.charge(1)
                value = body({**env, variable: item}, run)
                if value is settled:
                    found = True
                if value is None:
                    unknown = True
                elif type(value) is not bool:
                    return run.null("not_boolean", facts={"kind": kind_name(value)})
            if found:
                return settled
            return None if unknown else not settled

        return search

    def domain(self, box: e.Box, names: Names) -> Code:
        """The list an iterator runs over; `1..3` alone is read as in a `for` of FEEL."""
        if isinstance(box, e.Literal) and not box.type_ref:
            loop = feel.compile  # the grammar of iteration contexts is that of `for`
            try:
                made = loop(
                    f"for item in {box.text.text}\nreturn item", names=names, functions=self.setting.functions,
                    types=self.setting.types, members=self.setting.members,
                )  # fmt: skip
                self.reads |= made.names - names
                return made.run
            except feel.FeelError:
                pass
        return self.box(box, names)


def _null(env: Env, run: Run) -> Value:
    return None


# The box of a decision table is added by tables.py, which builds on this module.
METHODS: dict[type, Callable[..., Code]] = {
    e.Literal: BoxCompiler.literal, e.Context: BoxCompiler.context, e.Invocation: BoxCompiler.invocation,
    e.FunctionDefinition: BoxCompiler.function, e.ListBox: BoxCompiler.list_box, e.Relation: BoxCompiler.relation,
    e.Conditional: BoxCompiler.conditional, e.FilterBox: BoxCompiler.filter_box, e.Iterator: BoxCompiler.iterator,
}  # fmt: skip
