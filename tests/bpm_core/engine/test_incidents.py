# ruff: noqa: E501  (diagrams are written one element a line)
"""Automation that gets stuck: the case is kept, the incident says where and why, and a retry goes on from there."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from bpm_core import engine
from bpm_core.engine import UnknownToken
from tests.bpm_core.engine.drawing import run

ENDLESS = """
<startEvent id="s"/>
<exclusiveGateway id="x"/>
<scriptTask id="Add"><script>n = n + 1</script></scriptTask>
<userTask id="Done"/>
s -> x
x -> Add : n &lt; limit
x -> Done !
Add -> x
""".replace("&lt;", "<")


def test_a_loop_without_a_wait_runs_into_the_budget_and_can_go_on() -> None:
    case = run(ENDLESS, {"n": 0, "limit": 1_000_000_000})

    assert case.incidents == ["budget"]
    assert not case.over
    reached = case.variables["n"]
    assert reached > 1_000

    case.set({"limit": reached}).retry(stuck_at(case.state))
    assert case.open == ["Done"]


def stuck_at(state: bytes) -> str:
    return "x" if b'"x",128' in state else "Add"


def test_a_loop_within_the_budget_just_runs() -> None:
    case = run(ENDLESS, {"n": 0, "limit": 5_000})

    assert case.open == ["Done"]
    assert case.variables["n"] == 5_000


def test_a_failing_assignment_changes_nothing_and_is_tried_again_whole() -> None:
    case = run("""
        <startEvent id="s"/>
        <scriptTask id="S"><script>
        n = n + 1
        big = for i in 1..size return i
        </script></scriptTask>
        <userTask id="A"/>
        s -> S
        S -> A
    """.replace("<script>\n", "<script>"), {"n": 1, "size": 99_999_999})  # fmt: skip

    assert case.incidents == ["expression"]
    assert case.variables["n"] == 1
    assert case.set({"size": 2}).retry("S").open == ["A"]
    assert case.variables["n"] == 2
    assert case.variables["big"] == [Decimal(1), Decimal(2)]


def test_work_that_was_done_stays_done_when_the_next_step_gets_stuck() -> None:
    case = run("""
        <startEvent id="s"/>
        <userTask id="A"/>
        <exclusiveGateway id="x"/>
        <userTask id="B"/>
        <userTask id="C"/>
        s -> A
        A -> x
        x -> B : n > 1
        x -> C !
    """)  # fmt: skip

    case.complete("A", {"note": "kept"})

    assert case.incidents == ["expression"]
    assert case.variables == {"note": "kept"}
    assert case.open == []
    with pytest.raises(UnknownToken):
        engine.complete(case.definition, case._at(), "2", {}, now=case.now)


def test_an_incident_in_one_branch_does_not_stop_the_other() -> None:
    case = run("""
        <startEvent id="s"/>
        <parallelGateway id="split"/>
        <scriptTask id="S"><script>v = for i in 1..99999999 return i</script></scriptTask>
        <userTask id="A"/>
        <endEvent id="e1"/>
        <endEvent id="e2"/>
        s -> split
        split -> S
        split -> A
        S -> e1
        A -> e2
    """)  # fmt: skip

    assert case.incidents == ["expression"]
    assert not case.complete("A").over


def test_a_boundary_timer_that_cannot_be_computed_is_mended_by_a_correction() -> None:
    case = run("""
        <startEvent id="s"/>
        <userTask id="A"/>
        <boundaryEvent id="T" attachedToRef="A" cancelActivity="false"><timerEventDefinition><timeDuration>wait</timeDuration></timerEventDefinition></boundaryEvent>
        <userTask id="R"/>
        s -> A
        T -> R
    """)  # fmt: skip

    assert (case.incidents, case.open) == (["expression"], [])
    assert case.set({"wait": timedelta(days=1)}).retry("A").open == ["A", "T"]
    assert case.path == ["s"]


def test_retry_where_nothing_is_stuck_is_refused() -> None:
    case = run('<startEvent id="s"/>\n<userTask id="A"/>\ns -> A')

    with pytest.raises(UnknownToken):
        case.retry("A")


def test_cancel_closes_everything() -> None:
    case = run('<startEvent id="s"/>\n<userTask id="A"/>\ns -> A')

    case.cancel()

    assert case.over and case.end is None and case.open == []
    assert case.last is not None and [c.reason for c in case.last.closed] == ["cancelled"]
