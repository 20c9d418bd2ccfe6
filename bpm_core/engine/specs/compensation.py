"""Undoing: what has been completed is compensated, the last first; a cancelled transaction is compensated whole.

A scope remembers its completed activities that can be undone, as [name, what was done inside]. An undoer - the event
that asks for compensation, or a sub-process opened again to undo its inside - works its list off one by one; each
handler knows its undoer (`undoes`) and wakes it when it is done.
Source: BPMN 2.0.2 (ISO/IEC 19510) 10.6 and 13.5.5.
"""

from __future__ import annotations

from typing import Any

from bpm_core.engine.tokens import STARTED, Token


def remember(token: Token) -> None:
    """The activity is completed: keep what undoing it needs."""
    spec = token.task_spec
    inside = token.internal_data.pop("did", None)
    if spec.compensator is not None or inside:
        token.workflow.done.append([spec.name, inside or []])


def begin(token: Token, name: str | None) -> bool:
    """Begin to undo activity `name`, or all of the scope. False if there is nothing to undo."""
    scope = _scope_of(token)
    chosen = [record for record in scope.done if name in (None, record[0])]
    if not chosen:
        return False
    scope.done = [record for record in scope.done if not any(record is other for other in chosen)]
    token._set_state(STARTED)
    token.internal_data["undo"] = chosen
    scope.top.later(token.task_spec.undo_next, token)
    return True


def undo_next(token: Token) -> None:
    """Undo the latest of what is left, or let the undoer go on."""
    records, scope = token.internal_data["undo"], _scope_of(token)
    if not records:
        del token.internal_data["undo"]
        token.task_spec.undone(token)
        return
    name, inside = records.pop()
    spec = scope.spec.task_specs[name]
    if spec.compensator is not None:
        handler = scope.spawn(scope.spec.task_specs[spec.compensator], {"undoes": token.id})
        scope.top.later(handler.task_spec.enter, handler)
    else:
        host = scope.spawn(spec, {"undoes": token.id, "undo": inside})
        scope.top.later(spec.undo_inside, host)


def handler_done(token: Token) -> None:
    """A handler has done its work: its undoer goes on."""
    scope = token.workflow
    scope.detach(token)
    scope.retire(token)
    scope.top.step.note(token, "completed")
    undoer = scope.top.find(token.internal_data["undoes"])
    if undoer is not None:
        scope.top.later(undoer.task_spec.undo_next, undoer)


def _scope_of(token: Token) -> Any:
    """The scope whose activities a token undoes: its own inside if it hosts one, else its own scope; an event
    sub-process undoes what the scope around it has done."""
    inner = token.workflow.top.subprocesses.get(token.id)
    if inner is not None:
        return inner
    scope = token.workflow
    while scope.host is not None and "at" in scope.host.internal_data:
        scope = scope.host.workflow
    return scope
