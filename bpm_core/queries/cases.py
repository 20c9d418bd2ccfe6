"""One case for those who read it: what it is, what happened when and by whom, and where it stands among its steps."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any
from uuid import UUID

from bpm_core.domain.actors import Actor
from bpm_core.domain.errors import NotFound
from bpm_core.models.cases import Case
from bpm_core.models.journal import JournalEntry
from bpm_core.models.waiting import Incident, Job, Subscription
from bpm_core.models.work import WorkItem
from bpm_core.notation.bundle import Bundle
from bpm_core.notation.model import Element
from bpm_core.queries import bundles, offices, staff
from bpm_core.queries.tasks import lane_code
from bpm_core.queries.visibility import Access, access, visible_to

RELATED = ("definition", "unit", "entry_unit", "person", "enterprise", "opened_by")


@dataclass(frozen=True)
class CaseView:
    """A case an actor may see, with what its pages ask for again and again."""

    case: Case
    access: Access

    @cached_property
    def bundle(self) -> Bundle:
        return bundles.of(self.case.definition)

    @cached_property
    def open_items(self) -> list[WorkItem]:
        rows = WorkItem.objects.filter(case=self.case, closed_at__isnull=True).select_related("holder", "unit")
        return list(rows.order_by("opened_at"))

    @cached_property
    def incidents(self) -> list[Incident]:
        return list(Incident.objects.filter(case=self.case, resolved_at__isnull=True).order_by("opened_at"))

    @cached_property
    def journal(self) -> list[JournalEntry]:
        return list(JournalEntry.objects.filter(case=self.case).order_by("seq"))

    def element(self, process_key: str, element_id: str) -> Element | None:
        """An element of the case's process or of one it calls; None for one that is gone."""
        try:
            process = bundles.of_process(self.case.definition, process_key).process
        except NotFound:
            return None
        return process.elements.get(element_id)


def get(actor: Actor, number: str) -> CaseView:
    """The case of that number for this actor; refuses with NotFound when it does not exist for them."""
    case = Case.objects.select_related(*RELATED).defer("state").filter(number=number).first()
    seen = access(actor, case) if case else None
    if case is None or seen is None:
        raise NotFound("no such case", kind="case")
    return CaseView(case, seen)


def open_of_person(actor: Actor, person_id: UUID, *, definition_key: str = "") -> list[Case]:
    """Open cases of a person that the actor may know of: what an intake shows before another one is opened."""
    cases = visible_to(actor).filter(person_id=person_id, ended_at__isnull=True)
    if definition_key:
        cases = cases.filter(definition__key=definition_key)
    return list(cases.select_related("definition", "unit").defer("state").order_by("-opened_at")[:20])


def awaited(case: Case) -> list[str]:
    """Names of the messages a case waits for, each once."""
    rows = Subscription.objects.filter(case=case, kind="message").order_by("name")
    return list(rows.values_list("name", flat=True).distinct())


# -- what happened


@dataclass(frozen=True, slots=True)
class Event:
    """One entry of the journal as a line of the timeline. Names are (zh, en)."""

    seq: int
    at: datetime
    action: str
    actor: tuple[str, str]
    actor_kind: str
    office: tuple[str, str]
    step: tuple[str, str]
    item: WorkItem | None
    passed: tuple[tuple[str, str], ...]
    decisions: tuple[Mapping[str, Any], ...]
    clock: tuple[Mapping[str, Any], ...]
    notices: tuple[str, ...]
    incidents: tuple[str, ...]
    facts: tuple[str, ...]
    ended: Mapping[str, Any] = field(default_factory=dict)
    body: Mapping[str, Any] = field(default_factory=dict)


def timeline(view: CaseView) -> list[Event]:
    """Everything that happened, oldest first. Bodies hold no personal data, so none can be told here."""
    entries = view.journal
    items = {item.pk: item for item in WorkItem.objects.filter(case=view.case).select_related("unit")}
    people = staff.account_names(entry.actor_id for entry in entries if entry.actor_id)
    places = offices.names(entry.unit_code for entry in entries if entry.unit_code)
    return [_event(view, entry, items, people, places) for entry in entries]


