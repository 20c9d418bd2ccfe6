"""Whole cases in Chinese, from the window to the end, by the hands they need: what the product is for."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping

import pytest
from playwright.sync_api import Page, expect

from bpm_core.domain import identity
from tests.acceptance.conftest import Desk

pytestmark = pytest.mark.browser


def nobodys_number() -> str:
    """A well-formed identity number of the area 410899, which does not exist; another one at each call."""
    some = time.time_ns() // 1000
    body = f"410899{1960 + some % 45}{some // 45 % 12 + 1:02}{some // 540 % 28 + 1:02}{some // 15120 % 1000:03}"
    return body + identity.check_character(body)


DeskOf = Callable[..., Desk]
Answers = Mapping[str, str]


def take_in(desk: Desk, service: str, name: str, id_number: str) -> str:
    """Open a case at the window and give its number; the first form is then on the page."""
    page = desk.open(f"/desk/new/{service}/")
    page.fill("#id-id_number", id_number)
    page.fill("#id-name", name)
    page.fill("#id-phone", "13800005678")
    page.click("button[value=open]")
    page.wait_for_url("**/desk/items/**")
    found = re.search(r"[A-Z]{3}-\d\d-\d{4}-\d{7}", page.locator(".crumbs").inner_text())
    assert found
    return found.group()


def answer(page: Page, answers: Answers) -> None:
    """Fill the form on the page: radio buttons and boxes by value, everything else by text."""
    for name, value in answers.items():
        controls = page.locator(f"[name='f-{name}']")
        controls.first.wait_for()  # an answer before it may have asked for this one
        kind = controls.first.evaluate("control => control.type")
        if kind in ("radio", "checkbox"):
            page.check(f"[name='f-{name}'][value='{value}']")
        elif kind == "select-one":
            controls.select_option(value)
        else:
            controls.fill(value)


def complete(page: Page) -> None:
    page.click("button[value=complete]")
    page.wait_for_load_state()
    expect(page.locator(".errors")).to_have_count(0)


def wait_for_step(desk: Desk, number: str, step: str, *, patience_s: float = 180) -> None:
    """Wait until the case has come to a person's step, while registers answer and rules decide by themselves."""
    until = time.monotonic() + patience_s
    while time.monotonic() < until:
        page = desk.open(f"/desk/cases/{number}/")
        if page.locator("section[aria-labelledby=now] a", has_text=step).count():
            return
        time.sleep(0.5)
    raise AssertionError(f"{number} did not come to {step}:\n{page.locator('main').inner_text()}")


def do_step(desk: Desk, number: str, step: str, answers: Answers) -> None:
    """Take the step, answer its form, complete it."""
    wait_for_step(desk, number, step)
    page = desk.page
    page.locator("section[aria-labelledby=now] a", has_text=step).first.click()
    page.wait_for_url("**/desk/items/**")
    if page.locator("[data-key=a]").count():
        page.click("[data-key=a]")
        page.wait_for_selector("button[value=complete]")
    answer(page, answers)
    complete(page)


def tell_what_is_missing(desk: Desk, number: str) -> None:
    """The one-time notice of one material, and its answer: the clock stands still in between."""
    page = desk.page
    page.get_by_role("link", name="材料不齐：一次性告知补正").click()
    page.wait_for_url("**/notice/")
    page.locator("input[name=missing]").first.check()
    page.fill("#note", "请补交加盖公章的原件")
    page.get_by_role("button", name="生成通知书并停止计时").click()
    page.wait_for_url("**/desk/papers/**")
    expect(page.locator(".paper h1")).to_have_text("一次性告知书")
    expect(page.locator(".paper svg")).to_be_visible()

    desk.open(f"/desk/cases/{number}/")
    expect(page.locator(".head .sub")).to_contain_text("等待申请人补正")

    desk.open(f"/desk/cases/{number}/receive/")
    page.get_by_role("button", name="登记并恢复计时").click()
    page.wait_for_url(f"**/desk/cases/{number}/")
    expect(page.locator(".head .sub")).to_contain_text("办理中")


def refuse_second_hand(desk: Desk, number: str, step: str) -> None:
    """The step is shown to somebody who did another one of its group, but can't be taken by them."""
    wait_for_step(desk, number, step)
    desk.page.locator("section[aria-labelledby=now] a", has_text=step).first.click()
    desk.page.wait_for_url("**/desk/items/**")
    expect(desk.page.locator("[data-key=a]")).to_have_count(0)


