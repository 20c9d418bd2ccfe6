"""Messages and signals between cases: by rows of our own, each taken once, none lost, nobody else's case touched."""

from __future__ import annotations

from typing import Any

import pytest

from bpm_core.commands import cases, crossing, definitions, signals, thrown
from bpm_core.domain.errors import NotAllowed, NotFound, WrongState
from bpm_core.models import Case, JournalEntry, LateMessage, OrgUnit, Outbox, Subscription, WorkItem
from bpm_core.queries import facts, verify
from tests.bpm_core.commands.conftest import AT, COUNTY, Office
from tests.bpm_core.commands.plain import diagram, ends, event, node, process
from workers import events, outbox

NAMES = '<bpmn:message id="M" name="PAPERS"/><bpmn:signal id="S" name="FLOOD"/><bpmn:message id="K" name="KEYED"/>'


def waiting_for(key: str, kind: str, reference: str) -> str:
    begin, end = ends(key)
    return process(key, begin, event("intermediateCatchEvent", f"{key}_wait", kind, reference), end)


def throwing(key: str, kind: str, reference: str) -> str:
    begin, _ = ends(key)
    return process(key, begin, node("userTask", f"{key}_step"), event("endEvent", f"{key}_throw", kind, reference))


def started_by(key: str, kind: str, reference: str) -> str:
    _, end = ends(key)
    return process(key, event("startEvent", f"{key}_start", kind, reference), node("userTask", f"{key}_step"), end)


def publish(office: Office, *processes: str) -> None:
    files = {"process.bpmn": diagram(NAMES, *processes)}
    drafts = definitions.upload_all(files, actor=office.actor("designer"), at=AT)
    definitions.publish(drafts[0].pk, actor=office.actor("publisher"), at=AT)


def start(office: Office, key: str, **more: Any) -> Case:
    given = {"unit_code": COUNTY, "actor": office.actor("window"), "at": AT} | more
    return cases.start(key, **given)


def status(case: Case) -> str:
    case.refresh_from_db()
    return case.status


def handed_on() -> None:
    while outbox.send_due("test", at=AT):
        pass


@pytest.fixture(autouse=True)
def nobody_outside(settings: Any) -> None:
    settings.EVENTS_URL = ""


# -- signals


def test_a_signal_thrown_in_one_case_reaches_every_case_that_waits(office: Office) -> None:
    publish(office, waiting_for("waits", "signal", "S"), throwing("throws", "signal", "S"))
    waiting = [start(office, "waits") for _ in range(3)]
    thrower = start(office, "throws")

    office.do(thrower, "throws_step", "window")
    assert {status(case) for case in waiting} == {"running"}
    handed_on()

    assert {status(case) for case in waiting} == {"completed"}
    assert all(verify.run([case.number]).ok for case in waiting)


def test_a_signal_handed_on_twice_is_taken_once(office: Office) -> None:
    publish(office, waiting_for("waits", "signal", "S"), throwing("throws", "signal", "S"))
    waiting, thrower = start(office, "waits"), start(office, "throws")
    office.do(thrower, "throws_step", "window")
    row = Outbox.objects.get(topic=thrown.SIGNAL)

    assert crossing.hand_on(row, at=AT) == 1
    later = start(office, "waits")
    version = Case.objects.get(pk=waiting.pk).version

    assert crossing.hand_on(row, at=AT) == 1  # who began to wait meanwhile
    assert (status(later), Case.objects.get(pk=waiting.pk).version) == ("completed", version)
    assert crossing.hand_on(row, at=AT) == 0


def test_the_journal_of_who_took_a_signal_names_the_case_it_came_from(office: Office) -> None:
    publish(office, waiting_for("waits", "signal", "S"), throwing("throws", "signal", "S"))
    waiting, thrower = start(office, "waits"), start(office, "throws")
    office.do(thrower, "throws_step", "window")
    handed_on()

    entry = JournalEntry.objects.get(case=waiting, action="signal.received")

    assert (entry.actor_kind, entry.body["name"], entry.body["from"]) == ("system", "FLOOD", thrower.number)


def test_a_signal_from_outside_brings_values_and_starts_what_starts_with_it(office: Office) -> None:
    publish(office, waiting_for("waits", "signal", "S"), started_by("begins", "signal", "S"))
    waiting = start(office, "waits")

    told = signals.throw("FLOOD", payload={"level": 3}, unit_code=COUNTY, actor=office.actor("manager"), at=AT)
    handed_on()

    assert told.waiting == 1
    assert (status(waiting), facts.variables(waiting)["level"]) == ("completed", 3)
    begun = Case.objects.get(definition__key="begins")
    assert (begun.channel, begun.opened_by_id) == ("message", None)


def test_a_manager_reaches_the_cases_of_the_own_office_and_below_and_no_others(office: Office) -> None:
    publish(office, waiting_for("waits", "signal", "S"))
    here, elsewhere = start(office, "waits"), start(office, "waits")
    Case.objects.filter(pk=elsewhere.pk).update(unit=OrgUnit.objects.get(code="410802000000"))

    signals.throw("FLOOD", actor=office.actor("manager"), at=AT)
    handed_on()

    assert (status(here), status(elsewhere)) == ("completed", "running")


