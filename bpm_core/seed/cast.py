"""Who plays in a rehearsal: the staff of the database whose posts fit."""

from __future__ import annotations

from datetime import date

from bpm_core.commands import actors, places
from bpm_core.commands.heads import Item
from bpm_core.domain import authority
from bpm_core.domain.actors import Actor
from bpm_core.domain.authority import Record
from bpm_core.domain.roles import Role
from bpm_core.models import Account


class Cast:
    """Who plays: the staff of the database who may do a lane's steps at an office."""

    def __init__(self, on: date) -> None:
        self.on = on
        self._fit: dict[tuple[int, str], list[Actor]] = {}
        self._staff: dict[str, list[Actor]] = {}

    def _of(self, unit_code: str) -> list[Actor]:
        """Everybody with a post at the office, in order of their accounts."""
        if unit_code not in self._staff:
            accounts = Account.objects.filter(posts__unit__code=unit_code).distinct().order_by("pk")
            self._staff[unit_code] = [actors.actor_for(account, self.on) for account in accounts]
        return self._staff[unit_code]

    def for_item(self, item: Item) -> list[Actor]:
        """Everybody whose post fits: staff of the office, then those of the one above who stand in for it."""
        key = (item.unit_id, item.lane)
        if key not in self._fit:
            place = places.by_id(item.unit_id)
            above = [code for code in place.levels[: place.level - 1] if code][-1:]
            record = Record(path=place.path, lane=item.lane)
            near = [actor for code in (place.code, *above) for actor in self._of(code)]
            self._fit[key] = [actor for actor in near if authority.may_work(actor, "item.claim", record)]
        return self._fit[key]

    def window(self, unit_code: str) -> Actor:
        """Somebody who may take an application in at the office."""
        return next(actor for actor in self._of(unit_code) if Role.CASEWORKER in actor.roles)
