"""forms/*.form (bpmn.io form-js JSON) -> FormSchema: what a step asks. Cleaning of answers is in cleaning.py."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from bpm_core.domain.errors import FieldError
from bpm_core.notation.cleaning import Cleaned, clean
from bpm_core.notation.fields import Field, FormSchema

__all__ = ["Cleaned", "Field", "FieldError", "FormRefused", "FormSchema", "clean", "read"]

MAX_BYTES = 512 * 1024
MAX_FIELDS = 300

# form-js component -> our type, when `properties.type` does not say more
TYPE_OF = {
    "textfield": "string",
    "textarea": "text",
    "number": "decimal",
    "datetime": "date",
    "checkbox": "boolean",
    "checklist": "multi_enum",
    "taglist": "multi_enum",
    "radio": "enum",
    "select": "enum",
    "filepicker": "file",
}
TYPES = frozenset(TYPE_OF.values()) | {"integer", "money", "month", "id_number", "uscc", "region", "phone", "list"}


class FormRefused(ValueError):
    """The file is not a form-js form we can show. `code` and `component` say what is wrong where."""

    def __init__(self, code: str, message: str, component: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.component = component


@dataclass(frozen=True, slots=True)
class _Place:
    """Where in the form a component stands: the heading over it."""

    section_zh: str = ""
    section_en: str = ""


def read(data: bytes, *, form_id: str = "") -> FormSchema:
    """The form in a .form file. Refuses with FormRefused: too_big, not_json, not_a_form, no_key, duplicate_key."""
    if len(data) > MAX_BYTES:
        raise FormRefused("too_big", f"the form has {len(data)} bytes; at most {MAX_BYTES} are read")
    try:
        tree = json.loads(data.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise FormRefused("not_json", f"not JSON: {error}") from None
    if not isinstance(tree, dict) or not isinstance(tree.get("components"), list):
        raise FormRefused("not_a_form", "a form-js form is an object with a list of components")
    fields: list[Field] = []
    _collect(tree["components"], _Place(), fields, depth=0)
    keys = [f.key for f in fields]
    for key in keys:
        if keys.count(key) > 1:
            raise FormRefused("duplicate_key", f"two fields are called {key!r}", key)
    if len(fields) > MAX_FIELDS:
        raise FormRefused("too_big", f"the form has {len(fields)} fields; at most {MAX_FIELDS}")
    title = _strings(tree.get("properties"))
    return FormSchema(
        id=str(tree.get("id") or form_id),
        fields=tuple(fields),
        title_zh=title.get("titleZh", ""),
        title_en=title.get("titleEn", ""),
    )


def _collect(components: list[Any], place: _Place, fields: list[Field], depth: int) -> None:
    if depth > 8:
        raise FormRefused("not_a_form", "components are nested more than 8 deep")
    for component in components:
        if not isinstance(component, dict):
            raise FormRefused("not_a_form", "a component is not an object")
        kind = str(component.get("type"))
        if isinstance(component.get("components"), list):
            inner = _Place(str(component.get("label") or ""), _strings(component.get("properties")).get("labelEn", ""))
            _collect(component["components"], inner, fields, depth + 1)
        elif kind in TYPE_OF:
            fields.append(_field(component, kind, place))


def _field(component: Mapping[str, Any], kind: str, place: _Place) -> Field:
    key = component.get("key")
    if not isinstance(key, str) or not key.isidentifier() or key.startswith("_"):
        raise FormRefused("no_key", f"a {kind} has no usable key: {key!r}", str(component.get("id", "")))
    more, rule = _strings(component.get("properties")), component.get("validate")
    rule = rule if isinstance(rule, dict) else {}
    label = str(component.get("label") or component.get("dateLabel") or key)
    declared = more.get("type", "")
    hint = str(component.get("description") or "")
    return Field(
        key=key,
        type=declared if declared in TYPES else TYPE_OF[kind],
        label_zh=label,
        label_en=more.get("labelEn", label),
        required=rule.get("required") is True,
        options=_options(component, more),
        min=_decimal(rule.get("min")),
        max=_decimal(rule.get("max")),
        pattern=rule["pattern"] if isinstance(rule.get("pattern"), str) else None,
        min_length=rule["minLength"] if isinstance(rule.get("minLength"), int) else None,
        max_length=rule["maxLength"] if isinstance(rule.get("maxLength"), int) else None,
        decimals=component["decimalDigits"] if isinstance(component.get("decimalDigits"), int) else None,
        hint_zh=hint,
        hint_en=more.get("hintEn", hint),
        example=more.get("example"),
        personal=more.get("personal") == "true",
        show_when=_show_when(component, more),
        section_zh=place.section_zh,
        section_en=place.section_en,
        widget=kind,
    )


def _options(component: Mapping[str, Any], more: Mapping[str, str]) -> tuple[tuple[str, str, str], ...]:
    values = component.get("values")
    found = [v for v in values if isinstance(v, dict)] if isinstance(values, list) else []
    return tuple(
        (str(v.get("value")), str(v.get("label")), more.get(f"option.{v.get('value')}", str(v.get("label"))))
        for v in found
    )


def _show_when(component: Mapping[str, Any], more: Mapping[str, str]) -> str | None:
    """The condition under which the field is asked; form-js writes the opposite, `conditional.hide`."""
    if more.get("showWhen"):
        return more["showWhen"]
    conditional = component.get("conditional")
    hide = conditional.get("hide") if isinstance(conditional, dict) else None
    return f"({hide.lstrip('= ')}) != true" if isinstance(hide, str) and hide.strip("= ") else None


def _strings(value: object) -> dict[str, str]:
    """`properties` of form-js: text by name."""
    return {str(k): str(v) for k, v in value.items()} if isinstance(value, dict) else {}


def _decimal(value: object) -> Decimal | None:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        return Decimal(str(value))
    except InvalidOperation:
        return None
