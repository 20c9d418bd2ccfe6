"""Local values done as a county's manager and the publisher do it, and what the county then reads."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.acceptance.conftest import PHONE

pytestmark = pytest.mark.browser

Desks = Callable[..., object]
HERE = "/studio/local/training_subsidy/?office=410823000000"


def test_a_county_s_manager_proposes_and_another_person_approves(desk_of: Desks) -> None:
    manager = desk_of("wuzhi_manager", size=PHONE).open(HERE)
    manager.fill("#promised_limit", "11")
    manager.fill("#reason", "武陟县人社发〔2026〕12号")
    manager.get_by_role("button", name="提出").click()
    expect(manager.locator("#errors")).to_contain_text("《社会保险经办条例》第24条")
    expect(manager.locator("#promised_limit")).to_have_value("11")

    manager.fill("#promised_limit", "7")
    manager.get_by_role("button", name="提出").click()
    expect(manager.get_by_text("这是您提出的，须由他人决定。")).to_be_visible()
    address = re.sub(r"^.*?//[^/]+", "", manager.url)

    publisher = desk_of("publisher").open(address)
    publisher.get_by_role("button", name="批准", exact=True).click()
    expect(publisher.get_by_text("已批准。")).to_be_visible()

    window = desk_of("wuzhi_window", language="en", javascript=False).open("/studio/local/?office=410823000000")
    expect(window.locator("table.rows ins").first).to_have_text("7 working days")
