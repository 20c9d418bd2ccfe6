"""Versions of processes: two persons, pinned for running cases, never published when they can't run."""

from __future__ import annotations

import pytest

from bpm_core.commands import cases, definitions
from bpm_core.domain.errors import EngineRefused, InvalidData, NotAllowed, NotFound, SeparationOfDuty, WrongState
from bpm_core.models import Account, Parameter, Post, ProcessDefinition
from tests.bpm_core.commands import sample
from tests.bpm_core.commands.conftest import AT, COUNTY, Office, actors, date


def changed(what: str = "第二版") -> dict[str, bytes]:
    files = sample.files()
    return files | {"process.bpmn": files["process.bpmn"].replace("样例津贴".encode(), what.encode())}


def test_who_hands_a_version_in_cannot_publish_it_not_even_by_another_account(office: Office) -> None:
    both = office.staff["designer"]
    both.person = office.person
    both.save()
    second = Account.objects.create(username="second_account", person=office.person)
    unit = Post.objects.get(account=both).unit
    Post.objects.create(account=second, unit=unit, role="publisher", from_on=date(2020, 1, 1))
    draft = definitions.upload(changed(), actor=actors.actor_for(both, AT.date()), at=AT)

    with pytest.raises(SeparationOfDuty):
        definitions.publish(draft.pk, actor=actors.actor_for(second, AT.date()), at=AT)


def test_a_running_case_stays_on_its_version_and_a_new_one_gets_the_new(office: Office) -> None:
    old = office.start()
    draft = definitions.upload(changed(), actor=office.actor("designer"), at=AT)

    definitions.publish(draft.pk, actor=office.actor("publisher"), at=AT)

    new = office.start(despite_open="second")
    assert (old.definition.version, new.definition.version) == (1, 2)
    office.do(old, "S10", "window", **sample.APPLICATION)
    assert ProcessDefinition.objects.filter(key=sample.KEY, is_current=True).count() == 1


def test_the_same_files_are_the_same_version(office: Office) -> None:
    again = definitions.upload(sample.files(), actor=office.actor("designer"), at=AT)

    assert again.pk == office.definition.pk


def test_a_zip_is_a_version_like_a_folder(office: Office) -> None:
    draft = definitions.upload(definitions.zipped(changed()), note="v2", actor=office.actor("designer"), at=AT)

    assert (draft.version, draft.status, draft.name_zh) == (2, "draft", "第二版")


def test_a_version_the_engine_cannot_run_is_not_published(office: Office) -> None:
    files = sample.files()
    python = files["process.bpmn"].replace(b"insured_months &gt;= 12", b"__import__('os')")
    draft = definitions.upload(files | {"process.bpmn": python}, actor=office.actor("designer"), at=AT)

    with pytest.raises(EngineRefused):
        definitions.publish(draft.pk, actor=office.actor("publisher"), at=AT)

    draft.refresh_from_db()
    assert draft.status == "draft"


def test_a_version_with_errors_in_its_report_is_not_published(office: Office) -> None:
    draft = definitions.upload(changed(), report={"ok": False}, actor=office.actor("designer"), at=AT)

    with pytest.raises(WrongState):
        definitions.publish(draft.pk, actor=office.actor("publisher"), at=AT)


@pytest.mark.parametrize("hostile", [b"", b"PK\x03\x04 no zip", b"\x00" * 100])
def test_what_is_no_process_is_refused_in_words(office: Office, hostile: bytes) -> None:
    with pytest.raises(InvalidData):
        definitions.upload(hostile, actor=office.actor("designer"), at=AT)


def test_a_caseworker_hands_nothing_in(office: Office) -> None:
    with pytest.raises(NotAllowed):
        definitions.upload(changed(), actor=office.actor("window"), at=AT)


def test_a_retired_process_takes_no_new_case_and_running_ones_finish(office: Office) -> None:
    case = office.start()

    definitions.retire(office.definition.pk, actor=office.actor("publisher"), at=AT)

    with pytest.raises(NotFound):
        cases.start(sample.KEY, unit_code=COUNTY, actor=office.actor("window"), at=AT)
    office.do(case, "S10", "window", **sample.APPLICATION)


def test_a_case_keeps_the_figures_it_began_with(office: Office) -> None:
    from bpm_core.commands import parameters

    old = office.start()
    parameters.set_value(
        "sample_rate", value="150", valid_from=AT.date(), source="新标准", actor=office.actor("publisher"), at=AT
    )

    new = office.start(despite_open="second")

    rates = [case.facts.get(name="sample_rate").value for case in (old, new)]
    assert rates == [{"$n": "100"}, {"$n": "150"}]
    assert Parameter.objects.filter(name="sample_rate").count() == 2
