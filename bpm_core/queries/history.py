"""A case against the standard: for each step who, when, how long against the limit, what changed, which rule decided.

A departure is where the case did not go as the standard has it: a limit missed, a return, a correction, automation that
needed a person. Rules about persons (same hands twice) are enforced before the fact; they are examined here once more.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from bpm_core.domain.calendar import WorkCalendar, civil_date
from bpm_core.feel import values
from bpm_core.models.cases import Case
from bpm_core.models.quality import Finding
from bpm_core.models.work import WorkItem
from bpm_core.notation.labels import Label
from bpm_core.queries import calendars, cases, deadlines, decisions, facts
from bpm_core.queries.cases import CaseView, Event
from bpm_core.queries.decisions import Retaken

CLOSING = frozenset({"work_item.completed"})


@dataclass(frozen=True, slots=True)
class Departure:
    """Where the case left the standard. `code` is worded by the screens with `facts`.

    Codes: late_step (days, limit, unit), late_case (kind, days, unit, due_on), open_overdue (days), returned,
    corrected, repeated (visit), same_hands (group, step), incident (code).
    """

    code: str
    seq: int | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Measure:
    """A step's time against its standard; working days, or None where the step has no limit."""

    limit: int | None
    unit: str
    due_on: date | None
    used_days: int
    late_days: int


@dataclass(frozen=True, slots=True)
class Changed:
    """A fact that the entry recorded; a personal one, or one kept out of the journal, has no value here."""

    name: str
    label: Label | None
    value: Any
    told: bool
    source: str


@dataclass(frozen=True, slots=True)
class Line:
    """One journal entry of the history."""

    event: Event
    measure: Measure | None
    changed: tuple[Changed, ...]
    ruled: tuple[Retaken, ...]
    departures: tuple[Departure, ...]
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class History:
    """The whole case against the standard."""

    view: CaseView
    lines: tuple[Line, ...]
    departures: tuple[Departure, ...]  # of the case as a whole
    findings: tuple[Finding, ...]
    words: Mapping[str, Label]

    @property
    def all_departures(self) -> tuple[Departure, ...]:
        return (*self.departures, *(each for line in self.lines for each in line.departures))


def of_case(view: CaseView, *, today: date) -> History:
    """The history of a case the actor may see."""
    calendar = calendars.current()
    words = facts.labels_of_case(view.case)
    rows = Finding.objects.filter(case=view.case).select_related("raised_by")
    found = list(rows.prefetch_related("actions__assigned_to", "actions__unit", "actions__closed_by"))
    hands: dict[str, list[tuple[str, str]]] = {}
    retaker = decisions.Retaker(view.case.definition)
    lines = []
    for event in cases.timeline(view):
        measure = _measure(event, calendar)
        lines.append(
            Line(
                event=event,
                measure=measure,
                changed=tuple(_changed(event.body.get("facts", {}), words)),
                ruled=tuple(retaker.retake(taken, event.at) for taken in event.decisions),
                departures=tuple(_departures(event, measure, view.case.definition.key, hands)),
                findings=tuple(each for each in found if each.entry_seq == event.seq),
            )
        )
    return History(view, tuple(lines), tuple(_whole(view.case, view.open_items, today, calendar)), tuple(found), words)


def _measure(event: Event, calendar: WorkCalendar) -> Measure | None:
    item = event.item
    if item is None or event.action not in CLOSING:
        return None
    began, ended = civil_date(item.opened_at), civil_date(event.at)
    late = calendar.working_days_between(item.due_on, ended) if item.due_on and ended > item.due_on else 0
    if item.due_on and ended > item.due_on:
        late = max(1, late)
    return Measure(item.limit_value, item.limit_unit, item.due_on, calendar.working_days_between(began, ended), late)


def _changed(recorded: Mapping[str, Any], words: Mapping[str, Label]) -> Iterator[Changed]:
    for name, fact in recorded.items():
        told = "value" in fact
        value = values.decode(fact["value"]) if told else None
        yield Changed(name, words.get(name), value, told, fact.get("source", ""))


def _departures(
    event: Event, measure: Measure | None, own_key: str, hands: dict[str, list[tuple[str, str]]]
) -> Iterator[Departure]:
    if measure is not None and measure.late_days:
        told = {"days": measure.late_days, "limit": measure.limit, "unit": measure.unit}
        yield Departure("late_step", event.seq, told)
    if event.action == "case.returned":
        yield Departure("returned", event.seq)
    if event.action == "case.corrected":
        yield Departure("corrected", event.seq)
    for code in event.incidents:
        yield Departure("incident", event.seq, {"code": code})
    item = event.item
    if item is None or event.action not in CLOSING:
        return
    if item.visit > 1 and item.process_key == own_key:
        yield Departure("repeated", event.seq, {"visit": item.visit})
    for group in item.sod_groups.split():
        before = hands.setdefault(group, [])
        for key, element_id in before:
            if item.closer_key and key == item.closer_key and element_id != item.element_id:
                yield Departure("same_hands", event.seq, {"group": group, "step": element_id})
        before.append((item.closer_key, item.element_id))


def _whole(case: Case, open_items: Iterable[WorkItem], today: date, calendar: WorkCalendar) -> Iterator[Departure]:
    """Departures of the case as a whole: a missed limit, a step that is overdue now."""
    for each in deadlines.explain(case, today):
        if each.clock.work_item_id is None and each.deadline.overdue:
            told = {
                "kind": each.clock.kind,
                "days": -each.deadline.left,
                "unit": each.clock.limit_unit,
                "due_on": each.deadline.due_on,
            }
            yield Departure("late_case", None, told)
    if case.clock_state == "stopped":
        return
    for item in open_items:
        if item.due_on and item.due_on < today:
            days = max(1, calendar.working_days_between(item.due_on, today))
            yield Departure("open_overdue", None, {"days": days, "name_zh": item.name_zh, "name_en": item.name_en})
