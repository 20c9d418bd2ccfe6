"""Our FEEL beside pySFeel 1.4.2 on generated expressions. Every way in which they differ is explained.

DIFFERENCES lists them: an example with both answers, and the clause of DMN 1.5 (formal/24-01-01) that decides. The
generated expressions of no such kind must agree, numbers within 1e-9 since pySFeel counts in binary. Its parser takes
20 s of CPU to build, so this runs in `make nightly`.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from bpm_core import feel
from tests.bpm_core.feel.grammar import Maker
from tests.bpm_core.feel.oracle import pysfeel

NOW = datetime(2026, 11, 21, tzinfo=UTC)
VARIABLES = {"n": Decimal("2.5"), "s": "text", "b": True, "l": [Decimal(1), Decimal(5)], "c": {"a": Decimal(1)}}
WRITTEN = {"n": "2.5", "s": '"text"', "b": "true", "l": "[1, 5]", "c": "{a: 1}"}
FAILED = "failed"

# (kind, how it is recognised in a text, example, ours, pySFeel's, why)
DIFFERENCES: tuple[tuple[str, str, str, str, str, str], ...] = (
    (
        "exponents", r"\d[eE][+-]?\d", "1e3", "1000", FAILED,
        "10.3.1.2 rule 37: a numeric literal may have an exponent (since DMN 1.4); pySFeel does not read it",
    ),
    (
        "if", r"\bif\b", "(if true then 1 else 2)", "1", FAILED,
        "10.3.1.2, if expression, and 10.3.2.13: pySFeel knows none",
    ),
    (
        "for", r"\bfor\b", "(for x in [1, 2] return x + 1)", "[2, 3]", FAILED,
        "10.3.1.2, for expression, and 10.3.2.14: pySFeel knows none",
    ),
    (
        "some and every", r"\b(?:some|every)\b", "(some x in [1, 2, 3] satisfies x > 0)", "true", "false",
        "10.3.2.15: true when the condition holds of one item; pySFeel answers false of a list written out",
    ),
    (
        "between with a negative bound", r"between", "(-3 between -3 and 1)", "true", FAILED,
        "10.3.1.2, between: its bounds are expressions; pySFeel does not read a negative one",
    ),
    (
        "modulo", r"modulo\(", "modulo(1 - 7.5, -(0.1))", "0", "-0.09999999999999964",
        "10.3.2.3.1: numbers are decimals of 34 digits; pySFeel counts in binary doubles",
    ),
    (
        "dates less hours", r'duration\("P(?:\d+D)?T', '(date("2026-01-31") - duration("PT90M"))', '@"2026-01-30"',
        "2026-01-31",
        "table 55: a date is its midnight in arithmetic, and 90 minutes earlier is the day before; pySFeel drops hours",
    ),
    (
        "dates and months", r'duration\("P(?:1Y2M|1M)', '(date("2026-01-31") - duration("P1Y2M"))', '@"2024-11-30"',
        "2024-11-28",
        "table 55: a day the month lacks becomes its last day; pySFeel takes the 28th",
    ),
    (
        "substring beyond the end", r"substring\(", 'substring("a", 2)', "null", '""',
        "table 74: the start position counts from 1 to the length of the string",
    ),
)  # fmt: skip
KNOWN = re.compile("|".join(f"(?:{pattern})" for _, pattern, *_ in DIFFERENCES))


def ours(text: str) -> Any:
    return feel.compile(text, names=frozenset(VARIABLES)).evaluate(VARIABLES, now=NOW)


def shown(theirs: Any) -> str:
    """What pySFeel answered, as FEEL text; times as they are written."""
    if isinstance(theirs, tuple):
        return FAILED if theirs[0] == FAILED else str(theirs[1])
    return feel.values.literal(theirs)


def agree(mine: Any, theirs: Any) -> bool:
    if type(mine) is Decimal and isinstance(theirs, Decimal):
        return abs(mine - theirs) <= Decimal("1e-9") * max(1, abs(mine), abs(theirs))
    if isinstance(theirs, tuple):
        if theirs[0] == "d":
            return bool(mine == feel.compile(f'duration("PT{Decimal(theirs[1]):f}S")').evaluate({}, now=NOW))
        return theirs[0] == "t" and feel.values.literal(mine) == f'@"{theirs[1]}"'
    if type(mine) is list:
        return type(theirs) is list and len(mine) == len(theirs) and all(map(agree, mine, theirs))
    if type(mine) is dict:
        return type(theirs) is dict and mine.keys() == theirs.keys() and all(agree(mine[k], theirs[k]) for k in mine)
    return type(mine) is type(theirs) and bool(mine == theirs)


@pytest.mark.nightly
def test_all_differences_are_of_known_kinds() -> None:
    made = [Maker(seed).make(depth=2 if seed < 300 else 3) for seed in range(500)]
    compared = [text for text in made if not KNOWN.search(text)]
    examples = [example for _, _, example, *_ in DIFFERENCES]

    answers = pysfeel.evaluate([*examples, *compared], WRITTEN)

    for (kind, pattern, text, answer, other, why), theirs in zip(DIFFERENCES, answers, strict=False):
        assert re.search(pattern, text), f"{kind} would not be recognised"
        assert (feel.values.literal(ours(text)), shown(theirs)) == (answer, other), why
    disagreements = [
        f"{text}: {feel.values.literal(ours(text))} / {shown(theirs)}"
        for text, theirs in zip(compared, answers[len(examples) :], strict=True)
        if not agree(ours(text), theirs)
    ]
    assert len(compared) > len(made) // 3
    assert not disagreements
