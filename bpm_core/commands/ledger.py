"""The benefit ledger kept by the steps of a case: reserve, activate, end and give back, as its guide's [benefit] says.

That nobody gets two benefits of one exclusion group for one month is a UNIQUE constraint of the database; the refusal
names the rule and, masked, the other case.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from bpm_core import feel
from bpm_core.commands.unit import Unit
from bpm_core.domain.calendar import add_months
from bpm_core.domain.errors import Duplicate
from bpm_core.domain.lifecycle import GrantStatus, move_grant
from bpm_core.engine import Advance
from bpm_core.feel import values
from bpm_core.models import BenefitRule, CaseFact, Grant, GrantMonth
from bpm_core.notation import functions
from bpm_core.notation.guide import Benefit

_MAX_MONTHS = 600


def after(unit: Unit, advance: Advance) -> None:
    """What the step that `advance` came from does to the ledger, in the step's own transaction."""
    guide = unit.loaded.bundle.guide
    benefit = guide.benefit if guide else None
    person_id = unit.head.person_id
    if benefit is None or person_id is None:
        return
    own = unit.loaded.bundle.process
    for passed in advance.passed:
        element = own.elements.get(passed.element_id) if passed.process_key == own.id else None
        if element is None or passed.event != "completed":
            continue
        node = element.node or element.id
        if node == benefit.reserve_at and _ask(unit, advance, benefit.reserve_when) is True:
            _reserve(unit, advance, benefit)
        if node == benefit.activate_at:
            unit.also(lambda: _move(unit, benefit, "activate"))
    if advance.ended is not None:
        ended = own.elements.get(unit.ended or "")
        _at_end(unit, benefit, ended.node or ended.id if ended else "")


def _reserve(unit: Unit, advance: Advance, benefit: Benefit) -> None:
    start = _month(_ask(unit, advance, benefit.period_start))
    months = _ask(unit, advance, benefit.months)
    amount = _ask(unit, advance, benefit.amount)
    if start is None or not isinstance(months, Decimal) or not 1 <= months <= _MAX_MONTHS:
        return
    count = int(months)
    claim = Claim(unit.head.case_id, unit.head.person_id, unit.at)
    money = amount if isinstance(amount, Decimal) else None
    unit.also(lambda: reserve(claim, benefit, start=start, months=count, amount=money))
    unit.body["ledger"] = {"reserved": benefit.benefit, "from": start.isoformat()[:7], "months": count}


@dataclass(frozen=True, slots=True)
class Claim:
    """Whose case asks for months, and when."""

    case_id: int
    person_id: UUID
    at: datetime


def reserve(claim: Claim, benefit: Benefit, *, start: date, months: int, amount: Decimal | None) -> None:
    """Reserve `months` from `start` for the person of the case; refuses with Duplicate when one is taken."""
    case_id, person_id = claim.case_id, claim.person_id
    group = exclusion_group(benefit)
    names = [f"{day:%Y-%m}" for day in (add_months(start, n) for n in range(months))]
    try:
        with transaction.atomic():
            Grant.objects.filter(case_id=case_id, benefit=benefit.benefit, status=GrantStatus.RESERVED).delete()
            grant = Grant.objects.create(
                person_id=person_id,
                benefit=benefit.benefit,
                case_id=case_id,
                period_start=start,
                period_end=add_months(start, months - 1),
                amount=amount,
                status=GrantStatus.RESERVED.value,
                created_at=claim.at,
            )
            GrantMonth.objects.bulk_create(
                GrantMonth(grant=grant, person_id=person_id, exclusion_group=group, month=month) for month in names
            )
    except IntegrityError:
        raise _duplicate(claim, benefit, group, names) from None


def exclusion_group(benefit: Benefit) -> str:
    """Group of the benefit: the office's own rule goes before what the process came with."""
    rule = BenefitRule.objects.filter(benefit=benefit.benefit).values_list("exclusion_group", flat=True).first()
    return rule or benefit.exclusion_group


