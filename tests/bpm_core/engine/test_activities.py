# ruff: noqa: E501  (diagrams are written one element a line)
"""What an activity can be beyond a single step: ad hoc, for several tokens, called by name alone."""

from __future__ import annotations

import pytest

from bpm_core import engine
from bpm_core.engine import NotExecutable
from tests.bpm_core.engine.drawing import NOW, process, run

AD_HOC = """
<startEvent id="s"/>
<adHocSubProcess id="Any" ORDER>
<userTask id="A"/>
<userTask id="B"/>
<userTask id="B2"/>
<completionCondition>done = true</completionCondition>
B -> B2
</adHocSubProcess>
<userTask id="After"/>
s -> Any
Any -> After
"""


def test_activities_of_an_ad_hoc_sub_process_begin_together_and_end_by_its_condition() -> None:
    case = run(AD_HOC.replace("ORDER", ""))

    assert case.open == ["A", "B"]
    assert case.complete("B").open == ["A", "B2"]
    assert case.complete("B2", {"done": True}).open == ["After"]


def test_an_ad_hoc_sub_process_may_let_the_others_finish() -> None:
    case = run(AD_HOC.replace("ORDER", 'cancelRemainingInstances="false"'))

    assert case.complete("A", {"done": True}).open == ["B"]
    assert case.complete("B").complete("B2").open == ["After"]


def test_a_sequential_ad_hoc_sub_process_opens_one_activity_at_a_time() -> None:
    case = run(AD_HOC.replace("ORDER", 'ordering="Sequential"'))

    assert case.open == ["A"]
    assert case.complete("A").open == ["B"]
    assert case.complete("B").open == ["B2"]
    assert case.complete("B2").open == ["After"]


def test_an_activity_may_need_and_send_several_tokens() -> None:
    case = run("""
        <startEvent id="s"/>
        <userTask id="A" completionQuantity="2"/>
        <userTask id="B" startQuantity="3"/>
        <userTask id="C"/>
        s -> A
        s -> C
        A -> B
        C -> B
    """)  # fmt: skip

    assert case.complete("A").open == ["C"]
    assert case.complete("C").open == ["B"]
    assert case.complete("B").over


def test_a_quantity_of_nothing_is_refused() -> None:
    with pytest.raises(NotExecutable):
        engine.load(process('<startEvent id="s"/>\n<task id="A" startQuantity="0"/>\ns -> A'))


def test_instances_can_tell_of_their_end_without_ending_the_others() -> None:
    body = """
        <startEvent id="s"/>
        <userTask id="A"><multiInstanceLoopCharacteristics behavior="None" noneBehaviorEventRef="told"><loopCardinality>2</loopCardinality></multiInstanceLoopCharacteristics></userTask>
        <boundaryEvent id="edge" attachedToRef="A"><signalEventDefinition signalRef="sig"/></boundaryEvent>
        <userTask id="Each"/>
        <userTask id="All"/>
        s -> A
        A -> All
        edge -> Each
    """
    case = run(body, root='<signal id="sig" name="ONE"/><signalEventDefinition id="told" signalRef="sig"/>')

    assert case.complete("A", index=0).open == ["A", "Each", "edge"]
    assert case.complete("A", index=1).open == ["All", "Each", "Each"]


def test_a_global_task_is_called_like_a_process() -> None:
    case = run(
        '<startEvent id="s"/>\n<callActivity id="C" calledElement="Sign"/>\n<userTask id="After"/>\ns -> C\nC -> After',
        root='<globalUserTask id="Sign" name="Sign it"/>',
    )

    assert [wait.process_key for wait in case.waits.values()] == ["Sign"]
    assert case.complete("Sign").open == ["After"]


def test_a_receive_task_can_begin_a_process() -> None:
    bundle = process(
        '<receiveTask id="R" instantiate="true" messageRef="m"/>\n<userTask id="A"/>\nR -> A',
        root='<message id="m" name="ORDER"/>',
    )

    advance = engine.start(engine.load(bundle), case_id="1", variables={}, now=NOW, message="ORDER")

    assert [wait.element_id for wait in advance.opened] == ["A"]
    assert "R" in [passed.element_id for passed in advance.passed]


def test_an_event_based_gateway_can_begin_a_process() -> None:
    bundle = process(
        """
        <eventBasedGateway id="G" instantiate="true"/>
        <intermediateCatchEvent id="one"><messageEventDefinition messageRef="m"/></intermediateCatchEvent>
        <receiveTask id="two" messageRef="n"/>
        <userTask id="A"/>
        <userTask id="B"/>
        G -> one
        G -> two
        one -> A
        two -> B
        """,
        root='<message id="m" name="ORDER"/><message id="n" name="QUESTION"/>',
    )
    definition = engine.load(bundle)

    for message, opened in (("ORDER", "A"), ("QUESTION", "B")):
        advance = engine.start(definition, case_id="1", variables={}, now=NOW, message=message)
        assert [wait.element_id for wait in advance.opened] == [opened]


def test_a_data_association_with_an_assignment_maps_variables() -> None:
    case = run(
        """
        <startEvent id="s"/>
        <userTask id="A"><dataInputAssociation><targetRef>in</targetRef><assignment><from>n * 2</from><to>twice</to></assignment></dataInputAssociation><dataOutputAssociation><targetRef>obj</targetRef><transformation>twice + entered</transformation></dataOutputAssociation></userTask>
        <userTask id="B"/>
        <dataObject id="obj" name="total"/>
        s -> A
        A -> B
        """,
        {"n": 5},
    )

    assert case.complete("A", {"entered": 1}).variables == {"n": 5, "total": 11}


def test_a_message_correlates_by_the_standards_keys() -> None:
    root = (
        '<message id="m" name="PAID"/><correlationProperty id="cp"><correlationPropertyRetrievalExpression messageRef="m">'
        "<messagePath>order_no</messagePath></correlationPropertyRetrievalExpression></correlationProperty>"
    )
    subscription = (
        '<correlationSubscription id="cs"><correlationPropertyBinding id="cb" correlationPropertyRef="cp">'
        "<dataPath>my_order</dataPath></correlationPropertyBinding></correlationSubscription>"
    )
    body = f'{subscription}\n<startEvent id="s"/>\n<sendTask id="S" messageRef="m"/>\n<receiveTask id="R" messageRef="m"/>\ns -> S\nS -> R'

    case = run(body, {"my_order": "7", "order_no": "8"}, root=root)

    assert case.last is not None and case.last.thrown[0].correlation == "8"
    assert case.waits[case.token("R")].correlation == "7"


def test_code_that_would_be_passed_over_is_refused() -> None:
    listener = (
        '<extensionElements><camunda:executionListener class="org.example.Do" event="start"/></extensionElements>'
    )

    with pytest.raises(NotExecutable, match="executionListener"):
        engine.load(process(f'<startEvent id="s"/>\n<userTask id="A">{listener}</userTask>\ns -> A'))
