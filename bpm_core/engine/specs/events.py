"""Events: start, end, catching, throwing and boundary events."""

from __future__ import annotations

from typing import Any

from bpm_core.engine.contract import Value
from bpm_core.engine.incidents import NodeFailure
from bpm_core.engine.specs import compensation
from bpm_core.engine.specs.base import Flow, Node
from bpm_core.engine.specs.loops import stop_around
from bpm_core.engine.specs.rules import EventRule
from bpm_core.engine.specs.travel import broadcast, propagate, rearm, thrown
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

    def enter(self, token: Token) -> None:
        # Tokens that set out together with this one reach the events they wait at before a signal is thrown.
        if not token.triggered and any(rule.kind == "signal" for rule in self.events):
            token.triggered = True
            token.workflow.top.later(self.enter, token)
            return
        super().enter(token)

    def _run_hook(self, my_task: Token) -> bool | None:
        for rule in self.events:
            if my_task.alive:
                self.throw(my_task, rule)
        return None if "undo" in my_task.internal_data else True

    def throw(self, token: Token, rule: EventRule) -> None:
        """Let one event happen. Compensation takes as long as its handlers: the token goes on when they are done."""
        scope = token.workflow
        if rule.kind == "compensate":
            compensation.begin(token, rule.name)
        elif rule.kind == "message":
            scope.top.step.thrown.append(thrown(self, token, rule))
        elif rule.kind == "signal":
            scope.top.step.thrown.append(thrown(self, token, rule))
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
        done = super()._run_hook(my_task)
        if done:
            self._reached(my_task)
        return done

    def _reached(self, token: Token) -> None:
        step = token.workflow.top.step
        step.ends.append(str(self.element_id))
        if not token.workflow.called:
            step.last_end = str(self.element_id)

    def undone(self, token: Token) -> None:
        self._reached(token)
        if any(rule.kind == "cancel" for rule in self.events):
            self._leave_transaction(token)
        super().undone(token)

    def _leave_transaction(self, token: Token) -> None:
        host = token.workflow.host
        edge = next(e for e in host.task_spec.boundaries if any(rule.kind == "cancel" for rule in e.events))
        edge.happen(host.workflow, host, {})

    def throw(self, token: Token, rule: EventRule) -> None:
        if rule.kind == "cancel":
            for other in [t for t in token.workflow.tasks.values() if t is not token]:
                token.workflow.cancel_token(other)
            if not compensation.begin(token, None):
                self._leave_transaction(token)
        elif rule.kind != "error":
            super().throw(token, rule)
        elif not propagate(token.workflow, None, "error", rule.code, None):
            raise NodeFailure("unhandled_error", f"nobody handles error {rule.code!r}", {"error_code": rule.code})

    def leave(self, token: Token) -> None:
        scope = token.workflow
        self.map_results(token)
        self.go_on(token, [])
        rule = next((rule for rule in self.events if rule.kind == "terminate"), None)
        if rule is not None and not (rule.whole_loop and stop_around(scope)):
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
        if self.event is None or self.event.kind == "link":
            token._ready()
            token.run()
            return
        first, *others = self.subscriptions(token)
        if others:
            first["race"] = token.id
            for facts in others:
                self.arm(token.workflow.spawn(self, {**facts, "race": token.id}))
        token.internal_data.update(first)
        self.arm(token)

    def caught(self, token: Token) -> None:
        scope = token.workflow
        race = token.internal_data.pop("race", None)
        if race is not None:
            rivals = [t for t in scope.tasks.values() if t.internal_data.get("race") == race]
            if self.all_events and rivals:
                scope.retire(token)  # the last one to happen goes on
                return
            for other in rivals:
                scope.cancel_token(other)
        elif self.subscription(token).kind == "timer":
            rearm(token)  # a cycle sends a token on at each of its times
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
        if not self.interrupting:
            self.branch(scope)
            if not rearm(token):
                scope.retire(token)
            return
        scope.top.step.note(token, "caught")
        host = scope.tasks.get(token.internal_data.get("host", ""))
        token.internal_data.pop("host", None)
        if host is not None:
            scope.cancel_token(host)
        scope.top.later(self._on_complete, token)

    def branch(self, scope: Any) -> None:
        """Set out on the event's flow beside the activity, which goes on."""
        token = scope.spawn(self)
        scope.top.step.note(token, "caught")
        scope.top.later(self._on_complete, token)

    def happen(self, scope: Any, host: Token, payload: dict[str, Value]) -> None:
        """An error or escalation reached the activity: no subscription stood here, the event happens at once."""
        token = scope.spawn(self, {"host": host.id})
        for name, value in payload.items():
            scope.assign(None, name, value)
        self.caught(token)
