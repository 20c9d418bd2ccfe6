"""Time limits with stops, against worked examples and an independent reckoning."""

from __future__ import annotations

import random
from bisect import bisect_right
from datetime import date, datetime, timedelta

import pytest

from bpm_core.domain import clocks
from bpm_core.domain.calendar import CIVIL_ZONE
from bpm_core.domain.clocks import Light, Limit, LimitKind, Stop, Unit
from bpm_core.domain.lifecycle import ClockState
from tests.bpm_core.domain import calendars

CALENDAR = calendars.seeded()
TEN_DAYS = Limit(10, Unit.WORKING_DAY, LimitKind.LEGAL, "R01 art. 24", "verified")
FIVE_DAYS = Limit(5, Unit.WORKING_DAY)


def stand(limit: Limit, started: str, today: str, *stops: Stop, ended: str | None = None) -> clocks.Deadline:
    return clocks.deadline(
        limit,
        date.fromisoformat(started),
        stops,
        CALENDAR,
        today=date.fromisoformat(today),
        ended_on=date.fromisoformat(ended) if ended else None,
    )


def stop(first: str, last: str | None = None) -> Stop:
    return Stop("incomplete", date.fromisoformat(first), date.fromisoformat(last) if last else None)


def test_a_claim_is_due_ten_working_days_after_receipt() -> None:
    found = stand(TEN_DAYS, "2026-11-20", "2026-11-23")

    assert found.due_on == date(2026, 12, 4)
    assert (found.used, found.left, found.light) == (1, 9, Light.GREEN)


def test_a_stop_moves_the_end_by_its_working_days() -> None:
    found = stand(TEN_DAYS, "2026-11-02", "2026-11-12", stop("2026-11-04", "2026-11-09"))

    assert found.due_on == date(2026, 11, 19)  # without it 16 November; 5, 6 and 9 November are taken out


def test_a_stop_and_resumption_on_one_day_costs_nothing() -> None:
    assert stand(TEN_DAYS, "2026-11-02", "2026-11-12", stop("2026-11-04", "2026-11-04")).due_on == date(2026, 11, 16)


def test_overlapping_stops_take_a_day_out_once() -> None:
    both = stand(
        TEN_DAYS, "2026-11-02", "2026-11-20", stop("2026-11-04", "2026-11-09"), stop("2026-11-05", "2026-11-06")
    )

    assert both.due_on == date(2026, 11, 19)


def test_while_stopped_the_end_moves_with_the_day() -> None:
    earlier = stand(TEN_DAYS, "2026-11-02", "2026-11-06", stop("2026-11-04"))
    later = stand(TEN_DAYS, "2026-11-02", "2026-11-13", stop("2026-11-04"))

    assert earlier.state is later.state is ClockState.STOPPED
    assert (earlier.due_on, later.due_on) == (date(2026, 11, 18), date(2026, 11, 25))
    assert earlier.left == later.left == 8


@pytest.mark.parametrize(
    ("today", "light", "left"),
    [
        ("2026-11-25", Light.GREEN, 2),
        ("2026-11-26", Light.AMBER, 1),
        ("2026-11-27", Light.AMBER, 0),
        ("2026-11-28", Light.RED, -1),  # a Saturday: late all the same
        ("2026-11-30", Light.RED, -1),
        ("2026-12-01", Light.RED, -2),
    ],
)
def test_the_light_turns_amber_at_four_fifths_and_red_after_the_end(today: str, light: Light, left: int) -> None:
    found = stand(FIVE_DAYS, "2026-11-20", today)

    assert (found.light, found.left) == (light, left)


def test_a_limit_into_a_year_without_holidays_is_provisional() -> None:
    found = stand(TEN_DAYS, "2026-12-25", "2026-12-28")

    assert found.provisional
    assert found.missing_years == (2027,)


def test_a_calendar_day_limit_is_not_provisional() -> None:
    found = stand(Limit(60, Unit.CALENDAR_DAY), "2026-12-01", "2026-12-02")

    assert found.due_on == date(2027, 1, 30)
    assert not found.provisional


def test_months_and_years_end_on_the_same_day_later_plus_the_days_it_stood() -> None:
    assert stand(Limit(3, Unit.MONTH), "2026-11-30", "2026-12-01").due_on == date(2027, 2, 28)
    assert stand(Limit(1, Unit.YEAR), "2024-02-29", "2024-03-01").due_on == date(2025, 2, 28)
    assert stand(Limit(1, Unit.MONTH), "2026-11-01", "2026-11-20", stop("2026-11-04", "2026-11-09")).due_on == date(
        2026, 12, 6
    )


def test_immediately_means_the_same_day() -> None:
    assert stand(Limit(0, Unit.IMMEDIATE), "2026-11-20", "2026-11-20").due_on == date(2026, 11, 20)


def test_an_ended_clock_keeps_what_was_true_on_its_last_day() -> None:
    met = stand(FIVE_DAYS, "2026-11-02", "2027-06-01", ended="2026-11-06")
    missed = stand(FIVE_DAYS, "2026-11-02", "2027-06-01", ended="2026-11-11")

    assert (met.state, met.left, met.overdue) == (ClockState.ENDED, 1, False)
    assert (missed.left, missed.overdue) == (-2, True)


