"""An office with the whole library: cases are played by their worked cases, and the post goes between them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import pytest
from django.conf import settings

from bpm_core.commands import definitions, interlocks, loading, outbox, people
from bpm_core.commands.interlocks import Reached
from bpm_core.domain import roles
from bpm_core.domain.calendar import civil_date
from bpm_core.models import Account, Case, OrgUnit, Outbox, Person, Post, ProcessDefinition
from bpm_core.models.sealing import unseal
from bpm_core.notation import bundle
from bpm_core.seed import residents, staff
from bpm_core.seed.cast import Cast
from bpm_core.seed.rehearsal import Player

AT = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
CHAIN = (staff.MUNICIPALITY, staff.COUNTY, staff.TOWNSHIP, staff.VILLAGE)
LIBRARY = Path(settings.PROCESSES_DIR)
Until = str | Callable[[Case], bool]


@cache
def folders() -> dict[str, Path]:
    """Folder of every process by its code."""
    return {_code(place): place.parent for place in sorted(LIBRARY.rglob(bundle.PROCESS))}


def _code(place: Path) -> str:
    head = place.read_text(encoding="utf-8").split('guicheng:code="', 1)[1]
    return head.split('"', 1)[0]


def _key(folder: Path) -> str:
    """Key of the process in a folder; shared parts have their keys from `shared_`."""
    return f"shared_{folder.name}" if folder.parent.name == "_shared" else folder.name


class Bureau:
    """One county's chain of offices, everybody it needs, and the processes asked for with what they call."""

    def __init__(self, *codes: str, now: datetime = AT) -> None:
        self.now = now
        missing = sorted(set(codes) - set(folders()))
        if missing:
            pytest.skip(f"not in this library: {', '.join(missing)}")
        self._offices()
        self._staff()
        self._publish(codes)
        self.cast = Cast(civil_date(self.now))
        self.random = Random(7)
        self.players: dict[int, Player] = {}

    # -- who and what there is

    def _offices(self) -> None:
        parent: OrgUnit | None = None
        for level, code in enumerate(CHAIN, start=1):
            levels = {f"l{n}": above for n, above in enumerate(CHAIN[:level], start=1)}
            path = (parent.path if parent else "/") + code + "/"
            names = {"name_zh": f"{code}服务中心", "name_en": f"{code} centre", "area_zh": code, "area_en": code}
            parent = OrgUnit.objects.create(code=code, parent=parent, level=level, path=path, **levels, **names)

    def _staff(self) -> None:
        """Three persons for every post, so that nobody checks their own work."""
        units = {unit.level: unit for unit in OrgUnit.objects.all()}
        for lane in roles.LANES.values():
            for number in (1, 2, 3) if lane.level is not None else ():
                account = Account.objects.create(username=f"{lane.code}-{number}")
                post = {"role": lane.role.value, "lane": lane.code, "from_on": date(2019, 1, 1)}
                Post.objects.create(account=account, unit=units[int(lane.level)], **post)

    def _publish(self, codes: tuple[str, ...]) -> None:
        at, found = folders(), {}
        wanted = [at[code] for code in codes]
        while wanted:
            read = bundle.read_folder(wanted.pop())
            if read.key not in found:
                found[read.key] = read
                wanted += [at[code] for code in at if _key(at[code]) in read.called]
        designer, publisher = (Account.objects.create(username=name) for name in ("designer", "publisher"))
        definitions.install(found.values(), designer=designer, publisher=publisher, at=self.now)

    def person(self, home: str = staff.VILLAGE) -> Person:
        return people.register(
            "person",
            name=residents.name(self.random),
            id_number=residents.id_number(self.random),
            phone=residents.phone(self.random),
            residence_code=home,
            actor=self.cast.window(staff.COUNTY),
            at=self.now,
        )

    def employer(self, code: str = "91410800MA0000007L") -> Person:
        return people.register(
            "enterprise", name="示例有限公司", id_number=code, actor=self.cast.window(staff.COUNTY), at=self.now
        )

    # -- what happens

    def play(
        self, code: str, scenario: str, *, about: Person, until: Until = "", despite_open: str = "", **answers: Any
    ) -> Case:
        """A case that goes the way of a worked case (named by its number), up to a step or to its end."""
        definition = ProcessDefinition.objects.get(code=code, is_current=True)
        chosen = next(s for s in loading.load(definition.pk).bundle.scenarios if s.id.startswith(scenario))
        player = Player(definition.pk, chosen, self.cast, staff.COUNTY, self.now, answers=answers)
        player.despite_open = despite_open
        player.person_id, player.enterprise_id = (about.pk, None) if about.kind == "person" else (None, about.pk)
        player.start()
        self._go(player, until)
        assert player.case is not None
        self.players[player.case.pk] = player
        return player.case

    def take_up(self, case: Case, scenario: str, *, until: str = "", **answers: Any) -> Case:
        """Go on with a case that a message opened, as a worked case does."""
        chosen = next(s for s in loading.load(case.definition_id).bundle.scenarios if s.id.startswith(scenario))
        player = Player(case.definition_id, chosen, self.cast, staff.COUNTY, self.now, answers=answers, case=case)
        player.pick_up()
        self._go(player, until)
        self.players[case.pk] = player
        return case

    def go_on(self, case: Case, until: str = "") -> None:
        """Let a case go on that was left at a step, with what has come for it meanwhile."""
        player = self.players[case.pk]
        player.now = max(player.now, self.now)
        player.pick_up()
        self._go(player, until)

    def _go(self, player: Player, until: Until) -> None:
        for _ in range(400):
            if player.is_over() or self._reached(player, until):
                break
            player.step()
        self.now = max(self.now, player.now) + timedelta(minutes=1)

    def _reached(self, player: Player, until: Until) -> bool:
        if callable(until):
            return player.case is not None and until(player.case)
        return bool(until) and player.stands_at(until)

    def post(self) -> list[Reached]:
        """Hand over everything that was sent, as the worker of the outbox does; what became of it."""
        reached: list[Reached] = []
        for event in Outbox.objects.filter(sent_at=None).order_by("id"):
            reached += interlocks.forward(event, at=self.now)
            outbox.sent([event.pk], at=self.now)
        return reached

    def id_of(self, person: Person) -> str:
        """The person's identity number, as an employer would write it in a report."""
        return unseal(person.id_number_enc, table="person", column="id_number", row=person.pk)
