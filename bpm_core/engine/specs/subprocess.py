"""Activities with an inside: embedded sub-processes, call activities and event sub-processes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from bpm_core.engine.contract import Value
from bpm_core.engine.scripting import Expression
from bpm_core.engine.specs.activities import Activity
from bpm_core.engine.specs.events import Catching
from bpm_core.engine.specs.rules import EventRule
from bpm_core.engine.specs.travel import rearm
from bpm_core.engine.tokens import STARTED, Token


class SubProcess(Activity):
    """An embedded sub-process: its own scope, inside the variables of the process around it."""

    isolated = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.inside: Any = None  # the ProcessSpec of what is inside; the parser sets it when that is built

    def begin(self, token: Token, local: dict[str, Value]) -> None:
        token.data.update(local)
        self.open(token, token.internal_data.pop("into", None))

    def open(self, token: Token, way: list[str] | None = None) -> None:
        """Open the inner scope and put a token on its start event, or on the way that a move takes."""
        token._set_state(STARTED)
        begin_scope(token.workflow.top.create_subprocess(token, self.inside, self.isolated), way)

    def scope_done(self, token: Token) -> None:
        """Everything inside is over."""
        token.phase = "inside"
        inner = token.workflow.top.subprocesses[token.id]
        if "undoes" in token.internal_data:
            self.undone(token)
            return
        self.take_results(token, inner)
        if inner.done:
            token.internal_data["did"] = inner.done
        del token.workflow.top.subprocesses[token.id]
        self.body_done(token)

    def undo_inside(self, token: Token) -> None:
        """Open the completed inside again to undo it: by its own event sub-process for that, else one by one."""
        token._set_state(STARTED)
        inner = token.workflow.top.create_subprocess(token, self.inside, self.isolated)
        for node in self.inside.handlers:
            for start in node.starts():
                if any(rule.kind == "compensate" for rule in start.events):
                    inner.done = token.internal_data.pop("undo")
                    node.trigger(inner, start.name, {})
                    return
        self.undo_next(token)

    def undone(self, token: Token) -> None:
        del token.workflow.top.subprocesses[token.id]
        self.depart(token)

    def take_results(self, token: Token, inner: Any) -> None:
        """What the inner scope leaves behind; an embedded one has worked on the outer variables all along."""

    def resume(self, token: Token, phase: str) -> None:
        if phase == "inside":
            self.scope_done(token)
        else:
            super().resume(token, phase)


class Transaction(SubProcess):
    """A sub-process that can be cancelled: what it has done is undone, and it is left by its cancel event."""


@dataclass(frozen=True, slots=True)
class Mapping:
    """One variable handed across the border of a call: by name or by expression."""

    target: str
    source: str | None = None
    expression: Expression | None = None


class CallActivity(SubProcess):
    """Another process as a step: it sees only what is passed in and gives back only what is declared.

    all_in / all_out    every visible variable in; every variable of the called process out
    """

    isolated = True

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.called = ""
        self.all_in = False
        self.all_out = False
        self.passed_in: tuple[Mapping, ...] = ()
        self.passed_out: tuple[Mapping, ...] = ()

    def begin(self, token: Token, local: dict[str, Value]) -> None:
        scope, now = token.workflow, token.workflow.top.step.now
        seen = {**scope.variables(token), **local}
        given = dict(seen) if self.all_in else {}
        given.update(_mapped(self.passed_in, seen, now))
        token.data.update(local)
        token._set_state(STARTED)
        inner = scope.top.create_subprocess(token, self.inside, True)
        inner.data.update(given)
        begin_scope(inner, None)

    def take_results(self, token: Token, inner: Any) -> None:
        # Only what the called process set itself: handing back what was passed in would undo what happened meanwhile.
        results = {name: inner.data[name] for name in sorted(inner.written)} if self.all_out else {}
        results.update(_mapped(self.passed_out, inner.data, token.workflow.top.step.now))
        self.set_results(token, results)


def _mapped(rules: tuple[Mapping, ...], seen: dict[str, Value], now: Any) -> dict[str, Value]:
    return {
        rule.target: rule.expression.value(seen, now) if rule.expression is not None else seen.get(rule.source or "")
        for rule in rules
    }


class EventSubProcess(SubProcess, Catching):
    """A sub-process of its parent's scope that an event starts, interrupting everything else there or not."""

    def starts(self) -> list[Any]:
        """Its start events."""
        return [node for node in self.inside.starts if node.events]

    def _start_of(self, token: Token) -> Any:
        return self.inside.task_specs[token.internal_data["sub"]]

    def subscribe(self, scope: Any) -> None:
        """Begin to wait for its start events, when the scope around it begins."""
        for start in self.starts():
            for index, rule in enumerate(start.events):
                if rule.wait is not None:
                    token = scope.spawn(self, {"sub": start.name, "event": index})
                    token.internal_data.update(rule.prepare(token))
                    self.arm(token)

    def subscription(self, token: Token) -> EventRule:
        rule: EventRule = self._start_of(token).events[token.internal_data["event"]]
        return rule

    def stops(self, token: Token) -> bool:
        return bool(self._start_of(token).interrupting)

    def wait_element(self, token: Token) -> str:
        return str(self._start_of(token).element_id) if "sub" in token.internal_data else str(self.element_id)

    def caught(self, token: Token) -> None:
        scope, start = token.workflow, token.internal_data["sub"]
        if self.stops(token) or not rearm(token):
            scope.retire(token)
        self.trigger(scope, start, {})

    def trigger(self, scope: Any, start: str, payload: dict[str, Value]) -> None:
        """Its event has happened in `scope`: interrupt what is to be interrupted, and begin."""
        node = self.inside.task_specs[start]
        if node.interrupting and not any(rule.kind == "compensate" for rule in node.events):
            scope.cancel_all()
        for name, value in payload.items():
            scope.assign(None, name, value)
        scope.top.later(self.enter, scope.spawn(self, {"at": start}))

    def enter(self, token: Token) -> None:
        self.note_entered(token)
        self.open(token, [token.internal_data["at"]])


def begin_scope(scope: Any, way: list[str] | None) -> None:
    """Begin a scope: its event sub-processes wait, and a token stands where it begins.

    way     the node to begin at instead, preceded by the sub-processes it lies in
    """
    spec = scope.spec
    for node in spec.handlers:
        node.subscribe(scope)
    if way is not None and len(way) > 1:
        host = scope.spawn(spec.task_specs[way[0]], {"into": way[1:]})
        scope.top.later(host.task_spec.enter, host)
        return
    for name in way or spec.begins:
        scope.arrive(spec.task_specs[name])
