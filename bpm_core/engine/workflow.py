"""Scopes: a running process, sub-process or called process. SpiffWorkflow's workflow classes with flat look-ups.

Only open tokens are kept: a finished one is taken out the moment it has finished, so that the state of a case holds
what is open and not what is done, a step costs the same after ten or ten thousand others, and nothing walks a tree.
Joins, boundary events, races and instances find their partners by ids in `internal_data`, never by ancestry.
"""

from __future__ import annotations

from typing import Any

from SpiffWorkflow.bpmn.util.subworkflow import BpmnSubWorkflow
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow

from bpm_core.engine.contract import CloseReason, Value
from bpm_core.engine.definitions import Definition
from bpm_core.engine.incidents import OverBudget
from bpm_core.engine.scripting import REFUSING_ENGINE
from bpm_core.engine.specs.process import ProcessSpec
from bpm_core.engine.step import Action, Step
from bpm_core.engine.tokens import CANCELLED, ERROR, FUTURE, READY, WAITING, Token

_MISSING = object()


class Scope:
    """What CaseWorkflow and InnerWorkflow share: tokens, variables and their life."""

    spec: Any
    tasks: dict[str, Token]
    data: dict[str, Value]
    top: CaseWorkflow
    host: Token | None
    isolated: bool  # a called process sees only what was passed in
    called: bool  # part of a called process
    root: CaseWorkflow | InnerWorkflow  # the process this is, or is part of
    process_key: str
    path: tuple[str, ...]
    completed: bool
    fragments: dict[str, tuple[Value, Any]]  # encoded variables, kept by the codec
    done: list[list[Any]]  # completed activities that can be undone, see specs.compensation

    # -- tokens -------------------------------------------------------------------------------------------------

    def spawn(self, spec: Any, internal: dict[str, Any] | None = None, data: dict[str, Value] | None = None) -> Token:
        """A new token at `spec`, on nobody's agenda yet."""
        top = self.top
        top.serial += 1
        top.live += 1
        if top.live > top.step.budget.tokens:
            raise OverBudget("tokens", top.step.budget.tokens)
        token = Token(self, spec, str(top.serial))
        if internal:
            token.internal_data.update(internal)
        if data:
            token.data.update(data)
        return token

    def arrive(self, spec: Any, via: str | None = None) -> None:
        """A token comes to `spec` along flow `via`; it is looked at when its turn comes."""
        token = self.spawn(spec, {"via": via} if via is not None and spec.joins else None)
        self.top.later(spec.enter, token)

    def retire(self, token: Token) -> None:
        """Take a finished token out."""
        if self.tasks.pop(token.id, None) is not None:
            self.top.live -= 1

    def cancel_token(self, token: Token) -> None:
        """Overtaken: end the token, what it waits for, and everything inside and attached to it."""
        if not token.alive:
            return
        inner = self.top.subprocesses.get(token.id)
        if inner is not None:
            inner.cancel_all()
            del self.top.subprocesses[token.id]
        spec = token.task_spec
        if spec.loop is not None and "of" not in token.internal_data:
            for other in [t for t in self.tasks.values() if t.internal_data.get("of") == token.id]:
                self.cancel_token(other)
        if "undo" in token.internal_data:
            for scope in self.top.scopes():
                for other in [t for t in scope.tasks.values() if t.internal_data.get("undoes") == token.id]:
                    scope.cancel_token(other)
        self.detach(token)
        if spec.is_activity and "sub" not in token.internal_data and token._state != FUTURE:
            self.top.step.note(token, "cancelled")
        self.top.step.close(token, CloseReason.CANCELLED)
        token._set_state(CANCELLED)
        self.retire(token)

    def detach(self, token: Token) -> None:
        """End the boundary events attached to a token."""
        if token.task_spec.boundaries:
            for other in [t for t in self.tasks.values() if t.internal_data.get("host") == token.id]:
                self.cancel_token(other)

    def cancel_all(self) -> None:
        """Cancel every token of this scope."""
        for token in list(self.tasks.values()):
            self.cancel_token(token)

    def settle(self) -> None:
        """If nothing is open here any more, the scope is over and its host goes on."""
        if self.completed or not self.present:
            return
        if self.host is not None and "undo" in self.host.internal_data:
            return  # its host undoes it, one handler after the other
        for token in self.tasks.values():
            if "sub" not in token.internal_data and "taken" not in token.internal_data:
                return
        self.cancel_all()
        self.completed = True
        if self.host is not None:
            self.top.later(self.host.task_spec.scope_done, self.host)

    @property
    def present(self) -> bool:
        """True while this scope belongs to the case."""
        return self.host is None or self.top.subprocesses.get(self.host.id) is self

    # -- variables ----------------------------------------------------------------------------------------------

    def frames(self, token: Token | None) -> list[dict[str, Value]]:
        """The variable scopes a token sees, innermost first; the last is its process."""
        frames: list[dict[str, Value]] = []
        scope: Scope = self
        while True:
            while token is not None:
                if token.data:
                    frames.append(token.data)
                token = scope.tasks.get(token.internal_data.get("of", ""))
            if scope.host is None or scope.isolated:
                frames.append(scope.data)
                return frames
            if scope.data:
                frames.append(scope.data)
            token = scope.host
            scope = token.workflow

    def variables(self, token: Token | None) -> dict[str, Value]:
        """What a token sees, to be read only: one dict, inner names hiding outer ones."""
        frames = self.frames(token)
        if len(frames) == 1:
            return frames[0]
        seen: dict[str, Value] = {}
        for frame in reversed(frames):
            seen.update(frame)
        return seen

    def assign(self, token: Token | None, name: str, value: Value) -> None:
        """Set a variable where it lives: the nearest scope that has it, else the process."""
        self.top.step.changed = True
        for frame in self.frames(token)[:-1]:
            if name in frame:
                frame[name] = value
                return
        self.root.set_variable(name, value)


