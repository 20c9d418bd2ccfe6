"""The journal of one case as proof: its chain checked here, and the evidence file that is checked without us."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings

from bpm_core.domain import journal
from bpm_core.domain.journal import Breach, Entry
from bpm_core.models.cases import Case
from bpm_core.models.journal import JournalEntry

Linked = tuple[Entry, bytes, bytes]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the check of one case's chain found. `first` is the first entry that breaks it."""

    entries: int
    head: str
    breaches: tuple[Breach, ...]

    @property
    def whole(self) -> bool:
        return not self.breaches

    @property
    def first(self) -> Breach | None:
        return self.breaches[0] if self.breaches else None


def algorithm() -> str:
    """The digest that this installation's journal is made with."""
    return getattr(settings, "JOURNAL_ALGORITHM", "sha256")


def linked(case_id: int) -> list[Linked]:
    """The journal of a case in order, each entry with the digest before it and its own."""
    rows = JournalEntry.objects.filter(case_id=case_id).order_by("seq")
    return [(entry_of(row), bytes(row.prev_hash), bytes(row.hash)) for row in rows.iterator()]


def entry_of(row: JournalEntry) -> Entry:
    """A row in the form that is digested."""
    return Entry(
        seq=row.seq,
        at=row.at,
        actor_kind=row.actor_kind,
        action=row.action,
        actor_id=row.actor_id,
        unit_code=row.unit_code,
        element_id=row.element_id,
        work_item_id=str(row.work_item_id or ""),
        body=row.body,
    )


def verify(case: Case) -> Verdict:
    """Whether the case's journal is whole and unchanged, and ends where the case says it does."""
    entries = linked(case.pk)
    breaches = journal.check_chain(case.number, entries, bytes(case.head_hash), algorithm())
    if len(entries) != case.version:
        missing = Breach("version", None, f"the case has had {case.version} steps, its journal tells of {len(entries)}")
        breaches = (*breaches, missing)
    return Verdict(len(entries), bytes(case.head_hash).hex(), breaches)


def document(case: Case, *, exported_at: datetime, exported_by: str) -> dict[str, Any]:
    """The evidence file of a case (docs/evidence.md); it opens no personal value."""
    facts = {
        "number": case.number,
        "process": case.definition.key,
        "process_version": case.definition.version,
        "process_digest": case.definition.digest,
        "status": case.status,
        "version": case.version,
        "opened_at": journal.stamp(case.opened_at),
        "ended_at": journal.stamp(case.ended_at) if case.ended_at else None,
    }
    return journal.evidence_document(
        linked(case.pk),
        facts,
        head=bytes(case.head_hash),
        exported_at=exported_at,
        exported_by=exported_by,
        algorithm=algorithm(),
    )
