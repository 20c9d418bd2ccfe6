"""Whom a benefit is for: the person of the case, or those whom its guide's `holder` names by identity number.

An employer is paid for people of its list; a family claims for the deceased. The months stand in the ledger for those
they are for, so that their own later claims, and other employers' lists, meet them.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from bpm_core.commands import people
from bpm_core.commands.unit import Unit
from bpm_core.domain import identity
from bpm_core.domain.calendar import civil_date
from bpm_core.feel import values
from bpm_core.models import Case, CaseFact, Person
from bpm_core.models.sealing import blind_index, unseal
from bpm_core.notation.guide import Benefit

_NAME = "person_name"


def on_record(unit: Unit, benefit: Benefit) -> tuple[UUID, ...]:
    """Keys of the people the benefit is for who are in the register already; reads only.

    Refuses with InvalidData what is no identity number.
    """
    named = _numbers(unit, benefit)
    if not named:
        return _applicant(unit)
    today = civil_date(unit.at)
    indexes = [blind_index(identity.read(number, today=today).number) for number in named]
    return tuple(Person.objects.filter(id_index__in=indexes).order_by("created_at", "pk").values_list("pk", flat=True))


def entered(unit: Unit, benefit: Benefit) -> tuple[UUID, ...]:
    """Keys of all the people the benefit is for, in the order they are named; () when the case names nobody.

    Somebody not on record is entered: to be called in the step's own transaction. Refuses with InvalidData what is no
    identity number.
    """
    named = _numbers(unit, benefit)
    if not named:
        return _applicant(unit)
    name = _fact(unit, _NAME) if len(named) == 1 else None
    synthetic = Case.objects.values_list("synthetic", flat=True).get(pk=unit.head.case_id)
    told = name if isinstance(name, str) else ""
    found = (people.named(number, name=told, synthetic=synthetic, at=unit.at).pk for number in named)
    return tuple(dict.fromkeys(found))


def payee(unit: Unit, benefit: Benefit, holders: Sequence[UUID]) -> UUID:
    """In whose name the grant stands: the employer that is paid for a list of people, else whom it is for."""
    listed = bool(benefit.holder) and isinstance(_fact(unit, benefit.holder), list)
    return (unit.head.enterprise_id if listed else None) or holders[0]


def _applicant(unit: Unit) -> tuple[UUID, ...]:
    return (unit.head.person_id,) if unit.head.person_id else ()


def _numbers(unit: Unit, benefit: Benefit) -> list[str]:
    struck = {number.upper() for number in _texts(unit, benefit.struck)}
    return [number for number in _texts(unit, benefit.holder) if number.upper() not in struck]


def _texts(unit: Unit, name: str) -> list[str]:
    value = _fact(unit, name) if name else None
    listed = value if isinstance(value, list) else [value]
    return [one.strip() for one in listed if isinstance(one, str) and one.strip()]


def _fact(unit: Unit, name: str) -> Any:
    """A fact of the case as it is after this step, a personal one unsealed; None when there is none."""
    rows = [row for row in unit.rows.of(CaseFact) if row["name"] == name]
    columns = ("personal", "value", "value_enc")
    row = rows[-1] if rows else CaseFact.objects.filter(case_id=unit.head.case_id, name=name).values(*columns).first()
    if row is None:
        return None
    encoded = row["value"]
    if row["personal"] and row["value_enc"] is not None:
        encoded = json.loads(unseal(row["value_enc"], table="case", column=f"fact:{name}", row=unit.head.case_id))
    return values.decode(encoded)
