"""Built-in functions for strings (DMN 1.5, 10.3.4.3) and conversion to and from them."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal, DecimalException

import bpm_core.feel.patterns as patterns
import bpm_core.feel.temporal as temporal
from bpm_core.feel.library import bad, define
from bpm_core.feel.limits import Run
from bpm_core.feel.values import ABSENT, NUMBERS, Value, literal, number_text

NUMBER = re.compile(r"[+-]?(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d+)?", re.ASCII)


def text_of(value: Value) -> str:
    """What string() answers for anything but null."""
    kind = type(value)
    if kind is str:
        return str(value)
    if kind is Decimal:
        return number_text(value)
    if kind in (bool, list, dict) or not isinstance(value, _TIMES):
        return literal(value)
    return temporal.text(value)


_TIMES = (
    date, temporal.WideDate, temporal.WideDateTime, temporal.FeelTime, temporal.DaysTimeDuration,
    temporal.YearsMonthsDuration,
)  # fmt: skip


@define("string", "from")
def string(run: Run, at: int, value: Value) -> Value:
    if value is None:
        return None
    text = text_of(value)
    run.check_string(len(text))
    return text


@define("number", "from", "grouping separator?", "decimal separator?")
def number(run: Run, at: int, text: Value, grouping: Value, point: Value) -> Value:
    """The number a string means, with the separators it uses: " ", ",", "." to group, "." or "," before decimals."""
    grouping = None if grouping is ABSENT else grouping
    point = None if point is ABSENT else point
    if type(text) is Decimal and grouping is None and point is None:
        return text
    if type(text) is not str or len(text) > 200:
        return bad(run, at, "number", text)
    if grouping not in (None, " ", ",", ".") or point not in (None, ",", ".") or (grouping and grouping == point):
        return run.null("invalid_argument", at, {"function": "number", "value": literal([grouping, point])})
    if grouping:
        text = text.replace(grouping, "")
    if point == ",":
        if "." in text:
            return run.null("invalid_argument", at, {"function": "number", "value": text[:40]})
        text = text.replace(",", ".")
    if not NUMBER.fullmatch(text):
        return run.null("invalid_argument", at, {"function": "number", "value": text[:40]})
    try:
        return NUMBERS.create_decimal(text)
    except DecimalException:
        return run.null("number_range", at)


@define("string length", "string")
def string_length(run: Run, at: int, string: Value) -> Value:
    return Decimal(len(string)) if type(string) is str else bad(run, at, "string length", string)


@define("upper case", "string")
def upper_case(run: Run, at: int, string: Value) -> Value:
    return string.upper() if type(string) is str else bad(run, at, "upper case", string)


@define("lower case", "string")
def lower_case(run: Run, at: int, string: Value) -> Value:
    return string.lower() if type(string) is str else bad(run, at, "lower case", string)


@define("trim", "string")
def trim(run: Run, at: int, string: Value) -> Value:
    """Camunda's addition: without white space at both ends."""
    return string.strip() if type(string) is str else bad(run, at, "trim", string)


@define("is blank", "string")
def is_blank(run: Run, at: int, string: Value) -> Value:
    """Camunda's addition: whether the string holds white space only."""
    return not string.strip() if type(string) is str else bad(run, at, "is blank", string)


@define("substring", "string", "start position", "length?")
def substring(run: Run, at: int, string: Value, start: Value, length: Value) -> Value:
    """From a position counted from 1, or from -1 backwards. A character is a Unicode code point."""
    if type(string) is not str or type(start) is not Decimal or not (length is ABSENT or type(length) is Decimal):
        return bad(run, at, "substring", string, start, length)
    first = int(start) if abs(start) < 10**9 else 0
    if first == 0 or abs(first) > len(string):
        return run.null("invalid_argument", at, {"function": "substring", "value": str(start)[:20]})
    index = first - 1 if first > 0 else len(string) + first
    if length is ABSENT:
        return string[index:]
    if length < 1:
        return run.null("invalid_argument", at, {"function": "substring", "value": str(length)[:20]})
    return string[index : index + int(min(length, Decimal(10**9)))]


def _two(run: Run, at: int, name: str, string: Value, match: Value) -> bool:
    if type(string) is str and type(match) is str:
        return True
    bad(run, at, name, string, match)
    return False


@define("substring before", "string", "match")
def substring_before(run: Run, at: int, string: Value, match: Value) -> Value:
    if not _two(run, at, "substring before", string, match):
        return None
    return string.partition(match)[0] if match and match in string else ""


