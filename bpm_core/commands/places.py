"""Offices as the commands need them, from memory: paths, levels, and which office a lane's step goes to."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from bpm_core.domain import roles
from bpm_core.domain.errors import NotFound
from bpm_core.models import OrgUnit

#: The window that receives people at each level of office.
_WINDOW = {1: "MWIN", 2: "WIN", 3: "TWN", 4: "VIL"}


@dataclass(frozen=True, slots=True)
class Place:
    """One office: its row's id, its code and path, and the codes of its level and all above it."""

    id: int
    code: str
    path: str
    level: int
    levels: tuple[str, str, str, str]


def _place(unit: OrgUnit) -> Place:
    return Place(unit.id, unit.code, unit.path, unit.level, unit.levels)


@lru_cache(maxsize=8192)
def by_id(unit_id: int) -> Place:
    """The office of that id; offices are only ever added, so what is read once stays true."""
    return _place(OrgUnit.objects.get(pk=unit_id))


@lru_cache(maxsize=8192)
def by_code(code: str) -> Place:
    """The office of that code; refuses with NotFound."""
    unit = OrgUnit.objects.filter(code=code).first()
    if unit is None:
        raise NotFound(f"no office {code}", kind="office", office=code)
    return _place(unit)


def forget() -> None:
    """Read offices anew: after they were loaded, and between tests."""
    by_id.cache_clear()
    by_code.cache_clear()


def for_lane(lane_code: str, *, levels: tuple[str, ...], entry: Place) -> tuple[Place, str]:
    """The office a lane's step goes to, and the lane it is offered under there.

    Lanes of people and partners outside go to the office that took the application in, where a window enters the
    step with them. Staff lanes go to the office of their level in `levels`, the offices of the case's place from the
    municipality down; where the place has none of that level, the window of the next one up stands in.
    Source: organisations.md section 5, rules 2 and 3.
    """
    lane = roles.lane(lane_code)
    if lane.outside or lane.level is None:
        return entry, lane_code
    level = int(lane.level)
    while not levels[level - 1]:
        level -= 1
    if level == lane.level:
        return by_code(levels[level - 1]), lane_code
    return by_code(levels[level - 1]), _WINDOW[level]
