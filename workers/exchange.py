"""Letters to the same service of another office: signed JSON over HTTPS, tried again until that office took them."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import datetime

from django.conf import settings

from bpm_core.commands import exchange
from bpm_core.models import Outbox
from workers.connectors import transport
from workers.connectors.contract import CallFailed

_TIMEOUT_S = 10.0


def send(event: Outbox, *, at: datetime) -> str:
    """Why the letter in the event was not taken; "" when it was, and for events that are no letters."""
    if exchange.WENT_TO in event.body:
        return ""
    found = exchange.parcel(event)
    if found is None:
        return ""
    office, parcel = found
    partner = settings.PARTNERS[office]
    said = asdict(parcel)
    if parcel.subject is not None:
        said["subject"] = {"kind": parcel.subject.kind, "name": parcel.subject.name, "id_number": parcel.subject.number}
    said["answers"] = parcel.answers or None
    body = json.dumps(said | {"sent_at": at.isoformat()}, ensure_ascii=False, separators=(",", ":")).encode()
    headers = {
        "Guicheng-Office": settings.OFFICE,
        "Guicheng-Signature": exchange.signature(body, partner["secret"]),
        "Idempotency-Key": parcel.id,
    }
    try:
        status, text = transport.post(
            partner["url"], body, timeout_s=_TIMEOUT_S, what=f"office {office}", headers=headers
        )
        answer = json.loads(text) if 200 <= status < 300 else {}
    except CallFailed as failure:
        return f"{failure.code}: {failure}"
    except ValueError:
        return f"bad_answer: office {office} answered something that is not its answer"
    if not 200 <= status < 300:
        return f"refused: office {office} answered with status {status}"
    exchange.went(event, office, answer if isinstance(answer, dict) else {})
    return ""
