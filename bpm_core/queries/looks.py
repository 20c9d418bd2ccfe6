"""The access journal for those who watch it: looks behind masks, searches by number, exports, rights given."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bpm_core.domain import authority
from bpm_core.domain.actors import Actor
from bpm_core.models import AccessEntry, Case
from bpm_core.queries import offices, staff

PAGE = 100


@dataclass(frozen=True, slots=True)
class Look:
    """One entry with the words of its account and office, (zh, en), and the number of its case."""

    entry: AccessEntry
    who: tuple[str, str]
    office: tuple[str, str]
    case_number: str


@dataclass(frozen=True, slots=True)
class Page:
    """A page of entries, the latest first; `before` is the key of the next one, 0 on the last."""

    rows: Sequence[Look]
    before: int = 0


def page(actor: Actor, *, kind: str = "", account_id: int = 0, before: int = 0) -> Page:
    """Entries before the key, the latest first; refuses with NotAllowed whoever may not watch."""
    authority.require(actor, "access.read")
    rows = AccessEntry.objects.order_by("-seq")
    if before:
        rows = rows.filter(seq__lt=before)
    if kind:
        rows = rows.filter(kind=kind)
    if account_id:
        rows = rows.filter(account_id=account_id)
    found = list(rows[: PAGE + 1])
    people = staff.account_names(entry.account_id for entry in found if entry.account_id)
    places = offices.names(entry.unit_code for entry in found if entry.unit_code)
    numbers = dict(Case.objects.filter(pk__in={e.case_id for e in found if e.case_id}).values_list("pk", "number"))
    looks = [
        Look(
            entry,
            people.get(entry.account_id or 0, (entry.actor_name, entry.actor_name)),
            places.get(entry.unit_code, ("", "")),
            numbers.get(entry.case_id or 0, ""),
        )
        for entry in found[:PAGE]
    ]
    return Page(looks, found[PAGE - 1].seq if len(found) > PAGE else 0)


def kinds() -> list[str]:
    """The kinds of entries there are."""
    return list(AccessEntry.objects.order_by("kind").values_list("kind", flat=True).distinct())
