"""The documentation of the API in a browser: operations are tried with one's own rights, under the strict policy."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.acceptance.conftest import PHONE, WIDE, Desk

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(("language", "size"), [("zh-hans", PHONE), ("en", WIDE)])
def test_an_operation_is_tried_on_the_page(
    desk_of: Callable[..., Desk],
    axe: Callable[[Page], None],
    shot: Callable[[Page, str, str], None],
    language: str,
    size: tuple[int, int],
) -> None:
    desk = desk_of("wuzhi_window", language=language, size=size)
    wrong: list[str] = []
    desk.page.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)

    page = desk.open("/api/docs/")
    listed = page.locator("#operations-processes-list_processes")
    expect(listed).to_be_visible()
    axe(page)
    shot(page, "api-docs", language[:2])
    listed.locator(".opblock-summary-control").click()
    listed.get_by_text("Try it out").click()
    listed.locator(".execute").click()

    expect(listed.locator(".live-responses-table")).to_contain_text("unemployment_benefit")
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
    assert not wrong
