"""What a command must know of a case before it moves it, read in one round trip and kept in memory by version.

A kept head may be out of date: whoever acts on it writes by compare-and-swap on `version`, and whoever would refuse on
it looks again first (unit.py). Nothing personal is kept.
"""

from __future__ import annotations

import json
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from functools import lru_cache
from threading import Lock
from typing import Any
from uuid import UUID

from django.db import connection

from bpm_core.commands import prepared
from bpm_core.domain.duty import Deed
from bpm_core.domain.errors import NotFound

_KEPT = 20_000


@dataclass(frozen=True, slots=True)
class Item:
    """An open work item."""

    id: UUID
    token: str
    element_id: str
    process_key: str
    path: str
    lane: str
    unit_id: int
    state: str
    holder_id: int | None
    sod_groups: frozenset[str]
    opened_at: datetime
    visit: int
    due_on: date | None = None
    limit_value: int | None = None
    limit_unit: str = ""


@dataclass(frozen=True, slots=True)
class Head:
    """A case as of `version`. `blob` is there only when it was just read; `warm` says it came from memory."""

    case_id: int
    number: str
    definition_id: UUID
    unit_id: int
    levels: tuple[str, str, str, str]  # offices of the case's place, from the municipality down; "" = none there
    entry_unit_id: int
    person_id: UUID | None
    enterprise_id: UUID | None
    parties: tuple[str, ...]  # person keys of whom the case is about
    status: str
    version: int
    state_version: int  # version at which the engine's state last changed, as far as this process knows
    head_hash: bytes
    clock_state: str
    due_on: date | None  # the nearer of the promised and the legal day, once the clocks have started
    opened_at: datetime
    local: Mapping[str, Mapping[str, str]]  # local values it began with
    items: Mapping[UUID, Item]
    deeds: tuple[Deed, ...]
    visits: Mapping[str, int]
    blob: bytes | None = None
    warm: bool = field(default=False, compare=False)

    def item(self, item_id: UUID) -> Item | None:
        return self.items.get(item_id)


_lock = Lock()
_heads: OrderedDict[int, Head] = OrderedDict()
_case_of: dict[UUID, int] = {}


def of_case(case_id: int, *, fresh: bool = False) -> Head:
    """The head of a case; `fresh` reads the database even when memory has one. Refuses with NotFound."""
    if not fresh:
        with _lock:
            head = _heads.get(case_id)
            if head is not None:
                _heads.move_to_end(case_id)
                return head
    return _read("c.id = %s", case_id, "case")


def of_item(item_id: UUID, *, fresh: bool = False) -> Head:
    """The head of the case a work item belongs to; refuses with NotFound."""
    case_id = _case_of.get(item_id)
    if case_id is not None and not fresh:
        return of_case(case_id)
    condition = "c.id = (SELECT case_id FROM bpm_core_workitem WHERE id = %s)"
    return _read(condition, item_id if connection.vendor == "postgresql" else item_id.hex, "work item")


def keep(head: Head) -> None:
    """Remember a head that is now true in the database."""
    kept = replace(head, blob=None, warm=True)
    with _lock:
        before = _heads.pop(head.case_id, None)
        _heads[head.case_id] = kept
        for item_id in before.items if before else ():
            if item_id not in kept.items:
                _case_of.pop(item_id, None)
        for item_id in kept.items:
            _case_of[item_id] = kept.case_id
        while len(_heads) > _KEPT:
            _, oldest = _heads.popitem(last=False)
            for item_id in oldest.items:
                _case_of.pop(item_id, None)


def drop(case_id: int) -> None:
    """Forget one case, so that the next look reads the database."""
    with _lock:
        head = _heads.pop(case_id, None)
        for item_id in head.items if head else ():
            _case_of.pop(item_id, None)


def forget() -> None:
    """Forget every case: between tests, and after a database was put back."""
    with _lock:
        _heads.clear()
        _case_of.clear()


_ITEM_COLUMNS = [
    "id",
    "token",
    "element_id",
    "process_key",
    "path",
    "lane",
    "unit_id",
    "state",
    "holder_id",
    "sod_groups",
    "opened_at",
    "visit",
    "due_on",
    "limit_value",
    "limit_unit",
]


