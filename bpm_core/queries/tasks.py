"""One work item as its page shows it: the step, what to do and why, its form, what is known, what comes next."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from bpm_core.domain import authority, duty
from bpm_core.domain.actors import Actor
from bpm_core.domain.authority import Record
from bpm_core.domain.errors import NotFound
from bpm_core.domain.lifecycle import OPEN_ITEM
from bpm_core.models import sealing
from bpm_core.models.cases import Case
from bpm_core.models.work import Draft, WorkItem
from bpm_core.notation import asking
from bpm_core.notation.bundle import Bundle
from bpm_core.notation.fields import FormSchema
from bpm_core.notation.model import Element, ProcessModel
from bpm_core.queries import bundles
from bpm_core.queries.visibility import Access, access

#: Nodes that only route: what comes after them is what comes next.
_ROUTING = {
    "exclusiveGateway",
    "parallelGateway",
    "inclusiveGateway",
    "eventBasedGateway",
    "complexGateway",
    "intermediateThrowEvent",
    "startEvent",
}
_MOST_NEXT = 6


@dataclass(frozen=True, slots=True)
class NextStep:
    """A step that may follow. `second_person` says that whoever does this one may not do it."""

    element: Element
    lane: str
    second_person: bool

    @property
    def automatic(self) -> bool:
        return self.element.kind not in ("userTask", "manualTask", "callActivity", "endEvent")


@dataclass(frozen=True, slots=True)
class Task:
    """A work item with its place in its process.

    is_mine, may_claim, may_transfer   what this actor may do with it now, by post; duty is checked when it is done
    """

    item: WorkItem
    case: Case
    bundle: Bundle
    element: Element
    schema: FormSchema | None
    following: tuple[NextStep, ...]
    is_open: bool
    is_mine: bool
    may_claim: bool
    may_transfer: bool

    @property
    def process(self) -> ProcessModel:
        return self.bundle.process


def get(actor: Actor, item_id: UUID) -> Task:
    """The work item's page for this actor; refuses with NotFound when the actor may neither work nor read it."""
    item = WorkItem.objects.select_related(
        "case__definition", "case__unit", "case__entry_unit", "case__person", "case__enterprise", "unit", "holder"
    ).filter(pk=item_id)
    found = item.first()
    if found is None:
        raise NotFound("no such work item")
    record = Record(found.unit.path, found.lane, found.holder_id)
    may_claim = authority.may(actor, "item.claim", record)
    if not may_claim and access(actor, found.case) is not Access.FULL:
        raise NotFound("no such work item")
    bundle = bundles.of_process(found.case.definition, found.process_key)
    element = bundle.process.elements[found.element_id]
    is_open = found.state in OPEN_ITEM
    return Task(
        item=found,
        case=found.case,
        bundle=bundle,
        element=element,
        schema=bundle.form_of(found.element_id) or (asking.form(bundle.process, element.id) if bundle.plain else None),
        following=tuple(_following(found, bundle, element)),
        is_open=is_open,
        is_mine=is_open and found.holder_id is not None and found.holder_id == actor.account_id,
        may_claim=is_open and found.holder_id is None and may_claim,
        may_transfer=is_open and authority.may(actor, "item.transfer", record),
    )


def _following(item: WorkItem, bundle: Bundle, element: Element) -> list[NextStep]:
    """Steps that may come next; after the end of a called process those of its caller."""
    within = list(following(bundle.process, element))
    if item.process_key == item.case.definition.key:
        return within
    caller = bundles.of(item.case.definition).process
    calls = [part for part in item.path.split("/") if part in caller.elements and caller.elements[part].called_key]
    found = [step for step in within if step.element.kind != "endEvent"]
    if len(found) < len(within) and calls:
        found += following(caller, caller.elements[calls[-1]])
    return found[:_MOST_NEXT]


def following(process: ProcessModel, element: Element) -> Iterator[NextStep]:
    """Steps that may come directly after one, looked for through gateways; people see them as "what happens next"."""
    seen = {element.id}
    edge = list(process.following(element.id))
    count = 0
    while edge and count < _MOST_NEXT:
        found = edge.pop(0)
        if found.id in seen:
            continue
        seen.add(found.id)
        if found.kind in _ROUTING or not found.shown:
            edge += process.following(found.id) or _after_parent(process, found)
            continue
        count += 1
        yield NextStep(found, lane_code(process, found), bool(set(found.sod_groups) & set(element.sod_groups)))


def lane_code(process: ProcessModel, element: Element) -> str:
    """Code of the lane a step stands in: what the step names itself goes before where it is drawn."""
    if element.candidate_groups:
        return element.candidate_groups[0]
    lane = process.lane_of(element)
    return lane.code if lane else ""


def _after_parent(process: ProcessModel, element: Element) -> tuple[Element, ...]:
    """After the unnamed end of a sub-process its own successors come."""
    return process.following(element.parent) if element.parent else ()


@dataclass(frozen=True, slots=True)
class SavedDraft:
    """What somebody typed for a work item and has not handed in: answers as typed, and when they were kept."""

    answers: dict[str, object]
    saved_at: datetime


def draft(item_id: UUID, account_id: int) -> SavedDraft | None:
    """The account's own draft of the work item; nobody else's is ever opened."""
    row = Draft.objects.filter(work_item_id=item_id, account_id=account_id).first()
    if row is None:
        return None
    text = sealing.unseal(row.data_enc, table="draft", column=str(account_id), row=item_id)
    return SavedDraft(json.loads(text), row.saved_at)


def check_duty(actor: Actor, task: Task) -> None:
    """Refuse with SeparationOfDuty as the claim would: so that a page can say it before anybody types."""
    closed = WorkItem.objects.filter(case=task.case, closed_by__isnull=False).exclude(sod_groups="")
    rows = closed.values_list("element_id", "sod_groups", "closer_key")
    deeds = [duty.Deed(element, frozenset(groups.split()), key) for element, groups, key in rows]
    duty.check_other_step(task.item.element_id, actor.person_key, task.item.sod_groups.split(), deeds)
    parties = [person.id_index for person in (task.case.person, task.case.enterprise) if person]
    duty.check_interest(actor.person_key, parties)


def earlier(task: Task) -> list[Element]:
    """Steps of persons this case has been at within the same process, in the order they were first opened."""
    rows = WorkItem.objects.filter(case=task.case, process_key=task.item.process_key).order_by("opened_at")
    ids = dict.fromkeys(rows.exclude(element_id=task.item.element_id).values_list("element_id", flat=True))
    elements = task.process.elements
    return [elements[element_id] for element_id in ids if element_id in elements]
