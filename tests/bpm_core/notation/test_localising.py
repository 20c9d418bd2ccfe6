"""What a place may set: only what the guide declares, in one way of writing, and the guide as it then reads."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from bpm_core.notation import floors, guide, literals, localising
from bpm_core.notation.guide import Guide, LocalVariation
from bpm_core.notation.literals import NotLiteral
from bpm_core.notation.localising import NotVariable

PROCESSES = Path(__file__).resolve().parents[3] / "processes"
OURS = floors.read(PROCESSES / "_library")
UNEMPLOYMENT = guide.read((PROCESSES / "unemployment_benefit" / "guide.toml").read_bytes())
OPEN = replace(UNEMPLOYMENT, local=LocalVariation(channels=True, where=True))


def refusal(name: str, value: str, of: Guide = OPEN) -> str:
    with pytest.raises(NotVariable) as refused:
        localising.canonical(localising.variables(of, OURS)[name], value)
    return refused.value.code


def test_a_guide_that_declares_nothing_lets_its_promise_and_parameters_vary() -> None:
    bare = replace(UNEMPLOYMENT, local=LocalVariation())

    assert list(localising.variables(bare, OURS)) == ["promised_limit", "min_wage_month", "ui_benefit_ratio"]


def test_a_guide_may_declare_less() -> None:
    less = replace(UNEMPLOYMENT, local=LocalVariation(promised=False, parameters=("min_wage_month",)))

    assert list(localising.variables(less, OURS)) == ["min_wage_month"]


def test_channels_and_places_vary_only_where_they_are_declared() -> None:
    assert {"channels", "where_zh", "where_en"} <= set(localising.variables(OPEN, OURS))


def test_the_legal_limit_is_the_floor_of_the_promised_one() -> None:
    promised = localising.variables(UNEMPLOYMENT, OURS)["promised_limit"]

    [breach] = localising.breaches(promised, "11")

    assert (breach.floor.bound, breach.floor.clause.en[:40]) == ("10", "Regulation on Handling Social Insurance ")
    assert localising.breaches(promised, "10") == ()


def test_a_ratio_below_the_provincial_regulation_is_a_breach() -> None:
    ratio = localising.variables(UNEMPLOYMENT, OURS)["ui_benefit_ratio"]

    [breach] = localising.breaches(ratio, "0.75")

    assert "Art. 23" in breach.floor.clause.en
    assert localising.breaches(ratio, "0.85") == ()


def test_more_channels_may_open_and_none_may_close() -> None:
    channels = localising.variables(OPEN, OURS)["channels"]

    assert localising.canonical(channels, "online, post, window, mobile") == "window,online,mobile,post"
    assert refusal("channels", "online") == "channel_closed"
    assert refusal("channels", "window,online,mobile,carrier pigeon") == "channel"


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("promised_limit", "five", "days"),
        ("promised_limit", "٣", "days"),
        ("promised_limit", "4000", "days"),
        ("ui_benefit_ratio", '"0.8"', "type"),
        ("ui_benefit_ratio", "0.8 + 0.1", "literal"),
        ("where_zh", " ", "length"),
        ("where_zh", "长" * 301, "length"),
    ],
)
def test_what_is_no_value_is_refused(name: str, value: str, code: str) -> None:
    assert refusal(name, value) == code


def test_the_guide_reads_as_it_does_at_the_place() -> None:
    values = {"promised_limit": "3", "ui_benefit_ratio": "0.9", "where_en": "At the county hall", "unknown": "1"}

    local = localising.edition(OPEN, values)

    assert local.time_limits is not None
    assert local.where is not None
    assert local.time_limits.promised.value == 3
    assert local.time_limits.legal == OPEN.time_limits.legal  # type: ignore[union-attr]
    assert [one.value for one in local.parameters] == ["2100", "0.9"]
    assert local.where.en == "At the county hall"
    assert local.where.zh == OPEN.where.zh  # type: ignore[union-attr]


def test_a_place_without_values_reads_the_guide_itself() -> None:
    assert localising.edition(OPEN, {}) is OPEN


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0.80", Decimal("0.80")),
        (" -3 ", Decimal(-3)),
        ("true", True),
        ('"县"', "县"),
        ('date("2026-12-01")', date(2026, 12, 1)),
    ],
)
def test_a_literal_is_read_exactly(text: str, value: object) -> None:
    assert literals.read(text) == value


@pytest.mark.parametrize(
    "text", ["", "0.8.1", "1e5", "NaN", "today()", '"open', 'date("2026-13-01")', "x", "[1]", "9" * 300]
)
def test_what_is_no_literal_is_refused(text: str) -> None:
    with pytest.raises(NotLiteral):
        literals.read(text)


@pytest.mark.parametrize(
    ("text", "same"), [("0.80", "0.8"), ("100.00", "100"), ("-0", "0"), ("false", "false"), ('"a\\"b"', '"a\\"b"')]
)
def test_a_value_is_written_in_one_way(text: str, same: str) -> None:
    assert literals.text(literals.read(text)) == same
