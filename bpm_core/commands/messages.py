"""A message from outside reaches the case that waits for it, or is kept as late; none is dropped in silence."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from bpm_core import engine
from bpm_core.commands import idempotency, ledger, places, work_items
from bpm_core.commands.applying import apply
from bpm_core.commands.attempts import request_digest
from bpm_core.commands.results import Moved
from bpm_core.commands.unit import Unit, command, on_case
from bpm_core.commands.waits import correlation_key
from bpm_core.domain import authority, lifecycle
from bpm_core.domain.actors import Actor
from bpm_core.domain.authority import Record
from bpm_core.domain.calendar import civil_date
from bpm_core.domain.errors import FieldError, InvalidData, NotFound
from bpm_core.models import Case, IdempotencyKey, LateMessage, Subscription
from bpm_core.notation import forms
from bpm_core.notation.fields import Field, FormSchema
from bpm_core.notation.model import Element, ValueSpec


@dataclass(frozen=True)
class Late:
    """Nobody was waiting for the message; it is on record under `id`."""

    id: int
    reason: str
    case_id: int | None = None


def _again(answer: dict[str, Any]) -> Moved | Late:
    return Late(**answer) if "reason" in answer else Moved.from_json(answer)


@command(recall=_again)
def deliver(
    name: str,
    *,
    case_id: int | None = None,
    correlation: str | None = None,
    person_id: UUID | None = None,
    token: str | None = None,
    payload: Mapping[str, object] | None = None,
    sender: str = "",
    actor: Actor,
    at: datetime,
    key: str | None = None,
) -> Moved | Late:
    """Hand a message to the one case that waits for it; without one, record it as late and say so.

    Exactly one of case_id, correlation and person_id says whose it is; `token` says which of several waits of a case.
    `payload` holds answers by the names the waiting step declares; others are refused with InvalidData. A step of a
    plain diagram declares none and takes all. `sender` is the number of the case that sent it.
    """
    given = [what for what in (case_id, correlation, person_id) if what is not None]
    if len(given) != 1:
        raise InvalidData("a message names one case, one correlation key or one person", code="addressee")
    waiting = _waiting(name, case_id, correlation, person_id, token)
    if waiting is None:
        return _late(name, case_id, payload or {}, "nobody_waits", actor, at, key)
    token = waiting.token
    return _deliver(
        waiting.case_id, name=name, token=token, payload=payload or {}, sender=sender, actor=actor, at=at, key=key
    )


def _waiting(
    name: str, case_id: int | None, correlation: str | None, person_id: UUID | None, token: str | None
) -> Subscription | None:
    query = Subscription.objects.filter(kind="message", name=name, case__ended_at=None)
    if token is not None:
        query = query.filter(token=token)
    if case_id is not None:
        if not Case.objects.filter(pk=case_id).exists():
            raise NotFound("there is no such case", kind="case")
        query = query.filter(case_id=case_id)
    elif correlation is not None:
        # Who waits without a key has none.
        query = query.filter(correlation=correlation_key(correlation)).exclude(correlation="")
    else:
        query = query.filter(case__person_id=person_id)
    return query.order_by("id").first()


def _late(
    name: str,
    case_id: int | None,
    payload: Mapping[str, object],
    reason: str,
    actor: Actor,
    at: datetime,
    key: str | None,
) -> Late:
    if case_id is not None:
        units = Case.objects.values_list("entry_unit_id", "unit_id").get(pk=case_id)
        entry, handling = (places.by_id(unit_id).path for unit_id in units)
        near = entry if any(post.path == entry for post in actor.posts) else handling
        authority.require(actor, "message.deliver", Record(path=near))
    else:
        authority.require(actor, "message.deliver")
    with transaction.atomic():
        late = put_on_record(name, case_id, payload, reason, at)
        if key:  # the same message sent again is not late twice
            IdempotencyKey.objects.create(**idempotency.row(actor, key, request_digest(), asdict(late), at))
    return late


def put_on_record(name: str, case_id: int | None, payload: Mapping[str, object], reason: str, at: datetime) -> Late:
    """The record of a message that nobody could take; of its values a digest is kept."""
    text = json.dumps(dict(payload), sort_keys=True, ensure_ascii=False, default=str)
    row = LateMessage.objects.create(
        case_id=case_id, name=name, payload_digest=hashlib.sha256(text.encode()).hexdigest(), at=at, reason=reason[:40]
    )
    return Late(row.pk, reason, case_id)


def _deliver(
    case_id: int,
    *,
    name: str,
    token: str,
    payload: Mapping[str, object],
    sender: str = "",
    actor: Actor,
    at: datetime,
    key: str | None = None,
) -> Moved:
    with on_case(case_id, actor=actor, at=at, key=key) as unit:
        authority.require(actor, "message.deliver", Record(path=unit.near_path))
        lifecycle.move_case(unit.status, "advance")
        waiting = Subscription.objects.filter(case_id=case_id, token=token).first()
        if waiting is None:
            raise NotFound(f"the case no longer waits for {name}", kind="message", name=name)
        element = unit.loaded.element(waiting.process_key, waiting.element_id)
        if unit.loaded.takes_any(waiting.process_key):
            read = work_items.read_any(payload)
        else:
            read = _read(element, payload, at)
        told = {"sender": sender} if sender else {}
        unit.record("message.received", element_id=waiting.element_id, name=name, **told)
        take(unit, waiting, read, engine.deliver, token)
    return unit.result()


def take(unit: Unit, waiting: Subscription, read: Mapping[str, Any], happens: Any, what: str) -> None:
    """Let what a case waited for happen: its values are recorded, those the process reads go to the engine."""
    source = "message" if waiting.kind == "message" else "signal"
    keep_values(unit, read, source=source, element_id=waiting.element_id)
    routed = {key: value for key, value in read.items() if key in unit.loaded.routing_names}
    advance = unit.ask(happens, what, routed)
    apply(unit, advance, source="decision")
    ledger.after(unit, advance)


def declared(unit: Unit, process_key: str, element_id: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """Those of the values that a step takes: what it declares, or everything where a plain diagram declares nothing."""
    if unit.loaded.takes_any(process_key):
        return dict(given)
    element = unit.loaded.element(process_key, element_id)
    names = {spec.name for spec in element.outputs} if element else set()
    return {name: value for name, value in given.items() if name in names}


def keep_values(unit: Unit, read: Mapping[str, Any], *, source: str, element_id: str) -> None:
    """Record values that came from outside."""
    loaded = unit.loaded
    for name, value in read.items():
        personal = name in loaded.personal
        unit.set_fact(
            name, value, source=source, element_id=element_id, personal=personal, told=not loaded.untold(name)
        )


def _read(element: Element | None, payload: Mapping[str, object], at: datetime) -> dict[str, Any]:
    return read_values(element.outputs if element else (), payload, at)


def read_values(specs: Sequence[ValueSpec], payload: Mapping[str, object], at: datetime) -> dict[str, Any]:
    """FEEL values of what came from outside, by the types a step declares; others are refused (InvalidData)."""
    schema = FormSchema(
        id="",
        fields=tuple(
            Field(key=s.name, type=_field_type(s.type), label_zh=s.label_zh, label_en=s.label_en, options=s.options)
            for s in specs
        ),
    )
    cleaned = forms.clean(schema, payload, context={}, today=civil_date(at))
    if cleaned.errors:
        raise InvalidData(
            "the message does not hold what its step declares",
            [FieldError(error.key, error.code, error.facts) for error in cleaned.errors],
        )
    return {name: value for name, value in cleaned.values.items() if name in payload}


def _field_type(kind: str) -> str:
    return kind if kind in forms.TYPES else "string"
