"""A token: one place in a process where a case stands. SpiffWorkflow's Task, without its tree and its clock."""

from __future__ import annotations

from typing import Any

from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

FUTURE: int = TaskState.FUTURE
WAITING: int = TaskState.WAITING
READY: int = TaskState.READY
STARTED: int = TaskState.STARTED
ERROR: int = TaskState.ERROR
CANCELLED: int = TaskState.CANCELLED
COMPLETED: int = TaskState.COMPLETED


class Token(Task):  # type: ignore[misc]
    """A Task whose id is a number of the case, not a random UUID, so that two replays of a case give the same tokens.

    workflow        the scope it stands in (workflow.Scope); task_spec: the node it stands at (specs.base.Node)
    data            local variables (multi-instance item, input mapping); empty for most
    internal_data   facts of the engine about this token, plain JSON only:
        via     id of the flow it came along (joins)        host    token this boundary event is attached to
        of      loop container of an instance               i       index of the instance
        race    event-based gateway it came from            sub     start event of an event sub-process it waits at
        undo    what it still has to undo               undoes  token it is undoing something for
        due     ISO time, days, left: a timer               stuck   phase in which it failed
    """

    def __init__(self, scope: Any, spec: Any, id: str, state: int = FUTURE) -> None:
        # Stock __init__ draws a UUID, reads the clock and links into the parent's list of children: none is wanted.
        self.id = id
        self.workflow = scope
        self._parent = None
        self._children: list[Any] = []
        self._state = state
        self.triggered = False
        self.task_spec = spec
        self.thread_id = 0
        self.data: dict[str, Any] = {}
        self.internal_data: dict[str, Any] = {}
        self.last_state_change = 0.0
        self.phase = "enter"
        scope.tasks[id] = self

    def _set_state(self, value: int) -> None:
        """Set the state; the journal, not a logger, is what remembers it."""
        self._state = value

    def _ready(self) -> None:
        self._state = READY

    def complete(self) -> None:
        """Go on, unless what the node did (an error or escalation it threw) has ended the scope it stands in."""
        if self.alive:
            super().complete()
        else:
            self.workflow.top.step.note(self, "completed")

    @property
    def alive(self) -> bool:
        """True while this token stands somewhere."""
        return self.workflow.tasks.get(self.id) is self
