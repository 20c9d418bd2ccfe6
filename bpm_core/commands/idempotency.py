"""The same request twice has one outcome: answers kept under the caller's key, written with the step."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime, timedelta
from typing import Any

from bpm_core.domain.actors import Actor
from bpm_core.domain.errors import IdempotencyConflict, InvalidData
from bpm_core.models import IdempotencyKey

MAX_KEY = 100
#: How long the same request gets the same answer (security-and-reliability.md section 3.2: replays after a day).
KEPT = timedelta(days=7)


def caller(actor: Actor) -> str:
    """Under whose name keys are kept: one person's key never meets another's."""
    return f"{actor.kind.value}:{actor.account_id if actor.account_id is not None else actor.display}"


def digest(verb: str, request: Any) -> str:
    """What tells one request from another."""
    text = json.dumps([verb, request], sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def check_key(key: str | None) -> None:
    """Refuse with InvalidData a key that is empty or too long."""
    if key is not None and not 0 < len(key) <= MAX_KEY:
        raise InvalidData(f"an idempotency key has 1 to {MAX_KEY} characters", code="idempotency_key", length=len(key))


def answer(actor: Actor, key: str, request_digest: str) -> dict[str, Any] | None:
    """The answer given under this key, None when it is new; refuses with IdempotencyConflict another request."""
    row = IdempotencyKey.objects.filter(actor=caller(actor), key=key).first()
    if row is None:
        return None
    if row.digest != request_digest:
        raise IdempotencyConflict("this idempotency key was used for another request", key=key)
    return row.answer


def given(actor: Actor, key: str) -> dict[str, Any]:
    """What was answered under a key that is known to be used."""
    return IdempotencyKey.objects.values_list("answer", flat=True).get(actor=caller(actor), key=key)


def row(actor: Actor, key: str, request_digest: str, given: dict[str, Any], at: datetime) -> dict[str, Any]:
    """The row that remembers the answer."""
    return {"actor": caller(actor), "key": key, "digest": request_digest, "answer": given, "at": at}


def forget_old(*, at: datetime) -> int:
    """Drop answers that nobody can ask for again; gives how many were dropped."""
    dropped, _ = IdempotencyKey.objects.filter(at__lt=at - KEPT).delete()
    return dropped
