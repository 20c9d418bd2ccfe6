"""Overdue limits climb the offices, once a level, and stand still with their case."""

from __future__ import annotations

from bpm_core.commands import clocks, supplements, work_items
from bpm_core.models import Escalation, JournalEntry, WorkItem
from tests.bpm_core.commands.conftest import AT, Office
from tests.workers.conftest import Clock


def raised() -> list[tuple[int, str]]:
    rows = Escalation.objects.exclude(work_item=None).order_by("level")
    return list(rows.values_list("level", "unit__code"))


def test_nothing_is_escalated_on_the_last_day(office: Office, clock: Clock) -> None:
    case = office.reviewed()
    item = WorkItem.objects.get(case=case, closed_at=None)
    assert item.due_on is not None
    clock.at = AT.replace(day=item.due_on.day)

    assert clocks.escalate_due(at=clock.at) == 0


def test_an_overdue_step_climbs_one_level_after_another(office: Office, clock: Clock) -> None:
    office.reviewed()  # S30: 2 working days from Monday 16 November 2026

    clock.go_on(days=3)  # Thursday: 1 working day late
    clocks.escalate_due(at=clock.at)
    assert raised() == [(1, "410823000000")]

    clocks.escalate_due(at=clock.at)
    assert raised() == [(1, "410823000000")]

    clock.go_on(days=5)  # Tuesday: 4 working days late
    clocks.escalate_due(at=clock.at)
    assert raised() == [(1, "410823000000"), (2, "410800000000")]

    clock.go_on(days=60)  # there is no office above the municipality
    clocks.escalate_due(at=clock.at)
    assert raised() == [(1, "410823000000"), (2, "410800000000")]


def test_each_escalation_is_in_the_journal(office: Office, clock: Clock) -> None:
    case = office.reviewed()
    clock.go_on(days=3)

    clocks.escalate_due(at=clock.at)

    entry = JournalEntry.objects.get(case=case, action="clock.escalated")
    assert (entry.actor_kind, entry.element_id) == ("timer", "S30")
    assert entry.body["offices"] == ["410823000000"]


def test_what_stands_still_is_not_overdue(office: Office, clock: Clock) -> None:
    case = office.reviewed()
    item = WorkItem.objects.get(case=case, closed_at=None)
    work_items.claim(item.pk, actor=office.actor("first"), at=clock.at)
    supplements.request(item.pk, missing=["M1"], note="please bring it", actor=office.actor("first"), at=clock.at)
    clock.go_on(days=30)

    assert clocks.escalate_due(at=clock.at) == 0


def test_a_case_whose_promised_limit_is_missed_is_escalated_too(office: Office, clock: Clock) -> None:
    case = office.reviewed()  # promised: 5 working days
    clock.go_on(days=8)

    clocks.escalate_due(at=clock.at)

    assert Escalation.objects.filter(case=case, work_item=None).values_list("level", flat=True).get() == 1
