"""Events as the world outside gets them: CloudEvents 1.0 in JSON, signed; they hold ids and names only."""

from __future__ import annotations

import hashlib
import hmac
import json
from typing import Any

from django.conf import settings

from bpm_core.commands import exchange, interlocks
from bpm_core.domain.calendar import CIVIL_ZONE
from bpm_core.models import Outbox

#: Header with "sha256=" and the HMAC-SHA256 of the body under the receiver's secret.
SIGNATURE_HEADER = "Guicheng-Signature"
#: What is kept beside an event for ourselves.
_OURS = frozenset({interlocks.REACHED, exchange.WENT_TO})
_TYPE_PREFIX = "cn.guicheng."


def secret() -> str:
    """The secret shared with the receiver; by default derived from the installation's own key."""
    own = hmac.new(settings.SECRET_KEY.encode(), b"guicheng.events", hashlib.sha256).hexdigest()
    return settings.EVENT_SECRET or own


def envelope(event: Outbox) -> dict[str, Any]:
    """The event as a CloudEvent; its id is the same for every try."""
    return {
        "specversion": "1.0",
        "id": str(event.pk),
        "source": "/guicheng",
        "type": _TYPE_PREFIX + event.topic,
        "subject": f"cases/{event.case_id}" if event.case_id else "",
        "time": event.created_at.astimezone(CIVIL_ZONE).isoformat(),
        "datacontenttype": "application/json",
        "data": {name: value for name, value in event.body.items() if name not in _OURS},
    }


def signed(envelope: dict[str, Any]) -> tuple[bytes, str]:
    """The bytes to send and the value of their signature header."""
    body = json.dumps(envelope, ensure_ascii=False, separators=(",", ":")).encode()
    return body, "sha256=" + hmac.new(secret().encode(), body, hashlib.sha256).hexdigest()
