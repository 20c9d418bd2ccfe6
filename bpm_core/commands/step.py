"""The one writer of a step: the case row by compare-and-swap on its version, and every row that goes with it, or nothing.

PostgreSQL gets one data-modifying statement in which all other rows hang on the updated case row: one round trip, and
a lost race writes nothing. SQLite gets the same rows in one IMMEDIATE transaction. Nothing here decides anything.
Measured (engine-performance.md section 1): the same rows through the ORM cost thirteen times the CPU.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.db import connection, models, transaction

from bpm_core.commands import failpoints
from bpm_core.commands.rows import Insert, Op, Patch, Remove
from bpm_core.models import Case


class LostRace(Exception):
    """Somebody else moved the case between our look at it and our write; nothing was written."""


def write(case_id: int, version: int, case_set: Mapping[str, Any], ops: Sequence[Op]) -> None:
    """Move the case from `version` to the next with `case_set` and all `ops`; raises LostRace, and then wrote nothing."""
    failpoints.passing("step.before")
    if connection.vendor == "postgresql":
        # Within a larger transaction a refused write must leave it usable: then, and only then, a savepoint.
        with transaction.atomic() if connection.in_atomic_block else nullcontext():
            _write_postgresql(case_id, version, case_set, ops)
    else:
        _write_sqlite(case_id, version, case_set, ops)
    failpoints.passing("step.written")


# -- PostgreSQL: one statement


def _write_postgresql(case_id: int, version: int, case_set: Mapping[str, Any], ops: Sequence[Op]) -> None:
    params: list[Any] = [_pg(Case, name)(value) for name, value in case_set.items()]
    params += [case_id, version]
    parts = [_pg_case(tuple(case_set))]
    for number, op in enumerate(ops):
        sql, values = _pg_op(op)
        parts.append(f"x{number} AS ({sql})")
        params += values
    with connection.cursor() as cursor:
        cursor.execute(f"WITH {', '.join(parts)} SELECT count(*) FROM c", params)
        if cursor.fetchone()[0] != 1:
            raise LostRace


@lru_cache(maxsize=64)
def _pg_case(columns: tuple[str, ...]) -> str:
    changes = "".join(f", {name} = %s" for name in columns)
    return f"c AS (UPDATE bpm_core_case SET version = version + 1{changes} WHERE id = %s AND version = %s RETURNING id)"


def _pg_op(op: Op) -> tuple[str, list[Any]]:
    if isinstance(op, Remove):
        kind = _pg_type(op.model, op.column)
        own = " AND t.case_id = c.id" if _has_case(op.model) else ""
        sql = f"DELETE FROM {op.model._meta.db_table} t USING c WHERE t.{op.column} = ANY(%s::{kind}[]){own}"
        return sql, [list(op.found)]
    columns = tuple(op.rows[0])
    values = [[_pg(op.model, name)(row[name]) for row in op.rows] for name in columns]
    if isinstance(op, Insert):
        return _pg_insert(op.model, columns, op.upsert), values
    return _pg_patch(op.model, columns, op.by, op.empty), values


@lru_cache(maxsize=256)
def _pg_unnest(model: type[models.Model], columns: tuple[str, ...]) -> tuple[str, str]:
    """The source `unnest(...) AS u(...)` of the rows and the list of its columns in the table's types."""
    types = [_pg_type(model, name) for name in columns]
    arrays = ", ".join(f"%s::{'text' if kind == 'jsonb' else kind}[]" for kind in types)
    taken = ", ".join(
        f"u.{name}::jsonb" if kind == "jsonb" else f"u.{name}" for name, kind in zip(columns, types, strict=True)
    )
    return f"unnest({arrays}) AS u({', '.join(columns)})", taken


@lru_cache(maxsize=256)
def _pg_insert(model: type[models.Model], columns: tuple[str, ...], upsert: tuple[str, ...]) -> str:
    source, taken = _pg_unnest(model, columns)
    sql = f"INSERT INTO {model._meta.db_table} ({', '.join(columns)}) SELECT {taken} FROM c, {source}"
    return sql + _on_conflict(columns, upsert)


def _on_conflict(columns: tuple[str, ...], upsert: tuple[str, ...]) -> str:
    if not upsert:
        return ""
    changes = ", ".join(f"{name} = excluded.{name}" for name in columns if name not in upsert)
    return f" ON CONFLICT ({', '.join(upsert)}) DO UPDATE SET {changes}"


