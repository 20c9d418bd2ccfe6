"""Every benefit of the matrix is entered in the ledger by its process, and every rule between two of them bites.

All on real commands, in one office for the whole file: each test has a person of its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.db import transaction

from bpm_core import engine
from bpm_core.commands import heads, memory
from bpm_core.domain.errors import Duplicate
from bpm_core.models import Grant, GrantMonth, Incident, Person
from bpm_core.notation import benefits
from bpm_core.notation.benefits import Effect, Exclusion
from bpm_core.seed import residents
from bpm_core.seed.rehearsal import Stuck
from tests.processes.bureau import AT, LIBRARY, Bureau
from tests.processes.walk import library

pytestmark = pytest.mark.django_db

MATRIX = benefits.read_folder(LIBRARY)
BUNDLES = {bundle.code: bundle for bundle in library().values()}


@dataclass(frozen=True)
class Way:
    """How a benefit is claimed so that December 2026 is among its months: a worked case, and answers of its own."""

    scenario: str
    answers: dict[str, Any] = field(default_factory=dict)
    employer: bool = False  # the case is an employer's, the person is whom it names


WAYS = {
    "unemployment_benefit": Way("01", {"start_month": "2026-11"}),
    "skills_upgrading_subsidy": Way("02"),
    "training_subsidy": Way("01"),
    "training_living_allowance": Way("11"),
    "skill_assessment_subsidy": Way("01"),
    "flexible_employment_subsidy": Way("01", {"claim_quarter": "2026-4"}),
    "employer_insurance_subsidy": Way("01", {"claim_period_start": "2026-10", "claim_period_end": "2026-12"}, True),
    "public_welfare_post": Way("01", {"agreement_start": "2026-12-01"}, True),
    "internship_subsidy": Way("01", {"intern_start": "2026-12-01"}, True),
    "pension": Way("01"),
    "resident_pension": Way("01"),
    "sickness_disability_allowance": Way("13"),
    "survivor_benefit": Way("01", {"death_date": "2026-11-10"}),
    "work_injury_benefit": Way("05"),  # grade 1: an allowance of the fund
    "maternity_allowance": Way("01"),
}
#: A work injury stands beside a funeral grant only when the worker died of it.
DEADLY = Way("13", {"event_date": "2026-11-09", "apply_date": "2026-11-12"})


@pytest.fixture(autouse=True)
def _fresh_memory() -> None:
    """Cases are forgotten, for each test's are rolled back; the office and what it published stay."""
    heads.forget()
    limit = engine.cache_stats().limit
    engine.cache_limit(0)
    engine.cache_limit(limit)


@pytest.fixture(scope="module")
def bureau(django_db_setup: None, django_db_blocker: Any) -> Iterator[Bureau]:
    memory.forget()
    with django_db_blocker.unblock(), transaction.atomic():
        yield Bureau(*sorted(named.process for named in MATRIX.benefits.values()))
        transaction.set_rollback(True)
    memory.forget()


def claim(bureau: Bureau, benefit: str, person: Person, way: Way, *, to_the_end: bool = False, **more: Any) -> Grant:
    """What the person is granted: the case goes on until its step has entered it, or to its end."""
    bureau.now = AT
    number = bureau.id_of(person)
    case = bureau.play(
        MATRIX.benefits[benefit].process,
        way.scenario,
        about=bureau.employer() if way.employer else person,
        until="" if to_the_end else lambda case: Grant.objects.filter(case=case, benefit=benefit).exists(),
        despite_open="another list of the same employer",
        **{"id_number": number, "persons_claimed": [number]} | way.answers | more,
    )
    return Grant.objects.get(case=case, benefit=benefit)


def way_of(benefit: str, rule: Exclusion) -> Way:
    return DEADLY if benefit == "work_injury_benefit" and "survivor_benefit" in rule.benefits else WAYS[benefit]


@pytest.mark.parametrize("benefit", sorted(MATRIX.benefits))
def test_the_guide_of_every_benefit_says_how_it_is_entered(benefit: str) -> None:
    guide = BUNDLES[MATRIX.benefits[benefit].process].guide

    assert guide is not None
    assert guide.benefit is not None, f"{guide.code} grants {benefit} and enters nothing in the ledger"
    assert guide.benefit.benefit == benefit
    assert guide.benefit.name == MATRIX.benefits[benefit].name
    assert {one.rule for one in guide.benefit.only_when} <= {r.id for r in MATRIX.exclusions if benefit in r.benefits}


