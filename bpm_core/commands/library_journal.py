"""The journal of the library: who handed in, published, retired or localised what, each entry chained to the last."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from bpm_core.commands import chain
from bpm_core.domain.actors import Actor
from bpm_core.models import LibraryEntry
from bpm_core.models.library import LIBRARY_GENESIS


def record(action: str, subject: str, *, actor: Actor, at: datetime, **body: Any) -> LibraryEntry:
    """Add an entry about `subject`, a process key or the digest of an archive. `body` is JSON without personal data."""
    columns = {
        "at": at,
        "account_id": actor.account_id,
        "actor_name": actor.display[:80],
        "unit_code": actor.unit_code,
        "action": action,
        "subject": subject[:120],
        "body": body,
    }
    busy = "the journal of the library is busy; nothing was done"
    return chain.append(LibraryEntry, columns, genesis=LIBRARY_GENESIS, lock=7215002, busy=busy)
