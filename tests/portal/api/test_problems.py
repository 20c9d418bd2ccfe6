"""Whatever goes wrong is a problem document: the status, a code, a sentence; never a page, never a traceback."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from portal.api import cases
from tests.bpm_core.commands.conftest import Office
from tests.portal.api.conftest import Caller, calling, token_of


def is_problem(answer: Any, status: int, code: str) -> None:
    body = answer.json()
    assert answer.status_code == status, answer.content
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert (body["status"], body["code"], body["type"]) == (status, code, f"urn:guicheng:problem:{code}")
    assert body["title"]
    assert "Traceback" not in answer.content.decode()


def test_without_a_token(office: Office) -> None:
    answer = Caller().get("/api/cases")

    is_problem(answer, 401, "not_authenticated")
    assert answer.headers["WWW-Authenticate"] == 'Bearer realm="guicheng"'


@pytest.mark.parametrize("token", ["x", "gc_", "gc_a.b", "gc_" + "9" * 5000, "gc_ééé"])
def test_with_a_token_that_is_none(office: Office, token: str) -> None:
    answer = Client(SERVER_NAME="localhost").get("/api/cases", headers={"authorization": f"Bearer {token}"})

    is_problem(answer, 401, "authentication_failed")


def test_with_a_token_that_lacks_the_scope(office: Office) -> None:
    answer = calling(office, "window", "cases:read").get("/api/work-items")

    is_problem(answer, 403, "scope_missing")
    assert answer.json()["facts"]["scope"] == "items:read"


@pytest.mark.parametrize("path", ["nothing", "cases/x/y", "processes/UPPER", "work-items/1", "cases/%00", "../api/x"])
def test_at_an_address_where_there_is_nothing(office: Office, path: str) -> None:
    is_problem(calling(office, "window").get(f"/api/{path}"), 404, "not_found")


def test_with_a_method_the_address_does_not_have(office: Office) -> None:
    window = calling(office, "window")
    answer = window.client.delete("/api/cases", headers=window.headers())

    is_problem(answer, 405, "method_not_allowed")
    assert "GET" in answer.headers["Allow"]


def test_without_an_idempotency_key(office: Office) -> None:
    is_problem(calling(office, "window").post("/api/cases", {}, key=None), 400, "idempotency_key_missing")


@pytest.mark.parametrize("key", ["k" * 101, "with space", "键"])
def test_with_a_key_that_is_no_key(office: Office, key: str) -> None:
    is_problem(calling(office, "window").post("/api/cases", {}, key=key), 422, "invalid_data")


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"[]",
        b'"text"',
        b"\xff\xfe",
        b'{"a": NaN}',
        b'{"a": "\\ud800"}',
        b'{"a": "\\u0000"}',
        b'{"a":' * 30 + b"1" + b"}" * 30,
        b"[" * 100_000,
        b'{"a": ' + b"9" * 6000 + b"}",
    ],
)
def test_with_a_body_that_is_not_json(office: Office, body: bytes) -> None:
    is_problem(calling(office, "window").post("/api/cases", body), 400, "parse_error")


def test_with_a_body_that_is_too_big(office: Office) -> None:
    is_problem(calling(office, "window").post("/api/cases", b'{"a":"' + b"x" * 1_000_001 + b'"}'), 413, "body_too_big")


def test_with_a_form_instead_of_json(office: Office) -> None:
    window = calling(office, "window")
    answer = window.client.post("/api/cases", {"process": "x"}, headers=window.headers(**{"idempotency-key": "k"}))

    is_problem(answer, 415, "unsupported_media_type")


def test_with_fields_that_do_not_exist_or_do_not_fit(office: Office) -> None:
    body = {"process": "Bad Key", "office": "1", "variables": {"amount": 9}, "applicant": {"name": "", "x": 1}}

    answer = calling(office, "window").post("/api/cases", body)

    is_problem(answer, 422, "invalid_data")
    assert {error["field"] for error in answer.json()["errors"]} >= {"variables"}


@pytest.mark.parametrize(
    "query",
    [
        "limit=201",
        "limit=0",
        "limit=x",
        "after=zzz",
        "after=MQ",
        "status=gone",
        "opened_from=yesterday",
        "process=A%20B",
        "a=b",
    ],
)
def test_with_a_question_that_does_not_fit(office: Office, query: str) -> None:
    window = calling(office, "window")

    is_problem(window.client.get(f"/api/cases?{query}", headers=window.headers()), 422, "invalid_data")


def test_with_nul_in_the_query(office: Office) -> None:
    window = calling(office, "window")

    is_problem(window.client.get("/api/cases?office=%00", headers=window.headers()), 400, "parse_error")


def test_a_refusal_is_told_in_the_language_that_is_asked_for(office: Office) -> None:
    token = token_of(office.staff["designer"])

    def title(language: str) -> str:
        headers = {"authorization": f"Bearer {token}", "accept-language": language}
        return Client(SERVER_NAME="localhost").get("/api/cases", headers=headers).json()["title"]

    assert title("en-GB") == "Your post does not permit this"
    assert title("zh-CN") == title("fr") != title("en")


def test_too_many_requests_are_told_when_to_come_again(office: Office, settings: Any) -> None:
    settings.API_RATE = "3/min"
    window = calling(office, "window")

    answers = [window.get("/api/cases") for _ in range(4)]

    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    is_problem(answers[-1], 429, "throttled")
    assert int(answers[-1].headers["Retry-After"]) > 0
    assert calling(office, "first").get("/api/cases").status_code == 200


def test_a_mistake_of_ours_says_nothing_about_itself(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("secret detail 410899199003070016")

    monkeypatch.setattr(cases.listing, "cases", broken)
    answer = calling(office, "window").get("/api/cases")

    is_problem(answer, 500, "internal")
    assert "secret" not in json.dumps(answer.json())


def test_a_person_logged_in_reads_without_a_token_but_sends_only_with_the_page(office: Office) -> None:
    client = Client(SERVER_NAME="localhost", enforce_csrf_checks=True)
    client.force_login(office.staff["window"])

    read = client.get("/api/cases")
    sent = client.post("/api/cases", "{}", content_type="application/json", headers={"idempotency-key": "k"})

    assert read.status_code == 200
    is_problem(sent, 403, "permission_denied")
