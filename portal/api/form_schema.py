"""A form as JSON Schema (2020-12), for programs that fill it in; what is true is still decided by notation.cleaning."""

from __future__ import annotations

from typing import Any

from bpm_core.notation.cleaning import MAX_ITEMS, TEXT_LIMITS
from bpm_core.notation.fields import Field, FormSchema
from bpm_core.notation.model import ValueSpec

_FORMATS = {
    "date": {"type": "string", "format": "date"},
    "month": {"type": "string", "pattern": "^[0-9]{4}-(0[1-9]|1[0-2])$"},
    "boolean": {"type": "boolean"},
    "phone": {"type": "string", "pattern": "^1[3-9][0-9]{9}$"},
    "uscc": {"type": "string", "pattern": "^[0-9A-HJ-NPQRTUWXY]{18}$"},
    "region": {"type": "string", "pattern": "^[1-8][0-9]{5}([0-9]{3}([0-9]{3})?)?$"},
    "id_number": {"type": "string", "pattern": "^([0-9]{15}|[0-9]{17}[0-9Xx])$"},
}


def of_form(schema: FormSchema) -> dict[str, Any]:
    """An object with a property for each field; fields asked on a condition are never in `required`."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "object",
        "title": schema.title_en or schema.id,
        "x-title-zh": schema.title_zh,
        "properties": {field.key: of_field(field) for field in schema.fields},
        "required": [field.key for field in schema.fields if field.required and not field.show_when],
        "additionalProperties": False,
    }


def of_field(field: Field) -> dict[str, Any]:
    """One answer; `x-` keys say what JSON Schema has no word for."""
    said: dict[str, Any] = {"title": field.label_en, "x-title-zh": field.label_zh, "x-type": field.type}
    said |= _shape(field)
    if field.hint_en or field.hint_zh:
        said |= {"description": field.hint_en, "x-description-zh": field.hint_zh}
    if field.example is not None and not field.personal:
        said["examples"] = [field.example]
    if field.personal:
        said["x-personal"] = True
    if field.show_when:
        said["x-asked-when"] = field.show_when
    return said


def _shape(field: Field) -> dict[str, Any]:
    if field.type in _FORMATS:
        return dict(_FORMATS[field.type])
    if field.type in ("integer", "decimal", "money"):
        return _number(field)
    if field.type == "enum":
        return _choice(field)
    if field.type == "multi_enum":
        return {"type": "array", "uniqueItems": True, "maxItems": MAX_ITEMS, "items": _choice(field)}
    if field.type == "list":
        return {"type": "array", "maxItems": MAX_ITEMS, "items": {"type": "string"}}
    return _text(field)


def _text(field: Field) -> dict[str, Any]:
    found: dict[str, Any] = {"type": "string", "maxLength": field.max_length or TEXT_LIMITS.get(field.type, 200)}
    if field.min_length:
        found["minLength"] = field.min_length
    if field.pattern:
        found["pattern"] = field.pattern if field.pattern.startswith("^") else f"^({field.pattern})$"
    return found


def _number(field: Field) -> dict[str, Any]:
    """A JSON number, or the same as text: amounts that must not become binary fractions are sent as text."""
    found: dict[str, Any] = {"type": ["integer", "string"] if field.type == "integer" else ["number", "string"]}
    for name, bound in (("minimum", field.min), ("maximum", field.max)):
        if bound is not None:
            found[name] = int(bound) if bound == bound.to_integral_value() else float(bound)
    if field.type == "money":
        found["x-decimals"] = 2
    return found


def _choice(field: Field) -> dict[str, Any]:
    return {
        "type": "string",
        "enum": [value for value, _, _ in field.options],
        "x-words": [{"value": value, "zh": zh, "en": en} for value, zh, en in field.options],
    }


def of_values(specs: tuple[ValueSpec, ...]) -> dict[str, Any]:
    """The payload of a message: the values its step declares, none of them required."""
    fields = (
        Field(
            key=spec.name,
            type=spec.type,
            label_zh=spec.label_zh,
            label_en=spec.label_en,
            options=spec.options,
            personal=spec.personal,
            example=spec.example,
        )
        for spec in specs
    )
    return of_form(FormSchema(id="", fields=tuple(fields)))
