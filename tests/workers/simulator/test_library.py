"""The simulated registers answer every automatic step of the process library."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from bpm_core.notation import bpmn
from bpm_core.notation.model import Element
from tests.workers.people import number
from workers.connectors import answers
from workers.connectors.contract import Wanted
from workers.simulator import declared, registers, stories
from workers.simulator.declared import Form

TODAY = date(2027, 3, 5)
FOLDERS = sorted(place.parent for place in Path(settings.PROCESSES_DIR).rglob("process.bpmn"))


def asked(element: Element, sequence: str) -> dict[str, Any]:
    """Answers as the connector puts them together: one register after the other, each asked for what is missing."""
    forms = {spec.name: Form.of(spec) for spec in element.outputs}
    found: dict[str, Any] = {}
    for code in [system.code for system in element.systems] or [declared.PLATFORM]:
        missing = [name for name in forms if name not in found]
        whom = number(sequence, "19850420")
        found |= registers.ask(code, missing, number=whom, key=element.id, today=TODAY, forms=forms)
    return found


def wanted(element: Element) -> list[Wanted]:
    return [Wanted(spec.name, spec.type, tuple(value for value, _, _ in spec.options)) for spec in element.outputs]


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda place: place.name)
def test_every_value_a_step_declares_is_answered_in_its_type(folder: Path) -> None:
    steps = bpmn.read((folder / "process.bpmn").read_bytes()).elements.values()
    for element in (step for step in steps if step.kind == "serviceTask"):
        for sequence in ("123", *stories.STORIES):
            found = asked(element, sequence)

            answers.check(found, answers.schema(wanted(element)), what=element.id, code="bad_answer")
            assert answers.values(found, wanted(element)).keys() == {spec.name for spec in element.outputs}


def test_a_date_lies_as_far_from_today_as_its_example_from_the_day_of_the_examples() -> None:
    told = declared.example("2026-10-15", Form("date"), today=TODAY, serial="")

    assert date.fromisoformat(told) == date(2027, 1, 28)  # 36 days before


def test_a_choice_is_one_of_those_the_step_offers() -> None:
    form = Form("enum", ("alive", "dead"))

    assert declared.example("unknown", form, today=TODAY, serial="") == "alive"


def test_documents_are_numbered_one_by_one_in_the_manner_of_the_example() -> None:
    assert declared.numbered("record_no", "JY2026-0001", "2027-000123") == "JY2027-000123"


def test_a_story_goes_before_the_example_only_where_it_fits() -> None:
    job = Form("enum", ("none", "job"))
    other = Form("enum", ("none", "moved"))

    def hit(form: Form) -> Any:
        return registers.ask(
            "SIDB", ["hit"], number=number("930", "19850420"), key="k", today=TODAY, forms={"hit": form}
        )

    assert hit(job) == {"hit": "job"}
    assert hit(other) == {"hit": "none"}
