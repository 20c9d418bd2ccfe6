"""Node: what every element of a process has in common - entering, leaving, and choosing where to go on."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from SpiffWorkflow.bpmn.specs.bpmn_task_spec import BpmnTaskSpec

from bpm_core.engine.incidents import NodeFailure
from bpm_core.engine.scripting import Assignment, Expression
from bpm_core.engine.specs import compensation
from bpm_core.engine.specs.loops import Loop
from bpm_core.engine.specs.rules import EventRule
from bpm_core.engine.tokens import COMPLETED, Token


@dataclass(frozen=True, slots=True)
class Flow:
    """A sequence flow: `target` is the name of a node in the same process or sub-process."""

    id: str
    source: str
    target: str
    condition: Expression | None = None
    default: bool = False


class Node(BpmnTaskSpec):  # type: ignore[misc]
    """A node of a diagram.

    A token's way: `enter` (look at it: wait, or get ready and run) - `_run_hook` (do it) - `_on_complete` (map results,
    choose flows, go on). Each stage evaluates first and changes afterwards, so that a failure leaves a token that can
    be tried again from the same stage.
    """

    is_activity = False
    ad_hoc = False
    joins = False
    _sealed = False

    def __init__(self, wf_spec: Any, name: str, *, kind: str, line: int | None = None, **kwargs: Any) -> None:
        super().__init__(wf_spec, name, inputs=[], outputs=[], data={}, defines={}, **kwargs)
        self.bpmn_id = name
        self.bpmn_name = kwargs.get("bpmn_name")
        self.kind = kind
        self.line = line
        self.element_id = name
        self.incoming: tuple[Flow, ...] = ()
        self.outgoing: tuple[Flow, ...] = ()
        self.boundaries: tuple[Any, ...] = ()  # the boundary events (specs.events.Boundary) on its edge
        self.loop: Loop | None = None
        self.compensator: str | None = None  # the activity that undoes this one
        self.events: tuple[EventRule, ...] = ()
        self.all_events = False  # parallelMultiple: all of several events must happen, not one
        self.assigns: tuple[Assignment, ...] = ()
        self.drops: tuple[str, ...] = ()  # boundary events that are over once this node has begun (activeUntil)

    def seal(self) -> None:
        """From now on the node cannot be changed; connecting it to another one fails as well."""
        for name in ("_inputs", "_outputs"):
            setattr(self, name, tuple(getattr(self, name)))
        for name in ("data", "defines"):
            setattr(self, name, MappingProxyType(getattr(self, name)))
        self._sealed = True

    def __setattr__(self, name: str, value: object) -> None:
        if self._sealed:
            raise AttributeError(f"a definition that runs is not changed: {self.name}.{name}")
        super().__setattr__(name, value)

    # -- the way of a token -------------------------------------------------------------------------------------

    def enter(self, token: Token) -> None:
        """A token has come: automatic nodes run at once."""
        self.note_entered(token)
        token._ready()
        token.run()

    def _update(self, my_task: Token) -> None:
        self.enter(my_task)

    def _run(self, my_task: Token) -> bool | None:
        # Stock _run marks the task as failed and raises; the runner does that for us, with the stage that failed.
        my_task.phase = "run"
        return self._run_hook(my_task)

    def _run_hook(self, my_task: Token) -> bool | None:
        """Do what the node is for. True: done; None: it goes on elsewhere (a sub-process, a job)."""
        return True

    def _on_complete(self, my_task: Token) -> None:
        self.leave(my_task)

    def leave(self, token: Token) -> None:
        """Assign, choose, go on."""
        token.phase = "leave"
        self.map_results(token)
        self.depart(token)

    def depart(self, token: Token) -> None:
        """Choose, go on."""
        token.phase = "depart"
        self.go_on(token, self.choose(token))

    def resume(self, token: Token, phase: str) -> None:
        """Try again from the stage that failed."""
        stages = {
            "enter": self.enter,
            "run": self.run_again,
            "caught": self.caught,
            "leave": self.leave,
            "depart": self.depart,
        }
        stages[phase](token)

    def undo_next(self, token: Token) -> None:
        """A handler of a token that undoes is done: on with the next."""
        compensation.undo_next(token)

    def undone(self, token: Token) -> None:
        """Everything that was to be undone is."""
        token.complete()

    def caught(self, token: Token) -> None:
        """What a token here waited for has happened."""
        raise NotImplementedError

    def run_again(self, token: Token) -> None:
        """Do once more what the node is for."""
        token._ready()
        token.run()

    # -- parts --------------------------------------------------------------------------------------------------

    def note_entered(self, token: Token) -> None:
        """Write down that a token came, once."""
        if "stuck" not in token.internal_data:
            token.workflow.top.step.note(token, "entered")
        if self.drops:
            self._drop_boundaries(token)

    def _drop_boundaries(self, token: Token) -> None:
        scope = token.workflow
        while scope is not None:
            for other in [t for t in scope.tasks.values() if t.task_spec.name in self.drops]:
                scope.cancel_token(other)
            scope = scope.host.workflow if scope.host is not None and not scope.isolated else None

    def map_results(self, token: Token) -> None:
        """Run the assignments of the node in order; each sees the ones before. All of them happen, or none."""
        if self.assigns:
            run_assignments(self.assigns, token)

    def choose(self, token: Token) -> list[Flow]:
        """Flows out of an activity or event: those without a condition, and those whose condition holds; if none of
        the conditions holds, the default flow.

        Refuses with NodeFailure("no_flow") when there are flows and none may be taken.
        Source: BPMN 2.0.2 (ISO/IEC 19510) 8.4.13 and 13.2.1.
        """
        if not self.outgoing:
            return []
        if len(self.outgoing) == 1 and self.outgoing[0].condition is None:
            return [self.outgoing[0]]
        variables, now = token.workflow.variables(token), token.workflow.top.step.now
        always = [flow for flow in self.outgoing if flow.condition is None and not flow.default]
        held = [f for f in self.outgoing if f.condition is not None and f.condition.truth(variables, now)]
        if held or not any(flow.default for flow in self.outgoing):
            return [*always, *held] or self.default_or_fail()
        return [*always, *self.default_or_fail()]

    def default_or_fail(self) -> list[Flow]:
        """The default flow alone. Refuses with NodeFailure("no_flow") when there is none."""
        for flow in self.outgoing:
            if flow.default:
                return [flow]
        raise NodeFailure(
            "no_flow",
            f"no condition on the flows out of {self.element_id} holds and there is no default flow",
            {"flows": [flow.id for flow in self.outgoing]},
        )

    def go_on(self, token: Token, flows: list[Flow]) -> None:
        """The token is done here: it ends, and one new token sets out along each flow."""
        scope = token.workflow
        scope.detach(token)
        token._state = COMPLETED
        scope.retire(token)
        scope.top.step.note(token, "completed")
        specs = scope.spec.task_specs
        for flow in flows:
            scope.arrive(specs[flow.target], flow.id)

    @property
    def event(self) -> EventRule | None:
        """The event definition of a node that has just one, or the first of several."""
        return self.events[0] if self.events else None

    def subscription(self, token: Token) -> EventRule:
        """The event a token here waits for."""
        index: int = token.internal_data.get("event", 0)
        return self.events[index]

    def subscriptions(self, token: Token) -> list[dict[str, Any]]:
        """The facts of every subscription that begins when a token comes here."""
        return [
            {**rule.prepare(token), **({"event": index} if len(self.events) > 1 else {})}
            for index, rule in enumerate(self.events)
            if rule.wait is not None
        ]

    def stops(self, token: Token) -> bool:
        """True if the wait is over once its event has happened."""
        return True

    def wait_element(self, token: Token) -> str:
        """BPMN id of what a token here waits at."""
        return str(self.element_id)


def run_assignments(assignments: tuple[Assignment, ...], token: Token) -> None:
    """Evaluate in order, each seeing the ones before; set them only when all of them have a value."""
    scope, now = token.workflow, token.workflow.top.step.now
    seen = dict(scope.variables(token))
    results = {}
    for assignment in assignments:
        value = assignment.expression.value(seen, now)
        seen[assignment.variable] = results[assignment.variable] = value
    results.pop("", None)  # a value nobody asked to keep
    for name, value in results.items():
        scope.assign(token, name, value)
