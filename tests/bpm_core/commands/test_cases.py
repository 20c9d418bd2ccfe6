"""What happens to a case as a whole: numbers, withdrawal, refusal, standing still, corrections, returns, hand-overs."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bpm_core.commands import cases, incidents, jobs, messages, supplements, timers, work_items
from bpm_core.commands.actors import SYSTEM, TIMER
from bpm_core.domain.errors import Duplicate, InvalidData, NotAllowed, NotFound, StaleVersion, WrongState
from bpm_core.models import (
    Case,
    CaseFact,
    Clock,
    ClockStop,
    Grant,
    Incident,
    Job,
    JournalEntry,
    LateMessage,
    Material,
    Notice,
    Timer,
    WorkItem,
)
from bpm_core.queries import verify
from tests.bpm_core.commands import sample
from tests.bpm_core.commands.conftest import AT, COUNTY, TOWN, Office


def test_numbers_follow_each_other_within_a_year(office: Office) -> None:
    first, second = office.start(), office.start(despite_open="twins")

    assert (first.number, second.number) == ("SAM-01-2026-0000001", "SAM-01-2026-0000002")


def test_a_second_open_case_of_the_same_matter_is_refused(office: Office) -> None:
    office.start()

    with pytest.raises(Duplicate) as refused:
        office.start()

    assert refused.value.facts["other_case"] == "SAM-01-2026-0000001"


def test_a_caseworker_of_another_office_cannot_start_a_case_here(office: Office) -> None:
    with pytest.raises(NotAllowed):
        office.start(by="controller")


def test_the_clocks_start_with_the_marked_step(office: Office) -> None:
    case = office.start()
    assert (case.clock_state, Clock.objects.count()) == ("waiting", 0)

    office.do(case, "S10", "window", **sample.APPLICATION)

    case.refresh_from_db()
    assert (case.clock_state, str(case.promised_due_on), str(case.legal_due_on)) == (
        "running",
        "2026-11-23",
        "2026-11-30",
    )


def test_withdrawal_goes_the_way_the_process_draws(office: Office) -> None:
    case = office.reviewed()

    moved = cases.withdraw(case.pk, reason="已就业", actor=office.actor("window"), at=AT)

    assert (moved.status, moved.ended) == ("withdrawn", "E3")
    assert not WorkItem.objects.filter(case=case, closed_at=None).exists()
    assert verify.run().ok


def test_a_rejected_case_has_a_notice_and_its_grounds(office: Office) -> None:
    case = office.reviewed()

    moved = cases.reject(case.pk, reason_code="RC1", reason="不符合条件", actor=office.actor("first"), at=AT)

    assert moved.status == "rejected"
    notice = Notice.objects.get(case=case)
    assert (notice.kind, notice.body["reason_code"]) == ("rejection", "RC1")
    assert verify.run().ok


def test_a_cancelled_case_gives_the_benefit_back(office: Office) -> None:
    case = office.reviewed()
    office.do(case, "S30", "first", first_result="pass")
    office.do(case, "S40", "second", second_result="pass")
    assert Grant.objects.get(case=case).status == "active"

    cases.cancel(case.pk, reason="重复", actor=office.actor("manager"), at=AT)

    grant = Grant.objects.get(case=case)
    assert (grant.status, grant.months.count()) == ("revoked", 0)
    assert verify.run().ok


def test_a_suspended_case_cannot_be_worked_on_and_resumes_with_new_days(office: Office) -> None:
    case = office.reviewed()
    cases.suspend(case.pk, ground="hearing", note="等待仲裁", actor=office.actor("first"), at=AT)
    with pytest.raises(WrongState):
        work_items.claim(office.item(case, "S30"), actor=office.actor("first"), at=AT)

    cases.resume(case.pk, proof="裁决书", actor=office.actor("first"), at=AT + timedelta(days=7))

    case.refresh_from_db()
    assert (case.status, str(case.legal_due_on)) == ("running", "2026-12-07")
    assert ClockStop.objects.get(case=case).proof == "裁决书"
    assert WorkItem.objects.get(case=case, element_id="S30").due_on.isoformat() == "2026-11-25"
    assert verify.run().ok


def test_the_one_time_notice_stops_the_clock_until_it_is_answered(office: Office) -> None:
    case = office.reviewed()
    item = office.item(case, "S30")
    work_items.claim(item, actor=office.actor("first"), at=AT)

    notice = supplements.request(item, missing=["M1"], note="缺身份证", actor=office.actor("first"), at=AT)

    case.refresh_from_db()
    assert (case.status, case.clock_state, notice.until_on.isoformat()) == ("supplement", "stopped", "2026-11-30")
    assert WorkItem.objects.get(pk=item).state == "suspended"

    supplements.receive(case.pk, received=["M1"], actor=office.actor("window"), at=AT + timedelta(days=2))

    case.refresh_from_db()
    notice.refresh_from_db()
    assert (case.status, case.clock_state, str(case.legal_due_on)) == ("running", "running", "2026-12-02")
    assert notice.answered_at is not None
    assert Material.objects.get(case=case, code="M1").state == "received"
    row = WorkItem.objects.get(pk=item)
    assert (row.state, row.holder_id) == ("allocated", office.staff["first"].pk)
    assert verify.run().ok


def test_a_second_one_time_notice_needs_a_new_ground(office: Office) -> None:
    case = office.reviewed()
    item = office.item(case, "S30")
    work_items.claim(item, actor=office.actor("first"), at=AT)
    supplements.request(item, missing=["M1"], note="缺", actor=office.actor("first"), at=AT)
    supplements.receive(case.pk, received=["M1"], actor=office.actor("window"), at=AT)

    with pytest.raises(WrongState) as refused:
        supplements.request(item, missing=["M2"], note="又缺", actor=office.actor("first"), at=AT)

    assert refused.value.reason == "one_time_notice"
    supplements.request(item, missing=["M2"], note="又缺", new_ground="证件过期", actor=office.actor("first"), at=AT)


def test_a_return_opens_the_earlier_step_with_its_reason(office: Office) -> None:
    case = office.reviewed()
    office.do(case, "S30", "first", first_result="pass")
    item = office.item(case, "S40")
    work_items.claim(item, actor=office.actor("second"), at=AT)

    cases.return_to(
        case.pk, work_item_id=item, element_id="S30", reason="金额不符", actor=office.actor("second"), at=AT
    )

    again = WorkItem.objects.get(case=case, element_id="S30", closed_at=None)
    assert (again.visit, again.returned_reason) == (2, "金额不符")
    assert WorkItem.objects.get(pk=item).state == "cancelled"
    assert verify.run().ok


def test_a_corrected_fact_moves_the_decision_and_stays_on_record(office: Office) -> None:
    case = office.reviewed()
    before = CaseFact.objects.get(case=case, name="start_month").digest

    cases.correct_fact(
        case.pk, name="start_month", value="2027-01", reason="录入错误", actor=office.actor("first"), at=AT
    )

    fact = CaseFact.objects.get(case=case, name="start_month")
    entry = JournalEntry.objects.get(case=case, action="case.corrected")
    assert (fact.value, fact.source, entry.body["before"]) == ("2027-01", "correction", before)
    assert verify.run().ok


def test_a_correction_that_does_not_fit_the_field_is_refused(office: Office) -> None:
    case = office.reviewed()

    with pytest.raises(InvalidData):
        cases.correct_fact(case.pk, name="start_month", value="2027-13", reason="x", actor=office.actor("first"), at=AT)


def test_handing_a_case_to_another_office_takes_its_steps_along(office: Office) -> None:
    case = office.reviewed()
    manager = office.actor("manager")

    cases.transfer_unit(case.pk, unit_code="410802000000", reason="户籍迁移", actor=manager, at=AT)

    row = WorkItem.objects.get(case=case, element_id="S30")
    assert (row.unit.code, row.l2, row.state) == ("410802000000", "410802000000", "offered")
    work_items.claim(row.pk, actor=office.actor("elsewhere"), at=AT)
    assert verify.run().ok


def test_a_stale_page_is_told_so(office: Office) -> None:
    case = office.reviewed()
    item = office.item(case, "S30")

    with pytest.raises(StaleVersion) as refused:
        work_items.claim(item, actor=office.actor("first"), at=AT, version=2)

    assert refused.value.facts == {"seen": 2, "now": 4}


def test_a_timer_fires_once_and_never_early(office: Office) -> None:
    case = office.reviewed()
    office.do(case, "S30", "first", first_result="pass")
    office.do(case, "S40", "second", second_result="pass")
    timer = Timer.objects.get(case=case)

    assert timers.fire(timer.pk, actor=TIMER, at=timer.due_at - timedelta(seconds=1)) is None
    moved = timers.fire(timer.pk, actor=TIMER, at=timer.due_at)
    assert timers.fire(timer.pk, actor=TIMER, at=timer.due_at) is None

    assert (moved.status, moved.ended) == ("completed", "E1")
    assert Grant.objects.get(case=case).status == "ended"
    assert verify.run().ok


def test_a_message_nobody_waits_for_is_kept_as_late(office: Office) -> None:
    case = office.reviewed()

    answer = messages.deliver("NOBODY", case_id=case.pk, payload={}, actor=SYSTEM, at=AT)

    assert isinstance(answer, messages.Late)
    assert LateMessage.objects.get(case=case).reason == "nobody_waits"


def test_a_message_with_values_its_step_does_not_declare_is_refused(office: Office) -> None:
    case = office.reviewed()

    with pytest.raises(InvalidData):
        messages.deliver("WITHDRAW", case_id=case.pk, payload={"__class__": "x"}, actor=SYSTEM, at=AT)


def test_a_register_out_of_tries_becomes_an_incident_and_can_be_tried_again(office: Office) -> None:
    case = office.applied()
    job = Job.objects.get(case=case)
    jobs.fail(job.pk, error="timeout", retry_at=AT + timedelta(minutes=1), actor=SYSTEM, at=AT)
    assert Incident.objects.count() == 0

    jobs.fail(job.pk, error="timeout", actor=SYSTEM, at=AT)
    incident = Incident.objects.get(case=case)
    assert (incident.code, incident.job_id, Job.objects.get(pk=job.pk).state) == ("job_failed", job.pk, "failed")
    assert verify.run().ok

    incidents.retry(incident.pk, actor=office.actor("manager"), at=AT)
    office.answer(case)
    assert WorkItem.objects.filter(case=case, element_id="S30").exists()
    assert verify.run().ok


def test_a_controller_changes_nothing(office: Office) -> None:
    case = office.reviewed()
    controller = office.actor("controller")

    for act in (
        lambda: cases.withdraw(case.pk, reason="x", actor=controller, at=AT),
        lambda: cases.cancel(case.pk, reason="x", actor=controller, at=AT),
        lambda: cases.suspend(case.pk, ground="x", note="x", actor=controller, at=AT),
        lambda: work_items.claim(office.item(case, "S30"), actor=controller, at=AT),
    ):
        with pytest.raises(NotAllowed):
            act()

    assert Case.objects.get(pk=case.pk).version == 4


def test_an_item_is_entrusted_only_to_somebody_whose_post_fits(office: Office) -> None:
    case = office.reviewed()
    item = office.item(case, "S30")
    work_items.claim(item, actor=office.actor("first"), at=AT)

    with pytest.raises(NotAllowed):
        work_items.entrust(
            item, to_account=office.staff["window"].pk, reason="休假", actor=office.actor("first"), at=AT
        )
    work_items.entrust(item, to_account=office.staff["both"].pk, reason="休假", actor=office.actor("first"), at=AT)

    row = WorkItem.objects.get(pk=item)
    assert (row.holder_id, row.entrusted_by_id) == (office.staff["both"].pk, office.staff["first"].pk)


def test_a_case_of_no_published_process_is_not_started(office: Office) -> None:
    with pytest.raises(NotFound):
        cases.start("nothing", unit_code=COUNTY, actor=office.actor("window"), at=AT)


def test_a_township_window_enters_a_case_that_its_county_decides(office: Office) -> None:
    case = office.start(by="town", unit_code=TOWN)

    assert (case.unit.code, case.entry_unit.code) == (COUNTY, TOWN)
    assert WorkItem.objects.get(case=case).unit.code == TOWN