@lru_cache(maxsize=256)
def _pg_patch(model: type[models.Model], columns: tuple[str, ...], by: tuple[str, ...], empty: tuple[str, ...]) -> str:
    source, _ = _pg_unnest(model, columns)
    changes = ", ".join(
        f"{name} = u.{name}{'::jsonb' if _pg_type(model, name) == 'jsonb' else ''}"
        for name in columns
        if name not in by
    )
    found = " AND ".join([*(f"t.{name} = u.{name}" for name in by), *(f"t.{name} IS NULL" for name in empty)])
    return f"UPDATE {model._meta.db_table} t SET {changes} FROM c, {source} WHERE t.case_id = c.id AND {found}"


@lru_cache(maxsize=512)
def _field(model: type[models.Model], column: str) -> models.Field:
    return next(f for f in model._meta.concrete_fields if f.column == column)


@lru_cache(maxsize=128)
def _has_case(model: type[models.Model]) -> bool:
    return any(field.column == "case_id" for field in model._meta.concrete_fields)


@lru_cache(maxsize=512)
def _pg_type(model: type[models.Model], column: str) -> str:
    kind = _field(model, column).rel_db_type(connection) or "text"
    kind = kind.split("(")[0]
    return {"varchar": "text", "serial": "integer", "bigserial": "bigint"}.get(kind, kind)


def _same(value: Any) -> Any:
    return value


def _json(value: Any) -> str | None:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


@lru_cache(maxsize=512)
def _pg(model: type[models.Model], column: str) -> Callable[[Any], Any]:
    return _json if isinstance(_field(model, column), models.JSONField) else _same


# -- SQLite: one transaction


def _write_sqlite(case_id: int, version: int, case_set: Mapping[str, Any], ops: Sequence[Op]) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        values = [_lite(Case, name)(value) for name, value in case_set.items()]
        changes = "".join(f", {name} = %s" for name in case_set)
        cursor.execute(
            f"UPDATE bpm_core_case SET version = version + 1{changes} WHERE id = %s AND version = %s",
            [*values, case_id, version],
        )
        if cursor.rowcount != 1:
            raise LostRace
        for op in ops:
            failpoints.passing(f"step.{type(op).__name__.lower()}.{op.model._meta.model_name}")
            sql, rows = _lite_op(op, case_id)
            cursor.executemany(sql, rows)


def _lite_op(op: Op, case_id: int) -> tuple[str, list[list[Any]]]:
    table = op.model._meta.db_table
    if isinstance(op, Remove):
        found = [_lite(op.model, op.column)(value) for value in op.found]
        if not _has_case(op.model):
            return f"DELETE FROM {table} WHERE {op.column} = %s", [[value] for value in found]
        return f"DELETE FROM {table} WHERE {op.column} = %s AND case_id = %s", [[value, case_id] for value in found]
    columns = tuple(op.rows[0])
    if isinstance(op, Patch):
        columns = tuple(name for name in columns if name not in op.by) + op.by
    rows = [[_lite(op.model, name)(row[name]) for name in columns] for row in op.rows]
    if isinstance(op, Insert):
        marks = ", ".join(["%s"] * len(columns))
        sql = f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})" + _on_conflict(columns, op.upsert)
        return sql, rows
    changes = ", ".join(f"{name} = %s" for name in columns if name not in op.by)
    found = " AND ".join([*(f"{name} = %s" for name in op.by), *(f"{name} IS NULL" for name in op.empty)])
    return f"UPDATE {table} SET {changes} WHERE {found} AND case_id = %s", [[*row, case_id] for row in rows]


def _lite_value(value: Any) -> Any:
    if isinstance(value, UUID):
        return value.hex
    if isinstance(value, datetime):
        return value.astimezone(UTC).replace(tzinfo=None).isoformat(sep=" ")
    return value


def _lite_date(value: Any) -> Any:
    return None if value is None else value.isoformat()


@lru_cache(maxsize=512)
def _lite(model: type[models.Model], column: str) -> Callable[[Any], Any]:
    field = _field(model, column)
    if isinstance(field, models.JSONField):
        return _json
    if type(field) is models.DateField:
        return _lite_date
    if isinstance(field, models.DecimalField):
        return lambda value: None if value is None else str(value)
    return _lite_value
