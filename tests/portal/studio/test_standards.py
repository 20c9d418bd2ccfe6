"""The standards pages: what is known of each standard, and which clauses the published processes carry out."""

from __future__ import annotations

from pathlib import Path

import pytest

from bpm_core.commands import definitions
from bpm_core.notation import bundle
from bpm_core.queries import standards
from portal.studio.standards import slug_of
from tests.bpm_core.commands.conftest import AT, Office
from tests.portal.studio.conftest import Enter

PROCESSES = Path(__file__).resolve().parents[3] / "processes"


@pytest.fixture
def review(office: Office) -> None:
    """One process of the library, published beside the sample process, whose steps follow no clause."""
    draft = definitions.upload(bundle.files_of(PROCESSES / "_shared" / "review"), actor=office.actor("designer"), at=AT)
    definitions.publish(draft.pk, actor=office.actor("publisher"), at=AT)


def test_the_list_holds_every_standard_with_its_state(office: Office, enter: Enter) -> None:
    page = enter("window").get("/studio/standards/").content.decode()

    assert "99 standards" in page
    assert "Sample of this library" in page
    assert "known from the statute, text not read" in page


def test_a_level_or_a_text_narrows_the_list(office: Office, enter: Enter) -> None:
    client = enter("window")

    assert "36 standards" in client.get("/studio/standards/?level=internal").content.decode()
    assert "GB/T 33534-2017" in client.get("/studio/standards/?q=失业登记").content.decode()
    assert "No standard fits" in client.get("/studio/standards/?q=nothing+of+it").content.decode()


def test_what_is_left_over_is_named(review: None, enter: Enter) -> None:
    page = enter("designer").get("/studio/standards/").content.decode()

    assert "6 / 1011" in page
    assert "SAM-01 S30" in page  # the sample process: a step without a clause
    assert "SUB-REVIEW" in page


def test_a_standard_shows_its_clauses_and_the_steps_that_carry_them_out(review: None, enter: Enter) -> None:
    page = enter("window").get("/studio/standards/Q-JZRS_200-2026/").content.decode()

    assert "SUB-REVIEW S10" in page
    assert "First review" in page
    assert "not published" in page  # the other shared parts


def test_a_superseded_standard_leads_to_the_one_in_force(office: Office, enter: Enter) -> None:
    page = enter("window").get("/studio/standards/GB-T_31597-2015/").content.decode()

    assert "Superseded by" in page
    assert "/studio/standards/GB-T_31597-2022/" in page


def test_every_standard_has_its_page_in_both_languages(office: Office, enter: Enter) -> None:
    client = enter("window")
    slugs = [slug_of(one.number) for one in standards.known().standards]

    assert len(set(slugs)) == 99
    for language in ("en", "zh-hans"):
        client.cookies["django_language"] = language
        assert {client.get(f"/studio/standards/{slug}/").status_code for slug in slugs[::7]} == {200}


def test_a_number_nobody_knows_is_not_found(office: Office, enter: Enter) -> None:
    assert enter("window").get("/studio/standards/GB-T_1/").status_code == 404
