"""What people do with the steps that wait for them: claim, release, save a draft, complete, hand to a colleague."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from bpm_core import engine
from bpm_core.commands import actors, ledger, places
from bpm_core.commands.applying import apply
from bpm_core.commands.heads import Item
from bpm_core.commands.results import Moved
from bpm_core.commands.unit import Unit, command, on_item
from bpm_core.domain import authority, duty, errors, lifecycle
from bpm_core.domain.actors import Actor
from bpm_core.domain.authority import Record
from bpm_core.domain.calendar import civil_date
from bpm_core.domain.duty import Deed
from bpm_core.domain.errors import InvalidData, NotAllowed, NotFound, WrongState
from bpm_core.domain.lifecycle import ItemState
from bpm_core.feel import values
from bpm_core.models import Account, CaseFact, Draft, WorkItem, sealing
from bpm_core.notation import asking, forms, undeclared
from bpm_core.notation.fields import FormSchema


@command()
def claim(
    work_item_id: UUID, *, actor: Actor, at: datetime, key: str | None = None, version: int | None = None
) -> Moved:
    """Take an offered work item on. One person wins; the others are refused with WrongState."""
    with on_item(work_item_id, actor=actor, at=at, key=key, version=version) as unit:
        item = open_item(unit, work_item_id)
        authority.require(actor, "item.claim", record_of(item))
        lifecycle.move_case(unit.status, "work")
        state = lifecycle.move_item(item.state, "claim")
        check_duty(unit, item, actor.person_key)
        unit.change_item(item, state=state.value, holder_id=actor.account_id, claimed_at=at)
        unit.record("work_item.claimed", element_id=item.element_id, work_item_id=item.id)
    return unit.result()


@command()
def release(
    work_item_id: UUID, *, actor: Actor, at: datetime, key: str | None = None, version: int | None = None
) -> Moved:
    """Give a work item back to its lane; what was typed stays as a draft."""
    with on_item(work_item_id, actor=actor, at=at, key=key, version=version) as unit:
        item = open_item(unit, work_item_id)
        require_holder(item, actor, "item.release")
        state = lifecycle.move_item(item.state, "release")
        unit.change_item(item, state=state.value, holder_id=None, claimed_at=None, entrusted_by_id=None)
        unit.record("work_item.released", element_id=item.element_id, work_item_id=item.id)
    return unit.result()


@command()
def complete(
    work_item_id: UUID,
    *,
    data: Mapping[str, object],
    actor: Actor,
    at: datetime,
    key: str | None = None,
    version: int | None = None,
) -> Moved:
    """Hand in the form of a work item one holds and move its case on to the next waits.

    data    answers by field, as typed on a page or as typed JSON; InvalidData says field by field what is wrong
    """
    with on_item(work_item_id, actor=actor, at=at, key=key, version=version) as unit:
        item = open_item(unit, work_item_id)
        require_holder(item, actor, "item.complete")
        lifecycle.move_case(unit.status, "work")
        state = lifecycle.move_item(item.state, "complete")
        check_duty(unit, item, actor.person_key)
        cleaned = clean(unit, item, data)
        routed = {name: value for name, value in cleaned.items() if name in unit.loaded.routing_names}
        advance = unit.ask(engine.complete, item.token, routed)
        _close(unit, item, state, actor)
        _keep_form(unit, item, cleaned)
        unit.record("work_item.completed", element_id=item.element_id, work_item_id=item.id, visit=item.visit)
        apply(unit, advance)
        ledger.after(unit, advance)
    return unit.result()


def _close(unit: Unit, item: Item, state: ItemState, actor: Actor) -> None:
    del unit.items[item.id]
    unit.rows.patch(
        WorkItem,
        {
            "id": item.id,
            "state": state.value,
            "closed_at": unit.at,
            "closed_by_id": actor.account_id,
            "closer_key": actor.person_key,
        },
    )
    unit.rows.remove(Draft, "work_item_id", item.id)
    if item.sod_groups:
        unit.deeds = (*unit.deeds, Deed(item.element_id, item.sod_groups, actor.person_key))


def _keep_form(unit: Unit, item: Item, cleaned: Mapping[str, Any]) -> None:
    if not cleaned:
        return
    unit.set_form(cleaned, element_id=item.element_id, work_item_id=item.id)
    loaded = unit.loaded
    for name, value in cleaned.items():
        unit.set_fact(
            name,
            value,
            source="form",
            element_id=item.element_id,
            personal=name in loaded.personal,
            told=not loaded.untold(name),
        )


def clean(unit: Unit, item: Item, data: Mapping[str, object]) -> dict[str, Any]:
    """FEEL values of the answers; refuses with InvalidData what the form does not take."""
    form = unit.loaded.form(item.process_key, item.element_id)
    if form is None and unit.loaded.takes_any(item.process_key):
        return _read_plain(unit, item, data)
    schema = form or FormSchema(id="", fields=())
    needs_context = any(field.show_when for field in schema.fields)
    context = facts_of(unit.head.case_id) if needs_context else {}
    cleaned = forms.clean(schema, data, context=context, today=civil_date(unit.at))
    if cleaned.errors:
        wrong = [errors.FieldError(error.key, error.code, error.facts) for error in cleaned.errors]
        raise InvalidData(f"{len(wrong)} answers do not fit the form", wrong, form=schema.id)
    return dict(cleaned.values)


def _read_plain(unit: Unit, item: Item, data: Mapping[str, object]) -> dict[str, Any]:
    """Values of a step without a form; what was typed for a number or for yes or no becomes one."""
    schema = asking.form(unit.loaded.process(item.process_key), item.element_id)
    meant = {field.key: field for field in (schema.fields if schema else ()) if field.type in ("decimal", "enum")}
    typed = {name: value for name, value in data.items() if name in meant and isinstance(value, str)}
    fields = tuple(replace(meant[name], required=False) for name in typed)
    cleaned = forms.clean(FormSchema(id="", fields=fields), typed, context={}, today=civil_date(unit.at))
    if cleaned.errors:
        wrong = [errors.FieldError(error.key, error.code, error.facts) for error in cleaned.errors]
        raise InvalidData(f"{len(wrong)} values are not of the kind the process reads", wrong)
    read = {
        name: value == asking.YES if meant[name].type == "enum" and value is not None else value
        for name, value in cleaned.values.items()
    }
    return read_any({name: value for name, value in data.items() if name not in typed}) | read


def read_any(data: Mapping[str, object]) -> dict[str, Any]:
    """FEEL values under any name, for steps that declare none; InvalidData says which can't be kept."""
    cleaned = undeclared.clean_any(data)
    if cleaned.errors:
        raise InvalidData(
            f"{len(cleaned.errors)} values can't be taken",
            [errors.FieldError(error.key, error.code, error.facts) for error in cleaned.errors],
        )
    return dict(cleaned.values)


