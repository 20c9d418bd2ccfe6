"""Whole expressions and their values, by chapter of the language."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bpm_core import feel

NOW = datetime(2026, 11, 21, 9, 30, tzinfo=ZoneInfo("Asia/Shanghai"))


def value(text: str, **variables: Any) -> str:
    """The value of an expression, written as FEEL."""
    known = {name: feel.values.from_python(one) for name, one in variables.items()}
    return feel.values.literal(feel.compile(text, names=frozenset(known)).evaluate(known, now=NOW))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0.1 + 0.2 = 0.3", "true"),
        ("100000000000000001 + 1", "100000000000000002"),
        ("1 / 3", "0.3333333333333333333333333333333333"),
        ("2 + 3 * 4 - 1", "13"),
        ("2 ** 3 ** 2", "64"),
        ("-2 ** 2", "4"),
        ("1 / 0", "null"),
        ("1.230", "1.23"),
        (".5 + 1e2", "100.5"),
        ("decimal(2.5, 0)", "2"),
        ("round half up(2.5, 0)", "3"),
        ("floor(-1.5)", "-2"),
        ("modulo(-10, 4)", "2"),
        ("10 ** 7000", "null"),
    ],
)
def test_numbers_are_exact_decimals(text: str, expected: str) -> None:
    assert value(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("true and null", "null"),
        ("false and null", "false"),
        ("true or null", "true"),
        ("null or null", "null"),
        ("not(null)", "null"),
        ('true and "x"', "null"),
        ('1 = "1"', "null"),
        ("null = null", "true"),
        ("1 < null", "null"),
        ("null between 1 and 2", "null"),
        ("if null then 1 else 2", "2"),
        ("some x in [null, true] satisfies x", "true"),
        ("every x in [null, true] satisfies x", "null"),
        ("[] = null", "false"),
    ],
)
def test_logic_has_three_values(text: str, expected: str) -> None:
    assert value(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('@"2024-02-29" + @"P1Y"', '@"2025-02-28"'),
        ('@"2026-11-21" - @"2026-11-01"', '@"P20D"'),
        ('date("2026-11-21").weekday', "6"),
        ('@"2026-11-21T23:00:00@Asia/Shanghai" + @"PT2H"', '@"2026-11-22T01:00:00@Asia/Shanghai"'),
        ('@"2026-11-21T00:00:00+08:00" = @"2026-11-20T16:00:00Z"', "true"),
        ('years and months duration(@"2010-05-31", @"2026-05-30")', '@"P15Y11M"'),
        ('time("08:30:00") < time("09:00:00")', "true"),
        ('date and time(@"2026-11-21", @"08:30:00")', '@"2026-11-21T08:30:00"'),
        ('duration("P1Y") = duration("P12M")', "true"),
        ('duration("P1DT1H") / duration("PT5H")', "5"),
        ('date("2026-02-30")', "null"),
        ("today()", '@"2026-11-21"'),
        ("now().hour", "9"),
        ('day of week(@"2026-11-21")', '"Saturday"'),
        ('week of year(@"2026-12-31")', "53"),
        ('date("-2021-01-01") + @"P1D"', '@"-2021-01-02"'),
    ],
)
def test_dates_and_times_follow_the_calendar(text: str, expected: str) -> None:
    assert value(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[10, 20, 30][2]", "20"),
        ("[10, 20, 30][-1]", "30"),
        ("[10, 20, 30][item > 15]", "[20, 30]"),
        ('[{n: "a", v: 1}, {n: "b", v: 2}][v > 1].n', '["b"]'),
        ("[1, 2, 3][5]", "null"),
        ("for x in 1..3 return x * x", "[1, 4, 9]"),
        ("for x in 3..1 return x", "[3, 2, 1]"),
        ("for i in 0..4 return if i = 0 then 1 else i * partial[-1]", "[1, 1, 2, 6, 24]"),
        ("for x in [1, 2], y in [10, 20] return x * y", "[10, 20, 20, 40]"),
        ("{a: 1, b: a + 1}.b", "2"),
        ("{monthly salary: 100, yearly: monthly salary * 12}.yearly", "1200"),
        ("5 in (1..5]", "true"),
        ("5 in [1..5[", "false"),
        ("5 in (< 3, 5)", "true"),
        ("sort([3, 1, 2], function(x, y) x < y)", "[1, 2, 3]"),
        ("(function(a, b) a - b)(b: 1, a: 5)", "4"),
        ("{fac: function(n) if n < 2 then 1 else n * fac(n - 1), r: fac(10)}.r", "3628800"),
        ("[1, 2] instance of list<number>", "true"),
        ('{a: "x"} instance of context<a: string>', "true"),
        ("count([])", "0"),
        ("count([1, null])", "2"),
        ('string join(["a", null, "b"], "-")', '"a-b"'),
        ('get value({a: {b: 3}}, ["a", "b"])', "3"),
        ('context put({a: 1}, "b", 2)', '{"a": 1, "b": 2}'),
        ("flatten([1, [2, [3]]])", "[1, 2, 3]"),
        ("distinct values([1, 1.0, 2])", "[1, 2]"),
        ("[1..10].start included", "true"),
        ("overlaps([1..5], [5..8])", "true"),
        ("before([1..5), [5..8])", "true"),
    ],
)
def test_lists_contexts_ranges_and_functions(text: str, expected: str) -> None:
    assert value(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('"失业" + "登记"', '"失业登记"'),
        ('substring("foobar", -3, 2)', '"ba"'),
        ('string length("🐎")', "1"),
        ('"\\uD83D\\uDC0E"', '"🐎"'),
        ('replace("2026-11-21", "(\\d+)-(\\d+)-(\\d+)", "$3.$2.$1")', '"21.11.2026"'),
        ('matches("Abc", "^a", "i")', "true"),
        ('split("a;b;;c", ";")', '["a", "b", "", "c"]'),
        ("string(1.0)", '"1"'),
        ('string(@"P1DT2H")', '"P1DT2H"'),
        ('number("1 000,5", " ", ",")', "1000.5"),
        ('contains("abc", null)', "null"),
    ],
)
def test_strings(text: str, expected: str) -> None:
    assert value(text) == expected


def test_names_may_hold_spaces_and_operators_where_they_are_known() -> None:
    assert value("Pre-Bureau risk + net-net", **{"Pre-Bureau risk": 3, "net-net": 4}) == "7"
    assert value("date of birth", **{"date of birth": 5}) == "5"
    assert value("a-b", a=5, b=2) == "3"


def test_names_of_unknown_variables_may_be_of_several_words() -> None:
    assert feel.compile("monthly salary * 12").names == {"monthly salary"}


def test_a_variable_named_like_a_built_in_is_found_but_never_called() -> None:
    assert value("count + 1", count=4) == "5"
    assert value("count([1, 2])", count=4) == "2"


def test_a_null_has_its_reason() -> None:
    result, reasons = feel.compile("{a: 1}.b + missing").evaluate_with_reasons({}, now=NOW)

    assert result is None
    assert [reason.code for reason in reasons] == ["no_entry", "no_variable", "bad_operands"]
    assert reasons[1].text("zh") == "没有名为 missing 的值"


def test_strict_mode_raises_where_feel_answers_null() -> None:
    with pytest.raises(feel.FeelStrictError) as caught:
        feel.compile("1 / 0").evaluate({}, now=NOW, strict=True)

    assert caught.value.code == "division_by_zero"


@pytest.mark.parametrize(
    ("cell", "given", "expected"),
    [
        ("-", 5, True),
        ("< 5", 5, False),
        ("1, 3, [7..9]", 8, True),
        ("not(1, 2)", 3, True),
        ("not(1, 2)", 2, False),
        ("? > 3 and ? < 9", 8, True),
        ('"a", "b"', "b", True),
        ("null", None, True),
        ("true", "x", None),
        ("limit", 7, True),
        ("> limit", 9, True),
        ("limit > 5", "anything", True),
        ("[6, 7]", 7, True),
    ],
)
def test_cells_test_the_value_of_their_column(cell: str, given: Any, expected: bool | None) -> None:
    tests = feel.compile(cell, kind=feel.Kind.UNARY_TESTS)

    assert tests.test(feel.values.from_python(given), {"limit": feel.values.number(7)}, now=NOW) is expected


def test_functions_written_in_feel_call_one_another() -> None:
    table = feel.functions.from_sources({"double": (("x",), "x * 2"), "four times": (("x",), "double(double(x))")})
    expression = feel.compile("four times(a)", names={"a"}, functions=table)

    assert expression.evaluate({"a": feel.values.number(3)}, now=NOW) == 12


def test_functions_of_the_table_may_not_read_variables_or_replace_built_ins() -> None:
    with pytest.raises(feel.FeelError, match="salary"):
        feel.functions.from_sources({"f": (("x",), "x * salary")})
    with pytest.raises(feel.FeelError, match="built-in"):
        feel.functions.from_sources({"sum": (("x",), "x")})


def test_compiled_texts_come_from_the_cache() -> None:
    assert feel.compile("a + 12345", names={"a"}) is feel.compile("a + 12345", names=["a", "other", "variables"])
    assert feel.compile("a - b", names={"a", "b"}) is not feel.compile("a - b", names={"a-b"})
