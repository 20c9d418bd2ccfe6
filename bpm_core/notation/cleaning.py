"""Answers to a form -> FEEL values, or what is wrong with each: the one truth for screens, API and worked cases."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from typing import Any
from zoneinfo import ZoneInfo

from bpm_core import feel
from bpm_core.domain import enterprise_code, identity
from bpm_core.domain.errors import FieldError, InvalidData
from bpm_core.notation.fields import Field, FormSchema

CIVIL = ZoneInfo("Asia/Shanghai")
TEXT_LIMITS = {"string": 200, "text": 4000, "file": 200}
MAX_ITEMS = 200

Value = Any


@dataclass(frozen=True, slots=True)
class Cleaned:
    """Values by field (None = left empty or not asked) and what is wrong. With errors the values are incomplete."""

    values: dict[str, Value]
    errors: list[FieldError]

    @property
    def ok(self) -> bool:
        return not self.errors


class _Wrong(Exception):
    def __init__(self, code: str, **facts: Any) -> None:
        super().__init__(code)
        self.code = code
        self.facts = facts


def clean(
    schema: FormSchema, raw: Mapping[str, object], *, context: Mapping[str, Value] | None = None, today: date
) -> Cleaned:
    """FEEL values for the answers in `raw` (text from a page, or typed JSON from a program).

    context  variables of the case, for conditional fields
    Errors: unknown_field (a key that is not in the form), required, and one code a type (see _PARSERS).
    A field whose condition does not hold is not asked: its value is None whatever was sent.
    """
    errors = [FieldError(str(key)[:80], "unknown_field", {}) for key in raw if key not in schema.by_key]
    values: dict[str, Value] = {}
    wrong: dict[str, FieldError] = {}
    for field in schema.fields:
        try:
            values[field.key] = _parse(field, raw.get(field.key), today)
        except _Wrong as error:
            values[field.key] = None
            wrong[field.key] = FieldError(field.key, error.code, error.facts)
    known = {**(context or {}), **values}
    for field in schema.fields:
        if not asked(field, known, today=today):
            values[field.key] = _parse(field, None, today)
        elif field.key in wrong:
            errors.append(wrong[field.key])
        elif field.required and values[field.key] in (None, "", []):
            errors.append(FieldError(field.key, "required", {}))
    return Cleaned(values, errors)


def asked(field: Field, variables: Mapping[str, Value], *, today: date) -> bool:
    """Whether the field's condition holds. A condition that cannot be worked out asks: better once too often."""
    if not field.show_when:
        return True
    now = datetime.combine(today, time(12), CIVIL)
    try:
        return feel.compile(field.show_when, names=tuple(variables)).evaluate(variables, now=now) is not False
    except feel.FeelError:
        return True


def _parse(field: Field, raw: object, today: date) -> Value:
    if raw is None or raw == [] or (isinstance(raw, str) and not raw.strip()):
        return [] if field.type in ("multi_enum", "list") else None
    if field.type == "id_number":
        return _id_number(field, raw, today)
    return _PARSERS[field.type](field, raw)


def _text(field: Field, raw: object) -> str:
    if isinstance(raw, list) and len(raw) == 1:
        raw = raw[0]
    if not isinstance(raw, str):
        raise _Wrong("not_text")
    text = raw.replace("\r\n", "\n").strip()
    if any(ord(c) < 32 and c not in "\n\t" for c in text):
        raise _Wrong("bad_characters")
    most = field.max_length or TEXT_LIMITS.get(field.type, 200)
    if len(text) > most:
        raise _Wrong("too_long", max=most, found=len(text))
    if field.min_length and len(text) < field.min_length:
        raise _Wrong("too_short", min=field.min_length, found=len(text))
    if field.pattern and not _matches(text, field.pattern):
        raise _Wrong("pattern", pattern=field.pattern)
    return text


def _matches(text: str, pattern: str) -> bool:
    """Whole text against a pattern of a form. Through FEEL's `matches`, whose engine has no exponential cases."""
    whole = pattern if pattern.startswith("^") else f"^({pattern})$"
    found = feel.compile("matches(text, pattern)", names=("text", "pattern")).evaluate(
        {"text": text, "pattern": whole}, now=datetime(2000, 1, 1, tzinfo=CIVIL)
    )
    return found is not False


