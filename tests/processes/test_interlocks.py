"""How the services interlock: what one case finds out reaches, by post, the cases that depend on it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from bpm_core.domain.errors import Duplicate
from bpm_core.feel import values
from bpm_core.models import Case, CaseFact, Grant, Incident, JournalEntry, LateMessage
from bpm_core.seed.rehearsal import Stuck
from tests.processes.bureau import Bureau

pytestmark = pytest.mark.django_db


def fact(case: Case, name: str) -> Any:
    return values.decode(CaseFact.objects.get(case=case, name=name).value)


def end(case: Case) -> str:
    case.refresh_from_db()
    return case.end_element


def opened(code: str) -> Case:
    return Case.objects.get(definition__code=code)


def test_registration_as_unemployed_opens_the_benefit_claim() -> None:
    bureau = Bureau("EMP-06", "UNE-01")
    worker = bureau.person()
    registration = bureau.play("EMP-06", "01", about=worker, until="S100", wants_benefit=True)

    reached = bureau.post()

    claim = opened("UNE-01")
    assert [(one.process, one.how, one.case) for one in reached] == [("UNE-01", "opened", claim.number)]
    assert claim.person == worker
    assert claim.channel == "message"
    assert fact(claim, "unemp_no") == fact(registration, "unemp_no")
    assert fact(claim, "insured_months") == fact(registration, "insured_months")
    assert fact(claim, "sender_case") == registration.number


def test_a_claim_that_waits_for_the_registration_takes_it_up() -> None:
    bureau = Bureau("EMP-06", "UNE-01")
    worker = bureau.person()
    claim = bureau.play("UNE-01", "12", about=worker, until="G12")
    registration = bureau.play("EMP-06", "01", about=worker, until="S100", wants_benefit=True)

    (reached,) = bureau.post()

    entry = JournalEntry.objects.get(case=claim, action="message.received")
    assert (reached.how, reached.case) == ("taken", claim.number)
    assert entry.body["sender"] == registration.number


def test_handing_a_message_over_twice_opens_one_case() -> None:
    from bpm_core.commands import interlocks
    from bpm_core.models import Outbox

    bureau = Bureau("EMP-06", "UNE-01")
    bureau.play("EMP-06", "01", about=bureau.person(), until="S100", wants_benefit=True)
    for event in Outbox.objects.order_by("id"):
        interlocks.forward(event, at=bureau.now)
        event.body.pop(interlocks.REACHED, None)  # as if the worker had died before it noted what became of it
        interlocks.forward(event, at=bureau.now)

    assert Case.objects.filter(definition__code="UNE-01").count() == 1


def test_work_injury_goes_on_to_grading_and_back_to_the_benefits() -> None:
    bureau = Bureau("WIN-01", "WIN-02")
    worker = bureau.person()
    injury = bureau.play("WIN-01", "01", about=worker, until="G30")

    (asked,) = bureau.post()
    grading = bureau.take_up(opened("WIN-02"), "01", grade=7)
    answered = [one for one in bureau.post() if one.process == "WIN-01"]

    assert (asked.how, asked.process) == ("opened", "WIN-02")
    assert grading.person == worker
    assert [(one.how, one.case) for one in answered] == [("taken", injury.number)]
    assert fact(injury, "grade") == Decimal(7)
    bureau.go_on(injury)
    assert end(injury) == "E1"


def test_a_new_job_ends_the_unemployment_benefit_of_the_worker_it_names() -> None:
    bureau = Bureau("EMP-05", "UNE-01")
    worker, other = bureau.person(), bureau.person()
    number = bureau.id_of(worker)
    benefit = bureau.play("UNE-01", "01", about=worker, until="S100")
    untouched = bureau.play("UNE-01", "01", about=other, until="S100")
    job = bureau.play("EMP-05", "01", about=bureau.employer(), id_number=number)

    reached = [one for one in bureau.post() if one.process == "UNE-01"]

    assert [(one.how, one.case) for one in reached] == [("taken", benefit.number)]
    assert job.person is None  # the employer's own report: the worker is whom it names
    bureau.go_on(benefit)
    assert end(benefit) == "E4"
    assert untouched.ended_at is None
    assert not Grant.objects.get(case=benefit).months.filter(month__gt=f"{bureau.now:%Y-%m}").exists()


def test_a_registered_job_seeker_is_passed_to_matching() -> None:
    bureau = Bureau("EMP-01", "EMP-03")
    seeker = bureau.person()
    bureau.play("EMP-01", "01", about=seeker, until="S120")

    reached = {one.process: one.how for one in bureau.post()}

    assert reached["EMP-03"] == "opened"
    assert opened("EMP-03").person == seeker


def test_training_subsidy_follows_accreditation_class_and_certificate() -> None:
    bureau = Bureau("TRN-01", "TRN-02", "TRN-03", "TRN-04", "TRN-06", "UNE-02")
    school, trainee = bureau.employer(), bureau.person()
    bureau.play("TRN-02", "01", about=school, until="S200")

    bureau.post()
    lessons = bureau.take_up(opened("TRN-03"), "01", until="S80")
    class_no = fact(lessons, "class_no")
    bureau.play("TRN-04", "11", about=trainee, until="S30", class_no=class_no)
    bureau.go_on(lessons)
    bureau.post()

    claim = opened("TRN-01")
    exam = opened("TRN-06")
    assert lessons.enterprise == school
    assert claim.person == exam.person == trainee  # whoever claimed for the same class
    assert fact(claim, "class_no") == class_no
    assert fact(claim, "institution_grade") == fact(lessons, "institution_grade")

    bureau.take_up(exam, "01")
    reached = {one.process: one.how for one in bureau.post()}
    assert reached["UNE-02"] == "opened"
    assert fact(opened("UNE-02"), "cert_no") == fact(exam, "cert_no")


def test_the_second_part_of_the_subsidy_waits_for_the_job() -> None:
    bureau = Bureau("TRN-01", "EMP-05")
    trainee = bureau.person()
    claim = bureau.play("TRN-01", "01", about=trainee, until="G62")
    bureau.post()

    bureau.play("EMP-05", "01", about=bureau.employer(), id_number=bureau.id_of(trainee))
    reached = [one for one in bureau.post() if one.process == "TRN-01"]

    assert [(one.how, one.case) for one in reached] == [("taken", claim.number)]
    bureau.go_on(claim)
    assert end(claim) == "E1"


def test_a_message_nobody_can_take_is_on_record() -> None:
    bureau = Bureau("EMP-05", "UNE-01")
    worker = bureau.person()
    bureau.play("EMP-05", "01", about=bureau.employer(), id_number=bureau.id_of(worker))

    (reached,) = [one for one in bureau.post() if one.process == "UNE-01"]

    assert (reached.how, reached.reason) == ("late", "nobody_waits")
    assert LateMessage.objects.filter(name="EMPLOYMENT_REGISTERED", reason="nobody_waits").exists()


# -- benefits beside one another (processes/_library/benefits.toml)


def test_a_subsidy_for_new_work_is_refused_while_unemployment_benefit_runs() -> None:
    bureau = Bureau("UNE-01", "SUP-01")
    worker = bureau.person()
    bureau.play("UNE-01", "01", about=worker, until="S100", start_month="2026-11")

    with pytest.raises(Stuck) as stuck:
        bureau.play("SUP-01", "01", about=worker, until="S70", claim_quarter="2026-4")

    refused = stuck.value.__cause__
    assert isinstance(refused, Duplicate)
    assert (refused.reason, refused.facts["rule"]) == ("benefit_overlap", "X04")
    assert refused.facts["other_benefit"] == "unemployment_benefit"
    assert "《社会保险法》第51条第（一）项" in refused.facts["rule_zh"]
    assert not Grant.objects.filter(benefit="flexible_employment_subsidy").exists()


def test_another_quarter_is_no_duplicate() -> None:
    bureau = Bureau("UNE-01", "SUP-01")
    worker = bureau.person()
    bureau.play("UNE-01", "01", about=worker, until="S100", start_month="2026-11")

    bureau.play("SUP-01", "01", about=worker, until="S70", claim_quarter="2026-3")

    months = Grant.objects.get(benefit="flexible_employment_subsidy").months.filter(exclusion_group="X04")
    assert sorted(month.month for month in months) == ["2026-07", "2026-08", "2026-09"]


def test_an_allowance_beside_the_benefit_goes_on_and_somebody_looks() -> None:
    bureau = Bureau("UNE-01", "TRN-04")
    trainee = bureau.person()
    benefit = bureau.play("UNE-01", "01", about=trainee, until="S100", start_month="2026-11")

    allowance = bureau.play("TRN-04", "11", about=trainee, until="S60")
    with pytest.raises(Stuck, match="benefit_beside"):  # the player stops at every incident; the case does not
        bureau.go_on(allowance, until="S65")

    found = Incident.objects.get(case=allowance, code="benefit_beside")
    assert found.facts["rule"] == "X09"
    assert found.facts["other_case"] == f"{benefit.number[:-4]}****"
    assert "示例地方规定" in found.message
    assert Grant.objects.filter(case=allowance).exists()
