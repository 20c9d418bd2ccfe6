"""Controllers and auditors look; no door of the house lets them change a case."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bpm_core.commands import cases, messages, supplements, work_items
from bpm_core.domain.actors import Actor
from bpm_core.domain.errors import Refused
from bpm_core.models import Account, Case, JournalEntry, OrgUnit, Post
from tests.bpm_core.commands import sample
from tests.bpm_core.commands.conftest import AT, COUNTY, Office
from tests.portal.studio.conftest import Enter


@pytest.fixture(params=["quality_controller", "auditor"])
def looker(office: Office, request: pytest.FixtureRequest) -> Actor:
    account = Account.objects.create(username="looker")
    city = OrgUnit.objects.get(code="410800000000")
    Post.objects.create(account=account, unit=city, role=request.param, lane="", from_on=AT.date())
    office.staff["looker"] = account
    return office.actor("looker")


Change = Callable[[Office, Case, Actor], object]
CHANGES: dict[str, Change] = {
    "start": lambda o, c, a: cases.start(sample.KEY, unit_code=COUNTY, person_id=o.person.pk, actor=a, at=AT),
    "claim": lambda o, c, a: work_items.claim(o.item(c, "S30"), actor=a, at=AT),
    "complete": lambda o, c, a: work_items.complete(o.item(c, "S30"), data={"first_result": "pass"}, actor=a, at=AT),
    "withdraw": lambda o, c, a: cases.withdraw(c.pk, reason="x", actor=a, at=AT),
    "reject": lambda o, c, a: cases.reject(c.pk, reason_code="x", reason="x", actor=a, at=AT),
    "suspend": lambda o, c, a: cases.suspend(c.pk, ground="hearing", note="x", actor=a, at=AT),
    "cancel": lambda o, c, a: cases.cancel(c.pk, reason="x", actor=a, at=AT),
    "correct": lambda o, c, a: cases.correct_fact(
        c.pk, name="start_month", value="2027-01", reason="x", actor=a, at=AT
    ),
    "return": lambda o, c, a: cases.return_to(
        c.pk, work_item_id=o.item(c, "S30"), element_id="S10", reason="x", actor=a, at=AT
    ),
    "hand over": lambda o, c, a: cases.transfer_unit(c.pk, unit_code="410802000000", reason="x", actor=a, at=AT),
    "supplement": lambda o, c, a: supplements.request(o.item(c, "S30"), missing=["M1"], note="x", actor=a, at=AT),
    "message": lambda o, c, a: messages.deliver("WITHDRAW", case_id=c.pk, payload={}, actor=a, at=AT),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_every_command_on_a_case_is_refused(office: Office, looker: Actor, change: Change) -> None:
    case = office.reviewed()
    case.refresh_from_db()
    before = (case.version, JournalEntry.objects.count())

    with pytest.raises(Refused):
        change(office, case, looker)

    case.refresh_from_db()
    assert (case.version, JournalEntry.objects.count()) == before


def test_looking_at_everything_leaves_the_case_as_it_was(office: Office, enter: Enter) -> None:
    case = office.reviewed()
    before = Case.objects.filter(pk=case.pk).values().get()
    controller = enter("controller")

    for path in ("", "chain/"):
        assert controller.get(f"/quality/cases/{case.number}/{path}").status_code == 200
    controller.post(f"/quality/cases/{case.number}/chain/")
    controller.post(f"/quality/cases/{case.number}/evidence.json", {"purpose": "x"})
    controller.post(f"/quality/cases/{case.number}/findings/", {"kind": "data", "severity": "minor", "text": "x"})

    assert Case.objects.filter(pk=case.pk).values().get() == before
    assert JournalEntry.objects.filter(case=case).count() == before["version"]
