"""/api/exchange: messages of other offices, signed with the secret shared with each; no person, no token comes here."""

from __future__ import annotations

import hmac
import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from rest_framework.authentication import BaseAuthentication, SessionAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from bpm_core.commands import exchange
from bpm_core.commands.exchange import Parcel, Subject
from portal.api import asked, told
from portal.api.authentication import BearerToken
from portal.api.base import Operation
from portal.api.described import operation

#: A signed message is taken this long; whoever tries again signs again.
FRESH = timedelta(minutes=10)
MAX_BYTES = 64 * 1024


@dataclass(frozen=True)
class Office:
    """Another office whose signature was right."""

    code: str
    is_authenticated: bool = True

    @property
    def pk(self) -> str:
        return f"office-{self.code}"


class OfficeSignature(BaseAuthentication):
    """`Guicheng-Office: 44` and `Guicheng-Signature: sha256=...` over the body, sent within the last minutes."""

    def authenticate(self, request: Request) -> tuple[Office, str] | None:
        code = request.headers.get("Guicheng-Office", "")
        said = request.headers.get("Guicheng-Signature", "")
        if not code or not said:
            return None
        partner = settings.PARTNERS.get(code)
        length = request.headers.get("Content-Length") or "0"
        if partner is None or not length.isdecimal() or int(length) > MAX_BYTES:
            raise AuthenticationFailed("the signature is wrong")
        body = request._request.body
        if not hmac.compare_digest(said.encode(), exchange.signature(body, partner["secret"]).encode()):
            raise AuthenticationFailed("the signature is wrong")
        if not _fresh(body, timezone.now()):
            raise AuthenticationFailed("the message is too old; sign it again")
        return Office(code), "signature"

    def authenticate_header(self, request: Request) -> str:
        return 'Guicheng-Signature realm="exchange"'


class OfficeSignatureScheme(OpenApiAuthenticationExtension):
    """How the documentation names it."""

    target_class = "portal.api.exchange.OfficeSignature"
    name = "office"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, Any]:
        return {
            "type": "apiKey",
            "in": "header",
            "name": "Guicheng-Signature",
            "description": "HMAC-SHA256 of the body under the secret shared with the office named by Guicheng-Office",
        }


def _fresh(body: bytes, now: datetime) -> bool:
    try:
        sent_at = parse_datetime(str(json.loads(body)["sent_at"]))
    except (ValueError, KeyError, TypeError, RecursionError):
        return False
    return sent_at is not None and sent_at.tzinfo is not None and abs(now - sent_at) <= FRESH


class IsOffice(IsAuthenticated):
    """Persons and programs that are known here are no other office: they are refused, not asked to log in."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        return super().has_permission(request, view) and isinstance(request.user, Office)


class Exchange(Operation):
    """Where other offices' messages come in."""

    authentication_classes = [OfficeSignature, BearerToken, SessionAuthentication]
    permission_classes = [IsOffice]

    @operation("take_message_of_office", told.Exchanged, tag="messages", body=asked.Parcel, also={202: told.Exchanged})
    def post(self, request: Request) -> Response:
        """Take a message of another office: 200 when a case took it or was opened, 202 when it is on record as late."""
        wanted = asked.read(asked.Parcel, request.data)
        subject = wanted.get("subject")
        parcel = Parcel(
            id=wanted["id"],
            process=wanted["process"],
            message=wanted["message"],
            case=wanted["case"],
            answers=wanted.get("answers") or "",
            subject=Subject(subject["kind"], subject["name"], subject["id_number"]) if subject else None,
            values=wanted.get("values") or {},
        )
        taken = exchange.take(parcel, office=request.user.code, at=self.at)
        return Response(
            {"how": taken.how, "case": taken.case, "reason": taken.reason}, status=202 if taken.how == "late" else 200
        )
