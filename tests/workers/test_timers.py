"""Due timers fire once: late, doubled, or after a day in which nothing ran."""

from __future__ import annotations

from datetime import timedelta

from bpm_core.commands import cases
from bpm_core.models import Case, JournalEntry, Timer
from tests.bpm_core.commands.conftest import Office
from tests.workers.conftest import Clock
from workers.simulator.server import Simulator
from workers.sweeper import Sweeper


def waiting(office: Office) -> Case:
    case = office.reviewed()
    office.do(case, "S30", "first", first_result="pass")
    office.do(case, "S40", "second", second_result="pass")
    return case


def test_a_timer_does_not_fire_before_its_time(
    office: Office, simulator: Simulator, sweeper: Sweeper, clock: Clock
) -> None:
    case = waiting(office)
    clock.at = Timer.objects.get(case=case).due_at - timedelta(seconds=1)

    sweeper.drain()

    assert Timer.objects.get(case=case).fired_at is None
    case.refresh_from_db()
    assert case.status == "running"


def test_a_timer_fires_once_and_ends_what_waited_for_it(
    office: Office, simulator: Simulator, sweeper: Sweeper, clock: Clock
) -> None:
    case = waiting(office)
    clock.at = Timer.objects.get(case=case).due_at

    sweeper.drain()
    clock.go_on(hours=1)
    Sweeper(name="test:2", now=clock).drain()

    case.refresh_from_db()
    assert (case.status, case.end_element) == ("completed", "E1")
    assert JournalEntry.objects.filter(case=case, action="timer.fired").count() == 1


def test_after_a_day_off_everything_due_fires_the_oldest_first(
    office: Office, simulator: Simulator, sweeper: Sweeper, clock: Clock
) -> None:
    first = waiting(office)
    clock.go_on(days=5)

    sweeper.drain()

    first.refresh_from_db()
    assert first.status == "completed"
    assert not Timer.objects.filter(fired_at=None, cancelled_at=None).exists()


def test_a_suspended_cases_timer_waits_until_it_goes_on(
    office: Office, simulator: Simulator, sweeper: Sweeper, clock: Clock
) -> None:
    case = waiting(office)
    cases.suspend(case.pk, ground="third_party", note="court decides", actor=office.actor("first"), at=clock.at)
    clock.go_on(days=5)
    sweeper.drain()
    assert Timer.objects.get(case=case).fired_at is None

    cases.resume(case.pk, proof="decision came", actor=office.actor("first"), at=clock.at)
    clock.go_on(hours=2)
    sweeper.drain()

    case.refresh_from_db()
    assert case.status == "completed"
