"""Adding to a journal that is one chain of its own (access, library): each entry holds the hash of the one before."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from django.db import IntegrityError, connection, transaction

from bpm_core.commands.unit import settings_algorithm
from bpm_core.domain import journal
from bpm_core.domain.errors import Unavailable
from bpm_core.models import AccessEntry, LibraryEntry

_TRIES = 8
Entry = TypeVar("Entry", AccessEntry, LibraryEntry)


def append(model: type[Entry], columns: Mapping[str, Any], *, genesis: str, lock: int, busy: str) -> Entry:
    """Add an entry with these columns at the end of the chain.

    genesis  name of the chain, from which its first entry's predecessor hash is made
    lock     number of the chain's advisory lock on PostgreSQL
    Refuses with Unavailable, saying `busy`, when others keep taking the place.
    """
    for _ in range(_TRIES):
        try:
            with transaction.atomic():
                return _append(model, columns, genesis, lock)
        except IntegrityError:  # another entry took this place in the chain
            continue
    raise Unavailable(busy)


def _append(model: type[Entry], columns: Mapping[str, Any], genesis: str, lock: int) -> Entry:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:  # one writer at a time, until this transaction ends
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [lock])
    last = model.objects.order_by("-seq").first()
    entry = model(seq=(last.seq if last else 0) + 1, **columns)
    entry.prev_hash = bytes(last.hash) if last else journal.genesis(genesis, settings_algorithm())
    entry.hash = journal.link_json(entry.prev_hash, entry.as_json(), settings_algorithm())
    entry.save(force_insert=True)
    return entry
