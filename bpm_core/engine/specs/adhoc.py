"""Ad-hoc sub-processes: activities without an order of their own, all at once or one after the other."""

from __future__ import annotations

from typing import Any

from bpm_core.engine.contract import Value
from bpm_core.engine.scripting import Expression
from bpm_core.engine.specs.subprocess import SubProcess, begin_scope
from bpm_core.engine.tokens import STARTED, Token


class AdHocSubProcess(SubProcess):
    """Every activity inside that nothing leads to begins: together, or, if sequential, one after the other.

    until           completion condition, asked whenever an activity inside is completed
    cancels_rest    whether activities still open are cancelled when it holds
    """

    ad_hoc = True

    def __init__(
        self, *args: Any, sequential: bool, until: Expression | None, cancels_rest: bool, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.sequential = sequential
        self.until = until
        self.cancels_rest = cancels_rest

    def begin(self, token: Token, local: dict[str, Value]) -> None:
        if not self.sequential or "into" in token.internal_data:
            super().begin(token, local)
            return
        token.data.update(local)
        token._set_state(STARTED)
        first, *rest = self.inside.begins
        token.internal_data["rest"] = rest
        begin_scope(token.workflow.top.create_subprocess(token, self.inside), [first])

    def enough(self, token: Token) -> bool:
        """An activity inside is being completed by `token`: does the completion condition hold now?"""
        if self.until is None:
            return False
        return self.until.truth(token.workflow.variables(token), token.workflow.top.step.now)

    def completed_one(self, host: Token, scope: Any, enough: bool) -> None:
        """An activity inside has been completed: end, begin the next one, or let the others go on."""
        if enough:
            host.internal_data.pop("rest", None)
            if self.cancels_rest:
                scope.cancel_all()
        elif host.internal_data.get("rest") and not scope.tasks:
            scope.arrive(scope.spec.task_specs[host.internal_data["rest"].pop(0)])
