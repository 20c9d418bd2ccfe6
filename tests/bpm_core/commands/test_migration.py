"""Running cases taken to another version of their process, looked at first, and put back."""

from __future__ import annotations

from typing import Any

import pytest
from django.db.models import Model

from bpm_core.commands import definitions, failpoints, messages, migration, work_items
from bpm_core.commands.failpoints import FailpointHit
from bpm_core.domain.errors import InvalidData, NotAllowed, WrongState
from bpm_core.models import (
    Case,
    Draft,
    Incident,
    Job,
    JournalEntry,
    MigratedCase,
    MigrationRun,
    ProcessDefinition,
    Subscription,
    Timer,
    WorkItem,
)
from bpm_core.queries import verify
from tests.bpm_core.commands import sample
from tests.bpm_core.commands.conftest import AT, Office


@pytest.fixture(autouse=True)
def _disarmed() -> object:
    yield
    failpoints.disarm()


def publish(office: Office, *changes: tuple[str, str]) -> ProcessDefinition:
    """Version 2 of the sample process, with texts of its diagram changed."""
    files = sample.files()
    text = files["process.bpmn"].decode()
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new)
    draft = definitions.upload(files | {"process.bpmn": text.encode()}, actor=office.actor("designer"), at=AT)
    return definitions.publish(draft.pk, actor=office.actor("publisher"), at=AT)


RENAME_S30 = [('id="S30"', 'id="S31"'), ('targetRef="S30"', 'targetRef="S31"'), ('sourceRef="S30"', 'sourceRef="S31"')]


def move_all(office: Office, way: migration.Route, size: int = 200) -> MigrationRun:
    run = migration.begin(way, reason="新规施行", actor=office.actor("publisher"), at=AT)
    while migration.move_batch(run.pk, size=size, actor=office.actor("publisher"), at=AT).left:
        pass
    return run


def undo_all(office: Office, run: MigrationRun) -> list[migration.Tally]:
    tallies = []
    while not tallies or tallies[-1].left:
        tallies.append(migration.undo_batch(run.pk, actor=office.actor("publisher"), at=AT))
    return tallies


KEPT: tuple[type[Model], ...] = (WorkItem, Draft, Timer, Subscription, Job, Incident)


def everything(case: Case) -> dict[str, Any]:
    """Every row of a case that a move may touch, column by column, and its state byte by byte."""
    row = Case.objects.get(pk=case.pk)
    rows: dict[str, Any] = {"case": (row.definition_id, bytes(row.state), row.status, row.promised_due_on)}
    for model in KEPT:
        link = "work_item__case" if model is Draft else "case"
        rows[model.__name__] = list(model._default_manager.filter(**{link: case.pk}).order_by("pk").values())
    return rows


def test_a_case_goes_on_in_the_new_version_with_its_holder_draft_and_new_limit(office: Office) -> None:
    case = office.reviewed()
    item = office.item(case, "S30")
    work_items.claim(item, actor=office.actor("first"), at=AT)
    work_items.save_draft(item, data={"first_result": "pass"}, actor=office.actor("first"), at=AT)
    new = publish(office, *RENAME_S30, ('name="初审"', 'name="一审"'), ('guicheng:limit="2"', 'guicheng:limit="4"'))

    move_all(office, migration.route(sample.KEY, 1, 2, {"S30": "S31"}))

    row = WorkItem.objects.get(pk=item)
    assert (row.element_id, row.name_zh, row.definition_id) == ("S31", "一审", new.pk)
    assert (row.state, row.holder.username, row.limit_value) == ("allocated", "first", 4)
    assert row.due_on.isoformat() == "2026-11-20"
    assert Draft.objects.filter(work_item=item).exists()
    entry = JournalEntry.objects.get(case=case, action="case.migrated")
    assert entry.body["renamed"] == [[row.token, "Body/S30", "Body/S31"]]
    assert (entry.body["old"]["version"], entry.body["new"]["version"]) == (1, 2)
    work_items.complete(item, data={"first_result": "pass"}, actor=office.actor("first"), at=AT)
    office.do(case, "S40", "second", second_result="pass")
    assert verify.run().ok


TIMER_ON_S30 = (
    '<bpmn:boundaryEvent id="H1"',
    """<bpmn:boundaryEvent id="H2" attachedToRef="Body" cancelActivity="false"><bpmn:outgoing>f9</bpmn:outgoing>
      <bpmn:timerEventDefinition id="H2d"><bpmn:timeDuration>duration("P30D")</bpmn:timeDuration>
      </bpmn:timerEventDefinition></bpmn:boundaryEvent>
    <bpmn:sequenceFlow id="f9" sourceRef="H2" targetRef="E4"/>
    <bpmn:endEvent id="E4" name="提醒" guicheng:nameEn="Reminded"><bpmn:incoming>f9</bpmn:incoming></bpmn:endEvent>
    <bpmn:boundaryEvent id="H1\"""",
)


