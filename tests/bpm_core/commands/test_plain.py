"""A diagram of another tool runs as it is: values come with the answers, pools and calls from the same files."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from bpm_core.commands import cases, definitions, jobs, repair, work_items
from bpm_core.domain.actors import SYSTEM
from bpm_core.domain.errors import InvalidData, NotFound
from bpm_core.models import Case, Job, ProcessDefinition, WorkItem
from bpm_core.notation import bundle
from bpm_core.queries import bundles, facts, tasks, verify
from tests.bpm_core.commands import sample
from tests.bpm_core.commands.conftest import AT, COUNTY, Office
from tests.bpm_core.commands.plain import END, START, diagram, ends, node, process

CHOICE = """<bpmn:exclusiveGateway id="G" default="no"/>
<bpmn:sequenceFlow id="in" sourceRef="Decide" targetRef="G"/>
<bpmn:sequenceFlow id="yes" sourceRef="G" targetRef="Yes"><bpmn:conditionExpression
  xsi:type="bpmn:tFormalExpression">amount &gt; 10</bpmn:conditionExpression></bpmn:sequenceFlow>
<bpmn:sequenceFlow id="no" sourceRef="G" targetRef="No"/>
<bpmn:userTask id="Yes" name="Yes"/><bpmn:userTask id="No" name="No"/>"""


def published(office: Office, files: dict[str, bytes]) -> list[ProcessDefinition]:
    drafts = definitions.upload_all(files, actor=office.actor("designer"), at=AT)
    definitions.publish(drafts[0].pk, actor=office.actor("publisher"), at=AT)
    return drafts


def start(office: Office, key: str, **variables: Any) -> Case:
    return cases.start(key, unit_code=COUNTY, variables=variables, actor=office.actor("window"), at=AT)


def choice(office: Office) -> Case:
    text = process("choice", START, node("userTask", "Decide")).replace("</bpmn:process>", CHOICE + "</bpmn:process>")
    published(office, {"process.bpmn": diagram(text)})
    return start(office, "choice")


def open_steps(case: Case) -> set[str]:
    return set(WorkItem.objects.filter(case=case, closed_at=None).values_list("element_id", flat=True))


def test_a_step_without_a_form_takes_the_values_its_process_reads(office: Office) -> None:
    case = choice(office)

    office.do(case, "Decide", "window", amount=11)

    assert open_steps(case) == {"Yes"}


def test_what_is_typed_for_a_number_is_one(office: Office) -> None:
    case = choice(office)

    office.do(case, "Decide", "window", amount="11")

    assert open_steps(case) == {"Yes"}


def test_what_is_no_number_where_one_is_meant_is_refused_at_its_field(office: Office) -> None:
    case = choice(office)
    item = office.item(case, "Decide")
    work_items.claim(item, actor=office.actor("window"), at=AT)

    with pytest.raises(InvalidData) as refused:
        work_items.complete(item, data={"amount": "many"}, actor=office.actor("window"), at=AT)

    assert [(error.key, error.code) for error in refused.value.errors] == [("amount", "not_number")]


def test_the_desk_asks_for_what_the_process_reads_behind_a_step(office: Office) -> None:
    case = choice(office)

    task = tasks.get(office.actor("window"), office.item(case, "Decide"))

    assert task.schema is not None
    assert [(field.key, field.type) for field in task.schema.fields] == [("amount", "decimal")]


def test_what_nothing_reads_is_a_recorded_fact_and_told_in_no_journal(office: Office) -> None:
    case = choice(office)

    office.do(case, "Decide", "window", amount=3, remark="面谈")

    assert facts.variables(case) == {"amount": Decimal(3), "remark": "面谈"}
    assert "面谈" not in str(list(case.journal.values_list("body", flat=True)))
    assert verify.run([case.number]).ok


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("__class__", 1, "bad_name"),
        ("a\0b", 1, "bad_name"),
        ("text", "x" * 20_001, "too_big"),
        ("set", {1, 2}, "not_a_value"),
    ],
)
def test_what_is_no_value_or_too_much_is_refused(office: Office, name: str, value: Any, code: str) -> None:
    case = choice(office)
    item = office.item(case, "Decide")
    work_items.claim(item, actor=office.actor("window"), at=AT)

    with pytest.raises(InvalidData) as refused:
        work_items.complete(item, data={name: value}, actor=office.actor("window"), at=AT)

    assert [error.code for error in refused.value.errors] == [code]


def test_a_process_with_forms_takes_what_its_forms_ask_and_nothing_else(office: Office) -> None:
    case = office.start()
    item = office.item(case, "S10")
    work_items.claim(item, actor=office.actor("window"), at=AT)

    with pytest.raises(InvalidData):
        work_items.complete(
            item, data=sample.APPLICATION | {"second_result": "pass"}, actor=office.actor("window"), at=AT
        )


def test_a_job_of_a_plain_diagram_brings_what_its_connector_answers(office: Office) -> None:
    task = node("serviceTask", "Ask", camunda_type="external", camunda_topic="registers")
    text = process("asking", START, task, node("userTask", "Look"), END)
    published(office, {"process.bpmn": diagram(text)})
    case = start(office, "asking")

    jobs.finish(Job.objects.get(case=case).pk, outputs={"found": True}, actor=SYSTEM, at=AT)

    assert facts.variables(case) == {"found": True}


def test_an_operator_sets_any_value_of_a_plain_diagram(office: Office) -> None:
    case = choice(office)

    repair.set_variable(case.pk, name="amount", value="12", reason="typed wrong", actor=office.actor("manager"), at=AT)
    office.do(case, "Decide", "window")

    assert open_steps(case) == {"Yes"}


# -- several processes handed in together


def called(key: str) -> str:
    begin, end = ends(key)
    return process(key, begin, node("userTask", f"{key}_step"), end)


def caller(key: str, of: str) -> str:
    begin, end = ends(key)
    return process(key, begin, node("callActivity", f"{key}_call", calledElement=of), end)


def test_every_process_of_a_file_becomes_a_definition_of_its_own(office: Office) -> None:
    drafts = published(office, {"process.bpmn": diagram(called("first"), called("second"))})

    assert {(row.key, row.status) for row in ProcessDefinition.objects.filter(pk__in=[d.pk for d in drafts])} == {
        ("first", "published"),
        ("second", "published"),
    }
    assert open_steps(start(office, "second")) == {"second_step"}


def test_case_numbers_of_a_diagram_without_a_code_are_in_the_letters_of_numbers(office: Office) -> None:
    published(office, {"process.bpmn": diagram(called("Process_1x7f.Antrag_prüfen"))})

    assert start(office, "Process_1x7f.Antrag_prüfen").number == "PROCESS-1X7F-ANTRAG-2026-0000001"


def test_a_call_finds_the_process_of_its_own_file(office: Office) -> None:
    published(office, {"process.bpmn": diagram(caller("outer", "inside"), called("inside"))})
    case = start(office, "outer")

    assert open_steps(case) == {"inside_step"}
    assert bundles.of_process(case.definition, "inside").key == "inside"
    office.do(case, "inside_step", "window")
    case.refresh_from_db()
    assert case.status == "completed"
    assert verify.run([case.number]).ok


def test_a_call_finds_the_process_of_another_file_handed_in_with_it(office: Office) -> None:
    files = {"a.bpmn": diagram(caller("outer", "inside")), "b.bpmn": diagram(called("inside"))}

    drafts = published(office, files)

    assert ProcessDefinition.objects.get(pk=drafts[0].pk).called == {"inside": 1}
    assert open_steps(start(office, "outer")) == {"inside_step"}


def test_of_those_handed_in_together_none_is_published_when_one_cannot_be(office: Office) -> None:
    files = {"a.bpmn": diagram(called("inside")), "b.bpmn": diagram(caller("outer", "nowhere"))}
    drafts = definitions.upload_all(files, actor=office.actor("designer"), at=AT)

    with pytest.raises(NotFound):
        definitions.publish(drafts[0].pk, actor=office.actor("publisher"), at=AT)

    assert not ProcessDefinition.objects.filter(key__in=["inside", "outer"], status="published").exists()


def test_a_global_task_of_the_file_is_called_like_a_process(office: Office) -> None:
    published(office, {"process.bpmn": diagram(caller("outer", "Ask"), '<bpmn:globalUserTask id="Ask" name="问"/>')})
    case = start(office, "outer")

    assert open_steps(case) == {"Ask"}
    office.do(case, "Ask", "window")
    case.refresh_from_db()
    assert case.status == "completed"


def test_two_processes_of_a_file_have_digests_of_their_own() -> None:
    data = diagram(called("first"), called("second"))

    first, second = (bundle.read({"process.bpmn": data}, key=key) for key in ("first", "second"))

    assert first.digest == bundle.digest({"process.bpmn": data})
    assert second.digest != first.digest
