"""A timer that is due moves its case once; a second call, a late one or an overtaken one changes nothing."""

from __future__ import annotations

from datetime import datetime, timedelta

from bpm_core import engine
from bpm_core.commands import ledger
from bpm_core.commands.applying import apply
from bpm_core.commands.results import Moved
from bpm_core.commands.unit import command, on_case
from bpm_core.domain import authority
from bpm_core.domain.actors import Actor
from bpm_core.domain.lifecycle import CaseStatus
from bpm_core.models import Timer

#: A timer of a case that people let stand still is looked at again after this long.
_LATER = timedelta(hours=1)


def fire(timer_id: int, *, actor: Actor, at: datetime) -> Moved | None:
    """Let a due timer happen; None when it was fired, cancelled, is not yet due, or its case stands still."""
    timer = Timer.objects.filter(pk=timer_id).first()
    if timer is None or timer.fired_at or timer.cancelled_at or timer.due_at > at:
        return None
    return _fire(timer.case_id, timer_id=timer_id, actor=actor, at=at)


@command()
def _fire(case_id: int, *, timer_id: int, actor: Actor, at: datetime) -> Moved | None:
    with on_case(case_id, actor=actor, at=at) as unit:
        authority.require(actor, "timer.fire")
        timer = Timer.objects.filter(pk=timer_id, fired_at=None, cancelled_at=None).first()
        if timer is None or unit.status == CaseStatus.SUSPENDED:
            unit.abandon()
            if timer is not None:
                Timer.objects.filter(pk=timer_id).update(due_at=at + _LATER, lease_until=None)
            return None
        unit.record("timer.fired", element_id=timer.element_id, due_at=timer.due_at.isoformat())
        advance = unit.ask(engine.fire, timer.token)
        apply(unit, advance)
        ledger.after(unit, advance)
    return unit.result()
