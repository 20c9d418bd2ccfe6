"""What the names of a process are called by people: variables, answers of registers, fields of forms, parameters."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from bpm_core.notation.bundle import Bundle

Options = tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True)
class Label:
    """How a name of the process is called, and how its values are."""

    zh: str
    en: str
    type: str
    options: Options = ()


def labels(bundle: Bundle) -> dict[str, Label]:
    """Every name that a form, a register, a message or the process itself declares, with its words."""
    found: dict[str, Label] = {}
    for spec in bundle.process.variables:
        found[spec.name] = Label(spec.label_zh, spec.label_en, spec.type, spec.options)
    for element in bundle.process.elements.values():
        for spec in element.outputs:
            found.setdefault(spec.name, Label(spec.label_zh, spec.label_en, spec.type, spec.options))
    for schema in bundle.forms.values():
        for field in schema.fields:
            found[field.key] = Label(field.label_zh, field.label_en, field.type, field.options)
    for parameter in bundle.guide.parameters if bundle.guide else ():
        found.setdefault(parameter.name, Label(parameter.label.zh, parameter.label.en, "decimal"))
    return found


_LITERAL = re.compile(r'"([^"]*)"')


def in_words(text: str, options: Mapping[str, str], between: str) -> str:
    """A cell of a decision table in words: its codes by what they stand for; "" when one of them has no words."""
    codes = _LITERAL.findall(text)
    known = [options[code] for code in codes if code in options]
    return between.join(known) if codes and len(known) == len(codes) else ""
