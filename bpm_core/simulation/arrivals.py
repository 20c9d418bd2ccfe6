"""When the cases of a simulation come: by chance or evenly, within office hours of working days."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from random import Random

from bpm_core.domain.calendar import WorkCalendar
from bpm_core.simulation.office import Office, midnight
from bpm_core.simulation.setup import Setup


def minutes(setup: Setup, office: Office, calendar: WorkCalendar) -> Iterator[int]:
    """The minutes at which the cases come, in order."""
    rng, left, day, carried = Random(f"{setup.seed}/arrivals"), setup.cases, setup.starts_on, 0.0
    while left:
        rate = setup.arrivals.a_day[day.weekday()] if calendar.is_working(day) else 0.0
        if rate > 0:
            begun = office.open_minutes(midnight(day))
            gap = office.a_day / rate
            at = carried if setup.arrivals.even else rng.expovariate(1 / gap)
            while at < office.a_day and left:
                yield office.at(begun + 1 + int(at)) - 1
                left -= 1
                at += gap if setup.arrivals.even else rng.expovariate(1 / gap)
            carried = at - office.a_day
        day += timedelta(days=1)
