"""Local editions: only what is declared varies, never below the law, by two persons, pinned by the cases that begin."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from bpm_core.commands import definitions, editions, parameters
from bpm_core.domain.errors import InvalidData, NotAllowed, NotFound, SeparationOfDuty, WrongState
from bpm_core.feel import values
from bpm_core.models import Case, Clock, LibraryEntry, LocalEdition, LocalSetting, append_only
from bpm_core.queries import editions as told
from bpm_core.queries import verify
from tests.bpm_core.commands import sample
from tests.bpm_core.commands.conftest import AT, COUNTY, TOWN, VILLAGE, Office

CITY, OTHER = "410800000000", "410802000000"
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
def library(tmp_path: Path, settings: Any) -> Path:
    """A library of our own, so that the floor of the sample process is known."""
    (tmp_path / "_library").mkdir()
    (tmp_path / "_library" / "floors.toml").write_text(FLOORS, encoding="utf-8")
    settings.PROCESSES_DIR = tmp_path
    return tmp_path


def propose(
    office: Office, changes: Mapping[str, str], *, by: str = "manager", place: str = COUNTY, **more: Any
) -> LocalEdition:
    given = {"office": place, "reason": "本县标准"} | more
    return editions.propose(sample.KEY, changes=changes, actor=office.actor(by), at=AT, **given)


def approve(office: Office, row: LocalEdition, **more: Any) -> LocalEdition:
    return editions.approve(row.pk, actor=office.actor("publisher"), **({"at": AT} | more))


def localise(office: Office, changes: Mapping[str, str], **more: Any) -> LocalEdition:
    return approve(office, propose(office, changes, **more))


def rate(case: Case) -> Decimal:
    return values.decode(case.facts.get(name="sample_rate").value)


def test_a_county_sets_its_own_figure_and_cases_that_begin_there_use_it(office: Office) -> None:
    before = office.start()

    localise(office, {"sample_rate": "120"})

    after = office.start(despite_open="second")
    assert (rate(before), rate(after)) == (Decimal(100), Decimal(120))
    assert after.local["sample_rate"]["office"] == COUNTY


def test_a_place_below_the_county_inherits_and_another_county_does_not(office: Office) -> None:
    localise(office, {"sample_rate": "120"})

    assert [(one.name, one.local) for one in told.differences(VILLAGE, AT.date())] == [("sample_rate", "120")]
    assert told.differences(OTHER, AT.date()) == ()


def test_a_county_s_own_value_goes_before_the_municipality_s(office: Office) -> None:
    localise(office, {"sample_rate": "110", "promised_limit": "4"}, by="designer", place=CITY)
    localise(office, {"sample_rate": "120"})

    here = {one.name: (one.local, one.office) for one in told.differences(TOWN, AT.date())}
    there = {one.name: (one.local, one.office) for one in told.differences(OTHER, AT.date())}

    assert here == {"promised_limit": ("4", CITY), "sample_rate": ("120", COUNTY)}
    assert there == {"promised_limit": ("4", CITY), "sample_rate": ("110", CITY)}


def test_a_value_taken_back_lets_the_one_above_hold_again(office: Office) -> None:
    localise(office, {"sample_rate": "110"}, by="designer", place=CITY)
    localise(office, {"sample_rate": "120"})

    localise(office, {"sample_rate": ""})

    assert [one.local for one in told.differences(COUNTY, AT.date())] == ["110"]


def test_a_local_promise_is_the_promised_limit_of_cases_that_begin_there(office: Office) -> None:
    old = office.start()
    localise(office, {"promised_limit": "3"})
    new = office.start(despite_open="second")

    for case in (old, new):
        office.do(case, "S10", "window", **sample.APPLICATION)

    promised = Clock.objects.filter(kind="promised").order_by("case_id").values_list("limit_value", flat=True)
    assert list(promised) == [5, 3]
    assert Clock.objects.get(case=new, kind="legal").limit_value == 10
    assert Clock.objects.get(case=new, kind="promised").basis == f"{COUNTY}服务中心承诺（2026-11-16起）"


def test_a_case_keeps_the_local_values_it_began_with(office: Office) -> None:
    localise(office, {"promised_limit": "3"})
    case = office.start()
    localise(office, {"promised_limit": "2"})

    office.do(case, "S10", "window", **sample.APPLICATION)

    assert Clock.objects.get(case=case, kind="promised").limit_value == 3
    assert verify.run([case.number]).ok


def test_an_edition_holds_from_its_day(office: Office) -> None:
    localise(office, {"sample_rate": "120"}, valid_from=AT.date() + timedelta(days=10))

    assert rate(office.start()) == Decimal(100)
    assert [one.local for one in told.differences(COUNTY, AT.date() + timedelta(days=10))] == ["120"]


def test_an_edition_approved_late_holds_from_its_approval(office: Office) -> None:
    row = propose(office, {"sample_rate": "120"})

    approve(office, row, at=AT + timedelta(days=5))

    assert LocalSetting.objects.get().valid_from == AT.date() + timedelta(days=5)


def test_a_value_that_the_law_has_overtaken_holds_no_more(office: Office, library: Path) -> None:
    localise(office, {"sample_rate": "90", "promised_limit": "3"})
    raised = FLOORS.replace('"80"', '"95"')

    (library / "_library" / "floors.toml").write_text(raised, encoding="utf-8")

    assert rate(office.start()) == Decimal(100)
    assert [one.name for one in told.differences(COUNTY, AT.date())] == ["promised_limit"]
    [promise, figure] = told.lines(office.definition, COUNTY, AT.date())
    assert (promise.here, figure.here, figure.lapsed) == ("3", "100", "90")


def test_a_version_that_declares_less_leaves_the_rest_to_all(office: Office) -> None:
    localise(office, {"sample_rate": "120"})
    files = sample.files()
    locked = files["guide.toml"] + b"\n[local]\nparameters = []\n"
    draft = definitions.upload(files | {"guide.toml": locked}, actor=office.actor("designer"), at=AT)
    definitions.publish(draft.pk, actor=office.actor("publisher"), at=AT)

    assert rate(office.start()) == Decimal(100)


# -- what is refused


@pytest.mark.parametrize("name", ["process.bpmn", "S30", "legal_limit", "months_due", "channels", "where_zh", "guide"])
def test_what_the_guide_does_not_declare_is_locked(office: Office, name: str) -> None:
    with pytest.raises(InvalidData) as refused:
        propose(office, {name: "1"})

    assert refused.value.reason == "locked"
    assert refused.value.errors[0].facts["open"] == ["promised_limit", "sample_rate"]


def test_a_value_below_the_floor_is_refused_with_the_clause(office: Office) -> None:
    with pytest.raises(
        InvalidData, match=r"sample_rate = 79\.99 .* Sample Regulation Art\. 3 allows \(80\)"
    ) as refused:
        propose(office, {"sample_rate": "79.99"})

    assert refused.value.reason == "below_floor"
    assert refused.value.facts["clause"] == {"zh": "《样例条例》第3条", "en": "Sample Regulation Art. 3"}
    assert not LocalEdition.objects.exists()


def test_the_bound_itself_is_not_below(office: Office) -> None:
    assert localise(office, {"sample_rate": "80"}).status == "approved"


def test_a_promise_longer_than_the_law_allows_is_refused_with_the_law(office: Office) -> None:
    with pytest.raises(InvalidData, match="Regulation on Handling Social Insurance Affairs"):
        propose(office, {"promised_limit": "11"})


def test_a_floor_that_came_after_the_proposal_stops_the_approval(office: Office, library: Path) -> None:
    row = propose(office, {"sample_rate": "90"})
    raised = FLOORS.replace('"80"', '"95"')
    (library / "_library" / "floors.toml").write_text(raised, encoding="utf-8")

    with pytest.raises(InvalidData) as refused:
        approve(office, row)

    assert refused.value.reason == "below_floor"
    assert LocalEdition.objects.get().status == "proposed"
    assert not LocalSetting.objects.exists()


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("sample_rate", "__import__('os')", "literal"),
        ("sample_rate", "today()", "literal"),
        ("sample_rate", "1e9999999", "literal"),
        ("sample_rate", "true", "type"),
        ("promised_limit", "-1", "days"),
        ("promised_limit", "2.5", "days"),
        ("promised_limit", "999999", "days"),
    ],
)
def test_what_is_no_value_is_refused(office: Office, name: str, value: str, code: str) -> None:
    with pytest.raises(InvalidData) as refused:
        propose(office, {name: value})

    assert [error.code for error in refused.value.errors] == [code]


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"reason": " "}, "required"),
        ({"valid_from": AT.date() - timedelta(days=1)}, "past"),
        ({"changes": {"sample_rate": "100"}}, "nothing_new"),
        ({"changes": {}}, "nothing_new"),
        ({"place": TOWN}, "edition_level"),
    ],
)
def test_an_edition_needs_reason_day_place_and_something_new(office: Office, more: dict[str, Any], code: str) -> None:
    given: dict[str, Any] = {"changes": {"sample_rate": "120"}} | more

    with pytest.raises(InvalidData) as refused:
        propose(office, **given)

    assert code in {refused.value.reason, *(error.code for error in refused.value.errors)}


def test_what_the_municipality_decides_a_county_does_not_set(office: Office) -> None:
    files = sample.files()
    guide = files["guide.toml"].replace(b'deciding_level = "county"', b'deciding_level = "municipal"')
    draft = definitions.upload(files | {"guide.toml": guide}, actor=office.actor("designer"), at=AT)
    definitions.publish(draft.pk, actor=office.actor("publisher"), at=AT)

    with pytest.raises(InvalidData) as refused:
        propose(office, {"sample_rate": "120"})

    assert refused.value.reason == "edition_decided_above"
    assert localise(office, {"sample_rate": "120"}, by="designer", place=CITY).status == "approved"


# -- two persons


def test_who_proposed_cannot_approve_not_even_with_both_posts(office: Office) -> None:
    row = propose(office, {"sample_rate": "120"}, by="designer")
    account = office.staff["designer"]
    account.posts.create(unit=account.posts.get().unit, role="publisher", from_on=account.posts.get().from_on)

    with pytest.raises(SeparationOfDuty):
        editions.approve(row.pk, actor=office.actor("designer"), at=AT)


def test_the_database_itself_refuses_one_person_as_both(office: Office) -> None:
    row = propose(office, {"sample_rate": "120"})

    with pytest.raises(IntegrityError), transaction.atomic():
        LocalEdition.objects.filter(pk=row.pk).update(status="approved", decided_by=row.proposed_by, decided_at=AT)


@pytest.mark.parametrize("by", ["window", "first", "controller", "publisher"])
def test_only_managers_and_designers_propose(office: Office, by: str) -> None:
    with pytest.raises(NotAllowed):
        propose(office, {"sample_rate": "120"}, by=by)


def test_a_county_s_manager_proposes_for_no_other_county(office: Office) -> None:
    with pytest.raises(NotAllowed):
        propose(office, {"sample_rate": "120"}, place=OTHER)


def test_a_manager_approves_nothing(office: Office) -> None:
    row = propose(office, {"sample_rate": "120"}, by="designer")

    with pytest.raises(NotAllowed):
        editions.approve(row.pk, actor=office.actor("manager"), at=AT)


def test_an_edition_is_decided_once(office: Office) -> None:
    row = propose(office, {"sample_rate": "120"})
    editions.refuse(row.pk, note="依据不足", actor=office.actor("publisher"), at=AT)

    with pytest.raises(WrongState):
        approve(office, row)


def test_a_refusal_gives_its_reason(office: Office) -> None:
    row = propose(office, {"sample_rate": "120"})

    with pytest.raises(InvalidData):
        editions.refuse(row.pk, note=" ", actor=office.actor("publisher"), at=AT)


def test_a_proposal_can_be_taken_back_by_who_made_it(office: Office) -> None:
    row = editions.withdraw(propose(office, {"sample_rate": "120"}).pk, actor=office.actor("manager"), at=AT)

    assert row.status == "withdrawn"
    assert told.waiting() == []


def test_a_process_that_is_not_published_has_no_edition(office: Office) -> None:
    with pytest.raises(NotFound):
        editions.propose(
            "nothing", office=COUNTY, changes={"x": "1"}, reason="r", actor=office.actor("designer"), at=AT
        )


# -- the record


def test_each_act_is_a_link_in_the_library_s_chain(office: Office) -> None:
    localise(office, {"sample_rate": "120"})

    acts = list(LibraryEntry.objects.order_by("seq").values_list("action", flat=True))
    assert acts == ["definition.published", "edition.proposed", "edition.approved"]
    assert LibraryEntry.objects.get(action="edition.approved").body["changes"] == {"sample_rate": "120"}
    assert verify.run().ok


@pytest.mark.parametrize("verb", ["update", "delete"])
def test_the_library_s_journal_is_append_only(office: Office, verb: str) -> None:
    with pytest.raises(Exception, match="append-only"), transaction.atomic():
        entries = LibraryEntry.objects.all()
        entries.update(action="x") if verb == "update" else entries.delete()


def test_a_value_changed_past_the_journal_is_found(office: Office) -> None:
    localise(office, {"sample_rate": "120"})
    LocalSetting.objects.update(value="60")

    assert [breach.rule for breach in verify.run().breaches] == ["edition"]


def test_an_entry_changed_past_the_triggers_is_found(office: Office) -> None:
    localise(office, {"sample_rate": "120"})
    append_only.remove(connection)
    LibraryEntry.objects.filter(seq=2).update(actor_name="nobody")
    append_only.install(connection)

    assert [breach.rule for breach in verify.run().breaches] == ["library"]


def test_the_case_s_journal_tells_with_which_local_values_it_began(office: Office) -> None:
    localise(office, {"promised_limit": "3"})

    case = office.start()

    assert case.journal.get(seq=1).body["local"]["promised_limit"]["value"] == "3"


# -- floors hold for what is published for all, too


def test_a_version_that_promises_more_days_than_the_law_is_not_published(office: Office) -> None:
    files = sample.files()
    slow = files["guide.toml"].replace(b"value = 5", b"value = 15")
    draft = definitions.upload(files | {"guide.toml": slow}, actor=office.actor("designer"), at=AT)

    with pytest.raises(InvalidData) as refused:
        definitions.publish(draft.pk, actor=office.actor("publisher"), at=AT)

    assert refused.value.reason == "below_floor"


def test_a_figure_for_all_keeps_the_floor(office: Office) -> None:
    with pytest.raises(InvalidData, match="Sample Regulation"):
        parameters.set_value(
            "sample_rate", value="70", valid_from=AT.date(), source="", actor=office.actor("publisher"), at=AT
        )


def test_a_figure_set_for_all_is_what_a_local_one_differs_from(office: Office) -> None:
    parameters.set_value(
        "sample_rate", value="150", valid_from=AT.date(), source="新标准", actor=office.actor("publisher"), at=AT
    )
    localise(office, {"sample_rate": "160"})

    [one] = told.differences(COUNTY, AT.date())

    assert (one.national, one.local) == ("150", "160")
