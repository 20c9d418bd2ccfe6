"""processes/_library/floors.toml -> Floors: what no local edition and no version may go below, and by which law."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from pathlib import Path

from bpm_core.notation import literals
from bpm_core.notation.guide import Certainty, Guide, GuideRefused, Words, build
from bpm_core.notation.literals import Literal

FILE = "floors.toml"
TIME_LIMIT = "time_limit"
MAX_BYTES = 512 * 1024


class FloorsRefused(ValueError):
    """floors.toml does not say what it must; the message names the row."""

    def __init__(self, code: str, message: str, row: str = "") -> None:
        super().__init__(f"{FILE}{' ' + row if row else ''}: {message}")
        self.code = code
        self.row = row


class Rule(StrEnum):
    """Which way a value would be stricter for the resident than the bound allows."""

    AT_LEAST = "at_least"
    AT_MOST = "at_most"
    EXACTLY = "exactly"  # one figure for all; no place has its own


class Protects(StrEnum):
    RESIDENT = "resident"
    FUND = "fund"


@dataclass(frozen=True, slots=True)
class Floor:
    """One bound and the clause that sets it. `process` "" = of every process that reads the parameter."""

    name: str
    rule: Rule
    clause: Words
    source: str
    certainty: Certainty
    bound: str = ""  # FEEL literal; "" only with `exactly`
    unit: str = ""
    process: str = ""
    protects: Protects = Protects.RESIDENT

    @property
    def limit(self) -> Literal | None:
        return literals.read(self.bound) if self.bound else None

    def broken_by(self, value: Literal, national: Literal | None = None) -> bool:
        """Whether the value goes below. `national`: the figure for all, which `exactly` compares with."""
        bound = self.limit
        if self.rule is Rule.EXACTLY:
            return value != (bound if bound is not None else national)
        if type(value) is not Decimal or type(bound) is not Decimal:
            return value != bound
        return value < bound if self.rule is Rule.AT_LEAST else value > bound


@dataclass(frozen=True, slots=True)
class Breach:
    """A value below a floor: which, what was found, and the floor with its clause."""

    name: str
    found: str
    floor: Floor


@dataclass(frozen=True)
class Floors:
    """Every floor."""

    floors: tuple[Floor, ...] = ()

    def of(self, name: str, process: str) -> tuple[Floor, ...]:
        """Floors of a parameter, or of the time limit, in the process of that code."""
        return tuple(one for one in self.floors if one.name == name and one.process in ("", process))

    def breaches(
        self, name: str, process: str, value: Literal, *, national: Literal | None = None, unit: str = ""
    ) -> Iterator[Breach]:
        """Floors that the value goes below. A time limit in another unit than its floor's can't be compared: breach."""
        for floor in self.of(name, process):
            other_unit = bool(floor.unit and unit and floor.unit != unit)
            if other_unit or floor.broken_by(value, national):
                yield Breach(name, literals.text(value), floor)


def of_guide(guide: Guide, floors: Floors) -> tuple[Breach, ...]:
    """Where a guide itself promises the resident less than the law: its limits, and figures it comes with."""
    found: list[Breach] = []
    limits = guide.time_limits
    for limit in (limits.legal, limits.promised) if limits else ():
        if limit.value is not None:
            found += floors.breaches(TIME_LIMIT, guide.code, Decimal(limit.value), unit=limit.unit)
    legal = legal_floor(guide)
    if limits and legal and limits.promised.value is not None:
        found += Floors((legal,)).breaches(
            TIME_LIMIT, guide.code, Decimal(limits.promised.value), unit=limits.promised.unit
        )
    for spec in guide.parameters:
        value = literals.read(spec.value)
        for breach in floors.breaches(spec.name, guide.code, value, national=value):
            found.append(breach)
    return tuple(found)


def legal_floor(guide: Guide) -> Floor | None:
    """The guide's legal limit as the floor of its promised one; None when no legal number of days is known."""
    legal = guide.time_limits.legal if guide.time_limits else None
    if legal is None or legal.value is None:
        return None
    return Floor(
        name=TIME_LIMIT,
        rule=Rule.AT_MOST,
        clause=legal.basis or Words("法定办理时限", "The legal time limit"),
        source="",
        certainty=legal.certainty,
        bound=str(legal.value),
        unit=legal.unit,
        process=guide.code,
    )


def read(folder: Path | str) -> Floors:
    """The floors in a folder (processes/_library); none when the file is not there."""
    path = Path(folder) / FILE
    return read_bytes(path.read_bytes()) if path.is_file() else Floors()


def read_bytes(data: bytes) -> Floors:
    """The floors in a floors.toml. Refuses with FloorsRefused, naming the row."""
    if len(data) > MAX_BYTES:
        raise FloorsRefused("too_big", f"{len(data)} bytes; at most {MAX_BYTES} are read")
    try:
        tree = tomllib.loads(data.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise FloorsRefused("not_toml", f"not TOML: {error}") from None
    rows = tree.pop("floor", [])
    if tree or not isinstance(rows, list):
        raise FloorsRefused("unknown", "expected nothing but tables [[floor]]")
    return Floors(tuple(_floor(row, number) for number, row in enumerate(rows, start=1)))


def _floor(row: object, number: int) -> Floor:
    where = f"[[floor]] {number}"
    try:
        floor = build(Floor, row, "floor")
        bound = floor.limit
    except (GuideRefused, literals.NotLiteral) as error:
        raise FloorsRefused(error.code, str(error), where) from None
    if bound is None and floor.rule is not Rule.EXACTLY:
        raise FloorsRefused("missing", "'bound' is missing", where)
    if floor.rule is not Rule.EXACTLY and type(bound) is not Decimal:
        raise FloorsRefused("wrong_type", f"{floor.rule} compares numbers", where)
    return floor
