"""Every screen of quality as everybody sees it, and a controller's round from finding a case to closing a finding."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.acceptance.conftest import ROOT

pytestmark = pytest.mark.browser

Look = Callable[..., None]
Desks = Callable[..., object]


def _first_case(page: Page) -> None:
    page.locator("table.rows tbody a").first.click()
    page.wait_for_selector("figure[data-ready]")


def _chain(page: Page) -> None:
    _first_case(page)
    page.goto(page.url.split("?")[0] + "chain/")
    page.locator("main form .btn").first.click()
    page.wait_for_load_state()


def test_finder(look: Look) -> None:
    look("controller", "/quality/", "quality-cases")


def test_finder_that_finds_nothing(look: Look) -> None:
    look("controller", "/quality/?from=gestern&staff=nobody", "quality-cases-none")


def test_history_of_a_case(look: Look) -> None:
    look("controller", "/quality/?overdue=step&process=unemployment_benefit", "quality-case", _first_case)


def test_chain(look: Look) -> None:
    look("auditor", "/quality/", "quality-chain", _chain)


def test_findings(look: Look) -> None:
    look("controller", "/quality/findings/?state=all", "quality-findings")


def test_finding(look: Look) -> None:
    def first(page: Page) -> None:
        page.locator("table.rows tbody a").first.click()
        page.wait_for_load_state()

    look("controller", "/quality/findings/?state=all", "quality-finding", first)


@pytest.mark.parametrize("measure", ["passed", "late"])
def test_heat_map(look: Look, measure: str) -> None:
    def drawn(page: Page) -> None:
        page.wait_for_selector("figure[data-ready]")

    look("manager", f"/quality/heat/?measure={measure}", f"quality-heat-{measure}", drawn)


def test_a_controllers_round_by_keys_alone(desk_of: Desks) -> None:
    page = desk_of("controller").page
    page.locator("#overdue").focus()
    page.keyboard.press("End")  # the last choice: a step took too long
    page.locator("#outcome").select_option("completed")  # finished ones: the late step is in their history
    page.locator("#q").press("Enter")
    page.locator("table.rows tbody a").first.press("Enter")
    expect(page.locator("li.departs").first).to_be_visible()

    line = page.locator("li.departs").first
    line.get_by_text("就此记录检查发现").press("Enter")
    line.locator("textarea").type("超期无说明")
    line.get_by_role("button", name="记录检查发现").press("Enter")
    page.locator("#text").type("补写超期说明")
    page.locator("#due_on").fill((date.today() + timedelta(days=7)).isoformat())
    page.get_by_role("button", name="下达整改").press("Enter")
    page.locator("textarea[name=evidence]").type("说明已归档")
    page.get_by_role("button", name="凭此依据销号").press("Enter")

    expect(page.locator("h1 + .sub")).to_contain_text("已办结")


def test_chain_and_evidence_file_without_javascript(desk_of: Desks, tmp_path: Path) -> None:
    page = desk_of("auditor", javascript=False).page
    page.locator("table.rows tbody a").first.click()
    page.get_by_role("link", name="核对记录链").click()
    page.get_by_role("button", name="现在核对").click()
    expect(page.get_by_text("记录链完整。")).to_be_visible()
    head = page.locator("dd.hash").inner_text()

    page.fill("#purpose", "年度审计")
    with page.expect_download() as download:
        page.get_by_role("button", name="下载证据文件").click()
    file = tmp_path / "evidence.json"
    download.value.save_as(file)

    checked = subprocess.run(
        [sys.executable, "-m", "bpm_core.verifier", str(file), "--head", head], cwd=ROOT, capture_output=True, text=True
    )
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_the_list_comes_out_as_a_file(desk_of: Desks, tmp_path: Path) -> None:
    page = desk_of("controller").page
    page.get_by_text("导出本列表").click()
    page.fill("#purpose", "月度抽查")
    with page.expect_download() as download:
        page.get_by_role("button", name="下载", exact=True).click()
    file = tmp_path / "cases.csv"
    download.value.save_as(file)

    lines = file.read_text(encoding="utf-8-sig").splitlines()
    assert lines[0].startswith("编号,业务流程")
    assert len(lines) > 100
    assert re.fullmatch(r"[A-Z]{3}-\d\d-\d{4}-\d{7}", lines[1].split(",")[0])


def test_the_same_figures_stand_on_the_heat_map_and_in_its_table(desk_of: Desks) -> None:
    page = desk_of("controller").page
    page.goto(re.sub(r"(//[^/]+)/.*", r"\1/quality/heat/?process=job_seeker_registration", page.url))
    page.wait_for_selector("figure[data-ready]")

    row = page.locator("table.rows tbody tr", has=page.locator("text=人工办理")).first
    element = str(row.get_attribute("id")).removeprefix("step-")
    badge = page.locator(f'.djs-overlays[data-container-id="{element}"] .diagram-badge')
    assert badge.inner_text() == row.locator("td").nth(2).inner_text()
