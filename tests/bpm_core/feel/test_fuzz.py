# ruff: noqa: E501  (alternatives are written one a line)
"""Expressions by the hundred thousand: never an exception that is not ours, never a value that is not FEEL's.

A slice of 2,000 is always run, 100,000 in `make nightly`; FUZZ sets another figure for the slice.
"""

from __future__ import annotations

import os
import time
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bpm_core import feel
from tests.bpm_core.feel.grammar import Maker

NOW = datetime(2026, 11, 21, tzinfo=UTC)
COUNT = int(os.environ.get("FUZZ", "2000"))
VARIABLES = {
    "n": Decimal("2.5"), "s": "text", "b": True, "l": [Decimal(1), None, Decimal(3)], "c": {"a": Decimal(1), "b": None},
}  # fmt: skip


def tried(text: str, kind: feel.Kind) -> None:
    try:
        expression = feel.compile(text, kind=kind, names=frozenset(VARIABLES))
        if kind is feel.Kind.UNARY_TESTS:
            assert expression.test(Decimal(2), VARIABLES, now=NOW) in (True, False, None)
            return
        value = expression.evaluate(VARIABLES, now=NOW)
    except feel.FeelError as error:
        assert error.text("zh") and error.text("en")
        return
    feel.values.check(value)
    if type(value) is not feel.Function and "function" not in text:
        assert feel.values.literal(feel.values.decode(feel.values.encode(value))) == feel.values.literal(value)


def fuzz(kind: feel.Kind, first: int, count: int) -> None:
    began = time.thread_time()
    for seed in range(first, first + count):
        maker = Maker(seed, wild=0.15, nulls=0.05)
        text = maker.make(depth=4)
        tried(maker.spoilt(text) if seed % 2 else text, kind)
    assert (time.thread_time() - began) / count < 0.05


@pytest.mark.parametrize("kind", list(feel.Kind))
def test_expressions_of_the_grammar_and_spoilt_ones(kind: feel.Kind) -> None:
    fuzz(kind, 0, COUNT // 2)


@pytest.mark.nightly
@pytest.mark.parametrize("kind", list(feel.Kind))
def test_a_hundred_thousand_expressions(kind: feel.Kind) -> None:
    fuzz(kind, 1_000_000, 50_000)


@given(st.text(max_size=60))
@settings(max_examples=300, deadline=None)
def test_any_text_at_all(text: str) -> None:
    tried(text, feel.Kind.EXPRESSION)
    tried(text, feel.Kind.UNARY_TESTS)


@given(st.lists(st.sampled_from(
    ["if", "then", "else", "for", "in", "return", "(", ")", "[", "]", "{", "}", "..", ",", ":", "1", "a", '"x"', "-", "+",
     "**", "<", "=", "not", "and", "or", "between", "function", "?", "@", ".", "instance", "of", "list", "some",
     "satisfies", "item", "date", "null", "sort", "sum"]), max_size=30))  # fmt: skip
@settings(max_examples=300, deadline=None)
def test_any_row_of_words_and_signs(words: list[str]) -> None:
    tried(" ".join(words), feel.Kind.EXPRESSION)


def test_literals_of_values_mean_those_values() -> None:
    for seed in range(COUNT // 8):
        text = Maker(seed, nulls=0.05).make(depth=4)
        value = feel.compile(text, names=frozenset(VARIABLES)).evaluate(VARIABLES, now=NOW)
        written = feel.values.literal(value)
        if len(written) < 4_000:
            again = feel.compile(written).evaluate({}, now=NOW)
            assert feel.values.literal(again) == written
