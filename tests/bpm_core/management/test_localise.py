"""The command line of local editions: see what may vary, propose, approve as a second person."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from bpm_core.models import LocalEdition
from tests.bpm_core.commands import sample
from tests.bpm_core.commands.conftest import COUNTY, Office, build


@pytest.fixture
def office(db: None) -> Office:
    return build()


def told(*options: Any) -> str:
    out = io.StringIO()
    call_command("localise", sample.KEY, *options, stdout=out)
    return out.getvalue()


PROPOSAL = ("--office", COUNTY, "--set", "sample_rate=120", "--reason", "本县标准", "--by", "manager")


def test_without_a_value_it_lists_what_may_vary_and_what_holds(office: Office) -> None:
    lines = json.loads(told("--office", COUNTY, "--json"))

    assert [(one["name"], one["national"], one["differs"]) for one in lines] == [
        ("promised_limit", "5", False),
        ("sample_rate", "100", False),
    ]
    assert lines[0]["floors"][0]["bound"] == "10"


def test_one_person_proposes_and_another_approves(office: Office) -> None:
    proposed = json.loads(told(*PROPOSAL, "--json"))

    approved = json.loads(told("--approve", proposed["id"], "--by", "publisher", "--json"))

    assert (proposed["status"], approved["status"]) == ("proposed", "approved")
    assert "* sample_rate                100 yuan  120  [410823000000" in told("--office", COUNTY, "--english")


def test_the_proposer_is_told_why_approval_takes_another_person(office: Office) -> None:
    account = office.staff["manager"]
    account.posts.create(unit=account.posts.get().unit, role="publisher", from_on=account.posts.get().from_on)
    proposed = json.loads(told(*PROPOSAL, "--json"))

    with pytest.raises(CommandError, match="decide takes another person than propose"):
        told("--approve", proposed["id"], "--by", "manager")


def test_a_proposal_is_refused_or_taken_back(office: Office) -> None:
    first, second = (json.loads(told(*PROPOSAL, "--json"))["id"] for _ in range(2))

    told("--refuse", first, "--by", "publisher", "--reason", "依据不足")
    told("--withdraw", second, "--by", "manager")

    assert list(LocalEdition.objects.order_by("number").values_list("status", flat=True)) == ["refused", "withdrawn"]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--set", "promised_limit=11"), r"allows \(10\) \(below_floor\)"),
        (("--set", "S30=1"), r"the core is locked: S30 may not vary"),
        (("--set", "sample_rate"), "expected NAME=VALUE"),
        (("--set", "a=1", "--set", "a=2"), "named twice"),
        (("--set", "sample_rate=one"), "sample_rate: literal"),
    ],
)
def test_what_is_not_permitted_is_said_with_its_reason(office: Office, options: tuple[str, ...], said: str) -> None:
    with pytest.raises(CommandError, match=said):
        told("--office", COUNTY, "--reason", "r", "--by", "manager", *options)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--set", "sample_rate=120", "--by", "manager"), "--office"),
        (("--office", COUNTY, "--set", "sample_rate=120"), "--by"),
        (("--office", COUNTY, "--set", "sample_rate=120", "--by", "nobody"), "no account nobody"),
        (("--office", "999999999999"), "no office"),
    ],
)
def test_what_is_missing_is_said(office: Office, options: tuple[str, ...], said: str) -> None:
    with pytest.raises(CommandError, match=said):
        told(*options)
