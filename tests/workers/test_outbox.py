"""Events reach their receiver at least once, signed, and hold nothing about a person."""

from __future__ import annotations

import json
from typing import Any

from bpm_core.models import Outbox
from tests.bpm_core.commands.conftest import Office
from tests.workers.conftest import Clock
from tests.workers.test_timers import waiting
from workers import events
from workers.simulator.server import Simulator
from workers.sweeper import Sweeper


def test_an_event_is_told_as_a_signed_cloud_event(office: Office, simulator: Simulator, sweeper: Sweeper) -> None:
    case = waiting(office)

    sweeper.drain()

    row = Outbox.objects.get(case=case, topic="message.sent")
    assert row.sent_at is not None
    (event,) = [one for one in simulator.board.events if one["id"] == str(row.pk)]
    assert event["specversion"] == "1.0"
    assert event["type"] == "cn.guicheng.message.sent"
    assert event["data"]["case"] == case.number


def test_no_event_tells_anything_about_a_person(office: Office, simulator: Simulator, sweeper: Sweeper) -> None:
    waiting(office)

    sweeper.drain()

    told = json.dumps(list(simulator.board.events), ensure_ascii=False)
    assert simulator.board.events
    for secret in ("11010519491231002X", "单雄信", "13800005678", "6222020200112233445"):
        assert secret not in told


def test_a_wrong_signature_is_refused_and_told_again_later(
    office: Office, simulator: Simulator, sweeper: Sweeper, clock: Clock, settings: Any
) -> None:
    waiting(office)
    settings.EVENT_SECRET = "another"

    sweeper.drain()

    row = Outbox.objects.get(topic="message.sent")
    assert (row.sent_at, row.attempt) == (None, 1)
    assert row.last_error == "refused: the receiver answered with status 401"
    assert (row.due_at - clock.at).total_seconds() == 60

    settings.EVENT_SECRET = ""
    clock.go_on(minutes=1)
    sweeper.drain()
    row.refresh_from_db()
    assert row.sent_at is not None


def test_an_event_is_never_given_up(office: Office, sweeper: Sweeper, clock: Clock, settings: Any) -> None:
    settings.EVENTS_URL = "http://127.0.0.1:9/events"  # nobody listens at the discard port
    settings.SIMULATOR_URL = "http://127.0.0.1:9"
    waiting(office)

    for _ in range(6):
        sweeper.drain()
        clock.go_on(minutes=31)

    row = Outbox.objects.get(topic="message.sent")
    assert row.sent_at is None
    assert row.attempt == 6
    assert row.last_error.startswith("unreachable")


def test_without_a_receiver_events_count_as_told(office: Office, sweeper: Sweeper, settings: Any) -> None:
    settings.EVENTS_URL = ""
    waiting(office)

    sweeper.drain()

    assert not Outbox.objects.filter(sent_at=None).exists()


def test_the_same_event_is_signed_the_same_way_each_time(office: Office) -> None:
    waiting(office)
    row = Outbox.objects.get(topic="message.sent")

    assert events.signed(events.envelope(row)) == events.signed(events.envelope(row))
