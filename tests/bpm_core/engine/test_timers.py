# ruff: noqa: E501  (diagrams are written one element a line)
"""When timers are due."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest

from bpm_core.engine import timers
from bpm_core.engine.incidents import NodeFailure
from bpm_core.engine.scripting import compile_expression
from tests.bpm_core.engine.drawing import NOW, run


def rule(kind: str, text: str, *, working_days: bool = False) -> timers.TimerRule:
    literal = timers.is_literal(text)
    return timers.TimerRule(
        kind, text if literal else None, None if literal else compile_expression(text), working_days
    )


def at(text: str) -> datetime:
    return datetime.fromisoformat(text + "+08:00")


@pytest.mark.parametrize(
    ("kind", "text", "expected"),
    [
        ("duration", "PT90M", "2026-11-20T10:30:00"),
        ("duration", "P1M", "2026-12-20T09:00:00"),
        ("duration", 'duration("P15D")', "2026-12-05T09:00:00"),
        ("duration", 'duration("P1Y")', "2027-11-20T09:00:00"),
        ("duration", '"P" + string(n) + "D"', "2026-11-23T09:00:00"),
        ("date", "2026-12-01T00:00:00+08:00", "2026-12-01T00:00:00"),
        ("date", 'date("2026-12-01")', "2026-12-01T00:00:00"),
        ("date", 'date and time("2026-12-01T08:30:00")', "2026-12-01T08:30:00"),
        ("date", 'day + duration("P1D")', "2026-11-26T00:00:00"),
    ],
)
def test_a_timer_is_due_at(kind: str, text: str, expected: str) -> None:
    due = timers.due(rule(kind, text), {"n": Decimal(3), "day": date(2026, 11, 25)}, NOW)

    assert due.at == at(expected)


def test_a_month_after_the_last_day_is_the_last_day() -> None:
    assert timers.Span(1, timedelta(0)).after(at("2026-01-31T10:00:00")) == at("2026-02-28T10:00:00")


@pytest.mark.parametrize("text", ["5", 'duration("P5D")', "P5D"])
def test_working_days_are_left_to_the_calendar(text: str) -> None:
    assert timers.due(rule("duration", text, working_days=True), {}, NOW) == timers.Due(at=None, working_days=5)


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("duration", "null"),
        ("date", '"soon"'),
        ("cycle", '"R/PT0S"'),
        ("duration", "P999999999M"),
        ("cycle", '"R0/P1D"'),
    ],
)
def test_what_is_no_time_is_an_incident(kind: str, text: str) -> None:
    with pytest.raises(NodeFailure):
        timers.due(rule(kind, text), {}, NOW)


def test_a_cycle_fires_as_often_as_it_says() -> None:
    first = timers.due(rule("cycle", "R3/PT10M"), {}, NOW)
    second = timers.next_of_cycle(first, at("2026-11-20T09:10:00"))
    assert second is not None
    third = timers.next_of_cycle(second, at("2026-11-20T09:20:00"))
    assert third is not None

    assert (first.at, second.at, third.at) == tuple(at(f"2026-11-20T09:{m}:00") for m in (10, 20, 30))
    assert timers.next_of_cycle(third, at("2026-11-20T09:30:00")) is None


def test_missed_firings_of_a_cycle_coalesce_into_one() -> None:
    first = timers.due(rule("cycle", "R/PT1H"), {}, NOW)

    following = timers.next_of_cycle(first, at("2026-11-21T12:30:00"))

    assert following is not None and following.at == at("2026-11-21T13:00:00")


def test_a_cycle_from_long_ago_does_not_catch_up_one_by_one() -> None:
    due = timers.due(rule("cycle", "R/2000-01-01T00:00:00+08:00/PT1S"), {}, NOW)

    assert due.at is not None and due.at > NOW
    assert due.at - NOW <= timedelta(seconds=1)


def test_a_months_cycle_keeps_to_the_calendar() -> None:
    first = timers.due(rule("cycle", "R/P1M"), {}, NOW)

    assert first.at == at("2026-12-20T09:00:00")
    assert timers.next_of_cycle(first, at("2027-02-25T00:00:00")).at == at("2027-03-20T09:00:00")  # type: ignore[union-attr]


def test_a_cycle_on_a_boundary_opens_a_new_wait_for_each_firing() -> None:
    case = run("""
        <startEvent id="s"/>
        <userTask id="A"/>
        <boundaryEvent id="T" attachedToRef="A" cancelActivity="false"><timerEventDefinition><timeCycle>R2/P1D</timeCycle></timerEventDefinition></boundaryEvent>
        <endEvent id="reminded"/>
        s -> A
        T -> reminded
    """)  # fmt: skip
    first = case.waits[case.token("T")]

    case.fire("T", later=timedelta(days=1))
    second = case.waits[case.token("T")]

    assert (first.repeat, second.repeat) == (1, 0)
    assert second.due_at == first.due_at + timedelta(days=1)  # type: ignore[operator]
    assert case.fire("T", later=timedelta(days=1)).open == ["A"]
