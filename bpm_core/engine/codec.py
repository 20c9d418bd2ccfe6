"""A case's state as bytes and back: compact, versioned, exact in types. The definition is named, not included.

Format 1 is JSON: [1, definition, serial, scope, [scope, ...]] with the outermost scope first and each inner one after
the scope that hosts it.
scope = [host, over, variables, [token, ...], written, done]; token = [id, node, state, facts, variables].
Values are encoded by feel.values.encode, so that 1, 1.0, true and a date stay what they are.
"""

from __future__ import annotations

from typing import Any

import orjson

from bpm_core.engine.contract import StateMismatch, Value
from bpm_core.engine.definitions import Definition
from bpm_core.engine.tokens import Token
from bpm_core.engine.workflow import CaseWorkflow, InnerWorkflow, Scope
from bpm_core.feel import values

FORMAT = 1


def encode(live: CaseWorkflow, definition: Definition) -> bytes:
    """The state of a case that is at rest."""
    inner = [_scope(scope) for scope in live.subprocesses.values()]
    blob = orjson.dumps([FORMAT, definition.digest[:16], live.serial, _scope(live), inner])
    live.state_bytes = len(blob)
    return blob


def decode(blob: bytes, definition: Definition) -> CaseWorkflow:
    """The case again. Refuses with StateMismatch what is not a state of this definition in a known format."""
    try:
        document = orjson.loads(blob)
    except orjson.JSONDecodeError as error:
        raise StateMismatch("the state is not readable") from error
    if type(document) is not list or not document or document[0] != FORMAT:
        raise StateMismatch("the state is of an unknown format", expected=FORMAT)
    try:
        _, digest, serial, outer, inner = document
        if digest != definition.digest[:16]:
            expected = definition.digest[:16]
            raise StateMismatch("the state belongs to another definition", expected=expected, found=digest)
        live = CaseWorkflow(definition)
        live.serial = serial
        _fill(live, outer)
        for row in inner:
            host = live.find(row[0])
            if host is None:
                raise StateMismatch("the state names a scope without its host", host=row[0])
            scope = InnerWorkflow(host.task_spec.inside, host, live, host.task_spec.isolated)
            live.subprocesses[host.id] = scope
            _fill(scope, row)
    except (KeyError, IndexError, TypeError, ValueError, AttributeError) as error:
        raise StateMismatch("the state does not fit the definition", detail=repr(error)) from error
    live.state_bytes = len(blob)
    live.live = sum(len(scope.tasks) for scope in live.scopes())
    return live


def _scope(scope: Scope) -> list[Any]:
    tokens = [
        [token.id, token.task_spec.name, token._state, token.internal_data or 0, _variables(token.data) or 0]
        for token in scope.tasks.values()
    ]
    if isinstance(scope, InnerWorkflow):
        return [scope.parent_task_id, scope.completed, _fragments(scope), tokens, sorted(scope.written), scope.done]
    return [None, scope.completed, _fragments(scope), tokens, [], scope.done]


def _variables(data: dict[str, Value]) -> dict[str, Any]:
    return {name: values.encode(value) for name, value in data.items()}


def _fragments(scope: Scope) -> dict[str, Any]:
    """The scope's variables; one is encoded only when it is not the object encoded last time: values never change."""
    known = scope.fragments
    if len(known) > len(scope.data):
        scope.fragments = known = {name: pair for name, pair in known.items() if name in scope.data}
    encoded = {}
    for name, value in scope.data.items():
        pair = known.get(name)
        if pair is None or pair[0] is not value:
            pair = known[name] = (value, orjson.Fragment(orjson.dumps(values.encode(value))))
        encoded[name] = pair[1]
    return encoded


def _fill(scope: Scope, row: list[Any]) -> None:
    _, scope.completed, variables, tokens, written, scope.done = row
    if isinstance(scope, InnerWorkflow):
        scope.written = set(written)
    for name, stored in variables.items():
        value = scope.data[name] = values.decode(stored)
        # What was stored is what would be stored again: an unchanged variable is not encoded a second time.
        scope.fragments[name] = value, orjson.Fragment(orjson.dumps(stored))
    specs = scope.spec.task_specs
    for identity, name, state, facts, local in tokens:
        token = Token(scope, specs[name], identity, state)
        if facts:
            token.internal_data = facts
        if local:
            token.data = {key: values.decode(value) for key, value in local.items()}
