"""The messages between the processes: each is taken where it is sent, in the right type, and the document says so."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.conf import settings

from bpm_core.management.commands import interlocks
from bpm_core.notation import wiring
from bpm_core.notation.interlocks import read_folder
from bpm_core.notation.model import ProcessModel, ValueSpec

LIBRARY = Path(settings.PROCESSES_DIR)
MODELS = {model.code: model for model in interlocks.models(LIBRARY)}
WIRES = wiring.wires(MODELS.values())
DOCUMENT = Path(settings.BASE_DIR) / "docs" / "interlocks.md"


#: Types whose values may stand for one another.
KINDS = {"integer": "number", "decimal": "number", "money": "number"} | dict.fromkeys(
    ("enum", "string", "text", "region", "uscc"), "text"
)


def _specs(model: ProcessModel, name: str) -> list[ValueSpec]:
    return [spec for element in model.elements.values() for spec in element.outputs if spec.name == name] + [
        spec for spec in model.variables if spec.name == name
    ]


@pytest.mark.parametrize("wire", WIRES, ids=lambda wire: f"{wire.sender}-{wire.message}-{wire.receiver}")
def test_what_is_sent_to_a_process_is_taken_there(wire: wiring.Wire) -> None:
    assert wire.taken_at, f"{wire.receiver} does not take {wire.message}"


@pytest.mark.parametrize("wire", WIRES, ids=lambda wire: f"{wire.sender}-{wire.message}-{wire.receiver}")
def test_a_value_told_has_one_type_on_both_sides(wire: wiring.Wire) -> None:
    agreed = read_folder(LIBRARY)
    for element in wiring.taking(MODELS[wire.receiver], wire.message):
        for wanted in element.outputs:
            sent_as = agreed.sent_as(wire.message, wanted.name)
            told = _specs(MODELS[wire.sender], sent_as) if sent_as in wire.values else []
            kinds = {KINDS.get(spec.type, spec.type) for spec in told}
            assert kinds <= {KINDS.get(wanted.type, wanted.type)}, (wanted.name, kinds)


def test_the_document_says_what_the_diagrams_say() -> None:
    """As long as a process is missing here, what the document says about it is not looked at."""
    said = set()
    for line in DOCUMENT.read_text(encoding="utf-8").split(interlocks.BEGIN)[1].splitlines():
        row = re.match(r"\| `(\w+)` \| (\S+) (\S+) \| (\S+) \|", line)
        if row and {row[2], row[4]} <= set(MODELS):
            said.add((row[1], row[2], row[3], row[4]))

    assert said == {(wire.message, wire.sender, wire.sent_at, wire.receiver) for wire in WIRES}


def test_every_name_that_is_said_otherwise_is_declared_by_its_receiver() -> None:
    for one in read_folder(LIBRARY).renamed:
        for wire in (wire for wire in WIRES if wire.message == one.message):
            declared = {s.name for e in wiring.taking(MODELS[wire.receiver], one.message) for s in e.outputs}
            assert one.name in declared
            assert one.sent_as in wire.values