def facts_of(case_id: int) -> dict[str, Any]:
    """Recorded facts of a case that are not personal, as FEEL values by name."""
    rows = CaseFact.objects.filter(case_id=case_id, personal=False).values_list("name", "value")
    return {name: values.decode(value) for name, value in rows}


def save_draft(work_item_id: UUID, *, data: Mapping[str, object], actor: Actor, at: datetime) -> Draft:
    """Keep what the holder has typed so far, sealed; it survives a log-out and moves nothing."""
    row = WorkItem.objects.filter(pk=work_item_id).select_related("unit").first()
    if row is None:
        raise NotFound("there is no such work item", kind="work item")
    if row.holder_id != actor.account_id:
        raise NotAllowed("only who holds a work item saves a draft of it", code="not_holder")
    lifecycle.move_item(row.state, "save_draft")
    text = json.dumps({str(name): value for name, value in data.items()}, ensure_ascii=False, default=str)
    if len(text) > 200_000:
        raise InvalidData("a draft has at most 200,000 characters", code="too_long", length=len(text))
    sealed = sealing.seal(text, table="draft", column=str(actor.account_id), row=work_item_id)
    draft, _ = Draft.objects.update_or_create(
        work_item_id=work_item_id, account_id=actor.account_id, defaults={"data_enc": sealed, "saved_at": at}
    )
    return draft


