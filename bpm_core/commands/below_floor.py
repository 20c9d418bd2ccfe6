"""The one refusal of whatever promises the resident less than the law: it names the value, the bound and the clause."""

from __future__ import annotations

from collections.abc import Collection

from bpm_core.domain.errors import FieldError, InvalidData
from bpm_core.notation.floors import Breach, Rule


def refuse(breaches: Collection[Breach]) -> None:
    """Refuse with InvalidData `below_floor` when there is a breach; the first one stands in the facts."""
    if not breaches:
        return
    first = next(iter(breaches))
    errors = [FieldError(one.name, "below_floor", _facts(one)) for one in breaches]
    floor = first.floor
    said = f"{first.name} = {first.found} is stricter for the resident than {floor.clause.en} allows ({floor.bound})"
    if floor.rule is Rule.EXACTLY:
        said = f"{first.name} is one figure for all, no place has its own: {floor.clause.en}"
    raise InvalidData(
        said,
        errors,
        code="below_floor",
        **_facts(first),
    )


def _facts(breach: Breach) -> dict[str, object]:
    floor = breach.floor
    return {
        "name": breach.name,
        "found": breach.found,
        "bound": floor.bound,
        "rule": str(floor.rule),
        "unit": floor.unit,
        "clause": {"zh": floor.clause.zh, "en": floor.clause.en},
        "certainty": str(floor.certainty),
    }
