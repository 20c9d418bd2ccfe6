"""Single values written as FEEL literals: figures that people set. Read exactly, and written in one way only."""

from __future__ import annotations

import json
import re
from datetime import date
from decimal import Decimal, InvalidOperation

MAX_LENGTH = 200
Literal = Decimal | bool | str | date
_NUMBER = re.compile(r"-?(?:\d{1,30}(?:\.\d{1,20})?|\.\d{1,20})")
_DATE = re.compile(r'date\("(\d{4}-\d{2}-\d{2})"\)')


class NotLiteral(ValueError):
    """The text is no number, true, false, "text" or date("2026-01-31")."""

    code = "literal"


def read(text: str) -> Literal:
    """The value of a literal. Refuses with NotLiteral; nothing is evaluated."""
    bare = text.strip()
    if len(bare) > MAX_LENGTH:
        raise NotLiteral(f"a value has at most {MAX_LENGTH} characters")
    if bare in ("true", "false"):
        return bare == "true"
    if _NUMBER.fullmatch(bare):
        return _number(bare)
    if found := _DATE.fullmatch(bare):
        return _day(found[1])
    if bare.startswith('"'):
        return _words(bare)
    raise NotLiteral(f'{text!r} is no number, true, false, "text" or date("2026-01-31")')


def _number(text: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation as error:
        raise NotLiteral(f"{text!r} is no number") from error


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise NotLiteral(f"{text} is no day") from error


def _words(text: str) -> str:
    try:
        found = json.loads(text)
    except ValueError as error:
        raise NotLiteral("the text does not end with a quotation mark") from error
    if type(found) is not str:
        raise NotLiteral("expected one text in quotation marks")
    return found


def text(value: Literal) -> str:
    """The literal of a value, always the same for the same value: 0.80 and 0.8 are both "0.8"."""
    if type(value) is bool:
        return "true" if value else "false"
    if isinstance(value, Decimal):
        plain = format(value.normalize(), "f")
        return "0" if plain in ("-0", "0") else plain
    if isinstance(value, date):
        return f'date("{value.isoformat()}")'
    return json.dumps(value, ensure_ascii=False)


def of_kind(wanted: Literal, found: Literal) -> bool:
    """Whether the two are of one type: a number stays a number."""
    return type(wanted) is type(found)
