"""An event on its way from one case to others, as a row of the outbox: its values and its key lie in it sealed.

Such rows are ours alone: nothing of them is told to the world outside. Who takes them is crossing.py.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bpm_core.feel import values
from bpm_core.models import Case, CaseFact, Outbox, sealing

MESSAGE, SIGNAL = "crossing.message", "crossing.signal"
TOPICS = (MESSAGE, SIGNAL)


@dataclass(frozen=True, slots=True)
class Event:
    """A thrown message or signal on its way.

    sender  the case it came from; None = thrown from outside
    within  paths of the offices it may reach; empty = everywhere
    only    the one case it is for
    """

    id: int
    name: str
    payload: Mapping[str, Any]
    correlation: str | None = None
    sender: Case | None = None
    office: str = ""
    within: tuple[str, ...] = ()
    only: int | None = None

    @property
    def key(self) -> str:
        return f"event:{self.id}"


def row(
    topic: str, name: str, payload: Mapping[str, Any], *, correlation: str | None = None, case_id: int | None = None,
    at: datetime, **body: Any,
) -> dict[str, Any]:  # fmt: skip
    """The outbox row of an event; its values and its key lie in it sealed."""
    inside = {"payload": {k: values.encode(v) for k, v in payload.items()}, "correlation": correlation}
    sealed = sealing.seal(json.dumps(inside, ensure_ascii=False), **_place(name, case_id))
    return {
        "case_id": case_id,
        "topic": topic,
        "body": {"name": name, "sealed": base64.b64encode(sealed).decode("ascii"), **body},
        "created_at": at,
        "due_at": at,
        "attempt": 0,
        "worker": "",
        "last_error": "",
    }


def _place(name: str, case_id: int | None) -> dict[str, Any]:
    return {"table": "outbox", "column": name, "row": case_id or ""}


def opened(event: Outbox) -> Event:
    """The event in a row of the outbox, with facts of its sender for the names its step did not hold."""
    body = event.body
    inside = json.loads(sealing.unseal(base64.b64decode(body["sealed"]), **_place(body["name"], event.case_id)))
    sender = None
    if event.case_id is not None:
        sender = Case.objects.select_related("entry_unit").defer("state").get(pk=event.case_id)
    payload = {name: values.decode(value) for name, value in inside["payload"].items()}
    missing = [name for name in body.get("facts", ()) if name not in payload]
    facts = CaseFact.objects.filter(case=sender, name__in=missing, personal=False)
    payload |= {name: values.decode(value) for name, value in facts.values_list("name", "value")}
    return Event(
        id=body.get("event", event.pk),
        name=body["name"],
        payload=payload,
        correlation=inside["correlation"],
        sender=sender,
        office=body.get("office") or (sender.entry_unit.code if sender else ""),
        within=tuple(body.get("within", ())),
        only=body.get("only"),
    )
