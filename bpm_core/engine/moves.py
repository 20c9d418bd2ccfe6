"""Moving a token by hand: back to an earlier step, or on past one that cannot be done."""

from __future__ import annotations

from typing import Any

from bpm_core.engine.contract import BadMove
from bpm_core.engine.specs.subprocess import CallActivity, EventSubProcess, SubProcess
from bpm_core.engine.tokens import Token
from bpm_core.engine.workflow import Scope

_NOT_A_PLACE = frozenset({"boundaryEvent", "startEvent"})


def move_token(token: Token, element_id: str) -> None:
    """Cancel the token where it stands and open `element_id`, in its own scope, an outer one, or one inside those.

    Refuses with BadMove; then nothing has changed.
    """
    if "sub" in token.internal_data or "host" in token.internal_data or "race" in token.internal_data:
        raise BadMove("an event that waits cannot be moved, only a step", token=token.id, element=token.task_spec.name)
    scope: Scope | None = token.workflow
    standing = token
    while scope is not None:
        way = _way_down(scope.spec, element_id)
        if way is not None:
            _open(scope, standing, way)
            return
        if scope.host is None:
            break
        standing, scope = scope.host, scope.host.workflow
    raise BadMove(f"there is no step {element_id!r} to go to from here", element=element_id, token=token.id)


def _way_down(spec: Any, element_id: str) -> list[str] | None:
    """Names of the sub-processes to open one inside the other, and the element itself last."""
    node = spec.task_specs.get(element_id)
    if node is not None:
        if node.kind in _NOT_A_PLACE or node.joins or isinstance(node, EventSubProcess):
            raise BadMove(f"a token cannot be put on {element_id!r}", element=element_id, kind=node.kind)
        return [element_id]
    for name, inner in spec.task_specs.items():
        if isinstance(inner, SubProcess) and not isinstance(inner, (CallActivity, EventSubProcess)):
            below = _way_down(inner.inside, element_id) if inner.loop is None else None
            if below is not None:
                return [name, *below]
    return None


def _open(scope: Scope, standing: Token, way: list[str]) -> None:
    container = scope.tasks.get(standing.internal_data.get("of", ""))
    scope.cancel_token(container or standing)
    if len(way) == 1:
        scope.arrive(scope.spec.task_specs[way[0]])
        return
    host = scope.spawn(scope.spec.task_specs[way[0]], {"into": way[1:]})
    scope.top.later(host.task_spec.enter, host)
