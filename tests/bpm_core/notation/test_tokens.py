"""Soundness by exploration: joins that never come together, steps done twice, circles without a way out."""

from __future__ import annotations

import time

import pytest

from bpm_core.notation import check
from tests.bpm_core.notation.diagrams import flow, process

START, END = '<bpmn:startEvent id="s"/>', '<bpmn:endEvent id="e" name="End"/>'
TOKEN_RULES = {"314", "315", "316", "317", "318"}


def found(inside: str) -> list[tuple[str, str]]:
    report = check.check({"process.bpmn": process(inside)})
    return [(p.rule, p.element) for p in report.problems if p.rule in TOKEN_RULES]


def split_and_join(split: str, join: str) -> str:
    nodes = f'<bpmn:{split} id="a"/><bpmn:{join} id="z"/><bpmn:userTask id="t"/><bpmn:userTask id="u"/>'
    ways = flow("s", "a") + flow("a", "t", "x = 1") + flow("a", "u", "x = 2") + flow("t", "z") + flow("u", "z")
    if split == "parallelGateway":
        ways = ways.replace(flow("a", "t", "x = 1"), flow("a", "t")).replace(flow("a", "u", "x = 2"), flow("a", "u"))
    return START + nodes + END + ways + flow("z", "e")


@pytest.mark.parametrize(
    ("split", "join", "expected"),
    [
        ("exclusiveGateway", "exclusiveGateway", []),
        ("parallelGateway", "parallelGateway", []),
        ("inclusiveGateway", "inclusiveGateway", []),
        ("parallelGateway", "inclusiveGateway", []),
        ("exclusiveGateway", "inclusiveGateway", []),
        ("exclusiveGateway", "parallelGateway", [("314", "z")]),
        ("inclusiveGateway", "parallelGateway", [("315", "z")]),
        ("parallelGateway", "exclusiveGateway", [("316", "e")]),
        ("inclusiveGateway", "exclusiveGateway", [("316", "e")]),
    ],
)
def test_a_split_and_its_join_must_fit(split: str, join: str, expected: list[tuple[str, str]]) -> None:
    assert found(split_and_join(split, join)) == expected


def test_a_branch_that_ends_early_starves_the_join() -> None:
    nodes = '<bpmn:parallelGateway id="a"/><bpmn:exclusiveGateway id="g"/><bpmn:parallelGateway id="z"/>'
    ways = flow("s", "a") + flow("a", "g") + flow("a", "z") + flow("g", "z", "x") + flow("g", "e", "y") + flow("z", "f")

    assert found(START + nodes + END + '<bpmn:endEvent id="f" name="F"/>' + ways) == [("315", "z")]


def test_a_terminating_end_frees_the_join() -> None:
    nodes = '<bpmn:parallelGateway id="a"/><bpmn:exclusiveGateway id="g"/><bpmn:parallelGateway id="z"/>'
    stop = '<bpmn:endEvent id="f" name="F"><bpmn:terminateEventDefinition/></bpmn:endEvent>'
    ways = flow("s", "a") + flow("a", "g") + flow("a", "z") + flow("g", "z", "x") + flow("g", "f", "y") + flow("z", "e")

    assert found(START + nodes + END + stop + ways) == []


def test_a_circle_without_a_way_out_is_no_process() -> None:
    nodes = '<bpmn:userTask id="t"/><bpmn:userTask id="u"/>'
    ways = flow("s", "t") + flow("t", "u") + flow("u", "t")

    assert ("317", "t") in found(START + nodes + END + ways)


def test_a_circle_that_some_ways_fall_into_is_a_warning() -> None:
    nodes = '<bpmn:exclusiveGateway id="g"/><bpmn:userTask id="t"/><bpmn:userTask id="u"/>'
    ways = flow("s", "g") + flow("g", "e", "x") + flow("g", "t", "y") + flow("t", "u") + flow("u", "t")

    assert found(START + nodes + END + ways) == [("318", "t")]


def test_an_interrupting_event_takes_the_place_of_the_step() -> None:
    event = '<bpmn:messageEventDefinition messageRef="M"/>'
    nodes = f'<bpmn:userTask id="t"/><bpmn:boundaryEvent id="b" attachedToRef="t">{event}</bpmn:boundaryEvent>'
    plain = START + nodes + END + flow("s", "t") + flow("t", "e") + flow("b", "e")

    assert found(plain) == []


def test_two_tokens_from_a_step_without_a_gateway_are_seen() -> None:
    nodes = '<bpmn:userTask id="t"/><bpmn:userTask id="u"/>'
    ways = flow("s", "t") + flow("t", "u") + flow("t", "u", identity="again") + flow("u", "e")

    assert ("316", "e") in found(START + nodes + END + ways)


def test_sub_processes_are_explored_by_themselves() -> None:
    inner = (
        split_and_join("exclusiveGateway", "parallelGateway").replace('id="s"', 'id="s2"').replace('id="e"', 'id="e2"')
    )
    inner = inner.replace('sourceRef="s"', 'sourceRef="s2"').replace('targetRef="e"', 'targetRef="e2"')
    inner = inner.replace('id="s_a"', 'id="s2_a"').replace('id="z_e"', 'id="z_e2"')

    assert found(
        START + f'<bpmn:subProcess id="sub">{inner}</bpmn:subProcess>' + END + flow("s", "sub") + flow("sub", "e")
    ) == [("314", "z")]


def test_an_explosion_of_states_is_given_up_quietly_and_quickly() -> None:
    width = 18
    tasks = "".join(f'<bpmn:userTask id="t{n}"/>' for n in range(width))
    ways = "".join(flow("a", f"t{n}") + flow(f"t{n}", "z") for n in range(width))
    nodes = '<bpmn:parallelGateway id="a"/><bpmn:parallelGateway id="z"/>' + tasks
    began = time.monotonic()

    assert found(START + nodes + END + flow("s", "a") + ways + flow("z", "e")) == []
    assert time.monotonic() - began < 4
