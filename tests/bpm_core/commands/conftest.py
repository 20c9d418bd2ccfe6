"""A small tree of offices with staff, the sample process published, and an applicant."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from bpm_core.commands import actors, cases, definitions, jobs, people, work_items
from bpm_core.commands.actors import SYSTEM
from bpm_core.domain.actors import Actor
from bpm_core.models import Account, Case, Job, OrgUnit, Person, Post, ProcessDefinition, WorkItem
from tests.bpm_core.commands import sample

AT = datetime(2026, 11, 16, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))  # a Monday

COUNTY, TOWN, VILLAGE = "410823000000", "410823901000", "410823901001"
STAFF = {
    "window": (COUNTY, "caseworker", "WIN"),
    "first": (COUNTY, "reviewer", "C1"),
    "second": (COUNTY, "reviewer", "C2"),
    "both": (COUNTY, "reviewer", ""),
    "elsewhere": ("410802000000", "reviewer", "C1"),
    "town": (TOWN, "caseworker", "TWN"),
    "village": (VILLAGE, "caseworker", "VIL"),
    "controller": ("410800000000", "quality_controller", ""),
    "manager": (COUNTY, "manager", ""),
    "designer": ("410800000000", "designer", ""),
    "publisher": ("410800000000", "publisher", ""),
}


@dataclass
class Office:
    """What the tests of commands need to hand."""

    staff: dict[str, Account]
    definition: ProcessDefinition
    person: Person

    def actor(self, name: str) -> Actor:
        return actors.actor_for(self.staff[name], AT.date())

    def start(self, *, by: str = "window", **more: Any) -> Case:
        given = {"person_id": self.person.pk, "unit_code": COUNTY} | more
        return cases.start(sample.KEY, actor=self.actor(by), at=AT, **given)

    def item(self, case: Case, element_id: str) -> UUID:
        return WorkItem.objects.get(case=case, element_id=element_id, closed_at=None).pk

    def do(self, case: Case, element_id: str, by: str, **data: object) -> work_items.Moved:
        item_id = self.item(case, element_id)
        work_items.claim(item_id, actor=self.actor(by), at=AT)
        return work_items.complete(item_id, data=data, actor=self.actor(by), at=AT)

    def applied(self, **more: Any) -> Case:
        """A case whose application is handed in; its register look-up waits."""
        case = self.start(**more)
        self.do(case, "S10", "window", **sample.APPLICATION)
        return case

    def reviewed(self, **more: Any) -> Case:
        """A case that waits for its first review."""
        case = self.applied(**more)
        self.answer(case)
        return case

    def answer(self, case: Case, months: int = 24) -> None:
        from decimal import Decimal

        job = Job.objects.get(case=case, state="waiting")
        jobs.finish(job.pk, outputs={"insured_months": Decimal(months)}, actor=SYSTEM, at=AT)


def build() -> Office:
    """Offices, staff, the published sample process and one applicant."""
    _units()
    staff = {name: _account(name, *post) for name, post in STAFF.items()}
    on = AT.date()
    draft = definitions.upload(sample.files(), actor=actors.actor_for(staff["designer"], on), at=AT)
    published = definitions.publish(draft.pk, actor=actors.actor_for(staff["publisher"], on), at=AT)
    person = people.register(
        "person",
        name="单雄信",
        id_number="11010519491231002X",
        phone="13800005678",
        residence_code=VILLAGE,
        actor=actors.actor_for(staff["window"], on),
        at=AT,
    )
    return Office(staff, published, person)


def _units() -> None:
    parents: dict[str, OrgUnit] = {}
    for level, code in enumerate(("410800000000", COUNTY, TOWN, VILLAGE), start=1):
        parents[code] = _unit(code, level, list(parents.values())[-1] if parents else None)
    _unit("410802000000", 2, parents["410800000000"])


def _unit(code: str, level: int, parent: OrgUnit | None) -> OrgUnit:
    above = [getattr(parent, f"l{n}") for n in range(1, level)] if parent else []
    levels = {f"l{n}": value for n, value in enumerate([*above, code], start=1)}
    path = (parent.path if parent else "/") + code + "/"
    names = {"name_zh": f"{code}服务中心", "name_en": f"{code} centre", "area_zh": code, "area_en": code}
    return OrgUnit.objects.create(code=code, parent=parent, level=level, path=path, **levels, **names)


def _account(name: str, unit: str, role: str, lane: str) -> Account:
    account = Account.objects.create(username=name)
    Post.objects.create(
        account=account, unit=OrgUnit.objects.get(code=unit), role=role, lane=lane, from_on=date(2020, 1, 1)
    )
    return account


@pytest.fixture
def office(db: None) -> Office:
    return build()


@pytest.fixture
def real_office(transactional_db: None) -> Office:
    """The same with real transactions, for races and crashes."""
    return build()
