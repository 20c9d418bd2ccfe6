"""Item definitions of a model to FEEL types with their allowed values."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime

from bpm_core import feel
from bpm_core.dmn.elements import ItemDefinition, Text
from bpm_core.dmn.errors import DmnError
from bpm_core.feel.types import ANY, Constrained, ContextOf, FunctionOf, ListOf, Named, Type, named
from bpm_core.feel.values import Value

# Allowed values are lists, ranges and conditions on `?`; the time of day has no part in them.
NO_TIME = datetime(1970, 1, 1, tzinfo=UTC)


class TypeBuilder:
    """Builds the table of types of one file; `imported` holds those of other files under their prefixed names."""

    def __init__(self, file: str, items: Iterable[ItemDefinition], imported: Mapping[str, Type]) -> None:
        self.file = file
        self.items = {item.name: item for item in items}
        self.table = feel.TypeTable(imported)
        self.building: list[str] = []

    def build(self) -> feel.TypeTable:
        for name in self.items:
            if name not in self.table:
                self.define(name)
        return self.table

    def define(self, name: str) -> Type:
        if name in self.building:
            return ANY  # a type that contains itself
        self.building.append(name)
        made = self.table[name] = self.of_item(self.items[name])
        self.building.pop()
        return made

    def reference(self, name: str | None, line: int = 0) -> Type:
        if not name:
            return ANY
        if name in self.items:
            return self.table.get(name) or self.define(name)
        kind = named(name)
        if isinstance(kind, Named):
            found = self.table.get(name)
            if found is None:
                raise DmnError("unknown_type", name, file=self.file, line=line)
            return found
        return kind

    def of_item(self, item: ItemDefinition) -> Type:
        kind: Type
        if item.function is not None:
            params, result = item.function
            kind = FunctionOf(tuple(self.reference(param) for param in params), self.reference(result))
        elif item.components:
            kind = ContextOf(tuple((inner.name, self.of_item(inner)) for inner in item.components))
        else:
            kind = self.reference(item.type_ref, item.line)
        if item.allowed is not None:
            kind = Constrained(kind, self.test(item.allowed, item), each=not item.collection)
        if item.collection:
            kind = ListOf(kind)
        if item.constraint is not None:
            kind = Constrained(kind, self.test(item.constraint, item))
        return kind

    def test(self, text: Text, item: ItemDefinition) -> Callable[[Value], bool]:
        try:
            tests = feel.compile(text.text, kind=feel.Kind.UNARY_TESTS)
        except feel.FeelError as error:
            raise DmnError("expression", file=self.file, column=item.name, line=text.line, cause=error) from None

        def allows(value: Value) -> bool:
            return tests.run_test(value, {}, feel.Run(NO_TIME, feel.Budget())) is True

        return allows


def member_names(kind: Type) -> set[str]:
    """Names of all components inside a type, which may follow a dot in an expression."""
    if isinstance(kind, ContextOf):
        return {name for name, _ in kind.fields}.union(*(member_names(inner) for _, inner in kind.fields))
    if isinstance(kind, ListOf):
        return member_names(kind.item)
    if isinstance(kind, Constrained):
        return member_names(kind.base)
    if isinstance(kind, FunctionOf):
        return member_names(kind.result)
    return set()
