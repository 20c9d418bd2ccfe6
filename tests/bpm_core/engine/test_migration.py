# ruff: noqa: E501  (a diagram is written one element a line)
"""A running case in another version of its process: what goes on, what is refused and why."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from bpm_core import engine
from bpm_core.engine import BadMapping, CannotMigrate, CaseState, Migrated, WaitKind
from tests.bpm_core.engine.drawing import Case, process, run

LINE = """
<startEvent id="s"/>
<userTask id="A"/>
<userTask id="B"/>
<endEvent id="e"/>
s -> A
A -> B
B -> e
"""


def change(
    case: Case, body: str, mapping: Mapping[str, str] | None = None, *, root: str = "", **given: Any
) -> Migrated:
    """The case goes on in the process drawn as `body`."""
    new = engine.load(process(body, root=root))
    plan = engine.plan(case.definition, new, mapping)
    moved = engine.migrate(plan, case._at(), now=case.now, given=given)
    case.definition, case.state = new, moved.advance.state
    case.version += 1
    case.waits = {wait.token: wait for wait in moved.waits}
    assert new.intact()
    return moved


def refusals(case: Case, body: str, mapping: Mapping[str, str] | None = None, *, root: str = "") -> list[str]:
    state = case.state
    with pytest.raises(CannotMigrate) as refused:
        change(case, body, mapping, root=root)
    assert case.state == state
    return [obstacle.code for obstacle in refused.value.obstacles]


def test_a_case_goes_on_with_the_same_token_and_runs_what_the_new_version_adds() -> None:
    case = run(LINE, {"x": 1})
    token = case.token("A")

    change(case, LINE.replace("A -> B", '<userTask id="New"/>\nA -> New\nNew -> B'))

    assert case.token("A") == token
    assert case.complete("A").open == ["New"]
    assert case.complete("New").complete("B").end == "e"


def test_a_mapped_step_is_waited_at_under_its_new_name() -> None:
    case = run(LINE)

    moved = change(
        case, LINE.replace('"A"', '"A2"').replace("A -> B", "A2 -> B").replace("s -> A", "s -> A2"), {"A": "A2"}
    )

    assert [(was.element_id, now.element_id) for was, now in moved.kept] == [("A", "A2")]
    assert case.complete("A2").complete("B").end == "e"


def test_the_state_in_the_old_version_and_back_is_the_same_to_the_byte() -> None:
    case = run(LINE, {"x": 1, "y": [1, {"z": True}]})
    state, old = case.state, LINE
    change(case, LINE.replace('"e"', '"E"').replace("-> e", "-> E"))
    assert case.state != state

    change(case, old)

    assert case.state == state


def test_a_step_that_is_gone_or_of_another_kind_keeps_the_case_back() -> None:
    case = run(LINE)

    assert refusals(case, LINE.replace("A", "Z")) == ["element_gone"]
    assert refusals(case, LINE.replace('<userTask id="A"/>', '<scriptTask id="A" scriptFormat="feel"/>')) == [
        "kind_differs"
    ]


def test_a_manual_task_takes_the_place_of_a_user_task() -> None:
    case = run(LINE)

    change(case, LINE.replace('<userTask id="A"/>', '<manualTask id="A"/>'))

    assert case.complete("A").open == ["B"]


FORK = """
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


def test_a_branch_that_waits_at_a_join_is_carried_to_the_flow_from_the_same_step() -> None:
    case = run(FORK).complete("A")

    change(case, "\n" + FORK)  # every flow has another id

    assert case.complete("B").open == ["C"]


def test_a_step_made_one_branch_of_several_would_wait_for_ever_and_is_refused() -> None:
    """The dynamic-change bug: the case is past the split that the new version has before it."""
    case = run(LINE)
    new = """
    <startEvent id="s"/>
    <parallelGateway id="split"/>
    <userTask id="A"/>
    <userTask id="B"/>
    <parallelGateway id="join"/>
    <endEvent id="e"/>
    s -> split
    split -> A
    split -> B
    A -> join
    B -> join
    join -> e
    """

    assert refusals(case, new) == ["join_starves"]


def test_a_case_before_the_split_gets_the_third_branch_and_one_behind_it_is_refused() -> None:
    more = FORK.replace("B -> join", 'B -> join\n<userTask id="X"/>\nsplit -> X\nX -> join')
    first = '<userTask id="P"/>\ns -> P\nP -> split'
    before = run(FORK.replace("s -> split", first))

    change(before, more.replace("s -> split", first))

    assert before.complete("P").open == ["A", "B", "X"]
    assert refusals(run(FORK).complete("A"), more) == ["join_starves"]


BODY = """
<startEvent id="s"/>
<subProcess id="Body">
<startEvent id="bs"/>
<userTask id="A"/>
<endEvent id="be"/>
bs -> A
A -> be
</subProcess>
<boundaryEvent id="W" attachedToRef="Body"><messageEventDefinition messageRef="m"/></boundaryEvent>
<endEvent id="e"/>
<endEvent id="out"/>
s -> Body
Body -> e
W -> out
"""
ROOT = '<message id="m" name="STOP"/>'
REMINDER = """
<boundaryEvent id="T" attachedToRef="A" cancelActivity="false"><timerEventDefinition><timeDuration>duration("P3D")</timeDuration></timerEventDefinition></boundaryEvent>
<endEvent id="told"/>
T -> told
</subProcess>
"""