def _event(
    view: CaseView,
    entry: JournalEntry,
    items: Mapping[UUID, WorkItem],
    people: Mapping[int, tuple[str, str]],
    places: Mapping[str, tuple[str, str]],
) -> Event:
    body = entry.body
    item = items.get(entry.work_item_id) if entry.work_item_id else None
    return Event(
        seq=entry.seq,
        at=entry.at,
        action=entry.action,
        actor=people.get(entry.actor_id or 0, ("", "")),
        actor_kind=entry.actor_kind,
        office=places.get(entry.unit_code, ("", "")),
        step=(item.name_zh, item.name_en) if item else _step_name(view, entry),
        item=item,
        passed=tuple(_automatic(view, body.get("passed", ()))),
        decisions=tuple(body.get("decisions", ())),
        clock=tuple(body.get("clock", ())),
        notices=tuple(thrown["name"] for thrown in body.get("thrown", ())),
        incidents=tuple(incident["code"] for incident in body.get("incidents", ())),
        facts=tuple(body.get("facts", {})),
        ended=body.get("ended", {}),
        body=body,
    )


def _step_name(view: CaseView, entry: JournalEntry) -> tuple[str, str]:
    passed = entry.body.get("passed", ())
    there = [each[0] for each in passed if each[1] == entry.element_id]  # ids repeat between processes
    keys = [*there, view.case.definition.key, *(each[0] for each in passed)]
    for key in dict.fromkeys(keys):
        element = view.element(key, entry.element_id) if entry.element_id else None
        if element is not None:
            return (element.name_zh, element.name_en)
    return ("", "")


_AUTOMATIC = {"serviceTask", "businessRuleTask", "sendTask"}


def _automatic(view: CaseView, passed: Iterable[list[str]]) -> Iterable[tuple[str, str]]:
    """Steps the system did by itself within one entry, helpers left out."""
    for process_key, element_id, event, *_path in passed:
        element = view.element(process_key, element_id)
        if event == "completed" and element is not None and element.shown and element.kind in _AUTOMATIC:
            yield (element.name_zh, element.name_en)


# -- where it stands

#: Steps that a list of progress names; gateways, scripts and helpers only route and reckon.
_NAMED = {
    *("userTask", "manualTask", "task", "callActivity", "serviceTask", "businessRuleTask"),
    *("sendTask", "receiveTask"),
}


@dataclass(slots=True)
class Step:
    """One numbered step of a case: done, now, or to come (as the worked case goes that is most like this one)."""

    element: Element
    state: str  # done | now | todo
    lane: str = ""
    at: datetime | None = None
    by: tuple[str, str] = ("", "")
    visits: int = 0
    inner: tuple[str, str] = ("", "")
    called: tuple[str, str] = ("", "")  # key of the called process and element within it, when it stands there
    items: tuple[UUID, ...] = ()
    groups: frozenset[str] = frozenset()  # of separation of duty, of the step within the call when there is one
    second_person: bool = False

    def __post_init__(self) -> None:
        self.groups = self.groups or frozenset(self.element.sod_groups)

    @property
    def name_zh(self) -> str:
        return " · ".join(part for part in (self.element.name_zh, self.inner[0]) if part)

    @property
    def name_en(self) -> str:
        return " · ".join(part for part in (self.element.name_en or self.element.name_zh, self.inner[1]) if part)


def progress(view: CaseView) -> list[Step]:
    """The numbered steps: those done in the order they were last done, those open now, those to come."""
    done = _done(view)
    now = _now(view)
    for element_id in now:
        done.pop(element_id, None)
    steps = [*done.values(), *now.values()]
    if view.case.ended_at is None:
        for step in now.values():
            steps += _to_come_within(view, step)
        steps += _to_come(view, [step.element for step in steps])
    hands = {group for step in steps if step.state != "todo" for group in step.groups}
    for step in steps:
        step.second_person = step.state == "todo" and bool(hands & step.groups)
    return steps


def _done(view: CaseView) -> dict[str, Step]:
    found: dict[str, Step] = {}
    process, key = view.bundle.process, view.case.definition.key
    people = staff.account_names(entry.actor_id for entry in view.journal if entry.actor_id)
    for entry in view.journal:
        for process_key, element_id, event, *_path in entry.body.get("passed", ()):
            element = process.elements.get(element_id) if process_key == key and event == "completed" else None
            if element is None or not element.shown or element.kind not in _NAMED:
                continue
            before = found.pop(element_id, None)
            by_hand = element.kind in ("userTask", "manualTask", "task")
            found[element_id] = Step(
                element,
                "done",
                _lane(view, element),
                entry.at,
                people.get(entry.actor_id or 0, ("", "")) if by_hand else ("系统", "system"),
                (before.visits if before else 0) + 1,
            )
    return found


