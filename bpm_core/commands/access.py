"""The journal of looks: who saw unmasked data, searched by a number or took data out; chained too."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, connection, transaction

from bpm_core.commands.unit import settings_algorithm
from bpm_core.domain import journal
from bpm_core.domain.actors import Actor
from bpm_core.domain.errors import Unavailable
from bpm_core.models import AccessEntry
from bpm_core.models.journal import ACCESS_GENESIS

_TRIES = 8


def record(
    kind: str, *, actor: Actor, at: datetime, purpose: str = "", subject: str = "", case_id: int | None = None
) -> AccessEntry:
    """Add an entry: kind unmask, id_search, export or view_evidence; `subject` is an id or a count, never a value."""
    for _ in range(_TRIES):
        try:
            with transaction.atomic():
                return _append(kind, actor, at, purpose, subject, case_id)
        except IntegrityError:  # another entry took this place in the chain
            continue
    raise Unavailable("the access journal is busy; nothing was shown")


def _append(kind: str, actor: Actor, at: datetime, purpose: str, subject: str, case_id: int | None) -> AccessEntry:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:  # one writer at a time, until this transaction ends
            cursor.execute("SELECT pg_advisory_xact_lock(7215001)")
    last = AccessEntry.objects.order_by("-seq").first()
    entry = AccessEntry(
        seq=(last.seq if last else 0) + 1,
        at=at,
        account_id=actor.account_id,
        actor_name=actor.display[:80],
        unit_code=actor.unit_code,
        kind=kind,
        purpose=purpose,
        subject=subject,
        case_id=case_id,
    )
    entry.prev_hash = bytes(last.hash) if last else journal.genesis(ACCESS_GENESIS, settings_algorithm())
    entry.hash = journal.link_json(entry.prev_hash, entry.as_json(), settings_algorithm())
    entry.save(force_insert=True)
    return entry
