from __future__ import annotations

import json
import re

import pytest
from django.test import Client

from bpm_core.commands import definitions
from bpm_core.models import ProcessDefinition
from tests.bpm_core.commands import sample
from tests.bpm_core.commands.conftest import AT, Office
from tests.portal.studio.conftest import Enter


@pytest.fixture
def draft(office: Office) -> ProcessDefinition:
    files = sample.files()
    files["process.bpmn"] = files["process.bpmn"].replace("初审".encode(), "初步审核".encode(), 1)
    files["forms/S30.form"] = files["forms/S30.form"].replace(b"first_result", b"first_answer")
    files["guide.toml"] = files["guide.toml"].replace(b"value = 10", b"value = 9")
    return definitions.upload(files, actor=office.actor("designer"), at=AT)


@pytest.fixture
def reader(enter: Enter) -> Client:
    return enter("window")


def test_the_library_lists_what_is_in_force_and_what_waits(draft: ProcessDefinition, reader: Client) -> None:
    page = reader.get("/studio/").content.decode()

    assert "Sample allowance" in page
    assert "In force" in page
    assert "1 draft" in page


@pytest.mark.parametrize("part", ["", "guide/", "forms/", "forms/S10/", "rules/", "examples/", "versions/", "report/"])
def test_every_part_of_a_definition_opens(office: Office, reader: Client, part: str) -> None:
    assert reader.get(f"/studio/{office.definition.pk}/{part}").status_code == 200


def test_the_text_twin_says_every_step_that_people_see_in_order(office: Office, reader: Client) -> None:
    page = reader.get(f"/studio/{office.definition.pk}/").content.decode()

    rows = re.findall(r'<li id="step-(\w+)"', page)
    named = [row for row in rows if row in ("S10", "S20", "S25", "S30", "S40")]
    assert named == ["S10", "S20", "S25", "S30", "S40"]
    assert "2 working days" in page
    assert 'data-show="S30"' in page


def test_an_unknown_definition_is_not_found(reader: Client) -> None:
    assert reader.get("/studio/00000000-0000-4000-8000-000000000000/").status_code == 404
    assert reader.get("/diagrams/00000000-0000-4000-8000-000000000000.bpmn").status_code == 404


def test_an_unknown_form_is_not_found(office: Office, reader: Client) -> None:
    assert reader.get(f"/studio/{office.definition.pk}/forms/S99/").status_code == 404


def test_the_picture_is_in_the_readers_language_and_asked_for_once(office: Office, reader: Client) -> None:
    url = f"/diagrams/{office.definition.pk}.bpmn"

    first = reader.get(url)
    again = reader.get(url, headers={"if-none-match": first["ETag"]})
    reader.cookies["django_language"] = "zh-hans"
    chinese = reader.get(url, headers={"if-none-match": first["ETag"]})

    assert "First review" in first.content.decode()
    assert again.status_code == 304
    assert "初审" in chinese.content.decode()


def test_nobody_reads_a_picture_without_logging_in(office: Office) -> None:
    assert Client().get(f"/diagrams/{office.definition.pk}.bpmn").status_code == 302


def test_a_comparison_tells_the_step_the_file_and_the_line(
    office: Office, draft: ProcessDefinition, reader: Client
) -> None:
    page = reader.get(f"/studio/{draft.pk}/compare/", follow=True)
    text = page.content.decode()

    assert page.redirect_chain[-1][0] == f"/studio/{draft.pk}/compare/{office.definition.pk}/"
    assert "<del>初审</del>" in text
    assert "<ins>初步审核</ins>" in text
    assert "forms/S30.form" in text
    assert '<span class="out">- value = 10' in text
    assert '<span class="in">+ value = 9' in text


def test_changes_are_marked_on_both_diagrams(office: Office, draft: ProcessDefinition, reader: Client) -> None:
    text = reader.get(f"/studio/{draft.pk}/compare/{office.definition.pk}/").content.decode()

    options = [json.loads(found) for found in re.findall(r'type="application/json">(.*?)</script>', text)]
    marks = [[(mark["id"], mark["tone"]) for mark in each["marks"]] for each in options]
    assert marks == [[("S30", "changed")], [("S30", "changed")]]


def test_versions_of_different_processes_are_not_compared(office: Office, reader: Client) -> None:
    other = sample.files()
    other["process.bpmn"] = other["process.bpmn"].replace(b'id="sample_allowance"', b'id="another_one"')
    strange = definitions.upload(other, actor=office.actor("designer"), at=AT)

    answer = reader.get(f"/studio/{strange.pk}/compare/{office.definition.pk}/")

    assert answer.status_code == 302


def test_the_download_is_what_was_handed_in(office: Office, reader: Client) -> None:
    answer = reader.get(f"/studio/{office.definition.pk}/download/")

    assert answer["Content-Type"] == "application/zip"
    assert "sample_allowance-1.zip" in answer["Content-Disposition"]
    assert answer.content == bytes(office.definition.archive)


def test_a_page_holds_no_script_of_its_own(office: Office, reader: Client) -> None:
    page = reader.get(f"/studio/{office.definition.pk}/")

    scripts = re.findall(r"<script(?![^>]*\bsrc=)(?![^>]*application/json)[^>]*>", page.content.decode())
    assert not scripts
    assert "unsafe" not in page["Content-Security-Policy"]
