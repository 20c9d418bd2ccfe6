"""What else can be done with a case or a work item, and what each of it does to the clock."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from bpm_core.domain import authority
from bpm_core.domain.actors import Actor
from bpm_core.domain.authority import Record
from bpm_core.domain.lifecycle import CASE_MOVES, CaseStatus
from bpm_core.models.cases import Case
from bpm_core.queries.tasks import Task


@dataclass(frozen=True, slots=True)
class Entry:
    """One way to go on: its name, its page, and in one sentence what it does to the time limits."""

    label: str | Promise
    url: str
    clock: str | Promise


def of_task(actor: Actor, task: Task) -> list[Entry]:
    """Ways to go on from a work item besides completing it."""
    if not task.is_open:
        return []
    found: list[Entry] = []
    item, case = task.item, task.case
    running = case.status == CaseStatus.RUNNING
    handling = Record(case.unit.path)
    if running and task.is_mine and _near(actor, "supplement.request", case):
        found.append(
            Entry(
                _("Something is missing: one-time notice"),
                reverse("desk:notice", args=[item.pk]),
                _("The clock stops until the applicant has handed everything in."),
            )
        )
    if running and task.is_mine and authority.may(actor, "case.return", handling):
        url = reverse("desk:return", args=[item.pk])
        found.append(Entry(_("Return to an earlier step"), url, _("The clock goes on running.")))
    if task.may_transfer:
        url = reverse("desk:transfer", args=[item.pk])
        found.append(Entry(_("Hand to a colleague"), url, _("The clock goes on running.")))
    return found


def of_case(actor: Actor, case: Case) -> list[Entry]:
    """What can be done with the case as a whole by this actor in its present state."""
    entries = (
        ("suspend", "case.suspend", "suspend", _("Suspend"), _("The clock stops on the ground you name.")),
        ("resume", "case.resume", "resume", _("Resume"), _("The clock goes on today; the last day is counted anew.")),
        ("receive_supplement", "supplement.receive", "receive", _("Record what was handed in"),
         _("The clock goes on as soon as everything asked for is there.")),
        ("advance", "message.deliver", "message", _("Record what came in"),
         _("It depends on what came in; the case's page shows it afterwards.")),
        ("withdraw", "case.withdraw", "withdraw", _("Withdraw at the applicant's wish"), _("The clock ends.")),
        ("reject", "case.reject", "reject", _("Refuse with a reason code"), _("The clock ends; a notice is issued.")),
        ("correct", "case.correct", "correct", _("Correct a recorded fact"), _("The clock goes on running.")),
        ("transfer_unit", "case.transfer_unit", "hand-over", _("Hand over to another office"),
         _("The clock goes on running.")),
        ("cancel", "case.cancel", "cancel", _("Cancel: opened by mistake"), _("The clock ends.")),
    )  # fmt: skip
    status = CaseStatus(case.status)
    return [
        Entry(label, reverse(f"desk:{page}", args=[case.number]), clock)
        for verb, action, page, label, clock in entries
        if (status, verb) in CASE_MOVES and may(actor, action, case)
    ]


#: What an applicant brings or says may be recorded at the deciding office, and at the window that took the case in.
_NEAR = ("supplement.", "message.", "case.withdraw")


def may(actor: Actor, action: str, case: Case) -> bool:
    """True when the actor may do this with the case, as its command will ask again."""
    if action.startswith(_NEAR):
        return _near(actor, action, case)
    return authority.may(actor, action, Record(case.unit.path, entry_path=case.entry_unit.path))


def _near(actor: Actor, action: str, case: Case) -> bool:
    """Permitted at the deciding office or at the window that took the case in."""
    return any(authority.may(actor, action, Record(path)) for path in (case.unit.path, case.entry_unit.path))
