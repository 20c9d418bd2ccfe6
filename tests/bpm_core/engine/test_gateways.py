# ruff: noqa: E501  (diagrams are written one element a line)
"""Gateways: where tokens go, and what joins wait for."""

from __future__ import annotations

from tests.bpm_core.engine.drawing import run

EXCLUSIVE = """
<startEvent id="s"/>
<exclusiveGateway id="x"/>
<userTask id="Big"/>
<userTask id="Small"/>
<userTask id="Other"/>
s -> x
x -> Big : amount > 100
x -> Small : amount > 10
x -> Other !
"""
PARALLEL = """
<startEvent id="s"/>
<parallelGateway id="split"/>
<userTask id="A"/>
<userTask id="B"/>
<parallelGateway id="join"/>
<userTask id="C"/>
<endEvent id="e"/>
s -> split
split -> A
split -> B
A -> join
B -> join
join -> C
C -> e
"""
INCLUSIVE = """
<startEvent id="s"/>
<inclusiveGateway id="split"/>
<userTask id="A"/>
<userTask id="B"/>
<userTask id="D"/>
<inclusiveGateway id="join"/>
<userTask id="C"/>
s -> split
split -> A : a = true
split -> B : b = true
split -> D !
A -> join
B -> join
D -> join
join -> C
"""


def test_exclusive_gateway_takes_the_first_flow_that_holds_and_no_other() -> None:
    assert run(EXCLUSIVE, {"amount": 500}).open == ["Big"]
    assert run(EXCLUSIVE, {"amount": 50}).open == ["Small"]


def test_exclusive_gateway_takes_the_default_flow_when_nothing_holds() -> None:
    assert run(EXCLUSIVE, {"amount": 5}).open == ["Other"]


def test_a_condition_over_an_unknown_value_is_an_incident_and_not_a_guess() -> None:
    case = run(EXCLUSIVE, {})

    assert case.open == []
    assert case.incidents == ["expression"]
    assert case.set({"amount": 50}).retry("x").open == ["Small"]


def test_no_flow_to_take_is_an_incident_that_keeps_the_case() -> None:
    case = run("""
        <startEvent id="s"/>
        <exclusiveGateway id="x"/>
        <userTask id="A"/>
        <userTask id="B"/>
        s -> x
        x -> A : n = 1
        x -> B : n = 2
    """, {"n": 3})  # fmt: skip

    assert case.incidents == ["no_flow"]
    assert case.last is not None and case.last.incidents[0].element_id == "x"
    assert case.set({"n": 2}).retry("x").open == ["B"]


def test_parallel_join_waits_for_every_flow() -> None:
    case = run(PARALLEL)

    assert case.open == ["A", "B"]
    assert case.complete("A").open == ["B"]
    assert case.complete("B").open == ["C"]
    assert case.complete("C").end == "e"


def test_parallel_join_takes_one_token_of_each_flow_in_a_loop() -> None:
    case = run("""
        <startEvent id="s"/>
        <exclusiveGateway id="again"/>
        <parallelGateway id="split"/>
        <userTask id="A"/>
        <userTask id="B"/>
        <parallelGateway id="join"/>
        <exclusiveGateway id="x"/>
        <endEvent id="e"/>
        s -> again
        again -> split
        split -> A
        split -> B
        A -> join
        B -> join
        join -> x
        x -> again : more
        x -> e !
    """)  # fmt: skip

    for more in (True, True, False):
        assert case.open == ["A", "B"]
        case.complete("B", {"more": more}).complete("A")
    assert case.end == "e"


def test_a_parallel_join_that_can_never_be_full_is_an_incident() -> None:
    case = run("""
        <startEvent id="s"/>
        <exclusiveGateway id="x"/>
        <userTask id="A"/>
        <userTask id="B"/>
        <parallelGateway id="join"/>
        <endEvent id="e"/>
        s -> x
        x -> A : true
        x -> B !
        A -> join
        B -> join
        join -> e
    """)  # fmt: skip

    case.complete("A")

    assert not case.over
    assert case.incidents == ["stuck"]
    assert case.last is not None and case.last.incidents[0].element_id == "join"


def test_inclusive_join_waits_for_exactly_the_branches_that_began() -> None:
    both = run(INCLUSIVE, {"a": True, "b": True})
    assert both.open == ["A", "B"]
    assert both.complete("A").open == ["B"]
    assert both.complete("B").open == ["C"]

    one = run(INCLUSIVE, {"a": False, "b": True})
    assert one.complete("B").open == ["C"]

    none = run(INCLUSIVE, {"a": False, "b": False})
    assert none.open == ["D"]
    assert none.complete("D").open == ["C"]


