"""What an open case waits for, said in the words of the contract."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bpm_core.engine.contract import Wait, WaitKind
from bpm_core.engine.specs.activities import ServiceTask
from bpm_core.engine.specs.rules import due_of
from bpm_core.engine.tokens import Token
from bpm_core.engine.workflow import CaseWorkflow


def of_case(live: CaseWorkflow) -> tuple[Wait, ...]:
    """Everything the case waits for, in the order it began."""
    waiting = [t for scope in live.scopes() for t in scope.tasks.values() if "wait" in t.internal_data]
    return tuple(describe(token) for token in sorted(waiting, key=lambda token: int(token.id)))


def describe(token: Token) -> Wait:
    """One wait."""
    facts, scope, spec = token.internal_data, token.workflow, token.task_spec
    kind = WaitKind(facts["wait"])
    more: dict[str, Any] = {}
    if kind in (WaitKind.MESSAGE, WaitKind.SIGNAL):
        more = {"name": spec.subscription(token).name, "correlation": facts.get("corr")}
    elif kind is WaitKind.TIMER:
        due = due_of(token)
        more = {"due_at": due.at, "working_days": due.working_days, "repeat": due.left if due.every else None}
    elif kind is WaitKind.JOB and isinstance(spec, ServiceTask):
        arguments: Mapping[str, Any] = spec.arguments(token)
        more = {"topic": spec.topic, "arguments": arguments}
    return Wait(
        token=token.id,
        kind=kind,
        element_id=spec.wait_element(token),
        process_key=scope.process_key,
        path=scope.path,
        item_index=_item_index(token),
        boundary_of=facts.get("host"),
        **more,
    )


def _item_index(token: Token | None) -> int | None:
    """Index of the innermost multi-instance that the token is in."""
    while token is not None:
        if "i" in token.internal_data:
            return int(token.internal_data["i"])
        token = token.workflow.host
    return None
