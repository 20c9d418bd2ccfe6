"""Papers: written whole, numbered once, with a proof; the clock stands still while the applicant is asked."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable

import pypdf
import pytest
from django.test import Client
from django.urls import reverse

from bpm_core.models import AccessEntry, Case, JournalEntry, Material, Notice
from tests.bpm_core.commands.conftest import Office

AtDesk = Callable[[str], Client]


@pytest.fixture
def asked(office: Office, at_desk: AtDesk) -> Notice:
    """A case whose applicant was asked, once, for a material."""
    case = office.reviewed()
    client, item_id = at_desk("first"), office.item(case, "S30")
    client.post(reverse("desk:claim", args=[item_id]))
    code = Material.objects.filter(case=case).values_list("code", flat=True)[0]
    client.post(reverse("desk:notice", args=[item_id]), {"missing": [code], "note": "The original", "days": "10"})
    return Notice.objects.get(case=case)


def test_the_notice_names_everything_at_once_and_stops_the_clock(asked: Notice, at_desk: AtDesk) -> None:
    page = at_desk("first").get(reverse("desk:paper", args=[asked.number])).content.decode()

    assert "This is the complete list" in page
    assert "The original" in page
    assert Case.objects.get(pk=asked.case_id).status == "supplement"


def test_the_paper_carries_the_proof_of_its_journal_entry(asked: Notice, at_desk: AtDesk) -> None:
    entry = JournalEntry.objects.get(case=asked.case_id, action="supplement.requested")

    page = at_desk("first").get(reverse("desk:paper", args=[asked.number])).content.decode()

    assert bytes(entry.hash).hex()[:16] in page
    assert "<svg" in page


def test_a_notice_about_nothing_is_refused(office: Office, at_desk: AtDesk) -> None:
    case = office.reviewed()
    client, item_id = at_desk("first"), office.item(case, "S30")
    client.post(reverse("desk:claim", args=[item_id]))

    answer = client.post(reverse("desk:notice", args=[item_id]), {"days": "10"})

    assert answer.status_code == 422
    assert not Notice.objects.exists()


def test_the_pdf_names_the_applicant_in_full_and_the_look_is_recorded(asked: Notice, at_desk: AtDesk) -> None:
    answer = at_desk("first").post(reverse("desk:pdf", args=[asked.number]))

    text = pypdf.PdfReader(io.BytesIO(answer.content)).pages[0].extract_text()
    assert answer["Content-Type"] == "application/pdf"
    assert "单雄信" in text
    assert asked.number in AccessEntry.objects.get(kind="unmask").purpose


def test_without_pango_the_page_is_offered_for_printing(
    asked: Notice, at_desk: AtDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "weasyprint", None)

    answer = at_desk("first").post(reverse("desk:pdf", args=[asked.number]), follow=True)

    assert "Print this page" in answer.content.decode()


def test_nobody_elsewhere_reads_the_paper(asked: Notice, at_desk: AtDesk) -> None:
    assert at_desk("elsewhere").get(reverse("desk:paper", args=[asked.number])).status_code == 404


def test_a_notice_of_acceptance_is_numbered_once(office: Office, at_desk: AtDesk) -> None:
    case = office.reviewed()
    client, path = at_desk("first"), reverse("desk:issue", args=[case.number, "acceptance"])

    first, second = client.post(path), client.post(path)

    assert first["Location"] == second["Location"]
    assert Notice.objects.filter(case=case, kind="acceptance").count() == 1


def test_no_completion_before_the_end(office: Office, at_desk: AtDesk) -> None:
    case = office.reviewed()

    answer = at_desk("first").post(reverse("desk:issue", args=[case.number, "completion"]))

    assert answer.status_code == 409
    assert not Notice.objects.exists()


@pytest.mark.parametrize("page", ["suspend", "correct", "reject", "withdraw", "cancel", "hand-over"])
def test_what_a_post_may_not_do_is_told_before_anything_is_typed(office: Office, at_desk: AtDesk, page: str) -> None:
    case = office.reviewed()

    assert at_desk("controller").get(reverse(f"desk:{page}", args=[case.number])).status_code == 403


def test_suspending_needs_a_reason_and_stops_the_clock(office: Office, at_desk: AtDesk) -> None:
    case = office.reviewed()
    client, path = at_desk("first"), reverse("desk:suspend", args=[case.number])

    refused = client.post(path, {"ground": "hearing", "reason": ""})
    done = client.post(path, {"ground": "hearing", "reason": "Hearing on 1 December, letter no. 12"})

    assert (refused.status_code, done.status_code) == (422, 302)
    assert Case.objects.get(pk=case.pk).clock_state == "stopped"