def test_inclusive_join_waits_for_a_branch_that_may_still_turn_to_it() -> None:
    case = run("""
        <startEvent id="s"/>
        <parallelGateway id="split"/>
        <userTask id="A"/>
        <userTask id="B"/>
        <exclusiveGateway id="x"/>
        <endEvent id="away"/>
        <inclusiveGateway id="join"/>
        <userTask id="C"/>
        s -> split
        split -> A
        split -> B
        A -> join
        B -> x
        x -> join : come
        x -> away !
        join -> C
    """)  # fmt: skip

    assert case.complete("A").open == ["B"]
    assert case.complete("B", {"come": False}).open == ["C"]


def test_event_gateway_drops_the_events_that_lost() -> None:
    case = run("""
        <startEvent id="s"/>
        <eventBasedGateway id="g"/>
        <intermediateCatchEvent id="M"><messageEventDefinition messageRef="m"/></intermediateCatchEvent>
        <intermediateCatchEvent id="T"><timerEventDefinition><timeDuration>P1D</timeDuration></timerEventDefinition></intermediateCatchEvent>
        <receiveTask id="R" messageRef="n"/>
        <userTask id="A"/>
        <userTask id="B"/>
        s -> g
        g -> M
        g -> T
        g -> R
        M -> A
        T -> B
        R -> B
    """, root='<message id="m" name="PAID"/><message id="n" name="LEFT"/>')  # fmt: skip

    assert case.open == ["M", "R", "T"]
    assert case.deliver("M", {"amount": 7}).open == ["A"]
    assert case.path == ["s", "g", "M"]
    assert case.variables["amount"] == 7


def test_flows_out_of_a_task_follow_all_conditions_that_hold() -> None:
    body = """
        <startEvent id="s"/>
        <userTask id="A"/>
        <userTask id="B"/>
        <userTask id="C"/>
        <userTask id="D"/>
        s -> A
        A -> B : n > 1
        A -> C : n > 2
        A -> D !
    """

    assert run(body).complete("A", {"n": 3}).open == ["B", "C"]
    assert run(body).complete("A", {"n": 2}).open == ["B"]
    assert run(body).complete("A", {"n": 0}).open == ["D"]


DISCRIMINATOR = """
<startEvent id="s"/>
<exclusiveGateway id="again"/>
<parallelGateway id="split"/>
<userTask id="A"/>
<userTask id="B"/>
<complexGateway id="first"><activationCondition>activationCount >= 1</activationCondition></complexGateway>
<userTask id="C"/>
<exclusiveGateway id="x"/>
<endEvent id="e"/>
s -> again
again -> split
split -> A
split -> B
A -> first
B -> first
first -> C
C -> x
x -> again : more
x -> e !
""".replace(" >= ", " &gt;= ")


def test_a_complex_gateway_goes_on_when_its_condition_holds_and_takes_the_rest_in_silence() -> None:
    case = run(DISCRIMINATOR)

    assert case.complete("A").open == ["B", "C"]
    assert case.complete("B").open == ["C"]
    assert case.complete("C", {"more": False}).end == "e"


def test_a_complex_gateway_begins_a_new_round_when_the_old_one_is_over() -> None:
    case = run(DISCRIMINATOR).complete("A").complete("B").complete("C", {"more": True})

    assert case.open == ["A", "B"]
    assert case.complete("B").open == ["A", "C"]


def test_a_case_ends_though_a_complex_gateway_waits_for_the_rest_of_its_round() -> None:
    case = run("""
        <startEvent id="s"/>
        <inclusiveGateway id="split"/>
        <userTask id="A"/>
        <userTask id="B"/>
        <complexGateway id="first"><activationCondition>activationCount = 1</activationCondition></complexGateway>
        <endEvent id="e"/>
        s -> split
        split -> A : true
        split -> B : false
        A -> first
        B -> first
        first -> e
    """)  # fmt: skip

    assert case.complete("A").end == "e"


def test_conditions_in_the_common_part_of_juel_are_understood() -> None:
    juel = EXCLUSIVE.replace("amount > 100", "${amount gt 100 && !empty name}").replace("amount > 10", "#{amount > 10}")

    assert run(juel, {"amount": 500, "name": "Li"}).open == ["Big"]
    assert run(juel, {"amount": 500, "name": ""}).open == ["Small"]
