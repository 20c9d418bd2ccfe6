"""Ways of working that must not be lost: by keyboard alone, without JavaScript, after a log-out, on a slow line."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.acceptance.conftest import Desk
from tests.acceptance.test_desk_cases import nobodys_number, take_in

pytestmark = pytest.mark.browser

DeskOf = Callable[..., Desk]
FIRST_VISIT_BYTES = 80 * 1024
WITH_DIAGRAM_BYTES = 180 * 1024


def focused(page: Page) -> str:
    return page.evaluate("document.activeElement.id || document.activeElement.textContent.trim().slice(0, 40)")


def tab_to(page: Page, name: str, most: int = 80) -> None:
    """Press Tab until the element of that id or text has the focus: nothing on the way may hold it."""
    for _ in range(most):
        if focused(page).startswith(name):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{name} was not reached by {most} tabs on {page.url}")


def answer_by_keys(page: Page, texts: dict[str, str]) -> None:
    """Go through the form with Tab: the first choice of each question, `texts` by name, then the button."""
    for _ in range(120):
        page.keyboard.press("Tab")
        name, kind, value = page.evaluate("(e => [e.name || '', e.type || '', e.value || ''])(document.activeElement)")
        if kind == "submit" and value == "complete":
            page.keyboard.press("Enter")
            page.wait_for_load_state()
            return
        if kind == "radio":
            page.keyboard.press("Space")
        elif kind == "select-one":
            page.keyboard.press("ArrowDown")
        elif name.removeprefix("f-") in texts:
            page.keyboard.press("Control+a")
            page.keyboard.type(texts[name.removeprefix("f-")])
    raise AssertionError(f"the button was not reached by tabs on {page.url}")


def test_a_case_is_opened_told_what_is_missing_and_handled_by_keys_alone(desk_of: DeskOf) -> None:
    page = desk_of("wuzhi_window").page
    page.keyboard.press("g")
    page.keyboard.press("n")
    page.wait_for_url("**/desk/new/")
    expect(page.locator("#q")).to_be_focused()
    page.keyboard.type("sybxj")  # two services sound like this
    expect(page.locator("#found")).to_have_text("找到 2 个流程")
    page.keyboard.press("Control+a")
    page.keyboard.type("une01")
    expect(page.locator("table.services [data-find]:visible")).to_have_count(1)
    page.keyboard.press("Enter")
    page.wait_for_url("**/desk/new/unemployment_benefit/")
    page.keyboard.type(nobodys_number())
    page.keyboard.press("Tab")
    page.keyboard.type("赵磊")
    page.keyboard.press("Enter")
    page.wait_for_url("**/desk/items/**")
    step = page.url

    tab_to(page, "材料不齐")
    page.keyboard.press("Enter")
    page.wait_for_url("**/notice/")
    tab_to(page, "missing-0")
    page.keyboard.press("Space")
    tab_to(page, "生成通知书并停止计时")
    page.keyboard.press("Enter")
    page.wait_for_url("**/desk/papers/**")
    tab_to(page, "返回办件")
    page.keyboard.press("Enter")
    page.wait_for_url("**/desk/cases/**")
    tab_to(page, "还可以办理")
    page.keyboard.press("Enter")
    tab_to(page, "登记补正材料")
    page.keyboard.press("Enter")
    page.wait_for_url("**/receive/")
    tab_to(page, "登记并恢复计时")
    page.keyboard.press("Enter")
    expect(page.locator(".note[role=status]")).to_contain_text("已登记")

    page.goto(step)
    texts = {"mobile": "13800005678", "social_card_no": "A12345678", "bank_account": "6217000000000000001"}
    answer_by_keys(page, texts)
    expect(page.locator(".note[role=status]")).to_contain_text("“填写申领单”已完成")


def test_the_keys_are_shown_by_a_key(desk_of: DeskOf) -> None:
    page = desk_of("wuzhi_window").page

    page.keyboard.press("?")
    expect(page.locator("#help")).to_be_visible()
    page.keyboard.press("Escape")

    expect(page.locator("#help")).to_be_hidden()


def test_rows_are_walked_and_opened_by_keys(desk_of: DeskOf) -> None:
    page = desk_of("wuzhi_review1").open("/desk/?scope=office")

    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")
    marked = page.locator("tr.at a").first.get_attribute("href")
    page.keyboard.press("Enter")
    page.wait_for_url("**/desk/items/**")

    assert marked and page.url.endswith(marked)
    page.keyboard.press("g")
    page.keyboard.press("q")
    page.wait_for_url("**/desk/")
    page.keyboard.press("/")
    assert focused(page) == "q"


def test_a_work_item_is_taken_by_a_key(desk_of: DeskOf) -> None:
    desk = desk_of("wuzhi_review1b")
    page = desk.open("/desk/?scope=office")
    page.locator("tr", has_text="待认领").first.locator("a").first.click()
    page.wait_for_url("**/desk/items/**")

    if page.locator("[data-key=a]").count():
        page.keyboard.press("a")
        expect(page.locator("button[value=complete]")).to_be_visible()
        page.get_by_role("button", name="放回待办").click()
        page.wait_for_url("**/desk/**")


def test_everything_needed_works_without_javascript(desk_of: DeskOf) -> None:
    desk = desk_of("wuzhi_window", javascript=False)
    page = desk.open("/desk/new/training_subsidy/")
    page.fill("#id-id_number", nobodys_number())
    page.click("button[value=check]")
    expect(page.locator("#card")).to_contain_text("出生日期")
    page.fill("#id-name", "孙丽")
    page.click("button[value=open]")

    page.check("[name='f-claimant'][value='person']")
    page.click("button[value=complete]")

    expect(page.locator(".errors li").first).to_be_visible()
    expect(page.locator("[name='f-fee_paid']")).to_be_visible()  # asked for after the answer, at the submit
    expect(page.locator("[name='f-person_name']")).to_have_value("孙丽")
    page.fill("[name='f-class_no']", "TC2026-0815")
    page.click("button[value=draft]")
    expect(page.locator(".note[role=status]")).to_contain_text("草稿已保存")
    expect(page.locator("[name='f-class_no']")).to_have_value("TC2026-0815")


def test_a_draft_survives_the_log_out(desk_of: DeskOf) -> None:
    desk = desk_of("wuzhi_window")
    take_in(desk, "unemployment_benefit", "何平", nobodys_number())
    page, address = desk.page, desk.page.url
    page.fill("[name='f-social_card_no']", "A99887766")
    page.evaluate("dispatchEvent(new Event('pagehide'))")  # what the browser tells a page that is being left
    expect(page.locator("#draft-status")).to_contain_text("草稿已保存")

    page.get_by_role("button", name="退出").click()
    page.wait_for_url("**/login/**")
    desk.log_in("wuzhi_window")
    page.goto(address)

    expect(page.locator("[name='f-social_card_no']")).to_have_value("A99887766")


def test_typing_is_kept_every_few_seconds(desk_of: DeskOf) -> None:
    desk = desk_of("wuzhi_window")
    take_in(desk, "unemployment_benefit", "高洁", nobodys_number())
    assert desk.page.locator("form[data-draft]").get_attribute("data-draft-every") == "20"


def test_a_form_with_keys_of_its_own_is_refused_in_a_sentence(desk_of: DeskOf) -> None:
    desk = desk_of("wuzhi_window")
    take_in(desk, "unemployment_benefit", "罗成", nobodys_number())
    page = desk.page
    page.evaluate(
        "document.querySelector('#answers').insertAdjacentHTML('beforeend',"
        ' \'<input name="__builtins__" value="1"><input name="f-secret" value="2">\')'
    )
    page.click("button[value=complete]")

    expect(page.locator(".errors")).to_contain_text("表单没有“__builtins__”这一栏")
    expect(page.locator(".errors")).to_contain_text("表单没有“secret”这一栏")


def test_a_stale_page_loses_nothing(desk_of: DeskOf) -> None:
    desk = desk_of("wuzhi_window")
    number = take_in(desk, "unemployment_benefit", "谢敏", nobodys_number())
    page = desk.page
    page.fill("[name='f-social_card_no']", "A55555555")
    page.locator("[name=version]").evaluate("control => { control.value = '1'; }")
    page.click("button[value=complete]")

    expect(page.locator(".errors")).to_contain_text("已推进本办件")
    expect(page.locator("[name='f-social_card_no']")).to_have_value("A55555555")
    assert number in page.locator(".crumbs").inner_text()


def _bytes_of(desk: Desk, path: str) -> int:
    """Bytes on the wire of a first visit: the page and everything it asks for."""
    session = desk.page.context.new_cdp_session(desk.page)
    session.send("Network.enable")
    session.send("Network.setCacheDisabled", {"cacheDisabled": True})
    total = 0

    def count(event: dict[str, object]) -> None:
        nonlocal total
        total += int(event["encodedDataLength"])  # type: ignore[call-overload]

    session.on("Network.loadingFinished", count)
    desk.open(path)
    desk.page.wait_for_load_state("networkidle")
    return total


def test_first_visits_are_small(desk_of: DeskOf) -> None:
    desk = desk_of("wuzhi_review1")
    sizes = {path: _bytes_of(desk, path) for path in ("/desk/?scope=office", "/desk/cases/", "/help/")}

    assert all(size <= FIRST_VISIT_BYTES for size in sizes.values()), sizes


def test_a_page_with_a_diagram_stays_within_its_budget(desk_of: DeskOf) -> None:
    desk = desk_of("wuzhi_review1")
    page = desk.open("/desk/cases/?status=running")
    path = page.locator("table.rows tbody a").first.get_attribute("href")
    assert path

    assert _bytes_of(desk, path) <= WITH_DIAGRAM_BYTES
