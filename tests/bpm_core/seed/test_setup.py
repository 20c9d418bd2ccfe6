"""A fresh installation: offices, calendar, staff, process library; and the same again changes nothing."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from django.core.management import call_command

from bpm_core.domain import identity, roles
from bpm_core.models import (
    Account,
    BenefitRule,
    CalendarDay,
    Case,
    CaseFact,
    Incident,
    OrgUnit,
    Outbox,
    Parameter,
    Person,
    Post,
    ProcessDefinition,
    WorkItem,
)
from bpm_core.models.sealing import unseal
from bpm_core.queries import verify
from bpm_core.seed import demo, more, staff
from tests.bpm_core.commands.conftest import AT

ROOT = Path(__file__).resolve().parents[3]


def test_setup_makes_a_whole_installation_and_is_done_once(db: None) -> None:
    call_command("setup", stdout=io.StringIO())
    tables = (OrgUnit, CalendarDay, Account, Post, ProcessDefinition, Parameter, BenefitRule)
    before = [table.objects.count() for table in tables]

    call_command("setup", stdout=io.StringIO())

    assert [table.objects.count() for table in tables] == before
    assert Counter(OrgUnit.objects.values_list("level", flat=True)) == {1: 1, 2: 11, 3: 102, 4: 1826}
    assert not OrgUnit.objects.exclude(level=1).filter(parent=None).exists()
    assert CalendarDay.objects.filter(day__year=2026).exists()
    current = ProcessDefinition.objects.filter(is_current=True)
    assert {"EMP-01", "UNE-01", "TRN-01"} <= set(current.values_list("code", flat=True))
    for definition in current:
        assert definition.uploaded_by != definition.published_by


def test_there_is_somebody_for_every_role_and_no_log_in_without_demo(db: None, settings: object) -> None:
    settings.DEMO = False  # type: ignore[attr-defined]
    call_command("setup", stdout=io.StringIO())

    assert set(Post.objects.values_list("role", flat=True)) == {role.value for role in roles.Role}
    assert not any(account.has_usable_password() for account in Account.objects.all())
    for account in Account.objects.filter(username__in=[seat.username for seat in staff.DEMO]):
        roles.check_held_together([roles.Role(post.role) for post in account.posts.all()])


@pytest.fixture
def small_demo(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """A demonstration of a tenth of its size."""
    shares = tuple(replace(s, count=s.count // 8) for s in demo.SHARES)
    monkeypatch.setattr(demo, "SHARES", shares)
    monkeypatch.setattr(more, "FEW", tuple(replace(few, count=1) for few in more.FEW))
    call_command("setup", stdout=io.StringIO())
    demo.Demo(AT, lambda text: None).make()


def test_demonstration_cases_are_whole_and_of_nobody_real(small_demo: None) -> None:
    assert verify.run().breaches == []
    asked_for = Case.objects.filter(channel="window", definition__key__in=[share.key for share in demo.SHARES])
    assert asked_for.count() == sum(share.count + share.count // 4 for share in demo.SHARES)
    assert len(set(Case.objects.values_list("status", flat=True))) >= 4
    assert WorkItem.objects.filter(closed_at=None).count() > 5
    assert not Case.objects.filter(opened_at__gt=AT).exists()
    for person in Person.objects.filter(kind="person"):
        number = unseal(person.id_number_enc, table="person", column="id_number", row=person.pk)
        assert (number[:6], person.synthetic) == ("410899", True)
        assert identity.read(number, today=AT.date()).number == number
    for firm in Person.objects.filter(kind="enterprise"):
        code = unseal(firm.id_number_enc, table="person", column="id_number", row=firm.pk)
        assert (code[2:8], firm.synthetic) == ("410899", True)


def test_demonstration_has_cases_of_every_service_it_names_that_is_here(small_demo: None) -> None:
    here = set(ProcessDefinition.objects.filter(is_current=True).values_list("code", flat=True))

    shown = set(Case.objects.values_list("definition__code", flat=True))

    assert {few.code for few in more.FEW} & here <= shown


def test_what_demonstration_cases_sent_is_told_and_some_of_it_opened_cases(small_demo: None) -> None:
    assert not Outbox.objects.filter(sent_at=None, created_at__lte=AT).exists()
    for case in Case.objects.filter(channel="message"):
        assert CaseFact.objects.filter(case=case, name="sender_case").exists()


def test_demonstration_shows_what_goes_wrong_too(small_demo: None) -> None:
    assert Incident.objects.exists()
    assert Case.objects.filter(status__in=["supplement", "suspended", "withdrawn", "rejected", "cancelled"]).exists()


def test_run_scenarios_plays_on_a_database_of_its_own() -> None:
    """Two processes through the command itself; tests/processes/commands plays the whole library."""
    environment = {**os.environ, "DATABASE_URL": _configured()}

    ran = subprocess.run(
        [sys.executable, "manage.py", "run_scenarios", "EMP-01", "SUB-PAY", "--json"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )

    result = json.loads(ran.stdout)
    assert (ran.returncode, result["failed"], result["processes"]) == (0, [], 2)
    assert result["passed"] == result["scenarios"] >= 12


def _configured() -> str:
    """The URL this pass was started with; the run makes a database of its own beside it."""
    return os.environ.get("DATABASE_URL") or "sqlite:///" + str(
        Path(os.environ.get("TMPDIR", "/tmp")) / "unused.sqlite3"
    )
