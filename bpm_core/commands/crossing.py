"""Messages and signals that cross from one case to others, through rows of our own: never lost, never taken twice.

The step that throws one writes a row of the outbox in its own transaction (thrown.py). A worker hands it on as often
as it must; every taker writes the event's key with its step, so that the second time changes nothing.

- A message has one receiver: the case that waits under its correlation key; without a key, the oldest waiting case of
  the same applicant (of none, when the sender has none). Nobody waits: a process that starts with it is started.
- A signal reaches every waiting case but its own, which the engine has told already, and starts what starts with it.

A message whose step names its parties is addressed to those and comes by interlocks.py, not this way.

Source: BPMN 2.0.2 (ISO/IEC 19510) 8.4.4 correlation, 10.5.1 publication and broadcast. Who is meant by a message
without a key the standard leaves to the engine: here never somebody else's case.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet

from bpm_core import engine
from bpm_core.commands import cases, idempotency, loading, messages
from bpm_core.commands.results import Moved
from bpm_core.commands.thrown import MESSAGE, SIGNAL, Event, opened, row
from bpm_core.commands.unit import command, on_case
from bpm_core.commands.waits import correlation_key
from bpm_core.domain import authority, lifecycle
from bpm_core.domain.actors import SYSTEM, Actor
from bpm_core.domain.authority import Record
from bpm_core.domain.errors import EngineRefused, NotFound, Refused, WrongState
from bpm_core.models import IdempotencyKey, Outbox, ProcessDefinition, Subscription

_LATER = timedelta(hours=1)  # a case that people let stand still is told again after this long
_TRIES = 5


def hand_on(event: Outbox, *, at: datetime) -> int:
    """Hand an event of the outbox to those it concerns; how many took it now. Safe to run again.

    Refuses with WrongState when the one case it is for stands still: it is told again later.
    """
    told = opened(event)
    mine = Q(key=told.key) | Q(key__startswith=f"{told.key}:")
    keys = IdempotencyKey.objects.filter(mine, actor=idempotency.caller(SYSTEM))
    done = set(keys.values_list("key", flat=True))
    if event.topic == MESSAGE:
        return 0 if told.key in done else _message(told, at)
    return _signal(told, done, at)


# -- messages


def _message(event: Event, at: datetime) -> int:
    for _ in range(_TRIES):
        waiting = _receiver(event)
        if waiting is None:
            break
        try:
            take(waiting.case_id, token=waiting.token, event=_for_journal(event), payload=dict(event.payload),
                 actor=SYSTEM, at=at, key=event.key)  # fmt: skip
            return 1
        except NotFound:
            continue  # it was overtaken meanwhile: look again
    for definition in _started_by("message", event.name)[:1]:
        return _start(definition, event, at, message=event.name, key=event.key)
    if event.correlation:
        _late(event, "nobody_waits", at)
    return 0


def _receiver(event: Event) -> Subscription | None:
    waiting = Subscription.objects.filter(kind="message", name=event.name, case__ended_at=None).exclude(name="")
    if event.correlation:
        waiting = waiting.filter(correlation=correlation_key(event.correlation))
    else:
        person, enterprise = _parties(event)
        waiting = waiting.filter(correlation="", case__person_id=person, case__enterprise_id=enterprise)
    return waiting.order_by("id").first()


def _parties(event: Event) -> tuple[Any, Any]:
    sender = event.sender
    return (sender.person_id, sender.enterprise_id) if sender is not None else (None, None)


def _late(event: Event, reason: str, at: datetime) -> None:
    sender = event.sender.pk if event.sender else None
    messages.put_on_record(event.name[:120], sender, event.payload, reason, at)


# -- signals


def _signal(event: Event, done: set[str], at: datetime) -> int:
    reached = 0
    for case_id in list(listening(event).order_by("case_id").values_list("case_id", flat=True).distinct()):
        key = f"{event.key}:{case_id}"
        if key in done or (event.only is None and f"{key}:later" in done):
            continue
        try:
            catch(case_id, event=_for_journal(event), payload=dict(event.payload), actor=SYSTEM, at=at, key=key)
            reached += 1
        except WrongState:
            if event.only is not None:
                raise
            _again_later(event, case_id, key, at)
        except (NotFound, EngineRefused) as refused:
            if isinstance(refused, EngineRefused) and refused.facts.get("engine") != "unknown_token":
                raise
    if event.only is None:
        for definition in _started_by("signal", event.name):
            key = f"{event.key}:{definition.key}"[: idempotency.MAX_KEY]
            if key not in done:
                reached += _start(definition, event, at, signal=event.name, key=key)
    return reached


def listening(event: Event) -> QuerySet[Subscription]:
    """What waits for a signal where it may reach."""
    waiting = Subscription.objects.filter(kind="signal", name=event.name, case__ended_at=None)
    if event.only is not None:
        return waiting.filter(case_id=event.only)
    if event.sender is not None:
        waiting = waiting.exclude(case=event.sender)
    if event.within:
        reach = waiting.none()
        for path in event.within:
            reach = reach | waiting.filter(case__unit__path__startswith=path)
        return reach
    return waiting


def _again_later(event: Event, case_id: int, key: str, at: datetime) -> None:
    """A case that stands still hears of it when it goes on: an event of its own waits for that."""
    sender = event.sender.pk if event.sender else None
    again = row(SIGNAL, event.name, event.payload, case_id=sender, at=at, only=case_id, event=event.id)
    with transaction.atomic():
        Outbox.objects.create(**(again | {"due_at": at + _LATER}))
        IdempotencyKey.objects.create(**idempotency.row(SYSTEM, f"{key}:later", "", {}, at))


# -- what a taker does


def _for_journal(event: Event) -> dict[str, Any]:
    return {"name": event.name, "event": event.id, "from": event.sender.number if event.sender else ""}


@command()
def take(
    case_id: int, *, token: str, event: dict[str, Any], payload: dict[str, Any], actor: Actor, at: datetime,
    key: str | None = None,
) -> Moved:  # fmt: skip
    """A message from another case comes to the wait `token`; values its step does not take are left out."""
    with on_case(case_id, actor=actor, at=at, key=key) as unit:
        authority.require(actor, "message.deliver", Record(path=unit.handling.path))
        lifecycle.move_case(unit.status, "advance")
        waiting = Subscription.objects.filter(case_id=case_id, token=token).first()
        if waiting is None:
            raise NotFound("the case no longer waits for this message", kind="message")
        unit.record("message.received", element_id=waiting.element_id, **event)
        read = messages.declared(unit, waiting.process_key, waiting.element_id, payload)
        messages.take(unit, waiting, read, engine.deliver, token)
    return unit.result()


@command()
def catch(
    case_id: int, *, event: dict[str, Any], payload: dict[str, Any], token: str | None = None, actor: Actor,
    at: datetime, key: str | None = None,
) -> Moved:  # fmt: skip
    """A signal comes to every place of a case that waits for it, or to the one wait `token`."""
    with on_case(case_id, actor=actor, at=at, key=key) as unit:
        authority.require(actor, "signal.throw", Record(path=unit.handling.path))
        lifecycle.move_case(unit.status, "advance")
        waits = Subscription.objects.filter(case_id=case_id, kind="signal", name=event["name"])
        waiting = (waits.filter(token=token) if token is not None else waits).order_by("id").first()
        if waiting is None:
            raise NotFound("the case does not wait for this signal", kind="signal", name=event["name"])
        unit.record("signal.received", element_id=waiting.element_id, **event)
        read = messages.declared(unit, waiting.process_key, waiting.element_id, payload)
        if token is None:
            messages.take(unit, waiting, read, engine.throw_signal, event["name"])
        else:
            messages.take(unit, waiting, read, engine.deliver, token)
    return unit.result()


# -- what begins with an event


def _started_by(kind: str, name: str) -> list[ProcessDefinition]:
    rows = ProcessDefinition.objects.filter(is_current=True, callable_only=False).defer("archive", "report")
    return [row for row in rows.order_by("key") if (kind, name) in loading.load(row.pk).executable.triggers]


def _start(definition: ProcessDefinition, event: Event, at: datetime, *, key: str, **by: str) -> int:
    sender = event.sender
    try:
        cases.start(
            definition.pk,
            unit_code=event.office,
            person_id=sender.person_id if sender else None,
            enterprise_id=sender.enterprise_id if sender else None,
            variables=dict(event.payload),
            channel="message",
            synthetic=bool(sender and sender.synthetic),
            actor=SYSTEM,
            at=at,
            key=key,
            **by,
        )
    except Refused as refused:
        _late(event, refused.reason, at)  # a case of the matter is open already, or no office is named
        return 0
    return 1
