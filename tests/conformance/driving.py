"""Running models as an office does: the pack's commands on processes, given as commands of the product to its database.

Models are checked, handed in and published; cases are started, worked on, told and repaired by the people whose posts
permit it; timers and the outbox are what a worker does. What is open is read from the journal, as an auditor would.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import adapter as interface

from bpm_core.commands import cases, definitions, jobs, loading, messages, repair, signals, timers, work_items
from bpm_core.domain.actors import SYSTEM, TIMER
from bpm_core.domain.errors import Refused
from bpm_core.feel import values
from bpm_core.models import Case, Incident, Job, JournalEntry, Outbox, ProcessDefinition, Subscription, Timer, WorkItem
from bpm_core.notation import bpmn, bundle, check
from bpm_core.notation.model import Element
from bpm_core.notation.xml import XmlRefused
from bpm_core.queries import definitions as published
from bpm_core.queries import facts
from tests.conformance.house import COUNTY, House, actor
from workers import outbox

_KINDS = {"timer": "timer", "signal": "signal", "condition": "conditional", "job": "job"}
_TASKS = {"userTask": "user", "manualTask": "manual", "receiveTask": "receive"}
_REASON = "asked for by the runner"


class StepFailed(Exception):
    """Automation got stuck, or what was asked for is not open."""


@dataclass(frozen=True)
class Open:
    """Something a case waits for, as its journal tells it."""

    case_id: int
    token: str
    kind: str
    element: str
    process: str
    path: tuple[str, ...]
    name: str
    due_at: datetime | None


class Driving:
    """The pack's commands and looks."""

    @classmethod
    def prepare(cls) -> None:
        House.prepare()

    def __init__(self) -> None:
        House.prepare()
        self.house = House()
        self.house.open()
        self.now = datetime(2026, 11, 20, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
        self.started_at = self.now
        self.errors: set[int] = set()
        self.known: set[int] = set()
        self.next_due: datetime | None = None  # nothing happens by itself before; None = not known

    def close(self) -> None:
        self.house.close()

    # -- models
    def deploy(self, files: Mapping[str, bytes]) -> list[str]:
        given = {_place(path): content for path, content in files.items()}
        names = dict(zip(given, files, strict=True))
        diagrams = {path: content for path, content in given.items() if path.endswith(".bpmn")}
        known = published.published_keys().union(*(_keys(content) for content in diagrams.values()))
        reports = {}
        problems: list[Any] = []
        for path, content in diagrams.items():
            report = check.check({bundle.PROCESS: content}, connectors=(), known=known)
            reports[path] = report.to_json()
            problems += [
                interface.Problem(names[path], p.element or None, p.rule, p.line or None, p.message_en)
                for p in report.errors
            ]
        if problems:
            raise interface.Rejected(problems)
        try:
            drafts = definitions.upload_all(given, reports=reports, actor=actor("designer"), at=self.now)
            for draft in drafts:
                draft.refresh_from_db()
                if draft.status == "draft":
                    definitions.publish(draft.pk, actor=actor("publisher"), at=self.now)
        except Refused as refused:
            said = refused.facts
            problem = interface.Problem(
                names.get(str(said.get("file")), next(iter(files))),
                said.get("element"),
                str(said.get("rule") or refused.reason),
                said.get("line"),
                str(refused),
            )
            raise interface.Rejected([problem]) from refused
        return [draft.key for draft in drafts]

    # -- commands
    def start(self, process: str, variables: Mapping[str, Any]) -> str:
        case = self._start(process, variables)
        self._settle()
        return str(case.pk)

    def _start(self, process: str, variables: Mapping[str, Any], **how: Any) -> Case:
        clerk = actor("caseworker")
        return cases.start(process, unit_code=COUNTY, variables=_in(variables), actor=clerk, at=self.now, **how)

    def complete(self, item: Any, variables: Mapping[str, Any]) -> None:
        wait = self._found(item)
        if wait.kind == "job":
            if jobs.finish(self._job(wait), outputs=_in(variables), actor=SYSTEM, at=self.now) is None:
                raise StepFailed(f"the job at {wait.element} is over")
        else:
            row = WorkItem.objects.get(case_id=wait.case_id, token=wait.token)
            person = actor(row.role)
            work_items.claim(row.pk, actor=person, at=self.now)
            work_items.complete(row.pk, data=dict(variables or {}), actor=person, at=self.now)
        self._settle()

    def deliver(self, item: Any, variables: Mapping[str, Any]) -> None:
        wait = self._found(item)
        if wait.kind == "signal":
            manager = actor("manager")
            signals.throw_at(wait.case_id, wait.name, payload=variables, token=wait.token, actor=manager, at=self.now)
        elif wait.kind == "message":
            self._deliver(wait.name, wait.case_id, wait.token, variables)
        else:
            raise StepFailed(f"{wait.element} waits for no event that could be handed to it")
        self._settle()

    def _deliver(self, name: str, case_id: int, token: str, variables: Mapping[str, Any]) -> None:
        answer = messages.deliver(
            name, case_id=case_id, token=token, payload=dict(variables or {}), actor=SYSTEM, at=self.now
        )
        if isinstance(answer, messages.Late):
            raise StepFailed(f"nobody waits for {name}")

    def throw_message(self, name: str, variables: Mapping[str, Any], iid: Any = None) -> int:
        waiting = Subscription.objects.filter(kind="message", name=name, case__ended_at=None)
        if iid is not None:
            waiting = waiting.filter(case_id=_root(iid))
        row = waiting.order_by("case_id", "id").first()
        if row is not None:
            self._deliver(name, row.case_id, row.token, variables)
        elif iid is None and (begins := self._begins("message", name)):
            self._start(begins[0], variables, message=name)
        else:
            return 0
        self._settle()
        return 1

    def _begins(self, kind: str, name: str) -> list[str]:
        rows = ProcessDefinition.objects.filter(is_current=True).order_by("published_at", "version", "key")
        return [row.key for row in rows if (kind, name) in loading.load(row.pk).executable.triggers]

    def throw_signal(self, name: str, variables: Mapping[str, Any], iid: Any = None) -> int:
        manager = actor("manager")
        if iid is not None:
            signals.throw_at(_root(iid), name, payload=variables, actor=manager, at=self.now)
            self._settle()
            return 1
        before = Case.objects.count()
        thrown = signals.throw(name, payload=variables, unit_code=COUNTY, actor=manager, at=self.now)
        self._settle()
        return thrown.waiting + Case.objects.count() - before

    def throw_error(self, item: Any, code: str) -> None:
        jobs.fail(self._job(self._found(item)), error=code, code=code, actor=SYSTEM, at=self.now)
        self._settle()

    def advance(self, seconds: float) -> None:
        self._until(self.now + timedelta(seconds=seconds))

    def fire(self, item: Any) -> None:
        due_at = self._found(item).due_at
        assert due_at is not None
        self._until(max(self.now, due_at))

    def set_variables(self, iid: Any, variables: Mapping[str, Any]) -> None:
        for name, value in _in(variables).items():
            text = values.literal(value)
            manager = actor("manager")
            repair.set_variable(_root(iid), name=name, value=text, reason=_REASON, actor=manager, at=self.now)
        self._settle()

    def delete(self, iid: Any) -> None:
        cases.cancel(_root(iid), reason=_REASON, actor=actor("manager"), at=self.now)
        self._settle()

    # -- what workers and operators do
    def _until(self, moment: datetime) -> None:
        if self.next_due is not None and moment < self.next_due:
            self.now = max(self.now, moment)
            return
        for _ in range(10_000):
            due = Timer.objects.filter(fired_at=None, cancelled_at=None, due_at__lte=moment)
            timer = due.order_by("due_at", "id").first()
            if timer is None:
                break
            self.now = max(self.now, timer.due_at.astimezone(self.now.tzinfo))
            if timers.fire(timer.pk, actor=TIMER, at=self.now) is None:
                raise StepFailed(f"the timer at {timer.element_id} was not taken")
            self._settle()
        self.now = max(self.now, moment)
        self._settle()
        times = [
            *Timer.objects.filter(fired_at=None, cancelled_at=None).values_list("due_at", flat=True),
            *Outbox.objects.filter(sent_at=None).values_list("due_at", flat=True),
        ]
        self.next_due = min(times, default=datetime.max.replace(tzinfo=self.now.tzinfo))

    def _settle(self) -> None:
        """The outbox is emptied; what has failed since is told: an error nobody caught ends its case."""
        self.next_due = None
        while outbox.send_due("runner", at=self.now):
            pass
        fresh = Incident.objects.filter(resolved_at=None).exclude(pk__in=self.known).order_by("pk")
        failed = []
        for incident in fresh:
            self.known.add(incident.pk)
            if incident.code == "unhandled_error":
                self.errors.add(incident.case_id)
                cases.cancel(incident.case_id, reason=_REASON, actor=actor("manager"), at=self.now)
            elif incident.code != "stuck":
                failed.append(f"{incident.code} at {incident.element_id}: {incident.message}")
        if failed:
            raise StepFailed("; ".join(failed))

    # -- looking
    def waiting(self, iid: Any = None) -> list[interface.Item]:
        active = Case.objects.filter(ended_at=None).order_by("pk")
        if iid is not None:
            active = active.filter(pk=_root(iid))
        items = [item for case in active.select_related("definition") for item in self._items(case)]
        return [item for item in items if iid is None or item["iid"] == iid]

    def timers(self, iid: Any = None) -> list[interface.Item]:
        return [item for item in self.waiting(iid) if item["kind"] == "timer"]

    def state(self, iid: Any) -> Any:
        case = Case.objects.get(pk=_root(iid))
        if case.pk in self.errors:
            return "error"
        if case.ended_at is not None:
            return "cancelled" if case.status == "cancelled" else "completed"
        if "/" in iid:
            return "active" if any(item["iid"].startswith(iid) for item in self.waiting()) else "completed"
        return "active"

    def variables(self, iid: Any) -> dict[str, Any]:
        found = facts.variables(Case.objects.get(pk=_root(iid)))
        return {name: values.to_plain(value) for name, value in found.items()}

    def history(self, iid: Any = None) -> list[str]:
        entries = JournalEntry.objects.order_by("case_id", "seq").select_related("case__definition")
        if iid is not None:
            entries = entries.filter(case_id=_root(iid))
        return [element for entry in entries for element in self._completed(entry)]

    def _completed(self, entry: JournalEntry) -> Iterator[str]:
        loaded = loading.load(entry.case.definition_id)
        for process, element_id, event, _path in entry.body.get("passed", ()):
            element = loaded.element(process, element_id)
            looped = element is not None and element.loop is not None
            if event == ("instance_completed" if looped else "completed"):
                yield element_id

    def instances(self) -> list[Any]:
        return [str(pk) for pk in Case.objects.order_by("pk").values_list("pk", flat=True)]

    def process_of(self, iid: Any) -> str:
        case = Case.objects.select_related("definition").get(pk=_root(iid))
        calls = iid.split("/")[1:]
        return self._element(case, calls[-1]).called_key or "" if calls else case.definition.key

    # -- parts
    def _open(self, case_id: int) -> dict[str, Open]:
        waits: dict[str, Open] = {}
        for body in JournalEntry.objects.filter(case_id=case_id).order_by("seq").values_list("body", flat=True):
            for closed in body.get("closed", ()):
                waits.pop(closed["token"], None)
            for told in body.get("opened", ()):
                due = datetime.fromisoformat(told["due_at"]) if "due_at" in told else None
                path = tuple(filter(None, told["path"].split("/")))
                waits[told["token"]] = Open(
                    case_id, told["token"], told["kind"], told["element"], told["process"], path,
                    told.get("name", ""), due,
                )  # fmt: skip
        return waits

    def _items(self, case: Case) -> Iterator[interface.Item]:
        shown: list[Any] = []
        waits = list(self._open(case.pk).values())
        shown += [self._item(case, wait) for wait in waits]
        for wait in waits:
            calls = self._calls(case, wait)
            for depth, call in enumerate(calls):
                iid = "/".join([str(case.pk), *calls[:depth]])
                entry = self._entry(case, iid, (iid, call), call, "call", None, False, self.process_of(iid))
                if entry not in shown:
                    shown.append(entry)
        for incident in Incident.objects.filter(case=case, resolved_at=None, code="stuck"):
            key = case.definition.key
            shown.append(self._entry(case, str(case.pk), ("", ""), incident.element_id, "incident", None, False, key))
        yield from shown

    def _item(self, case: Case, wait: Open) -> interface.Item:
        element = self._element(case, wait.element)
        kind = _KINDS.get(wait.kind) or _TASKS.get(element.kind, "message")
        boundary = element.kind in ("boundaryEvent", "startEvent")
        iid = "/".join([str(case.pk), *self._calls(case, wait)])
        key = (str(case.pk), wait.token)
        entry = self._entry(case, iid, key, wait.element, kind, wait.name or None, boundary, wait.process)
        if wait.due_at is not None:
            entry["due"] = (wait.due_at - self.started_at).total_seconds()
        return entry

    def _calls(self, case: Case, wait: Open) -> list[str]:
        """The call activities that led to a wait: what they called is an instance of its own here."""
        return [element for element in wait.path if self._element(case, element).kind == "callActivity"]

    def _entry(
        self, case: Case, iid: str, key: Any, element: str, kind: str, event: str | None, boundary: bool, process: str
    ) -> interface.Item:
        name = self._element(case, element).name_zh if element else None
        return {
            "id": key,
            "iid": iid,
            "element": element,
            "name": name or None,
            "kind": kind,
            "event": event,
            "boundary": boundary,
            "process": process,
        }

    def _element(self, case: Case, element_id: str) -> Element:
        loaded = loading.load(case.definition_id)
        found = (
            one.process.elements[element_id] for one in loaded.bundles.values() if element_id in one.process.elements
        )
        return next(found)

    def _found(self, item: Any) -> Open:
        iid, token = item["id"] if isinstance(item, dict) else item
        wait = self._open(_root(iid)).get(token)
        if wait is None:
            raise StepFailed("that is not open any more")
        return wait

    def _job(self, wait: Open) -> int:
        return Job.objects.values_list("pk", flat=True).get(case_id=wait.case_id, token=wait.token)


def _root(iid: Any) -> int:
    return int(str(iid).split("/")[0])


def _place(path: str) -> str:
    """Where a file of a deployment belongs among the files that are handed in."""
    if path.endswith(".dmn"):
        return f"decisions/{path}"
    return path if path.endswith(".bpmn") else f"{path}.bpmn"


def _keys(diagram: bytes) -> frozenset[str]:
    try:
        return bpmn.callable_here(diagram)
    except XmlRefused:
        return frozenset()


def _in(variables: Mapping[str, Any] | None) -> dict[str, Any]:
    return {name: values.from_python(value) for name, value in (variables or {}).items()}
