"""Wherever the engine would read an expression, the check has read it before: both refuse what is no FEEL."""

from __future__ import annotations

import pytest

from bpm_core import engine
from bpm_core.notation import bundle, check
from bpm_core.notation.functions import TABLE
from tests.bpm_core.notation.diagrams import around, flow, process

# ruff: noqa: E501 - one place a line
FORMAL = 'xsi:type="bpmn:tFormalExpression"'


def inside(kind: str, text: str) -> str:
    return f"<bpmn:{kind}><bpmn:extensionElements>{text}</bpmn:extensionElements></bpmn:{kind}>".replace(
        f"<bpmn:{kind}>", f'<bpmn:{kind} id="t">', 1
    )


def repeated(mark: str) -> str:
    return f'<bpmn:userTask id="t">{mark}</bpmn:userTask>'


def gate(condition: str) -> bytes:
    nodes = '<bpmn:startEvent id="s"/><bpmn:exclusiveGateway id="t" default="t_e"/><bpmn:endEvent id="e" name="E"/>'
    more = '<bpmn:endEvent id="f" name="F"/>'
    return process(nodes + more + flow("s", "t") + flow("t", "e") + flow("t", "f", condition))


def waiting(definition: str) -> str:
    return f'<bpmn:intermediateCatchEvent id="t">{definition}</bpmn:intermediateCatchEvent>'


PLACES = {
    "assignment": around(inside("task", '<guicheng:assign variable="x" value="BAD"/>')),
    "camunda input": around(
        inside(
            "task",
            '<camunda:inputOutput><camunda:inputParameter name="x">BAD</camunda:inputParameter></camunda:inputOutput>',
        )
    ),
    "zeebe input": around(inside("task", '<zeebe:ioMapping><zeebe:input source="BAD" target="x"/></zeebe:ioMapping>')),
    "condition": gate("BAD"),
    "conditional event": around(
        waiting(
            f"<bpmn:conditionalEventDefinition><bpmn:condition {FORMAL}>BAD</bpmn:condition></bpmn:conditionalEventDefinition>"
        )
    ),
    "duration": around(
        waiting(
            f"<bpmn:timerEventDefinition><bpmn:timeDuration {FORMAL}>BAD</bpmn:timeDuration></bpmn:timerEventDefinition>"
        )
    ),
    "date": around(
        waiting(f"<bpmn:timerEventDefinition><bpmn:timeDate {FORMAL}>BAD</bpmn:timeDate></bpmn:timerEventDefinition>")
    ),
    "loop": around(
        repeated(
            "<bpmn:standardLoopCharacteristics>"
            f"<bpmn:loopCondition {FORMAL}>BAD</bpmn:loopCondition></bpmn:standardLoopCharacteristics>"
        )
    ),
    "cardinality": around(
        repeated(
            "<bpmn:multiInstanceLoopCharacteristics>"
            f"<bpmn:loopCardinality {FORMAL}>BAD</bpmn:loopCardinality></bpmn:multiInstanceLoopCharacteristics>"
        )
    ),
    "completion": around(
        repeated(
            '<bpmn:multiInstanceLoopCharacteristics camunda:collection="items">'
            f"<bpmn:completionCondition {FORMAL}>BAD</bpmn:completionCondition></bpmn:multiInstanceLoopCharacteristics>"
        )
    ),
    "collection": around(repeated('<bpmn:multiInstanceLoopCharacteristics camunda:collection="BAD"/>')),
    "script": around(
        '<bpmn:scriptTask id="t" scriptFormat="feel" camunda:resultVariable="x"><bpmn:script>BAD</bpmn:script></bpmn:scriptTask>'
    ),
    "script line": around(
        '<bpmn:scriptTask id="t" scriptFormat="feel"><bpmn:script>x = BAD</bpmn:script></bpmn:scriptTask>'
    ),
}


@pytest.mark.parametrize("place", sorted(PLACES))
@pytest.mark.parametrize("text", ["a +", "${x.run()}", "if a then"])
def test_check_and_engine_refuse_the_same_texts_in_every_place(place: str, text: str) -> None:
    data = PLACES[place].replace(b"BAD", text.encode())

    refused = {p.rule for p in check.check({"process.bpmn": data}).errors}

    assert refused & {"801", "802", "804", "610"}, place
    with pytest.raises(engine.EngineError):
        engine.load(bundle.read({"process.bpmn": data}), {}, functions=TABLE)


@pytest.mark.parametrize("place", sorted(PLACES))
@pytest.mark.parametrize("text", ["a", "${a}", "a + b"])
def test_check_and_engine_take_the_same_texts_in_every_place(place: str, text: str) -> None:
    data = PLACES[place].replace(b"BAD", text.encode())

    assert check.check({"process.bpmn": data}).errors == ()
    engine.load(bundle.read({"process.bpmn": data}), {}, functions=TABLE)
