"""Many at once: one claim wins, one completion counts, one grant is entered; nobody's work is half done."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable

import pytest
from django.db import connections

from bpm_core.commands import heads, jobs, work_items
from bpm_core.commands.actors import SYSTEM
from bpm_core.domain.errors import Duplicate, Refused
from bpm_core.models import Account, BenefitRule, Case, Grant, GrantMonth, JournalEntry, Post, WorkItem
from bpm_core.queries import verify
from tests.bpm_core.commands import sample
from tests.bpm_core.commands.conftest import AT, COUNTY, Office, OrgUnit, actors, date

THREADS = 16


def together(count: int, act: Callable[[int], object], threads: int = THREADS) -> Counter[str]:
    """Run `act(0..count-1)` on several threads that start at once; gives what came of each."""
    outcomes: Counter[str] = Counter()
    numbers = iter(range(count))
    gate, lock = threading.Barrier(threads), threading.Lock()

    def run() -> None:
        gate.wait()
        while True:
            with lock:
                number = next(numbers, None)
            if number is None:
                break
            try:
                act(number)
                result = "done"
            except Refused as refused:
                result = type(refused).__name__
            with lock:
                outcomes[result] += 1
        connections.close_all()

    workers = [threading.Thread(target=run) for _ in range(threads)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    return outcomes


def reviewers(count: int) -> list[Account]:
    unit = OrgUnit.objects.get(code=COUNTY)
    accounts = [Account.objects.create(username=f"racer{n}") for n in range(count)]
    Post.objects.bulk_create(
        Post(account=account, unit=unit, role="reviewer", lane="C1", from_on=date(2020, 1, 1)) for account in accounts
    )
    return accounts


def test_of_many_claims_one_wins(real_office: Office) -> None:
    case = real_office.reviewed()
    item = real_office.item(case, "S30")
    racers = [actors.actor_for(account, AT.date()) for account in reviewers(THREADS)]

    outcomes = together(THREADS, lambda number: work_items.claim(item, actor=racers[number], at=AT))

    assert outcomes == {"done": 1, "WrongState": THREADS - 1}
    assert JournalEntry.objects.filter(case=case, action="work_item.claimed", work_item_id=item).count() == 1
    assert WorkItem.objects.get(pk=item).holder_id is not None
    assert verify.run().ok


def test_of_many_completions_one_counts(real_office: Office) -> None:
    case = real_office.reviewed()
    item = real_office.item(case, "S30")
    actor = real_office.actor("first")
    work_items.claim(item, actor=actor, at=AT)

    outcomes = together(THREADS, lambda _: work_items.complete(item, data={"first_result": "pass"}, actor=actor, at=AT))

    assert outcomes == {"done": 1, "WrongState": THREADS - 1}
    assert WorkItem.objects.filter(case=case, element_id="S40").count() == 1
    assert verify.run().ok


def test_the_same_request_from_many_has_one_answer(real_office: Office) -> None:
    case = real_office.reviewed()
    item = real_office.item(case, "S30")
    actor = real_office.actor("first")
    answers = []

    outcomes = together(THREADS, lambda _: answers.append(work_items.claim(item, actor=actor, at=AT, key="same")))

    assert outcomes == {"done": THREADS}
    assert len({answer.version for answer in answers}) == 1


def test_a_register_that_answers_twice_moves_the_case_once(real_office: Office) -> None:
    from decimal import Decimal

    case = real_office.applied()
    job = case.jobs.get()

    together(8, lambda _: jobs.finish(job.pk, outputs={"insured_months": Decimal(24)}, actor=SYSTEM, at=AT), 8)

    assert JournalEntry.objects.filter(case=case, action="job.finished").count() == 1
    assert verify.run().ok


def ready_for_grant(office: Office, number: int) -> tuple[Case, object]:
    """A case of the same person whose second review, when it passes, reserves December to February."""
    case = office.start(despite_open="race")
    office.do(case, "S10", "window", **sample.APPLICATION)
    office.answer(case)
    office.do(case, "S30", "first", first_result="pass")
    item = office.item(case, "S40")
    work_items.claim(item, actor=office.actor("second"), at=AT)
    return case, item


def test_of_many_grants_for_the_same_months_one_is_entered(real_office: Office) -> None:
    ready = [ready_for_grant(real_office, number) for number in range(12)]
    actor = real_office.actor("second")

    outcomes = together(
        len(ready), lambda n: work_items.complete(ready[n][1], data={"second_result": "pass"}, actor=actor, at=AT), 12
    )

    assert outcomes == {"done": 1, "Duplicate": len(ready) - 1}
    assert Grant.objects.count() == 1
    assert sorted(GrantMonth.objects.values_list("month", flat=True)) == ["2026-12", "2027-01", "2027-02"]
    assert verify.run().ok


def test_two_hundred_attempts_on_the_ledger_enter_one(real_office: Office) -> None:
    from bpm_core.commands import ledger

    cases = [real_office.start(despite_open="race") for _ in range(200)]
    benefit = real_office_benefit(real_office)

    def attempt(number: int) -> None:
        unit = ledger.Claim(cases[number].pk, real_office.person.pk, AT)
        ledger.reserve(unit, benefit, start=date(2026, 12, 1), months=3, amount=None)

    outcomes = together(200, attempt, 20)

    assert outcomes == {"done": 1, "Duplicate": 199}
    assert (Grant.objects.count(), GrantMonth.objects.count()) == (1, 3)


def real_office_benefit(office: Office):  # type: ignore[no-untyped-def]
    from bpm_core.commands import loading

    return loading.load(office.definition.pk).bundle.guide.benefit


def test_the_refusal_names_the_rule_and_hides_the_other_number(real_office: Office) -> None:
    first, second = ready_for_grant(real_office, 0), ready_for_grant(real_office, 1)
    actor = real_office.actor("second")
    work_items.complete(first[1], data={"second_result": "pass"}, actor=actor, at=AT)

    with pytest.raises(Duplicate) as refused:
        work_items.complete(second[1], data={"second_result": "pass"}, actor=actor, at=AT)

    assert refused.value.reason == "benefit_overlap"
    assert refused.value.facts["rule"] == "living"
    assert refused.value.facts["other_case"] == "SAM-01-2026-000****"


def test_a_rule_of_the_office_excludes_another_benefit_too(real_office: Office) -> None:
    BenefitRule.objects.filter(benefit="sample_allowance").update(
        exclusion_group="unemployment"
    )  # there since publishing
    item = ready_for_grant(real_office, 0)[1]

    work_items.complete(item, data={"second_result": "pass"}, actor=real_office.actor("second"), at=AT)

    assert set(GrantMonth.objects.values_list("exclusion_group", flat=True)) == {"unemployment"}


def test_a_stale_head_in_memory_is_looked_at_again(real_office: Office) -> None:
    case = real_office.reviewed()
    item = real_office.item(case, "S30")
    actor = real_office.actor("first")
    work_items.claim(item, actor=actor, at=AT)
    old = heads.of_case(case.pk)
    work_items.release(item, actor=actor, at=AT)
    heads.keep(old)  # as if another process had released it

    moved = work_items.claim(item, actor=actor, at=AT)

    assert moved.version == old.version + 2
