"""How what happens finds those it concerns: waiting tokens, signals through a case, errors and escalations outwards."""

from __future__ import annotations

from typing import Any

from bpm_core.engine import timers
from bpm_core.engine.contract import CloseReason, Thrown, Value, WaitKind
from bpm_core.engine.specs.rules import EventRule, due_facts, due_of
from bpm_core.engine.tokens import WAITING, Token


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
        kept: dict[str, Any] = {k: token.internal_data[k] for k in ("host", "sub", "event") if k in token.internal_data}
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


def thrown(node: Any, token: Token, rule: EventRule) -> Thrown:
    """What a throwing node sends out: the payload names that the case holds, and the names it does not."""
    scope = token.workflow
    variables = scope.variables(token)
    correlation = rule.correlation.value(variables, scope.top.step.now) if rule.correlation is not None else None
    return Thrown(
        kind=rule.kind,
        name=rule.name or "",
        element_id=node.element_id,
        process_key=scope.process_key,
        payload={name: variables[name] for name in node.payload if name in variables},
        payload_names=tuple(name for name in node.payload if name not in variables),
        parties=node.parties,
        correlation=None if correlation is None else str(correlation),
    )


def broadcast(top: Any, name: str, payload: dict[str, Value], *, skip: str | None = None) -> None:
    """A signal reaches everyone in the case who waits for it, except at the edge of token `skip`."""
    waiting = [
        token
        for scope in top.scopes()
        for token in scope.tasks.values()
        if token.internal_data.get("wait") == WaitKind.SIGNAL
        and token.task_spec.subscription(token).name == name
        and (skip is None or token.internal_data.get("host") != skip)
    ]
    for token in waiting:
        happens(token, payload)


def happens(token: Token, payload: dict[str, Value], *, first: bool = False) -> None:
    """The event a token waits for has happened: its wait is over, its payload becomes variables, it goes on.

    first   before anything else that is on the agenda
    """
    scope, spec = token.workflow, token.task_spec
    step = scope.top.step
    keeps = not spec.stops(token) and spec.subscription(token).kind != "timer"
    if not keeps:
        step.close(token, CloseReason.DONE)
    for name, value in payload.items():
        scope.assign(token, name, value)
    if first:
        step.agenda.appendleft((spec.caught, token))
    else:
        scope.top.later(spec.caught, token)


def propagate(scope: Any, token: Token | None, kind: str, code: str | None, message: str | None) -> bool:
    """Hand an error or escalation outwards to the nearest who handles it; False if nobody does.

    At each level: the activity's own boundary events, then event sub-processes of the scope around it.
    """
    skip: Any = None
    while True:
        if token is not None:
            host = scope.tasks.get(token.internal_data.get("of", ""), token)
            found = _match([(b, rule) for b in host.task_spec.boundaries for rule in b.events], kind, code)
            if found is not None:
                edge, rule = found
                edge.happen(scope, host, _error_variables(rule, code, message))
                return True
        handlers = [node for node in scope.spec.handlers if node is not skip]
        starts = [((node, start), rule) for node in handlers for start in node.starts() for rule in start.events]
        found = _match(starts, kind, code)
        if found is not None:
            (node, start), rule = found
            node.trigger(scope, start.name, _error_variables(rule, code, message))
            return True
        if scope.host is None:
            return False
        token, scope = scope.host, scope.host.workflow
        skip = token.task_spec if "sub" not in token.internal_data and token.task_spec in scope.spec.handlers else None


def _match(candidates: list[tuple[Any, EventRule]], kind: str, code: str | None) -> tuple[Any, EventRule] | None:
    """Who handles the code: the one that names it, else one that handles any."""
    fitting = [(who, rule) for who, rule in candidates if rule.kind == kind and rule.code in (code, None)]
    exact = [(who, rule) for who, rule in fitting if rule.code is not None]
    best = exact or fitting
    return best[0] if best else None


def _error_variables(rule: EventRule, code: str | None, message: str | None) -> dict[str, Value]:
    variables: dict[str, Value] = {}
    if rule.code_variable:
        variables[rule.code_variable] = code
    if rule.message_variable:
        variables[rule.message_variable] = message
    return variables
