# ruff: noqa: E501  (diagrams are written one element a line)
"""Small diagrams for the engine's tests, written as one line a node and one line a flow, and a driver that runs them."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bpm_core import engine
from bpm_core.engine import Advance, CaseState, Definition, Wait

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
_HEAD = (
    '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"'
    ' xmlns:camunda="http://camunda.org/schema/1.0/bpmn" xmlns:zeebe="http://camunda.org/schema/zeebe/1.0"'
    ' xmlns:guicheng="urn:guicheng:bpmn:1" targetNamespace="urn:test">'
)


@dataclass(frozen=True)
class Files:
    """As much of a bundle as the engine asks for."""

    key: str
    files: Mapping[str, bytes]

    @property
    def digest(self) -> str:
        parts = [f"{path} {hashlib.sha256(content).hexdigest()}" for path, content in sorted(self.files.items())]
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def process(body: str, *, key: str = "proc", root: str = "", files: Mapping[str, bytes] | None = None) -> Files:
    """A bundle with one process. `body` and `root` are BPMN without the prefix: `<task id="A"/> A -> B`.

    A line `A -> B` is a flow, `A -> B : x > 1` one with a condition, `A -> B !` the default flow of A.
    """
    xml = f'{_HEAD}{_bpmn(root)}<bpmn:process id="{key}" isExecutable="true">{_bpmn(body)}</bpmn:process></bpmn:definitions>'
    return Files(key, {"process.bpmn": xml.encode(), **(files or {})})


def _bpmn(text: str) -> str:
    lines, defaults = [], {}
    for number, raw in enumerate(text.splitlines()):
        line = raw.strip()
        if "->" in line and not line.startswith("<"):
            ends, _, condition = line.partition(" : ")
            source, target = (part.strip() for part in ends.rstrip("! ").split("->"))
            identity = f"f_{source}_{target}_{number}"
            if line.endswith("!"):
                defaults[source] = identity
            escaped = condition.strip().replace("&", "&amp;").replace("<", "&lt;")
            inner = f"<bpmn:conditionExpression>{escaped}</bpmn:conditionExpression>" if escaped else ""
            line = f'<bpmn:sequenceFlow id="{identity}" sourceRef="{source}" targetRef="{target}">{inner}</bpmn:sequenceFlow>'
        else:
            line = _prefixed(line)
        lines.append(line)
    joined = "\n".join(lines)
    for source, identity in defaults.items():
        joined = joined.replace(f'id="{source}"', f'id="{source}" default="{identity}"', 1)
    return joined


def _prefixed(line: str) -> str:
    out, position = [], 0
    while True:
        start = line.find("<", position)
        if start < 0:
            return "".join([*out, line[position:]])
        name_at = start + (2 if line[start + 1] == "/" else 1)
        end = min(i for i in (line.find(c, name_at) for c in " />") if i >= 0)
        name = line[name_at:end]
        prefix = "" if ":" in name or name.startswith("!") else "bpmn:"
        out.append(line[position:name_at] + prefix + name)
        position = end


@dataclass
class Case:
    """A case driven by element ids, cold (decoded for each step) unless `warm`."""

    definition: Definition
    warm: bool = False
    case_id: str = "1"
    now: datetime = NOW
    state: bytes = b""
    version: int = 0
    waits: dict[str, Wait] = field(default_factory=dict)
    path: list[str] = field(default_factory=list)
    last: Advance | None = None

    def begin(self, variables: Mapping[str, Any] | None = None, **how: Any) -> Case:
        return self._take(
            engine.start(self.definition, case_id=self.case_id, variables=variables or {}, now=self.now, **how)
        )

    def complete(self, element: str, variables: Mapping[str, Any] | None = None, *, index: int | None = None) -> Case:
        token = self.token(element, index)
        return self._take(engine.complete(self.definition, self._at(), token, variables or {}, now=self.now))

    def deliver(self, element: str, payload: Mapping[str, Any] | None = None) -> Case:
        token = self.token(element)
        return self._take(engine.deliver(self.definition, self._at(), token, payload or {}, now=self.now))

    def signal(self, name: str, payload: Mapping[str, Any] | None = None) -> Case:
        return self._take(engine.throw_signal(self.definition, self._at(), name, payload or {}, now=self.now))

    def fire(self, element: str, *, later: timedelta = timedelta(0)) -> Case:
        self.now += later
        return self._take(engine.fire(self.definition, self._at(), self.token(element), now=self.now))

    def finish(self, element: str, outputs: Mapping[str, Any] | None = None) -> Case:
        token = self.token(element)
        return self._take(engine.finish_job(self.definition, self._at(), token, outputs or {}, now=self.now))

    def fail(self, element: str, code: str | None, message: str = "it broke") -> Case:
        token = self.token(element)
        return self._take(
            engine.fail_job(self.definition, self._at(), token, error_code=code, message=message, now=self.now)
        )

    def move(self, element: str, to: str) -> Case:
        return self._take(engine.move(self.definition, self._at(), self.token(element), to, now=self.now))

    def set(self, variables: Mapping[str, Any]) -> Case:
        return self._take(engine.set_variables(self.definition, self._at(), variables, now=self.now))

    def retry(self, element: str) -> Case:
        return self._take(engine.retry(self.definition, self._at(), element, now=self.now))

    def cancel(self) -> Case:
        return self._take(engine.cancel(self.definition, self._at(), now=self.now))

    def token(self, element: str, index: int | None = None) -> str:
        for token, wait in self.waits.items():
            if wait.element_id == element and (index is None or wait.item_index == index):
                return token
        raise AssertionError(f"{element} is not among {sorted(w.element_id for w in self.waits.values())}")

    @property
    def open(self) -> list[str]:
        return sorted(wait.element_id for wait in self.waits.values())

    @property
    def variables(self) -> dict[str, Any]:
        return dict(engine.inspect(self.definition, self._at()).variables)

    @property
    def end(self) -> str | None:
        assert self.last is not None
        return self.last.ended.end_id if self.last.ended else None

    @property
    def over(self) -> bool:
        return self.last is not None and self.last.ended is not None

    @property
    def incidents(self) -> list[str]:
        assert self.last is not None
        return [incident.code for incident in self.last.incidents]

    def _at(self) -> CaseState:
        return CaseState(self.case_id, self.version, self.state)

    def _take(self, advance: Advance) -> Case:
        self.state, self.last = advance.state, advance
        self.version += 1
        if self.warm:
            engine.settle(self.case_id, self.version, advance)
        for closed in advance.closed:
            del self.waits[closed.token]
        for wait in advance.opened:
            assert wait.token not in self.waits
            self.waits[wait.token] = wait
        self.path += [passed.element_id for passed in advance.passed if passed.event == "completed"]
        snapshot = engine.inspect(self.definition, self._at())
        assert {w.token: w for w in snapshot.waits} == self.waits
        assert self.definition.intact()
        return self


def run(body: str, variables: Mapping[str, Any] | None = None, *, root: str = "", warm: bool = False) -> Case:
    """A started case of a one-process bundle."""
    return Case(engine.load(process(body, root=root)), warm=warm).begin(variables)