def test_unemployment_claim_from_the_window_to_its_end(desk_of: DeskOf) -> None:
    window, first, second = desk_of("wuzhi_window"), desk_of("wuzhi_review1"), desk_of("wuzhi_review2")
    number = take_in(window, "unemployment_benefit", "陈静", nobodys_number())
    tell_what_is_missing(window, number)

    do_step(
        window,
        number,
        "填写申领单",
        {
            "social_card_no": "A12345678",
            "bank_account": "6217000000000000001",
            "unemp_reason": "expire",
            "reason_disputed": "false",
            "registration_date": "2026-10-15",
            "commitment_signed": "true",
        },
    )
    do_step(first, number, "初审", {"first_result": "pass", "first_month_ok": "true", "review_opinion": "符合条件"})
    refuse_second_hand(first, number, "复核签发")
    do_step(second, number, "复核签发", {"second_result": "pass"})

    wait_until(window, number, "每月发放日")
    record(window, number, "再就业登记", {})
    stop = {"stop_reason": "job", "stop_month": "2026-12", "over_paid": "0", "prior_notice": "true"}
    do_step(window, number, "停发并保留剩余月数", stop)

    wait_until(window, number, "办理结果： 停发并保留月数")
    page = window.page
    expect(page.locator(".time")).to_contain_text("一次性告知")
    page.get_by_role("button", name="办结告知书").click()
    expect(page.locator(".paper h1")).to_have_text("办结告知书")


def test_training_subsidy_from_the_window_to_its_payment(desk_of: DeskOf) -> None:
    window, first, second = desk_of("wuzhi_window"), desk_of("wuzhi_review1"), desk_of("wuzhi_review2")
    finance, signing = desk_of("wuzhi_finance"), desk_of("wuzhi_sign")
    number = take_in(window, "training_subsidy", "周敏", nobodys_number())
    tell_what_is_missing(window, number)

    do_step(
        window,
        number,
        "刷社保卡或电子社保卡申领",
        {
            "social_card_no": "A12345678",
            "bank_account": "6217000000000000001",
            "trainee_category": "unemp",
            "class_no": "TC2026-0815",
            "occupation": "电工",
            "cert_no": "S000041080000000000001",
            "claimant": "person",
            "fee_paid": "1500",
            "face_confirmed": "true",
            "commitment_signed": "true",
        },
    )
    do_step(first, number, "初审", {"called": "true", "call_ok": "true", "first_result": "pass"})
    refuse_second_hand(first, number, "复核与复算")
    do_step(second, number, "复核与复算", {"second_result": "pass", "amount_checked": "true"})
    published = {"disclosure_start": "2026-11-23", "disclosure_days": "5"}
    do_step(window, number, "编制公示名单", published)
    wait_until(window, number, "公示期满")
    let_time_pass(window, number)
    paid = {"pay_batch_no": "B2026-11", "batch_total": "1500", "fund_source": "skill"}
    do_step(finance, number, "财务审核", paid)
    do_step(signing, number, "签发支付", {"release_signed": "true"})
    wait_until(window, number, "接收银行回盘")
    record(window, number, "接收银行回盘", {"pay_result": "paid", "bank_ref": "B20261122001"})
    wait_until(window, number, "已签收")
    record(window, number, "已签收", {})
    do_step(window, number, "业务归档", {"retention": "y30"})

    wait_until(window, number, "办理结果： 已发放")


def record(desk: Desk, number: str, what: str, answers: Answers) -> None:
    """Record at the window what came in from outside."""
    page = desk.open(f"/desk/cases/{number}/message/")
    page.get_by_role("link", name=what).click()
    answer(page, answers)
    page.get_by_role("button", name="登记", exact=True).click()
    page.wait_for_url(f"**/desk/cases/{number}/")


def let_time_pass(desk: Desk, number: str) -> None:
    """Days go by: whatever the case waits for by the clock is due now."""
    moved = (
        "from bpm_core.models import Timer; from django.utils import timezone; "
        f"Timer.objects.filter(case__number='{number}', fired_at=None, cancelled_at=None).update(due_at=timezone.now())"
    )
    desk.portal.manage("shell", "-v", "0", "-c", moved)


def wait_until(desk: Desk, number: str, text: str, *, patience_s: float = 180) -> None:
    """Wait until the case's page says something."""
    until = time.monotonic() + patience_s
    while time.monotonic() < until:
        if text in desk.open(f"/desk/cases/{number}/").locator("main").inner_text():
            return
        time.sleep(0.5)
    raise AssertionError(f"{number} never said {text}:\n{desk.page.locator('main').inner_text()}")
