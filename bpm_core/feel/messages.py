"""The words for what is wrong, in English and Chinese, for people who are not programmers."""

# ruff: noqa: E501 - one message a line, English beside Chinese

from __future__ import annotations

from collections.abc import Mapping

Texts = dict[str, tuple[str, str]]

SYNTAX: Texts = {
    "unexpected": ("at character {position}: expected {expected}, found {found}", "第 {position} 个字符处：应为{expected}，实为{found}"),
    "unfinished": ("the text ends too early: expected {expected}", "表达式不完整：末尾应为{expected}"),
    "stray_sign": ("at character {position}: the sign {found} has no meaning here", "第 {position} 个字符处：符号{found}在此没有意义"),
    "open_string": ("at character {position}: a text begins here that is never closed with \"", "第 {position} 个字符处：文本缺少结尾的双引号"),
    "open_comment": ("at character {position}: a comment begins here that is never closed with */", "第 {position} 个字符处：注释缺少结尾的 */"),
    "bad_escape": ("at character {position}: {found} is not a character code", "第 {position} 个字符处：{found}不是有效的字符编码"),
    "bad_literal": ("at character {position}: {found} is not a date, a time or a duration", "第 {position} 个字符处：{found}不是日期、时间或时长"),
    "bad_number": ("at character {position}: the number {found} is too large or too small", "第 {position} 个字符处：数字{found}超出范围"),
    "two_names": ("at character {position}: {found} follows {before} without an operator between them", "第 {position} 个字符处：{before}与{found}之间缺少运算符"),
    "unknown_function": ("at character {position}: there is no function named {found}", "第 {position} 个字符处：没有名为{found}的函数"),
    "unknown_name": ("at character {position}: there is no variable named {found}", "第 {position} 个字符处：没有名为{found}的变量"),
    "empty": ("the expression is empty", "表达式为空"),
    "duplicate_entry": ("at character {position}: the entry {found} occurs twice", "第 {position} 个字符处：条目{found}重复"),
    "duplicate_parameter": ("at character {position}: the parameter {found} occurs twice", "第 {position} 个字符处：参数{found}重复"),
}  # fmt: skip

EXPECTED: dict[str, tuple[str, str]] = {
    "value": ("a value", "一个值"),
    "operator": ("an operator or the end", "运算符或结尾"),
    "name": ("a name", "名称"),
    "type": ("the name of a type", "类型名称"),
    "end": ("the end", "结尾"),
    "string": ("a text in double quotes", "双引号中的文本"),
    "test": ("a condition", "条件"),
}

SUGGESTIONS: Texts = {
    "one_equals": ("compare with a single =", "比较相等请用单个 ="),
    "use_and": ("write: and", "请写 and"),
    "use_or": ("write: or", "请写 or"),
    "use_ge": ("write: >=", "请写 >="),
    "use_le": ("write: <=", "请写 <="),
    "use_ne": ("write: !=", "请写 !="),
    "use_not": ("write: not(...)", "请写 not(…)"),
    "double_quotes": ("put texts in straight double quotes: \"...\"", "文本请用英文双引号 \"…\""),
    "use_modulo": ("write: modulo(a, b)", "请写 modulo(a, b)"),
    "use_power": ("write: **", "乘方请写 **"),
    "use_times": ("write: *", "乘号请写 *"),
    "use_divide": ("write: /", "除号请写 /"),
    "half_width": ("this sign was typed in Chinese mode; type it in English mode", "这是全角符号，请切换到英文输入法输入半角符号"),
    "add_then": ("write: if ... then ... else ...", "完整写法：if 条件 then 值 else 值"),
    "add_else": ("write: if ... then ... else ...; else is never optional", "else 不能省略：if 条件 then 值 else 值"),
    "add_return": ("write: for x in list return ...", "完整写法：for x in 列表 return 值"),
    "add_satisfies": ("write: some x in list satisfies ...", "完整写法：some x in 列表 satisfies 条件"),
    "did_you_mean": ("did you mean {name}?", "您是不是想写 {name}？"),
    "close_bracket": ("the bracket {bracket} opened at character {opened} is not closed", "第 {opened} 个字符处的 {bracket} 没有配对的右括号"),
    "use_and_between": ("write: x between a and b", "完整写法：x between a and b"),
    "lower_case": ("write it in small letters: {name}", "请写小写：{name}"),
    "no_semicolon": ("there is one expression only; leave ; away", "只能有一个表达式，请去掉 ;"),
    "use_if": ("write: if ... then ... else ...", "请写 if … then … else …"),
}  # fmt: skip

