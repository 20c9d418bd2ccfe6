"""A form schema with its answers -> the controls a template writes: labels, hints, native constraints, errors."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.forms.utils import flatatt
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from bpm_core import feel
from bpm_core.notation.cleaning import TEXT_LIMITS, asked, clean
from bpm_core.notation.fields import Field, FormSchema
from portal.forms import messages

PREFIX = "f-"
#: More choices than this are a select box on the page, fewer are all in sight.
MANY = 8

Raw = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Choice:
    id: str
    value: str
    label: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Control:
    """One field as a template writes it. `kind` names its template part: input, lines, choices, select or file."""

    key: str
    id: str
    name: str
    kind: str
    label: str
    hint: str
    required: bool
    attributes: SafeString
    text: str
    choices: tuple[Choice, ...]
    choice_type: str
    unit: str
    error: str
    described_by: str
    controls_others: bool
    conditional: bool
    shown: bool


@dataclass(frozen=True, slots=True)
class Section:
    title: str
    controls: tuple[Control, ...]

    @property
    def shown(self) -> bool:
        return any(control.shown for control in self.controls)


@dataclass(frozen=True, slots=True)
class FormPage:
    """A whole form for one page. `summary` lists its errors as (anchor, sentence)."""

    sections: tuple[Section, ...]
    summary: tuple[tuple[str, str], ...]
    has_files: bool

    @property
    def empty(self) -> bool:
        return not self.sections

    def changed(self, shown_before: Collection[str]) -> list[Control]:
        """Conditional controls that are to appear or to go, when the page shows those of `shown_before`."""
        return [
            control
            for section in self.sections
            for control in section.controls
            if control.conditional and control.shown != (control.key in shown_before)
        ]


def page(
    schema: FormSchema,
    raw: Raw,
    *,
    context: Mapping[str, Any] | None = None,
    errors: Iterable[messages.Error] = (),
    today: date,
    english: bool,
) -> FormPage:
    """The form with the answers in `raw` (as typed); a field whose condition does not hold is there but not shown."""
    known = {**(context or {}), **clean(schema, _only_known(schema, raw), context=context, today=today).values}
    wrong = {error.key: error for error in errors}
    controlling = _controlling(schema)
    sections: list[Section] = []
    summary: list[tuple[str, str]] = []
    for field in schema.fields:
        shown = asked(field, known, today=today)
        error = wrong.pop(field.key, None) if shown else None
        text = messages.sentence(error, _label(field, english), field.type) if error else ""
        control = replace(
            _control(field, raw.get(field.key), text, english=english),
            controls_others=field.key in controlling,
            shown=shown,
        )
        if text:
            summary.append((control.id, text))
        title = field.section_en if english else field.section_zh
        if not sections or sections[-1].title != title:
            sections.append(Section(title, ()))
        sections[-1] = Section(title, (*sections[-1].controls, control))
    by_key = schema.by_key
    for key, error in wrong.items():
        label = _label(by_key[key], english) if key in by_key else ""
        summary.append(("", messages.sentence(error, label)))
    return FormPage(tuple(sections), tuple(summary), any(field.type == "file" for field in schema.fields))


def as_typed(value: object) -> object:
    """A FEEL value as a person would type it into its field: what a recorded fact fills in beforehand."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, (date, datetime)):
        return value.isoformat()[:10]
    if isinstance(value, (list, tuple)):
        return [str(as_typed(item)) for item in value]
    return str(value)


def _only_known(schema: FormSchema, raw: Raw) -> dict[str, object]:
    return {field.key: raw[field.key] for field in schema.fields if field.key in raw}


def _controlling(schema: FormSchema) -> frozenset[str]:
    """Keys of the fields that decide whether another one is asked."""
    keys = schema.by_key.keys()
    read = (feel.compile(field.show_when, names=tuple(keys)).names for field in schema.fields if field.show_when)
    return frozenset(name for names in read for name in names if name in keys)


def _label(field: Field, english: bool) -> str:
    return (field.label_en if english else field.label_zh) or field.key


