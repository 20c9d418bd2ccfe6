"""What a controller finds and what follows: findings, corrective actions, their evidence. No case is changed."""

from __future__ import annotations

from datetime import date, datetime
from typing import BinaryIO

from django.db import transaction

from bpm_core.commands import documents, places
from bpm_core.domain import authority, lifecycle
from bpm_core.domain.actors import Actor
from bpm_core.domain.authority import Record
from bpm_core.domain.calendar import civil_date
from bpm_core.domain.errors import FieldError, InvalidData, NotFound, WrongState
from bpm_core.domain.lifecycle import FindingState
from bpm_core.models import Account, Case, CorrectiveAction, Finding, JournalEntry, Outbox

SEVERITIES = ("minor", "major", "critical")


def raise_finding(
    case_id: int,
    *,
    severity: str,
    kind: str,
    text: str,
    entry_seq: int | None = None,
    element_id: str = "",
    actor: Actor,
    at: datetime,
) -> Finding:
    """Record what was found on a case, or on one entry of its journal."""
    case = Case.objects.filter(pk=case_id).first()
    if case is None:
        raise NotFound("there is no such case", kind="case")
    authority.require(actor, "finding.raise", Record(path=places.by_id(case.unit_id).path))
    if severity not in SEVERITIES:
        raise InvalidData("a finding has a weight", [FieldError("severity", "enum", {"options": list(SEVERITIES)})])
    if not text.strip():
        raise InvalidData("a finding says what was found", [FieldError("text", "required")])
    if entry_seq is not None and not JournalEntry.objects.filter(case=case, seq=entry_seq).exists():
        raise NotFound("the case has no such journal entry", kind="journal entry", seq=entry_seq)
    with transaction.atomic():
        finding = Finding.objects.create(
            case=case,
            entry_seq=entry_seq,
            element_id=element_id,
            severity=severity,
            kind=kind,
            text=text,
            state=FindingState.OPEN.value,
            raised_by_id=actor.account_id,
            raised_at=at,
        )
        _tell(finding, "finding.raised", at)
    return finding


def assign_action(
    finding_id: int,
    *,
    unit_code: str,
    due_on: date,
    text: str,
    assigned_to: int | None = None,
    actor: Actor,
    at: datetime,
) -> CorrectiveAction:
    """Give somebody of an office something to put right, with a date."""
    finding = _finding(finding_id)
    authority.require(actor, "finding.assign", Record(path=places.by_id(finding.case.unit_id).path))
    state = lifecycle.move_finding(finding.state, "assign")
    wrong = []
    if not text.strip():
        wrong.append(FieldError("text", "required"))
    if due_on < civil_date(at):
        wrong.append(FieldError("due_on", "past"))
    if assigned_to is not None and not Account.objects.filter(pk=assigned_to, is_active=True).exists():
        wrong.append(FieldError("assigned_to", "unknown"))
    if wrong:
        raise InvalidData("the corrective action is not complete", wrong)
    with transaction.atomic():
        finding.state = state.value
        finding.save(update_fields=["state"])
        action = CorrectiveAction.objects.create(
            finding=finding,
            assigned_to_id=assigned_to,
            unit_id=places.by_code(unit_code).id,
            due_on=due_on,
            text=text,
            assigned_by_id=actor.account_id,
            assigned_at=at,
        )
        _tell(finding, "finding.assigned", at)
    return action


def close_action(
    action_id: int, *, evidence: str, upload: BinaryIO | None = None, name: str = "", actor: Actor, at: datetime
) -> CorrectiveAction:
    """Close a corrective action with its evidence; the finding is closed with its last open action.

    evidence  in words what shows that it was put right
    upload    a file that shows it, called `name`; checked like a file of a case and read by those who read the finding
    """
    action = CorrectiveAction.objects.select_related("finding__case", "unit").filter(pk=action_id).first()
    if action is None:
        raise NotFound("there is no such corrective action", kind="corrective action")
    authority.require(actor, "finding.close", Record(path=places.by_id(action.finding.case.unit_id).path))
    if not evidence.strip():
        raise InvalidData("closing takes evidence", [FieldError("evidence", "required")])
    with transaction.atomic():
        locked = CorrectiveAction.objects.select_for_update().get(pk=action_id)
        finding = Finding.objects.select_for_update().get(pk=action.finding_id)
        state = lifecycle.move_finding(finding.state, "close")
        if locked.state == "closed":
            raise WrongState("the action is closed", noun="action", state="closed", verb="close")
        document = None
        if upload is not None:
            document = documents.keep_evidence(finding.case_id, upload=upload, name=name, actor=actor, at=at)
        locked.state, locked.evidence, locked.document = "closed", evidence, document
        locked.closed_by_id, locked.closed_at = actor.account_id, at
        locked.save(update_fields=["state", "evidence", "document", "closed_by", "closed_at"])
        if not finding.actions.filter(state="open").exists():
            finding.state = state.value
            finding.save(update_fields=["state"])
            _tell(finding, "finding.closed", at)
    return locked


def _finding(finding_id: int) -> Finding:
    finding = Finding.objects.select_related("case").filter(pk=finding_id).first()
    if finding is None:
        raise NotFound("there is no such finding", kind="finding")
    return finding


def _tell(finding: Finding, topic: str, at: datetime) -> None:
    body = {"case": finding.case.number, "finding": finding.pk}
    Outbox.objects.create(case_id=finding.case_id, topic=topic, body=body, created_at=at, due_at=at)
