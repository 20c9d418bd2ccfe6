"""A process that dies between any two writes leaves nothing half done: it all happened, or nothing did."""

from __future__ import annotations

import os
from collections.abc import Callable

import pytest
from django.db import connections

from bpm_core.commands import failpoints, ledger, memory, supplements, work_items
from bpm_core.commands.failpoints import FailpointHit
from bpm_core.models import Case, Grant, Notice, WorkItem
from bpm_core.queries import verify
from tests.bpm_core.commands import sample
from tests.bpm_core.commands.conftest import AT, Office


@pytest.fixture(autouse=True)
def _disarmed() -> object:
    yield
    failpoints.disarm()


def places_passed(act: Callable[[], object]) -> list[str]:
    """Failpoints that `act` comes by, in the order they were first met."""
    failpoints.disarm()
    failpoints.arm("nowhere", lambda: None)
    act()
    found = list(failpoints.HITS)
    failpoints.disarm()
    return found


def die_at(place: str, act: Callable[[], object]) -> int:
    """Run `act` in a process of its own that is gone, as if killed, the moment it comes by the place."""
    connections.close_all()
    child = os.fork()
    if child == 0:
        failpoints.arm(place, lambda: os._exit(9))
        try:
            act()
        finally:
            os._exit(0)
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status)


def ready_to_pass(office: Office) -> tuple[Case, object]:
    case = office.reviewed(despite_open="crash")
    office.do(case, "S30", "first", first_result="pass")
    item = office.item(case, "S40")
    work_items.claim(item, actor=office.actor("second"), at=AT)
    return case, item


def test_killed_at_any_place_of_a_completion_nothing_is_half_done(real_office: Office) -> None:
    """The second review with a pass: work item, facts, form, ledger, message, timer and journal in one step."""
    data, actor = {"second_result": "pass"}, real_office.actor("second")
    rehearsed, item = ready_to_pass(real_office)
    places = places_passed(lambda: work_items.complete(item, data=data, actor=actor, at=AT))
    ledger.release(rehearsed.pk)
    case, item = ready_to_pass(real_office)
    version = Case.objects.get(pk=case.pk).version

    for place in places:
        memory.forget()
        code = die_at(place, lambda: work_items.complete(item, data=data, actor=actor, at=AT))
        memory.forget()
        if place == "unit.committed":
            assert code == 9
            break
        assert Case.objects.get(pk=case.pk).version == version, place
        assert not Grant.objects.filter(case=case).exists(), place
        assert verify.run().ok, place

    assert Case.objects.get(pk=case.pk).version == version + 1
    assert (Grant.objects.filter(case=case).count(), verify.run().breaches) == (1, [])
    assert len(places) >= 2


def test_an_error_between_two_writes_leaves_the_case_to_be_done_again(real_office: Office) -> None:
    case, item = ready_to_pass(real_office)
    actor, data = real_office.actor("second"), {"second_result": "pass"}

    def fail() -> None:
        raise FailpointHit

    for place in ("step.before", "also.0", "step.insert.journalentry"):
        failpoints.arm(place, fail)
        try:
            work_items.complete(item, data=data, actor=actor, at=AT)
        except FailpointHit:
            assert WorkItem.objects.get(pk=item).state == "allocated"
        else:
            assert place == "step.insert.journalentry"  # PostgreSQL writes it all in one statement
            break
        failpoints.disarm()

    if WorkItem.objects.get(pk=item).state == "allocated":
        work_items.complete(item, data=data, actor=actor, at=AT)
    assert verify.run().ok
    assert Grant.objects.filter(case=case).count() == 1


def test_a_notice_is_not_issued_without_its_step(real_office: Office) -> None:
    case = real_office.start()
    item = real_office.item(case, "S10")
    work_items.claim(item, actor=real_office.actor("window"), at=AT)

    for place in ("also.0", "step.before"):
        act = lambda: supplements.request(  # noqa: E731
            item, missing=["M1"], note="补", actor=real_office.actor("window"), at=AT
        )
        assert die_at(place, act) == 9
        assert Notice.objects.count() == 0
        assert verify.run().ok


def test_a_lost_answer_is_given_again_under_its_key(real_office: Office) -> None:
    """The process dies after the commit and before the answer: the caller asks again and gets it."""
    case = real_office.start()
    item = real_office.item(case, "S10")
    actor = real_office.actor("window")
    work_items.claim(item, actor=actor, at=AT)

    code = die_at(
        "unit.committed", lambda: work_items.complete(item, data=sample.APPLICATION, actor=actor, at=AT, key="once")
    )
    memory.forget()
    again = work_items.complete(item, data=sample.APPLICATION, actor=actor, at=AT, key="once")

    assert code == 9
    assert again.version == Case.objects.get(pk=case.pk).version == 3
    assert verify.run().ok
