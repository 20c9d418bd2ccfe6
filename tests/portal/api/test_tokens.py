"""Signed tokens: what they say is what was issued, to the letter, and no longer than their time."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from hypothesis import given
from hypothesis import strategies as some

from bpm_core.domain.errors import InvalidData
from portal.api import tokens
from portal.api.tokens import BadToken
from tests.portal.api.conftest import Caller, Office, add_machine, token_of

AT = datetime(2026, 11, 16, 1, 0, tzinfo=UTC)


def test_a_token_says_what_was_issued() -> None:
    text = tokens.issue(7, 3, ["cases:read", "items:work"], days=30, at=AT)

    token = tokens.read(text, at=AT)

    assert text.startswith("gc_")
    assert (token.account_id, token.version) == (7, 3)
    assert token.scopes == {"cases:read", "items:work"}
    assert token.expires_at == AT + timedelta(days=30)


def test_a_token_ends_with_its_time() -> None:
    text = tokens.issue(7, 0, ["cases:read"], days=1, at=AT)

    assert tokens.read(text, at=AT + timedelta(hours=23))
    with pytest.raises(BadToken):
        tokens.read(text, at=AT + timedelta(hours=24))


def test_more_scopes_written_into_a_token_break_it() -> None:
    payload, signature = tokens.issue(7, 0, ["cases:read"], days=1, at=AT).removeprefix("gc_").split(".")
    claims = json.loads(base64.urlsafe_b64decode(payload + "==")) | {"s": list(tokens.SCOPES)}
    forged = base64.urlsafe_b64encode(json.dumps(claims).encode()).rstrip(b"=").decode()

    with pytest.raises(BadToken):
        tokens.read(f"gc_{forged}.{signature}", at=AT)


@given(place=some.integers(min_value=3, max_value=150), character=some.sampled_from("abcXYZ019_-."))
def test_a_token_with_any_character_changed_is_refused(place: int, character: str) -> None:
    text = tokens.issue(7, 0, ["cases:read"], days=1, at=AT)
    place %= len(text)
    changed = text[:place] + character + text[place + 1 :]

    if changed != text:
        with pytest.raises(BadToken):
            tokens.read(changed, at=AT)


@given(some.text(max_size=60))
def test_any_other_text_is_refused(text: str) -> None:
    for made in (text, f"gc_{text}", f"gc_{text}.{text}"):
        with pytest.raises(BadToken):
            tokens.read(made, at=AT)


def test_a_token_signed_with_the_key_before_is_read_while_that_key_is_a_fallback(settings: object) -> None:
    text = tokens.issue(7, 0, ["cases:read"], days=1, at=AT)
    old, settings.SECRET_KEY = settings.SECRET_KEY, "a new secret that nobody has seen"

    with pytest.raises(BadToken):
        tokens.read(text, at=AT)
    settings.SECRET_KEY_FALLBACKS = [old]

    assert tokens.read(text, at=AT).account_id == 7


@pytest.mark.parametrize("days", [0, 366, -1])
def test_a_token_lives_a_year_at_most(days: int) -> None:
    with pytest.raises(InvalidData):
        tokens.issue(7, 0, ["cases:read"], days=days, at=AT)


def test_a_machine_gets_no_scope_of_people() -> None:
    with pytest.raises(InvalidData):
        tokens.issue(7, 0, ["items:work"], days=1, at=AT, machine=True)


def test_the_command_issues_a_token_that_opens_the_api(office: Office) -> None:
    out = StringIO()
    call_command("api_token", "issue", "window", "--scope", "definitions:read", stdout=out)

    answer = Caller(out.getvalue().strip()).get("/api/processes")

    assert answer.status_code == 200


def test_the_command_refuses_a_machine_what_machines_may_not(office: Office) -> None:
    add_machine()

    with pytest.raises(CommandError):
        call_command("api_token", "issue", "machine", "--scope", "items:work")


def test_revoking_ends_every_token_of_the_account(office: Office) -> None:
    first, second = token_of(office.staff["window"]), token_of(office.staff["window"], "cases:read")
    other = token_of(office.staff["first"])

    call_command("api_token", "revoke", "window", stdout=StringIO())

    assert [Caller(token).get("/api/cases").status_code for token in (first, second, other)] == [401, 401, 200]


def test_a_token_of_an_account_that_was_closed_opens_nothing(office: Office) -> None:
    token = token_of(office.staff["window"])
    office.staff["window"].is_active = False
    office.staff["window"].save()

    answer = Caller(token).get("/api/cases")

    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")