def _duplicate(claim: Claim, benefit: Benefit, group: str, months: list[str]) -> Exception:
    taken = (
        GrantMonth.objects.filter(person_id=claim.person_id, exclusion_group=group, month__in=months)
        .select_related("grant__case")
        .order_by("month")
        .first()
    )
    if taken is None or taken.grant.case_id == claim.case_id:
        return Duplicate("this benefit is entered in the ledger already", code="benefit_once", benefit=benefit.benefit)
    number = taken.grant.case.number
    return Duplicate(
        f"{taken.month} is granted already within {group}",
        code="benefit_overlap",
        rule=group,
        benefit=benefit.benefit,
        other_benefit=taken.grant.benefit,
        month=taken.month,
        other_case=f"{number[:-4]}****",
        rule_zh=benefit.rule.zh,
        rule_en=benefit.rule.en,
    )


def _move(unit: Unit, benefit: Benefit, verb: str) -> None:
    grant = Grant.objects.filter(case_id=unit.head.case_id, benefit=benefit.benefit).first()
    if grant is None or (verb == "activate" and grant.status != GrantStatus.RESERVED):
        return
    grant.status = move_grant(grant.status, verb).value
    grant.save(update_fields=["status"])


def _at_end(unit: Unit, benefit: Benefit, end: str) -> None:
    if end in benefit.release_at:
        release_later(unit)
    elif end in benefit.stop_at:
        unit.also(lambda: _stop(unit))
    else:
        unit.also(lambda: _finish(unit, benefit))


def release_later(unit: Unit) -> None:
    """Give the months back in the unit's own step."""
    unit.also(lambda: release(unit.head.case_id))


def release(case_id: int) -> None:
    """Give the months of a case back: what was reserved or granted is no more."""
    for grant in Grant.objects.filter(case_id=case_id, status__in=[GrantStatus.RESERVED, GrantStatus.ACTIVE]):
        grant.months.all().delete()
        grant.status = GrantStatus.REVOKED.value
        grant.save(update_fields=["status"])


def _stop(unit: Unit) -> None:
    """Close a running grant early: the months after this one are free again."""
    this_month = f"{unit.at:%Y-%m}"
    for grant in Grant.objects.filter(case_id=unit.head.case_id, status=GrantStatus.ACTIVE):
        grant.months.filter(month__gt=this_month).delete()
        grant.status = GrantStatus.ENDED.value
        grant.save(update_fields=["status"])
    Grant.objects.filter(case_id=unit.head.case_id, status=GrantStatus.RESERVED).update(status=GrantStatus.REVOKED)
    GrantMonth.objects.filter(grant__case_id=unit.head.case_id, grant__status=GrantStatus.REVOKED).delete()


def _finish(unit: Unit, benefit: Benefit) -> None:
    Grant.objects.filter(case_id=unit.head.case_id, benefit=benefit.benefit, status=GrantStatus.ACTIVE).update(
        status=GrantStatus.ENDED
    )


def _ask(unit: Unit, advance: Advance, text: str) -> Any:
    """Value of a FEEL text over the facts of the case as they are after this step."""
    expression = feel.compile(text, functions=functions.TABLE)
    facts = {
        name: values.decode(value)
        for name, value in CaseFact.objects.filter(
            case_id=unit.head.case_id, personal=False, name__in=expression.names
        ).values_list("name", "value")
    }
    fresh = {row["name"]: values.decode(row["value"]) for row in unit.rows.of(CaseFact) if not row["personal"]}
    return expression.evaluate({**facts, **fresh, **advance.changed}, now=unit.at)


def _month(value: Any) -> date | None:
    """First day of a month given as "2026-11" or as a date."""
    if isinstance(value, str) and re.fullmatch(r"\d{4}-\d{2}", value):
        return date(int(value[:4]), int(value[5:]), 1)
    return value.replace(day=1) if isinstance(value, date) else None
