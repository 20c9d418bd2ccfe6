"""What may follow what: the states of cases, work items, jobs, grants and findings, as tables a test can walk."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeVar

from bpm_core.domain.errors import WrongState


class CaseStatus(StrEnum):
    """Where a case stands as a whole."""

    RUNNING = "running"
    SUPPLEMENT = "supplement"  # the applicant supplements materials after the one-time notice; clocks stand still
    SUSPENDED = "suspended"  # stopped by a recorded decision with a ground; clocks stand still
    COMPLETED = "completed"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    CANCELLED = "cancelled"  # opened by mistake, or overtaken: a duplicate, a death
    TRANSFERRED = "transferred"  # handed to another office outside this tree


class ItemState(StrEnum):
    """Where a work item stands."""

    OFFERED = "offered"
    ALLOCATED = "allocated"
    SUSPENDED = "suspended"
    COMPLETED = "completed"
    CANCELLED = "cancelled"


class JobState(StrEnum):
    """Where an automatic step outside stands."""

    WAITING = "waiting"
    LEASED = "leased"
    DONE = "done"
    FAILED = "failed"  # out of tries: an incident holds it
    CANCELLED = "cancelled"


class ClockState(StrEnum):
    """Whether a time limit is counting."""

    RUNNING = "running"
    STOPPED = "stopped"
    ENDED = "ended"


class GrantStatus(StrEnum):
    """Where an entry of the benefit ledger stands."""

    RESERVED = "reserved"
    ACTIVE = "active"
    ENDED = "ended"
    REVOKED = "revoked"


class FindingState(StrEnum):
    """Where a quality controller's finding stands."""

    OPEN = "open"
    ASSIGNED = "assigned"
    CLOSED = "closed"


OPEN_CASE = frozenset({CaseStatus.RUNNING, CaseStatus.SUPPLEMENT, CaseStatus.SUSPENDED})
ENDED_CASE = frozenset(CaseStatus) - OPEN_CASE
OPEN_ITEM = frozenset({ItemState.OFFERED, ItemState.ALLOCATED, ItemState.SUSPENDED})

_RUN, _SUP, _SUS = CaseStatus.RUNNING, CaseStatus.SUPPLEMENT, CaseStatus.SUSPENDED

#: (status, verb) -> status. `work` is a step a person takes, `advance` one that a message, timer or job takes.
#: While the applicant supplements, nobody decides; while a case is suspended, nothing of it moves but its end.
CASE_MOVES: Mapping[tuple[CaseStatus, str], CaseStatus] = {
    (_RUN, "work"): _RUN,
    (_RUN, "advance"): _RUN,
    (_RUN, "return"): _RUN,
    (_RUN, "correct"): _RUN,
    (_RUN, "transfer_unit"): _RUN,
    (_RUN, "request_supplement"): _SUP,
    (_RUN, "suspend"): _SUS,
    (_RUN, "complete"): CaseStatus.COMPLETED,
    (_RUN, "reject"): CaseStatus.REJECTED,
    (_RUN, "withdraw"): CaseStatus.WITHDRAWN,
    (_RUN, "cancel"): CaseStatus.CANCELLED,
    (_RUN, "transfer"): CaseStatus.TRANSFERRED,
    (_SUP, "advance"): _SUP,
    (_SUP, "correct"): _SUP,
    (_SUP, "receive_supplement"): _RUN,
    (_SUP, "complete"): CaseStatus.COMPLETED,
    (_SUP, "reject"): CaseStatus.REJECTED,
    (_SUP, "withdraw"): CaseStatus.WITHDRAWN,
    (_SUP, "cancel"): CaseStatus.CANCELLED,
    (_SUS, "resume"): _RUN,
    (_SUS, "correct"): _SUS,
    (_SUS, "reject"): CaseStatus.REJECTED,
    (_SUS, "withdraw"): CaseStatus.WITHDRAWN,
    (_SUS, "cancel"): CaseStatus.CANCELLED,
}

_OFF, _ALL, _HALT = ItemState.OFFERED, ItemState.ALLOCATED, ItemState.SUSPENDED

