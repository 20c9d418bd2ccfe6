"""What the simulated registers know."""

from __future__ import annotations

from datetime import date

import pytest

from tests.workers.people import number
from workers.simulator import registers, stories

TODAY = date(2026, 11, 20)


def ask(code: str, *wanted: str, sequence: str = "123", key: str = "k", born: str = "19850420") -> dict[str, object]:
    return registers.ask(code, list(wanted), number=number(sequence, born), key=key, today=TODAY)


def test_the_same_person_always_gets_the_same_answer() -> None:
    names = sorted(registers.REGISTERS["SIDB"])

    assert ask("SIDB", *names) == ask("SIDB", *names)


def test_an_answer_follows_from_the_birth_date() -> None:
    assert ask("HHR", "age_years") == {"age_years": 41}
    assert ask("HHR", "months_to_retire", born="19600101")["months_to_retire"] == 0


def test_a_register_leaves_out_what_it_does_not_know() -> None:
    assert ask("HHR", "identity_ok", "cert_level") == {"identity_ok": True}


def test_every_story_tells_something_a_register_can_say() -> None:
    known = {name for names in registers.REGISTERS.values() for name in names}

    for sequence, story in stories.STORIES.items():
        assert len(sequence) == 3
        assert set(story.values) <= known, sequence
        assert set(story.behaviour) <= set(registers.REGISTERS), sequence


def test_a_number_tells_its_story() -> None:
    assert ask("SIDB", "insured_months", sequence="909") == {"insured_months": 8}
    assert ask("HHR", "identity_ok", sequence="901") == {"identity_ok": False}


def test_what_is_written_gets_one_number_a_question() -> None:
    assert ask("SUBDB", "ledger_no", key="one") == ask("SUBDB", "ledger_no", key="one")
    assert ask("SUBDB", "ledger_no", key="one") != ask("SUBDB", "ledger_no", key="two")


def test_an_unknown_register_is_an_error() -> None:
    with pytest.raises(registers.UnknownRegister):
        ask("NOWHERE", "identity_ok")


def test_a_case_about_nobody_is_answered_too() -> None:
    assert registers.ask("EGOV", ["doc_no"], number="", key="k", today=TODAY)["doc_no"].startswith("JZ-2026-")
