"""The world the guard tests attack: what `manage.py setup` makes, and one of everything in Wuzhi county."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.test import Client
from django.test.utils import override_settings

from bpm_core.commands import (
    actors,
    definitions,
    documents,
    editions,
    memory,
    people,
    quality,
    saved_views,
    supplements,
)
from bpm_core.commands import work_items as items
from bpm_core.domain.actors import Actor
from bpm_core.domain.roles import Role
from bpm_core.models import Account, Case, MigrationRun, OrgUnit, Post, ProcessDefinition, WorkItem
from bpm_core.notation import bundle
from bpm_core.notation import library as libraries
from bpm_core.queries import export
from bpm_core.seed import calendar, library, offices, rehearsal, staff
from portal.studio import kept

AT = datetime(2026, 11, 16, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))  # a Monday
COUNTY, TOWNSHIP, VILLAGE = staff.COUNTY, staff.TOWNSHIP, staff.VILLAGE
FAR_COUNTY = "410822000000"
NAME, NUMBER, PHONE = "燕小六", "410899197905230040", "19900004321"
ACCOUNT_NO = "6299123456789012345"
PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
QUICK = "django.contrib.auth.hashers.MD5PasswordHasher"  # Argon2 costs a quarter of a second by intent
#: Business and control roles, once more in another county: nothing of Wuzhi is theirs.
FAR = {f"far_{role.value}": role for role in Role}


@dataclass
class Municipality:
    """Ids of what there is, by the names addresses use."""

    case: Case
    item: WorkItem  # offered to the county's first reviewers
    second_case: Case  # its applicant was asked for what is missing
    ids: dict[str, object] = field(default_factory=dict)

    def client(self, username: str) -> Client:
        client = Client(SERVER_NAME="localhost", raise_request_exception=False)
        if username:
            client.force_login(Account.objects.get(username=username), backend=settings.AUTHENTICATION_BACKENDS[-1])
        return client


def actor(username: str) -> Actor:
    return actors.actor_for(Account.objects.get(username=username), AT.date())


@contextmanager
def built() -> Iterator[Municipality]:
    """The world, until the block ends; nothing of it stays."""
    memory.forget()
    with override_settings(DEMO=True, PASSWORD_HASHERS=[QUICK]), transaction.atomic():
        for load in (calendar.load, offices.load, staff.load):
            load()
        library.load(settings.PROCESSES_DIR, at=AT)
        _far_away()
        yield _everything()
        transaction.set_rollback(True)
    memory.forget()


@contextmanager
def undone() -> Iterator[None]:
    """Whatever is done within is taken back."""
    try:
        with transaction.atomic():
            yield
            transaction.set_rollback(True)
    finally:
        memory.forget()


def _far_away() -> None:
    unit = OrgUnit.objects.get(code=FAR_COUNTY)
    for username, role in FAR.items():
        account = Account.objects.create(username=username)
        Post.objects.create(account=account, unit=unit, role=role.value, lane="", from_on=date(2020, 1, 1))


def _everything() -> Municipality:
    first = _case_at_review("01", NUMBER, NAME)
    second = _case_at_review("01", "410899198511120038", "佟湘玉")
    item, other = _open(first), _open(second)
    document = documents.add(
        first.pk,
        upload=io.BytesIO(PDF),
        name="证明.pdf",
        work_item_id=None,
        actor=actor("wuzhi_review1"),
        at=AT,
    )
    items.claim(other.pk, actor=actor("wuzhi_review1"), at=AT)
    notice = supplements.request(
        other.pk, missing=_material(second), note="请补齐", actor=actor("wuzhi_review1"), at=AT
    )
    finding = quality.raise_finding(
        first.pk, severity="minor", kind="time", text="超期", actor=actor("controller"), at=AT
    )
    action = quality.assign_action(
        finding.pk,
        unit_code=COUNTY,
        due_on=date(2099, 1, 1),
        text="整改",
        actor=actor("controller"),
        at=AT,
    )
    view = saved_views.save(actor("wuzhi_review1").account_id or 0, name="我的", query={"state": "overdue"})
    definition = ProcessDefinition.objects.get(key="unemployment_benefit", is_current=True)
    draft = _draft(definition)
    first.refresh_from_db()
    second.refresh_from_db()
    return Municipality(
        case=first,
        item=item,
        second_case=second,
        ids={
            "number": first.number,
            "item_id": item.pk,
            "work_item_id": item.pk,
            "document_id": document.pk,
            "notice_number": notice.number,
            "finding_id": finding.pk,
            "action_id": action.pk,
            "view_id": view.pk,
            "definition_id": definition.pk,
            "draft_id": draft,
            "migration_id": _run(draft, definition),
            "key": "unemployment_benefit",
            "slug": "GB-T_33527-2017",
            "edition_id": _edition(),
            "digest": _archive(),
            "form_id": "S10",
            "notice_kind": "acceptance",
            "account_id": actor("zhandian_window").account_id,
            "post_id": Post.objects.get(account__username="zhandian_window").pk,
            "reason_code": rehearsal.load(definition.pk).bundle.guide.reason_codes[0].code,
        },
    )


def _archive() -> str:
    """A library looked at in the studio: what this municipality itself would export of one process."""
    by = libraries.signer(settings.LIBRARY_SIGNER, settings.LIBRARY_KEY)
    return kept.keep(export.export(by, keys=["unemployment_benefit"])[0])


def _edition() -> UUID:
    """Values the designer proposed for the county, which wait for the publisher."""
    return editions.propose(
        "unemployment_benefit",
        office=COUNTY,
        changes={"promised_limit": "4"},
        reason="本县承诺",
        actor=actor("designer"),
        at=AT,
    ).pk


def _case_at_review(scenario_no: str, number: str, name: str) -> Case:
    """A claim for unemployment benefit that waits for the county's first review, worked on by the real staff."""
    definition = ProcessDefinition.objects.defer("archive").get(key="unemployment_benefit", is_current=True)
    scenario = next(s for s in rehearsal.load(definition.pk).bundle.scenarios if s.id.startswith(scenario_no))
    person = people.register(
        "person",
        name=name,
        id_number=number,
        phone=PHONE,
        residence_code=VILLAGE,
        actor=actor("zhandian_window"),
        at=AT - timedelta(days=3),
    )
    answers = {
        "person_name": name,
        "id_number": number,
        "mobile": PHONE,
        "social_card_no": ACCOUNT_NO[-9:],
        "bank_account": ACCOUNT_NO,
    }
    player = rehearsal.Player(
        definition.pk,
        scenario,
        rehearsal.Cast(AT.date()),
        TOWNSHIP,
        AT - timedelta(days=3),
        person.pk,
        answers=answers,
    )
    case = player.start()
    while not WorkItem.objects.filter(case=case, closed_at=None, lane="C1").exists():
        assert player.step()
    return case


def _run(old: UUID, new: ProcessDefinition) -> UUID:
    """A run that took the cases of one version to another; there were none."""
    return MigrationRun.objects.create(old_id=old, new=new, reason="新规", started_at=AT, finished_at=AT).pk


def _open(case: Case) -> WorkItem:
    return WorkItem.objects.get(case=case, closed_at=None, lane="C1")


def _material(case: Case) -> list[str]:
    return list(case.materials.order_by("pk").values_list("code", flat=True)[:1])


def _draft(definition: ProcessDefinition) -> UUID:
    """A changed copy of the published version, handed in by the designer."""
    files = dict(bundle.unzip(bytes(definition.archive)))
    files["guide.toml"] = files["guide.toml"].replace(b'version = "1.0.0"', b'version = "1.0.1"')
    return definitions.upload(files, report={"ok": True}, actor=actor("designer"), at=AT).pk
