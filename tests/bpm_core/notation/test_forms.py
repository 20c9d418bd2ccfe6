"""form-js forms read, and answers to them cleaned."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from bpm_core.notation import forms

TODAY = date(2026, 11, 20)


def schema(*components: dict[str, Any]) -> forms.FormSchema:
    return forms.read(json.dumps({"type": "default", "id": "F", "components": list(components)}).encode())


def one(component: dict[str, Any], answer: object) -> tuple[object, list[str]]:
    cleaned = forms.clean(schema({"key": "x", "label": "甲", **component}), {"x": answer}, today=TODAY)
    return cleaned.values["x"], [e.code for e in cleaned.errors]


def typed(kind: str, **more: Any) -> dict[str, Any]:
    return {"type": "textfield", "properties": {"type": kind}, **more}


def test_groups_become_sections_and_english_comes_from_properties() -> None:
    field = {"type": "textfield", "key": "x", "label": "姓名", "properties": {"labelEn": "Name", "personal": "true"}}

    read = schema({"type": "group", "label": "本人", "properties": {"labelEn": "Person"}, "components": [field]})

    assert [(f.label_zh, f.label_en, f.section_zh, f.section_en, f.personal) for f in read.fields] == [
        ("姓名", "Name", "本人", "Person", True)
    ]


@pytest.mark.parametrize(
    ("component", "answer", "value"),
    [
        (typed("string"), "  张三 ", "张三"),
        (typed("integer"), "12", Decimal(12)),
        (typed("money"), "1,680.50", Decimal("1680.50")),
        (typed("date"), "2026-10-15", date(2026, 10, 15)),
        (typed("month"), "2026-10", "2026-10"),
        (typed("boolean"), "false", False),
        (typed("boolean"), True, True),
        (typed("phone"), "138 0000 0000", "13800000000"),
        (typed("id_number"), "410899199003070016", "410899199003070016"),
        (typed("uscc"), "91410800ma0000007l", "91410800MA0000007L"),
        (typed("region"), "410823901001", "410823901001"),
        (typed("region"), "410823", "410823"),
        (typed("string"), "", None),
        ({"type": "checklist", "values": [{"value": "a"}, {"value": "b"}]}, ["b", "a"], ["a", "b"]),
        ({"type": "checklist", "values": [{"value": "a"}]}, "", []),
    ],
)
def test_a_good_answer_becomes_a_value(component: dict[str, Any], answer: object, value: object) -> None:
    assert one(component, answer) == (value, [])


@pytest.mark.parametrize(
    ("component", "answer", "code"),
    [
        (typed("string", validate={"required": True}), " ", "required"),
        (typed("string", validate={"minLength": 2}), "张", "too_short"),
        (typed("string"), "x" * 201, "too_long"),
        (typed("string"), "a\x00b", "bad_characters"),
        (typed("string", validate={"pattern": "^[0-9]{12}$"}), "12", "pattern"),
        (typed("integer"), "1.5", "not_integer"),
        (typed("integer"), "1e9", "not_number"),
        (typed("integer"), "NaN", "not_number"),
        (typed("integer", validate={"min": 0}), "-1", "too_small"),
        (typed("integer", validate={"max": 10}), "11", "too_big"),
        (typed("money"), "1.001", "too_many_decimals"),
        (typed("date"), "2026-02-30", "not_date"),
        (typed("month"), "2026-13", "not_month"),
        (typed("boolean"), "maybe", "not_boolean"),
        (typed("phone"), "12345", "bad_phone"),
        (typed("uscc"), "91410800MA00000070", "uscc_check"),
        (typed("region"), "4108", "bad_region"),
        (typed("region"), "41082390100", "bad_region"),
        ({"type": "select", "values": [{"value": "a"}]}, "b", "not_option"),
        (typed("string"), {"a": 1}, "not_text"),
    ],
)
def test_a_wrong_answer_says_what_is_wrong(component: dict[str, Any], answer: object, code: str) -> None:
    assert one(component, answer)[1] == [code]


def test_a_wrong_identity_number_is_refused_with_the_reason_of_the_check() -> None:
    value, codes = one(typed("id_number"), "410899199003070017")

    assert value is None
    assert len(codes) == 1


@pytest.mark.parametrize("key", ["__builtins__", "__class__", "max", "x.y", ""])
def test_a_key_that_is_not_in_the_form_is_refused(key: str) -> None:
    cleaned = forms.clean(schema({"type": "textfield", "key": "x"}), {"x": "a", key: "1"}, today=TODAY)

    assert [(e.key, e.code) for e in cleaned.errors] == [(key, "unknown_field")]


def test_a_field_whose_condition_fails_is_not_asked_and_its_answer_is_dropped() -> None:
    asked = {"type": "radio", "key": "ok", "properties": {"type": "boolean"}}
    why = {"type": "textfield", "key": "why", "validate": {"required": True}, "conditional": {"hide": "=ok"}}

    hidden = forms.clean(schema(asked, why), {"ok": "true", "why": "because"}, today=TODAY)
    shown = forms.clean(schema(asked, why), {"ok": "false"}, today=TODAY)

    assert (hidden.values["why"], hidden.errors) == (None, [])
    assert [(e.key, e.code) for e in shown.errors] == [("why", "required")]


def test_a_condition_may_read_the_case() -> None:
    field = {"type": "textfield", "key": "x", "properties": {"showWhen": "amount > 1000"}}

    cleaned = forms.clean(schema(field), {"x": "a"}, context={"amount": Decimal(10)}, today=TODAY)

    assert cleaned.values == {"x": None}


def test_a_pattern_that_would_blow_up_is_answered_at_once() -> None:
    value, codes = one(typed("string", validate={"pattern": "^(a+)+$"}), "a" * 60 + "!")

    assert (value, codes) == (None, ["pattern"])


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"{", "not_json"),
        (b"[]", "not_a_form"),
        (b'{"components": [1]}', "not_a_form"),
        (b'{"components": [{"type": "textfield", "key": "__x__"}]}', "no_key"),
        (b'{"components": [{"type": "textfield", "key": "a"}, {"type": "number", "key": "a"}]}', "duplicate_key"),
        (b"[" * 200_000, "not_json"),
        (b" " * (forms.MAX_BYTES + 1), "too_big"),
    ],
)
def test_a_file_that_is_no_form_is_refused(data: bytes, code: str) -> None:
    with pytest.raises(forms.FormRefused) as refused:
        forms.read(data)

    assert refused.value.code == code
