"""The encoded state: exact in types, small, versioned, and independent of how much has been done."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from bpm_core import engine, feel
from bpm_core.engine import CaseState, StateMismatch
from tests.bpm_core.engine.drawing import Case, process, run

LOOP = """
<startEvent id="s"/>
<userTask id="A"/>
<scriptTask id="S"><script>n = n + 1</script></scriptTask>
<exclusiveGateway id="x"/>
<endEvent id="e"/>
s -> A
A -> S
S -> x
x -> A : n &lt; 10000
x -> e !
""".replace("&lt;", "<")


def test_values_keep_their_exact_types() -> None:
    values = {
        "one": Decimal("1"),
        "exact": Decimal("1.10"),
        "yes": True,
        "text": "1",
        "nothing": None,
        "day": date(2026, 11, 20),
        "span": timedelta(days=1),
        "many": [Decimal(1), True, {"$n": "a key that looks like a tag"}],
    }
    case = run('<startEvent id="s"/>\n<userTask id="A"/>\ns -> A', values)
    seen = case.variables

    assert {name: type(value) for name, value in seen.items()} == {
        name: type(feel.values.from_python(value)) for name, value in values.items()
    }
    assert str(seen["exact"]) == "1.10"
    assert seen["many"] == values["many"]


def test_a_change_of_type_alone_is_a_change() -> None:
    case = run('<startEvent id="s"/>\n<userTask id="A"/>\n<userTask id="B"/>\ns -> A\nA -> B', {"x": 1, "y": 1})

    case.complete("A", {"x": True, "y": 1})

    assert case.last is not None and case.last.changed == {"x": True}
    assert case.variables["x"] is True


@pytest.mark.parametrize(
    "blob", [b"", b"nonsense", b"[]", b"[2,1]", b'[1,"0000000000000000",1,[null,false,{},[],[],[]],[]]']
)
def test_an_unknown_state_is_refused(blob: bytes) -> None:
    case = run('<startEvent id="s"/>\n<userTask id="A"/>\ns -> A')

    with pytest.raises(StateMismatch):
        engine.inspect(case.definition, CaseState("1", 1, blob))


def test_a_state_of_another_definition_is_refused() -> None:
    one = run('<startEvent id="s"/>\n<userTask id="A"/>\ns -> A')
    other = run('<startEvent id="s"/>\n<userTask id="A"/>\n<userTask id="B"/>\ns -> A\nA -> B')

    with pytest.raises(StateMismatch):
        engine.inspect(other.definition, one._at())


def test_a_state_that_was_tampered_with_is_refused_and_runs_nothing() -> None:
    case = run('<startEvent id="s"/>\n<userTask id="A"/>\ns -> A')

    with pytest.raises(StateMismatch):
        engine.inspect(case.definition, CaseState("1", 1, case.state.replace(b'"A"', b'"Z"')))


def test_callers_cannot_change_a_case_through_the_values_they_gave() -> None:
    people = ["a"]
    case = Case(engine.load(process('<startEvent id="s"/>\n<userTask id="A"/>\ns -> A')), warm=True)
    case.begin({"people": people})

    people.append("b")

    assert case.variables["people"] == ["a"]


def test_ten_thousand_rounds_end_and_neither_state_nor_tokens_grow() -> None:
    case = Case(engine.load(process(LOOP)), warm=True)
    state = engine.start(case.definition, case_id="loop", variables={"n": 0}, now=case.now)
    engine.settle("loop", 0, state)
    sizes = []

    for version in range(10_000):
        token = state.opened[0].token
        at = CaseState("loop", version, state.state)
        state = engine.complete(case.definition, at, token, {}, now=case.now)
        if state.ended is None:
            engine.settle("loop", version + 1, state)
            sizes.append(len(state.state))

    assert state.ended is not None and state.ended.end_id == "e"
    assert max(sizes) <= sizes[0] + 16  # the serial number of tokens and n itself grow by some digits
