"""Which edition is printed: the unified one, or that of an office with what it sets differently marked."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from bpm_core.notation.guide import Words


@dataclass(frozen=True, slots=True)
class Difference:
    """One declared parameter or limit that an office has set for itself.

    process   key of the process it holds for; "" = for all that read it
    name      the parameter's name, or promised_limit, channels, where_zh, where_en
    national, local   values as people read them
    """

    process: str
    name: str
    label: Words
    national: str
    local: str
    since: date | None = None
    source: Words = field(default=Words("", ""))


@dataclass(frozen=True)
class Edition:
    """The unified edition has no office and no differences."""

    office: Words | None = None
    code: str = ""
    differences: tuple[Difference, ...] = ()

    def of(self, process: str, names: Iterable[str] = ()) -> tuple[Difference, ...]:
        """What is different in a process: its own differences, and common ones of a parameter it reads."""
        read = set(names)
        return tuple(
            each for each in self.differences if each.process == process or (not each.process and each.name in read)
        )


UNIFIED = Edition()
