"""What is left of a personal value on a screen."""

from __future__ import annotations

from bpm_core.domain import masking


def test_values_are_masked_as_the_rules_show() -> None:
    assert masking.id_number("410899197803121234") == "410***********1234"
    assert masking.phone("13812345678") == "138****5678"
    assert masking.name("张三丰") == "张*"
    assert masking.bank_account("6217001234567890123") == "***************0123"
    assert masking.address("武陟县木城街道朝阳路1号") == "武陟县木城街*"
    assert masking.anything("secret") == "*"


def test_a_short_value_is_hidden_altogether() -> None:
    assert masking.phone("12345") == "*****"
    assert masking.id_number("4108991") == "*******"


def test_nothing_stays_nothing() -> None:
    assert [masking.name(""), masking.address(""), masking.anything(""), masking.phone("")] == ["", "", "", ""]
