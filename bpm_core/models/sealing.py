"""Sealed fields that open only in their own row, and blind indexes that find a value without being able to read it."""

from __future__ import annotations

import hashlib
import hmac
import os
from functools import lru_cache

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

# First byte of every sealed value: which key of the ring sealed it.
KEY_ID = 1
_NONCE = 12


@lru_cache(maxsize=8)
def _cipher(secret: str) -> AESGCM:
    return AESGCM(hashlib.sha256(b"guicheng.field." + secret.encode()).digest())


def seal(text: str, *, table: str, column: str, row: object) -> bytes:
    """`text` encrypted with AES-256-GCM; bound to table, column and row, so that it can't be moved to another row."""
    nonce = os.urandom(_NONCE)
    place = f"{table}:{column}:{row}".encode()
    return bytes([KEY_ID]) + nonce + _cipher(settings.FIELD_KEY).encrypt(nonce, text.encode(), place)


def unseal(sealed: bytes, *, table: str, column: str, row: object) -> str:
    """The text sealed for exactly this place; raises cryptography's InvalidTag when it is not."""
    sealed = bytes(sealed)
    if sealed[0] != KEY_ID:
        raise ValueError(f"value sealed with unknown key {sealed[0]}")
    place = f"{table}:{column}:{row}".encode()
    nonce, body = sealed[1 : 1 + _NONCE], sealed[1 + _NONCE :]
    return _cipher(settings.FIELD_KEY).decrypt(nonce, body, place).decode()


def blind_index(text: str) -> str:
    """What an exact value is looked up by: HMAC-SHA256 under a key of its own, in hex."""
    return hmac.new(settings.INDEX_KEY.encode(), text.strip().upper().encode(), hashlib.sha256).hexdigest()
