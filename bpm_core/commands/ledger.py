"""The benefit ledger kept by the steps of a case: reserve, activate, end and give back, as its guide's [benefit] says.

That nobody gets two benefits of one exclusion group for one month is a UNIQUE constraint of the database; the refusal
names the rule with its clause and, masked, the other case. What holds between benefits of different processes is the
library's matrix (matrix.py); whom a benefit is for, holders.py.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from bpm_core import feel
from bpm_core.commands import holders, matrix
from bpm_core.commands.unit import Unit
from bpm_core.domain.calendar import add_months
from bpm_core.domain.errors import Duplicate
from bpm_core.domain.lifecycle import GrantStatus, move_grant
from bpm_core.engine import Advance
from bpm_core.feel import values
from bpm_core.models import BenefitRule, CaseFact, Grant, GrantMonth
from bpm_core.notation import functions
from bpm_core.notation.benefits import Effect
from bpm_core.notation.guide import Benefit

_MAX_MONTHS = 600


def after(unit: Unit, advance: Advance) -> None:
    """What the step that `advance` came from does to the ledger, in the step's own transaction."""
    guide = unit.loaded.bundle.guide
    benefit = guide.benefit if guide else None
    if benefit is None or (unit.head.person_id is None and not benefit.holder):
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
    names = _months(start, count)
    money = amount if isinstance(amount, Decimal) else None
    idle = frozenset(one.rule for one in benefit.only_when if _ask(unit, advance, one.when) is not True)

    def enter() -> None:
        people = holders.entered(unit, benefit)
        if people:
            claim = Claim(unit.head.case_id, holders.payee(unit, benefit, people), unit.at, people)
            reserve(claim, benefit, start=start, months=count, amount=money, idle=idle)

    unit.also(enter)
    unit.body["ledger"] = {"reserved": benefit.benefit, "from": start.isoformat()[:7], "months": count}
    rules = matrix.of(benefit.benefit, Effect.INVESTIGATE, idle)
    alike = {rule.same: _ask(unit, advance, rule.same) for rule in rules if rule.same}
    people = holders.on_record(unit, benefit)
    for rule, other in matrix.beside(unit.head.case_id, people, benefit.benefit, rules, names, alike):
        unit.body["ledger"].setdefault("beside", []).append({"rule": rule.id, "benefit": other.benefit})
        matrix.have_looked_at(unit, benefit.benefit, rule, other)
    binding = matrix.of(benefit.benefit, Effect.REFUSE, idle)
    for rule, held in matrix.giving_way(unit.head.case_id, people, benefit.benefit, binding, names):
        first = held.order_by("month").values_list("month", flat=True).first()
        if first is not None:
            ends = {"rule": rule.id, "benefit": rule.gives_way, "from": first}
            unit.body["ledger"].setdefault("ends", []).append(ends)


def _months(start: date, count: int) -> list[str]:
    return [f"{add_months(start, n):%Y-%m}" for n in range(count)]


@dataclass(frozen=True, slots=True)
class Claim:
    """Whose case asks for months, and when. `people` are whom they are for, if not the one the grant stands for."""

    case_id: int
    person_id: UUID
    at: datetime
    people: tuple[UUID, ...] = ()

    @property
    def holders(self) -> tuple[UUID, ...]:
        return self.people or (self.person_id,)


def reserve(
    claim: Claim,
    benefit: Benefit,
    *,
    start: date,
    months: int,
    amount: Decimal | None,
    idle: frozenset[str] = frozenset(),
) -> None:
    """Reserve `months` from `start` for those the claim is for; refuses with Duplicate when one is taken.

    Each month of each person stands in the benefit's own group and in one for each benefit that excludes it, so that
    the database refuses the second of two whichever comes first, also when both come at once. What ends by law when
    this benefit begins gives way: its months no longer stand against this one, and its own case ends by the message
    that tells it. `idle` are rules that do not hold this time.
    """
    case_id, person_id = claim.case_id, claim.person_id
    rules = matrix.of(benefit.benefit, Effect.REFUSE, idle)
    groups = [exclusion_group(benefit), *(rule.id for rule in rules)]
    names = _months(start, months)
    try:
        with transaction.atomic():
            Grant.objects.filter(case_id=case_id, benefit=benefit.benefit, status=GrantStatus.RESERVED).delete()
            for _rule, held in matrix.giving_way(case_id, claim.holders, benefit.benefit, rules, names):
                held.delete()
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
                GrantMonth(grant=grant, person_id=holder, exclusion_group=group, month=month)
                for holder in claim.holders
                for group in groups
                for month in names
            )
    except IntegrityError:
        raise _duplicate(claim, benefit, groups, names) from None


def exclusion_group(benefit: Benefit) -> str:
    """Group of the benefit: the office's own rule goes before what the process came with."""
    rule = BenefitRule.objects.filter(benefit=benefit.benefit).values_list("exclusion_group", flat=True).first()
    return rule or benefit.exclusion_group


def _duplicate(claim: Claim, benefit: Benefit, groups: Sequence[str], months: list[str]) -> Exception:
    taken = (
        GrantMonth.objects.filter(person_id__in=claim.holders, exclusion_group__in=groups, month__in=months)
        .exclude(grant__case_id=claim.case_id)
        .select_related("grant__case", "person")
        .order_by("month", "id")
        .first()
    )
    if taken is None:
        return Duplicate("this benefit is entered in the ledger already", code="benefit_once", benefit=benefit.benefit)
    between = matrix.rule(taken.exclusion_group)
    said = (
        {
            "rule_zh": f"{between.rule.zh}（{between.clause.zh}）",
            "rule_en": f"{between.rule.en} ({between.clause.en})",
            "source": between.source,
            "certainty": str(between.certainty),
        }
        if between
        else {"rule_zh": benefit.rule.zh, "rule_en": benefit.rule.en, "source": benefit.source}
    )
    return Duplicate(
        f"{taken.month} is granted already within {taken.exclusion_group}",
        code="benefit_overlap",
        rule=taken.exclusion_group,
        benefit=benefit.benefit,
        other_benefit=taken.grant.benefit,
        month=taken.month,
        other_case=matrix.masked(taken.grant.case.number),
        person=taken.person.id_masked,
        **said,
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
