"""Messages between offices with a deployment each: what a case sends to the same service elsewhere, and what comes.

`processes/_library/messages.toml` says which message is taken as which there. The first letter opens a case with the
other office; every further one names the case it answers. Transport and signature are HTTP's side: workers/exchange.py
sends, portal/api/exchange.py receives.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings

from bpm_core.commands import cases, idempotency, interlocks, loading, messages, people
from bpm_core.commands.interlocks import CHANNEL, SENT
from bpm_core.domain.actors import Actor, ActorKind, PostFact
from bpm_core.domain.errors import Duplicate, InvalidData, NotFound
from bpm_core.domain.roles import Role
from bpm_core.feel import values
from bpm_core.models import Case, CaseFact, IdempotencyKey, OrgUnit, Outbox, ProcessDefinition, Subscription
from bpm_core.models.sealing import unseal
from bpm_core.notation.model import ValueSpec

#: Party by which a diagram names the same service of another office.
OTHER_OFFICE = "OTHOFF"
#: Facts that tie a case to one of another office.
OFFICE, OFFICE_CASE = "other_office", "other_case"
#: Office a letter went to, kept at the event: that office may answer, no other.
WENT_TO = "went_to"


@dataclass(frozen=True, slots=True)
class Subject:
    """Whom a letter is about; never logged."""

    kind: str
    name: str = field(repr=False)
    number: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Parcel:
    """A letter between offices. `answers` is the receiver's case; "" opens one."""

    id: str
    process: str
    message: str
    case: str
    answers: str = ""
    subject: Subject | None = None
    values: Mapping[str, object] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of a letter here: opened, taken or late."""

    how: str
    case: str = ""
    reason: str = ""


def signature(body: bytes, secret: str) -> str:
    """What a letter is signed with."""
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


# -- going out


def parcel(event: Outbox) -> tuple[str, Parcel] | None:
    """The office and the letter for it; None when the event is for no office that is connected."""
    if event.topic != SENT or OTHER_OFFICE not in event.body.get("parties", ()) or event.case_id is None:
        return None
    case = Case.objects.select_related("definition", "person", "enterprise").get(pk=event.case_id)
    agreed = interlocks.agreed(Path(settings.PROCESSES_DIR))
    how = agreed.exchange(case.definition.key, sent=event.body["name"])
    if how is None:
        return None
    facts = interlocks.known(case)
    office = str(facts.get(OFFICE) or "") or _office_at(facts.get((agreed.places or {}).get(case.definition.key, "")))
    if office not in settings.PARTNERS:
        return None
    named = [*event.body.get("payload", ())]
    told = {name: values.to_plain(facts[name]) for name in named if facts.get(name) not in (None, "", [])}
    for one in how.values:
        if facts.get(one.sent_as) is not None:
            told[one.name] = values.to_plain(facts[one.sent_as])
    return office, Parcel(
        id=f"{settings.OFFICE}:{event.pk}",
        process=how.process,
        message=how.taken,
        case=case.number,
        answers=str(facts.get(OFFICE_CASE) or ""),
        subject=_subject(case),
        values=told,
    )


def _office_at(place: Any) -> str:
    """Code of the connected office a place belongs to, by division code or by name."""
    text = str(place or "")
    for code, partner in settings.PARTNERS.items():
        if text.startswith(code) or (partner.get("name") and partner["name"] in text):
            return str(code)
    return ""


def _subject(case: Case) -> Subject | None:
    party = case.person or case.enterprise
    if party is None:
        return None
    name = unseal(party.name_enc, table="person", column="name", row=party.pk)
    return Subject(party.kind, name, unseal(party.id_number_enc, table="person", column="id_number", row=party.pk))


def went(event: Outbox, office: str, answer: Mapping[str, Any]) -> None:
    """Note where a letter went and what became of it there."""
    event.body[WENT_TO] = {
        "office": office,
        "how": str(answer.get("how", "")),
        "case": str(answer.get("case", ""))[:40],
    }
    event.save(update_fields=["body"])


# -- coming in


def take(letter: Parcel, *, office: str, at: datetime) -> Taken:
    """Hand a letter of that office to the case it answers, or open one with it; twice is as once.

    Refuses with NotFound a letter for a case that has nothing to do with that office, and what is not agreed.
    """
    agreed = interlocks.agreed(Path(settings.PROCESSES_DIR))
    how = next((one for one in agreed.exchanged if (one.process, one.taken) == (letter.process, letter.message)), None)
    if how is None:
        raise NotFound("no such message is agreed between offices", kind="message", name=letter.message)
    actor = _actor(office)
    before = IdempotencyKey.objects.filter(actor=idempotency.caller(actor), key=_key(letter)).first()
    if before is not None:
        return _again(before.answer)
    if letter.answers:
        return _answer(letter, office, actor, at)
    known = _opened_by(letter, office)
    if known is not None:
        return _deliver(letter, known, office, actor, at)
    if not how.opens:
        raise NotFound("the letter names no case of ours", kind="case")
    return _open(letter, office, actor, at)


def _again(answer: Mapping[str, Any]) -> Taken:
    """What was answered to the same letter before."""
    if "reason" in answer:
        number = Case.objects.filter(pk=answer.get("case_id")).values_list("number", flat=True).first()
        return Taken("late", number or "", answer["reason"])
    return Taken("opened" if answer["version"] == 1 else "taken", answer["number"])


def _actor(office: str) -> Actor:
    """The other office as a partner system at our highest office: it may open cases and bring messages, no more."""
    seat = OrgUnit.objects.order_by("level", "code").first()
    assert seat is not None
    return Actor(
        kind=ActorKind.INTEGRATOR,
        posts=(PostFact(seat.code, seat.path, Role.INTEGRATOR),),
        display=f"office:{office}",
        scopes=frozenset({"cases:start", "messages:deliver"}),
    )


def _answer(letter: Parcel, office: str, actor: Actor, at: datetime) -> Taken:
    case = Case.objects.filter(number=letter.answers, definition__key=letter.process).first()
    if case is None or not _concerns(case, office):
        raise NotFound("there is no such case for this office", kind="case")
    return _deliver(letter, case, office, actor, at)


def _concerns(case: Case, office: str) -> bool:
    """Whether the case wrote to that office or was opened by it."""
    said = CaseFact.objects.filter(case=case, name=OFFICE, personal=False).values_list("value", flat=True).first()
    if said is not None and values.decode(said) == office:
        return True
    return any(
        body[WENT_TO]["office"] == office
        for body in Outbox.objects.filter(case=case, topic=SENT).values_list("body", flat=True)
        if WENT_TO in body
    )


def _opened_by(letter: Parcel, office: str) -> Case | None:
    """The case an earlier letter of the same case over there opened here."""
    rows = CaseFact.objects.filter(name=OFFICE_CASE, value=values.encode(letter.case), personal=False)
    found = Case.objects.filter(pk__in=rows.values("case_id"), definition__key=letter.process, ended_at=None)
    return next((case for case in found if _concerns(case, office)), None)


def _deliver(letter: Parcel, case: Case, office: str, actor: Actor, at: datetime) -> Taken:
    waiting = Subscription.objects.filter(case=case, kind="message", name=letter.message).first()
    element = None
    if waiting is not None:
        element = loading.load(case.definition_id).element(waiting.process_key, waiting.element_id)
    result = messages.deliver(
        letter.message,
        case_id=case.pk,
        payload=_fitting(element.outputs if element else (), letter.values, at),
        sender=f"{office}/{letter.case}",
        actor=actor,
        at=at,
        key=_key(letter),
    )
    if isinstance(result, messages.Late):
        return Taken("late", case.number, result.reason)
    return Taken("taken", case.number)


def _open(letter: Parcel, office: str, actor: Actor, at: datetime) -> Taken:
    row = ProcessDefinition.objects.filter(key=letter.process, is_current=True).defer("archive").first()
    if row is None or letter.subject is None:
        raise NotFound("the service is not published here, or the letter is about nobody", kind="definition")
    loaded = loading.load(row.pk)
    start = next((event for event in loaded.bundle.process.starts if event.message == letter.message), None)
    if start is None:
        raise NotFound("the service takes no such letter", kind="message", name=letter.message)
    subject = letter.subject
    about = people.register(subject.kind, name=subject.name, id_number=subject.number, actor=actor, at=at)
    said = {"person_name": subject.name, "id_number": subject.number, "contact_no": letter.case}
    declared = {spec.name for spec in start.outputs}
    raw = {name: value for name, value in {**said, **letter.values}.items() if name in declared}
    given = messages.read_values(start.outputs, _fitting(start.outputs, raw, at), at)
    try:
        case = cases.start(
            row.key,
            unit_code=actor.unit_code,
            **{f"{subject.kind}_id": about.pk},
            variables=given | {OFFICE: office, OFFICE_CASE: letter.case},
            message=letter.message,
            channel=CHANNEL,
            actor=actor,
            at=at,
            key=_key(letter),
        )
    except Duplicate as refusal:
        messages.put_on_record(letter.message, refusal.facts.get("case_id"), {}, "open_case", at)
        return Taken("late", "", "open_case")
    return Taken("opened", case.number)


def _fitting(specs: tuple[ValueSpec, ...], raw: Mapping[str, object], at: datetime) -> dict[str, object]:
    """Those values that the receiving step declares and that are of its type."""
    declared = {spec.name for spec in specs}
    kept = {name: value for name, value in raw.items() if name in declared}
    try:
        messages.read_values(specs, kept, at)
    except InvalidData as refusal:
        unfit = {error.key for error in refusal.errors}
        kept = {name: value for name, value in kept.items() if name not in unfit}
    return kept


def _key(letter: Parcel) -> str:
    return f"exchange:{hashlib.sha256(letter.id.encode()).hexdigest()[:40]}"