def test_waits_that_the_new_version_adds_begin_and_those_it_drops_end() -> None:
    case = run(BODY, root=ROOT)
    lines = [
        line for line in BODY.splitlines() if not line.startswith(("<boundaryEvent", "W ->", '<endEvent id="out"'))
    ]

    moved = change(case, "\n".join(lines).replace("</subProcess>", REMINDER))

    assert [(c.element_id, c.reason) for c in moved.advance.closed] == [("W", "cancelled")]
    assert [(w.element_id, w.kind) for w in moved.advance.opened] == [("T", WaitKind.TIMER)]
    assert case.open == ["A", "T"]
    assert case.complete("A").end == "e"


def test_a_message_by_another_name_is_waited_for_under_it() -> None:
    case = run(BODY, root=ROOT)

    change(case, BODY, root=ROOT.replace("STOP", "HALT"))

    assert next(wait.name for wait in case.waits.values() if wait.element_id == "W") == "HALT"
    assert case.deliver("W").end == "out"


def test_a_boundary_event_of_another_step_or_kind_is_refused() -> None:
    case = run(BODY, root=ROOT)
    timer = '<timerEventDefinition><timeDuration>duration("P1D")</timeDuration></timerEventDefinition>'

    assert refusals(case, BODY.replace('<messageEventDefinition messageRef="m"/>', timer), root=ROOT) == [
        "event_differs"
    ]


def test_a_step_taken_out_of_its_sub_process_is_refused() -> None:
    assert refusals(run(BODY, root=ROOT), LINE) == ["element_gone"]


SEVERAL = """
<startEvent id="s"/>
<userTask id="A"><multiInstanceLoopCharacteristics{how}><loopCardinality>3</loopCardinality></multiInstanceLoopCharacteristics></userTask>
<endEvent id="e"/>
s -> A
A -> e
"""


def test_instances_under_way_go_on_and_another_way_to_repeat_is_refused() -> None:
    case = run(SEVERAL.format(how="")).complete("A", index=1)

    assert set(refusals(case, SEVERAL.format(how=' isSequential="true"'))) == {"loop_differs"}
    change(case, "\n" + SEVERAL.format(how=""))
    assert case.complete("A", index=0).complete("A", index=2).end == "e"


RACE = """
<startEvent id="s"/>
<eventBasedGateway id="G"/>
<intermediateCatchEvent id="M"><messageEventDefinition messageRef="m"/></intermediateCatchEvent>
<intermediateCatchEvent id="T"><timerEventDefinition><timeDuration>duration("P1D")</timeDuration></timerEventDefinition></intermediateCatchEvent>
<endEvent id="em"/>
<endEvent id="et"/>
s -> G
G -> M
G -> T
M -> em
T -> et
"""


def test_events_behind_a_gateway_go_on_and_other_choices_are_refused() -> None:
    case = run(RACE, root=ROOT)
    third = '<intermediateCatchEvent id="M2"><messageEventDefinition messageRef="m"/></intermediateCatchEvent>\nG -> M2\nM2 -> em\n'

    assert set(refusals(case, RACE + third, root=ROOT)) == {"choice_differs"}
    change(case, "\n" + RACE, root=ROOT)
    assert case.deliver("M").end == "em"
    assert case.open == []


def test_variables_are_given_only_where_the_case_has_none() -> None:
    case = run(LINE, {"x": 1})

    moved = change(case, LINE + "\n", x=5, rate=7)

    assert (case.variables["x"], case.variables["rate"]) == (1, 7)
    assert dict(moved.advance.changed) == {"rate": 7}


def test_a_case_that_is_over_stays() -> None:
    case = run(LINE).complete("A").complete("B")

    assert refusals(case, "\n" + LINE) == ["ended"]


def test_a_mapping_to_nothing_or_another_process_is_refused() -> None:
    old, new = engine.load(process(LINE)), engine.load(process("\n" + LINE))

    for mapping in ({"Z": "A"}, {"A": "Z"}, {"A": "other/A"}):
        with pytest.raises(BadMapping):
            engine.plan(old, new, mapping)
    with pytest.raises(BadMapping):
        engine.plan(old, engine.load(process(LINE, key="other")))


def test_the_plan_names_what_is_gone_and_what_is_new() -> None:
    plan = engine.plan(engine.load(process(LINE)), engine.load(process(LINE.replace("B", "C"))))

    assert [(c.element_id, c.code) for c in plan.counterparts if c.code] == [("B", "element_gone")]
    assert plan.added == (("proc", "C"),)


def test_a_state_of_another_version_is_no_state_of_the_old_one() -> None:
    case, other = run(LINE), engine.load(process("\n\n" + LINE))
    plan = engine.plan(other, engine.load(process("\n" + LINE)))

    with pytest.raises(engine.StateMismatch):
        engine.migrate(plan, CaseState("1", 1, case.state), now=case.now)