def test_no_process_grants_what_the_matrix_does_not_know() -> None:
    granted = {bundle.guide.benefit.benefit for bundle in BUNDLES.values() if bundle.guide and bundle.guide.benefit}

    assert granted == set(MATRIX.benefits)


@pytest.mark.parametrize("benefit", sorted(MATRIX.benefits))
def test_the_process_of_every_benefit_enters_a_grant_for_the_person(bureau: Bureau, benefit: str) -> None:
    person = bureau.person()

    grant = claim(bureau, benefit, person, WAYS[benefit])

    months = GrantMonth.objects.filter(grant=grant, person=person, exclusion_group=benefit)
    assert months.exists()
    assert grant.amount is None or grant.amount > 0


ALL_WAYS = [
    pytest.param(rule, first, later, id=f"{rule.id}-{first}-then-{later}")
    for rule in MATRIX.exclusions
    for first, later in (rule.benefits, rule.benefits[::-1])
]
MEETING = [each for each in ALL_WAYS if each.values[0].gives_way != each.values[1]]
TAKING_OVER = [each for each in ALL_WAYS if each.values[0].gives_way == each.values[1]]


@pytest.mark.parametrize(("rule", "first", "later"), MEETING)
def test_whoever_holds_one_and_claims_the_other_meets_the_rule(
    bureau: Bureau, rule: Exclusion, first: str, later: str
) -> None:
    person = bureau.person()
    held = claim(bureau, first, person, way_of(first, rule))

    with pytest.raises(Stuck) as stuck:  # the player stops at a refusal and at an incident
        claim(bureau, later, person, way_of(later, rule))

    if rule.effect is Effect.REFUSE:
        refused = stuck.value.__cause__
        assert isinstance(refused, Duplicate), stuck.value
        assert (refused.reason, refused.facts["rule"]) == ("benefit_overlap", rule.id)
        assert refused.facts["other_benefit"] == first
        assert rule.clause.zh in refused.facts["rule_zh"]
        assert rule.clause.en in refused.facts["rule_en"]
        assert refused.facts["other_case"] == f"{held.case.number[:-4]}****"
        assert not Grant.objects.filter(benefit=later, months__person=person).exists()
    else:
        looks = Incident.objects.filter(code="benefit_beside", case__grants__months__person=person).distinct()
        found = looks.get()
        assert (found.facts["rule"], found.facts["other_benefit"]) == (rule.id, first)
        assert rule.clause.zh in found.message and rule.clause.en in found.message


@pytest.mark.parametrize(("rule", "first", "later"), TAKING_OVER)
def test_what_ends_by_law_when_the_other_begins_does_not_stand_in_its_way(
    bureau: Bureau, rule: Exclusion, first: str, later: str
) -> None:
    person = bureau.person()
    held = claim(bureau, first, person, way_of(first, rule))
    before = set(held.months.filter(exclusion_group=first).values_list("month", flat=True))

    begun = claim(bureau, later, person, way_of(later, rule))

    begins = f"{begun.period_start:%Y-%m}"
    assert begun.months.filter(exclusion_group=rule.id, month=begins).exists()
    assert not held.months.filter(exclusion_group=rule.id, month__gte=begins).exists()
    assert begins in before
    assert set(held.months.filter(exclusion_group=first).values_list("month", flat=True)) == before  # its case ends it
    told = [entry.body["ledger"] for entry in begun.case.journal.all() if "ends" in entry.body.get("ledger", {})]
    assert [(one["rule"], one["benefit"]) for one in told[0]["ends"]] == [(rule.id, first)]


# -- paid to an employer, for people


def test_an_employers_grant_holds_the_months_of_each_person_of_its_list(bureau: Bureau) -> None:
    one, other, struck = (bureau.person() for _ in range(3))
    listed = [bureau.id_of(person) for person in (one, other, struck)]

    grant = claim(
        *(bureau, "employer_insurance_subsidy", one, WAYS["employer_insurance_subsidy"]),
        persons_claimed=listed,
        persons_struck=listed[2:],
    )

    assert grant.person == bureau.employer()
    assert grant.amount == 7200  # the employer's share of the whole list
    months = grant.months.filter(exclusion_group="X07")
    assert sorted(months.values_list("month", flat=True)) == sorted(["2026-10", "2026-11", "2026-12"] * 2)
    assert set(months.values_list("person", flat=True)) == {one.pk, other.pk}