def test_office_hours_give_a_step_its_moment() -> None:
    opened = datetime(2026, 11, 20, 16, 0, tzinfo=CIVIL_ZONE)
    two_hours = Limit(2, Unit.WORKING_HOUR, LimitKind.STEP)

    assert clocks.due_moment(two_hours, opened, CALENDAR) == datetime(2026, 11, 23, 10, 0, tzinfo=CIVIL_ZONE)
    assert clocks.step_due_on(two_hours, opened, CALENDAR) == date(2026, 11, 23)
    assert clocks.due_moment(FIVE_DAYS, opened, CALENDAR) is None
    assert clocks.step_due_on(FIVE_DAYS, opened, CALENDAR) == date(2026, 11, 27)


def test_escalation_climbs_one_level_after_another() -> None:
    assert [clocks.escalation_levels(days) for days in (0, 1, 2, 3, 5, 9, 10, 99)] == [0, 1, 1, 2, 3, 3, 4, 4]
    assert clocks.escalation_paths("/41/4108/4109/", 2) == ("/41/4108/4109/", "/41/4108/")
    assert clocks.escalation_paths("/41/", 4) == ("/41/",)


def test_an_explanation_says_each_reason_in_the_order_of_time() -> None:
    lines = clocks.explain(
        TEN_DAYS, date(2026, 9, 15), [stop("2026-09-17", "2026-09-19")], CALENDAR, today=date(2026, 9, 30)
    )

    assert [line.code for line in lines] == [
        *("limit", "started", "counted", "stopped", "make_up", "counted", "holiday", "counted", "due", "running"),
    ]
    assert lines[3].facts["ground"] == "incomplete"
    assert lines[4].facts["name"] == "国庆节"
    assert lines[6].facts == {"first": date(2026, 9, 25), "last": date(2026, 9, 27), "days": 3, "name": "中秋节"}
    assert lines[8].facts == {"on": date(2026, 9, 30)}


def test_an_explanation_ends_with_how_it_ended() -> None:
    def last(today: str, *stops: Stop, ended: str | None = None) -> str:
        return clocks.explain(
            FIVE_DAYS,
            date(2026, 11, 2),
            stops,
            CALENDAR,
            today=date.fromisoformat(today),
            ended_on=date.fromisoformat(ended) if ended else None,
        )[-1].code

    assert last("2026-11-05") == "running"
    assert last("2026-11-20") == "overdue"
    assert last("2026-11-05", stop("2026-11-03")) == "stopped_now"
    assert last("2026-11-20", ended="2026-11-05") == "met"
    assert last("2026-11-20", ended="2026-11-19") == "missed"


# --- an independent oracle: no code shared, another method (a list of countable days, then the n-th of it) ---

ALL_DAYS = [date(2019, 1, 1) + timedelta(days=n) for n in range((date(2026, 12, 31) - date(2019, 1, 1)).days + 1)]
OFF, MADE_UP = calendars.days_off(), calendars.days_made_up()
WORKED = [day for day in ALL_DAYS if day in MADE_UP or (day.weekday() not in (5, 6) and day not in OFF)]


def oracle(limit: Limit, started: date, stops: list[Stop], today: date) -> tuple[date, int]:
    """Last day and days left, by listing."""
    stopped: set[date] = set()
    for one in stops:
        until = one.resumed_on if one.resumed_on is not None else max(today, one.stopped_on)
        stopped.update(one.stopped_on + timedelta(days=n + 1) for n in range((until - one.stopped_on).days))
    listed = WORKED if limit.unit is Unit.WORKING_DAY else ALL_DAYS
    after = bisect_right(listed, started)
    candidates = listed[after : after + 300]
    countable = [day for day in candidates if day not in stopped]
    due = countable[limit.value - 1] if limit.value else started
    if today <= due:
        return due, len([day for day in countable if today < day <= due])
    late = [day for day in candidates if due < day <= today]
    return due, -(len(late) or 1)


def test_ten_thousand_random_histories_agree_with_the_oracle() -> None:
    chance = random.Random(20261120)
    disagreements = []

    for _ in range(10_000):
        started = date(2019, 1, 1) + timedelta(days=chance.randrange(2_300))
        limit = Limit(chance.randrange(0, 61), chance.choice([Unit.WORKING_DAY, Unit.CALENDAR_DAY]))
        stops = []
        for _ in range(chance.choice([0, 0, 1, 1, 2, 3])):
            first = started + timedelta(days=chance.randrange(0, 60))
            stops.append(Stop("incomplete", first, first + timedelta(days=chance.randrange(0, 40))))
        today = started + timedelta(days=chance.randrange(0, 150))
        if stops and chance.random() < 0.3:
            stops[-1] = Stop("hearing", min(stops[-1].stopped_on, today))
        found = clocks.deadline(limit, started, stops, CALENDAR, today=today)
        if (found.due_on, found.left) != oracle(limit, started, stops, today):
            disagreements.append((limit, started, stops, today, found))

    assert disagreements == []


def test_the_counted_lines_of_an_explanation_add_up_to_the_limit() -> None:
    chance = random.Random(7)

    for _ in range(500):
        started = date(2019, 1, 1) + timedelta(days=chance.randrange(2_300))
        limit = Limit(chance.randrange(1, 40), Unit.WORKING_DAY)
        first = started + timedelta(days=chance.randrange(0, 30))
        lines = clocks.explain(
            limit, started, [Stop("x", first, first + timedelta(days=9))], CALENDAR, today=date(2026, 12, 31)
        )
        counted = [line.facts["days"] for line in lines if line.code in ("counted", "make_up")]
        assert sum(counted) == limit.value
