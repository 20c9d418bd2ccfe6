"""Runs a case from one rest to the next: the loop over its agenda, within budgets, and what comes out of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from bpm_core.engine import codec, waits
from bpm_core.engine.contract import Advance, Ended, EngineIncident, WaitKind
from bpm_core.engine.definitions import Definition
from bpm_core.engine.incidents import NodeFailure
from bpm_core.engine.specs.travel import happens
from bpm_core.engine.step import Step
from bpm_core.engine.tokens import ERROR, Token
from bpm_core.engine.workflow import CaseWorkflow

# The stage a failed action is tried again from, by the name of the action; nodes say it more finely once they run.
_STAGES = {"_on_complete": "leave", "leave": "leave", "depart": "depart", "scope_done": "inside", "caught": "caught"}


def advance(
    definition: Definition, live: CaseWorkflow, now: datetime, begin: Callable[[CaseWorkflow], None]
) -> Advance:
    """Let `begin` put something on the case's agenda, run the case to its next rest, and tell what changed.

    A failure inside a node is an incident, the case is kept. Any other exception leaves `live` unusable.
    """
    step = Step(now, definition.budget)
    live.step = step
    begin(live)
    _drain(live, definition)
    if not live.completed:
        _never_lost(live)
    return Advance(
        state=codec.encode(live, definition),
        opened=tuple(waits.describe(token) for token in step.opened.values()),
        closed=tuple(step.closed),
        passed=tuple(step.passed),
        thrown=tuple(step.thrown),
        decisions=tuple(step.decisions),
        changed=live.changes(),
        ended=Ended(step.last_end, tuple(step.ends), step.terminated) if live.completed else None,
        incidents=tuple(step.incidents),
        live=live,
    )


def _drain(live: CaseWorkflow, definition: Definition) -> None:
    step = live.step
    while True:
        if step.changed and definition.has_conditions:
            step.changed = False
            _conditions(live)
        if not step.agenda:
            if _wake(live, definition):
                continue
            return
        action, token = step.agenda.popleft()
        if not token.alive or token._state == ERROR:
            continue
        token.phase = _STAGES.get(action.__name__, "enter")
        try:
            step.count()
            action(token)
        except NodeFailure as failure:
            stick(token, failure)
        token.workflow.settle()


def stick(token: Token, failure: NodeFailure) -> None:
    """The token stays where it is, marked with the stage that failed; the incident tells a person."""
    step = token.workflow.top.step
    token._set_state(ERROR)
    token.internal_data["stuck"] = token.phase
    facts = {**failure.facts, "token": token.id, "process_key": token.workflow.process_key}
    step.incidents.append(EngineIncident(failure.code, token.task_spec.element_id, failure.message, facts))


def _wake(live: CaseWorkflow, definition: Definition) -> bool:
    """When all rests: go on at inclusive joins that nothing more can reach."""
    if definition.has_mergers:
        for scope in live.scopes():
            for merger in scope.spec.mergers:
                tokens = merger.ripe(scope)
                if tokens is not None:
                    live.later(merger.release, tokens[0])
                    return True
    return False


def _conditions(live: CaseWorkflow) -> None:
    """Variables have changed: look at every condition that is waited for, before anything else goes on."""
    for scope in live.scopes():
        for token in list(scope.tasks.values()):
            if token.internal_data.get("wait") != WaitKind.CONDITION:
                continue
            rule = token.task_spec.subscription(token)
            try:
                holds = rule.condition.value(scope.variables(token), live.step.now) is True
            except NodeFailure:
                holds = False  # a condition over what is not known yet does not hold yet
            if not holds:
                token.internal_data.pop("held", None)
            elif "held" not in token.internal_data:
                happens(token, {}, first=True)


def _never_lost(live: CaseWorkflow) -> None:
    """An open case waits for something or has an incident. Otherwise say so, rather than stop silently."""
    waiting = False
    for scope in live.scopes():
        containers = {token.internal_data.get("of") for token in scope.tasks.values()}
        for token in scope.tasks.values():
            wait = token.internal_data.get("wait")
            waiting = waiting or token._state == ERROR or (wait is not None and wait != WaitKind.CONDITION)
            if token.id not in containers and not live.resting(token):
                stick(token, NodeFailure("stuck", "the step neither waits for anything nor goes on"))
                waiting = True
    if waiting:
        return
    places = [t.task_spec.element_id for scope in reversed(live.scopes()) for t in scope.tasks.values()]
    message = "nothing can happen any more: no step, timer, message or job is open, yet the case has not ended"
    facts = {"elements": sorted(set(places))}
    live.step.incidents.append(EngineIncident("stuck", places[0] if places else None, message, facts))