BUDGETS: Texts = {
    "source": ("the text is longer than {limit} characters", "表达式超过 {limit} 个字符"),
    "tokens": ("the text has more than {limit} words and signs", "表达式超过 {limit} 个词和符号"),
    "depth": ("the text is nested deeper than {limit} levels", "表达式嵌套超过 {limit} 层"),
    "steps": ("the evaluation took more than {limit} steps", "计算超过 {limit} 步"),
    "cells": ("lists and contexts grew beyond {limit} items", "列表和上下文超过 {limit} 项"),
    "characters": ("a text grew beyond {limit} characters", "文本超过 {limit} 个字符"),
    "calls": ("functions were nested deeper than {limit} calls", "函数嵌套调用超过 {limit} 层"),
    "time": ("the evaluation took longer than {limit} seconds", "计算超过 {limit} 秒"),
}

REASONS: Texts = {
    "no_variable": ("there is no value named {name}", "没有名为 {name} 的值"),
    "no_entry": ("the context has no entry {name}", "上下文中没有条目 {name}"),
    "no_property": ("a {kind} has no property {name}", "{kind}没有属性 {name}"),
    "not_comparable": ("{left} cannot be compared with {right}", "{left}与{right}不能比较"),
    "bad_operands": ("{operator} is not defined for {left} and {right}", "运算 {operator} 不适用于 {left} 与 {right}"),
    "bad_operand": ("{operator} is not defined for {kind}", "运算 {operator} 不适用于 {kind}"),
    "division_by_zero": ("division by zero", "除数为零"),
    "number_range": ("the result is too large or not a number", "结果超出范围或不是数字"),
    "date_range": ("there is no such date", "没有这样的日期"),
    "not_boolean": ("a condition must be true or false, not {kind}", "条件应为真或假，而不是{kind}"),
    "not_list": ("a list was expected, not {kind}", "应为列表，而不是{kind}"),
    "no_item": ("the list has no item {index}", "列表没有第 {index} 项"),
    "bad_index": ("an index must be a whole number", "序号应为整数"),
    "no_function": ("{name} is not a function", "{name}不是函数"),
    "bad_arguments": ("{function} does not accept ({kinds})", "{function} 不接受参数（{kinds}）"),
    "arity": ("{function} does not take these arguments", "{function} 的参数个数或名称不符"),
    "invalid_argument": ("{function}: invalid argument {value}", "{function}：参数 {value} 无效"),
    "bad_pattern": ("{function}: the pattern is not supported", "{function}：不支持该正则表达式"),
    "not_type": ("the value is not of type {type}", "值不是{type}类型"),
    "external": ("external functions are not run", "不执行外部函数"),
    "bad_range": ("a range needs two ends of one comparable type", "区间的两端应为同一可比较类型"),
    "not_listed": ("{name} is {value}, which its column does not list", "{name} 的值 {value} 不在该列的取值清单中"),
    "duplicate_key": ("the entry {name} occurs twice", "条目 {name} 重复"),
}  # fmt: skip


def _pick(texts: Mapping[str, tuple[str, str]], code: str, language: str) -> str:
    pair = texts.get(code, (code, code))
    return pair[1] if language.startswith("zh") else pair[0]


def syntax(
    code: str, position: int, found: str, expected: str, suggestion: str | None, facts: Mapping[str, str], language: str
) -> str:
    """One sentence: where, what was found, what was expected; then the suggestion."""
    if expected in EXPECTED:
        expected = _pick(EXPECTED, expected, language)
    known = {**facts, "position": position + 1, "found": found, "expected": expected}
    text = _fill(_pick(SYNTAX, code, language), known)
    if suggestion:
        joint = "。" if language.startswith("zh") else "; "
        text += joint + _fill(_pick(SUGGESTIONS, suggestion, language), known)
    return text


def budget(code: str, limit: int | float, language: str) -> str:
    return _fill(_pick(BUDGETS, code, language), {"limit": f"{limit:,}"})


def reason(code: str, facts: Mapping[str, str], language: str) -> str:
    return _fill(_pick(REASONS, code, language), facts)


def _fill(template: str, facts: Mapping[str, object]) -> str:
    """Put facts into our own templates; the facts are text and never templates themselves."""
    for name, value in facts.items():
        template = template.replace("{" + name + "}", str(value).replace("{", "(").replace("}", ")"))
    return template