def waiting_everywhere(office: Office) -> list[Case]:
    """Cases at a form, a job, an incident, a review under way, a second review, and a timer."""
    at_form = office.start(despite_open="1")
    at_job = office.applied(despite_open="2")
    reviewing = office.reviewed(despite_open="3")
    item = office.item(reviewing, "S30")
    work_items.claim(item, actor=office.actor("first"), at=AT)
    work_items.save_draft(item, data={"first_result": "return"}, actor=office.actor("first"), at=AT)
    second = office.reviewed(despite_open="4")
    office.do(second, "S30", "first", first_result="pass")
    at_timer = office.reviewed(despite_open="5")
    office.do(at_timer, "S30", "first", first_result="pass")
    office.do(at_timer, "S40", "second", second_result="pass")
    assert Timer.objects.filter(case=at_timer, fired_at=None).exists()
    return [at_form, at_job, reviewing, second, at_timer]


def test_cases_at_every_kind_of_wait_move_and_are_put_back_to_the_letter(office: Office) -> None:
    found = waiting_everywhere(office)
    before = [everything(case) for case in found]
    new = publish(
        office,
        *RENAME_S30,
        TIMER_ON_S30,
        ('id="T1"', 'id="T2"'),
        ('sourceRef="T1"', 'sourceRef="T2"'),
        ('targetRef="T1"', 'targetRef="T2"'),
        ('name="WITHDRAW"', 'name="WITHDRAWN"'),
        ('camunda:candidateGroups="C2"', 'camunda:candidateGroups="C1"'),
    )
    way = migration.route(sample.KEY, 1, 2, {"S30": "S31", "T1": "T2"})
    assert verify.run().ok

    run = move_all(office, way, size=2)

    assert [Case.objects.get(pk=case.pk).definition_id for case in found] == [new.pk] * 5
    assert verify.run().breaches == []
    assert Subscription.objects.filter(case=found[0]).values_list("name", flat=True).get() == "WITHDRAWN"
    assert Timer.objects.filter(case=found[0], element_id="H2", cancelled_at=None).count() == 1
    assert Timer.objects.get(case=found[4], fired_at=None).element_id == "T2"
    assert WorkItem.objects.get(case=found[3], closed_at=None).lane == "C1"
    tallies = undo_all(office, run)
    assert (sum(t.done for t in tallies), sum(t.refused for t in tallies)) == (5, 0)
    assert [everything(case) for case in found] == before
    assert verify.run().breaches == []
    office.do(found[3], "S40", "second", second_result="reject")
    assert verify.run().ok


def test_moved_cases_run_to_their_ends(office: Office) -> None:
    [at_form, at_job, reviewing, second, _] = waiting_everywhere(office)
    publish(office, *RENAME_S30, ('name="WITHDRAW"', 'name="WITHDRAWN"'))
    move_all(office, migration.route(sample.KEY, 1, 2, {"S30": "S31"}))

    office.do(at_form, "S10", "window", **sample.APPLICATION)
    office.answer(at_job)
    held = WorkItem.objects.get(case=reviewing, closed_at=None)
    work_items.complete(held.pk, data={"first_result": "pass"}, actor=office.actor("first"), at=AT)
    office.do(second, "S40", "second", second_result="reject")
    messages.deliver("WITHDRAWN", case_id=at_form.pk, payload={}, actor=office.actor("window"), at=AT)

    at_form.refresh_from_db()
    assert at_form.status == "withdrawn"
    assert office.item(at_job, "S31")
    assert office.item(reviewing, "S40")
    assert verify.run().breaches == []


def test_the_same_person_is_still_refused_the_second_review_after_the_move(office: Office) -> None:
    case = office.reviewed()
    office.do(case, "S30", "both", first_result="pass")
    publish(office, ('name="复核"', 'name="复核二"'))
    move_all(office, migration.route(sample.KEY, 1, 2))

    with pytest.raises(NotAllowed):
        work_items.claim(office.item(case, "S40"), actor=office.actor("both"), at=AT)


def test_a_dry_run_says_which_case_stays_and_writes_nothing(office: Office) -> None:
    stays, moves = office.reviewed(despite_open="1"), office.start(despite_open="2")
    publish(office, *RENAME_S30)
    before = everything(stays)
    way = migration.route(sample.KEY, 1, 2)

    outcomes = {one.number: one for one in migration.dry_run(way, actor=office.actor("publisher"), at=AT)}

    assert outcomes[moves.number].ok
    [obstacle] = outcomes[stays.number].obstacles
    assert (obstacle.code, obstacle.element_id) == ("element_gone", "S30")
    assert everything(stays) == before
    assert not MigrationRun.objects.exists()


