"""One simulated case on its way: where it stands in the engine, what it waits for, what it has drawn and done."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from random import Random
from typing import Any

from bpm_core.engine import Wait
from bpm_core.notation.model import Element
from bpm_core.simulation.answers import Script
from bpm_core.simulation.lanes import Task
from bpm_core.simulation.limits import CaseClock


@dataclass(slots=True)
class Stint:
    """One step as a person did it: office minutes it waited and took, and whether its own limit was kept."""

    waited: int
    worked: int
    kept: bool | None


@dataclass
class Course:
    """One simulated case on its way."""

    number: int
    arrived_at: int
    rng: Random
    script: Script
    facts: dict[str, Any] = field(default_factory=dict)
    version: int = 0
    blob: bytes = b""
    waits: dict[str, Wait] = field(default_factory=dict)
    tasks: dict[str, Task] = field(default_factory=dict)
    visits: Counter[tuple[str, ...]] = field(default_factory=Counter)
    clock: CaseClock = field(default_factory=CaseClock)
    held: dict[str, str] = field(default_factory=dict)  # boundary token -> token of the step left undone for it
    settled: set[tuple[str, int]] = field(default_factory=set)  # steps whose boundary event has been let happen
    interrupted: bool = False
    steps: int = 0
    ended_at: int | None = None
    end: Element | None = None  # the last end event it passed
    stuck: str = ""

    @property
    def id(self) -> str:
        return f"simulated-{self.number}"

    @property
    def over(self) -> bool:
        return self.ended_at is not None or bool(self.stuck)
