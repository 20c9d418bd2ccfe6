"""A stage for worked cases: a throw-away database with the sample offices, the staff and the published library."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper

from bpm_core.commands import loading, memory
from bpm_core.models import ProcessDefinition
from bpm_core.seed import calendar, library, offices, staff


@contextmanager
def built(folder: Path, *, at: datetime) -> Iterator[None]:
    """A database of this run's own beside the configured one, with the library in `folder` published in it."""
    with throw_away_database():
        offices.load()
        calendar.load()
        staff.load()
        library.load(folder, at=at)
        ProcessDefinition.objects.update(callable_only=False)  # shared parts have worked cases of their own
        for definition_id in ProcessDefinition.objects.filter(is_current=True).values_list("pk", flat=True):
            loading.load(definition_id)
        # The library is a mass of objects that stay: looking through them for garbage takes a fifth of a play.
        gc.collect()
        gc.freeze()
        try:
            yield
        finally:
            gc.unfreeze()


@contextmanager
def throw_away_database() -> Iterator[None]:
    """An empty database of this run's own beside the configured one, gone afterwards; in memory with SQLite."""
    memory.forget()
    kept, test = connection.settings_dict["NAME"], connection.settings_dict["TEST"]
    named = test.get("NAME")
    connection.close()
    test["NAME"] = f"guicheng_scenarios_{os.getpid()}" if connection.vendor == "postgresql" else None
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        yield
    finally:
        connection.creation.destroy_test_db(kept, verbosity=0)
        BaseDatabaseWrapper.close(connection)  # SQLite's own `close` keeps a database in memory open
        test["NAME"] = named
        memory.forget()
