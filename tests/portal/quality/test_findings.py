from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from bpm_core.models import Case, CorrectiveAction, Finding
from bpm_core.queries import papers
from tests.bpm_core.commands.conftest import Office
from tests.portal.studio.conftest import Enter


@pytest.fixture
def case(office: Office) -> Case:
    return office.applied()


def _raise(enter: Enter, case: Case, **more: str) -> Finding:
    given = {
        "seq": "2",
        "element": "S10",
        "kind": "evidence",
        "severity": "major",
        "text": "No proof of identity",
    } | more
    enter("controller").post(f"/quality/cases/{case.number}/findings/", given)
    return Finding.objects.get()


def _due(days: int = 10) -> date:
    return timezone.localdate() + timedelta(days=days)


def test_a_finding_is_recorded_on_a_step_and_shown_there(case: Case, enter: Enter) -> None:
    found = _raise(enter, case)

    page = enter("controller").get(f"/quality/cases/{case.number}/").content.decode()
    line = page[page.index('id="entry-2"') :].split("</li>", 1)[0]
    assert (found.entry_seq, found.element_id, found.severity) == (2, "S10", "major")
    assert "No proof of identity" in line


def test_a_finding_without_words_is_refused(case: Case, enter: Enter) -> None:
    page = enter("controller").post(
        f"/quality/cases/{case.number}/findings/", {"seq": "1", "kind": "data"}, follow=True
    )

    assert b"A finding needs a kind, a weight and a sentence" in page.content
    assert not Finding.objects.exists()


def test_an_action_is_assigned_with_a_date_and_closed_with_evidence(case: Case, enter: Enter, office: Office) -> None:
    found = _raise(enter, case)
    controller = enter("controller")
    somebody = office.staff["window"]

    controller.post(
        f"/quality/findings/{found.pk}/action/",
        {"text": "Get the proof", "assigned_to": str(somebody.pk), "due_on": _due().isoformat()},
    )
    action = CorrectiveAction.objects.get()
    found.refresh_from_db()
    assert (action.assigned_to, action.due_on, found.state) == (somebody, _due(), "assigned")

    page = controller.post(
        f"/quality/actions/{action.pk}/close/", {"evidence": "Copy seen on 20 November"}, follow=True
    )
    found.refresh_from_db()
    assert found.state == "closed"
    assert b"Copy seen on 20 November" in page.content


def test_an_action_is_not_closed_without_evidence(case: Case, enter: Enter) -> None:
    found = _raise(enter, case)
    controller = enter("controller")
    controller.post(f"/quality/findings/{found.pk}/action/", {"text": "x", "due_on": _due().isoformat()})
    action = CorrectiveAction.objects.get()

    page = controller.post(f"/quality/actions/{action.pk}/close/", {"evidence": " "})

    assert page.status_code == 422
    assert b"Say what shows that it was put right." in page.content
    action.refresh_from_db()
    assert action.state == "open"


def _assigned(enter: Enter, case: Case) -> CorrectiveAction:
    found = _raise(enter, case)
    enter("controller").post(f"/quality/findings/{found.pk}/action/", {"text": "x", "due_on": _due().isoformat()})
    return CorrectiveAction.objects.get()


def test_a_file_closes_an_action_and_is_read_by_whoever_reads_the_finding(case: Case, enter: Enter) -> None:
    action = _assigned(enter, case)
    version = Case.objects.get(pk=case.pk).version
    proof = SimpleUploadedFile("roster.pdf", b"%PDF-1.4 the roster of November")

    page = enter("controller").post(
        f"/quality/actions/{action.pk}/close/", {"evidence": "See the roster", "file": proof}, follow=True
    )
    action.refresh_from_db()
    address = f"/desk/files/{action.document_id}/?download"

    assert address.encode() in page.content
    assert b"".join(enter("controller").get(address).streaming_content) == b"%PDF-1.4 the roster of November"
    assert enter("window").get(address).status_code == 200  # who reads the finding reads its evidence
    assert enter("designer").get(address).status_code in (403, 404)
    assert Case.objects.get(pk=case.pk).version == version  # evidence lies beside the case
    assert not papers.documents(case)


def test_a_file_that_is_not_accepted_keeps_the_action_open_and_the_words(case: Case, enter: Enter) -> None:
    action = _assigned(enter, case)
    program = SimpleUploadedFile("roster.pdf", b"MZ\x90 a program")

    page = enter("controller").post(
        f"/quality/actions/{action.pk}/close/", {"evidence": "See the roster", "file": program}
    )

    assert page.status_code == 422
    assert b"See the roster" in page.content
    action.refresh_from_db()
    assert action.state == "open"


@pytest.mark.parametrize(("text", "due_on"), [("", "2099-01-01"), ("x", ""), ("x", "2020-01-01"), ("x", "soon")])
def test_an_incomplete_action_says_what_is_missing_and_keeps_what_was_typed(
    case: Case, enter: Enter, text: str, due_on: str
) -> None:
    found = _raise(enter, case)

    page = enter("controller").post(f"/quality/findings/{found.pk}/action/", {"text": text, "due_on": due_on})

    assert page.status_code == 422
    assert b"There is a problem" in page.content
    assert not CorrectiveAction.objects.exists()


def test_overdue_actions_are_counted_and_shown(case: Case, enter: Enter) -> None:
    found = _raise(enter, case)
    controller = enter("controller")
    controller.post(f"/quality/findings/{found.pk}/action/", {"text": "x", "due_on": _due().isoformat()})
    CorrectiveAction.objects.update(due_on=_due(-3))

    page = controller.get("/quality/findings/").content.decode()

    assert "overdue since" in page


@pytest.mark.parametrize("name", ["window", "manager"])
def test_others_read_findings_but_neither_raise_nor_close_them(case: Case, enter: Enter, name: str) -> None:
    found = _raise(enter, case)
    client = enter(name)

    assert client.get(f"/quality/findings/{found.pk}/").status_code == 200
    assert client.post(f"/quality/cases/{case.number}/findings/", {"text": "x"}).status_code == 403
    assert client.post(f"/quality/findings/{found.pk}/action/", {"text": "x"}).status_code == 403


def test_a_finding_of_another_county_is_not_found(case: Case, enter: Enter) -> None:
    found = _raise(enter, case)

    assert enter("elsewhere").get(f"/quality/findings/{found.pk}/").status_code == 404
