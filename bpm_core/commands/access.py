"""The journal of looks: who saw unmasked data, searched by a number or took data out, chained like any other journal."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, connection, transaction

from bpm_core.commands.unit import settings_algorithm
from bpm_core.domain import journal
from bpm_core.domain.actors import Actor
from bpm_core.domain.errors import Unavailable
from bpm_core.models import AccessEntry

GENESIS_OF = "guicheng.access"
_TRIES = 8


def entry_json(
    *,
    seq: int,
    at: datetime,
    account_id: int | None,
    unit_code: str,
    kind: str,
    purpose: str,
    subject: str,
    case_id: int | None,
    actor_name: str,
) -> dict[str, object]:
    """An entry as it is digested."""
    return {
        "seq": seq,
        "at": journal.stamp(at),
        "account_id": account_id,
        "actor_name": actor_name,
        "unit_code": unit_code,
        "kind": kind,
        "purpose": purpose,
        "subject": subject,
        "case_id": case_id,
    }


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
    prev = bytes(last.hash) if last else journal.genesis(GENESIS_OF, settings_algorithm())
    facts = {
        "seq": (last.seq if last else 0) + 1,
        "at": at,
        "account_id": actor.account_id,
        "actor_name": actor.display[:80],
        "unit_code": actor.unit_code,
        "kind": kind,
        "purpose": purpose,
        "subject": subject,
        "case_id": case_id,
    }
    linked = journal.link_json(prev, entry_json(**facts), settings_algorithm())  # type: ignore[arg-type]
    return AccessEntry.objects.create(prev_hash=prev, hash=linked, **facts)
