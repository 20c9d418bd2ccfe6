"""Named filters that somebody keeps for their own lists."""

from __future__ import annotations

from bpm_core.models.work import SavedView


def of(account_id: int) -> list[SavedView]:
    """The account's views in the order of their names."""
    return list(SavedView.objects.filter(account_id=account_id).order_by("name")[:30])
