"""A few demonstration cases of many more services, so that every desk has something of its own to do.

They follow the worked cases that begin with an application, at the demonstration chain of offices. What cases of the
demonstration sent to other services is handed over as the worker of the outbox would have done at the time, for a few
of them; the rest counts as told.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any, Protocol
from uuid import UUID

from django.db.models import F

from bpm_core.commands import interlocks, loading, people
from bpm_core.domain import enterprise_code
from bpm_core.domain.errors import Refused
from bpm_core.models import Outbox, Person, ProcessDefinition
from bpm_core.notation.scenarios import Scenario
from bpm_core.seed import rehearsal, residents, staff
from bpm_core.seed.cast import Cast


@dataclass(frozen=True)
class Few:
    """How many cases of one service, and whether a person or an enterprise asks for it."""

    code: str
    count: int = 6
    kind: str = "person"


FEW = (
    Few("EMP-02", 8, "enterprise"),
    Few("EMP-05", 6, "enterprise"),
    Few("EMP-06", 8),
    Few("EMP-07", 6),
    Few("SUP-01", 8),
    Few("SUP-02", 5, "enterprise"),
    Few("TRN-02", 5, "enterprise"),
    Few("TRN-04", 6),
    Few("UNE-02", 6),
    Few("UNE-04", 5),
    Few("PEN-01", 8),
    Few("PEN-03", 5),
    Few("MED-02", 6),
    Few("MED-04", 6),
    Few("WIN-01", 6),
    Few("INS-01", 5, "enterprise"),
    Few("CRD-01", 8),
    Few("REL-01", 5),
    Few("REL-02", 5),
)
#: Messages that open or move a case of the demonstration.
HANDED_OVER = 30
_ENTRY = {"municipal": staff.MUNICIPALITY, "county": staff.COUNTY}


class Office(Protocol):
    """What of the demonstration is needed here."""

    now: datetime
    cast: Cast
    random: Random

    def opening(self, number: int) -> datetime: ...
    def resident(self, home: str, at: datetime) -> tuple[Person, dict[str, str]]: ...
    def let_go(self, player: rehearsal.Player, number: int) -> None: ...


def make(demo: Office) -> int:
    """The cases; gives of how many services there are some."""
    services = 0
    for few in FEW:
        row = ProcessDefinition.objects.filter(code=few.code, is_current=True).defer("archive").first()
        if row is None:
            continue
        loaded = loading.load(row.pk)
        told = [one for one in loaded.bundle.scenarios if one.start == "none" and one.interrupted_by is None]
        guide = loaded.bundle.guide
        entry = _ENTRY.get(guide.entry_level if guide else "", staff.TOWNSHIP)
        for number in range(few.count if told else 0):
            player = _player(demo, few, row.pk, told[number % min(len(told), 4)], entry, number)
            demo.let_go(player, number)
        services += bool(told)
    return services


def _player(
    demo: Office, few: Few, definition_id: UUID, scenario: Scenario, entry: str, number: int
) -> rehearsal.Player:
    at = demo.opening(number)
    person, answers = demo.resident(staff.VILLAGE, at)
    about: dict[str, Any] = {"person_id": person.pk}
    asked: dict[str, Any] = {}
    if few.kind == "enterprise":
        code, name = _enterprise(demo.random)
        window = demo.cast.window(staff.COUNTY)
        firm = people.register("enterprise", name=name, id_number=code, synthetic=True, actor=window, at=at)
        about = {"enterprise_id": firm.pk}
        answers |= {"employer_name": name, "uscc": code}
        asked["persons_claimed"] = [answers["id_number"]]
    return rehearsal.Player(
        definition_id,
        scenario,
        demo.cast,
        entry,
        at,
        answers=answers | asked,
        synthetic=True,
        until=demo.now,
        despite_open="示范数据",
        **about,
    )


def _enterprise(random: Random) -> tuple[str, str]:
    """Code and name of a firm that does not exist: its division code is no place's."""
    organisation = f"MA{random.randrange(1_000_000):06d}"
    body = f"91{residents.SYNTHETIC_CODE}{organisation}{enterprise_code.organisation_check(organisation)}"
    name = f"武陟{random.choice('华荣瑞盛同信')}{random.choice('达安和源丰泰')}（示例）有限公司"
    return body + enterprise_code.check_character(body), name


def hand_over(demo: Office) -> int:
    """What was sent between services in the last weeks; gives how many messages reached a case."""
    reached = 0
    recent = Outbox.objects.filter(
        topic=interlocks.SENT, sent_at=None, created_at__gte=demo.now - timedelta(days=20), case__synthetic=True
    )
    for event in recent.order_by("id").iterator():
        if reached >= HANDED_OVER:
            break
        with suppress(Refused):
            at = min(demo.now, event.created_at + timedelta(seconds=30))
            reached += any(one.how != "late" for one in interlocks.forward(event, at=at))
    Outbox.objects.filter(sent_at=None, created_at__lte=demo.now).update(sent_at=F("created_at"))
    return reached
