"""Pages of a list by key: an opaque cursor says after which row the next page begins, never how many to skip."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable
from datetime import datetime
from typing import Any

from bpm_core.domain.errors import FieldError, InvalidData
from bpm_core.queries.listing import Key

DEFAULT = 50
MOST = 200


def cursor(key: Key | None) -> str | None:
    """The key as text for `after`; None on the last page."""
    if key is None:
        return None
    moment, row_id = key
    return base64.urlsafe_b64encode(f"{moment.isoformat()}~{row_id}".encode()).rstrip(b"=").decode()


def read(text: str, kind: Callable[[str], Any]) -> Key | None:
    """The key a cursor holds; refuses with InvalidData what is none of ours. `kind` reads the id."""
    if not text:
        return None
    try:
        moment, _, row_id = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode().partition("~")
        at, found = datetime.fromisoformat(moment), kind(row_id)
    except (ValueError, OverflowError, binascii.Error):
        raise _refused() from None
    if at.tzinfo is None or (isinstance(found, int) and not 0 <= found < 2**63):
        raise _refused()
    return at, found


def _refused() -> InvalidData:
    return InvalidData("this is no cursor of this list", [FieldError("after", "invalid")])


def page(items: list[dict[str, Any]], after: str | None) -> dict[str, Any]:
    """A page as every list answers it."""
    return {"items": items, "next": after}
