"""Amounts in Chinese capital numerals, as payment papers write them."""

from __future__ import annotations

from decimal import Decimal

import pytest

from bpm_core.domain import money


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        ("0", "零元整"),
        ("0.05", "伍分"),
        ("0.50", "伍角"),
        ("10", "壹拾元整"),
        ("1200.50", "壹仟贰佰元伍角"),
        ("1680.32", "壹仟陆佰捌拾元叁角贰分"),
        ("100.05", "壹佰元零伍分"),
        ("10005", "壹万零伍元整"),
        ("100100", "壹拾万零壹佰元整"),
        ("107000.53", "壹拾万柒仟元伍角叁分"),
        ("20000000", "贰仟万元整"),
        ("10010000", "壹仟零壹万元整"),
        ("1000000001.01", "壹拾亿零壹元零壹分"),
        ("-3", "负叁元整"),
        ("1679.995", "壹仟陆佰捌拾元整"),
    ],
)
def test_an_amount_is_written_in_capitals(amount: str, text: str) -> None:
    assert money.capitals(Decimal(amount)) == text


def test_rounding_to_the_fen_is_half_up() -> None:
    assert money.to_fen(Decimal("0.125")) == Decimal("0.13")
    assert money.to_fen(Decimal("-0.125")) == Decimal("-0.13")


def test_an_amount_beyond_all_budgets_is_refused() -> None:
    with pytest.raises(ValueError, match="too large"):
        money.capitals(Decimal(10) ** 16)
