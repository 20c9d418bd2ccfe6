"""Every screen of the desk as everybody sees it: both languages, wide and on a phone, light and dark."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

pytestmark = pytest.mark.browser

Look = Callable[..., None]


def _first_row(page: Page) -> None:
    page.locator("table.rows tbody a").first.click()
    page.wait_for_load_state()


def _case_of_first_row(page: Page) -> None:
    _first_row(page)
    page.locator(".crumbs a").nth(1).click()
    page.wait_for_load_state()


def test_log_in_page(look: Look) -> None:
    look("", "/login/", "shell-login")


def test_help_page(look: Look) -> None:
    look("wuzhi_window", "/help/", "shell-help")


def test_page_of_a_refusal(look: Look) -> None:
    look("wuzhi_window", "/desk/cases/UNE-01-1999-0000001/", "shell-not-found")


@pytest.mark.parametrize("scope", ["mine", "office", "below"])
def test_queue(look: Look, scope: str) -> None:
    look("wuzhi_review1", f"/desk/?scope={scope}", f"desk-queue-{scope}")


def test_services_of_the_window(look: Look) -> None:
    look("wuzhi_window", "/desk/new/", "desk-services")


def test_window_with_a_card(look: Look) -> None:
    def read_card(page: Page) -> None:
        page.fill("#id-id_number", "410899199003070016")
        page.press("#id-id_number", "Tab")
        page.wait_for_selector("#card dl")

    look("wuzhi_window", "/desk/new/unemployment_benefit/", "desk-intake", read_card)


def test_guided_task(look: Look) -> None:
    look("wuzhi_review1", "/desk/?scope=mine", "desk-task", _first_row)


def test_task_nobody_has_taken(look: Look) -> None:
    def free_row(page: Page) -> None:
        page.locator("table.rows tbody tr", has_text="待认领").locator("a").first.click()
        page.wait_for_load_state()

    look("wuzhi_review1", "/desk/?scope=office", "desk-task-offered", free_row)


def test_case_page(look: Look) -> None:
    look("wuzhi_review1", "/desk/?scope=office", "desk-case", _case_of_first_row)


def test_time_limits_explained(look: Look) -> None:
    def go(page: Page) -> None:
        _case_of_first_row(page)
        page.goto(page.url + "deadline/")

    look("wuzhi_review1", "/desk/?scope=office", "desk-deadline", go)


def test_materials(look: Look) -> None:
    def go(page: Page) -> None:
        _case_of_first_row(page)
        page.goto(page.url + "materials/")

    look("wuzhi_review1", "/desk/?scope=office", "desk-materials", go)


def test_search(look: Look) -> None:
    look("wuzhi_review1", "/desk/cases/?q=z", "desk-search")


@pytest.mark.parametrize(
    ("page_of", "name"), [("transfer", "desk-transfer"), ("return", "desk-return"), ("notice", "desk-notice")]
)
def test_pages_beside_a_task(look: Look, page_of: str, name: str) -> None:
    def go(page: Page) -> None:
        _first_row(page)
        page.goto(page.url + f"{page_of}/")

    look("wuzhi_review1", "/desk/?scope=mine", name, go)


@pytest.mark.parametrize("page_of", ["suspend", "correct", "reject", "reveal"])
def test_pages_beside_a_case(look: Look, page_of: str) -> None:
    def go(page: Page) -> None:
        _case_of_first_row(page)
        page.goto(page.url + f"{page_of}/")

    look("wuzhi_review1", "/desk/?scope=mine", f"desk-{page_of}", go)


def test_handing_many_over(look: Look) -> None:
    def pick(page: Page) -> None:
        page.locator("input[name=item]").first.check()
        page.locator("button[form=batch]").click()
        page.wait_for_selector("input[name=colleague]")

    look("wuzhi_review1", "/desk/?scope=office", "desk-batch", pick)


def _first_case(page: Page) -> None:
    page.locator("table.rows tbody a").first.click()
    page.wait_for_load_state()


def test_a_case_that_waits_for_the_applicant(look: Look) -> None:
    look("wuzhi_review1", "/desk/cases/?status=supplement", "desk-case-supplement", _first_case)


def test_recording_what_was_handed_in(look: Look) -> None:
    def go(page: Page) -> None:
        _first_case(page)
        page.goto(page.url + "receive/")

    look("wuzhi_review1", "/desk/cases/?status=supplement", "desk-receive", go)


def test_a_paper(look: Look) -> None:
    def go(page: Page) -> None:
        _first_case(page)
        page.locator("section[aria-labelledby=papers] a").first.click()
        page.wait_for_selector(".paper")

    look("wuzhi_review1", "/desk/cases/?status=supplement", "desk-paper", go)


def test_recording_what_came_in(look: Look) -> None:
    def go(page: Page) -> None:
        _first_case(page)
        page.goto(page.url + "message/")

    look("wuzhi_window", "/desk/cases/?status=running&process=unemployment_benefit", "desk-message", go)


def test_a_closed_case(look: Look) -> None:
    look("wuzhi_review1", "/desk/cases/?status=completed", "desk-case-closed", _first_case)


@pytest.mark.parametrize("page_of", ["withdraw", "cancel"])
def test_ends_of_a_case(look: Look, page_of: str) -> None:
    def go(page: Page) -> None:
        _first_case(page)
        page.goto(page.url + f"{page_of}/")

    who = {"withdraw": "wuzhi_window", "cancel": "wuzhi_manager"}[page_of]
    look(who, "/desk/cases/?status=running", f"desk-{page_of}", go)
