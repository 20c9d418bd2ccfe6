"""A publisher takes open cases to a new version: looks first, moves, and puts back."""

from __future__ import annotations

from typing import Any

import pytest

from bpm_core.models import Case, MigrationRun, Outbox
from tests.bpm_core.commands.conftest import AT, Office
from tests.bpm_core.commands.test_migration import RENAME_S30, publish
from tests.portal.studio.conftest import Enter
from workers import outbox

RENAMED = [("初审", "初步审核")]


@pytest.fixture(autouse=True)
def nobody_outside(settings: Any) -> None:
    settings.EVENTS_URL = ""


def worked() -> None:
    """What the worker does until nothing is due."""
    while outbox.send_due("test", at=AT.replace(year=2100)):
        pass


def test_the_version_list_offers_a_publisher_to_move_open_cases(office: Office, enter: Enter) -> None:
    office.start()
    new = publish(office, *RENAMED)

    offered = enter("publisher").get(f"/studio/{new.pk}/versions/").content.decode()
    others = enter("designer").get(f"/studio/{new.pk}/versions/").content.decode()

    assert f"/studio/{new.pk}/move/{office.definition.pk}/" in offered
    assert "/move/" not in others


def test_only_a_publisher_opens_the_page(office: Office, enter: Enter) -> None:
    new = publish(office, *RENAMED)

    assert enter("manager").get(f"/studio/{new.pk}/move/{office.definition.pk}/").status_code == 403


def test_a_trial_says_of_each_case_why_it_stays_and_writes_nothing(office: Office, enter: Enter) -> None:
    case = office.reviewed()
    new = publish(office, *RENAME_S30)

    page = enter("publisher").get(f"/studio/{new.pk}/move/{office.definition.pk}/?try=1").content.decode()

    assert case.number in page
    assert "the new version lacks at this level" in page
    assert not MigrationRun.objects.exists()


def test_an_element_that_was_renamed_is_given_its_counterpart(office: Office, enter: Enter) -> None:
    office.reviewed()
    new = publish(office, *RENAME_S30)

    page = enter("publisher").get(f"/studio/{new.pk}/move/{office.definition.pk}/?try=1&becomes-S30=S31")

    assert "1 case can move" in page.content.decode()
    assert '<option value="S31" selected>' in page.content.decode()


def test_the_cases_are_moved_by_a_worker_and_the_page_says_how_far_it_is(office: Office, enter: Enter) -> None:
    case = office.reviewed()
    new = publish(office, *RENAME_S30)
    publisher = enter("publisher")

    begun = publisher.post(
        f"/studio/{new.pk}/move/{office.definition.pk}/", {"becomes-S30": "S31", "reason": "新规施行"}, follow=True
    )
    assert "A worker does this in the background" in begun.content.decode()
    worked()
    done = publisher.get(begun.redirect_chain[-1][0]).content.decode()

    case.refresh_from_db()
    assert case.definition_id == new.pk
    assert "Finished" in done
    assert "hx-trigger" not in done


def test_without_a_reason_nothing_is_moved(office: Office, enter: Enter) -> None:
    office.reviewed()
    new = publish(office, *RENAMED)

    refused = enter("publisher").post(f"/studio/{new.pk}/move/{office.definition.pk}/", {"reason": " "})

    assert refused.status_code == 422
    assert "Say why the cases are moved." in refused.content.decode()
    assert not Outbox.objects.filter(topic="migration.carried_on").exists()


def test_a_move_is_undone_for_the_cases_nobody_has_worked_on(office: Office, enter: Enter) -> None:
    quiet, busy = office.reviewed(), office.reviewed(despite_open="second")
    new = publish(office, *RENAMED)
    publisher = enter("publisher")
    publisher.post(f"/studio/{new.pk}/move/{office.definition.pk}/", {"reason": "新规施行"})
    worked()
    office.do(busy, "S30", "first", first_result="pass")
    run = MigrationRun.objects.get()

    publisher.post(f"/studio/moves/{run.pk}/undo/")
    worked()
    page = publisher.get(f"/studio/moves/{run.pk}/").content.decode()

    versions = {case.pk: case.definition_id for case in Case.objects.all()}
    assert versions == {quiet.pk: office.definition.pk, busy.pk: new.pk}
    assert "Restored" in page
    assert busy.number in page


def test_versions_of_different_processes_have_no_such_page(office: Office, enter: Enter) -> None:
    assert enter("publisher").get(f"/studio/{office.definition.pk}/move/{office.definition.pk}/").status_code == 302
