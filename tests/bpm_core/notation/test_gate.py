"""The gate: nothing a file says is run, and a file that eats time or memory harms only its own child."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from bpm_core.notation import gate
from tests.bpm_core.notation.diagrams import around, flow, process

LIMITED = "import sys; sys.path.insert(0, {root!r})\nfrom bpm_core.notation import gate\ngate._limit()\n"
CODE = "__import__('os').system('touch {target}')"


def test_the_answer_is_that_of_the_check() -> None:
    report = gate.check_untrusted({"process.bpmn": around('<bpmn:serviceTask id="t" camunda:topic="shell"/>')})

    assert [p.rule for p in report.errors] == ["608"]


@pytest.mark.parametrize(
    "step",
    [
        '<bpmn:scriptTask id="t" scriptFormat="python"><bpmn:script>{code}</bpmn:script></bpmn:scriptTask>',
        '<bpmn:scriptTask id="t"><bpmn:script>{code}</bpmn:script></bpmn:scriptTask>',
        '<bpmn:task id="t"><bpmn:standardLoopCharacteristics><bpmn:loopCondition xsi:type="bpmn:tFormalExpression">'
        "{code}</bpmn:loopCondition></bpmn:standardLoopCharacteristics></bpmn:task>",
        '<bpmn:intermediateCatchEvent id="t"><bpmn:timerEventDefinition>'
        '<bpmn:timeDuration xsi:type="bpmn:tFormalExpression">{code}</bpmn:timeDuration></bpmn:timerEventDefinition>'
        "</bpmn:intermediateCatchEvent>",
        '<bpmn:task id="t"><bpmn:extensionElements><guicheng:assign variable="x" value="{code}"/>'
        "</bpmn:extensionElements></bpmn:task>",
        '<bpmn:callActivity id="t" calledElement="q"><bpmn:extensionElements>'
        '<camunda:in sourceExpression="{code}" target="x"/></bpmn:extensionElements></bpmn:callActivity>',
        '<bpmn:task id="t"><bpmn:extensionElements><camunda:executionListener event="start" expression="{code}"/>'
        "</bpmn:extensionElements></bpmn:task>",
    ],
)
def test_program_code_is_refused_wherever_it_stands_and_never_run(step: str, tmp_path: Path) -> None:
    target = tmp_path / "owned"

    code = CODE.replace("{target}", str(target))
    report = gate.check_untrusted({"process.bpmn": around(step.replace("{code}", code))})

    assert not report.ok
    assert {p.element for p in report.errors} == {"t"}
    assert not target.exists()


@pytest.mark.parametrize(
    "condition",
    ["9**9**9**9", "(" * 50_000 + "1" + ")" * 50_000, "1 + " * 200_000 + "1", '"' + "a" * 500_000 + '" = x'],
)
def test_expressions_meant_to_hang_are_answered_within_the_limit(condition: str) -> None:
    events = '<bpmn:startEvent id="s"/><bpmn:endEvent id="e"/><bpmn:endEvent id="f"/>'
    inside = events + '<bpmn:exclusiveGateway id="g" default="g_e"/>'
    flows = flow("s", "g") + flow("g", "e") + flow("g", "f", condition)
    began = time.monotonic()

    report = gate.check_untrusted({"process.bpmn": process(inside + flows)})

    assert not report.ok
    assert time.monotonic() - began < gate.WALL_S + 4


def test_a_child_that_dies_means_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gate, "_START", "raise SystemExit(7) # {root}")

    report = gate.check_untrusted({"process.bpmn": b"<a/>"})

    assert [p.rule for p in report.errors] == ["109"]
    assert "7" in report.errors[0].message_en


def test_a_child_that_hangs_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gate, "_START", "import time; time.sleep(60) # {root}")
    monkeypatch.setattr(gate, "WALL_S", 1)

    assert [p.rule for p in gate.check_untrusted({"process.bpmn": b"<a/>"}).errors] == ["109"]


def test_a_child_that_wants_memory_is_refused_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gate, "_START", LIMITED + "x = bytearray(1 << 30)")

    assert [p.rule for p in gate.check_untrusted({"process.bpmn": b"<a/>"}).errors] == ["109"]


def test_a_child_that_writes_a_file_is_ended(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    path = str(tmp_path / "x")
    monkeypatch.setattr(gate, "_START", LIMITED + f"open({path!r}, 'w').write('y' * 10)")

    gate.check_untrusted({"process.bpmn": b"<a/>"})

    assert not (tmp_path / "x").exists() or (tmp_path / "x").read_text() == ""
