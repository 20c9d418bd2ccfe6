"""Activities without an inside: user, manual, service, business rule, script, send, receive and plain tasks."""

from __future__ import annotations

from typing import Any

from bpm_core.engine.contract import DecisionTaken, Value, WaitKind
from bpm_core.engine.decisions import Decisions
from bpm_core.engine.scripting import Assignment
from bpm_core.engine.specs import compensation
from bpm_core.engine.specs.base import Node, run_assignments
from bpm_core.engine.specs.events import CatchEvent
from bpm_core.engine.specs.rules import EventRule
from bpm_core.engine.specs.travel import broadcast, propagate, thrown
from bpm_core.engine.tokens import COMPLETED, READY, STARTED, WAITING, Token


class Activity(Node):
    """What all activities share: boundary events, loops, local variables in and out."""

    is_activity = True

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.local_in: tuple[Assignment, ...] = ()
        self.local_out: tuple[Assignment, ...] = ()
        self.for_compensation = False  # begins only to undo another activity
        self.start_quantity = 1  # tokens that must come before it begins once
        self.completion_quantity = 1  # tokens that go on along each flow

    def enter(self, token: Token) -> None:
        if "of" in token.internal_data:
            self.begin(token, self.local_variables(token))
            return
        if self.start_quantity > 1 and not self._gathered(token):
            return
        self.note_entered(token)
        prepared = [(edge, facts) for edge in self.boundaries for facts in edge.subscriptions(token)]
        if self.loop is not None:
            plan = self.loop.plan(token)
            self._attach(token, prepared)
            self.loop.begin(token, plan)
        else:
            local = self.local_variables(token)
            self._attach(token, prepared)
            self.begin(token, local)

    def _gathered(self, token: Token) -> bool:
        """True when enough tokens have come; the others have then become one with this one."""
        scope = token.workflow
        token._state = WAITING
        token.internal_data["gathers"] = True
        here = [t for t in scope.tasks.values() if t.task_spec is self and "gathers" in t.internal_data]
        if len(here) < self.start_quantity:
            return False
        for other in here[: self.start_quantity]:
            if other is not token:
                scope.retire(other)
        del token.internal_data["gathers"]
        return True

    def _attach(self, token: Token, prepared: list[tuple[Any, dict[str, Any]]]) -> None:
        for edge, facts in prepared:
            edge.arm(token.workflow.spawn(edge, {**facts, "host": token.id}))

    def local_variables(self, token: Token) -> dict[str, Value]:
        """The declared inputs, evaluated in order; each sees the ones before."""
        if not self.local_in:
            return {}
        scope, local = token.workflow, dict[str, Value]()
        seen = dict(scope.variables(token))
        for item in self.local_in:
            local[item.variable] = seen[item.variable] = item.expression.value(seen, scope.top.step.now)
        return local

    def begin(self, token: Token, local: dict[str, Value]) -> None:
        """The body of the activity begins: here, it runs at once."""
        token.data.update(local)
        token._ready()
        token.run()

    def body_done(self, token: Token) -> None:
        """The body is done: leave it."""
        token._set_state(COMPLETED)
        self._on_complete(token)

    def leave(self, token: Token) -> None:
        if self.loop is None or "of" in token.internal_data:
            token.phase = "leave"
            self.map_results(token)
            compensation.remember(token)
        self.depart(token)

    def depart(self, token: Token) -> None:
        if "undoes" in token.internal_data:
            compensation.handler_done(token)
        elif self.loop is not None and "of" in token.internal_data:
            token.phase = "depart"
            self.loop.instance_done(token)
        else:
            token.phase = "depart"
            self._go_out(token)

    def _go_out(self, token: Token) -> None:
        scope = token.workflow
        flows = self.choose(token) * self.completion_quantity
        around = scope.host.task_spec if scope.host is not None else None
        if around is None or not around.ad_hoc:
            self.go_on(token, flows)
            return
        enough = around.enough(token)
        self.go_on(token, flows)
        around.completed_one(scope.host, scope, enough)

    def tell(self, token: Token, rule: EventRule) -> None:
        """Throw an event of this activity's own progress: its boundary events branch off and do not interrupt it, or no
        second instance could ever tell of itself; for everyone else it is an event like any other."""
        scope = token.workflow
        if rule.kind == "signal":
            own = [t for t in scope.tasks.values() if t.internal_data.get("host") == token.id]
            for edge in own:
                if edge.task_spec.subscription(edge).name == rule.name:
                    edge.task_spec.branch(scope)
            broadcast(scope.top, rule.name or "", {}, skip=token.id)
        elif rule.kind in ("error", "escalation"):
            propagate(scope, token, rule.kind, rule.code, None)

    def map_results(self, token: Token) -> None:
        """Declared outputs leave the activity's own scope; then the node's assignments run."""
        if self.local_out:
            scope, now = token.workflow, token.workflow.top.step.now
            seen = scope.variables(token)
            results = [(item.variable, item.expression.value(seen, now)) for item in self.local_out]
            local, token.data = token.data, {}
            for name, value in results:
                scope.assign(token, name, value)
            token.data = local
        super().map_results(token)

    def set_results(self, token: Token, values: dict[str, Value]) -> None:
        """Values handed in on completion: local when the activity maps its outputs itself, else where they live."""
        if self.local_out:
            token.data.update(values)
            return
        for name, value in values.items():
            token.workflow.assign(token, name, value)


