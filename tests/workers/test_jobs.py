"""Automatic steps: answered, failing and tried again, given to a person; and never done twice."""

from __future__ import annotations

from collections.abc import Mapping
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import connection

from bpm_core.commands import incidents, leasing
from bpm_core.models import CaseFact, Incident, Job, JournalEntry, WorkItem
from tests.bpm_core.commands.conftest import AT, Office
from tests.workers.conftest import Clock
from workers import connectors, jobs
from workers.connectors.contract import Request
from workers.connectors.registers import Registers
from workers.simulator.server import Simulator
from workers.sweeper import Sweeper


class Broken(Registers):
    """A connector with a mistake of its own, and the number of whom it was asked about in its text."""

    def call(self, request: Request, *, timeout_s: float) -> Mapping[str, Any]:
        raise KeyError(request.subject.number)


class Deadly(Registers):
    """A connector that takes its worker with it."""

    def call(self, request: Request, *, timeout_s: float) -> Mapping[str, Any]:
        raise SystemExit(9)


def test_the_registers_answer_moves_the_case_on(office: Office, simulator: Simulator, sweeper: Sweeper) -> None:
    case = office.applied()

    sweeper.drain()

    job = Job.objects.get(case=case)
    assert (job.state, job.attempt, job.last_error) == ("done", 1, "")
    assert CaseFact.objects.get(case=case, name="insured_months").source == "register"
    assert WorkItem.objects.get(case=case, closed_at=None).element_id == "S30"


def test_a_failed_try_waits_longer_each_time_and_the_third_opens_one_incident(
    office: Office, simulator: Simulator, sweeper: Sweeper, clock: Clock
) -> None:
    case = office.applied()
    simulator.board.order("SIDB", "error", 99)

    for wait_minutes, attempt in ((1, 1), (5, 2)):
        sweeper.drain()
        job = Job.objects.get(case=case)
        assert (job.state, job.attempt) == ("waiting", attempt)
        assert (job.due_at - clock.at).total_seconds() == wait_minutes * 60
        assert "SIDB" in job.last_error
        clock.go_on(minutes=wait_minutes)
    sweeper.drain()
    clock.go_on(days=1)
    sweeper.drain()

    job = Job.objects.get(case=case)
    assert (job.state, job.attempt) == ("failed", 3)
    incident = Incident.objects.get(case=case)
    assert (incident.job_id, incident.element_id, incident.resolved_at) == (job.pk, "S20", None)


def test_other_jobs_go_on_beside_one_that_fails(office: Office, simulator: Simulator, sweeper: Sweeper) -> None:
    first = office.applied()
    second = office.applied(despite_open="another matter")
    simulator.board.order("SIDB", "garbage", 1)

    sweeper.drain()

    assert Job.objects.get(case=first).state == "waiting"
    assert Job.objects.get(case=second).state == "done"


def test_an_operator_lets_it_try_again_and_it_succeeds(
    office: Office, simulator: Simulator, sweeper: Sweeper, clock: Clock
) -> None:
    case = office.applied()
    simulator.board.order("SIDB", "error", 3)
    for _ in range(3):
        sweeper.drain()
        clock.go_on(minutes=10)

    incidents.retry(Incident.objects.get(case=case).pk, actor=office.actor("manager"), at=clock.at)
    sweeper.drain()

    job = Job.objects.get(case=case)
    assert (job.state, job.attempt) == ("done", 1)
    assert Incident.objects.get(case=case).resolution == "retried"


def test_a_mistake_of_a_connector_counts_as_a_try_and_tells_nobodys_number(
    office: Office, sweeper: Sweeper, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    case = office.applied()
    monkeypatch.setitem(connectors.CONNECTORS, "registers", Broken())

    sweeper.drain()

    job = Job.objects.get(case=case)
    assert (job.state, job.attempt) == ("waiting", 1)
    assert job.last_error == "the connector registers failed: KeyError"
    assert "11010519491231002X" not in caplog.text
    assert "KeyError" in caplog.text


def test_a_job_that_kills_its_worker_runs_out_of_tries(
    office: Office, sweeper: Sweeper, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = office.applied()
    monkeypatch.setitem(connectors.CONNECTORS, "registers", Deadly())

    for attempt in (1, 2, 3):
        with pytest.raises(SystemExit):
            sweeper.drain()
        job = Job.objects.get(case=case)
        assert (job.state, job.attempt) == ("leased", attempt)
        sweeper.drain()  # its lease keeps everybody else away
        assert Job.objects.get(case=case).attempt == attempt
        clock.go_on(seconds=61)
    sweeper.drain()

    assert Job.objects.get(case=case).state == "failed"
    assert Incident.objects.filter(case=case).count() == 1


def test_an_answer_after_the_case_went_elsewhere_changes_nothing(
    office: Office, simulator: Simulator, sweeper: Sweeper
) -> None:
    case = office.applied()
    (job,) = leasing.take_jobs(worker="slow:1", at=AT)
    Job.objects.filter(pk=job.pk).update(lease_until=AT)
    sweeper.drain()
    steps = JournalEntry.objects.filter(case=case).count()

    jobs.run(job, now=lambda: AT)

    assert JournalEntry.objects.filter(case=case).count() == steps
    assert Job.objects.get(case=case).state == "done"


def test_the_question_names_the_person_and_the_row_does_not(
    office: Office, simulator: Simulator, monkeypatch: pytest.MonkeyPatch, sweeper: Sweeper
) -> None:
    asked: list[Request] = []

    class Listening(Registers):
        def call(self, request: Request, *, timeout_s: float) -> Mapping[str, Any]:
            asked.append(request)
            return super().call(request, timeout_s=timeout_s)

    monkeypatch.setitem(connectors.CONNECTORS, "registers", Listening())
    case = office.applied()
    sweeper.drain()

    assert asked[0].subject.number == "11010519491231002X"
    assert asked[0].systems == (("SIDB", "months"),)
    assert asked[0].key.startswith(case.number)
    assert "11010519491231002X" not in str(Job.objects.filter(case=case).values().get())


def test_many_workers_do_each_job_once(real_office: Office, simulator: Simulator) -> None:
    cases = [real_office.applied(despite_open="load") for _ in range(12)]
    barrier = Barrier(4)

    def work(number: int) -> None:
        barrier.wait()
        try:
            Sweeper(name=f"test:{number}", now=lambda: AT).drain()
        finally:
            connection.close()

    threads = [Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    rows = Job.objects.filter(case__in=cases)
    assert [(row.state, row.attempt) for row in rows] == [("done", 1)] * 12
    assert JournalEntry.objects.filter(case__in=cases, action="job.finished").count() == 12
