"""A step without a form is asked what the conditions behind it read."""

from __future__ import annotations

import pytest

from bpm_core.notation import asking, bpmn
from tests.bpm_core.commands.plain import START, diagram, node, process


def asked(condition: str, *between: str) -> list[tuple[str, str]]:
    gateway = f"""<bpmn:exclusiveGateway id="G" default="no"/>
<bpmn:sequenceFlow id="in" sourceRef="last" targetRef="G"/>
<bpmn:sequenceFlow id="yes" sourceRef="G" targetRef="Yes"><bpmn:conditionExpression
  xsi:type="bpmn:tFormalExpression">{condition}</bpmn:conditionExpression></bpmn:sequenceFlow>
<bpmn:sequenceFlow id="no" sourceRef="G" targetRef="No"/><bpmn:endEvent id="Yes"/><bpmn:endEvent id="No"/>"""
    nodes = [START, node("userTask", "Ask"), *between, node("task", "last")]
    text = process("p", *nodes).replace("</bpmn:process>", gateway + "</bpmn:process>")
    form = asking.form(bpmn.read(diagram(text)), "Ask")
    return [(field.key, field.type) for field in form.fields] if form else []


@pytest.mark.parametrize(
    ("condition", "fields"),
    [
        ("amount &gt; 10", [("amount", "decimal")]),
        ("10 &lt;= amount", [("amount", "decimal")]),
        ("approved", [("approved", "enum")]),
        ("approved = true", [("approved", "enum")]),
        ('result = "ok"', [("result", "string")]),
        ('result = "ok" and amount &gt; 1', [("result", "string"), ("amount", "decimal")]),
        ("true", []),
        ("nrOfInstances &gt; 1", []),
    ],
)
def test_how_a_name_is_compared_says_what_is_meant(condition: str, fields: list[tuple[str, str]]) -> None:
    assert asked(condition) == fields


def test_what_an_assignment_sets_on_the_way_is_not_asked_for() -> None:
    script = node("scriptTask", "Set", "<bpmn:script>total = amount * 2</bpmn:script>")

    assert [key for key, _ in asked("total &gt; 10", script)] == ["amount"]


def test_what_is_read_behind_the_next_step_is_asked_there() -> None:
    assert asked("amount &gt; 10", node("userTask", "Later")) == []