@define("substring after", "string", "match")
def substring_after(run: Run, at: int, string: Value, match: Value) -> Value:
    if not _two(run, at, "substring after", string, match):
        return None
    return string.partition(match)[2] if match else string


@define("contains", "string", "match")
def contains(run: Run, at: int, string: Value, match: Value) -> Value:
    return match in string if _two(run, at, "contains", string, match) else None


@define("starts with", "string", "match")
def starts_with(run: Run, at: int, string: Value, match: Value) -> Value:
    return string.startswith(match) if _two(run, at, "starts with", string, match) else None


@define("ends with", "string", "match")
def ends_with(run: Run, at: int, string: Value, match: Value) -> Value:
    return string.endswith(match) if _two(run, at, "ends with", string, match) else None


def _flags(flags: Value) -> str | None:
    if flags is ABSENT or flags is None:
        return ""
    return flags if type(flags) is str else None


@define("matches", "input", "pattern", "flags?")
def matches(run: Run, at: int, text: Value, pattern: Value, flags: Value) -> Value:
    modes = _flags(flags)
    if modes is None or not _two(run, at, "matches", text, pattern):
        return None
    run.charge(1 + len(text) // 100)
    try:
        return patterns.compiled(pattern, modes).search(text) is not None
    except patterns.BadPattern:
        return run.null("bad_pattern", at, {"function": "matches"})


@define("replace", "input", "pattern", "replacement", "flags?")
def replace(run: Run, at: int, text: Value, pattern: Value, replacement: Value, flags: Value) -> Value:
    modes = _flags(flags)
    if modes is None or type(replacement) is not str or not _two(run, at, "replace", text, pattern):
        return bad(run, at, "replace", text, pattern, replacement, flags)
    run.charge(1 + len(text) // 100)
    try:
        program = patterns.compiled(pattern, modes)
        if program.search("") is not None:
            return run.null("bad_pattern", at, {"function": "replace"})
        pieces = [replacement] if "q" in modes else patterns.replacement(replacement, program.groups)
    except patterns.BadPattern:
        return run.null("bad_pattern", at, {"function": "replace"})
    result: list[str] = []
    last = size = 0
    for found in program.finditer(text):
        result.append(text[last : found.start()])
        result.extend(piece if type(piece) is str else found.group(piece) or "" for piece in pieces)
        last = found.end()
        size += found.end() - found.start() + len(replacement)
        run.check_string(size)
    result.append(text[last:])
    whole = "".join(result)
    run.check_string(len(whole))
    return whole


@define("split", "string", "delimiter")
def split(run: Run, at: int, string: Value, delimiter: Value) -> Value:
    if not _two(run, at, "split", string, delimiter):
        return None
    try:
        program = patterns.compiled(delimiter, "")
    except patterns.BadPattern:
        return run.null("bad_pattern", at, {"function": "split"})
    parts: list[Value] = []
    last = 0
    for found in program.finditer(string):
        if found.end() == found.start():
            continue
        run.charge_cells(1)
        parts.append(string[last : found.start()])
        last = found.end()
    return [*parts, string[last:]]


@define("extract", "input", "pattern", "flags?")
def extract(run: Run, at: int, text: Value, pattern: Value, flags: Value) -> Value:
    """Camunda's addition: every match of the pattern."""
    modes = _flags(flags)
    if modes is None or not _two(run, at, "extract", text, pattern):
        return None
    run.charge(1 + len(text) // 100)
    found: list[Value] = []
    try:
        for match in patterns.compiled(pattern, modes).finditer(text):
            run.charge_cells(1)
            found.append(match.group(0))
    except patterns.BadPattern:
        return run.null("bad_pattern", at, {"function": "extract"})
    return found


@define("string join", "list", "delimiter?")
def string_join(run: Run, at: int, values: Value, delimiter: Value) -> Value:
    values = [values] if type(values) is str else values
    delimiter = "" if delimiter is ABSENT or delimiter is None else delimiter
    if type(values) is not list or type(delimiter) is not str:
        return bad(run, at, "string join", values, delimiter)
    texts = [value for value in values if value is not None]
    if any(type(text) is not str for text in texts):
        return bad(run, at, "string join", values, delimiter)
    run.charge(1 + len(texts) // 20)
    run.check_string(sum(map(len, texts)) + len(delimiter) * len(texts))
    return delimiter.join(texts)
