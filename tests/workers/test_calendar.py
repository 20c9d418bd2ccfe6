"""A changed calendar reaches the running limits through the worker."""

from __future__ import annotations

from datetime import date

from bpm_core.commands import actors, calendar_days
from bpm_core.models import Account, Clock, OrgUnit, Outbox, Post
from tests.bpm_core.commands.conftest import AT, Office
from workers.simulator.server import Simulator
from workers.sweeper import Sweeper


def test_the_worker_counts_running_limits_anew(office: Office, simulator: Simulator, sweeper: Sweeper) -> None:
    case = office.reviewed()
    account = Account.objects.create(username="sysadmin")
    unit = OrgUnit.objects.get(code="410800000000")
    Post.objects.create(account=account, unit=unit, role="system_admin", from_on=date(2020, 1, 1))
    admin = actors.actor_for(account, AT.date())
    before = Clock.objects.get(case=case, kind="legal").due_on

    day = date(2026, 11, 19)
    calendar_days.set_days(day, day, working=False, name="放假", source="通知", actor=admin, at=AT)
    sweeper.drain()

    assert Clock.objects.get(case=case, kind="legal").due_on > before
    assert Outbox.objects.get(topic=calendar_days.CHANGED).sent_at is not None
    assert all(event["type"] != "cn.guicheng.calendar.changed" for event in simulator.board.events)
