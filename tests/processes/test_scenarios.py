"""Every worked case of the library comes out as it says: path, end and values."""

from __future__ import annotations

from collections import Counter

import pytest

from bpm_core.notation.scenarios import Scenario
from tests.processes.walk import Walk, holds, library

CASES = [
    pytest.param(bundle.key, scenario, id=f"{bundle.key}-{scenario.id}")
    for bundle in library().values()
    for scenario in bundle.scenarios
]


@pytest.mark.parametrize(("key", "scenario"), CASES)
def test_worked_case_goes_its_path_to_its_end(key: str, scenario: Scenario) -> None:
    outcome = Walk(key, scenario).run()

    parallel = any(e.kind == "parallelGateway" for e in library()[key].process.elements.values())
    wanted = list(scenario.expect.path)
    assert outcome.ends[-1] == scenario.expect.end
    if parallel:
        assert Counter(outcome.path) == Counter(wanted)
    else:
        assert outcome.path == wanted
    for text in scenario.expect.values:
        assert holds(text, outcome.facts, scenario.at), (text, outcome.facts)


@pytest.mark.parametrize("key", sorted(library()))
def test_every_end_event_is_reached_by_a_worked_case(key: str) -> None:
    bundle = library()[key]
    reached = {scenario.expect.end for scenario in bundle.scenarios}

    assert {end.node for end in bundle.process.ends} == reached


@pytest.mark.parametrize("key", sorted(library()))
def test_every_step_and_branch_point_is_visited_by_a_worked_case(key: str) -> None:
    bundle = library()[key]
    visited = {node for scenario in bundle.scenarios for node in scenario.expect.path}
    shown = {e.node for e in bundle.process.elements.values() if e.shown and e.kind != "startEvent"}

    assert shown == visited
