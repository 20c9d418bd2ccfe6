# ruff: noqa: E501  (diagrams are written one element a line)
"""Events: timers, messages, signals, errors, escalations, links, conditions and terminate."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bpm_core import engine
from bpm_core.engine import CloseReason, WaitKind
from tests.bpm_core.engine.drawing import NOW, process, run

MESSAGES = '<message id="m" name="WITHDRAW"/><signal id="sig" name="CLOSED"/>'
CODES = '<error id="err" errorCode="NO_MONEY"/><error id="err2" errorCode="OTHER"/><escalation id="esc" escalationCode="LATE"/>'


def on_body(boundary: str, *, interrupting: bool = True, attributes: str = "") -> str:
    """A sub-process with one user task, and a boundary event with a task behind it."""
    cancel = "" if interrupting else ' cancelActivity="false"'
    return f"""
        <startEvent id="s"/>
        <subProcess id="Body">
        <startEvent id="bs"/>
        <userTask id="A"/>
        <userTask id="B"/>
        <endEvent id="be"/>
        bs -> A
        A -> B
        B -> be
        </subProcess>
        <boundaryEvent id="edge" attachedToRef="Body"{cancel}{attributes}>{boundary}</boundaryEvent>
        <userTask id="After"/>
        <endEvent id="e"/>
        s -> Body
        Body -> e
        edge -> After
    """


def test_an_interrupting_message_ends_everything_inside() -> None:
    case = run(on_body('<messageEventDefinition messageRef="m"/>'), root=MESSAGES)

    case.deliver("edge", {"reason": "moved away"})

    assert case.open == ["After"]
    assert case.variables == {"reason": "moved away"}
    assert case.last is not None
    assert [(c.element_id, c.reason) for c in case.last.closed] == [
        ("edge", CloseReason.DONE),
        ("A", CloseReason.CANCELLED),
    ]


def test_a_non_interrupting_message_can_come_again() -> None:
    case = run(on_body('<messageEventDefinition messageRef="m"/>', interrupting=False), root=MESSAGES)

    case.deliver("edge").deliver("edge")

    assert case.open == ["A", "After", "After", "edge"]
    assert not case.complete("A").complete("B").over
    assert case.complete("After").complete("After").over


def test_a_boundary_event_knows_what_it_is_attached_to() -> None:
    case = run(on_body('<messageEventDefinition messageRef="m"/>'), root=MESSAGES)

    edge = case.waits[case.token("edge")]

    assert (edge.kind, edge.name, edge.path) == (WaitKind.MESSAGE, "WITHDRAW", ())
    assert edge.boundary_of is not None
    assert case.waits[case.token("A")].path == ("Body",)


def test_active_until_drops_the_subscription_once_that_step_has_begun() -> None:
    body = on_body('<messageEventDefinition messageRef="m"/>', attributes=' guicheng:activeUntil="B"')
    case = run(body, root=MESSAGES)

    assert case.open == ["A", "edge"]
    assert case.complete("A").open == ["B"]


def test_a_signal_reaches_everyone_who_waits_for_it() -> None:
    case = run(on_body('<signalEventDefinition signalRef="sig"/>', interrupting=False), root=MESSAGES)

    assert case.signal("CLOSED", {"by": "court"}).open == ["A", "After", "edge"]


def test_a_signal_nobody_waits_for_is_refused() -> None:
    case = run(on_body('<signalEventDefinition signalRef="sig"/>'), root=MESSAGES, warm=True)

    with pytest.raises(engine.UnknownToken):
        case.signal("SOMETHING_ELSE")
    assert case.complete("A").open == ["B", "edge"]


def test_a_signal_thrown_inside_is_caught_inside_and_told_outside() -> None:
    case = run("""
        <startEvent id="s"/>
        <parallelGateway id="split"/>
        <intermediateCatchEvent id="c"><signalEventDefinition signalRef="sig"/></intermediateCatchEvent>
        <userTask id="A"/>
        <intermediateThrowEvent id="t"><signalEventDefinition signalRef="sig"/></intermediateThrowEvent>
        <userTask id="B"/>
        s -> split
        split -> c
        split -> A
        A -> t
        c -> B
    """, root=MESSAGES)  # fmt: skip

    case.complete("A")

    assert case.open == ["B"]
    assert case.last is not None and [(t.kind, t.name) for t in case.last.thrown] == [("signal", "CLOSED")]


def test_an_error_end_is_caught_by_the_nearest_handler_of_its_code() -> None:
    case = run("""
        <startEvent id="s"/>
        <subProcess id="Outer">
        <startEvent id="os"/>
        <subProcess id="Inner">
        <startEvent id="is"/>
        <userTask id="A"/>
        <endEvent id="bad"><errorEventDefinition errorRef="err"/></endEvent>
        is -> A
        A -> bad
        </subProcess>
        <boundaryEvent id="wrong" attachedToRef="Inner"><errorEventDefinition errorRef="err2"/></boundaryEvent>
        <endEvent id="oe"/>
        os -> Inner
        Inner -> oe
        wrong -> oe
        </subProcess>
        <boundaryEvent id="right" attachedToRef="Outer"><errorEventDefinition errorRef="err" camunda:errorCodeVariable="code"/></boundaryEvent>
        <userTask id="Mend"/>
        s -> Outer
        right -> Mend
    """, root=CODES)  # fmt: skip

    case.complete("A")

    assert case.open == ["Mend"]
    assert case.variables["code"] == "NO_MONEY"
    assert case.path[-3:] == ["A", "bad", "right"]


def test_an_error_nobody_handles_is_an_incident() -> None:
    case = run("""
        <startEvent id="s"/>
        <endEvent id="bad"><errorEventDefinition errorRef="err"/></endEvent>
        s -> bad
    """, root=CODES)  # fmt: skip

    assert case.incidents == ["unhandled_error"]
    assert not case.over


def test_an_escalation_goes_on_where_it_was_thrown_unless_it_interrupts() -> None:
    body = """
        <startEvent id="s"/>
        <subProcess id="Body">
        <startEvent id="bs"/>
        <intermediateThrowEvent id="t"><escalationEventDefinition escalationRef="esc"/></intermediateThrowEvent>
        <userTask id="A"/>
        bs -> t
        t -> A
        </subProcess>
        <boundaryEvent id="edge" attachedToRef="Body" CANCEL><escalationEventDefinition escalationRef="esc"/></boundaryEvent>
        <userTask id="Chief"/>
        s -> Body
        edge -> Chief
    """

    assert run(body.replace("CANCEL", 'cancelActivity="false"'), root=CODES).open == ["A", "Chief"]
    assert run(body.replace("CANCEL", ""), root=CODES).open == ["Chief"]


def test_an_event_sub_process_interrupts_its_scope() -> None:
    body = """
        <startEvent id="s"/>
        <userTask id="A"/>
        <subProcess id="Handler" triggeredByEvent="true">
        <startEvent id="hs" FLAG><messageEventDefinition messageRef="m"/></startEvent>
        <userTask id="H"/>
        <endEvent id="he"/>
        hs -> H
        H -> he
        </subProcess>
        <endEvent id="e"/>
        s -> A
        A -> e
    """

    interrupting = run(body.replace("FLAG", ""), root=MESSAGES)
    assert interrupting.open == ["A", "hs"]
    assert interrupting.deliver("hs").open == ["H"]
    assert interrupting.complete("H").end == "he"

    beside = run(body.replace("FLAG", 'isInterrupting="false"'), root=MESSAGES)
    assert beside.deliver("hs").deliver("hs").open == ["A", "H", "H", "hs"]
    assert beside.complete("A").open == ["H", "H", "hs"]
    assert beside.complete("H").complete("H").over


def test_an_event_sub_process_catches_an_error_of_its_scope_but_not_its_own() -> None:
    case = run("""
        <startEvent id="s"/>
        <userTask id="A"/>
        <endEvent id="bad"><errorEventDefinition errorRef="err"/></endEvent>
        <subProcess id="Handler" triggeredByEvent="true">
        <startEvent id="hs"><errorEventDefinition errorRef="err"/></startEvent>
        <userTask id="H"/>
        <endEvent id="again"><errorEventDefinition errorRef="err"/></endEvent>
        hs -> H
        H -> again
        </subProcess>
        s -> A
        A -> bad
    """, root=CODES)  # fmt: skip

    assert case.complete("A").open == ["H"]
    assert case.complete("H").incidents == ["unhandled_error"]


def test_terminate_ends_its_scope_only() -> None:
    inner = run("""
        <startEvent id="s"/>
        <subProcess id="Body">
        <startEvent id="bs"/>
        <parallelGateway id="split"/>
        <userTask id="A"/>
        <userTask id="B"/>
        <endEvent id="stop"><terminateEventDefinition/></endEvent>
        bs -> split
        split -> A
        split -> B
        A -> stop
        </subProcess>
        <userTask id="After"/>
        s -> Body
        Body -> After
    """)  # fmt: skip
    assert inner.complete("A").open == ["After"]

    outer = run("""
        <startEvent id="s"/>
        <parallelGateway id="split"/>
        <userTask id="A"/>
        <userTask id="B"/>
        <endEvent id="stop"><terminateEventDefinition/></endEvent>
        s -> split
        split -> A
        split -> B
        A -> stop
    """)  # fmt: skip
    outer.complete("A")
    assert outer.last is not None and outer.last.ended is not None
    assert (outer.last.ended.end_id, outer.last.ended.terminated) == ("stop", True)


def test_a_link_goes_on_at_its_catch() -> None:
    case = run("""
        <startEvent id="s"/>
        <intermediateThrowEvent id="to"><linkEventDefinition name="L"/></intermediateThrowEvent>
        <intermediateCatchEvent id="from"><linkEventDefinition name="L"/></intermediateCatchEvent>
        <userTask id="A"/>
        s -> to
        from -> A
    """)  # fmt: skip

    assert case.open == ["A"]
    assert case.path == ["s", "to", "from"]


def test_a_condition_wakes_when_variables_change() -> None:
    case = run("""
        <startEvent id="s"/>
        <parallelGateway id="split"/>
        <intermediateCatchEvent id="c"><conditionalEventDefinition><condition>paid &gt;= 100</condition></conditionalEventDefinition></intermediateCatchEvent>
        <userTask id="A"/>
        <userTask id="B"/>
        s -> split
        split -> A
        split -> c
        c -> B
    """)  # fmt: skip

    assert case.open == ["A", "c"]
    assert case.set({"paid": 50}).open == ["A", "c"]
    assert case.set({"paid": 100}).open == ["A", "B"]


def test_a_condition_interrupts_before_the_next_step_begins() -> None:
    case = run(on_body("<conditionalEventDefinition><condition>stop</condition></conditionalEventDefinition>"))

    case.complete("A", {"stop": True})

    assert case.open == ["After"]
    assert case.last is not None
    assert "B" not in [passed.element_id for passed in case.last.passed]


def test_a_send_task_throws_what_the_case_holds_and_names_what_it_does_not() -> None:
    case = run("""
        <startEvent id="s"/>
        <sendTask id="N" messageRef="m"><extensionElements><guicheng:payload name="reason"/><guicheng:payload name="bank_no"/><guicheng:party code="APP"/><guicheng:assign variable="sent" value="true"/></extensionElements></sendTask>
        <endEvent id="e"/>
        s -> N
        N -> e
    """, {"reason": "R1"}, root=MESSAGES)  # fmt: skip

    assert case.last is not None
    thrown = case.last.thrown[0]
    assert (thrown.name, dict(thrown.payload), thrown.payload_names, thrown.parties) == (
        "WITHDRAW",
        {"reason": "R1"},
        ("bank_no",),
        ("APP",),
    )
    assert case.over and case.variables["sent"] is True


def test_a_message_start_takes_its_payload() -> None:
    body = """
        <startEvent id="s"/>
        <startEvent id="sm"><messageEventDefinition messageRef="m"/></startEvent>
        <userTask id="A"/>
        <userTask id="B"/>
        s -> A
        sm -> B
    """
    definition = run(body, root=MESSAGES).definition

    started = engine.start(definition, case_id="9", variables={}, payload={"n": 1}, now=NOW, message="WITHDRAW")

    assert [wait.element_id for wait in started.opened] == ["B"]
    assert run(body, root=MESSAGES).open == ["A"]
    with pytest.raises(engine.NotExecutable):
        engine.start(definition, case_id="9", variables={}, now=NOW, message="UNKNOWN")


def test_a_message_correlates_by_the_value_the_diagram_names() -> None:
    case = run("""
        <startEvent id="s"/>
        <receiveTask id="R" messageRef="c"/>
        s -> R
    """, {"claim_no": "U-7"}, root='<message id="c" name="PAID"><extensionElements><zeebe:subscription correlationKey="=claim_no"/></extensionElements></message>')  # fmt: skip

    assert case.waits[case.token("R")].correlation == "U-7"


def test_a_timer_on_a_task_reminds_without_disturbing_it() -> None:
    case = run("""
        <startEvent id="s"/>
        <userTask id="A"/>
        <boundaryEvent id="T" attachedToRef="A" cancelActivity="false"><timerEventDefinition guicheng:count="working_day"><timeDuration>days</timeDuration></timerEventDefinition></boundaryEvent>
        <userTask id="Remind"/>
        s -> A
        T -> Remind
    """, {"days": 5})  # fmt: skip
    timer = case.waits[case.token("T")]

    assert (timer.working_days, timer.due_at) == (5, None)
    assert case.fire("T", later=timedelta(days=7)).open == ["A", "Remind"]


def test_fire_of_a_token_that_does_not_wait_for_a_timer_is_refused() -> None:
    case = run(on_body('<messageEventDefinition messageRef="m"/>'), root=MESSAGES)

    with pytest.raises(engine.UnknownToken):
        case.fire("edge")


SEVERAL = """
<startEvent id="s"/>
<parallelGateway id="split"/>
<intermediateCatchEvent id="c" MODE><signalEventDefinition signalRef="sig"/><messageEventDefinition messageRef="m"/></intermediateCatchEvent>
<userTask id="A"/>
<intermediateThrowEvent id="t"><signalEventDefinition signalRef="sig"/></intermediateThrowEvent>
<userTask id="B"/>
s -> split
split -> t
split -> c
t -> A
c -> B
"""


def test_a_signal_waits_for_those_who_set_out_with_it() -> None:
    case = run(SEVERAL.replace("MODE", ""), root=MESSAGES)

    assert case.open == ["A", "B"]


def test_one_of_several_events_is_enough_unless_all_are_asked_for() -> None:
    case = run(SEVERAL.replace("MODE", 'parallelMultiple="true"'), root=MESSAGES)

    assert case.open == ["A", "c"]
    assert case.waits[case.token("c")].kind is WaitKind.MESSAGE
    assert case.deliver("c").open == ["A", "B"]


def test_an_event_sub_process_with_a_cycle_begins_again_and_again() -> None:
    case = run("""
        <startEvent id="s"/>
        <userTask id="A"/>
        <subProcess id="Handler" triggeredByEvent="true">
        <startEvent id="hs" isInterrupting="false"><timerEventDefinition><timeCycle>R2/P1D</timeCycle></timerEventDefinition></startEvent>
        <userTask id="H"/>
        hs -> H
        </subProcess>
        s -> A
    """)  # fmt: skip

    assert case.fire("hs", later=timedelta(days=1)).open == ["A", "H", "hs"]
    assert case.fire("hs", later=timedelta(days=1)).open == ["A", "H", "H"]


def test_a_message_whose_key_is_null_waits_for_none_by_key() -> None:
    case = run("""
        <startEvent id="s"/>
        <receiveTask id="R" messageRef="c"/>
        <userTask id="A"/>
        s -> R
        R -> A
    """, {"claim_no": None}, root='<message id="c" name="PAID"><extensionElements><zeebe:subscription correlationKey="=claim_no"/></extensionElements></message>')  # fmt: skip

    assert case.waits[case.token("R")].correlation is None
    assert case.last is not None and case.last.incidents == ()


def test_an_escalation_that_the_file_does_not_declare_is_known_by_its_reference() -> None:
    thrown = """
        <startEvent id="s"/>
        <intermediateThrowEvent id="t"><escalationEventDefinition escalationRef="late"/></intermediateThrowEvent>
        <userTask id="A"/>
        s -> t
        t -> A
    """
    caught = thrown.replace("intermediateThrowEvent", "intermediateCatchEvent")

    assert run(thrown).open == ["A"]
    with pytest.raises(engine.NotExecutable, match="escalation"):
        engine.load(process(caught))
