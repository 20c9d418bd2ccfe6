"""Runs that take open cases to another version, for those who started one: how far it is, and what stays and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count

from bpm_core.domain import obstacles
from bpm_core.domain.errors import NotFound
from bpm_core.models import Case, MigratedCase, MigrationRun
from bpm_core.models.definitions import ProcessDefinition
from bpm_core.models.outbox import CARRIED_ON, Outbox
from bpm_core.notation.model import Element
from bpm_core.queries import bundles

SHOWN = 200


@dataclass(frozen=True, slots=True)
class Stay:
    """A case that stays where it is, and why in the reader's words."""

    number: str
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Progress:
    """A run as it stands. `left` cases have not been looked at, or not been put back; `going` = a worker is at it."""

    run: MigrationRun
    moved: int
    refused: int
    undone: int
    kept: int
    left: int
    going: bool
    undoing: bool

    @property
    def total(self) -> int:
        return self.moved + self.refused + self.undone + (0 if self.undoing else self.left)

    @property
    def done(self) -> int:
        return self.undone + self.kept if self.undoing else self.moved + self.refused


def of_run(run_id: UUID) -> Progress:
    """How far a run is; refuses with NotFound."""
    run = MigrationRun.objects.select_related("started_by").filter(pk=run_id).first()
    if run is None:
        raise NotFound("there is no such run", kind="migration")
    rows = MigratedCase.objects.filter(run=run).order_by()
    counts: Counter[str] = Counter(dict(rows.values_list("outcome").annotate(n=Count("id"))))
    kept = rows.filter(outcome="moved").exclude(kept_because="").count()
    undoing = bool(counts["undone"] or kept) or _carried(run, "undo")
    open_cases = Case.objects.filter(definition_id=run.old_id, ended_at=None).count()
    left = counts["moved"] - kept if undoing else 0 if run.finished_at else open_cases - counts["refused"]
    going = _carried(run, "undo") or _carried(run, "move")
    return Progress(run, counts["moved"], counts["refused"], counts["undone"], kept, max(left, 0), going, undoing)


def _carried(run: MigrationRun, verb: str) -> bool:
    return Outbox.objects.filter(sent_at=None, topic=CARRIED_ON, body__run=str(run.pk), body__do=verb).exists()


def staying(run: MigrationRun, *, english: bool) -> list[Stay]:
    """The first cases that could not be moved, or not be put back."""
    rows = MigratedCase.objects.filter(run=run).select_related("case").defer("prior_state", "case__state")
    old = ProcessDefinition.objects.defer("archive", "report").get(pk=run.old_id)
    found = rows.filter(outcome="refused") | rows.exclude(kept_because="").filter(outcome="moved")
    shown = []
    for row in found.order_by("pk")[:SHOWN]:
        told = row.reasons or [[row.kept_because, "", "", {}]]
        shown.append(Stay(row.case.number, tuple(reason(old, *one, english=english) for one in told)))
    return shown


def reason(
    old: ProcessDefinition, code: str, element_id: str, process_key: str, facts: dict[str, object], *, english: bool
) -> str:
    """One obstacle in a sentence that names the step as people know it."""
    element = _element(old, process_key, element_id) if element_id else None
    name = (element.name_en if english else element.name_zh) if element else ""
    return obstacles.sentence(code, name or element_id, facts, english=english)


def _element(old: ProcessDefinition, process_key: str, element_id: str) -> Element | None:
    try:
        return bundles.of_process(old, process_key).process.elements.get(element_id)
    except NotFound:
        return None


def of_key(key: str) -> list[MigrationRun]:
    """Runs between versions of a process, the newest first."""
    runs = MigrationRun.objects.filter(new__key=key).select_related("old", "new", "started_by")
    return list(runs.defer("old__archive", "new__archive", "old__report", "new__report").order_by("-started_at")[:50])


def without_counterpart(old: ProcessDefinition, new: ProcessDefinition) -> Iterator[tuple[Element, list[Element]]]:
    """Elements of the old version that the new one lacks, each with those of its kind that it could become."""
    before, after = bundles.of(old).process.elements, bundles.of(new).process.elements
    fresh = [element for identity, element in after.items() if identity not in before]
    for identity, element in before.items():
        if identity not in after:
            yield element, [other for other in fresh if other.kind == element.kind]