def _control(field: Field, value: object, error: str, *, english: bool) -> Control:
    kind, choice_type = _kind(field)
    identity = f"id-{field.key}"
    hint = _hint(field, english)
    described = " ".join([f"{identity}-hint"] * bool(hint) + [f"{identity}-error"] * bool(error))
    typed = (
        [str(item) for item in value]
        if isinstance(value, (list, tuple))
        else [str(value)]
        if value not in (None, "")
        else []
    )
    return Control(
        key=field.key,
        id=identity,
        name=PREFIX + field.key,
        kind=kind,
        label=_label(field, english),
        hint=hint,
        required=field.required,
        attributes=SafeString(flatatt(_attributes(field, kind, described, bool(error)))),
        text="\n".join(typed),
        choices=_choices(field, identity, typed, english),
        choice_type=choice_type,
        unit=_("yuan") if field.type == "money" else "",
        error=error,
        described_by=described,
        controls_others=False,
        conditional=bool(field.show_when),
        shown=True,
    )


def _typed(value: object) -> list[str]:
    if isinstance(value, (list, tuple)):
        return [str(item) for item in value]
    return [] if value in (None, "") else [str(value)]


def _kind(field: Field) -> tuple[str, str]:
    if field.type == "boolean":
        return "choices", "radio"
    if field.type == "enum":
        return ("select", "") if len(field.options) > MANY else ("choices", "radio")
    if field.type == "multi_enum":
        return "choices", "checkbox"
    if field.type in ("text", "list"):
        return "lines", ""
    return ("file" if field.type == "file" else "input"), ""


def _choices(field: Field, identity: str, typed: list[str], english: bool) -> tuple[Choice, ...]:
    options = field.options
    if field.type == "boolean":
        options = (("true", "是", "Yes"), ("false", "否", "No"))
    return tuple(
        Choice(identity if number == 0 else f"{identity}-{number}", value, en if english else zh, value in typed)
        for number, (value, zh, en) in enumerate(options)
    )


def _hint(field: Field, english: bool) -> str:
    written = field.hint_en if english else field.hint_zh
    if written:
        return written
    if field.type == "list":
        return _("One entry a line")
    if field.type == "multi_enum":
        return _("Choose all that apply")
    if field.type == "id_number":
        return _("18 characters, as on the card")
    if field.type == "uscc":
        return _("18 characters, as on the licence")
    if field.type == "region":
        return _("Division code of 6, 9 or 12 digits")
    if field.min is not None and field.max is not None and field.type in ("integer", "decimal", "money"):
        return _("Between {min} and {max}").format(min=field.min, max=field.max)
    return ""


_INPUT: Mapping[str, dict[str, str]] = {
    "integer": {"type": "number", "step": "1", "inputmode": "numeric"},
    "decimal": {"type": "number", "step": "any", "inputmode": "decimal"},
    "money": {"type": "number", "step": "0.01", "inputmode": "decimal"},
    "date": {"type": "date", "min": "1900-01-01", "max": "2100-12-31"},
    "month": {"type": "month", "pattern": "[0-9]{4}-(0[1-9]|1[0-2])", "placeholder": "2026-11"},
    "id_number": {"type": "text", "maxlength": "18", "autocapitalize": "characters", "spellcheck": "false"},
    "uscc": {"type": "text", "maxlength": "24", "autocapitalize": "characters", "spellcheck": "false"},
    "region": {"type": "text", "inputmode": "numeric", "maxlength": "12"},
    "phone": {"type": "tel", "inputmode": "tel", "maxlength": "13"},
    "file": {"type": "file", "accept": ".pdf,.jpg,.jpeg,.png,.ofd,.docx,.xlsx"},
}


def _attributes(field: Field, kind: str, described: str, wrong: bool) -> dict[str, object]:
    """Native constraints of the control: the browser helps early, the server decides."""
    attributes: dict[str, object] = {"autocomplete": "off"} if kind == "input" else {}
    if kind == "input":
        attributes |= _INPUT.get(field.type, {"type": "text"})
    elif kind == "file":
        attributes |= _INPUT["file"]
    if kind == "lines":
        attributes["rows"] = "4"
    if field.type in ("string", "text"):
        attributes["maxlength"] = str(field.max_length or TEXT_LIMITS[field.type])
        if field.min_length:
            attributes["minlength"] = str(field.min_length)
        if field.pattern and kind == "input":
            attributes["pattern"] = field.pattern
    if field.type in ("integer", "decimal", "money"):
        if field.min is not None:
            attributes["min"] = str(field.min)
        if field.max is not None:
            attributes["max"] = str(field.max)
    attributes["required"] = field.required
    if described:
        attributes["aria-describedby"] = described
    if wrong:
        attributes["aria-invalid"] = "true"
    return attributes
