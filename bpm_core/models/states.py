"""A case's state as it lies in the database: the engine's encoding with a tag that only this installation can make.

Whoever can write a row of the case table still can't make the engine take a state it did not write, nor one of
another case (security-and-reliability.md section 2.3, point 9).
"""

from __future__ import annotations

import hashlib
import hmac

from django.conf import settings

from bpm_core.domain.errors import Unavailable

_TAG = 16


def _tag(case_id: int, blob: bytes) -> bytes:
    secret = b"guicheng.state." + settings.FIELD_KEY.encode()
    return hmac.digest(secret, str(case_id).encode() + b":" + blob, hashlib.sha256)[:_TAG]


def close(case_id: int, blob: bytes) -> bytes:
    """The bytes to store."""
    return _tag(case_id, blob) + blob


def open_(case_id: int, stored: bytes) -> bytes:
    """The engine's bytes; refuses with Unavailable what this installation did not write for this case."""
    tag, blob = stored[:_TAG], stored[_TAG:]
    if not hmac.compare_digest(tag, _tag(case_id, blob)):
        raise Unavailable("the stored state of this case is damaged", code="state_damaged", case_id=case_id)
    return blob
