"""Local editions on the pages: see what may vary, propose, decide as a second person, and read the differences."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bpm_core.commands import editions
from bpm_core.models import LocalEdition
from tests.bpm_core.commands import sample
from tests.bpm_core.commands.conftest import AT, COUNTY, TOWN, Office
from tests.portal.studio.conftest import Enter

HERE = f"/studio/local/{sample.KEY}/"
FLOORS = """
[[floor]]
name = "sample_rate"
rule = "at_least"
bound = "80"
clause = { zh = "《样例条例》第3条", en = "Sample Regulation Art. 3" }
source = "X00"
certainty = "illustrative"
"""


@pytest.fixture(autouse=True)
def library(tmp_path: Path, settings: Any) -> None:
    (tmp_path / "_library").mkdir()
    (tmp_path / "_library" / "floors.toml").write_text(FLOORS, encoding="utf-8")
    settings.PROCESSES_DIR = tmp_path


def proposed(office: Office) -> LocalEdition:
    return editions.propose(
        sample.KEY, office=COUNTY, changes={"sample_rate": "120"}, reason="县发文", actor=office.actor("manager"), at=AT
    )


def test_the_page_of_a_process_says_what_may_vary_and_the_bound_with_its_clause(office: Office, enter: Enter) -> None:
    page = enter("window").get(HERE).content.decode()

    assert "promised_limit" in page
    assert "at least 80" in page
    assert "Sample Regulation Art. 3" in page
    assert "Propose values for this office" not in page  # a window looks, it proposes nothing


def test_a_manager_proposes_and_a_publisher_approves(office: Office, enter: Enter) -> None:
    typed = {"office": COUNTY, "sample_rate": "120", "promised_limit": "", "reason": "县发文"}

    page = enter("manager").post(HERE, typed, follow=True).content.decode()
    row = LocalEdition.objects.get()
    assert "You proposed this, so somebody else decides it." in page
    assert row.changes == {"sample_rate": "120"}

    page = enter("publisher").post(f"/studio/editions/{row.pk}/decide/", {"verb": "approve"}, follow=True)
    assert "Approved. Cases that begin there" in page.content.decode()


def test_the_differences_of_a_county_are_on_one_page(office: Office, enter: Enter) -> None:
    editions.approve(proposed(office).pk, actor=office.actor("publisher"), at=AT)

    page = enter("window").get(f"/studio/local/?office={COUNTY}").content.decode()

    assert "<del>100 yuan</del>" in page
    assert "<ins>120 yuan</ins>" in page


def test_a_value_below_the_floor_comes_back_with_what_was_typed_and_the_clause(office: Office, enter: Enter) -> None:
    answer = enter("manager").post(HERE, {"office": COUNTY, "sample_rate": "70", "reason": "县发文"})
    page = answer.content.decode()

    assert answer.status_code == 422
    assert "stricter for the resident than the law allows: 80, Sample Regulation Art. 3" in page
    assert 'value="70"' in page
    assert not LocalEdition.objects.exists()


def test_a_name_that_is_not_declared_is_left_aside(office: Office, enter: Enter) -> None:
    answer = enter("manager").post(HERE, {"office": COUNTY, "S30": "1", "reason": "县发文"})

    assert answer.status_code == 422
    assert not LocalEdition.objects.exists()


def test_an_own_value_emptied_is_taken_back(office: Office, enter: Enter) -> None:
    editions.approve(proposed(office).pk, actor=office.actor("publisher"), at=AT)

    enter("manager").post(HERE, {"office": COUNTY, "sample_rate": "", "reason": "恢复统一标准"})

    assert LocalEdition.objects.get(number=2).changes == {"sample_rate": ""}


def test_a_refusal_without_a_reason_comes_back(office: Office, enter: Enter) -> None:
    row = proposed(office)
    publisher = enter("publisher")

    assert publisher.post(f"/studio/editions/{row.pk}/decide/", {"verb": "refuse"}).status_code == 422
    assert (
        publisher.post(f"/studio/editions/{row.pk}/decide/", {"verb": "refuse", "note": "依据不足"}).status_code == 302
    )
    row.refresh_from_db()
    assert (row.status, row.decision_note) == ("refused", "依据不足")


def test_who_may_not_decide_is_shown_no_buttons_and_refused(office: Office, enter: Enter) -> None:
    row = proposed(office)
    window = enter("window")

    page = window.get(f"/studio/editions/{row.pk}/").content.decode()

    assert "verb" not in page
    for verb in ("approve", "refuse", "withdraw"):
        assert window.post(f"/studio/editions/{row.pk}/decide/", {"verb": verb, "note": "x"}).status_code == 403


def test_a_proposal_waits_on_the_page_and_can_be_taken_back(office: Office, enter: Enter) -> None:
    row = proposed(office)

    assert f"/studio/editions/{row.pk}/" in enter("publisher").get("/studio/local/").content.decode()
    enter("manager").post(f"/studio/editions/{row.pk}/decide/", {"verb": "withdraw"})

    row.refresh_from_db()
    assert row.status == "withdrawn"


@pytest.mark.parametrize(
    "path",
    [f"/studio/local/?office={TOWN}", "/studio/local/?office=x", f"{HERE}?office=999999999999", "/studio/local/none/"],
)
def test_a_place_or_process_that_has_none_is_not_found(office: Office, enter: Enter, path: str) -> None:
    assert enter("designer").get(path).status_code == 404


def test_the_pages_are_chinese_for_those_who_read_it(office: Office, enter: Enter) -> None:
    client = enter("manager")
    client.cookies["django_language"] = "zh-hans"

    page = client.get(HERE, headers={"accept-language": "zh-hans"}).content.decode()

    assert "可以不同的内容" in page
    assert "《样例条例》第3条" in page
