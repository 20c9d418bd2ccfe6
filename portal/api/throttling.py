"""How often one account, or one address that is not logged in, may call."""

from __future__ import annotations

from django.conf import settings
from rest_framework.request import Request
from rest_framework.throttling import SimpleRateThrottle
from rest_framework.views import APIView


class AccountThrottle(SimpleRateThrottle):
    """So many requests a minute for an account; far fewer for callers who are nobody, who can only guess tokens."""

    scope = "account"
    ANONYMOUS = "60/min"

    def __init__(self) -> None:
        self.rate = settings.API_RATE
        super().__init__()

    def get_cache_key(self, request: Request, view: APIView) -> str:
        if request.user and request.user.is_authenticated:
            return f"api-rate:{request.user.pk}"
        self.num_requests, self.duration = self.parse_rate(self.ANONYMOUS)
        return f"api-rate:{self.get_ident(request)}"
