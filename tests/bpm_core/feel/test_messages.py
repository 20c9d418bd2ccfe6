"""Refusals say where, what was found, what was expected, and what was probably meant, in both languages."""

from __future__ import annotations

import pytest

from bpm_core import feel


def refusal(text: str) -> feel.FeelSyntaxError:
    with pytest.raises(feel.FeelSyntaxError) as caught:
        feel.compile(text)
    return caught.value


@pytest.mark.parametrize(
    ("text", "position", "suggestion"),
    [
        ("a == 1", 2, "one_equals"),
        ("a && b", 2, "use_and"),
        ("a || b", 2, "use_or"),
        ("a => 1", 2, "use_ge"),
        ("a ≥ 1", 2, "use_ge"),
        ("x = 'a'", 4, "double_quotes"),
        ("x = “a”", 4, "double_quotes"),
        ("a（1）", 1, "half_width"),
        ("if a else 1", 5, "add_then"),
        ("if a then 1", 11, "add_else"),
        ("for x in y", 10, "add_return"),
        ("some x in y return z", 12, "add_satisfies"),
        ("(1 + 2", 6, "close_bracket"),
        ("x between 1, 2", 11, "use_and_between"),
        ("7 % 2", 2, "use_modulo"),
        ("a; b", 1, "no_semicolon"),
        ("a AND b", 2, "lower_case"),
        ("IF a then 1 else 2", 5, None),
    ],
)
def test_usual_slips_get_a_suggestion(text: str, position: int, suggestion: str | None) -> None:
    error = refusal(text)

    assert (error.position, error.suggestion) == (position, suggestion)
    assert error.text("zh") != error.text("en")


def test_the_message_is_a_sentence_in_both_languages() -> None:
    error = refusal("a == 1")

    assert error.text("en") == ("at character 3: expected an operator or the end, found ==; compare with a single =")
    assert error.text("zh") == "第 3 个字符处：应为运算符或结尾，实为==。比较相等请用单个 ="


def test_a_name_that_does_not_exist_is_compared_with_those_that_do() -> None:
    [problem] = feel.compile("insured_month >= 12").problems({"insured_months", "age"})

    assert (problem.code, problem.position) == ("unknown_name", 0)
    assert "insured_months" in problem.text("en") and "insured_months" in problem.text("zh")


def test_a_function_that_does_not_exist_is_compared_with_those_that_do() -> None:
    [problem] = feel.compile("string lenght(x)").problems({"x"})

    assert problem.code == "unknown_function"
    assert problem.facts["name"] == "string length"


def test_a_text_that_is_never_closed_is_shown_from_its_beginning() -> None:
    assert (refusal('x = "abc').code, refusal('x = "abc').position) == ("open_string", 4)


@pytest.mark.parametrize("text", ["", "  ", "// nothing"])
def test_an_empty_expression_is_refused(text: str) -> None:
    assert refusal(text).code == "empty"


def test_facts_in_a_message_are_never_read_as_a_template() -> None:
    assert "(position)" in refusal("a {position}").text("en") or "{" in refusal("a {position}").found