def _now(view: CaseView) -> dict[str, Step]:
    """Where the case waits: at people, registers, messages and timers; within a called process, at the call."""
    found: dict[str, Step] = {}
    elements, key = view.bundle.process.elements, view.case.definition.key
    waits: list[tuple[str, str, str, WorkItem | None]] = [
        (item.process_key, item.element_id, item.path, item) for item in view.open_items
    ]
    jobs = Job.objects.filter(case=view.case, state__in=("waiting", "leased", "failed"))
    waits += [(job.process_key, job.element_id, "", None) for job in jobs]
    if not waits:
        rows = Subscription.objects.filter(case=view.case)
        waits += [(row.process_key, row.element_id, "", None) for row in rows]
    for process_key, element_id, path, item in waits:
        inner = ("", "")
        place = element_id
        if process_key != key:
            around = [part for part in path.split("/") if part in elements and elements[part].called_key]
            place = around[-1] if around else _caller(view, process_key)
            element = view.element(process_key, element_id)
            inner = (element.name_zh, element.name_en) if element else inner
        outer = elements.get(place)
        if outer is None or outer.kind in ("boundaryEvent", "startEvent") or not outer.name_zh:
            continue
        groups = frozenset(item.sod_groups.split()) if item else frozenset()
        lane = item.lane if item else _lane(view, outer)
        step = found.setdefault(place, Step(outer, "now", lane, inner=inner, groups=groups))
        if process_key != key:
            step.called = (process_key, element_id)
        if item is not None:
            step.items = (*step.items, item.pk)
            step.at = item.opened_at
            step.visits = item.visit
            holder = item.holder
            step.by = (
                (holder.display_zh or holder.username, holder.display_en or holder.username) if holder else step.by
            )
    return found


def _caller(view: CaseView, process_key: str) -> str:
    elements = view.bundle.process.elements.values()
    return next((element.id for element in elements if element.called_key == process_key), "")


def _lane(view: CaseView, element: Element) -> str:
    return lane_code(view.bundle.process, element)


def _to_come(view: CaseView, so_far: list[Element]) -> list[Step]:
    """Steps of the case's own process still to come, its end included."""
    if not so_far:
        return []
    visited = {element.node or element.id for element in so_far}
    here = so_far[-1].node or so_far[-1].id
    found = _likely(view.bundle, visited, here)
    return [Step(element, "todo", _lane(view, element)) for element in found]


def _to_come_within(view: CaseView, step: Step) -> list[Step]:
    """Steps still to come within the process that a call activity stands in, without its end."""
    called_key, element_id = step.called
    if not called_key:
        return []
    bundle = bundles.of_process(view.case.definition, called_key)
    elements = bundle.process.elements
    passed = [each for entry in view.journal for each in entry.body.get("passed", ()) if each[0] == called_key]
    visited = {elements[each[1]].node or each[1] for each in passed if each[1] in elements}
    here = elements[element_id].node or element_id if element_id in elements else element_id
    found = _likely(bundle, visited | {here}, here)
    return [
        Step(
            step.element,
            "todo",
            lane_code(bundle.process, element),
            inner=(element.name_zh, element.name_en),
            groups=frozenset(element.sod_groups),
        )
        for element in found
        if element.kind != "endEvent"
    ]


def _likely(bundle: Bundle, visited: set[str], here: str) -> list[Element]:
    """What follows in the worked case that shares the most steps with this one and reaches its place."""
    best: list[str] = []
    score: float | None = None
    for scenario in bundle.scenarios:
        path = [node for node in scenario.expect.path if node]
        if here not in path:
            continue
        cut = len(path) - path[::-1].index(here)
        likeness = len(visited & set(path[:cut])) - 0.5 * len(set(path[:cut]) - visited)
        if score is None or likeness > score:
            best, score = path[cut:], likeness
    by_node = {element.node or element.id: element for element in bundle.process.elements.values()}
    coming = dict.fromkeys(node for node in best if node not in visited)
    found = [by_node[node] for node in coming if node in by_node]
    return [element for element in found if element.shown and element.kind in _NAMED | {"endEvent"}]
