"""What the process library expects of each register: the base story of an ordinary life, from the diagrams' examples.

A service step names the registers it asks and the values it needs, each with an example. A value that a register works
out itself (`registers.REGISTERS`) is left to it; every other one is answered by the first register the step asks.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

from bpm_core.notation import bpmn, bundle
from bpm_core.notation.model import ValueSpec

#: The day on which the examples of the library are true; on another day their dates lie as far before or after it.
EXAMPLES_ON = date(2026, 11, 20)
#: Asked by steps that name no register of their own.
PLATFORM = "EGOV"
_SERIAL = re.compile(r"[A-Za-z-]*")


@dataclass(frozen=True)
class Library:
    """(register, name) -> the value some step wants there; and every register that some step asks."""

    values: Mapping[tuple[str, str], ValueSpec]
    systems: frozenset[str]


@lru_cache(maxsize=4)
def library(folder: Path, known: frozenset[tuple[str, str]]) -> Library:
    """What the processes in a folder ask of registers. `known` are answered without it."""
    found: dict[tuple[str, str], ValueSpec] = {}
    asked: set[str] = set()
    for place in sorted(folder.rglob(bundle.PROCESS)):
        for element in bpmn.read(place.read_bytes()).elements.values():
            if element.kind == "serviceTask":
                systems = [system.code for system in element.systems] or [PLATFORM]
                asked.update(systems)
                for spec in element.outputs:
                    if not any((system, spec.name) in known for system in systems):
                        found.setdefault((systems[0], spec.name), spec)
    return Library(found, frozenset(asked))


@dataclass(frozen=True, slots=True)
class Form:
    """In which form a value is wanted: its type and, for a choice, what may be chosen."""

    type: str
    options: tuple[str, ...] = ()

    @classmethod
    def of(cls, spec: ValueSpec) -> Form:
        return cls(spec.type, tuple(value for value, _, _ in spec.options))

    def fits(self, value: Any) -> bool:
        """Whether a value may be an answer in this form."""
        if self.type == "enum":
            return value in self.options
        if self.type == "multi_enum":
            return isinstance(value, list) and set(value) <= set(self.options)
        if self.type == "boolean":
            return isinstance(value, bool)
        return not isinstance(value, bool)


def example(text: str | None, form: Form, *, today: date, serial: str) -> Any:
    """The example of a value as a register would say it today; a plain value of the type without one.

    serial  number given out for this question: documents are numbered one by one, never all alike
    """
    if form.type == "boolean":
        return text == "true"
    if form.type == "integer":
        return int(text or 1)
    if form.type in ("decimal", "money"):
        return text or "1"
    if form.type == "date":
        return _shifted(text, today).isoformat()
    if form.type == "month":
        return f"{_shifted(f'{text}-15' if text else None, today):%Y-%m}"
    if form.type == "enum":
        return text if text in form.options else next(iter(form.options), "")
    if form.type in ("list", "multi_enum"):
        return [part for part in (text or "").split("|") if part and (not form.options or part in form.options)]
    return text or serial


def numbered(name: str, text: str | None, serial: str) -> str:
    """A document number of its own, in the manner of the example."""
    prefix = _SERIAL.match(text or "")
    return f"{prefix.group() if prefix else ''}{serial}" if name.endswith("_no") else text or serial


def _shifted(text: str | None, today: date) -> date:
    said = date.fromisoformat(text) if text else EXAMPLES_ON - timedelta(days=30)
    return today + (said - EXAMPLES_ON)
