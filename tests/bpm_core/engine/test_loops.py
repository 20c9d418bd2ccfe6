# ruff: noqa: E501  (diagrams are written one element a line)
"""Multi-instances and standard loops."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.bpm_core.engine.drawing import run


def looped(mark: str, *, after: str = "") -> str:
    return f"""
        <startEvent id="s"/>
        <userTask id="A">{mark}</userTask>
        {after}
        <userTask id="B"/>
        s -> A
        A -> B
    """


EACH = (
    '<multiInstanceLoopCharacteristics{} camunda:collection="people" camunda:elementVariable="person">'
    "{}</multiInstanceLoopCharacteristics>"
)


def test_a_parallel_multi_instance_opens_one_step_an_item_and_goes_on_after_the_last() -> None:
    case = run(looped(EACH.format("", "")), {"people": ["a", "b", "c"]})

    assert [case.waits[case.token("A", i)].item_index for i in range(3)] == [0, 1, 2]
    assert case.complete("A", index=1).open == ["A", "A"]
    assert case.complete("A", index=0).complete("A", index=2).open == ["B"]
    assert case.path == ["s", "A"]


def test_each_instance_has_its_own_item_and_leaves_no_trace_of_it() -> None:
    mark = (
        EACH.format("", "") + '<extensionElements><guicheng:assign variable="last" value="person"/></extensionElements>'
    )
    case = run(looped(mark), {"people": ["a", "b"]})

    case.complete("A", {"person": "changed"}, index=0)
    assert case.variables["last"] == "changed"
    case.complete("A", index=1)

    assert case.variables == {"people": ["a", "b"], "last": "b"}


def test_a_sequential_multi_instance_opens_one_step_at_a_time() -> None:
    case = run(looped(EACH.format(' isSequential="true"', "")), {"people": ["a", "b"]})

    assert case.open == ["A"]
    assert case.complete("A").open == ["A"]
    assert case.waits[case.token("A")].item_index == 1
    assert case.complete("A").open == ["B"]


def test_a_completion_condition_cancels_the_rest() -> None:
    mark = EACH.format("", "<completionCondition>nrOfCompletedInstances &gt;= 2</completionCondition>")
    case = run(looped(mark), {"people": ["a", "b", "c", "d"]})

    case.complete("A", index=3).complete("A", index=0)

    assert case.open == ["B"]


def test_an_empty_collection_goes_on_at_once() -> None:
    assert run(looped(EACH.format("", "")), {"people": []}).open == ["B"]


def test_results_are_collected_in_the_order_of_the_items() -> None:
    mark = (
        "<multiInstanceLoopCharacteristics><extensionElements>"
        '<zeebe:loopCharacteristics inputCollection="= people" inputElement="person" outputCollection="answers"'
        ' outputElement="= person + answer"/></extensionElements></multiInstanceLoopCharacteristics>'
    )
    case = run(looped(mark), {"people": ["a", "b"], "answer": "?"})

    case.complete("A", {"answer": "1"}, index=1).complete("A", {"answer": "0"}, index=0)

    assert case.variables["answers"] == ["a0", "b1"]


def test_cardinality_is_a_number_and_too_many_is_an_incident() -> None:
    mark = "<multiInstanceLoopCharacteristics><loopCardinality>n</loopCardinality></multiInstanceLoopCharacteristics>"

    assert run(looped(mark), {"n": 3}).open == ["A", "A", "A"]
    assert run(looped(mark), {"n": 10_000_000}).incidents == ["budget"]
    assert run(looped(mark), {"n": "many"}).incidents == ["expression"]
    assert run(looped(mark), {"n": "many"}).set({"n": 2}).retry("A").open == ["A", "A"]


def test_a_boundary_event_belongs_to_all_instances_together() -> None:
    edge = '<boundaryEvent id="edge" attachedToRef="A"><messageEventDefinition messageRef="m"/></boundaryEvent>'
    case = run(looped(EACH.format("", ""), after=edge), {"people": ["a", "b"]}, root='<message id="m" name="STOP"/>')

    assert case.open == ["A", "A", "edge"]
    assert case.complete("A", index=0).deliver("edge").over


def test_a_multi_instance_of_sub_processes_keeps_items_apart() -> None:
    case = run("""
        <startEvent id="s"/>
        <subProcess id="Body">
        <multiInstanceLoopCharacteristics camunda:collection="people" camunda:elementVariable="person"/>
        <startEvent id="bs"/>
        <scriptTask id="Greet"><script>greeting = "to " + person</script></scriptTask>
        <userTask id="A"/>
        <endEvent id="be"/>
        bs -> Greet
        Greet -> A
        A -> be
        </subProcess>
        <userTask id="B"/>
        s -> Body
        Body -> B
    """, {"people": ["a", "b"]})  # fmt: skip

    assert sorted(wait.item_index or 0 for wait in case.waits.values()) == [0, 1]
    assert case.complete("A", index=0).complete("A", index=1).open == ["B"]


@pytest.mark.parametrize(("before", "rounds"), [("false", 1), ("true", 0)])
def test_a_standard_loop_runs_while_its_condition_holds(before: str, rounds: int) -> None:
    mark = f'<standardLoopCharacteristics testBefore="{before}"><loopCondition>more</loopCondition></standardLoopCharacteristics>'
    case = run(looped(mark), {"more": False})

    for _ in range(rounds):
        case.complete("A")
    assert case.open == ["B"]


def test_a_standard_loop_stops_at_its_maximum() -> None:
    mark = (
        '<standardLoopCharacteristics loopMaximum="3"><loopCondition>true</loopCondition></standardLoopCharacteristics>'
    )
    case = run(looped(mark))

    assert case.complete("A").complete("A").open == ["A"]
    assert case.complete("A").open == ["B"]


def test_counters_are_numbers_of_the_field() -> None:
    mark = EACH.format("", "") + (
        '<extensionElements><guicheng:assign variable="seen" value="[loopCounter, nrOfInstances]"/></extensionElements>'
    )
    case = run(looped(mark), {"people": ["a", "b"]})

    case.complete("A", index=1)

    assert case.variables["seen"] == [Decimal(1), Decimal(2)]


def test_a_terminate_event_may_end_the_whole_multi_instance_around_it() -> None:
    body = """
        <startEvent id="s"/>
        <subProcess id="Body">
        <multiInstanceLoopCharacteristics><loopCardinality>3</loopCardinality></multiInstanceLoopCharacteristics>
        <startEvent id="bs"/>
        <userTask id="A"/>
        <endEvent id="stop"><terminateEventDefinition/></endEvent>
        bs -> A
        A -> stop
        </subProcess>
        <userTask id="After"/>
        s -> Body
        Body -> After
    """
    whole = (
        '<terminateEventDefinition xmlns:flowable="http://flowable.org/bpmn" flowable:terminateMultiInstance="true"/>'
    )

    assert run(body).complete("A", index=1).open == ["A", "A"]
    assert run(body.replace("<terminateEventDefinition/>", whole)).complete("A", index=1).open == ["After"]
