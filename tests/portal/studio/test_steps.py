from __future__ import annotations

from bpm_core.notation import bpmn
from portal.studio import steps
from tests.portal.diagrams.models import PLAIN


def _steps(xml: str = PLAIN, *, english: bool = True) -> dict[str, steps.Step]:
    return {step.element.id: step for step in steps.steps(bpmn.read(xml.encode()), english=english)}


def test_steps_come_in_the_order_of_the_work_whatever_the_order_of_the_file() -> None:
    first = '<startEvent id="s" name="申请"/>'
    shuffled = PLAIN.replace(first, "").replace("<sequenceFlow", first + "<sequenceFlow", 1)

    assert list(_steps(shuffled)) == ["s", "a", "g", "e"]


def test_names_are_in_the_readers_language_where_there_is_one() -> None:
    assert _steps()["a"].name == "Accept"
    assert _steps(english=False)["a"].name == "受理"


def test_every_way_on_says_where_it_leads_and_when() -> None:
    ways = _steps()["g"].onward

    assert [(way.target, way.label, way.otherwise) for way in ways] == [("Accept", "不齐全", False), ("办结", "", True)]


def test_helper_nodes_are_left_out_and_looked_through() -> None:
    hidden = PLAIN.replace('<exclusiveGateway id="g" name="齐全？"', '<exclusiveGateway id="g" guicheng:node=""')

    found = _steps(hidden)

    assert list(found) == ["s", "a", "e"]
    assert [way.target_id for way in found["a"].onward] == ["a", "e"]


def test_a_sub_process_comes_before_what_is_in_it_and_that_before_what_follows() -> None:
    inside = '<subProcess id="p1" name="部分"><startEvent id="s2" name="始"/><userTask id="b" name="里"/>'
    inside += '<sequenceFlow id="i" sourceRef="s2" targetRef="b"/></subProcess>'
    xml = PLAIN.replace('<userTask id="a"', inside + '<userTask id="a"')
    xml = xml.replace('sourceRef="s" targetRef="a"', 'sourceRef="s" targetRef="p1"')
    xml = xml.replace(
        '<sequenceFlow id="f2"', '<sequenceFlow id="f0" sourceRef="p1" targetRef="a"/><sequenceFlow id="f2"'
    )

    assert list(_steps(xml)) == ["s", "p1", "s2", "b", "a", "g", "e"]
    assert _steps(xml)["b"].depth == 1
