from __future__ import annotations

import csv
import io
from datetime import timedelta

import pytest
from django.test import Client

from bpm_core.commands import people, work_items
from bpm_core.models import AccessEntry, Case
from bpm_core.queries import quality
from portal.quality import csvfile
from tests.bpm_core.commands.conftest import AT, COUNTY, Office
from tests.portal.studio.conftest import Enter


@pytest.fixture
def late(office: Office) -> Case:
    """A case whose first review was done four working days late."""
    case = office.reviewed()
    item_id = office.item(case, "S30")
    later = AT + timedelta(days=8)
    work_items.claim(item_id, actor=office.actor("first"), at=later)
    work_items.complete(item_id, data={"first_result": "pass"}, actor=office.actor("first"), at=later)
    return Case.objects.get(pk=case.pk)


def _numbers(client: Client, query: str = "") -> list[str]:
    page = client.get(f"/quality/{query}").content.decode()
    return [number for number in Case.objects.values_list("number", flat=True) if f"/quality/cases/{number}/" in page]


def test_the_controller_of_the_city_sees_the_counties_cases_masked(late: Case, enter: Enter) -> None:
    page = enter("controller").get("/quality/").content.decode()

    assert late.number in page
    assert "单*" in page
    assert "单雄信" not in page


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("?process=sample_allowance", True),
        ("?process=unemployment_benefit", False),
        ("?unit=410823000000", True),
        ("?unit=410802000000", False),
        ("?unit=999999999999", False),
        ("?from=2026-11-16&to=2026-11-16", True),
        ("?from=2026-11-17", False),
        ("?outcome=open", True),
        ("?outcome=completed", False),
        ("?overdue=step", True),
        ("?returned=1", False),
        ("?staff=first", True),
        ("?staff=second", False),
        ("?findings=open", False),
        ("?q=单雄信", True),
        ("?q=sxx", True),
        ("?q=李", False),
    ],
)
def test_each_filter_finds_and_leaves_out(late: Case, enter: Enter, query: str, found: bool) -> None:
    assert _numbers(enter("controller"), query) == ([late.number] if found else [])


def test_a_date_that_is_none_gets_a_sentence(late: Case, enter: Enter) -> None:
    page = enter("controller").get("/quality/?from=gestern").content.decode()

    assert "Write the date as year-month-day" in page


def test_a_search_by_a_whole_identity_number_is_journaled(late: Case, enter: Enter) -> None:
    assert _numbers(enter("controller"), "?q=11010519491231002X") == [late.number]

    entry = AccessEntry.objects.get(kind="id_search")
    assert "11010519491231002X" not in str(entry.__dict__)


@pytest.mark.parametrize("name", ["window", "designer"])
def test_those_who_handle_cases_do_not_control_them(late: Case, enter: Enter, name: str) -> None:
    client = enter(name)

    for path in ("/quality/", f"/quality/cases/{late.number}/", f"/quality/cases/{late.number}/chain/"):
        assert client.get(path).status_code == 403


def test_the_list_is_taken_out_masked_and_journaled_with_its_purpose(late: Case, enter: Enter) -> None:
    answer = enter("controller").post("/quality/export.csv", {"process": late.definition.key, "purpose": "November"})

    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    head, row = csv.reader(io.StringIO(text))
    told = dict(zip(head, row, strict=True))
    assert (told["Number"], told["Applicant"], told["Late step"]) == (late.number, "单*", "yes")
    entry = AccessEntry.objects.get(kind="export")
    assert entry.purpose == "November"


def test_whoever_may_not_export_is_refused(late: Case, enter: Enter) -> None:
    assert enter("first").post("/quality/export.csv", {}).status_code == 403


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_no_cell_becomes_a_formula(text: str) -> None:
    assert csvfile.cell(text) == f"'{text}"


def test_plain_cells_stay_as_they_are() -> None:
    assert [csvfile.cell(value) for value in ("张*", 3, None, "")] == ["张*", "3", "", ""]


def test_a_manager_is_led_to_the_figures(late: Case, enter: Enter) -> None:
    page = enter("manager").get("/quality/", follow=True)

    assert page.redirect_chain == [("/quality/heat/", 302)]
    assert b'href="/quality/"' not in page.content.split(b"<main")[1]


def test_the_heat_map_counts_and_measures(late: Case, enter: Enter) -> None:
    page = enter("controller").get("/quality/heat/?process=sample_allowance&measure=late").content.decode()

    assert '"id": "S30", "tone": "heat5", "badge": "1' in page
    row = page[page.index('id="step-S30"') :].split("</tr>")[0]
    assert "1 (100%)" in row
    assert "2 working days" in row


def test_the_next_page_begins_where_the_last_one_ended(office: Office) -> None:
    other = people.register(
        "person",
        name="秦琼",
        id_number="410899199003070016",
        actor=office.actor("window"),
        at=AT,
        residence_code=COUNTY,
    )
    numbers = [office.start().number, office.start(person_id=other.pk).number]
    actor = office.actor("controller")

    first = quality.page(actor, quality.Filters(), today=AT.date(), limit=1)
    second = quality.page(actor, quality.Filters(), today=AT.date(), limit=1, after=first.after)

    assert [row.case.number for page in (first, second) for row in page.rows] == list(reversed(numbers))
    assert second.after == ""


def test_a_page_key_of_somebody_elses_making_is_refused(late: Case, enter: Enter) -> None:
    assert enter("controller").get("/quality/?after=nonsense").status_code == 422


def test_the_offices_to_choose_from_are_those_in_reach(late: Case, enter: Enter) -> None:
    page = enter("controller").get("/quality/").content.decode()

    choices = page[page.index('<datalist id="offices">') :].split("</datalist>")[0]
    assert 'value="410823000000"' in choices
    assert 'value="410823901000"' in choices  # a township
    assert 'value="410823901001"' not in choices  # not every village
