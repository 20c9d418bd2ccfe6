"""process.bpmn read into facts."""

from __future__ import annotations

import pytest

from bpm_core.notation import bpmn, xml
from bpm_core.notation.model import ClockAct, Limit, LimitUnit
from tests.bpm_core.notation.diagrams import around, flow, process


def test_a_user_task_says_its_form_post_limit_clock_and_duties() -> None:
    step = (
        '<bpmn:userTask id="t" name="初审" guicheng:nameEn="First review" camunda:formKey="F" '
        'camunda:candidateGroups="C1, C2" guicheng:limit="2" guicheng:limitUnit="working_day" '
        'guicheng:clock="suspend" guicheng:clockGround="supplement" guicheng:sod="a b">'
        "<bpmn:documentation>核对。</bpmn:documentation>"
        '<bpmn:documentation textFormat="text/x-en">Compare.</bpmn:documentation>'
        '<bpmn:extensionElements><guicheng:law en="Law 1">《法》第1条</guicheng:law>'
        '<guicheng:auditPoint ref="A1"/></bpmn:extensionElements></bpmn:userTask>'
    )

    element = bpmn.read(around(step)).elements["t"]

    assert (element.name_zh, element.name_en, element.form_id) == ("初审", "First review", "F")
    assert element.candidate_groups == ("C1", "C2")
    assert element.limit == Limit(2, LimitUnit.WORKING_DAY)
    assert (element.clock, element.clock_ground) == (ClockAct.SUSPEND, "supplement")
    assert element.sod_groups == ("a", "b")
    assert (element.sop_zh, element.sop_en) == ("核对。", "Compare.")
    assert (element.laws, element.laws_en, element.audit_points) == (("《法》第1条",), ("Law 1",), ("A1",))


def test_a_service_task_names_its_connector_registers_and_answers() -> None:
    step = (
        '<bpmn:serviceTask id="t" camunda:type="external" camunda:topic="registers"><bpmn:extensionElements>'
        '<guicheng:system code="SIDB" query="months" queryZh="月数"/>'
        '<guicheng:output name="x" type="enum" labelZh="甲" labelEn="X" example="a">'
        '<guicheng:option value="a" zh="一" en="One"/></guicheng:output>'
        "</bpmn:extensionElements></bpmn:serviceTask>"
    )

    element = bpmn.read(around(step)).elements["t"]

    assert element.connector == "registers"
    assert [(s.code, s.query_zh, s.query_en) for s in element.systems] == [("SIDB", "月数", "months")]
    assert element.outputs[0].options == (("a", "一", "One"),)


def test_zeebe_words_are_read_like_camunda_words() -> None:
    step = (
        '<bpmn:serviceTask id="t"><bpmn:extensionElements><zeebe:taskDefinition type="registers"/><zeebe:ioMapping>'
        '<zeebe:input source="=a" target="b"/></zeebe:ioMapping></bpmn:extensionElements></bpmn:serviceTask>'
    )

    element = bpmn.read(around(step)).elements["t"]

    assert element.connector == "registers"
    assert element.call_inputs == (("a", "b"),)


def test_a_script_with_a_result_variable_is_an_assignment() -> None:
    attributes = 'id="t" scriptFormat="text/x-feel" camunda:resultVariable="y"'
    step = f"<bpmn:scriptTask {attributes}><bpmn:script>1 + x</bpmn:script></bpmn:scriptTask>"

    assert bpmn.read(around(step)).elements["t"].assigns == (("y", "1 + x"),)


def test_timer_message_and_boundary_events_are_read() -> None:
    inside = (
        '<bpmn:startEvent id="s"/><bpmn:userTask id="t"/><bpmn:endEvent id="e"/>'
        '<bpmn:boundaryEvent id="b" attachedToRef="t" cancelActivity="false" guicheng:activeUntil="e">'
        '<bpmn:messageEventDefinition messageRef="M"/></bpmn:boundaryEvent>'
        '<bpmn:intermediateCatchEvent id="c"><bpmn:timerEventDefinition guicheng:count="working_day">'
        '<bpmn:timeDuration xsi:type="bpmn:tFormalExpression">duration("P5D")</bpmn:timeDuration>'
        "</bpmn:timerEventDefinition></bpmn:intermediateCatchEvent>"
    )
    flows = flow("s", "t") + flow("t", "e") + flow("b", "c") + flow("c", "e")

    model = bpmn.read(process(inside + flows, before='<bpmn:message id="M" name="WITHDRAW"/>'))

    boundary, timer = model.elements["b"], model.elements["c"].timer
    assert (boundary.message, boundary.interrupting, boundary.active_until) == ("WITHDRAW", False, "e")
    assert timer is not None and (timer.kind, timer.text, timer.count) == ("duration", 'duration("P5D")', "working_day")


def test_nodes_of_a_sub_process_stand_in_its_lane_unless_they_have_their_own() -> None:
    inside = (
        '<bpmn:laneSet id="ls"><bpmn:lane id="l" name="窗口" guicheng:code="WIN">'
        "<bpmn:flowNodeRef>sub</bpmn:flowNodeRef></bpmn:lane></bpmn:laneSet>"
        '<bpmn:startEvent id="s"/><bpmn:subProcess id="sub"><bpmn:userTask id="t"/></bpmn:subProcess>'
        '<bpmn:endEvent id="e"/>'
    )

    model = bpmn.read(process(inside + flow("s", "sub") + flow("sub", "e")))

    assert model.elements["t"].parent == "sub"
    lane = model.lane_of(model.elements["t"])
    assert lane is not None and lane.code == "WIN"


def test_two_elements_of_one_id_are_refused_with_the_line() -> None:
    with pytest.raises(bpmn.NotationError) as refused:
        bpmn.read(process('<bpmn:startEvent id="a"/>\n<bpmn:endEvent id="a"/>'))

    assert (refused.value.code, refused.value.line) == ("duplicate_id", 2)


def test_a_flow_to_nowhere_is_refused() -> None:
    with pytest.raises(bpmn.NotationError, match="nobody"):
        bpmn.read(process('<bpmn:startEvent id="s"/>' + flow("s", "nobody")))


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (b"<a", "not_xml"),
        (b'<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>', "doctype"),
        (b'<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>', "doctype"),
        (b"<a><?php echo 1 ?></a>", "processing_instruction"),
        (b"<a>" + b" " * xml.MAX_BYTES + b"</a>", "too_big"),
        (b"<a>" * 100_000, "not_xml"),
    ],
)
def test_hostile_xml_is_not_read(text: bytes, code: str) -> None:
    with pytest.raises(xml.XmlRefused) as refused:
        xml.parse(text)

    assert refused.value.code == code


def test_a_process_is_begun_by_a_message_a_schedule_or_plainly() -> None:
    every_month = (
        '<bpmn:startEvent id="monthly"><bpmn:timerEventDefinition><bpmn:timeCycle>R/P1M</bpmn:timeCycle>'
        "</bpmn:timerEventDefinition></bpmn:startEvent>"
        '<bpmn:task id="t"/>'
    )

    read = bpmn.read(around(every_month))

    begun = read.start_named("monthly")
    assert begun is not None and begun.timer is not None and begun.timer.kind == "cycle"
    assert read.start_named("none") is None
