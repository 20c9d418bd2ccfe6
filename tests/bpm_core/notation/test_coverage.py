"""Standards against diagrams: whatever processes the library holds, every clause of theirs has its step."""

from __future__ import annotations

from pathlib import Path

import pytest

from bpm_core.notation import bpmn, standards
from bpm_core.notation.coverage import Coverage, coverage

PROCESSES = Path(__file__).resolve().parents[3] / "processes"
OURS = standards.read(PROCESSES / "_standards")


@pytest.fixture(scope="module")
def found() -> Coverage:
    return coverage(OURS, [bpmn.read(path.read_bytes()) for path in sorted(PROCESSES.rglob("process.bpmn"))])


def test_every_clause_of_a_process_that_is_drawn_has_its_step(found: Coverage) -> None:
    assert [(clause.process, clause.number) for clause in found.missing] == []


def test_every_step_that_a_path_shows_carries_out_a_clause(found: Coverage) -> None:
    assert [(step.process, step.step) for step in found.without] == []


def test_no_step_cites_a_standard_or_clause_nobody_knows(found: Coverage) -> None:
    assert [(step.process, step.step, step.text) for step in found.unknown] == []


def test_clauses_without_a_step_belong_to_processes_not_drawn_yet(found: Coverage) -> None:
    drawn = set(found.processes)

    assert {clause.process for clause in found.undrawn}.isdisjoint(drawn)
    assert found.complete == (not found.undrawn)
    if len(drawn) >= 60:  # the 52 processes and the 8 shared parts
        assert (found.clauses, found.carried, found.complete) == (1011, 1011, True)


def test_the_sums_agree(found: Coverage) -> None:
    parts = [one for one in found.by_standard if one.clauses]

    assert sum(one.clauses for one in parts) == found.clauses == sum(one.clauses for one in found.by_process)
    assert sum(one.carried for one in found.by_process) == found.carried
    assert found.carried + len(found.missing) + len(found.undrawn) == found.clauses


DIAGRAM = (PROCESSES / "_shared" / "disclosure" / "process.bpmn").read_text(encoding="utf-8")


def _of(text: str) -> Coverage:
    return coverage(OURS, [bpmn.read(text.encode())])


def test_a_clause_taken_out_of_the_diagram_is_missing_and_its_step_follows_none() -> None:
    start = DIAGRAM.index("<guicheng:clause")
    end = DIAGRAM.index("</guicheng:clause>") + len("</guicheng:clause>")

    found = _of(DIAGRAM[:start] + DIAGRAM[end:])

    assert [(clause.process, clause.number) for clause in found.missing] == [("SUB-DISCLOSE", "5.1")]
    assert [step.step for step in found.without] == ["S10"]
    assert not found.complete


def test_a_clause_cited_at_another_step_is_missing_at_its_own() -> None:
    found = _of(DIAGRAM.replace("第5.2条", "第5.1条", 1))

    assert [clause.number for clause in found.missing] == ["5.2"]


@pytest.mark.parametrize("wrong", ["Q/JZRS 200.DISCLOSE-2026 第9.9条", "Q/NONE 1-2026 第5.2条"])
def test_a_citation_that_leads_nowhere_is_named(wrong: str) -> None:
    found = _of(DIAGRAM.replace("Q/JZRS 200.DISCLOSE-2026 第5.2条", wrong, 1))

    assert [step.step for step in found.unknown] == ["S20"]


def test_a_process_of_which_nothing_is_drawn_is_told_apart(found: Coverage) -> None:
    alone = _of(DIAGRAM)

    assert {one.name for one in alone.by_process if one.drawn} == {"SUB-DISCLOSE"}
    assert len(alone.undrawn) == 1011 - 7
