"""What happens to a case as a whole: start, withdraw, reject, suspend, resume, correct, return, hand over."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from bpm_core import engine
from bpm_core.commands import issuing, ledger, loading, opening, places, standing, work_items
from bpm_core.commands.applying import apply, close_case
from bpm_core.commands.clockwork import Clocks
from bpm_core.commands.results import Moved
from bpm_core.commands.unit import Unit, command, on_case
from bpm_core.commands.waits import lane_code
from bpm_core.domain import authority, errors, lifecycle, roles
from bpm_core.domain.actors import Actor
from bpm_core.domain.authority import Record
from bpm_core.domain.calendar import civil_date
from bpm_core.domain.errors import InvalidData, NotFound
from bpm_core.domain.lifecycle import CaseStatus, ItemState
from bpm_core.feel import values
from bpm_core.models import (
    Case,
    CaseFact,
    Subscription,
    WorkItem,
)
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
    element: str | None = None,
    signal: str | None = None,
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
    message       name of the message that opens it, for processes that start with one; `signal` likewise
    element       id of the start event instead: how a schedule opens it
    despite_open  reason for a second open case of the same matter; without it such a start is refused (Duplicate)
    """
    row = opening.definition_of(definition)
    entry = places.by_code(unit_code)
    authority.require(actor, "case.start", Record(path=entry.path))
    person, enterprise = opening.party(person_id, "person"), opening.party(enterprise_id, "enterprise")
    opening.refuse_second(row, person or enterprise, despite_open)
    loaded = loading.load(row.id)
    with transaction.atomic():
        case = opening.insert(row, loaded, entry, person, enterprise, channel, synthetic, actor, at)
        unit = Unit(opening.head_of(case, person, enterprise), actor, at, key)
        values_given = opening.given(loaded, case, form, variables or {}, at)
        opening.run_to_first_waits(unit, loaded, case, values_given, message=message, signal=signal, element=element)
        unit.commit()
    case.refresh_from_db()
    return case


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
            standing.stand_up(unit)
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
        issuing.issue_notice(unit, "rejection", {"reason_code": reason_code, "reason": reason})
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
        standing.halt_items(unit)
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
        standing.wake_items(unit)
    return unit.result()


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
        unit.set_fact(name, read, source="correction", personal=personal, told=not loaded.untold(name))
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
            lane = lane_code(unit.loaded, item.process_key, element) if element else item.lane
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
