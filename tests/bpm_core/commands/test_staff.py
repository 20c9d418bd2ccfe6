"""Accounts and posts: granted by somebody else, never two that exclude each other, each change on record."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from bpm_core.commands import actors, staff
from bpm_core.domain.actors import Actor
from bpm_core.domain.errors import Duplicate, InvalidData, NotAllowed, SeparationOfDuty
from bpm_core.models import AccessEntry, Account, OrgUnit, Post
from tests.bpm_core.commands.conftest import AT, COUNTY, Office

TODAY = AT.date()


@pytest.fixture
def secadmin(office: Office) -> Actor:
    account = Account.objects.create(username="secadmin")
    unit = OrgUnit.objects.get(code="410800000000")
    Post.objects.create(account=account, unit=unit, role="security_admin", from_on=date(2020, 1, 1))
    return actors.actor_for(account, TODAY)


def give(account: Account, actor: Actor, role: str = "reviewer", lane: str = "C2", **more: object) -> Post:
    given = {"unit_code": COUNTY, "from_on": TODAY, "to_on": None, "reason": "asked by the county"} | more
    return staff.grant(account.pk, role=role, lane=lane, actor=actor, at=AT, **given)  # type: ignore[arg-type]


def test_a_granted_post_gives_its_rights_from_its_day(office: Office, secadmin: Actor) -> None:
    window = office.staff["window"]

    give(window, secadmin, from_on=TODAY + timedelta(days=1))

    assert "reviewer" not in actors.actor_for(window, TODAY).roles
    assert "reviewer" in actors.actor_for(window, TODAY + timedelta(days=1)).roles


def test_posts_that_exclude_each_other_are_refused_while_they_overlap(office: Office, secadmin: Actor) -> None:
    window = office.staff["window"]

    with pytest.raises(SeparationOfDuty) as caught:
        give(window, secadmin, role="finance", lane="CFIN")
    assert caught.value.reason == "exclusive_roles"

    post = Post.objects.get(account=window)
    staff.end(post.pk, reason="moves to finance", actor=secadmin, at=AT)
    give(window, secadmin, role="finance", lane="CFIN")


def test_nobody_gives_rights_to_themselves(secadmin: Actor) -> None:
    own = Account.objects.get(username="secadmin")

    with pytest.raises(SeparationOfDuty) as caught:
        give(own, secadmin, role="auditor", lane="")
    assert caught.value.reason == "own_rights"


@pytest.mark.parametrize("name", ["window", "manager", "controller"])
def test_only_the_security_administrator_grants(name: str, office: Office) -> None:
    with pytest.raises(NotAllowed):
        give(office.staff["first"], office.actor(name))


@pytest.mark.parametrize(
    ("change", "key"),
    [
        ({"role": "emperor"}, "role"),
        ({"lane": "WIN"}, "lane"),
        ({"lane": "APP"}, "lane"),
        ({"to_on": TODAY - timedelta(days=1)}, "to_on"),
        ({"reason": " "}, "reason"),
    ],
)
def test_what_does_not_fit_is_named(change: dict[str, object], key: str, office: Office, secadmin: Actor) -> None:
    with pytest.raises(InvalidData) as caught:
        give(office.staff["first"], secadmin, **change)  # type: ignore[arg-type]

    assert caught.value.errors[0].key == key


def test_the_same_post_twice_is_refused(office: Office, secadmin: Actor) -> None:
    give(office.staff["first"], secadmin)

    with pytest.raises(Duplicate):
        give(office.staff["first"], secadmin)


def test_a_locked_account_acts_no_more_and_its_tokens_end(office: Office, secadmin: Actor) -> None:
    window = office.staff["window"]

    staff.lock(window.pk, reason="left the office", actor=secadmin, at=AT)

    window.refresh_from_db()
    assert (window.is_active, window.token_version) == (False, 1)
    assert actors.actor_for(window, TODAY).posts == ()


def test_a_new_password_is_given_once_and_not_recorded(office: Office, secadmin: Actor) -> None:
    window = office.staff["window"]

    password = staff.give_password(window.pk, reason="forgotten", actor=secadmin, at=AT)

    window.refresh_from_db()
    assert window.check_password(password)
    assert password not in str(list(AccessEntry.objects.values()))


def test_each_change_is_an_entry_with_its_reason(office: Office, secadmin: Actor) -> None:
    account = staff.open_account(
        "new.person", display_zh="工作人员9", display_en="", staff_no="JZ9", actor=secadmin, at=AT
    )
    post = give(account, secadmin)
    staff.end(post.pk, reason="mistake", actor=secadmin, at=AT)

    entries = AccessEntry.objects.order_by("seq").values_list("kind", "purpose")
    assert list(entries) == [
        ("account_opened", ""),
        ("post_granted", "asked by the county"),
        ("post_ended", "mistake"),
    ]
    assert not Post.objects.filter(account=account).exists()  # it had not begun before today


def test_an_account_name_is_given_once(secadmin: Actor) -> None:
    opened = {"display_zh": "甲", "display_en": "", "staff_no": "", "actor": secadmin, "at": AT}
    staff.open_account("somebody", **opened)  # type: ignore[arg-type]

    with pytest.raises(Duplicate):
        staff.open_account("somebody", **opened)  # type: ignore[arg-type]
