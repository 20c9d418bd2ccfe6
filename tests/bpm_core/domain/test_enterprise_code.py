"""Unified social credit codes, cross-checked with another implementation (python-stdnum)."""

from __future__ import annotations

import random

import pytest
from stdnum.cn import uscc

from bpm_core.domain import enterprise_code
from bpm_core.domain.errors import InvalidData

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"


def made(chance: random.Random) -> str:
    body = "".join(chance.choice(ALPHABET) for _ in range(8))
    first = "91" + "410800" + body + enterprise_code.organisation_check(body)
    return first + enterprise_code.check_character(first)


def test_a_published_code_is_read() -> None:
    found = enterprise_code.read("91110000600037341L")

    assert (found.area, found.organisation) == ("110000", "600037341")


def test_made_codes_are_valid_to_another_implementation() -> None:
    chance = random.Random(32100)

    for code in (made(chance) for _ in range(2_000)):
        assert uscc.is_valid(code)
        assert enterprise_code.read(code).code == code


def test_every_changed_character_is_judged_as_the_other_implementation_does() -> None:
    code = made(random.Random(5))

    for place in range(18):
        for character in ALPHABET:
            changed = code[:place] + character + code[place + 1 :]
            try:
                accepted = bool(enterprise_code.read(changed))
            except InvalidData:
                accepted = False
            assert accepted is (changed == code)


@pytest.mark.parametrize(
    "typed", ["91110000600037341l", "9111 0000 6000 3734 1L", "９１１１００００６０００３７３４１Ｌ"]
)
def test_the_way_it_was_typed_is_forgiven(typed: str) -> None:
    assert enterprise_code.read(typed).code == "91110000600037341L"


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("9111000060003734", "uscc_length"),
        ("91110000600037341I", "uscc_characters"),
        ("91AB0000600037341L", "uscc_area"),
        ("91110000600037351L", "uscc_organisation"),
        ("91110000600037341M", "uscc_check"),
    ],
)
def test_what_cannot_be_a_code_is_refused(typed: str, code: str) -> None:
    with pytest.raises(InvalidData) as caught:
        enterprise_code.read(typed)

    assert caught.value.errors[0].code == code
