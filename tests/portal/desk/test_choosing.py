"""The list of services at the window: found by a few letters, and what the window opens often stands first."""

from __future__ import annotations

from collections.abc import Callable

from django.test import Client
from django.urls import reverse

from bpm_core.models import ProcessDefinition
from bpm_core.queries import services
from bpm_core.queries.services import Service
from portal.desk import choosing
from portal.desk.choosing import Line
from tests.bpm_core.commands import sample
from tests.bpm_core.commands.conftest import COUNTY, TOWN, Office
from tests.processes.walk import library

AtDesk = Callable[[str], Client]
BENEFIT, SEEKER, TRAINING = "unemployment_benefit", "job_seeker_registration", "training_subsidy"


def line(key: str, times: int = 0) -> Line:
    bundle = library()[key]
    assert bundle.guide is not None
    row = ProcessDefinition(
        key=key,
        code=bundle.code,
        name_zh=bundle.process.name_zh,
        family_zh=bundle.guide.family.zh,
        family_en=bundle.guide.family.en,
    )
    return Line(Service(row, bundle), times, shown=True)


def test_what_the_window_opens_most_often_stands_first_and_once() -> None:
    first, *families = choosing.groups([line(SEEKER, 2), line(TRAINING), line(BENEFIT, 30)])

    assert [each.service.definition.key for each in first.lines] == [BENEFIT, SEEKER]
    assert [[each.service.definition.key for each in family.lines] for family in families] == [[TRAINING]]


def test_a_window_that_opened_nothing_yet_sees_the_families_of_the_library() -> None:
    found = choosing.groups([line(BENEFIT), line(SEEKER), line(TRAINING)])

    assert [group.name_en for group in found] == [
        "Public employment services",
        "Vocational training and skills subsidies",
        "Unemployment insurance",
    ]


def test_only_the_last_cases_of_ones_own_window_count(office: Office) -> None:
    office.start()
    office.start(despite_open="another matter")
    office.start(by="town", unit_code=TOWN, despite_open="another matter")

    assert services.often([COUNTY], of_last=200) == {sample.KEY: 2}
    assert services.often([COUNTY, TOWN], of_last=2) == {sample.KEY: 2}
    assert services.often([], of_last=200) == {}


def test_cases_that_came_by_other_channels_do_not_count(office: Office) -> None:
    office.start(channel="online")

    assert services.often([COUNTY], of_last=200) == {}


def test_a_query_that_fits_one_service_leads_to_it(office: Office, at_desk: AtDesk) -> None:
    answer = at_desk("window").get(reverse("desk:intake"), {"q": "样例"})

    assert (answer.status_code, answer["Location"]) == (302, reverse("desk:intake-open", args=[sample.KEY]))


def test_a_query_that_fits_nothing_says_what_to_try_and_keeps_the_list_for_the_browser(
    office: Office, at_desk: AtDesk
) -> None:
    shown = at_desk("window").get(reverse("desk:intake"), {"q": "pension"}).content.decode()

    assert "Nothing found. Try the number" in shown
    assert "data-group hidden" in shown
    assert 'value="pension"' in shown


def test_the_count_of_the_window_is_told(office: Office, at_desk: AtDesk) -> None:
    office.start()
    shown = at_desk("window").get(reverse("desk:intake")).content.decode()

    assert "Often at this window" in shown
    assert "1 case<" in shown
