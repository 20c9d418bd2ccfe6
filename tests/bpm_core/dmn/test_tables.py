"""Hit policies, and the index beside the scan."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bpm_core import dmn, feel
from tests.bpm_core.dmn import making

AGE = [("age", "number")]
RATE = [("rate", "number")]


def test_unique_answers_with_the_one_rule_that_applies() -> None:
    made = making.table(AGE, RATE, [["< 18", "1"], [">= 18", "2"]])

    decided = making.decide(made, age=20)

    assert decided.value == Decimal(2)
    assert [(hit.rule, hit.rule_id, hit.annotation) for hit in decided.hits] == [(2, "r2", "note 2")]
    assert decided.hits[0].cells == (dmn.Cell("age", ">= 18", Decimal(20)),)


def test_unique_with_two_rules_is_an_error_that_names_them() -> None:
    made = making.table(AGE, RATE, [["< 18", "1"], ["< 20", "2"]])

    with pytest.raises(dmn.DecisionError) as caught:
        making.decide(made, age=5)

    assert caught.value.code == "not_unique"
    assert caught.value.text("zh") == "test.dmn，决策 d：有多条规则同时命中：1, 2"


def test_any_accepts_equal_results_and_refuses_others() -> None:
    made = making.table(AGE, RATE, [["< 18", "1"], ["< 20", "1.0"], ["< 3", "2"]], policy="ANY")

    assert making.value(made, age=5) == "1"
    with pytest.raises(dmn.DecisionError):
        making.decide(made, age=1)


@pytest.mark.parametrize(
    ("policy", "aggregation", "expected"),
    [
        ("FIRST", "", "3"),
        ("PRIORITY", "", "1"),
        ("RULE ORDER", "", "[3, 1, 2]"),
        ("OUTPUT ORDER", "", "[1, 2, 3]"),
        ("COLLECT", "", "[3, 1, 2]"),
        ("COLLECT", "SUM", "6"),
        ("COLLECT", "MIN", "1"),
        ("COLLECT", "MAX", "3"),
        ("COLLECT", "COUNT", "3"),
    ],
)
def test_each_hit_policy_makes_its_own_of_three_rules(policy: str, aggregation: str, expected: str) -> None:
    rules = [["> 0", "3"], ["> 1", "1"], ["> 2", "2"], ["> 99", "9"]]
    made = making.table(AGE, [("rate", "number", "1, 2, 3")], rules, policy=policy, aggregation=aggregation)

    assert making.value(made, age=5) == expected


@pytest.mark.parametrize(("policy", "expected"), [("UNIQUE", "null"), ("COLLECT", "[]"), ("FIRST", "null")])
def test_no_rule_gives_null_or_an_empty_list(policy: str, expected: str) -> None:
    assert making.value(making.table(AGE, RATE, [["> 9", "1"]], policy=policy), age=1) == expected


def test_no_rule_gives_the_default_where_there_is_one() -> None:
    made = making.table(AGE, [("rate", "number", "1, 7", "7")], [["> 9", "1"]])

    assert making.value(made, age=1) == "7"


def test_several_outputs_make_a_context() -> None:
    made = making.table(AGE, [("ok", "boolean"), ("why", "string")], [["> 9", "true", '"old"'], ["<= 9", "false", ""]])

    assert making.value(made, age=10) == '{"ok": true, "why": "old"}'
    assert making.decide(made, age=1).outputs == {"ok": False, "why": None}


def test_a_value_its_column_does_not_list_is_no_input() -> None:
    made = making.table([("kind", "string", '"a", "b"')], RATE, [["-", "1"]])

    decided = making.decide(made, kind="c")

    assert decided.value is None
    assert [reason.code for reason in decided.reasons] == ["not_listed"]


CELLS = st.sampled_from(
    [
        "-",
        "1",
        "2.5",
        "< 2",
        "<= 2",
        "> 1",
        ">= 3",
        "[1..3]",
        "(1..3)",
        "1, 3",
        "not(2)",
        "!= 3",
        "null",
        "not(null)",
        "[1, 2]",
    ]
)
TEXT_CELLS = st.sampled_from(["-", '"a"', '"b", "c"', 'not("a")', '>= "b"', '["a".."b"]', "null"])
DAY_CELLS = st.sampled_from(["-", 'date("2026-01-01")', '> @"2026-01-01"', '[@"2026-01-01"..@"2026-01-03")'])
RULES = st.lists(
    st.tuples(CELLS, TEXT_CELLS, DAY_CELLS, st.sampled_from(["-", "true", "false"])), min_size=8, max_size=14
)
NUMBERS = st.none() | st.sampled_from([0, 1, 2, 2.5, 3, 4, "x"])
TEXTS = st.none() | st.sampled_from(["", "a", "aa", "b", "c", 3])
DAYS = st.none() | st.sampled_from(['@"2025-12-31"', '@"2026-01-01"', '@"2026-01-02"', '@"2026-01-03"'])


@given(RULES, NUMBERS, TEXTS, DAYS, st.none() | st.booleans())
@settings(max_examples=150, deadline=None)
def test_the_index_finds_the_rules_that_scanning_finds(rules, number, text, day, flag) -> None:
    inputs = [("n", "Any"), ("t", "Any"), ("d", "Any"), ("b", "Any")]
    made = making.table(inputs, RATE, [[*rule, "1"] for rule in rules], policy="COLLECT")
    day = feel.compile(day).evaluate({}, now=making.NOW) if day else None
    variables = {"n": feel.values.from_python(number), "t": feel.values.from_python(text), "d": day, "b": flag}
    [table] = made.tables()
    values = [code(variables, feel.Run(making.NOW, feel.Budget())) for code in table.inputs]

    indexed = table.matching(values, variables, feel.Run(making.NOW, feel.Budget()))

    assert indexed == table.scan(values, variables, feel.Run(making.NOW, feel.Budget()))
    assert all(column is not None for column in table.indexes)


def test_columns_that_are_not_literals_are_evaluated_for_the_rules_that_are_left() -> None:
    rules = [[f"{n}", "limit > 3" if n % 2 else "? > limit", f"{n}"] for n in range(20)]
    made = making.table([("n", "number"), ("m", "number")], RATE, rules)

    assert making.value(made, n=4, m=9, limit=5) == "4"
    assert making.value(made, n=4, m=2, limit=5) == "null"
    assert making.value(made, n=5, m=0, limit=5) == "5"
