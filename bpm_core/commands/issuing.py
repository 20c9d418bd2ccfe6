"""Numbering a notice of the office and writing it with the step that gives it out."""

from __future__ import annotations

from datetime import date
from typing import Any

from bpm_core.commands.unit import Unit
from bpm_core.models import Notice


def issue_notice(unit: Unit, kind: str, body: dict[str, Any], *, until_on: date | None = None) -> str:
    """Number a notice of the office and write it with the step; gives its number."""
    number = notice_number(unit.head.number, kind, unit.head.version + 1)

    def write() -> None:
        Notice.objects.create(
            case_id=unit.head.case_id,
            number=number,
            kind=kind,
            body=body,
            issued_at=unit.at,
            issued_by_id=unit.actor.account_id,
            until_on=until_on,
        )

    unit.also(write)
    unit.body.setdefault("notices", []).append({"number": number, "kind": kind})
    return number


def notice_number(case_number: str, kind: str, step: int) -> str:
    """Number of a notice: the case's own, what it is, and the step it was issued in."""
    mark = {"one_time": "BZ", "acceptance": "SL", "completion": "BJ", "rejection": "BY", "stop": "ZT"}[kind]
    return f"{case_number}-{mark}{step:03d}"
