"""Every automatic step of the process library finds its connector, and the simulated registers answer it whole."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from bpm_core.notation import bpmn, check
from bpm_core.notation.model import Element
from tests.workers.people import number
from workers import connectors
from workers.connectors import answers
from workers.connectors.contract import Wanted
from workers.connectors.registers import PLATFORM
from workers.simulator import registers

LIBRARY = Path(__file__).parents[2] / "processes"


def automatic_steps() -> Iterator[tuple[str, Element]]:
    for path in sorted(LIBRARY.rglob("process.bpmn")):
        process = bpmn.read(path.read_bytes())
        for element in process.elements.values():
            if element.connector:
                yield f"{process.id}:{element.id}", element


STEPS = dict(automatic_steps())


@pytest.mark.parametrize("step", sorted(STEPS))
def test_the_simulated_registers_answer_all_that_a_step_declares(step: str) -> None:
    element = STEPS[step]
    assert element.connector is not None
    connectors.named(element.connector)
    wanted = [Wanted(spec.name, spec.type, tuple(value for value, _, _ in spec.options)) for spec in element.outputs]
    names = [one.name for one in wanted]

    found: dict[str, object] = {}
    for code in [system.code for system in element.systems] or [PLATFORM]:
        found |= registers.ask(code, names, number=number(), key=step, today=date(2026, 11, 20))

    answers.check(found, answers.schema(wanted), what=step, code="bad_answer")
    assert set(answers.values(found, wanted)) == set(names)


def test_the_upload_check_knows_the_same_connectors_as_the_worker() -> None:
    assert set(check.CONNECTORS) == set(connectors.CONNECTORS)


def test_the_library_has_automatic_steps() -> None:
    assert len(STEPS) >= 10
