"""Which benefits exclude one another for the same person and month: `processes/_library/benefits.toml`.

How a process grants its own benefit stands in its guide; here stands only what holds between benefits, each rule with
its clause and how sure it is.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from pathlib import Path

from bpm_core.notation.guide import Certainty, GuideRefused, Words, build

FILE = Path("_library") / "benefits.toml"


class Effect(StrEnum):
    """What happens when both are asked for."""

    REFUSE = "refuse"
    INVESTIGATE = "investigate"


@dataclass(frozen=True, slots=True)
class Named:
    """A benefit of the library and the process (by code) that grants it."""

    key: str
    process: str
    name: Words


@dataclass(frozen=True, slots=True)
class Exclusion:
    """Two benefits that one person can't have, or not unexamined, for the same month.

    same        fact that both cases hold alike (a certificate): then whatever the month; only for a rule that
                investigates, since what refuses is a constraint on months
    gives_way   the one of the two that ends by law when the other begins: the other takes over the months both would
                have; only for a rule that refuses, and the other way round it does
    """

    id: str
    benefits: tuple[str, ...]
    effect: Effect
    rule: Words
    source: str
    clause: Words
    certainty: Certainty
    same: str = ""
    gives_way: str = ""

    def other(self, benefit: str) -> str:
        """The benefit this one is excluded by."""
        return next(key for key in self.benefits if key != benefit)


@dataclass(frozen=True)
class Matrix:
    """All rules between benefits."""

    benefits: Mapping[str, Named]
    exclusions: tuple[Exclusion, ...]

    @cached_property
    def _by_benefit(self) -> Mapping[str, tuple[Exclusion, ...]]:
        return {key: tuple(one for one in self.exclusions if key in one.benefits) for key in self.benefits}

    def of(self, benefit: str, effect: Effect) -> tuple[Exclusion, ...]:
        """Rules of that effect about a benefit."""
        return tuple(one for one in self._by_benefit.get(benefit, ()) if one.effect is effect)

    def rule(self, exclusion_id: str) -> Exclusion | None:
        return next((one for one in self.exclusions if one.id == exclusion_id), None)


def read(data: bytes) -> Matrix:
    """The matrix in a benefits.toml; refuses with GuideRefused what names no benefit or not two of them."""
    tree = tomllib.loads(data.decode())
    benefits = {row.key: row for row in (build(Named, one, "benefit") for one in tree.get("benefit", ()))}
    exclusions = tuple(build(Exclusion, one, "exclusion") for one in tree.get("exclusion", ()))
    for one in exclusions:
        if len(set(one.benefits)) != 2 or not set(one.benefits) <= set(benefits):
            raise GuideRefused("unknown", f"exclusion {one.id} must name two benefits of the list", "exclusion")
        if one.same and one.effect is Effect.REFUSE:
            raise GuideRefused("wrong_type", f"exclusion {one.id} refuses by month, not by {one.same}", "exclusion")
        if one.gives_way and (one.gives_way not in one.benefits or one.effect is not Effect.REFUSE):
            why = f"exclusion {one.id}: what gives way is one of its two benefits, and the rule refuses"
            raise GuideRefused("wrong_type", why, "exclusion")
    if len({one.id for one in exclusions}) != len(exclusions):
        raise GuideRefused("wrong_type", "two exclusions have the same id", "exclusion")
    return Matrix(benefits, exclusions)


def read_folder(library: Path) -> Matrix:
    """The matrix of the library in a folder of processes; an empty one when it has none."""
    place = library / FILE
    return read(place.read_bytes()) if place.is_file() else Matrix({}, ())
