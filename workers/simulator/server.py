"""The simulator's HTTP API: registers that answer, a switch to make them fail, and a receiver for our events.

    GET  /                      what there is: registers with the names they know, and the stories
    POST /registers/{CODE}      {key, question, wanted, forms, subject: {number}} -> {"found": true, "values": {...}}
    POST /control               {"system": "SIDB" or "*", "behaviour": "timeout|error|garbage|slow|ok", "times": 3}
    GET  /events, POST /events  the last events received; 401 when the signature is wrong

It listens on the loop-back address unless told otherwise and must never stand where real data could reach it.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from collections import deque
from dataclasses import dataclass, field
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock
from typing import Any

from bpm_core.domain.calendar import CIVIL_ZONE
from workers.simulator import registers, stories
from workers.simulator.declared import Form

BEHAVIOURS = ("ok", "slow", "timeout", "error", "garbage")
_MOST_BYTES = 1_000_000
_MOST_DISCARDED = 16 * _MOST_BYTES
_SLOW_S, _NEVER_S = 2.0, 60.0


@dataclass
class Switchboard:
    """How each register behaves just now, and the events that came in."""

    event_secret: str = ""
    _orders: dict[str, tuple[str, int]] = field(default_factory=dict)
    events: deque[dict[str, Any]] = field(default_factory=lambda: deque(maxlen=200))
    _lock: Lock = field(default_factory=Lock)

    def order(self, system: str, behaviour: str, times: int) -> None:
        """Let a register ("*" = every one) behave so for its next `times` questions."""
        with self._lock:
            self._orders[system] = (behaviour, times)

    def behaviour(self, system: str, number: str) -> str:
        """How the register answers this question; an order counts down with each."""
        with self._lock:
            for key in (system, "*"):
                behaviour, times = self._orders.get(key, ("ok", 0))
                if times > 0:
                    self._orders[key] = (behaviour, times - 1)
                    return behaviour
        return stories.of(number).behaviour.get(system, "ok")


class Handler(BaseHTTPRequestHandler):
    """One request; the server carries the switchboard."""

    server: Simulator
    protocol_version = "HTTP/1.1"
    timeout = 60  # seconds without a byte from the caller

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing is logged: questions are about people."""

    def do_GET(self) -> None:
        if self.path == "/":
            self._answer(200, _catalogue())
        elif self.path == "/events":
            self._answer(200, {"events": list(self.server.board.events)})
        else:
            self._answer(404, {"error": "there is nothing at this address"})

    def do_POST(self) -> None:
        raw = self._body()
        if raw is None:
            return
        try:
            body = json.loads(raw)
        except ValueError:
            body = None
        if not isinstance(body, dict):
            self._answer(400, {"error": "a JSON object is expected"})
        elif self.path.startswith("/registers/"):
            self._ask(self.path.removeprefix("/registers/"), body)
        elif self.path == "/control":
            self._control(body)
        elif self.path == "/events":
            self._event(raw, body)
        else:
            self._answer(404, {"error": "there is nothing at this address"})

    def _body(self) -> bytes | None:
        length = self.headers.get("Content-Length", "")
        if not length.isdigit() or int(length) > _MOST_BYTES:
            self.close_connection = True
            self._discard(int(length) if length.isdigit() else 0)
            self._answer(413, {"error": f"a body of known length up to {_MOST_BYTES} bytes is expected"})
            return None
        return self.rfile.read(int(length))

    def _discard(self, length: int) -> None:
        """Read past a body that is too long: a caller still writing would meet a broken pipe in place of the answer."""
        left = min(length, _MOST_DISCARDED)
        while left > 0 and (piece := self.rfile.read(min(left, 65_536))):
            left -= len(piece)

    def _ask(self, code: str, body: dict[str, Any]) -> None:
        subject = body.get("subject")
        number = str(subject.get("number", "")) if isinstance(subject, dict) else ""
        behaviour = self.server.board.behaviour(code, number)
        if behaviour in ("slow", "timeout"):
            time.sleep(self.server.slow_s if behaviour == "slow" else self.server.never_s)
        if behaviour == "error":
            self._answer(503, {"error": "the register is not available"})
            return
        if behaviour == "garbage":
            self._answer(200, {"values": "nonsense"})
            return
        wanted = body.get("wanted")
        names = [str(name) for name in wanted] if isinstance(wanted, list) else []
        today = datetime.now(CIVIL_ZONE).date()
        try:
            found = registers.ask(
                code, names, number=number, key=str(body.get("key", "")), today=today, forms=_forms(body.get("forms"))
            )
        except registers.UnknownRegister:
            self._answer(404, {"error": "there is no such register"})
            return
        self._answer(200, {"found": True, "values": found})

    def _control(self, body: dict[str, Any]) -> None:
        system, behaviour, times = body.get("system"), body.get("behaviour"), body.get("times", 1)
        if not isinstance(system, str) or behaviour not in BEHAVIOURS or type(times) is not int:
            self._answer(422, {"error": f"system, behaviour ({', '.join(BEHAVIOURS)}) and times are expected"})
            return
        self.server.board.order(system, behaviour, times)
        self._answer(200, {"system": system, "behaviour": behaviour, "times": times})

    def _event(self, raw: bytes, body: dict[str, Any]) -> None:
        secret = self.server.board.event_secret
        signed = hmac.new(secret.encode(), raw, hashlib.sha256).hexdigest()
        if secret and not hmac.compare_digest(self.headers.get("Guicheng-Signature", ""), f"sha256={signed}"):
            self._answer(401, {"error": "the signature is wrong"})
            return
        self.server.board.events.append(body)
        self._answer(202, {"taken": body.get("id")})

    def _answer(self, status: int, body: dict[str, Any]) -> None:
        text = json.dumps(body, ensure_ascii=False).encode()
        try:
            self.send_response(status)
            self.send_header("Content-Type", "application/json; charset=utf-8")
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True  # whoever asked has given up waiting


def _forms(said: Any) -> dict[str, Form]:
    """In which form the caller wants each value; what can't be read is left out."""
    if not isinstance(said, dict):
        return {}
    return {
        str(name): Form(str(one.get("type")), tuple(str(value) for value in one.get("options") or ()))
        for name, one in said.items()
        if isinstance(one, dict) and isinstance(one.get("options", []), list)
    }


def _catalogue() -> dict[str, Any]:
    return {
        "registers": {code: registers.names_of(code) for code in registers.systems()},
        "stories": {sequence: story.text for sequence, story in stories.STORIES.items()},
        "behaviours": BEHAVIOURS,
    }


class Simulator(ThreadingHTTPServer):
    """The server; `server_port` says which port it was given; `never_s` and `slow_s` how long answers are kept back."""

    daemon_threads = True
    allow_reuse_address = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Whoever asked hung up: that is what time-outs look like from here."""

    def __init__(
        self, host: str, port: int, *, event_secret: str = "", never_s: float = _NEVER_S, slow_s: float = _SLOW_S
    ) -> None:
        self.board = Switchboard(event_secret)
        self.never_s, self.slow_s = never_s, slow_s
        super().__init__((host, port), Handler)
