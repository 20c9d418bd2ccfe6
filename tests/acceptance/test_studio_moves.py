"""A publisher takes the open cases of a process to its new version: looks, moves, watches, puts back."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.acceptance.test_studio_flows import changed_folder

pytestmark = pytest.mark.browser

Desks = Callable[..., object]
Look = Callable[..., None]


def published(desk_of: Desks, folder: Path, said: str) -> str:
    """Address of a new version with one step renamed, handed in and put into force by two persons."""
    designer = desk_of("designer").page
    designer.goto(re.sub(r"(//[^/]+)/.*", r"\1/studio/upload/", designer.url))
    designer.set_input_files("#files", changed_folder(folder, said=said))
    designer.locator("main form .btn").first.click()
    designer.wait_for_url("**/report/")
    address = designer.url.removesuffix("report/")
    publisher = desk_of("publisher").page
    publisher.goto(address)
    publisher.locator('form[action$="/publish/"] .btn').click()
    publisher.wait_for_load_state()
    return address


def test_open_cases_are_tried_moved_and_put_back(desk_of: Desks, tmp_path: Path) -> None:
    address = published(desk_of, tmp_path, "（迁移）")
    page: Page = desk_of("publisher").page
    page.goto(address + "versions/")
    page.locator('a[href*="/move/"]').first.click()
    expect(page.get_by_text("所有环节在新版本中编号不变")).to_be_visible()

    page.get_by_role("button", name="试算").click()
    expect(page.locator("#tried")).to_contain_text("件可以迁移")
    page.fill("#reason", "新规施行")
    page.get_by_role("button", name=re.compile("迁移")).click()

    page.wait_for_url("**/studio/moves/**")
    expect(page.locator("#moving h3")).to_have_text("已完成", timeout=60_000)  # by itself, as the worker goes on
    page.get_by_text("撤回迁移").click()
    page.get_by_role("button", name="恢复原状").click()
    expect(page.locator("#moving h3")).to_have_text("已恢复", timeout=60_000)


def test_screens_of_a_move(look: Look, desk_of: Desks, tmp_path: Path) -> None:
    address = published(desk_of, tmp_path, "（看图）")
    path = re.sub(r"^https?://[^/]+", "", address)

    def follow(page: Page) -> None:
        page.locator('a[href*="/move/"]').first.click()
        page.locator('button[name="try"]').click()
        page.wait_for_selector("#tried")

    look("publisher", f"{path}versions/", "studio-move", follow)
    page: Page = desk_of("publisher").page
    page.goto(address + "versions/")
    follow(page)
    page.fill("#reason", "新规施行")
    page.locator('form[method="post"] .btn').last.click()
    page.wait_for_url("**/studio/moves/**")
    run = re.sub(r"^https?://[^/]+", "", page.url)
    expect(page.locator("#moving[hx-get]")).to_have_count(0, timeout=60_000)

    look("publisher", run, "studio-moving")
