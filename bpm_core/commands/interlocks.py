"""Messages between cases: what one case sends, the processes it is addressed to take up for the same people.

A send step names receiving processes among its parties (by code). The outbox hands the event over here after commit:
every open case of such a process that waits for the message and is about the same person or employer takes it;
otherwise the process opens a case with it, if it can begin so; otherwise it is on record as late. Handing the same
event over again changes nothing.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import Q

from bpm_core.commands import cases, loading, messages
from bpm_core.commands.actors import SYSTEM
from bpm_core.domain.errors import Duplicate, IdempotencyConflict, InvalidData, Refused, StaleVersion
from bpm_core.feel import values
from bpm_core.models import Case, CaseFact, Outbox, Person, ProcessDefinition, Subscription
from bpm_core.models.sealing import blind_index, unseal
from bpm_core.notation import interlocks
from bpm_core.notation.interlocks import Agreed
from bpm_core.notation.model import ValueSpec

SENT = "message.sent"
#: What became of the event, kept beside it; no receiver outside is told.
REACHED = "reached"
CHANNEL = "message"
#: Facts a case opened by a message holds of its origin.
SENDER_CASE = "sender_case"
_PERSON_NUMBER, _ENTERPRISE_NUMBER = "id_number", "uscc"
_APPLICANTS = frozenset({"citizen"})
_ORGANISATIONS = frozenset({"employer", "institution"})


@dataclass(frozen=True, slots=True)
class Reached:
    """What became of a message at one process. `how`: taken, opened or late (`reason` says why)."""

    process: str
    how: str
    case: str = ""
    reason: str = ""


@dataclass(frozen=True)
class Letter:
    """A message on its way: its name, its sender, whom it is about, and the sender's values.

    numbers  business numbers among its values (class, vacancy, certificate): they tell cases of one person apart
    """

    event: int
    name: str
    sender: Case
    facts: Mapping[str, Any] = field(repr=False)
    payload: frozenset[str]
    people: tuple[Person, ...]
    enterprises: tuple[Person, ...]

    @property
    def numbers(self) -> dict[str, Any]:
        return {name: self.facts[name] for name in self.payload if name.endswith("_no") and self.facts.get(name)}


@lru_cache(maxsize=4)
def agreed(folder: Path) -> Agreed:
    """What the library says about messages."""
    return interlocks.read_folder(folder)


def forward(event: Outbox, *, at: datetime) -> tuple[Reached, ...]:
    """Hand a sent message to the processes among its parties; () when it is for none of ours.

    Refuses with StaleVersion when a receiving case is too busy just now: the event is to be handed over again.
    """
    if event.topic != SENT or event.body.get("kind") != "message" or event.case_id is None or REACHED in event.body:
        return ()
    receivers = list(_receivers(event.body.get("parties", ())))
    if not receivers:
        return ()
    sender = Case.objects.select_related("definition", "entry_unit", "person", "enterprise").get(pk=event.case_id)
    letter = write(event, sender)
    reached: list[Reached] = []
    for row in receivers:
        if row.code != sender.definition.code:
            reached += _hand_over(letter, row, at)
    event.body[REACHED] = [asdict(one) for one in reached]
    event.save(update_fields=["body"])
    return tuple(reached)


def _receivers(parties: Sequence[str]) -> Sequence[ProcessDefinition]:
    codes = [party for party in parties if "-" in party]
    if not codes:
        return ()
    return list(ProcessDefinition.objects.filter(code__in=codes, is_current=True).defer("archive").order_by("code"))


def write(event: Outbox, sender: Case) -> Letter:
    """The message with what its sender knows."""
    facts = known(sender)
    people, enterprises = _about(sender, facts)
    payload = frozenset(event.body.get("payload", ()))
    return Letter(event.pk, event.body["name"], sender, facts, payload, people, enterprises)


def known(case: Case) -> dict[str, Any]:
    """Every fact of a case as a FEEL value, personal ones unsealed: for handing on, never for logs."""
    found = {}
    for row in CaseFact.objects.filter(case=case):
        encoded = row.value
        if row.personal and row.value_enc is not None:
            encoded = json.loads(unseal(row.value_enc, table="case", column=f"fact:{row.name}", row=case.pk))
        found[row.name] = values.decode(encoded)
    return found


def _about(sender: Case, facts: Mapping[str, Any]) -> tuple[tuple[Person, ...], tuple[Person, ...]]:
    """Whom a message is about: whoever the case names by number, else whoever it is for, else who shares its number.

    An employer's report names the worker; a class names no trainee, but their own claims name the class.
    """
    person = _numbered("person", facts.get(_PERSON_NUMBER)) or sender.person
    enterprise = _numbered("enterprise", facts.get(_ENTERPRISE_NUMBER)) or sender.enterprise
    people = (person,) if person else tuple(_sharing(sender, facts, "person"))
    enterprises = (enterprise,) if enterprise else tuple(_sharing(sender, facts, "enterprise"))
    return people, enterprises


def _numbered(kind: str, number: Any) -> Person | None:
    if not isinstance(number, str) or not number:
        return None
    return Person.objects.filter(kind=kind, id_index=blind_index(number)).first()


def _sharing(sender: Case, facts: Mapping[str, Any], kind: str) -> list[Person]:
    """People (or enterprises) of cases that recorded the same class number."""
    number = facts.get("class_no")
    if not isinstance(number, str) or not number:
        return []
    mates = Case.objects.filter(facts__name="class_no", facts__value=values.encode(number), facts__personal=False)
    ids = mates.exclude(pk=sender.pk).exclude(**{kind: None}).values_list(f"{kind}_id", flat=True).distinct()
    return list(Person.objects.filter(pk__in=list(ids[:200])).order_by("created_at", "pk"))


# -- one receiving process


def _hand_over(letter: Letter, row: ProcessDefinition, at: datetime) -> list[Reached]:
    waiting = _waiting(letter, row.code)
    if waiting:
        return [_deliver(letter, row, subscription, at) for subscription in waiting]
    loaded = loading.load(row.pk)
    start = next((event for event in loaded.bundle.process.starts if event.message == letter.name), None)
    if start is None:
        return [_late(letter, row, "nobody_waits", at)]
    actors = {lane.actor for lane in loaded.bundle.process.lanes.values()}
    wants_person, wants_enterprise = bool(actors & _APPLICANTS), bool(actors & _ORGANISATIONS)
    people: Sequence[Person | None] = letter.people or (None,)
    enterprise = letter.enterprises[0] if letter.enterprises else None
    if wants_person and not letter.people:
        return [_late(letter, row, "nobody_named", at)]
    if wants_enterprise and not wants_person:
        people = (None,)
    elif wants_person and not wants_enterprise:
        enterprise = None
    return [_open(letter, row, start.outputs, person, enterprise, at) for person in people]


def _waiting(letter: Letter, code: str) -> list[Subscription]:
    """Waits of open cases of the process for this message, about the same people."""
    about = Q()
    if letter.people:
        about |= Q(case__person__in=letter.people)
    if letter.enterprises:
        about |= Q(case__enterprise__in=letter.enterprises, case__person=None)
    if not about:
        return []
    found = Subscription.objects.filter(
        about, kind="message", name=letter.name, case__ended_at=None, case__definition__code=code
    ).select_related("case")
    return [one for one in found.order_by("case_id", "id") if _same_matter(letter, one.case)]


def _same_matter(letter: Letter, case: Case) -> bool:
    """False when both cases know a business number under one name and the numbers differ."""
    mine = letter.numbers
    theirs = CaseFact.objects.filter(case=case, name__in=mine, personal=False).values_list("name", "value")
    return all(values.decode(value) in (None, mine[name]) for name, value in theirs)


def _deliver(letter: Letter, row: ProcessDefinition, waiting: Subscription, at: datetime) -> Reached:
    element = loading.load(waiting.case.definition_id).element(waiting.process_key, waiting.element_id)
    payload = told(letter, element.outputs if element else (), at)
    try:
        result = messages.deliver(
            letter.name,
            case_id=waiting.case_id,
            payload=payload,
            sender=letter.sender.number,
            actor=SYSTEM,
            at=at,
            key=f"event:{letter.event}:{waiting.case_id}",
        )
    except StaleVersion:
        raise
    except Refused as refusal:
        return _late(letter, row, refusal.code, at, waiting.case)
    how = "late" if isinstance(result, messages.Late) else "taken"
    return Reached(row.code, how, waiting.case.number, result.reason if isinstance(result, messages.Late) else "")


def _open(
    letter: Letter,
    row: ProcessDefinition,
    specs: Sequence[ValueSpec],
    person: Person | None,
    enterprise: Person | None,
    at: datetime,
) -> Reached:
    raw = told(letter, specs, at)
    variables = messages.read_values(specs, raw, at) | {SENDER_CASE: letter.sender.number}
    about = person or enterprise
    try:
        case = cases.start(
            row.key,
            unit_code=letter.sender.entry_unit.code,
            person_id=person.pk if person else None,
            enterprise_id=enterprise.pk if enterprise else None,
            variables=variables,
            message=letter.name,
            channel=CHANNEL,
            synthetic=letter.sender.synthetic,
            actor=SYSTEM,
            at=at,
            key=f"event:{letter.event}:{row.code}:{about.pk.hex if about else ''}",
        )
    except Duplicate as refusal:
        return _late(letter, row, "open_case", at, Case.objects.filter(pk=refusal.facts.get("case_id")).first())
    except IdempotencyConflict:
        return Reached(row.code, "opened")  # it was opened by an earlier try; what its sender knows has changed since
    except Refused as refusal:
        return _late(letter, row, refusal.code, at)
    return Reached(row.code, "opened", case.number)


def told(letter: Letter, specs: Sequence[ValueSpec], at: datetime) -> dict[str, object]:
    """Values for the receiver by its own names: what the letter holds of what it declares, if of the right type."""
    names = agreed(Path(settings.PROCESSES_DIR))
    raw: dict[str, object] = {}
    for spec in specs:
        sent_as = names.sent_as(letter.name, spec.name)
        value = letter.facts.get(sent_as)
        if value not in (None, "", []):
            raw[spec.name] = values.to_plain(value)
    raw |= {name: value for name, value in _from_register(letter, specs).items() if name not in raw}
    try:
        messages.read_values(specs, raw, at)
    except InvalidData as refusal:
        unfit = {error.key for error in refusal.errors}
        raw = {name: value for name, value in raw.items() if name not in unfit}
    return raw


def _from_register(letter: Letter, specs: Sequence[ValueSpec]) -> dict[str, str]:
    """Name and number of whom the message is about, as the real-name register has them."""
    wanted = {spec.name for spec in specs}
    found: dict[str, str] = {}
    for name, column, party in (
        ("person_name", "name", letter.people),
        (_PERSON_NUMBER, "id_number", letter.people),
        ("employer_name", "name", letter.enterprises),
        (_ENTERPRISE_NUMBER, "id_number", letter.enterprises),
    ):
        if name in wanted and len(party) == 1:
            sealed = party[0].name_enc if column == "name" else party[0].id_number_enc
            found[name] = unseal(sealed, table="person", column=column, row=party[0].pk)
    return found


def _late(letter: Letter, row: ProcessDefinition, reason: str, at: datetime, case: Case | None = None) -> Reached:
    messages.put_on_record(letter.name, case.pk if case else None, {}, reason, at)
    return Reached(row.code, "late", case.number if case else "", reason)
