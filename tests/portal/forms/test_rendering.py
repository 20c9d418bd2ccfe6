"""Forms as controls: native constraints, hints, the errors where they belong, and questions that come and go."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.http import QueryDict

from bpm_core.notation.cleaning import FieldError
from bpm_core.notation.fields import Field, FormSchema
from portal.forms import reading, rendering

TODAY = date(2026, 11, 20)


def schema(*fields: Field) -> FormSchema:
    return FormSchema(id="F", fields=fields)


def page(
    *fields: Field, raw: dict[str, object] | None = None, errors: tuple[FieldError, ...] = ()
) -> rendering.FormPage:
    return rendering.page(schema(*fields), raw or {}, errors=errors, today=TODAY, english=True)


def only(form: rendering.FormPage) -> rendering.Control:
    (section,) = form.sections
    (control,) = section.controls
    return control


def test_a_whole_number_has_its_range_as_constraint_and_as_hint() -> None:
    control = only(page(Field("months", "integer", "月数", "Months", min=Decimal(0), max=Decimal(600))))

    assert 'type="number"' in control.attributes
    assert 'min="0"' in control.attributes
    assert 'max="600"' in control.attributes
    assert "600" in control.hint


def test_yes_and_no_are_both_to_be_chosen() -> None:
    control = only(page(Field("ok", "boolean", "合格", "In order", required=True), raw={"ok": "false"}))

    assert [(choice.value, choice.chosen) for choice in control.choices] == [("true", False), ("false", True)]


def test_many_options_are_a_list_to_choose_from() -> None:
    options = tuple((str(number), f"选项{number}", f"Option {number}") for number in range(9))

    assert only(page(Field("reason", "enum", "原因", "Reason", options=options))).kind == "select"
    assert only(page(Field("reason", "enum", "原因", "Reason", options=options[:8]))).kind == "choices"


def test_an_error_stands_at_its_field_and_in_the_summary_with_a_link() -> None:
    form = page(Field("name", "string", "姓名", "Name", required=True), errors=(FieldError("name", "required", {}),))

    assert form.summary == (("id-name", "请填写“Name”"),) or form.summary == (("id-name", "Fill in “Name”"),)
    assert 'aria-invalid="true"' in only(form).attributes
    assert "id-name-error" in only(form).described_by


def test_an_error_of_an_unknown_key_is_told_without_a_link() -> None:
    form = page(Field("name", "string", "姓名", "Name"), errors=(FieldError("__builtins__", "unknown_field", {}),))

    ((anchor, sentence),) = form.summary
    assert anchor == ""
    assert "__builtins__" in sentence


def test_markup_in_an_answer_stays_text() -> None:
    from django.template.loader import render_to_string

    form = page(Field("note", "string", "说明", "Note"), raw={"note": '"><script>alert(1)</script>'})

    html = render_to_string("portal/forms/fields.html", {"form": form})
    assert "<script>" not in html
    assert "&lt;script&gt;" in html


FEE = (
    Field(
        "who", "enum", "申领主体", "Who claims", options=(("person", "个人", "Person"), ("inst", "机构", "Institution"))
    ),
    Field("fee", "money", "金额", "Fee", show_when='who = "person"'),
)


def test_a_question_is_shown_when_its_condition_holds() -> None:
    shown = {c.key: c.shown for s in page(*FEE, raw={"who": "person"}).sections for c in s.controls}
    hidden = {c.key: c.shown for s in page(*FEE, raw={"who": "inst"}).sections for c in s.controls}

    assert (shown["fee"], hidden["fee"]) == (True, False)


def test_only_questions_that_come_or_go_are_written_anew() -> None:
    form = page(*FEE, raw={"who": "person"})

    assert [control.key for control in form.changed(())] == ["fee"]
    assert form.changed(("fee",)) == []


def test_the_field_that_decides_about_others_asks_the_server() -> None:
    controls = {c.key: c.controls_others for s in page(*FEE).sections for c in s.controls}

    assert controls == {"who": True, "fee": False}


def test_facts_are_filled_in_as_they_would_be_typed() -> None:
    assert rendering.as_typed(Decimal("1200.50")) == "1200.50"
    assert rendering.as_typed(True) == "true"
    assert rendering.as_typed(date(2026, 11, 20)) == "2026-11-20"
    assert rendering.as_typed(["a", "b"]) == ["a", "b"]


def test_names_that_are_not_of_the_form_are_kept_to_be_refused() -> None:
    post = QueryDict("csrfmiddlewaretoken=x&version=3&f-name=A&f-secret=1&__class__=2")

    raw = reading.raw(schema(Field("name", "string", "姓名", "Name")), post)

    assert raw == {"name": "A", "secret": ["1"], "__class__": ["2"]}


def test_an_answer_without_the_prefix_is_not_taken_for_the_field() -> None:
    raw = reading.raw(schema(Field("name", "string", "姓名", "Name")), QueryDict("name=A"))

    assert raw == {"name": ["A"]}