class InnerWorkflow(Scope, BpmnSubWorkflow):  # type: ignore[misc]
    """A sub-process or called process inside a case; `data` holds its own variables.

    written     names that a called process has set itself, as opposed to what was passed in
    """

    def __init__(self, spec: ProcessSpec, host: Token, top: CaseWorkflow, isolated: bool) -> None:
        self.top = top
        self.host = host
        self.isolated = isolated
        self.fragments = {}
        self.done = []
        outer: Scope = host.workflow
        self.path = (*outer.path, host.task_spec.element_id)
        self.process_key = spec.name if isolated else outer.process_key
        self.called = isolated or outer.called
        self.root = self if isolated else outer.root
        self.written: set[str] = set()
        super().__init__(spec, parent_task_id=host.id, top_workflow=top, deserializing=True)

    def set_variable(self, name: str, value: Value) -> None:
        """Set a variable of this called process, remembering that it was set here and not passed in."""
        self.data[name] = value
        self.written.add(name)

    def _calculate_depth(self) -> int:
        assert self.host is not None  # an inner workflow always has one
        return int(self.host.workflow.depth) + 1


class CaseWorkflow(Scope, BpmnWorkflow):  # type: ignore[misc]
    """One case: the outermost scope, the register of the inner ones, and the serial number of its tokens."""

    def __init__(self, definition: Definition) -> None:
        spec = definition.spec
        self.definition = definition
        super().__init__(spec, {}, script_engine=REFUSING_ENGINE, deserializing=True)
        self.top = self
        self.host = None
        self.isolated = True
        self.called = False
        self.root = self
        self.process_key = spec.name
        self.path = ()
        self.serial = 0
        self.live = 0  # open tokens in all scopes
        self.state_bytes = 0  # size of the state last encoded or decoded
        self.step: Step = None  # type: ignore[assignment]  # set for the length of one advance by the runner
        self.fragments = {}
        self.done = []

    def later(self, action: Action, token: Token) -> None:
        """Put an action on the agenda."""
        self.step.agenda.append((action, token))

    def set_variable(self, name: str, value: Value) -> None:
        """Set a variable of the case, remembering what it was before this advance."""
        self.step.before.setdefault(name, self.data.get(name, _MISSING))
        self.step.changed = True
        self.data[name] = value

    def changes(self) -> dict[str, Value]:
        """Outermost variables that differ from before the advance; equal values of another type differ."""
        now = self.data
        return {
            name: now.get(name)
            for name, old in self.step.before.items()
            if (name in now) != (old is not _MISSING) or (name in now and not same(old, now[name]))
        }

    def create_subprocess(self, my_task: Token, spec: ProcessSpec, isolated: bool = False) -> InnerWorkflow:
        """Open the scope of an activity. Refuses with OverBudget when too many are inside each other."""
        limit = self.step.budget.depth
        if my_task.workflow.depth >= limit:
            raise OverBudget("processes inside each other", limit)
        inner = InnerWorkflow(spec, my_task, self, isolated)
        self.subprocesses[my_task.id] = inner
        return inner

    def scopes(self) -> list[Scope]:
        """Every open scope, the outermost first."""
        return [self, *self.subprocesses.values()]

    def find(self, token_id: str) -> Token | None:
        """The open token with this id, wherever it is."""
        found = self.tasks.get(token_id)
        if found is None:
            for inner in self.subprocesses.values():
                found = inner.tasks.get(token_id)
                if found is not None:
                    break
        return found

    def get_tasks(self, first_task: Token | None = None, **kwargs: Any) -> list[Token]:
        """Open tokens in a state, flat; never a walk, so no depth limit hides work."""
        mask = kwargs.get("state", ~0)
        return [token for scope in self.scopes() for token in scope.tasks.values() if token._state & mask]

    def update_waiting_tasks(self) -> None:
        """Nothing is polled: waits are rows, fired through commands."""

    def is_completed(self) -> bool:
        """True when the outermost scope is over."""
        return bool(self.completed)

    def resting(self, token: Token) -> bool:
        """True if a token may rightly stand where it is between two advances."""
        if "wait" in token.internal_data or "undo" in token.internal_data or token.id in self.subprocesses:
            return True
        return token._state in (WAITING, READY, ERROR)


def same(left: Value, right: Value) -> bool:
    """Equal and of the same types all the way down (1, 1.0 and true are equal in Python, but not in a case file)."""
    if left is right:
        return True
    kind = type(left)
    if kind is not type(right):
        return False
    if kind is dict:
        return left.keys() == right.keys() and all(same(item, right[key]) for key, item in left.items())
    if kind is list:
        return len(left) == len(right) and all(map(same, left, right))
    return bool(left == right)