def test_what_can_not_move_is_noted_and_the_others_move(office: Office) -> None:
    stays, moves = office.reviewed(despite_open="1"), office.start(despite_open="2")
    publish(office, *RENAME_S30)

    run = move_all(office, migration.route(sample.KEY, 1, 2))

    row = MigratedCase.objects.get(run=run, case=stays)
    assert (row.outcome, row.reasons[0][:3]) == ("refused", ["element_gone", "S30", sample.KEY])
    assert MigratedCase.objects.get(run=run, case=moves).outcome == "moved"
    run.refresh_from_db()
    assert run.finished_at is not None
    assert Case.objects.get(pk=stays.pk).definition_id == office.definition.pk


def test_a_case_that_has_gone_on_is_not_put_back(office: Office) -> None:
    case = office.reviewed()
    publish(office, ('name="初审"', 'name="一审"'))
    run = move_all(office, migration.route(sample.KEY, 1, 2))
    work_items.claim(office.item(case, "S30"), actor=office.actor("first"), at=AT)

    with pytest.raises(WrongState, match="stays where it is"):
        migration.undo_case(case.pk, run_id=run.pk, actor=office.actor("publisher"), at=AT)
    tallies = undo_all(office, run)

    assert sum(t.refused for t in tallies) == 1
    assert MigratedCase.objects.get(run=run).kept_because == "moved_since"
    assert verify.run().ok


def test_an_interrupted_run_goes_on_where_it_stopped(real_office: Office) -> None:
    found = [real_office.start(despite_open=str(n)) for n in range(5)]
    publish(real_office, ('name="初审"', 'name="一审"'))
    way = migration.route(sample.KEY, 1, 2)
    seen = 0

    def third() -> None:
        nonlocal seen
        seen += 1
        if seen == 3:
            raise FailpointHit

    failpoints.arm("step.written", third)
    with pytest.raises(FailpointHit):
        move_all(real_office, way)
    failpoints.disarm()
    versions = [JournalEntry.objects.filter(case=case, action="case.migrated").count() for case in found]
    moved_before = MigratedCase.objects.count()

    run = move_all(real_office, way)

    assert versions in ([1, 1, 0, 0, 0], [1, 1, 1, 0, 0])  # killed within the third, before or after it was whole
    assert moved_before == sum(versions)
    assert MigrationRun.objects.count() == 1
    assert MigratedCase.objects.filter(run=run, outcome="moved").count() == 5
    entries = JournalEntry.objects.filter(action="case.migrated").values_list("case_id", flat=True)
    assert sorted(entries) == [case.pk for case in found]
    assert verify.run().ok


def test_an_unfinished_run_with_another_mapping_is_refused(office: Office) -> None:
    office.reviewed()
    publish(office, *RENAME_S30)
    actor = office.actor("publisher")
    migration.begin(migration.route(sample.KEY, 1, 2), reason="新规", actor=actor, at=AT)

    with pytest.raises(WrongState, match="another mapping"):
        migration.begin(migration.route(sample.KEY, 1, 2, {"S30": "S31"}), reason="新规", actor=actor, at=AT)


@pytest.mark.parametrize("mapping", [{"S99": "S31"}, {"S30": "S99"}, {"other/S30": "S31"}])
def test_a_mapping_that_names_what_is_not_there_is_refused(office: Office, mapping: dict[str, str]) -> None:
    publish(office, *RENAME_S30)

    with pytest.raises(InvalidData):
        migration.route(sample.KEY, 1, 2, mapping)


@pytest.mark.parametrize("name", ["window", "first", "manager", "designer", "controller"])
def test_only_a_publisher_moves_cases(office: Office, name: str) -> None:
    publish(office, ('name="初审"', 'name="一审"'))
    way = migration.route(sample.KEY, 1, 2)

    with pytest.raises(NotAllowed):
        migration.begin(way, reason="x", actor=office.actor(name), at=AT)


def test_a_figure_the_new_version_asks_for_is_given_to_the_case(office: Office) -> None:
    case = office.reviewed()
    office.do(case, "S30", "first", first_result="pass")
    publish(
        office,
        ('second_result = "pass" and months_due', 'second_result = "pass" and start_month != null and months_due'),
    )
    way = migration.route(sample.KEY, 1, 2)
    assert "start_month" in way.asks

    move_all(office, way)

    assert JournalEntry.objects.get(case=case, action="case.migrated").body["given"] == ["start_month"]
    office.do(case, "S40", "second", second_result="pass")
    assert Timer.objects.filter(case=case, element_id="T1", fired_at=None).exists()
    assert verify.run().ok