def _number(field: Field, raw: object) -> Decimal:
    if isinstance(raw, bool) or not isinstance(raw, str | int | float | Decimal):
        raise _Wrong("not_number")
    text = str(raw).strip().replace(",", "").replace("，", "")
    if len(text) > 40 or not re.fullmatch(r"[+-]?[0-9]+(\.[0-9]+)?", text):
        raise _Wrong("not_number")
    try:
        number = Decimal(text)
    except InvalidOperation:
        raise _Wrong("not_number") from None
    if field.min is not None and number < field.min:
        raise _Wrong("too_small", min=str(field.min))
    if field.max is not None and number > field.max:
        raise _Wrong("too_big", max=str(field.max))
    return number


def _integer(field: Field, raw: object) -> Decimal:
    number = _number(field, raw)
    if number != number.to_integral_value():
        raise _Wrong("not_integer")
    return number.to_integral_value()


def _money(field: Field, raw: object) -> Decimal:
    number = _number(field, raw)
    if number != number.quantize(Decimal("0.01")):
        raise _Wrong("too_many_decimals", max=2)
    return number


def _date(field: Field, raw: object) -> date:
    if isinstance(raw, date) and not isinstance(raw, datetime):
        return raw
    text = _text(field, raw)
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        raise _Wrong("not_date")
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise _Wrong("not_date") from None


def _month(field: Field, raw: object) -> str:
    text = _text(field, raw)
    if not re.fullmatch(r"[0-9]{4}-(0[1-9]|1[0-2])", text):
        raise _Wrong("not_month")
    return text


def _boolean(field: Field, raw: object) -> bool:
    if isinstance(raw, bool):
        return raw
    answer = {"true": True, "on": True, "1": True, "false": False, "off": False, "0": False}
    text = _text(field, raw).lower()
    if text not in answer:
        raise _Wrong("not_boolean")
    return answer[text]


def _enum(field: Field, raw: object) -> str:
    text = _text(field, raw)
    if text not in {value for value, _, _ in field.options}:
        raise _Wrong("not_option")
    return text


def _list(field: Field, raw: object) -> list[str]:
    items = raw if isinstance(raw, list) else [raw]
    if len(items) > MAX_ITEMS:
        raise _Wrong("too_many", max=MAX_ITEMS)
    if not all(isinstance(item, str) for item in items):
        raise _Wrong("not_list")
    return [text for text in (str(item).strip() for item in items) if text]


def _multi(field: Field, raw: object) -> list[str]:
    chosen = _list(field, raw)
    known = [value for value, _, _ in field.options]
    for item in chosen:
        if item not in known:
            raise _Wrong("not_option")
    return [value for value in known if value in chosen]


def _id_number(field: Field, raw: object, today: date) -> str:
    try:
        return identity.read(_text(field, raw), today=today, key=field.key).number
    except InvalidData as refused:
        first = refused.errors[0]
        raise _Wrong(first.code, **first.facts) from None


def _uscc(field: Field, raw: object) -> str:
    try:
        return enterprise_code.read(_text(field, raw), key=field.key).code
    except InvalidData as refused:
        first = refused.errors[0]
        raise _Wrong(first.code, **first.facts) from None


def _region(field: Field, raw: object) -> str:
    """Division codes of GB/T 2260 (6 digits: county) and GB/T 10114 (9: township, 12: village)."""
    text = re.sub(r"\s", "", _text(field, raw))
    if not re.fullmatch(r"[1-8][0-9]{5}([0-9]{3}([0-9]{3})?)?", text):
        raise _Wrong("bad_region")
    return text


def _phone(field: Field, raw: object) -> str:
    """Mainland mobile numbers: 11 digits beginning 13 to 19 (numbering plan of the ministry, statute-knowledge)."""
    text = re.sub(r"[\s-]", "", _text(field, raw))
    if not re.fullmatch(r"1[3-9][0-9]{9}", text):
        raise _Wrong("bad_phone")
    return text


_PARSERS: dict[str, Callable[[Field, object], Value]] = {
    "string": _text,
    "text": _text,
    "integer": _integer,
    "decimal": _number,
    "money": _money,
    "date": _date,
    "month": _month,
    "boolean": _boolean,
    "file": _text,
    "uscc": _uscc,
    "region": _region,
    "phone": _phone,
    "list": _list,
    "enum": _enum,
    "multi_enum": _multi,
}
