"""When what failed is tried again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from bpm_core.domain import retries

AT = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)


def test_a_step_is_tried_three_times_one_and_five_minutes_apart() -> None:
    assert [retries.next_try(attempt, AT) for attempt in (1, 2, 3, 4)] == [
        *(AT + timedelta(minutes=1), AT + timedelta(minutes=5), None, None),
    ]


def test_what_is_never_given_up_is_tried_half_hourly_at_last() -> None:
    assert [retries.wait_after(attempt).seconds // 60 for attempt in (1, 2, 3, 4, 99)] == [1, 5, 30, 30, 30]
