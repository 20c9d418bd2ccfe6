"""Rows one step writes, as data: what to add, change and take away; `step.write` writes all of it at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Model

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Insert:
    """New rows of one table, all with the same columns. `upsert` names the unique columns: then a clash overwrites."""

    model: type[Model]
    rows: Sequence[Row]
    upsert: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Patch:
    """Changed columns of existing rows of this case: `by` are the columns that find a row, `empty` must be null."""

    model: type[Model]
    rows: Sequence[Row]
    by: tuple[str, ...] = ("id",)
    empty: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Remove:
    """Rows taken away, found by the values of one column."""

    model: type[Model]
    column: str
    found: Sequence[Any]


Op = Insert | Patch | Remove


@dataclass(slots=True)
class Rows:
    """Everything one step writes besides the case row. A row is written once: later changes join earlier ones."""

    inserts: dict[tuple[type[Model], tuple[str, ...], tuple[str, ...]], list[dict[str, Any]]] = field(
        default_factory=dict
    )
    patches: dict[tuple[type[Model], tuple[str, ...], tuple[Any, ...], tuple[str, ...]], dict[str, Any]] = field(
        default_factory=dict
    )
    removals: dict[tuple[type[Model], str], list[Any]] = field(default_factory=dict)

    def add(self, model: type[Model], row: Row, *, upsert: tuple[str, ...] = ()) -> None:
        self.inserts.setdefault((model, tuple(row), upsert), []).append(dict(row))

    def patch(
        self, model: type[Model], row: Row, *, by: tuple[str, ...] = ("id",), empty: tuple[str, ...] = ()
    ) -> None:
        key = (model, by, tuple(row[name] for name in by), empty)
        self.patches.setdefault(key, {}).update(row)

    def remove(self, model: type[Model], column: str, value: Any) -> None:
        self.removals.setdefault((model, column), []).append(value)

    def of(self, model: type[Model]) -> list[dict[str, Any]]:
        """New rows of one table."""
        return [row for (table, _, _), rows in self.inserts.items() if table is model for row in rows]

    def ops(self) -> list[Op]:
        """In the order they are to be written: what closes before what opens."""
        alike: dict[tuple[Any, ...], list[Row]] = {}
        for (model, by, _, empty), row in self.patches.items():
            columns = tuple(sorted(row))
            alike.setdefault((model, by, empty, columns), []).append({name: row[name] for name in columns})
        patches: list[Op] = [Patch(model, rows, by, empty) for (model, by, empty, _), rows in alike.items()]
        removals: list[Op] = [Remove(model, column, found) for (model, column), found in self.removals.items()]
        inserts: list[Op] = [Insert(model, rows, upsert) for (model, _, upsert), rows in self.inserts.items()]
        return patches + removals + inserts
