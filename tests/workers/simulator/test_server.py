"""The simulator's HTTP API towards callers that do not keep to it, and its switch."""

from __future__ import annotations

import http.client
import json
import socket
from typing import Any

import pytest

from tests.workers.people import number
from workers.simulator.server import Simulator


def call(simulator: Simulator, method: str, path: str, body: bytes = b"", **headers: str) -> tuple[int, dict[str, Any]]:
    connection = http.client.HTTPConnection("127.0.0.1", simulator.server_port, timeout=5)
    connection.request(method, path, body, headers)
    answer = connection.getresponse()
    return answer.status, json.loads(answer.read())


def ask(simulator: Simulator, code: str = "SIDB", **body: Any) -> tuple[int, dict[str, Any]]:
    question = {"key": "k", "wanted": ["insured_now"], "subject": {"number": number()}} | body
    return call(simulator, "POST", f"/registers/{code}", json.dumps(question).encode())


def test_the_catalogue_names_registers_stories_and_behaviours(simulator: Simulator) -> None:
    status, catalogue = call(simulator, "GET", "/")

    assert status == 200
    assert "insured_months" in catalogue["registers"]["SIDB"]
    assert catalogue["stories"]["901"] == "has died"
    assert "timeout" in catalogue["behaviours"]


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("GET", "/nothing", b"", 404),
        ("POST", "/nothing", b"{}", 404),
        ("POST", "/registers/SIDB", b"", 400),
        ("POST", "/registers/SIDB", b"[1]", 400),
        ("POST", "/registers/SIDB", b"{", 400),
        ("POST", "/registers/../../etc/passwd", b"{}", 404),
        ("POST", "/registers/SIDB", b"x" * 1_000_001, 413),
    ],
)
def test_what_is_no_question_is_told_so(method: str, path: str, body: bytes, status: int, simulator: Simulator) -> None:
    assert call(simulator, method, path, body)[0] == status


@pytest.mark.parametrize(
    "body",
    [{"wanted": "insured_now"}, {"wanted": [{}]}, {"wanted": None}, {"subject": None}, {"subject": {"number": 3}}],
)
def test_a_crooked_question_gets_an_answer_without_harm(body: dict[str, Any], simulator: Simulator) -> None:
    assert ask(simulator, **body)[0] == 200
    assert ask(simulator)[1]["values"] == {"insured_now": False}


def test_an_order_counts_down_and_is_over(simulator: Simulator) -> None:
    call(simulator, "POST", "/control", b'{"system": "*", "behaviour": "error", "times": 2}')

    assert [ask(simulator)[0], ask(simulator, "HHR")[0], ask(simulator)[0]] == [503, 503, 200]


def test_a_story_can_make_a_register_fail_for_one_person(simulator: Simulator) -> None:
    assert ask(simulator, subject={"number": number("921")})[0] == 503
    assert ask(simulator, subject={"number": number("123")})[0] == 200


def test_an_unsigned_event_is_refused(simulator: Simulator) -> None:
    assert call(simulator, "POST", "/events", b'{"id": "1"}')[0] == 401
    assert call(simulator, "GET", "/events")[1] == {"events": []}


def test_whoever_hangs_up_disturbs_nobody(simulator: Simulator) -> None:
    with socket.create_connection(("127.0.0.1", simulator.server_port)) as rude:
        rude.sendall(b"POST /registers/SIDB HTTP/1.1\r\nContent-Length: 10\r\n\r\n")

    assert ask(simulator)[0] == 200
