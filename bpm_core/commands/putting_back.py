"""Changes of a step's rows that remember what was there before, so that they can be taken back to the letter."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db.models import Model

from bpm_core.commands.unit import Unit


class Traced:
    """Rows of one step, changed through here; `rows` is plain JSON from which `put_back` restores them."""

    def __init__(self, unit: Unit) -> None:
        self.unit = unit
        self.rows: dict[str, list[Any]] = {"changed": [], "removed": [], "added": []}

    def change(self, row: Model, **columns: Any) -> None:
        """Give columns of a row other values; those that have them already are left alone."""
        fresh = {name: value for name, value in columns.items() if getattr(row, name) != value}
        if fresh:
            before = {name: _plain(getattr(row, name)) for name in fresh}
            self.rows["changed"].append([row._meta.model_name, _plain(row.pk), before])
            self.unit.rows.patch(type(row), {"id": row.pk, **fresh})

    def remove(self, row: Model) -> None:
        """Take a row away."""
        columns = {field.column: _plain(getattr(row, field.attname)) for field in row._meta.concrete_fields}
        self.rows["removed"].append([row._meta.model_name, columns])
        self.unit.rows.remove(type(row), "id", row.pk)

    def added(self, model: type[Model], token: str) -> None:
        """A row that the step adds, known by its token."""
        self.rows["added"].append([model._meta.model_name, token])


def put_back(unit: Unit, rows: Mapping[str, list[Any]]) -> None:
    """Make the rows what they were before the traced step."""
    for name, key, before in rows["changed"]:
        model = apps.get_model("bpm_core", name)
        unit.rows.patch(model, {"id": _typed(model, "id", key)} | _row(model, before))
    for name, columns in rows["removed"]:
        model = apps.get_model("bpm_core", name)
        unit.rows.add(model, _row(model, columns))
    for name, token in rows["added"]:
        unit.rows.remove(apps.get_model("bpm_core", name), "token", token)


def _row(model: type[Model], columns: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _typed(model, name, value) for name, value in columns.items()}


def _typed(model: type[Model], column: str, value: Any) -> Any:
    [field] = [field for field in model._meta.concrete_fields if field.column == column]
    return value if value is None else getattr(field, "target_field", field).to_python(value)


def _plain(value: Any) -> Any:
    if isinstance(value, datetime | date):
        return value.isoformat()
    return str(value) if isinstance(value, UUID) else value
