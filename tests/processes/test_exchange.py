"""A pension relation moves between provinces: two deployments, two databases, signed letters both ways."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from bpm_core.commands import exchange
from bpm_core.feel import values
from bpm_core.models import Case, CaseFact, JournalEntry, Outbox, Subscription
from tests.processes.bureau import Bureau, folders
from workers import outbox

ROOT = Path(__file__).resolve().parents[2]
SECRET = "between-41-and-44"


class OtherOffice:
    """The other province's process: what it is told to do, and what it says."""

    def __init__(self, data: Path, answers_to: str) -> None:
        env = os.environ | {
            "GUICHENG_DATA": str(data),
            "DATABASE_URL": f"sqlite:///{data / 'other.sqlite3'}",
            "OFFICE": "44",
            "PARTNERS": json.dumps({"41": {"name": "河南", "url": f"{answers_to}/api/exchange", "secret": SECRET}}),
            "EVENTS_URL": "",
            "DJANGO_SETTINGS_MODULE": "portal.settings",
        }
        command = [sys.executable, "-m", "tests.processes.other_office"]
        pipe = subprocess.PIPE
        self.process = subprocess.Popen(command, cwd=ROOT, env=env, stdin=pipe, stdout=pipe, text=True)
        self.url = f"http://127.0.0.1:{self.heard()['port']}/api/exchange"

    def heard(self) -> dict[str, Any]:
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert line, "the other office ended"
        return json.loads(line)

    def told(self, what: str) -> dict[str, Any]:
        assert self.process.stdin is not None
        self.process.stdin.write(f"{what}\n")
        self.process.stdin.flush()
        return self.heard()

    def end(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.close()
        self.process.wait(20)


@pytest.fixture
def other(tmp_path: Path, live_server: Any, settings: Any) -> Iterator[OtherOffice]:
    if "PEN-03" not in folders():
        pytest.skip("not in this library: PEN-03")
    office = OtherOffice(tmp_path, live_server.url)
    settings.OFFICE, settings.EVENTS_URL = "41", ""
    settings.PARTNERS = {"44": {"name": "广东", "url": office.url, "secret": SECRET}}
    yield office
    office.end()


def send() -> None:
    outbox.send_due("here:1", at=timezone.now())


@pytest.mark.django_db(transaction=True)
def test_a_transfer_across_provinces_is_a_letter_there_and_an_answer_back(other: OtherOffice) -> None:
    bureau = Bureau("PEN-03", now=timezone.now())
    ours = bureau.play("PEN-03", "01", about=bureau.person(), until="G20", old_place="广东省")

    send()
    theirs = other.told("work")
    other.told("send")

    letter = next(row for row in Outbox.objects.filter(case=ours) if exchange.WENT_TO in row.body)
    entry = JournalEntry.objects.get(case=ours, action="message.received")
    assert letter.body[exchange.WENT_TO] == {"office": "44", "how": "opened", "case": theirs["number"]}
    assert theirs["end"] == "E7"  # there the relation is stopped and its form sent
    assert theirs["person"] == ours.applicant_masked
    assert (entry.body["name"], entry.body["sender"]) == ("TRANSFER_INFO", f"44/{theirs['number']}")
    assert Subscription.objects.filter(case=ours, name="TRANSFER_MONEY").exists()
    assert not Subscription.objects.filter(case=ours, name="TRANSFER_INFO").exists()


# -- the inbox alone


@pytest.fixture
def inbox(db: None, settings: Any) -> Bureau:
    settings.PARTNERS = {"44": {"name": "广东", "url": "http://nowhere.invalid", "secret": SECRET}}
    return Bureau("PEN-03")


def parcel(**more: Any) -> dict[str, Any]:
    return {
        "id": "44:17",
        "process": "pension_relation_transfer",
        "message": "TRANSFER_CONTACT_IN",
        "case": "PEN-03-2026-0000009",
        "subject": {"name": "单雄信", "id_number": "11010519491231002X"},
        "values": {"unknown_name": 1},
        "sent_at": timezone.now().isoformat(),
    } | more


def hand_in(letter: dict[str, Any], *, secret: str = SECRET, office: str = "44") -> Any:
    body = json.dumps(letter).encode()
    headers = {"Guicheng-Office": office, "Guicheng-Signature": exchange.signature(body, secret)}
    headers["Idempotency-Key"] = letter["id"]
    return Client().post("/api/exchange", body, content_type="application/json", headers=headers)


def test_a_letter_opens_a_case_for_whom_it_is_about(inbox: Bureau) -> None:
    answer = hand_in(parcel())

    case = Case.objects.get()
    facts = {f.name: values.decode(f.value) for f in CaseFact.objects.filter(case=case, personal=False)}
    assert (answer.status_code, answer.json()["how"], answer.json()["case"]) == (200, "opened", case.number)
    assert (facts["other_office"], facts["other_case"]) == ("44", "PEN-03-2026-0000009")
    assert JournalEntry.objects.get(case=case, seq=1).actor_kind == "integrator"


def test_the_same_letter_twice_opens_one_case(inbox: Bureau) -> None:
    first = hand_in(parcel())
    second = hand_in(parcel(sent_at=(timezone.now() + timedelta(seconds=1)).isoformat()))

    assert Case.objects.count() == 1
    assert first.json()["case"] == second.json()["case"]


@pytest.mark.parametrize(
    ("letter", "how"),
    [
        ({}, {"secret": "another"}),
        ({}, {"office": "45"}),
        ({"sent_at": "2020-01-01T00:00:00+08:00"}, {}),
        ({"sent_at": "yesterday"}, {}),
    ],
)
def test_what_is_not_signed_now_by_a_partner_is_refused(inbox: Bureau, letter: Any, how: Any) -> None:
    answer = hand_in(parcel(**letter), **how)

    assert answer.status_code == 401
    assert not Case.objects.exists()


def test_an_office_can_answer_only_cases_that_wrote_to_it(inbox: Bureau) -> None:
    ours = inbox.play("PEN-03", "01", about=inbox.person(), until="G20")

    answer = hand_in(parcel(message="TRANSFER_INFO", answers=ours.number))

    assert answer.status_code == 404
    assert Subscription.objects.filter(case=ours, name="TRANSFER_INFO").exists()


def test_a_message_that_is_not_agreed_is_refused(inbox: Bureau) -> None:
    assert hand_in(parcel(message="WITHDRAW")).status_code == 404
