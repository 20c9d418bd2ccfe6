"""A signal thrown from outside: to everything that waits for it where the thrower may, or to one case alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from bpm_core.commands import crossing, idempotency, places, thrown, work_items
from bpm_core.commands.results import Moved
from bpm_core.domain import authority
from bpm_core.domain.actors import Actor
from bpm_core.domain.errors import InvalidData, NotAllowed
from bpm_core.models import IdempotencyKey, Outbox

LONGEST_NAME = 120


@dataclass(frozen=True, slots=True)
class Thrown:
    """A signal on its way: the event's id, and how many cases wait for it now."""

    id: int
    waiting: int


def throw(
    name: str,
    *,
    payload: Mapping[str, object] | None = None,
    unit_code: str = "",
    actor: Actor,
    at: datetime,
    key: str | None = None,
) -> Thrown:
    """Broadcast a signal: it is on record when this answers, and a worker hands it to every waiting case.

    payload     values by name; each case takes those that its waiting step declares (a plain diagram: all)
    unit_code   office of the cases that begin with the signal; by default that of the actor
    Cases of the offices where the actor may throw signals are reached, and no others.
    """
    _check_name(name)
    authority.require(actor, "signal.throw")
    idempotency.check_key(key)
    digest = idempotency.digest("signals.throw", [name, payload, unit_code])
    if key and (known := idempotency.answer(actor, key, digest)):
        return Thrown(**known)
    office = unit_code or actor.unit_code
    if office:
        places.by_code(office)
    within = [] if actor.is_automatic else sorted({post.path for post in actor.posts if _may(actor, post.path)})
    if not within and not actor.is_automatic:
        raise NotAllowed("the actor may throw signals in no office", action="signal.throw")
    row = thrown.row(
        thrown.SIGNAL, name, work_items.read_any(payload or {}), at=at, within=within, office=office,
        by=actor.account_id,
    )  # fmt: skip
    try:
        with transaction.atomic():
            event = Outbox.objects.create(**row)
            waiting = crossing.listening(thrown.opened(event)).values("case_id").distinct().count()
            answer = Thrown(event.pk, waiting)
            if key:
                IdempotencyKey.objects.create(**idempotency.row(actor, key, digest, asdict(answer), at))
    except IntegrityError:
        if key and (known := idempotency.answer(actor, key, digest)):
            return Thrown(**known)
        raise
    return answer


def _may(actor: Actor, path: str) -> bool:
    return authority.may(actor, "signal.throw", authority.Record(path=path))


def throw_at(
    case_id: int,
    name: str,
    *,
    payload: Mapping[str, object] | None = None,
    token: str | None = None,
    actor: Actor,
    at: datetime,
    key: str | None = None,
) -> Moved:
    """Hand a signal to one case alone, or to one of its waits. Refuses with NotFound when it does not wait for it."""
    _check_name(name)
    values: dict[str, Any] = work_items.read_any(payload or {})
    return crossing.catch(
        case_id, event={"name": name, "event": 0, "from": ""}, payload=values, token=token, actor=actor, at=at, key=key
    )


def _check_name(name: str) -> None:
    if not name.strip() or len(name) > LONGEST_NAME:
        raise InvalidData(f"a signal has a name of 1 to {LONGEST_NAME} characters", code="signal_name")
