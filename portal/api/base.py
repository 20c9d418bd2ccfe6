"""What every operation shares: who calls, in which scope, under which idempotency key, and how often."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any, ClassVar

from django.utils import timezone
from django.utils.functional import cached_property
from rest_framework.authentication import SessionAuthentication
from rest_framework.exceptions import APIException, ParseError
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.permissions import IsAuthenticated
from rest_framework.renderers import BaseRenderer, JSONRenderer
from rest_framework.request import Request
from rest_framework.views import APIView

from bpm_core.domain.actors import Actor
from bpm_core.domain.errors import FieldError, InvalidData, NotAllowed
from portal.api.authentication import BearerToken, actor_of
from portal.api.parsing import StrictJson
from portal.api.throttling import AccountThrottle
from portal.api.tokens import Token
from portal.middleware import holds_nul

_KEY = re.compile(r"[\x21-\x7e]{1,100}")


class KeyMissing(APIException):
    """A POST came without an Idempotency-Key."""

    status_code = 400
    default_detail = "each POST needs an Idempotency-Key header, for example a new UUID"
    default_code = "idempotency_key_missing"


class AlwaysJson(BaseContentNegotiation):
    """Answers are JSON, whatever else a caller would rather have."""

    def select_parser(self, request: Request, parsers: list[Any]) -> Any:
        kind = (request.content_type or "").partition(";")[0].strip().lower()
        return next((parser for parser in parsers if parser.media_type == kind), None)

    def select_renderer(
        self, request: Request, renderers: list[BaseRenderer], format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        return renderers[0], renderers[0].media_type


class Operation(APIView):
    """An address of the API. `scopes` says for each method which scope a token needs for it."""

    authentication_classes = [BearerToken, SessionAuthentication]
    permission_classes = [IsAuthenticated]
    throttle_classes = [AccountThrottle]
    parser_classes = [StrictJson]
    renderer_classes = [JSONRenderer]
    content_negotiation_class = AlwaysJson
    metadata_class = None
    scopes: ClassVar[dict[str, str]] = {}

    def initial(self, request: Request, *args: object, **kwargs: object) -> None:
        super().initial(request, *args, **kwargs)
        if holds_nul(request.query_params):
            raise ParseError("the query holds a character that is no text")
        needed = self.scopes.get(request.method or "")
        if needed and isinstance(request.auth, Token) and needed not in request.auth.scopes:
            held = sorted(request.auth.scopes)
            raise NotAllowed("the token has no scope for this", code="scope_missing", scope=needed, scopes=held)
        if request.method == "POST":
            self.key  # noqa: B018  a POST without a key is refused before anything else is looked at

    @cached_property
    def actor(self) -> Actor:
        return actor_of(self.request)

    @cached_property
    def at(self) -> datetime:
        """The moment of this request, the same for everything it does."""
        return timezone.now()

    @cached_property
    def key(self) -> str:
        """The caller's idempotency key: the same request with the same key is done once and answered alike."""
        key = self.request.headers.get("Idempotency-Key", "")
        if not key:
            raise KeyMissing
        if not _KEY.fullmatch(key):
            wrong = FieldError("Idempotency-Key", "pattern", {"pattern": _KEY.pattern})
            raise InvalidData("an idempotency key has 1 to 100 visible ASCII characters", [wrong])
        return key
