"""Who calls: a program with a signed token, or a person logged in to the portal who tries the documentation."""

from __future__ import annotations

from dataclasses import replace

from django.conf import settings
from django.utils import timezone, translation
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from bpm_core.commands import actors
from bpm_core.domain.actors import Actor, ActorKind
from bpm_core.models import Account
from portal.api import tokens
from portal.api.tokens import BadToken, Token


class BearerToken(BaseAuthentication):
    """`Authorization: Bearer gc_...`"""

    def authenticate(self, request: Request) -> tuple[Account, Token] | None:
        words = get_authorization_header(request).split()
        if not words or words[0].lower() != b"bearer":
            return None
        if len(words) != 2:
            raise AuthenticationFailed("write: Authorization: Bearer TOKEN")
        try:
            token = tokens.read(words[1].decode("latin-1"), at=timezone.now())
        except BadToken as error:
            raise AuthenticationFailed(str(error)) from None
        account = Account.objects.select_related("person").filter(pk=token.account_id, is_active=True).first()
        if account is None or account.token_version != token.version:
            raise AuthenticationFailed("the token was revoked")
        _speak(request, account)
        return account, token

    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="guicheng"'


def _speak(request: Request, account: Account) -> None:
    """A program says in which language it wants sentences; without a word, that of its account."""
    wanted = request.headers.get("Accept-Language", "").strip()[:2].lower()
    chosen = {"zh": "zh-hans", "en": "en"}.get(wanted, account.language)
    translation.activate(chosen if chosen in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE)


def actor_of(request: Request) -> Actor:
    """Who acts, with today's posts; a machine's rights end where its token's scopes do."""
    actor = actors.actor_for(request.user, timezone.localdate())
    if actor.kind is not ActorKind.INTEGRATOR:
        return actor
    scopes = request.auth.scopes if isinstance(request.auth, Token) else tokens.READ_SCOPES
    return replace(actor, scopes=scopes)
