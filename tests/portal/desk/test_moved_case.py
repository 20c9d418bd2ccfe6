"""The pages of a case that was taken to another version of its process, where steps it passed are gone."""

from __future__ import annotations

from collections.abc import Callable

from django.test import Client
from django.urls import reverse

from bpm_core.commands import migration
from tests.bpm_core.commands import sample
from tests.bpm_core.commands.conftest import Office
from tests.bpm_core.commands.test_migration import move_all, publish

S10_RENAMED = [('id="S10"', 'id="S11"'), ('targetRef="S10"', 'targetRef="S11"'), ('sourceRef="S10"', 'sourceRef="S11"')]


def test_pages_show_a_moved_case_with_steps_it_passed_under_other_names(
    office: Office, at_desk: Callable[[str], Client]
) -> None:
    case = office.reviewed()
    publish(office, *S10_RENAMED)
    move_all(office, migration.route(sample.KEY, 1, 2))
    item = office.item(case, "S30")

    page = at_desk("first").get(reverse("desk:case", args=[case.number]))
    task = at_desk("first").get(reverse("desk:task", args=[item]))
    history = at_desk("controller").get(reverse("quality:case", args=[case.number]))

    assert [page.status_code, task.status_code, history.status_code] == [200, 200, 200]
    assert "Moved to another version of the process" in page.content.decode()
