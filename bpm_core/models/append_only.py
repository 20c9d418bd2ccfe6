"""The triggers that keep the journal append-only, on both databases; the migration installs them."""

from __future__ import annotations

from typing import Any

#: Those of the first migration, then those that came later.
CASES = ("bpm_core_journalentry", "bpm_core_accessentry")
LIBRARY = ("bpm_core_libraryentry",)
TABLES = (*CASES, *LIBRARY)


def _sqlite(table: str) -> list[str]:
    return [
        f"CREATE TRIGGER {table}_no_{verb} BEFORE {verb.upper()} ON {table} "
        f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        for verb in ("update", "delete")
    ]


def _postgresql(table: str) -> list[str]:
    return [
        f"CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION bpm_core_append_only()"
    ]


_FUNCTION = """
CREATE OR REPLACE FUNCTION bpm_core_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation'; END $$
"""


def install(connection: Any, tables: tuple[str, ...] = TABLES) -> None:
    """Every append-only table refuses update, delete and (PostgreSQL) truncate from now on."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(_FUNCTION)
        for table in tables:
            for statement in _postgresql(table) if connection.vendor == "postgresql" else _sqlite(table):
                cursor.execute(statement)


def remove(connection: Any, tables: tuple[str, ...] = TABLES) -> None:
    """The tables are ordinary again: only for taking the migration back and for emptying a test database."""
    with connection.cursor() as cursor:
        for table in tables:
            if connection.vendor == "postgresql":
                cursor.execute(f"DROP TRIGGER IF EXISTS {table}_no_change ON {table}")
            else:
                cursor.execute(f"DROP TRIGGER IF EXISTS {table}_no_update")
                cursor.execute(f"DROP TRIGGER IF EXISTS {table}_no_delete")
