"""Messages through the API: told once, late ones kept, and only to cases the sender may reach."""

from __future__ import annotations

from bpm_core.models import LateMessage
from tests.bpm_core.commands.conftest import Office
from tests.portal.api.conftest import Caller, add_machine, calling, token_of


def machine(unit: str = "410823000000", name: str = "machine") -> Caller:
    return Caller(token_of(add_machine(name, unit), machine=True))


def test_a_message_moves_the_case_that_waits_for_it(real_office: Office) -> None:
    case = real_office.reviewed()
    sender = machine()

    answer = sender.post("/api/messages", {"name": "WITHDRAW", "case": case.number, "payload": {}})

    case.refresh_from_db()
    assert answer.status_code == 200, answer.content
    assert answer.json()["moved"]["status"] == case.status == "withdrawn"


def test_a_message_sent_again_under_its_key_is_answered_alike(real_office: Office) -> None:
    case, sender = real_office.reviewed(), machine()
    body = {"name": "WITHDRAW", "case": case.number}

    first, again = sender.post("/api/messages", body, key="m"), sender.post("/api/messages", body, key="m")

    assert first.content == again.content
    assert LateMessage.objects.count() == 0


def test_a_message_nobody_waits_for_is_kept_once(real_office: Office) -> None:
    case, sender = real_office.reviewed(), machine()
    body = {"name": "NO_SUCH_EVENT", "case": case.number}

    first, again = sender.post("/api/messages", body, key="m"), sender.post("/api/messages", body, key="m")

    assert (first.status_code, first.content) == (again.status_code, again.content)
    assert first.status_code == 202
    assert not first.json()["delivered"]
    assert LateMessage.objects.count() == 1


def test_a_payload_the_step_does_not_declare_is_refused(real_office: Office) -> None:
    case, sender = real_office.reviewed(), machine()

    answer = sender.post(
        "/api/messages", {"name": "WITHDRAW", "case": case.number, "payload": {"__class__": "x", "amount": 9}}
    )

    case.refresh_from_db()
    assert answer.status_code == 422
    assert case.status == "running"


def test_a_case_of_another_county_is_not_found(real_office: Office) -> None:
    case = real_office.reviewed()

    answer = machine("410802000000").post("/api/messages", {"name": "WITHDRAW", "case": case.number})

    assert answer.status_code == 404


def test_a_reviewer_sends_no_messages(real_office: Office) -> None:
    case = real_office.reviewed()

    answer = calling(real_office, "first").post("/api/messages", {"name": "WITHDRAW", "case": case.number})

    assert answer.status_code in (403, 404)


def test_a_message_names_its_addressee_once(real_office: Office) -> None:
    for body in ({"name": "WITHDRAW"}, {"name": "WITHDRAW", "case": "SAM-01-2026-0000001", "correlation": "x"}):
        assert machine(name=f"m{len(body)}").post("/api/messages", body).status_code == 422
