"""When something that failed is tried again, and when a person has to look instead."""

from __future__ import annotations

from datetime import datetime, timedelta

#: Tries of an automatic step; the third failure opens an incident.
TRIES = 3

#: Waits after the first, second and every later failure: a register is often back after a minute, a network after
#: five, a partner's night after half an hour.
BACK_OFF = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=30))


def wait_after(attempt: int) -> timedelta:
    """How long to wait after the try of that number, counted from 1."""
    return BACK_OFF[min(attempt, len(BACK_OFF)) - 1]


def next_try(attempt: int, at: datetime) -> datetime | None:
    """When a step whose try number `attempt` failed is tried again; None = no more, a person must look."""
    return at + wait_after(attempt) if attempt < TRIES else None