def test_who_may_not_throw_signals_is_refused(office: Office) -> None:
    with pytest.raises(NotAllowed):
        signals.throw("FLOOD", actor=office.actor("window"), at=AT)


def test_the_same_request_throws_one_signal(office: Office) -> None:
    asked = {"actor": office.actor("manager"), "at": AT, "key": "once"}

    first, second = signals.throw("FLOOD", **asked), signals.throw("FLOOD", **asked)

    assert first == second
    assert Outbox.objects.filter(topic=thrown.SIGNAL).count() == 1


def test_a_case_that_stands_still_hears_the_signal_when_it_goes_on(office: Office) -> None:
    publish(office, waiting_for("waits", "signal", "S"))
    still, other = start(office, "waits"), start(office, "waits")
    cases.suspend(still.pk, ground="other", note="waiting", actor=office.actor("first"), at=AT)

    signals.throw("FLOOD", actor=office.actor("manager"), at=AT)
    handed_on()
    assert (status(still), status(other)) == ("suspended", "completed")
    again = Outbox.objects.get(topic=thrown.SIGNAL, sent_at=None)
    with pytest.raises(WrongState):
        crossing.hand_on(again, at=AT)
    cases.resume(still.pk, proof="done", actor=office.actor("first"), at=AT)
    crossing.hand_on(again, at=AT)

    assert status(still) == "completed"


def test_a_signal_can_be_handed_to_one_case_alone(office: Office) -> None:
    publish(office, waiting_for("waits", "signal", "S"))
    one, other = start(office, "waits"), start(office, "waits")

    signals.throw_at(one.pk, "FLOOD", actor=office.actor("manager"), at=AT)

    assert (status(one), status(other)) == ("completed", "running")
    with pytest.raises(NotFound):
        signals.throw_at(other.pk, "DROUGHT", actor=office.actor("manager"), at=AT)


# -- messages


def test_a_message_has_one_receiver(office: Office) -> None:
    publish(office, waiting_for("waits", "message", "M"), throwing("throws", "message", "M"))
    first, second = start(office, "waits"), start(office, "waits")
    thrower = start(office, "throws")

    office.do(thrower, "throws_step", "window")
    handed_on()

    assert (status(first), status(second)) == ("completed", "running")


def test_a_message_without_a_key_never_comes_to_another_applicants_case(office: Office) -> None:
    publish(office, waiting_for("waits", "message", "M"), throwing("throws", "message", "M"))
    strangers, own = start(office, "waits"), start(office, "waits", person_id=office.person.pk)
    thrower = start(office, "throws", person_id=office.person.pk)

    office.do(thrower, "throws_step", "window")
    handed_on()

    assert (status(strangers), status(own)) == ("running", "completed")


def test_a_message_nobody_waits_for_starts_the_process_that_begins_with_it_once(office: Office) -> None:
    publish(office, started_by("begins", "message", "M"), throwing("throws", "message", "M"))
    thrower = start(office, "throws", person_id=office.person.pk)
    office.do(thrower, "throws_step", "window")
    row = Outbox.objects.get(topic=thrown.MESSAGE)

    assert (crossing.hand_on(row, at=AT), crossing.hand_on(row, at=AT)) == (1, 0)

    begun = Case.objects.get(definition__key="begins")
    assert (begun.person_id, begun.entry_unit.code) == (office.person.pk, COUNTY)
    assert WorkItem.objects.filter(case=begun, element_id="begins_step").exists()


def test_a_message_with_a_key_comes_to_the_case_of_that_key_or_is_put_on_record(office: Office) -> None:
    publish(office, waiting_for("waits", "message", "K"))
    waiting = [start(office, "waits") for _ in range(2)]
    for number, case in enumerate(waiting):
        Subscription.objects.filter(case=case).update(correlation=f"key {number}")
    for key in ("key 1", "key 7"):
        Outbox.objects.create(**thrown.row(thrown.MESSAGE, "KEYED", {}, correlation=key, at=AT))

    handed_on()

    assert [status(case) for case in waiting] == ["running", "completed"]
    late = LateMessage.objects.get()
    assert (late.name, late.reason, len(late.payload_digest)) == ("KEYED", "nobody_waits", 64)


# -- nothing leaks


def test_values_and_keys_lie_sealed_and_are_told_to_nobody_outside(office: Office) -> None:
    row = thrown.row(thrown.MESSAGE, "KEYED", {"iban": "6222020200112233445"}, correlation="单雄信", at=AT)
    event_row = Outbox.objects.create(**row)

    assert thrown.opened(event_row).payload == {"iban": "6222020200112233445"}
    told = str(events.envelope(event_row))
    assert "6222020200112233445" not in told
    assert "单雄信" not in told
