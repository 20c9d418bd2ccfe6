"""Our FEEL beside npm feelin 8.2 (in QuickJS) on generated expressions. Every way in which they differ is explained.

DIFFERENCES lists them: an example with both answers, and the clause of DMN 1.5 (formal/24-01-01) that decides. The
generated expressions of no such kind must agree, numbers within 1e-9 since feelin counts in binary.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from bpm_core import feel
from tests.bpm_core.feel import oracle
from tests.bpm_core.feel.grammar import Maker

NOW = datetime(2026, 11, 21, tzinfo=UTC)
COUNT = 500
VARIABLES = {"n": Decimal("2.5"), "s": "text", "b": True, "l": [Decimal(1), Decimal(5)], "c": {"a": Decimal(1)}}
JAVASCRIPT = {"n": 2.5, "s": "text", "b": True, "l": [1, 5], "c": {"a": 1}}

# (kind, how it is recognised in a text, example, ours, feelin's, why)
DIFFERENCES: tuple[tuple[str, str, str, str, str, str], ...] = (
    (
        "exponents", r"\d[eE][+-]?\d", "1e3", "1000", "1",
        "10.3.1.2 rule 37: a numeric literal may have an exponent (since DMN 1.4); feelin reads the 1 only",
    ),
    (
        "dates plus hours", r'duration\("P(?:\d+D)?T', 'date("2026-01-31") + duration("PT90M")', '@"2026-01-31"',
        "2026-01-31T01:30:00Z",
        "table 55: a date plus a days and time duration is a date; feelin answers with a date and time",
    ),
    (
        "substring beyond the end", r"substring\(", 'substring("a", 2)', "null", '""',
        "table 74: the start position counts from 1 to the length of the string",
    ),
    (
        "between in the wrong order", "between", "0 between 2 and -3", "false", "true",
        "table 42: e1 between e2 and e3 means e1 >= e2 and e1 <= e3; feelin sorts the two ends",
    ),
    (
        "ranges in the wrong order", r" in \[", "1 in [100..0]", "false", "true",
        "10.3.2.7: the start of a range is not after its end; feelin sorts the two ends",
    ),
    (
        "decimal arithmetic", r"modulo\(|string\(", "modulo(100, 0.1)", "0", "0.1",
        "10.3.2.3.1: numbers are decimals of 34 digits; feelin counts in binary doubles",
    ),
    (
        "instance of after a negation", "instance of", "-(0.1) instance of string", "false", "null",
        "10.3.2.2 rule 1: instance of binds looser than negation; feelin negates its answer",
    ),
)  # fmt: skip
KNOWN = re.compile("|".join(f"(?:{pattern})" for _, pattern, *_ in DIFFERENCES))


def ours(text: str) -> Any:
    return feel.compile(text, names=frozenset(VARIABLES)).evaluate(VARIABLES, now=NOW)


def shown(theirs: Any) -> str:
    """What feelin answered, as FEEL text; times as they are written."""
    return str(theirs[1]) if isinstance(theirs, tuple) else feel.values.literal(theirs)


@pytest.mark.parametrize(("kind", "pattern", "text", "answer", "other", "why"), DIFFERENCES)
def test_each_difference_is_there_and_has_its_reason(
    kind: str, pattern: str, text: str, answer: str, other: str, why: str
) -> None:
    assert re.search(pattern, text), f"{kind} would not be recognised"
    assert feel.values.literal(ours(text)) == answer, why
    assert shown(oracle.evaluate(text, JAVASCRIPT)) == other, why


def agree(mine: Any, theirs: Any) -> bool:
    if type(mine) is Decimal and isinstance(theirs, Decimal):
        return abs(mine - theirs) <= Decimal("1e-9") * max(1, abs(mine), abs(theirs))
    if isinstance(theirs, tuple):
        return type(mine) not in (str, list, dict, bool, Decimal, type(None)) and feel.temporal.text(mine) == theirs[1]
    if type(mine) is list:
        return type(theirs) is list and len(mine) == len(theirs) and all(map(agree, mine, theirs))
    if type(mine) is dict:
        return type(theirs) is dict and mine.keys() == theirs.keys() and all(agree(mine[k], theirs[k]) for k in mine)
    return type(mine) is type(theirs) and bool(mine == theirs)


def test_all_other_generated_expressions_agree() -> None:
    compared = 0
    disagreements = []
    for seed in range(COUNT):
        text = Maker(seed).make(depth=3)
        if KNOWN.search(text):
            continue
        compared += 1
        mine, theirs = ours(text), oracle.evaluate(text, JAVASCRIPT)
        if not agree(mine, theirs):
            disagreements.append(f"{text}: {feel.values.literal(mine)} / {shown(theirs)}")

    assert compared > COUNT // 3
    assert not disagreements
