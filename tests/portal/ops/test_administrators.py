"""The rooms of the three administrators and the auditor: each its own, and nobody else's."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client

from bpm_core.commands import access
from bpm_core.models import Account, CalendarDay, OrgUnit, Post
from tests.bpm_core.commands.conftest import AT, COUNTY, Office

ROOMS = {"/ops/calendar/": "system_admin", "/ops/staff/": "security_admin", "/ops/looks/": "audit_admin"}


def somebody(role: str) -> Client:
    account = Account.objects.create(username=role)
    unit = OrgUnit.objects.get(code="410800000000")
    Post.objects.create(account=account, unit=unit, role=role, from_on=date(2020, 1, 1))
    client = Client()
    client.force_login(account)
    return client


@pytest.mark.parametrize("room", ROOMS)
def test_each_room_opens_for_its_administrator_alone(room: str, office: Office) -> None:
    for role in ("system_admin", "security_admin", "audit_admin"):
        assert somebody(role).get(room).status_code == (200 if role == ROOMS[room] else 403), role
    window = Client()
    window.force_login(office.staff["window"])
    assert window.get(room).status_code == 403


def test_a_holiday_is_entered_and_shown(office: Office) -> None:
    admin = somebody("system_admin")
    entered = {"first": "2027-01-01", "last": "2027-01-03", "working": "no", "name": "元旦", "source": "通知1号"}

    answer = admin.post("/ops/calendar/set/", entered, follow=True)

    assert "已录入 3 天" in answer.content.decode()
    assert CalendarDay.objects.filter(day__year=2027, working=False).count() == 3
    admin.post("/ops/calendar/clear/", {"day": "2027-01-03", "reason": "misread"})
    assert CalendarDay.objects.filter(day__year=2027).count() == 2


@pytest.mark.parametrize(
    "entered", [{}, {"first": "x"}, {"first": "2027-02-30"}, {"first": "2027-01-05", "last": "2027-01-01", "name": "n"}]
)
def test_a_wrong_entry_is_explained_and_loses_nothing_typed(entered: dict[str, str], office: Office) -> None:
    answer = somebody("system_admin").post("/ops/calendar/set/", entered | {"source": "通知1号"})

    assert answer.status_code == 422
    assert "通知1号" in answer.content.decode()


def test_an_account_is_opened_given_a_post_and_a_password_and_locked(office: Office) -> None:
    admin = somebody("security_admin")

    admin.post("/ops/staff/open/", {"username": "li.ming", "display_zh": "工作人员7", "staff_no": "JZ7"})
    account = Account.objects.get(username="li.ming")
    place = f"/ops/staff/{account.pk}/"
    post = {"unit_code": COUNTY, "role": "reviewer", "lane": "C1", "from_on": "2026-11-01", "reason": "approved"}
    assert "岗位已授予" in admin.post(f"{place}grant/", post, follow=True).content.decode()
    shown = admin.post(f"{place}password/", {"reason": "first"}).content.decode()
    password = shown.split('<code class="mono">')[1].split("<")[0]
    assert Account.objects.get(pk=account.pk).check_password(password)
    admin.post(f"{place}lock/", {"reason": "left"})
    assert not Account.objects.get(pk=account.pk).is_active


def test_posts_that_exclude_each_other_are_explained(office: Office) -> None:
    window = office.staff["window"]
    post = {"unit_code": COUNTY, "role": "finance", "lane": "CFIN", "from_on": "2026-11-01", "reason": "approved"}

    answer = somebody("security_admin").post(f"/ops/staff/{window.pk}/grant/", post, follow=True)

    assert "同一人不得同时担任" in answer.content.decode()


@pytest.mark.parametrize(
    "change", [{"unit_code": "1"}, {"from_on": "x"}, {"reason": ""}, {"role": "x"}, {"lane": "WIN"}]
)
def test_a_wrong_post_is_explained(change: dict[str, str], office: Office) -> None:
    post = {"unit_code": COUNTY, "role": "reviewer", "lane": "C1", "from_on": "2026-11-01", "reason": "approved"}

    answer = somebody("security_admin").post(
        f"/ops/staff/{office.staff['manager'].pk}/grant/", post | change, follow=True
    )

    assert answer.status_code in (200, 422)
    assert "岗位已授予" not in answer.content.decode()
    assert Post.objects.filter(account=office.staff["manager"]).count() == 1


def test_a_look_is_shown_with_who_what_and_why(office: Office) -> None:
    access.record("unmask", actor=office.actor("first"), at=AT, purpose="核对银行账号", subject="person:1:phone")

    page = somebody("audit_admin").get("/ops/looks/").content.decode()

    assert "核对银行账号" in page
    assert "查看脱敏信息" in page


@pytest.mark.parametrize("query", ["?kind=x", "?account=abc&before=-1", "?before=99999999999999999999", "?kind=unmask"])
def test_strange_questions_get_a_page(query: str, office: Office) -> None:
    assert somebody("audit_admin").get("/ops/looks/" + query).status_code == 200


@pytest.mark.parametrize("query", ["?year=x", "?year=0000", "?year=9999", "?year=2026"])
def test_any_year_gets_a_page(query: str, office: Office) -> None:
    assert somebody("system_admin").get("/ops/calendar/" + query).status_code == 200


def test_accounts_are_found_by_name_office_and_role(office: Office) -> None:
    admin = somebody("security_admin")

    assert "first" in admin.get("/ops/staff/?q=fir").content.decode()
    assert "window" in admin.get(f"/ops/staff/?q={COUNTY}").content.decode()
    assert "window" not in admin.get("/ops/staff/?role=reviewer").content.decode().split("<tbody>")[1]
