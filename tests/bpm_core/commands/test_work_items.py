"""The everyday way of a case: offered, claimed, completed by the right people, to its end."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bpm_core.commands import idempotency, work_items
from bpm_core.domain.errors import IdempotencyConflict, InvalidData, NotAllowed, SeparationOfDuty, WrongState
from bpm_core.models import CaseFact, FormRecord, JournalEntry, Outbox, Timer, WorkItem
from tests.bpm_core.commands import sample
from tests.bpm_core.commands.conftest import AT, Office


def test_a_case_goes_from_window_to_two_reviewers_and_its_result(office: Office) -> None:
    case = office.reviewed()
    office.do(case, "S30", "first", first_result="pass")

    moved = office.do(case, "S40", "second", second_result="pass")

    assert moved.status == "running"
    assert Timer.objects.get(case=case).due_at.isoformat() == "2026-11-18T16:00:00+00:00"
    assert Outbox.objects.get(case=case, topic="message.sent").body["payload"] == ["amount"]
    assert CaseFact.objects.get(case=case, name="amount").value == {"$n": "300"}


def test_a_refused_claim_ends_as_rejected(office: Office) -> None:
    case = office.reviewed()
    office.do(case, "S30", "first", first_result="pass")

    moved = office.do(case, "S40", "second", second_result="reject")

    assert (moved.status, moved.ended) == ("rejected", "E2")
    case.refresh_from_db()
    assert (case.outcome, case.clock_state, case.ended_at) == ("rejected", "ended", AT)


def test_the_same_person_cannot_review_twice(office: Office) -> None:
    case = office.reviewed()
    office.do(case, "S30", "both", first_result="pass")

    with pytest.raises(SeparationOfDuty):
        work_items.claim(office.item(case, "S40"), actor=office.actor("both"), at=AT)


def test_a_claimed_item_is_not_claimed_again(office: Office) -> None:
    case = office.start()
    item = office.item(case, "S10")
    work_items.claim(item, actor=office.actor("window"), at=AT)

    with pytest.raises(WrongState):
        work_items.claim(item, actor=office.actor("window"), at=AT)


def test_another_offices_reviewer_cannot_claim(office: Office) -> None:
    case = office.reviewed()

    with pytest.raises(NotAllowed):
        work_items.claim(office.item(case, "S30"), actor=office.actor("elsewhere"), at=AT)


def test_an_answer_with_keys_that_are_not_in_the_form_is_refused_and_nothing_moves(office: Office) -> None:
    case = office.start()
    item = office.item(case, "S10")
    work_items.claim(item, actor=office.actor("window"), at=AT)

    with pytest.raises(InvalidData) as refused:
        work_items.complete(item, data=sample.APPLICATION | {"__builtins__": "{}"}, actor=office.actor("window"), at=AT)

    assert [(e.key, e.code) for e in refused.value.errors] == [("__builtins__", "unknown_field")]
    assert WorkItem.objects.get(pk=item).state == "allocated"
    assert JournalEntry.objects.filter(case=case).count() == 2


def test_personal_answers_are_nowhere_to_be_read(office: Office) -> None:
    case = office.applied()

    account = sample.APPLICATION["bank_account"]
    fact = CaseFact.objects.get(case=case, name="bank_account")
    assert (fact.value, fact.personal) == (None, True)
    case.refresh_from_db()
    assert account.encode() not in bytes(case.state) + bytes(fact.value_enc)
    assert account not in str(list(JournalEntry.objects.values_list("body", flat=True)))
    assert account not in str(list(Outbox.objects.values_list("body", flat=True)))
    assert account.encode() not in bytes(FormRecord.objects.get(case=case).data_enc)


def test_the_same_key_gives_the_same_answer_and_one_step(office: Office) -> None:
    case = office.start()
    item = office.item(case, "S10")
    first = work_items.claim(item, actor=office.actor("window"), at=AT, key="k1")

    again = work_items.claim(item, actor=office.actor("window"), at=AT, key="k1")

    assert again == first
    assert JournalEntry.objects.filter(case=case, action="work_item.claimed").count() == 1


def test_release_gives_the_item_back_and_keeps_the_draft(office: Office) -> None:
    case = office.start()
    item = office.item(case, "S10")
    work_items.claim(item, actor=office.actor("window"), at=AT)
    work_items.save_draft(item, data={"remark": "半"}, actor=office.actor("window"), at=AT)

    work_items.release(item, actor=office.actor("window"), at=AT)

    row = WorkItem.objects.get(pk=item)
    assert (row.state, row.holder_id, row.drafts.count()) == ("offered", None, 1)


def test_a_village_case_is_reviewed_at_its_county(office: Office) -> None:
    case = office.reviewed()

    row = WorkItem.objects.get(case=case, element_id="S30")
    assert (row.unit.code, row.lane, row.due_on.isoformat()) == ("410823000000", "C1", "2026-11-18")
    assert case.l4 == "410823901001"


def test_an_answer_is_kept_for_a_week(office: Office) -> None:
    case = office.start()
    item = office.item(case, "S10")
    work_items.claim(item, actor=office.actor("window"), at=AT, key="k1")

    kept = idempotency.forget_old(at=AT + timedelta(days=7))
    dropped = idempotency.forget_old(at=AT + timedelta(days=7, seconds=1))

    assert (kept, dropped) == (0, 1)


def test_the_same_key_for_another_request_is_refused(office: Office) -> None:
    case = office.start()
    item = office.item(case, "S10")
    work_items.claim(item, actor=office.actor("window"), at=AT, key="k1")
    work_items.complete(item, data=sample.APPLICATION, actor=office.actor("window"), at=AT, key="k2")

    with pytest.raises(IdempotencyConflict):
        work_items.complete(item, data={"remark": "x"}, actor=office.actor("window"), at=AT, key="k2")
