"""Citizen identity numbers: published examples, forgiven typing, and each refusal."""

from __future__ import annotations

import random
import time
from datetime import date, timedelta

import pytest

from bpm_core.domain import identity
from bpm_core.domain.errors import InvalidData

TODAY = date(2026, 11, 20)


def number(area: str, born: str, sequence: str) -> str:
    body = area + born + sequence
    return body + identity.check_character(body)


def refusal(text: str) -> str:
    with pytest.raises(InvalidData) as caught:
        identity.read(text, today=TODAY)
    assert not text or text not in str(caught.value) + repr(caught.value.errors)
    return caught.value.errors[0].code


def test_the_example_of_the_standard_is_read() -> None:
    found = identity.read("11010519491231002X", today=TODAY)

    assert (found.area, found.born_on, found.sex, found.warnings) == (
        *("110105", date(1949, 12, 31), identity.Sex.FEMALE, ()),
    )


def test_a_number_of_fifteen_digits_is_lengthened() -> None:
    found = identity.read("110105491231002", today=TODAY)

    assert found.number == "11010519491231002X"
    assert found.warnings == ("lengthened",)


def test_a_first_generation_centenarian_was_born_before_1900() -> None:
    assert identity.read("110105990101996", today=date(2000, 1, 1)).born_on == date(1899, 1, 1)


@pytest.mark.parametrize("born", ["19000101", "19310715", "19601231", "19800229", "20240229", "20261120"])
def test_people_of_every_age_are_accepted(born: str) -> None:
    found = identity.read(number("410899", born, "123"), today=TODAY)

    assert found.born_on == date(int(born[:4]), int(born[4:6]), int(born[6:]))
    assert found.sex is identity.Sex.MALE


@pytest.mark.parametrize("area", ["810000", "820000", "830000"])
def test_residence_permits_of_hong_kong_macao_and_taiwan_are_accepted(area: str) -> None:
    assert identity.read(number(area, "19850420", "001"), today=TODAY).warnings == ()


def test_an_unknown_region_is_a_warning_and_no_refusal() -> None:
    assert identity.read(number("990000", "19850420", "001"), today=TODAY).warnings == ("unknown_region",)


@pytest.mark.parametrize(
    "typed",
    ["11010519491231002x", " 110105 19491231 002X ", "110105-19491231-002X", "１１０１０５１９４９１２３１００２Ｘ"],
)
def test_the_way_it_was_typed_is_forgiven(typed: str) -> None:
    assert identity.read(typed, today=TODAY).number == "11010519491231002X"


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("", "id_length"),
        ("1101051949123100", "id_length"),
        ("11010519491231002A", "id_characters"),
        ("1101O519491231002X", "id_characters"),
        ("11010549123100X", "id_characters"),
        ("११०१०५१९४९१२३१००२X", "id_characters"),
        ("110105194912310021", "id_check_digit"),
        (number("410899", "19790229", "001"), "id_birth_date"),
        (number("410899", "19791301", "001"), "id_birth_date"),
        (number("410899", "00000101", "001"), "id_birth_date"),
        (number("410899", "20261121", "001"), "id_future"),
        (number("410899", "18950101", "001"), "id_too_old"),
    ],
)
def test_what_cannot_be_a_number_is_refused_without_repeating_it(typed: str, code: str) -> None:
    assert refusal(typed) == code


def test_every_single_wrong_digit_and_swap_of_neighbours_is_found() -> None:
    good = number("410899", "19780312", "345")

    for place in range(17):
        for digit in "0123456789":
            if digit != good[place]:
                assert refusal(good[:place] + digit + good[place + 1 :])
        if place < 16 and good[place] != good[place + 1]:
            assert refusal(good[:place] + good[place + 1] + good[place] + good[place + 2 :])


def test_age_counts_full_years() -> None:
    assert identity.age_on(date(1978, 11, 21), TODAY) == 47
    assert identity.age_on(date(1978, 11, 20), TODAY) == 48
    assert identity.age_on(date(2004, 2, 29), date(2026, 2, 28)) == 21


def test_a_check_takes_microseconds() -> None:
    chance = random.Random(1)
    people = [
        number("410899", (date(1930, 1, 1) + timedelta(days=chance.randrange(30_000))).strftime("%Y%m%d"), "123")
        for _ in range(2_000)
    ]

    begun = time.perf_counter()
    for one in people:
        identity.read(one, today=TODAY)
    each = (time.perf_counter() - begun) / len(people)

    assert each < 100e-6  # some 15 microseconds alone; room for a busy machine
