"""Lists of open work items: paged by key, never by offset, with the counts above them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from bpm_core.domain.actors import Actor
from bpm_core.domain.calendar import CIVIL_ZONE
from bpm_core.domain.errors import InvalidData
from bpm_core.models.work import WorkItem
from bpm_core.queries import calendars, deadlines, search
from bpm_core.queries.deadlines import Stand
from bpm_core.queries.visibility import Scope, items_for

PAGE = 50
#: A count beyond this is shown as "and more": nobody works through ten thousand by hand.
MOST = 9_999


@dataclass(frozen=True, slots=True)
class Filters:
    """What a list is narrowed to; every empty one is left out."""

    process: str = ""  # key
    state: str = ""  # overdue | today | running | stopped
    lane: str = ""
    text: str = ""  # as in search


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a list."""

    item: WorkItem
    stand: Stand

    @property
    def case(self) -> object:
        return self.item.case


@dataclass(frozen=True, slots=True)
class Page:
    """A page of a list. `after` is the key to ask the next page with, "" on the last one."""

    rows: Sequence[Row]
    after: str = ""


@dataclass(frozen=True, slots=True)
class Counts:
    """How many open items there are, by how their time stands."""

    overdue: int = 0
    today: int = 0
    running: int = 0
    stopped: int = 0
    total: int = 0
    more: bool = field(default=False)


_STOPPED = Q(case__clock_state="stopped")


def _conditions(today: date) -> dict[str, Q]:
    """By the same moment the lists are sorted by, so that order, counts and tags never disagree."""
    begins = datetime.combine(today, time(0), CIVIL_ZONE)
    ends = begins + timedelta(days=1)
    return {
        "overdue": ~_STOPPED & Q(sort_at__lt=begins),
        "today": ~_STOPPED & Q(sort_at__gte=begins, sort_at__lt=ends),
        "running": ~_STOPPED & Q(sort_at__gte=ends),
        "stopped": _STOPPED,
    }


def page(
    actor: Actor, scope: Scope, filters: Filters = Filters(), *, today: date, after: str = "", limit: int = PAGE
) -> Page:
    """The items after the key, the one that is due first in front."""
    items = _filtered(items_for(actor, scope), filters, today)
    if after:
        sort_at, item_id = _key(after)
        items = items.filter(Q(sort_at__gt=sort_at) | Q(sort_at=sort_at, id__gt=item_id))
    related = ("case__definition", "case__person", "case__enterprise", "unit", "holder")
    found = list(items.select_related(*related).defer("case__state").order_by("sort_at", "id")[: limit + 1])
    calendar = calendars.current()
    rows = [Row(item, deadlines.of_item(item, item.case, today, calendar)) for item in found[:limit]]
    more = len(found) > limit
    return Page(rows, f"{found[limit - 1].sort_at.isoformat()}~{found[limit - 1].pk}" if more else "")


def _filtered(items: QuerySet[WorkItem], filters: Filters, today: date) -> QuerySet[WorkItem]:
    if filters.process:
        items = items.filter(case__definition__key=filters.process)
    if filters.lane:
        items = items.filter(lane=filters.lane)
    if filters.state:
        items = items.filter(_conditions(today).get(filters.state, Q()))
    if filters.text:
        items = items.filter(search.condition(filters.text, "case__"))
    return items


def _key(after: str) -> tuple[datetime, UUID]:
    try:
        moment, _, item_id = after.partition("~")
        return datetime.fromisoformat(moment), UUID(item_id)
    except ValueError:
        raise InvalidData("not a page key", code="bad_page_key") from None


def counts(actor: Actor, scope: Scope, *, today: date) -> Counts:
    """Counts of a list by time. Beyond MOST items only the first MOST are counted."""
    items = items_for(actor, scope)
    ids = items.order_by().values("pk")[: MOST + 1]
    found = WorkItem.objects.filter(pk__in=ids).aggregate(
        total=Count("pk"), **{name: Count("pk", filter=condition) for name, condition in _conditions(today).items()}
    )
    return Counts(more=found["total"] > MOST, **found)


def processes(actor: Actor, scope: Scope) -> list[dict[str, str]]:
    """The procedures that occur in a list, for its filter."""
    names = ("case__definition__key", "case__definition__name_zh", "case__definition__name_en")
    rows = items_for(actor, scope).order_by(names[0]).values_list(*names).distinct()[:80]
    return [{"key": key, "name_zh": zh, "name_en": en} for key, zh, en in rows]


def lanes(actor: Actor, scope: Scope) -> list[str]:
    """The lanes that occur in a list, for its filter."""
    return list(items_for(actor, scope).order_by("lane").values_list("lane", flat=True).distinct()[:60])
