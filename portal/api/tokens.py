"""Signed tokens of programs: made by `manage.py api_token`, read on every request without a table of tokens.

A token says which account acts, what it may do (scopes) and until when; an HMAC keeps it from being changed. It carries
the account's `token_version`: adding one to that revokes every token of the account. Keys are SECRET_KEY and, while a
key is being replaced, SECRET_KEY_FALLBACKS; the token names the key it was signed with.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.conf import settings

from bpm_core.domain.authority import INTEGRATOR_SCOPES
from bpm_core.domain.errors import FieldError, InvalidData

PREFIX = "gc_"  # lets scanners of source code and logs recognise a leaked token
MAX_LENGTH = 1_000
#: Security reference, section 7: tokens of programs live for a year at most.
MAX_DAYS = 365
#: What a person's token may open. A machine's may open less (authority.INTEGRATOR_SCOPES).
SCOPES = (*INTEGRATOR_SCOPES, "items:read", "items:work")
#: What somebody logged in to the documentation may do with a machine's account: look, and nothing else.
READ_SCOPES = frozenset({"definitions:read", "cases:read"})


class BadToken(ValueError):
    """The text is no token of ours, was changed, or its time is over."""


@dataclass(frozen=True, slots=True)
class Token:
    """What a token says once its signature is found right."""

    account_id: int
    version: int
    scopes: frozenset[str]
    expires_at: datetime


def issue(
    account_id: int, version: int, scopes: Iterable[str], *, days: int, at: datetime, machine: bool = False
) -> str:
    """The text of a new token; refuses with InvalidData unknown scopes, and more than a year."""
    wanted = sorted(set(scopes))
    allowed = set(INTEGRATOR_SCOPES) if machine else set(SCOPES)
    if not wanted or not set(wanted) <= allowed:
        raise InvalidData(
            f"scopes are one or more of {', '.join(sorted(allowed))}", [FieldError("scopes", "not_option")]
        )
    if not 1 <= days <= MAX_DAYS:
        raise InvalidData(f"a token lives 1 to {MAX_DAYS} days", [FieldError("days", "too_big", {"max": MAX_DAYS})])
    key_id, key = _keys()[0]
    expires_at = int((at + timedelta(days=days)).timestamp())
    claims = {"k": key_id, "a": account_id, "v": version, "s": wanted, "e": expires_at}
    payload = _encode(json.dumps(claims, separators=(",", ":")).encode())
    return f"{PREFIX}{payload}.{_encode(_sign(key, payload))}"


def read(text: str, *, at: datetime) -> Token:
    """What the token says; refuses with BadToken. Whether its account still honours it is asked elsewhere."""
    if not text.startswith(PREFIX) or len(text) > MAX_LENGTH:
        raise BadToken("not a token of this service")
    payload, _, signature = text.removeprefix(PREFIX).partition(".")
    claims = _claims(payload)
    key = dict(_keys()).get(str(claims.get("k")))
    if key is None or not hmac.compare_digest(_encode(_sign(key, payload)), signature):
        raise BadToken("the signature does not fit")
    token = Token(
        account_id=claims["a"],
        version=claims["v"],
        scopes=frozenset(claims["s"]),
        expires_at=datetime.fromtimestamp(claims["e"], UTC),
    )
    if token.expires_at <= at:
        raise BadToken(f"the token ended at {token.expires_at.isoformat()}")
    return token


def _claims(payload: str) -> dict:
    try:
        claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    except (binascii.Error, ValueError, RecursionError):
        raise BadToken("not a token of this service") from None
    if not isinstance(claims, dict):
        raise BadToken("not a token of this service")
    return claims


def _keys() -> list[tuple[str, bytes]]:
    """Signing keys by id, the one for new tokens first; each derived, so that no other use of the secret meets it."""
    secrets = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    keys = [hashlib.sha256(b"guicheng.api.token\0" + secret.encode()).digest() for secret in secrets]
    return [(hashlib.sha256(key).hexdigest()[:8], key) for key in keys]


def _sign(key: bytes, payload: str) -> bytes:
    return hmac.digest(key, payload.encode("ascii", "replace"), "sha256")


def _encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
