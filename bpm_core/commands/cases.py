"""What happens to a case as a whole: start, withdraw, reject, suspend, resume, correct, return, hand over."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F

from bpm_core import engine
from bpm_core.commands import ledger, loading, parameters, places, work_items
from bpm_core.commands.applying import apply, close_case, due, lane_code
from bpm_core.commands.clockwork import Clocks
from bpm_core.commands.heads import Head
from bpm_core.commands.results import Moved
from bpm_core.commands.unit import Unit, command, on_case, settings_algorithm
from bpm_core.domain import authority, errors, journal, lifecycle, roles
from bpm_core.domain.actors import Actor
from bpm_core.domain.authority import Record
from bpm_core.domain.calendar import civil_date
from bpm_core.domain.errors import Duplicate, EngineRefused, InvalidData, NotFound
from bpm_core.domain.lifecycle import CaseStatus, ItemState
from bpm_core.feel import values
from bpm_core.models import (
    Case,
    CaseFact,
    Material,
    Notice,
    NumberSeries,
    Person,
    ProcessDefinition,
    Subscription,
    WorkItem,
)
from bpm_core.models.work import NO_LIMIT
from bpm_core.notation import forms
from bpm_core.notation.fields import Field, FormSchema

_LEVELS = {"municipal": 1, "county": 2, "township": 3, "village": 4}


def _case_again(answer: dict[str, Any]) -> Case:
    return Case.objects.get(pk=answer["case_id"])


@command(recall=_case_again)
def start(
    definition: str | UUID,
    *,
    unit_code: str,
    person_id: UUID | None = None,
    enterprise_id: UUID | None = None,
    variables: Mapping[str, Any] | None = None,
    message: str | None = None,
    channel: str = "window",
    form: Mapping[str, object] | None = None,
    despite_open: str = "",
    synthetic: bool = False,
    actor: Actor,
    at: datetime,
    key: str | None = None,
) -> Case:
    """Open a case of the published process `definition` (key or id) at an office and run it to its first waits.

    variables     FEEL values by name: what is known at the start beyond the parameters in force
    message       name of the message that opens it, for processes that start with one
    despite_open  reason for a second open case of the same matter; without it such a start is refused (Duplicate)
    """
    row = _definition(definition)
    entry = places.by_code(unit_code)
    authority.require(actor, "case.start", Record(path=entry.path))
    person, enterprise = _party(person_id, "person"), _party(enterprise_id, "enterprise")
    _refuse_second(row, person or enterprise, despite_open)
    loaded = loading.load(row.id)
    with transaction.atomic():
        case = _insert(row, loaded, entry, person, enterprise, channel, synthetic, actor, at)
        unit = Unit(_head_of(case, person, enterprise), actor, at, key)
        given = _given(loaded, form, variables or {}, at)
        _start_engine(unit, loaded, case, message, given)
        unit.commit()
    case.refresh_from_db()
    return case


def _definition(definition: str | UUID) -> ProcessDefinition:
    query = ProcessDefinition.objects.defer("archive")
    if isinstance(definition, UUID):
        row = query.filter(pk=definition, status="published").first()
    else:
        row = query.filter(key=definition, is_current=True).first()
    if row is None:
        raise NotFound(f"no published process {definition}", kind="definition", definition=str(definition))
    if row.callable_only:
        raise NotFound(f"{row.key} is a shared part and never started alone", kind="definition", definition=row.key)
    return row


def _party(party_id: UUID | None, kind: str) -> Person | None:
    if party_id is None:
        return None
    person = Person.objects.filter(pk=party_id, kind=kind).first()
    if person is None:
        raise NotFound(f"there is no such {kind}", kind=kind)
    return person


def _refuse_second(row: ProcessDefinition, applicant: Person | None, despite_open: str) -> None:
    if applicant is None or despite_open.strip():
        return
    mine = {"person": applicant} if applicant.kind == "person" else {"enterprise": applicant}
    other = Case.objects.filter(definition__key=row.key, ended_at=None, **mine).order_by("-id").first()
    if other is not None:
        raise Duplicate(
            "a case of this matter is open for the same applicant",
            code="open_case",
            other_case=other.number,
            case_id=other.pk,
            process=row.key,
        )


def next_number(prefix: str, year: int) -> int:
    """The next number under a prefix; holds the series until the transaction ends, so that none is left out."""
    NumberSeries.objects.get_or_create(prefix=prefix, year=year)
    NumberSeries.objects.filter(prefix=prefix, year=year).update(last=F("last") + 1)
    return NumberSeries.objects.values_list("last", flat=True).get(prefix=prefix, year=year)


def _insert(
    row: ProcessDefinition,
    loaded: loading.Loaded,
    entry: places.Place,
    person: Person | None,
    enterprise: Person | None,
    channel: str,
    synthetic: bool,
    actor: Actor,
    at: datetime,
) -> Case:
    year = civil_date(at).year
    number = f"{row.code}-{year}-{next_number(row.code, year):07d}"
    levels = _place_of(entry, person or enterprise)
    applicant = person or enterprise
    case = Case.objects.create(
        number=number,
        definition=row,
        unit_id=_deciding(loaded, levels).id,
        entry_unit_id=entry.id,
        l1=levels[0],
        l2=levels[1],
        l3=levels[2],
        l4=levels[3],
        person=person,
        enterprise=enterprise,
        applicant_masked=applicant.name_masked if applicant else "",
        status=CaseStatus.RUNNING.value,
        version=0,
        state=b"",
        head_hash=journal.genesis(number, settings_algorithm()),
        channel=channel,
        opened_by_id=actor.account_id,
        opened_at=at,
        clock_state="waiting",
        synthetic=synthetic,
    )
    guide = loaded.bundle.guide
    Material.objects.bulk_create(
        Material(
            case=case,
            code=evidence.code,
            name_zh=evidence.name.zh,
            name_en=evidence.name.en,
            required=evidence.required,
            state="shared" if evidence.shared else "missing",
        )
        for evidence in (guide.evidence if guide else ())
    )
    return case


def _place_of(entry: places.Place, applicant: Person | None) -> tuple[str, ...]:
    """Offices of the case's place: the applicant's residence when it lies in the entry office's county, else the entry.

    Source: organisations.md section 5, rule 2 (residence for employment and unemployment matters).
    """
    if applicant is None or not applicant.residence_code:
        return entry.levels
    try:
        home = places.by_code(applicant.residence_code)
    except NotFound:
        return entry.levels
    near = home.levels[:2] == entry.levels[:2] or home.path.startswith(entry.path)
    return home.levels if near else entry.levels


def _deciding(loaded: loading.Loaded, levels: tuple[str, ...]) -> places.Place:
    """The office that decides: the one of the guide's level at the case's place, or the next one up that it has."""
    guide = loaded.bundle.guide
    level = _LEVELS.get(guide.deciding_level if guide else "", 2)
    while not levels[level - 1]:
        level -= 1
    return places.by_code(levels[level - 1])


def _head_of(case: Case, person: Person | None, enterprise: Person | None) -> Head:
    return Head(
        case_id=case.pk,
        number=case.number,
        definition_id=case.definition_id,
        unit_id=case.unit_id,
        levels=(case.l1, case.l2, case.l3, case.l4),
        entry_unit_id=case.entry_unit_id,
        person_id=case.person_id,
        enterprise_id=case.enterprise_id,
        parties=tuple(party.id_index for party in (person, enterprise) if party),
        status=case.status,
        version=0,
        state_version=0,
        head_hash=case.head_hash,
        clock_state=case.clock_state,
        due_on=None,
        opened_at=case.opened_at,
        items={},
        deeds=(),
        visits={},
    )


def _given(
    loaded: loading.Loaded, form: Mapping[str, object] | None, variables: Mapping[str, Any], at: datetime
) -> dict[str, Any]:
    """Values the case begins with: declared parameters in force, then what the caller says, then the start form."""
    given = parameters.in_force(loaded, civil_date(at)) | dict(variables)
    if form is None:
        return given
    start_events = [event for event in loaded.bundle.process.starts if event.form_id]
    schema = loaded.bundle.forms.get(start_events[0].form_id or "") if start_events else None
    cleaned = forms.clean(schema or FormSchema("", ()), form, context=given, today=civil_date(at))
    if cleaned.errors:
        raise InvalidData(
            f"{len(cleaned.errors)} answers do not fit the form",
            [errors.FieldError(error.key, error.code, error.facts) for error in cleaned.errors],
        )
    return given | cleaned.values


def _start_engine(unit: Unit, loaded: loading.Loaded, case: Case, message: str | None, given: dict[str, Any]) -> None:
    routed = {name: value for name, value in given.items() if name in loaded.routing_names}
    for name, value in given.items():
        personal = name in loaded.personal
        unit.set_fact(name, value, source="start", personal=personal, told=name not in loaded.free_text)
    try:
        advance = engine.start(
            loaded.executable,
            case_id=str(case.pk),
            variables=routed,
            now=unit.at,
            message=message,
            payload=routed if message else None,
        )
    except engine.EngineError as error:
        raise EngineRefused(str(error), engine=error.code, **error.facts) from error
    unit.record(
        "case.started",
        number=case.number,
        process=loaded.key,
        process_version=loaded.version,
        process_digest=loaded.bundle.digest,
        channel=case.channel,
    )
    apply(unit, advance)
    ledger.after(unit, advance)


# -- ends that an office decides


@command()
def withdraw(
    case_id: int, *, reason: str, actor: Actor, at: datetime, key: str | None = None, version: int | None = None
) -> Moved:
    """The applicant takes the application back. A process that waits for WITHDRAW goes its own way; others end here."""
    work_items.require_reason(reason)
    with on_case(case_id, actor=actor, at=at, key=key, version=version) as unit:
        authority.require(unit.actor, "case.withdraw", Record(path=unit.near_path))
        lifecycle.move_case(unit.status, "withdraw")
        waiting = Subscription.objects.filter(case_id=case_id, kind="message", name="WITHDRAW").first()
        unit.record("case.withdrawal", reason=reason)
        if waiting is None:
            _end_by_decision(unit, CaseStatus.WITHDRAWN, "withdrawn")
        else:
            stand_up(unit)
            advance = unit.ask(engine.deliver, waiting.token, {})
            apply(unit, advance, source="message")
            ledger.after(unit, advance)
            if advance.ended is not None:
                ledger.release_later(unit)
    return unit.result()


@command()
def reject(
    case_id: int,
    *,
    reason_code: str,
    reason: str,
    actor: Actor,
    at: datetime,
    key: str | None = None,
    version: int | None = None,
) -> Moved:
    """End the case with a refusal that names its ground and the remedies; a rejection notice is issued."""
    work_items.require_reason(reason)
    with on_case(case_id, actor=actor, at=at, key=key, version=version) as unit:
        _require(unit, "case.reject")
        lifecycle.move_case(unit.status, "reject")
        known = {code.code for code in _guide_codes(unit)}
        if known and reason_code not in known:
            raise InvalidData("this reason code is not one of the process", [errors.FieldError("reason_code", "enum")])
        unit.record("case.rejected", reason=reason, reason_code=reason_code)
        unit.set_fact("reason_code", reason_code, source="decision")
        issue_notice(unit, "rejection", {"reason_code": reason_code, "reason": reason})
        _end_by_decision(unit, CaseStatus.REJECTED, "rejected")
    return unit.result()


@command()
def cancel(
    case_id: int, *, reason: str, actor: Actor, at: datetime, key: str | None = None, version: int | None = None
) -> Moved:
    """End a case that should not go on: opened by mistake, doubled, overtaken."""
    work_items.require_reason(reason)
    with on_case(case_id, actor=actor, at=at, key=key, version=version) as unit:
        _require(unit, "case.cancel")
        lifecycle.move_case(unit.status, "cancel")
        unit.record("case.cancelled", reason=reason)
        _end_by_decision(unit, CaseStatus.CANCELLED, "cancelled")
    return unit.result()


def _end_by_decision(unit: Unit, status: CaseStatus, outcome: str) -> None:
    advance = unit.ask(engine.cancel)
    apply(unit, replace(advance, ended=None))
    for item in list(unit.items.values()):
        unit.rows.patch(WorkItem, {"id": item.id, "state": ItemState.CANCELLED.value, "closed_at": unit.at})
        del unit.items[item.id]
    close_case(unit, status, outcome, Clocks(unit))
    ledger.release_later(unit)


# -- standing still


@command()
def suspend(
    case_id: int,
    *,
    ground: str,
    note: str,
    until_on: date | None = None,
    actor: Actor,
    at: datetime,
    key: str | None = None,
    version: int | None = None,
) -> Moved:
    """Let a case stand still on a recorded ground: nobody works on it and its clocks stop."""
    work_items.require_reason(note)
    with on_case(case_id, actor=actor, at=at, key=key, version=version) as unit:
        _require(unit, "case.suspend")
        status = lifecycle.move_case(unit.status, "suspend")
        unit.record("case.suspended", ground=ground, reason=note)
        unit.case_set["status"] = status.value
        halt_items(unit)
        Clocks(unit).stop(ground, note=note, until_on=until_on)
    return unit.result()


@command()
def resume(
    case_id: int, *, proof: str, actor: Actor, at: datetime, key: str | None = None, version: int | None = None
) -> Moved:
    """Go on with a suspended case; the clocks go on from today and their ends are reckoned anew."""
    work_items.require_reason(proof)
    with on_case(case_id, actor=actor, at=at, key=key, version=version) as unit:
        _require(unit, "case.resume")
        status = lifecycle.move_case(unit.status, "resume")
        unit.record("case.resumed", proof=proof)
        unit.case_set["status"] = status.value
        Clocks(unit).resume(proof=proof)
        wake_items(unit)
    return unit.result()


def stand_up(unit: Unit) -> None:
    """Let a case that stands still go on, so that what follows in the process can be worked on."""
    if unit.status != CaseStatus.RUNNING:
        unit.case_set["status"] = CaseStatus.RUNNING.value
        Clocks(unit).resume(proof="withdrawal")
        wake_items(unit)


def halt_items(unit: Unit) -> None:
    """Every open work item stands still; who holds one keeps it."""
    for item in list(unit.items.values()):
        if item.state != ItemState.SUSPENDED:
            unit.change_item(item, state=lifecycle.move_item(item.state, "suspend").value)


def wake_items(unit: Unit) -> None:
    """Work items go on where they stood; limits of steps begin anew, as nobody could work on them."""
    for item in list(unit.items.values()):
        if item.state != ItemState.SUSPENDED:
            continue
        verb = "resume" if item.holder_id is None else "resume_held"
        element = unit.loaded.element(item.process_key, item.element_id)
        due_on, due_at, sort_at = due(element, unit.at, case_due_on=unit.due_on) if element else (None, None, NO_LIMIT)
        state = lifecycle.move_item(item.state, verb).value
        unit.change_item(item, state=state, due_on=due_on, due_at=due_at, sort_at=sort_at)


# -- corrections


@command()
def correct_fact(
    case_id: int,
    *,
    name: str,
    value: object,
    reason: str,
    actor: Actor,
    at: datetime,
    key: str | None = None,
    version: int | None = None,
) -> Moved:
    """Put a recorded fact right, with a reason; the journal keeps what was recorded before.

    value   as typed on a page or as typed JSON; read by the form field of that name
    """
    work_items.require_reason(reason)
    with on_case(case_id, actor=actor, at=at, key=key, version=version) as unit:
        _require(unit, "case.correct")
        lifecycle.move_case(unit.status, "correct")
        before = CaseFact.objects.filter(case_id=case_id, name=name).values_list("digest", flat=True).first()
        if before is None:
            raise NotFound("no such fact is recorded in this case", kind="fact", name=name)
        read = _read_fact(unit, name, value)
        loaded = unit.loaded
        unit.record("case.corrected", reason=reason, name=name, before=before)
        personal = name in loaded.personal
        unit.set_fact(name, read, source="correction", personal=personal, told=name not in loaded.free_text)
        if name in loaded.routing_names:
            apply(unit, unit.ask(engine.set_variables, {name: read}))
    return unit.result()


def _read_fact(unit: Unit, name: str, value: object) -> Any:
    field = _field_named(unit, name)
    if field is None:
        return values.from_python(value)
    schema = FormSchema(id="", fields=(replace(field, required=False, show_when=None),))
    cleaned = forms.clean(schema, {name: value}, context={}, today=civil_date(unit.at))
    if cleaned.errors:
        raise InvalidData(
            "the value does not fit the field",
            [errors.FieldError(error.key, error.code, error.facts) for error in cleaned.errors],
        )
    return cleaned.values[name]


def _field_named(unit: Unit, name: str) -> Field | None:
    for bundle in unit.loaded.bundles.values():
        for schema in bundle.forms.values():
            if name in schema.by_key:
                return schema.by_key[name]
    return None


@command()
def return_to(
    case_id: int,
    *,
    work_item_id: UUID,
    element_id: str,
    reason: str,
    actor: Actor,
    at: datetime,
    key: str | None = None,
    version: int | None = None,
) -> Moved:
    """Send a case back from an open step to an earlier one, with a reason the next person reads; the clocks go on."""
    work_items.require_reason(reason)
    with on_case(case_id, actor=actor, at=at, key=key, version=version) as unit:
        item = work_items.open_item(unit, work_item_id)
        _require(unit, "case.return")
        lifecycle.move_case(unit.status, "return")
        if item.holder_id is not None:
            work_items.require_holder(item, actor, "item.complete")
        target = unit.loaded.element(item.process_key, element_id)
        if target is None or target.kind not in ("userTask", "manualTask"):
            raise InvalidData("a case returns to a step of a person", [errors.FieldError("element_id", "unknown_step")])
        if element_id not in unit.visits or element_id == item.element_id:
            raise InvalidData(
                "a case returns to a step it has been at", [errors.FieldError("element_id", "never_visited")]
            )
        unit.record("case.returned", element_id=item.element_id, work_item_id=item.id, reason=reason, to=element_id)
        apply(unit, unit.ask(engine.move, item.token, element_id))
        for row in unit.rows.of(WorkItem):
            row["returned_reason"] = reason
    return unit.result()


@command()
def transfer_unit(
    case_id: int,
    *,
    unit_code: str,
    reason: str,
    actor: Actor,
    at: datetime,
    key: str | None = None,
    version: int | None = None,
) -> Moved:
    """Hand a case over to another office of the tree: its open steps go there, and whoever held one lets it go."""
    work_items.require_reason(reason)
    target = places.by_code(unit_code)
    with on_case(case_id, actor=actor, at=at, key=key, version=version) as unit:
        _require(unit, "case.transfer_unit")
        lifecycle.move_case(unit.status, "transfer_unit")
        if target.id == unit.handling.id:
            raise InvalidData("the case is at this office already", [errors.FieldError("unit_code", "same_office")])
        unit.record("case.handed_over", reason=reason, from_unit=unit.handling.code, to_unit=target.code)
        unit.case_set |= {"unit_id": target.id} | {f"l{n + 1}": code for n, code in enumerate(target.levels)}
        for item in list(unit.items.values()):
            element = unit.loaded.element(item.process_key, item.element_id)
            lane = lane_code(unit, item.process_key, element) if element else item.lane
            place, offered_to = places.for_lane(lane, levels=target.levels, entry=unit.entry)
            levels = {f"l{n + 1}": code for n, code in enumerate(place.levels)}
            state = item.state if item.state == ItemState.SUSPENDED else ItemState.OFFERED.value
            unit.change_item(
                item,
                state=state,
                holder_id=None,
                claimed_at=None,
                unit_id=place.id,
                lane=offered_to,
                role=roles.lane(offered_to).role.value,
                **levels,
            )
    return unit.result()


@command()
def set_urgent(
    case_id: int,
    *,
    urgent: bool,
    reason: str,
    actor: Actor,
    at: datetime,
    key: str | None = None,
    version: int | None = None,
) -> Moved:
    """Mark a case as urgent, or no longer: its steps come first in the lists."""
    work_items.require_reason(reason)
    with on_case(case_id, actor=actor, at=at, key=key, version=version) as unit:
        _require(unit, "case.set_urgent")
        unit.record("case.urgent" if urgent else "case.not_urgent", reason=reason)
        unit.case_set["urgent"] = urgent
        for item in list(unit.items.values()):
            unit.change_item(item, priority=1 if urgent else 0)
    return unit.result()


# -- shared


def _require(unit: Unit, action: str) -> None:
    authority.require(unit.actor, action, Record(path=unit.handling.path, entry_path=unit.entry.path))


def _guide_codes(unit: Unit) -> tuple[Any, ...]:
    guide = unit.loaded.bundle.guide
    return guide.reason_codes if guide else ()


def issue_notice(unit: Unit, kind: str, body: dict[str, Any], *, until_on: date | None = None) -> str:
    """Number a notice of the office and write it with the step; gives its number."""
    number = notice_number(unit.head.number, kind, unit.head.version + 1)

    def write() -> None:
        Notice.objects.create(
            case_id=unit.head.case_id,
            number=number,
            kind=kind,
            body=body,
            issued_at=unit.at,
            issued_by_id=unit.actor.account_id,
            until_on=until_on,
        )

    unit.also(write)
    unit.body.setdefault("notices", []).append({"number": number, "kind": kind})
    return number


def notice_number(case_number: str, kind: str, step: int) -> str:
    """Number of a notice: the case's own, what it is, and the step it was issued in."""
    mark = {"one_time": "BZ", "acceptance": "SL", "completion": "BJ", "rejection": "BY", "stop": "ZT"}[kind]
    return f"{case_number}-{mark}{step:03d}"
