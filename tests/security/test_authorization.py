"""The authorization matrix: every address by everybody, and nothing of one county ever shown to another."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests.security.expectations import DOORS, MACHINE, PEOPLE, READERS, Door
from tests.security.municipality import ACCOUNT_NO, NAME, NUMBER, PHONE, Municipality, undone

pytestmark = pytest.mark.django_db

CLOSED = {403, 404}
OPEN = {200, 201, 202, 204, 302, 304, 409, 422}


def addresses(resolver: URLResolver, prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    for one in resolver.url_patterns:
        if isinstance(one, URLResolver):
            yield from addresses(one, f"{prefix}{one.namespace}:" if one.namespace else prefix)
        else:
            yield f"{prefix}{one.name}", one


def test_every_address_has_its_expectation() -> None:
    known = {name for name, _ in addresses(get_resolver())}
    expected = {door.name for door in DOORS}

    assert not known - expected, "write into tests/security/expectations.py who may open these"
    assert not expected - known, "these addresses are gone"


def path_of(door: Door, ids: dict[str, Any]) -> str:
    if door.path:
        return door.path
    pattern = dict(addresses(get_resolver()))[door.name].pattern
    names = set(pattern.converters) | set(getattr(pattern.regex, "groupindex", {}))
    return reverse(door.name, kwargs={name: ids[door.ids.get(name, name)] for name in names})


@dataclass(frozen=True)
class Answer:
    """What came back, and which of the secrets of Wuzhi it holds that were not sent along."""

    status: int
    location: str
    shown: tuple[str, ...]

    @property
    def is_login(self) -> bool:
        return self.status == 302 and self.location.startswith("/login/")


def ask(municipality: Municipality, door: Door, username: str) -> Answer:
    """What the address answers to somebody; whatever it did is taken back."""
    body = door.body(municipality.ids) if callable(door.body) else door.body
    path = path_of(door, municipality.ids)
    client = municipality.client(username)
    with undone():
        if door.method == "GET":
            answer = client.get(path)
        elif door.name.startswith("api:"):
            answer = client.post(path, body, content_type="application/json", headers={"idempotency-key": "k"})
        else:
            answer = client.post(path, body)
        content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    text, sent = content.decode("utf-8", "replace"), f"{path} {body}"
    secrets = (municipality.case.number, municipality.second_case.number, NAME, NUMBER, PHONE, ACCOUNT_NO)
    shown = tuple(secret for secret in secrets if secret in text and secret not in sent)
    return Answer(answer.status_code, answer.headers.get("Location", ""), shown)


@pytest.fixture(autouse=True)
def _no_printing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Making a PDF takes a second and decides on no right."""
    monkeypatch.setattr("portal.desk.papers._as_pdf", lambda html: b"%PDF-")


@pytest.mark.parametrize("door", DOORS, ids=lambda door: f"{door.method} {door.name}")
def test_a_door_opens_to_those_it_should_and_shows_nothing_to_anybody_else(
    municipality: Municipality, door: Door
) -> None:
    wrong = []
    for username in PEOPLE:
        answer = ask(municipality, door, username)
        should = username in door.opens | door.far
        if answer.status not in (OPEN if should else CLOSED) or (door.name != "logout" and answer.is_login):
            wrong.append(f"{username}: {answer.status}, expected {'open' if should else 'closed'}")
        if answer.shown and username not in door.opens | READERS | MACHINE:
            wrong.append(f"{username} is shown {answer.shown}")

    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("door", DOORS, ids=lambda door: f"{door.method} {door.name}")
def test_whoever_is_not_logged_in_gets_no_further_than_the_door(municipality: Municipality, door: Door) -> None:
    answer = ask(municipality, door, "")

    assert not answer.shown
    if door.anonymous == "login":
        assert answer.is_login or answer.status == 403, answer.status
    elif door.anonymous in ("401", "404"):
        assert answer.status == int(door.anonymous)
    else:
        assert answer.status in OPEN


def test_no_answer_is_a_server_error_whatever_method_is_used(municipality: Municipality) -> None:
    client = municipality.client("wuzhi_review1")
    broken = []
    for door in {door.name: door for door in DOORS}.values():
        path = path_of(door, municipality.ids)
        for method in ("get", "post", "put", "patch", "delete", "options", "head"):
            with undone():
                status = getattr(client, method)(path).status_code
            broken += [f"{method} {door.name}: {status}"] * (status >= 500)

    assert not broken
