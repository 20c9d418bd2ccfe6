from __future__ import annotations

from bpm_core.commands import definitions
from bpm_core.models import Account, Case, Post, ProcessDefinition
from tests.bpm_core.commands import sample
from tests.bpm_core.commands.conftest import AT, Office
from tests.portal.studio.conftest import Enter


def _draft(office: Office, by: str = "designer") -> ProcessDefinition:
    files = sample.files()
    files["process.bpmn"] = files["process.bpmn"].replace("初审".encode(), "初步审核".encode())
    return definitions.upload(files, actor=office.actor(by), at=AT)


def _also_publisher(account: Account) -> None:
    first = account.posts.get()
    Post.objects.create(account=account, unit=first.unit, role="publisher", lane="", from_on=first.from_on)


def test_a_second_person_publishes(office: Office, enter: Enter) -> None:
    draft = _draft(office)

    page = enter("publisher").post(f"/studio/{draft.pk}/publish/", follow=True)

    draft.refresh_from_db()
    assert (draft.status, draft.is_current) == ("published", True)
    assert b"New cases use it from now on" in page.content


def test_who_handed_it_in_cannot_publish_it_even_with_a_publishers_post(office: Office, enter: Enter) -> None:
    _also_publisher(office.staff["designer"])
    draft = _draft(office)
    designer = enter("designer")

    shown = designer.get(f"/studio/{draft.pk}/")
    refused = designer.post(f"/studio/{draft.pk}/publish/")

    assert b"somebody else has to publish it" in shown.content
    assert refused.status_code == 403
    assert b"A second person must do this" in refused.content
    draft.refresh_from_db()
    assert draft.status == "draft"


def test_a_new_case_runs_the_new_version_and_a_running_one_stays_on_its_own(office: Office, enter: Enter) -> None:
    before = office.start()

    enter("publisher").post(f"/studio/{_draft(office).pk}/publish/")
    Case.objects.filter(pk=before.pk).update(status="completed", ended_at=AT)  # room for a second application
    after = office.start()

    versions = {case.pk: case.definition.version for case in Case.objects.select_related("definition")}
    assert versions == {before.pk: 1, after.pk: 2}


def test_a_draft_with_errors_offers_no_publication_and_refuses_it(office: Office, enter: Enter) -> None:
    draft = _draft(office)
    problem = {"rule": "R1", "severity": "error", "element": "S30", "message_en": "No limit", "fix_en": "Write one"}
    ProcessDefinition.objects.filter(pk=draft.pk).update(report={"ok": False, "problems": [problem]})
    publisher = enter("publisher")

    shown = publisher.get(f"/studio/{draft.pk}/")
    refused = publisher.post(f"/studio/{draft.pk}/publish/")

    assert b"the check found 1 error" in shown.content
    assert b"Publish version" not in shown.content
    assert refused.status_code == 409


def test_the_report_names_element_and_remedy(office: Office, enter: Enter) -> None:
    draft = _draft(office)
    problem = {"rule": "R1", "severity": "error", "element": "S30", "message_en": "No limit", "fix_en": "Write one"}
    ProcessDefinition.objects.filter(pk=draft.pk).update(report={"ok": False, "problems": [problem]})

    page = enter("designer").get(f"/studio/{draft.pk}/report/").content.decode()

    assert "No limit" in page
    assert "Write one" in page
    assert '"href": "#problem-1"' in page  # the badge at the element on the diagram leads to the line


def test_retiring_takes_a_version_out_of_use_for_new_cases(office: Office, enter: Enter) -> None:
    page = enter("publisher").post(f"/studio/{office.definition.pk}/retire/", follow=True)

    office.definition.refresh_from_db()
    assert (office.definition.status, office.definition.is_current) == ("retired", False)
    assert b"No new case can begin on it" in page.content


def test_a_caseworker_publishes_nothing(office: Office, enter: Enter) -> None:
    draft = _draft(office)

    assert enter("window").post(f"/studio/{draft.pk}/publish/").status_code == 403
