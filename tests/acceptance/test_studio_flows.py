"""The studio's work done as a designer and a publisher do it: with the mouse, with keys only, without JavaScript."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.acceptance.conftest import PHONE, ROOT

pytestmark = pytest.mark.browser

Desks = Callable[..., object]
KEY = "job_seeker_registration"
PROCESS = "EMP-01"
_FIRST_STEP = re.compile(r'(<bpmn:userTask [^>]*?name=")([^"]+)')


def changed_folder(folder: Path, *, said: str = "（改）") -> Path:
    """The registration of job seekers as a zip, with something added to the name of its first step."""
    source = ROOT / "processes" / KEY
    target = folder / f"{KEY}.zip"
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(source.rglob("*")):
            if path.is_file():
                content = path.read_bytes()
                if path.name == "process.bpmn":
                    content = _FIRST_STEP.sub(rf"\1\2{said}", content.decode(), count=1).encode()
                archive.writestr(f"{KEY}/{path.relative_to(source)}", content)
    return target


def lone_diagram(folder: Path, *, script: bool = False) -> Path:
    """A small diagram without drawing; with `script` one of its steps wants to run Python."""
    step = '<userTask id="a" name="登记"><incoming>f</incoming><outgoing>g</outgoing></userTask>'
    if script:
        step = (
            '<scriptTask id="a" name="计算" scriptFormat="python"><incoming>f</incoming><outgoing>g</outgoing>'
            "<script>import os</script></scriptTask>"
        )
    target = folder / "lone.bpmn"
    target.write_text(
        '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" id="d" targetNamespace="urn:t">'
        f'<process id="lone_{"bad" if script else "good"}" name="单独流程" isExecutable="true">'
        f'<startEvent id="s" name="开始"><outgoing>f</outgoing></startEvent>{step}'
        '<endEvent id="e" name="结束"><incoming>g</incoming></endEvent>'
        '<sequenceFlow id="f" sourceRef="s" targetRef="a"/><sequenceFlow id="g" sourceRef="a" targetRef="e"/>'
        "</process></definitions>",
        encoding="utf-8",
    )
    return target


def _hand_in(page: Page, file: Path) -> None:
    page.goto(re.sub(r"(//[^/]+)/.*", r"\1/studio/upload/", page.url))
    page.set_input_files("#files", file)
    page.locator("main form .btn").first.click()
    page.wait_for_load_state()


def test_a_designer_hands_in_and_another_person_publishes(desk_of: Desks, tmp_path: Path) -> None:
    designer = desk_of("designer").page
    _hand_in(designer, changed_folder(tmp_path))
    expect(designer.get_by_text("此草稿由您提交")).to_be_visible()
    expect(designer.get_by_role("button", name=re.compile("发布第"))).to_have_count(0)
    address = designer.url.removesuffix("report/")

    publisher = desk_of("publisher").page
    publisher.goto(address + "compare/")
    publisher.wait_for_selector("#diagram[data-ready]")
    expect(publisher.locator("#changes ins")).to_contain_text("（改）")
    expect(publisher.locator("#diagram .diagram-badge-changed")).to_have_count(1)
    publisher.get_by_role("button", name=re.compile("发布第")).click()
    expect(publisher.get_by_text("此后新办件用此版")).to_be_visible()

    window = desk_of("wuzhi_window").page
    window.goto(address)
    expect(window.get_by_text("施行中")).to_be_visible()


def test_a_problem_is_shown_at_its_element_and_in_the_list(desk_of: Desks, tmp_path: Path) -> None:
    page = desk_of("designer").page
    _hand_in(page, lone_diagram(tmp_path, script=True))

    page.wait_for_selector("figure[data-ready]")
    badge = page.locator(".diagram-badge-error").first
    expect(badge).to_be_visible()
    badge.click()
    assert page.url.endswith("#problem-1")
    expect(page.locator("#problem-1")).to_contain_text("改法")


def test_a_diagram_without_drawing_is_drawn(desk_of: Desks, tmp_path: Path) -> None:
    page = desk_of("designer").page
    _hand_in(page, lone_diagram(tmp_path))

    page.wait_for_selector("figure[data-ready]")
    expect(page.locator("#diagram .djs-shape")).not_to_have_count(0)
    expect(page.get_by_text("此图由系统自动排版")).to_be_visible()


def test_text_twin_and_diagram_lead_to_each_other(desk_of: Desks) -> None:
    page = desk_of("designer").page
    page.goto(re.sub(r"(//[^/]+)/.*", r"\1/studio/", page.url))
    page.locator("tr", has_text=PROCESS).locator("a").first.click()
    page.wait_for_selector("figure[data-ready]")

    shown = page.locator(".twin-show").nth(3)
    element = shown.get_attribute("data-show")
    shown.click()
    expect(page.locator(f'#diagram .djs-element.selected[data-element-id="{element}"]')).to_have_count(1)
    page.locator(f'#diagram .djs-element[data-element-id="{element}"]').first.click(force=True)
    expect(page.locator(f"#step-{element}.twin-here")).to_have_count(1)


def test_diagram_by_keys_alone(desk_of: Desks) -> None:
    page = desk_of("designer").page
    page.goto(re.sub(r"(//[^/]+)/.*", r"\1/studio/", page.url))
    page.locator("tr", has_text=PROCESS).locator("a").first.press("Enter")
    page.wait_for_selector("figure[data-ready]")

    picture = page.locator("#diagram .djs-container > svg")
    viewport = page.locator("#diagram .viewport").first
    picture.focus()
    before = viewport.get_attribute("transform")
    page.keyboard.press("+")
    zoomed = viewport.get_attribute("transform")
    assert zoomed != before
    page.keyboard.press("Tab")  # no trap: the focus leaves the picture
    assert not picture.evaluate("node => node === document.activeElement")


def test_upload_and_publication_work_without_javascript(desk_of: Desks, tmp_path: Path) -> None:
    designer = desk_of("designer", javascript=False).page
    _hand_in(designer, changed_folder(tmp_path, said="（再改）"))
    address = designer.url.removesuffix("report/")
    publisher = desk_of("publisher", javascript=False).page

    publisher.goto(address)
    assert publisher.locator("#twin li").count() > 20
    publisher.get_by_role("button", name=re.compile("发布第")).click()

    expect(publisher.get_by_text("此后新办件用此版")).to_be_visible()


def test_a_page_with_a_diagram_stays_within_its_budget(desk_of: Desks) -> None:
    page = desk_of("designer", size=PHONE).page
    page.goto(re.sub(r"(//[^/]+)/.*", r"\1/studio/", page.url))
    address = page.locator("tr", has_text=PROCESS).locator("a").first.get_attribute("href")
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.setCacheDisabled", {"cacheDisabled": True})
    sent: list[float] = []
    session.on("Network.loadingFinished", lambda event: sent.append(event["encodedDataLength"]))

    page.goto(re.sub(r"(//[^/]+)/.*", r"\1", page.url) + str(address))
    page.wait_for_selector("figure[data-ready]")
    page.wait_for_load_state("networkidle")

    assert sum(sent) <= 180_000, f"{sum(sent):.0f} bytes in {len(sent)} answers"
