"""Floors: read with their clauses, and agreeing with every guide of the library."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from bpm_core.notation import floors, guide
from bpm_core.notation.floors import TIME_LIMIT, Floors, FloorsRefused, Protects, Rule

PROCESSES = Path(__file__).resolve().parents[3] / "processes"
GUIDES = [guide.read(path.read_bytes()) for path in sorted(PROCESSES.rglob("guide.toml"))]
ROW = """
[[floor]]
name = "rate"
rule = "at_least"
bound = "0.8"
clause = { zh = "第23条", en = "Art. 23" }
source = "P02"
certainty = "verified"
"""


@pytest.fixture(scope="module")
def ours() -> Floors:
    return floors.read(PROCESSES / "_library")


def test_every_floor_has_its_clause_in_both_languages_and_its_source(ours: Floors) -> None:
    assert len(ours.floors) >= 43
    assert all(one.clause.zh and one.clause.en and one.source for one in ours.floors)


def test_no_guide_of_the_library_promises_less_than_the_law(ours: Floors) -> None:
    found = [(one.code, [breach.name for breach in floors.of_guide(one, ours)]) for one in GUIDES]

    assert [each for each in found if each[1]] == []


def test_the_time_limits_are_the_legal_limits_of_the_guides(ours: Floors) -> None:
    legal = {one.code: one.time_limits.legal for one in GUIDES if one.time_limits}
    limits = {one.process: (one.bound, one.unit) for one in ours.floors if one.name == TIME_LIMIT}

    for code, limit in legal.items():
        told = (str(limit.value), limit.unit) if limit.value is not None else None
        assert limits.get(code) == told, code


def test_every_parameter_with_a_floor_is_read_by_a_process_or_by_one_still_to_come(ours: Floors) -> None:
    read = {spec.name for one in GUIDES for spec in one.parameters}
    named = {one.name for one in ours.floors} - {TIME_LIMIT}

    assert "ui_benefit_ratio" in named & read
    if len(GUIDES) >= 60:
        assert named <= read


def test_what_protects_the_fund_is_told_apart(ours: Floors) -> None:
    assert [one.name for one in ours.floors if one.protects is Protects.FUND] == ["flex_subsidy_ratio"]


@pytest.mark.parametrize(
    ("rule", "value", "below"),
    [
        (Rule.AT_LEAST, "0.79", True),
        (Rule.AT_LEAST, "0.80", False),
        (Rule.AT_LEAST, "0.9", False),
        (Rule.AT_MOST, "0.81", True),
        (Rule.AT_MOST, "0.8", False),
        (Rule.EXACTLY, "0.8", False),
        (Rule.EXACTLY, "0.9", True),
    ],
)
def test_a_floor_is_a_bound_that_may_be_met(rule: Rule, value: str, below: bool) -> None:
    read = floors.read_bytes(ROW.replace("at_least", rule).encode())

    assert bool(list(read.breaches("rate", "UNE-01", Decimal(value)))) is below


def test_a_floor_of_one_process_says_nothing_about_another() -> None:
    read = floors.read_bytes((ROW + 'process = "UNE-01"\n').encode())

    assert list(read.breaches("rate", "UNE-01", Decimal(0)))
    assert not list(read.breaches("rate", "UNE-02", Decimal(0)))


def test_a_limit_in_other_days_than_the_law_s_cannot_be_compared_and_is_refused(ours: Floors) -> None:
    assert list(ours.breaches(TIME_LIMIT, "UNE-01", Decimal(10), unit="calendar_day"))
    assert not list(ours.breaches(TIME_LIMIT, "UNE-01", Decimal(10), unit="working_day"))


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("[[floor", "not_toml"),
        ("other = 1", "unknown"),
        (ROW.replace('"0.8"', '"0.8 * 2"'), "literal"),
        (ROW.replace('"0.8"', '"true"'), "wrong_type"),
        (ROW.replace('bound = "0.8"', ""), "missing"),
        (ROW.replace("at_least", "about"), "wrong_type"),
        (ROW + 'colour = "red"', "unknown"),
    ],
)
def test_what_is_wrong_is_refused_with_its_row(text: str, code: str) -> None:
    with pytest.raises(FloorsRefused) as refused:
        floors.read_bytes(text.encode())

    assert refused.value.code == code
    assert refused.value.row == ("" if text in ("[[floor", "other = 1") else "[[floor]] 1")


def test_a_library_without_the_file_has_no_floors(tmp_path: Path) -> None:
    assert floors.read(tmp_path) == Floors()
