"""The benefit ledger kept by the steps of a case: reserve, activate, end and give back, as its guide's [benefit] says.

That nobody gets two benefits of one exclusion group for one month is a UNIQUE constraint of the database; the refusal
names the rule with its clause and, masked, the other case. What holds between benefits of different processes is the
library's matrix (notation/benefits.py).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction

from bpm_core import feel
from bpm_core.commands.applying import open_incident
from bpm_core.commands.unit import Unit
from bpm_core.domain.calendar import add_months
from bpm_core.domain.errors import Duplicate
from bpm_core.domain.lifecycle import GrantStatus, move_grant
from bpm_core.engine import Advance
from bpm_core.feel import values
from bpm_core.models import BenefitRule, CaseFact, Grant, GrantMonth
from bpm_core.notation import benefits, functions
from bpm_core.notation.benefits import Effect, Exclusion, Matrix
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
    for rule, other in beside(claim, benefit.benefit, _months(start, count)):
        unit.body["ledger"].setdefault("beside", []).append({"rule": rule.id, "benefit": other.benefit})
        open_incident(
            unit,
            "benefit_beside",
            f"{rule.rule.zh}（{rule.clause.zh}）{rule.rule.en} ({rule.clause.en})",
            "",
            {
                "rule": rule.id,
                "benefit": benefit.benefit,
                "other_benefit": other.benefit,
                "other_case": masked(other.case.number),
                "source": rule.source,
                "certainty": str(rule.certainty),
            },
        )


def beside(claim: Claim, benefit: str, months: Sequence[str]) -> list[tuple[Exclusion, Grant]]:
    """Grants of the same person and months that somebody has to look at before this one is paid."""
    found = []
    for rule in matrix(Path(settings.PROCESSES_DIR)).of(benefit, Effect.INVESTIGATE):
        other = (
            Grant.objects.filter(person_id=claim.person_id, benefit=rule.other(benefit), months__month__in=months)
            .exclude(case_id=claim.case_id)
            .select_related("case")
            .first()
        )
        if other is not None:
            found.append((rule, other))
    return found


@lru_cache(maxsize=4)
def matrix(folder: Path) -> Matrix:
    """What the library says about benefits beside one another."""
    return benefits.read_folder(folder)


def _months(start: date, count: int) -> list[str]:
    return [f"{add_months(start, n):%Y-%m}" for n in range(count)]


def masked(number: str) -> str:
    """A case number that tells where to ask, not whose case it is."""
    return f"{number[:-4]}****"


@dataclass(frozen=True, slots=True)
class Claim:
    """Whose case asks for months, and when."""

    case_id: int
    person_id: UUID
    at: datetime


def reserve(claim: Claim, benefit: Benefit, *, start: date, months: int, amount: Decimal | None) -> None:
    """Reserve `months` from `start` for the person of the case; refuses with Duplicate when one is taken.

    Each month stands in the benefit's own group and in one for each benefit that excludes it, so that the database
    refuses the second of two whichever comes first, also when both come at once.
    """
    case_id, person_id = claim.case_id, claim.person_id
    rules = matrix(Path(settings.PROCESSES_DIR)).of(benefit.benefit, Effect.REFUSE)
    groups = [exclusion_group(benefit), *(rule.id for rule in rules)]
    names = _months(start, months)
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
                GrantMonth(grant=grant, person_id=person_id, exclusion_group=group, month=month)
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
        GrantMonth.objects.filter(person_id=claim.person_id, exclusion_group__in=groups, month__in=months)
        .exclude(grant__case_id=claim.case_id)
        .select_related("grant__case")
        .order_by("month", "id")
        .first()
    )
    if taken is None:
        return Duplicate("this benefit is entered in the ledger already", code="benefit_once", benefit=benefit.benefit)
    between = matrix(Path(settings.PROCESSES_DIR)).rule(taken.exclusion_group)
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
        other_case=masked(taken.grant.case.number),
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
