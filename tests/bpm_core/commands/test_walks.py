"""Random histories: whatever is tried in whatever order, journal, tables and engine agree, and no case is lost."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from random import Random

import pytest

from bpm_core.commands import cases, incidents, jobs, memory, messages, supplements, timers, work_items
from bpm_core.commands.actors import SYSTEM, TIMER
from bpm_core.domain.errors import Refused
from bpm_core.models import Case, Incident, Job, JournalEntry, Timer, WorkItem
from bpm_core.queries import verify
from tests.bpm_core.commands import sample
from tests.bpm_core.commands.conftest import AT, Office

WALKS, STEPS = 6, 40
_FORMS = {"S10": sample.APPLICATION, "S30": {"first_result": "pass"}, "S40": {"second_result": "pass"}}


class Walk:
    """Somebody who does anything an office can do, at random and often wrongly."""

    def __init__(self, office: Office, seed: int) -> None:
        self.office, self.random, self.now = office, Random(seed), AT
        self.case = office.start(despite_open="walk")
        self.done: list[str] = []

    def go(self) -> None:
        acts: list[Callable[[], object]] = [
            *(5 * [self.claim]),
            *(6 * [self.complete]),
            *(4 * [self.answer]),
            *(2 * [self.time]),
            *(2 * [self.forget]),
            self.release,
            self.hand_over,
            self.send_back,
            self.suspend,
            self.resume,
            self.ask,
            self.receive,
            self.fail,
            self.retry,
            self.correct,
            self.withdraw_late,
            self.reject,
        ]
        for _ in range(STEPS):
            act = self.random.choice(acts)
            self.now += timedelta(minutes=self.random.randrange(1, 600))
            before = Case.objects.values_list("version", flat=True).get(pk=self.case.pk)
            try:
                act()
                self.done.append(act.__name__)
            except Refused:
                assert Case.objects.values_list("version", flat=True).get(pk=self.case.pk) == before
            report = verify.run([self.case.number])
            assert report.ok, (self.done, report.breaches)

    def actor(self):  # type: ignore[no-untyped-def]
        return self.office.actor(self.random.choice(["window", "first", "second", "both", "manager", "town"]))

    def item(self) -> WorkItem:
        rows = list(WorkItem.objects.filter(case=self.case))
        return self.random.choice(rows)

    def claim(self) -> None:
        work_items.claim(self.item().pk, actor=self.actor(), at=self.now)

    def complete(self) -> None:
        item = WorkItem.objects.filter(case=self.case, closed_at=None).first() or self.item()
        names = [name for name, account in self.office.staff.items() if account.pk == item.holder_id]
        by = self.office.actor(names[0]) if names else self.actor()
        data = dict(_FORMS[item.element_id])
        if self.random.random() < 0.1:
            data["unknown"] = "x"
        if item.element_id == "S40" and self.random.random() < 0.3:
            data = {"second_result": "reject"}
        work_items.complete(item.pk, data=data, actor=by, at=self.now, key=self.random.choice([None, "again"]))

    def release(self) -> None:
        work_items.release(self.item().pk, actor=self.actor(), at=self.now)

    def hand_over(self) -> None:
        to = self.random.choice(list(self.office.staff.values())).pk
        work_items.transfer(self.item().pk, to_account=to, reason="请假", actor=self.actor(), at=self.now)

    def answer(self) -> None:
        job = Job.objects.filter(case=self.case).order_by("-id").first()
        if job:
            months = Decimal(self.random.choice([3, 24]))
            jobs.finish(job.pk, outputs={"insured_months": months, "odd": 1}, actor=SYSTEM, at=self.now)

    def fail(self) -> None:
        job = Job.objects.filter(case=self.case).order_by("-id").first()
        if job:
            again = self.random.choice([None, self.now + timedelta(minutes=1)])
            jobs.fail(job.pk, error="timeout", retry_at=again, actor=SYSTEM, at=self.now)

    def retry(self) -> None:
        incident = Incident.objects.filter(case=self.case).order_by("-id").first()
        if incident:
            incidents.retry(incident.pk, actor=self.actor(), at=self.now)

    def time(self) -> None:
        for timer in Timer.objects.filter(case=self.case):
            timers.fire(timer.pk, actor=TIMER, at=self.now)

    def send_back(self) -> None:
        target = self.random.choice(["S10", "S30", "S40"])
        item = self.item()
        cases.return_to(
            self.case.pk, work_item_id=item.pk, element_id=target, reason="退回", actor=self.actor(), at=self.now
        )

    def suspend(self) -> None:
        cases.suspend(self.case.pk, ground="hearing", note="等待", actor=self.actor(), at=self.now)

    def resume(self) -> None:
        cases.resume(self.case.pk, proof="到了", actor=self.actor(), at=self.now)

    def ask(self) -> None:
        supplements.request(self.item().pk, missing=["M1"], note="缺", new_ground="又", actor=self.actor(), at=self.now)

    def receive(self) -> None:
        supplements.receive(self.case.pk, received=["M1"], actor=self.actor(), at=self.now)

    def correct(self) -> None:
        cases.correct_fact(
            self.case.pk, name="start_month", value="2027-03", reason="误", actor=self.actor(), at=self.now
        )

    def withdraw_late(self) -> None:
        if self.random.random() < 0.2:
            messages.deliver("WITHDRAW", case_id=self.case.pk, payload={}, actor=SYSTEM, at=self.now)

    def reject(self) -> None:
        if self.random.random() < 0.1:
            cases.reject(self.case.pk, reason_code="R", reason="不符", actor=self.actor(), at=self.now)

    def forget(self) -> None:
        memory.forget()


@pytest.mark.parametrize("seed", range(WALKS))
def test_a_random_history_leaves_everything_in_agreement(real_office: Office, seed: int) -> None:
    walk = Walk(real_office, seed)

    walk.go()

    assert walk.done
    assert JournalEntry.objects.filter(case=walk.case).count() == Case.objects.get(pk=walk.case.pk).version
