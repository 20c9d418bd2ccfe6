"""What may be asked of a running case: each function takes a state and an input and returns an Advance."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from bpm_core.engine import codec, waits
from bpm_core.engine.cache import CacheStats, LiveCases
from bpm_core.engine.contract import (
    Advance,
    BadMove,
    CaseState,
    CloseReason,
    EngineIncident,
    NotExecutable,
    Snapshot,
    UnknownToken,
    Variables,
    WaitKind,
)
from bpm_core.engine.definitions import Definition
from bpm_core.engine.moves import move_token
from bpm_core.engine.runner import advance
from bpm_core.engine.scripting import own
from bpm_core.engine.specs.subprocess import begin_scope
from bpm_core.engine.specs.travel import broadcast, happens, propagate
from bpm_core.engine.tokens import ERROR, STARTED, Token
from bpm_core.engine.workflow import CaseWorkflow

DEFAULT_CACHE_BYTES = 128 * 1024 * 1024
_cases = LiveCases(DEFAULT_CACHE_BYTES)


def start(
    definition: Definition,
    *,
    case_id: str,
    variables: Variables,
    now: datetime,
    message: str | None = None,
    signal: str | None = None,
    element: str | None = None,
    payload: Variables | None = None,
) -> Advance:
    """Begin a case at its plain start event, at the start event of `message` or `signal`, or at `element`.

    payload     values that came with the message or signal
    Refuses with NotExecutable when the process has no such start.
    """
    event = ("signal", signal) if signal is not None else ("message", message) if message is not None else None
    begin = _start_event(definition, event, element)
    given = {**_owned(variables), **_owned(payload or {})}
    live = CaseWorkflow(definition)

    def first(live: CaseWorkflow) -> None:
        for name, value in given.items():
            live.set_variable(name, value)
        begin_scope(live, begin)

    return advance(definition, live, now, first)


def complete(definition: Definition, state: CaseState, token: str, variables: Variables, *, now: datetime) -> Advance:
    """A person has completed a step; `variables` are set where they live (locally if the step maps its outputs)."""
    values = _owned(variables)
    return _on_token(definition, state, token, (WaitKind.WORK,), now, lambda t: _finish(t, values))


def deliver(definition: Definition, state: CaseState, token: str, payload: Variables, *, now: datetime) -> Advance:
    """A message (or a signal, for this token alone) has come for a token; its payload becomes variables."""
    values = _owned(payload)
    kinds = WaitKind.MESSAGE, WaitKind.SIGNAL
    return _on_token(definition, state, token, kinds, now, lambda t: happens(t, values))


def throw_signal(definition: Definition, state: CaseState, name: str, payload: Variables, *, now: datetime) -> Advance:
    """A signal reaches every token of the case that waits for it. Refuses with UnknownToken if none does."""
    values = _owned(payload)
    live = _open(definition, state)
    waiting = [w for w in waits.of_case(live) if w.kind is WaitKind.SIGNAL and w.name == name]
    if not waiting:
        _put_back(state, live)
        raise UnknownToken(f"nobody waits for the signal {name!r}", signal=name)

    def begin(live: CaseWorkflow) -> None:
        broadcast(live, name, values)

    return advance(definition, live, now, begin)


def fire(definition: Definition, state: CaseState, token: str, *, now: datetime) -> Advance:
    """A timer is due."""
    return _on_token(definition, state, token, (WaitKind.TIMER,), now, lambda t: happens(t, {}))


def finish_job(definition: Definition, state: CaseState, token: str, outputs: Variables, *, now: datetime) -> Advance:
    """A connector has done its step; `outputs` become variables."""
    values = _owned(outputs)
    return _on_token(definition, state, token, (WaitKind.JOB,), now, lambda t: _finish(t, values))


def fail_job(
    definition: Definition, state: CaseState, token: str, *, error_code: str | None, message: str, now: datetime
) -> Advance:
    """A connector has failed for good: the diagram handles `error_code`, or it is an incident and the job stays."""

    def fail(found: Token) -> None:
        if error_code is not None and propagate(found.workflow, found, "error", error_code, message):
            return
        facts = {"token": found.id, "error_code": error_code, "process_key": found.workflow.process_key}
        incident = EngineIncident("job_failed", found.task_spec.element_id, message, facts)
        found.workflow.top.step.incidents.append(incident)

    return _on_token(definition, state, token, (WaitKind.JOB,), now, fail)


def cancel(definition: Definition, state: CaseState, *, now: datetime) -> Advance:
    """End the case here and now; everything it waits for is cancelled."""

    def begin(live: CaseWorkflow) -> None:
        live.cancel_all()
        live.completed = True
        live.step.terminated = True

    return advance(definition, _open(definition, state), now, begin)


def move(definition: Definition, state: CaseState, token: str, to_element: str, *, now: datetime) -> Advance:
    """Take a token from where it stands to another element: back to an earlier step, or past one that cannot be done.

    Refuses with UnknownToken and BadMove.
    """
    live = _open(definition, state)
    found = live.find(token)
    if found is None:
        _put_back(state, live)
        raise UnknownToken(f"token {token!r} is not open", token=token)
    try:
        return advance(definition, live, now, lambda _: move_token(found, to_element))
    except BadMove:
        _put_back(state, live)
        raise


def set_variables(
    definition: Definition, state: CaseState, variables: Variables, *, now: datetime, scope: str | None = None
) -> Advance:
    """Correct variables of the process, or of the scope whose token is `scope`; conditions are looked at again."""
    values = _owned(variables)
    live = _open(definition, state)
    holder = live.find(scope) if scope is not None else None
    if scope is not None and holder is None:
        _put_back(state, live)
        raise UnknownToken(f"there is no scope {scope!r}", token=scope)

    def begin(live: CaseWorkflow) -> None:
        live.step.changed = True
        for name, value in values.items():
            if holder is None:
                live.set_variable(name, value)
            else:
                _frame_of(holder)[name] = value

    return advance(definition, live, now, begin)


def retry(definition: Definition, state: CaseState, element_or_token: str, *, now: datetime) -> Advance:
    """After an incident: run what is stuck at an element, or the one stuck token, again.

    Refuses with UnknownToken if nothing is stuck there.
    """
    live = _open(definition, state)
    stuck = [
        token
        for scope in live.scopes()
        for token in scope.tasks.values()
        if token._state == ERROR and element_or_token in (token.id, token.task_spec.element_id)
    ]
    if not stuck:
        _put_back(state, live)
        raise UnknownToken(f"nothing is stuck at {element_or_token!r}", token=element_or_token)

    def begin(live: CaseWorkflow) -> None:
        for token in stuck:
            token._set_state(STARTED)
            live.later(_again, token)

    return advance(definition, live, now, begin)


def inspect(definition: Definition, state: CaseState) -> Snapshot:
    """What a state holds. Always decodes: the warm cache is neither asked nor disturbed."""
    live = codec.decode(_blob(state), definition)
    scopes = {
        token.id: dict(_frame_of(token))
        for scope in live.scopes()
        for token in scope.tasks.values()
        if _frame_of(token)
    }
    return Snapshot(waits.of_case(live), dict(live.data), scopes, live.completed)


def settle(case_id: str, new_version: int, result: Advance) -> None:
    """The advance has been committed as `new_version`: keep the case warm for its next step."""
    if result.ended is None and result.live is not None:
        _cases.put(case_id, new_version, result.live)
    else:
        _cases.discard(case_id)


def discard(case_id: str) -> None:
    """Forget the warm case: the transaction did not commit, or another worker has moved it."""
    _cases.discard(case_id)


def cache_stats() -> CacheStats:
    """How the warm cache of this process does."""
    return _cases.stats()


def cache_limit(limit: int) -> None:
    """How many bytes of live cases this process keeps."""
    _cases.limit(limit)


# -- parts ------------------------------------------------------------------------------------------------------


def _open(definition: Definition, state: CaseState) -> CaseWorkflow:
    live = _cases.take(state.case_id, state.version, definition)
    return live if live is not None else codec.decode(_blob(state), definition)


def _put_back(state: CaseState, live: CaseWorkflow) -> None:
    """After a refusal that changed nothing, the live case stays warm."""
    _cases.put(state.case_id, state.version, live)


def _blob(state: CaseState) -> bytes:
    return state.blob if isinstance(state.blob, bytes) else bytes(state.blob())


def _owned(variables: Variables) -> dict[str, Any]:
    return {str(name): own(value) for name, value in variables.items()}


def _on_token(
    definition: Definition,
    state: CaseState,
    token: str,
    kinds: tuple[WaitKind, ...],
    now: datetime,
    action: Callable[[Token], None],
) -> Advance:
    live = _open(definition, state)
    found = live.find(token)
    if found is None or found.internal_data.get("wait") not in kinds:
        _put_back(state, live)
        raise UnknownToken(f"token {token!r} does not wait for {kinds[0]}", token=token, kind=str(kinds[0]))
    return advance(definition, live, now, lambda live: live.later(action, found))


def _finish(token: Token, values: dict[str, Any]) -> None:
    token.workflow.top.step.close(token, CloseReason.DONE)
    token.task_spec.set_results(token, values)
    token.task_spec.body_done(token)


def _again(token: Token) -> None:
    stage = token.internal_data["stuck"]
    if stage == "enter":
        token.workflow.detach(token)
    token.phase = stage
    token.task_spec.resume(token, stage)
    token.internal_data.pop("stuck", None)


def _frame_of(token: Token) -> dict[str, Any]:
    inner = token.workflow.top.subprocesses.get(token.id)
    return inner.data if inner is not None else token.data


def _start_event(definition: Definition, event: tuple[str, str] | None, element: str | None) -> list[str] | None:
    """The start event to begin at; None for the plain ones."""
    starts = definition.spec.starts
    if element is not None:
        fitting = [node for node in starts if node.element_id == element]
    elif event is not None:
        fitting = [node for node in starts if any((rule.kind, rule.name) == event for rule in node.events)]
    elif definition.spec.begins:
        return None
    else:
        fitting = list(starts) if len(starts) == 1 else []
    if not fitting:
        wanted = element or (event[1] if event else "a plain start")
        raise NotExecutable(
            f"{definition.key} cannot be started by {wanted!r}",
            element=element,
            rule="no_start",
            line=None,
            file=None,
            start=wanted,
        )
    return [fitting[0].name]
