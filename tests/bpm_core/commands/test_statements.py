"""A step costs one statement when the case is warm on PostgreSQL, two round trips when it is cold."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bpm_core import engine
from bpm_core.commands import heads, work_items
from tests.bpm_core.commands.conftest import AT, Office

postgres_only = pytest.mark.skipif(connection.vendor != "postgresql", reason="counts PostgreSQL's round trips")


def ready(office: Office) -> tuple[object, object]:
    """A first review held by a reviewer, with everything that is read once a process in memory."""
    warm_up = office.reviewed()
    office.do(warm_up, "S30", "first", first_result="pass")
    case = office.reviewed(despite_open="count")
    item = office.item(case, "S30")
    work_items.claim(item, actor=office.actor("first"), at=AT)
    return case, item


@postgres_only
def test_a_warm_completion_is_one_statement(real_office: Office) -> None:
    _, item = ready(real_office)
    actor = real_office.actor("first")

    with CaptureQueriesContext(connection) as captured:
        work_items.complete(item, data={"first_result": "pass"}, actor=actor, at=AT, key="k")

    assert [query["sql"][:6] for query in captured.captured_queries] == ["WITH c"]


@postgres_only
def test_a_cold_completion_is_two_round_trips(real_office: Office) -> None:
    case, item = ready(real_office)
    actor = real_office.actor("first")
    heads.forget()
    engine.discard(str(case.pk))

    with CaptureQueriesContext(connection) as captured:
        work_items.complete(item, data={"first_result": "pass"}, actor=actor, at=AT)

    assert [query["sql"][:6] for query in captured.captured_queries] == ["SELECT", "WITH c"]


def test_a_warm_completion_reads_nothing(real_office: Office) -> None:
    _, item = ready(real_office)
    actor = real_office.actor("first")

    with CaptureQueriesContext(connection) as captured:
        work_items.complete(item, data={"first_result": "pass"}, actor=actor, at=AT)

    assert not [query["sql"] for query in captured.captured_queries if query["sql"].startswith("SELECT")]
