"""Events: start, end, catching, throwing and boundary events, and how errors and signals travel."""

from __future__ import annotations

from typing import Any

from bpm_core.engine import timers
from bpm_core.engine.contract import CloseReason, Thrown, Value, WaitKind
from bpm_core.engine.incidents import NodeFailure
from bpm_core.engine.specs.base import Flow, Node
from bpm_core.engine.specs.rules import EventRule, due_facts, due_of
from bpm_core.engine.tokens import WAITING, Token


class StartEvent(Node):
    """Where a process or sub-process begins. `interrupting` matters in event sub-processes only."""

    def __init__(self, *args: Any, interrupting: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.interrupting = interrupting


class ThrowEvent(Node):
    """An intermediate throw event."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.payload: tuple[str, ...] = ()
        self.parties: tuple[str, ...] = ()
        self.link_target: str | None = None

    def _run_hook(self, my_task: Token) -> bool | None:
        self.throw(my_task)
        return True

    def throw(self, token: Token) -> None:
        """Let the event happen."""
        rule = self.event
        if rule is None or rule.kind in ("none", "link"):
            return
        scope = token.workflow
        if rule.kind == "message":
            scope.top.step.thrown.append(thrown(self, token, "message"))
        elif rule.kind == "signal":
            scope.top.step.thrown.append(thrown(self, token, "signal"))
            broadcast(scope.top, rule.name or "", {})
        elif rule.kind == "escalation":
            propagate(scope, None, "escalation", rule.code, None)

    def choose(self, token: Token) -> list[Flow]:
        if self.link_target is not None:
            return [Flow("link", self.name, self.link_target)]
        return super().choose(token)


class EndEvent(ThrowEvent):
    """Where a path ends; may end the whole scope (terminate) or hand an error outwards."""

    def _run_hook(self, my_task: Token) -> bool | None:
        step = my_task.workflow.top.step
        if self.event is not None and self.event.kind == "error":
            caught = propagate(my_task.workflow, None, "error", self.event.code, None)
            if not caught:
                raise NodeFailure(
                    "unhandled_error", f"nobody handles error {self.event.code!r}", {"error_code": self.event.code}
                )
        else:
            self.throw(my_task)
        step.ends.append(str(self.element_id))
        if not my_task.workflow.called:
            step.last_end = str(self.element_id)
        return True

    def leave(self, token: Token) -> None:
        scope = token.workflow
        self.map_results(token)
        self.go_on(token, [])
        if self.event is not None and self.event.kind == "terminate":
            scope.cancel_all()
            scope.top.step.terminated = scope.host is None


class Catching(Node):
    """What intermediate catch events, boundary events and event sub-processes share: they wait for an event."""

    def arm(self, token: Token) -> None:
        """Begin to wait; `prepare` has been called and its facts are in the token."""
        rule = self.subscription(token)
        token._state = WAITING
        if rule.wait is not None:
            token.workflow.top.step.open(token, rule.wait)
        if rule.kind == "condition":
            token.workflow.top.step.changed = True

    def caught(self, token: Token) -> None:
        raise NotImplementedError


class CatchEvent(Catching):
    """An intermediate catch event, on a flow or behind an event-based gateway."""

    def enter(self, token: Token) -> None:
        self.note_entered(token)
        if self.event is None or self.event.kind in ("none", "link"):
            token._ready()
            token.run()
            return
        token.internal_data.update(self.event.prepare(token))
        self.arm(token)

    def caught(self, token: Token) -> None:
        scope = token.workflow
        race = token.internal_data.pop("race", None)
        if race is not None:
            for other in [t for t in scope.tasks.values() if t.internal_data.get("race") == race]:
                scope.cancel_token(other)
        scope.top.step.note(token, "caught")
        if race is not None and self.drops:
            self._drop_boundaries(token)
        if self.is_activity:
            self.body_done(token)
            return
        token._ready()
        token.run()

    def body_done(self, token: Token) -> None:
        """For receive tasks, which are activities as well."""
        raise NotImplementedError


class Boundary(Catching):
    """An event on the edge of an activity, interrupting it or not."""

    def __init__(self, *args: Any, attached_to: str, interrupting: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.attached_to = attached_to
        self.interrupting = interrupting

    def stops(self, token: Token) -> bool:
        return self.interrupting

    def enter(self, token: Token) -> None:
        """Only ever called again after an incident: the event has happened, its flow goes on."""
        self._on_complete(token)

    def caught(self, token: Token) -> None:
        """The event happened to the activity that `token` is attached to."""
        scope = token.workflow
        scope.top.step.note(token, "caught")
        host = scope.tasks.get(token.internal_data.get("host", ""))
        if self.interrupting:
            token.internal_data.pop("host", None)
            if host is not None:
                scope.cancel_token(host)
            scope.top.later(self._on_complete, token)
            return
        scope.top.later(self._on_complete, scope.spawn(self))
        if rearm(token):
            return
        scope.retire(token)

    def happen(self, scope: Any, host: Token, payload: dict[str, Value]) -> None:
        """An error or escalation reached the activity: no subscription stood here, the event happens at once."""
        token = scope.spawn(self, {"host": host.id})
        for name, value in payload.items():
            scope.assign(None, name, value)
        self.caught(token)


def rearm(token: Token) -> bool:
    """After a non-interrupting event: messages, signals and conditions keep waiting, cycles wait for their next time.

    True if the token still waits.
    """
    rule, scope = token.task_spec.subscription(token), token.workflow
    step = scope.top.step
    if rule.kind == "timer":
        following = timers.next_of_cycle(due_of(token), step.now)
        if following is None:
            return False
        kept: dict[str, Any] = {key: token.internal_data[key] for key in ("host", "sub") if key in token.internal_data}
        fresh = scope.spawn(token.task_spec, {**kept, **due_facts(following)})
        fresh._state = WAITING
        step.open(fresh, WaitKind.TIMER)
        return False
    if rule.wait is None:
        return False
    if rule.kind == "condition":
        token.internal_data["held"] = True
    token.internal_data["wait"] = rule.wait.value
    return True


def thrown(node: Any, token: Token, kind: str) -> Thrown:
    """What a throwing node sends out: the payload names that the case holds, and the names it does not."""
    scope = token.workflow
    variables = scope.variables(token)
    rule = node.event
    correlation = rule.correlation.value(variables, scope.top.step.now) if rule.correlation is not None else None
    return Thrown(
        kind=kind,
        name=rule.name or "",
        element_id=node.element_id,
        process_key=scope.process_key,
        payload={name: variables[name] for name in node.payload if name in variables},
        payload_names=tuple(name for name in node.payload if name not in variables),
        parties=node.parties,
        correlation=None if correlation is None else str(correlation),
    )


def broadcast(top: Any, name: str, payload: dict[str, Value]) -> int:
    """A signal reaches everyone in the case who waits for it; how many."""
    waiting = [
        token
        for scope in top.scopes()
        for token in scope.tasks.values()
        if token.internal_data.get("wait") == WaitKind.SIGNAL and token.task_spec.subscription(token).name == name
    ]
    for token in waiting:
        happens(token, payload)
    return len(waiting)


def happens(token: Token, payload: dict[str, Value]) -> None:
    """The event a token waits for has happened: its wait is over, its payload becomes variables, it goes on."""
    scope, spec = token.workflow, token.task_spec
    step = scope.top.step
    keeps = not spec.stops(token) and spec.subscription(token).kind != "timer"
    if not keeps:
        step.close(token, CloseReason.DONE)
    for name, value in payload.items():
        scope.assign(token, name, value)
    scope.top.later(spec.caught, token)


def propagate(scope: Any, token: Token | None, kind: str, code: str | None, message: str | None) -> bool:
    """Hand an error or escalation outwards to the nearest who handles it; False if nobody does.

    At each level: the activity's own boundary events, then event sub-processes of the scope around it.
    """
    skip: Any = None
    while True:
        if token is not None:
            host = scope.tasks.get(token.internal_data.get("of", ""), token)
            handler = _match([b for b in host.task_spec.boundaries if b.event], kind, code)
            if handler is not None:
                handler.happen(scope, host, _error_variables(handler.event, code, message))
                return True
        handlers = [node for node in scope.spec.handlers if node is not skip]
        found = _match_start(handlers, kind, code)
        if found is not None:
            node, start = found
            node.trigger(scope, start.name, _error_variables(start.event, code, message))
            return True
        if scope.host is None:
            return False
        token, scope = scope.host, scope.host.workflow
        skip = token.task_spec if "sub" not in token.internal_data and token.task_spec in scope.spec.handlers else None


def _match(candidates: list[Any], kind: str, code: str | None) -> Any:
    fitting = [c for c in candidates if c.event.kind == kind and (c.event.code is None or c.event.code == code)]
    exact = [c for c in fitting if c.event.code is not None]
    return (exact or fitting or [None])[0]


def _match_start(handlers: list[Any], kind: str, code: str | None) -> tuple[Any, Any] | None:
    starts = [(node, start) for node in handlers for start in node.starts()]
    best = _match([start for _, start in starts if start.event], kind, code)
    for node, start in starts:
        if best is not None and start is best:
            return node, start
    return None


def _error_variables(rule: EventRule, code: str | None, message: str | None) -> dict[str, Value]:
    variables: dict[str, Value] = {}
    if rule.code_variable:
        variables[rule.code_variable] = code
    if rule.message_variable:
        variables[rule.message_variable] = message
    return variables
