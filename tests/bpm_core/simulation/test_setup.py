"""What a simulation is told, read from the command line."""

from __future__ import annotations

from collections.abc import Callable
from datetime import time

import pytest

from bpm_core.simulation import setup
from bpm_core.simulation.setup import BadSetup, Setup


def test_arrivals_are_a_figure_or_one_for_each_weekday() -> None:
    assert setup.arrivals("40").a_day == (40.0,) * 7
    assert setup.arrivals("even:40").even
    assert setup.arrivals("mon=60,fri=20").a_day == (60.0, 0, 0, 0, 20.0, 0, 0)


def test_hours_are_spans_in_order() -> None:
    assert setup.hours("08:30-12:00,14:00-18:00") == ((time(8, 30), time(12)), (time(14), time(18)))


def test_a_choice_has_weights() -> None:
    assert setup.choice("S40.result=pass:8|return") == ("S40.result", {"pass": 8.0, "return": 1.0})


@pytest.mark.parametrize(
    ("read", "text"),
    [
        (setup.arrivals, "many"),
        (setup.arrivals, "0"),
        (setup.arrivals, "sat=5"),  # no working day of the plain week: cases would never come
        (setup.arrivals, "moonday=5"),
        (setup.arrivals, "nan"),
        (setup.staff, "WIN=0"),
        (setup.staff, "WIN=1.5"),
        (setup.staff, "WIN"),
        (setup.hours, "9-17"),
        (setup.hours, "12:00-09:00"),
        (setup.hours, "09:00-12:00,11:00-17:00"),
        (setup.hours, "09:00-25:00"),
        (setup.choice, "result"),
        (setup.choice, "result=pass:0"),
    ],
)
def test_what_can_not_be_is_refused(read: Callable[[str], object], text: str) -> None:
    with pytest.raises(BadSetup):
        read(text)


def test_no_cases_are_refused() -> None:
    with pytest.raises(BadSetup):
        Setup(0, setup.arrivals("4"))