def test_the_refusal_of_a_list_says_which_row_by_its_masked_number(bureau: Bureau) -> None:
    one, other = bureau.person(), bureau.person()
    claim(bureau, "flexible_employment_subsidy", other, WAYS["flexible_employment_subsidy"])

    with pytest.raises(Stuck) as stuck:
        way = WAYS["employer_insurance_subsidy"]
        listed = [bureau.id_of(one), bureau.id_of(other)]
        claim(bureau, "employer_insurance_subsidy", one, way, persons_claimed=listed)

    refused = stuck.value.__cause__
    assert isinstance(refused, Duplicate)
    assert refused.facts["person"] == other.id_masked


def test_somebody_not_on_record_is_entered_by_number_and_met_later(bureau: Bureau) -> None:
    number = residents.id_number(bureau.random)
    employer, person = bureau.employer(), bureau.person()

    first = claim(
        bureau, "employer_insurance_subsidy", person, WAYS["employer_insurance_subsidy"], persons_claimed=[number]
    )

    named = Person.objects.get(pk=first.months.values_list("person", flat=True)[0])
    assert bureau.id_of(named) == number
    assert first.person == employer


# -- when it ends


@pytest.mark.parametrize("benefit", sorted(WAYS.keys() - {"unemployment_benefit", "resident_pension"}))
def test_what_was_paid_to_the_end_is_no_longer_only_reserved(bureau: Bureau, benefit: str) -> None:
    grant = claim(bureau, benefit, bureau.person(), WAYS[benefit], to_the_end=True)

    assert grant.status == "ended"


def test_leaving_the_post_gives_the_later_months_back(bureau: Bureau) -> None:
    placed = Way("01", {"agreement_start": "2026-11-02"}, employer=True)

    grant = claim(bureau, "public_welfare_post", bureau.person(), placed, to_the_end=True)

    assert (grant.status, grant.amount) == ("ended", 2100)
    assert set(grant.months.values_list("month", flat=True)) == {"2026-11"}


def test_a_false_name_at_the_post_gives_all_months_back(bureau: Bureau) -> None:
    ghost = Way("09", WAYS["public_welfare_post"].answers, employer=True)

    grant = claim(bureau, "public_welfare_post", bureau.person(), ghost, to_the_end=True)

    assert (grant.status, grant.months.count()) == ("revoked", 0)


def test_an_internship_that_ends_leaves_the_later_months_free(bureau: Bureau) -> None:
    left = Way("04", {"intern_start": "2026-11-20"}, employer=True)

    grant = claim(bureau, "internship_subsidy", bureau.person(), left, to_the_end=True)

    assert grant.status == "ended"
    assert "2027-04" not in set(grant.months.values_list("month", flat=True))


def test_a_subsidy_whose_payment_is_still_open_is_not_given_back(bureau: Bureau) -> None:
    unpaid = Way("28")

    grant = claim(bureau, "training_subsidy", bureau.person(), unpaid, to_the_end=True)

    assert grant.case.end_element == "E5"
    assert grant.months.exists()


# -- rules that do not always hold


def test_a_one_off_sum_for_an_injury_stands_beside_a_funeral_grant(bureau: Bureau) -> None:
    worker = bureau.person()
    injury = claim(bureau, "work_injury_benefit", worker, Way("01"))  # grade 7

    claim(bureau, "survivor_benefit", worker, Way("01", {"death_date": f"{injury.period_start}"}))

    assert not GrantMonth.objects.filter(grant=injury, exclusion_group="X13").exists()


def test_survivors_whom_another_fund_paid_the_funeral_get_the_rest(bureau: Bureau) -> None:
    worker = bureau.person()
    claim(bureau, "work_injury_benefit", worker, DEADLY)

    rest = claim(bureau, "survivor_benefit", worker, WAYS["survivor_benefit"], funeral_elsewhere=True)

    assert rest.amount is not None and rest.amount > 0


def test_two_subsidies_for_one_certificate_are_looked_at_whatever_the_month(bureau: Bureau) -> None:
    trainee = bureau.person()
    training = claim(bureau, "training_subsidy", trainee, WAYS["training_subsidy"])
    training.months.update(month="2025-03")

    with pytest.raises(Stuck, match="benefit_beside"):
        claim(bureau, "skills_upgrading_subsidy", trainee, WAYS["skills_upgrading_subsidy"])


def test_two_subsidies_for_two_certificates_are_no_matter(bureau: Bureau) -> None:
    trainee = bureau.person()
    claim(bureau, "training_subsidy", trainee, WAYS["training_subsidy"])

    claim(bureau, "skills_upgrading_subsidy", trainee, Way("02"), cert_no="S000041080000000000002")

    assert not Incident.objects.filter(code="benefit_beside").exists()
