"""The journal of the library: who handed in, published, retired or localised what, each entry chained to the last."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import IntegrityError, connection, transaction

from bpm_core.commands.unit import settings_algorithm
from bpm_core.domain import journal
from bpm_core.domain.actors import Actor
from bpm_core.domain.errors import Unavailable
from bpm_core.models import LibraryEntry
from bpm_core.models.library import LIBRARY_GENESIS

_TRIES = 8


def record(action: str, subject: str, *, actor: Actor, at: datetime, **body: Any) -> LibraryEntry:
    """Add an entry about `subject`, a process key or the digest of an archive. `body` is JSON without personal data."""
    for _ in range(_TRIES):
        try:
            with transaction.atomic():
                return _append(action, subject, body, actor, at)
        except IntegrityError:  # another entry took this place in the chain
            continue
    raise Unavailable("the journal of the library is busy; nothing was done")


def _append(action: str, subject: str, body: dict[str, Any], actor: Actor, at: datetime) -> LibraryEntry:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:  # one writer at a time, until this transaction ends
            cursor.execute("SELECT pg_advisory_xact_lock(7215002)")
    last = LibraryEntry.objects.order_by("-seq").first()
    entry = LibraryEntry(
        seq=(last.seq if last else 0) + 1,
        at=at,
        account_id=actor.account_id,
        actor_name=actor.display[:80],
        unit_code=actor.unit_code,
        action=action,
        subject=subject[:120],
        body=body,
    )
    entry.prev_hash = bytes(last.hash) if last else journal.genesis(LIBRARY_GENESIS, settings_algorithm())
    entry.hash = journal.link_json(entry.prev_hash, entry.as_json(), settings_algorithm())
    entry.save(force_insert=True)
    return entry
