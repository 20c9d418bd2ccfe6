"""The library, the manual and the service guides as everybody sees them: both languages, wide and on a phone."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser

Look = Callable[..., None]
Desks = Callable[..., object]
KEY = "unemployment_benefit"
PUBLIC_BYTES = 60 * 1024


def test_library(look: Look) -> None:
    look("wuzhi_window", "/library/", "library-index")


def test_search_by_pinyin(look: Look) -> None:
    look("wuzhi_window", "/library/?q=sybxj", "library-search")


def test_course_with_diagram_and_text_twin(look: Look) -> None:
    look(
        "wuzhi_window", f"/library/{KEY}/", "library-process", lambda page: page.wait_for_selector("figure[data-ready]")
    )


@pytest.mark.parametrize("part", ["guide", "forms", "tables", "clauses", "control", "cases", "versions"])
def test_parts_of_a_process(look: Look, part: str) -> None:
    look("wuzhi_review1", f"/library/{KEY}/{part}/", f"library-{part}")


def test_manual(look: Look) -> None:
    look("wuzhi_review1", "/manual/", "manual-contents")


def test_chapter_of_the_manual(look: Look) -> None:
    look("wuzhi_review1", "/manual/job_seeker_registration/", "manual-chapter")


@pytest.mark.parametrize("index", ["clauses", "posts"])
def test_indexes_of_the_manual(look: Look, index: str) -> None:
    look("auditor", f"/manual/{index}/", f"manual-{index}")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_service_guides(look: Look, language: str) -> None:
    look("", f"/guide/{language}/", f"guide-list-{language}")
    look("", f"/guide/{language}/{KEY}/", f"guide-service-{language}")


def test_a_process_is_found_and_read_with_the_keyboard_alone(desk_of: Desks) -> None:
    desk = desk_of("wuzhi_window", language="en")
    page: Page = desk.open("/library/")  # type: ignore[attr-defined]

    page.focus("#q")
    page.keyboard.type("dwcb")
    expect(page.locator("ul.processes [data-find]:visible")).to_have_count(1)
    page.keyboard.press("Enter")  # opens the only one found
    page.wait_for_url("**/library/employer_enrolment/")
    desk.open("/library/")  # type: ignore[attr-defined]
    page.focus("#q")
    page.keyboard.type("sybxj")
    expect(page.locator("ul.processes [data-find]:visible")).to_have_count(2)
    page.locator("ul.processes [data-find]:visible a").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/library/{KEY}/")

    assert page.locator("h1").inner_text() == "Unemployment insurance benefit"


def test_a_click_on_a_shape_leads_to_its_row_of_the_step_table(desk_of: Desks) -> None:
    desk = desk_of("wuzhi_window")
    page: Page = desk.open(f"/library/{KEY}/")  # type: ignore[attr-defined]
    page.wait_for_selector("figure[data-ready]")

    page.locator('figure [data-element-id="S20"]').first.click(force=True)

    page.wait_for_selector("#une-01-S20.twin-here")


def test_a_guide_needs_no_script_and_few_bytes(desk_of: Desks) -> None:
    desk = desk_of(javascript=False)
    sent: list[int] = []
    desk.page.on("response", lambda answer: sent.append(int(answer.headers.get("content-length") or 0)))  # type: ignore[attr-defined]

    page: Page = desk.open(f"/guide/zh/{KEY}/")  # type: ignore[attr-defined]
    page.wait_for_load_state("networkidle")

    assert page.locator("h1").inner_text() == "失业保险金申领与发放"
    assert sum(sent) <= PUBLIC_BYTES


@pytest.mark.parametrize("code", ["WIN-01", "UNE-01", "MED-03"])
def test_a_diagram_opens_where_the_work_begins(desk_of: Desks, code: str) -> None:
    page = desk_of("wuzhi_window").open(f"/library/{code}/")
    page.wait_for_selector("figure[data-ready]")

    start = page.locator('[data-element-id="Body_start"]').bounding_box()
    canvas = page.locator(".diagram-canvas").bounding_box()

    assert start is not None and canvas is not None
    assert canvas["x"] <= start["x"] <= canvas["x"] + canvas["width"] / 2
    assert canvas["y"] <= start["y"] <= canvas["y"] + canvas["height"]
