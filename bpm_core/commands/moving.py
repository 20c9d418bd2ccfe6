"""The rows of one case as another version of its process has them: names, posts, limits and messages of what waits."""

from __future__ import annotations

from typing import Any

from bpm_core import engine
from bpm_core.commands import places
from bpm_core.commands.loading import Loaded
from bpm_core.commands.putting_back import Traced
from bpm_core.commands.unit import Unit
from bpm_core.commands.waits import due, lane_code, open_wait
from bpm_core.domain import roles
from bpm_core.domain.lifecycle import ItemState, JobState
from bpm_core.engine import Wait, WaitKind
from bpm_core.feel import values
from bpm_core.models import Incident, Job, Subscription, Timer, WorkItem, states
from bpm_core.notation.model import Element

_EVENTS = (WaitKind.MESSAGE, WaitKind.SIGNAL, WaitKind.CONDITION)


def versions(old: Loaded, new: Loaded) -> dict[str, Any]:
    """Between which versions a case goes, for the journal."""
    return {
        "process": old.key,
        "old": {"version": old.version, "digest": old.bundle.digest},
        "new": {"version": new.version, "digest": new.bundle.digest},
    }


def renamed(moved: engine.Migrated) -> list[list[str]]:
    """Tokens that stand at another element, or in another call, than before: token, and both places."""
    return [
        [now.token, _place(was), _place(now)]
        for was, now in moved.kept
        if (was.process_key, was.element_id, was.path) != (now.process_key, now.element_id, now.path)
    ]


def _place(wait: Wait) -> str:
    return "/".join((*wait.path, wait.element_id))


