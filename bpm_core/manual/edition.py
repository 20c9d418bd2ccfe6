"""Which edition is printed: the unified one, or that of an office with what it sets differently marked."""

from __future__ import annotations

from dataclasses import dataclass

from bpm_core.domain.editions import Difference
from bpm_core.notation.guide import Words


@dataclass(frozen=True)
class Edition:
    """The unified edition has no office and no differences."""

    office: Words | None = None
    code: str = ""
    differences: tuple[Difference, ...] = ()

    def of(self, process: str) -> tuple[Difference, ...]:
        """What the office sets differently in a process, by its key."""
        return tuple(each for each in self.differences if each.process_key == process)


UNIFIED = Edition()
