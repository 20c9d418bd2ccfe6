"""Lists of work: ordered by time, paged by key, counted by the same date, and never more than the post permits."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bpm_core.domain.errors import InvalidData
from bpm_core.models import Case, WorkItem
from bpm_core.queries import worklists
from bpm_core.queries.visibility import Access, Scope, access, visible_to
from bpm_core.queries.worklists import Filters
from tests.bpm_core.commands.conftest import AT, Office

TODAY = AT.date()


def several(office: Office, count: int) -> list[Case]:
    return [office.start(despite_open="test") for _ in range(count)]


def test_pages_by_key_hold_every_item_once(office: Office) -> None:
    several(office, 7)
    actor = office.actor("window")
    seen: list[object] = []
    after = ""

    for _ in range(10):
        page = worklists.page(actor, Scope.OFFICE, today=TODAY, after=after, limit=3)
        seen += [row.item.pk for row in page.rows]
        after = page.after
        if not after:
            break

    assert len(seen) == len(set(seen)) == 7


def test_what_is_due_first_stands_first(office: Office) -> None:
    late, early = office.reviewed(despite_open="x"), office.reviewed(despite_open="x")
    WorkItem.objects.filter(case=early, closed_at=None).update(sort_at=AT - timedelta(days=3))

    rows = worklists.page(office.actor("first"), Scope.OFFICE, today=TODAY).rows

    assert [row.item.case_id for row in rows] == [early.pk, late.pk]
    assert rows[0].stand.sign == "overdue"


def test_counts_and_filters_agree_with_what_is_shown(office: Office) -> None:
    office.reviewed(despite_open="x")
    overdue = office.reviewed(despite_open="x")
    WorkItem.objects.filter(case=overdue, closed_at=None).update(sort_at=AT - timedelta(days=3))
    actor = office.actor("first")

    counts = worklists.counts(actor, Scope.OFFICE, today=TODAY)
    shown = worklists.page(actor, Scope.OFFICE, Filters(state="overdue"), today=TODAY).rows

    assert (counts.total, counts.overdue, counts.running) == (2, 1, 1)
    assert [row.item.case_id for row in shown] == [overdue.pk]


def test_a_stopped_clock_is_neither_overdue_nor_running(office: Office) -> None:
    case = office.reviewed()
    Case.objects.filter(pk=case.pk).update(clock_state="stopped")
    WorkItem.objects.filter(case=case, closed_at=None).update(sort_at=AT - timedelta(days=3))

    counts = worklists.counts(office.actor("first"), Scope.OFFICE, today=TODAY)

    assert (counts.stopped, counts.overdue) == (1, 0)


def test_a_key_that_was_never_given_is_refused(office: Office) -> None:
    with pytest.raises(InvalidData):
        worklists.page(office.actor("first"), Scope.OFFICE, today=TODAY, after="2026~x")


def test_a_page_costs_the_same_number_of_queries_whatever_its_length(office: Office) -> None:
    several(office, 2)
    actor = office.actor("window")
    worklists.page(actor, Scope.OFFICE, today=TODAY)
    with CaptureQueriesContext(connection) as short:
        worklists.page(actor, Scope.OFFICE, today=TODAY)
    several(office, 6)

    with CaptureQueriesContext(connection) as long:
        worklists.page(actor, Scope.OFFICE, today=TODAY)

    assert len(long) == len(short) <= 2  # the items; the calendar while none is loaded


def test_each_post_sees_its_own_subtree(office: Office) -> None:
    case = office.reviewed()

    def sees(name: str) -> bool:
        return visible_to(office.actor(name)).filter(pk=case.pk).exists()

    assert sees("first") and sees("controller") and sees("window")
    assert not sees("elsewhere") and not sees("designer")


def test_a_case_is_one_indexed_query_away(office: Office) -> None:
    office.reviewed()

    with CaptureQueriesContext(connection) as queries:
        list(visible_to(office.actor("controller"))[:1])

    assert len(queries) <= 2  # the posts of the actor, the cases


def test_whoever_took_part_sees_the_whole_case(office: Office) -> None:
    case = office.start(by="town", unit_code="410823901000")
    office.do(case, "S10", "town", bank_account="6222020200112233445", start_month="2026-12", remark="x")

    assert access(office.actor("town"), Case.objects.get(pk=case.pk)) is Access.FULL
    assert access(office.actor("elsewhere"), Case.objects.get(pk=case.pk)) is None
