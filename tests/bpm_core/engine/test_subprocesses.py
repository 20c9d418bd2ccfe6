# ruff: noqa: E501  (diagrams are written one element a line)
"""Call activities, sub-processes and the variables each can see."""

from __future__ import annotations

from decimal import Decimal

import pytest

from bpm_core import engine
from bpm_core.engine import NotExecutable
from tests.bpm_core.engine.drawing import Case, process, run

CALLED = process(
    """
    <startEvent id="cs"/>
    <userTask id="Pay"/>
    <endEvent id="ce"/>
    cs -> Pay
    Pay -> ce
    """,
    key="shared_payment",
)


def calling(mapping: str, *, body: str = "") -> Case:
    bundle = process(f"""
        <startEvent id="s"/>
        <callActivity id="Call" calledElement="shared_payment"><extensionElements>{mapping}</extensionElements></callActivity>
        <userTask id="After"/>
        <endEvent id="e"/>
        s -> Call
        Call -> After
        After -> e
        {body}
    """)  # fmt: skip
    return Case(engine.load(bundle, {"shared_payment": CALLED}))


def test_a_called_process_sees_what_is_passed_and_gives_back_what_is_declared() -> None:
    case = calling(
        '<camunda:in source="amount" target="sum_due"/><camunda:in sourceExpression="amount * 2" target="twice"/>'
        '<camunda:out source="paid_on" target="paid_on"/>'
    ).begin({"amount": 10, "secret": "x"})
    wait = case.waits[case.token("Pay")]
    inner = engine.inspect(case.definition, case._at()).scopes

    assert (wait.process_key, wait.path) == ("shared_payment", ("Call",))
    assert list(inner.values()) == [{"sum_due": Decimal(10), "twice": Decimal(20)}]

    case.complete("Pay", {"paid_on": "2026-11-20", "note": "inside"})

    assert case.open == ["After"]
    assert case.variables == {"amount": Decimal(10), "secret": "x", "paid_on": "2026-11-20"}


def test_a_call_without_mapping_passes_everything_in_and_nothing_out() -> None:
    case = calling("").begin({"amount": 10})

    assert list(engine.inspect(case.definition, case._at()).scopes.values()) == [{"amount": Decimal(10)}]
    assert case.complete("Pay", {"paid": True}).variables == {"amount": Decimal(10)}


def test_a_call_can_hand_back_everything() -> None:
    case = calling('<camunda:in variables="all"/><camunda:out variables="all"/>').begin({"amount": 10})

    assert case.complete("Pay", {"paid": True}).variables == {"amount": Decimal(10), "paid": True}


def test_the_end_of_a_case_is_an_end_outside_called_processes() -> None:
    case = calling("").begin()
    case.complete("Pay").complete("After")

    assert case.end == "e"
    assert "ce" in case.path


def test_a_result_that_cannot_be_computed_is_an_incident_and_loses_nothing() -> None:
    case = calling('<camunda:out sourceExpression="1 + " target="n"/>'.replace("1 + ", "for i in 1..99999999 return i"))
    case.begin().complete("Pay", {"paid": True})

    assert case.incidents == ["expression"]
    assert not case.over
    assert list(engine.inspect(case.definition, case._at()).scopes.values()) == [{"paid": True}]


def test_a_call_of_an_unknown_process_is_refused_when_loaded() -> None:
    bundle = process('<startEvent id="s"/>\n<callActivity id="C" calledElement="nowhere"/>\ns -> C')

    with pytest.raises(NotExecutable) as refusal:
        engine.load(bundle)

    assert refusal.value.facts["element"] == "C"
    assert refusal.value.facts["rule"] == "called_element"


def test_a_process_that_calls_itself_without_end_is_an_incident() -> None:
    case = run('<startEvent id="s"/>\n<callActivity id="C" calledElement="proc"/>\ns -> C')

    assert case.incidents == ["budget"]


def test_an_embedded_sub_process_works_on_the_variables_around_it() -> None:
    case = run("""
        <startEvent id="s"/>
        <subProcess id="Body">
        <startEvent id="bs"/>
        <userTask id="A"/>
        <endEvent id="be"/>
        bs -> A
        A -> be
        </subProcess>
        <userTask id="B"/>
        s -> Body
        Body -> B
    """, {"n": 1})  # fmt: skip

    assert case.complete("A", {"n": 2, "m": 3}).variables == {"n": Decimal(2), "m": Decimal(3)}


def test_declared_inputs_and_outputs_keep_a_steps_variables_to_itself() -> None:
    case = run("""
        <startEvent id="s"/>
        <userTask id="A"><extensionElements><camunda:inputOutput><camunda:inputParameter name="half">n / 2</camunda:inputParameter><camunda:outputParameter name="result">half + extra</camunda:outputParameter></camunda:inputOutput></extensionElements></userTask>
        <userTask id="B"/>
        s -> A
        A -> B
    """, {"n": 10})  # fmt: skip

    assert case.complete("A", {"extra": 1}).variables == {"n": Decimal(10), "result": Decimal(6)}


def test_a_job_carries_its_arguments_and_its_failure_can_be_caught() -> None:
    body = """
        <startEvent id="s"/>
        <serviceTask id="J" camunda:type="external" camunda:topic="registers"><extensionElements><guicheng:system code="SIDB" query="records"/><camunda:inputOutput><camunda:inputParameter name="who">upper case(name)</camunda:inputParameter></camunda:inputOutput></extensionElements></serviceTask>
        <boundaryEvent id="edge" attachedToRef="J"><errorEventDefinition errorRef="err"/></boundaryEvent>
        <userTask id="A"/>
        <userTask id="Mend"/>
        s -> J
        J -> A
        edge -> Mend
    """
    root = '<error id="err" errorCode="DOWN"/>'
    case = run(body, {"name": "li"}, root=root)
    job = case.waits[case.token("J")]

    assert job.topic == "registers"
    assert job.arguments == {"who": "LI", "systems": [{"code": "SIDB", "query": "records"}]}
    assert case.fail("J", "OTHER").incidents == ["job_failed"]
    assert case.open == ["J"]
    assert case.fail("J", "DOWN").open == ["Mend"]
    assert run(body, {"name": "li"}, root=root).finish("J", {"found": True}).open == ["A"]


def test_a_job_of_a_camunda_8_diagram_has_its_type_headers_and_inputs() -> None:
    case = run(
        """
        <startEvent id="s"/>
        <serviceTask id="J"><extensionElements><zeebe:taskDefinition type="mail"/><zeebe:taskHeaders><zeebe:header key="template" value="T1"/></zeebe:taskHeaders><zeebe:ioMapping><zeebe:input source="=name + &quot;!&quot;" target="who"/><zeebe:output source="=answer" target="result"/></zeebe:ioMapping></extensionElements></serviceTask>
        <userTask id="A"/>
        s -> J
        J -> A
        """,
        {"name": "Li"},
    )
    job = case.waits[case.token("J")]

    assert (job.topic, job.arguments) == ("mail", {"template": "T1", "who": "Li!"})
    assert case.finish("J", {"answer": 42, "noise": 1}).variables == {"name": "Li", "result": 42}
