"""Libraries of other deployments that were handed in here, and what became of them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from bpm_core.models import LibraryEntry, LibraryImport
from bpm_core.models.library import TURNED_DOWN


class State(StrEnum):
    """How far a library that was handed in has come."""

    WAITING = "waiting"
    PUBLISHED = "published"
    TURNED_DOWN = "turned_down"


@dataclass(frozen=True, slots=True)
class Taken:
    """A library that was handed in. `entry`: the one of the library's journal that turned it down, with its reason."""

    row: LibraryImport
    state: State
    entry: LibraryEntry | None = None


def latest(digest: str = "", *, most: int = 30) -> list[Taken]:
    """What was handed in, the latest first; of one archive or of all."""
    rows = LibraryImport.objects.select_related("applied_by", "published_by").order_by("-applied_at")
    found = list((rows.filter(digest=digest) if digest else rows)[:most])
    entries = LibraryEntry.objects.filter(action=TURNED_DOWN, subject__in={row.digest for row in found})
    over = {entry.body["identity"]: entry for entry in entries}
    return [_taken(row, over.get(str(row.pk))) for row in found]


def _taken(row: LibraryImport, entry: LibraryEntry | None) -> Taken:
    if entry is not None:
        return Taken(row, State.TURNED_DOWN, entry)
    return Taken(row, State.PUBLISHED if row.published_at else State.WAITING)


def waiting(digest: str) -> LibraryImport | None:
    """What waits of the archive of that digest for a second person."""
    rows = LibraryImport.objects.waiting().select_related("applied_by").filter(digest=digest)
    return rows.order_by("-applied_at").first()


def all_waiting() -> list[LibraryImport]:
    """Every library that waits for a second person, the oldest first."""
    return list(LibraryImport.objects.waiting().select_related("applied_by").order_by("applied_at"))
