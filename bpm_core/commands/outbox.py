"""What became of an event that was handed out: taken, or to be told again until somebody takes it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from bpm_core.domain import authority, retries
from bpm_core.domain.actors import Actor
from bpm_core.models import Outbox

_LONGEST_ERROR = 500


def sent(event_ids: Collection[int], *, at: datetime) -> None:
    """Record that the events were taken; a second record changes nothing."""
    Outbox.objects.filter(pk__in=event_ids, sent_at__isnull=True).update(sent_at=at, lease_until=None, last_error="")


def not_sent(event_id: int, *, attempt: int, error: str, at: datetime) -> None:
    """Record a failed try and when the next one is. An event is never given up: half-hourly at last, for good."""
    Outbox.objects.filter(pk=event_id, sent_at__isnull=True).update(
        due_at=at + retries.wait_after(attempt), lease_until=None, last_error=error[:_LONGEST_ERROR]
    )


def again(event_id: int, *, at: datetime) -> None:
    """There is more to do for this event: it is due once more, and no try is counted."""
    Outbox.objects.filter(pk=event_id, sent_at__isnull=True).update(due_at=at, attempt=0, lease_until=None)


def tell_again(*, actor: Actor, at: datetime) -> int:
    """Let every event that was not taken be told again now instead of at its next turn; how many there are."""
    authority.require(actor, "event.tell_again")
    waiting = Outbox.objects.filter(sent_at__isnull=True, attempt__gt=0)
    return waiting.update(due_at=at, attempt=0, lease_until=None)
