"""Mutilated files: whatever is done to a process folder, reader and check answer in their own words or not at all."""

from __future__ import annotations

import contextlib
import random
from collections.abc import Callable

import pytest
from lxml import etree

from bpm_core import dmn
from bpm_core.notation import bundle, check, forms, guide, scenarios
from bpm_core.notation.bpmn import NotationError
from bpm_core.notation.xml import XmlRefused
from tests.processes.walk import library

SEEDS = range(60)
TEXTS = [
    "",
    "x",
    "-1",
    "9" * 30,
    "{x}",
    "${a}",
    "S10",
    "Body",
    "null",
    "R/PT1S",
    "a:b:c",
    "true",
    "__class__",
    "工" * 99,
]
REFUSALS = (
    NotationError,
    XmlRefused,
    forms.FormRefused,
    guide.GuideRefused,
    scenarios.ScenarioRefused,
    dmn.DmnError,
)


def mutilated(data: bytes, chance: random.Random) -> bytes:
    """A diagram with a few elements lost, moved, renamed or rewritten."""
    root = etree.fromstring(data)
    for _ in range(chance.randint(1, 6)):
        elements = [e for e in root.iter() if isinstance(e.tag, str) and e is not root]
        one, other = chance.choice(elements), chance.choice(elements)
        act = chance.randint(0, 3)
        if act == 0:
            one.getparent().remove(one)  # type: ignore[union-attr]
        elif act == 1 and one.attrib:
            one.set(chance.choice(list(map(str, one.attrib))), chance.choice([*TEXTS, other.get("id") or ""]))
        elif act == 2:
            one.text = chance.choice(TEXTS)
        elif one not in other.iterancestors() and one is not other:
            other.append(one)
    return etree.tostring(root)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_mutilated_diagram_is_reported_and_never_crashes(seed: int) -> None:
    chance = random.Random(seed)
    whole = chance.choice(sorted(library().items()))[1]
    files = {**whole.files, "process.bpmn": mutilated(whole.files["process.bpmn"], chance)}

    report = check.check(files)

    assert all(p.message_zh and p.message_en for p in report.problems)
    with contextlib.suppress(*REFUSALS):
        bundle.read(files)


READERS: dict[str, Callable[[bytes], object]] = {
    "form": forms.read,
    "toml": guide.read,
    "scenarios": scenarios.read,
    "dmn": lambda data: dmn.load({"x.dmn": data}),
}


@pytest.mark.parametrize("seed", SEEDS)
def test_bytes_gone_astray_are_refused_in_our_own_words(seed: int) -> None:
    chance = random.Random(seed)
    whole = chance.choice(sorted(library().items()))[1]
    path = chance.choice([p for p in whole.files if p != "process.bpmn"])
    data = bytearray(whole.files[path])
    for _ in range(chance.randint(1, 8)):
        place = chance.randrange(len(data))
        data[place : place + chance.randint(0, 9)] = chance.randbytes(chance.randint(0, 9))
    reader = READERS["scenarios" if path.startswith("scenarios/") else path.rsplit(".", 1)[1]]

    with contextlib.suppress(*REFUSALS):
        reader(bytes(data))
