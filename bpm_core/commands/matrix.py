"""What the library's matrix says of a benefit beside those somebody has (processes/_library/benefits.toml).

Rules that refuse are kept by the ledger as months; here is what has somebody look before the later one is paid.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet

from bpm_core.commands.applying import open_incident
from bpm_core.commands.unit import Unit
from bpm_core.feel import values
from bpm_core.models import Grant, GrantMonth
from bpm_core.notation import benefits
from bpm_core.notation.benefits import Effect, Exclusion, Matrix


@lru_cache(maxsize=4)
def read(folder: Path) -> Matrix:
    """The matrix of the library in a folder."""
    return benefits.read_folder(folder)


def of(benefit: str, effect: Effect, idle: Collection[str] = ()) -> tuple[Exclusion, ...]:
    """Rules of that effect about a benefit, without the `idle` ones (ids) that do not hold this time."""
    return tuple(rule for rule in read(Path(settings.PROCESSES_DIR)).of(benefit, effect) if rule.id not in idle)


def rule(exclusion_id: str) -> Exclusion | None:
    return read(Path(settings.PROCESSES_DIR)).rule(exclusion_id)


def beside(
    case_id: int,
    people: Sequence[UUID],
    benefit: str,
    rules: Iterable[Exclusion],
    months: Sequence[str],
    alike: Mapping[str, Any],
) -> list[tuple[Exclusion, Grant]]:
    """Grants of the same people, by other cases, that the rules have somebody look at.

    They are of the same months; or, of whatever month, of a case that holds the same fact the rule names (`alike`).
    """
    found = []
    for rule in rules:
        held = Grant.objects.filter(benefit=rule.other(benefit)).exclude(case_id=case_id)
        if rule.same:
            fact = {"case__facts__name": rule.same, "case__facts__value": values.encode(alike[rule.same])}
            held = held.filter(months__person_id__in=people, **fact)
        else:
            held = held.filter(months__person_id__in=people, months__month__in=months)
        other = held.select_related("case").order_by("pk").first()
        if other is not None:
            found.append((rule, other))
    return found


def giving_way(
    case_id: int, people: Sequence[UUID], benefit: str, rules: Iterable[Exclusion], months: Sequence[str]
) -> list[tuple[Exclusion, QuerySet[GrantMonth]]]:
    """Months of the same people, by other cases, of benefits that end by law when this one begins."""
    found = []
    for rule in rules:
        if rule.gives_way == rule.other(benefit):
            held = GrantMonth.objects.filter(
                person_id__in=people, exclusion_group=rule.id, month__in=months, grant__benefit=rule.gives_way
            ).exclude(grant__case_id=case_id)
            found.append((rule, held))
    return found


def have_looked_at(unit: Unit, benefit: str, rule: Exclusion, other: Grant) -> None:
    """An incident of the case: somebody looks at both before anything is paid."""
    open_incident(
        unit,
        "benefit_beside",
        f"{rule.rule.zh}（{rule.clause.zh}）{rule.rule.en} ({rule.clause.en})",
        "",
        {
            "rule": rule.id,
            "benefit": benefit,
            "other_benefit": other.benefit,
            "other_case": masked(other.case.number),
            "source": rule.source,
            "certainty": str(rule.certainty),
        },
    )


def masked(number: str) -> str:
    """A case number that tells where to ask, not whose case it is."""
    return f"{number[:-4]}****"
