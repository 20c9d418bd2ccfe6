"""Every cell of the tables of states."""

from __future__ import annotations

import pytest

from bpm_core.domain import lifecycle
from bpm_core.domain.errors import WrongState
from bpm_core.domain.lifecycle import CaseStatus, ItemState, JobState

CASE_VERBS = sorted({verb for _, verb in lifecycle.CASE_MOVES})


@pytest.mark.parametrize("status", sorted(lifecycle.ENDED_CASE))
@pytest.mark.parametrize("verb", CASE_VERBS)
def test_an_ended_case_never_moves_again(status: CaseStatus, verb: str) -> None:
    with pytest.raises(WrongState):
        lifecycle.move_case(status, verb)


def test_nobody_works_on_a_case_that_stands() -> None:
    for status in (CaseStatus.SUPPLEMENT, CaseStatus.SUSPENDED):
        with pytest.raises(WrongState) as caught:
            lifecycle.move_case(status, "work")
        assert caught.value.facts["state"] == status


def test_the_applicant_can_withdraw_whenever_the_case_is_open() -> None:
    for status in lifecycle.OPEN_CASE:
        assert lifecycle.move_case(status, "withdraw") is CaseStatus.WITHDRAWN


def test_a_second_notice_while_the_first_is_open_is_refused() -> None:
    with pytest.raises(WrongState):
        lifecycle.move_case(lifecycle.move_case("running", "request_supplement"), "request_supplement")


def test_a_refusal_says_what_would_be_possible() -> None:
    with pytest.raises(WrongState) as caught:
        lifecycle.move_item("offered", "complete")

    assert caught.value.facts["possible"] == ["cancel", "claim", "suspend", "transfer"]
    assert str(caught.value) == "cannot complete a work item that is offered"


def test_only_the_verbs_written_down_move_a_work_item() -> None:
    verbs = {verb for _, verb in lifecycle.ITEM_MOVES}
    for state in ItemState:
        for verb in verbs:
            if (state, verb) not in lifecycle.ITEM_MOVES:
                with pytest.raises(WrongState):
                    lifecycle.move_item(state, verb)


def test_every_open_state_has_a_way_out() -> None:
    for status in lifecycle.OPEN_CASE:
        assert any(before is status and after in lifecycle.ENDED_CASE for (before, _), after in _cases())
    for state in lifecycle.OPEN_ITEM:
        assert (state, "cancel") in lifecycle.ITEM_MOVES


def _cases() -> list[tuple[tuple[CaseStatus, str], CaseStatus]]:
    return list(lifecycle.CASE_MOVES.items())


def test_a_dead_workers_job_can_be_leased_again_and_a_failed_one_retried() -> None:
    assert lifecycle.move_job("leased", "lease") is JobState.LEASED
    assert lifecycle.move_job("failed", "retry") is JobState.WAITING
    with pytest.raises(WrongState):
        lifecycle.move_job("done", "finish")


def test_an_unknown_state_is_a_bug_and_no_refusal() -> None:
    with pytest.raises(ValueError, match="nonsense"):
        lifecycle.move_item("nonsense", "claim")
