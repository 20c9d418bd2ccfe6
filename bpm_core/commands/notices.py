"""Papers the office gives out on a case at its own wish: numbered once, journaled, then printed as often as needed."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from bpm_core.commands import issuing
from bpm_core.commands.unit import command, on_case
from bpm_core.domain import authority
from bpm_core.domain.actors import Actor
from bpm_core.domain.authority import Record
from bpm_core.domain.errors import InvalidData, WrongState
from bpm_core.domain.lifecycle import ENDED_CASE, CaseStatus
from bpm_core.models import Notice

KINDS = ("acceptance", "completion")


def _notice_again(answer: dict[str, Any]) -> Notice:
    return Notice.objects.get(number=answer["more"]["notice"])


@command(recall=_notice_again)
def issue(case_id: int, *, kind: str, actor: Actor, at: datetime, key: str | None = None) -> Notice:
    """The notice of acceptance or of completion of a case: the one given out before, else a new number.

    Refuses with WrongState an acceptance before the clocks run and a completion before the end.
    """
    if kind not in KINDS:
        raise InvalidData("no such notice", code="no_such_notice")
    given = Notice.objects.filter(case_id=case_id, kind=kind).first()
    if given is not None:
        return given
    with on_case(case_id, actor=actor, at=at, key=key) as unit:
        if not authority.may(actor, "supplement.request", Record(path=unit.entry.path)):
            authority.require(actor, "supplement.request", Record(path=unit.handling.path))
        status = CaseStatus(unit.status)
        if kind == "acceptance" and unit.head.clock_state == "waiting":
            raise WrongState("the case is not accepted yet", code="not_accepted_yet", noun="case", state=status.value)
        if kind == "completion" and status not in ENDED_CASE:
            raise WrongState("the case is not closed yet", code="not_closed_yet", noun="case", state=status.value)
        unit.record("notice.issued")
        number = issuing.issue_notice(unit, kind, {"status": status.value})
        unit.more["notice"] = number
    return Notice.objects.get(number=number)
