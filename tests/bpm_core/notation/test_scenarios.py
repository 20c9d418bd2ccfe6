"""Worked cases as files."""

from __future__ import annotations

import pytest

from bpm_core.notation import scenarios

TEXT = """
name_zh = "甲"
name_en = "A"
at = 2026-11-20T09:00:00+08:00

[inputs]
x = 1

[inputs_at.S40-2]
x = 2

[calls.S80]
pay_result = "returned"

[[calls.S80.events]]
at = "G1"
message = "M"

[[events]]
at = "G12"
visit = 2
timer = true

[expect]
end = "E1"
path = ["S40", "E1"]
values = ["x = 2"]
"""


def test_values_of_a_visit_go_before_those_of_the_node_and_the_case() -> None:
    read = scenarios.read(TEXT.encode())

    assert [read.given("S40", visit)["x"] for visit in (1, 2)] == [1, 2]
    assert read.called("S80", 3) == {"pay_result": "returned"}


def test_events_belong_to_a_visit_and_to_a_call() -> None:
    read = scenarios.read(TEXT.encode())

    assert read.event("G12", 1) is None
    event = read.event("G12", 2)
    assert event is not None and event.timer
    inside = read.called_event("S80", 1, "G1", 1)
    assert inside is not None and inside.message == "M"


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("[expect]", "[hope]", "unknown"),
        ('end = "E1"', "", "missing"),
        ("+08:00", "", "wrong_type"),
        ('path = ["S40", "E1"]', "path = 1", "wrong_type"),
        ("[inputs]", "[inputs", "not_toml"),
    ],
)
def test_a_worked_case_that_cannot_be_worked_is_refused(old: str, new: str, code: str) -> None:
    with pytest.raises(scenarios.ScenarioRefused) as refused:
        scenarios.read(TEXT.replace(old, new).encode())

    assert refused.value.code == code
