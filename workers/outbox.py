"""Events of the outbox handed to the receiver after commit, at least once, in the order they are due."""

from __future__ import annotations

from datetime import date, datetime

from django.conf import settings

from bpm_core.commands import calendar_days, clocks, crossing, interlocks, leasing, migration, outbox, thrown
from bpm_core.domain.errors import Refused
from bpm_core.models import Outbox
from bpm_core.models.outbox import CARRIED_ON
from workers import events, exchange
from workers.connectors import transport
from workers.connectors.contract import CallFailed

_TIMEOUT_S = 5.0
#: What is done in this house and told to nobody outside.
OURS = (*thrown.TOPICS, CARRIED_ON)


def send_due(worker: str, *, at: datetime) -> int:
    """Send a batch of events; how many were leased.

    What was sent is written once at the end of the batch: a worker killed before that tells the batch again, which
    receivers know by the ids. After the first event that fails the rest of the batch is put off untried: a receiver
    that is away is away for all of them.
    """
    leased = leasing.take_events(worker=worker, at=at)
    taken: list[int] = []
    away = ""
    for event in leased:
        own = event.topic in OURS
        if not own:
            if not _handed_over(event, at):
                continue
            away = away or _send(event, at)
        more, why = _done_here(event, at) if own else (False, away)
        if more:
            outbox.again(event.pk, at=at)
        elif why:
            outbox.not_sent(event.pk, attempt=event.attempt, error=why, at=at)
        else:
            taken.append(event.pk)
    if taken:
        outbox.sent(taken, at=at)
    return len(leased)


def _handed_over(event: Outbox, at: datetime) -> bool:
    """Give the event to the cases of ours and the offices it is for; False when it is to be tried again."""
    try:
        interlocks.forward(event, at=at)
        failed = exchange.send(event, at=at)
    except Refused as refusal:
        failed = f"{refusal.code}: not handed over"
    if failed:
        outbox.not_sent(event.pk, attempt=event.attempt, error=failed, at=at)
    return not failed


def _done_here(event: Outbox, at: datetime) -> tuple[bool, str]:
    """For an event that nobody outside is told: whether there is more to do, and why it could not be done."""
    try:
        if event.topic == CARRIED_ON:
            return migration.next_batch(event, at=at), ""
        crossing.hand_on(event, at=at)
    except Refused as refused:
        return False, f"{refused.reason}: {refused}"
    return False, ""


def _send(event: Outbox, at: datetime) -> str:
    """Why the event was not taken; "" when it was. Without a receiver an event counts as told."""
    if event.topic == calendar_days.CHANGED:  # ours alone: running limits are counted anew
        clocks.recount(since=date.fromisoformat(event.body["first"]), at=at)
        return ""
    if not settings.EVENTS_URL:
        return ""
    body, signature = events.signed(events.envelope(event))
    headers = {events.SIGNATURE_HEADER: signature, "Idempotency-Key": str(event.pk)}
    try:
        status, _ = transport.post(
            settings.EVENTS_URL, body, timeout_s=_TIMEOUT_S, what="the receiver of events", headers=headers
        )
    except CallFailed as failure:
        return f"{failure.code}: {failure}"
    return "" if 200 <= status < 300 else f"refused: the receiver answered with status {status}"
