"""Static checks: each finding with an example, none invented, none left out."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bpm_core import dmn, feel
from tests.bpm_core.dmn import making

AGE = [("age", "number")]
RATE = [("rate", "number")]


def codes(made: dmn.Model) -> list[str]:
    return [problem.code for problem in made.check()]


def test_a_table_with_one_gap_and_one_overlap_shows_both_with_examples() -> None:
    inputs = [("age", "number", ">= 0"), ("kind", "string", '"a", "b"')]
    rules = [["< 18", "-", "1"], ["[18..60]", '"a"', "2"], ["[60..65)", '"a"', "3"], [">= 18", '"b"', "4"]]

    overlap, gap = making.table(inputs, RATE, rules).check()

    assert (overlap.code, overlap.rules, overlap.example) == ("overlap", (2, 3), {"age": "60", "kind": '"a"'})
    assert (gap.code, gap.example) == ("gap", {"age": "65", "kind": '"a"'})
    assert gap.text("zh") == '没有规则覆盖此情况，例如 age = 65，kind = "a"'


@pytest.mark.parametrize(
    ("inputs", "rules", "policy", "expected"),
    [
        (AGE, [["< 18", "1"], [">= 18", "2"]], "UNIQUE", []),
        (AGE, [["< 18", "1"], ["> 18", "2"]], "UNIQUE", ["gap"]),
        (AGE, [["<= 18", "1"], [">= 18", "2"]], "UNIQUE", ["overlap"]),
        (AGE, [["<= 18", "1"], [">= 18", "1"]], "ANY", []),
        (AGE, [["<= 18", "1"], [">= 18", "2"]], "ANY", ["conflict"]),
        (AGE, [["< 20", "1"], ["< 10", "2"], ["-", "3"]], "FIRST", ["masked"]),
        (AGE, [["< 10", "1"], ["< 20", "2"], ["-", "3"]], "FIRST", []),
        (AGE, [["> 10", "1"]], "COLLECT", []),
        ([("b", "boolean")], [["true", "1"], ["false", "2"]], "UNIQUE", []),
        ([("b", "boolean")], [["true", "1"]], "UNIQUE", ["gap"]),
        ([("d", "date")], [['<= @"2026-01-01"', "1"], ['>= @"2026-01-02"', "2"]], "UNIQUE", []),
        ([("d", "date")], [['<= @"2026-01-01"', "1"], ['>= @"2026-01-03"', "2"]], "UNIQUE", ["gap"]),
        ([("k", "string", '"a","b"')], [['"a"', "1"], ['not("a")', "2"]], "UNIQUE", []),
        ([("k", "string", '"a","b"')], [['"a"', "1"], ['"c"', "2"]], "UNIQUE", ["undeclared_input", "gap"]),
        (AGE, [['"x"', "1"], ["-", "2"]], "FIRST", ["type", "not_checked"]),
        (AGE, [["-", '"x"']], "UNIQUE", ["type"]),
        (
            [("age", "number"), ("n", "number")],
            [["-", "> 1", "1"], ["> 5", "<= 1", "2"], ["<= 5", "<= 1", "3"]],
            "UNIQUE",
            [],
        ),
    ],
)
def test_findings_by_kind(inputs, rules, policy: str, expected: list[str]) -> None:
    assert codes(making.table(inputs, RATE, rules, policy=policy)) == expected


def test_results_nobody_gives_and_results_nobody_listed() -> None:
    made = making.table(AGE, [("grade", "string", '"a", "b"')], [["< 1", '"a"'], [">= 1", '"c"']])

    assert codes(made) == ["undeclared_output", "unused_output"]


def test_rules_of_lower_priority_that_never_decide() -> None:
    outputs = [("grade", "string", '"refuse", "grant"')]

    made = making.table(
        AGE, outputs, [["< 20", '"refuse"'], ["< 10", '"grant"'], [">= 20", '"grant"']], policy="PRIORITY"
    )

    assert [(one.code, one.rules) for one in made.check()] == [("outranked", (2,))]


def test_cells_that_are_no_literals_are_named_and_nothing_is_said_about_them() -> None:
    made = making.table([("a", "number"), ("b", "number")], RATE, [["< limit", "1", "1"], [">= 3", "not(1)", "2"]])

    gap, note = made.check()

    assert (gap.code, gap.example) == ("gap", {"a": "2", "b": "0"})
    assert (note.code, note.column) == ("not_checked", "a")


def test_a_misspelt_variable_in_a_decision_with_requirements() -> None:
    table = making.table_xml([("insured_month", "number")], RATE, [["-", "1"]])
    decision = making.decision_xml(table).replace(
        "<decisionTable", '<informationRequirement><requiredInput href="#i"/></informationRequirement><decisionTable'
    )

    [problem] = making.model('<inputData id="i" name="insured_months"/>', decision).check()

    assert problem.code == "unknown_name"
    assert "insured_months" in problem.text("zh")


NUMBER_CELLS = ["-", "1", "< 2", ">= 2", "(1..3]", "not(2)"]
KIND_CELLS = ["-", '"a"', 'not("a")', '"a", "b"']


@given(st.lists(st.tuples(st.sampled_from(NUMBER_CELLS), st.sampled_from(KIND_CELLS)), min_size=1, max_size=4))
@settings(max_examples=120, deadline=None)
def test_gaps_and_overlaps_are_those_that_trying_every_input_shows(rules) -> None:
    inputs = [("n", "number", ">= 0"), ("k", "string", '"a", "b", "c"')]
    made = making.table(inputs, RATE, [[*cells, str(number)] for number, cells in enumerate(rules)])
    tried = {"gap": False, "overlap": set()}
    for number, kind in product([0, 1, 1.5, 2, 2.5, 3, 4], "abc"):
        try:
            tried["gap"] |= not making.decide(made, n=number, k=kind).hits
        except dmn.DecisionError as error:
            hit = [int(one) for one in error.detail.split(", ")]
            tried["overlap"] |= {(a, b) for a in hit for b in hit if a < b}

    found = made.check()

    assert ("gap" in {one.code for one in found}) == tried["gap"]
    assert {one.rules for one in found if one.code == "overlap"} == tried["overlap"]


@given(st.lists(st.tuples(st.sampled_from(NUMBER_CELLS), st.sampled_from(KIND_CELLS)), min_size=1, max_size=4))
@settings(max_examples=60, deadline=None)
def test_examples_are_true(rules) -> None:
    inputs = [("n", "number", ">= 0"), ("k", "string", '"a", "b", "c"')]
    made = making.table(
        inputs, RATE, [[*cells, str(number)] for number, cells in enumerate(rules)], policy="RULE ORDER"
    )
    unique = making.table(inputs, RATE, [[*cells, str(number)] for number, cells in enumerate(rules)])

    for problem in unique.check():
        if problem.code in ("gap", "overlap"):
            values = {
                name: feel.compile(text or "null").evaluate({}, now=making.NOW)
                for name, text in problem.example.items()
            }
            values["k"] = values["k"] or "a"
            values["n"] = values["n"] if values["n"] is not None else feel.values.number(0)
            hits = {hit.rule for hit in made.decide("d", values, now=making.NOW).hits}
            assert set(problem.rules) <= hits
            assert problem.code != "gap" or not hits


def _marked(made: str, mark: str) -> dmn.Model:
    marked = made.replace("<input ", f'<input xmlns:guicheng="urn:guicheng:bpmn:1" guicheng:{mark}="true" ')
    return making.model(making.decision_xml(marked))


def test_nothing_lies_between_whole_numbers() -> None:
    grades = making.table_xml([("grade", "number", "[1..3]")], RATE, [["1", "1"], ["2", "2"], ["3", "3"]])

    assert codes(making.model(making.decision_xml(grades))) == ["gap"]
    assert codes(_marked(grades, "whole")) == []


def test_a_column_that_is_said_to_be_reckoned_is_not_pointed_out_again() -> None:
    reckoned = making.table_xml(AGE, RATE, [["< limit", "1"], ["-", "2"]], policy="FIRST")

    assert codes(making.model(making.decision_xml(reckoned))) == ["not_checked"]
    assert codes(_marked(reckoned, "calculated")) == []


def test_a_text_column_without_a_list_may_hold_texts_that_no_cell_names() -> None:
    rules = [['""', "-", "1"], ["-", '"sick"', "2"], ["-", "-", "3"]]

    made = making.table([("clause", "string"), ("kind", "string", '"sick","injury"')], RATE, rules, policy="FIRST")

    assert codes(made) == []