ITEM_MOVES: Mapping[tuple[ItemState, str], ItemState] = {
    (_OFF, "claim"): _ALL,
    (_OFF, "transfer"): _ALL,
    (_OFF, "suspend"): _HALT,
    (_OFF, "cancel"): ItemState.CANCELLED,
    (_ALL, "release"): _OFF,
    (_ALL, "save_draft"): _ALL,
    (_ALL, "complete"): ItemState.COMPLETED,
    (_ALL, "transfer"): _ALL,
    (_ALL, "entrust"): _ALL,
    (_ALL, "suspend"): _HALT,
    (_ALL, "cancel"): ItemState.CANCELLED,
    (_HALT, "resume"): _OFF,  # nobody held it
    (_HALT, "resume_held"): _ALL,
    (_HALT, "cancel"): ItemState.CANCELLED,
}

JOB_MOVES: Mapping[tuple[JobState, str], JobState] = {
    (JobState.WAITING, "lease"): JobState.LEASED,
    (JobState.LEASED, "lease"): JobState.LEASED,  # the lease of a dead worker ran out
    (JobState.LEASED, "finish"): JobState.DONE,
    (JobState.LEASED, "retry"): JobState.WAITING,
    (JobState.LEASED, "give_up"): JobState.FAILED,
    (JobState.FAILED, "retry"): JobState.WAITING,
    (JobState.FAILED, "finish"): JobState.DONE,  # a person looked the answer up
    (JobState.WAITING, "cancel"): JobState.CANCELLED,
    (JobState.LEASED, "cancel"): JobState.CANCELLED,
    (JobState.FAILED, "cancel"): JobState.CANCELLED,
}

GRANT_MOVES: Mapping[tuple[GrantStatus, str], GrantStatus] = {
    (GrantStatus.RESERVED, "activate"): GrantStatus.ACTIVE,
    (GrantStatus.RESERVED, "revoke"): GrantStatus.REVOKED,
    (GrantStatus.ACTIVE, "end"): GrantStatus.ENDED,
    (GrantStatus.ACTIVE, "revoke"): GrantStatus.REVOKED,
}

FINDING_MOVES: Mapping[tuple[FindingState, str], FindingState] = {
    (FindingState.OPEN, "assign"): FindingState.ASSIGNED,
    (FindingState.ASSIGNED, "assign"): FindingState.ASSIGNED,
    (FindingState.OPEN, "close"): FindingState.CLOSED,
    (FindingState.ASSIGNED, "close"): FindingState.CLOSED,
}

State = TypeVar("State", CaseStatus, ItemState, JobState, GrantStatus, FindingState)


def _move(moves: Mapping[tuple[State, str], State], noun: str, state: State, verb: str) -> State:
    after = moves.get((state, verb))
    if after is None:
        possible = sorted(name for before, name in moves if before == state)
        raise WrongState(
            f"cannot {verb} a {noun} that is {state}", noun=noun, state=state.value, verb=verb, possible=possible
        )
    return after


def move_case(status: CaseStatus | str, verb: str) -> CaseStatus:
    """Status of a case after the verb; refuses with WrongState."""
    return _move(CASE_MOVES, "case", CaseStatus(status), verb)


def move_item(state: ItemState | str, verb: str) -> ItemState:
    """State of a work item after the verb; refuses with WrongState."""
    return _move(ITEM_MOVES, "work item", ItemState(state), verb)


def move_job(state: JobState | str, verb: str) -> JobState:
    """State of a job after the verb; refuses with WrongState."""
    return _move(JOB_MOVES, "job", JobState(state), verb)


def move_grant(status: GrantStatus | str, verb: str) -> GrantStatus:
    """Status of a grant after the verb; refuses with WrongState."""
    return _move(GRANT_MOVES, "grant", GrantStatus(status), verb)


def move_finding(state: FindingState | str, verb: str) -> FindingState:
    """State of a finding after the verb; refuses with WrongState."""
    return _move(FINDING_MOVES, "finding", FindingState(state), verb)
