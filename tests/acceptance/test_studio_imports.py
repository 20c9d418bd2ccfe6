"""A library of another deployment taken over in the studio: verified, turned down, handed in again, published."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from bpm_core.notation import bundle, library
from tests.acceptance.conftest import PHONE, Portal

pytestmark = pytest.mark.browser

Desks = Callable[..., object]
Look = Callable[..., None]
PAGE = "/studio/libraries/"
KEY = "personnel_archive"
_FIRST_STEP = re.compile(r'(<bpmn:userTask [^>]*?name=")([^"]+)')


@pytest.fixture
def theirs(portal: Portal, desk_of: Desks, tmp_path: Path) -> Path:
    """What the publisher exports here, with one step of one process named otherwise and signed again."""
    publisher = desk_of("publisher").open(PAGE)
    with publisher.expect_download() as download:
        publisher.get_by_role("link", name="将本单位流程库导出为签名文件").click()
    secret = (Path(portal.environment["GUICHENG_DATA"]) / "library_key.secret").read_text().strip()
    by = library.signer("guicheng", secret)
    found = library.unpack(download.value.path().read_bytes(), {"guicheng": by.public})
    [one] = [each for each in found.processes if each.key == KEY]
    diagram = _FIRST_STEP.sub(r"\1\2（省）", one.files["process.bpmn"].decode(), count=1).encode()
    files = {**one.files, "process.bpmn": diagram}
    path = tmp_path / "province.zip"
    path.write_bytes(library.pack([replace(one, files=files, digest=bundle.digest(files))], {}, by))
    return path


def send(page: Page, file: Path) -> None:
    page.set_input_files("#file", file)
    page.get_by_role("button", name="验证并显示差异").click()
    page.wait_for_url(re.compile(r"/studio/libraries/[0-9a-f]{64}/$"))


def test_one_person_hands_a_library_in_and_another_decides(theirs: Path, desk_of: Desks) -> None:
    designer = desk_of("designer").open(PAGE)
    send(designer, theirs)
    address = re.sub(r"^.*?//[^/]+", "", designer.url)
    designer.locator("table.rows tbody a").first.click()
    designer.wait_for_selector("#diagram[data-ready]")
    expect(designer.locator("#changes ins")).to_contain_text("（省）")
    designer.get_by_role("link", name="返回该流程库").click()
    designer.get_by_role("button", name="检查并提交").click()
    expect(designer.get_by_text("这是您提交的，须由他人发布。")).to_be_visible()

    publisher = desk_of("publisher", size=PHONE, javascript=False).open(address)
    publisher.get_by_role("button", name="退回").click()
    expect(publisher.locator("#errors")).to_contain_text("请填写原因")
    publisher.fill("#note", "名称有误")
    publisher.get_by_role("button", name="退回").click()
    expect(publisher.get_by_text("名称有误")).to_be_visible()

    designer.goto(designer.url)
    designer.get_by_role("button", name="检查并提交").click()
    expect(designer.get_by_text("这是您提交的，须由他人发布。")).to_be_visible()
    publisher.goto(publisher.url)
    publisher.get_by_role("button", name="全部发布").click()
    expect(publisher.get_by_text("已发布 1 个流程")).to_be_visible()


def test_a_file_that_is_no_library_is_refused_in_a_sentence(desk_of: Desks, tmp_path: Path) -> None:
    file = tmp_path / "letter.zip"
    file.write_bytes(b"Dear colleagues")
    page = desk_of("designer").open(PAGE)
    page.set_input_files("#file", file)
    page.get_by_role("button", name="验证并显示差异").click()

    expect(page.locator("#errors")).to_contain_text("这不是流程库文件")


def test_the_list_of_libraries(look: Look) -> None:
    look("publisher", PAGE, "studio-libraries")


def test_a_library_and_one_process_of_it(look: Look, theirs: Path) -> None:
    def process(page: Page) -> None:
        send(page, theirs)
        page.locator("table.rows tbody a").first.click()
        page.wait_for_selector("#diagram[data-ready]")

    look("designer", PAGE, "studio-library-of-others", lambda page: send(page, theirs))
    look("designer", PAGE, "studio-library-process", process)
