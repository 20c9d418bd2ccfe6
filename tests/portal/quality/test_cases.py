from __future__ import annotations

import json
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection

from bpm_core.commands import cases, work_items
from bpm_core.models import AccessEntry, Case, JournalEntry, append_only
from tests.bpm_core.commands.conftest import AT, Office
from tests.portal.studio.conftest import Enter

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def late(office: Office) -> Case:
    """First review done late, then sent back and done again by the same person in time."""
    case = office.reviewed()
    item_id = office.item(case, "S30")
    later = AT + timedelta(days=8)
    work_items.claim(item_id, actor=office.actor("first"), at=later)
    work_items.complete(item_id, data={"first_result": "pass"}, actor=office.actor("first"), at=later)
    return Case.objects.get(pk=case.pk)


def _line(page: str, seq: int) -> str:
    return page[page.index(f'id="entry-{seq}"') :].split("</li>", 1)[0]


def test_the_history_says_who_when_how_long_and_what_changed(late: Case, enter: Enter) -> None:
    page = enter("controller").get(f"/quality/cases/{late.number}/").content.decode()

    review = _line(page, late.version)
    assert "First review" in review
    assert "first" in review
    assert "took 6 working days" in review
    assert "limit: 2 working days" in review
    assert "first_result" in review


def test_a_late_step_is_marked_in_the_list_and_on_the_diagram(late: Case, enter: Enter) -> None:
    page = enter("controller").get(f"/quality/cases/{late.number}/").content.decode()

    assert "4 working days over the limit of this step" in _line(page, late.version)
    assert '"id": "S30", "tone": "late", "badge": "\\u25cf"' in page


def test_only_departures_can_be_shown(late: Case, enter: Enter) -> None:
    page = enter("controller").get(f"/quality/cases/{late.number}/?show=departures").content.decode()

    assert f'id="entry-{late.version}"' in page
    assert 'id="entry-1"' not in page


def test_a_personal_fact_is_told_without_its_value(late: Case, enter: Enter) -> None:
    page = enter("controller").get(f"/quality/cases/{late.number}/").content.decode()

    assert "6222020200112233445" not in page
    assert "recorded, not shown here" in page


def test_a_correction_is_a_departure(office: Office, late: Case, enter: Enter) -> None:
    cases.correct_fact(
        late.pk, name="start_month", value="2027-01", reason="typing error", actor=office.actor("first"), at=AT
    )

    page = enter("controller").get(f"/quality/cases/{late.number}/").content.decode()

    assert "A recorded fact was corrected afterwards" in page


def test_a_whole_chain_is_green(late: Case, enter: Enter) -> None:
    page = enter("controller").post(f"/quality/cases/{late.number}/chain/").content.decode()

    assert "The chain is whole." in page
    assert f"{late.version} entries were checked" in page


@pytest.mark.parametrize("field", ["action", "at", "body"])
def test_a_changed_entry_is_red_and_named(late: Case, enter: Enter, field: str) -> None:
    append_only.remove(connection)
    changed = {"action": "case.cancelled", "at": AT + timedelta(days=1), "body": {"facts": {}}}[field]
    JournalEntry.objects.filter(case=late, seq=2).update(**{field: changed})
    append_only.install(connection)

    page = enter("controller").post(f"/quality/cases/{late.number}/chain/").content.decode()

    assert "The chain is broken." in page
    assert "Entry 2 was changed after it was written." in page
    assert f"/quality/cases/{late.number}/#entry-2" in page


def test_a_missing_entry_is_found(late: Case, enter: Enter) -> None:
    append_only.remove(connection)
    JournalEntry.objects.filter(case=late, seq=late.version).delete()
    append_only.install(connection)

    page = enter("controller").post(f"/quality/cases/{late.number}/chain/").content.decode()

    assert "The chain is broken." in page
    assert "not the one the case knows as its last" in page


def test_the_evidence_file_is_accepted_without_database_and_refused_when_changed(
    late: Case, enter: Enter, tmp_path: Path
) -> None:
    answer = enter("controller").post(f"/quality/cases/{late.number}/evidence.json", {"purpose": "inspection 7"})
    whole, changed = tmp_path / "whole.json", tmp_path / "changed.json"
    whole.write_bytes(answer.content)
    document = json.loads(answer.content)
    document["entries"][1]["unit_code"] = "410800000000"
    changed.write_text(json.dumps(document))

    codes = [
        subprocess.run([sys.executable, "-m", "bpm_core.verifier", str(file)], cwd=ROOT, capture_output=True).returncode
        for file in (whole, changed)
    ]

    assert codes == [0, 1]
    assert "attachment" in answer["Content-Disposition"]
    assert AccessEntry.objects.get(kind="view_evidence").purpose == "inspection 7"


def test_the_evidence_file_holds_nothing_personal(late: Case, enter: Enter) -> None:
    answer = enter("controller").post(f"/quality/cases/{late.number}/evidence.json", {"purpose": "x"})

    for secret in ("单雄信", "11010519491231002X", "13800005678", "6222020200112233445", "请尽快"):
        assert secret not in answer.content.decode()


def test_a_case_that_does_not_exist_is_not_found(office: Office, enter: Enter) -> None:
    assert enter("controller").get("/quality/cases/UNE-01-1999-0000001/").status_code == 404
