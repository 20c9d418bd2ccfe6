"""The one-time notice of what is missing: asked once and completely, and clocks stand still until the answer."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from bpm_core.commands import calendars, issuing, standing, work_items
from bpm_core.commands.clockwork import Clocks
from bpm_core.commands.results import Moved
from bpm_core.commands.unit import Unit, command, on_case, on_item
from bpm_core.domain import authority, lifecycle
from bpm_core.domain.actors import Actor
from bpm_core.domain.authority import Record
from bpm_core.domain.calendar import civil_date
from bpm_core.domain.errors import FieldError, InvalidData, NotFound, WrongState
from bpm_core.models import ClockStop, Material, Notice

GROUND = "supplement"
#: Working days an applicant gets when the office says nothing else: sample of the library, not a legal figure.
DEFAULT_DAYS = 10
MAX_DAYS = 60


def _notice_again(answer: dict[str, Any]) -> Notice:
    return Notice.objects.get(number=answer["more"]["notice"])


@command(recall=_notice_again)
def request(
    work_item_id: UUID,
    *,
    missing: Sequence[str],
    note: str,
    until_days: int = DEFAULT_DAYS,
    new_ground: str = "",
    actor: Actor,
    at: datetime,
    key: str | None = None,
    version: int | None = None,
) -> Notice:
    """Tell the applicant, once and completely, which materials are missing; clocks stop until `receive`.

    missing     codes of the case's materials
    until_days  working days to answer
    new_ground  why a second notice is needed; without it a second one is refused, as all must be asked for at once
    Source: Administrative Licensing Law art. 32(4): what must be supplemented is told once and completely
            (statute-knowledge).
    """
    if not 1 <= until_days <= MAX_DAYS:
        raise InvalidData(
            f"an applicant gets 1 to {MAX_DAYS} working days",
            [FieldError("until_days", "range", {"min": 1, "max": MAX_DAYS})],
        )
    with on_item(work_item_id, actor=actor, at=at, key=key, version=version) as unit:
        item = work_items.open_item(unit, work_item_id)
        work_items.require_holder(item, actor, "item.complete")
        status = lifecycle.move_case(unit.status, "request_supplement")
        _refuse_second(unit, new_ground)
        materials = _materials(unit, missing)
        until_on = calendars.current().add_working_days(civil_date(at), until_days)
        number = issuing.notice_number(unit.head.number, "one_time", unit.head.version + 1)
        unit.record(
            "supplement.requested",
            element_id=item.element_id,
            work_item_id=item.id,
            missing=sorted(missing),
            until=until_on.isoformat(),
            new_ground=new_ground,
            notices=[{"number": number, "kind": "one_time"}],
        )
        unit.case_set["status"] = status.value
        unit.more["notice"] = number
        standing.halt_items(unit)
        clock = Clocks(unit)
        stops = clock.state == "running"
        if stops:
            clock.stopped()
            unit.body["clock"] = [{"event": "stopped", "ground": GROUND, "on": civil_date(at).isoformat()}]

        def write() -> None:
            notice = Notice.objects.create(
                case_id=unit.head.case_id,
                number=number,
                kind="one_time",
                body={
                    "missing": [{"code": m.code, "name_zh": m.name_zh, "name_en": m.name_en} for m in materials],
                    "note": note,
                },
                issued_at=at,
                issued_by_id=actor.account_id,
                until_on=until_on,
            )
            if stops:
                ClockStop.objects.create(
                    case_id=unit.head.case_id,
                    ground=GROUND,
                    note=note,
                    stopped_on=civil_date(at),
                    until_on=until_on,
                    notice=notice,
                )
            for material in materials:
                material.state, material.note = "missing", note[:500]
                material.set_at, material.set_by_id = at, actor.account_id
                material.save(update_fields=["state", "note", "set_at", "set_by_id"])

        unit.also(write)
    return Notice.objects.get(number=number)


def _refuse_second(unit: Unit, new_ground: str) -> None:
    earlier = Notice.objects.filter(case_id=unit.head.case_id, kind="one_time").order_by("-id").first()
    if earlier is not None and not new_ground.strip():
        raise WrongState(
            "the one-time notice was given already; a second one needs a new ground",
            code="one_time_notice",
            notice=earlier.number,
            issued_on=civil_date(earlier.issued_at).isoformat(),
        )


def _materials(unit: Unit, codes: Sequence[str]) -> list[Material]:
    if not codes:
        raise InvalidData("a notice names at least one material", [FieldError("missing", "required")])
    rows = {m.code: m for m in Material.objects.filter(case_id=unit.head.case_id, code__in=codes)}
    unknown = [code for code in codes if code not in rows]
    if unknown:
        raise NotFound("the case has no such material", kind="material", codes=unknown)
    return [rows[code] for code in codes]


@command()
def receive(
    case_id: int,
    *,
    received: Sequence[str],
    note: str = "",
    actor: Actor,
    at: datetime,
    key: str | None = None,
    version: int | None = None,
) -> Moved:
    """Record that the applicant answered the one-time notice: the case and its clocks go on from today."""
    with on_case(case_id, actor=actor, at=at, key=key, version=version) as unit:
        authority.require(actor, "supplement.receive", Record(path=unit.near_path))
        status = lifecycle.move_case(unit.status, "receive_supplement")
        materials = _materials(unit, received) if received else []
        unit.record("supplement.received", received=sorted(received), reason=note)
        unit.case_set["status"] = status.value
        Clocks(unit).resume(proof=f"received:{','.join(sorted(received))}")
        standing.wake_items(unit)

        def write() -> None:
            Notice.objects.filter(case_id=case_id, kind="one_time", answered_at=None).update(answered_at=at)
            for material in materials:
                material.state, material.set_at, material.set_by_id = "received", at, actor.account_id
                material.save(update_fields=["state", "set_at", "set_by_id"])

        unit.also(write)
    return unit.result()
