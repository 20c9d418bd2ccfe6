"""Lists for programs: plain rows straight from the database, paged by key, without building an object a row."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import F, Q

from bpm_core.domain import authority
from bpm_core.domain.actors import Actor
from bpm_core.domain.authority import Record
from bpm_core.domain.errors import NotFound
from bpm_core.models.cases import Case
from bpm_core.queries.visibility import Scope, items_for, visible_to

#: After which row a page begins: the value it is sorted by, and the row's id.
Key = tuple[datetime, Any]


@dataclass(frozen=True, slots=True)
class CaseFilters:
    """What a list of cases is narrowed to; None leaves a condition out. Days are days of Asia/Shanghai."""

    process: str | None = None
    status: str | None = None
    open: bool | None = None
    opened_from: date | None = None
    opened_to: date | None = None


@dataclass(frozen=True, slots=True)
class Rows:
    """A page of rows, and the key the next one begins after; None on the last."""

    rows: list[dict[str, Any]]
    after: Key | None = None


_CASE = {
    "process": F("definition__key"),
    "process_version": F("definition__version"),
    "office": F("unit__code"),
    "entry_office": F("entry_unit__code"),
    "applicant": F("applicant_masked"),
}
CASE_COLUMNS = (
    *("id", "number", "status", "version", "channel", "urgent", "opened_at", "ended_at", "outcome"),
    *("promised_due_on", "legal_due_on", "clock_state"),
)


def cases(actor: Actor, filters: CaseFilters, *, after: Key | None, limit: int) -> Rows:
    """Cases the actor may see, the newest first."""
    authority.require(actor, "case.search")
    found = visible_to(actor, "case.search").filter(_narrowed(filters))
    if after:
        opened_at, case_id = after
        found = found.filter(Q(opened_at__lt=opened_at) | Q(opened_at=opened_at, id__lt=case_id))
    rows = list(found.order_by("-opened_at", "-id").values(*CASE_COLUMNS, **_CASE)[: limit + 1])
    last = rows[limit - 1] if len(rows) > limit else None
    return Rows(rows[:limit], (last["opened_at"], last["id"]) if last else None)


def _narrowed(filters: CaseFilters) -> Q:
    wanted = Q()
    if filters.process is not None:
        wanted &= Q(definition__key=filters.process)
    if filters.status is not None:
        wanted &= Q(status=filters.status)
    if filters.open is not None:
        wanted &= Q(ended_at__isnull=filters.open)
    if filters.opened_from is not None:
        wanted &= Q(opened_at__date__gte=filters.opened_from)
    if filters.opened_to is not None:
        wanted &= Q(opened_at__date__lte=filters.opened_to)
    return wanted


_ITEM = {
    "case_number": F("case__number"),
    "case_version": F("case__version"),
    "case_clock": F("case__clock_state"),
    "process": F("case__definition__key"),
    "applicant": F("case__applicant_masked"),
    "office": F("unit__code"),
}
ITEM_COLUMNS = (
    *("id", "element_id", "name_zh", "name_en", "lane", "state", "due_on", "due_at", "sort_at"),
    *("opened_at", "claimed_at", "visit", "holder_id", "priority"),
)


@dataclass(frozen=True, slots=True)
class ItemFilters:
    """What a list of work items is narrowed to; None leaves a condition out."""

    process: str | None = None
    lane: str | None = None
    state: str | None = None


def work_items(actor: Actor, scope: Scope, filters: ItemFilters, *, after: Key | None, limit: int) -> Rows:
    """Open work items of the actor's list, the one that is due first in front."""
    authority.require(actor, "case.search")
    found = items_for(actor, scope)
    if filters.process is not None:
        found = found.filter(case__definition__key=filters.process)
    if filters.lane is not None:
        found = found.filter(lane=filters.lane)
    if filters.state is not None:
        found = found.filter(state=filters.state)
    if after:
        sort_at, item_id = after
        found = found.filter(Q(sort_at__gt=sort_at) | Q(sort_at=sort_at, id__gt=item_id))
    rows = list(found.order_by("sort_at", "id").values(*ITEM_COLUMNS, **_ITEM)[: limit + 1])
    last = rows[limit - 1] if len(rows) > limit else None
    return Rows(rows[:limit], (last["sort_at"], last["id"]) if last else None)


def addressed(actor: Actor, number: str, action: str) -> int:
    """Id of the case a message names; refuses with NotFound one that the actor may not reach under the action."""
    case = Case.objects.filter(number=number).values_list("pk", "unit__path", "entry_unit__path").first()
    if case is not None:
        case_id, *paths = case
        if any(authority.may(actor, action, Record(path)) for path in paths):
            return case_id
    raise NotFound("no such case", kind="case")
