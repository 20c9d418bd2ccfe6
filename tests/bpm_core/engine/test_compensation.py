# ruff: noqa: E501  (diagrams are written one element a line)
"""Undoing what has been completed, and cancelling a transaction."""

from __future__ import annotations

import pytest

from bpm_core import engine
from bpm_core.engine import NotExecutable
from tests.bpm_core.engine.drawing import process, run

BOOKING = """
<startEvent id="s"/>
<userTask id="Hotel"/>
<boundaryEvent id="hc" attachedToRef="Hotel"><compensateEventDefinition/></boundaryEvent>
<userTask id="Flight"/>
<boundaryEvent id="fc" attachedToRef="Flight"><compensateEventDefinition/></boundaryEvent>
<userTask id="UndoHotel" isForCompensation="true"/>
<userTask id="UndoFlight" isForCompensation="true"/>
<association id="a1" sourceRef="hc" targetRef="UndoHotel"/>
<association id="a2" sourceRef="fc" targetRef="UndoFlight"/>
<intermediateThrowEvent id="undo"><compensateEventDefinition REF/></intermediateThrowEvent>
<userTask id="After"/>
s -> Hotel
Hotel -> Flight
Flight -> undo
undo -> After
"""
TRANSACTION = """
<startEvent id="s"/>
<transaction id="T">
<startEvent id="ts"/>
<parallelGateway id="split"/>
<userTask id="Reserve"/>
<boundaryEvent id="rc" attachedToRef="Reserve"><compensateEventDefinition/></boundaryEvent>
<userTask id="Release" isForCompensation="true"/>
<association id="a1" sourceRef="rc" targetRef="Release"/>
<userTask id="Check"/>
<userTask id="Other"/>
<endEvent id="stop"><cancelEventDefinition/></endEvent>
ts -> split
split -> Reserve
split -> Other
Reserve -> Check
Check -> stop
</transaction>
<boundaryEvent id="edge" attachedToRef="T"><cancelEventDefinition/></boundaryEvent>
<userTask id="Sorry"/>
<endEvent id="e"/>
s -> T
T -> e
edge -> Sorry
"""


def test_what_was_completed_is_undone_the_last_first_and_then_it_goes_on() -> None:
    case = run(BOOKING.replace("REF", "")).complete("Hotel").complete("Flight")

    assert case.open == ["UndoFlight"]
    assert case.complete("UndoFlight").open == ["UndoHotel"]
    assert case.complete("UndoHotel").open == ["After"]
    assert case.path == ["s", "Hotel", "Flight", "UndoFlight", "UndoHotel", "undo"]


def test_one_activity_can_be_undone_alone() -> None:
    case = run(BOOKING.replace("REF", 'activityRef="Hotel"')).complete("Hotel").complete("Flight")

    assert case.open == ["UndoHotel"]
    assert case.complete("UndoHotel").open == ["After"]


def test_a_completed_sub_process_is_undone_from_the_inside() -> None:
    case = run("""
        <startEvent id="s"/>
        <subProcess id="Body">
        <startEvent id="bs"/>
        <userTask id="A"/>
        <boundaryEvent id="ac" attachedToRef="A"><compensateEventDefinition/></boundaryEvent>
        <userTask id="UndoA" isForCompensation="true"/>
        <association id="a1" sourceRef="ac" targetRef="UndoA"/>
        bs -> A
        </subProcess>
        <userTask id="B"/>
        <endEvent id="e"><compensateEventDefinition/></endEvent>
        s -> Body
        Body -> B
        B -> e
    """)  # fmt: skip

    case.complete("A").complete("B")

    assert case.open == ["UndoA"]
    assert case.waits[case.token("UndoA")].path == ("Body",)
    assert case.complete("UndoA").end == "e"


def test_nothing_to_undo_goes_on_at_once() -> None:
    body = BOOKING.replace("REF", "").replace("s -> Hotel", "s -> undo").replace("Flight -> undo", "")

    assert run(body).open == ["After"]


def test_a_cancelled_transaction_is_undone_and_left_by_its_cancel_event() -> None:
    case = run(TRANSACTION).complete("Reserve").complete("Check")

    assert case.open == ["Release"]
    assert case.complete("Release").open == ["Sorry"]
    assert case.path[-3:] == ["Release", "stop", "edge"]


@pytest.mark.parametrize(
    "body",
    [
        '<startEvent id="s"/>\n<endEvent id="e"><cancelEventDefinition/></endEvent>\ns -> e',
        '<startEvent id="s"/>\n<task id="A"/>\n<boundaryEvent id="b" attachedToRef="A"><compensateEventDefinition/></boundaryEvent>\ns -> A',
        TRANSACTION.replace('<boundaryEvent id="edge" attachedToRef="T"><cancelEventDefinition/></boundaryEvent>', "").replace("edge -> Sorry", ""),
    ],
)  # fmt: skip
def test_events_that_could_never_happen_are_refused(body: str) -> None:
    with pytest.raises(NotExecutable):
        engine.load(process(body))
