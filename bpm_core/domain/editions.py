"""Local values: which of them are in force at a place on a day, and how a local edition differs; no tables here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


class EditionStatus(StrEnum):
    """From the proposal to the decision of a second person."""

    PROPOSED = "proposed"
    APPROVED = "approved"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


#: Levels of offices that may have a local edition: the municipality and the counties; offices below inherit.
EDITION_LEVELS = (1, 2)


@dataclass(frozen=True, slots=True)
class LocalValue:
    """One approved value. `value` "" takes the place's own value back: what holds above it holds there again.

    process   key of the process
    level     of the office, 1 the municipality
    number    of the edition among those of its office and process: of two from one day the later one holds
    """

    process: str
    name: str
    value: str
    office: str
    level: int
    since: date
    number: int
    edition: str


def in_force(rows: Iterable[LocalValue], levels: Iterable[str], on: date) -> dict[tuple[str, str], LocalValue]:
    """By (process, name) the value that holds at a place on a day: the nearest office's, and of that the latest.

    levels   codes of the office and those above it; "" where there is none
    """
    there = {code for code in levels if code}
    latest: dict[tuple[str, str, int], LocalValue] = {}
    for row in rows:
        if row.office not in there or row.since > on:
            continue
        key = (row.process, row.name, row.level)
        if key not in latest or (latest[key].since, latest[key].number) < (row.since, row.number):
            latest[key] = row
    found: dict[tuple[str, str], LocalValue] = {}
    for (process, name, _level), row in sorted(latest.items()):
        if row.value:
            found[process, name] = row
    return found


@dataclass(frozen=True, slots=True)
class Difference:
    """One line by which a local edition differs from the process as it is for all: what a manual prints with a mark.

    name       "promised_limit", "channels", "where_zh", "where_en", or the name of a parameter
    national   the value for all, `local` the place's own: FEEL literals, numbers of days, channel codes, words
    office     whose value it is: the place itself or the one above it from which it inherits
    """

    process_key: str
    process_code: str
    name: str
    label_zh: str
    label_en: str
    unit: str
    national: str
    local: str
    office: str
    office_zh: str
    office_en: str
    since: date
    approved_by: str
    approved_at: datetime
    edition: str
    approved_by_en: str = ""


def by_process(found: Iterable[Difference]) -> Mapping[str, tuple[Difference, ...]]:
    """The differences of each process, by its key."""
    grouped: dict[str, tuple[Difference, ...]] = {}
    for one in found:
        grouped[one.process_key] = (*grouped.get(one.process_key, ()), one)
    return grouped
