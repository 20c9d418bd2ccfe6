"""Everything the commands keep in this process's memory, to be dropped at once: between tests, after a restore."""

from __future__ import annotations

from bpm_core.commands import calendars, heads, loading, places


def forget() -> None:
    """The next command reads offices, cases, definitions and the calendar from the database."""
    places.forget()
    heads.forget()
    loading.forget()
    calendars.forget()
