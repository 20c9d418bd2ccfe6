"""Separation of duty, on the person."""

from __future__ import annotations

import pytest

from bpm_core.domain import duty, roles
from bpm_core.domain.duty import Deed
from bpm_core.domain.errors import NotAllowed, SeparationOfDuty
from bpm_core.domain.roles import Role

ACCEPTED = Deed("S30", frozenset({"sod1"}), "person-li")


def test_who_accepted_may_not_review() -> None:
    with pytest.raises(SeparationOfDuty) as caught:
        duty.check_step("person-li", {"sod1", "sod2"}, [ACCEPTED])

    assert caught.value.reason == "same_person"
    assert caught.value.facts == {"group": "sod1", "element_id": "S30"}


def test_another_person_or_another_group_may() -> None:
    duty.check_step("person-wang", {"sod1"}, [ACCEPTED])
    duty.check_step("person-li", {"sod2"}, [ACCEPTED])
    duty.check_step("person-li", (), [ACCEPTED])


def test_repeating_ones_own_step_after_a_return_is_the_same_hand() -> None:
    duty.check_other_step("S30", "person-li", {"sod1"}, [ACCEPTED])

    with pytest.raises(SeparationOfDuty):
        duty.check_other_step("S60", "person-li", {"sod1"}, [ACCEPTED])


def test_nobody_handles_the_own_or_a_relatives_case() -> None:
    with pytest.raises(SeparationOfDuty) as own:
        duty.check_interest("person-li", {"person-li"})
    with pytest.raises(SeparationOfDuty) as kin:
        duty.check_interest("person-li", {"person-zhao"}, {"person-li"})

    assert (own.value.reason, kin.value.reason) == ("own_case", "relatives_case")
    duty.check_interest("person-li", {"person-zhao"})


def test_an_actor_who_is_no_person_clashes_with_nobody() -> None:
    duty.check_step("", {"sod1"}, [Deed("S30", frozenset({"sod1"}), "")])
    duty.check_interest("", {""})


def test_publishing_takes_another_person_than_uploading() -> None:
    with pytest.raises(SeparationOfDuty):
        duty.check_second_person("person-a", "person-a", first_did="upload", second_does="publish")
    duty.check_second_person("person-a", "person-b", first_did="upload", second_does="publish")


def test_a_breach_of_duty_is_also_a_refusal_of_rights() -> None:
    assert issubclass(SeparationOfDuty, NotAllowed)


@pytest.mark.parametrize(
    "pair",
    [
        (Role.SYSTEM_ADMIN, Role.AUDIT_ADMIN),
        (Role.SECURITY_ADMIN, Role.CASEWORKER),
        (Role.CASEWORKER, Role.FINANCE),
        (Role.QUALITY_CONTROLLER, Role.REVIEWER),
        (Role.INTEGRATOR, Role.CASEWORKER),
    ],
)
def test_roles_that_exclude_each_other_are_not_held_together(pair: tuple[Role, Role]) -> None:
    with pytest.raises(SeparationOfDuty):
        roles.check_held_together(pair)


def test_a_small_office_may_let_one_person_be_caseworker_and_reviewer() -> None:
    roles.check_held_together([Role.CASEWORKER, Role.REVIEWER, Role.MANAGER])
