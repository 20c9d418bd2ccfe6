"""The hot statements on PostgreSQL, prepared once a connection: planning them anew costs more than running them.

Django binds on the client and never prepares. These go over Django's own connection and within its transaction, and
are counted in its query log like any other.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import psycopg
from django.db import connection


def first_row(sql: str, params: Sequence[Any]) -> tuple[Any, ...] | None:
    """The first row a statement answers, None when there is none."""
    connection.ensure_connection()
    connection.validate_no_broken_transaction()
    if connection.queries_logged:
        connection.queries_log.append({"sql": sql, "time": ""})
    native = connection.connection
    native.prepare_threshold = 0  # Django switches preparing off; its own cursors never prepare anyway
    with connection.wrap_database_errors, psycopg.Cursor(native) as cursor:
        cursor.execute(sql, params, prepare=True)
        row: tuple[Any, ...] | None = cursor.fetchone()
        return row
