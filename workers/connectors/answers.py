"""Answers of the world outside: checked against a schema of what was wanted, then turned into exact values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import jsonschema

from bpm_core.feel import Value
from workers.connectors.contract import CallFailed, JsonSchema, Wanted

_NUMBER = {"type": ["number", "string"], "pattern": r"^-?\d{1,15}(\.\d{1,6})?$"}
_SCHEMAS: Mapping[str, JsonSchema] = {
    "boolean": {"type": "boolean"},
    "integer": {"type": "integer", "minimum": -(10**15), "maximum": 10**15},
    "decimal": _NUMBER,
    "money": _NUMBER,
    "date": {"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}$"},
    "month": {"type": "string", "pattern": r"^\d{4}-\d{2}$"},
    "string": {"type": "string", "maxLength": 200},
    "text": {"type": "string", "maxLength": 4000},
    "list": {"type": "array", "maxItems": 200, "items": {"type": ["string", "integer", "boolean"]}},
}


def schema(wanted: Iterable[Wanted]) -> JsonSchema:
    """JSON schema of an answer with exactly the values wanted."""
    properties = {one.name: _one(one) for one in wanted}
    return {
        "type": "object",
        "properties": properties,
        "required": sorted(properties),
        "additionalProperties": False,
    }


def _one(wanted: Wanted) -> JsonSchema:
    if wanted.type == "enum":
        return {"enum": list(wanted.options)}
    if wanted.type == "multi_enum":
        return {"type": "array", "items": {"enum": list(wanted.options)}, "uniqueItems": True}
    return _SCHEMAS.get(wanted.type, _SCHEMAS["string"])


def check(answer: Mapping[str, Any], against: JsonSchema, *, what: str, code: str) -> None:
    """Raise CallFailed with the code when the answer does not fit; the message names places, never values."""
    error = next(jsonschema.Draft202012Validator(against).iter_errors(answer), None)
    if error is None:
        return
    place = "/".join(str(step) for step in error.absolute_path) or "the whole"
    detail = f"{place} breaks the rule {error.validator!r}"
    if error.validator == "required":
        missing = sorted(set(against.get("required", ())) - set(answer))
        detail = f"missing: {', '.join(missing)}"
    raise CallFailed(code, f"{what} does not fit: {detail}")


def values(answer: Mapping[str, Any], wanted: Iterable[Wanted]) -> dict[str, Value]:
    """The checked answer as FEEL values of the types wanted; raises CallFailed for a date that is none."""
    return {one.name: _value(one, answer[one.name]) for one in wanted}


def _value(wanted: Wanted, raw: Any) -> Value:
    if wanted.type in ("integer", "decimal", "money"):
        return Decimal(str(raw))
    if wanted.type == "date":
        try:
            return date.fromisoformat(raw)
        except ValueError:
            raise CallFailed("bad_answer", f"the answer does not fit: {wanted.name} is no day") from None
    if wanted.type == "list":
        return [Decimal(item) if type(item) is int else item for item in raw]
    return raw
