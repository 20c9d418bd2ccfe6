"""Separation of duty: nobody has two hands in one case that must be different, and nobody decides on themselves.

Checked at the claim and at the completion, on the person and not on the account, so that neither a second log-in nor a
deputy's post goes round it. Pure: the caller brings what was done before.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from bpm_core.domain.errors import SeparationOfDuty


@dataclass(frozen=True, slots=True)
class Deed:
    """A step that was completed in the case: its groups and the person whose hand it was (`Actor.person_key`)."""

    element_id: str
    groups: frozenset[str]
    person_key: str


def check_step(person_key: str, groups: Collection[str], deeds: Iterable[Deed]) -> None:
    """Refuse with SeparationOfDuty when the person completed another step of one of the groups in this case.

    A repetition of the same step, after a return, is the same hand and not refused.
    """
    for deed, group in _clashes(person_key, groups, deeds):
        raise SeparationOfDuty(
            f"the same person completed {deed.element_id} of group {group}",
            code="same_person",
            group=group,
            element_id=deed.element_id,
        )


def _clashes(person_key: str, groups: Collection[str], deeds: Iterable[Deed]) -> Iterable[tuple[Deed, str]]:
    for deed in deeds:
        if person_key and deed.person_key == person_key:
            for group in sorted(deed.groups & set(groups)):
                yield deed, group


def check_other_step(element_id: str, person_key: str, groups: Collection[str], deeds: Iterable[Deed]) -> None:
    """As `check_step`, leaving out earlier rounds of `element_id` itself."""
    check_step(person_key, groups, (deed for deed in deeds if deed.element_id != element_id))


def check_interest(person_key: str, parties: Collection[str], relatives: Collection[str] = ()) -> None:
    """Refuse with SeparationOfDuty when the person is a party of the case, or a declared relative of one.

    parties     person keys of the applicant and everybody the case is about
    relatives   person keys the parties or the official declared as household or kin
    """
    if person_key and person_key in parties:
        raise SeparationOfDuty("the case is the actor's own", code="own_case")
    if person_key and person_key in relatives:
        raise SeparationOfDuty("the case is a relative's of the actor", code="relatives_case")


def check_second_person(first: str, second: str, *, first_did: str, second_does: str) -> None:
    """Refuse with SeparationOfDuty when one person does both halves of something that takes two.

    first, second   person keys; `check_second_person(uploader, publisher, first_did="upload", second_does="publish")`
    """
    if first and first == second:
        raise SeparationOfDuty(
            f"{second_does} takes another person than {first_did}",
            code="second_person",
            first_did=first_did,
            second_does=second_does,
        )
