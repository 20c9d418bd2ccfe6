"""The journal of looks: who saw unmasked data, searched by a number or took data out; chained too."""

from __future__ import annotations

from datetime import datetime

from bpm_core.commands import chain
from bpm_core.domain.actors import Actor
from bpm_core.models import AccessEntry
from bpm_core.models.journal import ACCESS_GENESIS


def record(
    kind: str, *, actor: Actor, at: datetime, purpose: str = "", subject: str = "", case_id: int | None = None
) -> AccessEntry:
    """Add an entry: kind unmask, id_search, export or view_evidence; `subject` is an id or a count, never a value."""
    columns = {
        "at": at,
        "account_id": actor.account_id,
        "actor_name": actor.display[:80],
        "unit_code": actor.unit_code,
        "kind": kind,
        "purpose": purpose,
        "subject": subject,
        "case_id": case_id,
    }
    busy = "the access journal is busy; nothing was shown"
    return chain.append(AccessEntry, columns, genesis=ACCESS_GENESIS, lock=7215001, busy=busy)
