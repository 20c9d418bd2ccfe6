"""The connector `registers` against a real simulator: right answers, and each way in which one can fail."""

from __future__ import annotations

import http.client
import json
import socket
import threading
import time
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from tests.workers.people import number
from workers import connectors
from workers.connectors import answers, transport
from workers.connectors.contract import CallFailed, Request, Subject, Wanted
from workers.connectors.registers import Registers
from workers.simulator.server import Simulator

REASONS = ("expire", "employer", "agree_er", "worker", "none")
ASKED = Request(
    key="UNE-01-2026-0000001:token",
    case_number="UNE-01-2026-0000001",
    process_key="unemployment_benefit",
    element_id="S20",
    subject=Subject("person", number(), "张三"),
    systems=(("SIDB", "contribution months"), ("EMPDB", "registration"), ("PROVSI", "benefit elsewhere")),
    wanted=(
        Wanted("insured_months", "integer"),
        Wanted("registered", "boolean"),
        Wanted("benefit_elsewhere", "boolean"),
        Wanted("reason_reported", "enum", REASONS),
    ),
)


def control(simulator: Simulator, **order: Any) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", simulator.server_port, timeout=5)
    connection.request("POST", "/control", json.dumps(order), {"Content-Type": "application/json"})
    return connection.getresponse().status


def failure(request: Request = ASKED, timeout_s: float = 6.0) -> CallFailed:
    with pytest.raises(CallFailed) as caught:
        Registers().call(request, timeout_s=timeout_s)
    return caught.value


def test_the_registers_together_answer_all_that_the_step_needs(simulator: Simulator) -> None:
    found = Registers().call(ASKED, timeout_s=5)

    assert sorted(found) == ["benefit_elsewhere", "insured_months", "reason_reported", "registered"]
    assert found["registered"] is True
    answers.check(found, Registers().result(ASKED), what="the answer", code="bad_answer")


def test_a_step_that_names_no_register_asks_the_platform(simulator: Simulator) -> None:
    found = Registers().call(replace(ASKED, systems=(), wanted=(Wanted("doc_no", "string"),)), timeout_s=5)

    assert found["doc_no"].startswith("JZ-")


def test_a_silent_register_is_a_timeout_within_its_time(simulator: Simulator) -> None:
    control(simulator, system="SIDB", behaviour="timeout", times=1)

    begun = time.monotonic()
    failed = failure(timeout_s=1.5)

    assert failed.code == "timeout"
    assert time.monotonic() - begun < 1.4


def test_an_error_and_nonsense_are_told_apart(simulator: Simulator) -> None:
    control(simulator, system="SIDB", behaviour="error", times=1)
    assert failure().code == "refused"

    control(simulator, system="SIDB", behaviour="garbage", times=1)
    assert failure().code == "bad_answer"

    assert Registers().call(ASKED, timeout_s=5)


def test_a_register_that_lacks_a_value_is_named_and_no_value_is(simulator: Simulator) -> None:
    failed = failure(replace(ASKED, systems=(("HHR", "identity"),)))

    assert failed.code == "incomplete"
    assert "HHR" in str(failed) and "insured_months" in str(failed)
    assert ASKED.subject.number not in str(failed)


def test_nobody_at_the_address_is_unreachable(settings: Any) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        settings.SIMULATOR_URL = f"http://127.0.0.1:{closed.getsockname()[1]}"

    assert failure().code == "unreachable"


def test_an_answer_that_trickles_gets_no_more_time() -> None:
    server = socket.create_server(("127.0.0.1", 0))

    def trickle() -> None:
        peer, _ = server.accept()
        with peer:
            peer.recv(65_536)
            peer.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
            for _ in range(40):
                try:
                    peer.sendall(b"x")
                except OSError:
                    return
                time.sleep(0.1)

    threading.Thread(target=trickle, daemon=True).start()
    begun = time.monotonic()
    with pytest.raises(CallFailed) as caught:
        transport.post(f"http://127.0.0.1:{server.getsockname()[1]}/", b"{}", timeout_s=0.5, what="X")

    assert caught.value.code == "timeout"
    assert time.monotonic() - begun < 1.5
    server.close()


def test_an_unknown_connector_is_a_failure_that_names_the_known_ones() -> None:
    with pytest.raises(CallFailed) as caught:
        connectors.named("http://evil.example/")

    assert caught.value.code == "no_connector"
    assert "registers" in str(caught.value)


def test_the_subject_is_not_in_what_a_request_prints() -> None:
    assert number() not in repr(ASKED)
    assert "张三" not in repr(ASKED)


@pytest.mark.parametrize(
    ("wanted", "value"),
    [
        (Wanted("n", "integer"), "12"),
        (Wanted("n", "integer"), 1.5),
        (Wanted("n", "boolean"), "true"),
        (Wanted("n", "enum", ("a", "b")), "c"),
        (Wanted("n", "money"), "1e400"),
        (Wanted("n", "string"), "x" * 300),
        (Wanted("n", "date"), "yesterday"),
        (Wanted("n", "list"), {"__class__": 1}),
    ],
)
def test_an_answer_of_the_wrong_shape_is_refused(wanted: Wanted, value: object) -> None:
    with pytest.raises(CallFailed):
        answers.check({"n": value}, answers.schema([wanted]), what="the answer", code="bad_answer")


def test_more_than_was_asked_is_refused() -> None:
    with pytest.raises(CallFailed):
        answers.check({"n": 1, "__builtins__": 1}, answers.schema([Wanted("n", "integer")]), what="x", code="bad")


def test_checked_answers_become_exact_values() -> None:
    wanted = [Wanted("a", "integer"), Wanted("b", "money"), Wanted("c", "date"), Wanted("d", "boolean")]
    given: Mapping[str, Any] = {"a": 12, "b": "0.10", "c": "2026-11-20", "d": False}

    assert answers.values(given, wanted) == {
        "a": Decimal(12),
        "b": Decimal("0.10"),
        "c": date(2026, 11, 20),
        "d": False,
    }


def test_a_day_that_is_none_is_refused() -> None:
    with pytest.raises(CallFailed):
        answers.values({"c": "2026-02-30"}, [Wanted("c", "date")])


@pytest.mark.parametrize("order", [{}, {"system": "SIDB", "behaviour": "explode"}, {"system": 1, "behaviour": "ok"}])
def test_a_wrong_order_to_the_simulator_is_refused(simulator: Simulator, order: dict[str, Any]) -> None:
    assert control(simulator, **order) == 422
