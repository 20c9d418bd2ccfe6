"""Everything the commands keep in this process's memory, to be dropped at once: between tests, after a restore."""

from __future__ import annotations

from bpm_core import engine
from bpm_core.commands import calendars, heads, loading, places


def forget() -> None:
    """The next command reads offices, cases, definitions and the calendar from the database."""
    places.forget()
    heads.forget()
    loading.forget()
    calendars.forget()
    limit = engine.cache_stats().limit
    engine.cache_limit(0)
    engine.cache_limit(limit)