class Mover:
    """Writes what a move changes in the case's rows, and remembers what was there before."""

    def __init__(self, unit: Unit, old: Loaded, new: Loaded, moved: engine.Migrated) -> None:
        self.unit, self.old, self.new, self.moved = unit, old, new, moved
        self.traced = Traced(unit)
        self.back: dict[str, list[dict[str, Any]]] = {"closed": [], "opened": [], "items": []}

    def write(self, plan: engine.Plan) -> None:
        """The state, every row that waits, what ends and what begins."""
        unit = self.unit
        unit.case_set["state"] = states.close(unit.head.case_id, self.moved.advance.state)
        kinds = {wait.kind for wait in self.moved.before}
        self._items(kinds)
        self._timers(kinds)
        self._events(kinds)
        self._jobs(kinds)
        self._incidents(plan)
        for wait in self.moved.advance.opened:
            open_wait(unit, wait)
            self.traced.added(Timer if wait.kind is WaitKind.TIMER else Subscription, wait.token)
            self.back["closed"].append({"token": wait.token, "kind": wait.kind.value, "done": False})

    # -- waits that go on, and those that end

    def _open(self, model: Any, **conditions: Any) -> dict[str, Any]:
        rows = model.objects.filter(case_id=self.unit.head.case_id, **conditions)
        return {row.token: row for row in rows}

    def _kept(self, *kinds: WaitKind) -> list[tuple[Wait, Wait]]:
        return [(was, now) for was, now in self.moved.kept if now.kind in kinds]

    def _ended(self, *kinds: WaitKind) -> list[Wait]:
        tokens = {closed.token for closed in self.moved.advance.closed}
        return [wait for wait in self.moved.before if wait.token in tokens and wait.kind in kinds]

    def _tell_ended(self, wait: Wait, **more: Any) -> None:
        token = {"token": wait.token, "kind": wait.kind.value}
        self.unit.body.setdefault("closed", []).append({**token, "done": False})
        place = {"element": wait.element_id, "process": wait.process_key, "path": "/".join(wait.path)}
        self.back["opened"].append({**token, **place, **more})

    def _items(self, kinds: set[WaitKind]) -> None:
        rows = self._open(WorkItem, closed_at=None) if WaitKind.WORK in kinds else {}
        for was, now in self._kept(WaitKind.WORK):
            row = rows[now.token]
            before = self.old.element(was.process_key, was.element_id)
            after = self.new.element(now.process_key, now.element_id)
            assert before is not None and after is not None  # a work item stands at an element of its version
            name = after.name_zh or after.name_en or after.id
            self.traced.change(
                row,
                definition_id=self.new.id,
                process_key=now.process_key,
                element_id=now.element_id,
                path="/".join(now.path),
                name_zh=name,
                name_en=after.name_en or name,
                sod_groups=" ".join(sorted(after.sod_groups)),
            )
            if before.limit != after.limit:
                self._limit(row, after)
            lanes = (
                lane_code(loaded, wait.process_key, element)
                for loaded, wait, element in ((self.old, was, before), (self.new, now, after))
            )
            self._post(row, *lanes)

    def _limit(self, row: WorkItem, element: Element) -> None:
        """The new version's limit runs from when the step began."""
        due_on, due_at, sort_at = due(element, row.opened_at, case_due_on=self.unit.due_on)
        value = element.limit.value if element.limit else None
        unit = element.limit.unit.value if element.limit else ""
        self.traced.change(row, due_on=due_on, due_at=due_at, sort_at=sort_at, limit_value=value, limit_unit=unit)

    def _post(self, row: WorkItem, before: str, after: str) -> None:
        """A step that is another post's now is offered there anew; nobody keeps what is no longer theirs to do."""
        if before == after:
            return
        place, offered_to = places.for_lane(after, levels=self.unit.levels, entry=self.unit.entry)
        state = ItemState.OFFERED.value if row.state == ItemState.ALLOCATED else row.state
        self.unit.body.setdefault("items", []).append({"item": str(row.pk), "state": state, "holder": None})
        self.back["items"].append({"item": str(row.pk), "state": row.state, "holder": row.holder_id})
        levels = {f"l{number}": code for number, code in enumerate(place.levels, start=1)}
        self.traced.change(
            row,
            lane=offered_to,
            role=roles.lane(offered_to).role.value,
            unit_id=place.id,
            state=state,
            holder_id=None,
            claimed_at=None,
            entrusted_by_id=None,
            **levels,
        )

    def _timers(self, kinds: set[WaitKind]) -> None:
        rows = self._open(Timer, fired_at=None, cancelled_at=None) if WaitKind.TIMER in kinds else {}
        for _, now in self._kept(WaitKind.TIMER):
            self.traced.change(rows[now.token], process_key=now.process_key, element_id=now.element_id)
        for wait in self._ended(WaitKind.TIMER):
            row = rows[wait.token]
            self.traced.change(row, cancelled_at=self.unit.at, lease_until=None)
            self._tell_ended(wait, due_at=row.due_at.isoformat())

    def _events(self, kinds: set[WaitKind]) -> None:
        rows = self._open(Subscription) if kinds & set(_EVENTS) else {}
        for _, now in self._kept(*_EVENTS):
            self.traced.change(
                rows[now.token],
                name=now.name or "",
                correlation=now.correlation or "",
                process_key=now.process_key,
                element_id=now.element_id,
            )
        for wait in self._ended(*_EVENTS):
            self.traced.remove(rows[wait.token])
            self._tell_ended(wait, name=wait.name or "")

    def _jobs(self, kinds: set[WaitKind]) -> None:
        open_states = [JobState.WAITING.value, JobState.LEASED.value, JobState.FAILED.value]
        rows = self._open(Job, state__in=open_states) if WaitKind.JOB in kinds else {}
        for _, now in self._kept(WaitKind.JOB):
            row = rows[now.token]
            self.traced.change(row, process_key=now.process_key, element_id=now.element_id)
            if row.state != JobState.LEASED:  # a connector at work goes on with what it was given
                arguments = {name: values.encode(value) for name, value in now.arguments.items()}
                self.traced.change(row, topic=now.topic or "", arguments=arguments)

    def _incidents(self, plan: engine.Plan) -> None:
        for row in Incident.objects.filter(case_id=self.unit.head.case_id, resolved_at=None):
            process = str(row.facts.get("process_key") or self.old.key)
            if row.element_id:
                self.traced.change(row, element_id=plan.target(process, row.element_id))
