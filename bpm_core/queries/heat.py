"""How often and how long: counts and times at each element of a process, for the heat map and its table."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from math import ceil
from statistics import median, quantiles

from django.db.models import Count

from bpm_core.domain.actors import Actor
from bpm_core.domain.calendar import civil_date
from bpm_core.models.definitions import ProcessDefinition
from bpm_core.models.journal import JournalEntry
from bpm_core.models.work import WorkItem
from bpm_core.queries import quality
from bpm_core.queries.quality import Filters

#: The newest cases that are reckoned; the page says so when there are more.
MOST_CASES = 2_000
LEVELS = 5


@dataclass(frozen=True, slots=True)
class Spot:
    """Figures of one element. Times are seconds from being offered to being done, None where nobody waits.

    passed   how often cases went through; open: how many wait there now; late: done or waiting after the limit
    """

    element_id: str
    passed: int = 0
    open: int = 0
    late: int = 0
    timed: int = 0
    median_s: float | None = None
    p90_s: float | None = None
    limit_value: int | None = None
    limit_unit: str = ""

    @property
    def late_percent(self) -> int:
        whole = self.timed + self.open
        return round(100 * self.late / whole) if whole else 0


@dataclass(frozen=True, slots=True)
class HeatMap:
    """Figures of a process over the cases that fit. `cut`: there were more than are reckoned."""

    cases: int
    cut: bool
    spots: dict[str, Spot]


def of_process(actor: Actor, definition: ProcessDefinition, filters: Filters, *, today: date) -> HeatMap:
    """Counts and times at the process's own elements, over cases of this version that the actor may control."""
    found = quality.cases(actor, filters, today=today).filter(definition=definition)
    ids = list(found.order_by("-opened_at").values_list("pk", flat=True)[: MOST_CASES + 1])
    cut = len(ids) > MOST_CASES
    ids = ids[:MOST_CASES]
    passed = _passed(ids, definition.key)
    spots = {element_id: Spot(element_id, passed=number) for element_id, number in passed.items()}
    for element_id, items in _items(ids, definition.key).items():
        spots[element_id] = _spot(element_id, items, passed[element_id], today)
    return HeatMap(len(ids), cut, spots)


def _chunks(ids: list[int], size: int = 500) -> Iterable[list[int]]:
    return (ids[at : at + size] for at in range(0, len(ids), size))


def _passed(ids: list[int], key: str) -> Counter[str]:
    counted: Counter[str] = Counter()
    for part in _chunks(ids):
        for body in JournalEntry.objects.filter(case_id__in=part).values_list("body", flat=True).iterator():
            counted.update(
                element_id
                for process_key, element_id, event, *_path in body.get("passed", ())
                if process_key == key and event in ("completed", "caught")
            )
    return counted


def _items(ids: list[int], key: str) -> dict[str, list[WorkItem]]:
    by_element: dict[str, list[WorkItem]] = defaultdict(list)
    wanted = ("element_id", "state", "opened_at", "closed_at", "due_on", "limit_value", "limit_unit")
    for part in _chunks(ids):
        for item in WorkItem.objects.filter(case_id__in=part, process_key=key).only(*wanted).iterator():
            by_element[item.element_id].append(item)
    return by_element


def _spot(element_id: str, items: list[WorkItem], passed: int, today: date) -> Spot:
    done = [item for item in items if item.state == "completed" and item.closed_at]
    waiting = [item for item in items if item.closed_at is None]
    seconds = sorted((item.closed_at - item.opened_at).total_seconds() for item in done if item.closed_at)
    late = sum(item.due_on is not None and civil_date(item.closed_at) > item.due_on for item in done)
    late += sum(item.due_on is not None and item.due_on < today for item in waiting)
    return Spot(
        element_id,
        passed=max(passed, len(done)),
        open=len(waiting),
        late=late,
        timed=len(done),
        median_s=median(seconds) if seconds else None,
        p90_s=quantiles(seconds, n=10, method="inclusive")[-1] if len(seconds) > 1 else (seconds or [None])[0],
        limit_value=items[0].limit_value,
        limit_unit=items[0].limit_unit,
    )


def levels(figures: dict[str, float]) -> dict[str, int]:
    """Heat 1 (least) to 5 (most) in equal steps of the largest figure; elements with nothing are left out."""
    positive = {name: value for name, value in figures.items() if value > 0}
    most = max(positive.values(), default=0)
    return {name: max(1, ceil(LEVELS * value / most)) for name, value in positive.items()}


def versions(key: str) -> list[ProcessDefinition]:
    """Versions of a process that cases ran on or may run on, each with `all_cases`, the newest first."""
    rows = ProcessDefinition.objects.filter(key=key).exclude(status="draft").defer("archive")
    return list(rows.annotate(all_cases=Count("cases")).order_by("-version"))


def processes() -> list[ProcessDefinition]:
    """Current versions of the processes that people apply for, by code."""
    rows = ProcessDefinition.objects.filter(is_current=True, callable_only=False).defer("archive")
    return list(rows.order_by("code"))
