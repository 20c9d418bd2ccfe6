"""A case told: its steps done, now and to come; what follows a step; what is known and in which words."""

from __future__ import annotations

from decimal import Decimal

import pytest

from bpm_core.domain.errors import NotFound, SeparationOfDuty
from bpm_core.queries import cases, deadlines, facts, tasks
from bpm_core.queries.visibility import Access
from tests.bpm_core.commands.conftest import AT, Office


def test_steps_are_told_in_the_order_they_were_done(office: Office) -> None:
    case = office.reviewed()
    view = cases.get(office.actor("first"), case.number)

    steps = [(step.name_zh, step.state) for step in cases.progress(view)]

    assert steps[:3] == [("填写申请", "done"), ("核查缴费", "done"), ("初审", "now")]


def test_the_timeline_names_who_did_what(office: Office) -> None:
    case = office.reviewed()
    office.do(case, "S30", "first", first_result="pass")

    events = cases.timeline(cases.get(office.actor("first"), case.number))

    last = events[-1]
    assert (last.action, last.step[0], last.actor_kind) == ("work_item.completed", "初审", "person")
    assert [event.seq for event in events] == sorted(event.seq for event in events)


def test_what_follows_is_found_through_gateways(office: Office) -> None:
    case = office.reviewed()

    task = tasks.get(office.actor("first"), office.item(case, "S30"))

    assert [(step.element.name_zh, step.lane, step.second_person) for step in task.following] == [("复核", "C2", True)]


def test_a_step_may_be_taken_by_its_lane_alone(office: Office) -> None:
    case = office.reviewed()
    item_id = office.item(case, "S30")

    assert tasks.get(office.actor("first"), item_id).may_claim
    assert not tasks.get(office.actor("second"), item_id).may_claim
    with pytest.raises(NotFound):
        tasks.get(office.actor("elsewhere"), item_id)


def test_separation_of_duty_is_told_before_the_claim(office: Office) -> None:
    case = office.reviewed()
    office.do(case, "S30", "both", first_result="pass")
    task = tasks.get(office.actor("both"), office.item(case, "S40"))

    with pytest.raises(SeparationOfDuty):
        tasks.check_duty(office.actor("both"), task)


def test_a_draft_opens_for_its_owner_alone(office: Office) -> None:
    from bpm_core.commands import work_items

    case = office.start()
    item_id = office.item(case, "S10")
    work_items.claim(item_id, actor=office.actor("window"), at=AT)
    work_items.save_draft(item_id, data={"remark": "请尽快"}, actor=office.actor("window"), at=AT)

    mine = tasks.draft(item_id, office.staff["window"].pk)

    assert mine and mine.answers == {"remark": "请尽快"}
    assert tasks.draft(item_id, office.staff["town"].pk) is None


def test_facts_have_words_and_personal_ones_no_value(office: Office) -> None:
    case = office.reviewed()

    found = {fact.name: fact for fact in facts.of_case(case)}

    assert (found["insured_months"].label.zh, found["insured_months"].value) == ("缴费月数", Decimal(24))
    assert found["bank_account"].personal
    assert found["bank_account"].value is None
    assert "bank_account" not in facts.variables(case)


def test_every_running_limit_explains_itself(office: Office) -> None:
    case = office.reviewed()

    for explained in deadlines.explain(case, AT.date()):
        assert [line.code for line in explained.lines][:2] == ["limit", "started"]


def test_access_to_a_case_of_ones_office_is_full(office: Office) -> None:
    case = office.reviewed()

    assert cases.get(office.actor("first"), case.number).access is Access.FULL
