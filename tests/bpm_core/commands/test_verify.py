"""`verify` finds what was changed behind the commands' back, and says nothing when all is well."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.core.management import call_command
from django.db import connection

from bpm_core.commands import people
from bpm_core.models import (
    AccessEntry,
    Case,
    CaseFact,
    Job,
    JournalEntry,
    Subscription,
    Timer,
    WorkItem,
    append_only,
)
from bpm_core.queries import verify
from tests.bpm_core.commands.conftest import AT, Office


@pytest.fixture
def unlocked(db: None) -> Iterator[None]:
    """A database whose owner took the triggers away."""
    append_only.remove(connection)
    yield
    append_only.install(connection)


def rules(report: verify.Report) -> set[str]:
    return {breach.rule for breach in report.breaches}


def test_a_case_at_every_stage_is_whole(office: Office) -> None:
    case = office.reviewed()
    assert verify.run().ok
    office.do(case, "S30", "first", first_result="pass")
    assert verify.run().ok
    office.do(case, "S40", "second", second_result="pass")

    report = verify.run()

    assert (report.ok, report.cases, report.entries) == (True, 1, 8)


def test_the_journal_cannot_be_changed(office: Office) -> None:
    from django.db import DatabaseError, transaction

    case = office.start()

    with pytest.raises(DatabaseError), transaction.atomic():
        JournalEntry.objects.filter(case=case).update(action="case.nothing")
    with pytest.raises(DatabaseError), transaction.atomic():
        JournalEntry.objects.filter(case=case).delete()


def test_a_changed_entry_is_found(office: Office, unlocked: None) -> None:
    case = office.reviewed()
    JournalEntry.objects.filter(case=case, seq=2).update(actor_id=999)

    assert "chain" in rules(verify.run())


def test_a_removed_tail_is_found(office: Office, unlocked: None) -> None:
    case = office.reviewed()
    last = JournalEntry.objects.filter(case=case).order_by("-seq").first()
    JournalEntry.objects.filter(case=case, seq=last.seq).delete()

    assert {"chain", "steps", "replay"} <= rules(verify.run())


def test_a_changed_fact_is_found(office: Office) -> None:
    case = office.reviewed()
    CaseFact.objects.filter(case=case, name="amount").update(value={"$n": "9999"})

    assert rules(verify.run()) == {"facts"}


def test_a_changed_work_item_is_found(office: Office) -> None:
    case = office.reviewed()
    WorkItem.objects.filter(case=case, element_id="S30").update(state="allocated", holder=office.staff["both"])

    assert rules(verify.run()) == {"replay"}


def test_a_lost_job_is_found(office: Office) -> None:
    case = office.applied()
    Job.objects.filter(case=case).delete()

    assert "replay" in rules(verify.run())


def test_a_state_of_another_case_is_found(office: Office) -> None:
    one, other = office.start(), office.start(despite_open="second")
    Case.objects.filter(pk=one.pk).update(state=other.state)

    assert rules(verify.run()) == {"state"}


def test_a_case_that_nothing_will_move_is_found(office: Office) -> None:
    case = office.start()
    WorkItem.objects.filter(case=case).update(state="cancelled", closed_at=AT)
    case.subscriptions.all().delete()

    assert "lost" in rules(verify.run())
    assert not Timer.objects.exists()


def test_a_changed_look_is_found(office: Office, unlocked: None) -> None:
    case = office.start()
    for _ in range(3):
        shown = people.reveal(
            office.person.pk, field="name", purpose="核对", case_id=case.pk, actor=office.actor("window"), at=AT
        )
    assert shown == "单雄信"
    assert verify.run().access_entries == 3
    AccessEntry.objects.filter(seq=2).update(purpose="x")

    assert rules(verify.run()) == {"access"}


def test_the_command_ends_with_1_on_a_breach(office: Office) -> None:
    case = office.reviewed()
    call_command("verify", case.number)
    CaseFact.objects.filter(case=case, name="amount").update(value={"$n": "1"})

    with pytest.raises(SystemExit) as ended:
        call_command("verify", json=True)

    assert ended.value.code == 1


def test_no_open_case_is_stuck_and_one_that_lost_its_step_is_found(office: Office) -> None:
    case = office.start()
    assert verify.stuck() == []

    Subscription.objects.filter(case=case).delete()
    WorkItem.objects.filter(case=case).update(closed_at=AT)

    assert verify.stuck() == [case.number]
