"""Policy figures in force on a day, as FEEL values; a case keeps the ones it began with."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from bpm_core import feel
from bpm_core.commands import below_floor
from bpm_core.commands.loading import Loaded
from bpm_core.domain import authority
from bpm_core.domain.actors import Actor
from bpm_core.domain.calendar import CIVIL_ZONE
from bpm_core.domain.errors import FieldError, InvalidData
from bpm_core.models import Parameter, reference
from bpm_core.notation import literals
from bpm_core.notation.literals import NotLiteral


def in_force(loaded: Loaded, on: date, local: Mapping[str, Mapping[str, str]] | None = None) -> dict[str, Any]:
    """Every parameter the process and what it calls declare, at its value on that day.

    local   local values of the case's place (editions.for_case): they go before the setting for all, which goes
            before the figure the process came with
    """
    declared = {
        spec.name: spec.value
        for bundle in loaded.bundles.values()
        if bundle.guide is not None
        for spec in bundle.guide.parameters
    }
    if not declared:
        return {}
    rows = Parameter.objects.filter(name__in=declared, valid_from__lte=on).order_by("name", "valid_from")
    texts = declared | {row.name: row.value for row in rows}
    texts |= {name: one["value"] for name, one in (local or {}).items() if name in declared}
    now = datetime.combine(on, datetime.min.time(), CIVIL_ZONE)
    return {name: feel.compile(text).evaluate({}, now=now) for name, text in texts.items()}


def set_value(name: str, *, value: str, valid_from: date, source: str, actor: Actor, at: datetime) -> Parameter:
    """Give a parameter another value from a day on; running cases keep theirs."""
    authority.require(actor, "parameter.set")
    last = Parameter.objects.filter(name=name).order_by("-valid_from").first()
    if last is None:
        raise InvalidData("there is no such parameter", [FieldError("name", "unknown")])
    try:
        known = feel.compile(value).evaluate({}, now=at)
    except feel.FeelError as error:
        raise InvalidData("the value is not a FEEL literal", [FieldError("value", "feel")]) from error
    if known is None:
        raise InvalidData("a parameter has a value", [FieldError("value", "required")])
    _check_floors(name, value)
    row, _ = Parameter.objects.update_or_create(
        name=name,
        valid_from=valid_from,
        defaults={
            "value": value,
            "unit": last.unit,
            "label_zh": last.label_zh,
            "label_en": last.label_en,
            "certainty": "verified" if source else last.certainty,
            "source": source,
        },
    )
    return row


def _check_floors(name: str, text: str) -> None:
    """A figure for all keeps the floors that hold in every process."""
    try:
        value = literals.read(text)
    except NotLiteral:
        return
    below_floor.refuse(list(reference.national_floors().breaches(name, "", value, national=value)))