class PlainTask(Activity):
    """A task of no kind: nothing to do, goes on at once."""


class UserTask(Activity):
    """A step for a person (user and manual tasks): waits until completed."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, manual=True, **kwargs)

    def begin(self, token: Token, local: dict[str, Value]) -> None:
        token.data.update(local)
        token._set_state(READY)
        token.workflow.top.step.open(token, WaitKind.WORK)


class ServiceTask(Activity):
    """A step done outside by a connector: waits as a job with evaluated arguments."""

    def __init__(
        self,
        *args: Any,
        topic: str,
        systems: tuple[dict[str, str], ...] = (),
        headers: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.topic = topic
        self.systems = systems
        self.headers = headers or {}

    def begin(self, token: Token, local: dict[str, Value]) -> None:
        token.data.update(local)
        token._set_state(STARTED)
        token.workflow.top.step.open(token, WaitKind.JOB)

    def arguments(self, token: Token) -> dict[str, Value]:
        """What the connector is given: fixed headers, the declared inputs, and the systems to ask."""
        given: dict[str, Value] = dict(self.headers)
        given.update({item.variable: token.data.get(item.variable) for item in self.local_in})
        if self.systems:
            given["systems"] = [dict(system) for system in self.systems]
        return given


class ScriptTask(Activity):
    """Assignments in FEEL, in order."""

    def __init__(self, *args: Any, script: tuple[Assignment, ...] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.script = script

    def _run_hook(self, my_task: Token) -> bool | None:
        run_assignments(self.script, my_task)
        return True


class RuleTask(Activity):
    """Decisions, asked one after the other; every output becomes a variable, so a later table sees the earlier ones.

    result_variable     Camunda's name for the result of a single decision; then the outputs are not spread
    """

    def __init__(
        self, *args: Any, decisions: Decisions, refs: tuple[str, ...], result_variable: str | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.decisions = decisions
        self.refs = refs
        self.result_variable = result_variable

    def _run_hook(self, my_task: Token) -> bool | None:
        scope, step = my_task.workflow, my_task.workflow.top.step
        seen = dict(scope.variables(my_task))
        results: dict[str, Value] = {}
        taken = []
        for ref in self.refs:
            decided = self.decisions.decide(ref, seen, step.now)
            taken.append(
                DecisionTaken(
                    element_id=self.element_id,
                    decision_id=ref,
                    digest=decided.digest,
                    inputs=decided.inputs,
                    hits=decided.hits,
                    outputs=decided.outputs,
                    process_key=scope.process_key,
                    read=decided.read,
                )
            )
            outputs = decided.outputs if self.result_variable is None else {self.result_variable: decided.value}
            seen.update(outputs)
            results.update(outputs)
        step.decisions.extend(taken)
        for name, value in results.items():
            scope.assign(my_task, name, value)
        return True


class SendTask(Activity):
    """Sends a message out."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.payload: tuple[str, ...] = ()
        self.parties: tuple[str, ...] = ()

    def map_results(self, token: Token) -> None:
        # Assignments come first, so that what is sent is what the case then holds.
        super().map_results(token)
        for rule in self.events:
            token.workflow.top.step.thrown.append(thrown(self, token, rule))


class ReceiveTask(Activity, CatchEvent):
    """Waits for a message, as an activity (with boundary events), also behind an event-based gateway."""

    def begin(self, token: Token, local: dict[str, Value]) -> None:
        [facts] = self.subscriptions(token)
        token.data.update(local)
        token.internal_data.update(facts)
        self.arm(token)
