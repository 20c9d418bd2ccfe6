"""The operators' and administrators' screens, seen as everybody would see them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

pytestmark = pytest.mark.browser


def _open_an_account(page: Page) -> None:
    page.goto(page.url + "?q=wuzhi_review1")
    page.click("table a >> nth=0")


@pytest.mark.parametrize(
    ("user", "path", "name"),
    [
        ("wuzhi_manager", "/ops/", "operations"),
        ("sysadmin", "/ops/calendar/?year=2026", "operations-calendar"),
        ("secadmin", "/ops/staff/", "operations-staff"),
        ("auditadmin", "/ops/looks/", "operations-looks"),
    ],
)
def test_a_screen_is_in_order(user: str, path: str, name: str, look: Callable[..., None]) -> None:
    look(user, path, name)


def test_the_screen_of_an_account_is_in_order(look: Callable[..., None]) -> None:
    look("secadmin", "/ops/staff/", "operations-account", _open_an_account)


def test_stuck_steps_are_tried_again_and_the_worker_does_them(desk_of: Callable[..., object]) -> None:
    page = desk_of("manager").open("/ops/")  # type: ignore[attr-defined]
    before = int(page.inner_text(".tiles li:first-child b"))
    assert before > 0

    page.click("section.card form button.btn >> nth=0")

    page.wait_for_selector("text=已重试")
    assert int(page.inner_text(".tiles li:first-child b")) < before
