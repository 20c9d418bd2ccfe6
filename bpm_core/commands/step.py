"""The one writer of a step: the case row by compare-and-swap on its version and all that goes with it, or nothing.

PostgreSQL gets one data-modifying statement in which all other rows hang on the updated case row: one round trip, and
a lost race writes nothing. SQLite gets the same rows in one IMMEDIATE transaction. Nothing here decides anything.
Measured (engine-performance.md section 1): the same rows through the ORM cost thirteen times the CPU.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any
from uuid import UUID

import orjson
from django.db import connection, models, transaction

from bpm_core.commands import failpoints, prepared
from bpm_core.commands.rows import Insert, Op, Patch, Remove
from bpm_core.models import Case


class LostRace(Exception):
    """Somebody else moved the case between our look at it and our write; nothing was written."""


def write(case_id: int, version: int, case_set: Mapping[str, Any], ops: Sequence[Op]) -> None:
    """Move the case from `version` to the next with `case_set` and all `ops`; on LostRace nothing was written."""
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
    params: list[Any] = [*case_set.values(), case_id, version]
    parts = [_pg_case(tuple(case_set))]
    for number, op in enumerate(ops):
        sql, values = _pg_op(op)
        parts.append(f"x{number} AS ({sql})")
        params += values
    row = prepared.first_row(f"WITH {', '.join(parts)} SELECT count(*) FROM c", params)
    if row is None or row[0] != 1:
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
    rows = [orjson.dumps(list(op.rows), default=_hex).decode()]
    if isinstance(op, Insert):
        return _pg_insert(op.model, columns, op.upsert), rows
    return _pg_patch(op.model, columns, op.by, op.empty), rows


def _hex(value: Any) -> str:
    """Bytes within JSON; whatever else JSON can't say is refused."""
    if isinstance(value, bytes | bytearray | memoryview):
        return bytes(value).hex()
    if isinstance(value, Decimal):
        return str(value)
    raise TypeError(f"no column takes a {type(value).__name__}")


@lru_cache(maxsize=256)
def _pg_source(model: type[models.Model], columns: tuple[str, ...]) -> tuple[str, dict[str, str]]:
    """Rows as a table `u` from one JSON parameter, and how each column is taken from it.

    Measured: an array a column, as `unnest` wants it, costs psycopg more than the whole rest of the step.
    """
    types = {name: _pg_type(model, name) for name in columns}
    shape = ", ".join(f"{name} {'text' if kind == 'bytea' else kind}" for name, kind in types.items())
    taken = {name: f"decode(u.{name}, 'hex')" if kind == "bytea" else f"u.{name}" for name, kind in types.items()}
    return f"jsonb_to_recordset(%s::jsonb) AS u({shape})", taken


@lru_cache(maxsize=256)
def _pg_insert(model: type[models.Model], columns: tuple[str, ...], upsert: tuple[str, ...]) -> str:
    source, taken = _pg_source(model, columns)
    sql = (
        f"INSERT INTO {model._meta.db_table} ({', '.join(columns)}) SELECT {', '.join(taken.values())} FROM c, {source}"
    )
    return sql + _on_conflict(columns, upsert)


def _on_conflict(columns: tuple[str, ...], upsert: tuple[str, ...]) -> str:
    if not upsert:
        return ""
    changes = ", ".join(f"{name} = excluded.{name}" for name in columns if name not in upsert)
    return f" ON CONFLICT ({', '.join(upsert)}) DO UPDATE SET {changes}"


@lru_cache(maxsize=256)
def _pg_patch(model: type[models.Model], columns: tuple[str, ...], by: tuple[str, ...], empty: tuple[str, ...]) -> str:
    source, taken = _pg_source(model, columns)
    changes = ", ".join(f"{name} = {taken[name]}" for name in columns if name not in by)
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


def _json(value: Any) -> str:
    return orjson.dumps(value).decode()


# -- SQLite: one transaction


def _write_sqlite(case_id: int, version: int, case_set: Mapping[str, Any], ops: Sequence[Op]) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        kinds = [(_lite(Case, name), value) for name, value in case_set.items()]
        values = [value if kind is None else kind(value) for kind, value in kinds]
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
        kind = _lite(op.model, op.column)
        found = [value if kind is None else kind(value) for value in op.found]
        if not _has_case(op.model):
            return f"DELETE FROM {table} WHERE {op.column} = %s", [[value] for value in found]
        return f"DELETE FROM {table} WHERE {op.column} = %s AND case_id = %s", [[value, case_id] for value in found]
    columns = tuple(op.rows[0])
    if isinstance(op, Patch):
        columns = tuple(name for name in columns if name not in op.by) + op.by
    kinds = [(name, _lite(op.model, name)) for name in columns]
    rows = [[row[name] if kind is None else kind(row[name]) for name, kind in kinds] for row in op.rows]
    if isinstance(op, Insert):
        marks = ", ".join(["%s"] * len(columns))
        sql = f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})" + _on_conflict(columns, op.upsert)
        return sql, rows
    changes = ", ".join(f"{name} = %s" for name in columns if name not in op.by)
    found = " AND ".join([*(f"{name} = %s" for name in op.by), *(f"{name} IS NULL" for name in op.empty)])
    return f"UPDATE {table} SET {changes} WHERE {found} AND case_id = %s", [[*row, case_id] for row in rows]


def _lite_moment(value: datetime | None) -> str | None:
    return None if value is None else value.astimezone(UTC).replace(tzinfo=None).isoformat(sep=" ")


def _lite_date(value: date | None) -> str | None:
    return None if value is None else value.isoformat()


def _lite_uuid(value: UUID | None) -> str | None:
    return None if value is None else value.hex


def _lite_decimal(value: Decimal | None) -> str | None:
    return None if value is None else str(value)


_LITE_KINDS: tuple[tuple[type[models.Field], Callable[[Any], Any]], ...] = (
    (models.JSONField, _json),
    (models.DateTimeField, _lite_moment),
    (models.DateField, _lite_date),
    (models.UUIDField, _lite_uuid),
    (models.DecimalField, _lite_decimal),
)


@lru_cache(maxsize=512)
def _lite(model: type[models.Model], column: str) -> Callable[[Any], Any] | None:
    """How SQLite stores the values of a column as Django does; None = as they are."""
    field = _field(model, column)
    while isinstance(field, models.ForeignKey):
        field = field.target_field
    return next((convert for kind, convert in _LITE_KINDS if isinstance(field, kind)), None)
