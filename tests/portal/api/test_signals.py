"""Signals through the API: on record at once, only where the sender may, once under one key."""

from __future__ import annotations

from bpm_core.models import Outbox
from tests.bpm_core.commands.conftest import Office
from tests.portal.api.test_messages import Caller, add_machine, machine, token_of


def signaller() -> Caller:
    account = add_machine("siren", "410823000000")
    return Caller(token_of(account, "signals:throw", machine=True))


def test_a_signal_is_on_record_when_it_is_answered(real_office: Office) -> None:
    answer = signaller().post("/api/signals", {"name": "FLOOD", "payload": {"level": 3}})

    assert answer.status_code == 202, answer.content
    row = Outbox.objects.get(pk=answer.json()["event"])
    assert (row.topic, row.body["name"], row.body["office"]) == ("crossing.signal", "FLOOD", "410823000000")
    assert "level" not in str(row.body)


def test_a_signal_sent_again_under_its_key_is_thrown_once(real_office: Office) -> None:
    sender = signaller()

    first, again = (sender.post("/api/signals", {"name": "FLOOD"}, key="s") for _ in range(2))

    assert first.content == again.content
    assert Outbox.objects.filter(topic="crossing.signal").count() == 1


def test_a_key_for_messages_opens_no_signals(real_office: Office) -> None:
    assert machine().post("/api/signals", {"name": "FLOOD"}).status_code == 403
