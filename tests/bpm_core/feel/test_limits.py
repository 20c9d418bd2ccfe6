# ruff: noqa: E501  (cells, files and payloads are written one a line)
"""Nothing an expression asks for costs more than its budget."""

from __future__ import annotations

import time
from datetime import UTC, datetime

import pytest

from bpm_core import feel
from bpm_core.feel import limits

NOW = datetime(2026, 11, 21, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("count(for a in 1..1000, b in 1..1000 return a)", "steps"),
        ("for x in 1..1000000000 return x", "cells"),
        ("{f: function(n) f(n + 1), r: f(1)}.r", "calls"),
        ("some x in 1..100000 satisfies some y in 1..100000 satisfies false", "steps"),
        ("(for i in 1..60 return if i = 1 then [1] else [partial[-1], partial[-1]])[-1]", "cells"),
        ("(for i in 1..60 return if i = 1 then {a: 1} else {a: partial[-1], b: partial[-1]})[-1]", "cells"),
        ("(for i in 1..90 return if i = 1 then [1] else [partial[-1]])[-1]", "depth"),
        (
            '{s: (for i in 1..14 return if i = 1 then "aaaaaaaa" else partial[-1] + partial[-1])[-1], r: for i in 1..9999 return s}',
            "cells",
        ),
        ('(for i in 1..30 return if i = 1 then "aaaaaaaaaa" else partial[-1] + partial[-1])[-1]', "characters"),
    ],
)
def test_an_evaluation_that_asks_for_too_much_ends(text: str, code: str) -> None:
    began = time.process_time()

    with pytest.raises(feel.FeelBudgetError) as caught:
        feel.compile(text).evaluate({}, now=NOW)

    assert caught.value.code == code
    assert time.process_time() - began < 0.5


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("1" + " + 1" * 2_000, "source"),
        ("(" * 200 + "1" + ")" * 200, "depth"),
        ("-" * 100 + "1", "depth"),
        ("[" * 100 + "]" * 100, "depth"),
        ("a" + ".b" * 100, "depth"),
        ("not(" * 100 + "true" + ")" * 100, "depth"),
        ("1" + " = 1" * 100, "depth"),
        ("if a then " * 100 + "1" + " else 2" * 100, "depth"),
        ("[1..2" * 60, "depth"),
        ("x" + "[[1..2" * 60, "depth"),
    ],
)
def test_a_text_that_is_too_long_or_too_deep_is_refused(text: str, code: str) -> None:
    began = time.process_time()

    with pytest.raises((feel.FeelBudgetError, feel.FeelSyntaxError)) as caught:
        feel.compile(text)

    assert caught.value.code in (code, "unexpected", "unfinished")
    assert time.process_time() - began < 0.5


def test_long_chains_of_one_operator_are_no_deeper_than_short_ones() -> None:
    text = "x = 0" + "".join(f" or x = {n}" for n in range(1, 300))

    assert feel.compile(text).evaluate({"x": feel.values.number(299)}, now=NOW) is True
    assert feel.compile("1" + " + 1" * 900).evaluate({}, now=NOW) == 901


def test_the_same_evaluation_ends_in_the_same_place() -> None:
    budget = feel.Budget(steps=500)
    expression = feel.compile("for x in 1..n return x + 1")

    def steps(n: int) -> int:
        run = limits.Run(NOW, budget)
        expression.run({"n": feel.values.number(n)}, run)
        return run.steps

    assert steps(100) == steps(100)
    with pytest.raises(feel.FeelBudgetError):
        steps(600)


def test_budgets_say_their_limit_in_both_languages() -> None:
    error = feel.FeelBudgetError("steps", 20_000)

    assert (error.text("en"), error.text("zh")) == ("the evaluation took more than 20,000 steps", "计算超过 20,000 步")
