"""The desk's pages: who may open them, what they do, and that nothing typed is lost when something is refused."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from bpm_core.models import AccessEntry, Case, Draft, WorkItem
from tests.bpm_core.commands.conftest import Office

AtDesk = Callable[[str], Client]


def item_of(case: Case, element_id: str) -> WorkItem:
    return WorkItem.objects.get(case=case, element_id=element_id, closed_at=None)


def task_path(case: Case, element_id: str) -> str:
    return reverse("desk:task", args=[item_of(case, element_id).pk])


@pytest.mark.django_db
def test_pages_of_the_desk_ask_for_a_log_in(client: Client) -> None:
    answer = client.get("/desk/")

    assert answer.status_code == 302
    assert answer["Location"].startswith("/login/")


def test_a_post_without_desk_work_is_refused_in_words(at_desk: AtDesk) -> None:
    answer = at_desk("designer").get("/desk/")

    assert answer.status_code == 403
    assert "Your posts: Process designer" in answer.content.decode()


def test_the_queue_of_the_office_shows_what_its_lanes_do(office: Office, at_desk: AtDesk) -> None:
    case = office.reviewed()

    first, second = at_desk("first").get("/desk/?scope=office"), at_desk("second").get("/desk/?scope=office")

    assert case.number in first.content.decode()
    assert case.number not in second.content.decode()


def test_another_countys_reviewer_sees_neither_the_case_nor_its_step(office: Office, at_desk: AtDesk) -> None:
    case = office.reviewed()
    client = at_desk("elsewhere")

    assert client.get(f"/desk/cases/{case.number}/").status_code == 404
    assert client.get(task_path(case, "S30")).status_code == 404
    assert case.number not in client.get("/desk/cases/").content.decode()


def test_a_work_item_is_taken_filled_in_and_completed(office: Office, at_desk: AtDesk) -> None:
    case = office.reviewed()
    client, item = at_desk("first"), item_of(case, "S30")

    client.post(reverse("desk:claim", args=[item.pk]))
    answer = client.post(task_path(case, "S30"), {"f-first_result": "pass", "act": "complete"})

    assert answer.status_code == 302
    assert WorkItem.objects.get(pk=item.pk).state == "completed"
    assert item_of(case, "S40")


def test_what_was_typed_stays_when_an_answer_is_missing(office: Office, at_desk: AtDesk) -> None:
    case = office.start()
    client, item = at_desk("window"), item_of(case, "S10")
    client.post(reverse("desk:claim", args=[item.pk]))

    answer = client.post(task_path(case, "S10"), {"f-remark": "请尽快办理", "act": "complete"})

    assert answer.status_code == 422
    assert "请尽快办理" in answer.content.decode()
    assert Draft.objects.filter(work_item=item).exists()


def test_a_draft_is_kept_for_its_holder_alone(office: Office, at_desk: AtDesk) -> None:
    case = office.start()
    item = item_of(case, "S10")
    window = at_desk("window")
    window.post(reverse("desk:claim", args=[item.pk]))

    saved = window.post(reverse("desk:draft", args=[item.pk]), {"f-remark": "只有我看得见"})
    other = at_desk("town").post(reverse("desk:draft", args=[item.pk]), {"f-remark": "别人"})

    assert saved.status_code == 200
    assert other.status_code in (403, 404)
    assert "只有我看得见" in window.get(task_path(case, "S10")).content.decode()


def test_a_stale_page_is_told_and_its_answers_kept(office: Office, at_desk: AtDesk) -> None:
    case = office.reviewed()
    client, item = at_desk("first"), item_of(case, "S30")
    client.post(reverse("desk:claim", args=[item.pk]))

    answer = client.post(task_path(case, "S30"), {"f-first_result": "pass", "act": "complete", "version": "1"})

    assert answer.status_code == 409
    assert "moved the case on" in answer.content.decode()
    assert 'value="pass" checked' in answer.content.decode()


def test_the_same_person_is_told_before_typing_that_another_must_review(office: Office, at_desk: AtDesk) -> None:
    case = office.reviewed()
    office.do(case, "S30", "both", first_result="pass")

    page = at_desk("both").get(task_path(case, "S40")).content.decode()

    assert "the same person can&#x27;t accept and approve" in page or "the same person can't accept" in page
    assert 'data-key="a"' not in page


def test_looking_behind_the_mask_needs_a_purpose_and_is_recorded(office: Office, at_desk: AtDesk) -> None:
    case = office.reviewed()
    client, path = at_desk("first"), reverse("desk:reveal", args=[case.number])

    client.post(path, {"field": "name", "purpose": " "})
    assert not AccessEntry.objects.filter(kind="unmask").exists()
    shown = client.post(path, {"field": "name", "purpose": "Calling about the certificate"})

    assert "单雄信" in shown.content.decode()
    assert AccessEntry.objects.get(kind="unmask").purpose == "Calling about the certificate"


def test_a_search_by_identity_number_is_recorded_without_the_number(office: Office, at_desk: AtDesk) -> None:
    case = office.reviewed()

    page = at_desk("first").get("/desk/cases/", {"q": "11010519491231002X"})

    assert case.number in page.content.decode()
    entry = AccessEntry.objects.get(kind="id_search")
    assert "1101" not in entry.subject + entry.purpose


@pytest.mark.parametrize("text", ["单雄信", "sxx", "5678"])
def test_a_case_is_found_by_what_people_remember(office: Office, at_desk: AtDesk, text: str) -> None:
    case = office.reviewed()

    assert case.number in at_desk("first").get("/desk/cases/", {"q": text}).content.decode()


def test_a_name_stands_in_no_address(office: Office, at_desk: AtDesk) -> None:
    case = office.reviewed()
    client = at_desk("first")

    by_name = client.post("/desk/cases/", {"q": "单雄信"})
    by_number = client.post("/desk/cases/", {"q": case.number[:12]})
    in_queue = client.post("/desk/", {"q": "单雄信", "scope": "office"})

    assert by_name.status_code == 200 and case.number in by_name.content.decode()
    assert by_number["Location"].endswith(f"?q={case.number[:12]}")
    assert case.number in in_queue.content.decode()


def test_the_window_reads_the_number_and_shows_the_open_case(office: Office, at_desk: AtDesk) -> None:
    case = office.reviewed()
    path = reverse("desk:intake-open", args=[case.definition.key])

    page = at_desk("window").post(path, {"id_number": "11010519491231002X", "act": "check"}).content.decode()

    assert "31 December 1949" in page
    assert "female" in page
    assert case.number in page
    assert "A case of this very matter is open already" in page


def test_a_second_case_of_the_same_matter_needs_a_reason(office: Office, at_desk: AtDesk) -> None:
    case = office.reviewed()
    path = reverse("desk:intake-open", args=[case.definition.key])
    card = {"id_number": "11010519491231002X", "name": "单雄信", "act": "open"}
    client = at_desk("window")

    refused = client.post(path, card)
    opened = client.post(path, card | {"despite": "Another period"})

    assert refused.status_code == 409
    assert "Reason for a second case" in refused.content.decode()
    assert opened.status_code == 302


def test_a_wrong_identity_number_says_what_is_wrong(office: Office, at_desk: AtDesk) -> None:
    path = reverse("desk:intake-open", args=[office.definition.key])

    page = at_desk("window").post(path, {"id_number": "110105194912310021", "name": "甲", "act": "open"})

    assert page.status_code == 422
    assert "the last character does not fit" in page.content.decode()


def test_a_page_key_that_is_none_is_refused(at_desk: AtDesk) -> None:
    assert at_desk("first").get("/desk/", {"after": "nonsense"}).status_code == 422


def test_every_limit_is_explained_line_by_line(office: Office, at_desk: AtDesk) -> None:
    case = office.reviewed()

    page = at_desk("first").get(reverse("desk:deadline", args=[case.number])).content.decode()

    assert "How the time limits are counted" in page


def test_the_language_and_the_colours_are_remembered(at_desk: AtDesk) -> None:
    client = at_desk("first")

    answer = client.post("/preferences/", {"language": "zh-hans", "theme": "dark", "next": "/desk/"})
    page = client.get("/desk/").content.decode()

    assert answer["Location"] == "/desk/"
    assert 'lang="zh-Hans" data-theme="dark"' in page


def test_preferences_lead_nowhere_else(at_desk: AtDesk) -> None:
    answer = at_desk("first").post("/preferences/", {"language": "en", "next": "https://example.org/"})

    assert answer["Location"] == "/"
