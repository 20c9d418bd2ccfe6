"""What differs between two versions of a form or of a decision table, in words; other files are told line by line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from pathlib import PurePosixPath

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bpm_core.notation import forms, tables
from bpm_core.notation.fields import Field, FormSchema
from bpm_core.notation.forms import FormRefused
from bpm_core.notation.tables import Table
from bpm_core.notation.xml import XmlRefused

#: What a property of a field is called; those not named here are shown under their own name.
PROPERTIES: dict[str, Promise] = {
    "type": gettext_lazy("Kind of answer"),
    "label_zh": gettext_lazy("Label (Chinese)"),
    "label_en": gettext_lazy("Label (English)"),
    "required": gettext_lazy("Required"),
    "options": gettext_lazy("Choices"),
    "min": gettext_lazy("At least"),
    "max": gettext_lazy("At most"),
    "pattern": gettext_lazy("Pattern"),
    "min_length": gettext_lazy("Shortest"),
    "max_length": gettext_lazy("Longest"),
    "hint_zh": gettext_lazy("Hint (Chinese)"),
    "hint_en": gettext_lazy("Hint (English)"),
    "personal": gettext_lazy("Personal"),
    "show_when": gettext_lazy("Asked when"),
    "section_zh": gettext_lazy("Heading (Chinese)"),
    "section_en": gettext_lazy("Heading (English)"),
}
_UNTOLD = frozenset({"key", "example", "widget", "decimals"})


@dataclass(frozen=True, slots=True)
class Said:
    """One difference: where, and its values before and after ("" = there was or is none)."""

    where: str
    before: str
    after: str


def differences(path: str, before: bytes | None, after: bytes | None, *, english: bool) -> tuple[Said, ...]:
    """Differences of a form or of decision tables in words; empty for other files and for what can't be read."""
    suffix = PurePosixPath(path).suffix
    try:
        if suffix == ".form":
            return tuple(_forms(*(_fields(data) for data in (before, after)), english=english))
        if suffix == ".dmn":
            return tuple(_decisions(*(_tables(path, data) for data in (before, after)), english=english))
    except (FormRefused, XmlRefused):
        return ()
    return ()


# -- forms


def _fields(data: bytes | None) -> Mapping[str, Field]:
    schema = forms.read(data) if data is not None else FormSchema(id="", fields=())
    return schema.by_key


def _forms(old: Mapping[str, Field], new: Mapping[str, Field], *, english: bool) -> Iterator[Said]:
    for key in dict.fromkeys([*old, *new]):
        before, after = old.get(key), new.get(key)
        if before is None or after is None:
            label = _label(before or after, english)
            yield Said(_("Field"), label if before else "", label if after else "")
            continue
        for name in (each.name for each in fields(Field) if each.name not in _UNTOLD):
            was, now = getattr(before, name), getattr(after, name)
            if was != now:
                where = f"{_label(after, english)} · {PROPERTIES.get(name, name)}"
                yield Said(where, _value(was, english), _value(now, english))


def _label(field: Field | None, english: bool) -> str:
    assert field is not None
    return (field.label_en if english else field.label_zh) or field.key


def _value(value: object, english: bool) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, tuple):
        return ", ".join(f"{option[2 if english else 1]} ({option[0]})" for option in value)
    return "" if value is None else str(value)


# -- decision tables


def _tables(path: str, data: bytes | None) -> Mapping[str, Table]:
    return {table.id: table for table in tables.read({path: data})} if data is not None else {}


def _decisions(old: Mapping[str, Table], new: Mapping[str, Table], *, english: bool) -> Iterator[Said]:
    for key in dict.fromkeys([*old, *new]):
        before, after = old.get(key), new.get(key)
        if before is None or after is None:
            name = _table_name(before or after, english)
            yield Said(_("Decision table"), name if before else "", name if after else "")
            continue
        name = _table_name(after, english)
        if before.hit_policy != after.hit_policy:
            yield Said(f"{name} · {_('Hit policy')}", before.hit_policy, after.hit_policy)
        if before.text != after.text:
            yield Said(name, before.text, after.text)
        yield from _rules(name, before, after, english)


def _table_name(table: Table | None, english: bool) -> str:
    assert table is not None
    return table.name_en if english else table.name_zh


def _rules(name: str, before: Table, after: Table, english: bool) -> Iterator[Said]:
    """Rules by their ids; one that was only moved is told by its new number."""
    old, new = before.by_rule, after.by_rule
    heads = [column.label_en if english else column.label_zh for column in (*after.inputs, *after.outputs)]
    for identity in dict.fromkeys([*old, *new]):
        was, now = old.get(identity), new.get(identity)
        rule = now or was
        assert rule is not None
        where = f"{name} · " + _("rule %(number)s") % {"number": rule.number}
        if was is None or now is None:
            cells = " | ".join((*rule.inputs, *rule.outputs))
            yield Said(where, cells if was else "", cells if now else "")
            continue
        if was.number != now.number:
            yield Said(f"{where} · {_('Place in the table')}", str(was.number), str(now.number))
        pairs = zip((*was.inputs, *was.outputs), (*now.inputs, *now.outputs), strict=False)
        for at, (cell_before, cell_after) in enumerate(pairs):
            if cell_before != cell_after:
                yield Said(f"{where} · {heads[at] if at < len(heads) else at + 1}", cell_before, cell_after)
