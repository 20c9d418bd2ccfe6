"""/api/messages: what happened outside, told to the case that waits for it."""

from __future__ import annotations

from rest_framework.request import Request
from rest_framework.response import Response

from bpm_core.commands import messages
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
