"""Every screen of the studio as everybody sees it: both languages, wide and on a phone, light and dark."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.acceptance.test_studio_flows import PROCESS, changed_folder, lone_diagram

pytestmark = pytest.mark.browser

Look = Callable[..., None]


def _follow(*links: str) -> Callable[[Page], None]:
    """Go on by links of that text (a part of the address, since texts differ by language)."""

    def go(page: Page) -> None:
        page.locator(f'a[href*="/studio/"]:near(:text("{PROCESS}"), 400)').first.click()
        for link in links:
            page.locator(f'.tabs a[href$="/{link}/"]').click()
        page.wait_for_load_state()
        if page.locator("figure[data-diagram]").count():
            page.wait_for_selector("figure[data-ready]")

    return go


def test_library(look: Look) -> None:
    look("designer", "/studio/", "studio-library")


@pytest.mark.parametrize("part", ["", "guide", "forms", "rules", "examples", "versions", "report"])
def test_parts_of_a_definition(look: Look, part: str) -> None:
    look("designer", "/studio/", f"studio-{part or 'definition'}", _follow(*([part] if part else [])))


def test_a_form_as_the_desk_shows_it(look: Look) -> None:
    def go(page: Page) -> None:
        _follow("forms")(page)
        page.locator("table.rows tbody a").first.click()
        page.wait_for_load_state()

    look("designer", "/studio/", "studio-form", go)


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/studio/standards/?level=internal", "studio-standards"),
        ("/studio/standards/Q-JZRS_221-2026/", "studio-standard"),
        ("/studio/local/", "studio-local"),
        ("/studio/local/unemployment_benefit/?office=410823000000", "studio-local-process"),
    ],
)
def test_standards_and_local_values(look: Look, path: str, name: str) -> None:
    look("designer", path, name)


def test_upload_page(look: Look) -> None:
    look("designer", "/studio/upload/", "studio-upload")


def test_report_on_what_has_to_be_mended(look: Look, tmp_path_factory: pytest.TempPathFactory) -> None:
    diagram = lone_diagram(tmp_path_factory.mktemp("bad"), script=True)

    def hand_in(page: Page) -> None:
        page.set_input_files("#files", diagram)
        page.locator("main form .btn").first.click()
        page.wait_for_selector("figure[data-ready]")

    look("designer", "/studio/upload/", "studio-report-errors", hand_in)


def test_a_refused_file(look: Look, tmp_path_factory: pytest.TempPathFactory) -> None:
    broken = tmp_path_factory.mktemp("broken") / "broken.bpmn"
    broken.write_text("<definitions", encoding="utf-8")

    def hand_in(page: Page) -> None:
        page.set_input_files("#files", broken)
        page.locator("main form .btn").first.click()
        page.wait_for_selector("#errors")

    look("designer", "/studio/upload/", "studio-upload-refused", hand_in)


def test_comparison_of_two_versions(look: Look, tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = changed_folder(tmp_path_factory.mktemp("changed"))

    def hand_in(page: Page) -> None:
        page.set_input_files("#files", folder)
        page.locator("main form .btn").first.click()
        page.wait_for_url("**/report/")
        page.locator('a[href$="/compare/"]').first.click()
        page.wait_for_selector("#diagram[data-ready]")

    look("designer", "/studio/upload/", "studio-compare", hand_in)
