"""Repairing a case: every act is on record, and its inverse puts things back."""

from __future__ import annotations

import pytest

from bpm_core.commands import cases, jobs, repair
from bpm_core.commands.actors import SYSTEM
from bpm_core.domain.errors import InvalidData, NotAllowed, NotFound, WrongState
from bpm_core.models import Case, CaseFact, Incident, Job, JournalEntry, WorkItem
from bpm_core.queries import verify
from tests.bpm_core.commands import sample
from tests.bpm_core.commands.conftest import AT, Office


def stuck(office: Office) -> tuple[Case, str]:
    """A case whose register look-up is out of tries; with its token."""
    case = office.applied()
    job = Job.objects.get(case=case)
    jobs.fail(job.pk, error="timeout", actor=SYSTEM, at=AT)
    return case, job.token


def test_a_stuck_step_is_skipped_and_gone_back_to(office: Office) -> None:
    case, token = stuck(office)
    manager = office.actor("manager")
    repair.set_variable(case.pk, name="insured_months", value="24", reason="电话核实", actor=manager, at=AT)

    moved = repair.skip(case.pk, token=token, reason="登记系统停机", actor=manager, at=AT)

    assert [item.element_id for item in moved.opened] == ["S30"]
    assert Incident.objects.get(case=case).resolution == "token moved to S25"
    assert verify.run().ok
    back = next(place for place in repair.tokens(case.pk, actor=manager, at=AT) if place.element_id == "S30")
    repair.move_token(case.pk, token=back.token, to_element=moved.more["undo"], reason="恢复", actor=manager, at=AT)
    assert Job.objects.filter(case=case, element_id="S20", state="waiting").count() == 1
    assert not WorkItem.objects.filter(case=case, element_id="S30", closed_at=None).exists()
    assert verify.run().ok


def test_a_variable_is_set_and_set_back(office: Office) -> None:
    case = office.reviewed()
    manager = office.actor("manager")

    moved = repair.set_variable(case.pk, name="months_due", value="6", reason="核对", actor=manager, at=AT)
    assert CaseFact.objects.get(case=case, name="months_due").value == {"$n": "6"}

    repair.set_variable(case.pk, name="months_due", value=moved.more["undo"], reason="恢复", actor=manager, at=AT)
    assert CaseFact.objects.get(case=case, name="months_due").value == {"$n": "3"}
    assert JournalEntry.objects.filter(case=case, action="case.variable_set").count() == 2
    assert verify.run().ok


@pytest.mark.parametrize("value", ["amount + 1", "][", "__import__('os')"])
def test_a_value_that_is_no_literal_is_refused(office: Office, value: str) -> None:
    case = office.reviewed()

    with pytest.raises(InvalidData):
        repair.set_variable(case.pk, name="months_due", value=value, reason="x", actor=office.actor("manager"), at=AT)


def test_a_name_the_process_does_not_route_by_is_refused(office: Office) -> None:
    case = office.reviewed()

    with pytest.raises(NotFound):
        repair.set_variable(case.pk, name="bank_account", value='"1"', reason="x", actor=office.actor("manager"), at=AT)


def test_a_token_that_is_not_there_is_refused(office: Office) -> None:
    case = office.reviewed()

    with pytest.raises(NotFound):
        repair.move_token(case.pk, token="999", to_element="S30", reason="x", actor=office.actor("manager"), at=AT)


def test_an_ended_case_is_started_again_as_a_new_one(office: Office) -> None:
    case = office.applied()
    with pytest.raises(WrongState):
        repair.restart(case.pk, reason="误", actor=office.actor("window"), at=AT)
    cases.withdraw(case.pk, reason="误点撤回", actor=office.actor("window"), at=AT)

    again = repair.restart(case.pk, reason="误点撤回", actor=office.actor("window"), at=AT, key="r1")

    assert (again.status, again.person_id) == ("running", office.person.pk)
    entry = JournalEntry.objects.get(case=case, action="case.restarted")
    assert entry.body["as_case"] == again.number
    assert repair.restart(case.pk, reason="误点撤回", actor=office.actor("window"), at=AT, key="r1").pk == again.pk
    office.do(again, "S10", "window", **sample.APPLICATION)
    assert verify.run().ok


def test_only_who_may_repair_does(office: Office) -> None:
    case, token = stuck(office)

    for name in ("window", "first", "controller", "designer"):
        with pytest.raises(NotAllowed):
            repair.skip(case.pk, token=token, reason="x", actor=office.actor(name), at=AT)