def _objects(columns: list[str]) -> str:
    pairs = ", ".join(f"'{name}', w.{name}" for name in columns)
    if connection.vendor == "postgresql":
        return f"json_agg(json_build_object({pairs}))"
    return f"json_group_array(json_object({pairs}))"


@lru_cache(maxsize=8)
def _sql(condition: str) -> str:
    open_items = (
        f"SELECT {_objects(_ITEM_COLUMNS)} FROM bpm_core_workitem w WHERE w.case_id = c.id AND w.closed_at IS NULL"
    )
    deeds = (
        f"SELECT {_objects(['element_id', 'sod_groups', 'closer_key'])} FROM bpm_core_workitem w "
        "WHERE w.case_id = c.id AND w.closer_key <> '' AND w.sod_groups <> ''"
    )
    visits = (
        f"SELECT {_objects(['element_id', 'visit'])} FROM (SELECT element_id, max(visit) AS visit "
        "FROM bpm_core_workitem i WHERE i.case_id = c.id GROUP BY element_id) w"
    )
    return (
        "SELECT c.id, c.number, c.definition_id, c.unit_id, c.entry_unit_id, c.person_id, c.enterprise_id, p.id_index, "
        "e.id_index, c.status, c.version, c.head_hash, c.clock_state, c.opened_at, c.state, "
        f"({open_items}), ({deeds}), ({visits}), c.l1, c.l2, c.l3, c.l4, "
        "c.promised_due_on, c.legal_due_on, c.local FROM bpm_core_case c "
        "LEFT JOIN bpm_core_person p ON p.id = c.person_id LEFT JOIN bpm_core_person e ON e.id = c.enterprise_id "
        f"WHERE {condition}"
    )


def _read(condition: str, key: Any, noun: str) -> Head:
    if connection.vendor == "postgresql":
        row = prepared.first_row(_sql(condition), [key])
    else:
        with connection.cursor() as cursor:
            cursor.execute(_sql(condition), [key])
            row = cursor.fetchone()
    if row is None:
        raise NotFound(f"there is no such {noun}", kind=noun)
    items = [_item(raw) for raw in _list(row[15])]
    return Head(
        case_id=row[0],
        number=row[1],
        definition_id=_uuid(row[2]),
        unit_id=row[3],
        levels=(row[18], row[19], row[20], row[21]),
        entry_unit_id=row[4],
        person_id=row[5] and _uuid(row[5]),
        enterprise_id=row[6] and _uuid(row[6]),
        parties=tuple(key for key in (row[7], row[8]) if key),
        status=row[9],
        version=row[10],
        state_version=row[10],
        head_hash=bytes(row[11]),
        clock_state=row[12],
        due_on=min((_day(day) for day in row[22:24] if day), default=None),
        opened_at=_moment(row[13]),
        local=json.loads(row[24]) if isinstance(row[24], str) else row[24],
        items={item.id: item for item in items},
        deeds=tuple(
            Deed(raw["element_id"], frozenset(raw["sod_groups"].split()), raw["closer_key"]) for raw in _list(row[16])
        ),
        visits={raw["element_id"]: raw["visit"] for raw in _list(row[17])},
        blob=bytes(row[14]),
    )


def _item(raw: dict[str, Any]) -> Item:
    raw["id"] = _uuid(raw["id"])
    raw["opened_at"] = _moment(raw["opened_at"])
    raw["due_on"] = raw["due_on"] and date.fromisoformat(raw["due_on"])
    raw["sod_groups"] = frozenset(raw["sod_groups"].split())
    return Item(**raw)


def _list(value: Any) -> list[dict[str, Any]]:
    if value is None:
        return []
    return json.loads(value) if isinstance(value, str) else value


def _day(value: Any) -> date:
    return value if isinstance(value, date) else date.fromisoformat(value)


def _uuid(value: Any) -> UUID:
    return value if isinstance(value, UUID) else UUID(value)


def _moment(value: Any) -> datetime:
    moment = value if isinstance(value, datetime) else datetime.fromisoformat(value)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
