"""/api/messages and /api/signals: what happened outside, told to the case, or to all the cases, that wait for it."""

from __future__ import annotations

from rest_framework.request import Request
from rest_framework.response import Response

from bpm_core.commands import messages, signals
from bpm_core.commands.messages import Late
from bpm_core.queries import listing
from portal.api import asked, told
from portal.api.base import Operation
from portal.api.described import operation
from portal.api.moving import moved


class Messages(Operation):
    """Where messages come in."""

    scopes = {"POST": "messages:deliver"}

    @operation(
        "deliver_message",
        told.Delivered,
        tag="messages",
        body=asked.Message,
        also={202: told.Delivered},
        example={"name": "WITHDRAW", "case": "UNE-01-2026-1234567", "payload": {}},
    )
    def post(self, request: Request) -> Response:
        """Deliver a message: 200 when a case took it, 202 when none waits for it and it was put on record as late."""
        wanted = asked.read(asked.Message, request.data)
        number = wanted.get("case")
        result = messages.deliver(
            wanted["name"],
            case_id=listing.addressed(self.actor, number, "message.deliver") if number else None,
            correlation=wanted.get("correlation"),
            payload=wanted.get("payload"),
            actor=self.actor,
            at=self.at,
            key=self.key,
        )
        if isinstance(result, Late):
            return Response({"delivered": False, "reason": result.reason, "moved": None}, status=202)
        return Response({"delivered": True, "reason": None, "moved": moved(result.to_json())})


class Signals(Operation):
    """Where signals come in."""

    scopes = {"POST": "signals:throw"}

    @operation(
        "throw_signal",
        told.Broadcast,
        tag="messages",
        body=asked.Signal,
        status=202,
        example={"name": "FLOOD", "payload": {}},
    )
    def post(self, request: Request) -> Response:
        """Throw a signal: 202, it is on record and a worker hands it to every case that waits for it."""
        wanted = asked.read(asked.Signal, request.data)
        thrown = signals.throw(
            wanted["name"],
            payload=wanted.get("payload"),
            unit_code=wanted.get("office", ""),
            actor=self.actor,
            at=self.at,
            key=self.key,
        )
        return Response({"event": thrown.id, "waiting": thrown.waiting}, status=202)
