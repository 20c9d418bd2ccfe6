"""Work items of a case that stands still, and of one that goes on again."""

from __future__ import annotations

from bpm_core.commands.clockwork import Clocks
from bpm_core.commands.unit import Unit
from bpm_core.commands.waits import due
from bpm_core.domain import lifecycle
from bpm_core.domain.lifecycle import CaseStatus, ItemState
from bpm_core.models.work import NO_LIMIT


def stand_up(unit: Unit) -> None:
    """Let a case that stands still go on, so that what follows in the process can be worked on."""
    if unit.status != CaseStatus.RUNNING:
        unit.case_set["status"] = CaseStatus.RUNNING.value
        Clocks(unit).resume(proof="withdrawal")
        wake_items(unit)


def halt_items(unit: Unit) -> None:
    """Every open work item stands still; who holds one keeps it."""
    for item in list(unit.items.values()):
        if item.state != ItemState.SUSPENDED:
            unit.change_item(item, state=lifecycle.move_item(item.state, "suspend").value)


def wake_items(unit: Unit) -> None:
    """Work items go on where they stood; limits of steps begin anew, as nobody could work on them."""
    for item in list(unit.items.values()):
        if item.state != ItemState.SUSPENDED:
            continue
        verb = "resume" if item.holder_id is None else "resume_held"
        element = unit.loaded.element(item.process_key, item.element_id)
        due_on, due_at, sort_at = due(element, unit.at, case_due_on=unit.due_on) if element else (None, None, NO_LIMIT)
        state = lifecycle.move_item(item.state, verb).value
        unit.change_item(item, state=state, due_on=due_on, due_at=due_at, sort_at=sort_at)