@command()
def transfer(
    work_item_id: UUID,
    *,
    to_account: int,
    reason: str,
    actor: Actor,
    at: datetime,
    key: str | None = None,
    version: int | None = None,
) -> Moved:
    """Put a work item into a colleague's hands for good; the clocks go on."""
    return _hand_over(work_item_id, "transfer", to_account, reason, actor, at, key, version)


@command()
def entrust(
    work_item_id: UUID,
    *,
    to_account: int,
    reason: str,
    actor: Actor,
    at: datetime,
    key: str | None = None,
    version: int | None = None,
) -> Moved:
    """Let a colleague do a work item one holds, in one's stead; who entrusted it stays on record."""
    return _hand_over(work_item_id, "entrust", to_account, reason, actor, at, key, version)


def _hand_over(
    work_item_id: UUID,
    verb: str,
    to_account: int,
    reason: str,
    actor: Actor,
    at: datetime,
    key: str | None,
    version: int | None,
) -> Moved:
    require_reason(reason)
    receiver = Account.objects.filter(pk=to_account, is_active=True).select_related("person").first()
    if receiver is None:
        raise NotFound("there is no such colleague", kind="account")
    with on_item(work_item_id, actor=actor, at=at, key=key, version=version) as unit:
        item = open_item(unit, work_item_id)
        authority.require(actor, f"item.{verb}", record_of(item))
        state = lifecycle.move_item(item.state, verb)
        taker = actors.actor_for(receiver, civil_date(at))
        if not authority.may_work(taker, "item.claim", record_of(item)):
            raise NotAllowed("the colleague holds no post for this step", code="receiver_not_fit", lane=item.lane)
        check_duty(unit, item, taker.person_key)
        columns: dict[str, Any] = {"state": state.value, "holder_id": receiver.pk, "claimed_at": at}
        if verb == "entrust":
            columns["entrusted_by_id"] = actor.account_id
        unit.change_item(item, **columns)
        unit.record(
            "work_item.entrusted" if verb == "entrust" else "work_item.transferred",
            element_id=item.element_id,
            work_item_id=item.id,
            reason=reason,
            to=receiver.pk,
        )
    return unit.result()


# -- what all of them ask


def open_item(unit: Unit, work_item_id: UUID) -> Item:
    """The open work item; refuses with WrongState when it is closed."""
    item = unit.items.get(work_item_id)
    if item is None:
        row = WorkItem.objects.filter(pk=work_item_id).values("state", "closed_by_id").first()
        if row is None:
            raise NotFound("there is no such work item", kind="work item")
        raise WrongState(f"the work item is {row['state']} already", noun="work item", state=row["state"])
    return item


def record_of(item: Item) -> Record:
    """What of a work item decides about rights."""
    return Record(path=places.by_id(item.unit_id).path, lane=item.lane, holder=item.holder_id)


def require_holder(item: Item, actor: Actor, action: str) -> None:
    """Refuse unless the actor holds the item and still has a post for it."""
    if item.holder_id != actor.account_id:
        raise NotAllowed("only who holds a work item may do this", code="not_holder", action=action)
    authority.require(actor, action, record_of(item))


def require_reason(reason: str) -> None:
    """Refuse with InvalidData an empty or endless reason."""
    if not reason.strip():
        raise InvalidData("a reason is needed", [errors.FieldError("reason", "required")])
    if len(reason) > 2000:
        raise InvalidData("a reason has at most 2,000 characters", [errors.FieldError("reason", "too_long")])


def check_duty(unit: Unit, item: Item, person_key: str) -> None:
    """Refuse with SeparationOfDuty a second hand of the same person, and one's own case."""
    duty.check_other_step(item.element_id, person_key, item.sod_groups, unit.deeds)
    duty.check_interest(person_key, unit.head.parties)
