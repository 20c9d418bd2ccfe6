"""Returning a case to an earlier step, or taking it past one."""

from __future__ import annotations

import pytest

from bpm_core.engine import BadMove
from tests.bpm_core.engine.drawing import run

BODY = """
<startEvent id="s"/>
<userTask id="First"/>
<subProcess id="Body">
<startEvent id="bs"/>
<userTask id="A"/>
<userTask id="B"/>
<endEvent id="be"/>
bs -> A
A -> B
B -> be
</subProcess>
<boundaryEvent id="W" attachedToRef="Body"><messageEventDefinition messageRef="m"/></boundaryEvent>
<userTask id="Last"/>
s -> First
First -> Body
Body -> Last
"""
ROOT = '<message id="m" name="STOP"/>'


def test_a_step_is_returned_to_an_earlier_one_of_its_scope() -> None:
    case = run(BODY, root=ROOT).complete("First").complete("A")

    assert case.move("B", "A").open == ["A", "W"]
    assert case.complete("A").complete("B").open == ["Last"]


def test_a_step_inside_is_returned_to_one_outside_and_ends_the_inside() -> None:
    case = run(BODY, root=ROOT).complete("First").complete("A")

    assert case.move("B", "First").open == ["First"]
    assert case.complete("First").open == ["A", "W"]


def test_a_step_outside_is_returned_into_the_inside_and_opens_it() -> None:
    case = run(BODY, root=ROOT).complete("First").complete("A").complete("B")

    assert case.move("Last", "B").open == ["B", "W"]
    assert case.complete("B").open == ["Last"]


@pytest.mark.parametrize("target", ["nowhere", "W", "s"])
def test_a_place_no_token_can_be_put_on_is_refused(target: str) -> None:
    case = run(BODY, root=ROOT, warm=True)

    with pytest.raises(BadMove):
        case.move("First", target)
    assert case.complete("First").open == ["A", "W"]


def test_a_waiting_event_is_not_moved() -> None:
    case = run(BODY, root=ROOT).complete("First")

    with pytest.raises(BadMove):
        case.move("W", "Last")
