"""Keeping and dropping one's own named filters; they are a person's comfort and no part of any case."""

from __future__ import annotations

from collections.abc import Mapping

from bpm_core.domain.errors import FieldError, InvalidData, NotFound
from bpm_core.models.work import SavedView

MOST = 30


def save(account_id: int, *, name: str, query: Mapping[str, str]) -> SavedView:
    """Keep filters under a name; the same name again replaces them. Refuses with InvalidData without a name or room."""
    name = name.strip()
    if not name or len(name) > 60:
        raise InvalidData("a view needs a name of at most 60 characters", [FieldError("name", "required")])
    others = SavedView.objects.filter(account_id=account_id).exclude(name=name).count()
    if others >= MOST:
        raise InvalidData(f"at most {MOST} views are kept", [FieldError("name", "too_many", {"max": MOST})])
    view, _ = SavedView.objects.update_or_create(account_id=account_id, name=name, defaults={"query": dict(query)})
    return view


def drop(account_id: int, view_id: int) -> None:
    """Forget one's own view; refuses with NotFound."""
    deleted, _ = SavedView.objects.filter(account_id=account_id, pk=view_id).delete()
    if not deleted:
        raise NotFound("no such view", kind="view")
