"""Running models: the pack's commands on processes, answered by the engine alone.

The pack moves whole systems; what a system has around the engine is here in a few lines: a clock, a register of
instances, and handing thrown messages and signals to whoever waits for them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

import adapter as interface
from lxml import etree

from bpm_core import engine
from bpm_core.engine import Advance, CaseState, Definition, NotExecutable, Thrown, Wait, WaitKind
from bpm_core.feel import values

_BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
_KINDS = {
    WaitKind.TIMER: "timer",
    WaitKind.SIGNAL: "signal",
    WaitKind.CONDITION: "conditional",
    WaitKind.JOB: "job",
}


@dataclass(frozen=True)
class _Files:
    """Files as a bundle, for one of their processes."""

    key: str
    files: Mapping[str, bytes]

    @cached_property
    def digest(self) -> str:
        digest = hashlib.sha256(self.key.encode())
        for path, content in sorted(self.files.items()):
            digest.update(f"{path} {hashlib.sha256(content).hexdigest()}".encode())
        return digest.hexdigest()


@dataclass
class _Instance:
    """A running case."""

    iid: str
    definition: Definition
    state: bytes = b""
    version: int = 0
    waits: dict[str, Wait] = field(default_factory=dict)
    history: list[str] = field(default_factory=list)
    stuck: list[engine.EngineIncident] = field(default_factory=list)
    status: str = "active"


class StepFailed(Exception):
    """Automation got stuck."""


class Running:
    """The pack's commands and looks."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 20, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
        self.started_at = self.now
        self.definitions: dict[str, Definition] = {}
        self.cases: dict[str, _Instance] = {}
        self.failures: list[engine.EngineIncident] = []

    # -- models
    def deploy(self, files: Mapping[str, bytes]) -> list[str]:
        processes = {}
        for path, content in files.items():
            if path.endswith(".dmn"):
                continue
            try:
                root = etree.fromstring(content)
            except etree.XMLSyntaxError as error:
                raise interface.Rejected(
                    [interface.Problem(path, None, "not_xml", error.lineno, str(error))]
                ) from error
            executable = [p for p in root.iter(f"{_BPMN}process") if p.get("isExecutable") != "false"]
            processes.update({p.get("id"): path for p in executable})
        bundles = {key: _Files(key, self._renamed(files)) for key in processes if key}
        try:
            found = {key: engine.load(bundle, bundles) for key, bundle in bundles.items()}
        except NotExecutable as error:
            facts = error.facts
            where = facts.get("file") or next(iter(files))
            problem = interface.Problem(where, facts["element"], facts["rule"], facts["line"], str(error))
            raise interface.Rejected([problem]) from error
        if not found:
            raise interface.Rejected([interface.Problem(next(iter(files)), None, "no_process", None, "no process")])
        self.definitions.update(found)
        return list(found)

    def _renamed(self, files: Mapping[str, bytes]) -> dict[str, bytes]:
        """Every BPMN file by the ending we know."""
        return {path if path.endswith((".bpmn", ".dmn")) else f"{path}.bpmn": body for path, body in files.items()}

    # -- commands
    def start(self, process: str, variables: Mapping[str, Any]) -> str:
        return self._settled(self._start(process, variables))

    def _start(self, process: str, variables: Mapping[str, Any], **how: Any) -> str:
        case = _Instance(f"i{len(self.cases) + 1}", self.definitions[process])
        self.cases[case.iid] = case
        self._take(case, engine.start(case.definition, case_id=case.iid, variables=_in(variables), now=self.now, **how))
        return case.iid

    def complete(self, item: Any, variables: Mapping[str, Any]) -> None:
        case, wait = self._waiting(item)
        call = engine.complete if wait.kind is WaitKind.WORK else engine.finish_job
        self._do(case, lambda state: call(case.definition, state, wait.token, _in(variables), now=self.now))

    def deliver(self, item: Any, variables: Mapping[str, Any]) -> None:
        case, wait = self._waiting(item)
        self._do(case, lambda state: engine.deliver(case.definition, state, wait.token, _in(variables), now=self.now))

    def throw_message(self, name: str, variables: Mapping[str, Any], iid: Any = None) -> int:
        return self._settled(self._message(name, variables, iid))

    def throw_signal(self, name: str, variables: Mapping[str, Any], iid: Any = None) -> int:
        return self._settled(self._signal(name, variables, iid))

    def throw_error(self, item: Any, code: str) -> None:
        case, wait = self._waiting(item)
        self._do(
            case,
            lambda state: engine.fail_job(
                case.definition, state, wait.token, error_code=code, message=code, now=self.now
            ),
        )

    def advance(self, seconds: float) -> None:
        self._until(self.now + timedelta(seconds=seconds))
        self._settled(None)

    def fire(self, item: Any) -> None:
        _, wait = self._waiting(item)
        assert wait.due_at is not None
        self._until(max(self.now, wait.due_at))
        self._settled(None)

    def set_variables(self, iid: Any, variables: Mapping[str, Any]) -> None:
        case = self.cases[iid.split("/")[0]]
        self._do(case, lambda state: engine.set_variables(case.definition, state, _in(variables), now=self.now))

    def delete(self, iid: Any) -> None:
        case = self.cases[iid.split("/")[0]]
        self._take(case, engine.cancel(case.definition, self._state(case), now=self.now))
        case.status = "cancelled"

    def close(self) -> None:
        pass

    # -- looking
    def waiting(self, iid: Any = None) -> list[interface.Item]:
        items = [item for case in self._active(iid) for item in self._items(case)]
        return [item for item in items if iid is None or item["iid"] == iid]

    def timers(self, iid: Any = None) -> list[interface.Item]:
        return [item for item in self.waiting(iid) if item["kind"] == "timer"]

    def state(self, iid: Any) -> Any:
        case = self.cases[iid.split("/")[0]]
        if "/" in iid and case.status == "active":
            return "active" if any(item["iid"].startswith(iid) for item in self.waiting()) else "completed"
        return case.status

    def variables(self, iid: Any) -> dict[str, Any]:
        case = self.cases[iid.split("/")[0]]
        snapshot = engine.inspect(case.definition, self._state(case))
        return {name: values.to_plain(value) for name, value in snapshot.variables.items()}

    def history(self, iid: Any = None) -> list[str]:
        return [element for case in self.cases.values() if iid in (None, case.iid) for element in case.history]

    def instances(self) -> list[Any]:
        return list(self.cases)

    def process_of(self, iid: Any) -> str:
        root, *calls = iid.split("/")
        case = self.cases[root]
        return self._node(case, calls[-1]).called if calls else case.definition.key

    # -- parts
    def _active(self, iid: Any = None) -> Iterator[_Instance]:
        root = None if iid is None else iid.split("/")[0]
        return (c for c in list(self.cases.values()) if c.status == "active" and root in (None, c.iid))

    def _items(self, case: _Instance) -> list[interface.Item]:
        found = [self._item(case, wait) for wait in case.waits.values()]
        for wait in case.waits.values():
            calls = self._calls(case, wait)
            for depth, call in enumerate(calls):
                iid = "/".join([case.iid, *calls[:depth]])
                entry = self._entry(case, (iid, call), call, "call", None, False, self.process_of(iid))
                entry["iid"] = iid
                if entry not in found:
                    found.append(entry)
        for incident in case.stuck:
            found.append(
                self._entry(case, ("", ""), str(incident.element_id), "incident", None, False, case.definition.key)
            )
        return found

    def _item(self, case: _Instance, wait: Wait) -> interface.Item:
        node = self._node(case, wait.element_id)
        kind = _KINDS.get(wait.kind) or {"userTask": "user", "manualTask": "manual", "receiveTask": "receive"}.get(
            node.kind, "message"
        )
        boundary = wait.boundary_of is not None or node.kind == "startEvent"
        entry = self._entry(case, (case.iid, wait.token), wait.element_id, kind, wait.name, boundary, wait.process_key)
        entry["iid"] = "/".join([case.iid, *self._calls(case, wait)])
        if wait.due_at is not None:
            entry["due"] = (wait.due_at - self.started_at).total_seconds()
        return entry

    def _calls(self, case: _Instance, wait: Wait) -> list[str]:
        """The call activities that led to a wait: what they called is an instance of its own here."""
        return [element for element in wait.path if self._node(case, element).kind == "callActivity"]

    def _entry(
        self, case: _Instance, key: Any, element: str, kind: str, event: str | None, boundary: bool, process: str
    ) -> interface.Item:
        node = self._node(case, element)
        return {
            "id": key,
            "iid": case.iid,
            "element": element,
            "name": node.bpmn_name if node is not None else None,
            "kind": kind,
            "event": event,
            "boundary": boundary,
            "process": process,
        }

    def _node(self, case: _Instance, element: str) -> Any:
        return next((s.task_specs[element] for s in case.definition.specs if element in s.task_specs), None)

    def _waiting(self, item: Any) -> tuple[_Instance, Wait]:
        iid, token = item["id"] if isinstance(item, dict) else item
        case = self.cases[iid]
        return case, case.waits[token]

    def _state(self, case: _Instance) -> CaseState:
        return CaseState(case.iid, case.version, case.state)

    def _do(self, case: _Instance, call: Callable[[CaseState], Advance]) -> None:
        self._take(case, call(self._state(case)))
        self._settled(None)

    def _take(self, case: _Instance, advance: Advance) -> None:
        case.state, case.version = advance.state, case.version + 1
        for closed in advance.closed:
            case.waits.pop(closed.token, None)
        case.waits.update((wait.token, wait) for wait in advance.opened)
        for passed in advance.passed:
            looped = getattr(self._node(case, passed.element_id), "loop", None) is not None
            if passed.event == ("instance_completed" if looped else "completed"):
                case.history.append(passed.element_id)
        if advance.ended is not None:
            case.status = "completed"
        for incident in advance.incidents:
            self._incident(case, incident)
        for thrown in advance.thrown:
            self._thrown(case, thrown)

    def _incident(self, case: _Instance, incident: engine.EngineIncident) -> None:
        if incident.code == "unhandled_error":
            self._take(case, engine.cancel(case.definition, self._state(case), now=self.now))
            case.status = "error"
        elif incident.code == "stuck":
            case.stuck.append(incident)
        else:
            self.failures.append(incident)

    def _settled(self, answer: Any) -> Any:
        if self.failures:
            failures, self.failures = self.failures, []
            raise StepFailed("; ".join(f"{f.code} at {f.element_id}: {f.message}" for f in failures))
        return answer

    def _thrown(self, case: _Instance, thrown: Thrown) -> None:
        if thrown.kind == "message":
            self._message(thrown.name, dict(thrown.payload), None)
        else:
            self._signal(thrown.name, dict(thrown.payload), None, skip=case.iid)

    def _message(self, name: str, variables: Mapping[str, Any], iid: Any) -> int:
        for case in self._active(iid):
            for wait in list(case.waits.values()):
                if wait.kind is WaitKind.MESSAGE and wait.name == name:
                    state = self._state(case)
                    self._take(case, engine.deliver(case.definition, state, wait.token, _in(variables), now=self.now))
                    return 1
        if iid is None:
            for key, _ in self._starts("message", name):
                self._start(key, variables, message=name)
                return 1
        return 0

    def _signal(self, name: str, variables: Mapping[str, Any], iid: Any, skip: str | None = None) -> int:
        reached = 0
        for case in self._active(iid):
            count = sum(w.kind is WaitKind.SIGNAL and w.name == name for w in case.waits.values())
            if case.iid != skip and count:
                state = self._state(case)
                self._take(case, engine.throw_signal(case.definition, state, name, _in(variables), now=self.now))
                reached += count
        if iid is not None and not reached:
            raise StepFailed(f"nobody waits for {name} there")
        if iid is None:
            for key, element in list(self._starts("signal", name)):
                self._start(key, variables, element=element)
                reached += 1
        return reached

    def _starts(self, kind: str, name: str) -> Iterator[tuple[str, str]]:
        for key, definition in self.definitions.items():
            for start in definition.spec.starts:
                if any(rule.kind == kind and rule.name == name for rule in start.events):
                    yield key, start.element_id

    def _until(self, moment: datetime) -> None:
        for _ in range(10_000):
            due = [
                (wait.due_at, case, wait)
                for case in self._active()
                for wait in case.waits.values()
                if wait.due_at is not None and wait.due_at <= moment
            ]
            if not due:
                break
            at, case, wait = min(due, key=lambda entry: entry[0])
            self.now = max(self.now, at)
            self._take(case, engine.fire(case.definition, self._state(case), wait.token, now=self.now))
        self.now = max(self.now, moment)


def _in(variables: Mapping[str, Any]) -> dict[str, Any]:
    return {name: values.from_python(value) for name, value in (variables or {}).items()}
