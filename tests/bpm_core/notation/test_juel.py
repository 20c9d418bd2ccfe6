"""JUEL put into FEEL: the same text, the same answer; code is refused with a way out."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bpm_core import feel
from bpm_core.notation import juel

NOW = datetime(2026, 11, 20, 9, tzinfo=ZoneInfo("Asia/Shanghai"))
FACTS: dict[str, Any] = {
    "amount": Decimal(1200),
    "urgent": False,
    "name": "张三",
    "nothing": None,
    "items": [Decimal(5), Decimal(7)],
    "person": {"age": Decimal(40), "full name": "x"},
}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("${amount > 1000 && !urgent}", "amount > 1000 and not(urgent)"),
        ("#{amount == 1200}", "amount = 1200"),
        ("${name eq '张三' or urgent}", '(name = "张三" or urgent)'),
        ("${ urgent ? 1 : 2 }", "(if urgent then 1 else 2)"),
        ("${amount % 7 != 0}", "modulo(amount, 7) != 0"),
        ("${person.age ge 18}", "person.age >= 18"),
        ("${person['full name']}", 'get value(person, "full name")'),
        ("${items[0]}", "items[0 + 1]"),
        ("amount > 1", "amount > 1"),
        ('${"a\\"b"}', '"a\\"b"'),
    ],
)
def test_the_usual_expressions_are_translated(text: str, expected: str) -> None:
    assert juel.to_feel(text) == expected


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("${amount > 1000 && !urgent}", True),
        ("${empty nothing}", True),
        ("${empty name}", False),
        ("${not empty items}", True),
        ("${1 + 2 * 3}", Decimal(7)),
        ("${(1 + 2) * 3}", Decimal(9)),
        ("${-amount + 200}", Decimal(-1000)),
        ("${7 div 2}", Decimal("3.5")),
        ("${7 mod 2}", Decimal(1)),
        ("${items[1] == 7}", True),
        ("${person['age'] < 18 || amount ge 1200}", True),
        ("${true and false or true}", True),
        ("${urgent ? 'a' : amount > 1 ? 'b' : 'c'}", "b"),
        ("${null == nothing}", True),
    ],
)
def test_a_translation_gives_what_the_original_means(text: str, value: object) -> None:
    expression = feel.compile(juel.to_feel(text), names=tuple(FACTS))

    assert expression.evaluate(FACTS, now=NOW) == value


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("${service.pay(order)}", "variable"),
        ("${name.equals('x')}", "name ="),
        ("${execution.getVariable('x')}", "name"),
        ("${''.getClass().forName('java.lang.Runtime')}", ""),
        ("${x = 1}", ""),
        ("${x -> x}", ""),
        ("${a; b}", ""),
        ("Dear ${name}", "string"),
        ("${}", ""),
        ("${a &}", ""),
        ("${a b}", ""),
        ("${" + "(" * 200 + "1" + ")" * 200 + "}", ""),
        ("${" + "a" * 5000 + "}", ""),
    ],
)
def test_code_and_nonsense_are_refused_with_a_suggestion(text: str, hint: str) -> None:
    with pytest.raises(ValueError) as refused:
        juel.to_feel(text)

    assert hint in str(refused.value)
